//! For tests only: the pipeline over files that stand in the test itself.

use std::sync::atomic::AtomicUsize;

use crate::classify::RepoMap;
use crate::extract::{Extraction, Reuse, extract_all};
use crate::gap::{Gap, GapCode};
use crate::link;
use crate::location::RepoPath;
use crate::model::Model;
use crate::source::Entry;

fn map_of(files: &[(&str, &str)]) -> RepoMap {
    let mut entries: Vec<Entry> = files.iter().map(|(path, text)| Entry { path: RepoPath::new(path), size: text.len() as u64 }).collect();
    entries.sort();
    RepoMap::classify(&entries, &|path| text_of(files, path).map(str::to_owned))
}

fn text_of<'a>(files: &[(&str, &'a str)], path: &RepoPath) -> Option<&'a str> {
    files.iter().find(|(name, _)| *name == path.as_str()).map(|(_, text)| *text)
}

/// What the extractors find in files of a path and a text.
pub(crate) fn extraction(files: &[(&str, &str)]) -> Extraction {
    extract_from(&map_of(files), files)
}

fn extract_from(map: &RepoMap, files: &[(&str, &str)]) -> Extraction {
    let read = |path: &RepoPath| match text_of(files, path) {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => Err(Gap::file(GapCode::Unreadable, path, "no such file")),
    };
    extract_all(map, &read, &AtomicUsize::new(0), &Reuse::none())
}

/// The model of files of a path and a text; gaps of the extractors are in it too.
pub(crate) fn model(files: &[(&str, &str)]) -> Model {
    let map = map_of(files);
    let mut extraction = extract_from(&map, files);
    let mut model = link::link(&link::Input::new(&map, &extraction.findings, "trial"));
    model.gaps.append(&mut extraction.gaps);
    model
}
