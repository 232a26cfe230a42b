//! From routes on routers to endpoints of containers: whole paths, handlers, what proves that a caller must be known.
//! What is put on a router that nothing mounts, or has a path that only the run time knows, is a gap.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::{Evaluation, joined, setting};
use super::guards::{guard, guards};
use super::libraries::Library;
use super::paths::normal;
use super::sockets::opens_socket;
use super::thing::{Draft, Thing, Use};
use crate::gap::{Gap, GapCode};
use crate::link::Input;
use crate::link::conditions::{self, Doubts};
use crate::link::golang::world::bare;
use crate::location::{Location, RepoPath};
use crate::model::{Model, Operation};

/// Routers are mounted this deep.
const DEPTH: usize = 12;
/// One route is reached by at most so many ways.
const WAYS: usize = 64;

/// One way from the root of a program to a route.
struct Way {
    root: usize,
    prefix: Vec<Thing>,
    uses: Vec<Use>,
    files: BTreeSet<RepoPath>,
}

/// What of the routes cannot be told in full.
#[derive(Default)]
struct Untold<'e> {
    /// Places whose path or method is not known, and what to say.
    open: BTreeMap<Location, String>,
    /// Places of which at least one way gave an endpoint.
    done: BTreeSet<&'e Location>,
    /// Routers that no program brings in, with the places of their routes.
    unmounted: BTreeMap<Location, BTreeSet<&'e Location>>,
    /// Routers that nothing mounts, with the places of their routes.
    lost: BTreeMap<Location, BTreeSet<&'e Location>>,
    /// Routers before whose paths configuration may put something: what it is called, and the places of their routes.
    prefixed: BTreeMap<Location, (BTreeSet<String>, BTreeSet<&'e Location>)>,
    /// Guards that stand under conditions.
    doubts: Doubts,
}

/// Enters the endpoints.
pub(super) fn publish(input: &Input<'_>, evaluation: &Evaluation<'_, '_>, model: &mut Model) {
    let mut untold = Untold::default();
    for draft in &evaluation.drafts {
        let Some(handler) = &draft.handler else { continue };
        if is_gateway(handler) || is_connect(evaluation, &draft.path) {
            continue;
        }
        let mut ways = Vec::new();
        let start = Way { root: draft.node, prefix: Vec::new(), uses: draft.uses.clone(), files: draft.via.clone() };
        climb(evaluation, draft.node, start, 0, &mut ways);
        if ways.is_empty() {
            untold.lost.entry(evaluation.nodes[draft.node].at.clone()).or_default().insert(&draft.at);
        }
        for way in ways {
            route(input, evaluation, (draft, handler), way, (&mut untold, model));
        }
    }
    untold.tell(model);
    tell_unbound(evaluation, model);
}

/// Enters the endpoints of a route on one way to it, or remembers why there are none.
fn route<'e>(
    input: &Input<'_>,
    evaluation: &'e Evaluation<'_, '_>,
    (draft, handler): (&'e Draft, &Thing),
    way: Way,
    (untold, model): (&mut Untold<'e>, &mut Model),
) {
    let library = evaluation.nodes[draft.node].library;
    let mut parts = way.prefix;
    let standard = library == Library::Standard && parts.iter().all(|part| part.text() == Some(""));
    parts.push(if standard { draft.path.clone() } else { slashed(&draft.path, library) });
    let whole = joined(&parts);
    let unknown = draft.verbs.iter().any(|verb| verb == "?") || setting(&draft.path).is_some();
    let (Some(path), false) = (whole.text(), unknown) else {
        let name = label(evaluation, handler).unwrap_or_else(|| "a function literal".to_owned());
        untold.open.insert(draft.at.clone(), format!("the path or method of {name} is computed at run time; the route is left out"));
        return;
    };
    let containers = containers(input, model, draft, &way.files);
    if containers.is_empty() {
        untold.unmounted.entry(evaluation.nodes[draft.node].at.clone()).or_default().insert(&draft.at);
        return;
    }
    untold.done.insert(&draft.at);
    if let Thing::Behind(name, _) = &whole {
        let (names, places) = untold.prefixed.entry(evaluation.nodes[way.root].at.clone()).or_default();
        names.extend(Some(format!("`{name}`")).filter(|_| !name.is_empty()));
        places.insert(&draft.at);
    }
    let path = normal(path, library);
    let opens = opens_socket(evaluation, handler);
    let verbs: Vec<&str> = if opens {
        vec!["WS"]
    } else if draft.verbs.is_empty() {
        vec!["ALL"]
    } else {
        draft.verbs.iter().map(String::as_str).collect()
    };
    for (container, verb) in containers.iter().flat_map(|container| verbs.iter().map(move |verb| (container, verb))) {
        enter(model, container, format!("{verb} {path}"), operation(evaluation, handler, &way.uses, &mut untold.doubts), &draft.at);
    }
}

impl Untold<'_> {
    fn tell(self, model: &mut Model) {
        for (at, message) in self.open.into_iter().filter(|(at, _)| !self.done.contains(at)) {
            model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
        }
        let whys = [(self.unmounted, "no program of a container brings this router in"), (self.lost, "nothing mounts this router")];
        for (places, why) in whys.into_iter().flat_map(|(routers, why)| routers.into_iter().map(move |one| (one, why))) {
            let number = places.1.difference(&self.done).count();
            if number > 0 {
                tell(model, &places.0, &format!("{why}; {} left out", routes(number)));
            }
        }
        conditions::tell(self.doubts, model);
        for (at, (names, places)) in self.prefixed {
            let names: Vec<String> = names.into_iter().collect();
            let what = if names.is_empty() { "a value that is empty unless it is set".to_owned() } else { names.join(" or ") };
            let message = format!("{what} may stand before the paths of {}; they are told without it", routes(places.len()));
            model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
        }
    }
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
        way.root = at;
        way.files.insert(one.at.path.clone());
        way.prefix.insert(0, slashed(&one.prefix, one.library));
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
        let mut prefix = vec![slashed(&mount.prefix, evaluation.nodes[mount.node].library)];
        prefix.extend(way.prefix.iter().cloned());
        let mut uses = mount.uses.clone();
        uses.extend(way.uses.iter().cloned());
        let files = way.files.union(&mount.via).cloned().collect();
        climb(evaluation, mount.node, Way { root: mount.node, prefix, uses, files }, depth + 1, into);
    }
}

