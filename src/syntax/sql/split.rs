//! Cuts SQL into statements with their offsets. Total: every byte belongs to one chunk, whatever the input.
//! Understands what is no SQL at all between statements: psql commands, COPY data, DELIMITER, GO.

use super::Lexis;
use super::token::{Token, TokenKind, Tokens};

/// What a chunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChunkKind {
    /// A statement without its end mark.
    Statement,
    /// The end mark, a psql command, data of COPY, a DELIMITER or GO line: nothing to read.
    Other,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// What it is.
    pub(crate) kind: ChunkKind,
    /// The offset of its first byte.
    pub(crate) start: usize,
    /// The offset behind its last byte.
    pub(crate) end: usize,
}

struct Splitter<'a> {
    text: &'a str,
    lexis: Lexis,
    chunks: Vec<Chunk>,
    /// Where the open chunk starts.
    start: usize,
    /// The solid words at the start of the open statement, lower case.
    head: Vec<String>,
    /// Depth of BEGIN ATOMIC ... END and CASE inside it.
    atomic: usize,
    parentheses: usize,
    /// The end mark that a DELIMITER line set.
    delimiter: Option<&'a str>,
}

/// Cuts a text into chunks.
pub(crate) fn split(text: &str, lexis: Lexis) -> Vec<Chunk> {
    let mut splitter = Splitter { text, lexis, chunks: Vec::new(), start: 0, head: Vec::new(), atomic: 0, parentheses: 0, delimiter: None };
    splitter.run();
    splitter.chunks
}

/// Words of a statement's head that are kept: `create or replace function`, `copy t from stdin`.
const HEAD: usize = 64;

impl<'a> Splitter<'a> {
    fn run(&mut self) {
        let mut tokens = Tokens::new(self.text, self.lexis);
        while let Some(token) = tokens.next() {
            if let Some(end) = self.line_command(token).or_else(|| self.end_of_statement(token)) {
                tokens.skip_to(end);
            } else if token.is_solid() {
                self.note(token);
            }
        }
        self.close(ChunkKind::Statement, self.text.len());
    }

    fn close(&mut self, kind: ChunkKind, end: usize) {
        if end > self.start {
            self.chunks.push(Chunk { kind, start: self.start, end });
        }
        self.start = end.max(self.start);
        self.head.clear();
        self.atomic = 0;
        self.parentheses = 0;
    }

    /// Lines that are commands to a client rather than SQL.
    fn line_command(&mut self, token: Token) -> Option<usize> {
        let word = token.of(self.text);
        let line_end = memchr::memchr(b'\n', &self.text.as_bytes()[token.start..]).map_or(self.text.len(), |at| token.start + at);
        let line = &self.text[token.start..line_end];
        let is_command = match self.lexis {
            Lexis::Postgres => word == "\\" && self.starts_line(token.start),
            Lexis::MySql => word.eq_ignore_ascii_case("delimiter") && self.head.is_empty() && self.starts_line(token.start),
            Lexis::SqlServer => word.eq_ignore_ascii_case("go") && self.starts_line(token.start) && is_go(line),
            Lexis::Sqlite | Lexis::ClickHouse => false,
        };
        if !is_command {
            return None;
        }
        if self.lexis == Lexis::MySql {
            let mark = line.get(word.len()..).unwrap_or_default().trim();
            self.delimiter = (mark != ";" && !mark.is_empty()).then_some(mark);
        }
        self.close(ChunkKind::Statement, token.start);
        self.close(ChunkKind::Other, line_end);
        Some(line_end)
    }

    fn starts_line(&self, at: usize) -> bool {
        self.text[..at].rsplit('\n').next().is_some_and(|before| before.trim().is_empty())
    }

    fn end_of_statement(&mut self, token: Token) -> Option<usize> {
        let mark = self.delimiter.unwrap_or(";");
        if token.kind != TokenKind::Symbol && self.delimiter.is_none() || !self.text[token.start..].starts_with(mark) {
            return None;
        }
        if self.delimiter.is_none() && (self.atomic > 0 || self.parentheses > 0 && self.lexis == Lexis::Postgres && self.in_rule()) {
            return None;
        }
        let copies = self.copies_from_stdin();
        self.close(ChunkKind::Statement, token.start);
        self.close(ChunkKind::Other, token.start + mark.len());
        if copies {
            let end = self.copy_data_end();
            self.close(ChunkKind::Other, end);
        }
        Some(self.start)
    }

    /// `CREATE RULE ... DO (a; b)` holds statements between parentheses.
    fn in_rule(&self) -> bool {
        self.head.first().is_some_and(|word| word == "create") && self.head.iter().take(4).any(|word| word == "rule")
    }

    fn copies_from_stdin(&self) -> bool {
        let head = &self.head;
        head.first().is_some_and(|word| word == "copy") && head.windows(2).any(|pair| pair[0] == "from" && pair[1] == "stdin")
    }

