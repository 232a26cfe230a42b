//! Configuration that is no program: environment files, ignore files, registries, hooks, scripts for data, and the services that code calls.
//! Reads names and rules; a value that could be a secret never becomes a fact.

mod appsettings;
mod dotenv;
mod go_private;
mod hooks;
mod ignore_file;
mod launch_settings;
mod maintenance;
mod nginx;
mod nuget;
mod protections;
mod proxies;
mod registries;
mod reverse_proxy;
mod services;
mod sign_in;

use super::Extractor;

/// The extractors of configuration.
pub(crate) const EXTRACTORS: &[&Extractor] = &[
    &appsettings::EXTRACTOR,
    &dotenv::EXTRACTOR,
    &go_private::EXTRACTOR,
    &hooks::EXTRACTOR,
    &ignore_file::EXTRACTOR,
    &launch_settings::EXTRACTOR,
    &maintenance::EXTRACTOR,
    &nginx::EXTRACTOR,
    &nuget::EXTRACTOR,
    &protections::EXTRACTOR,
    &proxies::EXTRACTOR,
    &registries::EXTRACTOR,
    &reverse_proxy::EXTRACTOR,
    &services::EXTRACTOR,
    &sign_in::EXTRACTOR,
];
