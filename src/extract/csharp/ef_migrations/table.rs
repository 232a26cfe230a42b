//! What one call on the builder changes: tables, columns, constraints, indexes, schemas.
//! `None` stands for a change whose names the file does not tell, and for raw SQL; a call that changes no catalog is an empty list.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::calls::{Call, read};
use super::columns::{data_type, default, definition, generated};
use crate::extract::csharp::nodes::{child_of, children, dotted, field, text_of, unwrapped};
use crate::finding::Value;
use crate::finding::schema::{
    Cascade, ColumnPlace, ConstraintDefinition, ConstraintKind, Dialect, ForeignKeyDefinition, IndexDefinition, IndexKey, KeyColumns,
    ObjectName, SchemaChange, TableAction, TableDefinition, TableElement,
};

/// The changes of one call, each with the place it stands at where that is another than the call's.
pub(super) type Changes = Vec<(Option<usize>, SchemaChange)>;

/// Which line a byte stands in.
pub(super) type LineOf<'a> = &'a dyn Fn(usize) -> u32;

/// Reads a call.
pub(super) fn changes(call: &Call<'_>, dialect: Dialect, line: LineOf<'_>) -> Option<Changes> {
    let one = match call.name {
        "CreateTable" => SchemaChange::CreateTable(create_table(call, dialect, line)?),
        "DropTable" => SchemaChange::DropTable(named(call.string("name", 0)?, call.schema("schema", 1))),
        "EnsureSchema" | "DropSchema" if dialect == Dialect::Sqlite => return Some(Vec::new()),
        "EnsureSchema" => SchemaChange::CreateSchema(call.string("name", 0)?),
        "DropSchema" => SchemaChange::DropSchema(call.string("name", 0)?),
        "CreateIndex" => SchemaChange::CreateIndex(index(call, dialect)?),
        "DropIndex" => {
            let table = call.string("table", 1).map(|table| named(table, call.schema("schema", 2)));
            SchemaChange::DropIndex(named(call.string("name", 0)?, call.schema("schema", 2)), table)
        }
        "RenameIndex" => SchemaChange::RenameIndex(named(call.string("name", 0)?, call.schema("schema", 3)), call.string("newName", 1)?),
        "AlterDatabase" => return Some(enums(call)),
        "RenameTable" => return rename_table(call),
        "AlterColumn" => return alter_column(call, dialect),
        "Sql" => return None,
        other => match table_action(other, call, dialect, line) {
            Some(result) => {
                let (table, action) = result?;
                SchemaChange::AlterTable(table, action)
            }
            None => return Some(Vec::new()),
        },
    };
    Some(vec![(None, one)])
}

fn named(name: String, schema: Option<String>) -> ObjectName {
    ObjectName { schema, name }
}

/// The one action that most calls are; the outer `None` for a call that changes no table.
fn table_action(name: &str, call: &Call<'_>, dialect: Dialect, line: LineOf<'_>) -> Option<Option<(ObjectName, TableAction)>> {
    let table = |schema: usize| Some(named(call.string("table", 1)?, call.schema("schema", schema)));
    let with = |schema: usize, action: Option<TableAction>| Some(table(schema).zip(action));
    let own = || call.string("name", 0);
    let constraint = |kind: Option<ConstraintKind>| kind.map(|kind| TableAction::AddConstraint(ConstraintDefinition { name: own(), kind }));
    let columns = || Some(call.strings("column", "columns", 2)).filter(|columns| !columns.is_empty()).map(KeyColumns::Columns);
    match name {
        "AddColumn" => {
            let column = own().map(|name| definition(name, call, dialect, line(call.start)));
            with(6, column.map(|column| TableAction::AddColumn(column, ColumnPlace::Last)))
        }
        "DropColumn" => with(2, own().map(TableAction::DropColumn)),
        "RenameColumn" => with(3, own().zip(call.string("newName", 2)).map(|(old, new)| TableAction::RenameColumn(old, new))),
        "AddPrimaryKey" => with(3, constraint(columns().map(ConstraintKind::PrimaryKey))),
        "AddUniqueConstraint" => with(3, constraint(columns().map(ConstraintKind::Unique))),
        "AddForeignKey" => with(4, constraint(foreign_key(call).map(ConstraintKind::ForeignKey))),
        "AddCheckConstraint" | "CreateCheckConstraint" => with(3, constraint(call.string("sql", 2).map(ConstraintKind::Check))),
        "DropPrimaryKey" => with(2, Some(TableAction::DropPrimaryKey)),
        "DropForeignKey" | "DropUniqueConstraint" | "DropCheckConstraint" => with(2, own().map(TableAction::DropConstraint)),
        _ => None,
    }
}

