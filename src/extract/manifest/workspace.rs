//! Files that say that a folder is a workspace of several packages: `nx.json`, `lerna.json`, `turbo.json`, `rush.json`.
//! Their tasks and caches are not read.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Workspace};
use crate::syntax::json::Json;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.workspace",
    about: "workspaces of Nx, Lerna, Turborepo and Rush",
    kinds: &[FileKind::WorkspaceJson],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let tool = match cx.file.path.name() {
        "nx.json" => "Nx",
        "lerna.json" => "Lerna",
        "turbo.json" => "Turborepo",
        "rush.json" => "Rush",
        _ => return,
    };
    let Some(json) = cx.json(sink) else { return };
    let members = json.get("packages").map(Json::items).unwrap_or_default().iter().filter_map(|item| item.text().map(str::to_owned));
    sink.fact(1, Fact::Workspace(Workspace { tool, members: members.collect(), catalog: Vec::new() }));
}
