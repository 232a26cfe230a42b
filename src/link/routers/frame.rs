//! One call of a function while it is followed, and which slots change when a loop goes on or a function literal is called again.

use std::collections::{BTreeMap, BTreeSet};

use super::thing::Thing;
use crate::finding::{Action, Expression, Function, Slot};
use crate::link::conditions::Taken;

/// One call of a function.
#[derive(Debug)]
pub(super) struct Frame {
    /// The function.
    pub(super) function: usize,
    /// Its receiver.
    pub(super) receiver: Thing,
    /// Its arguments; a missing one is told by its type.
    pub(super) arguments: Vec<Thing>,
    /// Slots that loops and calls of function literals set.
    pub(super) bound: BTreeMap<usize, Thing>,
    /// Slots that are worked out.
    pub(super) known: BTreeMap<usize, Thing>,
    /// What it and its function literals give back: the literal, and the values.
    pub(super) returns: Vec<(Option<usize>, Vec<Thing>)>,
    /// The function literals that were called.
    pub(super) invoked: BTreeSet<usize>,
}

/// For each slot the slots of loops and of parameters of function literals that it hangs on.
pub(super) fn dependencies(function: &Function) -> Vec<BTreeSet<usize>> {
    let mut found: Vec<BTreeSet<usize>> = Vec::with_capacity(function.slots.len());
    for (at, slot) in function.slots.iter().enumerate() {
        let mut own = BTreeSet::new();
        match slot {
            Slot::Each(over) => {
                own.insert(at);
                of_expression(over, &found, &mut own);
            }
            Slot::ClosureParameter(..) => _ = own.insert(at),
            Slot::Key(each) => own.extend(found.get(*each).into_iter().flatten()),
            Slot::Value(value) | Slot::Part(value, _) => of_expression(value, &found, &mut own),
            Slot::Receiver | Slot::Parameter(_) | Slot::Typed(_) => {}
        }
        found.push(own);
    }
    found
}

/// The loops that a statement stands in, as far as it uses what they go over: outer ones first.
pub(super) fn loops(function: &Function, action: &Action, dependencies: &[BTreeSet<usize>]) -> Vec<usize> {
    let mut found = BTreeSet::new();
    match action {
        Action::Evaluate(value) => of_expression(value, dependencies, &mut found),
        Action::Set(target, value) => {
            of_expression(target, dependencies, &mut found);
            of_expression(value, dependencies, &mut found);
        }
        Action::Return(values) => values.iter().for_each(|value| of_expression(value, dependencies, &mut found)),
    }
    found.into_iter().filter(|slot| matches!(function.slots.get(*slot), Some(Slot::Each(_)))).collect()
}

fn of_expression(expression: &Expression, known: &[BTreeSet<usize>], into: &mut BTreeSet<usize>) {
    match expression {
        Expression::Local(slot) => into.extend(known.get(*slot).into_iter().flatten()),
        Expression::Field(base, _) => of_expression(base, known, into),
        Expression::Call(call) => {
            of_expression(&call.function, known, into);
            call.arguments.iter().for_each(|one| of_expression(one, known, into));
        }
        Expression::Composite(_, entries) => entries.iter().for_each(|(_, one)| of_expression(one, known, into)),
        Expression::Map(_, entries) => entries.iter().for_each(|(key, one)| {
            of_expression(key, known, into);
            of_expression(one, known, into);
        }),
        Expression::Either(one, other) | Expression::Index(one, other) => {
            of_expression(one, known, into);
            of_expression(other, known, into);
        }
        Expression::Concat(parts) => parts.iter().for_each(|one| of_expression(one, known, into)),
        Expression::Name(_) | Expression::Text(_) | Expression::Number(_) | Expression::Closure(_) | Expression::Other => {}
    }
}

/// The ways of branchings that a statement of a frame stands in, the outermost first.
pub(super) fn taken(function: &Function, frame: usize, way: Option<usize>) -> Vec<Taken> {
    let mut found = Vec::new();
    let mut next = way;
    while let Some((at, one)) = next.and_then(|at| Some((at, function.ways.get(at)?))) {
        found.push(Taken { choice: (frame, one.choice), way: at, of: one.of });
        next = one.within;
    }
    found.reverse();
    found
}
