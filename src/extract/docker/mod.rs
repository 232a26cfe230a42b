//! Files that images are built from.

mod dockerfile;

use super::Extractor;

/// The extractors of this format.
pub(crate) const EXTRACTORS: &[&Extractor] = &[&dockerfile::EXTRACTOR];
