//! Names in SQL: quotes taken off, unquoted ones folded, parts told apart.

use super::Lexis;

/// PostgreSQL cuts longer names, in bytes.
const POSTGRES_LIMIT: usize = 63;

/// The parts of a dotted name, each without quotes and folded as the dialect folds it.
pub(crate) fn parts(text: &str, lexis: Lexis) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (part, after) = first_part(rest, lexis);
        found.push(part);
        rest = after.trim_start().strip_prefix('.').unwrap_or_default().trim_start();
    }
    found
}

/// A name of one part.
pub(crate) fn ident(text: &str, lexis: Lexis) -> String {
    first_part(text.trim(), lexis).0
}

fn first_part(text: &str, lexis: Lexis) -> (String, &str) {
    let close = match text.as_bytes().first() {
        Some(b'"') => '"',
        Some(b'`') => '`',
        Some(b'[') => ']',
        Some(b'\'') => '\'',
        _ => {
            let end = text.find(['.', ' ', '\t', '\n', '\r', '(', ',', ';']).unwrap_or(text.len());
            let folded = if lexis == Lexis::Postgres { text[..end].to_lowercase() } else { text[..end].to_owned() };
            return (limited(folded, lexis), &text[end..]);
        }
    };
    let mut name = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, char)) = chars.next() {
        if char != close {
            name.push(char);
        } else if chars.peek().is_some_and(|(_, next)| *next == close) {
            name.push(char);
            chars.next();
        } else {
            return (limited(name, lexis), &text[at + char.len_utf8()..]);
        }
    }
    (limited(name, lexis), "")
}

fn limited(mut name: String, lexis: Lexis) -> String {
    if lexis == Lexis::Postgres && name.len() > POSTGRES_LIMIT {
        let end = (0..=POSTGRES_LIMIT).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
        name.truncate(end);
    }
    name
}

/// The text of a string literal: quotes off, escapes undone, dollar tags off.
pub(crate) fn literal(text: &str, lexis: Lexis) -> String {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('$')
        && let Some(end) = rest.find('$')
    {
        let tag = &text[..end + 2];
        return text.strip_prefix(tag).and_then(|inner| inner.strip_suffix(tag)).unwrap_or_default().to_owned();
    }
    let open = text.find('\'').unwrap_or(0);
    let escapes = lexis.backslash_escapes() || matches!(&text[..open], "e" | "E");
    let inner = text.get(open + 1..).unwrap_or_default();
    unquoted(inner.strip_suffix('\'').unwrap_or(inner), escapes)
}

fn unquoted(inner: &str, escapes: bool) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\'' => {
                chars.next_if_eq(&'\'');
                out.push('\'');
            }
            '\\' if escapes => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Lexis, ident, literal, parts};

    #[test]
    fn names_are_folded_and_taken_apart() {
        assert_eq!(parts("Public . \"My.Table\"", Lexis::Postgres), ["public", "My.Table"]);
        assert_eq!(parts("[dbo].[Orders]", Lexis::SqlServer), ["dbo", "Orders"]);
        assert_eq!(parts("`a``b`.C", Lexis::MySql), ["a`b", "C"]);
        assert_eq!(ident("\"a\"\"b\"", Lexis::Postgres), "a\"b");
        assert_eq!(ident(&"é".repeat(40), Lexis::Postgres).len(), 62);
    }

    #[test]
    fn literals_lose_their_quotes() {
        assert_eq!(literal("'it''s'", Lexis::Postgres), "it's");
        assert_eq!(literal("E'a\\'b\\n'", Lexis::Postgres), "a'b\n");
        assert_eq!(literal("$x$it's$x$", Lexis::Postgres), "it's");
        assert_eq!(literal("'a\\'b'", Lexis::MySql), "a'b");
    }
}
