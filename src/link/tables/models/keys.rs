//! Keys, indexes and checks of an entity, with the names that its mapper gives them.

use super::plan::{Plan, Planner};
use crate::finding::entity::{EntityConstraint, EntityConstraintKind, EntityKind, Mapper};
use crate::finding::schema::{ConstraintDefinition, ConstraintKind, IndexDefinition, IndexKey, KeyColumns, ObjectName};

impl<'a> Planner<'_, 'a, '_> {
    pub(super) fn add_keys(&self, plan: &mut Plan<'a>, at: usize, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let entity = self.entities.all[at].entity;
        for base in entity.bases.iter().filter_map(|name| self.entities.resolve(at, name)).filter(|base| *base != at) {
            if self.entities.kind(base) != EntityKind::Table {
                self.add_keys(plan, base, depth);
            }
        }
        for constraint in &entity.constraints {
            self.add_key(plan, constraint);
        }
    }

    pub(super) fn add_key(&self, plan: &mut Plan<'a>, constraint: &EntityConstraint) {
        let column = |member: &str| plan.column(member).map_or_else(|| member.to_owned(), |one| one.column.name.clone());
        let columns: Vec<String> = constraint.members.iter().map(|(member, _)| column(member)).collect();
        match constraint.kind {
            EntityConstraintKind::PrimaryKey => plan.primary_key = columns,
            EntityConstraintKind::Unique => {
                let kind = ConstraintKind::Unique(KeyColumns::Columns(columns));
                plan.constraints.push(ConstraintDefinition { name: constraint.name.clone(), kind });
            }
            EntityConstraintKind::Check => {
                let kind = ConstraintKind::Check(constraint.predicate.clone().unwrap_or_default());
                plan.constraints.push(ConstraintDefinition { name: constraint.name.clone(), kind });
            }
            EntityConstraintKind::Index | EntityConstraintKind::UniqueIndex => {
                let unique = constraint.kind == EntityConstraintKind::UniqueIndex;
                let made_up = || match self.database.conventions.mapper {
                    Mapper::Prisma => Some(prisma_index(&plan.name.name, &columns, unique)),
                    Mapper::Drizzle => Some(format!("{}_{}_index", plan.name.name, columns.join("_"))),
                    _ => None,
                };
                let name = constraint.name.clone().or_else(made_up).map(|name| ObjectName { schema: plan.name.schema.clone(), name });
                let keys = constraint.members.iter().zip(&columns).map(|((_, order), column)| index_key(column, order));
                plan.indexes.push(IndexDefinition {
                    name,
                    table: plan.name.clone(),
                    unique,
                    method: constraint.method.clone().unwrap_or_else(|| "btree".to_owned()),
                    keys: keys.collect(),
                    include: Vec::new(),
                    predicate: constraint.predicate.clone(),
                });
            }
        }
    }
}

fn index_key(column: &str, order: &str) -> IndexKey {
    if column.contains(['(', ' ']) {
        return IndexKey { text: column.to_owned(), column: None };
    }
    let plain = column.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    let name = if plain { column.to_owned() } else { format!("\"{column}\"") };
    let text = if order.is_empty() { name } else { format!("{name} {order}") };
    IndexKey { text, column: Some(column.to_owned()) }
}

/// The name that Prisma gives an index: cut so that the end of it stays.
fn prisma_index(table: &str, columns: &[String], unique: bool) -> String {
    let end = if unique { "_key" } else { "_idx" };
    let mut name = format!("{table}_{}", columns.join("_"));
    while name.len() > 63 - end.len() {
        name.pop();
    }
    format!("{name}{end}")
}
