//! Workspaces of Structurizr: people, software systems and containers of the model, and the lines between them.
//! Source: the Structurizr DSL language reference. Views, styles and deployment nodes show the same things again and are passed over.

use super::text::{is_key, lines, quoted, told};
use crate::finding::{ArchitectureDiagram, DrawnElement, DrawnKind, DrawnLine};

/// Blocks that state no element of the model.
const OTHER_BLOCKS: &[&str] =
    &["views", "styles", "configuration", "deploymentenvironment", "deploymentnode", "perspectives", "properties"];

/// Reads a workspace.
pub(super) fn read(text: &str) -> ArchitectureDiagram {
    let mut reader = Reader { blocks: Vec::new(), elements: Vec::new(), lines: Vec::new() };
    for (number, line) in lines(text).filter(|(_, line)| !line.starts_with("//") && !line.starts_with('#')) {
        reader.line(line, number);
    }
    let outside = |one: &DrawnElement, at: usize| {
        let next_is_inner =
            reader.elements.get(at + 1).is_some_and(|next| next.0.kind == DrawnKind::Container && next.1 > reader.elements[at].1);
        one.kind == DrawnKind::System && !next_is_inner
    };
    // A system without containers is one that this workspace only talks of.
    let has_containers = reader.elements.iter().any(|(one, _)| one.kind == DrawnKind::Container);
    let found = reader.elements.iter().enumerate().map(|(at, (one, _))| {
        let kind = if has_containers && outside(one, at) { DrawnKind::Outside } else { one.kind };
        DrawnElement { kind, ..one.clone() }
    });
    ArchitectureDiagram { notation: "Structurizr model", elements: found.collect(), lines: reader.lines }
}

struct Reader {
    /// The open blocks: the word that each begins with, lower case.
    blocks: Vec<String>,
    /// The elements, each with how deep it stands.
    elements: Vec<(DrawnElement, usize)>,
    lines: Vec<DrawnLine>,
}

impl Reader {
    fn line(&mut self, line: &str, number: u32) {
        if line.starts_with('}') {
            self.blocks.pop();
            return;
        }
        let (key, stated) = match line.split_once('=') {
            Some((key, stated)) if is_key(key.trim()) => (key.trim(), stated.trim()),
            _ => ("", line),
        };
        let word = stated.split([' ', '{', '"']).next().unwrap_or_default().to_ascii_lowercase();
        if !self.blocks.iter().any(|block| OTHER_BLOCKS.contains(&block.as_str())) {
            if let Some((from, to)) = line.split_once("->") {
                self.relation(from.trim(), to.trim());
            } else {
                self.element(key, &word, stated, number);
            }
        }
        if line.ends_with('{') {
            self.blocks.push(word);
        }
    }

    fn element(&mut self, key: &str, word: &str, stated: &str, line: u32) {
        let kind = match word {
            "person" => DrawnKind::Person,
            "softwaresystem" => DrawnKind::System,
            "container" => DrawnKind::Container,
            _ => return,
        };
        let texts = quoted(stated);
        let Some(name) = texts.first() else { return };
        let is_outside = texts.iter().skip(1).any(|text| text.split(',').any(|tag| tag.trim().eq_ignore_ascii_case("external")));
        let kind = if is_outside && kind == DrawnKind::System { DrawnKind::Outside } else { kind };
        let technology = texts.get(2).filter(|_| kind == DrawnKind::Container).and_then(|text| told(text));
        let description = texts.get(1).and_then(|text| told(text));
        let key = if key.is_empty() { (*name).to_owned() } else { key.to_owned() };
        self.elements.push((DrawnElement { key, name: (*name).to_owned(), kind, technology, description, line }, self.blocks.len()));
    }

    fn relation(&mut self, from: &str, to: &str) {
        let key = to.split([' ', '"', '{']).next().unwrap_or_default();
        if is_key(from) && is_key(key) {
            let text = quoted(to).first().and_then(|text| told(text));
            self.lines.push(DrawnLine { from: last(from), to: last(key), text });
        }
    }
}

/// The last part of a path of keys: `shop.api`.
fn last(key: &str) -> String {
    key.rsplit('.').next().unwrap_or(key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_model_is_read_and_the_views_are_not() {
        let text = "workspace {\n  model {\n    user = person \"Customer\" \"Buys\"\n    shop = softwareSystem \"Shop\" {\n      api = container \"API\" \"Serves\" \"Go\"\n    }\n    bank = softwareSystem \"Bank\"\n    user -> shop.api \"Uses\"\n  }\n  views {\n    container shop \"x\" {\n      include *\n    }\n  }\n}\n";
        let found = read(text);
        let shown: Vec<String> =
            found.elements.iter().map(|one| format!("{} {:?} {} {:?} {}", one.key, one.kind, one.name, one.technology, one.line)).collect();
        assert_eq!(
            shown,
            ["user Person Customer None 3", "shop System Shop None 4", "api Container API Some(\"Go\") 5", "bank Outside Bank None 7"]
        );
        assert_eq!((found.lines.len(), found.lines[0].to.as_str()), (1, "api"));
    }
}
