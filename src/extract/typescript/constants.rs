//! Constants of a file: top-level `const`, enums, static members, namespaces, and functions that only give back one value.
//! Emits nothing whose value is not understood at all, and nothing of `let`.

use tree_sitter::Node;

use super::values::{self, callee, children, text_of};
use super::{classes, scope, strings};
use crate::finding::{Constant, Value};

/// Namespaces nest no deeper than this.
const DEPTH: usize = 8;

/// The constants at the top of a file and in its namespaces.
pub(super) fn of<'t>(root: Node<'t>, text: &str) -> Vec<(Node<'t>, Constant)> {
    let mut found = Vec::new();
    statements(root, ("", DEPTH), text, &mut found);
    found
}

/// The static members of a class.
pub(super) fn of_class<'t>(class: Node<'t>, name: &str, text: &str) -> Vec<(Node<'t>, Constant)> {
    let Some(body) = class.child_by_field_name("body") else { return Vec::new() };
    let mut found = Vec::new();
    for member in children(body).into_iter().filter(|member| classes::is_static(*member)) {
        let name = format!("{name}.{}", classes::member_name(member, text));
        match (member.kind(), member.child_by_field_name("value")) {
            ("public_field_definition", Some(value)) => found.extend(constant(name, value, text).map(|one| (member, one))),
            ("method_definition", _) => {
                let given = given_back(member, text).filter(|value| matches!(value, Value::Text(_) | Value::Concat(_) | Value::Name(_)));
                found.extend(given.map(|value| (member, Constant { name, parameters: parameters_of(member, text), value })));
            }
            _ => {}
        }
    }
    found
}

/// `Contract.` for what stands in `namespace Contract { }`, else nothing.
pub(super) fn space_of(node: Node<'_>, text: &str) -> String {
    let mut spaces = Vec::new();
    let mut at = node.parent();
    for _ in 0..DEPTH * 3 {
        let Some(parent) = at else { break };
        if matches!(parent.kind(), "internal_module" | "module") {
            spaces.extend(parent.child_by_field_name("name").map(|name| text_of(name, text)));
        }
        at = parent.parent();
    }
    spaces.iter().rev().map(|space| format!("{space}.")).collect()
}

/// `export default x` and `module.exports = x`; the entries of an object also by their own names.
pub(super) fn default_export(value: Node<'_>, text: &str) -> Vec<Constant> {
    let whole = values::read(value, text);
    let mut constants = Vec::new();
    if understood(&whole) && !is_other_file(&whole) {
        let parameters = parameters_of(value, text);
        constants.push(Constant { name: "default".to_owned(), parameters, value: whole });
    }
    constants
}

fn statements<'t>(block: Node<'t>, (space, depth): (&str, usize), text: &str, found: &mut Vec<(Node<'t>, Constant)>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for statement in children(block) {
        let declaration = match statement.kind() {
            "export_statement" => statement.child_by_field_name("declaration"),
            _ => Some(statement),
        };
        let Some(mut declaration) = declaration else { continue };
        if declaration.kind() == "expression_statement" {
            let Some(inner) = children(declaration).first().copied() else { continue };
            declaration = inner;
        }
        match declaration.kind() {
            "lexical_declaration" if declaration.child_by_field_name("kind").is_some_and(|kind| kind.kind() == "const") => {
                children(declaration).into_iter().for_each(|one| declarator(one, space, text, found));
            }
            "enum_declaration" => enumeration(declaration, space, text, found),
            "function_declaration" => function(declaration, space, text, found),
            "internal_module" | "module" => {
                let name = declaration.child_by_field_name("name").map_or("", |name| text_of(name, text));
                if let Some(body) = declaration.child_by_field_name("body") {
                    statements(body, (&format!("{space}{name}."), depth), text, found);
                }
            }
            "assignment_expression" if space.is_empty() => common_js(declaration, text, found),
            _ => {}
        }
    }
}

fn declarator<'t>(node: Node<'t>, space: &str, text: &str, found: &mut Vec<(Node<'t>, Constant)>) {
    let (Some(name), Some(value)) = (node.child_by_field_name("name"), node.child_by_field_name("value")) else { return };
    for (local, value) in scope::environment(node, text) {
        found.push((node, Constant { name: format!("{space}{local}"), parameters: Vec::new(), value }));
    }
    let is_import =
        value.kind() == "call_expression" && value.child_by_field_name("function").is_some_and(|one| text_of(one, text) == "require");
    if name.kind() == "identifier" && !is_import {
        found.extend(constant(format!("{space}{}", text_of(name, text)), value, text).map(|one| (node, one)));
    }
}

