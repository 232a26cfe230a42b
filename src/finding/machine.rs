//! State machines as a library declares them: states, and what leads from one to another.

use std::collections::BTreeSet;

/// A state machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StateMachine {
    /// The library, as a person would name it: `XState`.
    pub(crate) library: &'static str,
    /// Its name: the class that declares it, its id, or the variable that holds it.
    pub(crate) name: String,
    /// The state that it starts in, where the code states it.
    pub(crate) initial: Option<String>,
    /// Its states that nothing leads to or from, and those that do.
    pub(crate) states: BTreeSet<String>,
    /// What leads from one state to another, in written order.
    pub(crate) transitions: Vec<Transition>,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

/// A way from one state to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Transition {
    /// The state before; `any state` where it holds in all of them.
    pub(crate) from: String,
    /// The event or trigger; empty where the machine goes on by itself.
    pub(crate) event: String,
    /// The state behind.
    pub(crate) to: String,
}

impl StateMachine {
    /// Takes a transition in, each once.
    pub(crate) fn add(&mut self, transition: Transition) {
        if !self.transitions.contains(&transition) {
            self.states.extend([transition.from.clone(), transition.to.clone()].into_iter().filter(|state| state != ANY));
            self.transitions.push(transition);
        }
    }
}

/// How a transition is written that every state has.
pub(crate) const ANY: &str = "any state";
