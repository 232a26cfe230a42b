//! Relationships of tables, from foreign keys alone: here, on the other side, and through pure join tables.

use super::catalog::{Catalog, Rule, TableState};
use super::keys::Names;
use super::publish::target_key;
use crate::model::{Cardinality, Model, Table, TableRelationship};

/// Adds the relationships of one database.
pub(super) fn add(catalog: &Catalog, names: &Names, model: &mut Model) {
    for (key, _, state) in catalog.standing() {
        let Some(own) = names.tables.get(key) else { continue };
        for constraint in &state.constraints {
            let Rule::ForeignKey(foreign) = &constraint.rule else { continue };
            let Some(target) = target_key(catalog, &foreign.target, names) else { continue };
            let cardinality = cardinality(state, &foreign.columns);
            let relationship = TableRelationship {
                cardinality,
                target: target.clone(),
                foreign_key: foreign.columns.clone(),
                references: foreign.references.clone(),
                join_table: None,
                on_delete: foreign.on_delete.clone().filter(|action| action != "no action"),
            };
            push(model, own, relationship);
            add_inverse(model, own, &target, &foreign.columns, cardinality);
        }
    }
    for table in model.schema.tables.values_mut() {
        table.relationships.sort();
        table.relationships.dedup();
    }
}

fn push(model: &mut Model, table: &str, relationship: TableRelationship) {
    if let Some(table) = model.schema.tables.get_mut(table) {
        table.relationships.push(relationship);
    }
}

fn add_inverse(model: &mut Model, own: &str, target: &str, columns: &[String], cardinality: Cardinality) {
    let inverse = match cardinality {
        Cardinality::ManyToOne => Cardinality::OneToMany,
        other => other,
    };
    // A list of others of its own kind is told once.
    if inverse == Cardinality::ManyToMany && own == target {
        return;
    }
    let Some(table) = model.schema.tables.get_mut(target) else { return };
    // One to one does not say on which side the key stands; where both sides have such columns it would read as the other's key.
    let has_all = columns.iter().all(|column| table.columns.iter().any(|own| own.name.eq_ignore_ascii_case(column)));
    if inverse == Cardinality::OneToOne && has_all {
        return;
    }
    table.relationships.push(TableRelationship {
        cardinality: inverse,
        target: own.to_owned(),
        foreign_key: columns.to_vec(),
        references: Vec::new(),
        join_table: None,
        on_delete: None,
    });
}

/// A list of keys in one column, as documents have, points at many.
fn cardinality(state: &TableState, columns: &[String]) -> Cardinality {
    let is_list = |name: &String| state.columns.iter().any(|column| column.name == *name && column.data_type.ends_with("[]"));
    match columns {
        [only] if is_list(only) => Cardinality::ManyToMany,
        _ if is_unique(state, columns) => Cardinality::OneToOne,
        _ => Cardinality::ManyToOne,
    }
}

/// Whether no two rows have the same foreign key.
fn is_unique(state: &TableState, columns: &[String]) -> bool {
    let same = |other: &[String]| other.len() == columns.len() && other.iter().all(|column| columns.contains(column));
    same(state.primary_key()) || state.unique_sets().iter().any(|set| same(set))
}

/// Adds many-to-many relationships between the two sides of each pure join table: two foreign keys and nothing else.
pub(super) fn join_tables(model: &mut Model) {
    let joins: Vec<(String, String, String)> = model
        .schema
        .tables
        .iter()
        .filter_map(|(key, table)| {
            let (first, second) = sides(table)?;
            Some((key.clone(), first, second))
        })
        .collect();
    for (join, first, second) in joins {
        for (from, to) in [(&first, &second), (&second, &first)] {
            let relationship = TableRelationship {
                cardinality: Cardinality::ManyToMany,
                target: to.clone(),
                foreign_key: Vec::new(),
                references: Vec::new(),
                join_table: Some(join.clone()),
                on_delete: None,
            };
            push(model, from, relationship);
        }
    }
    for table in model.schema.tables.values_mut() {
        table.relationships.sort();
        table.relationships.dedup();
    }
}

/// The two tables that a pure join table joins.
fn sides(table: &Table) -> Option<(String, String)> {
    let here = |one: &&TableRelationship| one.cardinality == Cardinality::ManyToOne;
    let keys: Vec<&TableRelationship> = table.relationships.iter().filter(here).collect();
    let [first, second] = keys.as_slice() else { return None };
    let covered = |name: &String| first.foreign_key.contains(name) || second.foreign_key.contains(name);
    let pure = table.columns.iter().all(|column| covered(&column.name)) && table.columns.len() > 1;
    pure.then(|| (first.target.clone(), second.target.clone()))
}
