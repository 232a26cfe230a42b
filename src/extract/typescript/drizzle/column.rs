//! One column of a Drizzle table: the function that makes it tells its type, the methods behind it the rest.

use tree_sitter::Node;

use super::chain::Chain;
use super::{Tables, extra};
use crate::extract::typescript::{doc_comment, values};
use crate::finding::Value;
use crate::finding::entity::{
    AUTO_INCREMENT, ColumnType, Engine, Entity, EnumType, JoinColumn, Property, PropertyKind, Relation, RelationKind,
};
use crate::finding::schema::Dialect;

/// A type that nothing was said of yet.
pub(super) fn unknown() -> ColumnType {
    ColumnType::Stated(String::new())
}

/// A column that a constant holds, or the call of a function that makes one, under the name of the property.
pub(super) fn add_held(entity: &mut Entity, mut property: Property, name: &str) {
    property.kind = PropertyKind::Relation(Relation::new(RelationKind::ManyToOne, name));
    property.nullable = true;
    entity.properties.push(property);
}

/// Adds the column that a chain makes, and what it refers to.
pub(super) fn add<'a>(tables: &Tables<'_, 'a>, entity: &mut Entity, mut property: Property, (chain, entry): (&Chain<'a>, Node<'a>)) {
    let text = tables.cx.text;
    let arguments: Vec<Value> = chain.arguments().iter().map(|one| values::read(*one, text)).collect();
    let stated = arguments.first().filter(|value| matches!(value, Value::Text(_)));
    property.column = stated.filter(|_| !chain.base().contains(".default")).cloned();
    let options = arguments.iter().find(|value| matches!(value, Value::Map(_))).cloned().unwrap_or(Value::Map(Vec::new()));
    let original = tables.origins.original(chain.base());
    let function = original.rsplit('.').next().unwrap_or(original);
    // `status.notNull()` goes on with a column that another constant holds.
    let held = chain.base().split_once('.').filter(|(root, _)| tables.is_held(root));
    property.kind = match data_type(function, &options, tables.engine).filter(|_| held.is_none()) {
        Some(stated) => PropertyKind::Column(ColumnType::Stated(stated)),
        None if function.ends_with("Enum") && tables.is_core(chain.base()) => {
            let values = chain.arguments().iter().map(|one| tables.texts(*one)).find(|texts| !texts.is_empty()).unwrap_or_default();
            let values = Value::List(values.into_iter().map(Value::Text).collect());
            PropertyKind::Column(ColumnType::Enum(EnumType { name: None, values }))
        }
        // An enum of this or another file, or a type that the program makes up.
        None => PropertyKind::Relation(Relation::new(RelationKind::ManyToOne, held.map_or(chain.base(), |(root, _)| root))),
    };
    property.nullable = !matches!(function, "serial" | "bigserial" | "smallserial");
    property.doc = doc_comment::of(entry, text);
    let mut relation = None;
    let first = held.map(|(_, method)| (method, chain.arguments()));
    for (method, arguments) in first.into_iter().chain(chain.methods()) {
        apply(tables, &mut property, (method, arguments), &mut relation);
    }
    let (name, line) = (property.name.clone(), property.line);
    entity.properties.push(property);
    if let Some(mut relation) = relation {
        relation.join_columns.iter_mut().for_each(|join| join.name = Some(name.clone()));
        entity.properties.push(Property::new(format!("{name}#"), PropertyKind::Relation(relation), line));
    }
}

fn apply<'a>(tables: &Tables<'_, 'a>, property: &mut Property, (method, arguments): (&str, &[Node<'a>]), relation: &mut Option<Relation>) {
    let text = tables.cx.text;
    match method {
        "primaryKey" => {
            (property.primary_key, property.nullable) = (true, false);
            let options = arguments.first().map(|one| values::read(*one, text));
            if options.is_some_and(|options| options.get("autoIncrement") == Some(&Value::Bool(true))) {
                property.generated = Some(AUTO_INCREMENT.to_owned());
            }
        }
        "autoincrement" => property.generated = Some(AUTO_INCREMENT.to_owned()),
        "notNull" => property.nullable = false,
        "unique" => property.unique = true,
        "array" => property.is_list = true,
        "default" => property.default = arguments.first().and_then(|one| default_of(tables, *one, property)),
        "defaultNow" if tables.engine == Engine::Sql(Dialect::MySql) => property.default = Some("(now())".to_owned()),
        "defaultNow" => property.default = Some("now()".to_owned()),
        "defaultRandom" => property.default = Some("gen_random_uuid()".to_owned()),
        "generatedAlwaysAsIdentity" => (property.generated, property.nullable) = (Some("always as identity".to_owned()), false),
        "generatedByDefaultAsIdentity" => (property.generated, property.nullable) = (Some("by default as identity".to_owned()), false),
        "generatedAlwaysAs" => {
            let expression = arguments.first().and_then(|one| extra::sql_text(tables, *one, &[]));
            property.generated = Some(expression.map_or_else(|| "always".to_owned(), |text| format!("always as ({text}) stored")));
        }
        "references" => *relation = arguments.first().and_then(|one| reference(tables, *one, arguments.get(1).copied())),
        _ => {}
    }
}

