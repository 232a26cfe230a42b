//! `contexts`, `containers` and `components`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::shape::{C4Level, Extra, Relationship, path_text, some_list};
use super::wording;
use crate::model;

/// The system itself, an outside system or an actor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Context {
    /// What it is.
    pub description: String,
    /// Its C4 level.
    pub c4_level: C4Level,
    /// Whom it talks to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationships: Option<Vec<Relationship>>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Context {
    pub(super) fn from_model(from: model::Context) -> Self {
        let relationships = from.relationships.into_iter().map(Relationship::from_model).collect();
        Self { description: from.description, c4_level: C4Level::Context, relationships: Some(relationships), extra: Extra::new() }
    }
}

/// A deployable or backing unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Container {
    /// Its name for a person.
    pub name: String,
    /// What it does.
    pub description: String,
    /// "NestJS Application", "Job/Task", "Database" ...
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Language, framework and version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<String>,
    /// Its C4 level.
    pub c4_level: C4Level,
    /// Its folder; `.` for the root of the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The image that it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The ports that it listens on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<Vec<String>>,
    /// CQRS: what it can be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_surface: Option<ApiSurface>,
    /// Channels and events that it sends and receives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messaging: Option<Messaging>,
    /// Whom it talks to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationships: Option<Vec<Relationship>>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Container {
    pub(super) fn from_model(key: &str, from: model::Container, model: &wording::Counts) -> Self {
        let description = if from.description.is_empty() { wording::container(key, &from, model) } else { from.description };
        let messaging = (!from.publishes.is_empty() || !from.subscribes.is_empty())
            .then(|| Messaging { publishes: from.publishes.into_iter().collect(), subscribes: from.subscribes.into_iter().collect() });
        Self {
            name: from.name,
            description,
            kind: Some(from.kind),
            technology: from.technology,
            c4_level: C4Level::Container,
            path: from.path.as_ref().map(path_text),
            image: from.image,
            ports: some_list(from.ports),
            api_surface: (!from.domains.is_empty() || from.pages > 0).then(|| ApiSurface::from_model(key, from.domains, from.pages)),
            messaging,
            relationships: Some(from.relationships.into_iter().map(Relationship::from_model).collect()),
            extra: Extra::new(),
        }
    }
}

/// What a container can be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiSurface {
    /// What it holds.
    pub description: String,
    /// Its C4 level.
    pub c4_level: C4Level,
    /// Domain -> commands and queries.
    #[serde(default)]
    pub domains: BTreeMap<String, Domain>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ApiSurface {
    fn from_model(key: &str, domains: BTreeMap<String, model::Domain>, pages: usize) -> Self {
        Self {
            description: wording::api_surface(key, &domains, pages),
            c4_level: C4Level::Component,
            domains: domains.into_iter().map(|(name, domain)| (name, Domain::from_model(domain))).collect(),
            extra: Extra::new(),
        }
    }
}

/// A domain of a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Domain {
    /// What it is about.
    pub description: String,
    /// What changes something, by name.
    #[serde(default)]
    pub commands: Vec<CqrsMessage>,
    /// What only reads, by name.
    #[serde(default)]
    pub queries: Vec<CqrsMessage>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Domain {
    fn from_model(from: model::Domain) -> Self {
        let description = if from.description.is_empty() { wording::domain(&from) } else { from.description };
        Self {
            description,
            commands: from.commands.into_iter().map(|(name, message)| CqrsMessage::from_model(name, message, "Command")).collect(),
            queries: from.queries.into_iter().map(|(name, message)| CqrsMessage::from_model(name, message, "Query")).collect(),
            extra: Extra::new(),
        }
    }
}

/// A command or query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CqrsMessage {
    /// Its class.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The type that it carries; `null` as a text for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// The type that comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    /// The class that handles it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// What the caller must be allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl CqrsMessage {
    fn from_model(name: String, from: model::CqrsMessage, kind: &str) -> Self {
        let description = if from.description.is_empty() { wording::message(kind, &from) } else { from.description };
        Self {
            name,
            description,
            payload: from.payload,
            response: from.response,
            handler: (!from.handler.is_empty()).then_some(from.handler),
            permissions: some_list(from.permissions),
            extra: Extra::new(),
        }
    }
}

/// Channels and events of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Messaging {
    /// What it sends.
    #[serde(default)]
    pub publishes: Vec<String>,
    /// What it receives.
    #[serde(default)]
    pub subscribes: Vec<String>,
}

/// A part of a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// Its name for a person.
    pub name: String,
    /// What it does.
    pub description: String,
    /// "NestJS Module", "HTTP Client" ...
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Language and framework.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<String>,
    /// Its C4 level.
    pub c4_level: C4Level,
    /// The key of its container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Its file or folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Ids of components and containers that it needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<Vec<String>>,
    /// Lines that say more than a dependency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationships: Option<Vec<Relationship>>,
    /// What stands in it: `entities`, `controllers`, `providers`, `exports`, `workflows`, `tables`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<BTreeMap<String, Value>>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Component {
    pub(super) fn from_model(from: model::Component) -> Self {
        let description = if from.description.is_empty() { wording::component(&from) } else { from.description.clone() };
        let details = details(&from);
        Self {
            name: from.name,
            description,
            kind: Some(from.kind),
            technology: from.technology,
            c4_level: C4Level::Component,
            container: (!from.container.is_empty()).then_some(from.container),
            path: from.path.as_ref().map(path_text),
            dependencies: Some(from.dependencies.into_iter().collect()),
            relationships: Some(from.relationships.into_iter().map(Relationship::from_model).collect()),
            details: (!details.is_empty()).then_some(details),
            extra: Extra::new(),
        }
    }
}

fn details(from: &model::Component) -> BTreeMap<String, Value> {
    let mut details = BTreeMap::new();
    let lists = [
        ("controllers", &from.controllers),
        ("exports", &from.exports),
        ("providers", &from.providers),
        ("tables", &from.tables),
        ("workflows", &from.workflows),
    ];
    for (name, list) in lists {
        if !list.is_empty() {
            details.insert(name.to_owned(), list.iter().cloned().map(Value::String).collect());
        }
    }
    if !from.entities.is_empty() {
        details.insert("entities".to_owned(), from.entities.iter().map(entity).collect());
    }
    details
}

/// An entity is an object in every case, so that a doc comment added later changes one value and no shape.
fn entity((name, description): (&String, &Option<String>)) -> Value {
    let mut object = serde_json::Map::new();
    object.insert("name".to_owned(), Value::String(name.clone()));
    if let Some(text) = description {
        object.insert("description".to_owned(), Value::String(text.clone()));
    }
    Value::Object(object)
}
