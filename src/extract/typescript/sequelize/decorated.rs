//! Models of `sequelize-typescript`: classes with `@Table`, and the decorators of their attributes and associations.

use super::{attribute, model};
use crate::extract::typescript::class_cx::ClassCx;
use crate::extract::typescript::decorators::Found;
use crate::extract::typescript::entity_class::{self, Member};
use crate::extract::typescript::stated::{self, Stated};
use crate::extract::typescript::{classes, doc_comment};
use crate::finding::Value;
use crate::finding::entity::{
    AUTO_INCREMENT, ColumnType, Entity, EntityConstraint, EntityConstraintKind, EntityKind, Mapper, Property, PropertyKind,
};

const PACKAGE: &str = "sequelize-typescript";

fn known<'d>(class: &'d ClassCx<'_, '_>, found: &'d Found<'_>) -> Option<&'d str> {
    (class.origins.module(&found.decorator.name) == Some(PACKAGE)).then(|| class.original_name(found))
}

/// The model that a class is, or the base of models.
pub(super) fn of_class(class: &ClassCx<'_, '_>) -> Option<Entity> {
    // Without a decorator of the library a class says nothing; most files that are parsed bring none in.
    if !class.origins.any_from(&[PACKAGE]) {
        return None;
    }
    let text = class.cx.text;
    let mut entity = Entity { kind: EntityKind::Base, ..Entity::new(Mapper::Sequelize, class.name.clone()) };
    let is_package = |base: &String| class.origins.module(base).is_some_and(|module| module == PACKAGE || module == "sequelize");
    entity.bases = classes::bases(class.node, text).into_iter().filter(|base| !is_package(base)).collect();
    entity.doc = doc_comment::of(class.node, text);
    let table = class.decorators.iter().find(|found| known(class, found) == Some("Table"));
    let mut options = Value::Map(Vec::new());
    if let Some(found) = table {
        entity.kind = if class.node.kind() == "abstract_class_declaration" { EntityKind::Base } else { EntityKind::Table };
        let stated = Stated::of(class.cx, found.node);
        options = stated.first().filter(|value| matches!(value, Value::Map(_))).cloned().unwrap_or(options);
    }
    let members = entity_class::members(class);
    let keys: Vec<(String, String)> = members.iter().filter_map(|member| foreign_key(class, member)).collect();
    for member in &members {
        add(class, &mut entity, (member, &keys), &mut options);
    }
    let says_nothing = entity.properties.is_empty() && options == Value::Map(Vec::new());
    if table.is_none() && says_nothing {
        return None;
    }
    let name = entity.name.clone();
    model::set_options(&mut entity, &options, class.line(class.node));
    // Other files know it by its class, whatever the model is called.
    if entity.name != name {
        entity.options = Some(options);
        entity.name = name;
    }
    Some(entity)
}

/// `@ForeignKey(() => User) userId`
fn foreign_key(class: &ClassCx<'_, '_>, member: &Member<'_>) -> Option<(String, String)> {
    let found = member.decorators.iter().find(|found| known(class, found) == Some("ForeignKey"))?;
    Some((found.first().and_then(stated::target)?, member.name.clone()))
}

fn add(class: &ClassCx<'_, '_>, entity: &mut Entity, (member, keys): (&Member<'_>, &[(String, String)]), options: &mut Value) {
    let of = |name: &str| member.decorators.iter().find(|found| known(class, found) == Some(name));
    let stated_of = |name: &str| of(name).map(|found| Stated::of(class.cx, found.node));
    for (decorator, method) in [("BelongsTo", "belongsTo"), ("BelongsToMany", "belongsToMany")] {
        if let Some(stated) = stated_of(decorator) {
            entity.properties.extend(relation(method, &stated, member, keys));
        }
    }
    let stamps = [("CreatedAt", "createdAt"), ("UpdatedAt", "updatedAt"), ("DeletedAt", "deletedAt")];
    let stamp = stamps.into_iter().find(|(decorator, _)| of(decorator).is_some());
    if let (Some((_, key)), Value::Map(entries)) = (stamp, &mut *options) {
        entries.push((key.to_owned(), Value::Text(member.name.clone())));
        if key == "deletedAt" {
            entries.push(("paranoid".to_owned(), Value::Bool(true)));
        }
    }
    let column = stated_of("Column");
    if column.is_none() && of("PrimaryKey").is_none() {
        return;
    }
    let none = Value::Map(Vec::new());
    let given = column.as_ref().and_then(Stated::first).unwrap_or(&none);
    let property = Property {
        doc: member.doc.clone(),
        ..Property::new(member.name.clone(), PropertyKind::Column(ColumnType::Stated(String::new())), member.line)
    };
    let Some((mut property, reference)) = attribute::read(property, given, member.written.scalar()) else { return };
    for found in &member.decorators {
        let Some(name) = known(class, found) else { continue };
        amend(entity, &mut property, name, &Stated::of(class.cx, found.node));
    }
    model::shared_key(entity, &property, given);
    entity.properties.push(property);
    entity.properties.extend(reference);
}

fn relation(method: &str, stated: &Stated<'_>, member: &Member<'_>, keys: &[(String, String)]) -> Option<Property> {
    let target = stated.first().and_then(stated::target)?;
    let mut property = model::relation(method, target.clone(), stated, member.line)?;
    property.name.clone_from(&member.name);
    let PropertyKind::Relation(relation) = &mut property.kind else { return None };
    if method == "belongsTo" && relation.join_columns.is_empty() {
        let stated = stated.values().nth(1).and_then(Value::as_text).map(str::to_owned);
        let key = stated.or_else(|| keys.iter().find(|(other, _)| *other == target).map(|(_, name)| name.clone()));
        relation.join_columns =
            key.map(|name| crate::finding::entity::JoinColumn { name: Some(name), references: None }).into_iter().collect();
    }
    Some(property)
}

fn amend(entity: &mut Entity, property: &mut Property, decorator: &str, stated: &Stated<'_>) {
    let name = property.name.clone();
    match decorator {
        "PrimaryKey" => (property.primary_key, property.nullable) = (true, false),
        "AutoIncrement" => property.generated = Some(AUTO_INCREMENT.to_owned()),
        "AllowNull" => property.nullable = stated.first() != Some(&Value::Bool(false)) && !property.primary_key,
        "Default" => attribute::set_default(property, stated.first().filter(|_| !stated.is_function(0))),
        "Comment" => property.doc = property.doc.take().or_else(|| stated.first().and_then(stated::plain)),
        "Unique" => match stated.first().and_then(Value::as_text) {
            Some(key) => {
                let options = Value::Map(vec![("unique".to_owned(), Value::Text(key.to_owned()))]);
                model::shared_key(entity, property, &options);
            }
            None => property.unique = true,
        },
        "Index" => entity.constraints.push(EntityConstraint {
            kind: if stated.is("unique") { EntityConstraintKind::UniqueIndex } else { EntityConstraintKind::Index },
            name: stated.first().and_then(Value::as_text).map(str::to_owned).or_else(|| stated.text("name")),
            members: vec![(name, String::new())],
            method: None,
            predicate: None,
            line: property.line,
        }),
        _ => {}
    }
}
