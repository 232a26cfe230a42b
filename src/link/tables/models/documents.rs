//! Documents of MongoDB: which schemas are collections, and which only parts of others.
//! A class or schema is a collection when something registers it as a model, names its collection, or uses it in no other way.

use std::collections::BTreeSet;

use super::collect::Entities;
use crate::finding::entity::{EntityKind, Mapper, PropertyKind};
use crate::finding::{Fact, Value};
use crate::link::names::last_part;
use crate::location::RepoPath;

/// A schema that is registered as a model.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    pub(super) entity: usize,
    pub(super) model: String,
    pub(super) collection: Option<String>,
}

/// `MongooseModule.forFeature([{ name: User.name, schema: UserSchema, collection: 'users' }])`
pub(super) fn registered(entities: &Entities<'_, '_>) -> Vec<Registered> {
    let mut found = Vec::new();
    for finding in entities.findings() {
        let Fact::Module(module) = &finding.fact else { continue };
        for value in &module.imports {
            let Value::Call(name, arguments) = value else { continue };
            if matches!(last_part(name), "forFeature" | "forFeatureAsync") {
                for item in arguments.iter().flat_map(Value::items) {
                    found.extend(registration(entities, &finding.at.path, item));
                }
            }
        }
    }
    found
}

fn registration(entities: &Entities<'_, '_>, file: &RepoPath, item: &Value) -> Option<Registered> {
    let name = item.get("name")?;
    let text = |value: &Value| crate::link::names::plain(&entities.value_in(file, value));
    let class = match name {
        Value::Name(name) => entities.named_in(Mapper::Mongoose, file, name.strip_suffix(".name").unwrap_or(name)),
        _ => None,
    };
    // The schema leads to its class where the name is only a text.
    let of_schema = || match entities.value_in(file, item.get("schema").or_else(|| item.get("useFactory"))?) {
        Value::Call(_, arguments) => match arguments.first()? {
            Value::Name(class) => entities.unique(Mapper::Mongoose, class),
            _ => None,
        },
        Value::Name(schema) => entities.named_in(Mapper::Mongoose, file, &schema),
        _ => None,
    };
    let entity = class.or_else(of_schema)?;
    let model = text(name).unwrap_or_else(|| entities.all[entity].entity.name.clone());
    Some(Registered { entity, model, collection: item.get("collection").and_then(text) })
}

/// What the options of a schema, and of the schemas that it is made of, say.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) collection: Option<String>,
    /// A part of a document may go without an id of its own.
    pub(super) has_no_id: bool,
    /// The fields that hold when a document was made and changed.
    pub(super) stamps: Vec<String>,
}

/// Schemas are made of others no deeper than this.
const DEPTH: usize = 4;

/// The options that hold for an entity.
pub(super) fn options(entities: &Entities<'_, '_>, at: usize) -> Options {
    let mut found = Options::default();
    let mut open = vec![at];
    for _ in 0..DEPTH {
        let Some(next) = open.pop() else { break };
        let entity = entities.all[next].entity;
        if let Some(options) = &entity.options {
            read(&entities.value(next, options), &mut found);
        }
        open.extend(entity.bases.iter().filter_map(|name| entities.resolve(next, name)).filter(|base| *base != next));
    }
    found
}

fn read(options: &Value, into: &mut Options) {
    let collection = options.get("collection").and_then(crate::link::names::plain);
    into.collection = into.collection.take().or(collection);
    into.has_no_id |= options.get("_id") == Some(&Value::Bool(false));
    let Some(stamps) = options.get("timestamps").filter(|value| !matches!(value, Value::Bool(false))) else { return };
    for name in ["createdAt", "updatedAt"] {
        match stamps.get(name) {
            Some(Value::Text(own)) => into.stamps.push(own.clone()),
            Some(Value::Bool(false)) => {}
            _ => into.stamps.push(name.to_owned()),
        }
    }
}

/// What each entity stands for: schemas that are embedded, or that others are built on, are no collections of their own.
pub(super) fn kinds(entities: &Entities<'_, '_>) -> Vec<EntityKind> {
    let mut embedded: BTreeSet<usize> = BTreeSet::new();
    let mut bases: BTreeSet<usize> = BTreeSet::new();
    for (at, stated) in entities.all.iter().enumerate().filter(|(_, one)| one.entity.mapper == Mapper::Mongoose) {
        bases.extend(stated.entity.bases.iter().filter_map(|name| entities.resolve(at, name)));
        embedded.extend(stated.entity.properties.iter().filter_map(|property| match &property.kind {
            PropertyKind::Embedded { entity, .. } => entities.resolve(at, entity),
            _ => None,
        }));
    }
    let kind = |(at, stated): (usize, &super::collect::Stated<'_>)| {
        let entity = stated.entity;
        let is_document = entity.mapper == Mapper::Mongoose;
        let own = if is_document { options(entities, at) } else { Options::default() };
        let is_told = entities.registration(at).is_some() || entity.table.is_some() || own.collection.is_some();
        match entity.kind {
            // A schema constant that a module registers is a collection.
            EntityKind::Base if is_document && entities.registration(at).is_some() => EntityKind::Table,
            EntityKind::Table if !is_document || is_told => EntityKind::Table,
            EntityKind::Table if bases.contains(&at) => EntityKind::Base,
            EntityKind::Table if embedded.contains(&at) || own.has_no_id => EntityKind::Embedded,
            other => other,
        }
    };
    entities.all.iter().enumerate().map(kind).collect()
}
