//! Statements of a file or function, laid out for the linker: declarations first as the language lifts them, then everything in order.
//! What a condition chooses is a branch; an error handler is one, too.

use tree_sitter::Node;

use super::super::values::{children, text_of};
use super::super::{classes, strings};
use crate::extract::FileCx;
use crate::finding::script::{Deed, Script, Shape, Term};

/// Statements and expressions nest no deeper than this.
pub(super) const DEPTH: usize = 60;
/// A file with more statements, or a literal with more items, than this is data.
pub(super) const SIZE: usize = 4_000;

/// Reads one file.
pub(super) struct Reader<'c, 'f> {
    pub(super) cx: &'c FileCx<'f>,
    pub(super) script: Script,
    /// What `require` and `import()` bring in: the name that stands for it, and the module.
    pub(super) modules: Vec<(String, String)>,
    /// Whether the functions that are read are handed to a call whose functions answer requests.
    pub(super) answers: bool,
    left: usize,
}

impl<'c, 'f> Reader<'c, 'f> {
    /// Nothing is read yet.
    pub(super) fn new(cx: &'c FileCx<'f>) -> Self {
        Self { cx, script: Script::default(), modules: Vec::new(), answers: false, left: SIZE * 4 }
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'f str {
        text_of(node, self.cx.text)
    }

    /// Reads the whole file.
    pub(super) fn program(&mut self, root: Node<'_>) {
        self.script.body = self.block(root, DEPTH);
    }

    /// The statements of a block; functions that it declares come first, as they can be called before they stand there.
    pub(super) fn block(&mut self, node: Node<'_>, depth: usize) -> Vec<Deed> {
        let mut deeds = Vec::new();
        let (lifted, others): (Vec<_>, Vec<_>) = children(node).into_iter().partition(|one| is_function(*one));
        for statement in lifted.into_iter().chain(others) {
            self.statement(statement, depth, &mut deeds);
        }
        deeds
    }

    pub(super) fn statement(&mut self, node: Node<'_>, depth: usize, into: &mut Vec<Deed>) {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.checked_sub(1)) else { return };
        self.left = left;
        match node.kind() {
            "expression_statement" => children(node).into_iter().for_each(|one| self.expression(one, depth, into)),
            "lexical_declaration" | "variable_declaration" => {
                children(node).into_iter().for_each(|one| self.declarator(one, depth, into));
            }
            "function_declaration" | "generator_function_declaration" | "class_declaration" | "abstract_class_declaration" => {
                let Some(name) = node.child_by_field_name("name").map(|name| self.text(name).to_owned()) else { return };
                let value = self.term(node, depth);
                into.push(Deed::Declare(Shape::Name(name), value));
            }
            "return_statement" => {
                let value = children(node).first().map_or(Term::Nothing, |one| self.term(*one, depth));
                into.push(Deed::Return(value));
            }
            "if_statement" | "switch_statement" | "try_statement" => self.branches(node, depth, into),
            "for_in_statement" | "for_statement" | "while_statement" | "do_statement" => self.repeated(node, depth, into),
            "statement_block" => into.extend(self.block(node, depth)),
            "labeled_statement" | "else_clause" | "finally_clause" => {
                children(node).into_iter().for_each(|one| self.statement(one, depth, into));
            }
            "export_statement" => self.exported(node, depth, into),
            _ => {}
        }
    }

    fn expression(&mut self, node: Node<'_>, depth: usize, into: &mut Vec<Deed>) {
        if node.kind() == "sequence_expression" {
            children(node).into_iter().for_each(|one| self.expression(one, depth, into));
            return;
        }
        match self.term(node, depth) {
            Term::Other | Term::Name(_) | Term::Text(_) => {}
            term => into.push(Deed::Do(term)),
        }
    }

    fn declarator(&mut self, node: Node<'_>, depth: usize, into: &mut Vec<Deed>) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let value = node.child_by_field_name("value").map_or(Term::Nothing, |value| self.named(value, self.text(name), depth));
        let shape = self.shape(name, depth);
        into.push(Deed::Declare(shape, value));
    }

    fn branches(&mut self, node: Node<'_>, depth: usize, into: &mut Vec<Deed>) {
        if node.kind() == "try_statement" {
            // What is tried happens; what handles its failure only then.
            if let Some(body) = node.child_by_field_name("body") {
                into.extend(self.block(body, depth));
            }
            if let Some(last) = node.child_by_field_name("finalizer") {
                self.statement(last, depth, into);
            }
            return;
        }
        let mut ways = Vec::new();
        let parts = match node.child_by_field_name("body") {
            Some(cases) => children(cases),
            None => ["consequence", "alternative"].into_iter().filter_map(|field| node.child_by_field_name(field)).collect(),
        };
        for part in parts {
            let mut way = Vec::new();
            match part.kind() {
                "switch_case" | "switch_default" => children(part).into_iter().for_each(|one| self.statement(one, depth, &mut way)),
                _ => self.statement(part, depth, &mut way),
            }
            ways.push(way);
        }
        if ways.len() == 1 {
            ways.push(Vec::new());
        }
        if ways.iter().any(|way| !way.is_empty()) {
            let asked = node.child_by_field_name("condition").map_or(Term::Other, |one| self.asked(one, depth));
            into.push(Deed::Branch(asked, ways));
        }
    }

