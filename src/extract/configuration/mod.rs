//! Configuration that is no program: environment files, ignore files, registries, hooks, scripts for data, and the services that code calls.
//! Reads names and rules; a value that could be a secret never becomes a fact.

mod dotenv;
mod hooks;
mod ignore_file;
mod maintenance;
mod protections;
mod registries;
mod services;

use super::Extractor;

/// The extractors of configuration.
pub(crate) const EXTRACTORS: &[&Extractor] = &[
    &dotenv::EXTRACTOR,
    &hooks::EXTRACTOR,
    &ignore_file::EXTRACTOR,
    &maintenance::EXTRACTOR,
    &protections::EXTRACTOR,
    &registries::EXTRACTOR,
    &services::EXTRACTOR,
];
