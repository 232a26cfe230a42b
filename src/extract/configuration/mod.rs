//! Configuration that is no program: environment files, ignore files, registries, hooks, scripts for data, and the services that code calls.
//! Reads names and rules; a value that could be a secret never becomes a fact.

mod appsettings;
mod dotenv;
mod hooks;
mod ignore_file;
mod launch_settings;
mod maintenance;
mod protections;
mod registries;
mod reverse_proxy;
mod services;
mod sign_in;

use super::Extractor;
use crate::finding::HostReference;
use crate::syntax::connection;

/// The extractors of configuration.
pub(crate) const EXTRACTORS: &[&Extractor] = &[
    &appsettings::EXTRACTOR,
    &dotenv::EXTRACTOR,
    &hooks::EXTRACTOR,
    &ignore_file::EXTRACTOR,
    &launch_settings::EXTRACTOR,
    &maintenance::EXTRACTOR,
    &protections::EXTRACTOR,
    &registries::EXTRACTOR,
    &reverse_proxy::EXTRACTOR,
    &services::EXTRACTOR,
    &sign_in::EXTRACTOR,
];

/// The hosts that a setting names, this machine among them; only scheme, host and port are kept.
fn hosts_of(variable: &str, value: &str) -> Vec<HostReference> {
    let named = connection::all_endpoints(variable, value).into_iter();
    named.map(|found| HostReference { variable: variable.to_owned(), scheme: found.scheme, host: found.host, port: found.port }).collect()
}
