//! The calls of a table builder of Knex: columns, keys, indexes, and what they change.
//! Source: the documentation of Knex's table builder.

use tree_sitter::Node;

use super::column;
use crate::extract::typescript::migrations::chain::{self, Link};
use crate::extract::typescript::migrations::options::{action, name_of, plain, text, texts};
use crate::extract::typescript::migrations::{Bound, Steps, Walk};
use crate::finding::Value;
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, IndexDefinition, IndexKey, KeyColumns, ObjectName,
    SchemaChange, TableAction,
};

/// What the name of a builder stands for inside of the function that it is handed to.
pub(super) const BUILDER: &str = "#table";

/// What a call of a builder asks for.
pub(super) enum Item {
    Column(Box<ColumnDefinition>),
    Alter(Vec<TableAction>),
    Constraint(ConstraintDefinition),
    Comment(String),
    Enum(ObjectName, Vec<String>),
    Change(SchemaChange),
}

/// A link with its values.
pub(super) struct Part<'a> {
    pub(super) name: &'a str,
    pub(super) values: Vec<Value>,
}

impl Part<'_> {
    pub(super) fn text(&self, at: usize) -> Option<String> {
        self.values.get(at).and_then(plain)
    }

    pub(super) fn list(&self, at: usize) -> Option<Vec<String>> {
        self.values.get(at).and_then(texts)
    }
}

/// Reads a call of a builder; `false` when it is none.
pub(super) fn read<'t>(
    steps: &mut Steps<'_, '_, '_>,
    walk: &Walk<'_, 't>,
    call: Node<'t>,
    table: &ObjectName,
    into: &mut Vec<Item>,
) -> bool {
    let (root, links) = chain::of(call, walk.scope.text);
    let is_builder = root.kind() == "this"
        || matches!(walk.scope.resolve(root, walk.scope.len()), Some(Bound::Value(Value::Name(name))) if name == BUILDER);
    if !is_builder || links.is_empty() {
        return false;
    }
    if walk.is_dry() {
        steps.unknown_loop(call);
        return true;
    }
    let parts: Vec<Part<'_>> = links.iter().map(|link| part(walk, link)).collect();
    let cx = column::TableCx { table, dialect: steps.dialect, line: steps.line(call) };
    if !table_call(&cx, &parts, into) && !column::read(&cx, &parts, into) {
        steps.not_understood(call, parts.first().map_or("", |part| part.name));
    }
    true
}

fn part<'a, 't>(walk: &Walk<'_, 't>, link: &Link<'a, 't>) -> Part<'a> {
    Part { name: link.name, values: link.arguments.iter().map(|node| walk.scope.value_of(*node)).collect() }
}

/// Reads what is about the table rather than one column; `false` when the call starts a column.
fn table_call(cx: &column::TableCx<'_>, parts: &[Part<'_>], into: &mut Vec<Item>) -> bool {
    let Some(first) = parts.first() else { return false };
    let alter = |action: TableAction| Item::Change(SchemaChange::AlterTable(cx.table.clone(), action));
    let columns = first.list(0).unwrap_or_default();
    let is_known = !columns.is_empty();
    let own_name = || name_at(first, 1);
    match first.name {
        "primary" if is_known => {
            let name = own_name().or_else(|| Some(format!("{}_pkey", cx.table.name)));
            into.push(constraint(name, ConstraintKind::PrimaryKey(KeyColumns::Columns(columns))));
        }
        "unique" if is_known => into.push(unique(cx, columns, first.values.get(1))),
        "index" if is_known => into.push(index(cx, columns, first)),
        "foreign" if is_known => into.extend(foreign_key(cx, columns, own_name(), parts)),
        "dropColumn" | "dropColumns" => {
            let all = first.values.iter().filter_map(texts).flatten();
            into.extend(all.map(|column| alter(TableAction::DropColumn(column))));
        }
        "dropTimestamps" => {
            let is_camel = matches!(first.values.first(), Some(Value::Bool(true)));
            let pair = if is_camel { ["createdAt", "updatedAt"] } else { ["created_at", "updated_at"] };
            into.extend(pair.map(|column| alter(TableAction::DropColumn(column.to_owned()))));
        }
        "renameColumn" => match (first.text(0), first.text(1)) {
            (Some(old), Some(new)) => into.push(alter(TableAction::RenameColumn(old, new))),
            _ => return false,
        },
        "setNullable" if is_known => into.push(alter(TableAction::SetNotNull(columns.concat(), false))),
        "dropNullable" if is_known => into.push(alter(TableAction::SetNotNull(columns.concat(), true))),
        "dropPrimary" => into.push(alter(TableAction::DropPrimaryKey)),
        "dropForeign" if is_known => into.push(drop(cx, own_name().unwrap_or_else(|| cx.made_up(&columns, "foreign")))),
        "dropUnique" if is_known => into.push(drop(cx, own_name().unwrap_or_else(|| cx.made_up(&columns, "unique")))),
        "dropIndex" => {
            let name = own_name().unwrap_or_else(|| cx.made_up(&columns, "index"));
            let index = ObjectName { schema: cx.table.schema.clone(), name };
            into.push(Item::Change(SchemaChange::DropIndex(index, Some(cx.table.clone()))));
        }
        "comment" => into.extend(first.text(0).map(Item::Comment)),
        "inherits" | "engine" | "charset" | "collate" | "queryContext" | "check" => {}
        "timestamps" => column::timestamps(cx, first, into),
        _ => return false,
    }
    true
}

