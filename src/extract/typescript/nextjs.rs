//! Next.js: files that answer requests by where they stand, and the methods of HTTP that they answer.
//! Source: the documentation of Next.js ("Route Handlers", "API Routes", `basePath`). What path a file has is the linker's work.

use tree_sitter::Node;

use super::exports::{self, VERBS};
use super::values::children;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, FileRoute};
use crate::gap::GapCode;
use crate::syntax::grammar::{self, Grammar};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.nextjs",
    about: "route handlers and API routes of Next.js, by their files",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["export ", "module.exports", "basePath"],
    when: When::Marked,
    // Only a file that stands where one answers is parsed, which no query of all files could know.
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let path = &cx.file.path;
    let is_config = path.parts().next_back().is_some_and(|name| name.starts_with("next.config."));
    let of_app = path.stem() == "route" && path.parts().any(|part| part == "app");
    let of_pages = path.as_str().contains("pages/api/");
    if !(is_config || of_app || of_pages) {
        return;
    }
    let kind = if cx.file.kind == FileKind::TypeScript { Grammar::TypeScript } else { Grammar::Tsx };
    let Some(tree) = grammar::parse(kind, cx.text) else { return };
    let root = tree.root_node();
    if is_config {
        if let Some((node, base)) = exports::setting(root, &["basePath"], cx.text) {
            sink.fact(cx.line(node.start_byte()), Fact::FileRoute(FileRoute { base: Some(base), ..FileRoute::default() }));
        }
    } else if of_app {
        route_handlers(cx, root, sink);
    } else if let Some(export) = exports::default_of(root, cx.text) {
        let verbs = exports::compared(root, cx.text);
        sink.fact(cx.line(export.start_byte()), Fact::FileRoute(FileRoute { verbs, ..FileRoute::default() }));
    }
}

/// `export async function GET()`, `export const { GET, POST } = handlers`, `export { handler as GET }`.
fn route_handlers(cx: &FileCx<'_>, root: Node<'_>, sink: &mut Sink<'_>) {
    for statement in children(root).into_iter().filter(|one| one.kind() == "export_statement") {
        let line = cx.line(statement.start_byte());
        if statement.child_by_field_name("source").is_some() && children(statement).iter().all(|one| one.kind() != "export_clause") {
            sink.gap(
                GapCode::UnresolvedReference,
                Some(line),
                "the methods of this route are given on from another file; they are left out",
            );
            continue;
        }
        let names = exports::exported(statement, cx.text);
        let verbs: Vec<String> =
            VERBS.iter().filter(|verb| names.iter().any(|name| name == *verb)).map(|verb| (*verb).to_owned()).collect();
        if !verbs.is_empty() {
            sink.fact(line, Fact::FileRoute(FileRoute { verbs, ..FileRoute::default() }));
        }
    }
}
