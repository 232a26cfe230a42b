//! The actions of ALTER TABLE.

use super::tables::column_state;
use super::{Applied, Catalog, ColumnState, exists, missing};
use crate::finding::schema::{ColumnDefinition, ColumnPlace, Dialect, TableAction};
use crate::location::Location;

impl Catalog {
    pub(super) fn alter_table(&mut self, id: usize, action: &TableAction, at: &Location) -> Applied {
        match action {
            TableAction::AddColumn(definition, place) => self.add_column(id, definition, place, at),
            TableAction::DropColumn(name) => self.drop_column(id, name),
            TableAction::RenameColumn(old, new) => self.rename_column(id, old, new, at),
            TableAction::RedefineColumn(old, definition) => self.redefine_column(id, old, definition, at),
            TableAction::ReplaceColumn(old, definition) => self.replace_column(id, old, definition, at),
            TableAction::Rename(new) => self.rename_table(id, new.schema.as_deref(), Some(&new.name)),
            TableAction::SetSchema(schema) => self.rename_table(id, Some(schema), None),
            TableAction::SetType(name, data_type) => self.set(id, name, at, |column| data_type.clone_into(&mut column.data_type)),
            TableAction::SetDefault(name, value) => self.set(id, name, at, |column| column.default.clone_from(value)),
            TableAction::SetNotNull(name, not_null) => self.set(id, name, at, |column| column.not_null = *not_null),
            TableAction::SetGenerated(name, how) => self.set(id, name, at, |column| column.generated.clone_from(how)),
            TableAction::AddConstraint(constraint) => self.add_constraint(id, constraint),
            TableAction::DropConstraint(name) => self.drop_constraint(id, name),
            TableAction::DropForeignKey(columns) => self.drop_foreign_key(id, columns),
            TableAction::DropPrimaryKey => self.drop_primary_key(id),
            TableAction::RenameConstraint(old, new) => self.rename_constraint(id, old, new),
            TableAction::AttachPartition(name) => self.attach_partition(id, name),
            TableAction::DetachPartition(name) => self.detach_partition(id, name, at),
            TableAction::Inherit(parent) => self.set_parent(id, parent, true),
            TableAction::NoInherit(parent) => self.set_parent(id, parent, false),
            TableAction::RowLevelSecurity(enabled) => {
                if let Some(table) = self.table_mut(id) {
                    table.row_level_security = *enabled;
                }
                Ok(())
            }
        }
    }

    fn set_parent(&mut self, id: usize, parent: &crate::finding::schema::ObjectName, on: bool) -> Applied {
        let parent_id = self.find(parent).ok_or_else(|| missing("table", &parent.name))?;
        if let Some(table) = self.table_mut(id) {
            table.parents.retain(|one| *one != parent_id);
            if on {
                table.parents.push(parent_id);
            }
        }
        Ok(())
    }

    /// The tables that inherit from a table, itself first.
    pub(super) fn family(&self, id: usize) -> Vec<usize> {
        let mut found = vec![id];
        let mut next = 0;
        while next < found.len() {
            let parent = found[next];
            let children =
                self.tables.iter().enumerate().filter(|(_, table)| table.as_ref().is_some_and(|table| table.parents.contains(&parent)));
            let new: Vec<usize> = children.map(|(child, _)| child).filter(|child| !found.contains(child)).collect();
            found.extend(new);
            next += 1;
        }
        found
    }

    /// Changes a column here and in the tables that inherit it.
    fn set(&mut self, id: usize, name: &str, at: &Location, change: impl Fn(&mut ColumnState)) -> Applied {
        let mut found = false;
        for member in self.family(id) {
            let Some(table) = self.table_mut(member) else { continue };
            if let Some(place) = self_position(table, name) {
                change(&mut table.columns[place]);
                table.columns[place].changed = Some(at.clone());
                found = true;
            }
        }
        if found { Ok(()) } else { Err(missing("column", name)) }
    }

