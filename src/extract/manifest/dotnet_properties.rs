//! `Directory.Build.props` and `Directory.Packages.props`: what holds for all projects of .NET below their folder.
//! Source: the MSBuild documentation, "Customize by directory" and "Central package management".

use super::msbuild;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, ProjectDefaults};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.dotnet_properties",
    about: ".NET: target framework and package versions that hold for all projects of a folder",
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
    let defaults = ProjectDefaults { target: msbuild::target(&document), properties: msbuild::properties(&document), versions };
    sink.fact(1, Fact::ProjectDefaults(defaults));
}
