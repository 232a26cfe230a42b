//! Messages between containers: who sends on a channel, who receives from it, over what.
//! Events that stay inside one process are no messages here.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{ClassId, expand};
use super::names::{last_part, shown};
use super::{Input, wording};
use crate::finding::{BootstrapKind, Direction, Fact, Finding, Protocol, Trigger, Value};
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};
use crate::model::{Container, Model, Relationship};

/// One side of a channel in one container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Side {
    /// The container.
    pub(crate) container: String,
    /// `UserService.create`.
    pub(crate) handler: String,
}

/// Who is on a channel.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traffic {
    /// Who sends.
    pub(crate) publishers: BTreeSet<Side>,
    /// Who receives.
    pub(crate) subscribers: BTreeSet<Side>,
    /// Over what.
    pub(crate) transports: BTreeSet<String>,
    /// Handlers that a call subscribes, where it stands.
    pub(crate) subscribed: BTreeMap<Side, Location>,
    /// Requests that wait for an answer, where they stand.
    requests: Vec<Location>,
}

/// The transport of events that stay in the process.
pub(super) const IN_PROCESS: &str = "EventEmitter";

/// How many channel names a description shows.
const SHOWN: usize = 5;

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let channels = channels(input, model);
    for (name, traffic) in &channels {
        for side in &traffic.publishers {
            if let Some(container) = model.containers.get_mut(&side.container) {
                container.publishes.insert(name.clone());
            }
        }
        for side in &traffic.subscribers {
            if let Some(container) = model.containers.get_mut(&side.container) {
                container.subscribes.insert(name.clone());
            }
        }
        if traffic.subscribers.is_empty() {
            for at in &traffic.requests {
                let message = format!("`{name}` is asked for here, and nothing in the repository answers it");
                model.gaps.push(Gap::line(GapCode::UnpairedMessage, &at.path, at.line, message));
            }
        }
    }
    relate(&channels, model);
    relate_brokers(&channels, model);
    _ = input.channels.set(channels);
}

/// Every channel that crosses the border of a process.
fn channels(input: &Input<'_>, model: &mut Model) -> BTreeMap<String, Traffic> {
    let mut channels: BTreeMap<String, Traffic> = BTreeMap::new();
    let mut evidence = Vec::new();
    let carriers = super::carriers::of_containers(input, model);
    let relayed = super::relays::messages(input, &mut model.gaps);
    let named = super::named_handlers::channels(input, model);
    for finding in input.findings.iter().chain(input.followed.get().into_iter().flatten()).chain(&relayed).chain(&named) {
        if let Some(end) = ends(input, model, finding) {
            for name in &end.names {
                let traffic = channels.entry(name.clone()).or_default();
                traffic.transports.extend(end.transport.clone());
                if end.transport.is_none() {
                    traffic
                        .transports
                        .extend(end.sides.iter().filter_map(|side| carriers.get(&side.container)).map(|name| (*name).to_owned()));
                }
                let sides = if end.direction == Direction::Subscribe { &mut traffic.subscribers } else { &mut traffic.publishers };
                sides.extend(end.sides.iter().cloned());
                if end.direction == Direction::Request {
                    traffic.requests.push(finding.at.clone());
                }
                if end.direction == Direction::Subscribe && matches!(finding.fact, Fact::Channel(_)) {
                    traffic.subscribed.extend(end.sides.iter().map(|side| (side.clone(), finding.at.clone())));
                }
                let list = if end.direction == Direction::Subscribe { "subscribes" } else { "publishes" };
                evidence.extend(end.sides.iter().map(|side| (finding.at.clone(), side.container.clone(), list)));
            }
        }
    }
    let talk = input.talk(model);
    for one in &talk.messages.found {
        let traffic = channels.entry(one.name.clone()).or_default();
        traffic.transports.insert(one.transport.to_owned());
        let side = Side { container: one.container.clone(), handler: one.handler.clone() };
        let sides = if one.is_subscription { &mut traffic.subscribers } else { &mut traffic.publishers };
        sides.insert(side);
        if one.is_request {
            traffic.requests.push(one.at.clone());
        }
        let list = if one.is_subscription { "subscribes" } else { "publishes" };
        evidence.push((one.at.clone(), one.container.clone(), list));
    }
    for (at, handler) in &talk.messages.open {
        let message = format!("the channel that {handler} uses is computed at run time");
        model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
    }
    for (at, container, list) in evidence {
        model.prove(&at, "channel", &["containers", &container, "messaging", list]);
    }
    channels
}

