//! Functions of a repository that put on routes whose paths they are given: such a route stands where they are called.
//! Looks at the shape of functions alone and follows nothing.

use std::collections::BTreeSet;

use crate::finding::{Action, Expression, Function, Invocation, Slot};
use crate::link::golang::world::{World, bare};
use crate::link::routers::libraries;
use crate::location::Location;

/// How many functions of a repository's own may stand between a route and the library.
const STEPS: usize = 3;

/// The functions that put on routes whose paths they are given: themselves, or through others that do.
pub(super) fn relaying_functions(world: &World<'_>) -> BTreeSet<usize> {
    let numbered = || world.functions.iter().copied().enumerate();
    let mut found: BTreeSet<usize> = numbered().filter(|(_, (_, function))| relays(function)).map(|(at, _)| at).collect();
    for _ in 0..STEPS {
        let hands_on = |(at, (place, function)): &(usize, (&Location, &Function))| {
            let given = |call: &Invocation| call.arguments.iter().take(3).any(|one| is_given(function, one, STEPS));
            let known =
                |call: &Invocation| own_function(world, (*place, *function), &call.function).is_some_and(|one| found.contains(&one));
            !found.contains(at) && made(function).any(|call| given(call) && known(call))
        };
        let more: Vec<usize> = numbered().filter(hands_on).map(|(at, _)| at).collect();
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    found
}

/// The function of the same package, or method of the same receiver, that is called.
fn own_function(world: &World<'_>, (place, function): (&Location, &Function), called: &Expression) -> Option<usize> {
    let folder = place.path.parent();
    match called {
        Expression::Name(name) => world.function(&folder, "", name),
        Expression::Field(base, name) => match (&**base, &function.receiver) {
            (Expression::Local(slot), Some(receiver)) if function.slots.get(*slot) == Some(&Slot::Receiver) => {
                world.method(&(folder, bare(&receiver.kind).to_owned()), name, 3).map(|(function, _)| function)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The calls that a function makes for their own sake or gives back.
fn made(function: &Function) -> impl Iterator<Item = &Invocation> {
    let values = function.statements.iter().flat_map(|statement| match &statement.action {
        Action::Evaluate(value) => vec![value],
        Action::Return(values) => values.iter().collect(),
        Action::Set(..) => Vec::new(),
    });
    values.filter_map(|value| match value {
        Expression::Call(call) => Some(&**call),
        _ => None,
    })
}

/// Whether a function is given what it hands on: an expression is a parameter of it, or a string put together with one.
pub(super) fn hands_on(function: &Function, expression: &Expression) -> bool {
    is_given(function, expression, STEPS)
}

/// Whether an expression is a parameter, or a string put together with one.
fn is_given(function: &Function, expression: &Expression, depth: usize) -> bool {
    match expression {
        Expression::Local(slot) => match function.slots.get(*slot) {
            Some(Slot::Parameter(_)) => true,
            Some(Slot::Value(Expression::Call(call))) if depth > 0 => {
                let joins = matches!(&call.function, Expression::Field(_, name) if matches!(name.as_str(), "Join" | "JoinPath"));
                joins && call.arguments.iter().any(|one| is_given(function, one, depth - 1))
            }
            Some(Slot::Value(value @ Expression::Concat(_))) => depth > 0 && is_given(function, value, depth - 1),
            _ => false,
        },
        Expression::Concat(parts) => depth > 0 && parts.iter().any(|part| is_given(function, part, depth - 1)),
        _ => false,
    }
}

/// Whether a function puts on a route whose path it is given.
fn relays(function: &Function) -> bool {
    made(function).any(|call| relaying(call, &|expression| is_given(function, expression, STEPS)))
}

fn relaying(call: &Invocation, given: &dyn Fn(&Expression) -> bool) -> bool {
    let inner = |base: &Expression| matches!(base, Expression::Call(inner) if relaying(inner, given));
    match &call.function {
        Expression::Field(base, name) => {
            libraries::names_a_route(name) && call.arguments.len() > 1 && call.arguments.iter().take(2).any(given) || inner(base)
        }
        _ => false,
    }
}
