//! The two documents written by people, the schema, and the check at run time held against a complete implementation.

use std::fs;
use std::sync::OnceLock;

use jsonschema::Validator;
use proptest::prelude::*;
use reposcan::Document;
use serde_json::{Value, json};

use crate::facts::places;
use crate::scratch::{files_below, project};

/// The generated schema in a complete implementation.
pub(crate) fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| {
        let schema: Value = serde_json::from_str(&reposcan::document::schema_text()).expect("the schema is JSON");
        jsonschema::validator_for(&schema).expect("the schema is a schema")
    })
}

fn examples() -> Vec<(String, String)> {
    let folder = project().join("fixtures/examples");
    let read = |path: std::path::PathBuf| {
        let text = fs::read_to_string(folder.join(&path)).expect("an example");
        (path.display().to_string(), text)
    };
    files_below(&folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "json")).map(read).collect()
}

#[test]
fn the_schema_file_is_the_generated_schema() {
    let file = fs::read_to_string(project().join("schema/reposcan.schema.json")).expect("the schema file");
    assert!(file == reposcan::document::schema_text(), "run: cargo run -- schema > schema/reposcan.schema.json");
}

#[test]
fn both_examples_are_valid_and_parse() {
    let all = examples();
    assert_eq!(all.len(), 2);
    for (name, text) in all {
        assert_eq!(Document::faults(&text), [], "{name}");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let errors: Vec<String> = validator().iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{name}");
        let document = Document::from_json(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut written = Vec::new();
        document.write_json(&mut written, false).expect("JSON");
        let again: Value = serde_json::from_slice(&written).expect("JSON");
        assert_eq!(lost(&value, &again, &mut String::new()), Vec::<String>::new(), "{name} loses something");
    }
}

/// What stands in `from` and not in `to`; empty sections and `false` may come or go.
fn lost(from: &Value, to: &Value, place: &mut String) -> Vec<String> {
    match (from, to) {
        (Value::Object(from), Value::Object(to)) => {
            let mut all = Vec::new();
            for (key, value) in from {
                let length = place.len();
                place.push('/');
                place.push_str(key);
                match to.get(key) {
                    Some(kept) => all.extend(lost(value, kept, place)),
                    None if value == &Value::Bool(false) => {}
                    None => all.push(place.clone()),
                }
                place.truncate(length);
            }
            all
        }
        _ if from == to => Vec::new(),
        (Value::Array(from), Value::Array(to)) if from.len() == to.len() => {
            let mut all = Vec::new();
            for (at, (a, b)) in from.iter().zip(to).enumerate() {
                let length = place.len();
                place.push_str(&format!("/{at}"));
                all.extend(lost(a, b, place));
                place.truncate(length);
            }
            all
        }
        _ => vec![place.clone()],
    }
}

#[test]
fn a_fault_is_told_with_its_place() {
    let shown = |value: Value| Document::faults(&value.to_string()).iter().map(ToString::to_string).collect::<Vec<String>>();
    assert_eq!(shown(json!([])), ["(document): this is array, expected object"]);
    assert_eq!(
        shown(json!({"containers": {"a/b": {"name": "a", "c4_level": "Container"}}})),
        ["/containers/a~1b: the key `description` is missing"]
    );
    let context = json!({"contexts": {"a": {"description": 1, "c4_level": "Everything"}}});
    assert_eq!(
        shown(context),
        [
            "/contexts/a/description: this is number, expected string",
            "/contexts/a/c4_level: expected one of \"Context\", \"Container\", \"Component\", \"Code\""
        ]
    );
    let column = json!({"data_schema": {"description": "", "tables": {"t": {"description": "", "columns": [{"name": "id"}]}}}});
    assert_eq!(shown(column), ["/data_schema/tables/t/columns/0: the key `type` is missing"]);
    assert_eq!(Document::faults("{").len(), 1);
}

/// Keywords that the check at run time knows; the rest only describe.
#[test]
fn every_keyword_of_the_schema_is_understood() {
    const CHECKED: &[&str] = &[
        "$ref",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "const",
        "anyOf",
        "oneOf",
        "minimum",
        "maximum",
    ];
    const TOLD: &[&str] = &["$schema", "$id", "$defs", "title", "description", "default", "format"];
    let schema: Value = serde_json::from_str(&reposcan::document::schema_text()).expect("JSON");
    let mut unknown = Vec::new();
    let mut open = vec![&schema];
    while let Some(one) = open.pop() {
        let Some(rules) = one.as_object() else { continue };
        for (keyword, value) in rules {
            match keyword.as_str() {
                "properties" | "$defs" => open.extend(value.as_object().into_iter().flat_map(|map| map.values())),
                "items" | "additionalProperties" => open.push(value),
                "anyOf" | "oneOf" => open.extend(value.as_array().into_iter().flatten()),
                other if CHECKED.contains(&other) || TOLD.contains(&other) => {}
                other => unknown.push(other.to_owned()),
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new());
}

fn mutated(mut value: Value, at: usize, how: usize) -> Value {
    let places = places(&value);
    let place = &places[at % places.len()];
    let replacements = [
        json!(null),
        json!(true),
        json!(7),
        json!(-1),
        json!(1.5),
        json!("text"),
        json!([]),
        json!({}),
        json!(["a"]),
        json!({"name": "a"}),
    ];
    if how < replacements.len() {
        if let Some(target) = value.pointer_mut(place) {
            *target = replacements[how].clone();
        }
    } else if let Some((parent, key)) = place.rsplit_once('/')
        && let Some(map) = value.pointer_mut(parent).and_then(Value::as_object_mut)
    {
        map.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
    }
    value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_check_agrees_with_a_complete_implementation(example in 0_usize..3, at in 0_usize..100_000, how in 0_usize..12) {
        static ALL: OnceLock<Vec<Value>> = OnceLock::new();
        let all = ALL.get_or_init(|| {
            let mut all: Vec<Value> = examples().iter().map(|(_, text)| serde_json::from_str(text).expect("JSON")).collect();
            let golden = fs::read_to_string(project().join("fixtures/systems/hypetrain-backend.expected.json")).expect("a golden");
            all.push(serde_json::from_str(&golden).expect("JSON"));
            all
        });
        let value = mutated(all[example].clone(), at, how);
        let faults = Document::faults(&value.to_string());
        prop_assert_eq!(faults.is_empty(), validator().is_valid(&value), "{:?}", faults);
    }
}
