//! The document that a scan prints: types for every section, made from the model by a pure function.
//! The only code that knows JSON as an output; it reads no file and asks no clock.

mod check;
mod credentials;
mod data;
mod endpoints;
mod maintenance;
mod meta;
mod operations;
mod places;
mod practice;
mod redaction;
mod schema;
mod shape;
mod sources;
mod system;
mod time;
mod topology;
mod version;
mod wording;

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use check::Fault;
pub use data::*;
pub use endpoints::*;
pub use maintenance::*;
pub use meta::*;
pub use operations::*;
pub(crate) use places::at_each;
pub use practice::*;
pub(crate) use schema::schema_of;
pub use schema::schema_text;
pub use shape::{C4Level, Extra, Prose, Relationship, Texts};
pub use system::*;
pub use topology::*;

use crate::model::{Inventory, Model};

/// The shtgn reposcan document: what a repository is, as one C4 model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Document {
    /// What was scanned, by what, what was counted, and what was not covered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The system itself, and each outside system or actor that it talks to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contexts: Option<BTreeMap<String, Context>>,
    /// Key -> deployable or backing unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub containers: Option<BTreeMap<String, Container>>,
    /// `<container>.<component>` -> component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<BTreeMap<String, Component>>,
    /// Container -> its endpoints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_endpoints: Option<BTreeMap<String, ContainerEndpoints>>,
    /// Term -> definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain_glossary: Option<BTreeMap<String, Term>>,
    /// Platform or environment -> its resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_topology: Option<BTreeMap<String, Platform>>,
    /// Tables, views and enums as they stand after the last migration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_schema: Option<DataSchema>,
    /// Third-party service -> how it is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_integrations: Option<BTreeMap<String, Integration>>,
    /// The services that the system runs with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_services: Option<Vec<ExternalService>>,
    /// Name -> workflow or job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflows_jobs: Option<BTreeMap<String, Workflow>>,
    /// unit, integration, e2e, load -> how it is tested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub testing_strategy: Option<BTreeMap<String, TestSuite>>,
    /// Configuration of run time, build and development.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Configuration>,
    /// What the code shows of security.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_posture: Option<SecurityPosture>,
    /// Path -> `L<line> <what> -> <JSON pointer>`; the only lines of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<BTreeMap<String, Vec<String>>>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The sections in the order of the document.
pub const SECTIONS: &[&str] = &[
    "meta",
    "contexts",
    "containers",
    "components",
    "api_endpoints",
    "domain_glossary",
    "deployment_topology",
    "data_schema",
    "external_integrations",
    "external_services",
    "workflows_jobs",
    "testing_strategy",
    "configuration",
    "security_posture",
    "sources",
];

impl Document {
    /// The document of a model; the same model gives the same document.
    pub(crate) fn from_model(mut model: Model, inventory: &Inventory) -> Self {
        let counts = wording::Counts::of(&model);
        let meta = Meta::from_model(&model, inventory, facts(&model));
        let containers = std::mem::take(&mut model.containers);
        let containers = containers.into_iter().map(|(key, one)| {
            let shown = Container::from_model(&key, one, &counts);
            (key, shown)
        });
        let glossary = model.glossary.into_iter().map(|(key, one)| {
            let shown = Term::from_model(&key, one);
            (key, shown)
        });
        let document = Self {
            meta: Some(meta),
            contexts: Some(each(model.contexts, Context::from_model)),
            containers: Some(containers.collect()),
            components: Some(each(model.components, Component::from_model)),
            api_endpoints: Some(ContainerEndpoints::all(model.endpoints, model.gateway_routes)),
            domain_glossary: Some(glossary.collect()),
            deployment_topology: Some(each(model.topology, Platform::from_model)),
            data_schema: Some(DataSchema::from_model(model.schema)),
            external_integrations: Some(each(model.integrations, Integration::from_model)),
            external_services: Some(model.services.into_iter().map(|(name, one)| ExternalService::from_model(name, one)).collect()),
            workflows_jobs: Some(each(model.jobs, Workflow::from_model)),
            testing_strategy: Some(each(model.tests, TestSuite::from_model)),
            configuration: Some(Configuration::from_model(model.configuration)),
            security_posture: Some(SecurityPosture::from_model(model.security)),
            sources: Some(sources::from_model(model.evidence)),
            extra: Extra::new(),
        };
        redaction::clean(document)
    }

