//! The files of a revision: what the walk would list in a checkout of it, with the same rules and the same gaps.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::bstr::ByteSlice;
use gix::object::tree::EntryKind;
use gix::{ObjectId, Repository};
use rayon::prelude::*;

use super::rules::{FILES, Rules};
use super::{Blob, Snapshot};
use crate::gap::{Gap, GapCode};
use crate::location::RepoPath;
use crate::source::Entry;
use crate::tree::Listing;
use crate::vendored::{Folder, is_vendored};
use crate::walk::WalkOptions;

/// One entry of a tree object.
struct Item {
    name: Vec<u8>,
    kind: EntryKind,
    id: ObjectId,
}

/// A folder that is still to be looked into.
struct Open {
    /// The path as text, with a slash at its end but for the root.
    path: String,
    id: ObjectId,
    rules: Option<Arc<Rules>>,
}

/// A folder of the revision among those beside it.
struct InTree<'a> {
    handle: &'a Repository,
    id: Option<ObjectId>,
    beside: &'a [Item],
}

impl Folder for InTree<'_> {
    fn holds(&self, path: &str) -> bool {
        let tree = self.id.and_then(|id| self.handle.find_tree(id).ok());
        tree.and_then(|tree| tree.lookup_entry_by_path(path).ok().flatten()).is_some()
    }

    fn beside(&self, name: &str) -> bool {
        self.beside.iter().any(|item| item.name == name.as_bytes())
    }

    fn any_beside(&self, wanted: &dyn Fn(&str) -> bool) -> bool {
        self.beside.iter().any(|item| std::str::from_utf8(&item.name).is_ok_and(wanted))
    }
}

impl Snapshot {
    /// Lists the files, and those whose content is not in this clone. Fails when a tree is not: what is missing must never look like what is
    /// not there.
    pub(crate) fn list(&self, options: &WalkOptions) -> Result<Listing, String> {
        let mut listing = Listing::default();
        let mut blobs: Vec<(RepoPath, ObjectId)> = Vec::new();
        let mut mangled: BTreeSet<RepoPath> = BTreeSet::new();
        self.with(|handle| {
            let mut open = vec![Open { path: String::new(), id: self.tree, rules: None }];
            while let Some(folder) = open.pop() {
                let items = items(handle, folder.id)?;
                let rules = rules(handle, &folder, &items);
                for item in &items {
                    let place = Place { handle, folder: &folder.path, rules: rules.as_ref(), beside: &items };
                    match place.visit(item, options, &mut listing) {
                        Visit::Enter(path) => open.push(Open { path, id: item.id, rules: rules.clone() }),
                        Visit::File(path) => {
                            if item.name.contains(&b'\\') || folder.path.contains('\\') {
                                mangled.insert(path.clone());
                            }
                            blobs.push((path, item.id));
                        }
                        Visit::Nothing => {}
                    }
                }
            }
            Ok::<(), String>(())
        })?;
        let size = |(path, id): (RepoPath, ObjectId)| {
            let header = self.with(|handle| handle.find_header(id).map(|header| header.size()));
            (path, id, header.ok())
        };
        let sized: Vec<(RepoPath, ObjectId, Option<u64>)> = blobs.into_par_iter().with_min_len(64).map(size).collect();
        listing.missing = sized.iter().filter(|(_, _, size)| size.is_none()).map(|(path, _, _)| path.clone()).collect();
        let sized = || sized.iter().map(|(path, id, size)| (path.clone(), (*id, size.unwrap_or_default())));
        listing.entries = sized().map(|(path, (_, size)): (RepoPath, Blob)| Entry { path, size }).collect();
        // A name that holds a backslash is listed and, as in a folder, not found when it is read.
        let _ = self.files.set(sized().filter(|(path, _)| !mangled.contains(path)).collect());
        Ok(listing.sorted())
    }
}

fn items(handle: &Repository, id: ObjectId) -> Result<Vec<Item>, String> {
    let tree = handle.find_tree(id).map_err(|_| "a folder of it is not in this clone, or damaged; fetch it with git".to_owned())?;
    let read = tree.iter().map(|entry| {
        let entry = entry.map_err(|_| "a folder of it is damaged; run git fsck".to_owned())?;
        Ok(Item { name: entry.filename().to_vec(), kind: entry.mode().kind(), id: entry.object_id() })
    });
    read.collect()
}

/// The rules that hold in a folder.
fn rules(handle: &Repository, folder: &Open, items: &[Item]) -> Option<Arc<Rules>> {
    let texts = FILES.map(|name| {
        let item = items.iter().find(|item| item.name == name.as_bytes() && is_file(item.kind))?;
        Some(handle.find_object(item.id).ok()?.data.clone())
    });
    Rules::of(&Path::new("/").join(&folder.path), texts, folder.rules.clone())
}

fn is_file(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Blob | EntryKind::BlobExecutable)
}

/// Where an entry stands.
struct Place<'a> {
    handle: &'a Repository,
    folder: &'a str,
    rules: Option<&'a Arc<Rules>>,
    beside: &'a [Item],
}

/// What follows from an entry.
enum Visit {
    Enter(String),
    File(RepoPath),
    Nothing,
}

impl Place<'_> {
    fn visit(&self, item: &Item, options: &WalkOptions, into: &mut Listing) -> Visit {
        // A submodule is an empty folder where it was not fetched.
        let is_folder = matches!(item.kind, EntryKind::Tree | EntryKind::Commit);
        let native = gix::path::from_byte_slice(&item.name).map(Path::to_path_buf).unwrap_or_default();
        let relative: PathBuf = Path::new(self.folder).join(&native);
        if self.rules.is_some_and(|rules| rules.leaves_out(&Path::new("/").join(&relative), is_folder)) {
            return Visit::Nothing;
        }
        let Ok(name) = item.name.to_str() else {
            let shown = RepoPath::new(&relative.to_string_lossy());
            into.gaps.push(Gap::file(GapCode::NameNotUtf8, &shown, "the name is not UTF-8; rename it to have it read"));
            return Visit::Nothing;
        };
        let text = format!("{}{name}", self.folder);
        let path = RepoPath::new(&text);
        if options.exclude.as_ref().is_some_and(|globs| globs.is_match(&relative)) {
            return Visit::Nothing;
        }
        if is_folder {
            let id = Some(item.id).filter(|_| item.kind == EntryKind::Tree);
            if is_vendored(path.as_str(), &InTree { handle: self.handle, id, beside: self.beside }) {
                into.vendored.push(path);
                return Visit::Nothing;
            }
            return if id.is_some() { Visit::Enter(text + "/") } else { Visit::Nothing };
        }
        if item.kind == EntryKind::Link {
            into.gaps.push(Gap::file(GapCode::SymlinkSkipped, &path, "symbolic links are not followed"));
        } else if options.include.as_ref().is_none_or(|globs| globs.is_match(&relative)) {
            return Visit::File(path);
        }
        Visit::Nothing
    }
}
