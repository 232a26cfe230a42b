//! `project.json` of Nx: one project of an Nx workspace.
//! Source: the Nx documentation, "Project configuration". Other tools use the file name too; only what has Nx's keys counts.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Project, ProjectKind};
use crate::syntax::json::Json;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.nx",
    about: "Nx projects: applications and libraries of project.json",
    kinds: &[FileKind::NxProject],
    markers: &["projectType", "targets", "sourceRoot"],
    when: When::MarkedAndTests,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(json) = cx.json(sink) else { return };
    if json.get("projectType").or_else(|| json.get("sourceRoot")).is_none() && !json.get("targets").is_some_and(Json::is_map) {
        return;
    }
    let root = cx.file.path.parent();
    let name = json.text_of("name").unwrap_or_else(|| root.name()).to_owned();
    let line = json.get("projectType").map_or(1, |value| value.line);
    let project = Project { tool: "Nx", name, kind: kind_of(json), root: root.clone(), entry: None, targets: targets(json.get("targets")) };
    sink.fact(line, Fact::Project(project));
}

/// The kind that Nx and the Angular CLI state with the same word.
pub(super) fn kind_of(json: &Json) -> ProjectKind {
    match json.text_of("projectType") {
        Some("application") => ProjectKind::Application,
        Some("library") => ProjectKind::Library,
        _ => ProjectKind::Unstated,
    }
}

/// Each target with its executor, builder or command.
pub(super) fn targets(json: Option<&Json>) -> Vec<(String, String)> {
    let members = json.map(Json::members).unwrap_or_default().iter();
    let runs = |target: &Json| {
        let options = target.get("options").and_then(|options| options.text_of("command"));
        let named = ["executor", "builder", "command"].iter().find_map(|key| target.text_of(key));
        options.or(named).unwrap_or_default().to_owned()
    };
    members.map(|member| (member.name.clone(), runs(&member.value))).collect()
}
