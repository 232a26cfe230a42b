//! Where the files of a scan come from: a folder on the disk, or a revision of a git repository.
//! With `walk` and `revision`, the only code that reads the repository; nothing in it is ever run.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::gap::Gap;
use crate::location::RepoPath;
use crate::revision::{self, CommitFacts, Snapshot};
use crate::source::{ContentId, Entry};
use crate::walk::{self, WalkOptions};

/// A tree of files.
#[derive(Debug)]
pub(crate) enum Tree {
    /// A folder; the path is as the caller gave it.
    Folder(PathBuf),
    /// A revision.
    Revision(Box<Snapshot>),
}

/// The files of a tree, sorted by path, and what was left out.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// The files.
    pub(crate) entries: Vec<Entry>,
    /// Folders of vendored code and built output that were left out.
    pub(crate) vendored: Vec<RepoPath>,
    /// Listed files whose content is not in this clone.
    pub(crate) missing: Vec<RepoPath>,
    /// What could not be listed.
    pub(crate) gaps: Vec<Gap>,
}

impl Listing {
    /// In an order that depends on nothing but the files.
    #[must_use]
    pub(crate) fn sorted(mut self) -> Self {
        self.entries.sort_unstable();
        self.vendored.sort_unstable();
        self.missing.sort_unstable();
        self.gaps.sort_by(|a, b| a.order().cmp(&b.order()));
        self
    }
}

/// Why a file was not read.
#[derive(Debug)]
pub(crate) enum ReadFault {
    /// The system said no; the text says why, without any path.
    Unreadable(String),
    /// It is larger than the limit.
    TooLarge,
    /// It is a pointer of Git LFS, which stands for a content that is not here.
    Pointer,
}

/// How a pointer of Git LFS begins (its specification, "The pointer file").
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1";

impl Tree {
    /// Opens a folder.
    pub(crate) fn open(root: &Path) -> std::io::Result<Self> {
        if !std::fs::metadata(root)?.is_dir() {
            return Err(std::io::Error::from(std::io::ErrorKind::NotADirectory));
        }
        walk::check_readable(root)?;
        Ok(Self::Folder(root.to_path_buf()))
    }

    /// Opens a revision of the repository that holds a folder.
    pub(crate) fn open_revision(root: &Path, revision: &str) -> Result<Self, String> {
        Snapshot::open(root, revision).map(|snapshot| Self::Revision(Box::new(snapshot)))
    }

    /// Lists its files; fails only where a revision is not whole.
    pub(crate) fn list(&self, options: &WalkOptions) -> Result<Listing, String> {
        match self {
            Self::Folder(root) => Ok(walk::walk(root, options)),
            Self::Revision(snapshot) => snapshot.list(options),
        }
    }

    /// Reads a file of at most `limit` bytes.
    pub(crate) fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadFault> {
        let bytes = match self {
            Self::Folder(root) => read_file(&root.join(path.as_str()), limit)?,
            Self::Revision(snapshot) => snapshot.read(path, limit).map_err(ReadFault::Unreadable)?.ok_or(ReadFault::TooLarge)?,
        };
        if bytes.starts_with(POINTER) { Err(ReadFault::Pointer) } else { Ok(bytes) }
    }

    /// The identity of the content of a listed file, where that is known without reading it.
    pub(crate) fn content(&self, path: &RepoPath) -> Option<ContentId> {
        match self {
            Self::Folder(_) => None,
            Self::Revision(snapshot) => snapshot.content(path),
        }
    }

    /// The commit that is scanned, or that the folder stands at.
    pub(crate) fn commit(&self) -> Option<CommitFacts> {
        match self {
            Self::Folder(root) => revision::head(root),
            Self::Revision(snapshot) => snapshot.commit(),
        }
    }

    /// The name of the root folder, for a project that names itself nowhere.
    pub(crate) fn name(&self) -> String {
        let root = match self {
            Self::Folder(root) => root,
            Self::Revision(snapshot) => return snapshot.name(),
        };
        let named = std::path::absolute(root).ok();
        let name = named.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| "repository".to_owned())
    }
}

fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, ReadFault> {
    let fault = |error: std::io::Error| ReadFault::Unreadable(error.kind().to_string());
    let file = File::open(path).map_err(fault)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > limit { Err(ReadFault::TooLarge) } else { Ok(bytes) }
}
