//! `configuration` and `security_posture`: how the system is configured, built and kept safe.
//! Names of variables only; no value ever reaches this section.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::shape::{C4Level, Extra, Prose};
use super::wording;
use crate::model;

/// Configuration of run time, build and development.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Configuration {
    /// Its C4 level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c4_level: Option<C4Level>,
    /// What the section holds.
    #[serde(default)]
    pub description: String,
    /// Container -> names of its environment variables.
    #[serde(default)]
    pub runtime: Prose,
    /// Dockerfile -> base image, stages, ports, user.
    #[serde(default)]
    pub containerization: Prose,
    /// Package managers, lock files, private registries.
    #[serde(default)]
    pub dependency_management: Prose,
    /// Linters, formatters, hooks.
    #[serde(default)]
    pub development_tooling: Prose,
    /// Pipeline file -> what it runs.
    #[serde(default)]
    pub ci: Prose,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Configuration {
    pub(super) fn from_model(from: model::Configuration) -> Self {
        let description = if from.description.is_empty() { wording::configuration(&from) } else { from.description };
        let names = |names: std::collections::BTreeSet<String>| names.into_iter().map(Value::String).collect::<Value>();
        let runtime: BTreeMap<String, Value> = from.runtime.into_iter().map(|(container, set)| (container, names(set))).collect();
        Self {
            c4_level: Some(C4Level::Code),
            description,
            runtime: Prose::Topics(runtime),
            containerization: Prose::topics(from.containerization),
            dependency_management: Prose::topics(from.dependency_management),
            development_tooling: Prose::topics(from.development_tooling),
            ci: Prose::topics(from.ci),
            extra: Extra::new(),
        }
    }
}

/// What the code shows of security; one remark each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SecurityPosture {
    /// Its C4 level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c4_level: Option<C4Level>,
    /// What the section holds.
    #[serde(default)]
    pub description: String,
    /// How secrets are kept out of the code.
    #[serde(default)]
    pub secrets_management: Prose,
    /// How callers prove who they are.
    #[serde(default)]
    pub authentication_methods: Prose,
    /// How it is decided what they may do.
    #[serde(default)]
    pub authorization: Prose,
    /// What protects the build.
    #[serde(default)]
    pub build_security: Prose,
    /// TLS, CORS, rate limits, headers.
    #[serde(default)]
    pub network: Prose,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl SecurityPosture {
    pub(super) fn from_model(from: model::Security) -> Self {
        Self {
            c4_level: Some(C4Level::Code),
            description: wording::security(&from),
            secrets_management: Prose::list(from.secrets_management),
            authentication_methods: Prose::list(from.authentication_methods),
            authorization: Prose::list(from.authorization),
            build_security: Prose::list(from.build_security),
            network: Prose::list(from.network),
            extra: Extra::new(),
        }
    }
}