fn constant(name: String, value: Node<'_>, text: &str) -> Option<Constant> {
    let inner = values::unwrapped(value);
    let is_function = matches!(inner.kind(), "arrow_function" | "function_expression");
    let read = if is_function { given_back(inner, text) } else { Some(values::read(inner, text)) };
    read.filter(understood).map(|value| Constant { name, parameters: parameters_of(inner, text), value })
}

fn function<'t>(node: Node<'t>, space: &str, text: &str, found: &mut Vec<(Node<'t>, Constant)>) {
    let Some(name) = node.child_by_field_name("name") else { return };
    if let Some(value) = given_back(node, text).filter(understood) {
        found.push((node, Constant { name: format!("{space}{}", text_of(name, text)), parameters: parameters_of(node, text), value }));
    }
}

/// What a function gives back, when that is all that it does but for making a list that it gives back; one of several where it decides.
fn given_back(function: Node<'_>, text: &str) -> Option<Value> {
    let body = function.child_by_field_name("body").filter(|body| body.kind() == "statement_block");
    let Some(body) = body else { return Some(values::read(values::returned(function)?, text)) };
    let plain = |statement: &Node<'_>| {
        matches!(statement.kind(), "lexical_declaration" | "expression_statement" | "if_statement" | "return_statement")
    };
    let statements = children(body);
    if statements.len() > 12 || !statements.iter().all(plain) {
        return None;
    }
    let read = |statement: Node<'_>| Some(scope::with_locals(values::read(*children(statement).first()?, text), body, text));
    let mut given: Vec<Value> = values::returns(function).into_iter().filter_map(read).collect();
    given.dedup();
    if given.len() > 1 { Some(Value::Either(given)) } else { given.pop() }
}

/// The names of a function's parameters; a pattern counts as an empty name.
pub(super) fn parameters_of(function: Node<'_>, text: &str) -> Vec<String> {
    if !matches!(function.kind(), "arrow_function" | "function_expression" | "function_declaration" | "method_definition") {
        return Vec::new();
    }
    if let Some(single) = function.child_by_field_name("parameter") {
        return vec![text_of(single, text).to_owned()];
    }
    let name = |parameter: Node<'_>| {
        let pattern = parameter.child_by_field_name("pattern");
        pattern.map_or("", |pattern| text_of(pattern, text).trim_start_matches("...")).to_owned()
    };
    classes::parameters(function).into_iter().map(name).collect()
}

/// An enum as a map; members without a value count up from the last number.
fn enumeration<'t>(node: Node<'t>, space: &str, text: &str, found: &mut Vec<(Node<'t>, Constant)>) {
    let (Some(name), Some(body)) = (node.child_by_field_name("name"), node.child_by_field_name("body")) else { return };
    let mut next: Option<i64> = Some(0);
    let mut entries = Vec::new();
    for member in children(body) {
        let key = member.child_by_field_name("name").unwrap_or(member);
        let key = if key.kind() == "string" { strings::literal(key, text) } else { text_of(key, text).to_owned() };
        let value = match member.child_by_field_name("value") {
            Some(value) => values::read(value, text),
            None => next.map_or_else(|| Value::Opaque("enum member".to_owned()), |number| Value::Number(number.to_string())),
        };
        next = match &value {
            Value::Number(number) => number.parse::<i64>().ok().and_then(|number| number.checked_add(1)),
            _ => None,
        };
        entries.push((key, value));
    }
    let constant = Constant { name: format!("{space}{}", text_of(name, text)), parameters: Vec::new(), value: Value::Map(entries) };
    found.push((node, constant));
}

/// `module.exports = x`, `exports.a = x`, `module.exports.a = x`.
fn common_js<'t>(node: Node<'t>, text: &str, found: &mut Vec<(Node<'t>, Constant)>) {
    let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else { return };
    let target = callee(left, text);
    if target == "module.exports" {
        for constant in default_export(right, text) {
            let entries = match &constant.value {
                Value::Map(entries) => entries.clone(),
                _ => Vec::new(),
            };
            found.push((node, constant));
            let is_own = |name: &str, value: &Value| !matches!(value, Value::Name(same) if same == name) && !is_other_file(value);
            let own = entries.into_iter().filter(|(name, value)| name != "..." && is_own(name, value));
            found.extend(own.map(|(name, value)| (node, Constant { name, parameters: Vec::new(), value })));
        }
    } else if let Some(name) = target.strip_prefix("module.exports.").or_else(|| target.strip_prefix("exports.")) {
        found.extend(constant(name.to_owned(), right, text).filter(|one| !is_other_file(&one.value)).map(|one| (node, one)));
    }
}

/// `require('./x')`: what it is, that file says.
fn is_other_file(value: &Value) -> bool {
    matches!(value, Value::Call(name, _) if name == "require")
}

/// Whether a value tells anything.
fn understood(value: &Value) -> bool {
    !matches!(value, Value::Opaque(_))
}
