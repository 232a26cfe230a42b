//! `node:http` without a framework: what a handler compares the path and the method of a request with, as calls that put routes on.
//! Source: the documentation of Node.js ("HTTP"). A path that is only looked into is no route: it becomes a call with an unknown path.

use tree_sitter::Node;

use super::super::strings;
use super::super::values::{children, text_of, unwrapped};
use super::super::{classes, exports};
use super::body::Reader;
use crate::finding::script::{Deed, Invoke, Lambda, SERVER, Shape, Term};

/// Conditions that stand within one another.
const DEPTH: usize = 12;
/// Names that the path of a request is kept under.
const PATHS: &[&str] = &["url", "pathname", "path", "requestPath", "reqPath", "reqUrl", "urlPath"];

/// What is known of a request where a statement stands.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    verb: Option<String>,
    path: Option<Path>,
}

#[derive(Clone, Debug, PartialEq)]
enum Path {
    Whole(String),
    /// How it starts, or something that only the run time knows.
    Partly(String),
}

impl Known {
    fn and(&self, other: &Self) -> Self {
        Self { verb: other.verb.clone().or_else(|| self.verb.clone()), path: other.path.clone().or_else(|| self.path.clone()) }
    }
}

/// A route: what is known, and the statement that answers it.
type Answer<'t> = (Known, Node<'t>);

impl Reader<'_, '_> {
    /// The function that puts the routes of a handler on a server, for `createServer(handler)` of `node:http`.
    pub(super) fn answered(&mut self, call: Node<'_>) -> Option<Term> {
        let text = self.cx.text;
        let handler = children(call.child_by_field_name("arguments")?).into_iter().rev().find_map(|one| function(one, call, text))?;
        let body = handler.child_by_field_name("body").filter(|body| body.kind() == "statement_block")?;
        let request = classes::parameters(handler).into_iter().next()?;
        let request = text_of(request.child_by_field_name("pattern").unwrap_or(request), text);
        let mut found = Vec::new();
        block(body, (&Known::default(), text), DEPTH, &mut found);
        let deeds: Vec<Deed> = found.iter().filter_map(|one| self.put(one, request)).collect();
        if deeds.is_empty() {
            return None;
        }
        self.script.functions.push(Lambda {
            parameters: vec![(Shape::Name(SERVER.to_owned()), String::new())],
            body: deeds,
            line: self.cx.line(handler.start_byte()),
            ..Lambda::default()
        });
        Some(Term::Function(self.script.functions.len() - 1))
    }

    fn put(&self, (known, answer): &Answer<'_>, request: &str) -> Option<Deed> {
        let path = match known.path.as_ref()? {
            Path::Whole(path) => Term::Text(path.clone()),
            Path::Partly(start) => Term::Concat(vec![Term::Text(start.clone()), Term::Other]),
        };
        let verb = known.verb.as_deref().unwrap_or("all").to_ascii_lowercase();
        let handler = known.verb.as_ref().and_then(|_| called_with(*answer, request, self.cx.text)).map_or(Term::Other, Term::Name);
        let function = Term::Member(Box::new(Term::Name(SERVER.to_owned())), verb);
        let line = self.cx.line(answer.start_byte());
        Some(Deed::Do(Term::Call(Box::new(Invoke { function, arguments: vec![path, handler], line }))))
    }
}

/// A function that stands there, or that a name of the file stands for.
fn function<'t>(node: Node<'t>, call: Node<'t>, text: &str) -> Option<Node<'t>> {
    match node.kind() {
        "arrow_function" | "function_expression" => Some(node),
        "identifier" => {
            let name = text_of(node, text);
            let mut root = call;
            while let Some(parent) = root.parent() {
                root = parent;
            }
            children(root).into_iter().find_map(|one| declared(one, name, text))
        }
        _ => None,
    }
}

