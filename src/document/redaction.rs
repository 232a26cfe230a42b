//! Takes credentials out of a finished document: every text and every key goes through one check.
//! Works on the document as it will be written, so that a section that is added later cannot be forgotten.

use serde_json::{Map, Value};

use super::Document;
use super::credentials::{HIDDEN, is_secret_name, masked};
use super::shape::Extra;

/// The document without credentials; itself, untouched, in nearly every case.
pub(super) fn clean(mut document: Document) -> Document {
    // The commit is a long hexadecimal number and no secret.
    let commit = document.meta.as_mut().and_then(|meta| meta.commit.take());
    let mut cleaned = match serde_json::to_value(&document) {
        Ok(mut value) => {
            if hide(&mut value) {
                from_value(value)
            } else {
                document
            }
        }
        Err(_) => document,
    };
    if let Some(meta) = cleaned.meta.as_mut() {
        meta.commit = commit;
    }
    cleaned
}

/// A document always reads back; were it not so, what is masked would still be printed and not what is not.
fn from_value(value: Value) -> Document {
    serde_json::from_value(value.clone()).unwrap_or_else(|_| {
        let extra: Extra = match value {
            Value::Object(sections) => sections.into_iter().collect(),
            _ => Extra::new(),
        };
        Document { extra, ..Document::default() }
    })
}

/// Hides credentials in a value; tells whether there were any. A document nests no deeper than its types.
fn hide(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let changed = match masked(text) {
                std::borrow::Cow::Owned(safe) => Some(safe),
                std::borrow::Cow::Borrowed(_) => None,
            };
            let found = changed.is_some();
            if let Some(safe) = changed {
                *text = safe;
            }
            found
        }
        Value::Array(items) => items.iter_mut().fold(false, |found, item| hide(item) | found),
        Value::Object(entries) => hide_entries(entries),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn hide_entries(entries: &mut Map<String, Value>) -> bool {
    let mut found = hide_default(entries);
    for (_, value) in entries.iter_mut() {
        found |= hide(value);
    }
    if entries.keys().any(|key| matches!(masked(key), std::borrow::Cow::Owned(_))) {
        found = true;
        let old = std::mem::take(entries);
        entries.extend(old.into_iter().map(|(key, value)| (masked(&key).into_owned(), value)));
    }
    found
}

/// The default of a column whose name says that it holds a secret: any quoted text there may be one.
fn hide_default(entries: &mut Map<String, Value>) -> bool {
    let secret = entries.get("name").and_then(Value::as_str).is_some_and(is_secret_name);
    let Some(Value::String(text)) = entries.get_mut("default").filter(|_| secret) else { return false };
    let quoted = text.len() > 2 && text.starts_with('\'') && !text.contains(HIDDEN);
    if quoted {
        *text = format!("'{HIDDEN}'");
    }
    quoted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{clean, hide};
    use crate::document::Document;

    #[test]
    fn keys_values_and_defaults_are_hidden() {
        let mut value = json!({
            "GET /x?token=abc1": [{"name": "api_token", "default": "'changeme'"}, {"name": "title", "default": "'new'"}],
            "url": "amqp://u:p@mq"
        });
        assert!(hide(&mut value));
        let expected = json!({
            "GET /x?token=***": [{"name": "api_token", "default": "'***'"}, {"name": "title", "default": "'new'"}],
            "url": "amqp://u:***@mq"
        });
        assert_eq!(value, expected);
        assert!(!hide(&mut value));
    }

    #[test]
    fn a_document_survives_and_keeps_its_commit() {
        let text = r#"{"meta":{"project":"x","version":"shtgn-1.0","commit":"b4ffde65f46336ab88eb53be808477a3936bae11"},"external_integrations":{"A":{"c4_level":"Component","description":"at https://u:MARKER@h"}}}"#;
        let document = clean(Document::from_json(text).expect("a document"));
        let written = serde_json::to_string(&document).expect("JSON");
        assert!(!written.contains("MARKER") && written.contains("b4ffde65f46336ab88eb53be808477a3936bae11"), "{written}");
    }
}
