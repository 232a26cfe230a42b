//! `Directory.Build.props`, `Directory.Build.targets` and `Directory.Packages.props`: what holds for all projects of .NET below their folder.
//! Source: the MSBuild documentation, "Customize by directory" and "Central package management".

use super::{conditions, msbuild};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, ProjectDefaults, SharedReference};

/// The folder of the file itself.
const THIS_FOLDER: &str = "$(MSBuildThisFileDirectory)";

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.dotnet_properties",
    about: ".NET: target framework, package versions and references that hold for all projects of a folder",
    kinds: &[FileKind::BuildProps],
    markers: &[],
    when: When::MarkedAndTests,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(document) = msbuild::parse(cx, sink) else { return };
    let version = |node: roxmltree::Node<'_, '_>| Some((node.attribute("Include")?.to_owned(), node.attribute("Version")?.to_owned()));
    let mut versions: Vec<(String, String)> = msbuild::elements(&document, "PackageVersion").filter_map(version).collect();
    versions.extend(msbuild::packages(&document).into_iter().map(|one| (one.name, one.version)));
    let defaults = ProjectDefaults {
        target: msbuild::target(&document),
        properties: msbuild::properties(&document),
        versions,
        references: references(&document),
    };
    sink.fact(1, Fact::ProjectDefaults(defaults));
}

/// Projects that others are built with, where the condition around asks for no more than their names and paths.
fn references(document: &roxmltree::Document<'_>) -> Vec<SharedReference> {
    let mut found = Vec::new();
    for node in msbuild::elements(document, "ProjectReference") {
        let Some(include) = node.attribute("Include") else { continue };
        let conditions: Vec<&str> = node.ancestors().filter_map(|one| one.attribute("Condition")).collect();
        let holds_for = match conditions.as_slice() {
            [] => Vec::new(),
            [only] => match conditions::read(only) {
                Some(alternatives) => alternatives,
                None => continue,
            },
            _ => continue,
        };
        let path = msbuild::expand(document, include);
        let from_file = path.starts_with(THIS_FOLDER);
        let path = path.strip_prefix(THIS_FOLDER).unwrap_or(&path).to_owned();
        if !path.contains("$(") {
            found.push(SharedReference { holds_for, path, from_file });
        }
    }
    found
}
