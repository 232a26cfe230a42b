//! The tokens of SQL with their offsets. Total: every byte of any input belongs to exactly one token.

use super::Lexis;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Spaces and line ends.
    Space,
    /// `-- ...`, `# ...`, `/* ... */`.
    Comment,
    /// A word: keyword or unquoted name.
    Word,
    /// A quoted name.
    QuotedName,
    /// A string, with its quotes.
    Text,
    /// A string between dollar tags, with its tags.
    DollarText,
    /// A number.
    Number,
    /// Any other single character.
    Symbol,
}

/// A token: its kind and the bytes from `start` to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// The offset of its first byte.
    pub(crate) start: usize,
    /// The offset behind its last byte.
    pub(crate) end: usize,
}

impl Token {
    /// Its text.
    pub(crate) fn of<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether it says something: neither space nor comment.
    pub(crate) fn is_solid(&self) -> bool {
        !matches!(self.kind, TokenKind::Space | TokenKind::Comment)
    }
}

/// Reads the tokens of a text one by one.
pub(crate) struct Tokens<'a> {
    bytes: &'a [u8],
    lexis: Lexis,
    at: usize,
}

impl<'a> Tokens<'a> {
    /// The tokens from the start of a text.
    pub(crate) fn new(text: &'a str, lexis: Lexis) -> Self {
        Self { bytes: text.as_bytes(), lexis, at: 0 }
    }

    /// Goes on at an offset, which must be the start of a character.
    pub(crate) fn skip_to(&mut self, offset: usize) {
        self.at = offset.min(self.bytes.len());
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn run(&self, from: usize, fits: impl Fn(u8) -> bool) -> usize {
        self.bytes[from.min(self.bytes.len())..].iter().position(|byte| !fits(*byte)).map_or(self.bytes.len(), |length| from + length)
    }

    fn line_end(&self, from: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[from..]).map_or(self.bytes.len(), |at| from + at)
    }

    /// The end of a block comment; PostgreSQL and T-SQL nest them.
    fn block_comment(&self, from: usize) -> usize {
        let nests = matches!(self.lexis, Lexis::Postgres | Lexis::SqlServer);
        let (mut at, mut depth) = (from + 2, 1_usize);
        while at < self.bytes.len() {
            match (self.byte(at), self.byte(at + 1)) {
                (b'*', b'/') => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return at;
                    }
                }
                (b'/', b'*') if nests => {
                    depth += 1;
                    at += 2;
                }
                _ => at += 1,
            }
        }
        self.bytes.len()
    }

    /// The end of a quoted thing whose quote is doubled to stand for itself.
    fn quoted(&self, from: usize, quote: u8, backslash: bool) -> usize {
        let mut at = from + 1;
        while at < self.bytes.len() {
            let byte = self.bytes[at];
            if byte == b'\\' && backslash {
                at += 2;
            } else if byte != quote {
                at += 1;
            } else if self.byte(at + 1) == quote {
                at += 2;
            } else {
                return at + 1;
            }
        }
        self.bytes.len()
    }

    /// The end of `$tag$ ... $tag$`, when one starts here.
    fn dollar_text(&self, from: usize) -> Option<usize> {
        if self.lexis != Lexis::Postgres {
            return None;
        }
        let tag_end = self.run(from + 1, is_word_byte);
        if self.byte(tag_end) != b'$' || self.byte(from + 1).is_ascii_digit() {
            return None;
        }
        let tag = &self.bytes[from..=tag_end];
        let end = memchr::memmem::find(&self.bytes[tag_end + 1..], tag);
        Some(end.map_or(self.bytes.len(), |at| tag_end + 1 + at + tag.len()))
    }

    fn word(&self, from: usize) -> (TokenKind, usize) {
        let end = self.run(from, |byte| is_word_byte(byte) || byte == b'$');
        // E'..', N'..', B'..', X'..': the letter belongs to the string.
        if end == from + 1 && self.byte(end) == b'\'' {
            let escapes = matches!(self.byte(from), b'e' | b'E') || self.lexis.backslash_escapes();
            if matches!(self.byte(from), b'e' | b'E' | b'n' | b'N' | b'b' | b'B' | b'x' | b'X') {
                return (TokenKind::Text, self.quoted(end, b'\'', escapes));
            }
        }
        (TokenKind::Word, end)
    }

    fn bracketed(&self, from: usize) -> Option<usize> {
        if !self.lexis.bracket_names() || !is_word_byte(self.byte(from + 1)) || self.byte(from + 1).is_ascii_digit() {
            return None;
        }
        let end = memchr::memchr2(b']', b'\n', &self.bytes[from..]).map(|at| from + at)?;
        (self.byte(end) == b']').then_some(end + 1)
    }
}

