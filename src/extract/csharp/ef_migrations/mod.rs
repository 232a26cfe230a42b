//! Migrations of EF Core: what `Up` asks the `MigrationBuilder` to do, in written order.
//! Source: the EF Core documentation, "Managing migrations". `Down` is never applied; files of the designer are not looked at.

mod calls;
mod columns;
mod resources;
mod table;

pub(super) use columns::literal;
pub(super) use table::on_delete;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use tree_sitter::Node;

use super::nodes::{child_of, enclosing_type, field, is_dead, members, text_of};
use super::sql_text;
use crate::classify::FileKind;
use crate::extract::embedded::{self, Run};
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::schema::{Dialect, SchemaScript, SchemaStatement, ScriptOrder};
use crate::gap::GapCode;
use crate::syntax::query::QueryFile;
use calls::Call;

static QUERY: QueryFile = QueryFile { id: "csharp/ef_migrations", text: include_str!("../../../../queries/csharp/ef_migrations.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.ef_migrations",
    about: "EF Core migrations: tables, columns, keys, indexes, schemas, in the order of the history",
    kinds: &[FileKind::CSharp],
    markers: &["MigrationBuilder", ".sql\")]"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let methods = || cx.matches(&QUERY).into_iter().filter_map(|found| found.node("method")).filter(|node| !is_dead(*node));
    let named = |name: &'static str| methods().find(|node| field(*node, "name", cx.text) == Some(name) && takes_builder(*node, cx.text));
    let Some(up) = named("Up").filter(|node| is_migration(*node, cx.text)) else { return resources::read(cx, sink) };
    let Some(body) = up.child_by_field_name("body") else { return };
    let has_down = named("Down").and_then(|down| down.child_by_field_name("body")).is_some_and(|body| !members(body).is_empty());
    let dialect = engine(cx);
    sink.fact(1, Fact::SchemaScript(script(dialect, has_down)));
    resources::of_base(up, cx, sink);
    for call in calls::of_builder(body, cx.text, dialect) {
        statement(&call, dialect, cx, sink);
    }
}

/// The engine that a migration is for.
fn engine(cx: &FileCx<'_>) -> Dialect {
    match dialect(cx.text) {
        // Histories that began on SQLite kept its types when they went on elsewhere; the snapshot tells where they are now.
        Some(Dialect::Sqlite) if !cx.text.contains("Sqlite:") => of_snapshot(cx).unwrap_or(Dialect::Sqlite),
        Some(stated) => stated,
        None => of_snapshot(cx).unwrap_or(Dialect::SqlServer),
    }
}

fn script(dialect: Dialect, has_down: bool) -> SchemaScript {
    SchemaScript { dialect, tool: Some("EF Core"), goes_back: false, has_down, is_template: false, order: ScriptOrder::FileName }
}

fn takes_builder(method: Node<'_>, text: &str) -> bool {
    method.child_by_field_name("parameters").is_some_and(|list| text_of(list, text).contains("MigrationBuilder"))
}

fn is_migration(method: Node<'_>, text: &str) -> bool {
    let bases = enclosing_type(method).and_then(|class| child_of(class, "base_list"));
    bases.is_some_and(|bases| text_of(bases, text).contains("Migration"))
}

fn statement(call: &Call<'_>, dialect: Dialect, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let line = cx.line(call.start);
    match table::changes(call, dialect, &|at| cx.line(at)) {
        Some(changes) => {
            for (at, change) in changes {
                let statement = SchemaStatement::new(change, false);
                sink.fact(at.map_or(line, |at| cx.line(at)), Fact::SchemaStatement(Box::new(statement)));
            }
        }
        None if call.name == "Sql" => match call.argument("sql", 0).map(|node| sql_text::of(node, cx.text)) {
            Some(Some(sql)) => embedded::read(cx, sink, &sql, Run { dialect, step: 0, guarded: false }),
            Some(None) if call.argument("sql", 0).is_some_and(|node| resources::included(node, cx, sink)) => {}
            Some(None) => {
                let message = "SQL of a migration that stands in another place is not read; it may change the schema";
                sink.gap(GapCode::DynamicStatement, Some(line), message);
            }
            None => {}
        },
        None => {
            let message = format!("the name in {} is computed; the change is left out", call.name);
            sink.gap(GapCode::StatementNotUnderstood, Some(line), message);
        }
    }
}

/// Words that only migrations for one engine hold.
const ENGINE_WORDS: &[(Dialect, &[&str])] = &[
    (Dialect::Postgres, &["Npgsql", "character varying", "timestamp with", "\"uuid\"", "\"jsonb\"", "\"bytea\"", "double precision"]),
    (Dialect::SqlServer, &["SqlServer:", "nvarchar", "uniqueidentifier", "datetime2", "datetimeoffset", "varbinary", "\"bit\""]),
    (Dialect::MySql, &["MySql:", "MySQL:", "longtext", "tinyint(1)", "char(36)", "datetime(6)"]),
    (Dialect::Sqlite, &["Sqlite:", "\"TEXT\"", "\"INTEGER\"", "\"BLOB\"", "\"REAL\""]),
];

/// The engine of the model snapshot in the same folder: a migration that only drops names no type.
fn of_snapshot(cx: &FileCx<'_>) -> Option<Dialect> {
    let folder = cx.file.path.parent();
    let snapshot = cx.map().files_within(&folder).find(|file| file.path.name().ends_with("ModelSnapshot.cs"))?;
    let text = cx.companion(&snapshot.path)?;
    // The first entities tell; a snapshot is many times as long as a migration.
    let end = (0..=SNAPSHOT.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    dialect(text.get(..end)?).or_else(|| dialect(&text))
}

/// How much of a snapshot is looked at first, in bytes.
const SNAPSHOT: usize = 16 * 1024;

/// All those words at once, with the engine of each by its place.
static WORDS: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let words = ENGINE_WORDS.iter().enumerate().flat_map(|(at, (_, words))| words.iter().map(move |word| (*word, at)));
    let (texts, engines): (Vec<&str>, Vec<usize>) = words.unzip();
    Some((AhoCorasick::new(texts).ok()?, engines))
});

/// The engine that a text of migrations is written for, where its words tell.
fn dialect(text: &str) -> Option<Dialect> {
    let (automaton, engines) = WORDS.as_ref()?;
    let mut counts = [0_usize; ENGINE_WORDS.len()];
    for word in automaton.find_overlapping_iter(text) {
        if let Some(count) = engines.get(word.pattern().as_usize()).and_then(|at| counts.get_mut(*at)) {
            *count += 1;
        }
    }
    let found = counts.iter().zip(ENGINE_WORDS).filter(|(count, _)| **count > 0);
    found.max_by_key(|(count, _)| **count).map(|(_, (dialect, _))| *dialect)
}
