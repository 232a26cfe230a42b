//! Entities of MikroORM: classes with decorators, embeddables, and bases whose properties others inherit.
//! Source: the MikroORM documentation of decorators. Types and names that it takes from the language are left to the linker.

use crate::extract::typescript::class_cx::ClassCx;
use crate::extract::typescript::decorators::Found;
use crate::extract::typescript::entity_class::{self, Member};
use crate::extract::typescript::stated::{self, Stated};
use crate::extract::typescript::values;
use crate::extract::typescript::{classes, doc_comment};
use crate::finding::Value;
use crate::finding::entity::{
    AUTO_INCREMENT, ColumnType, DISCRIMINATOR, Entity, EntityConstraint, EntityConstraintKind, EntityKind, EnumType, JoinColumn, JoinTable,
    Mapper, Property, PropertyKind, Relation, RelationKind, Scalar,
};

/// The name that a decorator of MikroORM has there; `None` for those of others.
fn known<'d>(class: &'d ClassCx<'_, '_>, found: &'d Found<'_>) -> Option<&'d str> {
    let is_own = class.origins.module(&found.decorator.name).is_some_and(|module| module.starts_with("@mikro-orm/"));
    is_own.then(|| class.original_name(found))
}

/// The entity that a class is; `None` for other classes.
pub(super) fn of_class(class: &ClassCx<'_, '_>) -> Option<Entity> {
    let text = class.cx.text;
    let mut entity = Entity { kind: EntityKind::Base, ..Entity::new(Mapper::MikroOrm, class.name.clone()) };
    let is_package = |base: &String| class.origins.module(base).is_some_and(|module| module.starts_with("@mikro-orm/"));
    entity.bases = classes::bases(class.node, text).into_iter().filter(|base| !is_package(base)).collect();
    entity.doc = doc_comment::of(class.node, text);
    let mut is_entity = false;
    let mut discriminator = None;
    for found in &class.decorators {
        let (Some(name), line) = (known(class, found), class.line(found.node)) else { continue };
        let stated = Stated::of(class.cx, found.node);
        match name {
            "Entity" => {
                is_entity = true;
                let is_base = stated.is("abstract")
                    || class.node.kind() == "abstract_class_declaration" && stated.get("discriminatorColumn").is_none();
                entity.kind = match () {
                    () if stated.get("discriminatorValue").is_some() => EntityKind::Child,
                    () if is_base => EntityKind::Base,
                    () if stated.get("expression").is_some() => EntityKind::View,
                    () => EntityKind::Table,
                };
                entity.table = stated.name("tableName").or_else(|| stated.name("collection"));
                entity.schema = stated.name("schema").filter(|schema| schema.as_text() != Some("*"));
                discriminator = stated.text("discriminatorColumn").map(|name| (name, line));
            }
            "Embeddable" => {
                is_entity = true;
                entity.kind = EntityKind::Embedded;
            }
            "Index" | "Unique" | "Check" => entity.constraints.extend(constraint(name, &stated, None, line)),
            _ => {}
        }
    }
    for member in entity_class::members(class) {
        add(class, &mut entity, &member);
    }
    if let Some((name, line)) = discriminator.filter(|(name, _)| !entity.properties.iter().any(|one| one.name == *name)) {
        let kind = PropertyKind::Column(ColumnType::Scalar(Scalar::Text, None));
        entity.properties.push(Property { column: Some(Value::Text(name)), ..Property::new(DISCRIMINATOR, kind, line) });
    }
    (is_entity || entity.is_partial || !entity.properties.is_empty()).then_some(entity)
}

