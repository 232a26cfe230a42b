//! The HypeTrain fixture against the document that a person wrote of such a system: every fact of it is counted.
//! What the code cannot tell stands in the README of the fixture, one place a line, and is read from there.

use std::collections::BTreeMap;
use std::fs;

use reposcan::ScanOptions;
use serde_json::Value;

use crate::scratch::{project, scan_text};

/// Of each category at least this much must be told.
const RECALL: f64 = 0.95;

/// One thing that the example says.
struct Fact {
    /// Where: the keys down to it; ` (key)` behind the last one when the key itself is the fact.
    place: Vec<String>,
    is_key: bool,
    value: Value,
}

impl Fact {
    fn shown(&self) -> String {
        format!("/{}{}", self.place.join("/"), if self.is_key { " (key)" } else { "" })
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(project().join(path)).expect(path)
}

/// Every fact of the example: keys of maps that are names, and values. The C4 level of an element is no fact of its own.
fn facts(example: &Value) -> Vec<Fact> {
    let mut all = Vec::new();
    let mut open = vec![(Vec::<String>::new(), example)];
    while let Some((place, value)) = open.pop() {
        match value {
            Value::Object(map) => {
                for (key, value) in map.iter().filter(|(key, _)| *key != "c4_level") {
                    let mut inner = place.clone();
                    inner.push(key.clone());
                    if is_named(&place) {
                        all.push(Fact { place: inner.clone(), is_key: true, value: Value::Null });
                    }
                    open.push((inner, value));
                }
            }
            Value::Array(items)
                if place.first().is_some_and(|first| first == "data_schema") && place.get(1).is_some_and(|part| part == "enums") =>
            {
                all.push(Fact { place, is_key: false, value: Value::Array(items.clone()) });
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let mut inner = place.clone();
                    inner.push(at.to_string());
                    open.push((inner, item));
                }
            }
            leaf => all.push(Fact { place, is_key: false, value: leaf.clone() }),
        }
    }
    // A relationship of tables is one fact: its other fields are looked at with its type.
    all.retain(|fact| {
        !(fact.place.iter().any(|part| part == "relationships")
            && fact.place[0] == "data_schema"
            && fact.place.last().is_some_and(|last| last != "type"))
    });
    all.sort_by(|a, b| (&a.place, !a.is_key).cmp(&(&b.place, !b.is_key)));
    all
}

/// Whether the keys of the map at a place are names of things.
fn is_named(place: &[String]) -> bool {
    let parts: Vec<&str> = place.iter().map(String::as_str).collect();
    matches!(
        parts.as_slice(),
        ["contexts" | "containers" | "components" | "domain_glossary" | "deployment_topology" | "external_integrations" | "workflows_jobs"]
            | ["data_schema", "tables" | "enums"]
            | ["containers", _, "api_surface", "domains"]
            | ["deployment_topology", _, "resources"]
            | ["deployment_topology", _, "resources", _]
    )
}

/// What the README of the fixture says that the code cannot tell: place -> reason.
fn exceptions() -> BTreeMap<String, String> {
    let readme = read("fixtures/systems/hypetrain-backend/README.md");
    let notes = readme.split("## Fixture notes").nth(1).expect("the notes");
    let line = |line: &str| {
        let (place, reason) = line.strip_prefix("- `")?.split_once("`: ")?;
        place.starts_with('/').then(|| (place.to_owned(), reason.to_owned()))
    };
    let all: BTreeMap<String, String> = notes.lines().filter_map(line).collect();
    let count = notes.lines().find_map(|line| line.strip_prefix("Count: ")?.trim().parse::<usize>().ok());
    assert_eq!(Some(all.len()), count, "the README counts its exceptions");
    all
}

/// Whether an exception speaks of a fact; `*` stands for one part, and a remark in brackets may follow.
fn speaks_of(exception: &str, fact: &Fact) -> bool {
    let shown = fact.shown();
    if exception == shown {
        return true;
    }
    let Some((pattern, _)) = exception.split_once(" (3 names)") else { return false };
    let parts: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
    !fact.is_key && parts.len() == fact.place.len() && parts.iter().zip(&fact.place).all(|(part, own)| *part == "*" || part == own)
}

/// Letters and digits of a text with single blanks: line breaks and quoting differ between a comment and a document.
pub(crate) fn plain(text: &str) -> String {
    let kept: String = text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    kept.split_whitespace().collect::<Vec<&str>>().join(" ").to_lowercase()
}

