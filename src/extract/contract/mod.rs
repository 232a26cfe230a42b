//! Contracts: files that state what a service promises, apart from the code that keeps it.

mod proto;
mod tokens;

use super::Extractor;

/// The extractors of contracts.
pub(crate) const EXTRACTORS: &[&Extractor] = &[&proto::EXTRACTOR];
