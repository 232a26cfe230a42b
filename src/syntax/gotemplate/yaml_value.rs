//! Values to YAML and JSON, and YAML to values, as Helm's functions do it.
//! Source: the YAML 1.1 rules of plain scalars that Helm's library follows.

use std::collections::BTreeMap;

use super::value::{DEPTH_LIMIT, Value, float_text};
use crate::syntax::yaml::{Yaml, YamlNode};

/// Nodes, and thirty-twos of bytes of text, that a text may give beyond which it is given up; aliases count each time they are followed.
const NODE_LIMIT: usize = 400_000;

/// The first document of a text.
pub(crate) fn from_yaml(text: &str) -> Option<Value> {
    let yaml = Yaml::parse(text);
    match yaml.first() {
        Some(root) => of_node(root),
        None if yaml.faults.is_empty() => Some(Value::Nil),
        None => None,
    }
}

/// A node as a value; `None` when aliases make it too large.
pub(crate) fn of_node(node: YamlNode<'_>) -> Option<Value> {
    let mut left = NODE_LIMIT;
    of_node_within(node, &mut left, 0)
}

fn of_node_within(node: YamlNode<'_>, left: &mut usize, depth: usize) -> Option<Value> {
    *left = left.checked_sub(1 + node.text().map_or(0, str::len) / 32)?;
    if depth > DEPTH_LIMIT {
        return None;
    }
    if node.is_mapping() {
        let entries = node.entries().into_iter().map(|(key, value)| Some((key.to_owned(), of_node_within(value, left, depth + 1)?)));
        return entries.collect::<Option<BTreeMap<_, _>>>().map(Value::map);
    }
    if node.is_sequence() {
        return node.items().into_iter().map(|item| of_node_within(item, left, depth + 1)).collect::<Option<Vec<_>>>().map(Value::list);
    }
    Some(match node.text() {
        Some(text) if node.is_plain() => plain_scalar(text),
        Some(text) => Value::text(text),
        None => Value::Nil,
    })
}

/// What a scalar without quotes stands for.
pub(super) fn plain_scalar(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Nil,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => return Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => return Value::Bool(false),
        _ => {}
    }
    let starts_like_number = text.starts_with(|letter: char| letter.is_ascii_digit() || "+-.".contains(letter));
    if !starts_like_number {
        return Value::text(text);
    }
    number(&text.replace('_', "")).map_or_else(|| Value::text(text), Value::Float)
}

/// Helm reads values through JSON, so that every number is a float64, whole ones too.
fn number(plain: &str) -> Option<f64> {
    let digits = plain.trim_start_matches(['+', '-']);
    let sign = if plain.starts_with('-') { -1 } else { 1 };
    let whole = |digits: &str, radix: u32| i64::from_str_radix(digits, radix).ok().map(|number| (sign * number) as f64);
    let radix = [("0x", 16), ("0b", 2), ("0o", 8)];
    if let Some((prefix, radix)) = radix.iter().find(|(prefix, _)| digits.starts_with(prefix)) {
        return whole(&digits[prefix.len()..], *radix);
    }
    let octal = digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if octal && let Some(number) = whole(digits, 8) {
        return Some(number);
    }
    let like_number =
        digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte)) && digits.bytes().any(|byte| byte.is_ascii_digit());
    plain.parse().ok().filter(|_| like_number)
}

/// YAML without the last line break, keys sorted, lists not indented, as Helm's `toYaml` prints it.
pub(super) fn to_yaml(value: &Value) -> String {
    let mut out = String::new();
    // A text alone has its lines below `|` moved in, as those of a key have.
    write_yaml(value, if matches!(value, Value::Text(_)) { 2 } else { 0 }, 0, &mut out);
    out.trim_end_matches('\n').to_owned()
}

/// Writes a value at the start of a line or behind `key:`; `indent` is the column of its own lines.
fn write_yaml(value: &Value, indent: usize, depth: usize, out: &mut String) {
    if depth > DEPTH_LIMIT {
        out.push_str("null\n");
        return;
    }
    let pad = " ".repeat(indent);
    match value {
        Value::Map(map) if !map.borrow().is_empty() => {
            let map = map.borrow();
            for (at, (key, value)) in map.iter().enumerate() {
                if at > 0 {
                    out.push_str(&pad);
                }
                out.push_str(&scalar(key));
                out.push(':');
                write_child(value, indent, depth, out);
            }
        }
        Value::List(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(&pad);
                }
                out.push_str("- ");
                write_yaml(item, indent + 2, depth + 1, out);
            }
        }
        Value::Text(text) if is_literal(text) => write_literal(text, indent, out),
        other => {
            out.push_str(&leaf(other));
            out.push('\n');
        }
    }
}

