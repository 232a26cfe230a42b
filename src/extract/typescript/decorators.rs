//! The decorators of a class, method, field or parameter, wherever the grammar puts them.
//! A class decorator is a child of `export_statement` when the class is exported and of the class when not;
//! the decorators of a method are the siblings before it. Knows no framework.

use tree_sitter::Node;

use super::values;
use crate::finding::{Decorator, Value};

/// A decorator and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Found<'t> {
    /// The whole decorator.
    pub(super) node: Node<'t>,
    /// Its name and arguments.
    pub(super) decorator: Decorator,
}

impl Found<'_> {
    /// The first argument.
    pub(super) fn first(&self) -> Option<&Value> {
        self.decorator.arguments.first()
    }

    /// The name without a namespace in front: `Get` of `common.Get`.
    pub(super) fn short_name(&self) -> &str {
        self.decorator.name.rsplit('.').next().unwrap_or(&self.decorator.name)
    }
}

/// The plain decorators of a list.
pub(super) fn plain(found: &[Found<'_>]) -> Vec<Decorator> {
    found.iter().map(|one| one.decorator.clone()).collect()
}

/// The decorators of a class, in written order.
pub(super) fn of_class<'t>(class: Node<'t>, text: &str) -> Vec<Found<'t>> {
    let mut nodes = Vec::new();
    if let Some(parent) = class.parent().filter(|parent| parent.kind() == "export_statement") {
        nodes.extend(own(parent));
    }
    nodes.extend(own(class));
    nodes.into_iter().filter_map(|node| read(node, text)).collect()
}

/// The decorators of a method or field, in written order.
pub(super) fn of_member<'t>(member: Node<'t>, text: &str) -> Vec<Found<'t>> {
    let mut nodes = Vec::new();
    let mut at = member.prev_named_sibling();
    while let Some(sibling) = at.filter(|sibling| matches!(sibling.kind(), "decorator" | "comment")) {
        if sibling.kind() == "decorator" {
            nodes.push(sibling);
        }
        at = sibling.prev_named_sibling();
    }
    nodes.reverse();
    nodes.extend(own(member));
    nodes.into_iter().filter_map(|node| read(node, text)).collect()
}

/// The decorators of a parameter, in written order.
pub(super) fn of_parameter<'t>(parameter: Node<'t>, text: &str) -> Vec<Found<'t>> {
    own(parameter).into_iter().filter_map(|node| read(node, text)).collect()
}

fn own(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() == "decorator").collect()
}

fn read<'t>(node: Node<'t>, text: &str) -> Option<Found<'t>> {
    let inner = values::unwrapped(*values::children(node).first()?);
    let decorator = match inner.kind() {
        "call_expression" => {
            Decorator { name: values::callee(inner.child_by_field_name("function")?, text), arguments: values::arguments(inner, text) }
        }
        _ => Decorator { name: values::dotted(inner, text)?, arguments: Vec::new() },
    };
    (!decorator.name.is_empty()).then_some(Found { node, decorator })
}
