//! Relations of entities as a database keeps them: columns that a key adds, foreign keys, and join tables.

use super::collect::{Database, Entities};
use super::conventions::Conventions;
use super::keys::typeorm_index;
use super::plan::{Plan, PlannedColumn};
use crate::finding::entity::{Engine, JoinColumn, Mapper, Property, Relation, RelationKind};
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, IndexDefinition, IndexKey, KeyColumns, ObjectName,
    TableDefinition, TableElement,
};

/// A foreign key with the table and the line that it stands at.
pub(super) struct Key {
    pub(super) entity: usize,
    pub(super) table: ObjectName,
    pub(super) line: u32,
    pub(super) constraint: ConstraintDefinition,
}

/// A join table with the line of the relation that makes it.
pub(super) struct Join {
    pub(super) entity: usize,
    pub(super) line: u32,
    pub(super) table: TableDefinition,
    pub(super) indexes: Vec<IndexDefinition>,
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
                    keys.extend(key);
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
        if columns.is_empty() || !relation.has_constraint {
            return Some(None);
        }
        let foreign = ForeignKeyDefinition {
            columns,
            target: target_name,
            references: pairs.into_iter().map(|(_, references)| references).collect(),
            on_delete: relation.on_delete.clone(),
        };
        let constraint = ConstraintDefinition { name: relation.constraint.clone(), kind: ConstraintKind::ForeignKey(foreign) };
        Some(Some(Key { entity: plan.entity, table: plan.name.clone(), line: property.line, constraint }))
    }

    fn plan_at(&self, plan: &Plan<'a>, target: &str) -> Option<usize> {
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
            let made_up = || self.database.conventions.join_column(path, &referenced.property);
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

    /// The join tables that many-to-many relations make.
    pub(super) fn joins(&self, plans: &[Plan<'a>]) -> Vec<Join> {
        let mut joins = Vec::new();
        for (at, plan) in plans.iter().enumerate() {
            for (path, property, relation) in &plan.relations {
                let Some(target) = self.plan_at(plan, &relation.target) else { continue };
                let join = match relation.kind {
                    RelationKind::ToMany => self.implicit(plans, (at, target), (property, relation)),
                    RelationKind::ManyToMany if relation.owns => self.explicit(plans, (at, target), (path, relation)),
                    _ => None,
                };
                if let Some((table, indexes)) = join {
                    joins.push(Join { entity: plan.entity, line: property.line, table, indexes });
                }
            }
        }
        joins
    }

    /// Two lists that answer each other: `_AToB` with the columns A and B, in the order of the models' names.
    fn implicit(
        &self,
        plans: &[Plan<'a>],
        (at, target): (usize, usize),
        (property, relation): (&Property, &Relation),
    ) -> Option<(TableDefinition, Vec<IndexDefinition>)> {
        if !relation.join_columns.is_empty() || self.database.conventions.engine == Engine::MongoDb {
            return None;
        }
        let (own, other) = (&plans[at], &plans[target]);
        let (own_name, other_name) = (self.model_name(own), self.model_name(other));
        let answers = |(_, one, back): &&(String, &Property, &Relation)| {
            back.inverse == relation.inverse && self.plan_at(other, &back.target) == Some(at) && (at != target || one.name != property.name)
        };
        let mut back = other.relations.iter().filter(answers).peekable();
        let is_many = back.peek().is_some() && back.all(|(_, _, back)| back.kind == RelationKind::ToMany);
        // Of the two sides one makes the table: the first model, and of one model's two lists the first.
        let second_list = at == target && own.relations.iter().find(answers).is_some_and(|(_, one, _)| one.line < property.line);
        if !is_many || own_name > other_name || second_list {
            return None;
        }
        let name = match &relation.inverse {
            Some(name) => format!("_{name}"),
            None => format!("_{own_name}To{other_name}"),
        };
        let name = ObjectName { schema: own.name.schema.clone(), name };
        let sides = [("A", own), ("B", other)];
        let mut elements = Vec::new();
        for (column, side) in sides {
            elements.push(TableElement::Column(side_column(column, side.column(side.primary_key.first()?)?)));
        }
        let mut indexes = Vec::new();
        let both = vec!["A".to_owned(), "B".to_owned()];
        if self.joins_have_key {
            elements.push(table_key(both));
        } else {
            indexes.push(index(&name, "_AB_unique", &["A", "B"], true));
        }
        indexes.push(index(&name, "_B_index", &["B"], false));
        for (column, side) in sides {
            elements.push(side_key(vec![column.to_owned()], side, vec![side.primary_key.first()?.clone()]));
        }
        Some((TableDefinition { name, elements, ..TableDefinition::default() }, indexes))
    }

    fn model_name(&self, plan: &Plan<'a>) -> &'a str {
        &self.entities.all[plan.entity].entity.name
    }

    /// The table that the owning side of a many-to-many relation states or the convention names.
    fn explicit(
        &self,
        plans: &[Plan<'a>],
        (at, target): (usize, usize),
        (path, relation): (&str, &Relation),
    ) -> Option<(TableDefinition, Vec<IndexDefinition>)> {
        let (own, other) = (&plans[at], &plans[target]);
        let stated = relation.join_table.clone().unwrap_or_default();
        if stated.is_entity || own.primary_key.is_empty() || other.primary_key.is_empty() {
            return None;
        }
        let conventions = self.database.conventions;
        let made_up = || conventions.join_table((&own.name.name, path, &other.name.name));
        let name = ObjectName {
            schema: stated.schema.clone().or_else(|| own.name.schema.clone()),
            name: stated.name.clone().unwrap_or_else(made_up),
        };
        let (first, second) = self.side_columns((own, &stated.columns), (other, &stated.inverse_columns))?;
        let (mut elements, mut keys, mut indexes) = (Vec::new(), Vec::new(), Vec::new());
        for (side, columns) in [(own, &first), (other, &second)] {
            for (key, column) in side.primary_key.iter().zip(columns) {
                elements.push(TableElement::Column(side_column(column, side.column(key)?)));
            }
            if conventions.mapper == Mapper::TypeOrm {
                let keyed: Vec<&str> = columns.iter().map(String::as_str).collect();
                let made_up = ObjectName { name: typeorm_index(&name.name, columns, None), ..name.clone() };
                indexes.push(IndexDefinition { name: Some(made_up), ..index(&name, "", &keyed, false) });
            }
            keys.push(side_key(columns.clone(), side, side.primary_key.clone()));
        }
        if conventions.mapper == Mapper::TypeOrm {
            set_actions(&mut keys, relation, other);
        }
        elements.push(table_key(first.into_iter().chain(second).collect()));
        elements.extend(keys);
        Some((TableDefinition { name, elements, ..TableDefinition::default() }, indexes))
    }

    /// The columns of a join table for both sides; where both are called alike, they are numbered.
    fn side_columns(
        &self,
        (own, stated): (&Plan<'a>, &[JoinColumn]),
        (other, inverse): (&Plan<'a>, &[JoinColumn]),
    ) -> Option<(Vec<String>, Vec<String>)> {
        let conventions = self.database.conventions;
        let names = |side: &Plan<'a>, joins: &[JoinColumn]| -> Option<Vec<String>> {
            let one = |(number, key): (usize, &String)| {
                let planned = side.column(key)?;
                let referenced = if conventions.mapper == Mapper::TypeOrm { &planned.column.name } else { &planned.property };
                let made_up = || conventions.join_table_column(&side.name.name, self.model_name(side), referenced);
                Some(joins.get(number).and_then(|join| join.name.clone()).unwrap_or_else(made_up))
            };
            side.primary_key.iter().enumerate().map(one).collect()
        };
        let (mut first, mut second) = (names(own, stated)?, names(other, inverse)?);
        let numbers_both = matches!(conventions.mapper, Mapper::TypeOrm | Mapper::MikroOrm);
        for one in &mut first {
            for twin in second.iter_mut().filter(|twin| *twin == one) {
                *twin = format!("{twin}_2");
                if numbers_both {
                    *one = format!("{one}_1");
                    break;
                }
            }
        }
        Some((first, second))
    }
}

/// TypeORM asks each side what happens to the rows of a join table; where a side says nothing, its own rows go, and those of the other
/// side only if that has no property for the relation.
fn set_actions(keys: &mut [TableElement], relation: &Relation, other: &Plan<'_>) {
    let answers = |(_, property, back): &&(String, &Property, &Relation)| {
        back.kind == RelationKind::ManyToMany && relation.inverse.as_ref() == Some(&property.name)
    };
    let back = other.relations.iter().find(answers).map(|(_, _, back)| back.on_delete.clone());
    let own = relation.on_delete.clone().or_else(|| Some("cascade".to_owned()));
    let actions = [own, back.unwrap_or_else(|| Some("cascade".to_owned()))];
    for (key, action) in keys.iter_mut().zip(actions) {
        if let TableElement::Constraint(ConstraintDefinition { kind: ConstraintKind::ForeignKey(foreign), .. }) = key {
            foreign.on_delete = action;
        }
    }
}

fn side_column(name: &str, referenced: &PlannedColumn) -> ColumnDefinition {
    ColumnDefinition {
        name: name.to_owned(),
        data_type: Conventions::pointing_at(&referenced.column.data_type),
        not_null: true,
        ..ColumnDefinition::default()
    }
}

fn table_key(columns: Vec<String>) -> TableElement {
    TableElement::Constraint(ConstraintDefinition { name: None, kind: ConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) })
}

/// The rows of a join table go with those that they join.
fn side_key(columns: Vec<String>, side: &Plan<'_>, references: Vec<String>) -> TableElement {
    let key = ForeignKeyDefinition { columns, target: side.name.clone(), references, on_delete: Some("cascade".to_owned()) };
    TableElement::Constraint(ConstraintDefinition { name: None, kind: ConstraintKind::ForeignKey(key) })
}

fn index(table: &ObjectName, end: &str, columns: &[&str], unique: bool) -> IndexDefinition {
    let key = |column: &&str| IndexKey { text: format!("\"{column}\""), column: Some((*column).to_owned()) };
    IndexDefinition {
        name: Some(ObjectName { schema: table.schema.clone(), name: format!("{}{end}", table.name) }),
        table: table.clone(),
        unique,
        method: "btree".to_owned(),
        keys: columns.iter().map(key).collect(),
        ..IndexDefinition::default()
    }
}