/// `@Unique({ properties: ['a', 'b'], name: 'x' })`, `@Index()` at a property, `@Check({ expression: 'a > 0' })`
fn constraint(decorator: &str, stated: &Stated<'_>, property: Option<&str>, line: u32) -> Option<EntityConstraint> {
    let name = stated.text("name");
    if decorator == "Check" {
        let predicate = Some(stated.text("expression")?);
        return Some(EntityConstraint { kind: EntityConstraintKind::Check, name, members: Vec::new(), method: None, predicate, line });
    }
    // A definition that is written out as SQL is only named.
    if stated.get("expression").is_some() {
        return None;
    }
    let members = match (stated.get("properties"), property) {
        (Some(listed), _) => stated::members(listed),
        (None, Some(property)) => vec![(property.to_owned(), String::new())],
        (None, None) => return None,
    };
    let kind = if decorator == "Unique" { EntityConstraintKind::Unique } else { EntityConstraintKind::Index };
    Some(EntityConstraint { kind, name, members, method: stated.text("type").map(|method| method.to_lowercase()), predicate: None, line })
}

fn add(class: &ClassCx<'_, '_>, entity: &mut Entity, member: &Member<'_>) {
    let mut made = None;
    let mut beside = Vec::new();
    for found in &member.decorators {
        let Some(name) = known(class, found) else { continue };
        let stated = Stated::of(class.cx, found.node);
        match name {
            "Index" | "Unique" => beside.extend(constraint(name, &stated, Some(&member.name), member.line)),
            _ => made = property((name, &stated), member).or(made),
        }
    }
    let Some((property, stated)) = made else {
        entity.is_partial |= member.decorators.iter().any(|found| is_like(class, found.decorator.name.as_str()));
        return;
    };
    for (key, kind) in [("index", EntityConstraintKind::Index), ("unique", EntityConstraintKind::Unique)] {
        if let Some(value) = stated.get(key).filter(|value| !matches!(value, Value::Bool(false))) {
            let members = vec![(member.name.clone(), String::new())];
            let name = value.as_text().map(str::to_owned);
            entity.constraints.push(EntityConstraint { kind, name, members, method: None, predicate: None, line: member.line });
        }
    }
    entity.constraints.extend(beside);
    entity.properties.push(property);
}

/// Whether a decorator of the program itself is named like one that makes a column: what it makes is not read.
fn is_like(class: &ClassCx<'_, '_>, name: &str) -> bool {
    // Other libraries mark properties too, of requests for example.
    const OTHERS: &[&str] = &["@nestjs/", "@mikro-orm/", "class-", "typeorm"];
    let is_theirs = class.origins.module(name).is_some_and(|module| OTHERS.iter().any(|other| module.starts_with(other)));
    ["Property", "Column", "ManyToOne", "OneToOne"].iter().any(|end| name.ends_with(end)) && !is_theirs
}

