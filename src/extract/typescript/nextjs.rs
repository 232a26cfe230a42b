//! Next.js: files that answer requests by where they stand, and the methods of HTTP that they answer.
//! Source: the documentation of Next.js ("Route Handlers", "API Routes", `basePath`). What path a file has is the linker's work.

use tree_sitter::Node;

use super::strings;
use super::values::{children, text_of, unwrapped};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, FileRoute};
use crate::gap::GapCode;
use crate::syntax::grammar::{self, Grammar};

/// The methods that a file of the app router can export.
const VERBS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
/// Nodes of one file that are looked at.
const NODES: usize = 60_000;

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
        if let Some((node, base)) = base_path(root, cx.text) {
            sink.fact(cx.line(node.start_byte()), Fact::FileRoute(FileRoute { base: Some(base), ..FileRoute::default() }));
        }
    } else if of_app {
        route_handlers(cx, root, sink);
    } else if let Some(export) = default_export(root, cx.text) {
        let verbs = compared(root, cx.text);
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
        let names = exported(statement, cx.text);
        let verbs: Vec<String> =
            VERBS.iter().filter(|verb| names.iter().any(|name| name == *verb)).map(|verb| (*verb).to_owned()).collect();
        if !verbs.is_empty() {
            sink.fact(line, Fact::FileRoute(FileRoute { verbs, ..FileRoute::default() }));
        }
    }
}

/// The names that a statement exports.
fn exported(statement: Node<'_>, text: &str) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(declaration) = statement.child_by_field_name("declaration") {
        names.extend(declaration.child_by_field_name("name").map(|name| text_of(name, text).to_owned()));
        for name in children(declaration).into_iter().filter_map(|one| one.child_by_field_name("name")) {
            if name.kind() == "object_pattern" {
                let local = |one: Node<'_>| text_of(one.child_by_field_name("value").unwrap_or(one), text).to_owned();
                names.extend(children(name).into_iter().map(local));
            } else {
                names.push(text_of(name, text).to_owned());
            }
        }
    }
    let clauses = children(statement).into_iter().filter(|one| one.kind() == "export_clause");
    for specifier in clauses.flat_map(children) {
        let name = specifier.child_by_field_name("alias").or_else(|| specifier.child_by_field_name("name"));
        names.extend(name.map(|name| text_of(name, text).to_owned()));
    }
    names
}

/// `export default`, `export { default } from`, `module.exports =`.
fn default_export<'t>(root: Node<'t>, text: &str) -> Option<Node<'t>> {
    children(root).into_iter().find(|one| match one.kind() {
        "export_statement" => {
            let mut cursor = one.walk();
            let stated = one.children(&mut cursor).any(|child| child.kind() == "default");
            stated || exported(*one, text).iter().any(|name| name == "default")
        }
        "expression_statement" => text_of(*one, text).starts_with("module.exports"),
        _ => false,
    })
}

/// The methods that a handler compares `req.method` with, or has an entry for in what it is made of; none where it takes all.
fn compared(root: Node<'_>, text: &str) -> Vec<String> {
    let mut found: Vec<&str> = Vec::new();
    let mut open = vec![root];
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        if seen > NODES {
            break;
        }
        match node.kind() {
            "binary_expression" => {
                let sides = ["left", "right"].map(|field| node.child_by_field_name(field).map(unwrapped));
                if let [Some(left), Some(right)] = sides {
                    found.extend(stated(left, right, text).or_else(|| stated(right, left, text)));
                }
            }
            "switch_statement" => {
                let asked = node.child_by_field_name("value").map(unwrapped);
                if asked.is_some_and(|value| is_method(children(value).first().copied().unwrap_or(value), text) || is_method(value, text)) {
                    let cases = node.child_by_field_name("body").map(children).unwrap_or_default();
                    found.extend(cases.into_iter().filter_map(|case| verb(case.child_by_field_name("value")?, text)));
                }
            }
            // `withMethods({ GET: list, POST: create })`
            "pair" if is_argument(node) => {
                let key = node.child_by_field_name("key").map(|key| text_of(key, text).trim_matches(['"', '\''])).unwrap_or_default();
                found.extend(VERBS.iter().find(|verb| **verb == key));
            }
            _ => {}
        }
        open.extend(children(node));
    }
    let answered = found.iter().any(|verb| *verb != "OPTIONS");
    VERBS.iter().filter(|verb| answered && **verb != "OPTIONS" && found.contains(verb)).map(|verb| (*verb).to_owned()).collect()
}

fn stated(asked: Node<'_>, with: Node<'_>, text: &str) -> Option<&'static str> {
    if is_method(asked, text) { verb(with, text) } else { None }
}

/// `req.method`, also `req.method?.toUpperCase()`.
fn is_method(node: Node<'_>, text: &str) -> bool {
    let name = text_of(node, text);
    let name = name.strip_suffix("?.toUpperCase()").or_else(|| name.strip_suffix(".toUpperCase()")).unwrap_or(name);
    name == "method" || name.strip_suffix(".method").is_some_and(|object| matches!(object, "req" | "request" | "_req" | "ctx.req"))
}

fn verb(node: Node<'_>, text: &str) -> Option<&'static str> {
    let stated = (node.kind() == "string").then(|| strings::literal(node, text))?;
    VERBS.iter().copied().find(|verb| *verb == stated)
}

/// Whether an entry stands in an object that is handed to a call.
fn is_argument(pair: Node<'_>) -> bool {
    let object = pair.parent().filter(|one| one.kind() == "object");
    object.and_then(|object| object.parent()).is_some_and(|one| one.kind() == "arguments")
}

/// `basePath: '/docs'` in the configuration.
fn base_path<'t>(root: Node<'t>, text: &str) -> Option<(Node<'t>, String)> {
    let mut open = vec![root];
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        if seen > NODES {
            return None;
        }
        if node.kind() == "pair" && node.child_by_field_name("key").is_some_and(|key| text_of(key, text) == "basePath") {
            let value = node.child_by_field_name("value").filter(|value| value.kind() == "string")?;
            return Some((node, strings::literal(value, text)));
        }
        open.extend(children(node));
    }
    None
}
