//! Constraints: added with the names a server gives, dropped, renamed.

use super::{Applied, Catalog, ConstraintState, ForeignKeyState, Rule, Target, exists, missing};
use crate::finding::schema::{ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, KeyColumns};

impl Catalog {
    pub(super) fn add_constraint(&mut self, id: usize, definition: &ConstraintDefinition) -> Applied {
        let name = definition.name.as_deref();
        if let Some(name) = name
            && self.table(id).is_some_and(|table| table.constraints.iter().any(|one| one.name == name))
        {
            return Err(exists("constraint", name));
        }
        let rule = match &definition.kind {
            ConstraintKind::PrimaryKey(columns) => Rule::PrimaryKey(self.key_columns(id, columns, name)?),
            ConstraintKind::Unique(columns) => Rule::Unique(self.key_columns(id, columns, name)?),
            ConstraintKind::ForeignKey(key) => Rule::ForeignKey(self.foreign_key(id, key)?),
            ConstraintKind::Check(expression) => Rule::Check(expression.clone()),
            ConstraintKind::Exclude(text) => Rule::Exclude(text.clone()),
            ConstraintKind::NotNull(column) => return self.set_column(id, column, |state| state.not_null = true),
            ConstraintKind::Default(column, value) => return self.set_column(id, column, |state| state.default = Some(value.clone())),
        };
        if matches!(rule, Rule::PrimaryKey(_)) && self.table(id).is_some_and(|table| !table.primary_key().is_empty()) {
            return Err(exists("primary key of", &self.table(id).map(|table| table.name.clone()).unwrap_or_default()));
        }
        // A constraint USING INDEX without a name takes the name of the index.
        let of_index = match &definition.kind {
            ConstraintKind::PrimaryKey(KeyColumns::OfIndex(index)) | ConstraintKind::Unique(KeyColumns::OfIndex(index)) => {
                Some(index.as_str())
            }
            _ => None,
        };
        self.add_rule(id, name.or(of_index), rule);
        Ok(())
    }

    fn set_column(&mut self, id: usize, name: &str, change: impl Fn(&mut super::ColumnState)) -> Applied {
        let Some(table) = self.table_mut(id) else { return Ok(()) };
        let Some(place) = table.position(name) else { return Err(missing("column", name)) };
        change(&mut table.columns[place]);
        Ok(())
    }

    /// Adds a rule under its name, or the one the server would make up.
    pub(super) fn add_rule(&mut self, id: usize, name: Option<&str>, rule: Rule) {
        let Some(table) = self.table(id) else { return };
        let name = match name {
            Some(name) => name.to_owned(),
            None => {
                let (middle, label) = match &rule {
                    Rule::PrimaryKey(_) => (String::new(), "pkey"),
                    Rule::Unique(columns) => (columns.join("_"), "key"),
                    Rule::ForeignKey(key) => (key.columns.join("_"), "fkey"),
                    Rule::Check(expression) => (self.only_column_in(id, expression).unwrap_or_default(), "check"),
                    Rule::Exclude(text) => (self.only_column_in(id, text).unwrap_or_default(), "excl"),
                };
                self.made_up(table, &middle, label)
            }
        };
        let Some(table) = self.table_mut(id) else { return };
        if let Rule::PrimaryKey(columns) = &rule {
            for column in &mut table.columns {
                column.not_null |= columns.contains(&column.name);
            }
        }
        table.constraints.push(ConstraintState { name, rule });
    }

    /// The one column that an expression names; the server puts it into the name of a check.
    fn only_column_in(&self, id: usize, expression: &str) -> Option<String> {
        let table = self.table(id)?;
        let mut named = table.columns.iter().filter(|column| super::rename::mentions(expression, &column.name));
        let first = named.next()?;
        named.next().is_none().then(|| first.name.clone())
    }

