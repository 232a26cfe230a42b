//! Keys, constraints and indexes: those of their own chains, and the names that FluentMigrator gives where none is said.
//! Source: the naming conventions of FluentMigrator (`IX_`, `FK_`, `PK_`, `UC_`).

use super::chain::Link;
use super::columns::Scope;
use crate::extract::csharp::ef_migrations::on_delete;
use crate::finding::schema::{
    ConstraintDefinition, ConstraintKind, Dialect, ForeignKeyDefinition, IndexDefinition, IndexKey, KeyColumns, ObjectName, SchemaChange,
    TableAction,
};

/// The name of a primary key.
pub(super) fn primary_key(table: &ObjectName) -> String {
    format!("PK_{}", table.name)
}

/// The name of a unique constraint.
pub(super) fn unique(table: &ObjectName, columns: &[String]) -> String {
    format!("UC_{}_{}", table.name, columns.join("_"))
}

/// The name of a foreign key.
pub(super) fn foreign_key(table: &ObjectName, key: &ForeignKeyDefinition) -> String {
    format!("FK_{}_{}_{}_{}", table.name, key.columns.join("_"), key.target.name, key.references.join("_"))
}

/// The name of an index. Only the names of PostgreSQL live in a schema.
pub(super) fn index_name(table: &ObjectName, name: Option<String>, columns: &[String], dialect: Dialect) -> ObjectName {
    let name = name.unwrap_or_else(|| format!("IX_{}_{}", table.name, columns.join("_")));
    ObjectName { schema: table.schema.clone().filter(|_| dialect == Dialect::Postgres), name }
}

/// An index of plain columns.
pub(super) fn index(table: &ObjectName, name: Option<String>, columns: &[String], dialect: Dialect) -> IndexDefinition {
    let key = |column: &String| IndexKey { text: column.clone(), column: Some(column.clone()) };
    IndexDefinition {
        name: Some(index_name(table, name, columns, dialect)),
        table: table.clone(),
        method: "btree".to_owned(),
        keys: columns.iter().map(key).collect(),
        ..IndexDefinition::default()
    }
}

/// `Create.Index("x").OnTable("t").OnColumn("a").Descending().WithOptions().Unique()`
pub(super) fn create_index(head: &Link<'_>, rest: &[Link<'_>], scope: &Scope<'_, '_>) -> Option<SchemaChange> {
    let names = scope.names;
    let table = table(rest, "OnTable", scope)?;
    let columns: Vec<String> =
        rest.iter().filter(|link| link.name == "OnColumn").map(|link| names.text(link, 0)).collect::<Option<Vec<_>>>()?;
    let mut index = index(&table, names.text(head, 0), &columns, scope.dialect);
    let mut at = 0;
    for link in rest {
        match link.name {
            "OnColumn" => at += 1,
            "Descending" => {
                if let Some(key) = index.keys.get_mut(at.max(1) - 1) {
                    key.text.push_str(" desc");
                }
            }
            "Unique" => index.unique = true,
            "Include" => index.include.extend(names.text(link, 0)),
            "Filter" => index.predicate = names.text(link, 0),
            "UsingGin" | "UsingGist" | "UsingHash" | "UsingBrin" | "UsingSpgist" => index.method = link.name[5..].to_lowercase(),
            _ => {}
        }
    }
    (!index.keys.is_empty()).then_some(SchemaChange::CreateIndex(index))
}

/// `Create.PrimaryKey("x").OnTable("t").Columns("a", "b")`, `Create.UniqueConstraint` the same.
pub(super) fn create_key(head: &Link<'_>, rest: &[Link<'_>], scope: &Scope<'_, '_>) -> Option<SchemaChange> {
    let table = table(rest, "OnTable", scope)?;
    let columns = listed(rest, &["Column", "Columns"], scope)?;
    let name = scope.names.text(head, 0);
    let (name, kind) = match head.name {
        "PrimaryKey" => (name.unwrap_or_else(|| primary_key(&table)), ConstraintKind::PrimaryKey(KeyColumns::Columns(columns))),
        _ => (name.unwrap_or_else(|| unique(&table, &columns)), ConstraintKind::Unique(KeyColumns::Columns(columns))),
    };
    Some(SchemaChange::AlterTable(table, TableAction::AddConstraint(ConstraintDefinition { name: Some(name), kind })))
}

/// `Create.ForeignKey("x").FromTable("a").ForeignColumn("b").ToTable("c").PrimaryColumn("d").OnDelete(Rule.Cascade)`
pub(super) fn create_foreign_key(head: &Link<'_>, rest: &[Link<'_>], scope: &Scope<'_, '_>) -> Option<SchemaChange> {
    let (from, key) = foreign(rest, scope)?;
    let name = scope.names.text(head, 0).unwrap_or_else(|| foreign_key(&from, &key));
    let constraint = ConstraintDefinition { name: Some(name), kind: ConstraintKind::ForeignKey(key) };
    Some(SchemaChange::AlterTable(from, TableAction::AddConstraint(constraint)))
}

/// A foreign key by its tables and columns.
pub(super) fn foreign(rest: &[Link<'_>], scope: &Scope<'_, '_>) -> Option<(ObjectName, ForeignKeyDefinition)> {
    let split = rest.iter().position(|link| link.name == "ToTable")?;
    let (ours, theirs) = rest.split_at(split);
    let rule = rest.iter().rev().find(|link| matches!(link.name, "OnDelete" | "OnDeleteOrUpdate"));
    let key = ForeignKeyDefinition {
        columns: listed(ours, &["ForeignColumn", "ForeignColumns"], scope)?,
        target: table(theirs, "ToTable", scope)?,
        references: listed(theirs, &["PrimaryColumn", "PrimaryColumns"], scope)?,
        on_delete: rule.and_then(|link| link.arguments.first()).and_then(|node| on_delete(&scope.names.value(*node))),
    };
    Some((table(ours, "FromTable", scope)?, key))
}

/// The table that a link names, with the schema behind it.
pub(super) fn table(links: &[Link<'_>], word: &str, scope: &Scope<'_, '_>) -> Option<ObjectName> {
    let at = links.iter().position(|link| link.name == word)?;
    named(&links[at], &links[at + 1..], scope)
}

/// What a link names, with the schema that a later one says.
pub(super) fn named(link: &Link<'_>, rest: &[Link<'_>], scope: &Scope<'_, '_>) -> Option<ObjectName> {
    let schema = match rest.iter().find(|link| link.name == "InSchema") {
        Some(link) => Some(scope.names.text(link, 0)?),
        None => None,
    };
    Some(ObjectName { schema, name: scope.names.text(link, 0)? })
}

/// All texts of the links of these names; `None` where there is none.
pub(super) fn listed(links: &[Link<'_>], words: &[&str], scope: &Scope<'_, '_>) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for link in links.iter().filter(|link| words.contains(&link.name)) {
        found.extend(scope.names.texts(link)?);
    }
    (!found.is_empty()).then_some(found)
}
