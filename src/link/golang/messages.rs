//! Messages of Go: calls and literals of the libraries that carry them, with the names of channels followed to where they are written.
//! What a constructor sets and a program sets anew is that program's own.

use std::collections::{BTreeMap, BTreeSet};

use super::brokers::{self, CallRule, LiteralRule, Named};
use super::origins::{Origin, Origins, Scope};
use super::reach::Reach;
use super::world::Meaning;
use crate::finding::{Direction, Expression, Invocation, broker};
use crate::location::{Location, RepoPath};

/// One end of a channel in one container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Message {
    /// Where it stands.
    pub(crate) at: Location,
    /// Which side.
    pub(crate) is_subscription: bool,
    /// Whether an answer is waited for.
    pub(crate) is_request: bool,
    /// The channel.
    pub(crate) name: String,
    /// What carries it.
    pub(crate) transport: &'static str,
    /// The container.
    pub(crate) container: String,
    /// Who sends or receives.
    pub(crate) handler: String,
}

/// What was found, and the places whose channel is not known.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    /// The ends.
    pub(crate) found: BTreeSet<Message>,
    /// Where a channel is computed at run time, and in which function.
    pub(crate) open: BTreeMap<Location, String>,
}

/// One use of a library, before its channel is followed.
struct Use<'a> {
    function: usize,
    line: u32,
    direction: Direction,
    transport: &'static str,
    channels: Vec<&'a Expression>,
    handler: Option<String>,
}

/// Every message.
pub(crate) fn messages(reach: &Reach<'_, '_, '_>, origins: &Origins<'_, '_>) -> Messages {
    let world = origins.world;
    let talks = |file: &RepoPath| world.imports(file).iter().any(|import| broker(&import.path));
    let mut messages = Messages::default();
    let bound = bindings(origins);
    for function in 0..world.functions.len() {
        if talks(&world.functions[function].0.path) {
            for one in uses(origins, function) {
                enter(reach, origins, &bound, &one, &mut messages);
            }
        }
    }
    let Messages { found, open } = &mut messages;
    open.retain(|at, _| !found.iter().any(|one| one.at == *at));
    messages
}

/// Queue -> the exchanges that it hangs on, with the files that say so.
type Bindings = BTreeMap<String, BTreeSet<(String, BTreeSet<RepoPath>)>>;

fn bindings(origins: &Origins<'_, '_>) -> Bindings {
    let mut bound = Bindings::new();
    for (function, call) in origins.calls_of("QueueBind") {
        let scope = origins.scope(*function);
        let [queue, _, exchange, ..] = call.arguments.as_slice() else { continue };
        let known = origins.library(&scope, &call.function).is_none_or(|(path, name)| brokers::binds_queue(&path, &name));
        for exchange in own(origins.of(&scope, exchange)).iter().filter(|_| known) {
            for queue in own(origins.of(&scope, queue)) {
                let files = queue.via.union(&exchange.via).cloned().collect();
                bound.entry(queue.text).or_default().insert((exchange.text.clone(), files));
            }
        }
    }
    bound
}

/// What a caller gives stands before what the constructor would take without it.
fn own(found: Vec<Origin>) -> Vec<Origin> {
    let given = found.iter().any(|one| one.is_given);
    found.into_iter().filter(|one| one.is_given || !given).collect()
}

fn uses<'a>(origins: &Origins<'_, 'a>, function: usize) -> Vec<Use<'a>> {
    let scope = origins.scope(function);
    let mut found = Vec::new();
    for call in origins.world.functions[function].1.calls() {
        for rule in rules(origins, &scope, call) {
            let channels = channels(origins, &scope, rule.named, call);
            let handler = handler(origins, &scope, call).filter(|_| rule.direction == Direction::Subscribe);
            found.push(Use {
                function,
                line: call.line,
                direction: rule.direction,
                transport: transport(origins, &scope, rule),
                channels,
                handler,
            });
        }
        for argument in call.arguments.iter().chain([&call.function]) {
            argument.each(&mut |inner| found.extend(literal(origins, &scope, inner, call.line)));
        }
    }
    let line = origins.world.functions[function].0.line;
    origins.world.functions[function].1.each(&mut |expression| found.extend(literal(origins, &scope, expression, line)));
    found
}

