//! Columns and constraints as node-pg-migrate takes them.
//! Source: the documentation of its columns and constraints.

use crate::extract::typescript::migrations::options::{action, is_true, names, plain, text, texts};
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, KeyColumns, ObjectName, TableAction,
};
use crate::finding::{Value, string_literal};

/// Short names of types that the tool writes out.
const SHORT: &[(&str, &str)] = &[
    ("int", "integer"),
    ("string", "text"),
    ("float", "real"),
    ("double", "double precision"),
    ("datetime", "timestamp"),
    ("bool", "boolean"),
];

/// A column: a type, or options that hold one; `id` alone is a counter.
pub(super) fn column(name: &str, value: &Value, line: u32) -> Option<ColumnDefinition> {
    let none = Value::Map(Vec::new());
    let (written, options) = match value {
        Value::Text(text) => (text.clone(), &none),
        Value::Map(_) => (text(value, "type")?, value),
        _ => return None,
    };
    let mut column = ColumnDefinition { name: name.to_owned(), line, ..ColumnDefinition::default() };
    let is_counter = written == "id";
    column.data_type = if is_counter { "serial".to_owned() } else { data_type(&written) };
    let is_key = is_counter || is_true(options, "primaryKey");
    column.not_null = is_key || is_true(options, "notNull") || column.data_type.ends_with("serial");
    column.default = options.get("default").and_then(default);
    column.description = text(options, "comment");
    if let Some(how) = options.get("sequenceGenerated").or_else(|| options.get("generated")) {
        let when = text(how, "precedence").unwrap_or_else(|| "by default".to_owned()).to_lowercase();
        column.generated = Some(format!("{when} as identity"));
        column.not_null = true;
    }
    if let Some(expression) = text(options, "expressionGenerated") {
        column.generated = Some(format!("always as ({expression}) stored"));
    }
    let own = || KeyColumns::Columns(vec![name.to_owned()]);
    let mut add = |kind: ConstraintKind| column.constraints.push(ConstraintDefinition { name: None, kind });
    if is_key {
        add(ConstraintKind::PrimaryKey(own()));
    }
    if is_true(options, "unique") {
        add(ConstraintKind::Unique(own()));
    }
    if let Some(expression) = text(options, "check") {
        add(ConstraintKind::Check(expression));
    }
    if let Some((target, references)) = options.get("references").and_then(target) {
        let on_delete = action(text(options, "onDelete"));
        add(ConstraintKind::ForeignKey(ForeignKeyDefinition { columns: vec![name.to_owned()], target, references, on_delete }));
    }
    Some(column)
}

/// Several columns of a key are one constraint of the table.
pub(super) fn take_key(columns: &mut [ColumnDefinition]) -> Option<ConstraintDefinition> {
    let is_key = |one: &ConstraintDefinition| matches!(one.kind, ConstraintKind::PrimaryKey(_));
    let of_key = |column: &ColumnDefinition| column.constraints.iter().any(is_key);
    let names: Vec<String> = columns.iter().filter(|column| of_key(column)).map(|column| column.name.clone()).collect();
    if names.len() < 2 {
        return None;
    }
    columns.iter_mut().for_each(|column| column.constraints.retain(|one| !is_key(one)));
    Some(ConstraintDefinition { name: None, kind: ConstraintKind::PrimaryKey(KeyColumns::Columns(names)) })
}

fn data_type(written: &str) -> String {
    let lower = written.to_lowercase();
    let (base, rest) = lower.split_at(lower.find(['(', '[']).unwrap_or(lower.len()));
    let base = SHORT.iter().find(|(short, _)| *short == base).map_or(base, |(_, long)| long);
    format!("{base}{rest}")
}

/// `pgm.func('now()')` is SQL, anything else a value.
fn default(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(string_literal(text)),
        Value::Number(number) => Some(number.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Call(name, arguments) if name.ends_with("func") => arguments.first().and_then(plain),
        Value::Map(entries) => text(value, "value").filter(|_| entries.iter().any(|(key, _)| key == "literal")),
        _ => None,
    }
}

