//! One schema that is kept for several engines: told by the names of folders and files, and by the tables that both make.
//! Applies nothing.

use std::collections::BTreeSet;

use super::history::History;
use crate::finding::schema::{Dialect, SchemaChange};
use crate::gap::{Gap, GapCode};
use crate::location::RepoPath;
use crate::model::Model;

/// Engines that names of folders and files tell apart, the one that stands for all others first.
pub(super) const ENGINES: &[(&str, Dialect)] = &[
    ("postgres", Dialect::Postgres),
    ("postgresql", Dialect::Postgres),
    ("postgresdb", Dialect::Postgres),
    ("pg", Dialect::Postgres),
    ("pgsql", Dialect::Postgres),
    ("psql", Dialect::Postgres),
    ("cockroach", Dialect::Postgres),
    ("cockroachdb", Dialect::Postgres),
    ("yugabyte", Dialect::Postgres),
    ("mysql", Dialect::MySql),
    ("mysqldb", Dialect::MySql),
    ("mariadb", Dialect::MySql),
    ("planetscale", Dialect::MySql),
    ("tidb", Dialect::MySql),
    ("sqlite", Dialect::Sqlite),
    ("sqlite3", Dialect::Sqlite),
    ("libsql", Dialect::Sqlite),
    ("mssql", Dialect::SqlServer),
    ("sqlserver", Dialect::SqlServer),
];

/// The engine named in a file name, `1_users.postgres.up.sql`, by its place in the list.
pub(super) fn named_engine(path: &RepoPath) -> Option<usize> {
    path.name().split('.').find_map(position)
}

/// The engine that the last folder which names one is for, by its place in the list.
pub(super) fn of_folder(folder: &RepoPath) -> Option<usize> {
    let parts: Vec<&str> = folder.parts().collect();
    parts.iter().rev().find_map(|part| part.split(['-', '_', '.']).find_map(position))
}

fn position(word: &str) -> Option<usize> {
    ENGINES.iter().position(|(name, _)| name.eq_ignore_ascii_case(word))
}

/// A folder with every name of an engine taken out: equal for folders that differ in the engine alone.
fn without_engine(folder: &RepoPath) -> String {
    let part = |part: &str| part.split(['-', '_', '.']).filter(|word| position(word).is_none()).collect::<Vec<_>>().join("-");
    folder.parts().map(part).collect::<Vec<_>>().join("/")
}

/// Where one schema is kept for several engines, one of them stands for all.
pub(super) fn one_each<'a>(histories: Vec<History<'a>>, model: &mut Model) -> Vec<History<'a>> {
    let mut kept: Vec<History<'a>> = Vec::new();
    let mut sorted = histories;
    let engine = |history: &History<'_>| history.scripts.iter().find_map(|script| of_folder(&script.path.parent()));
    sorted.sort_by(|a, b| (a.dialect, a.kind, engine(a), &a.folder).cmp(&(b.dialect, b.kind, engine(b), &b.folder)));
    for history in sorted {
        let is_twin = |other: &&History<'_>| {
            let differ = other.dialect != history.dialect || engine(other).is_some() && engine(other) != engine(&history);
            differ && (is_beside(other, &history) || in_one_package(other, &history)) && make_the_same(other, &history)
        };
        match kept.iter().find(is_twin) {
            Some(other) => model.gaps.push(Gap::file(
                GapCode::NotUnderstood,
                &history.folder,
                format!("the same schema for another engine as {}, which stands for both", other.folder),
            )),
            None => kept.push(history),
        }
    }
    kept.sort_by(|a, b| (a.kind, &a.folder).cmp(&(b.kind, &b.folder)));
    kept
}

/// Whether the folders of two histories differ in the name of an engine alone.
fn is_beside(one: &History<'_>, other: &History<'_>) -> bool {
    one.kind == other.kind && one.folder != other.folder && without_engine(&one.folder) == without_engine(&other.folder)
}

/// Whether two histories of one package are the same steps for two engines: most of their files are called alike.
fn in_one_package(one: &History<'_>, other: &History<'_>) -> bool {
    let names = |history: &History<'_>| history.scripts.iter().map(|script| script.path.name().to_owned()).collect::<BTreeSet<_>>();
    one.package.is_some() && one.package == other.package && {
        let (ours, theirs) = (names(one), names(other));
        is_beside(one, other) || ours.intersection(&theirs).count() * 2 >= ours.len().min(theirs.len())
    }
}

/// Whether at least half of the tables that one makes are made by the other; a history that makes none says nothing.
fn make_the_same(one: &History<'_>, other: &History<'_>) -> bool {
    let (ours, theirs) = (created(one), created(other));
    ours.intersection(&theirs).count() * 2 >= ours.len().min(theirs.len())
}

fn created(history: &History<'_>) -> BTreeSet<String> {
    let statements = history.scripts.iter().flat_map(|script| &script.statements);
    let names = statements.filter_map(|(_, statement)| match &statement.change {
        SchemaChange::CreateTable(table) => Some(table.name.name.to_ascii_lowercase()),
        _ => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::{named_engine, of_folder, without_engine};
    use crate::location::RepoPath;

    #[test]
    fn an_engine_is_told_by_whole_words_of_names() {
        let folder = |path: &str| of_folder(&RepoPath::new(path)).map(|at| super::ENGINES[at].0);
        assert_eq!(folder("db/migrations/postgres"), Some("postgres"));
        assert_eq!(folder("migrations-mysql/v2"), Some("mysql"));
        assert_eq!(folder("sqlite/migrations/postgres"), Some("postgres"));
        assert_eq!(folder("pgadmin/mysqldump"), None);
        assert!(
            named_engine(&RepoPath::new("db/1_users.postgres.up.sql")).is_some()
                && named_engine(&RepoPath::new("db/1_pgusers.sql")).is_none()
        );
    }

    #[test]
    fn folders_that_differ_in_the_engine_alone_are_equal_without_it() {
        let plain = |path: &str| without_engine(&RepoPath::new(path));
        assert_eq!(plain("db/postgres/migrations"), plain("db/sqlite/migrations"));
        assert_eq!(plain("migrations-pg"), plain("migrations-mysql"));
        assert_ne!(plain("billing/postgres"), plain("orders/mysql"));
    }
}
