//! Documents that people wrote: what a folder is, and what the words of the domain mean.

mod architecture;
mod diagrams;
mod entities;
mod glossary;
mod keys;
mod readme;
mod schema;
mod subject;

use super::Extractor;

/// The extractors of documents.
pub(crate) const EXTRACTORS: &[&Extractor] = &[
    &architecture::EXTRACTOR,
    &diagrams::EXTRACTOR,
    &entities::EXTRACTOR,
    &glossary::EXTRACTOR,
    &keys::EXTRACTOR,
    &readme::EXTRACTOR,
    &schema::EXTRACTOR,
];
