//! `data_schema.maintenance_procedures`: how the schema is changed and filled.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::{C4Level, Extra, Prose};
use crate::model;

/// How the schema is changed and filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Maintenance {
    /// Its C4 level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c4_level: Option<C4Level>,
    /// One history as an object, several as a list.
    #[serde(default = "none")]
    pub migrations: Migrations,
    /// How it is seeded.
    #[serde(default)]
    pub seeding: Prose,
    /// One-off scripts: path -> purpose.
    #[serde(default)]
    pub special_scripts: Prose,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One migration history as an object, none or several as a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Migrations {
    /// One.
    One(MigrationHistory),
    /// None or several.
    Many(Vec<MigrationHistory>),
}

fn none() -> Migrations {
    Migrations::Many(Vec::new())
}

/// A migration history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MigrationHistory {
    /// The tool.
    pub tooling: String,
    /// Its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// How many migrations are applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// How one goes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_strategy: Option<String>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Maintenance {
    pub(super) fn from_model(from: model::Maintenance) -> Self {
        let mut histories: Vec<MigrationHistory> = from.migrations.into_iter().map(MigrationHistory::from_model).collect();
        let migrations = match histories.pop() {
            Some(only) if histories.is_empty() => Migrations::One(only),
            last => {
                histories.extend(last);
                Migrations::Many(histories)
            }
        };
        Self {
            c4_level: Some(C4Level::Code),
            migrations,
            seeding: Prose::topics(from.seeding),
            special_scripts: Prose::topics(from.special_scripts),
            extra: Extra::new(),
        }
    }
}

impl MigrationHistory {
    fn from_model(from: model::MigrationHistory) -> Self {
        Self {
            tooling: from.tooling,
            location: Some(from.location),
            count: Some(from.count),
            rollback_strategy: (!from.rollback_strategy.is_empty()).then_some(from.rollback_strategy),
            extra: Extra::new(),
        }
    }
}
