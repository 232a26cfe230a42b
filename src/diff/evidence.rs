//! Where in the repository a changed fact stands, and whether a fact that is gone may only not have been read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Change, Kind};
use super::rename::escaped;
use super::rules::Both;
use crate::document::{Document, Severity};

/// Codes of diagnostics after which the facts of a file may be missing.
const UNREAD: &[&str] = &[
    "extractor-failed",
    "limit-reached",
    "not-text",
    "pointer-not-read",
    "statement-not-understood",
    "submodule-not-read",
    "syntax-error",
    "template-not-rendered",
    "too-large",
    "unreadable",
];

/// The lines behind the facts of both documents.
pub(super) struct Evidence<'a> {
    old: BTreeMap<&'a str, (&'a str, u32)>,
    new: BTreeMap<&'a str, (&'a str, u32)>,
    /// Files that the new side could not read whole and the old side could: path -> code.
    unread: BTreeMap<&'a str, &'a str>,
}

impl<'a> Evidence<'a> {
    pub(super) fn of(old: &'a Document, new: &'a Document) -> Self {
        let known: BTreeSet<(&str, &str)> = gaps(old).collect();
        let unread = gaps(new).filter(|gap| !known.contains(gap)).collect();
        Self { old: lines(old), new: lines(new), unread }
    }

    /// Adds the line to a change, and the doubt, when there is one.
    pub(super) fn locate(&self, change: &mut Change, both: Both<'_>) {
        let gone = matches!(change.kind, Kind::Removed | Kind::Renamed);
        let (lines, document) = if gone { (&self.old, both.old) } else { (&self.new, both.new) };
        let place = place(document, &change.pointer);
        let parts = place.matches('/').count();
        let fewest = if is_one_of_many(&place) { parts } else { 2 };
        let found = (fewest..=parts).rev().find_map(|count| lines.get(first_parts(&place, count)));
        let Some((path, line)) = found else { return };
        change.source = Some(format!("{path}:{line}"));
        if let Some(code) = self.unread.get(path).filter(|_| change.kind == Kind::Removed) {
            change.doubtful = Some(format!("{path} was not read whole this time ({code})"));
        }
    }
}

/// Whether what stands above a place says nothing of it: lists that many files give to.
fn is_one_of_many(place: &str) -> bool {
    let parts: Vec<&str> = place.split('/').skip(1).take(3).collect();
    matches!(
        parts.as_slice(),
        ["configuration" | "security_posture" | "testing_strategy", ..] | ["api_endpoints", _, "endpoints" | "routes"]
    )
}

fn gaps(document: &Document) -> impl Iterator<Item = (&str, &str)> {
    let all = document.meta.as_ref().and_then(|meta| meta.diagnostics.as_deref()).unwrap_or_default();
    let counted = all.iter().filter(|one| one.severity != Severity::Info && UNREAD.contains(&one.code.as_str()));
    counted.map(|one| (one.path.as_str(), one.code.as_str()))
}

/// Pointer -> the first line that gave it.
fn lines(document: &Document) -> BTreeMap<&str, (&str, u32)> {
    let mut found = BTreeMap::new();
    for (path, texts) in document.sources.iter().flatten() {
        for text in texts {
            let Some((what, pointer)) = text.rsplit_once(" -> ") else { continue };
            let line = what.strip_prefix('L').and_then(|rest| rest.split(' ').next()).and_then(|line| line.parse().ok());
            if let Some(line) = line {
                found.entry(pointer).or_insert((path.as_str(), line));
            }
        }
    }
    found
}

/// The JSON pointer of a place whose parts are names: entries of lists have their index there.
fn place(document: &Value, pointer: &str) -> String {
    let mut at = Some(document);
    let mut made = String::new();
    let mut names: Vec<String> = Vec::new();
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        match at {
            Some(Value::Array(items)) => {
                let index = super::edits::names(&names, items).iter().position(|one| *one == name);
                made.push_str(&index.map_or_else(|| format!("/{part}"), |index| format!("/{index}")));
                at = index.and_then(|index| items.get(index));
            }
            other => {
                made.push('/');
                made.push_str(&escaped(&name));
                at = other.and_then(|value| value.get(&name));
            }
        }
        names.push(name);
    }
    made
}

fn first_parts(pointer: &str, count: usize) -> &str {
    let end = pointer.match_indices('/').nth(count).map_or(pointer.len(), |(at, _)| at);
    &pointer[..end]
}
