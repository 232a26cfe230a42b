//! From routes on routers to endpoints of containers: whole paths, handlers, what proves that a caller must be known.
//! What is put on a router that nothing mounts, or has a path that only the run time knows, is a gap.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::{Evaluation, is_empty_unless_set, joined};
use super::libraries::{self, Library};
use super::thing::{Draft, Thing};
use crate::finding::{Action, Expression};
use crate::gap::{Gap, GapCode};
use crate::link::Input;
use crate::link::asking::asks;
use crate::link::golang::world::bare;
use crate::location::{Location, RepoPath};
use crate::model::{Model, Operation};

/// Routers are mounted this deep.
const DEPTH: usize = 12;
/// One route is reached by at most so many ways.
const WAYS: usize = 64;

/// One way from the root of a program to a route.
struct Way {
    prefix: Vec<Thing>,
    uses: Vec<Thing>,
    files: BTreeSet<RepoPath>,
}

/// Enters the endpoints.
pub(super) fn publish(input: &Input<'_>, evaluation: &Evaluation<'_, '_>, model: &mut Model) {
    let mut open: BTreeMap<Location, String> = BTreeMap::new();
    let mut done: BTreeSet<&Location> = BTreeSet::new();
    let mut unmounted: BTreeMap<Location, BTreeSet<&Location>> = BTreeMap::new();
    let mut lost: BTreeMap<Location, usize> = BTreeMap::new();
    for draft in &evaluation.drafts {
        let Some(handler) = &draft.handler else { continue };
        if is_gateway(handler) || is_connect(evaluation, &draft.path) {
            continue;
        }
        let mut ways = Vec::new();
        climb(evaluation, draft.node, Way { prefix: Vec::new(), uses: draft.uses.clone(), files: draft.via.clone() }, 0, &mut ways);
        if ways.is_empty() {
            *lost.entry(evaluation.nodes[draft.node].at.clone()).or_default() += 1;
        }
        for way in ways {
            let mut parts = way.prefix;
            let standard = evaluation.nodes[draft.node].library == Library::Standard && parts.iter().all(|part| part.text() == Some(""));
            parts.push(if standard { draft.path.clone() } else { slashed(&draft.path) });
            let whole = joined(&parts);
            let unknown = draft.verbs.iter().any(|verb| verb == "?") || is_empty_unless_set(&draft.path);
            let (Some(path), false) = (whole.text(), unknown) else {
                let name = label(evaluation, handler).unwrap_or_else(|| "a function literal".to_owned());
                open.insert(draft.at.clone(), format!("the path or method of {name} is computed at run time; the route is left out"));
                continue;
            };
            let containers = containers(input, model, draft, &way.files);
            if containers.is_empty() {
                unmounted.entry(evaluation.nodes[draft.node].at.clone()).or_default().insert(&draft.at);
                continue;
            }
            done.insert(&draft.at);
            let path = normal(path, evaluation.nodes[draft.node].library);
            let verbs: Vec<&str> = if draft.verbs.is_empty() { vec!["ALL"] } else { draft.verbs.iter().map(String::as_str).collect() };
            for (container, verb) in containers.iter().flat_map(|container| verbs.iter().map(move |verb| (container, verb))) {
                enter(model, container, format!("{verb} {path}"), operation(evaluation, handler, &way.uses), &draft.at);
            }
        }
    }
    for (at, message) in open.into_iter().filter(|(at, _)| !done.contains(at)) {
        model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
    }
    for (at, places) in unmounted {
        let number = places.difference(&done).count();
        if number == 0 {
            continue;
        }
        tell(model, &at, &format!("no program of a container brings this router in; {} left out", routes(number)));
    }
    for (at, number) in lost {
        tell(model, &at, &format!("nothing mounts this router; {} left out", routes(number)));
    }
    tell_unbound(evaluation, model);
}

/// A gateway to gRPC answers what the definitions of its services say, not the path that it stands on.
fn is_gateway(thing: &Thing) -> bool {
    match thing {
        Thing::Outside(name) => name.contains("grpc-gateway") && name.ends_with(".NewServeMux"),
        Thing::Called(function, arguments) => is_gateway(function) || arguments.iter().any(is_gateway),
        _ => false,
    }
}

/// Connect gives the path together with the handler; the definition of the service says which methods there are.
fn is_connect(evaluation: &Evaluation<'_, '_>, path: &Thing) -> bool {
    let Thing::Called(function, _) = path else { return false };
    match &**function {
        Thing::Outside(name) => name.contains("connect.New"),
        Thing::Function(function, _) => {
            let (at, fact) = evaluation.world.functions[*function];
            fact.name.starts_with("New") && fact.name.ends_with("Handler") && at.path.parent().name().ends_with("connect")
        }
        _ => false,
    }
}

/// Functions that put routes on a router that nothing gives them.
fn tell_unbound(evaluation: &Evaluation<'_, '_>, model: &mut Model) {
    let mut functions: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, function) in &evaluation.unbound {
        if !evaluation.placed.contains(at) {
            *functions.entry(*function).or_default() += 1;
        }
    }
    for (function, number) in functions {
        let (at, fact) = evaluation.world.functions[function];
        tell(model, at, &format!("nothing gives {} the router that it puts {} on", fact.name, routes(number)));
    }
}

