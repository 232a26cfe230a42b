//! A cursor over the solid tokens of a statement, for reading DDL of any dialect word by word.
//! Never fails: what is not there is `None`, and an end is an end.

use crate::extract::sql::statement::Statement;
use crate::finding::schema::ObjectName;
use crate::syntax::sql::token::{Token, TokenKind, Tokens};
use crate::syntax::sql::{Lexis, name};

/// The tokens of a statement, or of a part of it, and how far they are read.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) lexis: Lexis,
    tokens: std::rc::Rc<[Token]>,
    at: usize,
    end: usize,
}

impl<'a> Cursor<'a> {
    /// All tokens of a statement.
    pub(super) fn new(statement: &Statement<'a>) -> Self {
        let tokens: Vec<Token> = Tokens::new(statement.text, statement.lexis).filter(Token::is_solid).collect();
        let end = tokens.len();
        Self { text: statement.text, lexis: statement.lexis, tokens: tokens.into(), at: 0, end }
    }

    fn token(&self, ahead: usize) -> Option<Token> {
        (self.at + ahead < self.end).then(|| self.tokens[self.at + ahead])
    }

    /// Ends where another cursor over the same tokens stands.
    pub(super) fn end_at(&mut self, other: &Self) {
        self.end = other.at;
    }

    /// Whether everything is read.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.end
    }

    /// The offset of the next token, or behind the last.
    pub(super) fn offset(&self) -> usize {
        self.token(0).map_or(self.text.len(), |token| token.start)
    }

    /// The offset behind the last token that was read.
    pub(super) fn offset_behind(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.tokens[last].end)
    }

    /// The next word or symbol, lower case; empty for quoted names, strings and the end.
    pub(super) fn word(&self) -> String {
        self.word_ahead(0)
    }

    /// The word so many tokens ahead.
    pub(super) fn word_ahead(&self, ahead: usize) -> String {
        match self.token(ahead) {
            Some(token) if matches!(token.kind, TokenKind::Word | TokenKind::Symbol | TokenKind::Number) => {
                token.of(self.text).to_ascii_lowercase()
            }
            _ => String::new(),
        }
    }

    /// The next token as written.
    pub(super) fn written(&self) -> &'a str {
        self.token(0).map_or("", |token| token.of(self.text))
    }

    /// One token on.
    pub(super) fn skip(&mut self) {
        self.at = (self.at + 1).min(self.end);
    }

    /// Takes the words when they come next, all of them.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let fits = words.iter().enumerate().all(|(ahead, word)| self.word_ahead(ahead) == *word);
        if fits {
            self.at += words.len();
        }
        fits
    }

    /// Takes one of the words when it comes next.
    pub(super) fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(&[word]))
    }

    /// A name of one part.
    pub(super) fn ident(&mut self) -> Option<String> {
        let token = self.token(0)?;
        let is_name = matches!(token.kind, TokenKind::Word | TokenKind::QuotedName | TokenKind::Text);
        is_name.then(|| {
            self.skip();
            name::ident(token.of(self.text), self.lexis)
        })
    }

    /// A name with its schema; a database before that is left out.
    pub(super) fn object(&mut self) -> Option<ObjectName> {
        let mut parts = vec![self.ident()?];
        while self.eat(&["."]) {
            // `db..table` of SQL Server leaves the schema out.
            parts.push(self.ident().unwrap_or_default());
        }
        let name = parts.pop()?;
        Some(ObjectName { schema: parts.pop().filter(|schema| !schema.is_empty()), name })
    }

    /// The inside of the parentheses that come next, and steps behind them.
    pub(super) fn parentheses(&mut self) -> Option<Cursor<'a>> {
        if self.word() != "(" {
            return None;
        }
        let start = self.at + 1;
        self.skip_balanced();
        let end = if self.at > start && self.tokens[self.at - 1].of(self.text) == ")" { self.at - 1 } else { self.at };
        Some(Self { at: start, end, ..self.clone() })
    }

    /// Steps over one token, or over parentheses with all that is in them.
    pub(super) fn skip_balanced(&mut self) {
        let mut depth = 0_usize;
        while let Some(token) = self.token(0) {
            match token.of(self.text) {
                "(" if token.kind == TokenKind::Symbol => depth += 1,
                ")" if token.kind == TokenKind::Symbol => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.skip();
            if depth == 0 {
                return;
            }
        }
    }

    /// The parts between commas, outside of parentheses.
    pub(super) fn parts(mut self) -> Vec<Cursor<'a>> {
        let mut found = Vec::new();
        let mut start = self.at;
        while !self.is_done() {
            if self.word() == "," {
                found.push(Self { at: start, end: self.at, ..self.clone() });
                self.skip();
                start = self.at;
            } else {
                self.skip_balanced();
            }
        }
        found.push(Self { at: start, ..self.clone() });
        found.retain(|part| !part.is_done());
        found
    }

    /// The names in parentheses, each the first thing between two commas; lengths and orders are left out.
    pub(super) fn names(&mut self) -> Vec<String> {
        let inside = self.parentheses().map(Self::parts).unwrap_or_default();
        inside.into_iter().filter_map(|mut part| part.ident()).collect()
    }

    /// The text from here up to where `stops` says, each gap one space; steps over it.
    pub(super) fn text_until(&mut self, mut stops: impl FnMut(&Self) -> bool) -> String {
        let start = self.at;
        while !self.is_done() && !stops(self) {
            self.skip_balanced();
        }
        self.text_from(start)
    }

    fn text_from(&self, start: usize) -> String {
        let mut out = String::new();
        let mut behind = None;
        for token in &self.tokens[start..self.at] {
            if behind.is_some_and(|behind| behind < token.start) {
                out.push(' ');
            }
            out.push_str(token.of(self.text));
            behind = Some(token.end);
        }
        out
    }

    /// All that is left, as text.
    pub(super) fn rest(&mut self) -> String {
        self.text_until(|_| false)
    }
}
