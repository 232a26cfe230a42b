//! Platforms and environments and the resources that run there.

use std::collections::{BTreeMap, BTreeSet};

/// A platform or environment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Platform {
    /// Its name for a person.
    pub(crate) name: String,
    /// What it is.
    pub(crate) description: String,
    /// Category -> kind or `Kind/name` -> what it is.
    pub(crate) resources: BTreeMap<String, BTreeMap<String, Resource>>,
    /// Who talks to whom there.
    pub(crate) relationships: BTreeSet<Edge>,
}

/// One resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Resource {
    /// What it is, in a sentence.
    pub(crate) description: Option<String>,
    /// Facts by name (`image`, `replicas`, `ports`, `env`, `schedule`, `hosts`), never secret values.
    pub(crate) facts: BTreeMap<String, ResourceFact>,
}

/// A fact of a resource.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ResourceFact {
    /// One text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Texts, sorted and without duplicates.
    Set(BTreeSet<String>),
    /// Name -> text.
    Map(BTreeMap<String, String>),
}

/// A line between two things of an environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    /// Who.
    pub(crate) source: String,
    /// To whom.
    pub(crate) destination: String,
    /// How.
    pub(crate) description: String,
}
