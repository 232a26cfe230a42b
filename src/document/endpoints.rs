//! `api_endpoints`: what each container answers to.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::{C4Level, Extra, some_list};
use crate::model;

/// The endpoints of one container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ContainerEndpoints {
    /// Its C4 level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c4_level: Option<C4Level>,
    /// "METHOD /path", "GRPC package.Service/Method", "QUERY name", "WS event"; sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<Vec<String>>,
    /// Routes of a gateway: "METHOD /path → cluster: container".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routes: Option<Vec<String>>,
    /// Endpoint -> how it is served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operations: Option<BTreeMap<String, Operation>>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Where an endpoint is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeclaredIn {
    /// In code.
    Code,
    /// In an OpenAPI or other contract.
    OpenApi,
}

/// One endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// The function that serves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// The type of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The type of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    /// What the code proves about who may call it; left out where it proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Vec<String>>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The version, where it stands in a header or media type and not in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where it is stated.
    #[serde(default)]
    pub declared_in: Vec<DeclaredIn>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ContainerEndpoints {
    /// The endpoints of every container that answers or routes.
    pub(super) fn all(
        operations: BTreeMap<String, BTreeMap<String, model::Operation>>,
        mut routes: BTreeMap<String, BTreeSet<String>>,
    ) -> BTreeMap<String, Self> {
        let mut all: BTreeMap<String, Self> = operations
            .into_iter()
            .map(|(key, one)| {
                let routes = routes.remove(&key).unwrap_or_default();
                (key, Self::from_model(one, routes))
            })
            .collect();
        all.extend(routes.into_iter().map(|(key, routes)| (key, Self::from_model(BTreeMap::new(), routes))));
        all
    }

    fn from_model(from: BTreeMap<String, model::Operation>, routes: BTreeSet<String>) -> Self {
        Self {
            c4_level: Some(C4Level::Component),
            endpoints: Some(from.keys().cloned().collect()),
            routes: some_list(routes),
            operations: Some(from.into_iter().map(|(key, operation)| (key, Operation::from_model(operation))).collect()),
            extra: Extra::new(),
        }
    }
}

impl Operation {
    fn from_model(from: model::Operation) -> Self {
        Self {
            handler: from.handler,
            request: from.request,
            response: from.response,
            auth: some_list(from.auth),
            summary: from.summary,
            version: from.version,
            declared_in: match from.declared {
                model::Declared::Code => vec![DeclaredIn::Code],
                model::Declared::Contract => vec![DeclaredIn::OpenApi],
                model::Declared::Both => vec![DeclaredIn::Code, DeclaredIn::OpenApi],
            },
            extra: Extra::new(),
        }
    }
}