    fn copy_data_end(&self) -> usize {
        let rest = &self.text[self.start..];
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            at += line.len();
            if line.trim_end() == "\\." {
                return self.start + at;
            }
        }
        self.text.len()
    }

    fn note(&mut self, token: Token) {
        if token.kind == TokenKind::Symbol {
            match token.of(self.text) {
                "(" => self.parentheses += 1,
                ")" => self.parentheses = self.parentheses.saturating_sub(1),
                _ => {}
            }
            return;
        }
        if token.kind != TokenKind::Word {
            return;
        }
        let word = token.of(self.text).to_ascii_lowercase();
        let opens_body = word == "begin" && self.holds_body();
        let opens_atomic = word == "atomic" && self.head.last().is_some_and(|last| last == "begin");
        match word.as_str() {
            "atomic" if opens_atomic && self.atomic == 0 => self.atomic = 1,
            "begin" if opens_body => self.atomic += 1,
            "case" if self.atomic > 0 => self.atomic += 1,
            "end" if self.atomic > 0 => self.atomic -= usize::from(!self.ends_loop(token.end)),
            _ => {}
        }
        if self.head.len() == HEAD {
            self.head.remove(0);
        }
        self.head.push(word);
    }

    /// Whether a routine or trigger of a dialect without dollar quotes is open, whose body stands between BEGIN and END.
    fn holds_body(&self) -> bool {
        let routine = |word: &String| matches!(word.as_str(), "procedure" | "function" | "trigger" | "event");
        let creates = self.head.first().is_some_and(|word| word == "create" || word == "alter");
        self.atomic > 0 || self.lexis != Lexis::Postgres && creates && self.head.iter().take(8).any(routine)
    }

    /// `END IF`, `END LOOP`, `END WHILE` close what BEGIN did not open.
    fn ends_loop(&self, after: usize) -> bool {
        let next = Tokens::new(self.text.get(after..).unwrap_or_default(), self.lexis).find(Token::is_solid);
        let word = next.map(|token| token.of(&self.text[after..]).to_ascii_lowercase()).unwrap_or_default();
        matches!(word.as_str(), "if" | "loop" | "while" | "repeat")
    }
}

fn is_go(line: &str) -> bool {
    let rest = line[2..].trim().trim_end_matches(';');
    rest.is_empty() || rest.chars().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{ChunkKind, Lexis, split};
    use proptest::prelude::*;

    fn statements(text: &str, lexis: Lexis) -> Vec<String> {
        let chunks = split(text, lexis);
        let statements = chunks.iter().filter(|chunk| chunk.kind == ChunkKind::Statement);
        statements.map(|chunk| text[chunk.start..chunk.end].trim().to_owned()).filter(|text| !text.is_empty()).collect()
    }

    #[test]
    fn postgres_statements_end_at_their_own_semicolon() {
        let text = "\\set x 1\nselect ';' ; create function f() returns int begin atomic select 1; select case 1 when 1 then 2 end; end;\n\
                    do $$ begin a; end $$; copy t (a) from stdin;\n1;2\n\\.\nselect 3;\n\\connect db\ncreate rule r as on insert to t do (a; b); z";
        let expected = [
            "select ';'",
            "create function f() returns int begin atomic select 1; select case 1 when 1 then 2 end; end",
            "do $$ begin a; end $$",
            "copy t (a) from stdin",
            "select 3",
            "create rule r as on insert to t do (a; b)",
            "z",
        ];
        assert_eq!(statements(text, Lexis::Postgres), expected);
    }

    #[test]
    fn batches_and_delimiters_end_statements() {
        assert_eq!(statements("create table a (go int)\nGO\nselect 1\ngo 5\n", Lexis::SqlServer), ["create table a (go int)", "select 1"]);
        let text = "a;\nDELIMITER //\ncreate procedure p() begin b; end//\nDELIMITER ;\nc;";
        assert_eq!(statements(text, Lexis::MySql), ["a", "create procedure p() begin b; end", "c"]);
        let text = "create trigger t after insert on x begin update y set a = 1; if b then c; end if; end; d;";
        assert_eq!(statements(text, Lexis::Sqlite).len(), 2);
    }

    #[test]
    fn what_is_never_closed_is_one_statement_to_the_end() {
        assert_eq!(statements("a; select 'x; b", Lexis::Postgres), ["a", "select 'x; b"]);
        assert_eq!(statements("a; do $$ x; b", Lexis::Postgres), ["a", "do $$ x; b"]);
    }

    proptest! {
        #[test]
        fn every_byte_belongs_to_one_chunk(text in "\\PC{0,80}|([-'\"$a;()\\\\\n.é ]|begin|end|copy x from stdin|go|delimiter){0,40}") {
            for lexis in [Lexis::Postgres, Lexis::MySql, Lexis::Sqlite, Lexis::SqlServer, Lexis::ClickHouse] {
                let mut at = 0;
                for chunk in split(&text, lexis) {
                    prop_assert_eq!(chunk.start, at);
                    prop_assert!(chunk.end > at && text.is_char_boundary(chunk.end));
                    at = chunk.end;
                }
                prop_assert_eq!(at, text.len());
            }
        }
    }
}
