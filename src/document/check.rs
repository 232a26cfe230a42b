//! A check of a JSON document against the schema: the part of JSON Schema that the generated schema uses, and no more.
//! A test holds it against a complete implementation, and that every keyword of the schema is understood here.

use std::fmt;

use serde_json::{Map, Value};

use super::Document;
use super::schema::schema_value;
use super::sources::pointer;

/// One place where a document is not what the schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place as a JSON pointer; empty for the whole document.
    pub pointer: String,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "(document)" } else { &self.pointer };
        write!(out, "{place}: {}", self.message)
    }
}

/// No more faults than this are collected: the first ones tell what is wrong.
const MOST_FAULTS: usize = 20;
/// Deeper than any document and than the nesting that the JSON reader lets through.
const DEEPEST: usize = 160;

impl Document {
    /// The first faults of a text against the schema, in the order of the document; none when it is valid.
    #[must_use]
    pub fn faults(text: &str) -> Vec<Fault> {
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => return vec![Fault { pointer: String::new(), message: format!("this is no JSON: {error}") }],
        };
        faults_of(&value, &schema_value())
    }
}

/// The faults of a value against a schema.
pub(super) fn faults_of(value: &Value, schema: &Value) -> Vec<Fault> {
    let mut check = Check { root: schema, place: Vec::new(), faults: Vec::new() };
    check.value(value, schema);
    check.faults
}

struct Check<'a> {
    root: &'a Value,
    place: Vec<String>,
    faults: Vec<Fault>,
}

impl<'a> Check<'a> {
    fn fault(&mut self, message: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { pointer: pointer(&self.place), message });
        }
    }

    fn value(&mut self, value: &Value, schema: &'a Value) {
        let Some(rules) = schema.as_object() else {
            if schema == &Value::Bool(false) {
                self.fault("nothing may stand here".to_owned());
            }
            return;
        };
        if self.place.len() > DEEPEST {
            self.fault(format!("the document nests deeper than {DEEPEST}"));
            return;
        }
        if let Some(target) = rules.get("$ref").and_then(Value::as_str).and_then(|text| self.definition(text)) {
            self.value(value, target);
        }
        if !self.has_type(value, rules) {
            return;
        }
        self.constants(value, rules);
        self.choices(value, rules);
        match value {
            Value::Object(object) => self.object(object, rules),
            Value::Array(items) => self.items(items, rules),
            _ => {}
        }
    }

    fn definition(&self, reference: &str) -> Option<&'a Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    fn has_type(&mut self, value: &Value, rules: &Map<String, Value>) -> bool {
        let allowed: Vec<&str> = match rules.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => return true,
        };
        let fits = allowed.iter().any(|name| is_type(value, name));
        if !fits {
            self.fault(format!("this is {}, expected {}", type_of(value), allowed.join(" or ")));
        }
        fits
    }

    fn constants(&mut self, value: &Value, rules: &Map<String, Value>) {
        if let Some(constant) = rules.get("const")
            && constant != value
        {
            self.fault(format!("expected {constant}"));
        }
        if let Some(allowed) = rules.get("enum").and_then(Value::as_array)
            && !allowed.contains(value)
        {
            let words: Vec<String> = allowed.iter().map(Value::to_string).collect();
            self.fault(format!("expected one of {}", words.join(", ")));
        }
        if let (Some(least), Some(number)) = (rules.get("minimum").and_then(Value::as_f64), value.as_f64())
            && number < least
        {
            self.fault(format!("{number} is less than {least}"));
        }
        if let (Some(most), Some(number)) = (rules.get("maximum").and_then(Value::as_f64), value.as_f64())
            && number > most
        {
            self.fault(format!("{number} is more than {most}"));
        }
    }

    /// `anyOf` wants one fitting choice or more, `oneOf` exactly one. The faults shown are those of the choice that got furthest.
    fn choices(&mut self, value: &Value, rules: &'a Map<String, Value>) {
        for (keyword, exactly_one) in [("anyOf", false), ("oneOf", true)] {
            let Some(choices) = rules.get(keyword).and_then(Value::as_array) else { continue };
            let tried: Vec<Vec<Fault>> = choices.iter().map(|choice| self.tried(value, choice)).collect();
            let fitting = tried.iter().filter(|faults| faults.is_empty()).count();
            if fitting == 0 && choices.iter().all(|choice| choice.get("const").is_some()) {
                let words: Vec<String> = choices.iter().map(|choice| choice["const"].to_string()).collect();
                self.fault(format!("expected one of {}", words.join(", ")));
            } else if fitting == 0 {
                let depth = |faults: &Vec<Fault>| faults.first().map_or(0, |fault| fault.pointer.len());
                let furthest = tried.into_iter().rev().max_by_key(depth).unwrap_or_default();
                let room = MOST_FAULTS.saturating_sub(self.faults.len());
                self.faults.extend(furthest.into_iter().take(room));
            } else if exactly_one && fitting > 1 {
                self.fault("more than one of the allowed forms fits".to_owned());
            }
        }
    }

    fn tried(&mut self, value: &Value, choice: &'a Value) -> Vec<Fault> {
        let before = std::mem::take(&mut self.faults);
        self.value(value, choice);
        std::mem::replace(&mut self.faults, before)
    }

    fn object(&mut self, object: &Map<String, Value>, rules: &'a Map<String, Value>) {
        for name in rules.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                self.fault(format!("the key `{name}` is missing"));
            }
        }
        let properties = rules.get("properties").and_then(Value::as_object);
        for (name, value) in object {
            let named = properties.and_then(|known| known.get(name));
            if let Some(schema) = named.or_else(|| rules.get("additionalProperties")) {
                self.place.push(name.clone());
                self.value(value, schema);
                self.place.pop();
            }
        }
    }

    fn items(&mut self, items: &[Value], rules: &'a Map<String, Value>) {
        let Some(schema) = rules.get("items") else { return };
        for (at, item) in items.iter().enumerate() {
            self.place.push(at.to_string());
            self.value(item, schema);
            self.place.pop();
        }
    }
}

fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "integer" => value.is_u64() || value.is_i64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => other == type_of(value),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
