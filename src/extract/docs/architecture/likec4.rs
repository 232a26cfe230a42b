//! Models of LikeC4: `customer = actor 'Customer'`, `api = service 'API' { ... }`, `customer -> api 'uses'`.
//! A project names its own kinds of elements, so that what a kind means is told by its word. Views show the same things again.

use super::text::{is_key, lines, quoted, told};
use crate::finding::{ArchitectureDiagram, DrawnElement, DrawnKind, DrawnLine};

/// Reads the blocks `model` of a file.
pub(super) fn read(text: &str) -> ArchitectureDiagram {
    let mut diagram = ArchitectureDiagram { notation: "LikeC4 model", elements: Vec::new(), lines: Vec::new() };
    let mut blocks: Vec<&str> = Vec::new();
    for (number, line) in lines(text).filter(|(_, line)| !line.starts_with("//")) {
        if line.starts_with('}') {
            blocks.pop();
            continue;
        }
        if blocks.first() == Some(&"model") {
            if let Some((from, to)) = line.split_once("->") {
                diagram.lines.extend(relation(from.trim(), to.trim()));
            } else {
                diagram.elements.extend(element(line, number));
            }
        }
        if line.ends_with('{') {
            blocks.push(line.split([' ', '{']).next().unwrap_or_default());
        }
    }
    diagram
}

/// `key = kind 'Name'` or `kind key 'Name'`.
fn element(line: &str, number: u32) -> Option<DrawnElement> {
    let head = line.split(['\'', '"', '{']).next()?.trim();
    let (key, kind) = match head.split_once('=') {
        Some((key, kind)) => (key.trim(), kind.trim()),
        None => head.split_once(' ').map(|(kind, key)| (key.trim(), kind))?,
    };
    let kind = kind_of(kind)?;
    let texts = quoted(line);
    let name = texts.first().copied().unwrap_or(key);
    let description = texts.get(1).and_then(|text| told(text));
    is_key(key).then(|| DrawnElement { key: key.to_owned(), name: name.to_owned(), kind, technology: None, description, line: number })
}

/// What the word of a kind means, where it is one that people use for it.
fn kind_of(word: &str) -> Option<DrawnKind> {
    Some(match word.to_ascii_lowercase().as_str() {
        "actor" | "person" | "user" | "customer" => DrawnKind::Person,
        "system" | "softwaresystem" => DrawnKind::System,
        "external" | "externalsystem" | "external_system" | "saas" => DrawnKind::Outside,
        "container" | "service" | "microservice" | "app" | "application" | "webapp" | "mobile" | "api" | "database" | "db" | "storage"
        | "cache" | "queue" | "broker" | "worker" | "job" | "function" | "gateway" | "frontend" | "backend" => DrawnKind::Container,
        _ => return None,
    })
}

fn relation(from: &str, to: &str) -> Option<DrawnLine> {
    let key = to.split([' ', '\'', '"', '{']).next()?;
    let last = |key: &str| key.rsplit('.').next().unwrap_or(key).to_owned();
    let text = quoted(to).first().and_then(|text| told(text));
    (is_key(from) && is_key(key)).then(|| DrawnLine { from: last(from), to: last(key), text })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn elements_nest_and_kinds_are_words() {
        let text = "specification {\n  element service\n}\nmodel {\n  user = actor 'Customer'\n  shop = system 'Shop' {\n    service api 'API' {\n      description 'x'\n    }\n  }\n  user -> shop.api 'uses'\n}\nviews {\n  view index {\n    include *\n  }\n}\n";
        let found = read(text);
        let shown: Vec<String> = found.elements.iter().map(|one| format!("{} {:?} {} {}", one.key, one.kind, one.name, one.line)).collect();
        assert_eq!(shown, ["user Person Customer 5", "shop System Shop 6", "api Container API 7"]);
        assert_eq!(
            (found.lines[0].from.as_str(), found.lines[0].to.as_str(), found.lines[0].text.as_deref()),
            ("user", "api", Some("uses"))
        );
    }
}
