//! What Sequelize adds to a model where its options do not say otherwise: an id, and when a row was made, changed and removed.
//! Options hold for a model, for the models that inherit from it, and for all where the connection states them.

use super::collect::Entities;
use super::conventions::{Conventions, snake};
use super::plan::{Plan, PlannedColumn};
use crate::finding::Value;
use crate::finding::entity::{EntityConstraintKind, Mapper, Naming, Property, PropertyKind, Relation, Scalar};
use crate::finding::schema::ColumnDefinition;

/// Models inherit options no deeper than this.
const DEPTH: usize = 8;

/// The options of a model, the nearest first.
struct Options(Vec<Value>);

impl Options {
    fn of(entities: &Entities<'_, '_>, at: usize) -> Self {
        let own = |at: usize| entities.all[at].entity.options.as_ref().map(|options| entities.value(at, options));
        let mut stated: Vec<Value> = Vec::new();
        let mut next = Some(at);
        for _ in 0..DEPTH {
            let Some(at) = next else { break };
            stated.extend(own(at));
            next = entities.bases(at).first().copied();
        }
        stated.extend(entities.defaults(at).map(|value| entities.value(at, value)));
        Self(stated)
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find_map(|options| options.get(key))
    }

    fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key) {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        }
    }
}

/// The naming of one model: its own options may set it apart from the others.
pub(super) fn conventions(entities: &Entities<'_, '_>, at: usize, all: Conventions) -> Conventions {
    if all.mapper != Mapper::Sequelize {
        return all;
    }
    let naming = match Options::of(entities, at).flag("underscored") {
        Some(true) => Some(Naming::SnakePlural),
        Some(false) => None,
        None => all.naming,
    };
    Conventions { naming, ..all }
}

/// The table of a model that states none; one that keeps its name is not put into the plural.
pub(super) fn table(entities: &Entities<'_, '_>, at: usize, conventions: Conventions) -> String {
    let options = Options::of(entities, at);
    let name = match entities.all[at].entity.options.as_ref().and_then(|options| options.get("modelName")) {
        Some(Value::Text(name)) => name.as_str(),
        _ => &entities.all[at].entity.name,
    };
    if options.flag("freezeTableName") == Some(true) { name.to_owned() } else { conventions.table(name) }
}

/// Whether a model joins two others; such a one gets no id.
fn stands_between(entities: &Entities<'_, '_>, model: usize) -> bool {
    let joins = |at: usize, property: &Property| match &property.kind {
        PropertyKind::Relation(Relation { join_table: Some(table), .. }) if table.is_entity => {
            table.name.as_deref().and_then(|name| entities.resolve(at, name)) == Some(model)
        }
        _ => false,
    };
    entities.all.iter().enumerate().any(|(at, stated)| stated.entity.properties.iter().any(|property| joins(at, property)))
}

/// Adds the columns that Sequelize makes itself.
pub(super) fn complete(entities: &Entities<'_, '_>, plan: &mut Plan<'_>) {
    let options = Options::of(entities, plan.entity);
    let entity = entities.all[plan.entity].entity;
    let has_key = !plan.primary_key.is_empty() || entity.constraints.iter().any(|one| one.kind == EntityConstraintKind::PrimaryKey);
    if !has_key && plan.column("id").is_none() && !stands_between(entities, plan.entity) {
        let (data_type, generated) = plan.conventions.counted_up(&plan.conventions.data_type(Scalar::Integer, None));
        let column = ColumnDefinition { name: "id".to_owned(), data_type, not_null: true, generated, ..ColumnDefinition::default() };
        plan.columns.insert(0, PlannedColumn { property: "id".to_owned(), column });
        plan.primary_key = vec!["id".to_owned()];
    }
    if options.flag("timestamps") == Some(false) {
        return;
    }
    let paranoid = options.flag("paranoid") == Some(true);
    for (key, not_null) in [("createdAt", true), ("updatedAt", true), ("deletedAt", false)] {
        let property = match options.get(key) {
            Some(Value::Bool(false)) => continue,
            Some(Value::Text(name)) => name.clone(),
            _ if key == "deletedAt" && !paranoid => continue,
            _ => key.to_owned(),
        };
        if key == "deletedAt" && !paranoid || plan.column(&property).is_some() {
            continue;
        }
        let name = if plan.conventions.naming.is_some() { snake(&property) } else { property.clone() };
        let data_type = plan.conventions.data_type(Scalar::DateTime, None);
        let column = ColumnDefinition { name, data_type, not_null, ..ColumnDefinition::default() };
        plan.columns.push(PlannedColumn { property, column });
    }
}
