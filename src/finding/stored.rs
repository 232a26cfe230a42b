//! Facts about documents that code stores without a schema: the type, and the collection that holds it.
//! What the documents look like the type says, which may stand in another file.

use super::Value;

/// A store of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DocumentStore {
    /// MongoDB.
    MongoDb,
    /// Marten: documents in tables of PostgreSQL.
    Marten,
}

/// A type that is stored as documents.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredDocument {
    /// Where.
    pub(crate) store: DocumentStore,
    /// The type.
    pub(crate) class: String,
    /// The collection, where the code states one.
    pub(crate) collection: Option<Value>,
}
