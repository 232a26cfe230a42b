//! Configuration of Envoy: the hosts that its clusters lead to.
//! Whose proxy it is, the file does not say; the linker tells it from who mounts the file.

use std::collections::{BTreeMap, BTreeSet};

use super::hosts_of;
use super::resource::is_settled;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, HostReference, Purpose, Upstreams};
use crate::syntax::yaml::YamlNode;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "yaml.envoy",
    about: "Envoy: the hosts that a proxy passes requests on to",
    kinds: &[FileKind::Yaml],
    markers: &["socket_address", "socketAddress"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for root in cx.yaml().documents() {
        let Some(clusters) = root.path(&["static_resources", "clusters"]).or_else(|| root.path(&["staticResources", "clusters"])) else {
            continue;
        };
        let hosts: BTreeMap<HostReference, BTreeSet<String>> =
            clusters.items().into_iter().flat_map(hosts).map(|host| (host, BTreeSet::new())).collect();
        if !hosts.is_empty() {
            sink.fact(clusters.line(), Fact::Upstreams(Upstreams { proxy: "Envoy", purpose: Purpose::Requests, hosts }));
        }
    }
}

/// The addresses of a cluster, in the form of today and in that of version 2.
fn hosts(cluster: YamlNode<'_>) -> Vec<HostReference> {
    let name = cluster.text_at(&["name"]).unwrap_or("cluster");
    let old = cluster.get("hosts").map(YamlNode::one_or_many).unwrap_or_default();
    let groups = ["load_assignment", "loadAssignment"].iter().filter_map(|key| cluster.path(&[key, "endpoints"])).flat_map(YamlNode::items);
    let members =
        groups.flat_map(|group| ["lb_endpoints", "lbEndpoints"].iter().filter_map(move |key| group.get(key)).flat_map(YamlNode::items));
    let addresses = old.into_iter().chain(members.filter_map(|member| member.path(&["endpoint", "address"])));
    let sockets = addresses.filter_map(|address| address.get("socket_address").or_else(|| address.get("socketAddress")));
    let named = sockets.filter_map(|socket| {
        let port = socket.text_at(&["port_value"]).or_else(|| socket.text_at(&["portValue"])).unwrap_or("80");
        Some((socket.text_at(&["address"]).filter(|host| is_settled(host))?, port))
    });
    named.flat_map(|(host, port)| hosts_of(name, &format!("http://{host}:{port}"))).collect()
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    #[test]
    fn both_forms_of_clusters_are_read() {
        let text = concat!(
            "static_resources:\n  clusters:\n  - name: orders\n    hosts: [{socket_address: {address: orders, port_value: 80}}]\n",
            "  - name: users\n    load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: users, port_value: 81}}}}]}]}\n",
            "  - name: open\n    hosts: [{socket_address: {address: '${HOST}', port_value: 80}}]\n",
        );
        let found: Vec<String> = extraction(&[("envoy/envoy.yaml", text)])
            .findings
            .into_iter()
            .filter_map(|finding| match finding.fact {
                Fact::Upstreams(one) => Some(one.hosts.into_keys().map(|host| host.host).collect::<Vec<_>>().join(" ")),
                _ => None,
            })
            .collect();
        assert_eq!(found, ["orders users"]);
    }
}
