//! The documentation comment before a declaration, as plain text: what `<summary>` holds.
//! Source: the C# language reference, documentation comments. Takes no line comments and no licence heads.

use tree_sitter::Node;

use super::nodes::text_of;

/// Longer comments are no documentation of one member.
const LINES: usize = 200;

/// The summary of a type, method, property or field.
pub(super) fn of(node: Node<'_>, text: &str) -> Option<String> {
    let mut lines: Vec<&str> = Vec::new();
    let mut at = node.prev_sibling();
    while let Some(comment) = at.filter(|one| one.kind() == "comment" && lines.len() < LINES) {
        let Some(line) = text_of(comment, text).strip_prefix("///") else { break };
        lines.push(line.trim());
        at = comment.prev_sibling();
    }
    lines.reverse();
    let all = lines.join("\n");
    let said = between(&all, "<summary>", "</summary>").or_else(|| (!all.contains('<')).then_some(all.as_str()))?;
    let said = plain(said);
    (!said.is_empty()).then_some(said)
}

fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let start = text.find(open)? + open.len();
    let end = text[start..].find(close)?;
    Some(&text[start..start + end])
}

/// Text without tags: `<see cref="T:Shop.Order"/>` becomes `Order`, `<c>x</c>` becomes `x`.
fn plain(said: &str) -> String {
    let mut out = String::new();
    let mut rest = said;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('>') else { break };
        let tag = &rest[at + 1..at + end];
        if tag.ends_with('/') || tag.starts_with("see ") {
            let named = ["cref=\"", "name=\"", "langword=\""].iter().find_map(|key| between(tag, key, "\""));
            let named = named.map(|name| name.split('(').next().unwrap_or(name)).map(|name| name.rsplit(['.', ':']).next().unwrap_or(name));
            out.push_str(named.unwrap_or_default());
        }
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&quot;", "\"")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn tags_become_words() {
        let cases = [
            ("Gets an <see cref=\"T:Shop.Order\"/> by <paramref name=\"id\"/>.", "Gets an Order by id."),
            ("Returns <c>true</c>\n if &lt;ok&gt;.", "Returns true if <ok>."),
        ];
        for (said, expected) in cases {
            assert_eq!(plain(said), expected);
        }
    }
}
