//! Routes and clusters of YARP that code makes: `new RouteConfig { ... }`, `new ClusterConfig { ... }`.
//! Source: the documentation of YARP, "In-memory configuration". What a loop makes of data is left out.

use std::collections::BTreeSet;

use super::nodes::{is_dead, text_of};
use super::values;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, HostReference, ProxyCluster, ProxyRoute, ProxyRules, Value};
use crate::syntax::connection;
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "csharp/reverse_proxy", text: include_str!("../../../queries/csharp/reverse_proxy.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.reverse_proxy",
    about: "YARP: routes and clusters that code makes",
    kinds: &[FileKind::CSharp],
    markers: &["new RouteConfig", "new ClusterConfig", "new ProxyRoute", "RouteConfig[]"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut rules = ProxyRules { product: "YARP", ..ProxyRules::default() };
    let mut first = None;
    for found in cx.matches(&QUERY) {
        let Some(created) = found.node("created") else { continue };
        let kind = created.child_by_field_name("type").map_or("", |kind| text_of(kind, cx.text));
        if !matches!(kind, "RouteConfig" | "ClusterConfig") || is_dead(created) {
            continue;
        }
        let line = cx.line(created.start_byte());
        let Value::Call(_, given) = values::read(created, cx.text) else { continue };
        let Some(set) = given.last() else { continue };
        match kind {
            "RouteConfig" => rules.routes.extend(route(set, line)),
            "ClusterConfig" => rules.clusters.extend(cluster(set, line)),
            _ => continue,
        }
        first.get_or_insert(line);
    }
    if let Some(line) = first.filter(|_| !rules.routes.is_empty() || !rules.clusters.is_empty()) {
        sink.fact(line, Fact::ProxyRules(rules));
    }
}

fn text(set: &Value, key: &str) -> Option<String> {
    set.get(key).and_then(Value::as_text).map(str::to_owned)
}

fn route(set: &Value, line: u32) -> Option<ProxyRoute> {
    let matched = set.get("Match").and_then(inner);
    let texts = |key: &str| -> BTreeSet<String> {
        let items = matched.and_then(|one| one.get(key)).map(Value::items).unwrap_or_default();
        items.iter().filter_map(Value::as_text).map(str::to_owned).collect()
    };
    Some(ProxyRoute {
        name: text(set, "RouteId")?,
        line,
        path: matched.and_then(|one| text(one, "Path")).unwrap_or_default(),
        hosts: texts("Hosts"),
        methods: texts("Methods"),
        cluster: text(set, "ClusterId")?,
        policy: text(set, "AuthorizationPolicy").filter(|policy| !policy.eq_ignore_ascii_case("anonymous")),
    })
}

/// What the initialiser of `new T { ... }` sets.
fn inner(value: &Value) -> Option<&Value> {
    match value {
        Value::Call(_, given) => given.last(),
        _ => None,
    }
}

fn cluster(set: &Value, line: u32) -> Option<ProxyCluster> {
    let name = text(set, "ClusterId")?;
    let mut hosts = Vec::new();
    let mut open: Vec<&Value> = set.get("Destinations").into_iter().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Map(entries) => {
                for (key, entry) in entries {
                    match entry {
                        Value::Text(address) if key == "Address" => hosts.extend(named(&name, address)),
                        // The address is a setting: its name is what the linker follows.
                        Value::Environment(variable, _) if key == "Address" => {
                            hosts.push(HostReference { variable: variable.clone(), ..HostReference::default() });
                        }
                        other => open.push(other),
                    }
                }
            }
            Value::Call(_, items) | Value::List(items) => open.extend(items),
            _ => {}
        }
    }
    Some(ProxyCluster { name, line, hosts })
}

fn named(variable: &str, address: &str) -> Vec<HostReference> {
    let found = connection::all_endpoints(variable, address).into_iter();
    found.map(|one| HostReference { variable: variable.to_owned(), scheme: one.scheme, host: one.host, port: one.port }).collect()
}
