//! Keys, indexes and checks of an entity, with the names that its mapper gives them.

use super::conventions::snake;
use super::plan::{Plan, Planner};
use super::sha1::sha1;
use crate::finding::entity::{EntityConstraint, EntityConstraintKind, EntityKind, Mapper};
use crate::finding::schema::{ConstraintDefinition, ConstraintKind, IndexDefinition, IndexKey, KeyColumns, ObjectName};

/// Entities inherit keys no deeper than this.
const DEPTH: usize = 8;

/// Primary keys are known before relations are, which add columns that other keys may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Primary,
    Others,
}

impl<'a> Planner<'_, 'a, '_> {
    /// Adds the keys, indexes and checks of an entity and its bases.
    pub(super) fn add_keys(&self, plan: &mut Plan<'a>, at: usize, stage: Stage) {
        self.add_inherited(plan, at, stage, DEPTH);
    }

    fn add_inherited(&self, plan: &mut Plan<'a>, at: usize, stage: Stage, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for base in self.entities.bases(at).iter().copied() {
            if self.entities.kind(base) != EntityKind::Table {
                self.add_inherited(plan, base, stage, depth);
            }
        }
        for constraint in &self.entities.all[at].entity.constraints {
            if (constraint.kind == EntityConstraintKind::PrimaryKey) == (stage == Stage::Primary) {
                self.add_key(plan, constraint);
            }
        }
    }

    fn add_key(&self, plan: &mut Plan<'a>, constraint: &EntityConstraint) {
        let named: Vec<(String, &str)> = constraint
            .members
            .iter()
            .flat_map(|(member, order)| plan.columns_of(member).into_iter().map(move |column| (column, order.as_str())))
            .collect();
        let columns: Vec<String> = named.iter().map(|(column, _)| column.clone()).collect();
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
                    Mapper::MikroOrm => Some(format!("{}_{}_index", plan.name.name, columns.join("_"))),
                    Mapper::Sequelize => Some(snake(&format!("{}_{}", plan.name.name, columns.join("_")))),
                    Mapper::TypeOrm => Some(typeorm_index(&plan.name.name, &columns, constraint.predicate.as_deref())),
                    _ => None,
                };
                let name = constraint.name.clone().or_else(made_up).map(|name| ObjectName { schema: plan.name.schema.clone(), name });
                // Migrations of EF Core name columns as they are; what its models say reads the same.
                let is_bare = self.database.conventions.mapper == Mapper::EfCore;
                let keys = named.iter().map(|(column, order)| index_key(column, order, is_bare));
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

fn index_key(column: &str, order: &str, is_bare: bool) -> IndexKey {
    if column.contains(['(', ' ']) {
        return IndexKey { text: column.to_owned(), column: None };
    }
    let plain = column.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    let name = if plain || is_bare { column.to_owned() } else { format!("\"{column}\"") };
    let text = if order.is_empty() { name } else { format!("{name} {order}") };
    IndexKey { text, column: Some(column.to_owned()) }
}

/// The name that TypeORM gives an index: a digest of its table, its columns in order of their names, and its predicate.
pub(super) fn typeorm_index(table: &str, columns: &[String], predicate: Option<&str>) -> String {
    let mut sorted = columns.to_vec();
    sorted.sort();
    let predicate = predicate.map(|text| format!("_{text}")).unwrap_or_default();
    let key = format!("{table}_{}{predicate}", sorted.join("_"));
    // What is digested is written as in an address.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
    let encoded: String =
        key.bytes().map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect();
    format!("IDX_{}", &sha1(encoded.as_bytes())[..26])
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
