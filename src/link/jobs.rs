//! Workflows and jobs: what a schedule, a queue or an event starts, with the way of the message to it.

use std::collections::BTreeMap;

use super::messaging::{self, Traffic};
use super::{Input, names, wording};
use crate::finding::{Fact, Finding, Job, Protocol, Route, Trigger, Value};
use crate::location::RepoPath;
use crate::model::{Model, Workflow};

/// The pass; messaging must have run.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let none = BTreeMap::new();
    let channels = input.channels.get().unwrap_or(&none);
    let mut found: Vec<(String, Workflow, &Finding)> = Vec::new();
    for finding in input.findings {
        let (handler, class, doc) = match &finding.fact {
            Fact::Job(job) => (qualified(&job.class, &job.handler), &job.class, job.doc.clone()),
            Fact::Route(route) if route.protocol == Protocol::MessageEvent => {
                (qualified(&route.class, &route.handler), &route.class, route.summary.clone())
            }
            _ => continue,
        };
        let id = (finding.at.path.clone(), class.clone());
        let containers: Vec<String> = input.graph(model).containers_of(model, &id).into_iter().map(str::to_owned).collect();
        for container in containers {
            let Some((trigger, channel)) = trigger(input, model, &finding.fact, (&finding.at.path, &container)) else { continue };
            let steps = channel.map(|name| steps(&name, channels, (&container, &handler))).unwrap_or_default();
            let description = doc.as_deref().map_or_else(|| format!("Started by {trigger}."), wording::first_paragraph);
            let name = stated_name(input, finding).unwrap_or_else(|| handler.clone());
            found.push((name, Workflow { description, trigger, handler: handler.clone(), container, steps }, finding));
        }
    }
    enter(found, model);
}

/// Enters the jobs; those of one name get their container before it.
fn enter(found: Vec<(String, Workflow, &Finding)>, model: &mut Model) {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, _, _) in &found {
        *named.entry(name).or_default() += 1;
    }
    let named: BTreeMap<String, usize> = named.into_iter().map(|(name, number)| (name.to_owned(), number)).collect();
    for (name, workflow, finding) in found {
        let several = named.get(&name).is_some_and(|number| *number > 1);
        let mut key = if several { format!("{}/{name}", workflow.container) } else { name };
        if model.jobs.contains_key(&key) {
            key = format!("{key} ({})", workflow.trigger);
        }
        model.prove(&finding.at, "job", &["workflows_jobs", &key]);
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
    let shown = |value: &Value| names::shown(&input.names.resolve(file, value)).unwrap_or_else(|| "set at run time".to_owned());
    match fact {
        Fact::Job(job) => Some(match &job.trigger {
            Trigger::Cron(value) => (format!("Cron `{}`", shown(value)), None),
            Trigger::Interval(value) => (format!("Every {} ms", shown(value)), None),
            Trigger::Timeout(value) => (format!("{} ms after the start", shown(value)), None),
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

/// Publisher, channel, subscriber.
fn steps(channel: &str, channels: &BTreeMap<String, Traffic>, (container, handler): (&str, &str)) -> Vec<String> {
    let Some(traffic) = channels.get(channel) else { return Vec::new() };
    if traffic.publishers.is_empty() {
        return Vec::new();
    }
    let mut steps: Vec<String> = traffic.publishers.iter().map(|side| format!("{}: {} publishes", side.container, side.handler)).collect();
    steps.push(format!("channel `{channel}`"));
    steps.push(format!("{container}: {handler}"));
    steps
}
