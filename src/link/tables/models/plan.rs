//! The table that an entity stands for: its columns with names and types, its keys and indexes. Relations are added afterwards.

use super::collect::{Database, Entities};
use super::conventions::Conventions;
use super::documents;
use super::keys::Stage;
use super::sequelize;
use crate::finding::entity::{AUTO_INCREMENT, Engine, EntityKind, GENERATED_UUID, Mapper, Property, PropertyKind, Relation};
use crate::finding::schema::{ColumnDefinition, ConstraintDefinition, ConstraintKind, IndexDefinition, KeyColumns, ObjectName};
use crate::finding::{Value, string_literal};

/// Entities embed and inherit no deeper than this.
const DEPTH: usize = 8;

/// A table that is being put together.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    /// The entity, by its place among all.
    pub(super) entity: usize,
    pub(super) name: ObjectName,
    /// What names and types are made by.
    pub(super) conventions: Conventions,
    pub(super) columns: Vec<PlannedColumn>,
    pub(super) primary_key: Vec<String>,
    pub(super) constraints: Vec<ConstraintDefinition>,
    pub(super) indexes: Vec<IndexDefinition>,
    /// The relations with the property that each stands at, the prefix of embedding properties before it.
    pub(super) relations: Vec<(String, &'a Property, &'a Relation)>,
    /// Enums that the columns make: name and values.
    pub(super) enums: Vec<(ObjectName, Vec<String>)>,
    /// The properties in the order in which they are stated, those of bases first.
    pub(super) order: Vec<String>,
    /// The columns of each relation that has a key here, by the path of its property.
    pub(super) joined: Vec<(String, Vec<String>)>,
    /// Whether it has more columns than could be read.
    pub(super) is_partial: bool,
    /// Derived entities that are stored in this table too.
    pub(super) derived: Vec<usize>,
}

/// A column with the property that it is for.
#[derive(Clone, Debug)]
pub(super) struct PlannedColumn {
    pub(super) property: String,
    pub(super) column: ColumnDefinition,
}

impl Plan<'_> {
    /// The column of a property, or of that name.
    pub(super) fn column(&self, name: &str) -> Option<&PlannedColumn> {
        let by_property = self.columns.iter().find(|one| one.property == name);
        let by_name = || self.columns.iter().find(|one| one.column.name == name);
        // A column that is spread into the table stands under the name of what holds it.
        let inner = || self.columns.iter().find(|one| one.property.rsplit('.').next() == Some(name));
        by_property.or_else(by_name).or_else(inner)
    }
}

impl Plan<'_> {
    /// The columns that a member of a key means: one, those of a relation or of an embedded entity, or what is written.
    pub(super) fn columns_of(&self, member: &str) -> Vec<String> {
        if let Some(one) = self.column(member) {
            return vec![one.column.name.clone()];
        }
        if let Some((_, columns)) = self.joined.iter().find(|(path, _)| path == member) {
            return columns.clone();
        }
        let start = format!("{member}.");
        let embedded = self.columns.iter().filter(|one| one.property.starts_with(start.as_str()));
        let columns: Vec<String> = embedded.map(|one| one.column.name.clone()).collect();
        if columns.is_empty() { vec![member.to_owned()] } else { columns }
    }
}

/// Reads entities of one database into plans.
pub(super) struct Planner<'e, 'a, 'i> {
    pub(super) entities: &'e Entities<'a, 'i>,
    pub(super) database: &'e Database<'a>,
}

/// Where a property stands: under which embedding properties, and whether in another entity than the table's.
#[derive(Clone, Debug, Default)]
struct Place {
    path: String,
    prefix: String,
    is_elsewhere: bool,
    may_miss: bool,
}

