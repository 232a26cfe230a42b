//! A chain of calls: `varchar('x', { length: 80 }).notNull().unique()`, its first call and then each method with its arguments.

use tree_sitter::Node;

use crate::extract::typescript::values::{callee, children, text_of, unwrapped};

/// Chains are no longer than this.
const LENGTH: usize = 32;

/// The calls of a chain in written order.
pub(super) struct Chain<'t> {
    base: String,
    calls: Vec<(String, Vec<Node<'t>>)>,
}

impl<'t> Chain<'t> {
    /// Reads a chain; `None` for what is no call.
    pub(super) fn of(node: Node<'t>, text: &str) -> Option<Self> {
        let mut at = unwrapped(node);
        let mut calls = Vec::new();
        for _ in 0..LENGTH {
            let function = at.child_by_field_name("function").filter(|_| at.kind() == "call_expression")?;
            let arguments = at.child_by_field_name("arguments").map(children).unwrap_or_default();
            let object = function.child_by_field_name("object").map(unwrapped);
            match object.filter(|object| object.kind() == "call_expression") {
                Some(object) => {
                    let property = function.child_by_field_name("property")?;
                    calls.push((text_of(property, text).to_owned(), arguments));
                    at = object;
                }
                None => {
                    let base = callee(function, text);
                    calls.push((base.clone(), arguments));
                    calls.reverse();
                    return (!base.is_empty()).then_some(Self { base, calls });
                }
            }
        }
        None
    }

    /// The function of the first call, as written.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// The arguments of the first call.
    pub(super) fn arguments(&self) -> &[Node<'t>] {
        self.calls.first().map(|(_, arguments)| arguments.as_slice()).unwrap_or_default()
    }

    /// The methods behind the first call with their arguments.
    pub(super) fn methods(&self) -> impl Iterator<Item = (&str, &[Node<'t>])> {
        self.calls.iter().skip(1).map(|(name, arguments)| (name.as_str(), arguments.as_slice()))
    }

    /// The arguments of a method.
    pub(super) fn method(&self, name: &str) -> Option<&[Node<'t>]> {
        self.methods().find(|(own, _)| *own == name).map(|(_, arguments)| arguments)
    }
}
