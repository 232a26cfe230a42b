//! Entities of TypeORM that are classes: `@Entity()`, views, children of one table, and classes whose columns others inherit or embed.

use super::property;
use crate::extract::typescript::class_cx::ClassCx;
use crate::extract::typescript::decorators::Found;
use crate::extract::typescript::entity_class;
use crate::extract::typescript::scope;
use crate::extract::typescript::stated::{self, Stated};
use crate::extract::typescript::{classes, doc_comment};
use crate::finding::Value;
use crate::finding::entity::{
    ColumnType, DISCRIMINATOR, Engine, Entity, EntityConstraint, EntityConstraintKind, EntityKind, JoinColumn, Mapper, Property,
    PropertyKind, Relation, RelationKind, Scalar,
};

/// Whether a name of a file comes from TypeORM.
pub(super) fn is_own(class: &ClassCx<'_, '_>, name: &str) -> bool {
    class.origins.module(name).is_some_and(|module| module == "typeorm" || module.starts_with("typeorm/") || module.ends_with("/typeorm"))
}

/// The name that a decorator of TypeORM has there; `None` for those of others.
pub(super) fn known(class: &ClassCx<'_, '_>, found: &Found<'_>) -> Option<String> {
    let name = &found.decorator.name;
    let last = |name: &str| class.origins.original(name).rsplit('.').next().unwrap_or_default().to_owned();
    if is_own(class, name) {
        return Some(last(name));
    }
    // `const IdColumn = isMongo ? ObjectIdColumn : PrimaryColumn`: documents have their own ids, tables the other.
    let root = class.cx.tree().filter(|_| class.origins.module(name).is_none())?.root_node();
    let stands_for = scope::with_locals(Value::Name(name.clone()), root, class.cx.text);
    let names: Vec<String> = match &stands_for {
        Value::Either(items) => {
            items.iter().filter_map(|item| if let Value::Name(name) = item { Some(name.clone()) } else { None }).collect()
        }
        Value::Name(other) if other != name => vec![other.clone()],
        _ => Vec::new(),
    };
    let mut own = names.iter().filter(|name| is_own(class, name)).map(|name| last(name)).filter(|name| name != "ObjectIdColumn");
    own.next().filter(|_| own.next().is_none())
}

/// The entity that a class is, and the one that a function around it gives back; none for other classes.
pub(super) fn of_class(class: &ClassCx<'_, '_>) -> Vec<Entity> {
    let text = class.cx.text;
    let mut entity = Entity { kind: EntityKind::Base, ..Entity::new(Mapper::TypeOrm, class.name.clone()) };
    let bases = classes::bases(class.node, text);
    entity.bases = bases.into_iter().filter(|base| !is_own(class, base)).collect();
    entity.doc = doc_comment::of(class.node, text);
    let mut is_entity = false;
    for found in &class.decorators {
        let Some(name) = known(class, found) else { continue };
        is_entity |= read(&mut entity, &name, &Stated::of(class.cx, found.node), class.line(found.node));
    }
    let discriminator = std::mem::take(&mut entity.properties);
    let members = entity_class::members(class);
    let unknown: Vec<&str> = members.iter().filter_map(|member| property::add(class, &mut entity, member)).collect();
    entity.properties.extend(discriminator);
    entity.is_partial = !unknown.is_empty();
    if !is_entity && !entity.is_partial && entity.properties.is_empty() && entity.constraints.is_empty() {
        return Vec::new();
    }
    let holder = classes::holder(class.node, text).map(|(function, _)| Entity {
        kind: EntityKind::Base,
        bases: vec![class.name.clone()],
        ..Entity::new(Mapper::TypeOrm, function)
    });
    std::iter::once(entity).chain(holder).collect()
}

