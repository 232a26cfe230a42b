//! Reads an expression as a `Value`: literals, names, calls, composite literals and strings put together, within a limit of depth and size.
//! Source: the Go specification, "Expressions". Never evaluates code; what it does not understand is opaque.

use tree_sitter::Node;

use crate::finding::Value;

pub(super) use crate::syntax::node::{children, text_of};

/// Values nest no deeper than this; what lies deeper is opaque.
const DEPTH: usize = 24;
/// A literal with more parts than this is data, not something that a route or message refers to.
const SIZE: usize = 4_096;

/// The value of an expression.
pub(super) fn read(node: Node<'_>, text: &str) -> Value {
    Reader { text, left: SIZE }.value(node, DEPTH)
}

/// The values of the arguments of a call.
/// The method of a call, or the function of a package: `Get` of `client.Get()`.
pub(super) fn method<'t>(call: Node<'_>, text: &'t str) -> Option<&'t str> {
    let function = call.child_by_field_name("function")?;
    (function.kind() == "selector_expression").then_some(function)?.child_by_field_name("field").map(|name| text_of(name, text))
}

pub(super) fn arguments(call: Node<'_>, text: &str) -> Vec<Value> {
    argument_nodes(call).into_iter().map(|node| read(node, text)).collect()
}

/// The arguments of a call.
pub(super) fn argument_nodes(call: Node<'_>) -> Vec<Node<'_>> {
    call.child_by_field_name("arguments").map(children).unwrap_or_default()
}

/// The dotted name of an expression: `routes.User`, `s.router`; `None` for anything that is not only a name.
pub(super) fn dotted(node: Node<'_>, text: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let mut at = unwrapped(node);
    for _ in 0..DEPTH {
        match at.kind() {
            "identifier" | "package_identifier" | "type_identifier" | "field_identifier" => {
                parts.push(text_of(at, text));
                parts.reverse();
                return Some(parts.join("."));
            }
            "selector_expression" => {
                parts.push(text_of(at.child_by_field_name("field")?, text));
                at = unwrapped(at.child_by_field_name("operand")?);
            }
            "qualified_type" => {
                parts.push(text_of(at.child_by_field_name("name")?, text));
                at = at.child_by_field_name("package")?;
            }
            _ => return None,
        }
    }
    None
}

/// An expression without brackets, `&` and `*` around it.
pub(super) fn unwrapped(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    for _ in 0..DEPTH {
        let inner = match at.kind() {
            "parenthesized_expression" | "literal_element" => children(at).first().copied(),
            "unary_expression" if at.child_by_field_name("operator").is_some_and(|sign| matches!(sign.kind(), "&" | "*")) => {
                at.child_by_field_name("operand")
            }
            _ => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => return at,
        }
    }
    at
}

/// The text of a string literal; `None` for any other node.
pub(super) fn string(node: Node<'_>, text: &str) -> Option<String> {
    let raw = text_of(node, text);
    match node.kind() {
        "raw_string_literal" => Some(raw.trim_matches('`').replace('\r', "")),
        "interpreted_string_literal" => Some(unescaped(raw.strip_prefix('"')?.strip_suffix('"')?)),
        _ => None,
    }
}

/// The escapes that stand in paths, names and statements; others are kept as written.
fn unescaped(inner: &str) -> String {
    if !inner.contains('\\') {
        return inner.to_owned();
    }
    let mut out = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match (letter, if letter == '\\' { letters.next() } else { None }) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some(quoted @ ('"' | '\\' | '\''))) => out.push(quoted),
            ('\\', Some(other)) => out.extend(['\\', other]),
            (other, _) => out.push(other),
        }
    }
    out
}

struct Reader<'a> {
    text: &'a str,
    left: usize,
}

