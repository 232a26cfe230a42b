//! `pnpm-workspace.yaml`: the members of a workspace and the versions that they share.
//! Source: the pnpm documentation, "pnpm-workspace.yaml" and "Catalogs".

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Workspace};
use crate::gap::GapCode;
use crate::syntax::yaml::YamlNode;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.pnpm_workspace",
    about: "pnpm workspaces: members and catalogs of versions",
    kinds: &[FileKind::PnpmWorkspace],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let yaml = cx.yaml();
    let Some(root) = yaml.first() else { return };
    if !root.is_mapping() {
        sink.gap(GapCode::NotUnderstood, None, "the file is no pnpm workspace");
        return;
    }
    let members = root.get("packages").map(YamlNode::items).unwrap_or_default().into_iter().filter_map(YamlNode::text);
    let mut workspace = Workspace { tool: "pnpm", members: members.map(str::to_owned).collect(), catalog: Vec::new() };
    let default = root.get("catalog").map(|node| ("default", node));
    for (catalog, node) in default.into_iter().chain(root.get("catalogs").map(YamlNode::entries).unwrap_or_default()) {
        for (package, version) in node.entries() {
            if let Some(version) = version.text() {
                workspace.catalog.push((catalog.to_owned(), package.to_owned(), version.to_owned()));
            }
        }
    }
    sink.fact(root.line(), Fact::Workspace(workspace));
}
