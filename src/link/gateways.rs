//! Gateways of .NET: which paths of a container that runs YARP or Ocelot lead to which containers.
//! Source: the documentation of YARP and Ocelot. A cluster whose address nothing here answers to is named, and leads nowhere.

use std::collections::{BTreeMap, BTreeSet};

use super::startup::each_call;
use super::{Input, wording};
use crate::finding::{Fact, HostReference, ProxyRoute};
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};
use crate::model::{Component, Model, Relationship};

/// Packages that make a project a gateway, and the product of each.
const PACKAGES: &[(&str, &str)] =
    &[("Yarp.ReverseProxy", "YARP"), ("Microsoft.ReverseProxy", "YARP"), ("Ocelot", "Ocelot"), ("Duende.BFF.Yarp", "YARP")];

/// How many paths or clusters a description shows.
const SHOWN: usize = 6;

/// The rules of one gateway.
#[derive(Default)]
struct Gateway<'a> {
    product: &'static str,
    at: Option<&'a Location>,
    routes: Vec<(RepoPath, &'a ProxyRoute)>,
    clusters: BTreeMap<&'a str, BTreeSet<HostReference>>,
    /// Paths that calls forward to an address: where, path, address.
    forwarded: Vec<(Location, String, HostReference)>,
}

/// The pass; components must be there.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let keys: Vec<(String, RepoPath)> = model.containers.iter().filter_map(|(key, one)| Some((key.clone(), one.path.clone()?))).collect();
    for (key, folder) in keys {
        let closure = input.projects().closure(&folder);
        let projects = || closure.iter().filter_map(|folder| input.projects().at(folder));
        let used = PACKAGES.iter().find(|(package, _)| projects().any(|project| project.uses(package)));
        let Some((_, product)) = used else { continue };
        let gateway = gateway(input, model, &key, product);
        if !gateway.routes.is_empty() || !gateway.forwarded.is_empty() {
            enter(input, &key, &gateway, model);
        }
    }
    hosted(input, model);
}

/// Gateways that an AppHost sets up: their routes stand in its code.
fn hosted(input: &Input<'_>, model: &mut Model) {
    for resources in input.resources().values() {
        for (name, resource) in resources.iter().filter(|(_, one)| !one.routes.is_empty()) {
            if !model.containers.contains_key(name) {
                continue;
            }
            let mut gateway = Gateway { product: "YARP", at: Some(resource.at), ..Gateway::default() };
            for (path, target, at) in &resource.routes {
                let host = HostReference { host: target.clone(), ..HostReference::default() };
                let path = if path.is_empty() { "/*" } else { path };
                gateway.forwarded.push((at.clone(), path.to_owned(), host));
            }
            enter(input, name, &gateway, model);
        }
    }
}

fn gateway<'a>(input: &Input<'a>, model: &Model, key: &str, product: &'static str) -> Gateway<'a> {
    let mut gateway = Gateway { product, ..Gateway::default() };
    let all = input.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::ProxyRules(rules) if rules.product == product => Some((finding, rules)),
        _ => None,
    });
    let mut own: Vec<_> = all.filter(|(finding, _)| input.usage(model).containers(model, &finding.at.path).contains(key)).collect();
    own.sort_by_key(|(finding, rules)| (rules.environment.is_some(), &finding.at));
    for (finding, rules) in own {
        gateway.at.get_or_insert(&finding.at);
        for route in &rules.routes {
            // A file for one environment says a route of the main one again.
            let known = |(_, other): &(RepoPath, &ProxyRoute)| {
                other.path == route.path && other.methods == route.methods && other.hosts == route.hosts
            };
            if !gateway.routes.iter().any(known) {
                gateway.routes.push((finding.at.path.clone(), route));
            }
        }
        for cluster in &rules.clusters {
            gateway.clusters.entry(&cluster.name).or_default().extend(cluster.hosts.iter().cloned());
        }
    }
    for (at, procedure) in input.startup(model).procedures(key) {
        each_call(&procedure.steps, &mut |_, call| {
            let text = |name: &str, place: usize| call.argument(name, place).and_then(|one| input.names.text(&at.path, &one.value));
            if call.name == "MapForwarder"
                && let (Some(path), Some(address)) = (text("pattern", 0), text("destinationPrefix", 1))
                && let Some(host) = HostReference::of_url(&address)
            {
                gateway.forwarded.push((Location::new(&at.path, call.line), path, host));
            }
        });
    }
    gateway
}

/// The containers that the servers of a cluster are.
fn targets(input: &Input<'_>, model: &Model, key: &str, hosts: &BTreeSet<HostReference>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for host in hosts {
        // A host without a name is a setting that the code reads.
        let set: Vec<&HostReference> =
            if host.host.is_empty() { input.settings(model).hosts(key, &host.variable).collect() } else { vec![host] };
        found.extend(set.into_iter().filter_map(|host| input.addresses(model).find(host)).map(str::to_owned));
        found.extend(input.settings(model).given(key, &host.variable).filter(|_| host.host.is_empty()).cloned());
    }
    found.remove(key);
    found
}

