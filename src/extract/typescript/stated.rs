//! The arguments of a decorator or definition as a mapper reads them: options by key, with the constants of the file put in.
//! Names of other files stay names, for the linker.

use tree_sitter::Node;

use super::scope;
use super::values::{self, children, text_of, unwrapped};
use crate::extract::FileCx;
use crate::finding::Value;

/// Arguments with their nodes.
pub(super) struct Stated<'a> {
    arguments: Vec<(Node<'a>, Value)>,
    text: &'a str,
}

impl<'a> Stated<'a> {
    /// The arguments of a decorator or call; none where there are no brackets.
    pub(super) fn of(cx: &FileCx<'a>, node: Node<'a>) -> Self {
        let call = if node.kind() == "decorator" { children(node).first().copied().map(unwrapped).unwrap_or(node) } else { node };
        let list = call.child_by_field_name("arguments").filter(|list| list.kind() == "arguments");
        Self::all(cx, list.map(children).unwrap_or_default())
    }

    /// One expression alone, as `{ ... }` of a definition.
    pub(super) fn one(cx: &FileCx<'a>, node: Node<'a>) -> Self {
        Self::all(cx, vec![node])
    }

    fn all(cx: &FileCx<'a>, nodes: Vec<Node<'a>>) -> Self {
        let read = |node: Node<'a>| {
            let value = values::read(node, cx.text);
            let value = cx.tree().map_or(value.clone(), |tree| scope::with_locals(value, tree.root_node(), cx.text));
            (unwrapped(node), value)
        };
        Self { arguments: nodes.into_iter().map(read).collect(), text: cx.text }
    }

    /// The arguments.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> + Clone {
        self.arguments.iter().map(|(_, value)| value)
    }

    /// The first argument.
    pub(super) fn first(&self) -> Option<&Value> {
        self.arguments.first().map(|(_, value)| value)
    }

    /// What the first argument refers to, also as `() => require('./user').User`.
    pub(super) fn first_target(&self) -> Option<String> {
        let (node, value) = self.arguments.first()?;
        let named = || {
            let given = unwrapped(values::returned(*node).filter(|_| is_function(*node))?);
            let brings = given.child_by_field_name("object").is_some_and(|object| unwrapped(object).kind() == "call_expression");
            Some(text_of(given.child_by_field_name("property").filter(|_| brings)?, self.text).to_owned())
        };
        target(value).or_else(named)
    }

    /// Whether an argument is a function.
    pub(super) fn is_function(&self, at: usize) -> bool {
        self.arguments.get(at).is_some_and(|(node, _)| is_function(*node))
    }

    /// What an option says; the last that states it counts.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.values().filter_map(|value| option(value, key)).last()
    }

    /// The value of an option where it is known, none where it is a name or made at run time.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(plain)
    }

    /// Whether an option is set.
    pub(super) fn is(&self, key: &str) -> bool {
        self.flag(key) == Some(true)
    }

    /// What an option that is true or false says.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key) {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// A text that may be a name of another file.
    pub(super) fn name(&self, key: &str) -> Option<Value> {
        self.get(key).filter(|value| is_name(value)).cloned()
    }

    /// The node of an option that is written out.
    pub(super) fn node(&self, key: &str) -> Option<Node<'a>> {
        let objects = self.arguments.iter().map(|(node, _)| *node).filter(|node| node.kind() == "object");
        let mut pairs = objects.flat_map(children).filter(|one| one.kind() == "pair");
        let found = pairs
            .find(|pair| pair.child_by_field_name("key").is_some_and(|name| text_of(name, self.text).trim_matches(['\'', '"']) == key))?;
        found.child_by_field_name("value").map(unwrapped)
    }

    /// Whether an option is a function: `default: () => 'now()'`.
    pub(super) fn is_called(&self, key: &str) -> bool {
        self.node(key).is_some_and(is_function)
    }
}

/// What an object says of a key, also in objects that are spread into it.
fn option<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    let Value::Map(entries) = value else { return None };
    let found = entries.iter().rev().find(|(name, value)| name == key || name == "..." && value.get(key).is_some())?;
    if found.0 == key { Some(&found.1) } else { found.1.get(key) }
}

fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "arrow_function" | "function_expression")
}

/// A text or number as text.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Number(text) => Some(text.clone()),
        _ => None,
    }
}

/// Whether a value may be the name of something: a text, or what stands for one.
pub(super) fn is_name(value: &Value) -> bool {
    match value {
        Value::Text(text) => !text.is_empty(),
        Value::Name(_) | Value::Concat(_) => true,
        _ => false,
    }
}

/// What a value refers to: `User` of `() => User`, `'User'`, `[User]`, `forwardRef(() => User)`, `() => require('./user').User`.
pub(super) fn target(value: &Value) -> Option<String> {
    match value {
        Value::Name(name) => Some(name.strip_suffix(".name").unwrap_or(name).to_owned()),
        Value::Text(name) => Some(name.clone()),
        Value::List(items) => items.first().and_then(target),
        Value::Call(_, arguments) => arguments.first().and_then(target),
        _ => None,
    }
}

/// The members that a list of texts, or `(t) => [t.a, t.b]`, names.
pub(super) fn members(value: &Value) -> Vec<(String, String)> {
    let one = |value: &Value| match value {
        Value::Text(text) => Some((text.clone(), String::new())),
        Value::Name(name) => name.split_once('.').map(|(_, rest)| (rest.to_owned(), String::new())),
        _ => None,
    };
    match value {
        Value::Map(entries) => entries.iter().map(|(name, order)| (name.clone(), direction(order).to_owned())).collect(),
        other => other.items().iter().filter_map(one).collect(),
    }
}

/// `-1` and `'DESC'` sort downwards.
fn direction(order: &Value) -> &'static str {
    match order {
        Value::Text(text) if text.eq_ignore_ascii_case("desc") => "desc",
        Value::Opaque(kind) if kind == "unary_expression" => "desc",
        _ => "",
    }
}

/// A default as SQL text, with what is filled in only by the program left out.
pub(super) fn default_text(value: &Value) -> Option<String> {
    match value {
        Value::List(items) if items.is_empty() => Some("'{}'".to_owned()),
        Value::Map(entries) if entries.is_empty() => Some("'{}'".to_owned()),
        plain => plain.sql_literal(),
    }
}
