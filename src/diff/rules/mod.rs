//! The rules: what a difference is about, and what it asks of others. Each rule has a name, a class and a reason that people can read.

mod data;
mod interfaces;
pub(super) mod types;

use serde_json::Value;

use super::change::Class;
use super::edits::{Difference, Edit};

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, in kebab case.
    pub id: &'static str,
    /// What a change under it asks of others.
    pub class: Class,
    /// When it holds.
    pub when: &'static str,
}

macro_rules! rules {
    ($($name:ident $id:literal $class:ident $when:literal)*) => {
        $(pub(super) const $name: Rule = Rule { id: $id, class: Class::$class, when: $when };)*

        /// All rules.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    ENDPOINT_REMOVED "endpoint-removed" Breaking "an endpoint, or a route of a gateway, is gone"
    ENDPOINT_MOVED "endpoint-moved" Breaking "the same handler answers at another path or method"
    ENDPOINT_AUTH_DROPPED "endpoint-auth-dropped" Breaking "nothing is proven to protect an endpoint any more"
    ENDPOINT_AUTH_CHANGED "endpoint-auth-changed" Breaking "something that protected an endpoint is gone, or another thing took its place"
    ENDPOINT_AUTH_REQUIRED "endpoint-auth-required" Breaking "an endpoint asks for more than before: callers without it are turned away"
    ENDPOINT_TYPE_CHANGED "endpoint-type-changed" Breaking "the request or the response is of another type"
    ENDPOINT_TYPE_STATED "endpoint-type-stated" Neutral "the type of a request or response is stated now, or no longer"
    ENDPOINT_ADDED "endpoint-added" Additive "a new endpoint, or a new route of a gateway"
    MESSAGE_REMOVED "message-removed" Breaking "a command or query of the API surface is gone"
    MESSAGE_TYPE_CHANGED "message-type-changed" Breaking "the payload, the response or the permissions of a command or query changed"
    MESSAGE_ADDED "message-added" Additive "a new command or query"
    TABLE_DROPPED "table-dropped" Breaking "a table or collection is gone"
    TABLE_RENAMED "table-renamed" Breaking "a table has another name and most of its columns"
    TABLE_ADDED "table-added" Additive "a new table or collection"
    COLUMN_DROPPED "column-dropped" Breaking "a column is gone"
    COLUMN_RENAMED "column-renamed" Breaking "a column of the same facts stands at the same place under another name"
    COLUMN_NARROWED "column-narrowed" Breaking "a type holds less than before, also one that is not known to hold as much"
    COLUMN_WIDENED "column-widened" Additive "a type holds all that it held, and more"
    COLUMN_REQUIRED "column-made-required" Breaking "a column may no longer be null"
    COLUMN_OPTIONAL "column-made-optional" Additive "a column may be null"
    COLUMN_ADDED_REQUIRED "column-added-required" Breaking "a new column without a default that may not be null: rows cannot be inserted as before"
    COLUMN_ADDED "column-added" Additive "a new column that rows can do without"
    COLUMN_UNIQUE "column-made-unique" Breaking "values must be unique now"
    COLUMN_KEY "primary-key-changed" Breaking "another primary key"
    COLUMN_DEFAULT_DROPPED "column-default-dropped" Breaking "a column that may not be null has no default any more"
    COLUMN_CHANGED "column-changed" Neutral "something else of a column: a default, an order, a text that a person wrote"
    CONSTRAINT_ADDED "constraint-added" Breaking "a new check, unique constraint or unique index"
    ENUM_REMOVED "enum-removed" Breaking "an enum is gone"
    ENUM_VALUE_REMOVED "enum-value-removed" Breaking "a value of an enum is gone"
    ENUM_RENAMED "enum-renamed" Neutral "an enum of the same values has another name"
    ENUM_ADDED "enum-added" Additive "a new enum, or a new value of one"
    VIEW_DROPPED "view-dropped" Breaking "a view is gone"
    VIEW_ADDED "view-added" Additive "a new view"
    ROW_SECURITY_LOOSENED "row-security-loosened" Breaking "row level security is off, or a policy is gone or another one"
    SCHEMA_CHANGED "schema-changed" Neutral "something else of a table, a view or the schema: an index, a foreign key, an owner"
    LAST_CONSUMER_GONE "last-consumer-gone" Breaking "nobody subscribes to a channel any more"
    LAST_PUBLISHER_GONE "last-publisher-gone" Breaking "nobody publishes to a channel any more"
    CHANNEL_LEFT "channel-left" Neutral "one of several publishers or consumers is gone"
    CHANNEL_JOINED "channel-joined" Additive "a new publisher or consumer"
    PORT_EXPOSED "port-exposed" Breaking "a port is newly exposed"
    HOST_EXPOSED "host-exposed" Breaking "a host name newly leads to the system"
    OUTSIDE_SYSTEM_ADDED "outside-system-added" Breaking "the system talks to an outside system that it did not know"
    SECRET_NEEDED "secret-needed" Breaking "a container reads a secret that a deployment must newly give"
    VARIABLE_ADDED "variable-added" Additive "a container reads a variable that it did not read"
    VARIABLE_REMOVED "variable-removed" Neutral "a container no longer reads a variable"
    CONTAINER_REMOVED "container-removed" Breaking "a deployable or backing unit is gone"
    CONTAINER_RENAMED "container-renamed" Neutral "the same unit has another key"
    CONTAINER_ADDED "container-added" Additive "a new deployable or backing unit"
    JOB_RENAMED "job-renamed" Neutral "a job of the same trigger or class has another name"
    MOVED "moved" Neutral "the same thing stands in another folder"
    RESOURCE_ADDED "resource-added" Additive "a new resource of a platform"
    DESCRIPTION_CHANGED "description-changed" Neutral "other words"
    OTHER_CHANGED "other-changed" Neutral "anything else"
}

/// What is thought of a difference.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) rule: Rule,
    pub(super) subject: &'static str,
    pub(super) name: String,
    pub(super) message: String,
    pub(super) derived: bool,
}

