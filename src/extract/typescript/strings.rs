//! String and template literals of TypeScript: their text with escapes undone, and the pieces between substitutions.
//! Source of the escapes: ECMAScript, "String Literals". Never fails: an unknown escape stands for its letter.

use tree_sitter::Node;

/// A part of a template literal.
pub(super) enum Piece<'t> {
    /// What is written.
    Text(String),
    /// The expression in `${...}`.
    Substitution(Node<'t>),
}

/// The text of a string or of a template literal without substitutions.
pub(super) fn literal(node: Node<'_>, text: &str) -> String {
    let raw = text.get(node.byte_range()).unwrap_or_default();
    let mut inner = raw.chars();
    let quoted = matches!((inner.next(), inner.next_back()), (Some('"' | '\'' | '`'), Some('"' | '\'' | '`')));
    unescape(if quoted { inner.as_str() } else { raw })
}

/// The pieces of a template literal, in order, none empty.
pub(super) fn template<'t>(node: Node<'t>, text: &str) -> Vec<Piece<'t>> {
    let mut pieces = Vec::new();
    let mut from = node.start_byte() + 1;
    let end = node.end_byte().saturating_sub(1);
    let push = |from: usize, to: usize, pieces: &mut Vec<Piece<'t>>| {
        let raw = text.get(from..to).unwrap_or_default();
        if !raw.is_empty() {
            pieces.push(Piece::Text(unescape(raw)));
        }
    };
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor).filter(|child| child.kind() == "template_substitution") {
        push(from, child.start_byte(), &mut pieces);
        pieces.extend(child.named_child(0).map(Piece::Substitution));
        from = child.end_byte();
    }
    push(from, end.max(from), &mut pieces);
    pieces
}

/// The parts of what stands between the quotes: the offset of each, its text, and whether it stands there as it is.
pub(super) fn parts(raw: &str) -> Vec<(usize, String, bool)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = raw[from..].find('\\').map(|at| from + at) {
        if at > from {
            found.push((from, raw[from..at].to_owned(), true));
        }
        let rest = &raw[at + 1..];
        let length = match rest.chars().next() {
            Some('x') => 3,
            Some('u') if rest[1..].starts_with('{') => rest.find('}').map_or(rest.len(), |end| end + 1),
            Some('u') => 5,
            Some(letter) => letter.len_utf8(),
            None => 0,
        };
        from = (1..=length.min(rest.len())).rev().map(|length| at + 1 + length).find(|end| raw.is_char_boundary(*end)).unwrap_or(raw.len());
        found.push((at, unescape(&raw[at..from]), false));
    }
    if from < raw.len() {
        found.push((from, raw[from..].to_owned(), true));
    }
    found
}

fn unescape(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut letters = raw.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('\n') | None => {}
            Some('x') => out.extend(code_point(&letters.by_ref().take(2).collect::<String>())),
            Some('u') => out.extend(unicode(&mut letters)),
            Some(other) => out.push(other),
        }
    }
    out
}

/// What follows `\u`: four digits, or digits in braces.
fn unicode(letters: &mut std::str::Chars<'_>) -> Option<char> {
    if letters.as_str().starts_with('{') {
        letters.next();
        return code_point(&letters.by_ref().take_while(|letter| *letter != '}').collect::<String>());
    }
    code_point(&letters.by_ref().take(4).collect::<String>())
}

fn code_point(digits: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}
