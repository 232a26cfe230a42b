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

/// Whether a guard lets everybody through where what it looks for is not set, before it asks for anything else:
/// `const roles = this.reflector.get(ROLES, handler); if (!roles) return true;`
pub(super) fn asks_only_marked(class: Node<'_>, text: &str) -> bool {
    let methods = super::classes::methods(class).into_iter();
    methods.filter(|one| super::classes::member_name(*one, text) == "canActivate").any(|method| {
        let nodes: Vec<Node<'_>> = super::exports::below(method).collect();
        let looked_for: Vec<&str> = nodes.iter().filter_map(|node| holder(*node, text)).collect();
        nodes.iter().any(|node| {
            let before = text.get(method.start_byte()..node.start_byte()).unwrap_or_default();
            lets_unmarked_through(*node, &looked_for, text) && !REFUSALS.iter().any(|word| before.contains(word))
        })
    })
}

/// What stands before a decision in a guard that asks who calls in any case.
const REFUSALS: &[&str] = &["throw ", "return false", "super.", "verify", "authenticate", ".canActivate("];

/// `roles` of `const roles = this.reflector.get(ROLES, handler)`.
fn holder<'t>(node: Node<'_>, text: &'t str) -> Option<&'t str> {
    let value = node.child_by_field_name("value").filter(|_| node.kind() == "variable_declarator").map(unwrapped)?;
    asked(value, text)?;
    node.child_by_field_name("name").map(|name| text_of(name, text))
}

/// `if (!roles) return true`, `return !roles || ...`
fn lets_unmarked_through(node: Node<'_>, looked_for: &[&str], text: &str) -> bool {
    let asked = match node.kind() {
        "if_statement" => {
            let goes_on = node.child_by_field_name("consequence").is_some_and(|way| text_of(way, text).contains("return true"));
            node.child_by_field_name("condition").filter(|_| goes_on)
        }
        "return_statement" => children(node).first().copied().filter(|value| text_of(*value, text).contains("||")),
        _ => None,
    };
    let is_unset = |operand: Node<'_>| {
        let written = text_of(operand, text);
        looked_for.iter().any(|name| {
            let rest = written.strip_prefix('!').and_then(|rest| rest.strip_prefix(name));
            let compared = written.strip_prefix(name).unwrap_or_default();
            matches!(rest, Some("" | ".length" | "?.length"))
                || matches!(compared, ".length === 0" | "?.length === 0" | " === undefined" | " == null" | " === null")
        })
    };
    asked.is_some_and(|asked| values::alternatives(asked, text).into_iter().any(is_unset))
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
