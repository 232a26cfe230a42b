//! The key of each table in the document: its name, its schema where that is not the default,
//! and its owner where two databases have a table of one name.

use std::collections::{BTreeMap, BTreeSet};

use super::Folded;
use super::catalog::Key;
use super::history::HistoryKind;
use crate::gap::{Gap, GapCode};
use crate::model::Model;

/// What is put before the names of one database, by plain name.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Plain name of a table -> key in the document.
    pub(super) tables: BTreeMap<Key, String>,
    /// The same for enums.
    pub(super) enums: BTreeMap<Key, String>,
    /// The same for views.
    pub(super) views: BTreeMap<Key, String>,
}

/// A name with its schema, where that is not the default.
pub(super) fn plain(key: &Key, default_schema: &str) -> String {
    if key.0 == default_schema || key.0.is_empty() { key.1.clone() } else { format!("{}.{}", key.0, key.1) }
}

/// Leaves out schema files and shorter histories that only repeat what a longer one makes, and tells where they differ.
pub(super) fn without_copies<'a>(folded: Vec<Folded<'a>>, model: &mut Model) -> Vec<Folded<'a>> {
    let mut kept: Vec<Folded<'a>> = Vec::new();
    let mut sorted = folded;
    // Migrations first, the longest before others; then the schema files with most tables.
    sorted.sort_by_key(|one| {
        let steps = if one.history.kind == HistoryKind::Migrations { one.history.scripts.len() } else { one.catalog.names.len() };
        (one.history.kind, std::cmp::Reverse(steps), one.history.folder.clone())
    });
    for one in sorted {
        let same_owner = |other: &&Folded<'_>| one.history.kind == HistoryKind::Snapshot || other.owner == one.owner;
        let copied = kept.iter().find(|other| same_owner(other) && repeats(&one, other) || is_part(&one, other));
        match copied {
            Some(other) => tell_drift(&one, other, model),
            None => kept.push(one),
        }
    }
    kept.sort_by(|a, b| (a.history.kind, &a.history.folder).cmp(&(b.history.kind, &b.history.folder)));
    kept
}

/// Whether at least half of the tables of a schema file stand in the other history too.
fn repeats(one: &Folded<'_>, other: &Folded<'_>) -> bool {
    let shared = one.catalog.names.keys().filter(|key| other.catalog.names.contains_key(*key)).count();
    !one.catalog.names.is_empty() && shared * 2 >= one.catalog.names.len()
}

/// Whether a history is a copy of a part of another, script by script, or a schema file changes tables that only the other makes.
fn is_part(one: &Folded<'_>, other: &Folded<'_>) -> bool {
    if one.history.kind == HistoryKind::Snapshot {
        return one.catalog.unknown.iter().any(|name| other.catalog.names.keys().any(|key| key.1 == *name));
    }
    let names: BTreeSet<&str> = other.history.scripts.iter().map(|script| script.path.name()).collect();
    // Only names that no two people make alike; `001_init.sql` of two services is no copy.
    let is_own = |name: &str| name.bytes().take_while(u8::is_ascii_digit).count() >= 10;
    one.history.scripts.iter().all(|script| is_own(script.path.name()))
        && repeats(one, other)
        && one.history.scripts.iter().all(|script| names.contains(script.path.name()))
}

fn tell_drift(one: &Folded<'_>, other: &Folded<'_>, model: &mut Model) {
    let path = one.history.scripts.first().map(|script| script.path.clone()).unwrap_or_else(|| one.history.folder.clone());
    let ours: BTreeSet<&Key> = one.catalog.names.keys().collect();
    let theirs: BTreeSet<&Key> = other.catalog.names.keys().collect();
    let named = |keys: Vec<&&Key>| keys.iter().take(5).map(|key| key.1.as_str()).collect::<Vec<_>>().join(", ");
    let only_ours: Vec<&&Key> = ours.difference(&theirs).collect();
    if !only_ours.is_empty() {
        let message = format!("{} tables stand here but not in {}: {}", only_ours.len(), other.history.folder, named(only_ours));
        model.gaps.push(Gap::file(GapCode::SchemaDrift, &path, message));
    }
}

/// Gives every table, enum and view its key.
pub(super) fn assign(folded: &[Folded<'_>]) -> Vec<Names> {
    let tables = assign_kind(folded, |one| one.catalog.names.keys().cloned().collect());
    let enums = assign_kind(folded, |one| one.catalog.enums.keys().cloned().collect());
    let views = assign_kind(folded, |one| one.catalog.views.keys().cloned().collect());
    tables.into_iter().zip(enums).zip(views).map(|((tables, enums), views)| Names { tables, enums, views }).collect()
}

fn assign_kind(folded: &[Folded<'_>], names: impl Fn(&Folded<'_>) -> Vec<Key>) -> Vec<BTreeMap<Key, String>> {
    let mut users: BTreeMap<String, usize> = BTreeMap::new();
    for one in folded {
        for key in names(one) {
            *users.entry(plain(&key, one.catalog.default_schema())).or_default() += 1;
        }
    }
    let prefixes = prefixes(folded);
    let keyed = folded.iter().zip(prefixes).map(|(one, prefix)| {
        let named = names(one).into_iter().map(|key| {
            let plain = plain(&key, one.catalog.default_schema());
            let full = if users.get(&plain).is_some_and(|count| *count > 1) { format!("{prefix}/{plain}") } else { plain };
            (key, full)
        });
        named.collect()
    });
    keyed.collect()
}

/// The shortest thing that tells databases apart: the owner; where one owner has several, the end of the folder's path.
fn prefixes(folded: &[Folded<'_>]) -> Vec<String> {
    let owners: Vec<Option<&str>> = folded.iter().map(|one| one.owner.as_deref()).collect();
    folded
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let alone = owners.iter().filter(|owner| **owner == one.owner.as_deref()).count() == 1;
            match &one.owner {
                Some(owner) if alone => owner.clone(),
                _ => shortest_end(folded, at),
            }
        })
        .collect()
}

/// The shortest end of a folder's path that no other history's folder has.
fn shortest_end(folded: &[Folded<'_>], at: usize) -> String {
    let folder = &folded[at].history.folder;
    let parts: Vec<&str> = folder.parts().collect();
    for length in 1..=parts.len() {
        let end = parts[parts.len() - length..].join("/");
        let clash = folded.iter().enumerate().any(|(other, one)| {
            other != at && (one.history.folder.as_str() == end || one.history.folder.as_str().ends_with(&format!("/{end}")))
        });
        if !clash {
            return end;
        }
    }
    folder.as_str().to_owned()
}
