//! SvelteKit: `+server` files below `src/routes`, and the methods of HTTP that they answer.
//! Source: the documentation of SvelteKit ("Routing", "+server", `paths.base`). What path a file has is the linker's work.

use super::exports;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, FileFramework, FileRoute};
use crate::syntax::grammar::{self, Grammar};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.sveltekit",
    about: "servers of SvelteKit, by their files",
    kinds: &[FileKind::TypeScript, FileKind::JavaScript],
    markers: &["export ", "base:"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let is_config = cx.file.path.name().starts_with("svelte.config.");
    let answers = cx.file.path.stem() == "+server" && cx.file.path.parts().any(|part| part == "routes");
    if !(is_config || answers) {
        return;
    }
    let Some(tree) = grammar::parse(Grammar::TypeScript, cx.text) else { return };
    let route = FileRoute { framework: FileFramework::SvelteKit, ..FileRoute::default() };
    if is_config {
        if let Some((node, base)) =
            exports::setting(tree.root_node(), &["kit", "paths", "base"], cx.text).filter(|(_, base)| base.starts_with('/'))
        {
            sink.fact(cx.line(node.start_byte()), Fact::FileRoute(FileRoute { base: Some(base), ..route }));
        }
        return;
    }
    exports::answered(&tree, route, "fallback", (cx, sink));
}
