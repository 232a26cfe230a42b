//! State machines as workflows: where one starts, and what leads from state to state.
//! A machine of code that no container is known to run is told and is no workflow.

use std::collections::{BTreeMap, BTreeSet};

use super::{Input, wording};
use crate::finding::{Fact, StateMachine, Transition};
use crate::gap::{Gap, GapCode};
use crate::location::Location;
use crate::model::{Model, Workflow};

/// How many events a trigger names.
const NAMED: usize = 6;

/// The pass; the containers must be complete.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut found: BTreeMap<String, Vec<(String, &StateMachine, &Location)>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::StateMachine(machine) = &finding.fact else { continue };
        let containers = input.containers_of(model, &(finding.at.path.clone(), machine.name.clone()));
        let containers = if containers.is_empty() { input.usage(model).containers(model, &finding.at.path) } else { containers };
        if containers.is_empty() {
            let message = format!("no container was found that runs the state machine `{}`", machine.name);
            model.gaps.push(Gap::line(GapCode::UnresolvedReference, &finding.at.path, finding.at.line, message));
        }
        let of_name = found.entry(machine.name.clone()).or_default();
        of_name.extend(containers.into_iter().map(|container| (container, machine, &finding.at)));
    }
    for (name, machines) in found {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (container, machine, at) in &machines {
            let mut key = if machines.len() == 1 { name.clone() } else { format!("{container}/{name}") };
            // Two machines of one name in one container are told apart by their files.
            if model.jobs.contains_key(&key) || !taken.insert(key.clone()) {
                key = format!("{key} ({})", at.path);
            }
            model.prove(at, "state machine", &["workflows_jobs", &key]);
            model.jobs.insert(key, workflow(machine, container));
        }
    }
}

fn workflow(machine: &StateMachine, container: &str) -> Workflow {
    let first = machine.initial.as_ref().map(|state| format!(", starts in `{state}`")).unwrap_or_default();
    let states = wording::count(machine.states.len(), "state");
    let ways = wording::count(machine.transitions.len(), "transition");
    let counted = format!("State machine of {} with {states} and {ways}{first}.", machine.library);
    let description = machine.doc.as_deref().map_or_else(|| counted.clone(), |doc| format!("{} {counted}", wording::first_paragraph(doc)));
    Workflow {
        description,
        trigger: trigger(machine),
        handler: machine.name.clone(),
        container: container.to_owned(),
        steps: machine.transitions.iter().map(step).collect(),
    }
}

/// The events that lead out of the first state, else all of them.
fn trigger(machine: &StateMachine) -> String {
    let of_first = |one: &&Transition| machine.initial.as_ref().is_some_and(|first| one.from == *first);
    let named = |all: Vec<&Transition>| -> BTreeSet<String> {
        all.into_iter().filter(|one| !one.event.is_empty()).map(|one| format!("`{}`", one.event)).collect()
    };
    let mut events = named(machine.transitions.iter().filter(of_first).collect());
    if events.is_empty() {
        events = named(machine.transitions.iter().collect());
    }
    match events.len() {
        0 => "Start of the state machine".to_owned(),
        1 => format!("Event {}", wording::list(events.iter().map(String::as_str), NAMED)),
        _ => format!("Events {}", wording::list(events.iter().map(String::as_str), NAMED)),
    }
}

/// "Submitted -> Paid on PaymentAccepted".
fn step(one: &Transition) -> String {
    let on = if one.event.is_empty() { String::new() } else { format!(" on {}", one.event) };
    format!("{} -> {}{on}", one.from, one.to)
}
