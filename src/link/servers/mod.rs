//! Routes of Node.js servers: files are followed as they would run, from where routers are made to where they are put below others.
//! A route is an endpoint when its whole path is known and a server brings its router in; else a gap says what is missing.
//!
//! The evaluator of Go's routers follows nominal types through packages; here values are followed through closures and modules,
//! which share no more than the idea.

mod contracts;
mod evaluate;
mod guards;
mod libraries;
mod patterns;
mod plugins;
mod procedures;
mod publish;
mod queues;
mod routing;
mod sockets;
mod thing;
mod world;

use super::Input;
use crate::model::Model;
use evaluate::Evaluation;
use world::World;

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let world = World::of(input);
    if world.scripts.is_empty() {
        return;
    }
    let mut evaluation = Evaluation::new(input, &world);
    evaluation.run();
    publish::publish(input, &evaluation, model);
    _ = input.followed.set(evaluation.found);
}
