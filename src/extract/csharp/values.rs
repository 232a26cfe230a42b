//! Reads an expression as a `Value`: literals, names, calls and their compositions, within a limit of depth.
//! Never evaluates code, and never puts the text of an expression that it does not understand into a value.

use tree_sitter::Node;

use super::nodes::{child_of, children, compact, dotted, enclosing_type, field, members, simple_name, text_of, unwrapped};
use super::setting_keys::{self, Asked};
use super::strings;
use crate::finding::Value;

/// Values nest no deeper than this; what lies deeper is opaque.
const DEPTH: usize = 24;
/// Members beyond which a type is not searched for a constant of its own.
const MEMBERS: usize = 512;

/// The value of an expression. A constant of the type around it is named with that type.
pub(super) fn read(node: Node<'_>, text: &str) -> Value {
    value(node, text, DEPTH)
}

fn value(node: Node<'_>, text: &str, depth: usize) -> Value {
    let node = unwrapped(node);
    if depth == 0 {
        return opaque(node);
    }
    match node.kind() {
        "string_literal" | "verbatim_string_literal" | "raw_string_literal" => Value::Text(strings::literal(node, text)),
        "character_literal" => Value::Text(text_of(node, text).trim_matches('\'').to_owned()),
        "integer_literal" | "real_literal" => Value::Number(number(text_of(node, text))),
        "boolean_literal" => Value::Bool(text_of(node, text) == "true"),
        "this" | "this_expression" => Value::Name("this".to_owned()),
        "null_literal" => Value::Name("null".to_owned()),
        "identifier" => Value::Name(qualified(node, text)),
        "member_access_expression" => match dotted(node, text).or_else(|| name_of_type(node, text)) {
            Some(name) => Value::Name(name),
            None => opaque(node),
        },
        "interpolated_string_expression" => interpolated(node, text, depth),
        "binary_expression" => binary(node, text, depth),
        "conditional_expression" => {
            let branch = |name: &str| node.child_by_field_name(name).map(|branch| value(branch, text, depth - 1));
            Value::Either([branch("consequence"), branch("alternative")].into_iter().flatten().collect())
        }
        "element_access_expression" | "invocation_expression" => setting(node, text)
            .unwrap_or_else(|| if node.kind() == "invocation_expression" { call(node, text, depth) } else { opaque(node) }),
        "object_creation_expression" => created(node, text, depth),
        "implicit_object_creation_expression" => Value::Call("new".to_owned(), arguments(node, text, depth)),
        "anonymous_object_creation_expression" => Value::Map(anonymous(node, text, depth)),
        "array_creation_expression" | "implicit_array_creation_expression" => {
            child_of(node, "initializer_expression").map_or_else(|| Value::List(Vec::new()), |list| items(list, text, depth))
        }
        "initializer_expression" | "collection_expression" => items(node, text, depth),
        "collection_element" | "expression_element" => children(node).first().map_or(opaque(node), |inner| value(*inner, text, depth - 1)),
        "typeof_expression" => node.child_by_field_name("type").map_or(opaque(node), |inner| Value::Name(compact(text_of(inner, text)))),
        "prefix_unary_expression" => Value::Text(text_of(node, text).to_owned()),
        _ => opaque(node),
    }
}

/// A setting is what the variable of its name sets it to.
pub(super) fn setting(node: Node<'_>, text: &str) -> Option<Value> {
    match setting_keys::asked(node, text)? {
        Asked::Setting(Value::Text(key)) => Some(Value::Environment(setting_keys::variable(&key), None)),
        _ => None,
    }
}

/// `x.GetType().Name` as the name `x.Name`: what an object's class is called.
fn name_of_type(node: Node<'_>, text: &str) -> Option<String> {
    let call = node.child_by_field_name("expression").filter(|one| one.kind() == "invocation_expression")?;
    let function = call.child_by_field_name("function").filter(|one| one.kind() == "member_access_expression")?;
    let asks = field(function, "name", text) == Some("GetType") && field(node, "name", text) == Some("Name");
    let object = function.child_by_field_name("expression").filter(|_| asks)?;
    Some(format!("{}.Name", dotted(object, text)?))
}

fn opaque(node: Node<'_>) -> Value {
    Value::Opaque(node.kind().to_owned())
}

fn number(written: &str) -> String {
    written.trim_end_matches(['m', 'M', 'd', 'D', 'f', 'F', 'L', 'l', 'u', 'U']).replace('_', "")
}

/// The name of a constant of a type around the node with that type before it; another name as it is.
fn qualified(node: Node<'_>, text: &str) -> String {
    let name = text_of(node, text);
    let mut at = node;
    while let Some(owner) = enclosing_type(at) {
        if declares(owner, name, text)
            && let Some(class) = field(owner, "name", text)
        {
            return format!("{class}.{name}");
        }
        at = owner;
    }
    name.to_owned()
}

