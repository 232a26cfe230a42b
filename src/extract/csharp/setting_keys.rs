//! The keys by which code asks for settings: `configuration["A:B"]`, `GetSection("A").GetValue<string>("B")`.
//! Source: the documentation of .NET, "Configuration". A key with a computed part stays a composition of names.

use tree_sitter::Node;

use super::nodes::{child_of, children, dotted, simple_name, text_of, unwrapped};
use super::values;
use crate::finding::Value;

/// What an expression reads.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asked {
    /// One setting: its key.
    Setting(Value),
    /// A section: its key.
    Section(Value),
}

/// Sections are taken out of sections no deeper.
const DEPTH: usize = 8;
/// Bytes of a key; what is longer is put together of more than names, and may nest without end.
const KEY: usize = 240;

/// What an expression reads of the settings; `None` where it reads none.
pub(super) fn asked(node: Node<'_>, text: &str) -> Option<Asked> {
    read(unwrapped(node), text, DEPTH)
}

fn read(node: Node<'_>, text: &str, depth: usize) -> Option<Asked> {
    if depth == 0 {
        return None;
    }
    match node.kind() {
        "element_access_expression" => {
            let object = node.child_by_field_name("expression")?;
            let key = child_of(node, "bracketed_argument_list").and_then(|list| children(list).first().copied())?;
            let key = Some(key).filter(|key| key.byte_range().len() <= KEY)?;
            Some(Asked::Setting(below(section(object, text, depth)?, values::read(key, text))))
        }
        "member_access_expression" if text_of(node.child_by_field_name("name")?, text) == "Value" => {
            match read(unwrapped(node.child_by_field_name("expression")?), text, depth - 1)? {
                Asked::Section(key) => Some(Asked::Setting(key)),
                Asked::Setting(_) => None,
            }
        }
        "invocation_expression" => called(node, text, depth),
        _ => None,
    }
}

fn called(node: Node<'_>, text: &str, depth: usize) -> Option<Asked> {
    let function = node.child_by_field_name("function").filter(|one| one.kind() == "member_access_expression")?;
    let object = function.child_by_field_name("expression")?;
    let name = simple_name(function.child_by_field_name("name")?, text);
    let list = node.child_by_field_name("arguments").map(children).unwrap_or_default();
    let short = |place: usize| list.get(place).copied().filter(|one| one.byte_range().len() <= KEY);
    let key = |place: usize| short(place).map(|one| values::read(one, text));
    match name {
        "GetConnectionString" => Some(Asked::Setting(below(Value::Text("ConnectionStrings".to_owned()), key(0)?))),
        "GetValue" => Some(Asked::Setting(below(section(object, text, depth)?, key(usize::from(is_typed(&list, text)))?))),
        "GetSection" | "GetRequiredSection" => Some(Asked::Section(below(section(object, text, depth)?, key(0)?))),
        _ => None,
    }
}

/// `GetValue(typeof(string), "key")`
fn is_typed(list: &[Node<'_>], text: &str) -> bool {
    list.first().is_some_and(|one| text_of(*one, text).starts_with("typeof"))
}

/// The key of the section that an expression is; all settings are the empty one.
fn section(node: Node<'_>, text: &str, depth: usize) -> Option<Value> {
    let node = unwrapped(node);
    if is_configuration(node, text) {
        return Some(Value::Text(String::new()));
    }
    let of_variable = || declared(node, text).and_then(|value| read(value, text, depth - 1));
    match read(node, text, depth - 1).or_else(of_variable)? {
        Asked::Section(key) => Some(key),
        Asked::Setting(_) => None,
    }
}

/// Whether an expression is the settings as a whole: by its name, as every program of .NET calls it.
pub(super) fn is_configuration(node: Node<'_>, text: &str) -> bool {
    let name = dotted(node, text).unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default().trim_start_matches('_').to_ascii_lowercase();
    matches!(last.as_str(), "configuration" | "config" | "configurationmanager" | "appconfiguration" | "configurationroot" | "cfg")
}

/// Whether a variable is called like a section; a look for every indexed variable would cost the square of a long method.
fn may_be_section(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["section", "config", "setting", "option", "opts"].iter().any(|word| lower.contains(word))
}

/// The value of a variable of the block around a name, as it is declared.
fn declared<'t>(node: Node<'t>, text: &str) -> Option<Node<'t>> {
    let name = (node.kind() == "identifier").then(|| text_of(node, text)).filter(|name| may_be_section(name))?;
    let mut at = node;
    while let Some(parent) = at.parent() {
        for one in children(parent) {
            let statement = if one.kind() == "global_statement" { children(one).first().copied() } else { Some(one) };
            let Some(declaration) = statement.and_then(|one| child_of(one, "variable_declaration")) else { continue };
            let found = children(declaration).into_iter().filter(|one| one.kind() == "variable_declarator");
            let found = found.map(children).find(|parts| parts.len() > 1 && text_of(parts[0], text) == name);
            if let Some(value) = found.and_then(|parts| parts.last().copied()).filter(|value| value.end_byte() <= node.start_byte()) {
                return Some(unwrapped(value));
            }
        }
        at = parent;
    }
    None
}

/// `A:B`, plain where both parts are.
fn below(section: Value, key: Value) -> Value {
    match (section, key) {
        (Value::Text(section), key) if section.is_empty() => key,
        (Value::Text(section), Value::Text(key)) => Value::Text(format!("{section}:{key}")),
        (section, key) => Value::Concat(vec![section, Value::Text(":".to_owned()), key]),
    }
}

/// The variable that sets a setting: `A__B` of `A:B`.
pub(super) fn variable(key: &str) -> String {
    key.replace(':', "__")
}