/// The scanned document, and the texts in it.
struct Ours<'a> {
    document: &'a Value,
    example: &'a Value,
    exceptions: &'a BTreeMap<String, String>,
    all_text: String,
}

impl Ours<'_> {
    fn at(&self, parts: &[&str]) -> Option<&Value> {
        parts.iter().try_fold(self.document, |value, part| value.get(*part))
    }

    fn says(&self, parts: &[&str], value: &Value) -> bool {
        self.at(parts).is_some_and(|found| same(found, value))
    }

    /// Whether the text stands anywhere in the document.
    fn mentions(&self, value: &Value) -> bool {
        value.as_str().is_some_and(|text| self.all_text.contains(&plain(text)))
    }

    fn tells(&self, fact: &Fact) -> bool {
        let parts: Vec<&str> = fact.place.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["containers", container, "api_surface", "domains", domain, kind, at, rest @ ..] => {
                self.tells_message([container, domain, kind, at], rest, &fact.value)
            }
            ["deployment_topology", _, "resources", category] => {
                self.platforms().any(|platform| platform["resources"].get(category).is_some())
            }
            ["deployment_topology", _, "resources", category, kind] => self.tells_resource(category, kind, fact),
            ["deployment_topology", "kubernetes_platform"] => {
                self.platforms().any(|platform| platform["resources"].get("Workloads").is_some())
            }
            ["data_schema", "tables", table, "columns", at, field] => self.tells_column(table, at, field, &fact.value),
            ["data_schema", "tables", table, "relationships", at, "type"] => self.tells_relationship(table, at),
            ["data_schema", "maintenance_procedures", "special_scripts", "examples", _, "script"] => self.mentions(&fact.value),
            ["components", component, rest @ ..] => self.tells_component(component, rest, fact),
            _ if fact.is_key => self.at(&parts).is_some(),
            _ => {
                self.says(&parts, &fact.value)
                    || parts[0] != "data_schema" && parts[0] != "containers" && self.mentions(&fact.value)
                    || self.names_all(&fact.value, &parts)
            }
        }
    }

    /// A text about migrations and seeds is told when every name in it is.
    fn names_all(&self, value: &Value, parts: &[&str]) -> bool {
        matches!(parts, ["data_schema", "maintenance_procedures", ..])
            && value.as_str().is_some_and(|text| {
                let names = quoted(text);
                !names.is_empty() && names.iter().all(|name| self.all_text.contains(&plain(name)))
            })
    }

    fn platforms(&self) -> impl Iterator<Item = &Value> {
        self.document["deployment_topology"].as_object().into_iter().flat_map(|map| map.values())
    }

    fn tells_resource(&self, category: &str, kind: &str, fact: &Fact) -> bool {
        let prefix = format!("{kind}/");
        let of_kind = |platform: &Value| -> Vec<Value> {
            let map = platform["resources"].get(category).and_then(Value::as_object);
            map.into_iter().flatten().filter(|(key, _)| *key == kind || key.starts_with(&prefix)).map(|(_, value)| value.clone()).collect()
        };
        let found: Vec<Value> = self.platforms().flat_map(of_kind).collect();
        if fact.is_key {
            return !found.is_empty();
        }
        let described = |value: &Value| {
            let text = value.as_str().or_else(|| value.get("description").and_then(Value::as_str)).unwrap_or_default();
            plain(text).contains(&plain(fact.value.as_str().unwrap_or_default()))
        };
        found.iter().any(described) || self.mentions(&fact.value)
    }

    /// A command or query is looked for in every domain of its container; its name counts as told where the domain is right, too.
    fn tells_message(&self, [container, domain, kind, at]: [&str; 4], rest: &[&str], value: &Value) -> bool {
        let item = &self.example["containers"][container]["api_surface"]["domains"][domain][kind][at.parse::<usize>().expect("a number")];
        let Some(domains) = self.at(&["containers", container, "api_surface", "domains"]).and_then(Value::as_object) else { return false };
        let with_name = |list: &Value| list.as_array().into_iter().flatten().find(|one| one["name"] == item["name"]).cloned();
        match rest {
            ["name"] => domains.get(domain).is_some_and(|own| with_name(&own[kind]).is_some()),
            [field, inner @ ..] => {
                let Some(found) = domains.values().find_map(|own| with_name(&own[kind])) else { return false };
                match (*field, inner) {
                    ("permissions", _) => found["permissions"].as_array().is_some_and(|list| list.contains(value)),
                    ("payload" | "response", _) if value == "null" => found.get(field).is_none_or(|own| own == value),
                    _ => found.get(field).is_some_and(|own| same(own, value)),
                }
            }
            [] => true,
        }
    }

    fn tells_column(&self, table: &str, at: &str, field: &str, value: &Value) -> bool {
        let item = &self.example["data_schema"]["tables"][table]["columns"][at.parse::<usize>().expect("a number")];
        let columns = self.at(&["data_schema", "tables", table, "columns"]).and_then(Value::as_array);
        let Some(own) = columns.into_iter().flatten().find(|column| column["name"] == item["name"]) else { return false };
        match field {
            // The name stands for what is not written, too: a column that is not nullable, no key and not unique says nothing of it.
            "name" => ["nullable", "primary_key"]
                .iter()
                .all(|flag| own.get(flag).unwrap_or(&Value::Bool(false)) == item.get(flag).unwrap_or(&Value::Bool(false))),
            "default" => own["default"].as_str().map(plain) == value.as_str().map(plain),
            _ => own.get(field).is_some_and(|own| same(own, value)),
        }
    }

    fn tells_relationship(&self, table: &str, at: &str) -> bool {
        let item = &self.example["data_schema"]["tables"][table]["relationships"][at.parse::<usize>().expect("a number")];
        let own = self.at(&["data_schema", "tables", table, "relationships"]).and_then(Value::as_array);
        own.into_iter().flatten().any(|line| {
            ["type", "target_table", "foreign_key", "join_table"]
                .iter()
                .all(|field| item.get(field).is_none_or(|value| line.get(field) == Some(value)))
        })
    }

    /// The class of a component stands in the README where its name does not follow from it.
    fn own_component(&self, component: &str) -> Option<(&String, &Value)> {
        let reason = self.exceptions.get(&format!("/components/{component}/name"));
        let class =
            reason.and_then(|reason| quoted(reason).pop()).unwrap_or_else(|| format!("{}Module", component.replace([' ', '&'], "")));
        let components = self.document["components"].as_object()?;
        components.iter().find(|(_, own)| {
            own["name"].as_str().is_some_and(|name| {
                plain(name).replace(' ', "") == class.to_lowercase()
                    || plain(name).replace(' ', "") == class.trim_end_matches("Module").to_lowercase()
            })
        })
    }

    fn tells_component(&self, component: &str, rest: &[&str], fact: &Fact) -> bool {
        let Some((id, own)) = self.own_component(component) else { return false };
        match rest {
            [] | ["name"] => true,
            ["details", "entities", at, field] => {
                let item = &self.example["components"][component]["details"]["entities"][at.parse::<usize>().expect("a number")];
                let found = own["details"]["entities"].as_array().into_iter().flatten().find(|entity| entity["name"] == item["name"]);
                found.is_some_and(|entity| *field == "name" || entity.get(field).is_some_and(|text| contains(text, &fact.value)))
            }
            ["relationships", _, "target"] => {
                let target = plain(fact.value.as_str().unwrap_or_default()).replace(' ', "");
                let near = |text: &Value| text.as_str().is_some_and(|text| plain(text).replace(' ', "").contains(&target));
                let container = id.split('.').next().unwrap_or_default();
                own["dependencies"].as_array().into_iter().flatten().any(near)
                    || own["relationships"].as_array().into_iter().flatten().any(|line| near(&line["target"]))
                    || self.document["containers"][container]["relationships"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .any(|line| near(&line["target"]))
                    || near(&own["details"])
            }
            ["details", ..] => self.mentions(&fact.value),
            _ => rest.iter().try_fold(own, |value, part| value.get(*part)).is_some_and(|own| same(own, &fact.value)),
        }
    }
}

