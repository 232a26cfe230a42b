//! SQL files: what each statement does to a catalog, one fact for each change.
//! A statement that is not understood is one gap, and everything after it still counts. Nothing is executed.

use super::statement::{Fault, Reading, Statement};
use super::{blocks, dialect, directives, generic, placeholders, places, postgres};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::schema::{Dialect, SchemaScript, ScriptOrder};
use crate::gap::GapCode;
use crate::syntax::sql::Lexis;
use crate::syntax::sql::split::{ChunkKind, split};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "sql.scripts",
    about: "migrations and schema files in SQL: tables, columns, keys, types, indexes, views, policies, comments",
    kinds: &[FileKind::Sql],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !places::holds_schema(&cx.file.path) {
        return;
    }
    let applied = directives::applied(cx.text);
    let going_up = !places::goes_back(&cx.file.path);
    let (text, is_template) = placeholders::filled(&applied.text);
    let dialect = dialect::detect(cx.file.path.as_str(), &text);
    let script = SchemaScript {
        dialect,
        tool: applied.tool,
        goes_back: !going_up,
        has_down: applied.has_down,
        is_template,
        order: if applied.tool == Some("Liquibase") { ScriptOrder::Included } else { ScriptOrder::Path },
    };
    sink.fact(1, Fact::SchemaScript(script));
    if going_up {
        let mut reader = Reader { line_of: &|offset| cx.line(offset), sink, dialect, from: Origin::Script, step: 0 };
        reader.read(&text, 0, Nesting::default());
    }
}

/// How deep in DO blocks a text stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Nesting {
    pub(super) depth: usize,
    pub(super) guarded: bool,
    /// Whether the block around holds a literal with the words of a statement that changes a schema.
    pub(super) builds: bool,
}

/// DO blocks within DO blocks that are looked into.
const DEPTH_LIMIT: usize = 4;

/// Where statements stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// In a file that is run.
    Script,
    /// In a document; whether the passage says that it is SQL.
    Document { is_sql: bool },
}

pub(super) struct Reader<'a, 's, 'k> {
    /// The line, from 1, of an offset that a text is read at.
    pub(super) line_of: &'a dyn Fn(usize) -> u32,
    pub(super) sink: &'s mut Sink<'k>,
    pub(super) dialect: Dialect,
    pub(super) from: Origin,
    /// The turn of the statements, where that is not the order of their lines.
    pub(super) step: u32,
}

impl Reader<'_, '_, '_> {
    /// Reads a text that starts at an offset of the file.
    pub(super) fn read(&mut self, text: &str, base: usize, nesting: Nesting) {
        let lexis = lexis(self.dialect);
        for chunk in split(text, lexis).iter().filter(|chunk| chunk.kind == ChunkKind::Statement) {
            self.read_chunk(&text[chunk.start..chunk.end], base + chunk.start, nesting);
        }
    }

    /// Reads one statement that starts at an offset of the file.
    pub(super) fn read_chunk(&mut self, text: &str, base: usize, nesting: Nesting) {
        let line_at = self.line_of;
        let line_of = |offset: usize| line_at(base + offset);
        let (text, skipped, guarded) = if nesting.depth > 0 { blocks::without_control(text) } else { (text, 0, false) };
        let base = base + skipped;
        let line_of = |offset: usize| line_of(skipped + offset);
        let statement = Statement { text, lexis: lexis(self.dialect), line_of: &line_of };
        let nesting = Nesting { guarded: nesting.guarded || guarded, ..nesting };
        let head = statement.head(6);
        if nesting.depth < DEPTH_LIMIT
            && let Some((start, end)) = blocks::body(&statement, &head)
        {
            let body = &text[start..end];
            let builds = nesting.builds || blocks::holds_ddl(body);
            self.read(body, base + start, Nesting { depth: nesting.depth + 1, guarded: nesting.guarded, builds });
        } else if nesting.depth > 0 && head.first().is_some_and(|word| word == "execute") {
            self.read_execute(&statement, base, nesting);
        } else if changes_a_catalog(&head, text) && !(nesting.depth > 0 && assigns(&head)) {
            self.emit(&statement, self.parse(&statement), nesting);
        }
    }

    fn parse(&self, statement: &Statement<'_>) -> Result<Reading, Fault> {
        match self.dialect {
            Dialect::Postgres => postgres::read(statement),
            dialect => {
                let reading = generic::read(statement, dialect);
                let told = !reading.changes.is_empty() || !changes_a_table(statement);
                if told { Ok(reading) } else { Err(Fault::new(statement.start(), "its parts are not as expected")) }
            }
        }
    }

    /// `EXECUTE 'one literal'` is a statement; anything put together is known only when it runs.
    fn read_execute(&mut self, statement: &Statement<'_>, base: usize, nesting: Nesting) {
        match blocks::executed(statement) {
            Some((start, end)) => self.read_chunk(&statement.text[start..end], base + start, nesting),
            None if nesting.builds && blocks::names_a_variable(statement) || blocks::builds_ddl(statement.text) => {
                let line = statement.line(statement.start());
                self.sink.gap(GapCode::DynamicStatement, Some(line), "a statement that is built at run time may change the schema");
            }
            None => {}
        }
    }

    fn emit(&mut self, statement: &Statement<'_>, result: Result<Reading, Fault>, nesting: Nesting) {
        match result {
            Ok(reading) => {
                for (offset, mut change) in reading.changes {
                    change.lenient |= nesting.guarded;
                    change.step = self.step;
                    let fact = if self.from == Origin::Script { Fact::SchemaStatement } else { Fact::DocumentedSchema };
                    self.sink.fact(statement.line(offset), fact(Box::new(change)));
                }
                for fault in reading.dynamic {
                    self.sink.gap(GapCode::DynamicStatement, Some(statement.line(fault.offset)), fault.why);
                }
            }
            Err(_) if self.from == (Origin::Document { is_sql: false }) => {}
            Err(fault) => {
                let head = statement.head(3).join(" ");
                let line = statement.line(fault.offset.min(statement.text.len()));
                let message = format!("this {head} statement was not understood ({}); what follows it was read", fault.why);
                self.sink.gap(GapCode::StatementNotUnderstood, Some(line), message);
            }
        }
    }
}

