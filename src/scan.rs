//! The pipeline: list, classify, extract, link, document, in that order.
//! Once the root is open a scan cannot fail, only report gaps.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use globset::GlobSet;

use crate::classify::RepoMap;
use crate::document::Document;
use crate::extract::{self, Extraction, Reuse};
use crate::gap::{Gap, GapCode};
use crate::link;
use crate::location::RepoPath;
use crate::model::Inventory;
use crate::revision;
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
    /// Seconds since 1970 for `meta.generated_at` (`SOURCE_DATE_EPOCH`); else the time of the commit, where there is one.
    pub source_date_epoch: Option<i64>,
    /// A revision of the git repository that holds the folder, to be read instead of the folder: a branch, a tag, `HEAD~3`.
    pub revision: Option<String>,
}

impl Default for ScanOptions {
    fn default() -> Self {
        Self { include: None, exclude: None, threads: 0, max_file_size: 4 * 1024 * 1024, source_date_epoch: None, revision: None }
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
    /// The revision is not there, or not whole; why.
    Revision(PathBuf, String),
    /// The threads could not be started.
    Threads(String),
}

impl fmt::Display for ScanError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(path, error) => {
                write!(out, "cannot read the folder {}: {error}; give a folder that exists and can be listed", path.display())
            }
            Self::Revision(path, why) => write!(out, "cannot read a revision of {}: {why}", path.display()),
            Self::Threads(why) => write!(out, "cannot start worker threads: {why}; try a smaller --threads"),
        }
    }
}

impl std::error::Error for ScanError {}

/// Worker threads get a deep stack: parsers recurse on nested input.
const STACK_SIZE: usize = 16 * 1024 * 1024;

/// Scans a folder, or a revision of the repository that holds it.
///
/// # Errors
/// Fails only when the folder or the revision cannot be opened or threads cannot be started; all else is a diagnostic in the document.
pub fn scan(root: &Path, options: &ScanOptions, progress: &Progress) -> Result<Document, ScanError> {
    let tree = open(root, options.revision.as_deref())?;
    pool(options)?.install(|| run(root, &tree, options, progress))
}

/// The commit at which the histories of two revisions parted.
///
/// # Errors
/// Fails when a revision is not there, or where a shallow clone does not reach that far.
pub fn merge_base(root: &Path, one: &str, two: &str) -> Result<String, ScanError> {
    revision::merge_base(root, one, two).map_err(|why| ScanError::Revision(root.to_path_buf(), why))
}

fn open(root: &Path, revision: Option<&str>) -> Result<Tree, ScanError> {
    let folder = Tree::open(root).map_err(|error| ScanError::Root(root.to_path_buf(), error))?;
    match revision {
        None => Ok(folder),
        Some(revision) => Tree::open_revision(root, revision).map_err(|why| ScanError::Revision(root.to_path_buf(), why)),
    }
}

fn pool(options: &ScanOptions) -> Result<rayon::ThreadPool, ScanError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).stack_size(STACK_SIZE).build();
    pool.map_err(|error| ScanError::Threads(error.to_string()))
}

/// Scans two revisions of the repository that holds a folder. What both have is read and parsed once; each document is the one that a scan of
/// its revision gives.
///
/// # Errors
/// Fails as a scan of either revision does.
pub fn scan_both(root: &Path, old: &str, new: &str, options: &ScanOptions) -> Result<(Document, Document), ScanError> {
    let (old, new) = (open(root, Some(old))?, open(root, Some(new))?);
    let (progress, limit) = (Progress::default(), options.max_file_size);
    pool(options)?.install(|| {
        let listed = list(root, &old, options)?;
        let content = |path: &RepoPath| old.content(path);
        let keeping = Reuse::keeping(&content);
        let extraction = extract::extract_all(&listed.map, &reader(&old, limit), &progress.done, &keeping);
        let kept = keeping.into_kept(&listed.map);
        let (before, after) = rayon::join(
            || conclude(&old, &listed, extraction, options),
            || {
                let listed = list(root, &new, options)?;
                let content = |path: &RepoPath| new.content(path);
                let reuse = Reuse::of(&kept, &listed.map, &content);
                let extraction = extract::extract_all(&listed.map, &reader(&new, limit), &progress.done, &reuse);
                Ok(conclude(&new, &listed, extraction, options))
            },
        );
        Ok((before, after?))
    })
}

