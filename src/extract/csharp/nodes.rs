//! The syntax tree of C# as the readers need it: texts, names, members with the branches of `#if` seen through.
//! Gives no meaning to what it reads.

use tree_sitter::Node;

pub(super) use crate::syntax::node::{children, text_of};

/// How far names and members are followed into each other.
const DEPTH: usize = 32;

/// The text of the child under a field.
pub(super) fn field<'t>(node: Node<'_>, name: &str, text: &'t str) -> Option<&'t str> {
    node.child_by_field_name(name).map(|child| text_of(child, text))
}

/// The first child of a kind.
pub(super) fn child_of<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| child.kind() == kind)
}

/// The members or statements of a body; those of `#if` branches that can be built stand among them.
pub(super) fn members(body: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut open: Vec<Node<'_>> = children(body).into_iter().rev().collect();
    while let Some(node) = open.pop() {
        match node.kind() {
            "preproc_if" | "preproc_elif" | "preproc_else" => {
                let alternative = node.child_by_field_name("alternative");
                let dead = is_dead_branch(node);
                let condition = node.child_by_field_name("condition");
                let inner = children(node).into_iter().rev().filter(|child| Some(*child) != condition);
                open.extend(inner.filter(|child| !dead || Some(*child) == alternative));
            }
            _ => found.push(node),
        }
    }
    found
}

fn is_dead_branch(node: Node<'_>) -> bool {
    // The grammar has one kind for both literals; `false` is the longer word.
    node.kind() != "preproc_else"
        && node
            .child_by_field_name("condition")
            .is_some_and(|condition| condition.kind() == "boolean_literal" && condition.byte_range().len() == "false".len())
}

/// Whether a node stands in code under `#if false`.
pub(super) fn is_dead(node: Node<'_>) -> bool {
    let mut at = node;
    while let Some(parent) = at.parent() {
        if matches!(parent.kind(), "preproc_if" | "preproc_elif")
            && is_dead_branch(parent)
            && parent.child_by_field_name("alternative") != Some(at)
        {
            return true;
        }
        at = parent;
    }
    false
}

/// An expression without what only groups or types it: `(x)`, `x!`, `(T)x`, `await x`, `x as T`.
pub(super) fn unwrapped(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    for _ in 0..DEPTH {
        let inner = match at.kind() {
            "parenthesized_expression" | "await_expression" | "postfix_unary_expression" | "checked_expression" => {
                children(at).first().copied()
            }
            "cast_expression" => at.child_by_field_name("value").or_else(|| children(at).last().copied()),
            "as_expression" => at.child_by_field_name("left").or_else(|| children(at).first().copied()),
            "argument" => children(at).last().copied(),
            _ => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => return at,
        }
    }
    at
}

/// The dotted name of an expression without type arguments: `Routes.Users`, `this.bus` as `bus`; `None` for what is not only a name.
pub(super) fn dotted(node: Node<'_>, text: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let mut at = unwrapped(node);
    for _ in 0..DEPTH {
        match at.kind() {
            "this" | "base" if !parts.is_empty() => break,
            "identifier" | "predefined_type" | "this" | "base" => {
                parts.push(text_of(at, text));
                break;
            }
            "generic_name" => {
                parts.push(simple_name(at, text));
                break;
            }
            "member_access_expression" => {
                parts.push(simple_name(at.child_by_field_name("name")?, text));
                at = unwrapped(at.child_by_field_name("expression")?);
            }
            "qualified_name" | "alias_qualified_name" => {
                parts.push(simple_name(at.child_by_field_name("name")?, text));
                at = at.child_by_field_name("qualifier").or_else(|| at.child_by_field_name("alias"))?;
            }
            _ => return None,
        }
    }
    parts.reverse();
    Some(parts.join("."))
}

/// The name of a type or call without its type arguments and without what stands before the last dot.
pub(super) fn simple_name<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    match node.kind() {
        "generic_name" => children(node).first().map_or("", |name| text_of(*name, text)),
        "qualified_name" | "alias_qualified_name" => node.child_by_field_name("name").map_or("", |name| simple_name(name, text)),
        "primary_constructor_base_type" => node.child_by_field_name("type").map_or("", |name| simple_name(name, text)),
        "nullable_type" => node.child_by_field_name("type").map_or("", |name| simple_name(name, text)),
        _ => text_of(node, text),
    }
}

/// The types between the angle brackets of a name.
pub(super) fn type_arguments(node: Node<'_>, text: &str) -> Vec<String> {
    let Some(list) = child_of(node, "type_argument_list") else { return Vec::new() };
    children(list).into_iter().map(|one| compact(text_of(one, text))).collect()
}

/// A type as written, on one line.
pub(super) fn compact(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The modifiers of a declaration.
pub(super) fn modifiers(node: Node<'_>, text: &str) -> Vec<String> {
    let mut cursor = node.walk();
    node.children(&mut cursor).filter(|child| child.kind() == "modifier").map(|child| text_of(child, text).to_owned()).collect()
}

/// The nearest type around a node.
pub(super) fn enclosing_type(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    while let Some(parent) = at.parent() {
        if is_type(parent) {
            return Some(parent);
        }
        at = parent;
    }
    None
}

/// Whether a node declares a type with members.
pub(super) fn is_type(node: Node<'_>) -> bool {
    matches!(node.kind(), "class_declaration" | "record_declaration" | "struct_declaration" | "interface_declaration" | "enum_declaration")
}
