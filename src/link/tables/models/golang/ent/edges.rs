//! Edges of ent schemas as keys and join tables: which side holds the key is told by both ends together.
//! Source: the documentation of ent, "Edges" and "Indexes".

use super::chain::Chain;

use crate::finding::Expression;
use crate::finding::entity::{Entity, JoinColumn, JoinTable, Property, PropertyKind, Relation, RelationKind};
use crate::link::tables::models::conventions::snake;
use crate::link::tables::models::golang::rows::key;
use crate::link::tables::models::golang::structs::StructId;
use crate::location::Location;

/// One end of a relation.
pub(super) struct Edge<'e> {
    /// The schema that states it.
    pub(super) owner: StructId,
    /// The schema that it leads to.
    pub(super) target: StructId,
    pub(super) name: &'e str,
    /// Whether it goes back along another one.
    pub(super) inverse: Option<&'e str>,
    pub(super) unique: bool,
    pub(super) required: bool,
    /// The field of the owner that holds the key.
    field: Option<&'e str>,
    /// What `StorageKey` says: the table and the columns.
    table: Option<&'e str>,
    columns: Vec<&'e str>,
    on_delete: Option<String>,
    line: u32,
}

impl<'e> Edge<'e> {
    /// Reads an edge; one that is stated with its way back gives both ends.
    pub(super) fn read(chain: &Chain<'e>, owner: &StructId, target: &StructId) -> Vec<Self> {
        let back = chain.calls.iter().position(|(name, _)| *name == "From");
        let (own, others) = chain.calls.split_at(back.unwrap_or(chain.calls.len()));
        let Some(name) = chain.name() else { return Vec::new() };
        let first = Self::of(own, (owner, target), name, chain.line);
        let mut all = Vec::new();
        if let Some(((_, given), rest)) = others.split_first()
            && let Some(Expression::Text(back)) = given.first()
        {
            all.push(Self { inverse: Some(name), ..Self::of(rest, (target, owner), back, chain.line) });
        }
        let inverse = if chain.start == "From" { chain.text("Ref") } else { None };
        all.push(Self { inverse, ..first });
        all
    }

    fn of(calls: &[(&'e str, &'e [Expression])], (owner, target): (&StructId, &StructId), name: &'e str, line: u32) -> Self {
        let has = |wanted: &str| calls.iter().any(|(name, _)| *name == wanted);
        let given = |wanted: &str| calls.iter().find(|(name, _)| *name == wanted).map(|(_, given)| *given).unwrap_or_default();
        let text = |one: &'e Expression| if let Expression::Text(text) = one { Some(text.as_str()) } else { None };
        let stored = |wanted: &str| -> Vec<&'e str> {
            let call = |one: &'e Expression| match one {
                Expression::Call(call) if matches!(&call.function, Expression::Field(_, name) if name.starts_with(wanted)) => Some(call),
                _ => None,
            };
            given("StorageKey").iter().filter_map(call).flat_map(|call| call.arguments.iter().filter_map(text)).collect()
        };
        Self {
            owner: owner.clone(),
            target: target.clone(),
            name,
            inverse: None,
            unique: has("Unique"),
            required: has("Required"),
            field: given("Field").first().and_then(text),
            table: stored("Table").first().copied(),
            columns: stored("Column"),
            on_delete: given("Annotations").iter().find_map(on_delete),
            line,
        }
    }
}

/// `entsql.OnDelete(entsql.Cascade)`, `entsql.Annotation{OnDelete: entsql.Cascade}`
fn on_delete(annotation: &Expression) -> Option<String> {
    let action = match annotation {
        Expression::Call(call) if matches!(&call.function, Expression::Field(_, name) if name == "OnDelete") => call.arguments.first(),
        Expression::Composite(_, entries) => entries.iter().find(|(key, _)| key == "OnDelete").map(|(_, value)| value),
        _ => None,
    }?;
    let Expression::Field(_, name) = action else { return None };
    Some(snake(name).replace('_', " "))
}

