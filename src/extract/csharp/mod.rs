//! C#: types, methods, constants, and the functions that set applications up.
//! Code under `#if false` is never read.

mod attributes;
mod brokers;
mod clients;
mod declarations;
mod doc_comment;
mod documents;
mod ef_migrations;
mod ef_model;
mod fluent_migrator;
mod jobs;
mod messages;
mod named_handlers;
mod nodes;
mod periods;
mod procedures;
mod reverse_proxy;
mod route_attributes;
mod sends;
mod setting_keys;
mod settings;
mod sql_text;
mod state_machines;
mod steps;
mod strings;
mod values;

use super::Extractor;

/// The extractors of C#.
pub(crate) const EXTRACTORS: &[&Extractor] = &[
    &clients::EXTRACTOR,
    &declarations::EXTRACTOR,
    &documents::EXTRACTOR,
    &ef_migrations::EXTRACTOR,
    &ef_model::EXTRACTOR,
    &fluent_migrator::EXTRACTOR,
    &jobs::EXTRACTOR,
    &messages::EXTRACTOR,
    &procedures::EXTRACTOR,
    &reverse_proxy::EXTRACTOR,
    &settings::EXTRACTOR,
    &state_machines::EXTRACTOR,
];
