//! Prisma: what its schema files say. Migrations of Prisma are SQL and read there.

mod attributes;
mod schema;

use super::Extractor;

/// The extractors of this language.
pub(crate) const EXTRACTORS: &[&Extractor] = &[&schema::EXTRACTOR];
