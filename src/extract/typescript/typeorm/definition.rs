//! Entities of TypeORM that are objects: `new EntitySchema({ name: 'User', columns: { ... }, relations: { ... } })`.

use tree_sitter::Node;

use super::property;
use crate::extract::typescript::doc_comment;
use crate::extract::typescript::entity_class::Written;
use crate::extract::typescript::stated::{self, Stated};
use crate::extract::typescript::values::{children, text_of, unwrapped};
use crate::extract::{FileCx, Sink};
use crate::finding::Value;
use crate::finding::entity::{
    ColumnType, Entity, EntityConstraint, EntityConstraintKind, EntityKind, Mapper, Property, PropertyKind, RelationKind,
};
use crate::gap::GapCode;

/// The entity that a definition makes.
pub(super) fn read<'a>(cx: &FileCx<'a>, schema: Node<'a>, sink: &mut Sink<'_>) -> Option<Entity> {
    let object = children(schema.child_by_field_name("arguments")?).into_iter().next().map(unwrapped)?;
    let line = cx.line(schema.start_byte());
    if object.kind() != "object" {
        sink.gap(GapCode::UnresolvedReference, Some(line), "the definition of this entity comes from another place and is not read");
        return None;
    }
    let stated = Stated::one(cx, object);
    let name = stated.get("name").or_else(|| stated.get("target")).and_then(stated::target)?;
    let mut entity = Entity::new(Mapper::TypeOrm, name);
    entity.table = stated.name("tableName");
    entity.schema = stated.name("schema");
    if stated.get("type").and_then(Value::as_text) == Some("view") {
        entity.kind = EntityKind::View;
    }
    entity.doc = schema.parent().and_then(|declarator| doc_comment::of(declarator.parent()?, cx.text));
    for key in ["columns", "relations"] {
        let Some(list) = stated.node(key) else { continue };
        if list.kind() != "object" {
            let message = format!("the {key} of this entity come from another place and are not read");
            sink.gap(GapCode::UnresolvedReference, Some(cx.line(list.start_byte())), message);
            continue;
        }
        for entry in children(list) {
            match entry.kind() {
                "pair" => entity.properties.extend(member(cx, entry, key)),
                "comment" => {}
                _ => {
                    let message = format!("some {key} of this entity come from another place and are not read");
                    sink.gap(GapCode::UnresolvedReference, Some(cx.line(entry.start_byte())), message);
                }
            }
        }
    }
    for (key, kind) in [("indices", EntityConstraintKind::Index), ("uniques", EntityConstraintKind::Unique)] {
        let listed = stated.get(key).map(Value::items).unwrap_or_default();
        entity.constraints.extend(listed.iter().filter_map(|one| constraint(one, kind, line)));
    }
    Some(entity)
}

fn member<'a>(cx: &FileCx<'a>, entry: Node<'a>, key: &str) -> Option<Property> {
    let name = entry.child_by_field_name("key").map(|name| text_of(name, cx.text).trim_matches(['\'', '"']).to_owned())?;
    let stated = Stated::one(cx, entry.child_by_field_name("value")?);
    let line = cx.line(entry.start_byte());
    let doc = doc_comment::of(entry, cx.text);
    if key == "columns" {
        let decorator = [("createDate", "CreateDateColumn"), ("updateDate", "UpdateDateColumn"), ("deleteDate", "DeleteDateColumn")];
        let decorator = decorator.into_iter().find(|(key, _)| stated.is(key)).map_or("Column", |(_, name)| name);
        let property = Property::new(name, PropertyKind::Column(ColumnType::Stated(String::new())), line);
        return property::of_options(property, (decorator, &stated), &Written::default()).map(|property| Property { doc, ..property });
    }
    let kind = match stated.get("type").and_then(Value::as_text)? {
        "many-to-one" => RelationKind::ManyToOne,
        "one-to-one" => RelationKind::OneToOne,
        "many-to-many" => RelationKind::ManyToMany,
        _ => return None,
    };
    let relation = property::of_definition(kind, &stated)?;
    let nullable = stated.flag("nullable").unwrap_or(true);
    Some(Property { nullable, doc, ..Property::new(name, PropertyKind::Relation(relation), line) })
}

fn constraint(value: &Value, kind: EntityConstraintKind, line: u32) -> Option<EntityConstraint> {
    let members = value.get("columns").map(stated::members)?;
    let unique = value.get("unique") == Some(&Value::Bool(true));
    let kind = if unique && kind == EntityConstraintKind::Index { EntityConstraintKind::UniqueIndex } else { kind };
    let text = |key: &str| value.get(key).and_then(stated::plain);
    Some(EntityConstraint { kind, name: text("name"), members, method: None, predicate: text("where"), line })
}
