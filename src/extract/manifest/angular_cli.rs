//! `angular.json` and the older `workspace.json` of Nx: all projects of a workspace in one file.
//! Source: the Angular documentation, "Workspace configuration". Nx also writes a plain path instead of a project there.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Project, Workspace};

use super::nx;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.angular_cli",
    about: "Angular CLI workspaces: applications and libraries of angular.json and workspace.json",
    kinds: &[FileKind::WorkspaceJson],
    markers: &["projectType"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !matches!(cx.file.path.name(), "angular.json" | "workspace.json") {
        return;
    }
    let Some(json) = cx.json(sink) else { return };
    let Some(projects) = json.get("projects") else { return };
    sink.fact(projects.line, Fact::Workspace(Workspace { tool: "Angular CLI", members: Vec::new(), catalog: Vec::new() }));
    let base = cx.file.path.parent();
    for member in projects.members().iter().filter(|member| member.value.is_map()) {
        let root = base.join(member.value.text_of("root").unwrap_or_default());
        let targets = nx::targets(member.value.get("architect").or_else(|| member.value.get("targets")));
        let kind = nx::kind_of(&member.value);
        let project = Project { tool: "Angular CLI", name: member.name.clone(), kind, root, entry: None, targets };
        sink.fact(member.line, Fact::Project(project));
    }
}
