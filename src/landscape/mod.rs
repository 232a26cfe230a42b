//! Several repositories as one landscape: every thing under the name of its repository, outside systems shared, and lines between
//! repositories where one sends what another takes, calls a host that another answers at, or a service that another serves.
//! Any order and any grouping of merges gives the same document: lines between repositories are drawn anew from the whole each time.

mod joins;
mod lift;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::document::Document;

/// The key of `meta` that names the repositories of a landscape.
const REPOSITORIES: &str = "repositories";
/// The key of a line that was drawn between repositories; its value says by what.
const JOINED_BY: &str = "joined_by";

/// Merges documents of repositories and of landscapes.
///
/// # Errors
/// Fails where a document does not name its project, or where one repository comes twice with different content.
pub fn merge(documents: &[Document]) -> Result<Document, String> {
    let mut whole = Value::Object(Map::new());
    for document in documents {
        let mut part = lift::lift(document)?;
        joins::erase(&mut part);
        let twice: BTreeSet<String> = repositories(&whole).intersection(&repositories(&part)).cloned().collect();
        for name in twice {
            if own(&whole, &name) != own(&part, &name) {
                return Err(format!("the repository {name} comes twice, with different content; give each once"));
            }
        }
        whole = union(whole, part);
    }
    joins::draw(&mut whole);
    describe(&mut whole);
    whole.sort_all_objects();
    Document::from_value(whole).map_err(|error| format!("the result is no document: {error}"))
}

/// The names of the repositories of a landscape.
fn repositories(landscape: &Value) -> BTreeSet<String> {
    let all = landscape.pointer(&format!("/meta/{REPOSITORIES}")).and_then(Value::as_object);
    all.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// How deep keys with the name of a repository stand: `data_schema.maintenance_procedures.seeding` is the deepest.
const DEPTH: usize = 3;

/// What a repository brings: all that stands under its name, by place.
fn own<'a>(landscape: &'a Value, repository: &str) -> BTreeMap<String, &'a Value> {
    let names = repositories(landscape);
    let mut found = BTreeMap::new();
    let mut open: Vec<(usize, String, &Value)> = vec![(0, String::new(), landscape)];
    while let Some((depth, place, value)) = open.pop() {
        for (key, inner) in value.as_object().into_iter().flatten() {
            let place = format!("{place}\n{key}");
            match joins::repository(&names, key) {
                "" if depth < DEPTH => open.push((depth + 1, place, inner)),
                name if name == repository => {
                    found.insert(place, inner);
                }
                _ => {}
            }
        }
    }
    found
}

/// Both values: maps key by key, lists as sets, and of two different texts the one that comes first in the alphabet.
fn union(a: Value, b: Value) -> Value {
    if a == b {
        return a;
    }
    match (a, b) {
        (Value::Object(mut a), Value::Object(b)) => {
            for (key, value) in b {
                let joined = match a.shift_remove(&key) {
                    Some(own) => union(own, value),
                    None => value,
                };
                a.insert(key, joined);
            }
            Value::Object(a)
        }
        (Value::Array(a), Value::Array(b)) => {
            let all: BTreeMap<String, Value> = a.into_iter().chain(b).map(|item| (item.to_string(), item)).collect();
            Value::Array(all.into_values().collect())
        }
        (a, b) => {
            let (first, second) = (a.to_string(), b.to_string());
            if first <= second { a } else { b }
        }
    }
}

/// Sentences that count what the landscape holds.
fn describe(landscape: &mut Value) {
    let names = repositories(landscape);
    let count = |section: &str| landscape.pointer(section).and_then(Value::as_object).map_or(0, Map::len);
    let (tables, containers) = (count("/data_schema/tables"), count("/containers"));
    let repositories = if names.len() == 1 { "1 repository".to_owned() } else { format!("{} repositories", names.len()) };
    let texts = [
        ("/data_schema/description", format!("Schemas of {repositories}: {tables} tables.")),
        ("/configuration/description", format!("Configuration of {repositories} with {containers} containers.")),
        ("/security_posture/description", format!("Security of {repositories}.")),
    ];
    for (pointer, text) in texts {
        if let Some(place) = landscape.pointer_mut(pointer) {
            *place = Value::String(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::merge;
    use crate::document::Document;

    fn document(project: &str, containers: Value, components: Value) -> Document {
        let value = json!({
            "meta": {"project": project, "version": "shtgn-1.0", "commit": "c"},
            "contexts": {project: {"description": "", "c4_level": "Context"}, "Stripe": {"description": "a", "c4_level": "Context"}},
            "containers": containers,
            "components": components,
            "api_endpoints": {},
            "sources": {"a.ts": ["L3 x -> /containers/api/ports"]}
        });
        Document::from_value(value).unwrap()
    }

    fn container(extra: &[(&str, Value)]) -> Value {
        let mut value = json!({"name": "n", "description": "", "c4_level": "Container"});
        extra.iter().for_each(|(key, one)| value[*key] = one.clone());
        value
    }

    #[test]
    fn repositories_are_joined_by_channels_and_hosts() {
        let shop = document(
            "shop",
            json!({"api": container(&[("messaging", json!({"publishes": ["order.paid"], "subscribes": []}))])}),
            json!({"api.mail": {"name": "Mail", "description": "HTTP client of mailer.", "type": "HTTP Client", "container": "api",
                "dependencies": ["api"], "c4_level": "Component"}}),
        );
        let mail = document(
            "mail",
            json!({"mailer": container(&[("messaging", json!({"publishes": [], "subscribes": ["order.paid"]}))])}),
            json!({}),
        );
        let merged = merge(&[shop.clone(), mail.clone()]).unwrap();
        assert_eq!(merged, merge(&[mail.clone(), shop.clone()]).unwrap());
        assert_eq!(merged, merge(&[merged.clone(), shop.clone()]).unwrap());
        let value = merged.to_value();
        let lines = &value["containers"]["shop/api"]["relationships"];
        let targets: Vec<(&str, &str)> =
            lines.as_array().unwrap().iter().map(|line| (line["target"].as_str().unwrap(), line["joined_by"].as_str().unwrap())).collect();
        assert_eq!(targets, [("mail/mailer", "host"), ("mail/mailer", "channel")]);
        assert_eq!(value["components"]["shop/api.mail"]["dependencies"], json!(["shop/api"]));
        assert_eq!(value["sources"]["shop/a.ts"], json!(["L3 x -> /containers/shop~1api/ports"]));
        assert_eq!(value["meta"]["repositories"]["mail"]["commit"], "c");
    }

    #[test]
    fn one_repository_with_two_contents_is_refused() {
        let one = document("shop", json!({"api": container(&[])}), json!({}));
        let other = document("shop", json!({"api": container(&[("type", json!("Go Service"))])}), json!({}));
        assert!(merge(&[one.clone(), other]).unwrap_err().contains("comes twice"));
        assert!(merge(&[one.clone(), one]).is_ok());
    }
}