/// Bytes of unquoted names; all of UTF-8 beyond ASCII counts as letters.
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        use TokenKind::{Comment, DollarText, Number, QuotedName, Space, Symbol, Text};
        let start = self.at;
        let byte = *self.bytes.get(start)?;
        let next = self.byte(start + 1);
        let backslash = self.lexis.backslash_escapes();
        let (kind, end) = match byte {
            b'-' if next == b'-' => (Comment, self.line_end(start)),
            b'/' if next == b'*' => (Comment, self.block_comment(start)),
            b'#' if self.lexis.hash_comments() => (Comment, self.line_end(start)),
            b'\'' => (Text, self.quoted(start, byte, backslash)),
            b'"' => (QuotedName, self.quoted(start, byte, false)),
            b'`' if self.lexis.backtick_names() => (QuotedName, self.quoted(start, byte, false)),
            b'0'..=b'9' => (Number, self.run(start, |byte| is_word_byte(byte) || byte == b'.')),
            byte if byte.is_ascii_whitespace() => (Space, self.run(start, |byte| byte.is_ascii_whitespace())),
            byte if is_word_byte(byte) || byte == b'@' && is_word_byte(next) => {
                if byte == b'@' {
                    (TokenKind::Word, self.run(start + 1, is_word_byte))
                } else {
                    self.word(start)
                }
            }
            b'$' => self.dollar_text(start).map_or((Symbol, start + 1), |end| (DollarText, end)),
            b'[' => self.bracketed(start).map_or((Symbol, start + 1), |end| (QuotedName, end)),
            _ => (Symbol, start + 1),
        };
        self.at = end.min(self.bytes.len());
        Some(Token { kind, start, end: self.at })
    }
}

#[cfg(test)]
mod tests {
    use super::{Lexis, TokenKind, Tokens};
    use proptest::prelude::*;

    fn solid(text: &str, lexis: Lexis) -> Vec<String> {
        Tokens::new(text, lexis).filter(super::Token::is_solid).map(|token| token.of(text).to_owned()).collect()
    }

    #[test]
    fn strings_names_and_comments_are_one_token_each() {
        assert_eq!(solid("a -- b;\n/* c /* d */ ; */ E'x\\'y' 'it''s'", Lexis::Postgres), ["a", "E'x\\'y'", "'it''s'"]);
        assert_eq!(solid("$fn$ begin; $$ ; $fn$ $1", Lexis::Postgres), ["$fn$ begin; $$ ; $fn$", "$", "1"]);
        assert_eq!(solid("`a``b` # c\n'x\\'y'", Lexis::MySql), ["`a``b`", "'x\\'y'"]);
        assert_eq!(solid("[dbo].[My Table]", Lexis::SqlServer), ["[dbo]", ".", "[My Table]"]);
        assert_eq!(solid("int[3] \"a\"\"b\"", Lexis::Postgres), ["int", "[", "3", "]", "\"a\"\"b\""]);
    }

    proptest! {
        #[test]
        fn every_byte_belongs_to_one_token(text in "\\PC{0,80}|[-'\"$a/*\\[\\]`\\\\;\n#é]{0,60}") {
            for lexis in [Lexis::Postgres, Lexis::MySql, Lexis::Sqlite, Lexis::SqlServer, Lexis::ClickHouse] {
                let mut at = 0;
                for token in Tokens::new(&text, lexis) {
                    prop_assert_eq!(token.start, at);
                    prop_assert!(token.end > token.start);
                    prop_assert!(text.is_char_boundary(token.end), "{:?} {:?}", token.kind == TokenKind::Symbol, token);
                    at = token.end;
                }
                prop_assert_eq!(at, text.len());
            }
        }
    }
}
