//! Project files of MSBuild as XML: properties and items with their lines.
//! Evaluates nothing but `$(Name)` of a property that stands in the same file; conditions are not looked at.

use roxmltree::{Document, Node, ParsingOptions};

use crate::extract::{FileCx, Sink};
use crate::finding::{Dependency, DependencyScope};
use crate::gap::GapCode;

/// Properties that say what a project is; others are not taken into facts.
const PROPERTIES: &[&str] = &[
    "OutputType",
    "Nullable",
    "AzureFunctionsVersion",
    "AWSProjectType",
    "IsTestProject",
    "IsAspireHost",
    "IsAspireSharedProject",
    "IsPublishable",
    "IsPackable",
    "PackAsTool",
    "UseMaui",
    "ApplicationId",
    "UseWPF",
    "UseWindowsForms",
    "RootNamespace",
    "AssemblyName",
    "DefineConstants",
    "OpenApiGenerateDocuments",
    "UserSecretsId",
];

/// The text as XML; where it is none, that is written as a gap.
pub(super) fn parse<'a>(cx: &'a FileCx<'_>, sink: &mut Sink<'_>) -> Option<Document<'a>> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: 200_000, ..ParsingOptions::default() };
    match Document::parse_with_options(cx.text, options) {
        Ok(document) => Some(document),
        Err(error) => {
            sink.gap(GapCode::SyntaxError, Some(error.pos().row), "the file is not XML");
            None
        }
    }
}

/// The elements of a name, in written order.
pub(super) fn elements<'a, 'i>(document: &'a Document<'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    document.descendants().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

/// The first property of that name that is not empty.
pub(super) fn property(document: &Document<'_>, name: &'static str) -> Option<String> {
    let found = elements(document, name).find_map(|node| node.text().map(str::trim).filter(|text| !text.is_empty()))?;
    Some(expand(document, found))
}

/// The properties that say what a project is. One under a condition holds for some projects only, and is not one of them.
pub(super) fn properties(document: &Document<'_>) -> Vec<(String, String)> {
    let stated = |name: &'static str| {
        let always = elements(document, name).find(|node| node.ancestors().all(|one| one.attribute("Condition").is_none()))?;
        let text = always.text().map(str::trim).filter(|text| !text.is_empty())?;
        Some((name.to_owned(), expand(document, text)))
    };
    PROPERTIES.iter().filter_map(|name| stated(name)).collect()
}

/// `net$(Version)` with the properties of the same file put in; one that stands elsewhere is left as written.
pub(super) fn expand(document: &Document<'_>, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("$(") {
        let Some(end) = rest[at..].find(')') else { break };
        let name = &rest[at + 2..at + end];
        let mut known = document.descendants().filter(|node| node.is_element() && node.tag_name().name() == name);
        out.push_str(&rest[..at]);
        out.push_str(known.find_map(|node| node.text()).map_or(&rest[at..=at + end], str::trim));
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    out
}

/// The target framework; the newest of several.
pub(super) fn target(document: &Document<'_>) -> Option<String> {
    let several = || property(document, "TargetFrameworks");
    let old = || property(document, "TargetFrameworkVersion");
    let found = property(document, "TargetFramework").or_else(several).or_else(old)?;
    found.split(';').map(str::trim).filter(|one| !one.is_empty()).max_by_key(|one| (rank(one), version_key(one))).map(str::to_owned)
}

/// `net8.0` is newer than `netstandard2.1` and `net48`.
fn rank(framework: &str) -> u8 {
    if framework.starts_with("netstandard") {
        1
    } else if framework.contains('.') && framework.starts_with("net") {
        2
    } else {
        0
    }
}

fn version_key(framework: &str) -> u32 {
    framework.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

/// The packages and frameworks that a project names.
pub(super) fn packages(document: &Document<'_>) -> Vec<Dependency> {
    let line = |node: &Node<'_, '_>| document.text_pos_at(node.range().start).row;
    let stated = |node: &Node<'_, '_>, name: &str| {
        let child = || node.children().find(|child| child.tag_name().name() == name).and_then(|child| child.text());
        node.attribute(name).or_else(child).map(|text| expand(document, text.trim()))
    };
    let mut found = Vec::new();
    for name in ["PackageReference", "FrameworkReference"] {
        for node in elements(document, name) {
            let Some(package) = node.attribute("Include") else { continue };
            let private = stated(&node, "PrivateAssets").is_some_and(|assets| assets.eq_ignore_ascii_case("all"));
            found.push(Dependency {
                name: package.trim().to_owned(),
                version: stated(&node, "VersionOverride").or_else(|| stated(&node, "Version")).unwrap_or_default(),
                scope: if private { DependencyScope::Development } else { DependencyScope::Runtime },
                line: line(&node),
            });
        }
    }
    found
}
