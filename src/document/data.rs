//! `data_schema`: tables, views and enums as they stand after the last migration.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::maintenance::Maintenance;
use super::shape::{C4Level, Extra, Texts};
use super::wording;
use crate::model;

/// The schema of all databases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DataSchema {
    /// Its C4 level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c4_level: Option<C4Level>,
    /// What it holds.
    pub description: String,
    /// Name -> table.
    #[serde(default)]
    pub tables: BTreeMap<String, Table>,
    /// Name -> view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<BTreeMap<String, View>>,
    /// Name -> values in declared order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enums: Option<BTreeMap<String, Vec<String>>>,
    /// The foreign keys as lines between tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationships: Option<Vec<TableEdge>>,
    /// Redis: key pattern -> what it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_patterns: Option<BTreeMap<String, String>>,
    /// How the schema is changed and filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance_procedures: Option<Maintenance>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl DataSchema {
    pub(super) fn from_model(from: model::Schema) -> Self {
        let description = wording::data_schema(&from);
        let relationships = edges(&from);
        Self {
            c4_level: Some(C4Level::Code),
            description,
            tables: from.tables.into_iter().map(|(name, table)| (name, Table::from_model(table))).collect(),
            views: Some(from.views.into_iter().map(|(name, view)| (name, View::from_model(view))).collect()),
            enums: Some(from.enums),
            relationships: Some(relationships),
            key_patterns: (!from.key_patterns.is_empty()).then_some(from.key_patterns),
            maintenance_procedures: Some(Maintenance::from_model(from.maintenance)),
            extra: Extra::new(),
        }
    }
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// What it holds.
    pub description: String,
    /// Its columns in declared order.
    pub columns: Vec<ColumnEntry>,
    /// Lines to other tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationships: Option<Vec<TableRelationship>>,
    /// The columns of a composite primary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Vec<String>>,
    /// Unique constraints of more than one column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<Vec<Vec<String>>>,
    /// Name -> definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indexes: Option<BTreeMap<String, String>>,
    /// Name -> expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<BTreeMap<String, String>>,
    /// Row level security, where it is enabled or a policy stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_level_security: Option<RowLevelSecurity>,
    /// The schema, when it is not the engine's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The container that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// Only true: the table stands in a document and in no code.
    #[serde(default, skip_serializing_if = "is_false")]
    pub documented: bool,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Table {
    fn from_model(from: model::Table) -> Self {
        let description = from.description.clone().filter(|text| !text.is_empty()).unwrap_or_else(|| wording::table(&from));
        Self {
            description,
            columns: from.columns.into_iter().map(|column| ColumnEntry::Column(Column::from_model(column))).collect(),
            relationships: Some(from.relationships.into_iter().map(TableRelationship::from_model).collect()),
            primary_key: (!from.primary_key.is_empty()).then_some(from.primary_key),
            unique: (!from.unique.is_empty()).then(|| from.unique.into_iter().collect()),
            indexes: (!from.indexes.is_empty()).then_some(from.indexes),
            checks: (!from.checks.is_empty()).then_some(from.checks),
            row_level_security: from.row_level_security.map(|from| RowLevelSecurity { enabled: from.enabled, policies: from.policies }),
            schema: from.schema,
            owner: from.owner,
            store: from.store,
            documented: from.documented,
            extra: Extra::new(),
        }
    }
}

/// A column as facts, or as the line of text that a person wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ColumnEntry {
    /// As facts.
    Column(Column),
    /// As a line of text.
    Text(String),
}

/// A column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as written, lower case.
    #[serde(rename = "type")]
    pub data_type: String,
    /// Only true: it may be null.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// Only true: it is the primary key or a part of it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub primary_key: bool,
    /// Only true: it alone is unique.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// The default as SQL text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The expression of a generated column, or how its identity comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<String>,
    /// What it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Column {
    fn from_model(from: model::Column) -> Self {
        Self {
            name: from.name,
            data_type: from.data_type,
            nullable: from.nullable,
            primary_key: from.primary_key,
            unique: from.unique,
            default: from.default,
            generated: from.generated,
            description: from.description,
            extra: Extra::new(),
        }
    }
}

