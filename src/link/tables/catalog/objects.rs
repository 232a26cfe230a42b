//! Types, views and schemas.

use std::collections::BTreeSet;

use super::tables::column_state;
use super::{Applied, Catalog, EnumState, Key, ViewState, exists, missing};
use crate::finding::schema::{Cascade, EnumPlace, ObjectName, SchemaChange, ViewDefinition};
use crate::location::Location;

impl Catalog {
    pub(super) fn change_object(&mut self, change: &SchemaChange, at: &Location) -> Applied {
        match change {
            SchemaChange::CreateEnum(name, labels) => self.create_enum(name, labels, at),
            SchemaChange::AddEnumValue(name, label, place) => self.add_label(name, label, place, at),
            SchemaChange::RenameEnumValue(name, old, new) => self.rename_label(name, old, new, at),
            SchemaChange::CreateComposite(name, fields) => {
                let key = self.place(name);
                self.composites.insert(key, fields.iter().map(|field| column_state(field, at)).collect());
                Ok(())
            }
            SchemaChange::CreateOtherType(name) => {
                let key = self.place(name);
                self.other_types.insert(key);
                Ok(())
            }
            SchemaChange::DropType(name, cascade) => self.drop_type(name, *cascade),
            SchemaChange::RenameType(name, new) => self.rename_type(name, None, Some(new)),
            SchemaChange::MoveType(name, schema) => self.rename_type(name, Some(schema), None),
            SchemaChange::CreateView(view) => self.create_view(view, at),
            SchemaChange::DropView(name) => self.drop_view(name),
            SchemaChange::RenameView(name, new) => self.rename_view(name, new),
            SchemaChange::MoveView(name, schema) => self.move_view(name, schema),
            SchemaChange::DropSchema(name) => {
                self.drop_schema(name);
                Ok(())
            }
            SchemaChange::RenameSchema(old, new) => {
                self.rename_schema(old, new);
                Ok(())
            }
            SchemaChange::SetSearchPath(path) => {
                // An empty path and "$user" leave the default schema.
                let path: Vec<String> = path.iter().filter(|name| !name.is_empty() && *name != "$user").cloned().collect();
                self.leave_search_path();
                if !path.is_empty() {
                    self.search_path = path;
                }
                Ok(())
            }
            SchemaChange::Include(inclusion) => Err(missing("file", &inclusion.target)),
            SchemaChange::Unread(why) => Err(super::NotApplied(why.clone())),
            SchemaChange::Call(call) => Err(missing("function", &call.name)),
            _ => Ok(()),
        }
    }

    fn type_exists(&self, key: &Key) -> bool {
        self.enums.contains_key(key) || self.composites.contains_key(key) || self.other_types.contains(key)
    }

    fn create_enum(&mut self, name: &ObjectName, labels: &[String], at: &Location) -> Applied {
        let key = self.place(name);
        if self.type_exists(&key) {
            return Err(exists("type", &key.1));
        }
        self.enums.insert(key, EnumState { labels: labels.to_vec(), created: Some(at.clone()), changed: None });
        Ok(())
    }

    fn enum_mut(&mut self, name: &ObjectName) -> Result<&mut EnumState, super::NotApplied> {
        let key = self.find_key(name, |key| self.enums.contains_key(key));
        key.and_then(|key| self.enums.get_mut(&key)).ok_or_else(|| missing("enum", &name.name))
    }

    fn add_label(&mut self, name: &ObjectName, label: &str, place: &EnumPlace, at: &Location) -> Applied {
        let state = self.enum_mut(name)?;
        if state.labels.iter().any(|one| one == label) {
            return Err(exists("enum value", label));
        }
        let position = |wanted: &str| state.labels.iter().position(|one| one == wanted);
        let index = match place {
            EnumPlace::Last => state.labels.len(),
            EnumPlace::Before(other) => position(other).ok_or_else(|| missing("enum value", other))?,
            EnumPlace::After(other) => position(other).ok_or_else(|| missing("enum value", other))? + 1,
        };
        state.labels.insert(index, label.to_owned());
        state.changed = Some(at.clone());
        Ok(())
    }

    fn rename_label(&mut self, name: &ObjectName, old: &str, new: &str, at: &Location) -> Applied {
        let state = self.enum_mut(name)?;
        let label = state.labels.iter_mut().find(|one| *one == old).ok_or_else(|| missing("enum value", old))?;
        new.clone_into(label);
        state.changed = Some(at.clone());
        Ok(())
    }

    fn drop_type(&mut self, name: &ObjectName, cascade: Cascade) -> Applied {
        let key = self.find_key(name, |key| self.type_exists(key)).ok_or_else(|| missing("type", &name.name))?;
        self.enums.remove(&key);
        self.composites.remove(&key);
        self.other_types.remove(&key);
        if cascade == Cascade::Yes {
            for (id, column) in self.columns_of_type(&key) {
                self.forget_column(id, &column);
            }
        }
        Ok(())
    }

    fn columns_of_type(&self, key: &Key) -> Vec<(usize, String)> {
        let fits = |data_type: &str| is_of_type(data_type, key);
        self.standing()
            .flat_map(|(_, id, table)| {
                table.columns.iter().filter(|column| fits(&column.data_type)).map(move |column| (id, column.name.clone()))
            })
            .collect()
    }

