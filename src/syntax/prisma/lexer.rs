//! Splits a Prisma schema into tokens with their lines. Plain comments vanish, doc comments are tokens of their own.

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name; dots belong to it: `db.VarChar`.
    Word(String),
    /// A string without its quotes.
    Text(String),
    /// A number.
    Number(String),
    /// Any other letter, `@` and `{` among them.
    Sign(char),
    /// The text of a `///` comment.
    Doc(String),
    /// The end of a line.
    Newline,
}

/// Every token with its line, from 1.
pub(super) fn tokens(text: &str) -> Vec<(Token, u32)> {
    let mut lexer = Lexer { text, at: 0, line: 1, found: Vec::new() };
    while let Some(letter) = lexer.peek() {
        lexer.step(letter);
    }
    lexer.found
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    found: Vec<(Token, u32)>,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn push(&mut self, token: Token) {
        self.found.push((token, self.line));
    }

    /// Takes what fits and gives it.
    fn take(&mut self, fits: impl Fn(char) -> bool) -> String {
        let rest = &self.text[self.at..];
        let end = rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
        self.at += end;
        rest[..end].to_owned()
    }

    fn step(&mut self, letter: char) {
        let rest = &self.text[self.at..];
        match letter {
            '\n' => {
                self.push(Token::Newline);
                self.line += 1;
                self.at += 1;
            }
            _ if letter.is_whitespace() => self.at += letter.len_utf8(),
            '/' if rest.starts_with("///") => {
                let line = self.take(|one| one != '\n');
                let doc = line.trim_start_matches('/');
                self.push(Token::Doc(doc.trim().to_owned()));
            }
            '/' if rest.starts_with("//") => _ = self.take(|one| one != '\n'),
            '/' if rest.starts_with("/*") => {
                let end = rest.find("*/").map_or(rest.len(), |end| end + 2);
                self.line += rest[..end].bytes().filter(|byte| *byte == b'\n').count() as u32;
                self.at += end;
            }
            '"' => self.string(),
            _ if letter.is_ascii_digit() || letter == '-' && rest[1..].starts_with(|one: char| one.is_ascii_digit()) => {
                self.at += 1;
                let rest = self.take(|one| one.is_ascii_alphanumeric() || one == '.');
                self.push(Token::Number(format!("{letter}{rest}")));
            }
            _ if letter.is_alphanumeric() || letter == '_' => {
                let word = self.take(|one| one.is_alphanumeric() || matches!(one, '_' | '.' | '-'));
                self.push(Token::Word(word));
            }
            _ => {
                self.at += letter.len_utf8();
                self.push(Token::Sign(letter));
            }
        }
    }

    /// A string ends on its line at the latest.
    fn string(&mut self) {
        self.at += 1;
        let mut text = String::new();
        let mut letters = self.text[self.at..].char_indices();
        let mut end = self.text.len() - self.at;
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    end = at + 1;
                    break;
                }
                '\n' => {
                    end = at;
                    break;
                }
                '\\' => match letters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, other)) => text.push(other),
                    None => {}
                },
                other => text.push(other),
            }
        }
        self.at += end;
        self.push(Token::Text(text));
    }
}
