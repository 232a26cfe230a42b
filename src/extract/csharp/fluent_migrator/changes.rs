//! What one chain changes: tables, columns, constraints, indexes, schemas.
//! `None` stands for a change whose names the file does not tell; a chain that changes no catalog is an empty list.

use super::chain::Link;
use super::columns::{Part, Scope};
use super::constraints::{self, create_foreign_key, create_index, create_key, listed, named, table};
use crate::finding::schema::{
    CommentTarget, ConstraintDefinition, ConstraintKind, KeyColumns, ObjectName, SchemaChange, TableAction, TableDefinition, TableElement,
};

/// The changes of a chain, and links of it that are not known.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) changes: Vec<SchemaChange>,
    pub(super) unknown: Vec<String>,
}

impl Changes {
    fn one(change: SchemaChange) -> Self {
        Self { changes: vec![change], unknown: Vec::new() }
    }
}

/// Reads a chain.
pub(super) fn of(links: &[Link<'_>], scope: &Scope<'_, '_>) -> Option<Changes> {
    let [root, head, rest @ ..] = links else { return Some(Changes::default()) };
    match (root.name, head.name) {
        ("Create", "Table") => create_table(head, rest, scope),
        ("Create" | "Alter", "Column") => column(head, rest, (root.name == "Alter", scope)),
        ("Alter", "Table") => alter_table(head, rest, scope),
        ("Create", "Index") => create_index(head, rest, scope).map(Changes::one),
        ("Create", "PrimaryKey" | "UniqueConstraint") => create_key(head, rest, scope).map(Changes::one),
        ("Create", "ForeignKey") => create_foreign_key(head, rest, scope).map(Changes::one),
        ("Create", "Schema") => scope.names.text(head, 0).map(|name| Changes::one(SchemaChange::CreateSchema(name))),
        ("Rename", "Table") => {
            let to = rest.iter().find(|link| link.name == "To").and_then(|link| scope.names.text(link, 0))?;
            let action = TableAction::Rename(ObjectName::bare(to));
            Some(Changes::one(SchemaChange::AlterTable(named(head, rest, scope)?, action)))
        }
        ("Rename", "Column") => {
            let to = rest.iter().find(|link| link.name == "To").and_then(|link| scope.names.text(link, 0))?;
            let action = TableAction::RenameColumn(scope.names.text(head, 0)?, to);
            Some(Changes::one(SchemaChange::AlterTable(table(rest, "OnTable", scope)?, action)))
        }
        ("Delete", _) => delete(head, rest, scope),
        _ => Some(Changes::default()),
    }
}

fn create_table(head: &Link<'_>, rest: &[Link<'_>], scope: &Scope<'_, '_>) -> Option<Changes> {
    let first = rest.iter().position(|link| link.name == "WithColumn").unwrap_or(rest.len());
    let (own, columns) = rest.split_at(first);
    let name = named(head, own, scope)?;
    let description = own.iter().find(|link| link.name == "WithDescription").and_then(|link| scope.names.text(link, 0));
    let known = ["InSchema", "WithDescription"];
    let unknown = own.iter().filter(|link| !known.contains(&link.name)).map(|link| link.name.to_owned());
    let mut found = Changes { changes: Vec::new(), unknown: unknown.collect() };
    let mut parts = parts(columns, scope)?;
    let key: Vec<String> = parts.iter().filter(|part| part.primary.is_some()).map(|part| part.column.name.clone()).collect();
    let key_name = parts.iter().find_map(|part| part.primary.clone().flatten());
    let mut indexes = Vec::new();
    let mut elements = Vec::new();
    for part in &mut parts {
        part.constrain(&name, key.len() == 1);
        indexes.extend(part.indexes(&name, scope.dialect));
        found.unknown.append(&mut part.unknown);
        elements.push(TableElement::Column(std::mem::take(&mut part.column)));
    }
    if key.len() > 1 {
        let key_name = key_name.unwrap_or_else(|| constraints::primary_key(&name));
        let kind = ConstraintKind::PrimaryKey(KeyColumns::Columns(key));
        elements.push(TableElement::Constraint(ConstraintDefinition { name: Some(key_name), kind }));
    }
    found.changes.push(SchemaChange::CreateTable(TableDefinition { name, elements, description, ..TableDefinition::default() }));
    found.changes.append(&mut indexes);
    Some(found)
}

