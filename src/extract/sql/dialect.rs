//! Which dialect a file is written in, by its path and by what only one dialect has.

use crate::finding::schema::Dialect;
use crate::syntax::sql::Lexis;
use crate::syntax::sql::token::{Token, Tokens};

/// Words of paths that name an engine; a part of a path must be one of them or start or end with it and a separator.
const PATH_WORDS: &[(&str, Dialect)] = &[
    ("postgres", Dialect::Postgres),
    ("postgresql", Dialect::Postgres),
    ("pg", Dialect::Postgres),
    ("psql", Dialect::Postgres),
    ("supabase", Dialect::Postgres),
    ("cockroach", Dialect::Postgres),
    ("mysql", Dialect::MySql),
    ("mariadb", Dialect::MySql),
    ("sqlite", Dialect::Sqlite),
    ("sqlite3", Dialect::Sqlite),
    ("mssql", Dialect::SqlServer),
    ("sqlserver", Dialect::SqlServer),
    ("clickhouse", Dialect::ClickHouse),
];

/// The dialect of a file; PostgreSQL when nothing speaks against it.
pub(super) fn detect(path: &str, text: &str) -> Dialect {
    by_path(path).unwrap_or_else(|| by_text(text))
}

pub(super) fn by_path(path: &str) -> Option<Dialect> {
    // A folder is named for its engine; a file name speaks of many things, and only a part between dots is the engine's.
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let in_name = name.split('.').skip(1);
    let words = in_name.chain(folders.split(['/', '.', '-', '_']).rev()).map(str::to_ascii_lowercase);
    words.into_iter().filter_map(|word| PATH_WORDS.iter().find(|(name, _)| *name == word)).map(|(_, dialect)| *dialect).next()
}

/// Tokens that are looked at; a file shows its dialect early.
const LOOKED_AT: usize = 20_000;

pub(super) fn by_text(text: &str) -> Dialect {
    // Backticks and brackets are plain symbols to this lexis, so that each shows itself.
    let words: Vec<String> = Tokens::new(text, Lexis::Postgres)
        .filter(Token::is_solid)
        .take(LOOKED_AT)
        .map(|token| if token.end - token.start < 40 { token.of(text).to_ascii_lowercase() } else { String::new() })
        .collect();
    let has = |word: &str| words.iter().any(|other| other == word);
    let pair = |first: &str, second: &str| words.windows(2).any(|pair| pair[0] == first && pair[1] == second);
    if has("mergetree")
        || has("replacingmergetree")
        || pair("engine", "=") && words.iter().any(|word| word.ends_with("mergetree"))
        || pair("on", "cluster")
        || has("lowcardinality")
    {
        Dialect::ClickHouse
    } else if pair("engine", "=") || has("auto_increment") || has("`") {
        if has("autoincrement") { Dialect::Sqlite } else { Dialect::MySql }
    } else if pair("[", "dbo") || has("nvarchar") || has("go") && has("[") || has("uniqueidentifier") || pair("identity", "(") {
        Dialect::SqlServer
    } else if has("autoincrement") || has("pragma") {
        Dialect::Sqlite
    } else {
        Dialect::Postgres
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, detect};

    #[test]
    fn paths_and_words_tell_the_dialect() {
        assert_eq!(detect("migration/007_drop_sqlite_x.up.sql", "create table a (b jsonb)"), Dialect::Postgres);
        let plain = |text| detect("db/migrations/1.sql", text);
        assert_eq!(detect("store/mysql/1_a.sql", "create table a (b int)"), Dialect::MySql);
        assert_eq!(detect("migrations/2_a.sqlite.up.sql", ""), Dialect::Sqlite);
        assert_eq!(plain("-- This will drop `a`\ncreate table \"A\" (id serial)"), Dialect::Postgres);
        assert_eq!(plain("create table `a` (id int)"), Dialect::MySql);
        assert_eq!(plain("create table [dbo].[A] ([Id] int)\nGO\n"), Dialect::SqlServer);
        assert_eq!(plain("create table a (b String) engine = MergeTree order by b"), Dialect::ClickHouse);
        assert_eq!(plain("create table a (id integer primary key autoincrement)"), Dialect::Sqlite);
        assert_eq!(plain("create table a (b int[3])"), Dialect::Postgres);
    }
}