impl Verdict {
    fn new(rule: Rule, subject: &'static str, name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { rule, subject, name: name.into(), message: message.into(), derived: false }
    }

    fn derived(mut self, derived: bool) -> Self {
        self.derived = derived;
        self
    }
}

/// Both documents, the old one with its renames carried out.
#[derive(Clone, Copy)]
pub(super) struct Both<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
}

impl Both<'_> {
    /// Whether a value stands at a path of keys.
    fn stands(document: &Value, path: &[&str]) -> bool {
        path.iter().try_fold(document, |value, key| value.get(key)).is_some()
    }
}

/// What a difference means.
pub(super) fn judge(difference: &Difference, both: Both<'_>) -> Verdict {
    let path: Vec<&str> = difference.path.iter().map(String::as_str).collect();
    let edit = &difference.edit;
    let verdict = match path.first().copied() {
        Some("api_endpoints") => interfaces::endpoint(&path, edit, both),
        Some("containers") => interfaces::container(&path, edit, both),
        Some("contexts") => interfaces::context(&path, edit, both),
        Some("external_integrations") => interfaces::integration(&path, edit),
        Some("configuration") => interfaces::configuration(&path, edit, both),
        Some("deployment_topology") => interfaces::deployment(&path, edit),
        Some("data_schema") => data::judge(&path, edit, both),
        _ => None,
    };
    let mut verdict = verdict.unwrap_or_else(|| general(&path, edit));
    verdict.derived |= is_frame(edit);
    verdict
}

/// An empty map or list that holds what is told for itself.
fn is_frame(edit: &Edit) -> bool {
    let empty = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty) || value.as_array().is_some_and(Vec::is_empty);
    matches!(edit, Edit::Added(value, _) | Edit::Removed(value) if empty(value))
}

/// What holds in every section.
fn general(path: &[&str], edit: &Edit) -> Verdict {
    let name = path.get(1..).unwrap_or_default().join(" ");
    let section = path.first().copied().unwrap_or_default();
    let subject = match section {
        "components" => "component",
        "domain_glossary" => "term",
        "external_services" => "service",
        "workflows_jobs" => "job",
        "testing_strategy" => "tests",
        "security_posture" => "security",
        "configuration" => "configuration",
        "deployment_topology" => "deployment",
        "containers" => "container",
        "contexts" => "context",
        "external_integrations" => "integration",
        _ => "document",
    };
    let counted = section == "security_posture" && matches!(edit, Edit::Changed(..));
    if path.last() == Some(&"description") || counted {
        return Verdict::new(DESCRIPTION_CHANGED, subject, &name, format!("{name}: other words"));
    }
    if let ("components", [_, _, "path"], Edit::Changed(from, to)) = (section, path, edit) {
        return Verdict::new(MOVED, subject, path[1], format!("{} moved from {} to {}", path[1], shown(from), shown(to)));
    }
    Verdict::new(OTHER_CHANGED, subject, &name, told(subject, &name, edit))
}

/// What happened to something, in words.
fn told(subject: &str, name: &str, edit: &Edit) -> String {
    match edit {
        Edit::Added(..) => format!("{subject} {name} is new"),
        Edit::Removed(_) => format!("{subject} {name} is gone"),
        Edit::Changed(from, to) => {
            let (from, to) = shown_apart(from, to);
            format!("{subject} {name}: {from} -> {to}")
        }
        Edit::Reordered(_) => format!("{subject} {name} is in another order"),
    }
}

/// Characters of a value that are shown.
const LONGEST: usize = 80;
/// Characters before the first difference of two long values.
const BEFORE: usize = 24;

/// A value in few words.
fn shown(value: &Value) -> String {
    cut(&whole(value), 0)
}

/// Two values in few words, from where they begin to differ.
fn shown_apart(one: &Value, two: &Value) -> (String, String) {
    let (one, two) = (whole(one), whole(two));
    let common = one.chars().zip(two.chars()).take_while(|(a, b)| a == b).count();
    let long = one.chars().count().max(two.chars().count()) > LONGEST;
    let start = if long { common.saturating_sub(BEFORE) } else { 0 };
    (cut(&one, start), cut(&two, start))
}

fn whole(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<&str>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn cut(text: &str, start: usize) -> String {
    let rest = text.chars().count().saturating_sub(start);
    let before = if start > 0 { "…" } else { "" };
    let behind = if rest > LONGEST { "…" } else { "" };
    let middle: String = text.chars().skip(start).take(LONGEST).collect();
    format!("{before}{middle}{behind}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::RULES;

    #[test]
    fn rules_have_one_name_each() {
        let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(names.len(), RULES.len());
    }
}