/// How two tables belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cardinality {
    /// A foreign key stands here.
    ManyToOne,
    /// A foreign key that is unique stands here.
    OneToOne,
    /// A foreign key stands there.
    OneToMany,
    /// Through a join table.
    ManyToMany,
}

impl Cardinality {
    fn from_model(from: model::Cardinality) -> Self {
        match from {
            model::Cardinality::ManyToOne => Self::ManyToOne,
            model::Cardinality::OneToOne => Self::OneToOne,
            model::Cardinality::OneToMany => Self::OneToMany,
            model::Cardinality::ManyToMany => Self::ManyToMany,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::ManyToOne => "many_to_one",
            Self::OneToOne => "one_to_one",
            Self::OneToMany => "one_to_many",
            Self::ManyToMany => "many_to_many",
        }
    }
}

/// A line from one table to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableRelationship {
    /// How many to how many.
    #[serde(rename = "type")]
    pub cardinality: Cardinality,
    /// The key of the other table.
    pub target_table: String,
    /// The column or columns of the foreign key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_key: Option<Texts>,
    /// The key of the join table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join_table: Option<String>,
    /// The column or columns that the foreign key points at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<Texts>,
    /// What happens when the other row goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<String>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl TableRelationship {
    fn from_model(from: model::TableRelationship) -> Self {
        Self {
            cardinality: Cardinality::from_model(from.cardinality),
            target_table: from.target,
            foreign_key: Texts::of(from.foreign_key),
            join_table: from.join_table,
            references: Texts::of(from.references),
            on_delete: from.on_delete,
            extra: Extra::new(),
        }
    }
}

/// Row level security of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowLevelSecurity {
    /// Whether it is enabled.
    pub enabled: bool,
    /// Name -> what it says.
    #[serde(default)]
    pub policies: BTreeMap<String, String>,
}

/// A view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// What it shows.
    pub description: String,
    /// Its query.
    pub definition: String,
    /// Only true: its rows are stored.
    #[serde(default, skip_serializing_if = "is_false")]
    pub materialized: bool,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl View {
    fn from_model(from: model::View) -> Self {
        let kind = if from.materialized { "Materialized view." } else { "View." };
        Self {
            description: from.description.filter(|text| !text.is_empty()).unwrap_or_else(|| kind.to_owned()),
            definition: from.definition,
            materialized: from.materialized,
            extra: Extra::new(),
        }
    }
}

/// A foreign key as a line between two tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableEdge {
    /// The table that holds the foreign key.
    pub from: String,
    /// The table that it points at.
    pub to: String,
    /// How many to how many.
    #[serde(rename = "type")]
    pub cardinality: String,
    /// Through which column.
    #[serde(default)]
    pub description: String,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Each foreign key once, seen from the table that holds it.
fn edges(schema: &model::Schema) -> Vec<TableEdge> {
    let mut seen: BTreeSet<(&str, &str, &[String], model::Cardinality)> = BTreeSet::new();
    for (name, table) in &schema.tables {
        let columns: BTreeSet<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        for line in &table.relationships {
            let here = line.foreign_key.iter().all(|column| columns.contains(column.as_str()));
            let owns = matches!(line.cardinality, model::Cardinality::ManyToOne | model::Cardinality::OneToOne);
            if owns && here && !line.foreign_key.is_empty() {
                seen.insert((name, &line.target, &line.foreign_key, line.cardinality));
            }
        }
    }
    let edge = |(from, to, key, cardinality): (&str, &str, &[String], model::Cardinality)| TableEdge {
        from: from.to_owned(),
        to: to.to_owned(),
        cardinality: Cardinality::from_model(cardinality).as_str().to_owned(),
        description: format!("foreign key {}", key.join(", ")),
        extra: Extra::new(),
    };
    seen.into_iter().map(edge).collect()
}
