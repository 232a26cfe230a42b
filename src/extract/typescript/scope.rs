//! Constants inside functions: a name in a value is replaced by what a block around it says that it is.
//! Takes only `const` of enclosing blocks, never a parameter, and follows no chain deeper than its limit.

use tree_sitter::Node;

use super::values::{self, callee, children, text_of};
use crate::finding::Value;

/// How often a name that stands for a name is followed.
const STEPS: usize = 4;
/// How far out blocks are looked at.
const REACH: usize = 48;

/// The value with the names replaced that blocks around `at` declare.
pub(super) fn resolved(value: Value, at: Node<'_>, text: &str) -> Value {
    let mut blocks = Vec::new();
    let mut node = at.parent();
    for _ in 0..REACH {
        let Some(parent) = node else { break };
        if parent.kind() == "statement_block" {
            blocks.push(parent);
        }
        node = parent.parent();
    }
    replace(value, &blocks, text, STEPS)
}

/// The value with the names replaced that one block declares.
pub(super) fn with_locals(value: Value, block: Node<'_>, text: &str) -> Value {
    replace(value, &[block], text, STEPS)
}

fn replace(value: Value, blocks: &[Node<'_>], text: &str, steps: usize) -> Value {
    let Some(left) = steps.checked_sub(1).filter(|_| !blocks.is_empty()) else { return value };
    let all = |items: Vec<Value>| items.into_iter().map(|item| replace(item, blocks, text, steps)).collect();
    match value {
        Value::Name(name) => match blocks.iter().find_map(|block| declared(*block, &name, text)) {
            Some(inner) => replace(inner, blocks, text, left),
            None => Value::Name(name),
        },
        Value::Concat(items) => Value::Concat(all(items)),
        Value::List(items) => Value::List(all(items)),
        Value::Either(items) => Value::Either(all(items)),
        Value::Call(name, arguments) => Value::Call(name, all(arguments)),
        Value::Spread(inner) => Value::Spread(Box::new(replace(*inner, blocks, text, steps))),
        Value::Environment(name, Some(inner)) => Value::Environment(name, Some(Box::new(replace(*inner, blocks, text, steps)))),
        Value::Map(entries) => Value::Map(entries.into_iter().map(|(key, value)| (key, replace(value, blocks, text, steps))).collect()),
        other => other,
    }
}

/// The value of `const name = ...` in a block, with what is pushed to it when it is a list.
fn declared(block: Node<'_>, name: &str, text: &str) -> Option<Value> {
    let (root, rest) = name.split_once('.').map_or((name, None), |(root, rest)| (root, Some(rest)));
    let plain = |one| declaration_of(one).unwrap_or(one);
    let statements: Vec<Node<'_>> = children(block).into_iter().map(plain).collect();
    let declarators: Vec<Node<'_>> =
        statements.iter().filter(|one| one.kind() == "lexical_declaration").flat_map(|one| children(*one)).collect();
    if let Some(variable) = declarators.iter().flat_map(|one| environment(*one, text)).find(|(local, _)| local == root) {
        return rest.is_none().then_some(variable.1);
    }
    let declarator = declarators
        .into_iter()
        .find(|one| one.child_by_field_name("name").is_some_and(|local| local.kind() == "identifier" && text_of(local, text) == root))?;
    let is_const = declarator.parent().and_then(|parent| parent.child_by_field_name("kind")).is_some_and(|kind| kind.kind() == "const");
    let mut value = values::read(declarator.child_by_field_name("value").filter(|_| is_const)?, text);
    if let Value::List(items) = &mut value {
        statements.iter().for_each(|statement| pushed(*statement, root, text, items));
    }
    match rest {
        None => (!matches!(value, Value::Opaque(_))).then_some(value),
        Some(path) => path.split('.').try_fold(value, |value, key| value.get(key).cloned()),
    }
}

/// What an export declares.
fn declaration_of(statement: Node<'_>) -> Option<Node<'_>> {
    statement.child_by_field_name("declaration").filter(|_| statement.kind() == "export_statement")
}

/// The variables of `const { PORT, HOST: host = 'x' } = process.env`.
pub(super) fn environment(declarator: Node<'_>, text: &str) -> Vec<(String, Value)> {
    let pattern = declarator.child_by_field_name("name").filter(|name| name.kind() == "object_pattern");
    let from = declarator.child_by_field_name("value").and_then(|value| values::dotted(value, text));
    let Some(pattern) = pattern.filter(|_| from.as_deref() == Some("process.env")) else { return Vec::new() };
    children(pattern).into_iter().filter_map(|part| variable(part, text)).collect()
}

fn variable(part: Node<'_>, text: &str) -> Option<(String, Value)> {
    let (name, target) = match part.kind() {
        "pair_pattern" => (part.child_by_field_name("key")?, part.child_by_field_name("value")?),
        "shorthand_property_identifier_pattern" | "object_assignment_pattern" => (part, part),
        _ => return None,
    };
    let (local, fallback) = match target.kind() {
        "assignment_pattern" | "object_assignment_pattern" => (target.child_by_field_name("left")?, target.child_by_field_name("right")),
        _ => (target, None),
    };
    let name = if name == part { local } else { name };
    let fallback = fallback.map(|value| Box::new(values::read(value, text)));
    Some((text_of(local, text).to_owned(), Value::Environment(text_of(name, text).to_owned(), fallback)))
}

/// The declarator of a name in a block or file.
pub(super) fn declarator<'t>(block: Node<'t>, name: &str, text: &str) -> Option<Node<'t>> {
    let declarations = children(block).into_iter().map(|statement| match statement.kind() {
        "export_statement" => statement.child_by_field_name("declaration").unwrap_or(statement),
        _ => statement,
    });
    declarations
        .filter(|one| matches!(one.kind(), "lexical_declaration" | "variable_declaration"))
        .flat_map(children)
        .find(|one| one.child_by_field_name("name").is_some_and(|local| text_of(local, text) == name))
}

/// Adds what `list.push(...)` adds; what only a condition adds is one of it and nothing.
fn pushed(statement: Node<'_>, list: &str, text: &str, into: &mut Vec<Value>) {
    match statement.kind() {
        "expression_statement" => into.extend(push_arguments(statement, list, text)),
        "if_statement" => {
            let Some(body) = statement.child_by_field_name("consequence") else { return };
            let inner = if body.kind() == "statement_block" { children(body) } else { vec![body] };
            for one in inner.into_iter().flat_map(|inner| push_arguments(inner, list, text)) {
                into.push(Value::Either(vec![one, Value::Opaque("nothing".to_owned())]));
            }
        }
        _ => {}
    }
}

fn push_arguments(statement: Node<'_>, list: &str, text: &str) -> Vec<Value> {
    let call = children(statement).first().copied().filter(|inner| inner.kind() == "call_expression");
    let Some(call) = call.filter(|_| statement.kind() == "expression_statement") else { return Vec::new() };
    let name = call.child_by_field_name("function").map(|function| callee(function, text)).unwrap_or_default();
    if name.strip_suffix(".push") == Some(list) { values::arguments(call, text) } else { Vec::new() }
}
