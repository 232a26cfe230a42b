//! Configuration of Prometheus: the hosts whose metrics it reads and those that its alerts go to.
//! Whose file it is, the linker tells from who mounts or copies it. What is discovered at run time is not here.

use std::collections::{BTreeMap, BTreeSet};

use super::hosts_of;
use super::resource::is_settled;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, HostReference, Purpose, Upstreams};
use crate::syntax::yaml::YamlNode;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "yaml.prometheus",
    about: "Prometheus: the targets that it scrapes and where its alerts go",
    kinds: &[FileKind::Yaml],
    markers: &["scrape_configs:"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for root in cx.yaml().documents() {
        for found in asked(root) {
            sink.fact(root.line(), Fact::Upstreams(found));
        }
    }
}

/// What a configuration asks, metrics and alerts apart; the collector of OpenTelemetry has the same list in its receiver.
pub(super) fn asked(root: YamlNode<'_>) -> Vec<Upstreams> {
    let own = root.get("scrape_configs").map(|jobs| ("Prometheus", jobs));
    let receivers = root.get("receivers").map(YamlNode::entries).unwrap_or_default().into_iter();
    let received = receivers.filter_map(|(_, one)| Some(("OpenTelemetry Collector", one.path(&["config", "scrape_configs"])?)));
    let metrics = own.into_iter().chain(received).map(|(product, jobs)| {
        let targets = jobs.items().into_iter().flat_map(targets).collect();
        Upstreams { proxy: product, purpose: Purpose::Metrics, hosts: targets }
    });
    let managers = root.path(&["alerting", "alertmanagers"]).map(YamlNode::items).unwrap_or_default();
    let alerts = Upstreams { proxy: "Prometheus", purpose: Purpose::Alerts, hosts: managers.into_iter().flat_map(targets).collect() };
    metrics.chain([alerts]).filter(|one| !one.hosts.is_empty()).collect()
}

/// The hosts of a job with fixed targets, each with the path that is asked.
fn targets(job: YamlNode<'_>) -> BTreeMap<HostReference, BTreeSet<String>> {
    let scheme = job.text_at(&["scheme"]).filter(|scheme| *scheme == "https").unwrap_or("http");
    let groups = job.get("static_configs").map(YamlNode::items).unwrap_or_default();
    let names = groups.into_iter().filter_map(|group| group.get("targets")).flat_map(YamlNode::items).filter_map(YamlNode::text);
    let hosts = names.filter(|name| is_settled(name)).flat_map(|name| {
        let bare = name.split("://").last().unwrap_or(name);
        hosts_of("", &format!("{scheme}://{bare}"))
    });
    hosts.map(|host| (host, BTreeSet::new())).collect()
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    #[test]
    fn fixed_targets_are_read_and_discovered_ones_are_not() {
        let text = concat!(
            "global: {scrape_interval: 5s}\nalerting:\n  alertmanagers:\n    - static_configs: [{targets: ['alerts:9093']}]\nscrape_configs:\n",
            "  - job_name: self\n    static_configs: [{targets: ['localhost:9090']}]\n  - job_name: api\n    basic_auth: {username: a, password: MARKER}\n    static_configs: [{targets: ['api:8080', 'worker:81']}]\n",
            "  - job_name: pods\n    kubernetes_sd_configs: [{role: pod}]\n",
        );
        let found = extraction(&[("prometheus/prometheus.yml", text)]);
        assert!(!format!("{found:?}").contains("MARKER"));
        let shown: Vec<String> = found
            .findings
            .into_iter()
            .filter_map(|finding| match finding.fact {
                Fact::Upstreams(one) => {
                    Some(format!("{:?} {}", one.purpose, one.hosts.into_keys().map(|host| host.host).collect::<Vec<_>>().join(" ")))
                }
                _ => None,
            })
            .collect();
        assert_eq!(shown, ["Metrics api worker", "Alerts alerts"]);
    }
}
