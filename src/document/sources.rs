//! `sources`: which line of which file gave which fact. The only section that holds line numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::path_text;
use crate::model::Evidence;

/// Path -> `L<line> <what> -> <JSON pointer>`, in the order of the lines.
pub(super) fn from_model(evidence: BTreeSet<Evidence>) -> BTreeMap<String, Vec<String>> {
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for proof in evidence {
        let text = format!("L{} {} -> {}", proof.at.line, proof.what, pointer(&proof.pointer));
        let texts = sources.entry(path_text(&proof.at.path)).or_default();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
    }
    sources
}

/// A JSON pointer: `~` is written `~0` and `/` is written `~1` (RFC 6901, section 3).
pub(super) fn pointer(parts: &[String]) -> String {
    parts.iter().map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect()
}

/// The first part of the pointer at the end of a text; empty when there is none.
pub(super) fn section_of(text: &str) -> &str {
    let pointer = text.rsplit_once(" -> /").map_or("", |(_, pointer)| pointer);
    pointer.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{from_model, section_of};
    use crate::location::{Location, RepoPath};
    use crate::model::Evidence;

    fn proof(line: u32, what: &str, parts: &[&str]) -> Evidence {
        let pointer = parts.iter().map(|part| (*part).to_owned()).collect();
        Evidence { at: Location::new(&RepoPath::new("src/a.ts"), line), what: what.to_owned(), pointer }
    }

    #[test]
    fn texts_are_escaped_and_in_the_order_of_lines() {
        let all = [
            proof(10, "route", &["api_endpoints", "api", "operations", "GET /a~b"]),
            proof(9, "table", &["data_schema", "tables", "users"]),
        ];
        let sources = from_model(all.into_iter().collect());
        let expected = ["L9 table -> /data_schema/tables/users", "L10 route -> /api_endpoints/api/operations/GET ~1a~0b"];
        assert_eq!(sources["src/a.ts"], expected);
        assert_eq!(section_of(expected[1]), "api_endpoints");
    }
}
