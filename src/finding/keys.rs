//! Keys of key-value stores as one file states them: in code, handed to a client, or in a document that lists them.
//! Never holds a stored value.

use super::Value;

/// A pattern of keys that a document lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DocumentedKeys {
    /// The pattern with its placeholders in braces: `session:{session_id}`.
    pub(crate) pattern: String,
    /// What the document says of it.
    pub(crate) text: Option<String>,
}

/// A key that code reads or writes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoreKey {
    /// The key, symbolic.
    pub(crate) key: Value,
    /// The method that is called with it: `setex`.
    pub(crate) command: String,
    /// The name of the client, where only another file tells whether it is one.
    pub(crate) client: Option<String>,
}

impl StoreKey {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        self.key.names(into);
        into.extend(self.client.as_deref());
    }
}