    /// Reads a document, also one that a person wrote.
    ///
    /// # Errors
    /// Fails when the text is no JSON or no document; the message names the place.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Reads a document of this version of the contract or an older one, to be compared with another.
    ///
    /// # Errors
    /// Fails when the text is no document, or one of a newer version; the message says what to do.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut value: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
        version::raise(&mut value)?;
        Self::from_value(value).map_err(|error| format!("it is no document of reposcan: {error}"))
    }

    /// The document of nothing: every section is there and empty.
    #[must_use]
    pub fn empty() -> Self {
        let mut value: serde_json::Map<String, Value> =
            SECTIONS.iter().map(|name| ((*name).to_owned(), Value::Object(serde_json::Map::new()))).collect();
        value.shift_remove("meta");
        value.insert("external_services".to_owned(), Value::Array(Vec::new()));
        value.insert("data_schema".to_owned(), serde_json::json!({"description": ""}));
        Self::from_value(Value::Object(value)).unwrap_or_default()
    }

    /// The document as JSON in memory.
    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The document of JSON in memory.
    pub(crate) fn from_value(value: Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(value)
    }

    /// Writes the document as JSON with a line break at its end: in one line, or indented by two spaces.
    ///
    /// # Errors
    /// Fails when `out` cannot be written.
    pub fn write_json(&self, out: &mut dyn Write, compact: bool) -> io::Result<()> {
        if compact {
            serde_json::to_writer(&mut *out, self)?
        } else {
            serde_json::to_writer_pretty(&mut *out, self)?
        }
        out.write_all(b"\n")
    }

    /// Keeps the named sections and `meta`, which tells what was not covered; `sources` keeps only what points into them.
    #[must_use]
    pub fn with_sections(mut self, names: &[&str]) -> Self {
        let kept = |name: &str| names.contains(&name);
        if let Some(sources) = self.sources.as_mut() {
            for texts in sources.values_mut() {
                texts.retain(|text| kept(sources::section_of(text)));
            }
            sources.retain(|_, texts| !texts.is_empty());
        }
        Self {
            meta: self.meta,
            contexts: self.contexts.filter(|_| kept("contexts")),
            containers: self.containers.filter(|_| kept("containers")),
            components: self.components.filter(|_| kept("components")),
            api_endpoints: self.api_endpoints.filter(|_| kept("api_endpoints")),
            domain_glossary: self.domain_glossary.filter(|_| kept("domain_glossary")),
            deployment_topology: self.deployment_topology.filter(|_| kept("deployment_topology")),
            data_schema: self.data_schema.filter(|_| kept("data_schema")),
            external_integrations: self.external_integrations.filter(|_| kept("external_integrations")),
            external_services: self.external_services.filter(|_| kept("external_services")),
            workflows_jobs: self.workflows_jobs.filter(|_| kept("workflows_jobs")),
            testing_strategy: self.testing_strategy.filter(|_| kept("testing_strategy")),
            configuration: self.configuration.filter(|_| kept("configuration")),
            security_posture: self.security_posture.filter(|_| kept("security_posture")),
            sources: self.sources.filter(|_| kept("sources")),
            extra: Extra::new(),
        }
    }

    /// How many diagnostics mean that facts are missing or doubtful: errors and warnings, not what was left out on purpose.
    #[must_use]
    pub fn gap_count(&self) -> usize {
        let diagnostics = self.meta.as_ref().and_then(|meta| meta.diagnostics.as_deref()).unwrap_or_default();
        diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Info).count()
    }
}

fn each<A, B>(map: BTreeMap<String, A>, make: fn(A) -> B) -> BTreeMap<String, B> {
    map.into_iter().map(|(key, value)| (key, make(value))).collect()
}

/// Section or subject -> number of facts.
fn facts(model: &Model) -> BTreeMap<String, usize> {
    let tables = model.schema.tables.values();
    let domains = || model.containers.values().flat_map(|container| container.domains.values());
    let counts = [
        ("contexts", model.contexts.len()),
        ("containers", model.containers.len()),
        ("components", model.components.len()),
        ("endpoints", model.endpoints.values().map(BTreeMap::len).sum()),
        ("commands", domains().map(|domain| domain.commands.len()).sum()),
        ("queries", domains().map(|domain| domain.queries.len()).sum()),
        ("glossary_terms", model.glossary.len()),
        ("platforms", model.topology.len()),
        ("resources", model.topology.values().flat_map(|platform| platform.resources.values()).map(BTreeMap::len).sum()),
        ("tables", model.schema.tables.len()),
        ("columns", tables.clone().map(|table| table.columns.len()).sum()),
        ("table_relationships", tables.map(|table| table.relationships.len()).sum()),
        ("views", model.schema.views.len()),
        ("enums", model.schema.enums.len()),
        ("integrations", model.integrations.len()),
        ("services", model.services.len()),
        ("workflows", model.jobs.len()),
        ("test_kinds", model.tests.len()),
        ("evidence", model.evidence.len()),
    ];
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}