/// What a literal names.
fn literal<'a>(origins: &Origins<'_, 'a>, scope: &Scope<'_, 'a>, expression: &'a Expression, line: u32) -> Vec<Use<'a>> {
    let Expression::Composite(written, entries) = expression else { return Vec::new() };
    let fits = |rule: &&LiteralRule| {
        origins.is_literal_of(scope, written, &|path, name| brokers::is_of(path, rule.libraries) && rule.types.contains(&name))
    };
    let Some((rule, function)) = brokers::LITERALS.iter().find(fits).zip(scope.function) else { return Vec::new() };
    let named = entries.iter().filter(|(key, _)| rule.fields.contains(&key.as_str()));
    named
        .map(|(_, value)| Use {
            function,
            line,
            direction: rule.direction,
            transport: rule.transport,
            channels: vec![value],
            handler: None,
        })
        .collect()
}

/// The rules that a call fits: by the type that it is called on; where that is not told, by what the file imports.
fn rules<'a>(origins: &Origins<'_, 'a>, scope: &Scope<'_, 'a>, call: &'a Invocation) -> Vec<&'static CallRule> {
    let (Expression::Field(_, name) | Expression::Name(name)) = &call.function else { return Vec::new() };
    let library = origins.library(scope, &call.function);
    let called = |rule: &CallRule| {
        rule.methods.iter().any(|method| match method.split_once('.') {
            Some((package, function)) => function == name && is_of_package(origins, scope, call, package),
            None => method == name,
        })
    };
    let mut named = brokers::CALLS.iter().filter(|rule| called(rule)).peekable();
    if named.peek().is_none() {
        return Vec::new();
    }
    match library {
        Some((path, _)) => named.filter(|rule| brokers::is_of(&path, rule.libraries)).collect(),
        None if origins.is_untold(scope, &call.function) && origins.targets(scope, &call.function).is_empty() => {
            let imports = origins.world.imports(scope.file);
            named.filter(|rule| imports.iter().any(|import| brokers::is_of(&import.path, rule.libraries))).take(1).collect()
        }
        None => Vec::new(),
    }
}

/// `worker.New`: a function of a package.
fn is_of_package(origins: &Origins<'_, '_>, scope: &Scope<'_, '_>, call: &Invocation, package: &str) -> bool {
    let library = origins.library(scope, &call.function);
    library.is_some_and(|(path, _)| path.rsplit('/').next() == Some(package))
}

fn transport(origins: &Origins<'_, '_>, scope: &Scope<'_, '_>, rule: &CallRule) -> &'static str {
    if rule.transport != "Watermill" {
        return rule.transport;
    }
    let connectors: BTreeSet<&str> = origins.world.connectors();
    let own = origins.world.imports(scope.file).iter().find_map(|import| brokers::connector(&import.path));
    match (own, connectors.first(), connectors.len()) {
        (Some(own), ..) => own,
        (None, Some(path), 1) => brokers::connector(path).unwrap_or(rule.transport),
        _ => rule.transport,
    }
}

/// The expressions that name channels.
fn channels<'a>(origins: &Origins<'_, 'a>, scope: &Scope<'_, 'a>, named: Named, call: &'a Invocation) -> Vec<&'a Expression> {
    let skipped = usize::from(call.arguments.first().is_some_and(|first| is_context(origins, scope, first)));
    let arguments = call.arguments.get(skipped..).unwrap_or_default();
    match named {
        Named::Argument(at) => arguments.get(at).into_iter().collect(),
        Named::From(at) => arguments.get(at..).unwrap_or_default().iter().collect(),
        Named::Method => arguments.first().into_iter().collect(),
        Named::Exchange => {
            let empty = matches!(arguments.first(), Some(Expression::Text(text)) if text.is_empty());
            arguments.get(usize::from(empty)).into_iter().collect()
        }
    }
}

/// `ctx`, `context.Background()`, `r.Context()`.
fn is_context(origins: &Origins<'_, '_>, scope: &Scope<'_, '_>, expression: &Expression) -> bool {
    match expression {
        Expression::Call(call) => match &call.function {
            Expression::Field(base, name) => {
                matches!(&**base, Expression::Name(package) if package == "context") || matches!(name.as_str(), "Context" | "UserContext")
            }
            _ => false,
        },
        Expression::Composite(..) | Expression::Text(_) | Expression::Concat(_) => false,
        other => {
            matches!(origins.kind(scope, other), Meaning::Outside(path, _) if path == "context") || is_context_value(origins, scope, other)
        }
    }
}

