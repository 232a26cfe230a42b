//! The doc comment directly before a declaration, as plain text.
//! Source: the JSDoc block syntax. Takes no line comments, no licence heads, and nothing that stands further away.

use tree_sitter::Node;

use super::values::text_of;

/// The doc comment of a class, method, field, function or constant.
pub(super) fn of(node: Node<'_>, text: &str) -> Option<String> {
    before(node, text).or_else(|| {
        let parent = node.parent().filter(|parent| parent.kind() == "export_statement")?;
        before(parent, text)
    })
}

/// Looks back over the decorators of a member to the comment before them.
fn before(node: Node<'_>, text: &str) -> Option<String> {
    let mut at = node.prev_named_sibling()?;
    loop {
        match at.kind() {
            "decorator" => at = at.prev_named_sibling()?,
            "comment" if text_of(at, text).starts_with("/**") => return plain(text_of(at, text)),
            "comment" => at = at.prev_named_sibling().filter(|next| matches!(next.kind(), "decorator" | "comment"))?,
            _ => return None,
        }
    }
}

/// The text of a block without its frame: up to the first tag, or what `@description` or `@summary` say.
fn plain(block: &str) -> Option<String> {
    let inner = block.strip_prefix("/**")?.strip_suffix("*/")?;
    let mut said = String::new();
    let mut told = String::new();
    let mut tag = "";
    for line in inner.lines() {
        let line = line.trim().trim_start_matches('*').trim();
        let line = match line.strip_prefix('@') {
            Some(rest) => {
                let (name, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                tag = if name.is_empty() { "?" } else { name };
                rest.trim()
            }
            None => line,
        };
        match tag {
            "" => append(&mut said, line),
            "description" | "desc" | "summary" => append(&mut told, line),
            "license" | "licence" | "copyright" | "file" | "fileoverview" => return None,
            _ => {}
        }
    }
    let chosen = if said.is_empty() { told } else { said };
    let licence = chosen.starts_with("Copyright") || chosen.starts_with("SPDX");
    (!chosen.is_empty() && !licence).then(|| links(&chosen))
}

fn append(text: &mut String, line: &str) {
    if !line.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
    }
}

/// `{@link User the user}` is `the user`, `{@link User}` is `User`.
fn links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once("{@link") {
        let Some((inner, after)) = tail.split_once('}') else { break };
        out.push_str(head);
        let inner = inner.trim_start_matches("code").trim_start_matches("plain").trim();
        let shown = inner.split_once(['|', ' ']).map_or(inner, |(_, label)| label.trim());
        out.push_str(shown);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_block_becomes_plain_text() {
        let cases = [
            ("/** Creates a user. */", Some("Creates a user.")),
            ("/**\n * Creates a {@link User}\n * and tells it.\n *\n * @param x no\n */", Some("Creates a User and tells it.")),
            ("/**\n * @description Lists orders.\n * @returns x\n */", Some("Lists orders.")),
            ("/** @license MIT */", None),
            ("/** Copyright 2020 */", None),
            ("/***/", None),
        ];
        for (block, expected) in cases {
            assert_eq!(plain(block).as_deref(), expected, "{block}");
        }
    }
}
