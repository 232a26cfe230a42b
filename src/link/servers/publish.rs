//! From routes on routers to endpoints of containers: whole paths, handlers, what proves that a caller must be known.
//! What is put on a router that nothing mounts, or has a path that only the run time knows, is a gap.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::{Evaluation, joined};
use super::libraries::Library;
use super::thing::{Event, Happening, Node, Placed, Thing};
use crate::gap::{Gap, GapCode};
use crate::link::Input;
use crate::link::conditions::{self, Doubts, Guard, Taken};
use crate::link::routes::path::client_path;
use crate::location::Location;
use crate::model::{Model, Operation};

/// Routers are mounted this deep.
const DEPTH: usize = 14;
/// Endpoints of one server.
const ENDPOINTS: usize = 20_000;

/// The way from a server to a router.
#[derive(Clone, Default)]
struct Way {
    prefix: Vec<Thing>,
    /// Guards, each with the path below which it stands.
    guards: Vec<(Thing, Guard)>,
    /// The ways of branchings that lead there.
    under: Vec<Taken>,
}

/// An endpoint before it is entered.
struct Found<'e> {
    way: Way,
    route: &'e Placed,
    library: Library,
}

/// Enters the endpoints.
pub(super) fn publish(input: &Input<'_>, evaluation: &Evaluation<'_, '_>, model: &mut Model) {
    let mut reached: BTreeSet<usize> = BTreeSet::new();
    let mut done: BTreeSet<Location> = BTreeSet::new();
    let mut open: BTreeMap<Location, String> = evaluation.open.clone();
    let mut doubts = Doubts::new();
    let mut homeless: BTreeMap<&Location, usize> = BTreeMap::new();
    for (root, node) in evaluation.nodes.iter().enumerate() {
        if !is_served(evaluation, root) {
            continue;
        }
        let mut found = Vec::new();
        walk(evaluation, root, Way::default(), 0, &mut (&mut reached, &mut found));
        for one in found {
            let containers = containers(input, model, node, one.route);
            if containers.is_empty() {
                *homeless.entry(&node.at).or_default() += 1;
                continue;
            }
            enter(model, evaluation, &containers, &one, (&mut done, &mut open, &mut doubts));
        }
    }
    for event in &evaluation.sockets {
        for container in input.usage(model).containers(model, &event.at.path) {
            let key = if event.space.is_empty() { format!("WS {}", event.name) } else { format!("WS /{}#{}", event.space, event.name) };
            model.prove(&event.at, "event", &["api_endpoints", &container, "operations", &key]);
            let operation = Operation { handler: event.handler.clone(), ..Operation::default() };
            model.endpoints.entry(container).or_default().entry(key).or_insert(operation);
        }
    }
    for (at, message) in open.into_iter().filter(|(at, _)| !done.contains(at)) {
        model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
    }
    for (at, number) in homeless {
        tell(model, at, &format!("no container runs this server; {} left out", routes(number)));
    }
    conditions::tell(doubts, model);
    tell_unmounted(evaluation, &reached, model);
}

/// Whether a router answers by itself. Every router of Hono can: one that is handed to somebody or mounts others does.
fn is_served(evaluation: &Evaluation<'_, '_>, node: usize) -> bool {
    let one = &evaluation.nodes[node];
    let mounted = evaluation
        .nodes
        .iter()
        .any(|other| other.events.iter().any(|event| matches!(&event.event, Event::Mount(_, lower, _) if *lower == node)));
    if !one.is_server || mounted {
        return false;
    }
    let mounts = one.events.iter().any(|event| matches!(event.event, Event::Mount(..)));
    one.library != Library::Hono || one.placed || mounts
}

