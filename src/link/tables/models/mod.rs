//! Entities of object-relational mappers as tables. Where no migration or schema file makes the tables of a database, its entities do;
//! where one does, it decides, the entities describe, and what only one side has is told.

mod collect;
mod column_types;
mod compare;
mod conventions;
mod documents;
mod drift;
mod ef;
mod golang;
mod groups;
mod joins;
mod keys;
mod plan;
mod relations;
mod samples;
mod scalars;
mod sequelize;
mod sha1;

use std::collections::BTreeMap;

use super::catalog::Catalog;
use super::history::{History, HistoryKind};
use super::{Folded, owner_of_folder};
use crate::finding::entity::{DISCRIMINATOR, Engine, EntityKind, Mapper};
use crate::finding::schema::{
    ConstraintDefinition, ConstraintKind, Dialect, KeyColumns, ObjectName, SchemaChange, SchemaStatement, TableAction, TableDefinition,
    TableElement, ViewDefinition,
};
use crate::gap::{Gap, GapCode};
use crate::link::Input;
use crate::location::{Location, RepoPath};
use crate::model::Model;
use collect::{Database, Entities};
pub(in crate::link) use ef::DB_CONTEXT;
use keys::Stage;
use plan::{Plan, Planner};
use relations::Relations;

/// Adds the databases that only entities make to `kept`, and the words of entities to the tables that are there already.
pub(super) fn link<'a>(input: &Input<'a>, kept: &mut Vec<Folded<'a>>, model: &mut Model) {
    let (mut derived, mut contexts) = ef::derive(input, model);
    let (of_go, groups) = golang::derive(input, model);
    derived.extend(of_go);
    contexts.extend(groups);
    let entities = Entities::of(input, &derived, model);
    for path in &entities.samples {
        let message = "a schema outside of where Prisma looks for its own, beside others that are there; taken for data";
        model.gaps.push(Gap::file(GapCode::NotUnderstood, path, message));
    }
    let mut databases: Vec<(Mapper, bool, Folded<'_>)> = Vec::new();
    for database in entities.databases(model) {
        let group = database.entities.first().and_then(|at| entities.all[*at].entity.group.as_ref());
        let context = group.and_then(|group| contexts.iter().find(|one| one.group == *group));
        let mut folded = match context {
            Some(context) => fold(&entities, &database, context.owner.clone(), model),
            None => fold(&entities, &database, owner(input, &entities, &database, model), model),
        };
        if let Some(context) = context {
            folded.store = context.store;
            folded.history.folder = context.at.path.parent();
            folded.history.tool = context.mapper.to_owned();
        }
        let is_made = context.is_some_and(|context| is_made_by_migrations(input, context, kept));
        databases.push((database.conventions.mapper, is_made, folded));
    }
    // The larger first: what a smaller one repeats is described by it.
    databases.sort_by_key(|(_, _, one)| (std::cmp::Reverse(one.catalog.names.len()), one.history.dialect, one.history.folder.clone()));
    let mut mapped: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for (mapper, is_made, one) in databases {
        let owner = one.owner.clone();
        for at in drift::settle((mapper, is_made), one, kept, model) {
            if let Some(owner) = &owner {
                *mapped.entry((at, owner.clone())).or_default() += 1;
            }
        }
    }
    own(&mapped, kept, model);
}

/// A database that only a job makes, or nobody that is known, belongs to the application whose entities are most of its tables.
fn own(mapped: &BTreeMap<(usize, String), usize>, kept: &mut [Folded<'_>], model: &Model) {
    for (at, one) in kept.iter_mut().enumerate() {
        let is_job = |key: &String| model.containers.get(key).is_some_and(|container| container.kind == "Job/Task");
        if !one.owner.as_ref().is_none_or(is_job) {
            continue;
        }
        let mut users: Vec<(usize, &String)> =
            mapped.iter().filter(|((place, _), _)| *place == at).map(|((_, owner), count)| (*count, owner)).collect();
        users.sort_by_key(|(count, owner)| (std::cmp::Reverse(*count), *owner));
        let tables = one.catalog.standing().count();
        match users.as_slice() {
            [(count, owner)] if count * 2 >= tables => one.owner = Some((*owner).clone()),
            [(count, owner), (next, _), ..] if count * 2 >= tables && count > next => one.owner = Some((*owner).clone()),
            _ => {}
        }
    }
}

/// Whether migrations make the tables of a context: the snapshot that EF Core keeps beside them is called like it.
fn is_made_by_migrations(input: &Input<'_>, context: &Stored, kept: &[Folded<'_>]) -> bool {
    let class = context.group.split('#').next().unwrap_or_default();
    let name = format!("{class}ModelSnapshot.cs");
    let snapshots: Vec<&RepoPath> = input.map.files.iter().map(|file| &file.path).filter(|path| path.name() == name).collect();
    let home = input.projects().folder_of(&context.at.path);
    let is_its = |path: &&&RepoPath| snapshots.len() == 1 || input.projects().folder_of(path) == home;
    let is_folded = |path: &RepoPath| {
        let folder = path.parent();
        let made = kept.iter().filter(|one| one.history.kind != HistoryKind::Models).map(|one| &one.history.folder);
        made.into_iter().any(|other| folder.is_within(other) || other.is_within(&folder))
    };
    snapshots.iter().filter(is_its).any(|path| is_folded(path))
}