/// Whether a statement makes a table or view; other statements may well change nothing that is shown.
fn changes_a_table(statement: &Statement<'_>) -> bool {
    let head = statement.head(6);
    head.first().is_some_and(|word| word == "create") && head.iter().any(|word| word == "table" || word == "view")
}

pub(super) fn lexis(dialect: Dialect) -> Lexis {
    match dialect {
        Dialect::Postgres => Lexis::Postgres,
        Dialect::MySql => Lexis::MySql,
        Dialect::Sqlite => Lexis::Sqlite,
        Dialect::SqlServer => Lexis::SqlServer,
        Dialect::ClickHouse => Lexis::ClickHouse,
    }
}

/// Kinds of thing whose CREATE, ALTER or DROP shows in the document.
const SHOWN: &[&str] = &["table", "type", "index", "view", "domain", "schema", "policy", "column", "foreign"];

/// Words between the verb and the kind of thing.
const BETWEEN: &[&str] = &[
    "or",
    "replace",
    "unlogged",
    "global",
    "temp",
    "temporary",
    "local",
    "materialized",
    "unique",
    "recursive",
    "clustered",
    "nonclustered",
    "fulltext",
    "spatial",
];

/// Whether a statement, by its first words, may change what the document shows.
pub(super) fn changes_a_catalog(head: &[String], text: &str) -> bool {
    let Some(verb) = head.first() else { return false };
    match verb.as_str() {
        "create" | "alter" | "drop" | "comment" => {
            let rest = head[1..].iter().find(|word| !BETWEEN.contains(&word.as_str()) && *word != "on");
            rest.is_some_and(|word| SHOWN.contains(&word.as_str()) || word == "index") && !is_foreign_server(head)
        }
        "set" => head.iter().skip(1).take(2).any(|word| word == "search_path" || word == "schema"),
        "reset" => head.get(1).is_some_and(|word| word == "search_path" || word == "all"),
        "select" | "with" => selects_into(text),
        "rename" | "use" | "exec" | "if" => true,
        _ => false,
    }
}

/// In PL/pgSQL `SELECT ... INTO` sets a variable.
fn assigns(head: &[String]) -> bool {
    head.first().is_some_and(|word| word == "select" || word == "with" || word == "if")
}

/// `CREATE FOREIGN DATA WRAPPER` is no table.
fn is_foreign_server(head: &[String]) -> bool {
    head.get(1).is_some_and(|word| word == "foreign") && head.get(2).is_none_or(|word| word != "table")
}

fn selects_into(text: &str) -> bool {
    text.split_whitespace().any(|word| word.eq_ignore_ascii_case("into")) && !text.to_ascii_lowercase().contains("insert")
}