fn walk<'e>(
    evaluation: &'e Evaluation<'_, '_>,
    at: usize,
    mut way: Way,
    depth: usize,
    into: &mut (&mut BTreeSet<usize>, &mut Vec<Found<'e>>),
) {
    if depth > DEPTH || into.1.len() > ENDPOINTS {
        return;
    }
    into.0.insert(at);
    let node = &evaluation.nodes[at];
    if node.prefix != Thing::Nothing {
        way.prefix.push(slashed(&node.prefix));
    }
    // Hooks of Fastify hold for the whole context, wherever they stand in it.
    let fastify = node.library == Library::Fastify;
    if fastify {
        node.events.iter().for_each(|event| stand_before(evaluation, event, &mut way));
    }
    for event in &node.events {
        let mut inner = way.clone();
        inner.under.extend(event.under.iter().copied());
        match &event.event {
            Event::Use(..) if !fastify => stand_before(evaluation, event, &mut way),
            Event::Use(..) => {}
            Event::Route(route) => into.1.push(Found { way: inner, route, library: node.library }),
            Event::Mount(path, lower, guards) => {
                inner.prefix.push(slashed(path));
                let guards = guards.iter().filter_map(|one| evaluation.guard(one));
                inner.guards.extend(guards.map(|name| (Thing::Nothing, guard_of(name, event))));
                walk(evaluation, *lower, inner, depth + 1, into);
            }
        }
    }
}

/// Middleware that stands before what follows, with the whole path below which it does.
fn stand_before(evaluation: &Evaluation<'_, '_>, event: &Happening, way: &mut Way) {
    let Event::Use(path, things) = &event.event else { return };
    for name in things.iter().filter_map(|one| evaluation.guard(one)) {
        let below = match path {
            Thing::Nothing => Thing::Nothing,
            path => {
                let mut parts = way.prefix.clone();
                parts.push(slashed(path));
                joined(&parts)
            }
        };
        way.guards.push((below, guard_of(name, event)));
    }
}

fn guard_of(name: String, event: &Happening) -> Guard {
    Guard { name, at: event.at.clone(), under: event.under.clone() }
}

