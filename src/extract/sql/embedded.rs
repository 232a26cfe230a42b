//! Statements that code of another language runs: read as those of a script, with the lines of the file that they stand in.
//! A statement with a part that is known only when the code runs is a gap, but for a schema before a name.

use super::scripts::{Nesting, Origin, Reader, changes_a_catalog, lexis};
use super::{dialect, placeholders};
use crate::extract::embedded::{EmbeddedSql, Run};
use crate::extract::{FileCx, Sink};
use crate::finding::schema::Dialect;
use crate::gap::GapCode;
use crate::syntax::sql::Lexis;
use crate::syntax::sql::split::{ChunkKind, split};
use crate::syntax::sql::token::{Token, TokenKind, Tokens};

/// Emits what the statements of a text do to a catalog.
pub(in crate::extract) fn read(cx: &FileCx<'_>, sink: &mut Sink<'_>, sql: &EmbeddedSql, run: Run) {
    let lexis = lexis(run.dialect);
    let text = filled(sql, lexis);
    let line_of = |offset: usize| cx.line(sql.offset(offset));
    for hole in sql.holes().iter().filter(|hole| stands_alone(sql.text(), **hole)) {
        let message = "a statement that another function makes is not read; it may change the schema";
        sink.gap(GapCode::DynamicStatement, Some(line_of(hole.0)), message);
    }
    for chunk in split(&text, lexis).iter().filter(|chunk| chunk.kind == ChunkKind::Statement) {
        let statement = &text[chunk.start..chunk.end];
        let live = |(start, end): &&(usize, usize)| {
            *start < chunk.end
                && *end > chunk.start
                && text.get(*start..*end).is_none_or(|left| !left.trim().is_empty() && !left.starts_with("${"))
        };
        let head: Vec<String> =
            Tokens::new(statement, lexis).filter(Token::is_solid).take(6).map(|token| token.of(statement).to_ascii_lowercase()).collect();
        let is_do = head.first().is_some_and(|word| word == "do");
        if sql.holes().iter().any(|hole| live(&hole)) {
            if is_do || changes_a_catalog(&head, statement) {
                let first = Tokens::new(statement, lexis).find(Token::is_solid).map_or(0, |token| token.start);
                let message = "a statement that is put together at run time may change the schema";
                sink.gap(GapCode::DynamicStatement, Some(line_of(chunk.start + first)), message);
            }
            continue;
        }
        let mut reader = Reader { line_of: &line_of, sink, dialect: run.dialect, from: Origin::Script, step: run.step };
        reader.read_chunk(statement, chunk.start, Nesting { guarded: run.guarded, ..Nesting::default() });
    }
}

/// The text with what is not known taken out: a schema goes, a name becomes another one, and a part of a literal stays as it is written.
fn filled(sql: &EmbeddedSql, lexis: Lexis) -> String {
    if sql.holes().is_empty() {
        return sql.text().to_owned();
    }
    let mut bytes = placeholders::filled(sql.text()).0.into_owned().into_bytes();
    let literals = Tokens::new(sql.text(), lexis).filter(|token| matches!(token.kind, TokenKind::Text | TokenKind::DollarText));
    let inside: Vec<(usize, usize)> = literals.map(|token| (token.start, token.end)).collect();
    let is_inside = |hole: &&(usize, usize)| inside.iter().any(|(start, end)| *start < hole.0 && hole.1 < *end);
    for (start, end) in sql.holes() {
        let Some(to) = bytes.get_mut(*start..*end) else { continue };
        if is_inside(&&(*start, *end)) {
            to.copy_from_slice(sql.text().as_bytes().get(*start..*end).unwrap_or_default());
        } else if stands_alone(sql.text(), (*start, *end)) {
            to.fill(b' ');
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| sql.text().to_owned())
}

/// Whether a part that is not known is a line, and so a statement, of its own.
fn stands_alone(text: &str, (start, end): (usize, usize)) -> bool {
    let before = text[..start].trim_end();
    let is_first = before.is_empty() || before.ends_with(';');
    is_first && text[end..].trim_start_matches([' ', '\t', ';', '\r']).starts_with('\n')
}

/// The dialect that a path or text tells, if it does.
pub(in crate::extract) fn dialect(path: &str, text: &str) -> Option<Dialect> {
    dialect::by_path(path).or_else(|| Some(dialect::by_text(text)).filter(|found| *found != Dialect::Postgres || tells_postgres(text)))
}

/// Whether a text has what only PostgreSQL has; by itself a text without anything special is of no dialect.
fn tells_postgres(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    const TELLING: &[&str] =
        &["\"", "timestamptz", "jsonb", "serial", "uuid", " text[]", "gen_random_uuid", "plpgsql", "::", "with time zone", "using btree"];
    TELLING.iter().any(|word| lower.contains(word))
}