/// Reads a decorator of the class; whether it makes it an entity.
fn read(entity: &mut Entity, decorator: &str, stated: &Stated<'_>, line: u32) -> bool {
    match decorator {
        "Entity" | "ViewEntity" | "ChildEntity" => {
            entity.kind = match decorator {
                "Entity" => EntityKind::Table,
                "ViewEntity" => EntityKind::View,
                _ => EntityKind::Child,
            };
            if decorator != "ChildEntity" {
                entity.table = stated.first().filter(|value| stated::is_name(value)).cloned().or_else(|| stated.name("name"));
            }
            entity.schema = stated.name("schema");
            if decorator == "ViewEntity" {
                entity.options = stated.get("expression").filter(|value| value.as_text().is_some()).cloned();
            }
            return true;
        }
        "TableInheritance" => {
            let column = stated.get("column");
            let name = match column {
                Some(Value::Text(name)) => Some(name.clone()),
                Some(column) => column.get("name").and_then(stated::plain),
                None => None,
            };
            let mut property = Property::new(DISCRIMINATOR, property::column_type(column.into_iter(), Some(Scalar::Text)), line);
            property.column = Some(Value::Text(name.unwrap_or_else(|| "type".to_owned())));
            let members = vec![(DISCRIMINATOR.to_owned(), String::new())];
            let kind = EntityConstraintKind::Index;
            entity.constraints.push(EntityConstraint { kind, name: None, members, method: None, predicate: None, line });
            entity.properties.push(property);
        }
        "Tree" => add_tree(entity, stated, line),
        "Index" | "Unique" | "Check" => entity.constraints.extend(constraint(decorator, stated, line)),
        _ => {}
    }
    false
}

/// `@Tree('materialized-path')` keeps the path, `nested-set` the places; `closure-table` makes a table beside.
fn add_tree(entity: &mut Entity, stated: &Stated<'_>, line: u32) {
    let number = |name: &str| Property {
        default: Some(if name == "nsleft" { "1" } else { "2" }.to_owned()),
        ..Property::new(name, PropertyKind::Column(ColumnType::Scalar(Scalar::Integer, None)), line)
    };
    match stated.first().and_then(Value::as_text) {
        Some("materialized-path") => entity.properties.push(Property {
            nullable: true,
            default: Some("''".to_owned()),
            ..Property::new("mpath", PropertyKind::Column(ColumnType::Scalar(Scalar::Text, None)), line)
        }),
        Some("nested-set") => entity.properties.extend([number("nsleft"), number("nsright")]),
        _ => {}
    }
}

/// `@Index('name', ['a', 'b'], { unique: true })`, `@Unique(['a'])`, `@Check('name', 'a > 0')`
pub(super) fn constraint(decorator: &str, stated: &Stated<'_>, line: u32) -> Option<EntityConstraint> {
    let texts: Vec<String> = stated.values().filter_map(|value| value.as_text().map(str::to_owned)).collect();
    if decorator == "Check" {
        let (predicate, name) = (texts.last().cloned()?, texts.first().filter(|_| texts.len() > 1).cloned());
        let members = Vec::new();
        return Some(EntityConstraint { kind: EntityConstraintKind::Check, name, members, method: None, predicate: Some(predicate), line });
    }
    // An index that is made by hand is only named.
    if stated.flag("synchronize") == Some(false) {
        return None;
    }
    let unique = decorator == "Unique";
    let list = stated.values().enumerate().find(|(at, value)| matches!(value, Value::List(_)) || stated.is_function(*at));
    let mut members = list.map(|(_, value)| stated::members(value)).unwrap_or_default();
    // `@Unique('a', 'b')` names columns, a single text too.
    let mut name = texts.first().cloned();
    if members.is_empty() && unique {
        members = texts.iter().map(|text| (text.clone(), String::new())).collect();
        name = None;
    }
    let kind = match (unique, stated.is("unique")) {
        (true, _) => EntityConstraintKind::Unique,
        (_, true) => EntityConstraintKind::UniqueIndex,
        _ => EntityConstraintKind::Index,
    };
    let method = stated.is("spatial").then(|| "gist".to_owned());
    Some(EntityConstraint { kind, name, members, method, predicate: stated.text("where"), line })
}

/// The engine that a decorator of a column tells: only MongoDB has ids of objects.
pub(super) fn engine_of(decorator: &str) -> Option<Engine> {
    (decorator == "ObjectIdColumn").then_some(Engine::MongoDb)
}

/// A relation to the class itself: `@TreeParent()`
pub(super) fn tree_parent(class: &str) -> Relation {
    Relation { owns: true, join_columns: Vec::<JoinColumn>::new(), ..Relation::new(RelationKind::ManyToOne, class) }
}
