//! `deployment_topology`: platforms, their resources and who talks to whom there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::shape::{C4Level, Extra};
use super::wording;
use crate::model::{self, ResourceFact};

/// A platform or environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Platform {
    /// Its name for a person.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its C4 level.
    pub c4_level: C4Level,
    /// Category -> kind or `Kind/name` -> what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<BTreeMap<String, BTreeMap<String, Resource>>>,
    /// Who talks to whom there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationships: Option<Vec<Edge>>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A resource: a sentence, or facts by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Resource {
    /// A sentence.
    Text(String),
    /// `description`, `image`, `replicas`, `ports`, `env`, `schedule`, `hosts` ...
    Facts(BTreeMap<String, Value>),
}

/// A line between two things of an environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Edge {
    /// Who.
    pub source: String,
    /// To whom.
    pub destination: String,
    /// How.
    #[serde(default)]
    pub description: String,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Platform {
    pub(super) fn from_model(from: model::Platform) -> Self {
        let description = if from.description.is_empty() { wording::platform(&from) } else { from.description };
        let resources = from.resources.into_iter().map(|(category, kinds)| {
            let kinds = kinds.into_iter().map(|(kind, resource)| {
                let shown = Resource::from_model(&kind, resource);
                (kind, shown)
            });
            (category, kinds.collect())
        });
        let edge = |edge: model::Edge| Edge {
            source: edge.source,
            destination: edge.destination,
            description: edge.description,
            extra: Extra::new(),
        };
        Self {
            name: from.name,
            description,
            c4_level: C4Level::Container,
            resources: Some(resources.collect()),
            relationships: Some(from.relationships.into_iter().map(edge).collect()),
            extra: Extra::new(),
        }
    }
}

impl Resource {
    fn from_model(kind: &str, from: model::Resource) -> Self {
        if from.facts.is_empty() {
            let kind = kind.split('/').next().unwrap_or(kind);
            return Self::Text(from.description.unwrap_or_else(|| format!("{kind}.")));
        }
        let mut facts: BTreeMap<String, Value> = from.facts.into_iter().map(|(name, fact)| (name, fact_value(fact))).collect();
        if let Some(text) = from.description {
            facts.insert("description".to_owned(), Value::String(text));
        }
        Self::Facts(facts)
    }
}

fn fact_value(fact: ResourceFact) -> Value {
    match fact {
        ResourceFact::Text(text) => Value::String(text),
        ResourceFact::Number(number) => Value::from(number),
        ResourceFact::Set(texts) => texts.into_iter().map(Value::String).collect(),
        ResourceFact::Map(texts) => texts.into_iter().map(|(name, text)| (name, Value::String(text))).collect(),
    }
}
