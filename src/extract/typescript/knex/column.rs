//! The columns of a table builder of Knex, with the types that its compilers write for each engine.
//! Source: the documentation of Knex's schema builder and its column compiler for PostgreSQL.

use super::table::{self, Item, Part};
use crate::extract::typescript::migrations::options::{is_true, text, texts};
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, Dialect, KeyColumns, ObjectName, SchemaChange, TableAction,
};
use crate::finding::{Value, string_literal};

/// The table that columns are of.
pub(super) struct TableCx<'t> {
    pub(super) table: &'t ObjectName,
    pub(super) dialect: Dialect,
    pub(super) line: u32,
}

impl TableCx<'_> {
    /// The name that Knex gives a key or index: the table, the columns and what it is.
    pub(super) fn made_up(&self, columns: &[String], label: &str) -> String {
        format!("{}_{}_{label}", self.table.name, columns.join("_")).replace(['.', '-'], "_").to_lowercase()
    }

    fn is_postgres(&self) -> bool {
        self.dialect == Dialect::Postgres
    }
}

/// Reads a chain that starts with a type of column; `false` when it does not.
pub(super) fn read(cx: &TableCx<'_>, parts: &[Part<'_>], into: &mut Vec<Item>) -> bool {
    let Some(first) = parts.first() else { return false };
    let name = match (first.name, first.text(0)) {
        ("increments" | "bigIncrements" | "smallIncrements" | "bigincrements", None) => "id".to_owned(),
        (_, Some(name)) => name,
        _ => return false,
    };
    let mut column = ColumnDefinition { name, line: cx.line, ..ColumnDefinition::default() };
    let Some(data_type) = data_type(cx, first, &mut column, into) else { return false };
    column.data_type = data_type;
    let has = |name: &str| parts.iter().any(|part| part.name == name);
    column.not_null |= parts.iter().rev().find_map(|part| match part.name {
        "notNullable" | "notNull" => Some(true),
        "nullable" => Some(!matches!(part.values.first(), None | Some(Value::Bool(true)))),
        _ => None,
    }) == Some(true);
    let given = parts.iter().find(|part| part.name == "defaultTo").and_then(|part| part.values.first());
    column.default = given.and_then(|value| default(value, &column.data_type)).or(column.default);
    column.description = parts.iter().find(|part| part.name == "comment").and_then(|part| part.text(0));
    let columns = vec![column.name.clone()];
    let mut after = keys(cx, parts, &columns);
    if has("alter") {
        into.push(Item::Alter(altered(&column)));
    } else {
        into.push(Item::Column(Box::new(column)));
    }
    into.append(&mut after);
    true
}

/// The keys and indexes that a chain asks for.
fn keys(cx: &TableCx<'_>, parts: &[Part<'_>], columns: &[String]) -> Vec<Item> {
    let mut found = Vec::new();
    for part in &parts[1..] {
        match part.name {
            "primary" | "primaryKey" => {
                let name = table::name_at(part, 0).or_else(|| Some(format!("{}_pkey", cx.table.name)));
                found.push(key(name, columns));
            }
            "unique" => found.push(table::unique(cx, columns.to_vec(), part.values.first())),
            "index" => {
                let name = table::name_at(part, 0).unwrap_or_else(|| cx.made_up(columns, "index"));
                found.push(Item::Change(SchemaChange::CreateIndex(table::plain_index(cx, name, columns))));
            }
            "references" => found.extend(table::foreign_key(cx, columns.to_vec(), None, parts)),
            _ => {}
        }
    }
    found
}

fn key(name: Option<String>, columns: &[String]) -> Item {
    Item::Constraint(ConstraintDefinition { name, kind: ConstraintKind::PrimaryKey(KeyColumns::Columns(columns.to_vec())) })
}

