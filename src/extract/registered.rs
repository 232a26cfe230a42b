//! Classes that a program registers for others to ask for. One matters where it asks for something that the picture shows: a context of a
//! mapper, a client of another system. The others are many, and their files are looked at and not parsed.

use std::collections::BTreeSet;

use crate::finding::mapped::MappedType;
use crate::finding::{Fact, Procedure};

/// Calls whose type arguments are clients.
const CLIENTS: &[&str] =
    &["AddHttpClient", "AddRefitClient", "AddGrpcClient", "AddKiotaClient", "AddCodeFirstGrpcClient", "AddTypedClient"];

/// What was registered so far.
#[derive(Debug, Default)]
pub(super) struct Registered {
    /// What each class is asked for by, and the class.
    pairs: BTreeSet<(String, String)>,
    /// The contexts and clients.
    driven: BTreeSet<String>,
    /// Whether something came since the last time.
    is_fresh: bool,
}

impl Registered {
    /// Takes in what a fact says of registered classes.
    pub(super) fn note(&mut self, fact: &Fact) {
        match fact {
            Fact::Procedure(procedure) => self.note_procedure(procedure),
            Fact::MappedType(one) if is_context(one) => self.is_fresh |= self.driven.insert(one.name.clone()),
            Fact::OutgoingClient(client) => {
                self.is_fresh |= self.driven.insert(client.class.clone());
                self.is_fresh |= client.client.clone().is_some_and(|name| self.driven.insert(name));
            }
            _ => {}
        }
    }

    fn note_procedure(&mut self, procedure: &Procedure) {
        for (asked, class) in procedure.registered() {
            self.is_fresh |= self.pairs.insert((asked.to_owned(), class.to_owned()));
        }
        for call in procedure.steps.iter().flat_map(|step| &step.calls).filter(|call| CLIENTS.contains(&call.name.as_str())) {
            for name in &call.type_arguments {
                self.is_fresh |= self.driven.insert(name.clone());
            }
        }
    }

    /// The registered classes, and the names of which one must stand in the file of such a class; `None` when nothing is new.
    pub(super) fn next(&mut self) -> Option<(BTreeSet<&str>, BTreeSet<String>)> {
        if !std::mem::take(&mut self.is_fresh) || self.driven.is_empty() {
            return None;
        }
        let asked = self.pairs.iter().filter(|(_, class)| self.driven.contains(class)).map(|(asked, _)| asked);
        let names = self.driven.iter().chain(asked).cloned().collect();
        Some((self.pairs.iter().map(|(_, class)| class.as_str()).collect(), names))
    }
}

fn is_context(one: &MappedType) -> bool {
    one.bases.iter().any(|base| base.contains("DbContext")) && !one.bases.iter().any(|base| base.contains("Factory<"))
}
