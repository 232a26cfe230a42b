//! Rules of gateways in JSON: routes and clusters of YARP, routes of Ocelot.
//! Source: the documentation of YARP, "Configuration files", and of Ocelot, "Configuration". Says where a route leads, not what answers there.

use super::appsettings::environment;
use crate::classify::FileKind;
use crate::extract::hosts::all_hosts_of;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, HostReference, ProxyCluster, ProxyRoute, ProxyRules};
use crate::syntax::json::{Json, JsonValue, Member};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.reverse_proxy",
    about: "gateways of .NET: routes and clusters of YARP, routes of Ocelot",
    kinds: &[FileKind::AppSettings, FileKind::Json],
    markers: &["\"Clusters\"", "\"clusters\"", "PathTemplate\""],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Sections nest no deeper above the rules.
const DEPTH: usize = 4;

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(json) = cx.json(sink) else { return };
    let environment = environment(cx.file.path.name());
    let mut open: Vec<(usize, &Json)> = vec![(0, json)];
    while let Some((depth, at)) = open.pop() {
        let rules = yarp(at).or_else(|| ocelot(at));
        match rules {
            Some((line, rules)) => sink.fact(line, Fact::ProxyRules(ProxyRules { environment: environment.clone(), ..rules })),
            None if depth < DEPTH => open.extend(at.members().iter().map(|member| (depth + 1, &member.value))),
            None => {}
        }
    }
}

/// `Routes` and `Clusters`; one of them may stand in another file.
fn yarp(json: &Json) -> Option<(u32, ProxyRules)> {
    let stated = |name: &str| json.members().iter().find(|member| member.name.eq_ignore_ascii_case(name));
    let (routes, clusters) = (stated("Routes"), stated("Clusters"));
    let is_cluster = |one: &Json| one.get_any_case("Destinations").is_some();
    let is_route = |one: &Json| one.get_any_case("ClusterId").is_some() && one.get_any_case("Match").is_some();
    let fits = clusters.is_some_and(|all| named(all, "ClusterId").iter().any(|(_, _, one)| is_cluster(one)))
        || routes.is_some_and(|all| named(all, "RouteId").iter().any(|(_, _, one)| is_route(one)));
    let first = routes.or(clusters).filter(|_| fits)?;
    let routes = routes.map(|all| named(all, "RouteId")).unwrap_or_default();
    let clusters = clusters.map(|all| named(all, "ClusterId")).unwrap_or_default();
    let rules = ProxyRules {
        product: "YARP",
        environment: None,
        routes: routes.into_iter().filter_map(|(name, line, one)| yarp_route(name, line, one)).collect(),
        clusters: clusters.into_iter().map(|(name, line, one)| yarp_cluster(name, line, one)).collect(),
    };
    Some((first.line, rules))
}

/// The entries of a map, or of a list as the first versions wrote it.
fn named<'j>(all: &'j Member, key: &str) -> Vec<(String, u32, &'j Json)> {
    let of_map = all.value.members().iter().map(|one| (one.name.clone(), one.line, &one.value));
    let of_list = all.value.items().iter().filter_map(|one| Some((text_of(one, key)?.to_owned(), one.line, one)));
    of_map.chain(of_list).collect()
}

fn yarp_route(name: String, line: u32, json: &Json) -> Option<ProxyRoute> {
    let matched = json.get_any_case("Match");
    let texts = |key: &str| matched.and_then(|one| one.get_any_case(key)).map(texts).unwrap_or_default();
    let policy = text_of(json, "AuthorizationPolicy").filter(|policy| !policy.eq_ignore_ascii_case("anonymous"));
    Some(ProxyRoute {
        name,
        line,
        path: matched.and_then(|one| text_of(one, "Path")).unwrap_or_default().to_owned(),
        hosts: texts("Hosts").into_iter().collect(),
        methods: texts("Methods").into_iter().map(|one| one.to_ascii_uppercase()).collect(),
        cluster: text_of(json, "ClusterId")?.to_owned(),
        policy: policy.map(str::to_owned),
    })
}

fn yarp_cluster(name: String, line: u32, json: &Json) -> ProxyCluster {
    let servers = json.get_any_case("Destinations").map(Json::members).unwrap_or_default();
    let addresses = servers.iter().filter_map(|one| text_of(&one.value, "Address"));
    let hosts = addresses.flat_map(|address| all_hosts_of(&name, address)).collect();
    ProxyCluster { name, line, hosts }
}

fn text_of<'j>(json: &'j Json, name: &str) -> Option<&'j str> {
    json.get_any_case(name)?.text()
}

fn texts(json: &Json) -> Vec<String> {
    json.items().iter().filter_map(Json::text).chain(json.text()).map(str::to_owned).collect()
}

/// `Routes` with templates of both sides; `ReRoutes` before version 16.
fn ocelot(json: &Json) -> Option<(u32, ProxyRules)> {
    let all = json.members().iter().find(|member| matches!(member.name.as_str(), "Routes" | "ReRoutes"))?;
    let stated: Vec<&Json> = all.value.items().iter().filter(|one| one.text_of("UpstreamPathTemplate").is_some()).collect();
    if stated.is_empty() {
        return None;
    }
    let mut rules = ProxyRules { product: "Ocelot", ..ProxyRules::default() };
    for one in stated {
        let hosts = ocelot_hosts(one);
        let service = one.text_of("ServiceName");
        let address = |host: &HostReference| host.port.as_ref().map_or_else(|| host.host.clone(), |port| format!("{}:{port}", host.host));
        let shown = hosts.iter().map(address).collect::<Vec<_>>().join(", ");
        let cluster = service.map_or(shown, str::to_owned);
        let named = service.map(|name| HostReference { variable: cluster.clone(), host: name.to_owned(), ..HostReference::default() });
        if !cluster.is_empty() && rules.clusters.iter().all(|known| known.name != cluster) {
            rules.clusters.push(ProxyCluster { name: cluster.clone(), line: one.line, hosts: hosts.into_iter().chain(named).collect() });
        }
        let options = one.get("AuthenticationOptions");
        let scheme = options.and_then(|all| all.text_of("AuthenticationProviderKey").map(str::to_owned));
        let schemes = || options.and_then(|all| all.get("AuthenticationProviderKeys")).map(texts).unwrap_or_default().join(", ");
        rules.routes.push(ProxyRoute {
            name: one.text_of("Key").unwrap_or_default().to_owned(),
            line: one.line,
            path: one.text_of("UpstreamPathTemplate").unwrap_or_default().to_owned(),
            hosts: one.text_of("UpstreamHost").map(str::to_owned).into_iter().collect(),
            methods: one.get("UpstreamHttpMethod").map(texts).unwrap_or_default().into_iter().map(|one| one.to_ascii_uppercase()).collect(),
            cluster,
            policy: scheme.or_else(|| Some(schemes())).filter(|name| !name.is_empty()),
        });
    }
    Some((all.line, rules))
}

fn ocelot_hosts(route: &Json) -> Vec<HostReference> {
    let scheme = route.text_of("DownstreamScheme").map(str::to_ascii_lowercase);
    let servers = route.get("DownstreamHostAndPorts").map(Json::items).unwrap_or_default();
    let host = |one: &Json| {
        let port = one.get("Port").and_then(|port| match &port.value {
            JsonValue::Number(port) | JsonValue::Text(port) => Some(port.clone()),
            _ => None,
        });
        Some(HostReference { variable: String::new(), scheme: scheme.clone(), host: one.text_of("Host")?.to_owned(), port })
    };
    servers.iter().filter_map(host).collect()
}
