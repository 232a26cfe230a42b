//! A text of SQL as an expression spells it: literals, templates, sums, constants, `[...].join(...)`, tagged templates.
//! Keeps where each part stands; what only the run knows is a hole.

use tree_sitter::Node;

use super::engine;
use super::scope::{Bound, Scope};
use crate::extract::embedded::EmbeddedSql;
use crate::extract::typescript::values::{children, text_of, unwrapped};
use crate::extract::typescript::{strings, values};
use crate::finding::Value;

/// How deep expressions and names are followed.
const DEPTH: usize = 12;

/// The text that an expression is; `None` when nothing of it is known.
pub(in crate::extract::typescript) fn of<'t>(scope: &Scope<'_, 't>, node: Node<'t>) -> Option<EmbeddedSql> {
    let mut sql = EmbeddedSql::default();
    put(scope, node, (scope.len(), DEPTH), &mut sql);
    (!sql.is_unknown()).then_some(sql)
}

fn put<'t>(scope: &Scope<'_, 't>, node: Node<'t>, (limit, depth): (usize, usize), into: &mut EmbeddedSql) {
    let node = unwrapped(node);
    let hole = |into: &mut EmbeddedSql| into.hole(&hole_text(text_of(node, scope.text)), node.start_byte());
    let Some(depth) = depth.checked_sub(1) else { return hole(into) };
    match node.kind() {
        "string" => literal(scope, (node.start_byte() + 1, node.end_byte().saturating_sub(1)), into),
        "template_string" => template(scope, node, (limit, depth), into),
        "number" => into.value(text_of(node, scope.text), node.start_byte()),
        "binary_expression" if node.child_by_field_name("operator").is_some_and(|sign| sign.kind() == "+") => {
            for field in ["left", "right"] {
                if let Some(side) = node.child_by_field_name(field) {
                    put(scope, side, (limit, depth), into);
                }
            }
        }
        "identifier" | "member_expression" | "shorthand_property_identifier" => match scope.resolve(node, limit) {
            Some(Bound::Node(inner, seen)) if inner != node => put(scope, inner, (seen, depth), into),
            Some(Bound::Value(Value::Text(text) | Value::Number(text))) => into.value(&text, node.start_byte()),
            _ => match scope.value(node, limit) {
                Value::Text(text) | Value::Number(text) => into.value(&text, node.start_byte()),
                _ => hole(into),
            },
        },
        "ternary_expression" => match branch(scope, node) {
            Some(branch) => put(scope, branch, (limit, depth), into),
            None => hole(into),
        },
        "call_expression" => {
            if !call(scope, node, (limit, depth), into) {
                hole(into);
            }
        }
        _ => match scope.value(node, limit) {
            Value::Text(text) | Value::Number(text) => into.value(&text, node.start_byte()),
            _ => hole(into),
        },
    }
}

/// The branch that is taken on the engine of the migration: `isMySql ? '' : 'IF NOT EXISTS'`.
fn branch<'t>(scope: &Scope<'_, 't>, node: Node<'t>) -> Option<Node<'t>> {
    let holds = engine::holds(node.child_by_field_name("condition")?, scope.text, scope.engine)?;
    node.child_by_field_name(if holds { "consequence" } else { "alternative" })
}

/// As a placeholder of a template is written, on one line.
fn hole_text(code: &str) -> String {
    let plain: String = code.chars().filter(|char| char.is_alphanumeric() || "_.".contains(*char)).take(60).collect();
    format!("${{{plain}}}")
}

fn literal(scope: &Scope<'_, '_>, (start, end): (usize, usize), into: &mut EmbeddedSql) {
    let raw = scope.text.get(start..end).unwrap_or_default();
    for (at, text, verbatim) in strings::parts(raw) {
        if verbatim { into.verbatim(&text, start + at) } else { into.value(&text, start + at) }
    }
}

fn template<'t>(scope: &Scope<'_, 't>, node: Node<'t>, limits: (usize, usize), into: &mut EmbeddedSql) {
    let mut from = node.start_byte() + 1;
    for substitution in children(node).into_iter().filter(|child| child.kind() == "template_substitution") {
        literal(scope, (from, substitution.start_byte()), into);
        if let Some(inner) = substitution.named_child(0) {
            put(scope, inner, limits, into);
        }
        from = substitution.end_byte();
    }
    literal(scope, (from, node.end_byte().saturating_sub(1)), into);
}

/// Calls that give back the text that they are given, or that join texts.
fn call<'t>(scope: &Scope<'_, 't>, node: Node<'t>, limits: (usize, usize), into: &mut EmbeddedSql) -> bool {
    let Some(arguments) = node.child_by_field_name("arguments") else { return false };
    // A tagged template: sql`...`.
    if arguments.kind() == "template_string" {
        template(scope, arguments, limits, into);
        return true;
    }
    let Some(function) = node.child_by_field_name("function").map(unwrapped) else { return false };
    let first = children(arguments).first().copied();
    let property = function.child_by_field_name("property").map_or_else(|| text_of(function, scope.text), |name| text_of(name, scope.text));
    let object = function.child_by_field_name("object");
    match (property, object, first) {
        ("join", Some(list), separator) => {
            let separator =
                separator.map_or_else(|| ",".to_owned(), |node| scope.value(node, limits.0).as_text().unwrap_or(",").to_owned());
            join(scope, list, &separator, limits, into)
        }
        ("trim" | "trimStart" | "trimEnd" | "toString" | "toQuery", Some(text), _) => {
            put(scope, text, limits, into);
            true
        }
        ("raw" | "literal" | "sql" | "dedent" | "unsafe" | "text", _, Some(text)) => {
            put(scope, text, limits, into);
            true
        }
        _ => {
            let Some(own) = scope.function(function) else { return false };
            let seen = limits.0;
            let bound: Vec<Bound<'t>> = children(arguments).into_iter().map(|argument| Bound::Node(argument, seen)).collect();
            let inner = scope.with_arguments(own, &bound);
            values::returned(own).is_some_and(|made| {
                put(&inner, made, (inner.len(), limits.1), into);
                true
            })
        }
    }
}

fn join<'t>(scope: &Scope<'_, 't>, list: Node<'t>, separator: &str, limits: (usize, usize), into: &mut EmbeddedSql) -> bool {
    let Some(items) = scope.items(list) else { return false };
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            into.value(separator, list.start_byte());
        }
        match item {
            Bound::Node(node, seen) => put(scope, node, (seen, limits.1), into),
            Bound::Value(Value::Text(text) | Value::Number(text)) => into.value(&text, list.start_byte()),
            Bound::Value(_) => return false,
        }
    }
    true
}