impl<'a> Planner<'_, 'a, '_> {
    pub(super) fn plan(&self, at: usize) -> Plan<'a> {
        let entity = self.entities.all[at].entity;
        let stated = self.stated_table(at);
        let schema = entity.schema.as_ref().and_then(|value| self.entities.text(at, value)).or_else(|| self.database.schema.clone());
        let conventions = sequelize::conventions(self.entities, at, self.database.conventions);
        let name = ObjectName { schema, name: stated.unwrap_or_else(|| self.conventional_table(at, conventions)) };
        let mut plan = Plan {
            entity: at,
            name,
            conventions,
            columns: Vec::new(),
            primary_key: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            relations: Vec::new(),
            enums: Vec::new(),
            order: Vec::new(),
            joined: Vec::new(),
            is_partial: false,
            derived: Vec::new(),
        };
        self.add_all(&mut plan, at, &Place::default(), DEPTH);
        if entity.mapper == Mapper::Mongoose {
            add_own_fields(&mut plan, &documents::options(self.entities, at));
        }
        self.add_keys(&mut plan, at, Stage::Primary);
        if entity.mapper == Mapper::Sequelize && entity.kind == EntityKind::Table {
            sequelize::complete(self.entities, &mut plan);
        }
        plan
    }

    /// The name that the entity states, or where it is registered, or the options of its schema.
    fn stated_table(&self, at: usize) -> Option<String> {
        let entity = self.entities.all[at].entity;
        let own = entity.table.as_ref().and_then(|value| self.entities.text(at, value));
        let registered = || self.entities.registration(at).and_then(|one| one.collection.clone());
        let of_schema = || documents::options(self.entities, at).collection;
        own.or_else(registered).or_else(of_schema)
    }

    fn conventional_table(&self, at: usize, conventions: Conventions) -> String {
        if conventions.mapper == Mapper::Sequelize {
            return sequelize::table(self.entities, at, conventions);
        }
        let entity = self.entities.all[at].entity;
        let registered = self.entities.registration(at).map(|one| one.model.clone());
        // The name of a model may be a constant.
        let named = || self.entities.text(at, &Value::Name(entity.name.clone())).filter(|_| entity.mapper == Mapper::Mongoose);
        conventions.table(&registered.or_else(named).unwrap_or_else(|| entity.name.clone()))
    }

    /// The properties of the bases come first.
    fn add_all(&self, plan: &mut Plan<'a>, at: usize, place: &Place, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let stated = self.entities.all[at];
        plan.is_partial |= stated.entity.is_partial;
        for base in self.entities.bases(at).iter().rev().copied() {
            // Derived classes of EF Core that are mapped share the table of a mapped base, or hold only what they add.
            let is_apart = self.entities.kind(base) == EntityKind::Table && self.database.conventions.mapper == Mapper::EfCore;
            if !is_apart {
                self.add_all(
                    plan,
                    base,
                    &Place { is_elsewhere: self.entities.all[base].at.path != stated.at.path, ..place.clone() },
                    depth,
                );
            }
        }
        for property in &stated.entity.properties {
            self.add(plan, (at, property), place, depth);
        }
    }

    /// The entity whose table holds another: its base, where it has no table of its own.
    pub(super) fn home(&self, at: usize) -> usize {
        let mut home = at;
        for _ in 0..DEPTH {
            let entity = self.entities.all[home].entity;
            let base = self.entities.bases(home).first().copied();
            let is_mapped = |base: usize| self.entities.kind(base) == EntityKind::Table;
            let is_derived = entity.mapper == Mapper::EfCore && entity.kind == EntityKind::Table && entity.table.is_none();
            match base {
                Some(base) if self.entities.kind(home) == EntityKind::Child || is_derived && is_mapped(base) => home = base,
                _ => break,
            }
        }
        home
    }

    /// Adds what a derived class has to the table of its base.
    pub(super) fn extend(&self, plan: &mut Plan<'a>, at: usize) {
        let place = Place { is_elsewhere: true, may_miss: true, ..Place::default() };
        for property in &self.entities.all[at].entity.properties {
            self.add(plan, (at, property), &place, DEPTH);
        }
        plan.derived.push(at);
    }

    fn add(&self, plan: &mut Plan<'a>, (at, property): (usize, &'a Property), place: &Place, depth: usize) {
        let path = format!("{}{}", place.path, property.name);
        plan.order.push(path.clone());
        if let Some(name) = &property.made_by {
            match self.entities.decorator(at, name) {
                Some(decorator) => {
                    let primary_key = decorator == "PrimaryColumn" || property.primary_key;
                    self.add_column(plan, (at, &Property { primary_key, ..property.clone() }), place, path);
                }
                None => plan.is_partial = true,
            }
            return;
        }
        let embedded = match &property.kind {
            // A document holds the other as a whole.
            PropertyKind::Embedded { entity, prefix } if self.database.conventions.engine != Engine::MongoDb => {
                self.entities.resolve(at, entity).map(|target| (target, prefix.as_str()))
            }
            _ => None,
        };
        if let Some((target, prefix)) = embedded {
            let inner = Place {
                path: format!("{path}."),
                prefix: self.database.conventions.nested_prefix(&place.prefix, prefix),
                is_elsewhere: true,
                may_miss: place.may_miss || property.nullable,
            };
            return self.add_all(plan, target, &inner, depth);
        }
        if let Some((holder, merged)) = self.held_column(at, property) {
            self.add_column(plan, (holder, &merged), place, path);
        } else if !self.add_column(plan, (at, property), place, path.clone())
            && let PropertyKind::Relation(relation) = &property.kind
        {
            plan.relations.push((path, property, relation));
        }
    }

    /// A column that a constant of the program holds: what is said of it there and where it is used.
    fn held_column(&self, at: usize, property: &Property) -> Option<(usize, Property)> {
        let PropertyKind::Relation(relation) = &property.kind else { return None };
        let is_use = self.database.conventions.mapper == Mapper::Drizzle && !relation.owns;
        let holder = self.entities.resolve(at, &relation.target).filter(|_| is_use)?;
        let [held] = self.entities.all[holder].entity.properties.as_slice() else { return None };
        held.name.is_empty().then(|| {
            let merged = Property {
                column: property.column.clone().or_else(|| held.column.clone()),
                kind: held.kind.clone(),
                is_list: property.is_list || held.is_list,
                nullable: property.nullable && held.nullable,
                primary_key: property.primary_key || held.primary_key,
                unique: property.unique || held.unique,
                default: property.default.clone().or_else(|| held.default.clone()),
                generated: property.generated.clone().or_else(|| held.generated.clone()),
                ..property.clone()
            };
            (holder, merged)
        })
    }

    /// Adds the column of a property; `false` where it is none.
    fn add_column(&self, plan: &mut Plan<'a>, (at, property): (usize, &Property), place: &Place, path: String) -> bool {
        let Some(data_type) = self.data_type(plan, at, property) else { return false };
        let stated = property.column.as_ref().and_then(|value| self.entities.text(at, value));
        let own = stated.as_deref().ok_or(property.name.as_str());
        let column = self.column((at, property), plan.conventions.embedded_column(&place.prefix, own), data_type, place);
        if property.primary_key && (place.path.is_empty() || self.database.conventions.mapper == Mapper::Drizzle) {
            plan.primary_key.push(column.name.clone());
        }
        match plan.columns.iter_mut().find(|one| one.column.name == column.name) {
            // A property that a class states again replaces that of its base; two derived classes may share a column.
            Some(_) if place.may_miss => {}
            Some(found) => *found = PlannedColumn { property: path, column },
            None => plan.columns.push(PlannedColumn { property: path, column }),
        }
        plan.primary_key.dedup();
        true
    }

    fn column(&self, (at, property): (usize, &Property), name: String, data_type: String, place: &Place) -> ColumnDefinition {
        let conventions = self.database.conventions;
        let (data_type, generated, made) = match property.generated.as_deref() {
            Some(AUTO_INCREMENT) => {
                let (data_type, generated) = conventions.counted_up(&data_type);
                (data_type, generated, None)
            }
            Some(GENERATED_UUID) => (data_type, None, conventions.made_up_uuid()),
            _ => (data_type, property.generated.clone(), None),
        };
        let unique = property.unique && !property.primary_key;
        // A document without the list has an empty one.
        let is_full_list = property.is_list && self.database.conventions.engine == Engine::MongoDb;
        let key = || ConstraintDefinition { name: None, kind: ConstraintKind::Unique(KeyColumns::Columns(vec![name.clone()])) };
        ColumnDefinition {
            data_type,
            not_null: !(property.nullable && !is_full_list || place.may_miss),
            default: self.default_of(at, property).or(made),
            generated,
            constraints: unique.then(key).into_iter().collect(),
            description: property.doc.clone(),
            line: if place.is_elsewhere { 0 } else { property.line },
            name,
        }
    }

    /// The default, with the value of an enum as the database holds it.
    fn default_of(&self, at: usize, property: &Property) -> Option<String> {
        let stated = || property.default_value.as_ref().and_then(|value| self.entities.value(at, value).sql_literal());
        let default = self.database.conventions.default_in_engine(property.default.clone().or_else(stated)?);
        if self.database.conventions.engine == Engine::MongoDb && default == "CURRENT_TIMESTAMP" {
            return Some("now()".to_owned());
        }
        let PropertyKind::Relation(relation) = &property.kind else { return Some(default) };
        let renamed = self.entities.enumeration(self.database, &relation.target).map(|one| one.renamed.as_slice()).unwrap_or_default();
        let found = renamed.iter().find(|(name, _)| string_literal(name) == default);
        Some(found.map_or(default, |(_, value)| string_literal(value)))
    }
}

/// The fields that every document has: its id, and when it was made and changed where that is kept.
fn add_own_fields(plan: &mut Plan<'_>, options: &documents::Options) {
    let field = |name: &str, data_type: &str| PlannedColumn {
        property: name.to_owned(),
        column: ColumnDefinition { name: name.to_owned(), data_type: data_type.to_owned(), not_null: true, ..ColumnDefinition::default() },
    };
    if plan.column("_id").is_none() && !options.has_no_id {
        plan.columns.insert(0, field("_id", "objectid"));
    }
    if plan.column("_id").is_some() {
        plan.primary_key = vec!["_id".to_owned()];
    }
    for stamp in &options.stamps {
        if plan.column(stamp).is_none() {
            plan.columns.push(field(stamp, "date"));
        }
    }
}
