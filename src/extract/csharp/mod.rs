//! C#: types, methods, constants, and the functions that set applications up.
//! Code under `#if false` is never read.

mod attributes;
mod clients;
mod declarations;
mod doc_comment;
mod ef_migrations;
mod messages;
mod nodes;
mod procedures;
mod reverse_proxy;
mod setting_keys;
mod settings;
mod strings;
mod values;

use super::Extractor;

/// The extractors of C#.
pub(crate) const EXTRACTORS: &[&Extractor] =
&[
    &clients::EXTRACTOR,
    &declarations::EXTRACTOR,
    &ef_migrations::EXTRACTOR,
    &messages::EXTRACTOR,
    &procedures::EXTRACTOR,
    &reverse_proxy::EXTRACTOR,
    &settings::EXTRACTOR,
];
