//! Tables: created, filled from queries, dropped, renamed, partitioned.

use std::collections::BTreeSet;

use super::{Applied, Catalog, ColumnState, Key, Rule, TableState, Target, exists, missing};
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, LikeClause, ObjectName, SelectItem, TableDefinition, TableElement, TableFromQuery,
};
use crate::location::Location;

/// A column as a definition in `path` states it.
pub(super) fn column_state(definition: &ColumnDefinition, at: &Location) -> ColumnState {
    ColumnState {
        name: definition.name.clone(),
        data_type: definition.data_type.clone(),
        not_null: definition.not_null,
        default: definition.default.clone(),
        generated: definition.generated.clone(),
        description: definition.description.clone(),
        created: Some(Location { line: if definition.line == 0 { at.line } else { definition.line }, ..at.clone() }),
        changed: None,
    }
}

impl Catalog {
    pub(super) fn create_table(&mut self, definition: &TableDefinition, at: &Location) -> Applied {
        let key = self.place(&definition.name);
        if self.find_exact(&key) || self.views.contains_key(&key) {
            return Err(exists("table", &key.1));
        }
        if let Some(parent) = &definition.partition_of {
            let parent = self.find(parent).ok_or_else(|| missing("table", &parent.name))?;
            self.partitions.insert(key, parent);
            return Ok(());
        }
        let mut table = TableState {
            schema: key.0.clone(),
            name: key.1.clone(),
            description: definition.description.clone(),
            created: Some(at.clone()),
            ..TableState::default()
        };
        self.inherit_all(&mut table, definition);
        let id = self.tables.len();
        self.tables.push(Some(table));
        self.names.insert(key, id);
        let result = self.add_elements(id, &definition.elements, at);
        if let Some(table) = self.table_mut(id) {
            table.changed = None;
        }
        result
    }

    fn find_exact(&self, key: &Key) -> bool {
        self.names.contains_key(key) || self.partitions.contains_key(key)
    }

    /// The columns of the composite type and of the parents come first.
    fn inherit_all(&self, table: &mut TableState, definition: &TableDefinition) {
        if let Some(columns) = definition.of_type.as_ref().and_then(|name| {
            let key = self.find_key(name, |key| self.composites.contains_key(key))?;
            self.composites.get(&key)
        }) {
            table.columns.extend(columns.iter().cloned());
        }
        for id in definition.inherits.iter().filter_map(|name| self.find(name)) {
            table.parents.push(id);
            self.inherit_from(table, id);
        }
    }

    fn inherit_from(&self, table: &mut TableState, parent: usize) {
        let Some(parent) = self.table(parent) else { return };
        for column in &parent.columns {
            match table.position(&column.name) {
                Some(at) => table.columns[at].not_null |= column.not_null,
                None => table.columns.push(column.clone()),
            }
        }
        let checks = parent.constraints.iter().filter(|one| matches!(one.rule, Rule::Check(_)));
        table.constraints.extend(checks.cloned());
    }

    /// Columns first, then the constraints in the order of the text: a key may name a column that stands below it.
    fn add_elements(&mut self, id: usize, elements: &[TableElement], at: &Location) -> Applied {
        let mut constraints: Vec<(Option<&str>, &ConstraintDefinition)> = Vec::new();
        for element in elements {
            match element {
                TableElement::Column(column) => {
                    self.put_column(id, column, at);
                    constraints.extend(column.constraints.iter().map(|one| (Some(column.name.as_str()), one)));
                }
                TableElement::Like(like) => self.copy_like(id, like, at)?,
                TableElement::Constraint(one) => constraints.push((None, one)),
                TableElement::Index(_) => {}
            }
        }
        // The server names keys before checks and foreign keys, which matters only for names that clash.
        for (_, constraint) in constraints {
            self.add_constraint(id, constraint)?;
        }
        for element in elements {
            if let TableElement::Index(index) = element {
                self.add_index(id, index);
            }
        }
        Ok(())
    }

    fn put_column(&mut self, id: usize, definition: &ColumnDefinition, at: &Location) {
        let state = column_state(definition, at);
        let Some(table) = self.table_mut(id) else { return };
        match table.position(&state.name) {
            // A column that is inherited too is one column.
            Some(place) => {
                let not_null = table.columns[place].not_null || state.not_null;
                table.columns[place] = ColumnState { not_null, ..state };
            }
            None => table.columns.push(state),
        }
    }

    fn copy_like(&mut self, id: usize, like: &LikeClause, at: &Location) -> Applied {
        let source = self.find(&like.source).and_then(|other| self.table(other)).cloned();
        let source = source.ok_or_else(|| missing("table", &like.source.name))?;
        let renamed_indexes: Vec<_> = if like.indexes { source.indexes.clone() } else { Vec::new() };
        let Some(table) = self.table_mut(id) else { return Ok(()) };
        for column in &source.columns {
            let mut copy = column.clone();
            copy.default = copy.default.filter(|_| like.defaults);
            copy.generated = copy.generated.filter(|_| like.generated);
            copy.description = copy.description.filter(|_| like.comments);
            copy.created = Some(at.clone());
            copy.changed = None;
            table.columns.push(copy);
        }
        let taken = source.constraints.iter().filter(|one| match one.rule {
            Rule::Check(_) => like.checks,
            Rule::PrimaryKey(_) | Rule::Unique(_) | Rule::Exclude(_) => like.indexes,
            Rule::ForeignKey(_) => false,
        });
        for constraint in taken.cloned().collect::<Vec<_>>() {
            self.add_rule(id, None, constraint.rule);
        }
        for index in renamed_indexes {
            self.add_index_copy(id, index);
        }
        Ok(())
    }