fn declared<'t>(statement: Node<'t>, name: &str, text: &str) -> Option<Node<'t>> {
    let inner = if statement.kind() == "export_statement" { statement.child_by_field_name("declaration")? } else { statement };
    let is_named = |one: &Node<'_>| one.child_by_field_name("name").is_some_and(|own| text_of(own, text) == name);
    match inner.kind() {
        "function_declaration" => Some(inner).filter(is_named),
        "lexical_declaration" | "variable_declaration" => {
            let value = children(inner).into_iter().find(is_named)?.child_by_field_name("value").map(unwrapped)?;
            matches!(value.kind(), "arrow_function" | "function_expression").then_some(value)
        }
        _ => None,
    }
}

/// The statements of a block in order; one that turns other requests away says what is known of those that follow.
fn block<'t>(node: Node<'t>, (known, text): (&Known, &str), depth: usize, into: &mut Vec<Answer<'t>>) {
    let mut known = known.clone();
    for statement in children(node) {
        one(statement, (&known, text), depth, into);
        if let Some(left) = turned_away(statement, text) {
            known = known.and(&left);
        }
    }
}

/// One statement.
fn one<'t>(node: Node<'t>, (known, text): (&Known, &str), depth: usize, into: &mut Vec<Answer<'t>>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match node.kind() {
        "if_statement" => {
            let Some(consequence) = node.child_by_field_name("consequence") else { return };
            let asked = node.child_by_field_name("condition").map_or_else(Vec::new, |asked| alternatives(asked, text, DEPTH));
            for alternative in asked.iter().filter(|one| **one != Known::default()) {
                answer((known.and(alternative), consequence), text, depth, into);
            }
            if asked.iter().all(|one| *one == Known::default()) {
                one(consequence, (known, text), depth, into);
            }
            if let Some(otherwise) = node.child_by_field_name("alternative") {
                one(otherwise, (known, text), depth, into);
            }
        }
        "switch_statement" => switch(node, (known, text), depth, into),
        "statement_block" => block(node, (known, text), depth, into),
        "else_clause" | "try_statement" | "finally_clause" => {
            children(node)
                .into_iter()
                .filter(|inner| inner.kind() != "catch_clause")
                .for_each(|inner| one(inner, (known, text), depth, into));
        }
        _ => {}
    }
}

/// What answers a request of which more is known: itself, unless something in it asks on.
fn answer<'t>((known, node): Answer<'t>, text: &str, depth: usize, into: &mut Vec<Answer<'t>>) {
    let before = into.len();
    one(node, (&known, text), depth, into);
    if into.len() == before && known.path.is_some() {
        into.push((known, node));
    }
}

/// `switch (req.url) { case '/x': ... }`, `switch (req.method)`; cases without statements share those of the next.
fn switch<'t>(node: Node<'t>, (known, text): (&Known, &str), depth: usize, into: &mut Vec<Answer<'t>>) {
    let (Some(asked), Some(body)) = (node.child_by_field_name("value").map(unwrapped), node.child_by_field_name("body")) else { return };
    let mut open: Vec<Known> = Vec::new();
    for case in children(body).into_iter().filter(|case| case.kind() == "switch_case") {
        let value = case.child_by_field_name("value").map(unwrapped);
        open.extend(value.and_then(|value| compared(asked, value, text)).map(|one| known.and(&one)));
        let statements: Vec<Node<'t>> =
            children(case).into_iter().filter(|one| Some(*one) != value && Some(*one) != case.child_by_field_name("value")).collect();
        let Some(first) = statements.first().copied() else { continue };
        for known in std::mem::take(&mut open) {
            let before = into.len();
            statements.iter().for_each(|statement| one(*statement, (&known, text), depth, into));
            if into.len() == before && known.path.is_some() {
                into.push((known, first));
            }
        }
    }
}

