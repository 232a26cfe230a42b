//! The macros of C4-PlantUML, which Mermaid's C4 diagrams share: `Container(key, "Name", "Technology", "Description")`, `Rel(a, b, "Uses")`.

use super::text::{arguments, is_key, lines, told};
use crate::finding::{ArchitectureDiagram, DrawnElement, DrawnKind, DrawnLine};

/// Reads the macros of a text; `line` gives the line in the file of a byte of it.
pub(super) fn read(text: &str, notation: &'static str, line: &dyn Fn(usize) -> u32) -> ArchitectureDiagram {
    let mut diagram = ArchitectureDiagram { notation, elements: Vec::new(), lines: Vec::new() };
    let first = line(0);
    for (number, written) in lines(text) {
        let Some((name, arguments)) = call(written) else { continue };
        if let Some(kind) = kind_of(name) {
            diagram.elements.extend(element(kind, &arguments, first + number - 1));
        } else if name == "BiRel" || name == "Rel" || name.starts_with("Rel_") {
            diagram.lines.extend(relation(name, &arguments));
        }
    }
    diagram
}

/// `Name(arguments) {`
fn call(line: &str) -> Option<(&str, Vec<String>)> {
    let (name, rest) = line.split_once('(')?;
    let (inner, _) = rest.rsplit_once(')')?;
    is_key(name.trim()).then(|| (name.trim(), arguments(inner)))
}

/// What a macro draws; boundaries, components and nodes of deployments are no containers.
fn kind_of(name: &str) -> Option<DrawnKind> {
    let (plain, is_outside) = name.strip_suffix("_Ext").map_or((name, false), |plain| (plain, true));
    match plain {
        "Person" => Some(DrawnKind::Person),
        "System" | "SystemDb" | "SystemQueue" if is_outside => Some(DrawnKind::Outside),
        "System" | "SystemDb" | "SystemQueue" => Some(DrawnKind::System),
        "Container" | "ContainerDb" | "ContainerQueue" if is_outside => Some(DrawnKind::Outside),
        "Container" | "ContainerDb" | "ContainerQueue" => Some(DrawnKind::Container),
        _ => None,
    }
}

fn element(kind: DrawnKind, arguments: &[String], line: u32) -> Option<DrawnElement> {
    // `$tags="x"` may stand anywhere behind the first two.
    let plain: Vec<&str> = arguments.iter().map(String::as_str).filter(|one| !one.starts_with('$')).collect();
    let (key, name) = (*plain.first()?, *plain.get(1)?);
    let is_container = arguments.len() > 2 && matches!(kind, DrawnKind::Container);
    let technology = plain.get(2).filter(|_| is_container).and_then(|text| told(text));
    let description = plain.get(if is_container { 3 } else { 2 }).and_then(|text| told(text));
    is_key(key).then(|| DrawnElement { key: key.to_owned(), name: super::text::label(name), kind, technology, description, line })
}

fn relation(name: &str, arguments: &[String]) -> Option<DrawnLine> {
    let (from, to) = (arguments.first()?.clone(), arguments.get(1)?.clone());
    let (from, to) = if name.starts_with("Rel_Back") { (to, from) } else { (from, to) };
    Some(DrawnLine { from, to, text: arguments.get(2).filter(|one| !one.starts_with('$')).and_then(|text| told(text)) })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn macros_draw_elements_and_lines() {
        let text = "C4Container\nPerson(user, \"Customer\", \"Buys\")\nSystem_Boundary(b, \"Shop\") {\n  Container(api, \"API\", \"Go\", \"Serves, all\")\n}\nSystem_Ext(pay, \"Payments\")\nRel_D(user, api, \"Uses\", \"HTTPS\")\n";
        let found = read(text, "Mermaid C4 diagram", &|_| 10);
        let shown: Vec<String> = found
            .elements
            .iter()
            .map(|one| format!("{} {:?} {} {:?} {:?} {}", one.key, one.kind, one.name, one.technology, one.description, one.line))
            .collect();
        assert_eq!(
            shown,
            [
                "user Person Customer None Some(\"Buys\") 11",
                "api Container API Some(\"Go\") Some(\"Serves, all\") 13",
                "pay Outside Payments None None 15",
            ]
        );
        assert_eq!(
            (found.lines[0].from.as_str(), found.lines[0].to.as_str(), found.lines[0].text.as_deref()),
            ("user", "api", Some("Uses"))
        );
    }
}
