//! Next.js: files that answer requests by where they stand, and the methods of HTTP that they answer.
//! Source: the documentation of Next.js ("Route Handlers", "API Routes", `basePath`). What path a file has is the linker's work.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::exports::{self, VERBS};
use super::values::{children, text_of, unwrapped};
use super::{imports, scope};
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
        let wrapper = export.child_by_field_name("value").and_then(|value| wrapper(value, root, cx.text));
        emit(cx, root, (export, FileRoute { verbs, wrapper, ..FileRoute::default() }), sink);
    }
}

/// A route; where its handler is wrapped in a function of another file, that is asked for.
fn emit(cx: &FileCx<'_>, root: Node<'_>, (at, route): (Node<'_>, FileRoute), sink: &mut Sink<'_>) {
    let brought = |name: &str| imports::of(root, cx.text).into_iter().find(|(_, import)| import.local == name);
    if let Some((statement, import)) = route.wrapper.as_deref().and_then(brought) {
        sink.fact(cx.line(statement.start_byte()), Fact::Import(import));
    }
    sink.fact(cx.line(at.start_byte()), Fact::FileRoute(route));
}

/// `withAuth` of `withAuth(list)` and of `withAuth({ role: 'admin' })(list)`, also behind a constant of the file.
fn wrapper(value: Node<'_>, root: Node<'_>, text: &str) -> Option<String> {
    let value = unwrapped(value);
    match value.kind() {
        "call_expression" => {
            let function = unwrapped(value.child_by_field_name("function")?);
            let inner = if function.kind() == "call_expression" { function.child_by_field_name("function")? } else { function };
            (inner.kind() == "identifier").then(|| text_of(inner, text).to_owned())
        }
        "identifier" => {
            let name = text_of(value, text);
            let declared = scope::declarator(root, name, text)?.child_by_field_name("value")?;
            (declared.kind() == "call_expression").then(|| wrapper(declared, root, text))?
        }
        _ => None,
    }
}

/// What a statement exports under a name.
fn given<'t>(statement: Node<'t>, name: &str, text: &str) -> Option<Node<'t>> {
    if let Some(declaration) = statement.child_by_field_name("declaration") {
        let declarators = children(declaration).into_iter();
        let mut own = declarators.filter(|one| one.child_by_field_name("name").is_some_and(|own| text_of(own, text) == name));
        return own.next()?.child_by_field_name("value");
    }
    let specifiers = children(statement).into_iter().filter(|one| one.kind() == "export_clause").flat_map(children);
    let mut own = specifiers.filter(|one| one.child_by_field_name("alias").is_some_and(|alias| text_of(alias, text) == name));
    own.next()?.child_by_field_name("name")
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
        let mut wrapped: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
        for verb in verbs {
            let wrapper = given(statement, &verb, cx.text).and_then(|value| wrapper(value, root, cx.text));
            wrapped.entry(wrapper).or_default().push(verb);
        }
        for (wrapper, verbs) in wrapped {
            emit(cx, root, (statement, FileRoute { verbs, wrapper, ..FileRoute::default() }), sink);
        }
    }
}
