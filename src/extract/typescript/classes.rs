//! Classes as the grammar gives them: their name, bases, members and methods.
//! A class expression takes the name of the constant or function that holds it. Knows no framework.

use tree_sitter::Node;

use super::types;
use super::values::{self, callee, children, text_of, unwrapped};
use crate::finding::Value;

/// How far out the name of an anonymous class is looked for.
const REACH: usize = 6;

/// The name of a class; `default` for an anonymous default export.
pub(super) fn name(class: Node<'_>, text: &str) -> String {
    if let Some(name) = class.child_by_field_name("name") {
        return text_of(name, text).to_owned();
    }
    let mut at = class;
    for _ in 0..REACH {
        let Some(parent) = at.parent() else { break };
        match parent.kind() {
            "variable_declarator" | "function_declaration" => {
                return parent.child_by_field_name("name").map(|name| text_of(name, text).to_owned()).unwrap_or_default();
            }
            "export_statement" => break,
            _ => at = parent,
        }
    }
    "default".to_owned()
}

/// The function that gives this class back, by its name, when the class has a name of its own and stands in one.
pub(super) fn holder<'t>(class: Node<'t>, text: &str) -> Option<(String, Node<'t>)> {
    class.child_by_field_name("name")?;
    let named = |at: Node<'_>| at.child_by_field_name("name").map(|name| text_of(name, text).to_owned());
    let mut at = class.parent()?;
    for _ in 0..REACH {
        match at.kind() {
            "function_declaration" => return Some((named(at)?, at)),
            "variable_declarator" => {
                let value = at.child_by_field_name("value")?;
                return Some((named(at).filter(|_| matches!(value.kind(), "arrow_function" | "function_expression"))?, value));
            }
            _ => at = at.parent()?,
        }
    }
    None
}

/// The members of a class body that may answer: methods, also abstract ones, and fields that hold a function.
pub(super) fn methods(class: Node<'_>) -> Vec<Node<'_>> {
    let Some(body) = class.child_by_field_name("body") else { return Vec::new() };
    let holds_function = |field: &Node<'_>| {
        field.child_by_field_name("value").is_some_and(|value| matches!(value.kind(), "arrow_function" | "function_expression"))
    };
    let answers = |member: &Node<'_>| match member.kind() {
        "method_definition" | "abstract_method_signature" | "method_signature" => true,
        "public_field_definition" => holds_function(member),
        _ => false,
    };
    children(body).into_iter().filter(answers).collect()
}

