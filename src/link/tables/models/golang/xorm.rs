//! Structs that `Sync` of xorm makes tables of.
//! Source: the documentation of xorm, "Define models" and "Synchronize database schema".

use std::collections::BTreeMap;

use super::drivers;
use super::gorm::Group;
use super::rows::{Row, by_engine, column, fullest, is_whole, key, rows, table_name, tag};
use super::structs::{StructId, Structs, expressions};
use crate::finding::entity::{AUTO_INCREMENT, Engine, Entity, EntityConstraint, EntityConstraintKind, Mapper};
use crate::finding::schema::Dialect;
use crate::finding::{Expression, Field, Value};
use crate::gap::{Gap, GapCode};
use crate::link::tables::models::conventions::snake;
use crate::location::{Location, RepoPath};

const PATHS: &[&str] = &["xorm.io/xorm", "github.com/go-xorm/xorm", "github.com/xorm-io/xorm"];

/// The models of each program, and what of them is not told.
pub(super) fn groups(structs: &Structs<'_>, owner: impl Fn(&RepoPath) -> Option<String>) -> (Vec<(String, Group)>, Vec<Gap>) {
    let mut models: BTreeMap<RepoPath, (Location, Vec<StructId>)> = BTreeMap::new();
    for (at, function) in &structs.functions {
        for one in expressions(function) {
            let Expression::Call(call) = one else { continue };
            if !synchronises(structs, &at.path, &call.function) {
                continue;
            }
            let given: Vec<StructId> = call.arguments.iter().flat_map(|one| structs.given(&at.path, function, one)).collect();
            if !given.is_empty() {
                let place = || (Location::new(&at.path, call.line), Vec::new());
                models.entry(structs.module(&at.path)).or_insert_with(place).1.extend(given);
            }
        }
    }
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    for (module, (at, mut given)) in models {
        given.sort();
        given.dedup();
        // Migrations keep structs of their own time, each with what it adds.
        given.retain(|id| !id.0.parts().any(|part| part.starts_with("migration")));
        if given.is_empty() {
            continue;
        }
        let dialect = drivers::engine(structs, &module, ("xorm", &at), &mut gaps);
        let initialisms = uses_gonic(structs, &module);
        let entities = given.iter().filter_map(|id| entity(structs, id, (dialect, initialisms), &mut gaps)).collect();
        found.push((format!("xorm {module}"), Group { owner: owner(&at.path), at, entities: fullest(entities) }));
    }
    (found, gaps)
}

/// Whether a function is given structs to make tables of: xorm's own, or one of the repository that keeps them in a list for it.
fn synchronises(structs: &Structs<'_>, file: &RepoPath, called: &Expression) -> bool {
    let Expression::Field(base, name) = called else { return false };
    match (name.as_str(), &**base) {
        ("Sync" | "Sync2", _) => PATHS.iter().any(|path| structs.imports(file, path)),
        ("RegisterModel", Expression::Name(package)) => {
            let imports = structs.package(file, package).map(|folder| structs.imports_below(&folder)).unwrap_or_default();
            PATHS.iter().any(|path| imports.contains(path))
        }
        _ => false,
    }
}

/// Whether names are made by the mapper that knows initialisms; the usual one puts a line before every capital.
fn uses_gonic(structs: &Structs<'_>, module: &RepoPath) -> bool {
    let inside = structs.functions.iter().filter(|(at, _)| at.path.is_within(module));
    inside
        .flat_map(|(_, function)| expressions(function))
        .any(|one| matches!(one, Expression::Composite(kind, _) if kind.ends_with("GonicMapper")))
}

fn named(name: &str, initialisms: bool) -> String {
    if initialisms {
        return snake(name);
    }
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

fn entity(
    structs: &Structs<'_>,
    id: &StructId,
    (dialect, initialisms): (Dialect, bool),
    gaps: &mut Vec<Gap>,
) -> Option<(Location, Entity)> {
    let (at, one) = structs.get(id)?;
    structs.fields(id)?;
    let Ok(table) = table_name(structs, id) else {
        gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, format!("the name of the table of {} is worked out", id.1)));
        return None;
    };
    let mut made = Entity::new(Mapper::Xorm, key(id));
    made.engine = Some(Engine::Sql(dialect));
    made.table = Some(Value::Text(table.unwrap_or_else(|| named(&id.1, initialisms))));
    made.doc.clone_from(&one.doc);
    for row in rows(structs, id, &embeds) {
        add(structs, &mut made, &row, (dialect, initialisms));
    }
    // The key that a struct has which states none.
    if made.properties.iter().all(|one| !one.primary_key)
        && let Some(own) = made.properties.iter_mut().find(|one| one.name == "id" && one.made_by.as_deref() == Some("int64"))
    {
        own.primary_key = true;
        own.nullable = false;
        own.generated = Some(AUTO_INCREMENT.to_owned());
    }
    made.properties.iter_mut().for_each(|one| one.made_by = None);
    Some((at.clone(), made))
}

/// Embedded structs are taken apart unless they say otherwise, others where they say `extends`.
fn embeds(field: &Field) -> Option<String> {
    let words = words(tag(field, "xorm").unwrap_or_default());
    let is_column = words.iter().any(|word| word == "-");
    (!is_column && (field.embedded && words.is_empty() || words.iter().any(|word| word == "extends"))).then(String::new)
}

