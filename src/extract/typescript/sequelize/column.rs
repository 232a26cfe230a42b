//! Columns as attributes of Sequelize state them, with the types that it writes for each engine.
//! Source: the documentation of data types, and its data types for PostgreSQL and MySQL.

use super::calls::table_name;
use crate::extract::typescript::migrations::options::{action, is_true, plain, text, texts};
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, Dialect, ForeignKeyDefinition, KeyColumns, ObjectName,
};
use crate::finding::{Value, string_literal};

/// A column with what is made with it.
pub(super) struct Made {
    pub(super) column: ColumnDefinition,
    pub(super) labels: Option<(ObjectName, Vec<String>)>,
    pub(super) constraints: Vec<ConstraintDefinition>,
    pub(super) is_key: bool,
}

/// Reads an attribute: a type, or an object that holds one.
pub(super) fn read(dialect: Dialect, table: &ObjectName, key: &str, value: &Value) -> Option<Made> {
    let none = Value::Map(Vec::new());
    let (kind, options) = match value {
        Value::Map(_) => (value.get("type")?, value),
        other => (other, &none),
    };
    let name = text(options, "field").unwrap_or_else(|| key.to_owned());
    let type_cx = TypeCx { dialect, enum_name: format!("enum_{}_{name}", table.name) };
    let (data_type, labels) = type_cx.written(kind, options)?;
    let is_key = is_true(options, "primaryKey");
    let mut column = ColumnDefinition {
        not_null: matches!(options.get("allowNull"), Some(Value::Bool(false))) || is_key,
        default: options.get("defaultValue").and_then(default),
        description: text(options, "comment"),
        data_type,
        name: name.clone(),
        ..ColumnDefinition::default()
    };
    if is_true(options, "autoIncrement") || is_true(options, "autoIncrementIdentity") {
        count_up(&mut column, dialect);
    }
    let columns = || KeyColumns::Columns(vec![name.clone()]);
    let mut constraints = Vec::new();
    // A name for a key of several columns is for models; the query interface leaves it out.
    if is_true(options, "unique") {
        constraints.push(ConstraintDefinition { name: None, kind: ConstraintKind::Unique(columns()) });
    }
    constraints.extend(foreign_key(options, &name));
    let schema = table.schema.clone();
    let labels = labels.map(|labels| (ObjectName { schema, name: type_cx.enum_name }, labels));
    Some(Made { column, labels, constraints, is_key })
}

fn count_up(column: &mut ColumnDefinition, dialect: Dialect) {
    if dialect != Dialect::Postgres {
        column.generated = Some("auto increment".to_owned());
        return;
    }
    column.not_null = true;
    column.data_type = match column.data_type.as_str() {
        "bigint" => "bigserial",
        "smallint" => "smallserial",
        _ => "serial",
    }
    .to_owned();
}

fn foreign_key(options: &Value, column: &str) -> Option<ConstraintDefinition> {
    let references = options.get("references")?;
    let target = match references {
        Value::Text(_) => table_name(references),
        _ => references.get("model").and_then(table_name),
    }?;
    let key = text(references, "key").or_else(|| text(options, "referencesKey")).unwrap_or_else(|| "id".to_owned());
    let on_delete = action(text(options, "onDelete"));
    let kind = ForeignKeyDefinition { columns: vec![column.to_owned()], target, references: vec![key], on_delete };
    Some(ConstraintDefinition { name: None, kind: ConstraintKind::ForeignKey(kind) })
}

/// A default as SQL; what Sequelize makes itself when it writes a row is none of the column.
pub(super) fn default(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(string_literal(text)),
        Value::Number(number) => Some(number.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::List(items) if items.is_empty() => Some("ARRAY[]".to_owned()),
        Value::Map(entries) if entries.is_empty() => Some("'{}'".to_owned()),
        Value::Call(..) => expression(value),
        _ => None,
    }
}

/// `literal('now()')`, `fn('now')`, `col('a')`, `cast(x, 'type')` as SQL.
pub(super) fn expression(value: &Value) -> Option<String> {
    let Value::Call(name, arguments) = value else { return plain(value) };
    let first = arguments.first();
    match name.rsplit('.').next()? {
        "literal" | "col" => first.and_then(plain),
        "fn" => {
            let rest: Option<Vec<String>> = arguments.get(1..)?.iter().map(argument).collect();
            Some(format!("{}({})", plain(first?)?, rest?.join(", ")))
        }
        "cast" => Some(format!("cast({} as {})", argument(first?)?, plain(arguments.get(1)?)?)),
        "where" => None,
        _ => None,
    }
}

fn argument(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(string_literal(text)),
        other => expression(other),
    }
}

/// What a type is written for.
struct TypeCx {
    dialect: Dialect,
    enum_name: String,
}

