//! Go: one file per framework, and what they share in reading the language.

mod head;
mod serving;
mod source_file;
mod values;

use super::Extractor;

/// The extractors of this language.
pub(crate) const EXTRACTORS: &[&Extractor] = &[&serving::EXTRACTOR, &source_file::EXTRACTOR];