fn foreign_key(call: &Call<'_>) -> Option<ForeignKeyDefinition> {
    Some(ForeignKeyDefinition {
        columns: Some(call.strings("column", "columns", 2)).filter(|columns| !columns.is_empty())?,
        target: named(call.string("principalTable", 3)?, call.schema("principalSchema", 5)),
        references: call.strings("principalColumn", "principalColumns", 6),
        on_delete: call.value("onDelete", usize::MAX).and_then(|value| on_delete(&value)),
    })
}

pub(in crate::extract::csharp) fn on_delete(value: &Value) -> Option<String> {
    let Value::Name(name) = value else { return None };
    match name.rsplit('.').next()? {
        "Cascade" => Some("cascade".to_owned()),
        "SetNull" => Some("set null".to_owned()),
        "SetDefault" => Some("set default".to_owned()),
        "Restrict" => Some("restrict".to_owned()),
        _ => None,
    }
}

fn index(call: &Call<'_>, dialect: Dialect) -> Option<IndexDefinition> {
    let method = match call.annotation("Npgsql:IndexMethod") {
        Some(Value::Text(method)) => method.to_lowercase(),
        _ => "btree".to_owned(),
    };
    let include = call.annotation("Npgsql:IndexInclude").or_else(|| call.annotation("SqlServer:Include"));
    let descending: Vec<Value> = call.value("descending", usize::MAX).map(|value| value.items().to_vec()).unwrap_or_default();
    let all_descending = call.named("descending").is_some() && descending.is_empty();
    let keys = call.strings("column", "columns", 2).into_iter().enumerate().map(|(at, column)| {
        let falls = all_descending || descending.get(at) == Some(&Value::Bool(true));
        IndexKey { text: if falls { format!("{column} desc") } else { column.clone() }, column: Some(column) }
    });
    let keys: Vec<IndexKey> = keys.collect();
    let table = named(call.string("table", 1)?, call.schema("schema", 3));
    let name = ObjectName { schema: if dialect == Dialect::Postgres { table.schema.clone() } else { None }, name: call.string("name", 0)? };
    Some(IndexDefinition {
        name: Some(name),
        table,
        unique: call.is_true("unique", 4),
        method,
        keys,
        include: include.iter().flat_map(|value| value.items()).filter_map(|item| item.as_text().map(str::to_owned)).collect(),
        predicate: call.string("filter", 5),
    })
}

/// `Npgsql:Enum:mood` with the labels `happy,sad`.
fn enums(call: &Call<'_>) -> Changes {
    let stated = call.annotations.iter().filter_map(|(key, value)| Some((key.strip_prefix("Npgsql:Enum:")?, value.as_text()?)));
    let change = |(name, labels): (&str, &str)| {
        let (schema, name) = name.split_once('.').map_or((None, name), |(schema, name)| (Some(schema.to_owned()), name));
        let labels = labels.split(',').map(|label| label.trim().to_owned()).collect();
        (None, SchemaChange::CreateEnum(named(name.to_owned(), schema), labels))
    };
    let dropped = |name: &str| (None, SchemaChange::DropType(ObjectName::bare(name), Cascade::No));
    // An enum that had other labels before is made anew.
    let old = call.annotations.iter().filter_map(|(key, _)| key.strip_prefix("Npgsql:OldEnum:"));
    old.map(dropped).chain(stated.map(change)).collect()
}

fn rename_table(call: &Call<'_>) -> Option<Changes> {
    let old = named(call.string("name", 0)?, call.schema("schema", 1));
    let new = call.string("newName", 2);
    let mut found: Changes = Vec::new();
    let mut at = old.clone();
    if let Some(schema) = call.schema("newSchema", 3).filter(|schema| Some(schema) != old.schema.as_ref()) {
        found.push((None, SchemaChange::AlterTable(at.clone(), TableAction::SetSchema(schema.clone()))));
        at.schema = Some(schema);
    }
    if let Some(new) = new.filter(|new| *new != old.name) {
        found.push((None, SchemaChange::AlterTable(at, TableAction::Rename(ObjectName::bare(new)))));
    }
    Some(found)
}

