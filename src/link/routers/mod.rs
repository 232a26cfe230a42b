//! Routes of Go: routers are followed from where they are made through variables, fields, parameters and packages.
//! A route is an endpoint when its whole path is known and a program brings its router in; else a gap says what is missing.

mod beego;
mod evaluate;
mod frame;
mod guards;
mod libraries;
mod nested;
mod paths;
mod publish;
mod routing;
mod tables;
mod thing;

use super::Input;
use crate::model::Model;
use evaluate::Evaluation;

/// How often all functions are followed: what one sets in a field another one reads.
const ROUNDS: usize = 3;

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let world = input.world();
    if world.functions.is_empty() {
        return;
    }
    let mut evaluation = Evaluation::new(world);
    for _ in 0..ROUNDS {
        evaluation.round();
    }
    publish::publish(input, &evaluation, model);
}
