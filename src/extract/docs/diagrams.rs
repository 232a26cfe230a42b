//! Mermaid `erDiagram` in Markdown: entities with their attributes, and the foreign keys that their lines prove.
//! An entity that the document elsewhere gives a table is that table.

use std::collections::BTreeMap;

use super::subject::{Subject, is_name};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, KeyColumns, ObjectName, SchemaChange, SchemaStatement,
    TableAction, TableDefinition, TableElement,
};
use crate::syntax::passages::{Passage, PassageKind, is_description, passages};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "docs.diagrams",
    about: "entities of Mermaid diagrams in documents",
    kinds: &[FileKind::Markdown],
    markers: &["erDiagram"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// An entity: its attributes with their lines, and where it is first named.
#[derive(Debug, Default)]
struct Entity {
    line: u32,
    attributes: Vec<Attribute>,
}

#[derive(Debug)]
struct Attribute {
    column: ColumnDefinition,
    is_foreign: bool,
}

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !is_description(cx.file.path.as_str()) {
        return;
    }
    let all = passages(cx.text);
    let tables = tables_of_models(cx, &all);
    let mut entities: BTreeMap<String, Entity> = BTreeMap::new();
    let mut lines: Vec<(String, String, u32)> = Vec::new();
    for passage in all.iter().filter(|one| matches!(one.kind, PassageKind::Fence(_)) && one.is_of_today()) {
        let body = &cx.text[passage.start..passage.end];
        if body.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("%%") && *line != "---") == Some("erDiagram") {
            diagram(body, &|offset| cx.line(passage.start + offset), &mut entities, &mut lines);
        }
    }
    let table = |entity: &str| ObjectName::bare(tables.get(entity).cloned().unwrap_or_else(|| entity.to_owned()));
    for (from, to, line) in &lines {
        if let Some(key) = entities.get(to).and_then(|entity| foreign_key(entity, from, table(from))) {
            let constraint = ConstraintDefinition { name: None, kind: ConstraintKind::ForeignKey(key) };
            emit(sink, *line, SchemaChange::AlterTable(table(to), TableAction::AddConstraint(constraint)));
        }
    }
    for (name, entity) in entities {
        let elements = entity.attributes.into_iter().map(|one| TableElement::Column(one.column)).collect();
        emit(sink, entity.line, SchemaChange::CreateTable(TableDefinition { name: table(&name), elements, ..TableDefinition::default() }));
    }
}

fn emit(sink: &mut Sink<'_>, line: u32, change: SchemaChange) {
    sink.fact(line, Fact::DocumentedSchema(Box::new(SchemaStatement::new(change, true))));
}

/// Headings that name a model, with the table that a label below them gives it.
fn tables_of_models(cx: &FileCx<'_>, all: &[Passage<'_>]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut subject = Subject::default();
    for passage in all {
        match passage.kind {
            PassageKind::Heading(words) => subject = Subject::of_heading(words),
            PassageKind::Lines => {
                for line in cx.text[passage.start..passage.end].lines() {
                    subject.read(line);
                    if let (Some(model), Some(table), true) = (&subject.model, &subject.table, subject.is_told) {
                        found.insert(model.clone(), table.clone());
                    }
                }
            }
            PassageKind::Fence(_) => {}
        }
    }
    found
}

fn diagram(body: &str, line_of: &dyn Fn(usize) -> u32, entities: &mut BTreeMap<String, Entity>, lines: &mut Vec<(String, String, u32)>) {
    let mut open: Option<String> = None;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let number = line_of(at);
        at += line.len();
        let line = line.trim();
        if let Some(name) = &open {
            if line == "}" {
                open = None;
            } else if let (Some(attribute), Some(entity)) = (attribute(line, number), entities.get_mut(name)) {
                entity.attributes.push(attribute);
            }
            continue;
        }
        if let Some(head) = line.strip_suffix('{') {
            let name = entity_name(head);
            if is_name(&name) {
                named(entities, &name, number);
                open = Some(name);
            }
        } else if let Some((one, many)) = relation(line) {
            named(entities, &one.0, number);
            named(entities, &many.0, number);
            if !one.1 && many.1 {
                lines.push((one.0, many.0, number));
            }
        }
    }
}

