//! Lines between repositories: by channels, by hosts, and by services of contracts.
//! A name that two repositories answer to joins nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::JOINED_BY;
use crate::document::at_each;

/// Takes out the lines that an earlier merge drew.
pub(super) fn erase(landscape: &mut Value) {
    at_each(landscape, &["containers", "*", "relationships"], &mut |lines| {
        if let Some(lines) = lines.as_array_mut() {
            lines.retain(|line| line.get(JOINED_BY).is_none());
        }
    });
}

/// A line: from, to, by what, in words.
type Line = (String, String, &'static str, String);

/// Draws the lines between repositories.
pub(super) fn draw(landscape: &mut Value) {
    let mut lines: BTreeSet<Line> = BTreeSet::new();
    channels(landscape, &mut lines);
    clients(landscape, &mut lines);
    let mut by_container: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (from, to, by, description) in lines {
        by_container.entry(from).or_default().push(json!({"target": to, "description": description, JOINED_BY: by}));
    }
    let Some(containers) = landscape.get_mut("containers").and_then(Value::as_object_mut) else { return };
    for (key, container) in containers.iter_mut() {
        let Some(container) = container.as_object_mut() else { continue };
        let own = container.entry("relationships").or_insert_with(|| json!([]));
        if let Some(own) = own.as_array_mut() {
            own.extend(by_container.remove(key).unwrap_or_default());
            own.sort_by_key(ToString::to_string);
        }
    }
}

fn objects<'a>(landscape: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let map = landscape.pointer(pointer).and_then(Value::as_object);
    map.into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The repository of a key; its own name may hold slashes, the names of things behind it need not.
pub(super) fn repository<'a>(names: &'a BTreeSet<String>, key: &str) -> &'a str {
    let of = names.iter().filter(|name| key.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('/')));
    of.max_by_key(|name| name.len()).map_or("", String::as_str)
}

fn channels(landscape: &Value, lines: &mut BTreeSet<Line>) {
    let names = super::repositories(landscape);
    let listed = |role: &str| {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (key, container) in objects(landscape, "/containers") {
            let channels = container.get("messaging").and_then(|messaging| messaging.get(role)).and_then(Value::as_array);
            for channel in channels.into_iter().flatten().filter_map(Value::as_str) {
                found.entry(channel.to_owned()).or_default().insert(key.to_owned());
            }
        }
        found
    };
    let takers = listed("subscribes");
    for (channel, senders) in listed("publishes") {
        for (from, to) in senders.iter().flat_map(|from| takers.get(&channel).into_iter().flatten().map(move |to| (from, to))) {
            if repository(&names, from) != repository(&names, to) {
                lines.insert((from.clone(), to.clone(), "channel", format!("Sends `{channel}`")));
            }
        }
    }
}

/// Clients whose address or service another repository answers to.
fn clients(landscape: &Value, lines: &mut BTreeSet<Line>) {
    let names = super::repositories(landscape);
    let answers = Answers::of(landscape, &names);
    for (_, component) in objects(landscape, "/components") {
        let (kind, from) = (text(component, "type"), text(component, "container"));
        if !kind.ends_with("Client") || from.is_empty() {
            continue;
        }
        let own = repository(&names, from);
        let address = address(text(component, "description"));
        if let Some(to) = address.as_deref().and_then(|address| answers.at(address, own)) {
            let shown = address.as_deref().unwrap_or_default();
            lines.insert((from.to_owned(), to, "host", format!("Calls {shown}")));
        } else if kind.starts_with("gRPC") {
            let service = text(component, "name").trim_end_matches("Client");
            if let Some(to) = only(answers.services.get(service), own, &names) {
                lines.insert((from.to_owned(), to, "contract", format!("Calls the service {service}")));
            }
        }
    }
}

/// The address in "HTTP client of api.example.org; its address is set by `URL`."
fn address(description: &str) -> Option<String> {
    let rest = description.split_once("client of ")?.1;
    let end = rest.find([';', ' ', ',']).unwrap_or(rest.len());
    let address = rest[..end].trim_end_matches('.').trim_matches('`');
    (!address.is_empty()).then(|| address.to_owned())
}

/// Who answers to which name.
struct Answers {
    /// Host names of ingresses -> context of the repository, or the container that is called like the resource.
    hosts: BTreeMap<String, BTreeSet<String>>,
    /// Bare keys of containers.
    containers: BTreeMap<String, BTreeSet<String>>,
    /// Services of gRPC without their package.
    services: BTreeMap<String, BTreeSet<String>>,
    names: BTreeSet<String>,
}

impl Answers {
    fn of(landscape: &Value, names: &BTreeSet<String>) -> Self {
        let mut made = Self { hosts: BTreeMap::new(), containers: BTreeMap::new(), services: BTreeMap::new(), names: names.clone() };
        let keys: BTreeSet<&str> = objects(landscape, "/containers").map(|(key, _)| key).collect();
        for key in &keys {
            let bare = key.strip_prefix(repository(names, key)).unwrap_or(key).trim_start_matches('/');
            made.containers.entry(bare.to_lowercase()).or_default().insert((*key).to_owned());
        }
        for (platform, one) in objects(landscape, "/deployment_topology") {
            let own = repository(names, platform);
            for (kind, resource) in objects(one, "/resources").flat_map(|(_, kinds)| objects(kinds, "")) {
                let called = format!("{own}/{}", kind.rsplit('/').next().unwrap_or(kind));
                let to = if keys.contains(called.as_str()) { called } else { own.to_owned() };
                for host in resource.get("hosts").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
                    made.hosts.entry(host.to_lowercase()).or_default().insert(to.clone());
                }
            }
        }
        for (container, endpoints) in objects(landscape, "/api_endpoints") {
            for (operation, _) in objects(endpoints, "/operations") {
                let Some((service, _)) = operation.strip_prefix("GRPC ").and_then(|rest| rest.split_once('/')) else { continue };
                let bare = service.rsplit('.').next().unwrap_or(service);
                made.services.entry(bare.to_owned()).or_default().insert(container.to_owned());
            }
        }
        made
    }

    /// Who answers at an address, seen from a repository: a host as it is written, else a container by its first label.
    fn at(&self, address: &str, own: &str) -> Option<String> {
        let host = address.split_once("://").map_or(address, |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or(host).to_lowercase();
        let label = host.split('.').next().unwrap_or_default();
        let inside = !host.contains('.') || [".svc", ".svc.cluster.local", ".local", ".internal"].iter().any(|end| host.ends_with(end));
        let by_label = || only(self.containers.get(label).filter(|_| inside), own, &self.names);
        only(self.hosts.get(&host), own, &self.names).or_else(by_label)
    }
}

/// The only one of another repository; none where the own repository has one.
fn only(found: Option<&BTreeSet<String>>, own: &str, names: &BTreeSet<String>) -> Option<String> {
    let found = found?;
    let of = |key: &str| if names.contains(key) { key.to_owned() } else { repository(names, key).to_owned() };
    if found.iter().any(|key| of(key) == own) {
        return None;
    }
    if found.len() == 1 { found.first().cloned() } else { None }
}
