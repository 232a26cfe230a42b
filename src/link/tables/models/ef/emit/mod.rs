//! A model as entities whose names, columns, keys and types are all stated.

mod own_columns;
mod references;

use super::draft::{At, Draft, EntityDraft, Holding, IndexDraft, PropertyDraft, Storage, Strategy};
use super::keys;
use super::relations::Found;
use super::scalars::Columns;
use super::types::Types;
use crate::finding::Value;
use crate::finding::entity::{
    AUTO_INCREMENT, Engine, Entity, EntityConstraint, EntityConstraintKind, EntityKind, Mapper, Property, PropertyKind, Scalar,
};
use crate::finding::schema::Dialect;
use crate::link::tables::models::conventions::Conventions;
use crate::location::Location;

/// Held entities nest no deeper than this.
const DEPTH: usize = 8;

/// Writes a model out.
pub(super) struct Emitter<'m> {
    pub(super) types: &'m Types,
    pub(super) draft: &'m Draft,
    pub(super) found: &'m Found,
    pub(super) conventions: Conventions,
    /// What is put before the names of entities, so that two contexts with one class stay apart.
    pub(super) group: String,
    /// The major version of EF Core.
    pub(super) major: u32,
}

/// A column with the entity and property that it is for.
struct Spot<'m> {
    at: At,
    property: &'m PropertyDraft,
    column: String,
    may_miss: bool,
}

impl<'m> Emitter<'m> {
    pub(super) fn entities(&self) -> Vec<(Location, Entity)> {
        let mut found: Vec<(Location, Entity)> = (0..self.draft.entities.len()).filter_map(|at| self.entity(at)).collect();
        found.extend(self.found.joins.iter().filter_map(|join| self.join(join)));
        found
    }

    fn place(&self, at: At) -> Location {
        let entity = &self.draft.entities[at];
        match &entity.owner {
            Some((owner, name, _)) => {
                let navigation = self.draft.entities[*owner].navigations.iter().find(|one| one.name == *name);
                navigation.map_or_else(|| self.place(*owner), |one| Location::new(&one.file, one.line))
            }
            None => self.types.all[entity.class].at.clone(),
        }
    }