fn named(entities: &mut BTreeMap<String, Entity>, name: &str, line: u32) {
    entities.entry(name.to_owned()).or_insert_with(|| Entity { line, attributes: Vec::new() });
}

/// `Order["An order"]` and `"Order"` are `Order`.
fn entity_name(written: &str) -> String {
    written.split('[').next().unwrap_or_default().trim().trim_matches('"').to_owned()
}

/// `A ||--o{ B : has`: both names, each with whether there may be many, the single side first.
fn relation(line: &str) -> Option<((String, bool), (String, bool))> {
    let mut words = line.split_whitespace();
    let (first, sign, second) = (words.next()?, words.next()?, words.next()?);
    let (left, right) = sign.split_once("--").or_else(|| sign.split_once(".."))?;
    let is_many = |end: &str| end.contains(['{', '}']);
    let (first, second) = (entity_name(first), entity_name(second.trim_end_matches(':')));
    if !is_name(&first) || !is_name(&second) {
        return None;
    }
    let (one, other) = ((first, is_many(left)), (second, is_many(right)));
    Some(if one.1 && !other.1 { (other, one) } else { (one, other) })
}

/// `uuid id PK "the key"`
fn attribute(line: &str, number: u32) -> Option<Attribute> {
    let (words, comment) = line.split_once('"').map_or((line, None), |(words, rest)| (words, Some(rest.trim_end_matches('"').to_owned())));
    let mut parts = words.split_whitespace();
    let (data_type, name) = (parts.next()?, parts.next()?);
    let name = name.trim_start_matches('*');
    if line.starts_with("%%") || !is_name(name) {
        return None;
    }
    let keys: Vec<&str> = parts.flat_map(|part| part.split(',')).collect();
    let own = || KeyColumns::Columns(vec![name.to_owned()]);
    let mut constraints = Vec::new();
    if keys.contains(&"PK") {
        constraints.push(ConstraintDefinition { name: None, kind: ConstraintKind::PrimaryKey(own()) });
    }
    if keys.contains(&"UK") {
        constraints.push(ConstraintDefinition { name: None, kind: ConstraintKind::Unique(own()) });
    }
    let column = ColumnDefinition {
        name: name.to_owned(),
        data_type: data_type.to_lowercase(),
        // A diagram does not say what may be null.
        not_null: true,
        constraints,
        description: comment.filter(|text| !text.is_empty()),
        line: number,
        ..ColumnDefinition::default()
    };
    Some(Attribute { column, is_foreign: keys.contains(&"FK") })
}

/// The attribute of an entity that is named after the other: `userId`, `user_id` for User or users.
fn foreign_key(entity: &Entity, other: &str, target: ObjectName) -> Option<ForeignKeyDefinition> {
    let folded = |text: &str| text.to_lowercase().replace('_', "");
    let (whole, other) = (folded(other), folded(other));
    let single = whole.strip_suffix('s').unwrap_or(&whole).to_owned();
    let names = [format!("{other}id"), format!("{single}id")];
    let mut keys = entity.attributes.iter().filter(|one| one.is_foreign);
    let key = keys.find(|one| names.contains(&folded(&one.column.name)))?;
    Some(ForeignKeyDefinition { columns: vec![key.column.name.clone()], target, references: Vec::new(), on_delete: None })
}

#[cfg(test)]
mod tests {
    use super::{attribute, relation};

    #[test]
    fn relations_and_attributes_are_read() {
        let shown = |line: &str| relation(line).map(|(one, many)| format!("{} {} {} {}", one.0, one.1, many.0, many.1)).unwrap_or_default();
        assert_eq!(shown("User ||--o{ Order : places"), "User false Order true");
        assert_eq!(shown("Order }o..|| User : \"placed by\""), "User false Order true");
        assert_eq!(shown("A }|--|{ B : x"), "A true B true");
        assert_eq!(shown("uuid id PK"), "");
        let column = attribute("string email UK \"sign-in name\"", 3).expect("an attribute");
        assert_eq!((column.column.name.as_str(), column.column.description.as_deref()), ("email", Some("sign-in name")));
        assert!(attribute("%% a comment", 1).is_none());
    }
}
