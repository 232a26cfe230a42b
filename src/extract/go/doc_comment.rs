//! The comment directly before a declaration, as plain text: its first paragraph.
//! Source: the Go documentation, "Go Doc Comments". Marks for tools (`//go:embed`, `// @Summary`) say nothing.

use tree_sitter::Node;

use super::head;
use super::values::text_of;

/// The comment of a declaration.
pub(super) fn of(node: Node<'_>, text: &str) -> Option<String> {
    let mut lines: Vec<&str> = Vec::new();
    let mut row = node.start_position().row;
    let mut at = node.prev_sibling();
    while let Some(comment) = at.filter(|comment| comment.kind() == "comment" && comment.end_position().row + 1 == row) {
        row = comment.start_position().row;
        lines.push(text_of(comment, text));
        at = comment.prev_sibling();
    }
    lines.reverse();
    let plain: Vec<&str> =
        lines.into_iter().flat_map(|line| line.trim_start_matches("/*").trim_end_matches("*/").lines()).map(bare).collect();
    let summary = plain.iter().find_map(|line| line.strip_prefix("@Summary").map(|rest| rest.trim().to_owned()));
    let told: Vec<&str> = plain.into_iter().take_while(|line| !line.starts_with('@')).filter(|line| !line.starts_with("go:")).collect();
    summary.filter(|text| !text.is_empty()).or_else(|| head::plain(&told))
}

fn bare(line: &str) -> &str {
    line.trim().trim_start_matches("//").trim()
}