/// Whether a text stands line by line behind `|`: no blank before a line break, nothing that has to be escaped.
fn is_literal(text: &str) -> bool {
    text.contains('\n')
        && !text.contains(" \n")
        && !text.ends_with(' ')
        && !text.contains(|letter: char| letter.is_control() && letter != '\n')
}

/// A text of several lines; `indent` is the column of its lines.
fn write_literal(text: &str, indent: usize, out: &mut String) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    match text.strip_suffix('\n') {
        None => out.push('-'),
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => out.push('+'),
        Some(_) => {}
    }
    out.push('\n');
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            out.push_str(&" ".repeat(indent));
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn write_child(value: &Value, indent: usize, depth: usize, out: &mut String) {
    let nested = match value {
        Value::Map(map) if !map.borrow().is_empty() => Some(indent + 2),
        Value::List(items) if !items.is_empty() => Some(indent),
        _ => None,
    };
    match nested {
        Some(inner) => {
            out.push('\n');
            out.push_str(&" ".repeat(inner));
        }
        None => out.push(' '),
    }
    write_yaml(value, nested.unwrap_or(indent + 2), depth + 1, out);
}

fn leaf(value: &Value) -> String {
    match value {
        Value::Nil | Value::Object(_) => "null".to_owned(),
        Value::Map(_) => "{}".to_owned(),
        Value::List(_) => "[]".to_owned(),
        Value::Text(text) => scalar(text),
        // Whole numbers stand in full in YAML, though `{{ . }}` prints large ones with an exponent.
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => (*number as i64).to_string(),
        other => other.print(),
    }
}

/// A text as a scalar, as libyaml chooses: plain where it stays the same text, in double quotes where it would be read as something else
/// or has to be escaped, else in single quotes, so that what is in double quotes inside stays as it is.
fn scalar(text: &str) -> String {
    if text.contains(|letter: char| letter.is_control()) || !matches!(plain_scalar(text), Value::Text(_)) || looks_like_time(text) {
        return json_text(text);
    }
    let indicator = |letter: char| "#,[]{}&*!|>'\"%@`".contains(letter);
    let spaced = |mark: char| text == mark.to_string() || text.starts_with(&format!("{mark} "));
    let plain = !text.starts_with(indicator)
        && !['-', '?', ':'].into_iter().any(spaced)
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with(' ')
        && !text.ends_with([':', ' ']);
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

fn looks_like_time(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_digit())
        && text.contains([':', '-'])
        && text.bytes().all(|byte| byte.is_ascii_digit() || b":-.TZ +".contains(&byte))
}

fn json_text(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// JSON on one line, or with two blanks of indentation.
pub(super) fn to_json(value: &Value, pretty: bool) -> String {
    let json = json_of(value, 0);
    let text = if pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) };
    text.unwrap_or_default()
}

fn json_of(value: &Value, depth: usize) -> serde_json::Value {
    use serde_json::Value as Json;
    if depth > DEPTH_LIMIT {
        return Json::Null;
    }
    match value {
        Value::Nil | Value::Object(_) => Json::Null,
        Value::Bool(value) => Json::from(*value),
        Value::Int(number) => Json::from(*number),
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => Json::from(*number as i64),
        Value::Float(number) => Json::from(*number),
        Value::Text(text) => Json::from(&**text),
        Value::List(items) => items.iter().map(|item| json_of(item, depth + 1)).collect(),
        Value::Map(map) => Json::Object(map.borrow().iter().map(|(key, value)| (key.clone(), json_of(value, depth + 1))).collect()),
        Value::Hole => Json::from(value.print()),
    }
}

/// The value of a JSON text.
pub(super) fn from_json(text: &str) -> Option<Value> {
    // The parser itself bounds the depth.
    serde_json::from_str(text).ok().map(|json| of_json(&json))
}

fn of_json(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Float(number.as_f64().unwrap_or(0.0)),
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => Value::list(items.iter().map(of_json).collect()),
        Json::Object(entries) => Value::map(entries.iter().map(|(key, value)| (key.clone(), of_json(value))).collect()),
    }
}

/// A number as `%v` prints it; kept beside the other forms of printing.
pub(super) fn number_text(value: &Value) -> String {
    match value {
        Value::Float(number) => float_text(*number),
        other => other.print(),
    }
}
