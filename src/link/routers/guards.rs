//! What proves that a caller must be known: middleware that says so by its name and turns away everybody else.
//! What is not proven is no guard.

use super::evaluate::Evaluation;
use super::libraries;
use super::publish::label;
use super::thing::{Thing, Use};
use crate::finding::{Action, Expression};
use crate::link::asking::asks;
use crate::link::conditions::Guard;

/// The guards among middleware.
pub(super) fn guards(evaluation: &Evaluation<'_, '_>, uses: &[Use]) -> Vec<Guard> {
    let named = uses.iter().filter_map(|one| Some((guard(evaluation, &one.thing)?, one)));
    named.map(|(name, one)| Guard { name, at: one.at.clone(), under: one.under.clone() }).collect()
}

/// The name of middleware that lets nobody through who is not known: it says so by its name and answers `401 Unauthorized`.
pub(super) fn guard(evaluation: &Evaluation<'_, '_>, thing: &Thing) -> Option<String> {
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
    !fact.exempts && (fact.rejects || fact.statements.iter().any(|one| matches!(&one.action, Action::Return(values) if given(values))))
}
