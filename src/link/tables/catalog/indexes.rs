//! Indexes: created, dropped and renamed by a name that is unique in its schema.

use super::{Applied, Catalog, IndexState, KeyState, exists, missing};
use crate::finding::schema::{IndexDefinition, ObjectName};
use crate::location::Location;

impl Catalog {
    pub(super) fn create_index(&mut self, definition: &IndexDefinition, at: &Location) -> Applied {
        let Some(id) = self.find(&definition.table) else {
            let is_view = self.find_key(&definition.table, |key| self.views.contains_key(key)).is_some();
            let elsewhere = is_view || self.is_partition(&definition.table);
            return if elsewhere { Ok(()) } else { Err(missing("table", &definition.table.name)) };
        };
        if let (Some(name), Some(table)) = (&definition.name, self.table(id))
            && self.relation_exists(&table.schema.clone(), &name.name)
            && self.dialect == Some(crate::finding::schema::Dialect::Postgres)
        {
            return Err(exists("index", &name.name));
        }
        self.add_index(id, definition);
        if let Some(table) = self.table_mut(id) {
            table.changed = Some(at.clone());
        }
        Ok(())
    }

    pub(super) fn add_index(&mut self, id: usize, definition: &IndexDefinition) {
        let index = IndexState {
            name: definition.name.as_ref().map(|name| name.name.clone()).unwrap_or_default(),
            unique: definition.unique,
            method: definition.method.clone(),
            keys: definition.keys.iter().map(|key| KeyState { text: key.text.clone(), column: key.column.clone() }).collect(),
            include: definition.include.clone(),
            predicate: definition.predicate.clone(),
        };
        if index.name.is_empty() {
            self.add_index_copy(id, index)
        } else if let Some(table) = self.table_mut(id) {
            table.indexes.push(index)
        }
    }

    /// Adds an index under a name that the server would make up.
    pub(super) fn add_index_copy(&mut self, id: usize, mut index: IndexState) {
        let Some(table) = self.table(id) else { return };
        let keys = index.keys.iter().map(|key| key.column.clone().unwrap_or_else(|| expression_name(&key.text)));
        // The columns that an index only carries are part of the name that the server makes up.
        let middle: Vec<String> = keys.chain(index.include.iter().cloned()).collect();
        index.name = self.made_up(table, &middle.join("_"), "idx");
        if let Some(table) = self.table_mut(id) {
            table.indexes.push(index);
        }
    }

    fn find_index(&self, name: &ObjectName, table: Option<&ObjectName>) -> Option<(usize, usize)> {
        let wanted = table.and_then(|table| self.find(table));
        let keys = self.candidates(name);
        keys.iter().find_map(|key| {
            self.standing().find_map(|(owner, id, state)| {
                let fits = wanted.map_or(owner.0 == key.0, |wanted| wanted == id);
                let place = state.indexes.iter().position(|index| index.name == key.1)?;
                fits.then_some((id, place))
            })
        })
    }

    pub(super) fn drop_index(&mut self, name: &ObjectName, table: Option<&ObjectName>) -> Applied {
        match self.find_index(name, table) {
            Some((id, place)) => {
                if let Some(table) = self.table_mut(id) {
                    table.indexes.remove(place);
                }
                Ok(())
            }
            None => self.drop_index_constraint(name, table),
        }
    }

    /// MySQL drops a unique key, and SQL Server any key, as an index.
    fn drop_index_constraint(&mut self, name: &ObjectName, table: Option<&ObjectName>) -> Applied {
        match table.and_then(|table| self.find(table)) {
            Some(id) => self.drop_constraint(id, &name.name),
            // Indexes of materialized views and partitions are not kept.
            None if !self.views.is_empty() || !self.partitions.is_empty() => Ok(()),
            None => Err(missing("index", &name.name)),
        }
    }

    pub(super) fn rename_index(&mut self, name: &ObjectName, new: &str) -> Applied {
        if let Some((id, place)) = self.find_index(name, None) {
            if let Some(table) = self.table_mut(id) {
                new.clone_into(&mut table.indexes[place].name);
            }
            return Ok(());
        }
        // Renaming the index of a constraint renames the constraint.
        let schemas: Vec<String> = self.candidates(name).into_iter().map(|key| key.0).collect();
        for table in self.tables.iter_mut().flatten().filter(|table| schemas.contains(&table.schema)) {
            if let Some(found) = table.constraints.iter_mut().find(|one| one.name == name.name) {
                new.clone_into(&mut found.name);
                return Ok(());
            }
        }
        if self.views.is_empty() && self.partitions.is_empty() { Err(missing("index", &name.name)) } else { Ok(()) }
    }
}

/// What an expression contributes to the name of its index: the function, else `expr`.
fn expression_name(text: &str) -> String {
    let head: String = text.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect();
    let calls = text[head.len()..].trim_start().starts_with('(');
    if calls && !head.is_empty() { head.to_lowercase() } else { "expr".to_owned() }
}
