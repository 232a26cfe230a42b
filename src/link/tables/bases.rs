//! Migrations that start from a schema which stands beside them: they alter tables that none of them makes.
//! A file that holds the schema as it is now stands for them; any other file is what they start from.

use super::Folded;
use super::catalog::Catalog;
use super::history::{History, HistoryKind, shows_the_present};
use crate::gap::Gap;

/// Puts such a schema file before the migrations that need it, or in their place.
pub(super) fn settle<'a>(folded: Vec<Folded<'a>>, fold: impl Fn(&History<'a>) -> (Catalog, Vec<Gap>)) -> Vec<Folded<'a>> {
    let mut left = folded;
    let mut settled = Vec::new();
    while let Some(at) = left.iter().position(|one| base_of(one, &left).is_some()) {
        let one = left.remove(at);
        let Some(base) = base_of(&one, &left) else { continue };
        let mut base = left.remove(base);
        if shows_the_present(&base.history) {
            settled.push(Folded { history: one.history, ..base });
            continue;
        }
        // It is no step of the migrations.
        base.history.scripts.iter_mut().for_each(|script| script.files = 0);
        let mut history = one.history;
        history.scripts.splice(0..0, base.history.scripts);
        let (catalog, gaps) = fold(&history);
        settled.push(Folded { history, catalog, gaps, owner: one.owner, store: one.store });
    }
    settled.append(&mut left);
    settled
}

/// The schema file near a history that has most of the tables which it speaks of and does not make.
fn base_of(one: &Folded<'_>, all: &[Folded<'_>]) -> Option<usize> {
    let unknown = &one.catalog.unknown;
    if one.history.kind != HistoryKind::Migrations || unknown.is_empty() {
        return None;
    }
    let folder = &one.history.folder;
    let known = |other: &Folded<'_>| unknown.iter().filter(|name| other.catalog.names.keys().any(|key| key.1 == **name)).count();
    let fits = |other: &Folded<'_>| {
        let near = other.history.folder.is_within(folder)
            || folder.is_within(&other.history.folder)
            || folder.parent() == other.history.folder.parent();
        other.history.kind == HistoryKind::Snapshot
            && other.history.dialect == one.history.dialect
            && near
            && known(other) * 2 >= unknown.len()
    };
    all.iter().position(fits)
}
