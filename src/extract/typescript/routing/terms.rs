//! Expressions as terms: what is called on what, with which literals and names.
//! Never evaluates anything; what it does not understand is `Other`.

use tree_sitter::Node;

use super::super::strings;
use super::super::values::{children, unwrapped};
use super::body::{Reader, SIZE};
use crate::finding::script::{Invoke, Term};

/// How the servers of Node.js itself are brought in.
const SERVERS: &[&str] = &["'http'", "\"http\"", "'https'", "\"https\"", "node:http"];

impl Reader<'_, '_> {
    /// An expression that is given to a name, which its function is then called by.
    pub(super) fn named(&mut self, node: Node<'_>, name: &str, depth: usize) -> Term {
        let term = self.term(node, depth);
        // `const guard = t.middleware((...) => ...)` is called by that name, too.
        let function = match &term {
            Term::Function(at) => Some(*at),
            Term::Call(call) => match call.arguments.as_slice() {
                [Term::Function(at)] => Some(*at),
                _ => None,
            },
            _ => None,
        };
        if let Some(at) = function
            && let Some(function) = self.script.functions.get_mut(at).filter(|one| one.name.is_empty())
        {
            name.clone_into(&mut function.name);
        }
        term
    }

    /// An expression.
    pub(super) fn term(&mut self, node: Node<'_>, depth: usize) -> Term {
        let node = unwrapped(node);
        let Some(depth) = depth.checked_sub(1) else { return Term::Other };
        match node.kind() {
            "string" => Term::Text(strings::literal(node, self.cx.text)),
            "template_string" => self.template(node, depth),
            "true" => Term::Bool(true),
            "false" => Term::Bool(false),
            "undefined" | "null" => Term::Nothing,
            "regex" => Term::Regex(self.text(node).to_owned()),
            "this" => Term::This,
            "identifier" | "super" => match self.text(node) {
                "undefined" => Term::Nothing,
                name => Term::Name(name.to_owned()),
            },
            "member_expression" => self.member(node, depth),
            "subscript_expression" => self.subscript(node, depth),
            "call_expression" => self.call(node, depth),
            "new_expression" => {
                let Some(constructor) = node.child_by_field_name("constructor") else { return Term::Other };
                let function = self.term(constructor, depth);
                let arguments = self.arguments(node, depth);
                Term::New(Box::new(Invoke { function, arguments, line: self.cx.line(node.start_byte()) }))
            }
            "array" => Term::List(children(node).into_iter().take(SIZE).map(|one| self.term(one, depth)).collect()),
            "object" => self.record(node, depth),
            "spread_element" => Term::Spread(Box::new(children(node).first().map_or(Term::Other, |one| self.term(*one, depth)))),
            "binary_expression" => self.binary(node, depth),
            "ternary_expression" => {
                let mut branch = |field| node.child_by_field_name(field).map_or(Term::Other, |one| self.term(one, depth));
                let (one, other) = (branch("consequence"), branch("alternative"));
                let asked = node.child_by_field_name("condition").map_or(Term::Other, |one| self.asked(one, depth));
                Term::Either(Box::new(asked), Box::new(one), Box::new(other))
            }
            "assignment_expression" => {
                let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
                    return Term::Other;
                };
                let name = self.text(left).rsplit('.').next().unwrap_or_default();
                let value = self.named(right, name, depth);
                let target = self.term(left, depth);
                Term::Assign(Box::new(target), Box::new(value))
            }
            "augmented_assignment_expression" => self.added(node, depth),
            "arrow_function"
            | "function_expression"
            | "function_declaration"
            | "generator_function"
            | "generator_function_declaration"
            | "method_definition" => self.function(node, depth),
            "class" | "class_declaration" | "abstract_class_declaration" => self.class(node, depth),
            _ => Term::Other,
        }
    }

    /// What a condition asks for, where that is a name; nothing is done on the way.
    pub(super) fn asked(&mut self, node: Node<'_>, depth: usize) -> Term {
        let inner = unwrapped(node);
        match inner.kind() {
            "identifier" | "member_expression" | "true" | "false" => self.term(inner, depth),
            _ => Term::Other,
        }
    }

    /// `path += '/:id'`; after any other such sign the value is not known.
    fn added(&mut self, node: Node<'_>, depth: usize) -> Term {
        let (Some(left), Some(right), Some(sign)) =
            (node.child_by_field_name("left"), node.child_by_field_name("right"), node.child_by_field_name("operator"))
        else {
            return Term::Other;
        };
        let target = self.term(left, depth);
        let value = match sign.kind() {
            "+=" => Term::Concat(vec![target.clone(), self.term(right, depth)]),
            "??=" | "||=" => Term::Fallback(Box::new(target.clone()), Box::new(self.term(right, depth))),
            _ => Term::Other,
        };
        Term::Assign(Box::new(target), Box::new(value))
    }

    fn template(&mut self, node: Node<'_>, depth: usize) -> Term {
        let mut parts = Vec::new();
        for piece in strings::template(node, self.cx.text) {
            parts.push(match piece {
                strings::Piece::Text(text) => Term::Text(text),
                strings::Piece::Substitution(inner) => self.term(inner, depth),
            });
        }
        match parts.as_slice() {
            [] => Term::Text(String::new()),
            [Term::Text(text)] => Term::Text(text.clone()),
            _ => Term::Concat(parts),
        }
    }

    fn member(&mut self, node: Node<'_>, depth: usize) -> Term {
        let (Some(object), Some(property)) = (node.child_by_field_name("object"), node.child_by_field_name("property")) else {
            return Term::Other;
        };
        let name = self.text(property).to_owned();
        // The folder of a file, as modules of ECMAScript call it.
        if name == "dirname" && self.text(object) == "import.meta" {
            return Term::Name("__dirname".to_owned());
        }
        Term::Member(Box::new(self.term(object, depth)), name)
    }

    fn subscript(&mut self, node: Node<'_>, depth: usize) -> Term {
        let (Some(object), Some(index)) = (node.child_by_field_name("object"), node.child_by_field_name("index")) else {
            return Term::Other;
        };
        let object = Box::new(self.term(object, depth));
        match index.kind() {
            "string" => Term::Member(object, strings::literal(index, self.cx.text)),
            "number" => Term::Member(object, self.text(index).to_owned()),
            _ => Term::Item(object),
        }
    }

    /// A call; `require('x')` and `import('x')` are a name that stands for the module.
    fn call(&mut self, node: Node<'_>, depth: usize) -> Term {
        let Some(function) = node.child_by_field_name("function") else { return Term::Other };
        let line = function.child_by_field_name("property").unwrap_or(function).start_byte();
        let line = self.cx.line(line);
        let brings = function.kind() == "import" || function.kind() == "identifier" && self.text(function) == "require";
        let property = function.child_by_field_name("property").map_or("", |property| self.text(property));
        let answers = std::mem::replace(&mut self.answers, matches!(property, "query" | "mutation" | "subscription"));
        let arguments = self.arguments(node, depth);
        self.answers = answers;
        if brings {
            let Some(Term::Text(module)) = arguments.first() else { return Term::Other };
            let known = self.modules.iter().position(|(_, one)| one == module);
            let at = known.unwrap_or_else(|| {
                self.modules.push((format!("require#{}", self.modules.len()), module.clone()));
                self.modules.len() - 1
            });
            return Term::Name(format!("require#{at}"));
        }
        let named = if property.is_empty() { self.text(function) } else { property };
        let arguments = match named {
            "createServer" | "createSecureServer" if SERVERS.iter().any(|module| self.cx.text.contains(module)) => {
                let routes = self.answered(node);
                arguments.into_iter().chain(routes).collect()
            }
            _ => arguments,
        };
        let function = self.term(function, depth);
        Term::Call(Box::new(Invoke { function, arguments, line }))
    }

    fn arguments(&mut self, call: Node<'_>, depth: usize) -> Vec<Term> {
        let list = call.child_by_field_name("arguments").filter(|list| list.kind() == "arguments");
        list.map(children).unwrap_or_default().into_iter().map(|one| self.term(one, depth)).collect()
    }

    fn record(&mut self, node: Node<'_>, depth: usize) -> Term {
        let mut entries = Vec::new();
        for entry in children(node).into_iter().take(SIZE) {
            match entry.kind() {
                "pair" => {
                    let (Some(key), Some(value)) = (entry.child_by_field_name("key"), entry.child_by_field_name("value")) else { continue };
                    let Some(key) = self.key(key) else { continue };
                    let value = self.named(value, &key, depth);
                    entries.push((key, value));
                }
                "shorthand_property_identifier" => {
                    let name = self.text(entry).to_owned();
                    entries.push((name.clone(), Term::Name(name)));
                }
                "spread_element" => {
                    let inner = children(entry).first().map_or(Term::Other, |one| self.term(*one, depth));
                    entries.push(("...".to_owned(), inner));
                }
                "method_definition" => {
                    let Some(key) = entry.child_by_field_name("name").and_then(|name| self.key(name)) else { continue };
                    let value = self.named(entry, &key, depth);
                    entries.push((key, value));
                }
                _ => {}
            }
        }
        Term::Record(entries)
    }

    fn key(&self, node: Node<'_>) -> Option<String> {
        match node.kind() {
            "string" => Some(strings::literal(node, self.cx.text)),
            "computed_property_name" => {
                children(node).first().filter(|one| one.kind() == "string").map(|one| strings::literal(*one, self.cx.text))
            }
            _ => Some(self.text(node).to_owned()),
        }
    }

    fn binary(&mut self, node: Node<'_>, depth: usize) -> Term {
        let (Some(left), Some(right), Some(sign)) =
            (node.child_by_field_name("left"), node.child_by_field_name("right"), node.child_by_field_name("operator"))
        else {
            return Term::Other;
        };
        match sign.kind() {
            "+" => self.sum(node, depth),
            "??" | "||" => Term::Fallback(Box::new(self.term(left, depth)), Box::new(self.term(right, depth))),
            "&&" => Term::Either(Box::new(self.asked(left, depth)), Box::new(self.term(right, depth)), Box::new(Term::Nothing)),
            _ => Term::Other,
        }
    }

    /// A chain of `+` leans to the left and may be long: it is taken apart in a loop.
    fn sum(&mut self, node: Node<'_>, depth: usize) -> Term {
        let mut parts = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression" && at.child_by_field_name("operator").is_some_and(|sign| sign.kind() == "+") {
            let (Some(left), Some(right)) = (at.child_by_field_name("left"), at.child_by_field_name("right")) else { break };
            parts.push(self.term(right, depth));
            at = unwrapped(left);
        }
        parts.push(self.term(at, depth));
        parts.reverse();
        Term::Concat(parts)
    }
}
