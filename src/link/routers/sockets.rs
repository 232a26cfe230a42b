//! Handlers that take a request over as a WebSocket: what they answer is no response of HTTP.
//! Source: the documentation of gorilla/websocket, coder/websocket, gobwas/ws, golang.org/x/net/websocket and the adapters of fiber and
//! Hertz. A handler that does so under a condition answers other requests too and stays what it is.

use super::evaluate::Evaluation;
use super::thing::Thing;
use crate::finding::{Action, Expression, Function, Slot};
use crate::link::golang::world::bare;
use crate::location::Location;

/// How many functions may stand between a handler and the call that takes over.
const STEPS: usize = 3;

/// Packages that take a request over.
const PACKAGES: &[&str] = &[
    "github.com/gorilla/websocket",
    "github.com/coder/websocket",
    "nhooyr.io/websocket",
    "github.com/gobwas/ws",
    "github.com/hertz-contrib/websocket",
    "github.com/fasthttp/websocket",
];

/// Whether a handler opens a WebSocket.
pub(super) fn opens_socket(evaluation: &Evaluation<'_, '_>, handler: &Thing) -> bool {
    match handler {
        Thing::Function(function, _) => takes_over(evaluation, (*function, None), STEPS),
        Thing::Closure(frame, at) => takes_over(evaluation, (evaluation.function_of(*frame), Some(*at)), STEPS),
        Thing::Literal(function, at) => takes_over(evaluation, (*function, Some(*at)), STEPS),
        Thing::Outside(name) => makes_handler(name),
        Thing::Called(function, arguments) => {
            opens_socket(evaluation, function) || arguments.iter().any(|one| one.is_handler() && opens_socket(evaluation, one))
        }
        _ => false,
    }
}

/// Functions from outside that make a handler of one for WebSockets: `websocket.New(func(c *websocket.Conn) { ... })`.
fn makes_handler(name: &str) -> bool {
    let Some((path, name)) = name.rsplit_once('.') else { return false };
    let is_fiber = path.starts_with("github.com/gofiber/") && path.contains("websocket");
    is_fiber && name == "New" || path == "golang.org/x/net/websocket" && matches!(name, "Handler" | "Server")
}

/// Whether a function, or one of its function literals, takes the request over in every case, itself or through others.
fn takes_over(evaluation: &Evaluation<'_, '_>, (function, literal): (usize, Option<usize>), steps: usize) -> bool {
    let Some(steps) = steps.checked_sub(1) else { return false };
    let (place, fact) = evaluation.world.functions[function];
    let always = fact.statements.iter().filter(|one| happens(fact, one.way) && (literal.is_none() || one.closure == literal));
    let values = always.flat_map(|one| match &one.action {
        Action::Evaluate(value) | Action::Set(_, value) => vec![value],
        Action::Return(values) => values.iter().collect(),
    });
    let imports = evaluation.world.imports(&place.path);
    let knows = imports.iter().any(|import| PACKAGES.contains(&import.path.as_str()));
    let mut calls = values.filter_map(|value| called(fact, value));
    calls.any(|call| {
        let takes = knows && matches!(call, Expression::Field(base, name) if matches!(name.as_str(), "Upgrade" | "UpgradeHTTP") || name == "Accept" && **base == Expression::Name("websocket".to_owned()));
        takes || reached(evaluation, (place, fact), call).is_some_and(|next| next != function && takes_over(evaluation, (next, None), steps))
    })
}

/// Whether a way is the only one by which the function goes on: the others leave it.
fn happens(fact: &Function, way: Option<usize>) -> bool {
    let ways = std::iter::successors(way.and_then(|at| fact.ways.get(at)), |one| one.within.and_then(|at| fact.ways.get(at)));
    ways.take(64).all(|one| one.behind || one.of <= 1)
}

/// What a value calls, also where a name is given the result.
fn called<'e>(fact: &'e Function, value: &'e Expression) -> Option<&'e Expression> {
    match value {
        Expression::Call(call) => Some(&call.function),
        Expression::Local(slot) => match fact.slots.get(*slot) {
            Some(Slot::Value(Expression::Call(call)) | Slot::Part(Expression::Call(call), _)) => Some(&call.function),
            _ => None,
        },
        _ => None,
    }
}

/// The function of the package, of the receiver or of an import that is called.
fn reached(evaluation: &Evaluation<'_, '_>, (place, fact): (&Location, &Function), called: &Expression) -> Option<usize> {
    let world = evaluation.world;
    match called {
        Expression::Name(name) => world.function(&place.path.parent(), "", name),
        Expression::Field(base, name) => match &**base {
            Expression::Name(package) => {
                let folder = world.import(&place.path, package).and_then(Result::ok)?;
                world.function(&folder, "", name)
            }
            Expression::Local(slot) if fact.slots.get(*slot) == Some(&Slot::Receiver) => {
                let owner = fact.receiver.as_ref().map(|one| bare(&one.kind))?;
                world.method(&(place.path.parent(), owner.to_owned()), name, 3).map(|(method, _)| method)
            }
            _ => None,
        },
        _ => None,
    }
}
