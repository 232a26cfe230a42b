//! Which metadata the methods of a class look for: what decorators of NestJS leave behind for guards and interceptors to read.
//! Says which keys are asked for; what follows from them is not read.

use tree_sitter::Node;

use super::values::{self, children, text_of, unwrapped};
use crate::finding::Value;

/// Nodes nest no deeper than this.
const DEPTH: usize = 80;

/// The keys that a class asks for, in written order. Where the reader is handed on, what is asked for is not known.
pub(super) fn keys(class: Node<'_>, text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let source = text_of(class, text);
    if let Some(body) = class.child_by_field_name("body").filter(|_| source.contains("eflector") || source.contains("getMetadata")) {
        look(body, text, DEPTH, &mut found);
    }
    found
}

/// The members that a guard asks to decide: `jwt` of `this.jwt.canActivate(context)`.
pub(super) fn delegates(class: Node<'_>, text: &str) -> Vec<String> {
    const BEFORE: &str = "this.";
    let source = text_of(class, text);
    let calls = source.match_indices(".canActivate(").filter_map(|(at, _)| {
        let name = source[..at].rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).next()?;
        name.strip_prefix(BEFORE).filter(|name| !name.contains('.')).map(str::to_owned)
    });
    calls.collect()
}

fn look(node: Node<'_>, text: &str, depth: usize, into: &mut Vec<Value>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if node.kind() == "call_expression" {
        match asked(node, text) {
            Some(key) => into.push(key),
            None if arguments(node).into_iter().any(|one| is_reader(one, text)) => into.push(Value::Opaque(String::new())),
            None => {}
        }
    }
    children(node).into_iter().for_each(|one| look(one, text, depth, into));
}

/// `this.reflector.getAllAndOverride(KEY, targets)`, `Reflect.getMetadata(KEY, target)`
fn asked(call: Node<'_>, text: &str) -> Option<Value> {
    let function = unwrapped(call.child_by_field_name("function")?);
    let object = unwrapped(function.child_by_field_name("object")?);
    let method = text_of(function.child_by_field_name("property")?, text);
    let reads = match method {
        "get" | "getAll" | "getAllAndOverride" | "getAllAndMerge" => is_reader(object, text),
        "getMetadata" | "getOwnMetadata" | "hasMetadata" => text_of(object, text) == "Reflect",
        _ => false,
    };
    let first = arguments(call).into_iter().next().filter(|_| reads)?;
    Some(values::read(first, text))
}

fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    call.child_by_field_name("arguments").map(children).unwrap_or_default()
}

/// `reflector`, `this._reflector`
fn is_reader(node: Node<'_>, text: &str) -> bool {
    matches!(node.kind(), "identifier" | "member_expression") && text_of(node, text).to_ascii_lowercase().ends_with("reflector")
}
