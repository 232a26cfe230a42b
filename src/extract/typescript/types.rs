//! Types as a reader would name them: `Promise<User[]>` is `User[]`.
//! Resolves nothing; a type is text, cut down to what an answer or message is made of.

use tree_sitter::Node;

use super::values::{children, text_of};

/// Longer types are not names that a reader looks for.
const LENGTH: usize = 120;
/// What only wraps an answer.
const WRAPPERS: &[&str] = &["Promise", "Observable", "Readonly", "Partial", "PromiseLike", "AsyncIterator", "AsyncIterable"];
/// Types that say nothing.
const EMPTY: &[&str] = &["any", "unknown", "void", "never", "undefined", "null", "object"];

/// The type behind `: T`, without `Promise` or `Observable` around it; `None` when it says nothing.
pub(super) fn of_annotation(annotation: Node<'_>, text: &str) -> Option<String> {
    name(*children(annotation).first()?, text)
}

/// The type that a function answers with.
pub(super) fn returned(function: Node<'_>, text: &str) -> Option<String> {
    of_annotation(function.child_by_field_name("return_type")?, text)
}

/// A type node as text.
pub(super) fn name(node: Node<'_>, text: &str) -> Option<String> {
    let mut node = node;
    for _ in 0..8 {
        let inner = match node.kind() {
            "parenthesized_type" | "readonly_type" => children(node).first().copied(),
            "generic_type" => wrapped(node, text),
            _ => None,
        };
        let Some(inner) = inner else { break };
        node = inner;
    }
    if node.kind() == "union_type" {
        return union(node, text);
    }
    let plain = squeezed(text_of(node, text));
    (!EMPTY.contains(&plain.as_str()) && plain.len() <= LENGTH && !plain.is_empty()).then_some(plain)
}

fn wrapped<'t>(node: Node<'t>, text: &str) -> Option<Node<'t>> {
    let wrapper = node.child_by_field_name("name")?;
    let argument = children(node.child_by_field_name("type_arguments")?).first().copied()?;
    WRAPPERS.contains(&text_of(wrapper, text)).then_some(argument)
}

/// A union without the members that say nothing: `User | undefined` is `User`.
fn union(node: Node<'_>, text: &str) -> Option<String> {
    let plain = squeezed(text_of(node, text));
    let members: Vec<&str> = plain.split('|').map(str::trim).filter(|one| !one.is_empty() && !EMPTY.contains(one)).collect();
    let joined = members.join(" | ");
    (!joined.is_empty() && joined.len() <= LENGTH).then_some(joined)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
