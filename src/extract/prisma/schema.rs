//! Models, views, enums and the datasource of a Prisma schema, which may be one file or a folder of them.
//! A field whose type stands in no list of scalars is a relation here: only all files together tell whether it is an enum.

use super::attributes::{constraints, default_of, native_type, on_delete};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::entity::{
    AUTO_INCREMENT, ColumnType, Engine, Entity, EntityEnum, EntityKind, EntityStore, JoinColumn, Mapper, Property, PropertyKind, Relation,
    RelationKind, Scalar,
};
use crate::finding::schema::Dialect;
use crate::finding::{Fact, Value};
use crate::gap::GapCode;
use crate::syntax::prisma::{Attribute, Block, Expression, Field, Schema, attribute};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "prisma.schema",
    about: "models, views, enums and relations of Prisma schemas",
    kinds: &[FileKind::Prisma],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let schema = Schema::parse(cx.text);
    for line in &schema.faults {
        sink.gap(GapCode::StatementNotUnderstood, Some(*line), "this line of the Prisma schema is not understood");
    }
    for block in &schema.blocks {
        let fact = match block.keyword.as_str() {
            "datasource" => Fact::EntityStore(store(block)),
            "enum" => Fact::EntityEnum(enumeration(block)),
            "model" => Fact::Entity(Box::new(entity(block, EntityKind::Table))),
            "view" => Fact::Entity(Box::new(entity(block, EntityKind::View))),
            "type" => Fact::Entity(Box::new(entity(block, EntityKind::Embedded))),
            _ => continue,
        };
        sink.fact(block.line, fact);
    }
}

fn store(block: &Block) -> EntityStore {
    let provider = block.settings.iter().find(|(name, _)| name == "provider").and_then(|(_, value)| value.items().first()?.as_text());
    let engine = match provider {
        Some("postgresql" | "postgres" | "cockroachdb") => Some(Engine::Sql(Dialect::Postgres)),
        Some("mysql") => Some(Engine::Sql(Dialect::MySql)),
        Some("sqlite") => Some(Engine::Sql(Dialect::Sqlite)),
        Some("sqlserver") => Some(Engine::Sql(Dialect::SqlServer)),
        Some("mongodb") => Some(Engine::MongoDb),
        _ => None,
    };
    // Relations that Prisma keeps itself have no keys in the database.
    let mode = block.settings.iter().find(|(name, _)| matches!(name.as_str(), "relationMode" | "referentialIntegrity"));
    let mode = mode.and_then(|(_, value)| value.items().first()?.as_text());
    let defaults = mode.map(|mode| Value::Map(vec![("relationMode".to_owned(), Value::Text(mode.to_owned()))]));
    EntityStore { mapper: Mapper::Prisma, engine, naming: None, schema: None, defaults }
}

/// The text of `@map("x")`, `@@schema("x")`.
fn text_of<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    attribute(attributes, name)?.named_or_first("name")?.as_text()
}

fn enumeration(block: &Block) -> EntityEnum {
    let renamed: Vec<(String, String)> =
        block.fields.iter().filter_map(|field| Some((field.name.clone(), text_of(&field.attributes, "map")?.to_owned()))).collect();
    let value = |field: &Field| text_of(&field.attributes, "map").unwrap_or(&field.name).to_owned();
    EntityEnum {
        mapper: Mapper::Prisma,
        name: block.name.clone(),
        mapped: text_of(&block.attributes, "map").map(str::to_owned),
        schema: text_of(&block.attributes, "schema").map(str::to_owned),
        values: block.fields.iter().map(value).collect(),
        renamed,
    }
}

fn entity(block: &Block, kind: EntityKind) -> Entity {
    let stated = |name: &str| text_of(&block.attributes, name).map(|text| Value::Text(text.to_owned()));
    let ids: Vec<&str> = primary_key(block);
    Entity {
        kind,
        table: stated("map"),
        schema: stated("schema"),
        properties: block.fields.iter().filter(|field| !field.type_name.is_empty()).map(|field| property(field, &ids)).collect(),
        constraints: constraints(block),
        doc: block.doc.clone(),
        ..Entity::new(Mapper::Prisma, block.name.clone())
    }
}

/// The fields of `@@id`.
fn primary_key(block: &Block) -> Vec<&str> {
    let key = attribute(&block.attributes, "id").and_then(|one| one.named_or_first("fields"));
    key.map(|fields| fields.items().iter().filter_map(Expression::as_name).collect()).unwrap_or_default()
}

fn property(field: &Field, ids: &[&str]) -> Property {
    let kind = match scalar(&field.type_name) {
        _ if field.unsupported.is_some() => {
            PropertyKind::Column(ColumnType::Stated(field.unsupported.as_deref().unwrap_or_default().to_lowercase()))
        }
        Some(scalar) => PropertyKind::Column(match native_type(&field.attributes) {
            Some(stated) => ColumnType::Stated(stated),
            None => ColumnType::Scalar(scalar, None),
        }),
        None => PropertyKind::Relation(relation(field)),
    };
    let default = attribute(&field.attributes, "default").and_then(|one| one.named_or_first("value"));
    let increments = matches!(default, Some(Expression::Call(name, _)) if name == "autoincrement");
    Property {
        column: text_of(&field.attributes, "map").map(|text| Value::Text(text.to_owned())),
        is_list: field.is_list,
        // A list is never null for Prisma, but its column is made without NOT NULL.
        nullable: field.is_optional || field.is_list,
        primary_key: attribute(&field.attributes, "id").is_some() || ids.contains(&field.name.as_str()),
        default: default.and_then(|value| default_of(value, field)),
        generated: increments.then(|| AUTO_INCREMENT.to_owned()),
        doc: field.doc.clone(),
        ..Property::new(field.name.clone(), kind, field.line)
    }
}

fn scalar(name: &str) -> Option<Scalar> {
    Some(match name {
        "String" => Scalar::Text,
        "Boolean" => Scalar::Boolean,
        "Int" => Scalar::Integer,
        "BigInt" => Scalar::BigInteger,
        "Float" => Scalar::Float,
        "Decimal" => Scalar::Decimal,
        "DateTime" => Scalar::DateTime,
        "Json" => Scalar::Json,
        "Bytes" => Scalar::Bytes,
        _ => return None,
    })
}

/// `@relation("name", fields: [a], references: [id], onDelete: Cascade, map: "fk")`
fn relation(field: &Field) -> Relation {
    let stated = attribute(&field.attributes, "relation");
    let names = |name: &str| -> Vec<String> {
        let list = stated.and_then(|one| one.named(name)).map(Expression::items).unwrap_or_default();
        list.iter().filter_map(|one| one.as_name().map(str::to_owned)).collect()
    };
    let (fields, references) = (names("fields"), names("references"));
    let kind = match (field.is_list, fields.is_empty()) {
        (true, _) => RelationKind::ToMany,
        (false, true) => RelationKind::OneToOne,
        (false, false) => RelationKind::ManyToOne,
    };
    let join = |(at, name): (usize, &String)| JoinColumn { name: Some(name.clone()), references: references.get(at).cloned() };
    Relation {
        owns: !fields.is_empty(),
        inverse: stated.and_then(|one| one.named_or_first("name")?.as_text().map(str::to_owned)),
        join_columns: fields.iter().enumerate().map(join).collect(),
        on_delete: stated.filter(|_| !fields.is_empty()).map(|one| on_delete(one, field.is_optional)),
        constraint: stated.and_then(|one| one.named("map")?.as_text().map(str::to_owned)),
        ..Relation::new(kind, field.type_name.clone())
    }
}
