//! Workflows and jobs: what a schedule, a queue or an event starts, with the way of the message to it.
//! Events that stay inside one process are told here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use super::flows::Flows;
use super::golang::Talk;
use super::messaging::{self, IN_PROCESS, Side, Traffic};
use super::{Input, names, wording};
use crate::finding::{CqrsKind, Direction, Fact, Finding, Job, Protocol, Route, Trigger, Value};
use crate::location::{Location, RepoPath};
use crate::model::{Model, Workflow};

/// The pass; messaging must have run.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let none = BTreeMap::new();
    let channels = input.channels.get().unwrap_or(&none);
    let flows = Flows::of(channels, model);
    let mut found: Vec<(String, Workflow, &Location)> = Vec::new();
    for finding in input.findings.iter().chain(input.followed.get().into_iter().flatten()) {
        let (handler, class, doc) = match &finding.fact {
            Fact::Job(job) => {
                // Where a job is scheduled far from its class, the class says what it does.
                let class = || input.names.class(&finding.at.path, &job.class).filter(|(at, _)| at.path != finding.at.path);
                let doc = job.doc.clone().or_else(|| class().and_then(|(_, class)| class.doc.clone()));
                (qualified(&job.class, &job.handler), &job.class, doc)
            }
            Fact::Route(route) if route.protocol == Protocol::MessageEvent => {
                (qualified(&route.class, &route.handler), &route.class, route.summary.clone())
            }
            _ => continue,
        };
        let id = (finding.at.path.clone(), class.clone());
        let containers = input.registered_in(model, &id);
        for container in containers {
            let Some((trigger, channel)) = trigger(input, model, &finding.fact, (&finding.at.path, &container)) else { continue };
            let traffic = channel.as_ref().and_then(|name| Some((name, channels.get(name)?)));
            let receiver = Side { container: container.clone(), handler: handler.clone() };
            let steps = traffic.map(|(name, traffic)| flows.steps(name, &traffic.publishers, &receiver)).unwrap_or_default();
            let description = doc.as_deref().map_or_else(|| format!("Started by {trigger}."), wording::first_paragraph);
            let name = stated_name(input, finding).unwrap_or_else(|| handler.clone());
            found.push((name, Workflow { description, trigger, handler: handler.clone(), container, steps }, &finding.at));
        }
    }
    found.extend(events(input, model, &flows));
    let talk = input.talk(model);
    found.extend(of_programs(talk, channels, &flows));
    found.extend(subscribed(input, channels, &flows, &found));
    enter(found, model);
}

/// Handlers that a call subscribes to a channel, and that are no job of their own.
fn subscribed<'c>(
    input: &Input<'_>,
    channels: &'c BTreeMap<String, Traffic>,
    flows: &Flows<'_>,
    told: &[(String, Workflow, &Location)],
) -> Vec<(String, Workflow, &'c Location)> {
    let known: BTreeSet<(&str, &str)> = told.iter().map(|(_, one, _)| (one.container.as_str(), one.handler.as_str())).collect();
    let mut found = Vec::new();
    for (name, traffic) in channels {
        for (side, at) in traffic.subscribed.iter().filter(|(side, _)| !known.contains(&(side.container.as_str(), side.handler.as_str()))) {
            let transports = traffic.transports.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            let trigger = if transports.is_empty() { format!("Event `{name}`") } else { format!("{transports} event `{name}`") };
            let class = side.handler.split('.').next().unwrap_or(&side.handler);
            let doc = input.names.class(&at.path, class).and_then(|(_, class)| class.doc.as_deref());
            let description = doc.map_or_else(|| format!("Started by {trigger}."), wording::first_paragraph);
            let steps = flows.steps(name, &traffic.publishers, side);
            let workflow = Workflow { description, trigger, handler: side.handler.clone(), container: side.container.clone(), steps };
            found.push((side.handler.clone(), workflow, at));
        }
    }
    found
}

/// What messages and schedules start in programs of Go.
fn of_programs<'t>(talk: &'t Talk, channels: &BTreeMap<String, Traffic>, flows: &Flows<'_>) -> Vec<(String, Workflow, &'t Location)> {
    let received = talk.messages.found.iter().filter(|one| one.is_subscription).map(|one| {
        let is_queue = matches!(one.transport, "asynq" | "machinery" | "Temporal" | "Amazon SQS");
        let trigger = if is_queue { format!("Queue `{}`", one.name) } else { format!("{} event `{}`", one.transport, one.name) };
        let publishers = channels.get(&one.name).map(|traffic| &traffic.publishers);
        let receiver = Side { container: one.container.clone(), handler: one.handler.clone() };
        let steps = publishers.map(|all| flows.steps(&one.name, all, &receiver)).unwrap_or_default();
        (trigger, &one.handler, &one.container, steps, &one.at, None)
    });
    let scheduled =
        talk.schedules.iter().map(|one| (one.trigger.clone(), &one.handler, &one.container, Vec::new(), &one.at, one.doc.as_deref()));
    let workflow = |(trigger, handler, container, steps, at, doc): (String, &String, &String, Vec<String>, &'t Location, Option<&str>)| {
        let description = doc.map_or_else(|| format!("Started by {trigger}."), wording::first_paragraph);
        (handler.clone(), Workflow { description, trigger, handler: handler.clone(), container: container.clone(), steps }, at)
    };
    received.chain(scheduled).map(workflow).collect()
}