/// Whether a router without an upper one is a program's own: one that a function only gives back, and that nobody asks for, is not.
fn is_served(evaluation: &Evaluation<'_, '_>, node: usize) -> bool {
    let maker = evaluation.nodes[node].maker;
    // What keeps a router and hands it out on request serves it all the same.
    let Some(givers) = evaluation.givers.get(&node).filter(|givers| maker.is_none_or(|maker| givers.contains(&maker))) else { return true };
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

fn enter(model: &mut Model, container: &str, key: String, operation: Operation, at: &Location) {
    model.prove(at, "route", &["api_endpoints", container, "operations", &key]);
    let operations = model.endpoints.entry(container.to_owned()).or_default();
    match operations.get_mut(&key) {
        // What one of two ways does not ask for is not asked for.
        Some(known) => known.auth = known.auth.intersection(&operation.auth).cloned().collect(),
        None => _ = operations.insert(key, operation),
    }
}

fn operation(evaluation: &Evaluation<'_, '_>, handler: &Thing, uses: &[Use], doubts: &mut Doubts) -> Operation {
    let (mut auth, doubtful) = conditions::settled(&guards(evaluation, uses), &[]);
    doubtful.into_iter().for_each(|doubt| *doubts.entry(doubt).or_default() += 1);
    let mut inner = handler;
    while let Thing::Called(function, arguments) = inner {
        let Some(next) = inner_handler(function, arguments) else { break };
        auth.extend(guard(evaluation, function));
        inner = next;
    }
    let summary = match inner {
        Thing::Function(function, _) => evaluation.fact(*function).doc.clone(),
        _ => None,
    };
    Operation { handler: label(evaluation, inner), auth, summary, ..Operation::default() }
}

/// The handler that a wrapper stands around: a function, and of a wrapper from outside also a value that might be one. A function of the
/// repository that is given none makes the handler itself.
fn inner_handler<'t>(wrapper: &Thing, arguments: &'t [Thing]) -> Option<&'t Thing> {
    let is_own = matches!(wrapper, Thing::Function(..));
    let functions = arguments.iter().rev().find(|one| one.is_handler());
    functions.or_else(|| arguments.iter().rev().find(|one| one.answers()).filter(|_| !is_own))
}

/// The name of a handler: `UserHandler.Create`.
pub(super) fn label(evaluation: &Evaluation<'_, '_>, thing: &Thing) -> Option<String> {
    match thing {
        Thing::Function(function, _) => {
            let fact = evaluation.fact(*function);
            let owner = fact.receiver.as_ref().map(|one| bare(&one.kind)).filter(|owner| !owner.is_empty());
            Some(owner.map_or_else(|| fact.name.clone(), |owner| format!("{owner}.{}", fact.name)))
        }
        Thing::Called(function, arguments) => match inner_handler(function, arguments) {
            Some(inner) => label(evaluation, inner).or_else(|| label(evaluation, function).filter(|_| !inner.is_handler())),
            None => label(evaluation, function),
        },
        Thing::Outside(name) => Some(name.rsplit('/').next().unwrap_or(name).to_owned()),
        Thing::Several(all) => all.iter().find_map(|one| label(evaluation, one)),
        _ => None,
    }
}

/// A prefix or path that joins onto what stands before it; echo puts both together as they are written: `/user` and `s` are `/users`.
fn slashed(thing: &Thing, library: Library) -> Thing {
    match thing {
        Thing::Text(text) if text.is_empty() || text.starts_with('/') || library == Library::Echo => thing.clone(),
        Thing::Text(text) => Thing::Text(format!("/{text}")),
        other => other.clone(),
    }
}