/// `alter()` takes the default and NOT NULL away, changes the type, and puts back what the chain says.
fn altered(column: &ColumnDefinition) -> Vec<TableAction> {
    let name = &column.name;
    vec![
        TableAction::SetType(name.clone(), column.data_type.clone()),
        TableAction::SetDefault(name.clone(), column.default.clone()),
        TableAction::SetNotNull(name.clone(), column.not_null),
    ]
}

/// `created_at` and `updated_at`.
pub(super) fn timestamps(cx: &TableCx<'_>, part: &Part<'_>, into: &mut Vec<Item>) {
    let options = part.values.first().filter(|value| matches!(value, Value::Map(_)));
    let says = |at: usize, key: &str| match options {
        Some(options) => is_true(options, key),
        None => matches!(part.values.get(at), Some(Value::Bool(true))),
    };
    let (to_now, camel) = (says(1, "defaultToNow"), says(2, "useCamelCase"));
    let pair = if camel { ["createdAt", "updatedAt"] } else { ["created_at", "updated_at"] };
    let data_type = match cx.dialect {
        Dialect::Postgres => "timestamptz",
        _ if says(0, "useTimestamps") => "timestamp",
        _ => "datetime",
    };
    into.extend(pair.map(|name| {
        Item::Column(Box::new(ColumnDefinition {
            name: name.to_owned(),
            data_type: data_type.to_owned(),
            not_null: to_now,
            default: to_now.then(|| "CURRENT_TIMESTAMP".to_owned()),
            line: cx.line,
            ..ColumnDefinition::default()
        }))
    }));
}

/// A default as SQL.
fn default(value: &Value, data_type: &str) -> Option<String> {
    match value {
        Value::Text(text) => Some(string_literal(text)),
        Value::Number(number) => Some(if data_type == "boolean" { (number != "0").to_string() } else { string_literal(number) }),
        Value::Bool(value) => Some(value.to_string()),
        Value::Call(name, arguments) => match (name.rsplit('.').next()?, arguments.first()) {
            ("now", None | Some(Value::Number(_))) => Some("CURRENT_TIMESTAMP".to_owned()),
            ("uuid", _) => Some("gen_random_uuid()".to_owned()),
            ("raw", Some(Value::Text(text))) => Some(text.clone()),
            ("stringify", Some(Value::Map(entries))) if entries.is_empty() => Some("'{}'".to_owned()),
            ("stringify", Some(Value::List(items))) if items.is_empty() => Some("'[]'".to_owned()),
            _ => None,
        },
        Value::Map(entries) if entries.is_empty() => Some("'{}'".to_owned()),
        Value::List(items) if items.is_empty() => Some("'[]'".to_owned()),
        _ => None,
    }
}