/// The property that a decorator makes, with the options that it was read from.
fn property((decorator, stated): (&str, &Stated<'_>), member: &Member<'_>) -> Option<(Property, Value)> {
    let options = stated.values().find(|value| matches!(value, Value::Map(_))).cloned().unwrap_or(Value::Map(Vec::new()));
    if stated.flag("persist") == Some(false) {
        return None;
    }
    let first = || stated.first().filter(|value| !matches!(value, Value::Map(_))).or_else(|| stated.get("entity")).and_then(stated::target);
    let nullable = stated.flag("nullable").unwrap_or(member.written.is_optional || member.written.may_be_null);
    let primary_key = matches!(decorator, "PrimaryKey") || stated.is("primary");
    let mut property = Property {
        nullable: nullable && !primary_key,
        primary_key,
        doc: member.doc.clone().or_else(|| stated.text("comment")),
        column: stated.name("fieldName").or_else(|| stated.name("name")),
        ..Property::new(member.name.clone(), PropertyKind::Column(ColumnType::Stated(String::new())), member.line)
    };
    match decorator {
        "Property" | "PrimaryKey" | "Enum" => column(&mut property, (decorator, stated), member),
        "Embedded" => {
            let target = first().unwrap_or_else(|| member.written.name.clone());
            property.kind = if stated.is("array") || stated.is("object") || member.written.is_list {
                PropertyKind::Column(ColumnType::Scalar(Scalar::Json, None))
            } else {
                let prefix = match stated.get("prefix") {
                    Some(Value::Bool(false)) => String::new(),
                    Some(Value::Text(prefix)) => prefix.clone(),
                    _ => format!("{}_", member.name),
                };
                PropertyKind::Embedded { entity: target, prefix }
            };
        }
        "ManyToOne" | "OneToOne" | "ManyToMany" => {
            let target = first().unwrap_or_else(|| member.written.name.clone());
            property.kind = PropertyKind::Relation(relation(decorator, target, stated)?);
            property.column = None;
        }
        _ => return None,
    }
    Some((property, options))
}

fn column(property: &mut Property, (decorator, stated): (&str, &Stated<'_>), member: &Member<'_>) {
    let size = match (stated.text("precision"), stated.text("scale")) {
        (Some(precision), Some(scale)) => Some(format!("{precision},{scale}")),
        (Some(precision), None) => Some(precision),
        _ => stated.text("length"),
    };
    let items = stated.get("items").or_else(|| stated.first().filter(|value| !matches!(value, Value::Map(_))));
    let kind = if decorator == "Enum" {
        let values = items.cloned().unwrap_or_else(|| Value::Name(member.written.name.clone()));
        ColumnType::Enum(EnumType { name: stated.text("nativeEnumName"), values })
    } else if let Some(written) = stated.text("columnType") {
        ColumnType::Stated(written.to_lowercase())
    } else {
        match stated.get("type").and_then(of_type) {
            Some(kind) => sized(kind, size),
            None => match member.written.scalar().or_else(|| of_initial(member)) {
                Some(scalar) if !member.written.is_list => ColumnType::Scalar(scalar, size),
                Some(_) => ColumnType::Stated("text[]".to_owned()),
                None if member.written.name.is_empty() => ColumnType::Scalar(Scalar::Text, size),
                None => ColumnType::Language(member.written.name.clone()),
            },
        }
    };
    property.is_list = decorator == "Enum" && (stated.is("array") || member.written.is_list);
    let is_number = matches!(kind, ColumnType::Scalar(Scalar::Integer | Scalar::BigInteger | Scalar::SmallInteger, _));
    if stated.is("autoincrement") || property.primary_key && is_number && stated.flag("autoincrement") != Some(false) {
        property.generated = Some(AUTO_INCREMENT.to_owned());
    }
    if let Some(expression) = stated.text("generated") {
        property.generated = Some(format!("always as {expression}"));
    }
    property.kind = PropertyKind::Column(kind);
    property.default = match (stated.text("defaultRaw"), stated.get("default")) {
        (Some(raw), _) => Some(raw),
        (None, Some(value)) => stated::default_text(value),
        (None, None) => None,
    };
    property.default_value = stated.get("default").filter(|value| matches!(value, Value::Name(_))).cloned();
    if stated.is("version") && property.default.is_none() {
        property.default = Some("1".to_owned());
    }
}

/// The type of `active = true` and `count = 0`.
fn of_initial(member: &Member<'_>) -> Option<Scalar> {
    let initial = member.initial.filter(|_| member.written.name.is_empty())?;
    match values::unwrapped(initial).kind() {
        "true" | "false" => Some(Scalar::Boolean),
        "number" => Some(Scalar::Integer),
        "string" | "template_string" => Some(Scalar::Text),
        "new_expression" => Some(Scalar::DateTime),
        _ => None,
    }
}

/// `type: 'uuid'`, `type: types.text`, `type: TextType`, `type: 'string'`
fn of_type(value: &Value) -> Option<ColumnType> {
    let name = match value {
        Value::Text(text) => text.clone(),
        Value::Name(name) => name.rsplit('.').next()?.to_owned(),
        Value::Call(name, _) => name.rsplit('.').next()?.to_owned(),
        _ => return None,
    };
    let plain = name.trim_end_matches("Type").to_lowercase();
    Some(match plain.as_str() {
        "string" | "varchar" => ColumnType::Scalar(Scalar::Text, None),
        "number" | "integer" | "int" => ColumnType::Scalar(Scalar::Integer, None),
        "smallint" | "tinyint" => ColumnType::Scalar(Scalar::SmallInteger, None),
        "bigint" => ColumnType::Scalar(Scalar::BigInteger, None),
        "boolean" => ColumnType::Scalar(Scalar::Boolean, None),
        "date" if name.ends_with("Type") || name == "date" => ColumnType::Scalar(Scalar::Date, None),
        "date" | "datetime" => ColumnType::Scalar(Scalar::DateTime, None),
        "uuid" => ColumnType::Scalar(Scalar::Uuid, None),
        "json" | "object" => ColumnType::Scalar(Scalar::Json, None),
        "decimal" => ColumnType::Scalar(Scalar::Decimal, None),
        "double" => ColumnType::Scalar(Scalar::Float, None),
        "blob" | "uint8array" => ColumnType::Scalar(Scalar::Bytes, None),
        "array" => ColumnType::Stated("text[]".to_owned()),
        // A class of the program makes its own type.
        _ if matches!(value, Value::Name(name) if name.chars().next().is_some_and(char::is_uppercase)) && plain != "text" => return None,
        _ => ColumnType::Stated(plain),
    })
}

fn sized(kind: ColumnType, size: Option<String>) -> ColumnType {
    match kind {
        ColumnType::Scalar(scalar, None) => ColumnType::Scalar(scalar, size),
        ColumnType::Stated(stated) => ColumnType::Stated(size.map_or_else(|| stated.clone(), |size| format!("{stated}({size})"))),
        other => other,
    }
}

fn relation(decorator: &str, target: String, stated: &Stated<'_>) -> Option<Relation> {
    let inverse = stated
        .values()
        .nth(1)
        .filter(|value| !matches!(value, Value::Map(_)))
        .or_else(|| stated.get("mappedBy"))
        .or_else(|| stated.get("inversedBy"));
    let inverse = inverse.and_then(|value| match value {
        Value::Text(name) => Some(name.clone()),
        Value::Name(name) => name.split_once('.').map(|(_, rest)| rest.to_owned()),
        _ => None,
    });
    let joins = |one: &str, several: &str| -> Vec<JoinColumn> {
        let names = stated.get(one).or_else(|| stated.get(several)).map(Value::items).unwrap_or_default();
        names.iter().filter_map(stated::plain).map(|name| JoinColumn { name: Some(name), references: None }).collect()
    };
    let is_mapped = stated.get("mappedBy").is_some();
    let (kind, owns) = match decorator {
        "ManyToOne" => (RelationKind::ManyToOne, true),
        "OneToOne" => (RelationKind::OneToOne, !is_mapped && stated.flag("owner") != Some(false)),
        _ => (RelationKind::ManyToMany, !is_mapped && stated.flag("owner") != Some(false)),
    };
    let columns = joins("joinColumn", "joinColumns");
    let columns = if columns.is_empty() { joins("fieldName", "fieldNames") } else { columns };
    let is_many = kind == RelationKind::ManyToMany;
    Some(Relation {
        owns,
        inverse,
        join_table: is_many.then(|| JoinTable {
            name: stated.text("pivotTable"),
            schema: None,
            columns: columns.clone(),
            inverse_columns: joins("inverseJoinColumn", "inverseJoinColumns"),
            is_entity: stated.get("pivotEntity").is_some(),
        }),
        join_columns: if is_many { Vec::new() } else { columns },
        on_delete: stated.text("deleteRule").or_else(|| stated.text("onDelete")).map(|action| action.to_lowercase()),
        has_constraint: stated.flag("createForeignKeyConstraint") != Some(false),
        ..Relation::new(kind, target)
    })
}
