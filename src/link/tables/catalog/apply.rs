//! Applies one change: to which part of the catalog it goes.

use super::{Applied, Catalog, missing};
use crate::finding::schema::{CommentTarget, ObjectName, SchemaChange, SchemaStatement, TableAction};
use crate::location::Location;

impl Catalog {
    /// Applies a statement that stands at `at`. A lenient statement that has nothing to do is no fault.
    pub(in crate::link::tables) fn apply(&mut self, statement: &SchemaStatement, at: &Location) -> Applied {
        let result = self.change(&statement.change, at);
        if statement.lenient { Ok(()) } else { result }
    }

    fn change(&mut self, change: &SchemaChange, at: &Location) -> Applied {
        if subject(change).is_some_and(|name| self.is_temporary(name)) {
            return Ok(());
        }
        if let SchemaChange::CreateTable(definition) = change
            && self.is_template
            && is_placeholder(&definition.name.name)
        {
            // What else the file does with it is as unknown.
            self.temporary.insert(definition.name.name.clone());
            return Err(super::NotApplied("the name of this table is a placeholder of a template".to_owned()));
        }
        match change {
            SchemaChange::CreateTable(definition) => self.create_table(definition, at),
            SchemaChange::CreateTemporary(name) => {
                self.temporary.insert(name.name.clone());
                Ok(())
            }
            SchemaChange::CreateTableAs(table) => self.create_table_as(table, at),
            SchemaChange::DropTable(name) => self.drop_table(name),
            SchemaChange::AlterTable(name, action) => self.alter(name, action, at),
            SchemaChange::CreateIndex(index) => self.create_index(index, at),
            SchemaChange::DropIndex(name, table) => self.drop_index(name, table.as_ref()),
            SchemaChange::RenameIndex(name, new) => self.rename_index(name, new),
            SchemaChange::CreatePolicy(table, policy) => self.create_policy(table, policy, at),
            SchemaChange::AlterPolicy(table, policy) => self.alter_policy(table, policy, at),
            SchemaChange::RenamePolicy(table, old, new) => self.rename_policy(table, old, new),
            SchemaChange::DropPolicy(table, name) => self.drop_policy(table, name),
            SchemaChange::Comment(target, text) => self.comment(target, text.as_deref()),
            other => self.change_object(other, at),
        }
    }

    /// Whether a name means a temporary table; such a table hides another of its name.
    fn is_temporary(&self, name: &ObjectName) -> bool {
        name.schema.as_deref().is_none_or(|schema| schema == "pg_temp") && self.temporary.contains(&name.name)
    }

    fn alter(&mut self, name: &ObjectName, action: &TableAction, at: &Location) -> Applied {
        let Some(id) = self.find(name) else { return self.alter_other(name, action) };
        let result = self.alter_table(id, action, at);
        // The columns of a table from a query may be there although they are not known here.
        if result.is_err() && self.table(id).is_some_and(|table| table.is_partial) {
            return Ok(());
        }
        result?;
        if let Some(table) = self.table_mut(id) {
            table.changed = Some(at.clone());
        }
        Ok(())
    }

    /// `ALTER TABLE` may name a view; partitions follow their parent.
    fn alter_other(&mut self, name: &ObjectName, action: &TableAction) -> Applied {
        if self.is_partition(name) {
            return Ok(());
        }
        match action {
            TableAction::Rename(new) => self.rename_view(name, &new.name),
            TableAction::SetSchema(schema) => self.move_view(name, schema),
            _ if self.find_key(name, |key| self.views.contains_key(key)).is_some() => Ok(()),
            _ => {
                self.unknown.insert(name.name.clone());
                Err(missing("table", &name.name))
            }
        }
    }

    fn comment(&mut self, target: &CommentTarget, text: Option<&str>) -> Applied {
        let text = text.map(str::to_owned);
        match target {
            CommentTarget::Table(name) | CommentTarget::View(name) => {
                if let Some(table) = self.find(name).and_then(|id| self.table_mut(id)) {
                    table.description = text;
                    return Ok(());
                }
                if self.is_partition(name) {
                    return Ok(());
                }
                let key = self.find_key(name, |key| self.views.contains_key(key));
                let view = key.and_then(|key| self.views.get_mut(&key)).ok_or_else(|| missing("table", &name.name))?;
                view.description = text;
            }
            CommentTarget::Column(name, column) => {
                let Some(table) = self.find(name).and_then(|id| self.table_mut(id)) else {
                    let is_view = self.find_key(name, |key| self.views.contains_key(key) || self.composites.contains_key(key)).is_some();
                    return if is_view { Ok(()) } else { Err(missing("table", &name.name)) };
                };
                match table.columns.iter_mut().find(|one| one.name == *column) {
                    Some(found) => found.description = text,
                    None => return Err(missing("column", column)),
                }
            }
        }
        Ok(())
    }
}

/// The table that a change is about, where a temporary table can be meant.
/// Whether a name is what stands in for a placeholder: as long as that, the word, cut or filled up.
fn is_placeholder(name: &str) -> bool {
    let word = name.trim_end_matches('_');
    name.len() > 3 && (word == "placeholder" || name == word && "placeholder".starts_with(word))
}

fn subject(change: &SchemaChange) -> Option<&ObjectName> {
    match change {
        SchemaChange::AlterTable(name, _) | SchemaChange::DropTable(name) => Some(name),
        SchemaChange::CreateIndex(index) => Some(&index.table),
        _ => None,
    }
}