/// Puts the keys and join tables of all edges into the entities.
pub(super) fn enter(edges: &[Edge<'_>], entities: &mut [(Location, Entity)]) {
    for edge in edges.iter().filter(|one| one.inverse.is_none()) {
        let back = edges.iter().find(|one| one.inverse == Some(edge.name) && one.owner == edge.target && one.target == edge.owner);
        let is_self = edge.owner == edge.target;
        let label = |id: &StructId| snake(&id.1);
        let column = format!("{}_{}", label(&edge.owner), snake(edge.name));
        match (edge.unique, back.map(|back| back.unique)) {
            (false, Some(false)) => join(edge, back, entities),
            (false, None) if is_self => join(edge, None, entities),
            // The key stands with the other one.
            (false, None | Some(true)) => {
                let nullable = !back.is_some_and(|back| back.required);
                add_key(
                    (&edge.target, &edge.owner),
                    Key { edge, field: back.and_then(|one| one.field), column, nullable, unique: false },
                    entities,
                );
            }
            (true, Some(true)) if edge.field.is_none() => {
                let nullable = !back.is_some_and(|back| back.required);
                add_key(
                    (&edge.target, &edge.owner),
                    Key { edge, field: back.and_then(|one| one.field), column, nullable, unique: true },
                    entities,
                );
            }
            (true, other) => {
                let unique = other == Some(true) || is_self && other.is_none();
                add_key((&edge.owner, &edge.target), Key { edge, field: edge.field, column, nullable: !edge.required, unique }, entities);
            }
        }
    }
}

/// A key that an edge makes.
struct Key<'k, 'e> {
    edge: &'k Edge<'e>,
    field: Option<&'e str>,
    column: String,
    nullable: bool,
    unique: bool,
}

fn add_key((holder, target): (&StructId, &StructId), stated: Key<'_, '_>, entities: &mut [(Location, Entity)]) {
    let Some((_, entity)) = entities.iter_mut().find(|(_, one)| one.name == key(holder)) else { return };
    let name = stated.field.or(stated.edge.columns.first().copied()).map_or(stated.column, str::to_owned);
    let own = entity.properties.iter_mut().find(|one| one.name == name);
    let nullable = own.as_ref().map_or(stated.nullable, |own| own.nullable);
    if let Some(own) = own {
        own.unique |= stated.unique;
    }
    let on_delete = stated.edge.on_delete.clone().or_else(|| Some(if nullable { "set null" } else { "no action" }.to_owned()));
    let kind = if stated.unique { RelationKind::OneToOne } else { RelationKind::ManyToOne };
    let join_columns = vec![JoinColumn { name: Some(name), references: None }];
    let relation = Relation { owns: true, join_columns, on_delete, ..Relation::new(kind, key(target)) };
    let mut property = Property::new(format!("{}#", stated.edge.name), PropertyKind::Relation(relation), stated.edge.line);
    property.nullable = nullable;
    property.unique = stated.unique;
    entity.properties.push(property);
}

fn join(edge: &Edge<'_>, back: Option<&Edge<'_>>, entities: &mut [(Location, Entity)]) {
    let Some((_, entity)) = entities.iter_mut().find(|(_, one)| one.name == key(&edge.owner)) else { return };
    let label = |id: &StructId| snake(&id.1);
    let table = edge.table.map_or_else(|| format!("{}_{}", label(&edge.owner), snake(edge.name)), str::to_owned);
    let other = if edge.owner == edge.target {
        let called = back.map_or(edge.name, |back| back.name);
        snake(called.strip_suffix('s').unwrap_or(called))
    } else {
        label(&edge.target)
    };
    let column = |at: usize, name: String| JoinColumn {
        name: Some(edge.columns.get(at).map_or_else(|| format!("{name}_id"), |stated| (*stated).to_owned())),
        references: None,
    };
    let join = JoinTable {
        name: Some(table),
        columns: vec![column(0, label(&edge.owner))],
        inverse_columns: vec![column(1, other)],
        ..JoinTable::default()
    };
    let on_delete = Some("cascade".to_owned());
    let relation = Relation { owns: true, join_table: Some(join), on_delete, ..Relation::new(RelationKind::ManyToMany, key(&edge.target)) };
    entity.properties.push(Property::new(format!("{}#", edge.name), PropertyKind::Relation(relation), edge.line));
}