    /// A loop: over the items of a list, or over something that is not known.
    fn repeated(&mut self, node: Node<'_>, depth: usize, into: &mut Vec<Deed>) {
        let of = node.child_by_field_name("operator").is_some_and(|sign| self.text(sign) == "of");
        let (shape, list) = match (node.child_by_field_name("left"), node.child_by_field_name("right")) {
            (Some(left), Some(right)) if of => (self.shape(left, depth), self.term(right, depth)),
            _ => (Shape::Ignored, Term::Other),
        };
        let mut body = Vec::new();
        if let Some(inner) = node.child_by_field_name("body") {
            self.statement(inner, depth, &mut body);
        }
        if !body.is_empty() {
            into.push(Deed::Each(shape, list, body));
        }
    }

    /// `export const x`, `export default x`, `export { x as y }`, `export = x`.
    fn exported(&mut self, node: Node<'_>, depth: usize, into: &mut Vec<Deed>) {
        let mut cursor = node.walk();
        let is_default = node.children(&mut cursor).any(|child| child.kind() == "default");
        if let Some(declaration) = node.child_by_field_name("declaration") {
            self.statement(declaration, depth, into);
            if is_default {
                let value = match declaration.child_by_field_name("name") {
                    Some(name) => Term::Name(self.text(name).to_owned()),
                    None => self.term(declaration, depth),
                };
                into.push(Deed::Export("default".to_owned(), value));
                return;
            }
            let mut names = Vec::new();
            declared(declaration, self.cx.text, &mut names);
            into.extend(names.into_iter().map(|name| Deed::Export(name.clone(), Term::Name(name))));
            return;
        }
        if let Some(value) = node.child_by_field_name("value") {
            let value = self.named(value, "default", depth);
            into.push(Deed::Export("default".to_owned(), value));
        } else if node.child_by_field_name("source").is_none() {
            for one in children(node) {
                if one.kind() == "export_clause" {
                    for specifier in children(one) {
                        let Some(name) = specifier.child_by_field_name("name") else { continue };
                        let given = specifier.child_by_field_name("alias").unwrap_or(name);
                        into.push(Deed::Export(self.text(given).to_owned(), Term::Name(self.text(name).to_owned())));
                    }
                } else {
                    let value = self.term(one, depth);
                    into.push(Deed::Export("=".to_owned(), value));
                }
            }
        }
    }

    /// What takes a value.
    pub(super) fn shape(&mut self, node: Node<'_>, depth: usize) -> Shape {
        let Some(depth) = depth.checked_sub(1) else { return Shape::Ignored };
        match node.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => Shape::Name(self.text(node).to_owned()),
            "object_pattern" => {
                let mut entries = Vec::new();
                for one in children(node) {
                    entries.extend(self.taken(one, depth));
                }
                Shape::Record(entries)
            }
            "array_pattern" => Shape::List(children(node).into_iter().map(|one| self.shape(one, depth)).collect()),
            "rest_pattern" => Shape::Rest(Box::new(children(node).first().map_or(Shape::Ignored, |one| self.shape(*one, depth)))),
            "assignment_pattern" | "object_assignment_pattern" => {
                let left = node.child_by_field_name("left").map_or(Shape::Ignored, |one| self.shape(one, depth));
                let right = node.child_by_field_name("right").map_or(Term::Other, |one| self.term(one, depth));
                Shape::Default(Box::new(left), right)
            }
            _ => Shape::Ignored,
        }
    }

    /// One entry of `{ a, b: c, d = 1, ...rest }`.
    fn taken(&mut self, node: Node<'_>, depth: usize) -> Option<(String, Shape)> {
        match node.kind() {
            "pair_pattern" => {
                let key = node.child_by_field_name("key")?;
                let key = if key.kind() == "string" { strings::literal(key, self.cx.text) } else { self.text(key).to_owned() };
                let value = node.child_by_field_name("value")?;
                Some((key, self.shape(value, depth)))
            }
            "rest_pattern" => Some(("...".to_owned(), self.shape(node, depth))),
            _ => {
                let name = node.child_by_field_name("left").unwrap_or(node);
                Some((self.text(name).to_owned(), self.shape(node, depth)))
            }
        }
    }
}

fn is_function(node: Node<'_>) -> bool {
    let inner = if node.kind() == "export_statement" { node.child_by_field_name("declaration") } else { Some(node) };
    inner.is_some_and(|one| matches!(one.kind(), "function_declaration" | "generator_function_declaration"))
}

/// The names that a declaration makes.
fn declared(node: Node<'_>, text: &str, into: &mut Vec<String>) {
    match node.kind() {
        "lexical_declaration" | "variable_declaration" => {
            for one in children(node) {
                let Some(name) = one.child_by_field_name("name") else { continue };
                match name.kind() {
                    "identifier" => into.push(text_of(name, text).to_owned()),
                    _ => into.extend(children(name).into_iter().map(|part| {
                        let part = part.child_by_field_name("value").or_else(|| part.child_by_field_name("left")).unwrap_or(part);
                        text_of(part, text).to_owned()
                    })),
                }
            }
        }
        "class_declaration" | "abstract_class_declaration" => into.push(classes::name(node, text)),
        _ => into.extend(node.child_by_field_name("name").map(|name| text_of(name, text).to_owned())),
    }
}