fn tell(model: &mut Model, at: &Location, message: &str) {
    model.gaps.push(Gap::line(GapCode::NotMounted, &at.path, at.line, message));
}

fn routes(number: usize) -> String {
    if number == 1 { "1 route".to_owned() } else { format!("{number} routes") }
}

/// Follows a router up to the roots that it hangs under.
fn climb(evaluation: &Evaluation<'_, '_>, node: usize, mut way: Way, depth: usize, into: &mut Vec<Way>) {
    let mut at = node;
    loop {
        let one = &evaluation.nodes[at];
        way.files.insert(one.at.path.clone());
        way.prefix.insert(0, slashed(&one.prefix));
        match one.parent {
            Some((parent, _)) => at = parent,
            None => break,
        }
    }
    let mounts = evaluation.mounts.get(&at);
    let Some(mounts) = mounts.filter(|_| depth < DEPTH && into.len() < WAYS) else {
        if mounts.is_none() && is_served(evaluation, at) {
            into.push(way);
        }
        return;
    };
    for mount in mounts {
        let mut prefix = vec![slashed(&mount.prefix)];
        prefix.extend(way.prefix.iter().cloned());
        let mut uses = mount.uses.clone();
        uses.extend(way.uses.iter().cloned());
        let files = way.files.union(&mount.via).cloned().collect();
        climb(evaluation, mount.node, Way { prefix, uses, files }, depth + 1, into);
    }
}

/// Whether a router without an upper one is a program's own: one that a function only gives back, and that nobody asks for, is not.
fn is_served(evaluation: &Evaluation<'_, '_>, node: usize) -> bool {
    let Some(givers) = evaluation.givers.get(&node) else { return true };
    givers.iter().any(|giver| {
        let name = evaluation.world.functions[*giver].1.name.to_ascii_lowercase();
        evaluation.mentioned.contains(giver) || name == "main" || name.starts_with("new")
    })
}

/// The containers whose programs bring in all files that a route hangs on.
fn containers(input: &Input<'_>, model: &Model, draft: &Draft, files: &BTreeSet<RepoPath>) -> BTreeSet<String> {
    let usage = input.usage(model);
    let mut all = usage.containers(model, &draft.at.path);
    for file in files {
        let users = usage.containers(model, file);
        all.retain(|container| users.contains(container));
    }
    all
}

/// A prefix or path that joins onto what stands before it.
fn slashed(thing: &Thing) -> Thing {
    match thing {
        Thing::Text(text) if text.is_empty() || text.starts_with('/') => thing.clone(),
        Thing::Text(text) => Thing::Text(format!("/{text}")),
        other => other.clone(),
    }
}

/// The path as a client sends it: parameters in braces, one slash between parts, none at the end.
fn normal(path: &str, library: Library) -> String {
    let path = match library {
        // `example.org/x` names a host too.
        Library::Standard => {
            let path = if path.starts_with('/') { path } else { path.find('/').map_or(path, |at| &path[at..]) };
            path.strip_suffix("{$}").unwrap_or(path)
        }
        _ => path,
    };
    let parts: Vec<String> = parts(path).into_iter().filter(|part| !part.is_empty()).map(|part| parameter(&part, library)).collect();
    let end = if library == Library::Standard && path.ends_with('/') && !parts.is_empty() { "/" } else { "" };
    format!("/{}{end}", parts.join("/"))
}

/// The parts between slashes; a slash in braces belongs to a pattern.
fn parts(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for letter in path.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match (letter, depth) {
            ('/', 0) => parts.push(String::new()),
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.push(letter);
                }
            }
        }
    }
    parts
}

/// `{id}` of `:id`, `:id?`, `{id:[0-9]+}`, `{id...}`, `*id`.
fn parameter(part: &str, library: Library) -> String {
    if matches!(library, Library::Gin | Library::Echo | Library::Fiber | Library::HttpRouter | Library::Zero) {
        let (sign, rest) = (part.chars().next(), part.get(1..).unwrap_or_default());
        return match sign {
            Some(':') => {
                // fiber ends a name at a hyphen or dot too, the others at the slash alone.
                let stops = |letter: char| library == Library::Fiber && !(letter.is_alphanumeric() || letter == '_');
                let end = rest.find(stops).unwrap_or(rest.len());
                let tail = rest[end..].trim_start_matches('?');
                let tail = if tail.starts_with(['<', '(']) { "" } else { tail };
                format!("{{{}}}{tail}", &rest[..end])
            }
            Some('*') if !rest.is_empty() => format!("{{{rest}}}"),
            _ => part.to_owned(),
        };
    }
    let mut out = String::new();
    let mut rest = part;
    while let Some((head, tail)) = rest.split_once('{') {
        let mut depth = 1_usize;
        let end = tail.char_indices().find_map(|(at, letter)| {
            depth = match letter {
                '{' => depth + 1,
                '}' => depth - 1,
                _ => depth,
            };
            (depth == 0).then_some(at)
        });
        let Some(end) = end else { break };
        let name = tail[..end].split([':', '.']).next().unwrap_or_default().trim();
        out.push_str(&format!("{head}{{{name}}}"));
        rest = &tail[end + 1..];
    }
    out.push_str(rest);
    out
}

