//! Columns of a chain: `WithColumn("id").AsInt64().PrimaryKey().Identity()`, with what stands at them.
//! Source: the documentation of FluentMigrator, "Fluent interface". A column takes no null unless it says so.

use super::chain::{Link, Names};
use super::{constraints, types};
use crate::extract::csharp::ef_migrations::on_delete;
use crate::finding::schema::{
    ColumnDefinition, CommentTarget, ConstraintDefinition, ConstraintKind, Dialect, ForeignKeyDefinition, KeyColumns, ObjectName,
    SchemaChange, TableAction,
};

/// What readers of a chain need.
pub(super) struct Scope<'s, 't> {
    pub(super) names: &'s Names<'t>,
    pub(super) dialect: Dialect,
    /// Which line a byte stands in.
    pub(super) line: &'s dyn Fn(usize) -> u32,
}

/// A column with what FluentMigrator makes apart from it.
#[derive(Default)]
pub(super) struct Part {
    pub(super) column: ColumnDefinition,
    /// Whether the column is there already.
    pub(super) is_altered: bool,
    /// Whether it is of the primary key, and the name of that.
    pub(super) primary: Option<Option<String>>,
    /// Indexes of this column alone: name, unique.
    indexes: Vec<(Option<String>, bool)>,
    foreign: Option<(Option<String>, ForeignKeyDefinition)>,
    /// Links that are not known: methods that a repository adds, which may do anything.
    pub(super) unknown: Vec<String>,
}

impl Part {
    /// A column by its name.
    pub(super) fn named(name: String, link: &Link<'_>, scope: &Scope<'_, '_>) -> Self {
        let column = ColumnDefinition { name, not_null: true, line: (scope.line)(link.start), ..ColumnDefinition::default() };
        Self { column, ..Self::default() }
    }

    /// Takes a link that stands behind the name of the column; `None` where a name in it is not known.
    pub(super) fn take(&mut self, link: &Link<'_>, scope: &Scope<'_, '_>) -> Option<()> {
        let names = scope.names;
        match link.name {
            "NotNullable" => self.column.not_null = true,
            "Nullable" => self.column.not_null = false,
            "PrimaryKey" => self.primary = Some(names.text(link, 0)),
            "Identity" => {
                let counts = matches!(scope.dialect, Dialect::Sqlite | Dialect::MySql);
                self.column.generated = Some(if counts { "auto increment" } else { "identity" }.to_owned());
            }
            "Unique" => self.indexes.push((names.text(link, 0), true)),
            "Indexed" => self.indexes.push((names.text(link, 0), false)),
            "WithDefaultValue" | "WithDefault" => {
                let value = link.arguments.first().map(|node| names.value(*node));
                self.column.default = value.and_then(|value| types::default(&value, scope.dialect));
            }
            "WithColumnDescription" => self.column.description = names.text(link, 0),
            "ForeignKey" | "References" if !link.arguments.is_empty() => {
                let texts = names.texts(link)?;
                let (name, schema, table, column) = match texts.as_slice() {
                    [table, column] => (None, None, table, column),
                    [name, table, column] => (Some(name), None, table, column),
                    [name, schema, table, column] => (Some(name), Some(schema), table, column),
                    _ => return None,
                };
                let target = ObjectName { schema: schema.cloned(), name: table.clone() };
                let columns = vec![self.column.name.clone()];
                let key = ForeignKeyDefinition { columns, target, references: vec![column.clone()], on_delete: None };
                self.foreign = Some((name.cloned(), key));
            }
            "OnDelete" | "OnDeleteOrUpdate" => {
                let rule = link.arguments.first().and_then(|node| on_delete(&names.value(*node)));
                if let Some((_, key)) = &mut self.foreign {
                    key.on_delete = rule;
                }
            }
            "ForeignKey" | "OnUpdate" | "SetExistingRowsTo" | "WithColumnAdditionalDescription" | "WithColumnAdditionalDescriptions" => {}
            "InSchema" | "OnTable" => {}
            name if name.starts_with("As") => match types::of(link, names, scope.dialect) {
                Some(data_type) => self.column.data_type = data_type,
                None => self.unknown.push(name.to_owned()),
            },
            name => self.unknown.push(name.to_owned()),
        }
        Some(())
    }

    /// Puts the foreign key to the column, and its key where it is the only column of that.
    pub(super) fn constrain(&mut self, table: &ObjectName, with_key: bool) {
        if let Some(name) = self.primary.clone().filter(|_| with_key) {
            let kind = ConstraintKind::PrimaryKey(KeyColumns::Columns(vec![self.column.name.clone()]));
            let name = name.unwrap_or_else(|| constraints::primary_key(table));
            self.column.constraints.push(ConstraintDefinition { name: Some(name), kind });
        }
        if let Some((name, key)) = self.foreign.take() {
            let name = name.unwrap_or_else(|| constraints::foreign_key(table, &key));
            self.column.constraints.push(ConstraintDefinition { name: Some(name), kind: ConstraintKind::ForeignKey(key) });
        }
    }

    /// The indexes that stand at the column.
    pub(super) fn indexes(&self, table: &ObjectName, dialect: Dialect) -> Vec<SchemaChange> {
        let column = std::slice::from_ref(&self.column.name);
        let one = |(name, unique): &(Option<String>, bool)| {
            let mut index = constraints::index(table, name.clone(), column, dialect);
            index.unique = *unique;
            SchemaChange::CreateIndex(index)
        };
        self.indexes.iter().map(one).collect()
    }

    /// What it does to a table that is there.
    pub(super) fn into_changes(mut self, table: &ObjectName, dialect: Dialect) -> Vec<SchemaChange> {
        self.constrain(table, true);
        let indexes = self.indexes(table, dialect);
        let column = self.column;
        let alter = |action: TableAction| SchemaChange::AlterTable(table.clone(), action);
        if !self.is_altered {
            let place = crate::finding::schema::ColumnPlace::Last;
            return std::iter::once(alter(TableAction::AddColumn(column, place))).chain(indexes).collect();
        }
        let mut changes = Vec::new();
        if !column.data_type.is_empty() {
            changes.push(alter(TableAction::SetType(column.name.clone(), column.data_type)));
        }
        changes.push(alter(TableAction::SetNotNull(column.name.clone(), column.not_null)));
        if column.default.is_some() {
            changes.push(alter(TableAction::SetDefault(column.name.clone(), column.default)));
        }
        if column.description.is_some() {
            changes.push(SchemaChange::Comment(CommentTarget::Column(table.clone(), column.name), column.description));
        }
        changes.extend(column.constraints.into_iter().map(|one| alter(TableAction::AddConstraint(one))));
        changes.into_iter().chain(indexes).collect()
    }
}
