//! A statement on its way to becoming changes: its text, its place in the file, and what reading it gave.

use crate::finding::schema::{SchemaChange, SchemaStatement};
use crate::syntax::sql::Lexis;
use crate::syntax::sql::token::{Token, Tokens};

/// One statement with the means to say where a part of it stands.
pub(super) struct Statement<'a> {
    /// Its text, with the comments before and in it.
    pub(super) text: &'a str,
    /// Its lexical rules.
    pub(super) lexis: Lexis,
    /// The line, from 1, of an offset in `text`.
    pub(super) line_of: &'a dyn Fn(usize) -> u32,
}

impl Statement<'_> {
    /// The line, from 1, of an offset in the statement.
    pub(super) fn line(&self, offset: usize) -> u32 {
        (self.line_of)(offset)
    }

    /// The offset of its first word.
    pub(super) fn start(&self) -> usize {
        Tokens::new(self.text, self.lexis).find(Token::is_solid).map_or(0, |token| token.start)
    }

    /// Its first words, lower case.
    pub(super) fn head(&self, count: usize) -> Vec<String> {
        let solid = Tokens::new(self.text, self.lexis).filter(Token::is_solid);
        solid.take(count).map(|token| token.of(self.text).to_ascii_lowercase()).collect()
    }
}

/// Why a statement was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The offset in the statement.
    pub(super) offset: usize,
    /// What is wrong; never holds text of the statement.
    pub(super) why: String,
}

impl Fault {
    pub(super) fn new(offset: usize, why: impl Into<String>) -> Self {
        Self { offset, why: why.into() }
    }
}

/// The changes of one statement, each with its offset in the statement, and what in it cannot be known.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The changes in order.
    pub(super) changes: Vec<(usize, SchemaStatement)>,
    /// What is built at run time.
    pub(super) dynamic: Vec<Fault>,
}

impl Reading {
    pub(super) fn add(&mut self, offset: usize, lenient: bool, change: SchemaChange) {
        self.changes.push((offset, SchemaStatement::new(change, lenient)));
    }
}

/// A type as written: lower case, without the quotes of names and needless spaces, without the default schema.
pub(super) fn data_type(written: &str) -> String {
    let lower = written.to_lowercase();
    let mut out = String::with_capacity(lower.len());
    let mut in_text = false;
    for char in lower.chars() {
        match char {
            '\'' => {
                in_text = !in_text;
                out.push(char);
            }
            _ if in_text => out.push(char),
            '"' | '`' => {}
            char if char.is_whitespace() => {
                if !out.ends_with([' ', '(', ',', '.']) {
                    out.push(' ');
                }
            }
            '(' | ')' | ',' | '[' | ']' | '.' => {
                out.truncate(out.trim_end().len());
                out.push(char);
            }
            _ => {
                // `timestamp(3) with time zone`, `numeric(10,2) unsigned`
                if out.ends_with(')') {
                    out.push(' ');
                }
                out.push(char);
            }
        }
    }
    let out = out.trim();
    for schema in ["public.", "pg_catalog."] {
        if let Some(rest) = out.strip_prefix(schema) {
            return rest.to_owned();
        }
    }
    out.to_owned()
}

#[cfg(test)]
mod tests {
    use super::data_type;

    #[test]
    fn types_are_as_written_in_lower_case() {
        assert_eq!(data_type("VARCHAR ( 255 )"), "varchar(255)");
        assert_eq!(data_type("Numeric(10, 2)[]"), "numeric(10,2)[]");
        assert_eq!(data_type("\"public\".\"UserRole\"[]"), "userrole[]");
        assert_eq!(data_type("timestamp(3)  with time zone"), "timestamp(3) with time zone");
        assert_eq!(data_type("enum('a b', 'C')"), "enum('a b','c')");
    }
}
