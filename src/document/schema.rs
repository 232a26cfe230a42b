//! The JSON Schema of the document, generated from its types.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

use super::Document;

/// The schema as a value: draft 2020-12.
pub(super) fn schema_value() -> Value {
    value_of::<Document>("urn:reposcan:shtgn-1.0", "shtgn reposcan document, version shtgn-1.0")
}

fn value_of<T: JsonSchema>(id: &str, title: &str) -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = T::json_schema(&mut generator);
    let mut definitions: Vec<(String, Value)> = generator.take_definitions(true).into_iter().collect();
    definitions.sort_by(|a, b| a.0.cmp(&b.0));
    schema.insert("$defs".to_owned(), Value::Object(definitions.into_iter().collect()));
    RecursiveTransform(without_null).transform(&mut schema);
    let mut ordered = Map::new();
    ordered.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    ordered.insert("$id".to_owned(), id.into());
    ordered.insert("title".to_owned(), title.into());
    ordered.extend(schema.to_value().as_object().cloned().unwrap_or_default());
    Value::Object(ordered)
}

/// The schema as text, byte for byte what stands in `schema/reposcan.schema.json`.
#[must_use]
pub fn schema_text() -> String {
    printed(&schema_value())
}

/// The schema of another form that the program prints, made by the same rules.
pub(crate) fn schema_of<T: JsonSchema>(id: &str, title: &str) -> String {
    printed(&value_of::<T>(id, title))
}

fn printed(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// What is not known is left out and never null, so that null is taken out of every type.
fn without_null(schema: &mut Schema) {
    if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|one| one != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) else { return };
    choices.retain(|choice| choice.get("type").is_none_or(|one| one != "null"));
    if let [only] = choices.as_slice()
        && let Some(reference) = only.get("$ref").cloned()
    {
        schema.remove("anyOf");
        schema.insert("$ref".to_owned(), reference);
    }
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
}
