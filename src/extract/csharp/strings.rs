//! The text of string literals: plain, verbatim and raw.
//! Source: the C# language reference, lexical structure. Reads no interpolation.

use tree_sitter::Node;

use super::nodes::{children, text_of};

/// The text of a literal; of anything else what is written.
pub(super) fn literal(node: Node<'_>, text: &str) -> String {
    let written = text_of(node, text);
    match node.kind() {
        "string_literal" => {
            let mut out = String::new();
            for part in children(node) {
                match part.kind() {
                    "escape_sequence" => out.push_str(&escape(text_of(part, text))),
                    "string_literal_content" => out.push_str(text_of(part, text)),
                    _ => {}
                }
            }
            out
        }
        "verbatim_string_literal" => written.trim_start_matches('@').trim_matches('"').replace("\"\"", "\""),
        "raw_string_literal" => raw(written),
        _ => written.to_owned(),
    }
}

/// `"""..."""`: the indentation of the closing quotes is taken from every line.
fn raw(written: &str) -> String {
    let inner = written.trim_matches('"');
    if !inner.contains('\n') {
        return inner.to_owned();
    }
    let indent = inner.lines().last().map_or(0, |last| last.len() - last.trim_start().len());
    let mut lines: Vec<&str> = inner.lines().skip(1).collect();
    lines.pop();
    lines.into_iter().map(|line| line.get(indent..).unwrap_or_else(|| line.trim_start())).collect::<Vec<_>>().join("\n")
}

/// The letter of an escape sequence.
pub(super) fn escape(written: &str) -> String {
    let mut letters = written.strip_prefix('\\').unwrap_or(written).chars();
    match letters.next() {
        Some('n') => "\n".to_owned(),
        Some('t') => "\t".to_owned(),
        Some('r') => "\r".to_owned(),
        Some('0') => "\0".to_owned(),
        Some('u' | 'U' | 'x') => {
            u32::from_str_radix(letters.as_str(), 16).ok().and_then(char::from_u32).map(String::from).unwrap_or_default()
        }
        Some(other) => other.to_string(),
        None => String::new(),
    }
}
