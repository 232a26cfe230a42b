//! `go.work`: the modules that are worked on together.
//! Source: the Go Modules Reference, "Workspaces".

use super::go_mod::directives;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Workspace};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.go_work",
    about: "Go workspaces: the modules of go.work",
    kinds: &[FileKind::GoWork],
    markers: &["use"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let used = directives(cx.text).into_iter().filter(|(_, directive, _)| *directive == "use");
    let members = used.filter_map(|(_, _, rest)| rest.split_whitespace().next().map(|path| path.trim_matches('"').to_owned()));
    let members: Vec<String> = members.collect();
    if !members.is_empty() {
        sink.fact(1, Fact::Workspace(Workspace { tool: "Go", members, catalog: Vec::new() }));
    }
}