    fn rename_type(&mut self, name: &ObjectName, schema: Option<&str>, new_name: Option<&str>) -> Applied {
        let old = self.find_key(name, |key| self.type_exists(key)).ok_or_else(|| missing("type", &name.name))?;
        let new: Key = (schema.unwrap_or(&old.0).to_owned(), new_name.unwrap_or(&old.1).to_owned());
        if self.type_exists(&new) {
            return Err(exists("type", &new.1));
        }
        let columns = self.columns_of_type(&old);
        if let Some(state) = self.enums.remove(&old) {
            self.enums.insert(new.clone(), state);
        }
        if let Some(state) = self.composites.remove(&old) {
            self.composites.insert(new.clone(), state);
        }
        if self.other_types.remove(&old) {
            self.other_types.insert(new.clone());
        }
        let written = if new.0 == self.default_schema() { new.1.to_lowercase() } else { format!("{}.{}", new.0, new.1).to_lowercase() };
        for (id, column) in columns {
            if let Some(table) = self.table_mut(id)
                && let Some(place) = table.position(&column)
            {
                let suffix = table.columns[place].data_type.find(['[', '(']).map(|at| table.columns[place].data_type[at..].to_owned());
                table.columns[place].data_type = format!("{written}{}", suffix.unwrap_or_default());
            }
        }
        Ok(())
    }

    fn create_view(&mut self, definition: &ViewDefinition, at: &Location) -> Applied {
        let key = self.place(&definition.name);
        if self.names.contains_key(&key) || self.views.contains_key(&key) && !definition.replace {
            return Err(exists("view", &key.1));
        }
        let relation = |name: &ObjectName| {
            self.find_key(name, |key| self.names.contains_key(key) || self.views.contains_key(key)).unwrap_or_else(|| self.place(name))
        };
        let view = ViewState {
            query: definition.query.clone(),
            reads: definition.reads.iter().map(relation).collect(),
            materialized: definition.materialized,
            description: definition.description.clone(),
            created: Some(at.clone()),
        };
        self.views.insert(key, view);
        Ok(())
    }

    fn drop_view(&mut self, name: &ObjectName) -> Applied {
        let key = self.find_key(name, |key| self.views.contains_key(key)).ok_or_else(|| missing("view", &name.name))?;
        self.views.remove(&key);
        self.forget_views_of(&BTreeSet::from([key]));
        Ok(())
    }

    /// Takes away the views that read one of these, and the views that read those.
    pub(super) fn forget_views_of(&mut self, gone: &BTreeSet<Key>) {
        let mut gone = gone.clone();
        loop {
            let next: Vec<Key> =
                self.views.iter().filter(|(_, view)| view.reads.iter().any(|key| gone.contains(key))).map(|(key, _)| key.clone()).collect();
            if next.is_empty() {
                return;
            }
            for key in next {
                self.views.remove(&key);
                gone.insert(key);
            }
        }
    }

    pub(super) fn renamed_in_views(&mut self, old: &Key, new: &Key) {
        for view in self.views.values_mut() {
            for key in view.reads.iter_mut().filter(|key| *key == old) {
                new.clone_into(key);
            }
        }
    }

    pub(super) fn rename_view(&mut self, name: &ObjectName, new: &str) -> Applied {
        let old = self.find_key(name, |key| self.views.contains_key(key)).ok_or_else(|| missing("view", &name.name))?;
        self.put_view(&old, (old.0.clone(), new.to_owned()));
        Ok(())
    }

    pub(super) fn move_view(&mut self, name: &ObjectName, schema: &str) -> Applied {
        let old = self.find_key(name, |key| self.views.contains_key(key)).ok_or_else(|| missing("view", &name.name))?;
        self.put_view(&old, (schema.to_owned(), old.1.clone()));
        Ok(())
    }

    fn put_view(&mut self, old: &Key, new: Key) {
        if let Some(view) = self.views.remove(old) {
            self.renamed_in_views(old, &new);
            self.views.insert(new, view);
        }
    }

    fn drop_schema(&mut self, schema: &str) {
        let tables: Vec<usize> = self.names.iter().filter(|(key, _)| key.0 == schema).map(|(_, id)| *id).collect();
        tables.into_iter().for_each(|id| self.forget_table(id));
        self.enums.retain(|key, _| key.0 != schema);
        self.composites.retain(|key, _| key.0 != schema);
        self.other_types.retain(|key| key.0 != schema);
        self.views.retain(|key, _| key.0 != schema);
        self.partitions.retain(|key, _| key.0 != schema);
    }

    fn rename_schema(&mut self, old: &str, new: &str) {
        let moved: Vec<Key> = self.names.keys().filter(|key| key.0 == old).cloned().collect();
        for key in moved {
            let id = self.names.remove(&key);
            if let Some(table) = id.and_then(|id| self.table_mut(id)) {
                new.clone_into(&mut table.schema);
            }
            if let Some(id) = id {
                self.names.insert((new.to_owned(), key.1), id);
            }
        }
        let rename = |key: &Key| if key.0 == old { (new.to_owned(), key.1.clone()) } else { key.clone() };
        self.enums = std::mem::take(&mut self.enums).into_iter().map(|(key, state)| (rename(&key), state)).collect();
        self.views = std::mem::take(&mut self.views).into_iter().map(|(key, state)| (rename(&key), state)).collect();
        self.composites = std::mem::take(&mut self.composites).into_iter().map(|(key, state)| (rename(&key), state)).collect();
        self.other_types = self.other_types.iter().map(rename).collect();
        self.partitions = std::mem::take(&mut self.partitions).into_iter().map(|(key, id)| (rename(&key), id)).collect();
        for column in self.tables.iter_mut().flatten().flat_map(|table| &mut table.columns) {
            if let Some(rest) = column.data_type.strip_prefix(&format!("{old}.")) {
                column.data_type = format!("{new}.{rest}");
            }
        }
    }
}

/// Whether a written type, perhaps an array, is this one; written types are in lower case.
fn is_of_type(data_type: &str, key: &Key) -> bool {
    let base = data_type.split(['[', '(']).next().unwrap_or_default().trim();
    let name = key.1.to_lowercase();
    base == name || base == format!("{}.{name}", key.0.to_lowercase())
}