/// Whether a route lies below a path; one that is not known holds nothing.
fn lies_below(path: &str, below: &Thing) -> bool {
    match below {
        Thing::Nothing => true,
        Thing::Text(start) => {
            let start = start.trim_end_matches('*').trim_end_matches('/');
            path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        _ => false,
    }
}

/// A prefix or path that joins onto what stands before it.
fn slashed(thing: &Thing) -> Thing {
    match thing {
        Thing::Nothing => Thing::Text(String::new()),
        Thing::Text(text) if text.is_empty() || text.starts_with('/') => thing.clone(),
        Thing::Text(text) => Thing::Text(format!("/{text}")),
        other => other.clone(),
    }
}

/// The containers that a route is served by: those of the file that makes the server, else those of the file of the route.
fn containers(input: &Input<'_>, model: &Model, server: &Node, route: &Placed) -> BTreeSet<String> {
    let usage = input.usage(model);
    let own = usage.containers(model, &route.at.path);
    let of_server = usage.containers(model, &server.at.path);
    let both: BTreeSet<String> = own.intersection(&of_server).cloned().collect();
    match (both.is_empty(), of_server.is_empty()) {
        (false, _) => both,
        (true, false) => of_server,
        (true, true) => own,
    }
}

fn enter(
    model: &mut Model,
    evaluation: &Evaluation<'_, '_>,
    containers: &BTreeSet<String>,
    found: &Found<'_>,
    (done, open, doubts): (&mut BTreeSet<Location>, &mut BTreeMap<Location, String>, &mut Doubts),
) {
    let Found { way, route, library } = found;
    let mut parts = way.prefix.clone();
    parts.push(slashed(&route.path));
    let whole = joined(&parts);
    let Some(path) = whole.text() else {
        let name = route.handler.as_deref().unwrap_or("a function literal");
        let what = if matches!(route.path, Thing::Regex(_)) { "a regular expression" } else { "computed at run time" };
        open.insert(route.at.clone(), format!("the path of {name} is {what}; the route is left out"));
        return;
    };
    done.insert(route.at.clone());
    let guards: Vec<Guard> = way.guards.iter().filter(|(below, _)| lies_below(path, below)).map(|(_, guard)| guard.clone()).collect();
    let (mut auth, open_guards) = conditions::settled(&guards, &way.under);
    open_guards.into_iter().for_each(|doubt| *doubts.entry(doubt).or_default() += 1);
    auth.extend(route.uses.iter().filter_map(|one| evaluation.guard(one)));
    let path = normal(path, *library);
    let verbs: Vec<&str> = if route.verbs.is_empty() { vec!["ALL"] } else { route.verbs.iter().map(String::as_str).collect() };
    for (container, verb) in containers.iter().flat_map(|container| verbs.iter().map(move |verb| (container, verb))) {
        let key = format!("{verb} {path}");
        model.prove(&route.at, "route", &["api_endpoints", container, "operations", &key]);
        let operations = model.endpoints.entry(container.clone()).or_default();
        match operations.get_mut(&key) {
            // What one of two ways does not ask for is not asked for.
            Some(known) => known.auth = known.auth.intersection(&auth).cloned().collect(),
            None => {
                let operation = Operation {
                    handler: route.handler.clone(),
                    auth: auth.clone(),
                    summary: route.summary.clone(),
                    ..Operation::default()
                };
                operations.insert(key, operation);
            }
        }
    }
}

/// The path as a client sends it: parameters in braces, patterns and marks of optional parts left out.
fn normal(path: &str, library: Library) -> String {
    let mut out = String::new();
    let mut rest = path;
    // Hono writes the pattern of a parameter in braces; Express 5 and Koa write wildcards and optional parts in them.
    while let Some((head, tail)) = rest.split_once('{') {
        out.push_str(head);
        let Some((inner, behind)) = tail.split_once('}') else { break };
        let is_pattern = library == Library::Hono && head.rsplit('/').next().is_some_and(|part| part.starts_with(':'));
        if !is_pattern {
            out.push_str(inner);
        }
        rest = behind;
    }
    out.push_str(rest);
    let parts: Vec<String> = out
        .split('/')
        .map(|part| match part.strip_prefix('*') {
            Some(name) if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => format!(":{name}"),
            _ => part.to_owned(),
        })
        .collect();
    client_path(&[&parts.join("/")])
}

/// Routers that nothing mounts, and functions that put routes on a router that nothing gives them.
fn tell_unmounted(evaluation: &Evaluation<'_, '_>, reached: &BTreeSet<usize>, model: &mut Model) {
    let mut left: BTreeMap<&Location, BTreeSet<&Location>> = BTreeMap::new();
    for (_, node) in evaluation.nodes.iter().enumerate().filter(|(at, _)| !reached.contains(at)) {
        let routes = node.events.iter().filter_map(|event| match &event.event {
            Event::Route(route) => Some(&route.at),
            _ => None,
        });
        left.entry(&node.at).or_default().extend(routes);
    }
    for (at, places) in left.into_iter().filter(|(_, places)| !places.is_empty()) {
        tell(model, at, &format!("declared, not mounted: nothing mounts this router; {} left out", routes(places.len())));
    }
    let mut functions: BTreeMap<(&crate::location::RepoPath, &str), (u32, usize)> = BTreeMap::new();
    for (at, name) in evaluation.unbound.iter().filter(|(at, _)| !evaluation.placed.contains(at)) {
        let known = functions.entry((&at.path, name)).or_insert((at.line, 0));
        known.1 += 1;
    }
    for ((path, name), (line, number)) in functions {
        let name = if name.is_empty() { "a function" } else { name };
        let message = format!(
            "declared, not mounted: nothing gives {name} the router that it puts {} on",
            if number == 1 { "1 route".to_owned() } else { format!("{number} routes") }
        );
        tell(model, &Location::new(path, line), &message);
    }
    if evaluation.is_cut() {
        let file = evaluation.world.scripts[0].0;
        model.gaps.push(Gap::file(
            GapCode::LimitReached,
            file,
            "the servers of Node.js were not followed to their end; routes may be missing",
        ));
    }
}

fn tell(model: &mut Model, at: &Location, message: &str) {
    model.gaps.push(Gap::line(GapCode::NotMounted, &at.path, at.line, message));
}

fn routes(number: usize) -> String {
    if number == 1 { "1 route is".to_owned() } else { format!("{number} routes are") }
}