    fn key_columns(&mut self, id: usize, columns: &KeyColumns, _name: Option<&str>) -> Result<Vec<String>, super::NotApplied> {
        match columns {
            KeyColumns::Columns(columns) => Ok(columns.clone()),
            KeyColumns::OfIndex(name) => {
                let Some(table) = self.table_mut(id) else { return Ok(Vec::new()) };
                let place = table.indexes.iter().position(|index| index.name == *name).ok_or_else(|| missing("index", name))?;
                // The index becomes the constraint.
                let index = table.indexes.remove(place);
                Ok(index.keys.into_iter().filter_map(|key| key.column).collect())
            }
        }
    }

    fn foreign_key(&self, id: usize, key: &ForeignKeyDefinition) -> Result<ForeignKeyState, super::NotApplied> {
        if let Some(column) = key.columns.iter().find(|column| self.table(id).is_some_and(|table| table.position(column).is_none()))
            && self.dialect == Some(crate::finding::schema::Dialect::Postgres)
        {
            return Err(missing("column", column));
        }
        let target = self.find(&key.target).map_or_else(|| Target::Outside(key.target.clone()), Target::Table);
        let references = match &target {
            Target::Table(other) if key.references.is_empty() => {
                self.table(*other).map(|table| table.primary_key().to_vec()).unwrap_or_default()
            }
            _ => key.references.clone(),
        };
        Ok(ForeignKeyState { columns: key.columns.clone(), target, references, on_delete: key.on_delete.clone() })
    }

    pub(super) fn drop_constraint(&mut self, id: usize, name: &str) -> Applied {
        let Some(table) = self.table_mut(id) else { return Ok(()) };
        let Some(place) = table.constraints.iter().position(|one| one.name == name) else {
            // A NOT NULL under a name, or an index that MySQL calls a constraint.
            let index = table.indexes.iter().position(|index| index.name == name);
            return match index {
                Some(at) => {
                    table.indexes.remove(at);
                    Ok(())
                }
                None => Err(missing("constraint", name)),
            };
        };
        let dropped = table.constraints.remove(place);
        // Foreign keys that pointed at this key cannot stand without it (CASCADE is needed then).
        if let Rule::PrimaryKey(columns) | Rule::Unique(columns) = dropped.rule {
            let still = self.table(id).is_some_and(|table| table.primary_key() == columns || table.unique_sets().contains(&columns));
            if !still {
                self.forget_references(id, &columns);
            }
        }
        Ok(())
    }

    pub(super) fn drop_foreign_key(&mut self, id: usize, columns: &[String]) -> Applied {
        let Some(table) = self.table_mut(id) else { return Ok(()) };
        let is_it = |one: &ConstraintState| matches!(&one.rule, Rule::ForeignKey(key) if key.columns == columns);
        let before = table.constraints.len();
        table.constraints.retain(|one| !is_it(one));
        if table.constraints.len() < before { Ok(()) } else { Err(missing("foreign key of", &columns.join(", "))) }
    }

    pub(super) fn forget_references(&mut self, id: usize, columns: &[String]) {
        let points = |rule: &Rule| matches!(rule, Rule::ForeignKey(key) if key.target == Target::Table(id) && key.references == columns);
        for table in self.tables.iter_mut().flatten() {
            table.constraints.retain(|one| !points(&one.rule));
        }
    }

    pub(super) fn drop_primary_key(&mut self, id: usize) -> Applied {
        if let Some(table) = self.table_mut(id) {
            table.constraints.retain(|one| !matches!(one.rule, Rule::PrimaryKey(_)));
        }
        Ok(())
    }

    pub(super) fn rename_constraint(&mut self, id: usize, old: &str, new: &str) -> Applied {
        let Some(table) = self.table_mut(id) else { return Ok(()) };
        match table.constraints.iter_mut().find(|one| one.name == old) {
            Some(found) => {
                new.clone_into(&mut found.name);
                Ok(())
            }
            None => Err(missing("constraint", old)),
        }
    }
}
