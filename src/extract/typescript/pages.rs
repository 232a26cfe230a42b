//! Pages that code gives a router of a frontend: React Router, the router of Angular, Vue Router. They are counted and not listed.
//! Source: the documentation of each. An entry that only holds others is a layout and no page.

use tree_sitter::Node;

use super::exports;
use super::values::{children, text_of};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, PageRoutes};
use crate::syntax::grammar::{self, Grammar};

/// Packages of routers; their names tell a file of routes from one of any other lists with paths.
const ROUTERS: &[&str] = &["react-router", "@angular/router", "vue-router", "@ionic/vue-router", "wouter", "@solidjs/router"];

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.pages",
    about: "pages of React Router, Angular and Vue Router, counted",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: ROUTERS,
    when: When::Marked,
    // The syntax of elements is one of two grammars only, so that no joined query can ask for it.
    queries: &[],
    extract,
};

/// Words without which no list of pages stands in a file.
const WORDS: &[&str] = &["<Route", "path:", "index: true"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !WORDS.iter().any(|word| cx.text.contains(word)) {
        return;
    }
    let kind = if cx.file.kind == FileKind::TypeScript { Grammar::TypeScript } else { Grammar::Tsx };
    let Some(tree) = grammar::parse(kind, cx.text) else { return };
    let found: Vec<Node<'_>> = exports::below(tree.root_node()).filter(|node| is_page(*node, cx.text)).collect();
    if let Some(first) = found.iter().map(Node::start_byte).min() {
        sink.fact(cx.line(first), Fact::PageRoutes(PageRoutes { count: found.len() }));
    }
}

/// `{ path: 'users', component: Users }` in a list, `<Route path="users" element={<Users />} />`.
fn is_page(node: Node<'_>, text: &str) -> bool {
    match node.kind() {
        "object" if node.parent().is_some_and(|list| list.kind() == "array") => {
            let keys: Vec<&str> =
                children(node).into_iter().filter_map(|entry| Some(text_of(entry.child_by_field_name("key")?, text))).collect();
            shows(&keys) && !keys.contains(&"children")
        }
        "jsx_self_closing_element" | "jsx_opening_element" => {
            let is_route = node.child_by_field_name("name").is_some_and(|name| text_of(name, text).ends_with("Route"));
            let holds = node.kind() == "jsx_opening_element"
                && node.parent().is_some_and(|element| children(element).into_iter().any(|inner| is_route_element(inner, text)));
            is_route && !holds && shows(&attributes(node, text))
        }
        _ => false,
    }
}

fn is_route_element(node: Node<'_>, text: &str) -> bool {
    let opening = if node.kind() == "jsx_element" { node.child_by_field_name("open_tag") } else { Some(node) };
    opening.and_then(|tag| tag.child_by_field_name("name")).is_some_and(|name| text_of(name, text).ends_with("Route"))
}

fn attributes<'t>(node: Node<'_>, text: &'t str) -> Vec<&'t str> {
    let named = children(node).into_iter().filter(|one| one.kind() == "jsx_attribute");
    named.filter_map(|one| children(one).first().map(|name| text_of(*name, text))).collect()
}

/// Whether entries of these names say where a page is and what it shows.
fn shows(keys: &[&str]) -> bool {
    const WHERE: &[&str] = &["path", "index"];
    const WHAT: &[&str] = &["element", "component", "Component", "components", "lazy", "loadComponent", "render"];
    WHERE.iter().any(|key| keys.contains(key)) && WHAT.iter().any(|key| keys.contains(key))
}