    fn columns(&self) -> Columns<'_> {
        Columns { types: self.types, draft: self.draft, conventions: self.conventions }
    }

    fn class_name(&self, at: At) -> &str {
        &self.types.all[self.draft.entities[at].class].one.name
    }

    /// The entity whose table holds another.
    fn home(&self, at: At) -> At {
        let entity = &self.draft.entities[at];
        match (&entity.owner, entity.base) {
            (Some((owner, _, Holding::One | Holding::Complex)), _) if entity.table.is_none() => self.home(*owner),
            (None, Some(base)) if self.strategy(at) == Strategy::Shared => self.home(base),
            _ => at,
        }
    }

    /// How the line of an entity is stored; a derived type with a table of its own is apart.
    fn strategy(&self, at: At) -> Strategy {
        let line = self.draft.lineage(at);
        let root = line.last().copied().unwrap_or(at);
        match self.draft.entities[root].strategy {
            Strategy::Shared
                if at != root
                    && self.draft.entities[at].table.is_some()
                    && self.draft.entities[at].table != self.draft.entities[root].table =>
            {
                Strategy::Apart
            }
            strategy => strategy,
        }
    }

    fn is_stored(&self, at: At) -> bool {
        let entity = &self.draft.entities[at];
        let is_only_base = self.strategy(at) == Strategy::Whole && self.types.all[entity.class].one.is_abstract;
        self.home(at) == at && !entity.is_json && !self.is_in_json(at) && !is_only_base
    }

    fn is_in_json(&self, at: At) -> bool {
        let owner = self.draft.entities[at].owner.as_ref();
        owner.is_some_and(|(owner, ..)| self.draft.entities[*owner].is_json || self.is_in_json(*owner))
    }

    fn key_name(&self, at: At) -> String {
        format!("{}#{at}", self.group)
    }

    /// The table of an entity that has one.
    pub(super) fn table(&self, at: At) -> String {
        let entity = &self.draft.entities[at];
        if let Some(table) = &entity.table {
            return table.clone();
        }
        let set = entity.set.clone().filter(|_| entity.base.is_none() || self.strategy(at) != Strategy::Shared);
        // Two owners of one type: the table is called after the way to it.
        if let Some((owner, name, _)) = &entity.owner
            && self.draft.entities.iter().filter(|one| one.class == entity.class).count() > 1
        {
            return format!("{}_{name}", self.table(self.home(*owner)));
        }
        let default = set.unwrap_or_else(|| self.class_name(at).to_owned());
        self.conventions.table(&default)
    }

    fn schema(&self, at: At) -> Option<String> {
        let entity = &self.draft.entities[at];
        let of_owner = || entity.owner.as_ref().and_then(|(owner, ..)| self.schema(self.home(*owner)));
        entity.schema.clone().or_else(of_owner).or_else(|| self.draft.schema.clone())
    }

    fn entity(&self, at: At) -> Option<(Location, Entity)> {
        if !self.is_stored(at) {
            return None;
        }
        let draft = &self.draft.entities[at];
        let place = self.place(at);
        let mut made = Entity::new(Mapper::EfCore, self.key_name(at));
        made.group = Some(self.group.clone());
        made.engine = Some(self.conventions.engine);
        made.table = Some(Value::Text(self.table(at)));
        made.schema = self.schema(at).map(Value::Text);
        made.doc = draft.description.clone();
        if draft.storage == Storage::View {
            made.kind = EntityKind::View;
            return draft.table.is_some().then_some((place, made));
        }
        let spots = self.spots(at);
        let key = self.primary_key(at, &spots);
        let mut ordered: Vec<&Spot<'_>> = key.iter().filter_map(|name| spots.iter().find(|spot| spot.column == *name)).collect();
        ordered.extend(spots.iter().filter(|spot| !key.contains(&spot.column)));
        for spot in ordered {
            made.properties.push(self.property(at, spot, &key, &place));
        }
        self.add_own_columns(at, &mut made, &key);
        made.constraints.extend((!key.is_empty()).then(|| constraint(EntityConstraintKind::PrimaryKey, None, &key, place.line)));
        self.add_constraints(at, &mut made, &spots);
        self.add_relations(at, &mut made, (&spots, &key));
        Some((place, made))
    }

    /// The columns of the table of an entity, with those of what it holds and of what is derived from it.
    fn spots(&self, at: At) -> Vec<Spot<'m>> {
        let mut found = Vec::new();
        let line = match self.strategy(at) {
            Strategy::Whole => self.draft.lineage(at).into_iter().rev().collect(),
            _ => vec![at],
        };
        if self.strategy(at) == Strategy::Apart && self.draft.entities[at].base.is_some() {
            let root = self.draft.lineage(at).last().copied().unwrap_or(at);
            let key = keys::primary(self.types, self.draft, at);
            let names = key.iter().filter_map(|name| keys::property(self.draft, at, name));
            found.extend(names.map(|property| Spot { at: root, property, column: self.column(property, ""), may_miss: false }));
        }
        for one in line {
            self.spots_of(one, "", false, &mut found, DEPTH);
        }
        for derived in
            (0..self.draft.entities.len()).filter(|one| *one != at && self.draft.entities[*one].owner.is_none() && self.home(*one) == at)
        {
            self.spots_of(derived, "", true, &mut found, DEPTH);
        }
        found
    }

    fn spots_of(&self, at: At, prefix: &str, may_miss: bool, found: &mut Vec<Spot<'m>>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let draft: &'m EntityDraft = &self.draft.entities[at];
        // What is held in the table of its owner has no key of its own there.
        let to_owner = match &draft.owner {
            Some((owner, _, Holding::One)) if !prefix.is_empty() => keys::owner_key(self.types, self.draft, at, *owner),
            _ => Vec::new(),
        };
        for property in draft.properties.iter().filter(|one| !to_owner.contains(&one.name)) {
            let column = self.column(property, prefix);
            // Two derived types may share a column.
            if found.iter().all(|known| known.column != column) {
                found.push(Spot { at, property, column, may_miss });
            }
        }
        for (held, one) in self.draft.entities.iter().enumerate() {
            let Some((owner, name, holding)) = &one.owner else { continue };
            if *owner == at && *holding != Holding::Many && one.table.is_none() && !one.is_json {
                let navigation = draft.navigations.iter().find(|one| one.name == *name);
                let is_sure = *holding == Holding::Complex || navigation.is_some_and(|one| one.required);
                self.spots_of(held, &format!("{prefix}{name}_"), may_miss || !is_sure, found, depth);
            }
        }
    }

    fn column(&self, property: &PropertyDraft, prefix: &str) -> String {
        let default = || self.conventions.column(&format!("{prefix}{}", property.name));
        property.column.clone().unwrap_or_else(default)
    }

    /// The column of a property of an entity in its table.
    fn column_of(&self, at: At, name: &str, spots: &[Spot<'_>]) -> Option<String> {
        let line = self.draft.lineage(at);
        let exact = spots.iter().find(|spot| spot.property.name == name && line.contains(&spot.at));
        exact.map(|spot| spot.column.clone())
    }

    fn primary_key(&self, at: At, spots: &[Spot<'_>]) -> Vec<String> {
        let draft = &self.draft.entities[at];
        let names = keys::primary(self.types, self.draft, at);
        let is_apart = matches!(draft.owner, Some((.., Holding::One)));
        if let Some((owner, ..)) = draft.owner.as_ref().filter(|_| is_apart && draft.key.is_none()) {
            return keys::owner_key(self.types, self.draft, at, *owner).iter().map(|name| self.conventions.column(name)).collect();
        }
        names.iter().map(|name| self.column_of(at, name, spots).unwrap_or_else(|| self.conventions.column(name))).collect()
    }

    fn property(&self, table: At, spot: &Spot<'_>, key: &[String], place: &Location) -> Property {
        let (draft, in_key) = (spot.property, key.contains(&spot.column));
        let in_index = self.is_indexed(spot) || in_key;
        let class = self.draft.entities[spot.at].class;
        let whole = self.with_defaults(draft);
        let mut made = Property::new(
            spot.column.clone(),
            PropertyKind::Column(self.columns().column_type(class, &whole, in_index)),
            spot.property.line,
        );
        made.column = Some(Value::Text(spot.column.clone()));
        made.nullable = !in_key && (spot.may_miss || is_nullable(&whole));
        made.default = self.default(class, &whole);
        made.generated = whole.generated.clone().or_else(|| whole.computed.as_ref().map(|sql| format!("as ({sql})")));
        if made.generated.is_none() && key == [spot.column.clone()] && self.is_counted(table, spot, &whole) {
            made.generated = Some(AUTO_INCREMENT.to_owned());
        }
        made.doc = whole.description.clone();
        // Lines of other files are not those of the table.
        made.line = if spot.property.file == place.path { spot.property.line } else { 0 };
        made
    }

    /// A property with what holds for all properties of its type.
    fn with_defaults(&self, draft: &PropertyDraft) -> PropertyDraft {
        let mut whole = draft.clone();
        for (_, one) in self.draft.by_type.iter().filter(|(name, _)| super::types::parse(&draft.data_type).name == *name) {
            whole.length = whole.length.or_else(|| one.length.clone());
            whole.precision = whole.precision.or_else(|| one.precision.clone());
            whole.conversion = whole.conversion.or_else(|| one.conversion.clone());
            whole.stated = whole.stated.or_else(|| one.stated.clone());
            whole.is_plain_text |= one.is_plain_text;
            whole.is_fixed |= one.is_fixed;
        }
        whole
    }

    fn is_indexed(&self, spot: &Spot<'_>) -> bool {
        let named = |names: &[String]| names.contains(&spot.property.name);
        let line = self.draft.lineage(spot.at);
        line.iter().any(|at| self.draft.entities[*at].indexes.iter().any(|one| named(&one.properties)))
            || line.iter().any(|at| self.draft.entities[*at].alternate_keys.iter().any(|(_, names)| named(names)))
            || self.found.foreign.iter().any(|one| line.contains(&one.dependent) && named(&one.foreign_key))
    }

    fn is_counted(&self, table: At, spot: &Spot<'_>, whole: &PropertyDraft) -> bool {
        let points = self.found.foreign.iter().any(|one| one.dependent == spot.at && one.foreign_key.contains(&spot.property.name));
        let is_copy = self.strategy(table) == Strategy::Apart && self.draft.entities[table].base.is_some();
        whole.is_generated != Some(false)
            && whole.default.is_none()
            && !points
            && !is_copy
            && self.strategy(table) != Strategy::Whole
            && self.columns().counts(self.draft.entities[spot.at].class, whole)
    }

    fn default(&self, class: usize, property: &PropertyDraft) -> Option<String> {
        let default = property.default.clone()?;
        let is_bool =
            matches!(super::scalars::kind(self.types, class, &property.data_type), super::scalars::Kind::Scalar(Scalar::Boolean, _));
        Some(match (is_bool && self.conventions.engine != Engine::Sql(Dialect::Postgres), default.as_str()) {
            (true, "true") => "1".to_owned(),
            (true, "false") => "0".to_owned(),
            _ => default,
        })
    }

    fn add_constraints(&self, at: At, made: &mut Entity, spots: &[Spot<'_>]) {
        let members = (0..self.draft.entities.len()).filter(|one| self.home(*one) == at && !self.is_in_json(*one));
        for one in members {
            let draft = &self.draft.entities[one];
            for index in &draft.indexes {
                let columns: Option<Vec<String>> = index.properties.iter().map(|name| self.column_of(one, name, spots)).collect();
                if let Some(columns) = columns {
                    made.constraints.push(self.index(at, index, columns, made));
                }
            }
            for (name, properties) in &draft.alternate_keys {
                let columns: Option<Vec<String>> = properties.iter().map(|name| self.column_of(one, name, spots)).collect();
                made.constraints
                    .extend(columns.map(|columns| constraint(EntityConstraintKind::Unique, name.clone(), &columns, draft.line)));
            }
            for (name, sql) in &draft.checks {
                let mut check = constraint(EntityConstraintKind::Check, Some(name.clone()), &[], draft.line);
                check.predicate = Some(sql.clone());
                made.constraints.push(check);
            }
        }
    }

    fn index(&self, at: At, index: &IndexDraft, columns: Vec<String>, made: &Entity) -> EntityConstraint {
        let kind = if index.is_unique { EntityConstraintKind::UniqueIndex } else { EntityConstraintKind::Index };
        let name = index.name.clone().unwrap_or_else(|| self.index_name(at, &columns));
        let mut found = constraint(kind, Some(name), &columns, index.line);
        for (member, falls) in found.members.iter_mut().zip(&index.is_descending) {
            member.1 = if *falls { "desc".to_owned() } else { String::new() };
        }
        found.method = index.method.clone();
        let empty: Vec<String> =
            columns.iter().filter(|column| is_nullable_column(made, column)).map(|column| format!("[{column}] IS NOT NULL")).collect();
        let by_convention = index.is_unique && !empty.is_empty() && self.conventions.engine == Engine::Sql(Dialect::SqlServer);
        found.predicate = index.filter.clone().or_else(|| by_convention.then(|| empty.join(" AND "))).filter(|text| !text.is_empty());
        found
    }

    fn index_name(&self, at: At, columns: &[String]) -> String {
        let name = self.conventions.column(&format!("IX_{}_{}", self.table(at), columns.join("_")));
        let limit = if self.conventions.engine == Engine::Sql(Dialect::Postgres) { 63 } else { 128 };
        if name.len() > limit { format!("{}~", name.chars().take(limit - 1).collect::<String>()) } else { name }
    }
}

fn is_nullable(property: &PropertyDraft) -> bool {
    property.required.map_or(property.nullable, |required| !required)
}

fn constraint(kind: EntityConstraintKind, name: Option<String>, columns: &[String], line: u32) -> EntityConstraint {
    let members = columns.iter().map(|column| (column.clone(), String::new())).collect();
    EntityConstraint { kind, name, members, method: None, predicate: None, line }
}

fn has(made: &Entity, column: &Property) -> bool {
    made.properties.iter().any(|one| one.column.is_some() && one.column == column.column)
}

fn is_nullable_column(made: &Entity, column: &str) -> bool {
    let named = |one: &&Property| one.column.as_ref().and_then(Value::as_text) == Some(column);
    made.properties.iter().find(named).is_some_and(|one| one.nullable)
}

/// Whether an index or key begins with these columns.
fn is_covered(made: &Entity, columns: &[String], whole: bool) -> bool {
    made.constraints.iter().any(|one| {
        let members: Vec<&String> = one.members.iter().map(|(name, _)| name).collect();
        members.len() >= columns.len() && members.iter().zip(columns).all(|(a, b)| *a == b) && (!whole || members.len() == columns.len())
    })
}