/// `users`, `users(id)`, `"users"(id)`, `{ schema, name }`.
fn target(value: &Value) -> Option<(ObjectName, Vec<String>)> {
    let Value::Text(written) = value else {
        let name = text(value, "name")?;
        return Some((ObjectName { schema: text(value, "schema").filter(|schema| schema != "public"), name }, Vec::new()));
    };
    let (table, columns) = written.split_once('(').map_or((written.as_str(), ""), |(table, rest)| (table, rest.trim_end_matches(')')));
    let columns = columns.split(',').map(|column| column.trim().trim_matches('"').to_owned()).filter(|column| !column.is_empty());
    let plain = table.trim().replace('"', "");
    let name = match plain.split_once('.') {
        Some((schema, name)) => ObjectName { schema: Some(schema.to_owned()), name: name.to_owned() },
        None => ObjectName::bare(plain),
    };
    Some((name, columns.collect()))
}

/// What `alterColumn` changes.
pub(super) fn altered(column: &str, options: &Value) -> Vec<TableAction> {
    let mut found = Vec::new();
    found.extend(text(options, "type").map(|written| TableAction::SetType(column.to_owned(), data_type(&written))));
    match options.get("default") {
        Some(Value::Opaque(kind)) if kind == "null" => found.push(TableAction::SetDefault(column.to_owned(), None)),
        Some(value) => found.push(TableAction::SetDefault(column.to_owned(), default(value))),
        None => {}
    }
    match (options.get("notNull"), options.get("allowNull")) {
        (Some(Value::Bool(value)), _) => found.push(TableAction::SetNotNull(column.to_owned(), *value)),
        (_, Some(Value::Bool(value))) => found.push(TableAction::SetNotNull(column.to_owned(), !value)),
        _ => {}
    }
    found
}

/// The constraints that options state; `None` when none is understood.
pub(super) fn constraints(name: Option<String>, options: &Value) -> Option<Vec<ConstraintDefinition>> {
    if let Some(sql) = plain(options) {
        return Some(vec![from_sql(name, &sql)?]);
    }
    let columns = |key: &str| Some(names(options, key)).filter(|columns| !columns.is_empty());
    let mut kinds = Vec::new();
    kinds.extend(columns("primaryKey").map(|columns| ConstraintKind::PrimaryKey(KeyColumns::Columns(columns))));
    let is_nested = |value: &Value| matches!(value, Value::List(items) if items.iter().any(|item| matches!(item, Value::List(_))));
    let unique = options.get("unique").map(|unique| if is_nested(unique) { unique.items() } else { std::slice::from_ref(unique) });
    kinds.extend(unique.unwrap_or_default().iter().filter_map(texts).map(|columns| ConstraintKind::Unique(KeyColumns::Columns(columns))));
    kinds.extend(options.get("check").map(Value::items).unwrap_or_default().iter().filter_map(plain).map(ConstraintKind::Check));
    for key in options.get("foreignKeys").map(Value::items).unwrap_or_default() {
        let (target, references) = key.get("references").and_then(target)?;
        let on_delete = action(text(key, "onDelete"));
        kinds.push(ConstraintKind::ForeignKey(ForeignKeyDefinition { columns: names(key, "columns"), target, references, on_delete }));
    }
    let alone = kinds.len() == 1;
    let all = kinds.into_iter().map(|kind| ConstraintDefinition { name: name.clone().filter(|_| alone), kind });
    Some(all.collect::<Vec<_>>()).filter(|all| !all.is_empty())
}

/// `UNIQUE (a, b)`, `CHECK (...)`, `PRIMARY KEY (a)` as text.
fn from_sql(name: Option<String>, sql: &str) -> Option<ConstraintDefinition> {
    let (head, rest) = sql.trim().split_once('(')?;
    let inner = rest.trim_end().strip_suffix(')')?;
    let columns = || KeyColumns::Columns(inner.split(',').map(|column| column.trim().trim_matches('"').to_owned()).collect());
    let kind = match head.trim().to_lowercase().as_str() {
        "unique" => ConstraintKind::Unique(columns()),
        "primary key" => ConstraintKind::PrimaryKey(columns()),
        "check" => ConstraintKind::Check(inner.to_owned()),
        _ => return None,
    };
    Some(ConstraintDefinition { name, kind })
}