/// The files of a tree.
struct Listed {
    map: RepoMap,
    gaps: Vec<Gap>,
    vendored: BTreeSet<RepoPath>,
}

fn list(root: &Path, tree: &Tree, options: &ScanOptions) -> Result<Listed, ScanError> {
    let walk = WalkOptions { include: options.include.clone(), exclude: options.exclude.clone(), threads: options.threads };
    let listing = tree.list(&walk).map_err(|why| ScanError::Revision(root.to_path_buf(), why))?;
    let map = RepoMap::classify(&listing.entries, &|path| read_text(tree, path, options.max_file_size));
    if let Some(path) = listing.missing.iter().find(|path| map.file(path).is_some_and(extract::reads)) {
        let why = format!("the content of {path} is not in this clone; fetch it with git (a clone made with --filter lacks files)");
        return Err(ScanError::Revision(root.to_path_buf(), why));
    }
    Ok(Listed { map, gaps: listing.gaps, vendored: listing.vendored.into_iter().collect() })
}

fn read_text(tree: &Tree, path: &RepoPath, limit: u64) -> Option<String> {
    SourceText::decode(tree.read(path, limit).ok()?).ok().map(|source| source.text)
}

fn reader(tree: &Tree, limit: u64) -> impl Fn(&RepoPath) -> Result<Vec<u8>, Gap> + Sync {
    move |path| tree.read(path, limit).map_err(|fault| read_gap(path, &fault, limit))
}

fn run(root: &Path, tree: &Tree, options: &ScanOptions, progress: &Progress) -> Result<Document, ScanError> {
    let listed = list(root, tree, options)?;
    progress.total.store(listed.map.files.len(), Ordering::Relaxed);
    let extraction = extract::extract_all(&listed.map, &reader(tree, options.max_file_size), &progress.done, &Reuse::none());
    Ok(conclude(tree, &listed, extraction, options))
}

/// Links what was found, and makes the document.
fn conclude(tree: &Tree, listed: &Listed, mut extraction: Extraction, options: &ScanOptions) -> Document {
    let name = tree.name();
    let input = link::Input::new(&listed.map, &extraction.findings, &name);
    let mut model = link::link(&input);
    model.gaps.extend(listed.gaps.iter().cloned());
    model.gaps.append(&mut extraction.gaps);
    let modules = read_text(tree, &RepoPath::new(".gitmodules"), options.max_file_size);
    model.gaps.extend(submodule_gaps(&listed.map, options, modules));
    model.gaps.sort_by(|a, b| a.order().cmp(&b.order()));
    model.gaps.dedup();
    let commit = tree.commit();
    let counted = count(&listed.map);
    let inventory = Inventory {
        read: extraction.files_read,
        parsed: extraction.files_parsed,
        generated: counted.generated + extraction.files_bundled,
        vendored: listed.vendored.clone(),
        time: options.source_date_epoch.or(commit.as_ref().and_then(|commit| commit.time)),
        commit: commit.map(|commit| commit.id),
        ..counted
    };
    Document::from_model(model, &inventory)
}

/// Submodules none of whose files are here: they belong to the system, and this document does not have them.
fn submodule_gaps(map: &RepoMap, options: &ScanOptions, modules: Option<String>) -> Vec<Gap> {
    let modules = modules.filter(|_| options.include.is_none()).unwrap_or_default();
    let paths = modules.lines().filter_map(|line| line.trim().strip_prefix("path")?.trim_start().strip_prefix('='));
    let paths = paths.map(|path| RepoPath::new(path.trim().trim_matches('"')));
    let absent = paths.filter(|path| !path.is_root() && map.files_within(path).next().is_none());
    let wanted = absent.filter(|path| options.exclude.as_ref().is_none_or(|globs| !globs.is_match(path.as_str())));
    let message = "the files of the submodule are not here; git submodule update --init fetches them, and a scan of the folder reads them";
    wanted.map(|path| Gap::file(GapCode::SubmoduleNotRead, &path, message)).collect()
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
        ReadFault::Pointer => Gap::file(
            GapCode::PointerNotRead,
            path,
            "the file is a pointer of Git LFS, and its content is not here; git lfs pull fetches it",
        ),
        ReadFault::TooLarge => {
            Gap::file(GapCode::TooLarge, path, format!("the file is larger than {limit} bytes; raise --max-file-size to have it read"))
        }
    }
}
