//! Facts that people wrote down in words: READMEs, glossaries, the comment at the head of a script.
//! The words stay in the language they were written in; nothing is summed up here.

/// The README of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Readme {
    /// Its first heading of the first level, as plain text.
    pub(crate) title: Option<String>,
    /// Its first paragraph of prose, as plain text: no badges, no notes on installation.
    pub(crate) paragraph: Option<String>,
}

/// A term of a glossary document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GlossaryTerm {
    /// The term as written.
    pub(crate) term: String,
    /// What it means, as plain text.
    pub(crate) definition: String,
}

/// What a script that is run by hand is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ScriptRole {
    /// It fills a store with first data.
    Seed,
    /// It changes data once, beside the migrations.
    OneOff,
}

/// A script for the upkeep of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MaintenanceScript {
    /// What it is for.
    pub(crate) role: ScriptRole,
    /// The comment at its head, as plain text.
    pub(crate) purpose: Option<String>,
    /// The tables that a seed fills, in the order of their names.
    pub(crate) tables: Vec<String>,
}

/// What a class of the domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EntityRole {
    /// The root of a group of things that change together.
    Aggregate,
    /// A thing with an identity of its own, or a value of the domain.
    Entity,
}

/// A class that is an entity or aggregate of the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DomainEntity {
    /// The class.
    pub(crate) class: String,
    /// What it is.
    pub(crate) role: EntityRole,
}