/// The columns that links open and go on with.
fn parts(links: &[Link<'_>], scope: &Scope<'_, '_>) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    for link in links {
        if matches!(link.name, "WithColumn" | "AddColumn" | "AlterColumn") {
            let mut part = Part::named(scope.names.text(link, 0)?, link, scope);
            part.is_altered = link.name == "AlterColumn";
            parts.push(part);
        } else if let Some(part) = parts.last_mut() {
            part.take(link, scope)?;
        }
    }
    Some(parts)
}

/// `Create.Column("c").OnTable("t").AsInt32()`, `Alter.Column` the same.
fn column(head: &Link<'_>, rest: &[Link<'_>], (is_altered, scope): (bool, &Scope<'_, '_>)) -> Option<Changes> {
    let table = table(rest, "OnTable", scope)?;
    let mut part = Part::named(scope.names.text(head, 0)?, head, scope);
    part.is_altered = is_altered;
    for link in rest {
        part.take(link, scope)?;
    }
    let unknown = std::mem::take(&mut part.unknown);
    Some(Changes { changes: part.into_changes(&table, scope.dialect), unknown })
}

fn alter_table(head: &Link<'_>, rest: &[Link<'_>], scope: &Scope<'_, '_>) -> Option<Changes> {
    let first = rest.iter().position(|link| matches!(link.name, "AddColumn" | "AlterColumn")).unwrap_or(rest.len());
    let (own, columns) = rest.split_at(first);
    let table = named(head, own, scope)?;
    let mut found = Changes::default();
    for link in own {
        match link.name {
            "InSchema" => {}
            "WithDescription" => {
                found.changes.push(SchemaChange::Comment(CommentTarget::Table(table.clone()), scope.names.text(link, 0)));
            }
            "ToSchema" => {
                let action = TableAction::SetSchema(scope.names.text(link, 0)?);
                found.changes.push(SchemaChange::AlterTable(table.clone(), action));
            }
            other => found.unknown.push(other.to_owned()),
        }
    }
    for mut part in parts(columns, scope)? {
        found.unknown.append(&mut part.unknown);
        found.changes.extend(part.into_changes(&table, scope.dialect));
    }
    Some(found)
}

fn delete(head: &Link<'_>, rest: &[Link<'_>], scope: &Scope<'_, '_>) -> Option<Changes> {
    let names = scope.names;
    let from = |word: &str| table(rest, word, scope);
    let alter = |table: ObjectName, action: TableAction| Some(Changes::one(SchemaChange::AlterTable(table, action)));
    match head.name {
        "Table" => Some(Changes::one(SchemaChange::DropTable(named(head, rest, scope)?))),
        "Schema" => Some(Changes::one(SchemaChange::DropSchema(names.text(head, 0)?))),
        "Column" => {
            let table = from("FromTable")?;
            let mut columns = names.texts(head)?;
            columns.extend(listed(rest, &["Column"], scope).unwrap_or_default());
            let drop = |column: String| SchemaChange::AlterTable(table.clone(), TableAction::DropColumn(column));
            Some(Changes { changes: columns.into_iter().map(drop).collect(), unknown: Vec::new() })
        }
        "Index" => {
            let table = from("OnTable")?;
            let columns = listed(rest, &["OnColumn", "OnColumns"], scope).unwrap_or_default();
            let name = names.text(head, 0);
            if name.is_none() && columns.is_empty() {
                return None;
            }
            Some(Changes::one(SchemaChange::DropIndex(constraints::index_name(&table, name, &columns, scope.dialect), Some(table))))
        }
        "ForeignKey" if head.arguments.is_empty() => {
            let (table, key) = constraints::foreign(rest, scope)?;
            alter(table, TableAction::DropForeignKey(key.columns))
        }
        "ForeignKey" => alter(from("OnTable")?, TableAction::DropConstraint(names.text(head, 0)?)),
        "PrimaryKey" => alter(from("FromTable")?, TableAction::DropPrimaryKey),
        "UniqueConstraint" => {
            let table = from("FromTable")?;
            let name = match names.text(head, 0) {
                Some(name) => name,
                None => constraints::unique(&table, &listed(rest, &["Column", "Columns"], scope)?),
            };
            alter(table, TableAction::DropConstraint(name))
        }
        "DefaultConstraint" => {
            let column = listed(rest, &["OnColumn"], scope)?.into_iter().next()?;
            alter(from("OnTable")?, TableAction::SetDefault(column, None))
        }
        _ => Some(Changes::default()),
    }
}
