//! A chain of calls taken apart: `knex.schema.createTable(...).dropTable(...)` is what it starts from and its links in order.

use tree_sitter::Node;

use crate::extract::typescript::values::{children, text_of, unwrapped};

/// Chains have no more links than this.
const LINKS: usize = 400;

/// One call of a chain.
pub(in crate::extract::typescript) struct Link<'a, 't> {
    pub(in crate::extract::typescript) name: &'a str,
    pub(in crate::extract::typescript) call: Node<'t>,
    pub(in crate::extract::typescript) arguments: Vec<Node<'t>>,
}

/// What a chain starts from, and its calls in the order in which they run.
pub(in crate::extract::typescript) fn of<'a, 't>(call: Node<'t>, text: &'a str) -> (Node<'t>, Vec<Link<'a, 't>>) {
    let mut links = Vec::new();
    let mut at = unwrapped(call);
    while at.kind() == "call_expression" && links.len() < LINKS {
        let Some(function) = at.child_by_field_name("function").map(unwrapped) else { break };
        let (Some(object), Some(property)) = (function.child_by_field_name("object"), function.child_by_field_name("property")) else {
            break;
        };
        let arguments = at.child_by_field_name("arguments").map(children).unwrap_or_default();
        links.push(Link { name: text_of(property, text), call: at, arguments });
        at = unwrapped(object);
    }
    links.reverse();
    (at, links)
}
