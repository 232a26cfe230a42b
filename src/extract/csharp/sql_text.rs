//! SQL that a migration in code runs: the text of an argument, with where each part of it stands.

use tree_sitter::Node;

use crate::extract::csharp::nodes::{children, dotted, field, text_of, unwrapped};
use crate::extract::csharp::strings;
use crate::extract::embedded::EmbeddedSql;

/// Sums nest no deeper than this.
const DEPTH: usize = 64;

/// The text that an expression spells; `None` where nothing of it stands there.
pub(super) fn of(node: Node<'_>, text: &str) -> Option<EmbeddedSql> {
    let mut sql = EmbeddedSql::default();
    put(node, text, &mut sql, DEPTH);
    (!sql.is_unknown()).then_some(sql)
}

fn put(node: Node<'_>, text: &str, into: &mut EmbeddedSql, depth: usize) {
    let node = unwrapped(node);
    let written = text_of(node, text);
    let start = node.start_byte();
    match (node.kind(), depth.checked_sub(1)) {
        ("string_literal", _) if !written.contains('\\') => inner(written, start, 1, into),
        ("verbatim_string_literal", _) if !written.contains("\"\"") => {
            into.verbatim(written.get(2..written.len().saturating_sub(1)).unwrap_or_default(), start + 2);
        }
        ("raw_string_literal", _) => inner(written, start, written.bytes().take_while(|byte| *byte == b'"').count(), into),
        ("string_literal" | "verbatim_string_literal", _) => into.value(&strings::literal(node, text), start),
        ("binary_expression", Some(depth)) if field(node, "operator", text) == Some("+") => {
            for side in ["left", "right"].into_iter().filter_map(|side| node.child_by_field_name(side)) {
                put(side, text, into, depth);
            }
        }
        ("interpolated_string_expression", Some(_)) => {
            for part in children(node) {
                match part.kind() {
                    "interpolation" => hole(part, text, into),
                    "escape_sequence" => into.value(&strings::escape(text_of(part, text)), part.start_byte()),
                    "string_content" | "string_literal_content" | "raw_string_content" => {
                        into.verbatim(text_of(part, text), part.start_byte())
                    }
                    _ => {}
                }
            }
        }
        _ => hole(node, text, into),
    }
}

/// What stands between quotes of a width.
fn inner(written: &str, start: usize, width: usize, into: &mut EmbeddedSql) {
    into.verbatim(written.get(width..written.len().saturating_sub(width)).unwrap_or_default(), start + width);
}

fn hole(node: Node<'_>, text: &str, into: &mut EmbeddedSql) {
    let named = dotted(node, text).or_else(|| children(node).first().and_then(|one| dotted(*one, text)));
    into.hole(&format!("${{{}}}", named.unwrap_or_else(|| "value".to_owned())), node.start_byte());
}
