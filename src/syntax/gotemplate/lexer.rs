//! Text and actions of a template, and the tokens of an action.
//! Source: the documentation of Go's package text/template, trimming of white space among it.

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece<'a> {
    /// Text as it is printed, white space trimmed by its neighbours taken off.
    Text(&'a str),
    /// The inside of an action; the line, from 1, it starts on.
    Action(&'a str, u32),
}

/// Cuts a template into text and actions; comments vanish. The error is the line of an action that never ends.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, u32> {
    let mut all = Vec::new();
    let (mut at, mut line, mut trim_next) = (0, 1_u32, false);
    while let Some(open) = text[at..].find("{{").map(|found| at + found) {
        let before = &text[at..open];
        line += newlines(before);
        let inner = open + 2;
        let trims = trim_mark_before(&text[inner..]);
        let start = if trims { inner + 2 } else { inner };
        let shown = trimmed(before, trim_next, trims);
        if !shown.is_empty() {
            all.push(Piece::Text(shown));
        }
        let (end, after, trims_after, is_comment) = close(text, start).ok_or(line)?;
        if !is_comment {
            all.push(Piece::Action(&text[start..end], line));
        }
        line += newlines(&text[open..after]);
        (at, trim_next) = (after, trims_after);
    }
    let rest = trimmed(&text[at..], trim_next, false);
    if !rest.is_empty() {
        all.push(Piece::Text(rest));
    }
    Ok(all)
}

fn newlines(text: &str) -> u32 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32
}

fn trimmed(text: &str, start: bool, end: bool) -> &str {
    const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];
    let text = if start { text.trim_start_matches(SPACE) } else { text };
    if end { text.trim_end_matches(SPACE) } else { text }
}

fn trim_mark_before(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next() == Some(b'-') && bytes.next().is_some_and(|byte| byte.is_ascii_whitespace())
}

/// Where the inside of an action ends, where its text ends, whether it trims what follows, whether it is a comment.
fn close(text: &str, start: usize) -> Option<(usize, usize, bool, bool)> {
    let rest = text[start..].trim_start();
    if rest.starts_with("/*") {
        let begin = text.len() - rest.len();
        let end = begin + text[begin..].find("*/")? + 2;
        let stop = end + text[end..].find("}}")?;
        return Some((end, stop + 2, text[end..stop].trim_end().ends_with('-'), true));
    }
    let bytes = text.as_bytes();
    let mut at = start;
    let mut quote = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' || quote == b'\'' => at += 1,
            byte if quote != 0 && byte == quote => quote = 0,
            byte @ (b'"' | b'`' | b'\'') if quote == 0 => quote = byte,
            b'}' if quote == 0 && bytes.get(at + 1) == Some(&b'}') => {
                let trims = at > start + 1 && bytes[at - 1] == b'-' && bytes[at - 2].is_ascii_whitespace()
                    || at == start + 1 && bytes[at - 1] == b'-';
                return Some((if trims { at - 1 } else { at }, at + 2, trims, false));
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// A token of an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A string constant without its quotes.
    Text(String),
    /// A number; a character constant is one.
    Number(String),
    /// A name: function, keyword, `true`.
    Name(String),
    /// `.a.b`; `.` alone is empty. The flag says that white space stands before it.
    Field(Vec<String>, bool),
    /// `$x.a.b`.
    Variable(String, Vec<String>),
    /// `|`, `(`, `:=`, `=`, `,`.
    Sign(&'static str),
    /// `)` and the fields right behind it.
    Close(Vec<String>),
}

/// The tokens of the inside of an action; `None` where something is not of the language.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut all = Vec::new();
    let mut rest = text;
    let mut spaced = true;
    while let Some(letter) = rest.chars().next() {
        if letter.is_whitespace() {
            rest = &rest[letter.len_utf8()..];
            spaced = true;
            continue;
        }
        let (token, after) = token(rest, letter, spaced)?;
        all.push(token);
        rest = after;
        spaced = false;
    }
    Some(all)
}

fn token(rest: &str, letter: char, spaced: bool) -> Option<(Token, &str)> {
    for sign in [":=", "|", "(", "=", ","] {
        if let Some(after) = rest.strip_prefix(sign) {
            return Some((Token::Sign(sign), after));
        }
    }
    match letter {
        ')' => {
            let (fields, after) = fields(&rest[1..]);
            Some((Token::Close(fields), after))
        }
        '"' => quoted(rest, letter),
        '\'' => match quoted(rest, letter)? {
            (Token::Text(text), after) => Some((Token::Number(u32::from(text.chars().next()?).to_string()), after)),
            other => Some(other),
        },
        '`' => {
            let end = rest[1..].find('`')?;
            Some((Token::Text(rest[1..=end].to_owned()), &rest[end + 2..]))
        }
        '.' if !rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
            let (fields, after) = fields(rest);
            // A dot alone is consumed here.
            let after = if fields.is_empty() { &rest[1..] } else { after };
            Some((Token::Field(fields, spaced), after))
        }
        '$' => {
            let end = name_end(&rest[1..]) + 1;
            let (fields, after) = fields(&rest[end..]);
            Some((Token::Variable(rest[1..end].to_owned(), fields), after))
        }
        '0'..='9' | '+' | '-' | '.' => {
            let end = rest[1..].find(|next: char| !next.is_ascii_alphanumeric() && !"._".contains(next)).map_or(rest.len(), |end| end + 1);
            Some((Token::Number(rest[..end].to_owned()), &rest[end..]))
        }
        letter if letter.is_alphabetic() || letter == '_' => {
            let end = name_end(rest);
            Some((Token::Name(rest[..end].to_owned()), &rest[end..]))
        }
        _ => None,
    }
}

fn name_end(text: &str) -> usize {
    text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len())
}

/// `.a.b` at the start of a text.
fn fields(mut text: &str) -> (Vec<String>, &str) {
    let mut all = Vec::new();
    while let Some(rest) = text.strip_prefix('.') {
        let end = name_end(rest);
        if end == 0 {
            break;
        }
        all.push(rest[..end].to_owned());
        text = &rest[end..];
    }
    (all, text)
}

fn quoted(text: &str, quote: char) -> Option<(Token, &str)> {
    let mut out = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            _ if letter == quote => return Some((Token::Text(out), &text[at + 1..])),
            '\\' => out.push(match letters.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '0' => '\0',
                'x' => char::from_u32(hex(&mut letters, 2)?)?,
                'u' => char::from_u32(hex(&mut letters, 4)?)?,
                other => other,
            }),
            other => out.push(other),
        }
    }
    None
}

fn hex(letters: &mut impl Iterator<Item = (usize, char)>, count: usize) -> Option<u32> {
    letters.take(count).try_fold(0, |number, (_, letter)| Some(number * 16 + letter.to_digit(16)?))
}
