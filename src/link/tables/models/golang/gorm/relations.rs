//! Fields that hold other structs: the key stands on this side or on the other, or a table joins both.

use super::super::rows::key;
use super::super::structs::StructId;
use super::reader::{Reader, Spot, key_fields};
use crate::finding::entity::{Entity, JoinColumn, JoinTable, Property, PropertyKind, Relation, RelationKind};
use crate::link::tables::models::conventions::snake;
use crate::location::Location;

impl<'a> Reader<'_, 'a> {
    pub(super) fn add_relation(&mut self, made: &mut Entity, (id, spot): (&StructId, &Spot<'a>), spots: &[Spot<'a>]) {
        let Some(target) = self.target(spot) else { return self.leave_out(made, id, spot) };
        let theirs = self.spots(&target);
        let is_list = spot.field.variable.kind.trim_start_matches('*').starts_with("[]");
        let name = format!("{}{}#", spot.prefix, spot.field.variable.name);
        if let Some(table) = spot.tag.get("many2many") {
            let Some(join) = join_table((id, spots), (&target, &theirs), (table, spot)) else { return self.leave_out(made, id, spot) };
            let on_delete = on_delete(spot);
            let has_constraint = self.has_keys(spot);
            let both = Relation { owns: true, join_table: Some(join), on_delete, has_constraint, ..self.relation(&target) };
            let both = Relation { kind: RelationKind::ManyToMany, ..both };
            made.properties.push(Property::new(name, PropertyKind::Relation(both), spot.line));
            return self.open.push(target);
        }
        if let Some(columns) = joined(spot, &spot.field.variable.name, (spots, &theirs)).filter(|_| !is_list) {
            let one = Relation {
                join_columns: columns,
                on_delete: on_delete(spot),
                has_constraint: self.has_keys(spot),
                ..self.relation(&target)
            };
            made.properties.push(Property::new(name, PropertyKind::Relation(one), spot.line));
            // A key wants its table; the other direction does not.
            if self.has_keys(spot) {
                self.open.push(target);
            }
        } else if spot.tag.get("polymorphic").is_some() || spot.tag.get("polymorphictype").is_some() {
            // No key can point at several tables.
        } else if let Some(columns) = joined(spot, &id.1, (&theirs, spots)) {
            let line = self.structs.get(&target).map_or(0, |(at, _)| at.line);
            let one =
                Relation { join_columns: columns, on_delete: on_delete(spot), has_constraint: self.has_keys(spot), ..self.relation(id) };
            let property = Property::new(format!("{}#{}", id.1, spot.field.variable.name), PropertyKind::Relation(one), line);
            self.owed.push((id.clone(), target, property));
        } else {
            self.leave_out(made, id, spot);
        }
    }

    fn relation(&self, target: &StructId) -> Relation {
        Relation { owns: true, ..Relation::new(RelationKind::ManyToOne, key(target)) }
    }

    fn has_keys(&self, spot: &Spot<'_>) -> bool {
        !self.settings.no_foreign_keys && spot.tag.get("constraint") != Some("-") && spot.tag.get("constraint") != Some("false")
    }

    /// A field whose column, if it has one, is not known.
    fn leave_out(&mut self, made: &mut Entity, id: &StructId, spot: &Spot<'_>) {
        made.is_partial = true;
        let at = Location::new(&spot.file, spot.line);
        let message =
            format!("what the field {} of {} is stored as is not known: {}", spot.field.variable.name, id.1, spot.field.variable.kind);
        self.tell(&at, message);
    }
}

/// The columns of a key on one side, with what they point at on the other.
fn joined<'a>(spot: &Spot<'a>, before: &str, (own, other): (&[Spot<'a>], &[Spot<'a>])) -> Option<Vec<JoinColumn>> {
    let names = |text: &str| text.split(',').map(|one| one.trim().to_owned()).collect::<Vec<_>>();
    let column = |spots: &[Spot<'a>], name: &str| spots.iter().find(|one| one.is_called(name)).map(Spot::column);
    let referenced: Vec<&Spot<'a>> = match spot.tag.get("references") {
        Some(stated) => names(stated).iter().map(|name| other.iter().find(|one| one.is_called(name))).collect::<Option<_>>()?,
        None => key_fields(other),
    };
    let keys: Vec<String> = match spot.tag.get("foreignkey") {
        Some(stated) => names(stated).iter().map(|name| column(own, name)).collect::<Option<_>>()?,
        None => referenced.iter().map(|one| column(own, &format!("{before}{}", one.field.variable.name))).collect::<Option<_>>()?,
    };
    if keys.is_empty() || keys.len() != referenced.len() {
        return None;
    }
    let pair = |(key, other): (String, &&Spot<'a>)| JoinColumn { name: Some(key), references: Some(other.column()) };
    Some(keys.into_iter().zip(&referenced).map(pair).collect())
}

/// The table between two structs; `None` where other columns than their primary keys are joined.
fn join_table<'a>(
    (id, spots): (&StructId, &[Spot<'a>]),
    (target, theirs): (&StructId, &[Spot<'a>]),
    (table, spot): (&str, &Spot<'a>),
) -> Option<JoinTable> {
    if spot.tag.get("foreignkey").is_some() || spot.tag.get("references").is_some() {
        return None;
    }
    let columns = |start: &str, spots: &[Spot<'a>], stated: Option<&str>| -> Vec<JoinColumn> {
        let stated: Vec<&str> = stated.map(|text| text.split(',').collect()).unwrap_or_default();
        let made_up = |one: &Spot<'a>| snake(&format!("{start}{}", one.field.variable.name));
        let one = |(at, one): (usize, &&Spot<'a>)| stated.get(at).map_or_else(|| made_up(one), |name| snake(name.trim()));
        key_fields(spots).iter().enumerate().map(one).map(|name| JoinColumn { name: Some(name), references: None }).collect()
    };
    let other = if id == target { singular(&spot.field.variable.name) } else { target.1.clone() };
    Some(JoinTable {
        name: Some(table.to_owned()),
        columns: columns(&id.1, spots, spot.tag.get("joinforeignkey")),
        inverse_columns: columns(&other, theirs, spot.tag.get("joinreferences")),
        ..JoinTable::default()
    })
}

/// `Friends` -> `Friend`
fn singular(name: &str) -> String {
    match name.strip_suffix("ies") {
        Some(start) => format!("{start}y"),
        None => name.strip_suffix('s').unwrap_or(name).to_owned(),
    }
}

/// What happens to the rows that point at one that goes: `constraint:OnUpdate:CASCADE,OnDelete:SET NULL`.
fn on_delete(spot: &Spot<'_>) -> Option<String> {
    let stated = spot.tag.get("constraint")?.to_lowercase();
    let action = stated.split(',').find_map(|one| one.trim().strip_prefix("ondelete:").map(|action| action.trim().to_owned()));
    action.filter(|action| !action.is_empty())
}
