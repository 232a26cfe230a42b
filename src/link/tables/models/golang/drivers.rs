//! Which engine the programs of a module talk to, as the drivers say that their files import.

use std::collections::BTreeSet;

use super::structs::Structs;
use crate::finding::schema::Dialect;
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};

/// Drivers for `database/sql` and dialects of mappers, those that programs are run with before the one that they are tried out with.
const DRIVERS: &[(Dialect, &[&str])] = &[
    (Dialect::Postgres, &["github.com/lib/pq", "github.com/jackc/pgx", "github.com/uptrace/bun/driver/pgdriver"]),
    (Dialect::MySql, &["github.com/go-sql-driver/mysql"]),
    (Dialect::SqlServer, &["github.com/denisenkom/go-mssqldb", "github.com/microsoft/go-mssqldb"]),
    (Dialect::Sqlite, &["github.com/mattn/go-sqlite3", "modernc.org/sqlite", "github.com/uptrace/bun/driver/sqliteshim"]),
];

/// The engine of a module's models; where it is not the only one, or none is told, a gap says so.
pub(super) fn engine(structs: &Structs<'_>, module: &RepoPath, (mapper, at): (&str, &Location), gaps: &mut Vec<Gap>) -> Dialect {
    let imports: BTreeSet<&str> = structs.imports_below(module).into_iter().collect();
    let is_used =
        |path: &&str| imports.iter().any(|one| one.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    let used = DRIVERS.iter().filter(|(_, paths)| paths.iter().any(&is_used));
    let engines: Vec<Dialect> = used.map(|(dialect, _)| *dialect).collect();
    let message = match engines.len() {
        0 => Some(format!("models of {mapper}, and no driver that tells the engine; their types are those of PostgreSQL")),
        1 => None,
        count => Some(format!("models of {mapper} that are stored in one of {count} engines; the types are those of the first")),
    };
    gaps.extend(message.map(|text| Gap::line(GapCode::UnresolvedReference, &at.path, at.line, text)));
    engines.first().copied().unwrap_or(Dialect::Postgres)
}
