//! The names that calls go by. A query matches every call of a file and the extractors tell them apart by these, because the compiler
//! of queries takes milliseconds for each pattern that looks into a node: more than a scan of a small repository.

use tree_sitter::Node;

use super::values::{text_of, unwrapped};

/// The method of a call: `get` of `cache.get()`. The grammar reads `await a.b<T>()` as a call of what was awaited.
pub(super) fn method<'t>(call: Node<'_>, text: &'t str) -> Option<&'t str> {
    let function = unwrapped(call.child_by_field_name("function")?);
    (function.kind() == "member_expression").then_some(function)?.child_by_field_name("property").map(|name| text_of(name, text))
}

/// The function of a call by its own name: `fetch` of `fetch()`.
pub(super) fn function<'t>(call: Node<'_>, text: &'t str) -> Option<&'t str> {
    let function = unwrapped(call.child_by_field_name("function")?);
    (function.kind() == "identifier").then(|| text_of(function, text))
}

/// The class of which one is made, without what it stands in: `Schema` of `new mongoose.Schema()`.
pub(super) fn constructor<'t>(made: Node<'_>, text: &'t str) -> Option<&'t str> {
    let class = made.child_by_field_name("constructor")?;
    match class.kind() {
        "identifier" => Some(text_of(class, text)),
        "member_expression" => class.child_by_field_name("property").map(|name| text_of(name, text)),
        _ => None,
    }
}
