//! Join tables: those that many-to-many relations of entities make, stated or by the convention of the mapper.

use super::conventions::Conventions;
use super::keys::typeorm_index;
use super::plan::{Plan, PlannedColumn};
use super::relations::Relations;
use crate::finding::entity::{Engine, JoinColumn, Mapper, Property, Relation, RelationKind};
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, IndexDefinition, IndexKey, KeyColumns, ObjectName,
    TableDefinition, TableElement,
};

/// A join table with the line of the relation that makes it.
pub(super) struct Join {
    pub(super) entity: usize,
    pub(super) line: u32,
    pub(super) table: TableDefinition,
    pub(super) indexes: Vec<IndexDefinition>,
}

impl<'a> Relations<'_, 'a, '_> {
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
        for (column, side) in sides.into_iter().filter(|_| self.database.has_foreign_keys) {
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
        // The model between two of Sequelize keeps the times of its rows, as theirs do.
        let stamps = own
            .columns
            .iter()
            .filter(|one| conventions.mapper == Mapper::Sequelize && matches!(one.property.as_str(), "createdAt" | "updatedAt"));
        elements.extend(stamps.map(|one| TableElement::Column(ColumnDefinition { description: None, line: 0, ..one.column.clone() })));
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
        if conventions.mapper == Mapper::Gorm {
            set_stated_action(&mut keys, relation);
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
        let numbers_both = matches!(conventions.mapper, Mapper::TypeOrm | Mapper::MikroOrm);
        let names = |side: &Plan<'a>, joins: &[JoinColumn]| -> Option<Vec<String>> {
            let one = |(number, key): (usize, &String)| {
                let planned = side.column(key)?;
                let referenced = if numbers_both { &planned.column.name } else { &planned.property };
                let made_up = || conventions.join_table_column(&side.name.name, self.model_name(side), referenced);
                Some(joins.get(number).and_then(|join| join.name.clone()).unwrap_or_else(made_up))
            };
            side.primary_key.iter().enumerate().map(one).collect()
        };
        let (mut first, mut second) = (names(own, stated)?, names(other, inverse)?);
        if conventions.mapper == Mapper::MikroOrm && first == second && stated.is_empty() && inverse.is_empty() {
            let numbered = |side: &Plan<'a>, number: u8| names_of_twin(&conventions.column(self.model_name(side)), number, side);
            return Some((numbered(own, 1), numbered(other, 2)));
        }
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

/// `topic_1_word`: MikroORM numbers the entity and not the whole name.
fn names_of_twin(entity: &str, number: u8, side: &Plan<'_>) -> Vec<String> {
    side.primary_key.iter().map(|key| format!("{entity}_{number}_{key}")).collect()
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

/// GORM does to the rows of a join table what the relation states, and nothing by itself. It may be told to make no foreign keys.
fn set_stated_action(keys: &mut Vec<TableElement>, relation: &Relation) {
    keys.retain(|_| relation.has_constraint);
    for key in keys {
        if let TableElement::Constraint(ConstraintDefinition { kind: ConstraintKind::ForeignKey(foreign), .. }) = key {
            foreign.on_delete.clone_from(&relation.on_delete);
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
