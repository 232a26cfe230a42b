//! A revision of a git repository as a tree of files, read from its object store: no checkout, no index, no program run.
//! Sees the files that a checkout of the revision would have, and nothing else; settings outside of the repository do not count.

mod listing;
mod rules;

#[expect(clippy::disallowed_types, reason = "only ever asked for one key; every read of every file is looked up here")]
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use gix::bstr::ByteSlice;
use gix::object::tree::EntryKind;
use gix::{ObjectId, Repository, ThreadSafeRepository};

use crate::location::RepoPath;
use crate::source::ContentId;

/// What a commit says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommitFacts {
    /// Its hash.
    pub(crate) id: String,
    /// When it was committed, in seconds since 1970; `None` when the object is not in this clone.
    pub(crate) time: Option<i64>,
}

/// A blob and how many bytes it has.
type Blob = (ObjectId, u64);

/// The folder of a revision that is scanned.
pub(crate) struct Snapshot {
    repository: ThreadSafeRepository,
    /// Handles that no thread uses at the moment; each keeps what it needs to read the object store.
    handles: Mutex<Vec<Repository>>,
    name: String,
    tree: ObjectId,
    commit: Option<CommitFacts>,
    #[expect(clippy::disallowed_types, reason = "see above")]
    files: OnceLock<HashMap<RepoPath, Blob>>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Snapshot({}, {})", self.name, self.tree)
    }
}

/// How many symbolic links may lead to each other.
const LINK_DEPTH: usize = 8;

impl Snapshot {
    /// Opens a revision of the repository that holds a folder. The message of a failure is one line.
    pub(crate) fn open(root: &Path, revision: &str) -> Result<Self, String> {
        let (repository, folder) = discover(root)?;
        let handle = repository.to_thread_local();
        let (tree, commit) = resolve(&handle, &folder, revision)?;
        let name = name_of(root);
        Ok(Self { repository, handles: Mutex::new(vec![handle]), name, tree, commit, files: OnceLock::new() })
    }

    /// The name of the scanned folder.
    pub(crate) fn name(&self) -> String {
        self.name.clone()
    }

    /// The commit, when the whole of one is scanned.
    pub(crate) fn commit(&self) -> Option<CommitFacts> {
        self.commit.clone()
    }

    /// The identity of the content of a listed file.
    pub(crate) fn content(&self, path: &RepoPath) -> Option<ContentId> {
        self.files.get()?.get(path).map(|(id, _)| ContentId::new(id.as_bytes()))
    }

    /// Reads a file of at most `limit` bytes; `None` when it is larger.
    pub(crate) fn read(&self, path: &RepoPath, limit: u64) -> Result<Option<Vec<u8>>, String> {
        let listed = self.files.get().and_then(|files| files.get(path)).copied();
        self.with(|handle| {
            let (id, size) = match listed {
                Some(blob) => blob,
                None => self.find(handle, path)?,
            };
            if size > limit {
                return Ok(None);
            }
            let mut object = handle.find_object(id).map_err(|_| "the object is damaged or not in this clone".to_owned())?;
            Ok(Some(std::mem::take(&mut object.data)))
        })
    }

    /// Runs with a handle of the repository; handles are kept for the next caller.
    fn with<T>(&self, run: impl FnOnce(&Repository) -> T) -> T {
        let kept = self.handles.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = kept.unwrap_or_else(|| self.repository.to_thread_local());
        let result = run(&handle);
        self.handles.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        result
    }

    /// A file that was not listed: an ignored one, or one behind symbolic links, as opening its path in a checkout would find it.
    fn find(&self, handle: &Repository, path: &RepoPath) -> Result<Blob, String> {
        let missing = || std::io::ErrorKind::NotFound.to_string();
        let mut open: Vec<String> = path.parts().rev().map(str::to_owned).collect();
        let mut walked: Vec<(String, ObjectId)> = Vec::new();
        let mut links = 0;
        while let Some(part) = open.pop() {
            if part == ".." {
                walked.pop().ok_or_else(missing)?;
                continue;
            }
            let folder = walked.last().map_or(self.tree, |(_, id)| *id);
            let tree = handle.find_tree(folder).map_err(|_| missing())?;
            let entry = tree.find_entry(part.as_str()).ok_or_else(missing)?;
            let id = entry.object_id();
            match entry.mode().kind() {
                EntryKind::Tree => walked.push((part, id)),
                EntryKind::Link if links < LINK_DEPTH => {
                    links += 1;
                    let target = handle.find_object(id).map_err(|_| missing())?;
                    let target = target.data.to_str().ok().filter(|target| !target.starts_with('/')).ok_or_else(missing)?;
                    open.extend(target.split('/').filter(|part| !matches!(*part, "" | ".")).rev().map(str::to_owned));
                }
                EntryKind::Blob | EntryKind::BlobExecutable if open.is_empty() => {
                    return Ok((id, handle.find_header(id).map_err(|_| missing())?.size()));
                }
                EntryKind::Blob | EntryKind::BlobExecutable | EntryKind::Link | EntryKind::Commit => return Err(missing()),
            }
        }
        Err(std::io::ErrorKind::IsADirectory.to_string())
    }
}