fn enter(input: &Input<'_>, key: &str, gateway: &Gateway<'_>, model: &mut Model) {
    let mut lines: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let mut routes = BTreeSet::new();
    for (file, route) in &gateway.routes {
        let at = Location::new(file, route.line);
        let none = BTreeSet::new();
        let hosts = gateway.clusters.get(route.cluster.as_str());
        if hosts.is_none() && !route.cluster.is_empty() {
            let message = format!("the route {} leads to the cluster {}, which nothing here sets up", route.name, route.cluster);
            model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
        }
        let targets = targets(input, model, key, hosts.unwrap_or(&none));
        let path = path_of(route);
        for target in &targets {
            lines.entry(target.clone()).or_default().insert(path.clone());
        }
        named.insert(&route.cluster);
        routes.insert(shown(route, &path, &targets));
        model.prove(&at, "gateway route", &["api_endpoints", key, "routes"]);
    }
    for (at, path, host) in &gateway.forwarded {
        let targets = targets(input, model, key, &BTreeSet::from([host.clone()]));
        let path = plain(path);
        targets.iter().for_each(|target| _ = lines.entry(target.clone()).or_default().insert(path.clone()));
        let to = if targets.is_empty() { host.host.clone() } else { targets.iter().cloned().collect::<Vec<_>>().join(", ") };
        routes.insert(format!("{path} → {to}"));
        model.prove(at, "gateway route", &["api_endpoints", key, "routes"]);
    }
    // The package of the product may come with a library that the project is built with.
    let technology = model.containers.get_mut(key).and_then(|one| one.technology.as_mut());
    if let Some(known) = technology.filter(|known| !known.contains(gateway.product) && known.ends_with(')')) {
        known.insert_str(known.len() - 1, &format!(" + {}", gateway.product));
    }
    let component = component(key, gateway, (routes.len(), &named), &lines);
    let id = format!("{key}.{}", gateway.product.to_lowercase());
    if let Some(at) = gateway.at {
        model.prove(at, "gateway", &["components", &id]);
    }
    model.components.insert(id, component);
    model.gateway_routes.insert(key.to_owned(), routes);
    for (target, paths) in lines {
        let description = format!("Routes {} to it", wording::list(paths.iter().map(String::as_str), SHOWN));
        super::clients::relate(model, key, Relationship { target, description, technology: Some("HTTP".to_owned()) });
    }
}

fn component(
    key: &str,
    gateway: &Gateway<'_>,
    (routes, clusters): (usize, &BTreeSet<&str>),
    lines: &BTreeMap<String, BTreeSet<String>>,
) -> Component {
    let to = wording::list(clusters.iter().copied().filter(|name| !name.is_empty()), SHOWN);
    let to = if to.is_empty() { String::new() } else { format!(" to {to}") };
    Component {
        name: "Reverse Proxy Routes".to_owned(),
        description: format!("{} of {}{to}.", wording::count(routes, "route"), gateway.product),
        kind: format!("{} Reverse Proxy", gateway.product),
        technology: Some(gateway.product.to_owned()),
        container: key.to_owned(),
        path: gateway.at.map(|at| at.path.clone()).or_else(|| gateway.forwarded.first().map(|(at, _, _)| at.path.clone())),
        dependencies: lines.keys().cloned().collect(),
        ..Component::default()
    }
}

/// `/catalog/{rest}`, `*.shop.com/catalog`; every path is `/*`.
fn path_of(route: &ProxyRoute) -> String {
    let path = if route.path.is_empty() { "/*".to_owned() } else { plain(&route.path) };
    let hosts: Vec<&str> = route.hosts.iter().map(String::as_str).collect();
    if hosts.is_empty() { path } else { format!("{}{path}", hosts.join(",")) }
}

/// A path with its parameters as `{name}`, as all paths of the document stand.
fn plain(path: &str) -> String {
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    path.split('/').map(|part| parameter(part).unwrap_or_else(|| part.to_owned())).collect::<Vec<_>>().join("/")
}

fn parameter(part: &str) -> Option<String> {
    let inner = part.strip_prefix('{')?.strip_suffix('}')?;
    Some(format!("{{{}}}", inner.trim_start_matches('*').split([':', '=', '?']).next().unwrap_or_default()))
}

/// `GET /catalog/{rest} → catalog-cluster: catalog-api (policy: users)`
fn shown(route: &ProxyRoute, path: &str, targets: &BTreeSet<String>) -> String {
    let methods = route.methods.iter().cloned().collect::<Vec<_>>().join(",");
    let before = if methods.is_empty() { path.to_owned() } else { format!("{methods} {path}") };
    let targets = targets.iter().cloned().collect::<Vec<_>>().join(", ");
    let to = match (route.cluster.as_str(), targets.as_str()) {
        (cluster, "") => cluster.to_owned(),
        ("", targets) => targets.to_owned(),
        (cluster, targets) => format!("{cluster}: {targets}"),
    };
    let policy = route.policy.as_ref().map(|policy| format!(" (authorization: {policy})")).unwrap_or_default();
    format!("{before} → {to}{policy}")
}
