//! Structs that embed `bun.BaseModel`.
//! Source: the documentation of bun, "Defining models" and "Relations". Relations are no keys of the database unless a migration makes them.

use std::collections::BTreeMap;

use super::drivers;
use super::gorm::Group;
use super::rows::{Row, by_engine, column, fullest, key, rows, tag};
use super::structs::{StructId, Structs};
use crate::finding::entity::{
    AUTO_INCREMENT, Engine, Entity, EntityConstraint, EntityConstraintKind, JoinColumn, Mapper, Property, PropertyKind, Relation,
    RelationKind,
};
use crate::finding::schema::Dialect;
use crate::finding::{Field, Value};
use crate::gap::Gap;
use crate::link::tables::models::conventions::{plural, snake};
use crate::location::{Location, RepoPath};

/// A struct that embeds the base, and where it stands.
type Model = (StructId, Location);

/// The models of each module.
pub(super) fn groups(structs: &Structs<'_>, owner: impl Fn(&RepoPath) -> Option<String>) -> (Vec<(String, Group)>, Vec<Gap>) {
    let mut models: BTreeMap<(RepoPath, Option<String>), Vec<Model>> = BTreeMap::new();
    for (id, at, _) in structs.embedding("github.com/uptrace/bun", "bun.BaseModel") {
        models.entry((structs.module(&at.path), owner(&at.path))).or_default().push((id, at.clone()));
    }
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    for ((module, owner), all) in models {
        let Some(at) = all.first().map(|(_, at)| at.clone()) else { continue };
        let dialect = drivers::engine(structs, &module, ("bun", &at), &mut gaps);
        let entities = all.iter().filter_map(|(id, _)| entity(structs, id, dialect)).collect();
        let name = format!("bun {module} {}", owner.as_deref().unwrap_or_default());
        found.push((name, Group { at, owner, entities: fullest(entities) }));
    }
    (found, gaps)
}

fn entity(structs: &Structs<'_>, id: &StructId, dialect: Dialect) -> Option<(Location, Entity)> {
    let (at, one) = structs.get(id)?;
    let base = structs.fields(id)?.iter().find(|field| field.variable.kind == "bun.BaseModel")?;
    let stated = tag(base, "bun").unwrap_or_default().split(',').find_map(|part| part.strip_prefix("table:"));
    // What only a query is read into has a name that no table has.
    let table = stated.map_or_else(|| plural(&snake(&id.1)), |name| name.trim_matches('"').to_owned());
    let mut made = Entity::new(Mapper::Bun, key(id));
    made.engine = Some(Engine::Sql(dialect));
    match table.split_once('.') {
        Some((schema, name)) => {
            made.schema = Some(Value::Text(schema.to_owned()));
            made.table = Some(Value::Text(name.to_owned()));
        }
        None => made.table = Some(Value::Text(table)),
    }
    made.doc.clone_from(&one.doc);
    for row in rows(structs, id, &embeds).iter().filter(|row| row.field.variable.kind != "bun.BaseModel") {
        add(structs, &mut made, row, dialect);
    }
    Some((at.clone(), made))
}

fn embeds(field: &Field) -> Option<String> {
    let stated = tag(field, "bun").unwrap_or_default();
    let prefix = stated.split(',').find_map(|part| part.strip_prefix("embed:"));
    prefix.map(str::to_owned).or_else(|| (field.embedded && field.variable.kind != "bun.BaseModel").then(String::new))
}

