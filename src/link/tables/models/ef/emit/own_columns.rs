//! Columns of a table that no property of its entity has.

use super::super::draft::{At, Holding, PropertyDraft};
use super::super::keys;
use super::{Emitter, has};
use crate::finding::Value;
use crate::finding::entity::{AUTO_INCREMENT, ColumnType, Engine, Entity, Property, PropertyKind, Scalar};
use crate::finding::schema::Dialect;

impl Emitter<'_> {
    /// Columns that no property has: the key of what is held, what tells derived types apart, documents of JSON.
    pub(super) fn add_own_columns(&self, at: At, made: &mut Entity, key: &[String]) {
        let draft = &self.draft.entities[at];
        let mut columns: Vec<Property> = Vec::new();
        if let Some((owner, _, holding)) = &draft.owner {
            let own_keys = keys::owner_key(self.types, self.draft, at, *owner);
            for (name, target) in own_keys.iter().zip(keys::primary(self.types, self.draft, *owner)) {
                let model = keys::referenced(self.types, self.draft, *owner, &target);
                columns.push(self.made_column(name, self.columns().column_type(self.draft.entities[*owner].class, &model, true)));
            }
            let counts = *holding == Holding::Many && draft.key.is_none() && draft.property("Id").is_none();
            if counts {
                let mut id = self.made_column("Id", ColumnType::Scalar(Scalar::Integer, None));
                id.generated = Some(AUTO_INCREMENT.to_owned()).filter(|_| self.conventions.engine != Engine::Sql(Dialect::Sqlite));
                columns.push(id);
            }
        }
        let mut front = 0;
        for column in columns {
            if !has(made, &column) {
                made.properties.insert(front, column);
                front += 1;
            }
        }
        if let Some(column) = self.discriminator(at).filter(|column| !has(made, column)) {
            let place = key.len().min(made.properties.len());
            made.properties.insert(place, column);
        }
        for (name, held) in self.documents(at) {
            let mut column = self.made_column(&name, ColumnType::Scalar(Scalar::Json, None));
            column.nullable = !held;
            if self.conventions.engine == Engine::Sql(Dialect::Sqlite) {
                column.kind = PropertyKind::Column(ColumnType::Stated("text".to_owned()));
            }
            made.properties.push(column);
        }
    }

    pub(super) fn made_column(&self, name: &str, data_type: ColumnType) -> Property {
        let mut made = Property::new(name, PropertyKind::Column(data_type), 0);
        made.column = Some(Value::Text(self.conventions.column(name)));
        made
    }

    /// What an entity holds as documents: the column, and whether there must be one.
    fn documents(&self, at: At) -> Vec<(String, bool)> {
        let held = self.draft.entities.iter().filter(|one| one.is_json);
        let columns = held.filter_map(|one| {
            let (owner, name, holding) = one.owner.as_ref().filter(|(owner, ..)| self.home(*owner) == at)?;
            let navigation = self.draft.entities[*owner].navigations.iter().find(|one| one.name == *name);
            Some((
                one.table.clone().unwrap_or_else(|| name.clone()),
                *holding == Holding::One && navigation.is_some_and(|one| one.required),
            ))
        });
        columns.collect()
    }

    /// The column that tells apart what one table holds.
    fn discriminator(&self, at: At) -> Option<Property> {
        let members = (0..self.draft.entities.len()).filter(|one| self.draft.entities[*one].owner.is_none() && self.home(*one) == at);
        let names: Vec<&str> = members.map(|one| self.class_name(one)).collect();
        let stated = self.draft.entities[at].discriminator.clone();
        if names.len() < 2 && stated.is_none() {
            return None;
        }
        let (name, data_type) = stated.unwrap_or_else(|| ("Discriminator".to_owned(), None));
        // Since its eighth version EF Core limits the text to what the names need.
        let longest = names.iter().map(|name| name.len()).max().unwrap_or(0);
        let limits = [5_usize, 8, 13, 21, 34, 55, 89, 144, 233];
        let limit = limits.iter().find(|limit| **limit >= longest).filter(|_| self.major >= 8);
        let property = PropertyDraft {
            name: name.clone(),
            data_type: data_type.unwrap_or_else(|| "string".to_owned()),
            length: limit.map(ToString::to_string),
            ..PropertyDraft::default()
        };
        let kind = self.columns().column_type(self.draft.entities[at].class, &property, false);
        Some(self.made_column(&name, kind))
    }
}
