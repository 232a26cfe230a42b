//! What a file gives to others by name, for frameworks that look into files by where they stand. Knows no framework.

use tree_sitter::{Node, Tree};

use super::strings;
use super::values::{children, text_of, unwrapped};
use crate::extract::{FileCx, Sink};
use crate::finding::{Fact, FileRoute};

/// The methods of HTTP that a file can answer.
pub(super) const VERBS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
/// Nodes of one file that are looked at.
pub(super) const NODES: usize = 60_000;

/// The names that a statement exports.
pub(super) fn exported(statement: Node<'_>, text: &str) -> Vec<String> {
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

/// All names that a file exports.
pub(super) fn all(root: Node<'_>, text: &str) -> Vec<String> {
    children(root).into_iter().filter(|one| one.kind() == "export_statement").flat_map(|one| exported(one, text)).collect()
}

/// `export default`, `export { default } from`, `module.exports =`.
pub(super) fn default_of<'t>(root: Node<'t>, text: &str) -> Option<Node<'t>> {
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

/// The methods that code compares `req.method` with, or has an entry for in what a handler is made of; none where it takes all.
pub(super) fn compared(root: Node<'_>, text: &str) -> Vec<String> {
    let mut found: Vec<&str> = Vec::new();
    for node in below(root) {
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
            // `withMethods({ GET: list, POST: create })`, `createActionApiRoute({ method: 'POST' }, run)`
            "pair" if is_argument(node) => {
                let key = node.child_by_field_name("key").map(|key| text_of(key, text).trim_matches(['"', '\''])).unwrap_or_default();
                found.extend(VERBS.iter().find(|verb| **verb == key));
                found.extend((key == "method").then(|| verb(node.child_by_field_name("value")?, text)).flatten());
            }
            _ => {}
        }
    }
    let answered = found.iter().any(|verb| *verb != "OPTIONS");
    VERBS.iter().filter(|verb| answered && **verb != "OPTIONS" && found.contains(verb)).map(|verb| (*verb).to_owned()).collect()
}

/// A node and what stands in it, as far as the limit allows.
pub(super) fn below(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut open = vec![root];
    std::iter::from_fn(move || {
        let node = open.pop()?;
        open.extend(children(node));
        Some(node)
    })
    .take(NODES)
}

/// The methods of HTTP that the functions of a file answer; `rest` is the function that answers what none of them does.
pub(super) fn answered(tree: &Tree, route: FileRoute, rest: &str, (cx, sink): (&FileCx<'_>, &mut Sink<'_>)) {
    let names = all(tree.root_node(), cx.text);
    let verbs: Vec<String> = VERBS.iter().filter(|verb| names.iter().any(|name| name == *verb)).map(|verb| (*verb).to_owned()).collect();
    if names.iter().any(|name| name == rest) {
        sink.fact(1, Fact::FileRoute(route.clone()));
    }
    if !verbs.is_empty() {
        sink.fact(1, Fact::FileRoute(FileRoute { verbs, ..route }));
    }
}

/// `basePath: '/docs'` in a configuration, `app: { baseURL: '/docs' }` by its keys from the outermost.
pub(super) fn setting<'t>(root: Node<'t>, keys: &[&str], text: &str) -> Option<(Node<'t>, String)> {
    let node = below(root).find(|node| node.kind() == "pair" && stands_at(*node, keys, text))?;
    let value = node.child_by_field_name("value").filter(|value| value.kind() == "string")?;
    Some((node, strings::literal(value, text)))
}

/// Whether an entry and the entries around it have these keys, the outermost first.
fn stands_at(pair: Node<'_>, keys: &[&str], text: &str) -> bool {
    let mut at = Some(pair);
    for key in keys.iter().rev() {
        let Some(pair) = at.filter(|pair| pair.child_by_field_name("key").is_some_and(|one| text_of(one, text) == *key)) else {
            return false;
        };
        at = pair.parent().and_then(|object| object.parent()).filter(|around| around.kind() == "pair");
    }
    at.is_none()
}

fn stated(asked: Node<'_>, with: Node<'_>, text: &str) -> Option<&'static str> {
    if is_method(asked, text) { verb(with, text) } else { None }
}

/// `req.method`, also `req.method?.toUpperCase()`.
pub(super) fn is_method(node: Node<'_>, text: &str) -> bool {
    let name = text_of(node, text);
    let name = ["?.toUpperCase()", ".toUpperCase()", "?.toLowerCase()", ".toLowerCase()"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    name == "method"
        || name
            .strip_suffix(".method")
            .is_some_and(|object| matches!(object, "req" | "request" | "_req" | "ctx.req" | "args.request" | "event"))
}

fn verb(node: Node<'_>, text: &str) -> Option<&'static str> {
    let stated = (node.kind() == "string").then(|| strings::literal(node, text))?;
    VERBS.iter().copied().find(|verb| verb.eq_ignore_ascii_case(&stated))
}

/// Whether an entry stands in an object that is handed to a call.
fn is_argument(pair: Node<'_>) -> bool {
    let object = pair.parent().filter(|one| one.kind() == "object");
    object.and_then(|object| object.parent()).is_some_and(|one| one.kind() == "arguments")
}