/// `AlterColumn` states the whole new definition.
fn alter_column(call: &Call<'_>, dialect: Dialect) -> Option<Changes> {
    let table = named(call.string("table", 1)?, call.schema("schema", 6));
    let name = call.string("name", 0)?;
    let nullable = call.named("nullable").is_some() && call.is_true("nullable", usize::MAX);
    let actions = [
        TableAction::SetType(name.clone(), data_type(call, dialect)),
        TableAction::SetNotNull(name.clone(), !nullable),
        TableAction::SetDefault(name.clone(), default(call, dialect)),
        TableAction::SetGenerated(name, generated(call)),
    ];
    Some(actions.into_iter().map(|action| (None, SchemaChange::AlterTable(table.clone(), action))).collect())
}

fn create_table(call: &Call<'_>, dialect: Dialect, line: LineOf<'_>) -> Option<TableDefinition> {
    let mut elements = Vec::new();
    // Constraints speak of the members of the anonymous type, which may be called differently from the columns.
    let mut columns: BTreeMap<String, String> = BTreeMap::new();
    let list = lambda_body(call.argument("columns", 1)?)?;
    for (member, value) in members_of(unwrapped(list), call.text) {
        let Some(column) = read(unwrapped(value), call.text, dialect) else { continue };
        let name = column.string("name", usize::MAX).unwrap_or_else(|| member.clone());
        columns.insert(member, name.clone());
        elements.push(TableElement::Column(definition(name, &column, dialect, line(value.start_byte()))));
    }
    let constraints = call.argument("constraints", 3).or_else(|| call.named("constraints")).and_then(lambda_body);
    let statements = constraints.map(|body| if body.kind() == "block" { children(body) } else { vec![body] }).unwrap_or_default();
    for statement in statements {
        let expression = if statement.kind() == "expression_statement" { children(statement).first().copied() } else { Some(statement) };
        let Some(one) = expression.and_then(|expression| read(unwrapped(expression), call.text, dialect)) else { continue };
        elements.extend(constraint(&one, &columns).map(TableElement::Constraint));
    }
    Some(TableDefinition {
        name: named(call.string("name", 0)?, call.schema("schema", 2)),
        elements,
        description: call.string("comment", usize::MAX),
        ..TableDefinition::default()
    })
}

fn constraint(call: &Call<'_>, columns: &BTreeMap<String, String>) -> Option<ConstraintDefinition> {
    let picked = |name: &str| {
        let body = call.argument(name, 1).and_then(lambda_body)?;
        let picked = picked(unwrapped(body), call.text);
        let names: Vec<String> = picked.into_iter().map(|member| columns.get(&member).cloned().unwrap_or(member)).collect();
        Some(names).filter(|names| !names.is_empty())
    };
    let kind = match call.name {
        "PrimaryKey" => ConstraintKind::PrimaryKey(KeyColumns::Columns(picked("columns")?)),
        "UniqueConstraint" => ConstraintKind::Unique(KeyColumns::Columns(picked("columns")?)),
        "CheckConstraint" => ConstraintKind::Check(call.string("sql", 1)?),
        "ForeignKey" => ConstraintKind::ForeignKey(ForeignKeyDefinition {
            columns: picked("column").or_else(|| picked("columns"))?,
            target: named(call.string("principalTable", 2)?, call.schema("principalSchema", 4)),
            references: call.strings("principalColumn", "principalColumns", 3),
            on_delete: call.value("onDelete", usize::MAX).and_then(|value| on_delete(&value)),
        }),
        _ => return None,
    };
    Some(ConstraintDefinition { name: call.string("name", 0), kind })
}

fn lambda_body(node: Node<'_>) -> Option<Node<'_>> {
    let node = unwrapped(node);
    (node.kind() == "lambda_expression").then(|| node.child_by_field_name("body").or_else(|| child_of(node, "block")))?
}

/// `x.Id`, or `new { x.A, x.B }`.
fn picked(body: Node<'_>, text: &str) -> Vec<String> {
    let last = |name: String| name.rsplit('.').next().unwrap_or_default().to_owned();
    match body.kind() {
        "anonymous_object_creation_expression" => children(body).into_iter().filter_map(|one| dotted(one, text)).map(last).collect(),
        _ => dotted(body, text).map(last).into_iter().collect(),
    }
}

/// The members of `new { Id = ..., Name = ... }`.
fn members_of<'t>(body: Node<'t>, text: &str) -> Vec<(String, Node<'t>)> {
    let mut found = Vec::new();
    let mut named: Option<String> = None;
    for child in children(body) {
        match (child.kind(), named.take()) {
            ("assignment_expression", _) => {
                let right = child.child_by_field_name("right");
                found.extend(field(child, "left", text).map(str::to_owned).zip(right));
            }
            ("identifier", None) => named = Some(text_of(child, text).to_owned()),
            (_, Some(name)) => found.push((name, child)),
            _ => {}
        }
    }
    found
}
