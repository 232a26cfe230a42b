//! Flowcharts of Mermaid: the boxes with their labels. What a box is, a chart does not say; its lines are left to people.

use std::collections::BTreeSet;

use super::text::{is_key, label, lines};
use crate::finding::{ArchitectureDiagram, DrawnElement, DrawnKind};

/// Words that open a line which draws no box.
const NO_BOX: &[&str] = &["flowchart", "graph", "subgraph", "end", "style", "classDef", "class", "linkStyle", "click", "direction", "%%"];

/// Reads the boxes of a chart; `line` gives the line in the file of a byte of it.
pub(super) fn read(text: &str, line: &dyn Fn(usize) -> u32) -> ArchitectureDiagram {
    let mut diagram = ArchitectureDiagram { notation: "Mermaid flowchart", elements: Vec::new(), lines: Vec::new() };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let first = line(0);
    for (number, written) in lines(text) {
        let head = written.split([' ', '(', '[']).next().unwrap_or_default();
        if NO_BOX.contains(&head) || written.starts_with("%%") {
            continue;
        }
        for (key, name) in boxes(written) {
            if seen.insert(key.to_owned()) {
                let (key, line) = (key.to_owned(), first + number - 1);
                diagram.elements.push(DrawnElement { key, name, kind: DrawnKind::Box, technology: None, description: None, line });
            }
        }
    }
    diagram
}

/// The boxes of a line: a key with a label in brackets of any shape.
fn boxes(line: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['[', '(', '{']) {
        let key = rest[..at].rsplit([' ', '>', '&', '|', '-', ';']).next().unwrap_or_default();
        let Some(length) = bracketed(&rest[at..]) else { break };
        let inner = rest[at..at + length].trim_matches(|letter| "[](){}/\\>".contains(letter));
        if is_key(key) {
            found.push((key, label(inner)));
        }
        rest = &rest[at + length..];
    }
    found.retain(|(_, name)| !name.is_empty());
    found
}

/// The length of what stands in brackets at the start of a text, the brackets counted in.
fn bracketed(text: &str) -> Option<usize> {
    let (mut depth, mut in_quotes) = (0_usize, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => in_quotes = !in_quotes,
            '[' | '(' | '{' if !in_quotes => depth += 1,
            ']' | ')' | '}' if !in_quotes => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && !in_quotes {
            return Some(at + letter.len_utf8());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::boxes;

    #[test]
    fn every_shape_of_a_box_has_its_label() {
        let line = "web[\"Web (React)<br/>pages\"] -->|calls| api(API) & db[(PostgreSQL)] --> q{{Queue}}; plain --> web";
        let found: Vec<String> = boxes(line).into_iter().map(|(key, name)| format!("{key}={name}")).collect();
        assert_eq!(found, ["web=Web (React)", "api=API", "db=PostgreSQL", "q=Queue"]);
        assert!(boxes("a[open").is_empty());
    }
}
