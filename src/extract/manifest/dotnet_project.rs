//! Projects of .NET: SDK, target framework, packages, referenced projects.
//! Source: the MSBuild and .NET SDK documentation. Evaluates no conditions and resolves no versions.

use super::msbuild;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, OutgoingClient, Package};
use crate::location::RepoPath;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.dotnet_project",
    about: ".NET projects: SDK, target framework, packages, referenced projects",
    kinds: &[FileKind::CsProject],
    markers: &[],
    when: When::MarkedAndTests,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(document) = msbuild::parse(cx, sink) else { return };
    let root = document.root_element();
    if root.tag_name().name() != "Project" {
        return;
    }
    let of_elements = || {
        let sdks = msbuild::elements(&document, "Sdk").filter_map(|node| node.attribute("Name"));
        sdks.chain(msbuild::elements(&document, "Import").filter_map(|node| node.attribute("Sdk"))).next()
    };
    // An Aspire host names a second SDK in an element of its own; that one says what the project is.
    let own = msbuild::elements(&document, "Sdk").filter_map(|node| node.attribute("Name")).find(|name| name.starts_with("Aspire."));
    let sdk = own.or_else(|| root.attribute("Sdk")).or_else(of_elements).unwrap_or_default();
    let folder = cx.file.path.parent();
    let package = Package {
        name: Some(cx.file.path.stem().to_owned()),
        description: msbuild::property(&document, "Description"),
        dependencies: msbuild::packages(&document),
        sdk: Some(sdk.split('/').next().unwrap_or_default().to_owned()),
        target: msbuild::target(&document),
        projects: projects(&document, &folder),
        imports: imports(&document, &folder),
        properties: msbuild::properties(&document),
        ..Package::default()
    };
    sink.fact(1, Fact::Package(package));
    for (line, client) in generated(&document, &folder) {
        sink.fact(line, Fact::OutgoingClient(client));
    }
}

/// Clients that the build makes from contracts: `<OpenApiReference Include="../catalog.json" ClassName="CatalogClient" />`.
fn generated(document: &roxmltree::Document<'_>, folder: &RepoPath) -> Vec<(u32, OutgoingClient)> {
    let all = ["OpenApiReference", "OpenApiProjectReference"].into_iter().flat_map(|name| msbuild::elements(document, name));
    let read = |node: roxmltree::Node<'_, '_>| {
        let stated = |name: &str| {
            let child = || node.children().find(|child| child.tag_name().name() == name).and_then(|child| child.text());
            node.attribute(name).or_else(child).map(str::trim).filter(|text| !text.is_empty())
        };
        let contract = node.attribute("Include")?;
        // The file is a copy of what stands at the address.
        let location = stated("SourceUri").or_else(|| stated("SourceUrl")).unwrap_or(contract);
        let file = RepoPath::new(&contract.replace('\\', "/"));
        let class = stated("ClassName").map_or_else(|| format!("{}Client", file.stem()), str::to_owned);
        Some((document.text_pos_at(node.range().start).row, OutgoingClient::generated(&class, location, folder)))
    };
    all.filter_map(read).collect()
}

/// The folders of the referenced projects.
fn projects(document: &roxmltree::Document<'_>, folder: &RepoPath) -> Vec<RepoPath> {
    let named = msbuild::elements(document, "ProjectReference").filter_map(|node| node.attribute("Include"));
    let plain = named.map(|path| path.replace("$(MSBuildThisFileDirectory)", "").replace("$(MSBuildProjectDirectory)", ""));
    plain.filter(|path| !path.contains("$(")).map(|path| folder.join(&path).parent()).collect()
}

/// The files that it imports by a path: properties that several projects share.
fn imports(document: &roxmltree::Document<'_>, folder: &RepoPath) -> Vec<RepoPath> {
    let named = msbuild::elements(document, "Import").filter_map(|node| node.attribute("Project"));
    named
        .map(|path| path.replace("$(MSBuildThisFileDirectory)", ""))
        .filter(|path| !path.contains("$("))
        .map(|path| folder.join(&path))
        .collect()
}
