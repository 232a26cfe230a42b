//! The pipeline: list, classify, extract, link, document, in that order.
//! Once the root is open a scan cannot fail, only report gaps.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use globset::GlobSet;

use crate::classify::RepoMap;
use crate::commit;
use crate::document::Document;
use crate::extract;
use crate::gap::{Gap, GapCode};
use crate::link;
use crate::location::RepoPath;
use crate::model::Inventory;
use crate::source::SourceText;
use crate::tree::{ReadFault, Tree};
use crate::walk::WalkOptions;

/// What to scan and how.
#[derive(Clone, Debug)]
pub struct ScanOptions {
    /// Only files that match, when there is one.
    pub include: Option<GlobSet>,
    /// No file or folder that matches.
    pub exclude: Option<GlobSet>,
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
    /// Larger files are not read; bytes.
    pub max_file_size: u64,
    /// Seconds since 1970 for `meta.generated_at` (`SOURCE_DATE_EPOCH`); left out when there is none.
    pub source_date_epoch: Option<i64>,
}

impl Default for ScanOptions {
    fn default() -> Self {
        Self { include: None, exclude: None, threads: 0, max_file_size: 4 * 1024 * 1024, source_date_epoch: None }
    }
}

/// How far a scan is; may be read from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    total: AtomicUsize,
    done: AtomicUsize,
}

impl Progress {
    /// Files done and files in all; 0 of 0 while files are listed.
    pub fn now(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

/// Why a scan could not start.
#[derive(Debug)]
pub enum ScanError {
    /// The root is missing, no folder, or not readable.
    Root(PathBuf, std::io::Error),
    /// The threads could not be started.
    Threads(String),
}

impl fmt::Display for ScanError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(path, error) => {
                write!(out, "cannot read the folder {}: {error}; give a folder that exists and can be listed", path.display())
            }
            Self::Threads(why) => write!(out, "cannot start worker threads: {why}; try a smaller --threads"),
        }
    }
}

impl std::error::Error for ScanError {}

/// Worker threads get a deep stack: parsers recurse on nested input.
const STACK_SIZE: usize = 16 * 1024 * 1024;

/// Scans a folder.
///
/// # Errors
/// Fails only when the folder cannot be opened or threads cannot be started; all else is a diagnostic in the document.
pub fn scan(root: &Path, options: &ScanOptions, progress: &Progress) -> Result<Document, ScanError> {
    let tree = Tree::open(root).map_err(|error| ScanError::Root(root.to_path_buf(), error))?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).stack_size(STACK_SIZE).build();
    let pool = pool.map_err(|error| ScanError::Threads(error.to_string()))?;
    Ok(pool.install(|| run(&tree, options, progress)))
}

/// A file of references of a repository with very many branches is still smaller.
const COMMIT_FILE_LIMIT: u64 = 64 * 1024 * 1024;

fn run(tree: &Tree, options: &ScanOptions, progress: &Progress) -> Document {
    let walk = WalkOptions { include: options.include.clone(), exclude: options.exclude.clone(), threads: options.threads };
    let listing = tree.list(&walk);
    let limit = options.max_file_size;
    let read_text = |path: &RepoPath| SourceText::decode(tree.read(path, limit).ok()?).ok().map(|source| source.text);
    let map = RepoMap::classify(&listing.entries, &read_text);
    progress.total.store(map.files.len(), Ordering::Relaxed);
    let read = |path: &RepoPath| tree.read(path, limit).map_err(|fault| read_gap(path, &fault, limit));
    let mut extraction = extract::extract_all(&map, &read, &progress.done);
    let name = tree.name();
    let input = link::Input::new(&map, &extraction.findings, &name);
    let mut model = link::link(&input);
    model.gaps.extend(listing.gaps);
    model.gaps.append(&mut extraction.gaps);
    model.gaps.sort_by(|a, b| a.order().cmp(&b.order()));
    model.gaps.dedup();
    let inventory = Inventory {
        read: extraction.files_read,
        parsed: extraction.files_parsed,
        vendored: listing.vendored.into_iter().collect(),
        commit: commit::of_head(&|path| String::from_utf8(tree.read(path, COMMIT_FILE_LIMIT).ok()?).ok()),
        time: options.source_date_epoch,
        ..count(&map)
    };
    Document::from_model(model, &inventory)
}

/// Counts the listed files.
fn count(map: &RepoMap) -> Inventory {
    let mut inventory = Inventory { listed: map.files.len(), ..Inventory::default() };
    for file in &map.files {
        inventory.tests += usize::from(file.is_test);
        inventory.generated += usize::from(file.is_generated);
        let root = file.path.as_str().split_once('/').map_or("", |(root, _)| root);
        let kinds = inventory.kinds_by_root.entry(root.to_owned()).or_default();
        *kinds.entry(file.kind.label()).or_default() += 1;
    }
    inventory
}

fn read_gap(path: &RepoPath, fault: &ReadFault, limit: u64) -> Gap {
    match fault {
        ReadFault::Unreadable(why) => Gap::file(GapCode::Unreadable, path, format!("the file cannot be read: {why}")),
        ReadFault::TooLarge => {
            Gap::file(GapCode::TooLarge, path, format!("the file is larger than {limit} bytes; raise --max-file-size to have it read"))
        }
    }
}