/// A name given as text or in options.
pub(super) fn name_at(part: &Part<'_>, at: usize) -> Option<String> {
    let value = part.values.get(at)?;
    plain(value).or_else(|| text(value, "indexName")).or_else(|| text(value, "constraintName"))
}

fn constraint(name: Option<String>, kind: ConstraintKind) -> Item {
    Item::Constraint(ConstraintDefinition { name, kind })
}

fn drop(cx: &column::TableCx<'_>, name: String) -> Item {
    Item::Change(SchemaChange::AlterTable(cx.table.clone(), TableAction::DropConstraint(name)))
}

/// A unique constraint; with a predicate, or where options ask for it, an index.
pub(super) fn unique(cx: &column::TableCx<'_>, columns: Vec<String>, given: Option<&Value>) -> Item {
    let name = given.and_then(|value| plain(value).or_else(|| text(value, "indexName"))).unwrap_or_else(|| cx.made_up(&columns, "unique"));
    let as_index =
        given.is_some_and(|value| value.get("predicate").is_some() || matches!(value.get("useConstraint"), Some(Value::Bool(false))));
    if as_index {
        return Item::Change(SchemaChange::CreateIndex(IndexDefinition { unique: true, ..plain_index(cx, name, &columns) }));
    }
    constraint(Some(name), ConstraintKind::Unique(KeyColumns::Columns(columns)))
}

fn index(cx: &column::TableCx<'_>, columns: Vec<String>, part: &Part<'_>) -> Item {
    let name = name_at(part, 1).unwrap_or_else(|| cx.made_up(&columns, "index"));
    let method = part.text(2).or_else(|| text(part.values.get(2)?, "indexType")).filter(|kind| !kind.eq_ignore_ascii_case("unique"));
    let mut definition = plain_index(cx, name, &columns);
    definition.method = method.map_or_else(|| "btree".to_owned(), |method| method.to_lowercase());
    Item::Change(SchemaChange::CreateIndex(definition))
}

/// An index with plain columns.
pub(super) fn plain_index(cx: &column::TableCx<'_>, name: String, columns: &[String]) -> IndexDefinition {
    let keys = columns.iter().map(|column| IndexKey { text: column.clone(), column: Some(column.clone()) });
    IndexDefinition {
        name: Some(ObjectName { schema: cx.table.schema.clone(), name }),
        table: cx.table.clone(),
        method: "btree".to_owned(),
        keys: keys.collect(),
        ..IndexDefinition::default()
    }
}

/// The foreign key that `references`, `inTable`, `onDelete` of a chain state.
pub(super) fn foreign_key(cx: &column::TableCx<'_>, columns: Vec<String>, name: Option<String>, parts: &[Part<'_>]) -> Option<Item> {
    let part = |name: &str| parts.iter().find(|part| part.name == name);
    let references = part("references")?.list(0)?;
    let (target, references) = match part("inTable").and_then(|part| part.text(0)) {
        Some(table) => (name_of(&table), references),
        None => {
            let (table, column) = references.first()?.rsplit_once('.')?;
            (name_of(table), vec![column.to_owned()])
        }
    };
    let name = part("withKeyName").and_then(|part| part.text(0)).or(name).unwrap_or_else(|| cx.made_up(&columns, "foreign"));
    let on_delete = action(part("onDelete").and_then(|part| part.text(0)));
    let key = ForeignKeyDefinition { columns, target, references, on_delete };
    Some(constraint(Some(name), ConstraintKind::ForeignKey(key)))
}
