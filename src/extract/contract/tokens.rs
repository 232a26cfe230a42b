//! The words of a Protocol Buffers file: names, texts, signs, and the comments before them.
//! Knows no grammar; a text that does not end runs to the end of its line.

/// A word of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// What stands there: a name with its dots, one sign, or a text without its quotes.
    pub(super) text: &'t str,
    /// Whether it is a text.
    pub(super) quoted: bool,
    /// Where it starts.
    pub(super) at: usize,
    /// The comment that ends on the line before it.
    pub(super) doc: Option<String>,
}

/// The words in order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let length = match byte {
            _ if rest.starts_with("//") => {
                let line = rest.lines().next().unwrap_or_default();
                comment.push(line.trim_start_matches('/'));
                line.len()
            }
            _ if rest.starts_with("/*") => {
                let length = rest.find("*/").map_or(rest.len(), |end| end + 2);
                comment = rest
                    .get(2..length)
                    .unwrap_or_default()
                    .trim_end_matches("*/")
                    .lines()
                    .map(|line| line.trim().trim_start_matches('*'))
                    .collect();
                length
            }
            b'\n' => {
                // An empty line parts a comment from what follows.
                if rest.get(1..).is_some_and(|next| next.lines().next().is_some_and(|line| line.trim().is_empty())) {
                    comment.clear();
                }
                1
            }
            b'"' | b'\'' => {
                let length = quoted(rest);
                let inner = rest.get(1..length.saturating_sub(1).max(1)).unwrap_or_default();
                found.push(Token { text: inner, quoted: true, at, doc: None });
                length
            }
            b if b.is_ascii_whitespace() => 1,
            b if is_name(*b) => {
                let length = rest.bytes().take_while(|byte| is_name(*byte)).count();
                let lines: Vec<&str> = comment.drain(..).map(str::trim).filter(|line| !line.is_empty()).collect();
                let doc = Some(for_readers(&lines.join(" "))).filter(|doc| !doc.is_empty());
                found.push(Token { text: &rest[..length], quoted: false, at, doc });
                length
            }
            _ => {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                found.push(Token { text: rest.get(..length).unwrap_or_default(), quoted: false, at, doc: None });
                length
            }
        };
        at += length;
    }
    found
}

/// A comment without what is for tools or for the authors alone: `(-- api-linter: ... --)` by the conventions of AIP-192, `TODO`.
fn for_readers(comment: &str) -> String {
    let mut rest = comment;
    let mut out = String::new();
    while let Some((before, inner)) = rest.split_once("(--") {
        out.push_str(before.trim_end());
        rest = inner.split_once("--)").map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    let text = out.trim();
    if text.starts_with("TODO") { String::new() } else { text.to_owned() }
}

/// How long a text is, both quotes included.
fn quoted(rest: &str) -> usize {
    let quote = rest.bytes().next();
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        if byte == b'\n' {
            return at;
        }
        if !escaped && Some(byte) == quote {
            return at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    rest.len()
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'+')
}
