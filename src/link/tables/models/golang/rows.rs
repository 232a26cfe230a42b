//! Structs whose fields are columns: embedded ones taken apart, types of Go by engine, one struct for each table.

use super::structs::{StructId, Structs, given_back};
use crate::finding::entity::{ColumnType, Entity, Property, PropertyKind};
use crate::finding::schema::Dialect;
use crate::finding::{Expression, Field, Value};
use crate::location::{Location, RepoPath};

/// Structs embed each other no deeper than this.
const DEPTH: usize = 8;

/// A field that may be a column.
pub(super) struct Row<'a> {
    pub(super) file: RepoPath,
    pub(super) field: &'a Field,
    /// What embedding puts before its column.
    pub(super) prefix: String,
    pub(super) line: u32,
}

/// The fields of a struct with those of embedded ones; `embeds` says with which prefix a field brings those of its own struct.
pub(super) fn rows<'a>(structs: &Structs<'a>, id: &StructId, embeds: &dyn Fn(&Field) -> Option<String>) -> Vec<Row<'a>> {
    let line = structs.get(id).map_or(0, |(at, _)| at.line);
    let mut found = Vec::new();
    add(structs, (id, "", line, DEPTH), embeds, &mut found);
    found
}

fn add<'a>(
    structs: &Structs<'a>,
    (id, prefix, line, depth): (&StructId, &str, u32, usize),
    embeds: &dyn Fn(&Field) -> Option<String>,
    found: &mut Vec<Row<'a>>,
) {
    let (Some(depth), Some(fields), Some((at, _))) = (depth.checked_sub(1), structs.fields(id), structs.get(id)) else { return };
    for field in fields {
        let inner = embeds(field).zip(structs.find(&at.path, &field.variable.kind));
        match inner.filter(|(_, inner)| structs.fields(inner).is_some()) {
            Some((own, inner)) => add(structs, (&inner, &format!("{prefix}{own}"), line, depth), embeds, found),
            None if field.variable.name.starts_with(char::is_uppercase) => {
                found.push(Row { file: at.path.clone(), field, prefix: prefix.to_owned(), line });
            }
            None => {}
        }
    }
}

/// The value of one key of a struct tag: `xorm:"pk"`.
pub(super) fn tag<'t>(field: &'t Field, key: &str) -> Option<&'t str> {
    let start = format!("{key}:\"");
    let (before, rest) = field.tag.split_once(&start)?;
    let is_whole = before.is_empty() || before.ends_with([' ', '\t', '"']);
    rest.split('"').next().filter(|_| is_whole)
}

/// The name that `TableName` gives back; `Err` where the program works it out.
pub(super) fn table_name(structs: &Structs<'_>, id: &StructId) -> Result<Option<String>, ()> {
    let Some((at, method)) = structs.methods(id).find(|(_, one)| one.name == "TableName") else { return Ok(None) };
    match given_back(method) {
        Some(Expression::Text(name)) => Ok(Some(name.clone())),
        Some(other) => structs.text(&at.path, other).map(|name| Some(name.to_owned())).ok_or(()),
        None => Err(()),
    }
}

/// A column of a stated type.
pub(super) fn column(name: &str, data_type: String, line: u32) -> Property {
    let mut property = Property::new(name, PropertyKind::Column(ColumnType::Stated(data_type)), line);
    property.column = Some(Value::Text(name.to_owned()));
    property
}

/// Whether a type of Go is a whole number.
pub(super) fn is_whole(kind: &str) -> bool {
    let bits = kind.trim_start_matches('*').trim_start_matches('u').strip_prefix("int");
    bits.is_some_and(|bits| matches!(bits, "" | "8" | "16" | "32" | "64"))
}

/// Of several structs for one table the one with the most columns: migrations keep shortened ones of their time.
pub(super) fn fullest(all: Vec<(Location, Entity)>) -> Vec<(Location, Entity)> {
    let mut kept: Vec<(Location, Entity)> = Vec::new();
    for (at, one) in all {
        match kept.iter_mut().find(|(_, other)| other.table == one.table) {
            Some(known) if known.1.properties.len() < one.properties.len() => *known = (at, one),
            Some(_) => {}
            None => kept.push((at, one)),
        }
    }
    kept
}

/// What tells a struct apart from those of other packages.
pub(super) fn key(id: &StructId) -> String {
    format!("{}#{}", id.0.as_str().replace('.', "_"), id.1)
}

/// One word of three engines.
pub(super) fn by_engine(dialect: Dialect, postgres: &str, mysql: &str, sqlite: &str) -> String {
    match dialect {
        Dialect::MySql => mysql,
        Dialect::Sqlite => sqlite,
        _ => postgres,
    }
    .to_owned()
}
