//! What was listed and read, before any of it was understood.

use std::collections::{BTreeMap, BTreeSet};

use crate::location::RepoPath;

/// The files of a scan, counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Inventory {
    /// All files that the ignore rules let through.
    pub(crate) listed: usize,
    /// Files read whole.
    pub(crate) read: usize,
    /// Files parsed into a tree.
    pub(crate) parsed: usize,
    /// Test code among the listed.
    pub(crate) tests: usize,
    /// Generated code among the listed.
    pub(crate) generated: usize,
    /// Top folder, empty for the root itself -> kind of file -> number.
    pub(crate) kinds_by_root: BTreeMap<String, BTreeMap<&'static str, usize>>,
    /// Folders of vendored code and built output that were left out.
    pub(crate) vendored: BTreeSet<RepoPath>,
    /// The commit of HEAD.
    pub(crate) commit: Option<String>,
    /// Seconds since 1970 for `meta.generated_at`.
    pub(crate) time: Option<i64>,
}
