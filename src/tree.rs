//! Where the files of a scan come from: a folder on the disk (and later a git revision).
//! With `walk`, the only code that reads the repository; nothing in it is ever run.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::gap::Gap;
use crate::location::RepoPath;
use crate::source::Entry;
use crate::walk::{self, WalkOptions};

/// A tree of files.
#[derive(Debug)]
pub(crate) enum Tree {
    /// A folder; the path is as the caller gave it.
    Folder(PathBuf),
}

/// The files of a tree, sorted by path, and what was left out.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// The files.
    pub(crate) entries: Vec<Entry>,
    /// Folders of vendored code and built output that were left out.
    pub(crate) vendored: Vec<RepoPath>,
    /// What could not be listed.
    pub(crate) gaps: Vec<Gap>,
}

/// Why a file was not read.
#[derive(Debug)]
pub(crate) enum ReadFault {
    /// The system said no; the text says why, without any path.
    Unreadable(String),
    /// It is larger than the limit.
    TooLarge,
}

impl Tree {
    /// Opens a folder.
    pub(crate) fn open(root: &Path) -> std::io::Result<Self> {
        if !std::fs::metadata(root)?.is_dir() {
            return Err(std::io::Error::from(std::io::ErrorKind::NotADirectory));
        }
        walk::check_readable(root)?;
        Ok(Self::Folder(root.to_path_buf()))
    }

    /// Lists its files.
    pub(crate) fn list(&self, options: &WalkOptions) -> Listing {
        match self {
            Self::Folder(root) => walk::walk(root, options),
        }
    }

    /// Reads a file of at most `limit` bytes.
    pub(crate) fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, ReadFault> {
        let Self::Folder(root) = self;
        let fault = |error: std::io::Error| ReadFault::Unreadable(error.kind().to_string());
        let file = File::open(root.join(path.as_str())).map_err(fault)?;
        let mut bytes = Vec::new();
        file.take(limit + 1).read_to_end(&mut bytes).map_err(fault)?;
        if bytes.len() as u64 > limit { Err(ReadFault::TooLarge) } else { Ok(bytes) }
    }

    /// The name of the root folder, for a project that names itself nowhere.
    pub(crate) fn name(&self) -> String {
        let Self::Folder(root) = self;
        let named = std::path::absolute(root).ok();
        let name = named.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| "repository".to_owned())
    }
}
