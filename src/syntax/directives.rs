//! The language of nginx: directives with words that end at `;` or hold a block. Tolerant: what does not close is closed at the end.
//! Knows no directive; places are lines from 1.

/// How deep blocks are read.
const DEPTH_LIMIT: usize = 24;

/// How many directives of one file are read.
const COUNT_LIMIT: usize = 20_000;

/// One directive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directive {
    /// Its first word.
    pub(crate) name: String,
    /// The other words, quotes taken off.
    pub(crate) words: Vec<String>,
    /// The directives of its block.
    pub(crate) block: Vec<Directive>,
    /// The line of its first word.
    pub(crate) line: u32,
}

impl Directive {
    /// The directives of a name in its block.
    pub(crate) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Directive> {
        self.block.iter().filter(move |one| one.name == name)
    }
}

/// The directives of a file; `None` where it nests too deep or holds too many.
pub(crate) fn directives(text: &str) -> Option<Vec<Directive>> {
    let mut open: Vec<Directive> = vec![Directive::default()];
    let mut words: Vec<(String, u32)> = Vec::new();
    let mut count = 0;
    let mut close = |words: &mut Vec<(String, u32)>| {
        count += 1;
        let mut all = std::mem::take(words).into_iter();
        let (name, line) = all.next()?;
        (count < COUNT_LIMIT).then(|| Directive { name, words: all.map(|(word, _)| word).collect(), block: Vec::new(), line })
    };
    for token in (Tokens { rest: text, line: 1 }) {
        match token {
            Token::Word(word, line) => words.push((word, line)),
            Token::End if words.is_empty() => {}
            Token::End => {
                let one = close(&mut words)?;
                open.last_mut()?.block.push(one);
            }
            Token::Open if open.len() > DEPTH_LIMIT => return None,
            Token::Open if words.is_empty() => open.push(Directive::default()),
            Token::Open => open.push(close(&mut words)?),
            Token::Close => {
                if !words.is_empty() {
                    let one = close(&mut words)?;
                    open.last_mut()?.block.push(one);
                }
                fold(&mut open);
            }
        }
    }
    while open.len() > 1 {
        fold(&mut open);
    }
    open.pop().map(|root| root.block)
}

/// Puts the innermost open directive into the one around it; the root stays.
fn fold(open: &mut Vec<Directive>) {
    if open.len() > 1
        && let (Some(inner), Some(outer)) = (open.pop(), open.last_mut())
    {
        outer.block.push(inner);
    }
}

enum Token {
    Word(String, u32),
    End,
    Open,
    Close,
}

struct Tokens<'t> {
    rest: &'t str,
    line: u32,
}

impl Tokens<'_> {
    fn take(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line = self.line.saturating_add(u32::try_from(taken.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX));
        self.rest = rest;
    }

    /// A word up to a blank or a sign of the language; `${NAME}` belongs to it.
    fn word(&mut self) -> Token {
        let (mut at, mut inside) = (0, false);
        let bytes = self.rest.as_bytes();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'{' if inside || at > 0 && bytes[at - 1] == b'$' => inside = true,
                b'}' if inside => inside = false,
                b'{' | b'}' | b';' => break,
                byte if byte.is_ascii_whitespace() => break,
                _ => {}
            }
            at += 1;
        }
        let end = self.rest.len().min(at);
        let end = (end..=self.rest.len()).find(|at| self.rest.is_char_boundary(*at)).unwrap_or(self.rest.len());
        let (word, line) = (self.rest[..end].to_owned(), self.line);
        self.take(end);
        Token::Word(word, line)
    }

    fn quoted(&mut self, quote: u8) -> Token {
        let bytes = self.rest.as_bytes();
        let mut at = 1;
        while let Some(byte) = bytes.get(at).filter(|byte| **byte != quote) {
            at += if *byte == b'\\' { 2 } else { 1 };
        }
        let end = self.rest.len().min(at);
        let end = (end..=self.rest.len()).find(|at| self.rest.is_char_boundary(*at)).unwrap_or(self.rest.len());
        let (word, line) = (self.rest.get(1..end).unwrap_or_default().to_owned(), self.line);
        self.take((end + 1).min(self.rest.len()));
        Token::Word(word, line)
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let blank = self.rest.len() - self.rest.trim_start().len();
            self.take(blank);
            match self.rest.as_bytes().first()? {
                b'#' => self.take(self.rest.find('\n').unwrap_or(self.rest.len())),
                b';' => {
                    self.take(1);
                    return Some(Token::End);
                }
                b'{' => {
                    self.take(1);
                    return Some(Token::Open);
                }
                b'}' => {
                    self.take(1);
                    return Some(Token::Close);
                }
                quote @ (b'"' | b'\'') => {
                    let quote = *quote;
                    return Some(self.quoted(quote));
                }
                _ => return Some(self.word()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Directive, directives};

    fn shown(all: &[Directive]) -> String {
        let one = |one: &Directive| {
            let block = if one.block.is_empty() { String::new() } else { format!("{{{}}}", shown(&one.block)) };
            format!("{}@{}[{}]{block}", one.name, one.line, one.words.join("|"))
        };
        all.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn blocks_quotes_comments_and_variables_are_told_apart() {
        let text = "user x; # y;\nserver {\n  listen 80;\n  location ~ \"\\.(php|x){1}$\" { proxy_pass http://${HOST}:80/$x; }\n}\n";
        let expected = "user@1[x] server@2[]{listen@3[80] location@4[~|\\.(php|x){1}$]{proxy_pass@4[http://${HOST}:80/$x]}}";
        assert_eq!(shown(&directives(text).unwrap()), expected);
    }

    #[test]
    fn what_does_not_close_is_closed_at_the_end_and_too_much_is_refused() {
        assert_eq!(shown(&directives("a { b c; } } d { e 'ü").unwrap()), "a@1[]{b@1[c]} d@1[]");
        assert!(directives(&"a {".repeat(100)).is_none());
        assert!(directives(&"a;".repeat(30_000)).is_none());
    }
}