/// The commit that a work tree stands at; `None` when the folder is not the top of one, or before the first commit.
pub(crate) fn head(root: &Path) -> Option<CommitFacts> {
    if !root.join(".git").exists() {
        return None;
    }
    let handle = gix::open::Options::isolated().open(root).ok()?.to_thread_local();
    let id = handle.head_id().ok()?.detach();
    Some(facts(&handle, id))
}

/// The commit at which two lines of history parted: the old side of `A...B`.
pub(crate) fn merge_base(root: &Path, one: &str, two: &str) -> Result<String, String> {
    let handle = discover(root)?.0.to_thread_local();
    let id = |revision: &str| {
        let object = handle.rev_parse_single(revision).map_err(|_| unknown(&handle, revision))?;
        let object = object.object().map_err(|_| absent(revision))?;
        object.peel_to_kind(gix::object::Kind::Commit).map(|commit| commit.id).map_err(|_| format!("'{revision}' names no commit"))
    };
    let base = handle.merge_base(id(one)?, id(two)?).ok().flatten();
    base.map(|id| id.to_string()).ok_or_else(|| {
        let why = if handle.is_shallow().unwrap_or(false) { "; this clone is shallow: run git fetch --unshallow" } else { "" };
        format!("'{one}' and '{two}' have no common commit here{why}")
    })
}

/// The repository that holds a folder, and the folder's path in it.
fn discover(root: &Path) -> Result<(ThreadSafeRepository, PathBuf), String> {
    let isolated = gix::open::Options::isolated;
    let trust = gix::sec::trust::Mapping { full: isolated(), reduced: isolated() };
    let found = ThreadSafeRepository::discover_opts(root, gix::discover::upwards::Options::default(), trust);
    let found = found.map_err(|_| "it lies in no git repository; give a clone, a work tree or a bare repository".to_owned())?;
    let Some(top) = found.work_dir().map(Path::to_path_buf) else { return Ok((found, PathBuf::new())) };
    let real = |path: &Path| path.canonicalize().map_err(|error| error.kind().to_string());
    let folder = real(root)?.strip_prefix(real(&top)?).map(Path::to_path_buf).unwrap_or_default();
    Ok((found, folder))
}

/// The tree of a folder in a revision, and the commit when that is the whole of one.
fn resolve(handle: &Repository, folder: &Path, revision: &str) -> Result<(ObjectId, Option<CommitFacts>), String> {
    let object = handle.rev_parse_single(revision).map_err(|_| unknown(handle, revision))?;
    let object = object.object().map_err(|_| absent(revision))?;
    let commit = object.clone().peel_to_kind(gix::object::Kind::Commit).ok().map(|commit| commit.id);
    let tree = object.peel_to_kind(gix::object::Kind::Tree).map_err(|_| format!("'{revision}' names no commit and no folder"))?;
    // A folder of a revision (`HEAD:services/api`) is no place where a commit was checked out.
    let commit = commit.filter(|_| folder.as_os_str().is_empty()).map(|id| facts(handle, id));
    Ok((within(handle, tree.id, folder, revision)?, commit))
}

/// The tree of a folder below a tree.
fn within(handle: &Repository, tree: ObjectId, folder: &Path, revision: &str) -> Result<ObjectId, String> {
    if folder.as_os_str().is_empty() {
        return Ok(tree);
    }
    let entry = handle.find_tree(tree).ok().and_then(|tree| tree.lookup_entry_by_path(folder).ok().flatten());
    let entry = entry.filter(|entry| entry.mode().is_tree());
    entry.map(|entry| entry.object_id()).ok_or_else(|| format!("'{revision}' has no folder {}", folder.display()))
}

fn facts(handle: &Repository, id: ObjectId) -> CommitFacts {
    let commit = handle.find_commit(id).ok();
    CommitFacts { id: id.to_string(), time: commit.and_then(|commit| commit.time().ok()).map(|time| time.seconds) }
}

fn unknown(handle: &Repository, revision: &str) -> String {
    let shallow = handle.is_shallow().unwrap_or(false);
    let why = if shallow { "; this clone is shallow: git fetch --unshallow brings its history" } else { "; give a branch, tag or commit" };
    format!("'{revision}' is no revision of it{why}")
}

fn absent(revision: &str) -> String {
    format!("the objects of '{revision}' are not in this clone; fetch them with git")
}

/// The name of the folder; a bare repository is usually called `<name>.git`.
fn name_of(root: &Path) -> String {
    let named = std::path::absolute(root).ok();
    let name = named.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "repository".to_owned());
    name.strip_suffix(".git").filter(|name| !name.is_empty()).map_or(name.clone(), str::to_owned)
}