/// The words of a tag; brackets and quotes hold them together.
fn words(tag: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let (mut depth, mut quoted) = (0_usize, false);
    for letter in tag.chars() {
        match letter {
            '\'' => quoted = !quoted,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match (letter, found.last_mut()) {
            (' ', _) if depth == 0 && !quoted => found.push(String::new()),
            (letter, Some(last)) => last.push(letter),
            _ => {}
        }
    }
    found.retain(|word| !word.is_empty());
    found
}

/// Types that a tag may state.
const TYPES: &[&str] = &[
    "bit",
    "tinyint",
    "smallint",
    "mediumint",
    "int",
    "integer",
    "bigint",
    "unsigned",
    "enum",
    "set",
    "char",
    "varchar",
    "nchar",
    "nvarchar",
    "tinytext",
    "text",
    "ntext",
    "clob",
    "mediumtext",
    "longtext",
    "uuid",
    "date",
    "datetime",
    "time",
    "timestamp",
    "timestampz",
    "money",
    "decimal",
    "numeric",
    "real",
    "float",
    "double",
    "binary",
    "varbinary",
    "tinyblob",
    "blob",
    "mediumblob",
    "longblob",
    "bytea",
    "bool",
    "boolean",
    "serial",
    "bigserial",
    "json",
    "jsonb",
    "xml",
    "array",
];

/// Words that say something else.
const OTHERS: &[&str] =
    &["null", "created", "updated", "deleted", "version", "extends", "cache", "nocache", "utc", "local", "<-", "->", "noversion"];

fn add(structs: &Structs<'_>, made: &mut Entity, row: &Row<'_>, (dialect, initialisms): (Dialect, bool)) {
    let words = words(tag(row.field, "xorm").unwrap_or_default());
    if words.iter().any(|word| word == "-") {
        return;
    }
    let kind = structs.underlying(&row.file, &row.field.variable.kind);
    let mut property = column(&named(&row.field.variable.name, initialisms), data_type(&kind, dialect), row.line);
    property.nullable = true;
    property.made_by = Some(kind.clone());
    let mut name = None;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let lower = word.to_lowercase();
        let (head, inner) = lower.split_once('(').map_or((lower.as_str(), ""), |(head, inner)| (head, inner.trim_end_matches(')')));
        match head {
            "pk" => property.primary_key = true,
            "autoincr" => property.generated = Some(AUTO_INCREMENT.to_owned()),
            "notnull" => property.nullable = false,
            "not" => {
                rest.next();
                property.nullable = false;
            }
            "default" => property.default = rest.next().cloned(),
            "comment" => property.doc = word.split_once('(').map(|(_, text)| text.trim_end_matches(')').trim_matches('\'').to_owned()),
            "unique" if inner.is_empty() => property.unique = true,
            "unique" | "index" => index(made, (head == "unique", inner), row, name.as_deref().unwrap_or(&property.name)),
            _ if TYPES.contains(&head) => property.kind = column("", lower.clone(), 0).kind,
            _ if OTHERS.contains(&head) => {}
            _ => name = Some(word.trim_matches('\'').to_owned()),
        }
    }
    if let Some(name) = name {
        rename(made, &property.name, &name);
        property.column = Some(Value::Text(name.clone()));
        property.name = name;
    }
    property.nullable &= !property.primary_key;
    if property.generated.is_some() && !is_whole(&kind) && !property.primary_key {
        property.generated = None;
    }
    made.properties.push(property);
}

/// An index, with further columns where several fields name it.
fn index(made: &mut Entity, (unique, name): (bool, &str), row: &Row<'_>, member: &str) {
    let kind = if unique { EntityConstraintKind::UniqueIndex } else { EntityConstraintKind::Index };
    let called = if name.is_empty() { member } else { name };
    let called =
        format!("{}_{}_{called}", if unique { "UQE" } else { "IDX" }, made.table.as_ref().and_then(Value::as_text).unwrap_or_default());
    let member = (member.to_owned(), String::new());
    match made.constraints.iter_mut().find(|one| one.name.as_deref() == Some(&called)) {
        Some(known) => known.members.push(member),
        None => made.constraints.push(EntityConstraint {
            kind,
            name: Some(called),
            members: vec![member],
            method: None,
            predicate: None,
            line: row.line,
        }),
    }
}

/// A name may stand behind the index that it belongs to.
fn rename(made: &mut Entity, from: &str, to: &str) {
    for one in &mut made.constraints {
        let is_own = one.members.iter().any(|(name, _)| name == from) && made.properties.iter().all(|other| other.name != from);
        if is_own {
            one.members.iter_mut().filter(|(name, _)| name == from).for_each(|(name, _)| to.clone_into(name));
            one.name =
                one.name.take().map(|name| name.strip_suffix(&format!("_{from}")).map_or(name.clone(), |start| format!("{start}_{to}")));
        }
    }
}

/// The type of a column for a type of Go.
fn data_type(kind: &str, dialect: Dialect) -> String {
    match kind.trim_start_matches('*') {
        "string" => "varchar(255)".to_owned(),
        "int" | "int8" | "int16" | "int32" => by_engine(dialect, "integer", "int", "integer"),
        "uint" | "uint8" | "uint16" | "uint32" => by_engine(dialect, "bigint", "int unsigned", "integer"),
        "int64" => by_engine(dialect, "bigint", "bigint", "integer"),
        "uint64" => by_engine(dialect, "bigint", "bigint unsigned", "integer"),
        "bool" => by_engine(dialect, "boolean", "tinyint(1)", "integer"),
        "float32" => by_engine(dialect, "real", "float", "real"),
        "float64" => by_engine(dialect, "double precision", "double", "real"),
        "time.Time" => by_engine(dialect, "timestamp", "datetime", "datetime"),
        "[]byte" => by_engine(dialect, "bytea", "blob", "blob"),
        _ => "text".to_owned(),
    }
}
