//! The calls of `knex.schema`, each as the changes it makes.
//! Source: the documentation of Knex's schema builder, and its compiler for PostgreSQL for the names it gives.

use tree_sitter::Node;

use super::table::{self, Item};
use crate::extract::embedded::EmbeddedSql;
use crate::extract::typescript::migrations::chain::{self, Link};
use crate::extract::typescript::migrations::options::{name_of, plain};
use crate::extract::typescript::migrations::{Bound, Steps, Walk};
use crate::extract::typescript::values::{text_of, unwrapped};
use crate::finding::schema::{
    ConstraintDefinition, ConstraintKind, LikeClause, ObjectName, SchemaChange, TableAction, TableDefinition, TableElement,
};
use crate::finding::{Value, string_literal};

/// Reads a call; `false` when it is none of Knex.
pub(super) fn read<'t>(steps: &mut Steps<'_, '_, '_>, walk: &mut Walk<'_, 't>, call: Node<'t>) -> bool {
    let (root, links) = chain::of(call, walk.scope.text);
    let Some(last) = links.last() else { return false };
    if matches!(last.name, "then" | "catch" | "finally" | "transaction") {
        return false;
    }
    if let [link] = links.as_slice()
        && link.name == "raw"
    {
        raw(steps, walk, link);
        return true;
    }
    if !is_schema(walk, root) {
        return false;
    }
    let mut schema = None;
    for link in links {
        if link.name == "withSchema" {
            schema = text_at(walk, &link, 0);
        } else {
            schema_call(steps, walk, &link, schema.as_deref());
        }
    }
    true
}

/// `knex.schema`, or a name for it.
fn is_schema(walk: &Walk<'_, '_>, root: Node<'_>) -> bool {
    match root.kind() {
        "member_expression" => root.child_by_field_name("property").is_some_and(|name| text_of(name, walk.scope.text) == "schema"),
        "identifier" => {
            let name = text_of(root, walk.scope.text);
            name == "schema" || name == "schemaBuilder"
        }
        _ => false,
    }
}

fn value_at(walk: &Walk<'_, '_>, link: &Link<'_, '_>, at: usize) -> Option<Value> {
    link.arguments.get(at).map(|node| walk.scope.value_of(*node))
}

fn text_at(walk: &Walk<'_, '_>, link: &Link<'_, '_>, at: usize) -> Option<String> {
    value_at(walk, link, at).as_ref().and_then(plain)
}

fn named(walk: &Walk<'_, '_>, link: &Link<'_, '_>, at: usize, schema: Option<&str>) -> Option<ObjectName> {
    let name = name_of(&text_at(walk, link, at)?);
    Some(ObjectName { schema: name.schema.or_else(|| schema.map(str::to_owned)), name: name.name })
}

fn schema_call<'t>(steps: &mut Steps<'_, '_, '_>, walk: &mut Walk<'_, 't>, link: &Link<'_, 't>, schema: Option<&str>) {
    let name = named(walk, link, 0, schema);
    let lenient = link.name.contains("IfExists") || link.name.contains("IfNotExists");
    let change = match (link.name, name) {
        ("raw", _) => return raw(steps, walk, link),
        ("createTable" | "createTableIfNotExists", Some(name)) => return create_table(steps, walk, link, name),
        ("alterTable" | "table", Some(name)) => return alter_table(steps, walk, link, &name),
        ("dropTable" | "dropTableIfExists", Some(name)) => SchemaChange::DropTable(name),
        ("renameTable", Some(name)) => match text_at(walk, link, 1) {
            Some(new) => SchemaChange::AlterTable(name, TableAction::Rename(ObjectName::bare(new))),
            None => return steps.not_understood(link.call, link.name),
        },
        ("createTableLike", Some(name)) => match named(walk, link, 1, schema) {
            Some(source) => copy(name, source),
            None => return steps.not_understood(link.call, link.name),
        },
        ("createSchema" | "createSchemaIfNotExists", Some(name)) => SchemaChange::CreateSchema(name.name),
        ("dropSchema" | "dropSchemaIfExists", Some(name)) => SchemaChange::DropSchema(name.name),
        ("dropView" | "dropViewIfExists" | "dropMaterializedView" | "dropMaterializedViewIfExists", Some(name)) => {
            SchemaChange::DropView(name)
        }
        (kind, _) if kind.starts_with("create") || kind.starts_with("drop") || kind.starts_with("alter") || kind == "table" => {
            if !kind.contains("Extension") {
                steps.not_understood(link.call, link.name);
            }
            return;
        }
        _ => return,
    };
    steps.change(walk, link.call, lenient, change);
}

fn copy(name: ObjectName, source: ObjectName) -> SchemaChange {
    let like = LikeClause { source, defaults: true, generated: true, checks: true, indexes: true, comments: true };
    SchemaChange::CreateTable(TableDefinition { name, elements: vec![TableElement::Like(like)], ..TableDefinition::default() })
}

