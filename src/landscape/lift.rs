//! The document of one repository as a landscape of one: its name stands before every key that is its own.
//! Outside systems and third parties keep their names, because they are the same for all.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::REPOSITORIES;
use crate::document::{Document, at_each};

/// Sections and parts of sections whose keys are things of one repository.
const OWN: &[&str] = &[
    "/containers",
    "/components",
    "/api_endpoints",
    "/domain_glossary",
    "/deployment_topology",
    "/data_schema/tables",
    "/data_schema/views",
    "/data_schema/enums",
    "/data_schema/key_patterns",
    "/workflows_jobs",
    "/testing_strategy",
    "/sources",
];

/// Prose that may be a text, a list or topics; all become lists and topics that say of which repository they are.
const PROSE: &[&str] = &[
    "/configuration/runtime",
    "/configuration/containerization",
    "/configuration/dependency_management",
    "/configuration/development_tooling",
    "/configuration/ci",
    "/security_posture/secrets_management",
    "/security_posture/authentication_methods",
    "/security_posture/authorization",
    "/security_posture/build_security",
    "/security_posture/network",
];

/// Topics of single repositories deeper in a section.
const TOPICS: &[&str] = &["/data_schema/maintenance_procedures/seeding", "/data_schema/maintenance_procedures/special_scripts"];

/// Lists that repositories share.
const LISTS: &[&str] = &["/external_services", "/data_schema/relationships", "/data_schema/maintenance_procedures/migrations"];

/// The landscape of a document; a landscape is one already.
pub(super) fn lift(document: &Document) -> Result<Value, String> {
    let mut value = document.to_value();
    if value.pointer(&format!("/meta/{REPOSITORIES}")).is_some() {
        return Ok(value);
    }
    let name = value.pointer("/meta/project").and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned);
    let name = name.ok_or_else(|| "a document does not name its project in meta.project".to_owned())?;
    let repository = Repository { keys: keys(&value), name };
    repository.references(&mut value);
    for pointer in OWN {
        if let Some(map) = value.pointer_mut(pointer).and_then(Value::as_object_mut) {
            *map = std::mem::take(map).into_iter().map(|(key, one)| (repository.own(&key), one)).collect();
        }
    }
    for pointer in PROSE {
        if let Some(prose) = value.pointer_mut(pointer) {
            *prose = repository.prose(prose.take());
        }
    }
    at_each(&mut value, &["containers", "*"], &mut |container| {
        // Lines between repositories are put among its own, so that both stand in one order.
        let Some(container) = container.as_object_mut() else { return };
        if let Some(lines) = container.entry("relationships").or_insert_with(|| json!([])).as_array_mut() {
            lines.sort_by_key(ToString::to_string);
        }
    });
    repository.histories(&mut value);
    repository.sources(&mut value);
    repository.meta(&mut value);
    Ok(value)
}

/// The keys of containers and components, and those of tables: what references lead to.
struct Keys {
    elements: BTreeSet<String>,
    tables: BTreeSet<String>,
}

fn keys(document: &Value) -> Keys {
    let of = |pointer: &str| {
        let map = document.pointer(pointer).and_then(Value::as_object);
        map.into_iter().flatten().map(|(key, _)| key.clone()).collect::<BTreeSet<String>>()
    };
    let mut elements = of("/containers");
    elements.extend(of("/components"));
    Keys { elements, tables: of("/data_schema/tables") }
}

struct Repository {
    name: String,
    keys: Keys,
}

impl Repository {
    fn own(&self, key: &str) -> String {
        format!("{}/{key}", self.name)
    }