/// The type of a column, and what it brings: keys of counters, checks and types of enums.
fn data_type(cx: &TableCx<'_>, part: &Part<'_>, column: &mut ColumnDefinition, into: &mut Vec<Item>) -> Option<String> {
    let is_postgres = cx.is_postgres();
    if part.name.to_ascii_lowercase().ends_with("increments") {
        let has_key = !part.values.get(1).is_some_and(|options| matches!(options.get("primaryKey"), Some(Value::Bool(false))));
        if has_key {
            column.constraints.push(ConstraintDefinition {
                name: None,
                kind: ConstraintKind::PrimaryKey(KeyColumns::Columns(vec![column.name.clone()])),
            });
        }
        column.not_null = true;
        return Some(counter(part.name, is_postgres, column));
    }
    let size = |default: &str| part.text(1).unwrap_or_else(|| default.to_owned());
    let pick = |postgres: &str, other: &str| Some(if is_postgres { postgres.to_owned() } else { other.to_owned() });
    match part.name {
        "integer" | "int" => pick("integer", "int"),
        "tinyint" => pick("smallint", "tinyint"),
        "smallint" => pick("smallint", "smallint"),
        "mediumint" => pick("integer", "mediumint"),
        "bigint" | "bigInteger" | "biginteger" => pick("bigint", "bigint"),
        "text" => Some(part.text(1).filter(|_| !is_postgres).unwrap_or_else(|| "text".to_owned())),
        "string" | "varchar" => Some(format!("varchar({})", size("255"))),
        "char" => Some(format!("char({})", size("255"))),
        "float" => pick("real", "float(8,2)"),
        "double" => pick("double precision", "double"),
        "decimal" | "numeric" => Some(match part.values.get(1) {
            Some(Value::Opaque(_)) => "decimal".to_owned(),
            _ => format!("decimal({},{})", size("8"), part.text(2).unwrap_or_else(|| "2".to_owned())),
        }),
        "boolean" | "bool" => pick("boolean", if cx.dialect == Dialect::MySql { "tinyint(1)" } else { "boolean" }),
        "date" => pick("date", "date"),
        "datetime" | "dateTime" | "timestamp" => Some(instant(part, is_postgres)),
        "time" => pick("time", "time"),
        "binary" => pick("bytea", "blob"),
        "json" => pick("json", "json"),
        "jsonb" => pick("jsonb", "json"),
        "uuid" => {
            if part.values.get(1).is_some_and(|options| is_true(options, "primaryKey")) {
                into.push(key(Some(format!("{}_pkey", cx.table.name)), std::slice::from_ref(&column.name)));
            }
            pick("uuid", "char(36)")
        }
        "bit" => Some(format!("bit({})", size("1"))),
        "geometry" | "geography" | "point" | "xml" => Some(part.name.to_owned()),
        "enu" | "enum" => Some(enumeration(cx, part, column, into)),
        "specificType" => part.text(1).map(|kind| kind.to_lowercase()),
        _ => None,
    }
}

fn counter(name: &str, is_postgres: bool, column: &mut ColumnDefinition) -> String {
    let lower = name.to_ascii_lowercase();
    if is_postgres {
        let serial = if lower.starts_with("big") {
            "bigserial"
        } else if lower.starts_with("small") {
            "smallserial"
        } else {
            "serial"
        };
        return serial.to_owned();
    }
    column.generated = Some("auto increment".to_owned());
    if lower.starts_with("big") { "bigint unsigned".to_owned() } else { "int unsigned".to_owned() }
}

/// `timestamp(name, { useTz, precision })`, and the older `timestamp(name, withoutZone)`.
fn instant(part: &Part<'_>, is_postgres: bool) -> String {
    if !is_postgres {
        return part.name.to_lowercase();
    }
    let options = part.values.get(1);
    let without = matches!(options, Some(Value::Bool(true)))
        || options.is_some_and(|options| matches!(options.get("useTz"), Some(Value::Bool(false))));
    let precision = part.text(2).or_else(|| text(options?, "precision")).map(|digits| format!("({digits})")).unwrap_or_default();
    if without { format!("timestamp{precision}") } else { format!("timestamptz{precision}") }
}

/// Text with a check, or a type of its own where options ask for it.
fn enumeration(cx: &TableCx<'_>, part: &Part<'_>, column: &mut ColumnDefinition, into: &mut Vec<Item>) -> String {
    let labels = part.values.get(1).and_then(texts);
    let options = part.values.get(2);
    let listed = |labels: &[String]| labels.iter().map(|label| string_literal(label)).collect::<Vec<_>>().join(", ");
    if cx.dialect == Dialect::MySql {
        return labels.map_or_else(|| "enum".to_owned(), |labels| format!("enum({})", listed(&labels).replace("', '", "','")));
    }
    if let Some(options) = options.filter(|options| is_true(options, "useNative") && cx.is_postgres())
        && let Some(name) = text(options, "enumName")
    {
        let schema = text(options, "schemaName");
        if !is_true(options, "existingType") {
            into.extend(labels.map(|labels| Item::Enum(ObjectName { schema, name: name.clone() }, labels)));
        }
        return name.to_lowercase();
    }
    if let Some(labels) = labels {
        let expression = format!("{} in ({})", column.name, listed(&labels));
        column.constraints.push(ConstraintDefinition { name: None, kind: ConstraintKind::Check(expression) });
    }
    "text".to_owned()
}
