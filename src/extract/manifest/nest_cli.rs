//! `nest-cli.json`: the projects of a NestJS monorepo.
//! Source: the NestJS documentation, "Workspaces". In standard mode there are no projects and the file states nothing.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Project, ProjectKind, Workspace};
use crate::location::RepoPath;
use crate::syntax::json::Json;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.nest_cli",
    about: "NestJS monorepos: applications and libraries of nest-cli.json",
    kinds: &[FileKind::NestCli],
    markers: &["projects"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(json) = cx.json(sink) else { return };
    let Some(projects) = json.get("projects") else { return };
    let base = cx.file.path.parent();
    if !projects.members().is_empty() {
        sink.fact(projects.line, Fact::Workspace(Workspace { tool: "nest-cli", members: Vec::new(), catalog: Vec::new() }));
    }
    for member in projects.members() {
        sink.fact(member.line, Fact::Project(project(&base, &member.name, &member.value)));
    }
}

fn project(base: &RepoPath, name: &str, json: &Json) -> Project {
    let source = json.text_of("sourceRoot");
    // Without `root` the folder above `sourceRoot` is meant, as the command line tool writes it.
    let root = json.text_of("root").map(|root| base.join(root));
    let root = root.or_else(|| source.map(|folder| base.join(folder).parent())).unwrap_or_else(|| base.clone());
    let kind = match json.text_of("type") {
        Some("application") => ProjectKind::Application,
        Some("library") => ProjectKind::Library,
        _ => ProjectKind::Unstated,
    };
    let entry = json.text_of("entryFile").unwrap_or("main");
    let entry = source.map_or_else(|| root.join("src"), |folder| base.join(folder)).join(entry);
    Project { tool: "nest-cli", name: name.to_owned(), kind, root, entry: Some(entry), targets: Vec::new() }
}