    /// Keys that stand as values.
    fn references(&self, document: &mut Value) {
        let elements: [&[&str]; 8] = [
            &["contexts", "*", "relationships", "*", "target"],
            &["containers", "*", "relationships", "*", "target"],
            &["components", "*", "relationships", "*", "target"],
            &["components", "*", "container"],
            &["components", "*", "dependencies", "*"],
            &["data_schema", "tables", "*", "owner"],
            &["workflows_jobs", "*", "container"],
            &["external_integrations", "*", "used_by", "*"],
        ];
        let tables: [&[&str]; 5] = [
            &["data_schema", "tables", "*", "relationships", "*", "target_table"],
            &["data_schema", "tables", "*", "relationships", "*", "join_table"],
            &["data_schema", "relationships", "*", "from"],
            &["data_schema", "relationships", "*", "to"],
            &["components", "*", "details", "tables", "*"],
        ];
        for (places, keys) in [(&elements[..], &self.keys.elements), (&tables[..], &self.keys.tables)] {
            for place in places {
                at_each(document, place, &mut |value| {
                    if let Some(key) = value.as_str().filter(|key| keys.contains(*key)) {
                        *value = Value::String(self.own(key));
                    }
                });
            }
        }
    }

    fn prose(&self, prose: Value) -> Value {
        match prose {
            Value::Object(topics) => Value::Object(topics.into_iter().map(|(key, one)| (self.own(&key), one)).collect()),
            Value::Array(remarks) => {
                let told = remarks.into_iter().map(|one| one.as_str().map_or(one.clone(), |text| json!(format!("{}: {text}", self.name))));
                Value::Array(told.collect())
            }
            Value::String(text) => json!([format!("{}: {text}", self.name)]),
            other => other,
        }
    }

    /// Histories of migrations are a list in a landscape, and their folders are those of the repository.
    fn histories(&self, document: &mut Value) {
        let Some(maintenance) = document.pointer_mut("/data_schema/maintenance_procedures").and_then(Value::as_object_mut) else { return };
        let histories = match maintenance.get_mut("migrations").map(Value::take) {
            Some(Value::Array(all)) => all,
            Some(one @ Value::Object(_)) => vec![one],
            _ => Vec::new(),
        };
        let mut histories = Value::Array(histories);
        at_each(&mut histories, &["*", "location"], &mut |value| {
            if let Some(path) = value.as_str() {
                *value = Value::String(self.own(path));
            }
        });
        maintenance.insert("migrations".to_owned(), histories);
        for part in ["seeding", "special_scripts"] {
            if let Some(prose) = maintenance.get_mut(part) {
                *prose = self.prose(prose.take());
            }
        }
    }

    /// Pointers lead to the keys of the landscape.
    fn sources(&self, document: &mut Value) {
        at_each(document, &["sources", "*", "*"], &mut |value| {
            let Some((what, pointer)) = value.as_str().and_then(|text| text.rsplit_once(" -> ")) else { return };
            let keyed = OWN.iter().chain(PROSE).chain(TOPICS);
            let found = keyed.chain(LISTS).find_map(|section| Some((*section, pointer.strip_prefix(section)?.strip_prefix('/')?)));
            let Some((section, rest)) = found else { return };
            // The entries of a list are those of all repositories, in another order.
            let listed = LISTS.contains(&section) || !rest.contains(|letter: char| !letter.is_ascii_digit());
            let name = self.name.replace('~', "~0").replace('/', "~1");
            let rest = if listed { String::new() } else { format!("/{name}~1{rest}") };
            *value = Value::String(format!("{what} -> {section}{rest}"));
        });
    }

    fn meta(&self, document: &mut Value) {
        let Some(meta) = document.get_mut("meta").and_then(Value::as_object_mut) else { return };
        let mut about = Map::new();
        for key in ["commit", "generated_at"] {
            if let Some(value) = meta.shift_remove(key) {
                about.insert(key.to_owned(), value);
            }
        }
        meta.shift_remove("stats");
        meta.insert("project".to_owned(), "landscape".into());
        meta.insert(REPOSITORIES.to_owned(), json!({self.name.as_str(): about}));
        let mut meta = Value::Object(std::mem::take(meta));
        for place in [&["source", "*"][..], &["diagnostics", "*", "path"]] {
            at_each(&mut meta, place, &mut |value| {
                if let Some(path) = value.as_str() {
                    *value = Value::String(self.own(path));
                }
            });
        }
        document["meta"] = meta;
    }
}
