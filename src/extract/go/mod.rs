//! Go: one file per framework, and what they share in reading the language.

mod body;
mod branches;
mod chaincode;
mod doc_comment;
mod environment;
mod functions;
mod head;
mod serving;
mod source_file;
mod state_machines;
mod types;
mod values;

use super::Extractor;

/// The extractors of this language.
pub(crate) const EXTRACTORS: &[&Extractor] = &[
    &chaincode::EXTRACTOR,
    &environment::EXTRACTOR,
    &functions::EXTRACTOR,
    &serving::EXTRACTOR,
    &source_file::EXTRACTOR,
    &state_machines::EXTRACTOR,
];