/// A variable that `context.WithTimeout(...)` or its kin sets.
fn is_context_value(origins: &Origins<'_, '_>, scope: &Scope<'_, '_>, expression: &Expression) -> bool {
    matches!(expression, Expression::Field(_, name) if matches!(name.as_str(), "ctx" | "Ctx" | "Context"))
        && origins.kind(scope, expression) == Meaning::Plain
}

/// The function that receives: a function or method among the arguments.
fn handler<'a>(origins: &Origins<'_, 'a>, scope: &Scope<'_, 'a>, call: &'a Invocation) -> Option<String> {
    let last = call.arguments.iter().rev().find(|one| matches!(one, Expression::Field(..) | Expression::Name(_) | Expression::Call(_)))?;
    match last {
        Expression::Call(wrapped) => wrapped.arguments.iter().rev().find_map(|one| label(origins, scope, one)),
        other => label(origins, scope, other),
    }
}

pub(super) fn label<'a>(origins: &Origins<'_, 'a>, scope: &Scope<'_, 'a>, expression: &'a Expression) -> Option<String> {
    let is_name = matches!(expression, Expression::Field(..) | Expression::Name(_));
    origins.named_function(scope, expression).filter(|_| is_name).map(|at| origins.world.functions[at].1.label())
}

fn enter(reach: &Reach<'_, '_, '_>, origins: &Origins<'_, '_>, bound: &Bindings, one: &Use<'_>, messages: &mut Messages) {
    let (place, fact) = origins.world.functions[one.function];
    let at = Location::new(&place.path, one.line);
    let scope = origins.scope(one.function);
    let mut by_container: BTreeMap<String, Vec<Origin>> = BTreeMap::new();
    let known: Vec<Origin> = one.channels.iter().flat_map(|channel| origins.of(&scope, channel)).collect();
    if known.is_empty() {
        messages.open.insert(at.clone(), fact.label());
    }
    for origin in known {
        for container in containers(reach, one.function, &origin.via) {
            by_container.entry(container).or_default().push(origin.clone());
        }
    }
    for (container, found) in by_container {
        for origin in own(found) {
            let passer = origin.by.filter(|_| origin.is_passed).map(|function| origins.world.functions[function].1.label());
            let handler = one.handler.clone().or(passer).unwrap_or_else(|| fact.label());
            for name in names(one, &origin, bound, &container, reach) {
                messages.found.insert(Message {
                    at: at.clone(),
                    is_subscription: one.direction == Direction::Subscribe,
                    is_request: one.direction == Direction::Request,
                    name,
                    transport: one.transport,
                    container: container.clone(),
                    handler: handler.clone(),
                });
            }
        }
    }
}

/// The channel; of a queue the exchanges that it hangs on in that program.
fn names(one: &Use<'_>, origin: &Origin, bound: &Bindings, container: &str, reach: &Reach<'_, '_, '_>) -> Vec<String> {
    let plain =
        || vec![origin.text.rsplit(['/', ':']).next().filter(|_| one.transport.starts_with("Amazon")).unwrap_or(&origin.text).to_owned()];
    if one.transport != "RabbitMQ" || one.direction != Direction::Subscribe {
        return plain();
    }
    let exchanges = bound.get(&origin.text).into_iter().flatten();
    let here = exchanges.filter(|(_, files)| files.iter().all(|file| reach.of_file(file).contains(container)));
    let found: Vec<String> = here.map(|(exchange, _)| exchange.clone()).collect();
    if found.is_empty() { plain() } else { found }
}

/// The containers that a function runs in and whose programs hold every file on the way of a value.
pub(super) fn containers(reach: &Reach<'_, '_, '_>, function: usize, via: &BTreeSet<RepoPath>) -> BTreeSet<String> {
    let mut all = reach.containers(function);
    for file in via {
        let users = reach.of_file(file);
        all.retain(|container| users.contains(container));
    }
    all
}
