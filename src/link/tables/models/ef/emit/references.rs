//! Foreign keys of a table, their indexes, and the tables of many-to-many relationships.

use super::super::draft::{At, IndexDraft, Storage, Strategy};
use super::super::keys;
use super::super::relations::{Foreign, Join};
use super::{Emitter, Spot, constraint, is_covered, is_nullable};
use crate::finding::Value;
use crate::finding::entity::{Entity, EntityConstraintKind, JoinColumn, Mapper, Property, PropertyKind, Relation, RelationKind};
use crate::location::Location;

impl Emitter<'_> {
    pub(super) fn add_relations(&self, at: At, made: &mut Entity, (spots, key): (&[Spot<'_>], &[String])) {
        let draft = &self.draft.entities[at];
        let owner = draft.owner.as_ref().map(|(owner, ..)| *owner);
        if let Some(owner) = owner {
            let columns: Vec<String> = keys::owner_key(self.types, self.draft, at, owner)
                .iter()
                .map(|name| self.column_of(at, name, spots).unwrap_or_else(|| self.conventions.column(name)))
                .collect();
            self.add_relation((at, owner), made, (&columns, None), (key, Some("cascade".to_owned())));
        }
        if let Some(base) = draft.base.filter(|_| self.strategy(at) == Strategy::Apart) {
            self.add_relation((at, base), made, (key, None), (key, Some("cascade".to_owned())));
        }
        for foreign in &self.found.foreign {
            let in_line = self.strategy(at) == Strategy::Whole && self.draft.lineage(at).contains(&foreign.dependent);
            if self.home(foreign.dependent) != at && !in_line || self.is_in_json(foreign.dependent) {
                continue;
            }
            let columns: Option<Vec<String>> =
                foreign.foreign_key.iter().map(|name| self.column_of(foreign.dependent, name, spots)).collect();
            let Some(columns) = columns else { continue };
            let on_delete = self.on_delete(foreign);
            if foreign.is_unique {
                let index = IndexDraft { is_unique: true, line: foreign.line, ..IndexDraft::default() };
                if columns != key && !is_covered(made, &columns, true) {
                    made.constraints.push(self.index(at, &index, columns.clone(), made));
                }
            }
            self.add_relation((at, foreign.principal), made, (&columns, Some(foreign)), (key, on_delete));
        }
    }

    /// What happens in the database when the other side goes.
    fn on_delete(&self, foreign: &Foreign) -> Option<String> {
        let is_required = || {
            foreign.required.unwrap_or_else(|| {
                let all = foreign.foreign_key.iter().map(|name| keys::property(self.draft, foreign.dependent, name));
                all.into_iter().all(|one| one.is_none_or(|one| !is_nullable(one)))
            })
        };
        let default = || if is_required() { Some("cascade".to_owned()) } else { None };
        let of_all = || self.draft.on_delete.clone();
        of_all().or_else(|| foreign.on_delete.clone()).unwrap_or_else(default)
    }

    fn add_relation(
        &self,
        (at, principal): (At, At),
        made: &mut Entity,
        (columns, foreign): (&[String], Option<&Foreign>),
        (key, on_delete): (&[String], Option<String>),
    ) {
        let home = self.home(principal);
        if !self.is_stored(home) || columns.is_empty() || self.draft.entities[home].storage == Storage::View {
            return;
        }
        let spots = self.spots(home);
        let stated = foreign.map(|one| one.principal_key.clone()).unwrap_or_default();
        let target: Vec<String> = if stated.is_empty() {
            self.primary_key(home, &spots)
        } else {
            stated.iter().map(|name| self.column_of(principal, name, &spots).unwrap_or_else(|| self.conventions.column(name))).collect()
        };
        let mut relation = Relation::new(RelationKind::ManyToOne, self.key_name(home));
        relation.owns = true;
        let pairs = columns.iter().zip(&target);
        relation.join_columns = pairs.map(|(own, other)| JoinColumn { name: Some(own.clone()), references: Some(other.clone()) }).collect();
        relation.on_delete = on_delete;
        relation.constraint = foreign.and_then(|one| one.constraint.clone());
        let place = self.place(at);
        let line = foreign.filter(|one| one.file == place.path).map_or(place.line, |one| one.line);
        let name = foreign.and_then(|one| one.navigation.clone()).unwrap_or_else(|| format!("{}#key", columns.join("_")));
        made.properties.push(Property::new(format!("{name}#"), PropertyKind::Relation(relation), line));
        // Every key gets an index, unless one begins with it.
        if !key.starts_with(columns) && !is_covered(made, columns, false) {
            let index = IndexDraft { line, ..IndexDraft::default() };
            made.constraints.push(self.index(at, &index, columns.to_vec(), made));
        }
    }

    /// The table of a many-to-many relationship that no class is for.
    pub(super) fn join(&self, join: &Join) -> Option<(Location, Entity)> {
        let table = join
            .draft
            .table
            .clone()
            .unwrap_or_else(|| self.conventions.table(&format!("{}{}", self.class_name(join.left), self.class_name(join.right))));
        let mut made = Entity::new(Mapper::EfCore, format!("{}#join#{table}", self.group));
        made.group = Some(self.group.clone());
        made.engine = Some(self.conventions.engine);
        made.table = Some(Value::Text(table.clone()));
        made.schema = join.draft.schema.clone().or_else(|| self.draft.schema.clone()).map(Value::Text);
        let mut key = Vec::new();
        let sides = [(join.left, &join.to_left, &join.draft.left), (join.right, &join.to_right, &join.draft.right)];
        for (side, navigation, stated) in sides {
            let home = self.home(side);
            let start = navigation.clone().unwrap_or_else(|| self.class_name(side).to_owned());
            let names = keys::primary(self.types, self.draft, side);
            let target = self.primary_key(home, &self.spots(home));
            let mut columns = Vec::new();
            for (at, name) in names.iter().enumerate() {
                let made_up = || if navigation.is_some() { format!("{start}{name}") } else { keys::joined(&start, name) };
                let name = stated.get(at).cloned().unwrap_or_else(made_up);
                let model = keys::referenced(self.types, self.draft, side, names.get(at)?);
                let kind = self.columns().column_type(self.draft.entities[side].class, &model, true);
                let column = self.made_column(&name, kind);
                columns.push(self.conventions.column(&name));
                made.properties.push(column);
            }
            key.extend(columns.iter().cloned());
            let mut relation = Relation::new(RelationKind::ManyToOne, self.key_name(home));
            let pairs = columns.iter().zip(&target);
            relation.join_columns =
                pairs.map(|(own, other)| JoinColumn { name: Some(own.clone()), references: Some(other.clone()) }).collect();
            relation.on_delete = self.draft.on_delete.clone().unwrap_or_else(|| Some("cascade".to_owned()));
            made.properties.push(Property::new(format!("{}#", columns.join("_")), PropertyKind::Relation(relation), join.line));
        }
        let right: Vec<String> = key.iter().skip(keys::primary(self.types, self.draft, join.left).len()).cloned().collect();
        let index = self.conventions.column(&format!("IX_{table}_{}", right.join("_")));
        made.constraints.push(constraint(EntityConstraintKind::PrimaryKey, None, &key, join.line));
        made.constraints.push(constraint(EntityConstraintKind::Index, Some(index), &right, join.line));
        Some((Location::new(&join.file, join.line), made))
    }
}
