//! Manifests of packages and workspaces: what a folder is, what it needs, how it is started.

mod angular_cli;
mod conditions;
mod dotnet_project;
mod dotnet_properties;
mod dotnet_solution;
mod go_mod;
mod go_work;
mod msbuild;
mod nest_cli;
mod nx;
mod package_json;
mod pnpm_workspace;
mod workspace;

use super::Extractor;

/// The extractors of manifests.
pub(crate) const EXTRACTORS: &[&Extractor] = &[
    &angular_cli::EXTRACTOR,
    &go_mod::EXTRACTOR,
    &go_work::EXTRACTOR,
    &dotnet_project::EXTRACTOR,
    &dotnet_properties::EXTRACTOR,
    &dotnet_solution::EXTRACTOR,
    &nest_cli::EXTRACTOR,
    &nx::EXTRACTOR,
    &package_json::EXTRACTOR,
    &pnpm_workspace::EXTRACTOR,
    &workspace::EXTRACTOR,
];