/// A connection or context whose entities are worked out from several files.
struct Stored {
    /// What its entities name.
    group: String,
    /// Where it stands.
    at: Location,
    /// The container that uses it.
    owner: Option<String>,
    /// What holds its tables, where that is no known engine.
    store: Option<&'static str>,
    /// What maps them.
    mapper: &'static str,
}

/// The container whose folder holds the entities, else the only one that uses them.
fn owner(input: &Input<'_>, entities: &Entities<'_, '_>, database: &Database<'_>, model: &Model) -> Option<String> {
    if let Some(owner) = owner_of_folder(model, &database.folder) {
        return Some(owner);
    }
    let file = &entities.all.get(*database.entities.first()?)?.at.path;
    let mut users = input.usage(model).containers(model, file).into_iter();
    users.next().filter(|_| users.next().is_none())
}

/// The dialect that a catalog is kept in; collections are kept like the tables of an engine without schemas.
fn dialect(engine: Engine) -> Dialect {
    match engine {
        Engine::Sql(dialect) => dialect,
        Engine::MongoDb => Dialect::Sqlite,
    }
}

/// The catalog that the entities of a database amount to.
fn fold<'a>(entities: &Entities<'a, '_>, database: &Database<'a>, owner: Option<String>, model: &mut Model) -> Folded<'static> {
    let dialect = dialect(database.conventions.engine);
    let mut catalog = Catalog::new(dialect, None);
    catalog.start_file(false);
    let (changes, partial) = changes(entities, database);
    for (at, change) in changes {
        let statement = SchemaStatement::new(change, false);
        if let Err(why) = catalog.apply(&statement, &at) {
            model.gaps.push(Gap::line(GapCode::StatementNotApplied, &at.path, at.line, why.0));
        }
    }
    for id in partial.iter().filter_map(|name| catalog.find(name)).collect::<Vec<_>>() {
        if let Some(table) = catalog.tables.get_mut(id).and_then(Option::as_mut) {
            table.is_partial = true;
        }
    }
    let history = History {
        kind: HistoryKind::Models,
        folder: database.folder.clone(),
        tool: String::new(),
        dialect,
        scripts: Vec::new(),
        down: 0,
        has_down: false,
        package: None,
    };
    let store = (database.conventions.engine == Engine::MongoDb).then_some("MongoDB");
    Folded { history, catalog, owner, store, gaps: Vec::new() }
}

/// What would make the tables of a database: types, tables, then what points from one to another. With it the tables of which more is
/// there than could be read.
fn changes<'a>(entities: &Entities<'a, '_>, database: &Database<'a>) -> (Vec<(Location, SchemaChange)>, Vec<ObjectName>) {
    let planner = Planner { entities, database };
    let (mut plans, plan_of) = plans(&planner);
    let major = entities.major_version(&database.folder, &["prisma", "@prisma/client"]);
    let joins_have_key = database.conventions.mapper == Mapper::Prisma && major.is_some_and(|major| major >= 6);
    let relations = Relations { entities, database, plan_of: &plan_of, joins_have_key };
    let keys = relations.keys(&mut plans);
    for plan in &mut plans {
        for at in std::iter::once(plan.entity).chain(std::mem::take(&mut plan.derived)) {
            planner.add_keys(plan, at, Stage::Others);
        }
        set_order(plan, database.conventions.mapper);
    }
    let joins = relations.joins(&plans);
    let place = |entity: usize, line: u32| Location::new(&entities.all[entity].at.path, line);

    let partial = plans.iter().filter(|plan| plan.is_partial).map(|plan| plan.name.clone()).collect();
    let mut changes = enums(database);
    for plan in plans.iter_mut() {
        let at = entities.all[plan.entity].at;
        changes.extend(plan.enums.drain(..).map(|(name, values)| (at.clone(), SchemaChange::CreateEnum(name, values))));
    }
    let mut made: Vec<ObjectName> = Vec::new();
    // Of an entity whose columns are all made by something that is not read, nothing is known but its name.
    for plan in plans.into_iter().filter(|plan| !plan.columns.is_empty()) {
        made.push(plan.name.clone());
        let at = entities.all[plan.entity].at.clone();
        let indexes: Vec<SchemaChange> = plan.indexes.iter().cloned().map(SchemaChange::CreateIndex).collect();
        changes.push((at.clone(), SchemaChange::CreateTable(table(plan, entities))));
        changes.extend(indexes.into_iter().map(|change| (at.clone(), change)));
    }
    for join in joins {
        // Both sides may state one join table.
        if made.contains(&join.table.name) {
            continue;
        }
        made.push(join.table.name.clone());
        let at = place(join.entity, join.line);
        changes.push((at.clone(), SchemaChange::CreateTable(join.table)));
        changes.extend(join.indexes.into_iter().map(|index| (at.clone(), SchemaChange::CreateIndex(index))));
    }
    for mut key in keys {
        // SQL Server knows no RESTRICT.
        if let ConstraintKind::ForeignKey(foreign) = &mut key.constraint.kind
            && database.conventions.engine == Engine::Sql(Dialect::SqlServer)
        {
            foreign.on_delete = foreign.on_delete.take().filter(|action| action != "restrict");
        }
        changes.push((place(key.entity, key.line), SchemaChange::AlterTable(key.table, TableAction::AddConstraint(key.constraint))));
    }
    changes.extend(views(&planner));
    (changes, partial)
}