/// `() => users.id, { onDelete: 'cascade' }`
fn reference<'a>(tables: &Tables<'_, 'a>, target: Node<'a>, options: Option<Node<'a>>) -> Option<Relation> {
    let Value::Name(name) = values::read(target, tables.cx.text) else { return None };
    let (table, column) = name.rsplit_once('.')?;
    let options = options.map(|one| values::read(one, tables.cx.text));
    Some(Relation {
        owns: true,
        join_columns: vec![JoinColumn { name: None, references: Some(column.to_owned()) }],
        on_delete: options.and_then(|options| options.get("onDelete")?.as_text().map(str::to_lowercase)),
        ..Relation::new(RelationKind::ManyToOne, table)
    })
}

fn default_of<'a>(tables: &Tables<'_, 'a>, node: Node<'a>, property: &Property) -> Option<String> {
    if let Some(text) = extra::sql_text(tables, node, &[]) {
        return Some(text);
    }
    let is_json = matches!(&property.kind, PropertyKind::Column(ColumnType::Stated(stated)) if stated.starts_with("json"));
    match values::read(node, tables.cx.text) {
        Value::List(items) if items.is_empty() => Some(if is_json { "'[]'".to_owned() } else { "'{}'".to_owned() }),
        Value::Map(entries) if entries.is_empty() => Some("'{}'".to_owned()),
        plain => plain.sql_literal(),
    }
}

/// Whether a function of Drizzle makes a column, also one of an enum that stands at the column.
pub(super) fn is_maker(function: &str, engine: Engine) -> bool {
    function == "mysqlEnum" || data_type(function, &Value::Map(Vec::new()), engine).is_some()
}

/// Whether a function is called like one that makes columns: `t.varchar`.
pub(super) fn is_known(function: &str, engine: Engine) -> bool {
    let name = function.rsplit('.').next().unwrap_or(function);
    function.contains('.') && data_type(name, &Value::Map(Vec::new()), engine).is_some()
}

/// The type that a function of Drizzle makes; `None` for functions that are not among them.
fn data_type(function: &str, options: &Value, engine: Engine) -> Option<String> {
    let number = |name: &str| match options.get(name) {
        Some(Value::Number(number)) => Some(number.clone()),
        _ => None,
    };
    let sized = |base: &str, size: Option<String>| size.map_or_else(|| base.to_owned(), |size| format!("{base}({size})"));
    let is = |name: &str| options.get(name) == Some(&Value::Bool(true));
    let mysql = engine == Engine::Sql(Dialect::MySql);
    let unsigned = if mysql && is("unsigned") { " unsigned" } else { "" };
    Some(match function {
        "varchar" | "char" | "binary" | "varbinary" => sized(function, number("length")),
        "numeric" | "decimal" => {
            let scale = number("scale");
            let size = number("precision").map(|precision| scale.map_or(precision.clone(), |scale| format!("{precision},{scale}")));
            format!("{}{unsigned}", sized(function, size))
        }
        "timestamp" | "time" if !mysql => {
            let zone = if is("withTimezone") { " with time zone" } else { "" };
            format!("{}{zone}", sized(function, number("precision")))
        }
        "timestamp" | "time" | "datetime" => sized(function, number("fsp")),
        "doublePrecision" => "double precision".to_owned(),
        "vector" | "halfvec" | "sparsevec" | "bit" => sized(function, number("dimensions")),
        "geometry" => sized(function, options.get("type").and_then(Value::as_text).map(str::to_owned)),
        "int" | "tinyint" | "mediumint" | "smallint" | "bigint" => format!("{function}{unsigned}"),
        "serial" | "bigserial" | "smallserial" | "integer" | "boolean" | "text" | "real" | "json" | "jsonb" | "date" | "interval"
        | "uuid" | "inet" | "cidr" | "macaddr" | "macaddr8" | "point" | "line" | "blob" | "tinytext" | "mediumtext" | "longtext"
        | "year" | "float" | "double" | "tinyblob" | "mediumblob" | "longblob" | "bytea" => function.to_owned(),
        _ => return None,
    })
}
