//! Astro: endpoints among the files below `src/pages`, and the methods of HTTP that they answer.
//! Source: the documentation of Astro ("Endpoints", `base`). What path a file has is the linker's work.

use super::exports;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, FileFramework, FileRoute};
use crate::syntax::grammar::{self, Grammar};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.astro",
    about: "endpoints of Astro, by their files",
    kinds: &[FileKind::TypeScript, FileKind::JavaScript],
    markers: &["export ", "base:"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let is_config = cx.file.path.name().starts_with("astro.config.");
    let answers = cx.file.path.as_str().contains("src/pages/")
        && ["GET", "POST", "ALL", "PUT", "PATCH", "DELETE"].iter().any(|verb| cx.text.contains(verb));
    if !(is_config || answers) {
        return;
    }
    let Some(tree) = grammar::parse(Grammar::TypeScript, cx.text) else { return };
    let route = FileRoute { framework: FileFramework::Astro, ..FileRoute::default() };
    if is_config {
        if let Some((node, base)) = exports::setting(tree.root_node(), &["base"], cx.text) {
            sink.fact(cx.line(node.start_byte()), Fact::FileRoute(FileRoute { base: Some(base), ..route }));
        }
        return;
    }
    exports::answered(&tree, route, "ALL", (cx, sink));
}