fn enter(model: &mut Model, container: &str, key: String, operation: Operation, at: &Location) {
    model.prove(at, "route", &["api_endpoints", container, "operations", &key]);
    let operations = model.endpoints.entry(container.to_owned()).or_default();
    match operations.get_mut(&key) {
        // What one of two ways does not ask for is not asked for.
        Some(known) => known.auth = known.auth.intersection(&operation.auth).cloned().collect(),
        None => _ = operations.insert(key, operation),
    }
}

fn operation(evaluation: &Evaluation<'_, '_>, handler: &Thing, uses: &[Thing]) -> Operation {
    let mut auth = BTreeSet::new();
    for one in uses {
        auth.extend(guard(evaluation, one));
    }
    let mut inner = handler;
    while let Thing::Called(function, arguments) = inner {
        let Some(next) = arguments.iter().rev().find(|one| one.answers()) else { break };
        auth.extend(guard(evaluation, function));
        inner = next;
    }
    let summary = match inner {
        Thing::Function(function, _) => evaluation.fact(*function).doc.clone(),
        _ => None,
    };
    Operation { handler: label(evaluation, inner), auth, summary, ..Operation::default() }
}

/// The name of a handler: `UserHandler.Create`.
fn label(evaluation: &Evaluation<'_, '_>, thing: &Thing) -> Option<String> {
    match thing {
        Thing::Function(function, _) => {
            let fact = evaluation.fact(*function);
            let owner = fact.receiver.as_ref().map(|one| bare(&one.kind)).filter(|owner| !owner.is_empty());
            Some(owner.map_or_else(|| fact.name.clone(), |owner| format!("{owner}.{}", fact.name)))
        }
        Thing::Called(function, arguments) => arguments
            .iter()
            .rev()
            .filter(|one| one.answers())
            .find_map(|one| label(evaluation, one))
            .or_else(|| label(evaluation, function)),
        Thing::Outside(name) => Some(name.rsplit('/').next().unwrap_or(name).to_owned()),
        Thing::Several(all) => all.iter().find_map(|one| label(evaluation, one)),
        _ => None,
    }
}

/// The name of middleware that lets nobody through who is not known: it says so by its name and answers `401 Unauthorized`.
fn guard(evaluation: &Evaluation<'_, '_>, thing: &Thing) -> Option<String> {
    let proven = |function: usize| asks(&evaluation.fact(function).name) && rejects(evaluation, function, 3);
    match thing {
        Thing::Function(function, _) if proven(*function) => label(evaluation, thing),
        Thing::Outside(name) => libraries::guard(name),
        // A switch decides what such middleware does; only one that is on is proof.
        Thing::Called(function, arguments) if !arguments.iter().any(Thing::is_switched_off) => guard(evaluation, function),
        _ => None,
    }
}

/// Whether a function answers `401 Unauthorized`, itself or by what it gives back.
fn rejects(evaluation: &Evaluation<'_, '_>, function: usize, depth: usize) -> bool {
    let (at, fact) = evaluation.world.functions[function];
    let given = |values: &Vec<Expression>| {
        values.iter().any(|value| match value {
            Expression::Call(call) => match &call.function {
                Expression::Name(name) => {
                    let next = evaluation.world.function(&at.path.parent(), "", name);
                    next.is_some_and(|next| depth > 0 && rejects(evaluation, next, depth - 1))
                }
                _ => false,
            },
            _ => false,
        })
    };
    fact.rejects || fact.statements.iter().any(|one| matches!(&one.action, Action::Return(values) if given(values)))
}

#[cfg(test)]
mod tests {
    use super::super::libraries::Library::{Chi, Echo, Fiber, Gin, Gorilla, Standard};
    use super::normal;

    #[test]
    fn a_path_is_as_a_client_sends_it() {
        let cases = [
            ("/users/:id/", Gin, "/users/{id}"),
            ("/files/*path", Gin, "/files/{path}"),
            ("//a//:b", Echo, "/a/{b}"),
            ("/groups/:alert-group", Echo, "/groups/{alert-group}"),
            ("/x/:id?", Fiber, "/x/{id}"),
            ("/x/:id<int>", Fiber, "/x/{id}"),
            ("/v/{id:[0-9]{2,3}}/{name}", Chi, "/v/{id}/{name}"),
            ("/v/{rest:.*/.*}", Gorilla, "/v/{rest}"),
            ("/a/{id...}", Standard, "/a/{id}"),
            ("/static/", Standard, "/static/"),
            ("/{$}", Standard, "/"),
            ("example.org/a", Standard, "/a"),
            ("", Chi, "/"),
        ];
        for (path, library, expected) in cases {
            assert_eq!(normal(path, library), expected, "{path}");
        }
    }
}
