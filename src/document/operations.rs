//! `domain_glossary`, `external_integrations`, `external_services`, `workflows_jobs` and `testing_strategy`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::{C4Level, Extra, Texts, some_list};
use super::wording;
use crate::model;

/// A term of the domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Term {
    /// The term itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The same under the name that some documents use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The kind of place that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its C4 level.
    pub c4_level: C4Level,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Term {
    pub(super) fn from_model(term: &str, from: model::Term) -> Self {
        Self {
            term: Some(term.to_owned()),
            definition: Some(from.definition),
            description: None,
            source: (!from.source.is_empty()).then_some(from.source),
            c4_level: C4Level::Context,
            extra: Extra::new(),
        }
    }
}

/// A third-party service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Integration {
    /// What it is used for.
    pub description: String,
    /// payments, email, llm, identity ...
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its C4 level.
    pub c4_level: C4Level,
    /// Keys of containers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<Vec<String>>,
    /// Packages, hosts and names of environment variables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Vec<String>>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Integration {
    pub(super) fn from_model(from: model::Integration) -> Self {
        let description = if from.description.is_empty() { wording::integration(&from) } else { from.description };
        Self {
            description,
            kind: Some(from.kind),
            c4_level: C4Level::Container,
            used_by: Some(from.used_by.into_iter().collect()),
            evidence: Some(from.evidence.into_iter().collect()),
            extra: Extra::new(),
        }
    }
}

/// A service that the system runs with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExternalService {
    /// Its name.
    pub name: String,
    /// db, broker, cache, idp, monitoring ...
    #[serde(rename = "type")]
    pub kind: String,
    /// Versions and uses.
    #[serde(default)]
    pub notes: String,
    /// Its C4 level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c4_level: Option<C4Level>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ExternalService {
    pub(super) fn from_model(name: String, from: model::BackingService) -> Self {
        let notes: Vec<String> = from.notes.into_iter().collect();
        Self { name, kind: from.kind, notes: notes.join("; "), c4_level: Some(C4Level::Container), extra: Extra::new() }
    }
}

/// A workflow or job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Workflow {
    /// What it does.
    pub description: String,
    /// "Cron `0 3 * * *`", "Queue `mail`", "HTTP POST /v1/orders" ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// The function that does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// The key of the container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Its C4 level.
    pub c4_level: C4Level,
    /// Publisher, channel, subscriber, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<String>>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Workflow {
    pub(super) fn from_model(from: model::Workflow) -> Self {
        let description = if from.description.is_empty() { wording::workflow(&from) } else { from.description };
        Self {
            description,
            trigger: (!from.trigger.is_empty()).then_some(from.trigger),
            handler: (!from.handler.is_empty()).then_some(from.handler),
            container: (!from.container.is_empty()).then_some(from.container),
            c4_level: C4Level::Component,
            steps: some_list(from.steps),
            extra: Extra::new(),
        }
    }
}

/// One kind of test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TestSuite {
    /// Jest, Vitest, xUnit ...
    #[serde(default)]
    pub frameworks: Vec<String>,
    /// How many files.
    #[serde(default)]
    pub files: usize,
    /// The folders that hold them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Texts>,
    /// How they are run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Texts>,
    /// Its C4 level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c4_level: Option<C4Level>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl TestSuite {
    pub(super) fn from_model(from: model::TestSuite) -> Self {
        Self {
            frameworks: from.frameworks.into_iter().collect(),
            files: from.files,
            location: some_list(from.locations).map(Texts::Many),
            command: some_list(from.commands).map(Texts::Many),
            c4_level: Some(C4Level::Code),
            extra: Extra::new(),
        }
    }
}
