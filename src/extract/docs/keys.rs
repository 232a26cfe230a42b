//! Patterns of Redis keys that documents list: `session:{id} -> JSON`, rows of a table, items of a list.
//! Only documents or sections that name Redis or keys of a cache are looked at.

use super::subject::plain;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{DocumentedKeys, Fact};
use crate::syntax::passages::{PassageKind, is_description, passages};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "docs.keys",
    about: "patterns of Redis keys that documents list",
    kinds: &[FileKind::Markdown],
    markers: &["Redis", "redis", "REDIS", "Valkey", "valkey", "Key pattern", "key pattern", "Key Pattern"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Words of headings and file names that make what stands below them keys.
const NAMES: &[&str] = &["redis", "valkey", "key pattern", "cache keys", "cache-keys", "key-pattern"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !is_description(cx.file.path.as_str()) {
        return;
    }
    let names_keys = |words: &str| {
        let lower = words.to_lowercase();
        NAMES.iter().any(|name| lower.contains(name))
    };
    let whole = names_keys(cx.file.path.name());
    for passage in passages(cx.text).iter().filter(|one| one.is_of_today()) {
        let is_listing = match passage.kind {
            PassageKind::Heading(_) => false,
            PassageKind::Lines => true,
            PassageKind::Fence(language) => matches!(language.to_ascii_lowercase().as_str(), "" | "text" | "txt" | "redis" | "plaintext"),
        };
        if !is_listing || !(whole || passage.headings.iter().any(|heading| names_keys(heading))) {
            continue;
        }
        let in_fence = passage.kind != PassageKind::Lines;
        let mut at = passage.start;
        for line in cx.text[passage.start..passage.end].split_inclusive('\n') {
            if let Some(keys) = listed(line, in_fence) {
                sink.fact(cx.line(at), Fact::DocumentedKeys(keys));
            }
            at += line.len();
        }
    }
}

/// The pattern that a line lists: in the first cell of a row, behind the sign of an item, or alone on a line of a fence.
fn listed(line: &str, in_fence: bool) -> Option<DocumentedKeys> {
    let trimmed = line.trim();
    let is_item = trimmed.starts_with(['|', '-', '*', '`']);
    if !is_item && !in_fence || trimmed.starts_with("//") || trimmed.starts_with('#') {
        return None;
    }
    let words = plain(trimmed.trim_start_matches('|'));
    let (written, rest) = words.split_once([' ', '|', '\t']).unwrap_or((&words, ""));
    let pattern = pattern(written.trim_end_matches([',', '.', ':']))?;
    let text = rest.trim_matches(|one: char| one.is_whitespace() || "|-=>:—–→".contains(one));
    let text = text.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(", ");
    Some(DocumentedKeys { pattern, text: (!text.is_empty()).then_some(text) })
}

/// A key of at least two parts between colons, its placeholders in braces.
fn pattern(written: &str) -> Option<String> {
    let braced = written.replace("${", "{").replace('<', "{").replace('>', "}");
    let parts: Vec<&str> = braced.split(':').collect();
    let is_part = |part: &&str| !part.is_empty() && part.chars().all(|one| one.is_ascii_alphanumeric() || "_-.{}*@".contains(one));
    let first = parts.first()?.chars().next()?;
    let is_key = parts.len() > 1 && parts.iter().all(is_part) && (first.is_ascii_alphabetic() || first == '{');
    // `12:30` and `key:value` in prose are none; a placeholder, or a name of words in lower case, is.
    let is_named =
        braced.contains(['{', '*']) || !braced.chars().any(|one| one.is_ascii_uppercase()) && parts.iter().all(|part| part.len() > 2);
    (is_key && is_named && braced.matches('{').count() == braced.matches('}').count()).then_some(braced)
}

#[cfg(test)]
mod tests {
    use super::listed;

    fn shown(line: &str, in_fence: bool) -> String {
        listed(line, in_fence).map(|keys| format!("{} = {}", keys.pattern, keys.text.unwrap_or_default())).unwrap_or_default()
    }

    #[test]
    fn rows_items_and_lines_list_keys() {
        assert_eq!(shown("usage:{user_id}:{YYYY-MM}   -> float (monthly)", true), "usage:{user_id}:{YYYY-MM} = float (monthly)");
        assert_eq!(shown("| `session:<id>` | JSON | 1 hour |", false), "session:{id} = JSON, 1 hour");
        assert_eq!(shown("- `queue:agent_tasks` - stream of tasks", false), "queue:agent_tasks = stream of tasks");
        for (line, in_fence) in [
            ("session:{id} -> JSON", false),
            ("# SESSION: x", true),
            ("| Key | Value |", false),
            ("| --- | --- |", false),
            ("- Note: see a:b", false),
            ("- http://host:80/x", false),
            ("- at 12:30", false),
        ] {
            assert_eq!(shown(line, in_fence), "", "{line}");
        }
    }
}