/// What events inside a process start: listeners of an emitter, and handlers of CQRS events.
fn events<'a>(input: &Input<'a>, model: &Model, flows: &Flows<'_>) -> Vec<(String, Workflow, &'a Location)> {
    let mut emitted: BTreeMap<(String, String), BTreeSet<Side>> = BTreeMap::new();
    let mut listeners: Vec<(String, Side, Option<&str>, &Finding)> = Vec::new();
    for finding in input.findings {
        let at = &finding.at;
        match &finding.fact {
            Fact::Channel(channel) if channel.transport.as_deref() == Some(IN_PROCESS) => {
                for name in messaging::names(input, &at.path, std::slice::from_ref(&channel.name)) {
                    for side in messaging::sides(input, model, at, &channel.handler) {
                        if channel.direction == Direction::Subscribe {
                            listeners.push((name.clone(), side, None, finding));
                        } else {
                            emitted.entry((side.container.clone(), name.clone())).or_default().insert(side);
                        }
                    }
                }
            }
            Fact::CqrsHandler(handler) if handler.kind == CqrsKind::Event => {
                let name = names::last_part(&handler.message).to_owned();
                let sides = messaging::sides(input, model, at, &handler.class);
                listeners.extend(sides.into_iter().map(|side| (name.clone(), side, handler.doc.as_deref(), finding)));
            }
            _ => {}
        }
    }
    let workflow = |(event, side, doc, finding): (String, Side, Option<&str>, &'a Finding)| {
        let trigger = format!("Event `{event}`");
        let description = doc.map_or_else(|| format!("Started by {trigger}."), wording::first_paragraph);
        let publishers = emitted.get(&(side.container.clone(), event.clone()));
        let steps = publishers.map(|publishers| flows.steps(&event, publishers, &side)).unwrap_or_default();
        (side.handler.clone(), Workflow { description, trigger, handler: side.handler, container: side.container, steps }, &finding.at)
    };
    listeners.into_iter().map(workflow).collect()
}

/// Enters the jobs; those of one name get their container before it, and those that one container runs for several reasons the reason behind it.
fn enter(found: Vec<(String, Workflow, &Location)>, model: &mut Model) {
    let mut owners: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (name, workflow, _) in &found {
        *owners.entry(name.clone()).or_default().entry(workflow.container.clone()).or_default() += 1;
    }
    for (name, workflow, at) in found {
        let containers = owners.get(&name);
        let alone = containers.is_none_or(|containers| containers.len() == 1);
        let several = containers.and_then(|containers| containers.get(&workflow.container)).is_some_and(|number| *number > 1);
        let mut key = if alone { name } else { format!("{}/{name}", workflow.container) };
        if several {
            key = format!("{key} ({})", workflow.trigger);
        }
        model.prove(at, "job", &["workflows_jobs", &key]);
        model.jobs.entry(key).or_insert(workflow);
    }
}

fn qualified(class: &str, handler: &str) -> String {
    if class.is_empty() { handler.to_owned() } else { format!("{class}.{handler}") }
}

fn stated_name(input: &Input<'_>, finding: &Finding) -> Option<String> {
    let Fact::Job(Job { name: Some(name), .. }) = &finding.fact else { return None };
    input.names.text(&finding.at.path, name)
}

/// What starts it, in words, and the channel when it is one.
fn trigger(input: &Input<'_>, model: &Model, fact: &Fact, (file, container): (&RepoPath, &str)) -> Option<(String, Option<String>)> {
    let known = |value: &Value| names::shown(&input.names.resolve(file, value));
    match fact {
        Fact::Job(job) => Some(match &job.trigger {
            Trigger::Cron(value) => {
                (known(value).map_or_else(|| "Cron, set at run time".to_owned(), |cron| format!("Cron `{cron}`")), None)
            }
            Trigger::Interval(value) => {
                (known(value).map_or_else(|| "Interval, set at run time".to_owned(), |time| format!("Every {time} ms")), None)
            }
            Trigger::Timeout(value) => {
                (known(value).map_or_else(|| "Once after the start".to_owned(), |time| format!("{time} ms after the start")), None)
            }
            Trigger::Start => ("Start of the application".to_owned(), None),
            Trigger::Queue(queue, name) => {
                let queue = messaging::channel_name(&input.names.resolve(file, queue))?;
                let job = name.as_ref().and_then(|name| input.names.text(file, name)).map(|name| format!(", job `{name}`"));
                (format!("Queue `{queue}`{}", job.unwrap_or_default()), Some(queue))
            }
        }),
        Fact::Route(Route { paths, .. }) => {
            let transport = messaging::transport_of(input, model, container)?;
            let name = paths.iter().find_map(|path| messaging::channel_name(&input.names.resolve(file, path)))?;
            Some((format!("{transport} event `{name}`").trim_start().to_owned(), Some(name)))
        }
        _ => None,
    }
}
