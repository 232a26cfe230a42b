//! Attributes of types, methods and parameters, as decorators: arguments without a name first, named ones in a map behind them.

use tree_sitter::Node;

use super::nodes::{child_of, children, field, simple_name, type_arguments};
use super::values;
use crate::finding::{Decorator, Parameter, Value};

/// The attributes of a declaration.
pub(super) fn of(node: Node<'_>, text: &str) -> Vec<Decorator> {
    let lists = children(node).into_iter().filter(|child| child.kind() == "attribute_list");
    lists.flat_map(children).filter(|one| one.kind() == "attribute").map(|one| read(one, text)).collect()
}

/// One attribute.
pub(super) fn read(node: Node<'_>, text: &str) -> Decorator {
    let written = node.child_by_field_name("name");
    let name = written.map(|name| simple_name(name, text)).unwrap_or_default();
    let name = name.strip_suffix("Attribute").filter(|short| !short.is_empty()).unwrap_or(name);
    // A type argument says what `typeof(T)` would say as the first argument.
    let mut arguments: Vec<Value> =
        written.map(|name| type_arguments(name, text)).unwrap_or_default().into_iter().map(Value::Name).collect();
    let mut named = Vec::new();
    for one in child_of(node, "attribute_argument_list").map(children).unwrap_or_default() {
        let Some(expression) = children(one).last().copied() else { continue };
        let value = values::read(expression, text);
        // `template: "x"` names a parameter of the constructor, which stands at its place; `Name = "x"` sets a property.
        match field(one, "name", text) {
            Some("template" | "policy" | "version") => arguments.push(value),
            Some(key) => named.push((key.to_owned(), value)),
            None => arguments.push(value),
        }
    }
    if !named.is_empty() {
        arguments.push(Value::Map(named));
    }
    Decorator { name: name.to_owned(), arguments }
}

/// The parameters in a list, with their attributes.
pub(super) fn parameters(list: Option<Node<'_>>, text: &str) -> Vec<Parameter> {
    let Some(list) = list else { return Vec::new() };
    if list.kind() == "implicit_parameter" {
        return vec![Parameter { name: super::nodes::text_of(list, text).to_owned(), ..Parameter::default() }];
    }
    let all = children(list).into_iter().filter(|one| matches!(one.kind(), "parameter" | "implicit_parameter"));
    let read = |one: Node<'_>| Parameter {
        name: field(one, "name", text).unwrap_or_else(|| super::nodes::text_of(one, text)).to_owned(),
        data_type: field(one, "type", text).map(super::nodes::compact).unwrap_or_default(),
        decorators: of(one, text),
    };
    all.map(read).collect()
}