/// One end of some channels, as one fact states it.
struct End {
    direction: Direction,
    names: Vec<String>,
    transport: Option<String>,
    sides: BTreeSet<Side>,
}

fn ends(input: &Input<'_>, model: &mut Model, finding: &Finding) -> Option<End> {
    let at = &finding.at;
    match &finding.fact {
        Fact::Channel(channel) if channel.transport.as_deref() != Some(IN_PROCESS) => {
            let names = names(input, &at.path, std::slice::from_ref(&channel.name));
            if names.is_empty() {
                let message = format!("the channel that {} uses is computed at run time", channel.handler);
                model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
            }
            let sides = sides(input, model, at, &channel.handler);
            Some(End { direction: channel.direction, names, transport: channel.transport.clone(), sides })
        }
        Fact::Route(route) if matches!(route.protocol, Protocol::MessageRequest | Protocol::MessageEvent) => {
            let handler = format!("{}.{}", route.class, route.handler);
            let all = sides(input, model, at, &handler);
            let (sides, unserved): (BTreeSet<Side>, BTreeSet<Side>) =
                all.into_iter().partition(|side| transport_of(input, model, &side.container).is_some());
            let names = names(input, &at.path, &route.paths);
            if sides.is_empty() && !unserved.is_empty() {
                let message = format!(
                    "{handler} handles {}, but no message transport is started",
                    wording::list(names.iter().map(String::as_str), SHOWN)
                );
                model.gaps.push(Gap::line(GapCode::NotMounted, &at.path, at.line, message));
            }
            let transport = sides.iter().next().and_then(|side| transport_of(input, model, &side.container));
            Some(End { direction: Direction::Subscribe, names, transport: transport.filter(|name| !name.is_empty()), sides })
        }
        Fact::Job(job) => {
            let Trigger::Queue(queue, _) = &job.trigger else { return None };
            let names = names(input, &at.path, std::slice::from_ref(queue));
            let handler = if job.class.is_empty() { job.handler.clone() } else { format!("{}.{}", job.class, job.handler) };
            Some(End {
                direction: Direction::Subscribe,
                names,
                transport: Some("Queue".to_owned()),
                sides: sides(input, model, at, &handler),
            })
        }
        _ => None,
    }
}

/// The containers in which a handler runs.
pub(super) fn sides(input: &Input<'_>, model: &Model, at: &Location, handler: &str) -> BTreeSet<Side> {
    let class: ClassId = (at.path.clone(), handler.split('.').next().unwrap_or(handler).to_owned());
    let containers = input.registered_in(model, &class);
    containers.into_iter().map(|container| Side { container, handler: handler.to_owned() }).collect()
}

/// The names of channels; a map that serves as a name is shown by its only value, or as `key:value` pairs.
pub(super) fn names(input: &Input<'_>, file: &RepoPath, values: &[Value]) -> Vec<String> {
    let expanded = values.iter().flat_map(|value| expand(&input.names, file, value, 6));
    expanded.filter_map(|(file, value)| channel_name(&input.names.resolve(&file, &value))).collect()
}

pub(crate) fn channel_name(value: &Value) -> Option<String> {
    let Value::Map(entries) = value else { return shown(value).filter(|text| !text.is_empty()) };
    match entries.as_slice() {
        [(_, only)] => shown(only),
        several => {
            let pairs: Option<Vec<String>> = several.iter().map(|(key, value)| Some(format!("{key}:{}", shown(value)?))).collect();
            pairs.map(|mut pairs| {
                pairs.sort();
                pairs.join(",")
            })
        }
    }
}

