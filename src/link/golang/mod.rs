//! What the code of Go tells beside its routes: messages, schedules, clients, the packages of a program.
//! Values are followed backwards, from where a library takes them to where they are written; nothing is run.

pub(crate) mod brokers;
pub(crate) mod clients;
pub(crate) mod components;
pub(crate) mod kinds;
pub(crate) mod messages;
pub(crate) mod origins;
pub(crate) mod reach;
pub(crate) mod schedules;
pub(crate) mod telemetry;
pub(crate) mod world;

use std::collections::BTreeSet;

use super::Input;
use crate::model::Model;
use clients::ClientCall;
use messages::Messages;
use origins::Origins;
use reach::Reach;
use schedules::Schedule;

/// What programs say to each other, and when they run by themselves.
#[derive(Debug, Default)]
pub(crate) struct Talk {
    /// Messages and tasks.
    pub(crate) messages: Messages,
    /// What runs by a schedule.
    pub(crate) schedules: BTreeSet<Schedule>,
    /// Calls of other programs.
    pub(crate) calls: BTreeSet<ClientCall>,
}

impl Talk {
    /// Follows the values of all calls that talk to others.
    pub(crate) fn of(input: &Input<'_>, model: &Model) -> Self {
        let world = input.world();
        if world.functions.is_empty() {
            return Self::default();
        }
        let origins = Origins::new(world);
        let reach = Reach::new(world, input, model);
        Self {
            messages: messages::messages(&reach, &origins),
            schedules: schedules::schedules(&reach, &origins),
            calls: clients::calls(input, &reach, &origins),
        }
    }
}