/// The function of a method or of a field that holds one.
pub(super) fn function_of(member: Node<'_>) -> Node<'_> {
    member.child_by_field_name("value").unwrap_or(member)
}

/// The name of a method or field.
pub(super) fn member_name(member: Node<'_>, text: &str) -> String {
    member.child_by_field_name("name").map(|name| text_of(name, text).trim_matches(['\'', '"']).to_owned()).unwrap_or_default()
}

/// The parameters of a function.
pub(super) fn parameters(function: Node<'_>) -> Vec<Node<'_>> {
    let list = function.child_by_field_name("parameters");
    list.map(children)
        .unwrap_or_default()
        .into_iter()
        .filter(|one| matches!(one.kind(), "required_parameter" | "optional_parameter"))
        .collect()
}

/// The name of a parameter; `None` for a pattern.
pub(super) fn parameter_name<'t>(parameter: Node<'_>, text: &'t str) -> Option<&'t str> {
    let pattern = parameter.child_by_field_name("pattern").filter(|pattern| pattern.kind() == "identifier")?;
    Some(text_of(pattern, text))
}

/// The type of a parameter or field.
pub(super) fn type_of(node: Node<'_>, text: &str) -> Option<String> {
    types::of_annotation(node.child_by_field_name("type")?, text)
}

/// The types of the fields, and of the parameters of the constructor.
pub(super) fn members(class: Node<'_>, text: &str) -> Vec<(String, String)> {
    let Some(body) = class.child_by_field_name("body") else { return Vec::new() };
    let mut members = Vec::new();
    for member in children(body).into_iter().filter(|member| !is_static(*member)) {
        match member.kind() {
            "public_field_definition" | "property_signature" => {
                let made = || member.child_by_field_name("value").filter(|value| value.kind() == "new_expression");
                let kind = type_of(member, text)
                    .or_else(|| Some(callee(made()?.child_by_field_name("constructor")?, text)).filter(|name| !name.is_empty()));
                members.extend(kind.map(|kind| (member_name(member, text), kind)));
            }
            "method_definition" if member_name(member, text) == "constructor" => {
                for parameter in parameters(member) {
                    let named = parameter_name(parameter, text).zip(type_of(parameter, text));
                    members.extend(named.map(|(name, kind)| (name.to_owned(), kind)));
                }
            }
            _ => {}
        }
    }
    members
}

/// Whether a member belongs to the class and not to its objects.
pub(super) fn is_static(member: Node<'_>) -> bool {
    let mut cursor = member.walk();
    member.children(&mut cursor).any(|child| child.kind() == "static")
}

/// Functions of mapped-type libraries that give a class made of those in their arguments.
const MAPPED: &[&str] = &["PartialType", "PickType", "OmitType", "IntersectionType"];

/// The arguments of what a class extends, where that is a call: `extends Crud(User, 'users')`.
pub(super) fn base_arguments(class: Node<'_>, text: &str) -> Vec<(String, Vec<Value>)> {
    let heritage = children(class).into_iter().filter(|child| child.kind() == "class_heritage");
    let clauses = heritage.flat_map(children).flat_map(|one| if one.kind() == "extends_clause" { children(one) } else { vec![one] });
    let calls = clauses.filter(|one| one.kind() == "call_expression");
    let called = calls.filter_map(|call| Some((callee(call.child_by_field_name("function")?, text), values::arguments(call, text))));
    called.filter(|(name, arguments)| !name.is_empty() && !arguments.is_empty()).collect()
}

/// What a class extends and implements. Of a call the called name counts (`extends Base(User)`), of a mapped type the classes in it.
pub(super) fn bases(class: Node<'_>, text: &str) -> Vec<String> {
    let mut bases = Vec::new();
    for heritage in children(class).into_iter().filter(|child| matches!(child.kind(), "class_heritage" | "extends_type_clause")) {
        let clauses = if heritage.kind() == "class_heritage" { children(heritage) } else { vec![heritage] };
        for clause in clauses {
            // In JavaScript the heritage holds the expression itself.
            let items = if matches!(clause.kind(), "extends_clause" | "implements_clause" | "extends_type_clause") {
                children(clause)
            } else {
                vec![clause]
            };
            items.into_iter().for_each(|item| base(item, text, &mut bases));
        }
    }
    bases
}

fn base(item: Node<'_>, text: &str, into: &mut Vec<String>) {
    match item.kind() {
        "type_arguments" => {}
        "generic_type" => into.extend(item.child_by_field_name("name").map(|name| text_of(name, text).to_owned())),
        "call_expression" => called_base(item, text, into),
        _ => {
            let name = callee(unwrapped(item), text);
            into.extend((!name.is_empty()).then_some(name));
        }
    }
}

/// `extends Base(User)` is a Base, `extends PartialType(OmitType(User, ['id']))` a User.
fn called_base(call: Node<'_>, text: &str, into: &mut Vec<String>) {
    let mut open = vec![call];
    while let Some(call) = open.pop() {
        let name = call.child_by_field_name("function").map(|function| callee(function, text)).unwrap_or_default();
        if !MAPPED.contains(&name.as_str()) {
            into.extend((!name.is_empty()).then_some(name));
            continue;
        }
        for argument in call.child_by_field_name("arguments").map(children).unwrap_or_default() {
            match argument.kind() {
                "identifier" => into.push(text_of(argument, text).to_owned()),
                "call_expression" => open.push(argument),
                _ => {}
            }
        }
    }
}

/// The class that a node stands in.
pub(super) fn around(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node.parent();
    while let Some(parent) = at {
        if matches!(parent.kind(), "class_declaration" | "abstract_class_declaration" | "class") {
            return Some(parent);
        }
        at = parent.parent();
    }
    None
}

/// The class and the method or function that a node stands in; empty texts where there is none.
pub(super) fn place(node: Node<'_>, text: &str) -> (String, String) {
    let mut function = String::new();
    let mut at = node.parent();
    while let Some(parent) = at {
        match parent.kind() {
            "method_definition" | "public_field_definition" => function = member_name(parent, text),
            "function_declaration" | "generator_function_declaration" => {
                function = parent.child_by_field_name("name").map(|name| text_of(name, text).to_owned()).unwrap_or_default();
            }
            "variable_declarator" if is_function_value(parent) => {
                function = parent.child_by_field_name("name").map(|name| text_of(name, text).to_owned()).unwrap_or_default();
            }
            "class_declaration" | "abstract_class_declaration" | "class" => return (name(parent, text), function),
            _ => {}
        }
        at = parent.parent();
    }
    (String::new(), function)
}

fn is_function_value(declarator: Node<'_>) -> bool {
    let value = declarator.child_by_field_name("value");
    value.is_some_and(|value| matches!(unwrapped(value).kind(), "arrow_function" | "function_expression"))
}