/// The same value; texts may differ in line breaks and quoting.
fn same(own: &Value, value: &Value) -> bool {
    match (own.as_str(), value.as_str()) {
        (Some(own), Some(value)) => plain(own) == plain(value),
        _ => own == value,
    }
}

/// The file that an example names behind its text, `(user.model.ts)`, is no part of the comment.
fn contains(own: &Value, value: &Value) -> bool {
    let value = value.as_str().unwrap_or_default();
    let value = value.rsplit_once(" (").filter(|(_, file)| file.contains(".ts")).map_or(value, |(text, _)| text);
    plain(own.as_str().unwrap_or_default()).contains(&plain(value))
}

/// The names in backticks or single quotes of a text.
fn quoted(text: &str) -> Vec<String> {
    let ticked = text.split('`').skip(1).step_by(2).map(str::to_owned);
    ticked.chain(text.split('\'').skip(1).step_by(2).filter(|name| !name.contains(' ')).map(str::to_owned)).collect()
}

/// What a fact is counted as.
fn category(fact: &Fact) -> &'static str {
    let parts: Vec<&str> = fact.place.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["containers", _, "api_surface", .., "commands", _, _] => "commands",
        ["containers", _, "api_surface", .., "commands", _, "permissions", _] => "commands",
        ["containers", _, "api_surface", .., "queries", _, _] => "queries",
        ["containers", _, "api_surface", .., "queries", _, "permissions", _] => "queries",
        ["containers", _, "api_surface", ..] => "domains",
        ["containers", ..] => "containers",
        ["data_schema", "tables", _] | ["data_schema", "tables", _, "description"] => "tables",
        ["data_schema", "tables", _, "columns", ..] => "columns",
        ["data_schema", "tables", _, "relationships", _, "type"] => "table relationships",
        ["data_schema", "enums", ..] => "enums",
        ["data_schema", "maintenance_procedures", ..] => "maintenance",
        ["deployment_topology", ..] => "resources",
        ["domain_glossary", ..] => "glossary",
        ["components", ..] => "components",
        ["external_integrations", ..] => "integrations",
        ["contexts", ..] => "contexts",
        _ => "rest",
    }
}