impl TypeCx {
    /// A type as it is written, and the labels of an enum.
    fn written(&self, kind: &Value, options: &Value) -> Option<(String, Option<Vec<String>>)> {
        let (name, arguments): (&str, &[Value]) = match kind {
            // A type given as text is SQL as it stands.
            Value::Text(text) => return Some((text.to_lowercase(), None)),
            Value::Name(name) => (name, &[]),
            Value::Call(name, arguments) => (name, arguments),
            _ => return None,
        };
        let word = name.split(['.', '(']).find(|part| KNOWN.contains(part))?;
        if word == "ARRAY" {
            let (inner, labels) = self.written(arguments.first()?, options)?;
            return Some((format!("{inner}[]"), labels));
        }
        if word == "ENUM" {
            let given = match arguments {
                [] => options.get("values").and_then(texts),
                [Value::Map(_)] => arguments[0].get("values").and_then(texts),
                [list @ Value::List(_)] => texts(list),
                many => many.iter().map(plain).collect(),
            };
            if self.dialect == Dialect::Postgres {
                return Some((self.enum_name.to_lowercase(), given));
            }
            let labels = given.unwrap_or_default().iter().map(|label| string_literal(label)).collect::<Vec<_>>().join(",");
            return Some((format!("enum({labels})"), None));
        }
        let sizes: Vec<String> = arguments.iter().filter_map(plain).collect();
        let written = if self.dialect == Dialect::Postgres { postgres(word, &sizes) } else { other(word, &sizes) }?;
        let unsigned = if name.contains("UNSIGNED") && self.dialect == Dialect::MySql { " unsigned" } else { "" };
        Some((format!("{written}{unsigned}"), None))
    }
}

const KNOWN: &[&str] = &[
    "STRING",
    "CHAR",
    "TEXT",
    "CITEXT",
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "MEDIUMINT",
    "INTEGER",
    "BIGINT",
    "FLOAT",
    "REAL",
    "DOUBLE",
    "DECIMAL",
    "NUMERIC",
    "NUMBER",
    "DATE",
    "DATEONLY",
    "TIME",
    "UUID",
    "JSON",
    "JSONB",
    "BLOB",
    "ARRAY",
    "ENUM",
    "GEOMETRY",
    "GEOGRAPHY",
    "HSTORE",
    "INET",
    "CIDR",
    "MACADDR",
    "TSVECTOR",
    "RANGE",
];

fn sized(word: &str, sizes: &[String]) -> String {
    if sizes.is_empty() { word.to_owned() } else { format!("{word}({})", sizes.join(",")) }
}

fn postgres(word: &str, sizes: &[String]) -> Option<String> {
    let digits = || sizes.iter().all(|size| size.bytes().all(|byte| byte.is_ascii_digit()));
    Some(match word {
        "STRING" | "CHAR" => {
            let base = if word == "STRING" { "varchar" } else { "char" };
            format!("{base}({})", sizes.first().filter(|_| digits()).map_or("255", String::as_str))
        }
        "DECIMAL" | "NUMERIC" => sized("decimal", sizes),
        "DATE" => "timestamp with time zone".to_owned(),
        "DATEONLY" => "date".to_owned(),
        "DOUBLE" => "double precision".to_owned(),
        "BLOB" => "bytea".to_owned(),
        "TINYINT" | "SMALLINT" => "smallint".to_owned(),
        "MEDIUMINT" => "integer".to_owned(),
        "RANGE" | "NUMBER" => return None,
        plain => plain.to_lowercase(),
    })
}

fn other(word: &str, sizes: &[String]) -> Option<String> {
    Some(match word {
        "STRING" => format!("varchar({})", sizes.first().map_or("255", String::as_str)),
        "CHAR" => format!("char({})", sizes.first().map_or("255", String::as_str)),
        "TEXT" => match sizes.first().map(|size| size.to_lowercase()).as_deref() {
            Some(size @ ("tiny" | "medium" | "long")) => format!("{size}text"),
            _ => "text".to_owned(),
        },
        "BOOLEAN" => "tinyint(1)".to_owned(),
        "INTEGER" | "BIGINT" | "SMALLINT" | "TINYINT" | "MEDIUMINT" => sized(&word.to_lowercase(), sizes),
        "DECIMAL" | "NUMERIC" => sized("decimal", sizes),
        "DATE" => sized("datetime", sizes),
        "DATEONLY" => "date".to_owned(),
        "UUID" => "char(36)".to_owned(),
        "JSONB" => "json".to_owned(),
        "DOUBLE" => "double precision".to_owned(),
        "RANGE" | "NUMBER" => return None,
        plain => plain.to_lowercase(),
    })
}
