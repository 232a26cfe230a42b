//! Changelogs in XML, YAML and JSON as one kind of tree: elements with attributes, children and text.
//! In YAML and JSON a list of wrapped items (`columns: [{column: ...}]`) becomes the items, as XML writes them.

use crate::syntax::json::{Json, JsonValue};
use crate::syntax::yaml::{Yaml, YamlNode};

/// Elements nest no deeper than this.
const DEPTH: usize = 24;

/// Lists whose items do not belong to the element around them.
const APART: &[&str] = &["rollback", "preConditions", "validCheckSum"];

/// An element of a changelog.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// What stands in it, and the offset in the file where that is known to be word for word.
    pub(super) text: String,
    pub(super) offset: Option<usize>,
    pub(super) line: u32,
}

impl Element {
    /// An attribute that says something.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether an attribute is `true`.
    pub(super) fn is(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The children of a name.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// The `databaseChangeLog` of an XML file; the error is a line and a message.
pub(super) fn of_xml(text: &str) -> Result<Option<Element>, (u32, String)> {
    let document = roxmltree::Document::parse(text).map_err(|error| (error.pos().row, error.to_string()))?;
    let root = document.root_element();
    Ok((root.tag_name().name() == "databaseChangeLog").then(|| xml(root, text, DEPTH)))
}

fn xml(node: roxmltree::Node<'_, '_>, source: &str, depth: usize) -> Element {
    let text: String = node.children().filter(roxmltree::Node::is_text).filter_map(|child| child.text()).collect();
    let first = node.children().find(|child| child.is_text() && child.text().is_some_and(|text| !text.trim().is_empty()));
    let offset = first.and_then(|child| {
        let range = child.range();
        let inside = source.get(range.clone())?.find(text.as_str())?;
        Some(range.start + inside)
    });
    let elements = node.children().filter(|child| child.is_element() && depth > 0);
    Element {
        name: node.tag_name().name().to_owned(),
        attributes: node.attributes().map(|one| (one.name().to_owned(), one.value().to_owned())).collect(),
        children: elements.map(|child| xml(child, source, depth - 1)).collect(),
        text,
        offset,
        line: node.document().text_pos_at(node.range().start).row,
    }
}

/// The `databaseChangeLog` of a YAML file.
pub(super) fn of_yaml(yaml: &Yaml) -> Option<Element> {
    let list = yaml.first()?.get("databaseChangeLog")?;
    let mut root = Element { name: "databaseChangeLog".to_owned(), line: list.line(), ..Element::default() };
    list.items().into_iter().for_each(|item| yaml_entries(item, &mut root, DEPTH));
    Some(root)
}

fn yaml_entries(node: YamlNode<'_>, into: &mut Element, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for (name, value) in node.entries() {
        if let Some(text) = value.text() {
            scalar(into, name, text, value.line());
            continue;
        }
        let items = value.items();
        let mut child = Element { name: name.to_owned(), line: value.line(), ..Element::default() };
        if items.is_empty() {
            yaml_entries(value, &mut child, depth);
            into.children.push(child);
        } else if APART.contains(&name) {
            items.into_iter().for_each(|item| yaml_entries(item, &mut child, depth));
            into.children.push(child);
        } else {
            items.into_iter().for_each(|item| yaml_entries(item, into, depth));
        }
    }
}

/// A text is an attribute, and a child with that text: `sql: drop table a`.
fn scalar(into: &mut Element, name: &str, text: &str, line: u32) {
    into.attributes.push((name.to_owned(), text.to_owned()));
    if matches!(name, "sql" | "sqlFile" | "rollback" | "selectQuery") {
        into.children.push(Element { name: name.to_owned(), text: text.to_owned(), line, ..Element::default() });
    }
}

/// The `databaseChangeLog` of a JSON file.
pub(super) fn of_json(json: &Json) -> Option<Element> {
    let list = json.get("databaseChangeLog")?;
    let mut root = Element { name: "databaseChangeLog".to_owned(), line: list.line, ..Element::default() };
    list.items().iter().for_each(|item| json_entries(item, &mut root, DEPTH));
    Some(root)
}

fn json_entries(json: &Json, into: &mut Element, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for member in json.members() {
        let (name, value) = (member.name.as_str(), &member.value);
        if let Some(text) = json_text(value) {
            scalar(into, name, &text, member.line);
            continue;
        }
        let mut child = Element { name: name.to_owned(), line: member.line, ..Element::default() };
        if value.is_map() {
            json_entries(value, &mut child, depth);
            into.children.push(child);
        } else if APART.contains(&name) {
            value.items().iter().for_each(|item| json_entries(item, &mut child, depth));
            into.children.push(child);
        } else {
            value.items().iter().for_each(|item| json_entries(item, into, depth));
        }
    }
}

fn json_text(json: &Json) -> Option<String> {
    match &json.value {
        JsonValue::Text(text) => Some(text.clone()),
        JsonValue::Number(number) => Some(number.to_string()),
        JsonValue::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
