//! Functions and classes of a file that sets servers up; what answers requests keeps no body.

use tree_sitter::Node;

use super::super::classes;
use super::super::doc_comment;
use super::super::values::children;
use super::body::Reader;
use super::refusals;
use crate::finding::script::{Blueprint, Deed, Lambda, Shape, Term};

/// Functions that a handler calls to hand requests on to routers of procedures or to a contract.
const ADAPTERS: &[&str] = &["etchRequestHandler", "createOpenApi", "createFetchHandler"];

impl Reader<'_, '_> {
    /// A function, a method or an arrow function.
    pub(super) fn function(&mut self, node: Node<'_>, depth: usize) -> Term {
        let parameters = self.parameters(node, depth);
        let name = match node.kind() {
            "method_definition" => classes::member_name(node, self.cx.text).to_owned(),
            _ => node.child_by_field_name("name").map(|name| self.text(name).to_owned()).unwrap_or_default(),
        };
        // The adapter of tRPC that is called for each request says below which path it stands.
        let adapts = ADAPTERS.iter().any(|adapter| self.text(node).contains(adapter));
        let answers = std::mem::take(&mut self.answers);
        let handles = (answers || handles(&parameters)) && !adapts;
        let at = self.script.functions.len();
        self.script.functions.push(Lambda {
            name,
            parameters,
            body: Vec::new(),
            handles,
            rejects: refusals::rejects(node, self.cx.text),
            own_this: node.kind() != "arrow_function",
            line: self.cx.line(node.start_byte()),
            doc: doc_comment::of(node, self.cx.text),
        });
        if !handles && let Some(body) = node.child_by_field_name("body") {
            let body = match body.kind() {
                "statement_block" => self.block(body, depth),
                _ => vec![Deed::Return(self.term(body, depth))],
            };
            self.script.functions[at].body = body;
        }
        self.answers = answers;
        Term::Function(at)
    }

    fn parameters(&mut self, node: Node<'_>, depth: usize) -> Vec<(Shape, String)> {
        if let Some(single) = node.child_by_field_name("parameter") {
            return vec![(Shape::Name(self.text(single).to_owned()), String::new())];
        }
        let mut parameters = Vec::new();
        for one in classes::parameters(node) {
            let pattern = one.child_by_field_name("pattern").unwrap_or(one);
            let kind = classes::type_of(one, self.cx.text).unwrap_or_default();
            let mut shape = self.shape(pattern, depth);
            if let Some(value) = one.child_by_field_name("value") {
                shape = Shape::Default(Box::new(shape), self.term(value, depth));
            }
            parameters.push((shape, kind));
        }
        parameters
    }

    /// A class.
    pub(super) fn class(&mut self, node: Node<'_>, depth: usize) -> Term {
        let at = self.script.classes.len();
        self.script.classes.push(Blueprint::default());
        let mut class = Blueprint { name: classes::name(node, self.cx.text), ..Blueprint::default() };
        let mut cursor = node.walk();
        let heritage = node.children(&mut cursor).find(|one| one.kind() == "class_heritage");
        if let Some(heritage) = heritage {
            let clause = children(heritage).into_iter().find(|one| one.kind() == "extends_clause").unwrap_or(heritage);
            let base = clause.child_by_field_name("value").or_else(|| children(clause).first().copied());
            class.base = base.filter(|one| one.kind() != "implements_clause").map(|one| self.term(one, depth));
        }
        for member in node.child_by_field_name("body").map(children).unwrap_or_default() {
            let name = classes::member_name(member, self.cx.text).to_owned();
            let of_class = classes::is_static(member);
            match member.kind() {
                "method_definition" => {
                    if name == "constructor" {
                        class.kept = kept(member, self.cx.text);
                    }
                    if let Term::Function(function) = self.term(member, depth) {
                        class.methods.push((name, function, of_class));
                    }
                }
                "public_field_definition" => {
                    let value = member.child_by_field_name("value").map_or(Term::Nothing, |value| self.named(value, &name, depth));
                    class.fields.push((name, value, of_class));
                }
                _ => {}
            }
        }
        self.script.classes[at] = class;
        Term::Class(at)
    }
}

/// `constructor(private readonly app: Express)`: parameters that are fields.
fn kept(constructor: Node<'_>, text: &str) -> Vec<String> {
    let is_field = |one: &Node<'_>| {
        let mut cursor = one.walk();
        one.children(&mut cursor).any(|part| matches!(part.kind(), "accessibility_modifier" | "readonly"))
    };
    let fields = classes::parameters(constructor).into_iter().filter(is_field);
    fields.filter_map(|one| classes::parameter_name(one, text).map(str::to_owned)).collect()
}

/// Whether parameters are those of a function that answers a request: `(req, res)`, `(ctx, next)`, `(c)`, `(request, reply)`.
fn handles(parameters: &[(Shape, String)]) -> bool {
    let name = |at: usize| match parameters.get(at) {
        Some((Shape::Name(name), _)) => name.trim_start_matches('_'),
        _ => "",
    };
    let kind = |at: usize| parameters.get(at).map_or("", |(_, kind)| kind.as_str());
    let request = |at: usize| matches!(name(at), "req" | "request") || kind(at).contains("Request");
    let answer =
        |at: usize| matches!(name(at), "res" | "reply" | "rep" | "response" | "resp" | "next" | "h") || kind(at).contains("Response");
    match parameters.len() {
        1 => matches!(name(0), "ctx" | "context" | "c") || matches!(name(0), "req" | "request") || kind(0).starts_with("Context"),
        2..=4 => request(0) || answer(1) || request(1) && answer(2),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::handles;
    use crate::finding::script::Shape;

    #[test]
    fn what_answers_requests_is_told_by_its_parameters() {
        let names =
            |names: &[&str]| handles(&names.iter().map(|name| (Shape::Name((*name).to_owned()), String::new())).collect::<Vec<_>>());
        assert!(names(&["req", "res"]) && names(&["_req", "res", "next"]) && names(&["ctx", "next"]) && names(&["c"]));
        assert!(names(&["err", "req", "res", "next"]) && names(&["_", "res"]) && names(&["request", "reply"]));
        assert!(!names(&["fastify", "options"]) && !names(&["app"]) && !names(&["fastify", "options", "done"]) && !names(&[]));
    }
}
