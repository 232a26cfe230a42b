//! SQL: what the statements of scripts do to a catalog, and the settings of tools that run them.
//! A statement that is not understood is one gap, and everything after it still counts. Nothing is executed.

mod blocks;
mod comments;
mod dialect;
mod directives;
mod documents;
pub(super) mod embedded;
mod flyway;
mod generic;
mod liquibase;
mod placeholders;
mod places;
mod postgres;
mod scripts;
mod statement;

use crate::extract::Extractor;

/// The extractors of this language.
pub(crate) const EXTRACTORS: &[&Extractor] = &[&documents::EXTRACTOR, &flyway::EXTRACTOR, &liquibase::EXTRACTOR, &scripts::EXTRACTOR];