    pub(super) fn create_table_as(&mut self, from: &TableFromQuery, at: &Location) -> Applied {
        let key = self.place(&from.name);
        if self.find_exact(&key) {
            return Err(exists("table", &key.1));
        }
        let columns = self.selected_columns(from, at);
        let is_partial = columns.is_none();
        let table = TableState {
            schema: key.0.clone(),
            name: key.1.clone(),
            columns: columns.unwrap_or_default(),
            created: Some(at.clone()),
            is_partial,
            ..TableState::default()
        };
        self.names.insert(key, self.tables.len());
        self.tables.push(Some(table));
        Ok(())
    }

    fn selected_columns(&self, from: &TableFromQuery, at: &Location) -> Option<Vec<ColumnState>> {
        let mut columns = Vec::new();
        for item in from.items.as_ref()? {
            match item {
                SelectItem::All(source) => {
                    for (_, name) in from.sources.iter().filter(|(alias, _)| source.as_ref().is_none_or(|wanted| wanted == alias)) {
                        columns.extend(self.table(self.find(name)?)?.columns.iter().cloned());
                    }
                }
                SelectItem::Column(source, name, alias) => {
                    let mut tables = from.sources.iter().filter(|(alias, _)| source.as_ref().is_none_or(|wanted| wanted == alias));
                    let found = tables.find_map(|(_, table)| {
                        let table = self.table(self.find(table)?)?;
                        table.columns.iter().find(|column| column.name == *name)
                    })?;
                    columns.push(ColumnState { name: alias.clone(), ..found.clone() });
                }
                SelectItem::Cast(data_type, alias) => {
                    columns.push(ColumnState { name: alias.clone(), data_type: data_type.clone(), ..ColumnState::default() });
                }
            }
        }
        for (place, column) in columns.iter_mut().enumerate() {
            let name = from.columns.get(place).unwrap_or(&column.name).clone();
            *column = ColumnState { name, data_type: column.data_type.clone(), created: Some(at.clone()), ..ColumnState::default() };
        }
        Some(columns)
    }

    pub(super) fn drop_table(&mut self, name: &ObjectName) -> Applied {
        if let Some(id) = self.find(name) {
            self.forget_table(id);
            return Ok(());
        }
        match self.find_key(name, |key| self.partitions.contains_key(key)) {
            Some(key) => {
                self.partitions.remove(&key);
                Ok(())
            }
            None => Err(missing("table", &name.name)),
        }
    }

    /// Takes a table away with what depends on it: foreign keys, views, partitions, children.
    pub(super) fn forget_table(&mut self, id: usize) {
        let Some(table) = self.tables.get_mut(id).and_then(Option::take) else { return };
        let key = (table.schema, table.name);
        self.names.remove(&key);
        self.partitions.retain(|_, parent| *parent != id);
        self.forget_views_of(&BTreeSet::from([key]));
        let mut children = Vec::new();
        for (other, table) in self.tables.iter_mut().enumerate() {
            let Some(table) = table else { continue };
            table.constraints.retain(|one| !matches!(&one.rule, Rule::ForeignKey(key) if key.target == Target::Table(id)));
            if table.parents.contains(&id) {
                children.push(other);
            }
        }
        children.into_iter().for_each(|child| self.forget_table(child));
    }

    pub(super) fn rename_table(&mut self, id: usize, schema: Option<&str>, name: Option<&str>) -> Applied {
        let Some(table) = self.table(id) else { return Ok(()) };
        let old = (table.schema.clone(), table.name.clone());
        let new = (schema.unwrap_or(&old.0).to_owned(), name.unwrap_or(&old.1).to_owned());
        if new == old {
            return Ok(());
        }
        if self.names.contains_key(&new) {
            return Err(exists("table", &new.1));
        }
        self.names.remove(&old);
        self.names.insert(new.clone(), id);
        self.renamed_in_views(&old, &new);
        if let Some(table) = self.table_mut(id) {
            (table.schema, table.name) = new;
        }
        Ok(())
    }

    pub(super) fn attach_partition(&mut self, parent: usize, name: &ObjectName) -> Applied {
        let id = self.find(name).ok_or_else(|| missing("table", &name.name))?;
        let Some(table) = self.tables.get_mut(id).and_then(Option::take) else { return Ok(()) };
        let key = (table.schema, table.name);
        self.names.remove(&key);
        self.partitions.insert(key, parent);
        Ok(())
    }

    /// A partition that is let go is a table like its parent.
    pub(super) fn detach_partition(&mut self, parent: usize, name: &ObjectName, at: &Location) -> Applied {
        let key = self.find_key(name, |key| self.partitions.contains_key(key)).ok_or_else(|| missing("table", &name.name))?;
        self.partitions.remove(&key);
        let Some(parent) = self.table(parent) else { return Ok(()) };
        let mut table = TableState { indexes: Vec::new(), policies: std::collections::BTreeMap::new(), ..parent.clone() };
        (table.schema, table.name) = key.clone();
        table.created = Some(at.clone());
        self.names.insert(key, self.tables.len());
        self.tables.push(Some(table));
        Ok(())
    }
}
