//! Relations of entities as a database keeps them: columns that a key adds, and foreign keys; for join tables see `joins`.

use super::collect::{Database, Entities};
use super::conventions::Conventions;
use super::plan::{Plan, PlannedColumn};
use crate::finding::entity::{JoinColumn, Mapper, Property, Relation, RelationKind};
use crate::finding::schema::{ColumnDefinition, ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, KeyColumns, ObjectName};

/// A foreign key with the table and the line that it stands at.
pub(super) struct Key {
    pub(super) entity: usize,
    pub(super) table: ObjectName,
    pub(super) line: u32,
    pub(super) constraint: ConstraintDefinition,
}

impl Key {
    fn is_same(&self, other: &Self) -> bool {
        let parts = |key: &'_ Self| match &key.constraint.kind {
            ConstraintKind::ForeignKey(foreign) => Some((key.table.clone(), foreign.columns.clone(), foreign.target.clone())),
            _ => None,
        };
        self.table == other.table && parts(self) == parts(other)
    }
}

/// The plans of one database while relations are added to them.
pub(super) struct Relations<'e, 'a, 'i> {
    pub(super) entities: &'e Entities<'a, 'i>,
    pub(super) database: &'e Database<'a>,
    /// The place of the plan of each entity of the database.
    pub(super) plan_of: &'e std::collections::BTreeMap<usize, usize>,
    /// Whether join tables have a primary key rather than a unique index: Prisma, since its sixth version.
    pub(super) joins_have_key: bool,
}

impl<'a> Relations<'_, 'a, '_> {
    /// Adds columns and gives the foreign keys. A key may point at a column that another key adds: tried until nothing new comes.
    pub(super) fn keys(&self, plans: &mut [Plan<'a>]) -> Vec<Key> {
        let mut open: Vec<(usize, usize)> =
            plans.iter().enumerate().flat_map(|(at, plan)| (0..plan.relations.len()).map(move |relation| (at, relation))).collect();
        let mut keys = Vec::new();
        loop {
            let before = open.len();
            open.retain(|(at, relation)| match self.key(plans, *at, *relation) {
                Some(key) => {
                    // Both an attribute and an association may state one key: what stands first counts.
                    keys.extend(key.filter(|key: &Key| !keys.iter().any(|other: &Key| key.is_same(other))));
                    false
                }
                None => true,
            });
            if open.is_empty() || open.len() == before {
                return keys;
            }
        }
    }

    /// `None`: the other side has no key yet; an empty key: nothing is stored here.
    fn key(&self, plans: &mut [Plan<'a>], at: usize, relation: usize) -> Option<Option<Key>> {
        let (path, property, relation) = plans[at].relations[relation].clone();
        let stores = match relation.kind {
            RelationKind::ManyToOne => true,
            RelationKind::OneToOne => relation.owns || !relation.join_columns.is_empty(),
            RelationKind::OneToMany | RelationKind::ManyToMany | RelationKind::ToMany => false,
        };
        let target = self.plan_at(&plans[at], &relation.target).filter(|_| stores);
        let Some(target) = target else { return Some(None) };
        let pairs = self.pairs(&plans[at], &plans[target], (&path, property, relation))?;
        let target_name = plans[target].name.clone();
        let plan = &mut plans[at];
        for (column, _) in &pairs {
            if plan.column(&column.column.name).is_none() {
                plan.columns.push(column.clone());
            }
            if property.primary_key && !plan.primary_key.contains(&column.column.name) {
                plan.primary_key.push(column.column.name.clone());
            }
        }
        let columns: Vec<String> = pairs.iter().map(|(column, _)| column.column.name.clone()).collect();
        plan.joined.push((path, columns.clone()));
        let is_own_key = plan.primary_key == columns;
        let made_unique =
            relation.kind == RelationKind::OneToOne && !matches!(self.database.conventions.mapper, Mapper::Prisma | Mapper::Drizzle);
        if (made_unique || property.unique) && !is_own_key {
            let kind = ConstraintKind::Unique(KeyColumns::Columns(columns.clone()));
            plan.constraints.push(ConstraintDefinition { name: None, kind });
        }
        if columns.is_empty() || !relation.has_constraint || !self.database.has_foreign_keys {
            return Some(None);
        }
        // An association of Sequelize, and a relation of MikroORM, that says nothing sets a key to null where it may be.
        let may_be_null = || columns.iter().all(|name| plan.columns.iter().any(|one| one.column.name == *name && !one.column.not_null));
        let is_association = matches!(plan.conventions.mapper, Mapper::Sequelize | Mapper::MikroOrm) && !property.name.ends_with('#');
        let by_default = || (is_association && may_be_null()).then(|| "set null".to_owned());
        let on_delete = relation.on_delete.clone().or_else(by_default).filter(|action| action != "no action");
        let foreign = ForeignKeyDefinition {
            columns,
            target: target_name,
            references: pairs.into_iter().map(|(_, references)| references).collect(),
            on_delete,
        };
        let constraint = ConstraintDefinition { name: relation.constraint.clone(), kind: ConstraintKind::ForeignKey(foreign) };
        Some(Some(Key { entity: plan.entity, table: plan.name.clone(), line: property.line, constraint }))
    }

    pub(super) fn plan_at(&self, plan: &Plan<'a>, target: &str) -> Option<usize> {
        self.plan_of.get(&self.entities.resolve(plan.entity, target)?).copied()
    }

    /// The columns of a key, each with the column that it points at; `None` while that is not known.
    fn pairs(&self, own: &Plan<'a>, target: &Plan<'a>, relation: (&str, &Property, &Relation)) -> Option<Vec<(PlannedColumn, String)>> {
        let (path, property, relation) = relation;
        let by_convention: Vec<JoinColumn> = target.primary_key.iter().map(|_| JoinColumn::default()).collect();
        let joins = if relation.join_columns.is_empty() { &by_convention } else { &relation.join_columns };
        if joins.is_empty() {
            return None;
        }
        let pairs = joins.iter().enumerate().map(|(at, join)| {
            let referenced = match &join.references {
                Some(name) => target.column(name)?,
                None => target.column(target.primary_key.get(at)?)?,
            };
            let existing = join.name.as_deref().and_then(|name| own.column(name));
            if let Some(existing) = existing {
                return Some((existing.clone(), referenced.column.name.clone()));
            }
            let is_by_column = own.conventions.mapper == Mapper::MikroOrm;
            let pointed_at = if is_by_column { &referenced.column.name } else { &referenced.property };
            let made_up = || own.conventions.join_column(path, pointed_at);
            let name = join.name.clone().unwrap_or_else(made_up);
            if let Some(existing) = own.columns.iter().find(|one| one.column.name == name) {
                return Some((existing.clone(), referenced.column.name.clone()));
            }
            let column = ColumnDefinition {
                data_type: Conventions::pointing_at(&referenced.column.data_type),
                not_null: !property.nullable,
                description: property.doc.clone(),
                line: property.line,
                name,
                ..ColumnDefinition::default()
            };
            Some((PlannedColumn { property: format!("{path}#{at}"), column }, referenced.column.name.clone()))
        });
        pairs.collect()
    }
}