#[test]
fn the_example_is_told() {
    let example: Value = serde_json::from_str(&read("fixtures/examples/hypetrain-backend.reposcan.json")).expect("JSON");
    let text = scan_text(&project().join("fixtures/systems/hypetrain-backend"), &ScanOptions::default());
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let exceptions = exceptions();
    let ours = Ours { document: &document, example: &example, exceptions: &exceptions, all_text: plain(&text) };
    let mut counts: BTreeMap<&str, (usize, usize, Vec<String>)> = BTreeMap::new();
    let mut spoken = 0;
    for fact in facts(&example) {
        if exceptions.keys().any(|exception| speaks_of(exception, &fact)) {
            spoken += 1;
            continue;
        }
        let count = counts.entry(category(&fact)).or_default();
        count.1 += 1;
        if ours.tells(&fact) {
            count.0 += 1;
        } else {
            count.2.push(fact.shown());
        }
    }
    // One exception speaks of three names, and one of a section that holds no fact.
    assert_eq!(spoken, exceptions.len() + 1, "an exception of the README speaks of no fact of the example");
    let table: String = counts.iter().map(|(name, (told, all, _))| format!("{name}: {told} of {all}\n")).collect();
    println!("{table}");
    let missing: String = counts
        .iter()
        .filter(|(_, (_, _, missing))| !missing.is_empty())
        .map(|(name, (_, _, missing))| format!("{name}:\n  {}\n", missing.iter().take(40).cloned().collect::<Vec<String>>().join("\n  ")))
        .collect();
    println!("{missing}");
    let (told, all) = counts.values().fold((0, 0), |(told, all), count| (told + count.0, all + count.1));
    assert!(all > 1_000, "{table}");
    assert!(told as f64 >= RECALL * all as f64, "{told} of {all}\n{table}\nmissing:\n{missing}");
}

#[test]
fn the_names_in_its_prose_are_told() {
    let example: Value = serde_json::from_str(&read("fixtures/examples/hypetrain-backend.reposcan.json")).expect("JSON");
    let text = plain(&scan_text(&project().join("fixtures/systems/hypetrain-backend"), &ScanOptions::default()));
    let mut names = Vec::new();
    for section in ["configuration", "security_posture"] {
        names.extend(facts(&example[section]).iter().filter_map(|fact| fact.value.as_str().map(quoted)).flatten());
    }
    names.sort();
    names.dedup();
    assert!(names.len() > 10, "{names:?}");
    let missing: Vec<&String> = names.iter().filter(|name| !text.contains(&plain(name))).collect();
    assert!((missing.len() as f64) <= (1.0 - RECALL) * names.len() as f64, "{missing:?} of {} names", names.len());
}

/// Every place of a value, as JSON pointers.
pub(crate) fn places(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((place, value)) = open.pop() {
        match value {
            Value::Object(map) => {
                open.extend(map.iter().map(|(key, value)| (format!("{place}/{}", key.replace('~', "~0").replace('/', "~1")), value)));
            }
            Value::Array(items) => open.extend(items.iter().enumerate().map(|(at, value)| (format!("{place}/{at}"), value))),
            _ => {}
        }
        all.push(place);
    }
    all
}