/// TypeORM puts the columns of embedded entities last, MikroORM those of relations where the relation stands.
fn set_order(plan: &mut Plan<'_>, mapper: Mapper) {
    match mapper {
        Mapper::TypeOrm => plan.columns.sort_by_key(|one| one.property.contains('.')),
        Mapper::MikroOrm => {
            let order = std::mem::take(&mut plan.order);
            let place = |one: &plan::PlannedColumn| {
                let root = one.property.split(['#', '.']).next().unwrap_or_default();
                order.iter().position(|path| path == root).unwrap_or(order.len())
            };
            plan.columns.sort_by_key(place);
        }
        _ => {}
    }
}

fn enums(database: &Database<'_>) -> Vec<(Location, SchemaChange)> {
    if database.conventions.engine != Engine::Sql(Dialect::Postgres) {
        return Vec::new();
    }
    let create = |(at, one): &(&Location, &crate::finding::entity::EntityEnum)| {
        let name = ObjectName { schema: one.schema.clone(), name: one.mapped.clone().unwrap_or_else(|| one.name.clone()) };
        ((*at).clone(), SchemaChange::CreateEnum(name, one.values.clone()))
    };
    database.enums.iter().map(create).collect()
}

/// The plan of each table, and which plan each entity is in.
fn plans<'a>(planner: &Planner<'_, 'a, '_>) -> (Vec<Plan<'a>>, BTreeMap<usize, usize>) {
    let mut plans: Vec<Plan<'a>> = Vec::new();
    let mut plan_of: BTreeMap<usize, usize> = BTreeMap::new();
    let tables = planner.database.entities.iter().copied().filter(|at| planner.entities.kind(*at) == EntityKind::Table);
    for at in tables.filter(|at| planner.home(*at) == *at) {
        let plan = planner.plan(at);
        match plans.iter_mut().position(|other| other.name == plan.name) {
            // Two classes over one table: the table has what either says.
            Some(known) => {
                plan_of.insert(at, known);
                let new = plan.columns.into_iter().filter(|one| plans[known].column(&one.column.name).is_none()).collect::<Vec<_>>();
                plans[known].columns.extend(new);
            }
            None => {
                plan_of.insert(at, plans.len());
                plans.push(plan);
            }
        }
    }
    for at in planner.database.entities.iter().copied() {
        let home = planner.home(at);
        if home != at
            && let Some(plan) = plan_of.get(&home).copied()
        {
            planner.extend(&mut plans[plan], at);
            plan_of.insert(at, plan);
        }
    }
    // What tells the classes of a table apart stands behind the columns of all of them.
    plans.iter_mut().for_each(|plan| plan.columns.sort_by_key(|one| one.property == DISCRIMINATOR));
    (plans, plan_of)
}

fn table(plan: Plan<'_>, entities: &Entities<'_, '_>) -> TableDefinition {
    let mut elements: Vec<TableElement> = plan.columns.into_iter().map(|one| TableElement::Column(one.column)).collect();
    if !plan.primary_key.is_empty() {
        let kind = ConstraintKind::PrimaryKey(KeyColumns::Columns(plan.primary_key));
        elements.push(TableElement::Constraint(ConstraintDefinition { name: None, kind }));
    }
    elements.extend(plan.constraints.into_iter().map(TableElement::Constraint));
    TableDefinition { name: plan.name, elements, description: description(plan.entity, entities), ..TableDefinition::default() }
}

/// The words at the entity, else those at the schema that a model is made of.
fn description(at: usize, entities: &Entities<'_, '_>) -> Option<String> {
    let entity = entities.all[at].entity;
    let mut schemas = entity.bases.iter().filter_map(|name| entities.resolve(at, name)).filter(|_| entity.mapper == Mapper::Mongoose);
    entity.doc.clone().or_else(|| schemas.find_map(|schema| entities.all[schema].entity.doc.clone()))
}

/// Views are named by entities; what they show stands elsewhere.
fn views(planner: &Planner<'_, '_, '_>) -> Vec<(Location, SchemaChange)> {
    let views = planner.database.entities.iter().copied().filter(|at| planner.entities.kind(*at) == EntityKind::View);
    let create = |at: usize| {
        let stated = planner.entities.all[at];
        let query = stated.entity.options.as_ref().and_then(crate::finding::Value::as_text).unwrap_or_default().to_owned();
        let view =
            ViewDefinition { name: planner.plan(at).name, query, description: stated.entity.doc.clone(), ..ViewDefinition::default() };
        (stated.at.clone(), SchemaChange::CreateView(view))
    };
    views.map(create).collect()
}
