//! Conditions on the engine that a migration runs on: `if (type === 'postgres')`, `case 'mysql':`, `isSqlite`.
//! Decides nothing about a condition that names no engine.

use tree_sitter::Node;

use crate::classify::RepoMap;
use crate::extract::FileCx;
use crate::extract::embedded;
use crate::extract::typescript::values::{children, text_of, unwrapped};
use crate::finding::schema::Dialect;
use crate::location::RepoPath;
use crate::syntax::json::Json;

/// The names of engines in code; an engine that no dialect stands for is none of them.
const WORDS: &[(&str, Option<Dialect>)] = &[
    ("postgres", Some(Dialect::Postgres)),
    ("postgresql", Some(Dialect::Postgres)),
    ("pg", Some(Dialect::Postgres)),
    ("postgresdb", Some(Dialect::Postgres)),
    ("mysql", Some(Dialect::MySql)),
    ("mysql2", Some(Dialect::MySql)),
    ("mysqldb", Some(Dialect::MySql)),
    ("mariadb", Some(Dialect::MySql)),
    ("sqlite", Some(Dialect::Sqlite)),
    ("sqlite3", Some(Dialect::Sqlite)),
    ("mssql", Some(Dialect::SqlServer)),
    ("sqlserver", Some(Dialect::SqlServer)),
    ("oracle", None),
    ("oracledb", None),
    ("cockroachdb", None),
    ("mongodb", None),
];

/// Whether a condition holds on an engine; `None` when it is about something else.
pub(in crate::extract::typescript) fn holds(condition: Node<'_>, text: &str, engine: Dialect) -> Option<bool> {
    let node = unwrapped(condition);
    match node.kind() {
        "unary_expression" => holds(node.child_by_field_name("argument")?, text, engine).map(|value| !value),
        "binary_expression" => {
            let sign = node.child_by_field_name("operator")?.kind();
            let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
            match sign {
                "&&" => match (holds(left, text, engine), holds(right, text, engine)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                },
                "||" => match (holds(left, text, engine), holds(right, text, engine)) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                },
                "===" | "==" => named(left, text, engine).or_else(|| named(right, text, engine)),
                "!==" | "!=" => named(left, text, engine).or_else(|| named(right, text, engine)).map(|value| !value),
                _ => None,
            }
        }
        _ => named(node, text, engine),
    }
}

/// Whether a condition asks that something is not there: `!exists`, `rows.length === 0`.
pub(in crate::extract::typescript) fn asks_for_absence(condition: Node<'_>, text: &str) -> bool {
    let node = unwrapped(condition);
    match node.kind() {
        "unary_expression" => true,
        "binary_expression" => {
            let side = |field: &str| node.child_by_field_name(field).map_or("", |side| text_of(side, text));
            matches!(side("operator"), "===" | "==") && matches!(side("right"), "0" | "null" | "undefined" | "false")
        }
        _ => false,
    }
}

/// Whether a piece of code names an engine, and whether it is this one: `'postgres'`, `DatabaseType.Mysql`, `isPg`, `['sqlite'].includes(x)`.
pub(in crate::extract::typescript) fn named(node: Node<'_>, text: &str, engine: Dialect) -> Option<bool> {
    let code = text_of(node, text);
    if code.len() > 200 {
        return None;
    }
    let plain = code.split(|char: char| !char.is_alphanumeric() && char != '_').flat_map(words_of);
    let found: Vec<Option<Dialect>> =
        plain.filter_map(|word| WORDS.iter().find(|(name, _)| *name == word).map(|(_, dialect)| *dialect)).collect();
    (!found.is_empty()).then(|| found.contains(&Some(engine)))
}

/// A name and, where it says `is...` or `..._...`, what it is about.
fn words_of(name: &str) -> Vec<String> {
    let lower = name.to_ascii_lowercase();
    let inner = lower.strip_prefix("is_").or_else(|| lower.strip_prefix("is")).map(str::to_owned);
    inner.into_iter().chain(std::iter::once(lower.clone())).collect()
}

/// The engine that a migration is for: as its path and its SQL say, else by the drivers of its package.
pub(in crate::extract::typescript) fn of(cx: &FileCx<'_>, sql: &str) -> Dialect {
    let told = || embedded::dialect(cx.file.path.as_str(), sql);
    // A migration that is written for several engines has the SQL of each; which one counts, the package says.
    let by_package = || of_package(cx.map(), &cx.file.path, &|path| cx.companion(path));
    let found = if is_for_several(cx.text) { by_package().or_else(told) } else { told().or_else(by_package) };
    found.unwrap_or(Dialect::Postgres)
}

/// The dialects that a name of a function speaks of: `sqliteUpQueryRunner`.
pub(super) fn spoken_of(name: &str) -> Vec<Dialect> {
    let lower = name.to_ascii_lowercase();
    let long = WORDS.iter().filter(|(word, _)| word.len() > 4);
    long.filter(|(word, _)| lower.contains(word)).filter_map(|(_, dialect)| *dialect).collect()
}

/// Whether code names the engines of more than one dialect.
pub(super) fn is_for_several(text: &str) -> bool {
    let mut named = text.split(|char: char| !char.is_ascii_alphanumeric() && char != '-').filter_map(|word| {
        WORDS.iter().find(|(name, dialect)| dialect.is_some() && name.eq_ignore_ascii_case(word)).and_then(|(_, dialect)| *dialect)
    });
    let first = named.next();
    first.is_some_and(|first| named.any(|other| other != first))
}

/// Drivers in the order in which they decide.
const DRIVERS: &[(&str, Dialect)] = &[
    ("pg", Dialect::Postgres),
    ("postgres", Dialect::Postgres),
    ("mysql2", Dialect::MySql),
    ("mysql", Dialect::MySql),
    ("mariadb", Dialect::MySql),
    ("better-sqlite3", Dialect::Sqlite),
    ("sqlite3", Dialect::Sqlite),
    ("mssql", Dialect::SqlServer),
    ("tedious", Dialect::SqlServer),
];

/// The engine whose driver the nearest package asks for that asks for any.
pub(super) fn of_package(map: &RepoMap, file: &RepoPath, companion: &dyn Fn(&RepoPath) -> Option<String>) -> Option<Dialect> {
    let mut folder = file.parent();
    loop {
        let manifest = folder.join("package.json");
        if map.file(&manifest).is_some() {
            let text = companion(&manifest)?;
            let json = Json::parse(&text).ok()?;
            let has = |driver: &str| {
                ["dependencies", "devDependencies"].iter().any(|list| json.get(list).and_then(|list| list.get(driver)).is_some())
            };
            let found = DRIVERS.iter().find(|(driver, _)| has(driver)).map(|(_, dialect)| *dialect);
            if found.is_some() {
                return found;
            }
        }
        if folder.is_root() {
            return None;
        }
        folder = folder.parent();
    }
}

/// The statements of a case of a `switch`: whether it falls through to the next one is for the caller.
pub(in crate::extract::typescript) fn statements_of<'t>(case: Node<'t>) -> Vec<Node<'t>> {
    let value = case.child_by_field_name("value");
    children(case).into_iter().filter(|child| Some(*child) != value).collect()
}
