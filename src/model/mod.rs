//! The merged picture of a repository: maps keyed by identity, in the field's terms.
//! No serialisation and no input or output: the linker fills it, the document is made from it.

pub(crate) mod deployment;
pub(crate) mod inventory;
pub(crate) mod schema;
pub(crate) mod system;

use std::collections::{BTreeMap, BTreeSet};

use crate::gap::Gap;
use crate::location::{Location, RepoPath};
pub(crate) use deployment::*;
pub(crate) use inventory::*;
pub(crate) use schema::*;
pub(crate) use system::*;

/// Everything that is known of the scanned repository.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    /// The name of the project.
    pub(crate) project: String,
    /// Name -> the system itself, an outside system or an actor.
    pub(crate) contexts: BTreeMap<String, Context>,
    /// Key -> deployable or backing unit.
    pub(crate) containers: BTreeMap<String, Container>,
    /// `<container>.<component>` -> component.
    pub(crate) components: BTreeMap<String, Component>,
    /// Container key -> "METHOD /path" -> operation.
    pub(crate) endpoints: BTreeMap<String, BTreeMap<String, Operation>>,
    /// Container key -> the routes of a gateway, each with where it leads.
    pub(crate) gateway_routes: BTreeMap<String, BTreeSet<String>>,
    /// Term -> definition.
    pub(crate) glossary: BTreeMap<String, Term>,
    /// Platform or environment -> its resources.
    pub(crate) topology: BTreeMap<String, Platform>,
    /// The folded schema.
    pub(crate) schema: Schema,
    /// Third-party service -> how it is used.
    pub(crate) integrations: BTreeMap<String, Integration>,
    /// Backing services, by name.
    pub(crate) services: BTreeMap<String, BackingService>,
    /// Name -> workflow or job.
    pub(crate) jobs: BTreeMap<String, Workflow>,
    /// Kind (unit, integration, e2e, load) -> how it is tested.
    pub(crate) tests: BTreeMap<String, TestSuite>,
    /// Configuration of build, run time and development.
    pub(crate) configuration: Configuration,
    /// What the code shows of security.
    pub(crate) security: Security,
    /// Compose file and service -> container key; for later passes, not a part of the document.
    pub(crate) compose_services: BTreeMap<(RepoPath, String), String>,
    /// Host outside of the system and the container whose code calls it -> where; for later passes, not a part of the document.
    pub(crate) called_hosts: BTreeMap<(String, String), BTreeSet<Location>>,
    /// What stands where.
    pub(crate) evidence: BTreeSet<Evidence>,
    /// What was not covered.
    pub(crate) gaps: Vec<Gap>,
}

/// A line that gave a fact, for `sources`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Evidence {
    /// The file and line.
    pub(crate) at: Location,
    /// What stands there, in a word or two: `table`, `route`, `dockerfile`.
    pub(crate) what: String,
    /// The place in the document: the parts of a JSON pointer, not escaped.
    pub(crate) pointer: Vec<String>,
}

impl Model {
    /// Notes that a line gave the fact at `pointer`.
    pub(crate) fn prove(&mut self, at: &Location, what: &str, pointer: &[&str]) {
        self.evidence.insert(Evidence {
            at: at.clone(),
            what: what.to_owned(),
            pointer: pointer.iter().map(|part| (*part).to_owned()).collect(),
        });
    }
}