    fn add_column(&mut self, id: usize, definition: &ColumnDefinition, place: &ColumnPlace, at: &Location) -> Applied {
        if self.table(id).is_some_and(|table| table.position(&definition.name).is_some()) {
            return Err(exists("column", &definition.name));
        }
        for member in self.family(id) {
            let Some(table) = self.table_mut(member) else { continue };
            if table.position(&definition.name).is_none() {
                let index = match place {
                    ColumnPlace::Last => table.columns.len(),
                    ColumnPlace::First => 0,
                    ColumnPlace::After(name) => table.position(name).map_or(table.columns.len(), |at| at + 1),
                };
                table.columns.insert(index, column_state(definition, at));
            }
        }
        for constraint in &definition.constraints {
            self.add_constraint(id, constraint)?;
        }
        Ok(())
    }

    fn drop_column(&mut self, id: usize, name: &str) -> Applied {
        if self.table(id).is_none_or(|table| table.position(name).is_none()) {
            return Err(missing("column", name));
        }
        for member in self.family(id) {
            self.forget_column(member, name);
        }
        Ok(())
    }

    fn rename_column(&mut self, id: usize, old: &str, new: &str, at: &Location) -> Applied {
        let Some(table) = self.table(id) else { return Ok(()) };
        if table.position(old).is_none() {
            return Err(missing("column", old));
        }
        if table.position(new).is_some() {
            return Err(exists("column", new));
        }
        for member in self.family(id) {
            self.rename_in_table(member, old, new);
            if let Some(table) = self.table_mut(member)
                && let Some(place) = self_position(table, new)
            {
                table.columns[place].changed = Some(at.clone());
            }
        }
        Ok(())
    }

    /// The column is dropped and added again where its type is not the one of the server to the letter, with all that hangs on it.
    fn replace_column(&mut self, id: usize, old: &str, definition: &ColumnDefinition, at: &Location) -> Applied {
        let table = self.table(id).ok_or_else(|| missing("column", old))?;
        let place = self_position(table, old).ok_or_else(|| missing("column", old))?;
        let stays = self.dialect != Some(Dialect::Postgres) || server_words(&table.columns[place].data_type) == definition.data_type;
        if stays {
            return self.redefine_column(id, old, definition, at);
        }
        self.drop_column(id, old)?;
        self.add_column(id, definition, &ColumnPlace::Last, at)
    }

    /// `MODIFY`, `CHANGE`: everything said before about the column is replaced.
    fn redefine_column(&mut self, id: usize, old: &str, definition: &ColumnDefinition, at: &Location) -> Applied {
        if old != definition.name {
            self.rename_column(id, old, &definition.name, at)?;
        }
        let Some(table) = self.table_mut(id) else { return Ok(()) };
        let Some(place) = self_position(table, &definition.name) else { return Err(missing("column", &definition.name)) };
        let before = table.columns[place].clone();
        let is_key = table.primary_key().contains(&definition.name);
        let mut column = column_state(definition, at);
        column.not_null |= is_key;
        column.created = before.created;
        column.changed = Some(at.clone());
        column.description = column.description.or(before.description);
        table.columns[place] = column;
        for constraint in &definition.constraints {
            self.add_constraint(id, constraint)?;
        }
        Ok(())
    }
}

/// What PostgreSQL's information schema calls a type.
fn server_words(data_type: &str) -> String {
    const WORDS: &[(&str, &str)] = &[
        ("varchar", "character varying"),
        ("char", "character"),
        ("int", "integer"),
        ("int4", "integer"),
        ("serial", "integer"),
        ("int2", "smallint"),
        ("int8", "bigint"),
        ("bigserial", "bigint"),
        ("bool", "boolean"),
        ("decimal", "numeric"),
        ("float", "double precision"),
        ("float8", "double precision"),
        ("float4", "real"),
        ("timestamp", "timestamp without time zone"),
        ("timestamptz", "timestamp with time zone"),
        ("time", "time without time zone"),
        ("timetz", "time with time zone"),
    ];
    let (base, rest) = data_type.split_at(data_type.find(['(', '[']).unwrap_or(data_type.len()));
    let word = WORDS.iter().find(|(short, _)| *short == base).map_or(base, |(_, long)| long);
    format!("{word}{rest}")
}

/// The place of a column; other engines than PostgreSQL do not tell case apart.
fn self_position(table: &super::TableState, name: &str) -> Option<usize> {
    table.position(name).or_else(|| table.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name)))
}