/// The message transport that a container starts: its name, empty when it is not stated, `None` when none is started.
pub(crate) fn transport_of(input: &Input<'_>, model: &Model, container: &str) -> Option<String> {
    let app = input.graph(model).apps.get(container)?;
    let mut started = false;
    for (at, bootstrap) in &app.bootstraps {
        started |= bootstrap.kind == BootstrapKind::Microservice || !bootstrap.transports.is_empty();
        for options in &bootstrap.transports {
            for (file, options) in expand(&input.names, &at.path, options, 4) {
                let name = match input.names.resolve(&file, &options).get("transport") {
                    Some(Value::Name(name)) => transport_name(last_part(name)),
                    Some(Value::Text(name)) => transport_name(name),
                    _ => continue,
                };
                return Some(name);
            }
        }
    }
    started.then(String::new)
}

fn transport_name(name: &str) -> String {
    match name {
        "RMQ" => "RabbitMQ",
        "KAFKA" => "Kafka",
        "REDIS" => "Redis",
        "GRPC" => "gRPC",
        other => other,
    }
    .to_owned()
}

/// The channels and the transports of one line.
type Line<'a> = (BTreeSet<&'a str>, BTreeSet<&'a str>);

/// A line from each sender to each receiver, with the channels.
fn relate(channels: &BTreeMap<String, Traffic>, model: &mut Model) {
    let mut lines: BTreeMap<(String, String), Line<'_>> = BTreeMap::new();
    for (name, traffic) in channels {
        for publisher in &traffic.publishers {
            for subscriber in traffic.subscribers.iter().filter(|side| side.container != publisher.container) {
                let line = lines.entry((publisher.container.clone(), subscriber.container.clone())).or_default();
                line.0.insert(name);
                line.1.extend(traffic.transports.iter().map(String::as_str));
            }
        }
    }
    for ((from, to), (names, transports)) in lines {
        let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let description =
            format!("Sends {}: {}.", wording::count(names.len(), "message"), wording::list(shown.iter().map(String::as_str), SHOWN));
        let technology = Some(transports.into_iter().collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty());
        if let Some(container) = model.containers.get_mut(&from) {
            container.relationships.insert(Relationship { target: to, description, technology });
        }
    }
}

/// What a container does at its broker.
fn does(container: &Container) -> &'static str {
    match (container.publishes.is_empty(), container.subscribes.is_empty()) {
        (false, true) => "Sends messages.",
        (true, false) => "Receives messages.",
        _ => "Sends and receives messages.",
    }
}

/// A line from each container to the broker that carries its messages, where the broker is a container here.
fn relate_brokers(channels: &BTreeMap<String, Traffic>, model: &mut Model) {
    let brokers: Vec<(String, String)> = model
        .containers
        .iter()
        // An admin tool is called like the broker that it shows (`Kafka UI`), and carries nothing.
        .filter(|(_, one)| one.backing && matches!(one.kind.as_str(), "Message Broker" | "Cache" | "Database"))
        .filter_map(|(key, one)| Some((key.clone(), one.technology.as_deref()?.to_ascii_lowercase())))
        .collect();
    for traffic in channels.values() {
        for transport in &traffic.transports {
            let wanted = if matches!(transport.as_str(), "BullMQ" | "Bull") { "redis".to_owned() } else { transport.to_ascii_lowercase() };
            let Some((broker, _)) = brokers.iter().find(|(_, technology)| technology.trim_start_matches("apache ").starts_with(&wanted))
            else {
                continue;
            };
            for side in traffic.publishers.iter().chain(&traffic.subscribers).filter(|side| side.container != *broker) {
                if let Some(container) = model.containers.get_mut(&side.container) {
                    let description = does(container).to_owned();
                    container.relationships.insert(Relationship {
                        target: broker.clone(),
                        description,
                        technology: Some(transport.clone()),
                    });
                }
            }
        }
    }
}