/// What the function does that a call is given to build a table.
fn items<'t>(steps: &mut Steps<'_, '_, '_>, walk: &mut Walk<'_, 't>, link: &Link<'_, 't>, table: &ObjectName) -> Option<Vec<Item>> {
    let argument = link.arguments.iter().rev().copied().map(unwrapped).find_map(|node| walk.scope.callable(node))?;
    let mut found = Vec::new();
    let builder = Bound::Value(Value::Name(table::BUILDER.to_owned()));
    walk.call_with(argument, &[builder], &mut |walk, call| table::read(steps, walk, call, table, &mut found));
    Some(found)
}

fn create_table<'t>(steps: &mut Steps<'_, '_, '_>, walk: &mut Walk<'_, 't>, link: &Link<'_, 't>, name: ObjectName) {
    let Some(items) = items(steps, walk, link, &name) else { return steps.not_understood(link.call, link.name) };
    let mut definition = TableDefinition { name: name.clone(), ..TableDefinition::default() };
    let mut after = Vec::new();
    for item in items {
        match item {
            // A column that both branches of a condition make stands once.
            Item::Column(column) if has_column(&definition, &column.name) => {}
            Item::Column(column) => definition.elements.push(TableElement::Column(*column)),
            Item::Constraint(constraint) => definition.elements.push(TableElement::Constraint(constraint)),
            Item::Comment(text) => definition.description = Some(text),
            Item::Enum(name, labels) => steps.change(walk, link.call, true, SchemaChange::CreateEnum(name, labels)),
            Item::Change(change) => after.push(change),
            Item::Alter(..) => {}
        }
    }
    one_key(&mut definition);
    steps.change(walk, link.call, link.name.contains("IfNotExists"), SchemaChange::CreateTable(definition));
    after.into_iter().for_each(|change| steps.change(walk, link.call, false, change));
}

fn has_column(table: &TableDefinition, name: &str) -> bool {
    table.elements.iter().any(|one| matches!(one, TableElement::Column(column) if column.name == name))
}

/// A counter is the key of its table unless the code names one: `increments('id').primary()`.
fn one_key(table: &mut TableDefinition) {
    let is_key = |constraint: &ConstraintDefinition| matches!(constraint.kind, ConstraintKind::PrimaryKey(_));
    if !table.elements.iter().any(|one| matches!(one, TableElement::Constraint(constraint) if is_key(constraint))) {
        return;
    }
    for element in &mut table.elements {
        if let TableElement::Column(column) = element {
            column.constraints.retain(|constraint| !is_key(constraint));
        }
    }
}

/// Knex adds the columns first, then changes columns, then does the rest in the order of the code.
fn alter_table<'t>(steps: &mut Steps<'_, '_, '_>, walk: &mut Walk<'_, 't>, link: &Link<'_, 't>, name: &ObjectName) {
    let Some(items) = items(steps, walk, link, name) else { return steps.not_understood(link.call, link.name) };
    let (mut columns, mut changed, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    let alter = |action: TableAction| SchemaChange::AlterTable(name.clone(), action);
    for item in items {
        match item {
            Item::Column(column) => columns.push(alter(TableAction::AddColumn(*column, Default::default()))),
            Item::Alter(actions) => changed.extend(actions.into_iter().map(alter)),
            Item::Constraint(constraint) => rest.push(alter(TableAction::AddConstraint(constraint))),
            Item::Comment(text) => rest.push(SchemaChange::Comment(crate::finding::schema::CommentTarget::Table(name.clone()), Some(text))),
            Item::Enum(name, labels) => steps.change(walk, link.call, true, SchemaChange::CreateEnum(name, labels)),
            Item::Change(change) => rest.push(change),
        }
    }
    columns.into_iter().chain(changed).chain(rest).for_each(|change| steps.change(walk, link.call, false, change));
}

/// `raw(sql, bindings)`: `??` stands for a name, `?` for a value.
fn raw<'t>(steps: &mut Steps<'_, '_, '_>, walk: &mut Walk<'_, 't>, link: &Link<'_, 't>) {
    let Some(text) = link.arguments.first().copied() else { return };
    let bindings = value_at(walk, link, 1).map(|value| value.items().to_vec()).unwrap_or_default();
    if bindings.is_empty() {
        return steps.sql(walk, link.call, text);
    }
    let Some(written) = text_at(walk, link, 0) else { return steps.sql(walk, link.call, text) };
    let offset = text.start_byte() + 1;
    let mut sql = EmbeddedSql::default();
    let (mut rest, mut bindings) = (written.as_str(), bindings.into_iter());
    while let Some(at) = rest.find('?') {
        sql.value(&rest[..at], offset);
        let is_name = rest[at..].starts_with("??");
        match bindings.next().as_ref().and_then(plain) {
            Some(value) if is_name => sql.value(&format!("\"{}\"", value.replace('.', "\".\"")), offset),
            Some(value) => sql.value(&string_literal(&value), offset),
            None => sql.hole("${binding}", offset),
        }
        rest = &rest[at + if is_name { 2 } else { 1 }..];
    }
    sql.value(rest, offset);
    steps.statements(walk, link.call, &sql);
}
