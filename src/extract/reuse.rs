//! What was found in the files of one revision, for the scan of another: a file of the same content, path and kind gives the same facts.
//! A result that looked at other files, or at which files there are, is taken only where those are the same too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::FileResult;
use crate::classify::{File, RepoMap};
use crate::location::RepoPath;
use crate::source::ContentId;

/// Gives the identity of a content, where that is known without reading it.
pub(crate) type Content<'a> = &'a (dyn Fn(&RepoPath) -> Option<ContentId> + Sync);

/// What a scan takes from an earlier one and keeps for a later one.
pub(crate) struct Reuse<'a> {
    content: Option<Content<'a>>,
    before: Option<&'a Kept<'a>>,
    same_tree: bool,
    kept: Option<Mutex<Results>>,
    kept_looks: Mutex<Looks>,
}

/// In which files which of a list of names stand.
#[derive(Default)]
struct Looks {
    names: Vec<String>,
    standing: BTreeMap<RepoPath, (ContentId, BTreeSet<usize>)>,
}

/// By path, and whether the file was asked for or only listed.
type Results = BTreeMap<(RepoPath, bool), KeptResult>;

/// The results of a scan.
pub(crate) struct Kept<'a> {
    map: &'a RepoMap,
    results: Mutex<Results>,
    looks: Looks,
}

struct KeptResult {
    file: File,
    content: ContentId,
    result: FileResult,
    /// Whether the list of files was looked at.
    asked_map: bool,
    companions: Vec<(RepoPath, Option<ContentId>)>,
}

impl<'a> Reuse<'a> {
    /// Takes nothing and keeps nothing.
    pub(crate) fn none() -> Self {
        Self { content: None, before: None, same_tree: false, kept: None, kept_looks: Mutex::default() }
    }

    /// Keeps everything.
    pub(crate) fn keeping(content: Content<'a>) -> Self {
        Self { content: Some(content), before: None, same_tree: false, kept: Some(Mutex::default()), kept_looks: Mutex::default() }
    }

    /// Takes what an earlier scan kept.
    pub(crate) fn of(before: &'a Kept<'a>, map: &RepoMap, content: Content<'a>) -> Self {
        let (old, new) = (&before.map.files, &map.files);
        let same_paths = old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.path == new.path);
        let same_tree = same_paths && before.map.modules == map.modules;
        Self { content: Some(content), before: Some(before), same_tree, kept: None, kept_looks: Mutex::default() }
    }

    /// What was kept, with the list of files that it was found in.
    pub(crate) fn into_kept(self, map: &'a RepoMap) -> Kept<'a> {
        let looks = self.kept_looks.into_inner().unwrap_or_else(PoisonError::into_inner);
        Kept { map, results: self.kept.unwrap_or_default(), looks }
    }

    /// Which of the names an earlier scan saw in the same content; `None` when it looked for others, or at another content.
    pub(super) fn standing(&self, path: &RepoPath, names: &[&str]) -> Option<BTreeSet<usize>> {
        let looks = &self.before?.looks;
        let (content, standing) = looks.standing.get(path)?;
        (looks.names == names && self.content?(path).as_ref() == Some(content)).then(|| standing.clone())
    }

    /// Keeps which of the names stand in each file.
    pub(super) fn keep_standing<'s>(&self, names: &[&str], found: impl Iterator<Item = (&'s RepoPath, &'s BTreeSet<usize>)>) {
        let (Some(_), Some(content)) = (&self.kept, self.content) else { return };
        let mut looks = self.kept_looks.lock().unwrap_or_else(PoisonError::into_inner);
        looks.names = names.iter().map(|name| (*name).to_owned()).collect();
        looks.standing = found.filter_map(|(path, own)| Some((path.clone(), (content(path)?, own.clone())))).collect();
    }

    /// The result for a file, when an earlier scan found the same; it is given away once.
    pub(super) fn find(&self, file: &File, demanded: bool) -> Option<FileResult> {
        let mut results = self.before?.results.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (file.path.clone(), demanded);
        let (kept, content) = (results.get(&key)?, self.content?);
        let same = kept.file == *file
            && content(&file.path).as_ref() == Some(&kept.content)
            && (self.same_tree || !kept.asked_map)
            && kept.companions.iter().all(|(path, was)| content(path) == *was);
        if same { results.remove(&key).map(|kept| kept.result) } else { None }
    }

    /// Keeps the result for a file, with what was looked at beside it.
    pub(super) fn keep(&self, file: &File, demanded: bool, result: &FileResult, (asked_map, companions): (bool, Vec<RepoPath>)) {
        let (Some(kept), Some(content)) = (&self.kept, self.content) else { return };
        let Some(own) = content(&file.path) else { return };
        let companions = companions.into_iter().map(|path| (path.clone(), content(&path))).collect();
        let one = KeptResult { file: file.clone(), content: own, result: result.clone(), asked_map, companions };
        kept.lock().unwrap_or_else(PoisonError::into_inner).insert((file.path.clone(), demanded), one);
    }
}