/// What is known of a request where a condition holds, for each way that it can.
fn alternatives(node: Node<'_>, text: &str, depth: usize) -> Vec<Known> {
    let node = unwrapped(node);
    let Some(depth) = depth.checked_sub(1) else { return vec![Known::default()] };
    let sides = ["left", "right"].map(|field| node.child_by_field_name(field).map(unwrapped));
    let sign = node.child_by_field_name("operator").map_or("", |sign| text_of(sign, text));
    match (node.kind(), sides, sign) {
        ("binary_expression", [Some(left), Some(right)], "&&") => {
            let right = alternatives(right, text, depth);
            alternatives(left, text, depth).iter().flat_map(|one| right.iter().map(|other| one.and(other)).collect::<Vec<_>>()).collect()
        }
        ("binary_expression", [Some(left), Some(right)], "||") => {
            [left, right].into_iter().flat_map(|one| alternatives(one, text, depth)).collect()
        }
        ("binary_expression", [Some(left), Some(right)], "===" | "==") => {
            vec![compared(left, right, text).or_else(|| compared(right, left, text)).unwrap_or_default()]
        }
        ("call_expression", ..) => vec![looked_into(node, text).unwrap_or_default()],
        _ => vec![Known::default()],
    }
}

/// `req.url === '/x'`, `req.method === 'GET'`
fn compared(asked: Node<'_>, with: Node<'_>, text: &str) -> Option<Known> {
    let stated = (with.kind() == "string").then(|| strings::literal(with, text))?;
    if is_path(asked, text) {
        return stated.starts_with('/').then(|| Known { path: Some(Path::Whole(stated)), verb: None });
    }
    let verb = exports::VERBS.iter().find(|verb| **verb == stated)?;
    exports::is_method(asked, text).then(|| Known { verb: Some((*verb).to_owned()), path: None })
}

/// `req.url.startsWith('/x')`, `req.url.match(/x/)`
fn looked_into(call: Node<'_>, text: &str) -> Option<Known> {
    let function = call.child_by_field_name("function")?;
    let (object, name) = (function.child_by_field_name("object")?, text_of(function.child_by_field_name("property")?, text));
    let looks = matches!(name, "startsWith" | "match" | "endsWith" | "includes") && is_path(unwrapped(object), text);
    let argument = children(call.child_by_field_name("arguments")?).first().copied();
    let start = argument.filter(|one| one.kind() == "string" && name == "startsWith").map(|one| strings::literal(one, text));
    looks.then(|| Known { path: Some(Path::Partly(start.unwrap_or_default())), verb: None })
}

fn is_path(node: Node<'_>, text: &str) -> bool {
    match node.kind() {
        "identifier" => PATHS.contains(&text_of(node, text)),
        "member_expression" => {
            node.child_by_field_name("property").is_some_and(|name| matches!(text_of(name, text), "url" | "pathname" | "path"))
        }
        _ => false,
    }
}

/// What is known behind `if (req.method !== 'GET') { ...; return; }`.
fn turned_away(statement: Node<'_>, text: &str) -> Option<Known> {
    let asked = statement.child_by_field_name("condition").filter(|_| statement.kind() == "if_statement").map(unwrapped)?;
    let sign = text_of(asked.child_by_field_name("operator")?, text);
    let (left, right) = (asked.child_by_field_name("left").map(unwrapped)?, asked.child_by_field_name("right").map(unwrapped)?);
    let consequence = statement.child_by_field_name("consequence")?;
    let last = if consequence.kind() == "statement_block" { children(consequence).last().copied() } else { Some(consequence) };
    let leaves = last.is_some_and(|last| matches!(last.kind(), "return_statement" | "throw_statement"));
    compared(left, right, text).filter(|_| leaves && matches!(sign, "!==" | "!="))
}

/// The name of what is called with the request: `listOrders(req, res)`.
fn called_with(node: Node<'_>, request: &str, text: &str) -> Option<String> {
    exports::below(node).filter(|one| one.kind() == "call_expression").find_map(|call| {
        let takes = call.child_by_field_name("arguments").map(children)?.into_iter().any(|one| text_of(one, text) == request);
        let function = call.child_by_field_name("function").filter(|one| takes && one.kind() == "identifier")?;
        Some(text_of(function, text).to_owned())
    })
}
