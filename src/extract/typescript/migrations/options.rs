//! Reads option objects as tools take them: `{ name: 'id', isPrimary: true, columnNames: ['a', 'b'] }`.
//! What is not written out is left out; the caller decides whether it can do without.

use crate::finding::Value;
use crate::finding::schema::ObjectName;

/// The object of options: as it is, or the first argument of what wraps it, `new Table({ ... })`.
pub(in crate::extract::typescript) fn object(value: &Value) -> Option<&Value> {
    match value {
        Value::Map(_) => Some(value),
        Value::Call(_, arguments) => arguments.first().and_then(object_only),
        _ => None,
    }
}

fn object_only(value: &Value) -> Option<&Value> {
    matches!(value, Value::Map(_)).then_some(value)
}

/// A text or number as text.
pub(in crate::extract::typescript) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Number(text) => Some(text.clone()),
        _ => None,
    }
}

/// The text or number of a key.
pub(in crate::extract::typescript) fn text(options: &Value, key: &str) -> Option<String> {
    options.get(key).and_then(plain).filter(|text| !text.is_empty())
}

/// Whether a key is `true`.
pub(in crate::extract::typescript) fn is_true(options: &Value, key: &str) -> bool {
    matches!(options.get(key), Some(Value::Bool(true)))
}

/// A list of texts, or one text as a list of it; `None` when an item is not known.
pub(in crate::extract::typescript) fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::List(items) => items.iter().map(plain).collect(),
        other => plain(other).map(|one| vec![one]),
    }
}

/// The texts of a key; none when it is not there or not known.
pub(in crate::extract::typescript) fn names(options: &Value, key: &str) -> Vec<String> {
    options.get(key).and_then(texts).unwrap_or_default()
}

/// `schema.table`, `table`.
pub(in crate::extract::typescript) fn name_of(written: &str) -> ObjectName {
    let plain = written.replace('"', "");
    match plain.split_once('.') {
        Some((schema, name)) => ObjectName { schema: Some(schema.to_owned()), name: name.to_owned() },
        None => ObjectName::bare(plain),
    }
}

/// What ON DELETE does, lower case.
pub(in crate::extract::typescript) fn action(written: Option<String>) -> Option<String> {
    written.map(|text| text.to_lowercase())
}