fn declares(owner: Node<'_>, name: &str, text: &str) -> bool {
    let Some(body) = owner.child_by_field_name("body") else { return false };
    let fields = members(body).into_iter().take(MEMBERS).filter(|member| member.kind() == "field_declaration");
    fields.filter_map(|member| child_of(member, "variable_declaration")).any(|declaration| {
        children(declaration).iter().any(|one| one.kind() == "variable_declarator" && field(*one, "name", text) == Some(name))
    })
}

fn items(list: Node<'_>, text: &str, depth: usize) -> Value {
    Value::List(children(list).into_iter().map(|item| value(item, text, depth - 1)).collect())
}

/// `$"{Base}/{id}"`: `{{` is a brace, what stands in braces a value of its own.
fn interpolated(node: Node<'_>, text: &str, depth: usize) -> Value {
    let raw = text_of(node, text).contains("\"\"\"");
    let mut parts = Vec::new();
    for part in children(node) {
        match part.kind() {
            "string_content" | "string_literal_content" | "raw_string_content" if raw => {
                parts.push(Value::Text(text_of(part, text).to_owned()));
            }
            "string_content" | "string_literal_content" => {
                parts.push(Value::Text(text_of(part, text).replace("{{", "{").replace("}}", "}")));
            }
            "escape_sequence" => parts.push(Value::Text(braces(text_of(part, text)))),
            "interpolation" => {
                let inner = children(part).into_iter().find(|one| !one.kind().starts_with("interpolation"));
                parts.push(inner.map_or(opaque(part), |inner| value(inner, text, depth - 1)));
            }
            _ => {}
        }
    }
    Value::Concat(parts)
}

fn braces(written: &str) -> String {
    match written {
        "{{" => "{".to_owned(),
        "}}" => "}".to_owned(),
        other => strings::escape(other),
    }
}

fn binary(node: Node<'_>, text: &str, depth: usize) -> Value {
    let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else { return opaque(node) };
    let sides = || vec![value(left, text, depth - 1), value(right, text, depth - 1)];
    match field(node, "operator", text) {
        Some("+") => Value::Concat(sides()),
        Some("??") => match value(left, text, depth - 1) {
            Value::Environment(name, None) => Value::Environment(name, Some(Box::new(value(right, text, depth - 1)))),
            _ => Value::Either(sides()),
        },
        Some("|") => Value::List(sides()),
        _ => opaque(node),
    }
}

fn call(node: Node<'_>, text: &str, depth: usize) -> Value {
    let Some(function) = node.child_by_field_name("function") else { return opaque(node) };
    let Some(name) = dotted(function, text) else { return opaque(node) };
    if name == "nameof" {
        let named = node.child_by_field_name("arguments").and_then(|list| children(list).first().copied());
        return named.map_or(opaque(node), |named| Value::Text(last(text_of(unwrapped(named), text)).to_owned()));
    }
    let arguments = arguments(node, text, depth);
    if name.ends_with("Environment.GetEnvironmentVariable")
        && let Some(Value::Text(variable)) = arguments.first()
    {
        return Value::Environment(variable.clone(), None);
    }
    Value::Call(name, arguments)
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// `new T(a) { B = c }`: the call of the type; what the initialiser sets is a map behind the arguments.
fn created(node: Node<'_>, text: &str, depth: usize) -> Value {
    let name = node.child_by_field_name("type").map(|one| simple_name(one, text).to_owned()).unwrap_or_default();
    let mut given = arguments(node, text, depth);
    if let Some(list) = node.child_by_field_name("initializer") {
        let entries = assignments(list, text, depth);
        if entries.is_empty() {
            given.push(items(list, text, depth));
        } else {
            given.push(Value::Map(entries));
        }
    }
    Value::Call(name, given)
}

fn arguments(node: Node<'_>, text: &str, depth: usize) -> Vec<Value> {
    let list = node.child_by_field_name("arguments").or_else(|| child_of(node, "argument_list"));
    list.map(children).unwrap_or_default().into_iter().map(|one| value(one, text, depth - 1)).collect()
}

fn assignments(list: Node<'_>, text: &str, depth: usize) -> Vec<(String, Value)> {
    let entry = |one: Node<'_>| {
        let left = one.child_by_field_name("left").filter(|_| one.kind() == "assignment_expression")?;
        Some((text_of(left, text).trim_matches(['[', ']', '"']).to_owned(), value(one.child_by_field_name("right")?, text, depth - 1)))
    };
    children(list).into_iter().filter_map(entry).collect()
}

/// `new { a.B, C = d }`
fn anonymous(node: Node<'_>, text: &str, depth: usize) -> Vec<(String, Value)> {
    let mut entries = Vec::new();
    let mut named: Option<String> = None;
    let mut cursor = node.walk();
    for (at, child) in node.children(&mut cursor).enumerate() {
        if !child.is_named() || child.kind() == "comment" {
            continue;
        }
        let is_name = child.kind() == "identifier" && node.child(at as u32 + 1).is_some_and(|next| next.kind() == "=");
        if is_name {
            named = Some(text_of(child, text).to_owned());
        } else {
            let read = value(child, text, depth - 1);
            let key = named.take().or_else(|| dotted(child, text).map(|name| last(&name).to_owned()));
            entries.push((key.unwrap_or_default(), read));
        }
    }
    entries
}
