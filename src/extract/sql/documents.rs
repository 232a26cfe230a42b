//! SQL in Markdown: tables that a document states in fences or in running text, told apart from those that scripts make.
//! A document only describes: what it drops is not dropped, and sections about plans and examples are left out.

use super::dialect;
use super::scripts::{Nesting, Origin, Reader, lexis};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::schema::{IndexDefinition, IndexKey, ObjectName, SchemaChange, SchemaStatement};
use crate::syntax::passages::{PassageKind, is_description, passages};
use crate::syntax::sql::Lexis;
use crate::syntax::sql::name;
use crate::syntax::sql::token::{Token, TokenKind, Tokens};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "sql.documents",
    about: "tables that Markdown documents state in SQL",
    kinds: &[FileKind::Markdown],
    markers: &["CREATE TABLE", "create table", "Create Table", "CREATE UNLOGGED TABLE"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Languages of fences that hold SQL.
const LANGUAGES: &[&str] =
    &["", "sql", "postgresql", "postgres", "pgsql", "plpgsql", "psql", "mysql", "mariadb", "sqlite", "tsql", "ddl", "text"];

/// How statements start that are looked for in running text.
const HEADS: &[&str] = &[
    "create table ",
    "create unlogged table ",
    "create index ",
    "create unique index ",
    "create type ",
    "create policy ",
    "create view ",
    "create or replace view ",
    "create materialized view ",
    "alter table ",
    "alter type ",
    "comment on ",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !is_description(cx.file.path.as_str()) {
        return;
    }
    for passage in passages(cx.text).iter().filter(|one| one.is_of_today()) {
        let text = &cx.text[passage.start..passage.end];
        match passage.kind {
            PassageKind::Fence(language) if LANGUAGES.contains(&language.to_ascii_lowercase().as_str()) => {
                for (start, end) in statements(text) {
                    read(cx, sink, (passage.start + start, passage.start + end), !language.is_empty());
                }
            }
            PassageKind::Lines => {
                for (start, end) in statements(text) {
                    read(cx, sink, (passage.start + start, passage.start + end), false);
                }
            }
            _ => {}
        }
    }
}

/// Statements that start a line and end with `;`, or with the passage.
fn statements(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut at, mut from) = (0, 0);
    for line in text.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let is_head = |head: &&str| {
            let first = line.trim_start();
            first.get(..head.len()).is_some_and(|own| own.eq_ignore_ascii_case(head))
        };
        if start >= from
            && HEADS.iter().any(is_head)
            && let Some(end) = end_of_statement(&text[start..])
        {
            found.push((start, start + end));
            from = start + end;
        }
    }
    found
}

fn end_of_statement(text: &str) -> Option<usize> {
    let end = Tokens::new(text, Lexis::Postgres).find(|token| token.of(text) == ";");
    let balanced = |end: usize| text[..end].matches('(').count() == text[..end].matches(')').count();
    end.map(|token| token.start).or_else(|| (balanced(text.len()) && text.contains('(')).then_some(text.len()))
}

/// Reads one statement of the document. Outside of fences of SQL what is not understood was no SQL.
fn read(cx: &FileCx<'_>, sink: &mut Sink<'_>, (start, end): (usize, usize), is_sql: bool) {
    let written = &cx.text[start..end];
    let dialect = dialect::detect("", written);
    let (text, indexes) = without_indexes(written, lexis(dialect));
    let mut reader = Reader { line_of: &|offset| cx.line(offset), sink, dialect, from: Origin::Document { is_sql }, step: 0 };
    reader.read(&text, start, Nesting { guarded: true, ..Nesting::default() });
    for (offset, index) in indexes {
        let statement = SchemaStatement::new(SchemaChange::CreateIndex(index), true);
        sink.fact(cx.line(start + offset), Fact::DocumentedSchema(Box::new(statement)));
    }
}

/// `INDEX name (columns)` inside of a table: no engine but MySQL reads it, but documents write it. It is cut out, lengths unchanged.
fn without_indexes(text: &str, lexis: Lexis) -> (String, Vec<(usize, IndexDefinition)>) {
    let tokens: Vec<Token> = Tokens::new(text, lexis).filter(Token::is_solid).collect();
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.of(text).eq_ignore_ascii_case(word));
    let (mut bytes, mut found, mut depth) = (text.as_bytes().to_vec(), Vec::new(), 0_usize);
    let table = tokens.iter().take(8).position(|token| token.of(text) == "(").and_then(|at| tokens.get(at.checked_sub(1)?));
    for at in 0..tokens.len() {
        match tokens[at].of(text) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "," if depth == 1 && is(at + 1, "index") && is(at + 3, "(") => {
                let Some(close) = (at + 3..tokens.len()).find(|end| is(*end, ")")) else { continue };
                let keys = tokens[at + 4..close].iter().filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedName));
                let keys = keys.map(|token| {
                    let column = name::ident(token.of(text), lexis);
                    IndexKey { text: column.clone(), column: Some(column) }
                });
                found.push((
                    tokens[at + 1].start,
                    IndexDefinition {
                        name: Some(ObjectName::bare(name::ident(tokens[at + 2].of(text), lexis))),
                        table: ObjectName::bare(table.map(|token| name::ident(token.of(text), lexis)).unwrap_or_default()),
                        method: "btree".to_owned(),
                        keys: keys.collect(),
                        ..IndexDefinition::default()
                    },
                ));
                bytes[tokens[at].start..tokens[close].end].fill(b' ');
            }
            _ => {}
        }
    }
    (String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned()), found)
}
