//! Facts about files that answer requests by where they stand. What path that is follows from the container's folder.

/// A file that a framework serves by its place, or the configuration that says below which path it serves all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileRoute {
    /// The methods of HTTP that it answers; none for all.
    pub(crate) verbs: Vec<String>,
    /// The start of all paths; the file is a configuration then and no route.
    pub(crate) base: Option<String>,
}