fn add(structs: &Structs<'_>, made: &mut Entity, row: &Row<'_>, dialect: Dialect) {
    let stated = tag(row.field, "bun").unwrap_or_default();
    let parts = parts(stated);
    let is = |word: &str| parts.iter().any(|part| part == word);
    let value = |key: &str| parts.iter().find_map(|part| part.strip_prefix(key));
    if parts.first().is_some_and(|first| first == "-") || is("scanonly") {
        return;
    }
    if let Some(relation) = value("rel:") {
        return relate(structs, made, row, (relation, value("join:")));
    }
    if value("m2m:").is_some() {
        return;
    }
    let own = parts.first().filter(|part| !part.is_empty() && !part.contains(':')).cloned();
    let name = format!("{}{}", row.prefix, own.unwrap_or_else(|| snake(&row.field.variable.name)));
    let kind = structs.underlying(&row.file, &row.field.variable.kind);
    let data_type = value("type:").map_or_else(|| data_type(&kind, is("array"), dialect), str::to_lowercase);
    let mut property = column(&name, data_type, row.line);
    property.primary_key = is("pk");
    property.nullable = !is("pk") && !is("notnull");
    property.unique = is("unique");
    property.default = value("default:").map(|text| text.trim_matches('\'').to_owned()).filter(|text| !text.is_empty());
    property.generated = (is("autoincrement") || is("identity")).then(|| AUTO_INCREMENT.to_owned());
    if let Some(group) = value("unique:") {
        let member = (name, String::new());
        match made.constraints.iter_mut().find(|one| one.name.as_deref() == Some(group)) {
            Some(known) => known.members.push(member),
            None => made.constraints.push(EntityConstraint {
                kind: EntityConstraintKind::Unique,
                name: Some(group.to_owned()),
                members: vec![member],
                method: None,
                predicate: None,
                line: row.line,
            }),
        }
    }
    made.properties.push(property);
}

/// The parts of a tag; a comma in brackets belongs to a type or default.
fn parts(tag: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut depth = 0_usize;
    for letter in tag.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match (letter, found.last_mut()) {
            (',', _) if depth == 0 => found.push(String::new()),
            (letter, Some(last)) => last.push(letter),
            _ => {}
        }
    }
    found
}

/// `bun:"rel:belongs-to,join:author_id=id"`
fn relate(structs: &Structs<'_>, made: &mut Entity, row: &Row<'_>, (relation, join): (&str, Option<&str>)) {
    if relation != "belongs-to" {
        return;
    }
    let Some(target) = structs.find(&row.file, &row.field.variable.kind) else { return };
    let (name, references) = match join.and_then(|join| join.split_once('=')) {
        Some((own, other)) => (own.to_owned(), Some(other.to_owned())),
        None => (format!("{}_id", snake(&row.field.variable.name)), None),
    };
    let join_columns = vec![JoinColumn { name: Some(name), references }];
    let one = Relation { owns: true, join_columns, has_constraint: false, ..Relation::new(RelationKind::ManyToOne, key(&target)) };
    made.properties.push(Property::new(format!("{}#", row.field.variable.name), PropertyKind::Relation(one), row.line));
}

/// The type of a column for a type of Go.
fn data_type(kind: &str, array: bool, dialect: Dialect) -> String {
    let kind = kind.trim_start_matches('*');
    match kind {
        "string" | "sql.NullString" => "varchar".to_owned(),
        "bool" | "sql.NullBool" => "boolean".to_owned(),
        "int8" | "uint8" | "int16" => "smallint".to_owned(),
        "int32" | "uint16" => "integer".to_owned(),
        "int" | "uint" | "int64" | "uint64" | "uint32" | "sql.NullInt64" => by_engine(dialect, "bigint", "bigint", "integer"),
        "float32" => "real".to_owned(),
        "float64" => "double precision".to_owned(),
        "time.Time" | "bun.NullTime" | "sql.NullTime" => by_engine(dialect, "timestamptz", "datetime", "timestamp"),
        "uuid.UUID" => by_engine(dialect, "uuid", "char(36)", "varchar"),
        "[]byte" => by_engine(dialect, "bytea", "blob", "blob"),
        "[]string" if array && dialect == Dialect::Postgres => "varchar[]".to_owned(),
        _ => by_engine(dialect, "jsonb", "json", "json"),
    }
}
