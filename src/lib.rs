//! Reads a repository and prints what it is: one C4 document of containers, components, endpoints, data schema and deployment.
//!
//! [`scan`] runs the whole pipeline: list files, classify, extract, link, document. See `ARCHITECTURE.md`.

mod classify;
pub mod diff;
pub mod document;
mod extract;
mod finding;
mod gap;
pub mod landscape;
mod link;
mod location;
mod model;
mod revision;
mod scan;
mod source;
mod syntax;
mod tree;
#[cfg(test)]
mod trial;
mod vendored;
mod walk;

pub use document::Document;
pub use extract::{Understood, understood};
pub use scan::{Progress, ScanError, ScanOptions, merge_base, scan, scan_both};