impl Reader<'_> {
    fn value(&mut self, node: Node<'_>, depth: usize) -> Value {
        let node = unwrapped(node);
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.checked_sub(1)) else { return opaque(node) };
        self.left = left;
        match node.kind() {
            "interpreted_string_literal" | "raw_string_literal" => string(node, self.text).map_or_else(|| opaque(node), Value::Text),
            "int_literal" | "float_literal" => Value::Number(text_of(node, self.text).replace('_', "")),
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "binary_expression" => self.sum(node, depth),
            "call_expression" => self.call(node, depth),
            "composite_literal" => self.composite(node.child_by_field_name("body"), depth).unwrap_or_else(|| opaque(node)),
            "literal_value" => self.composite(Some(node), depth).unwrap_or_else(|| opaque(node)),
            "type_conversion_expression" => {
                node.child_by_field_name("operand").map_or_else(|| opaque(node), |inner| self.value(inner, depth))
            }
            _ => dotted(node, self.text).map_or_else(|| opaque(node), Value::Name),
        }
    }

    /// A chain of `+` leans to the left and may be long: it is taken apart in a loop.
    fn sum(&mut self, node: Node<'_>, depth: usize) -> Value {
        let mut parts = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression" && at.child_by_field_name("operator").is_some_and(|sign| sign.kind() == "+") {
            let (Some(left), Some(right)) = (at.child_by_field_name("left"), at.child_by_field_name("right")) else { break };
            parts.push(self.value(right, depth));
            at = unwrapped(left);
        }
        if parts.is_empty() {
            return opaque(node);
        }
        parts.push(self.value(at, depth));
        parts.reverse();
        concat(parts)
    }

    /// `os.Getenv("X")` is a variable, `fmt.Sprintf("a/%s", b)` is put together, `string(x)` is x.
    fn call(&mut self, node: Node<'_>, depth: usize) -> Value {
        let function = node.child_by_field_name("function").and_then(|function| dotted(function, self.text));
        let arguments: Vec<Value> = argument_nodes(node).into_iter().map(|argument| self.value(argument, depth)).collect();
        let Some(name) = function else { return opaque(node) };
        match (name.as_str(), arguments.as_slice()) {
            ("os.Getenv", [Value::Text(variable)]) => Value::Environment(variable.clone(), None),
            ("string", [inner]) => inner.clone(),
            ("fmt.Sprintf", [Value::Text(format), rest @ ..]) => formatted(format, rest),
            _ => Value::Call(name, arguments),
        }
    }

    /// `T{a: b}` is a map, `[]T{a, b}` a list.
    fn composite(&mut self, body: Option<Node<'_>>, depth: usize) -> Option<Value> {
        let (mut entries, mut items) = (Vec::new(), Vec::new());
        for element in children(body?) {
            if element.kind() == "keyed_element" {
                let parts = children(element);
                let (key, value) = (unwrapped(*parts.first()?), *parts.get(1)?);
                let name = string(key, self.text).or_else(|| dotted(key, self.text))?;
                entries.push((name, self.value(value, depth)));
            } else {
                items.push(self.value(element, depth));
            }
        }
        Some(if entries.is_empty() { Value::List(items) } else { Value::Map(entries) })
    }
}

fn concat(parts: Vec<Value>) -> Value {
    if parts.iter().all(|part| matches!(part, Value::Text(_))) {
        return Value::Text(parts.iter().filter_map(Value::as_text).collect());
    }
    Value::Concat(parts)
}

/// `a/%s/b` with its arguments in their places.
pub(super) fn formatted(format: &str, arguments: &[Value]) -> Value {
    let mut parts = Vec::new();
    let mut rest = arguments.iter();
    let mut plain = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match (letter, if letter == '%' { letters.next() } else { None }) {
            ('%', Some('%')) => plain.push('%'),
            ('%', Some(_)) => {
                parts.push(Value::Text(std::mem::take(&mut plain)));
                parts.push(rest.next().cloned().unwrap_or_else(|| Value::Opaque("argument".to_owned())));
            }
            (other, _) => plain.push(other),
        }
    }
    parts.push(Value::Text(plain));
    parts.retain(|part| part.as_text() != Some(""));
    if parts.is_empty() { Value::Text(String::new()) } else { concat(parts) }
}

fn opaque(node: Node<'_>) -> Value {
    Value::Opaque(node.kind().to_owned())
}
