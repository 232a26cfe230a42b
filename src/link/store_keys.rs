//! Patterns of Redis keys: from the keys that code hands to clients, and from documents that list them.
//! A document names placeholders better than variables do, so that its spelling stands for a key that code has, too.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::names::Names;
use crate::finding::{DocumentedKeys, Fact, StoreKey, Value};
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// Where code uses a key, with the commands.
#[derive(Default)]
struct Uses<'a> {
    places: BTreeSet<&'a Location>,
    commands: BTreeSet<String>,
}

/// Fills `key_patterns`.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut used: BTreeMap<String, Uses<'_>> = BTreeMap::new();
    let mut documented: BTreeMap<&str, (&Location, &DocumentedKeys)> = BTreeMap::new();
    for finding in input.findings {
        match &finding.fact {
            Fact::StoreKey(key) if is_client(&input.names, &finding.at.path, key) => {
                for pattern in patterns(&input.names, &finding.at.path, &key.key) {
                    let uses = used.entry(pattern).or_default();
                    uses.places.insert(&finding.at);
                    uses.commands.insert(key.command.to_ascii_lowercase());
                }
            }
            Fact::DocumentedKeys(keys) => _ = documented.entry(&keys.pattern).or_insert((&finding.at, keys)),
            _ => {}
        }
    }
    publish(&used, &documented, model);
}

fn publish(used: &BTreeMap<String, Uses<'_>>, documented: &BTreeMap<&str, (&Location, &DocumentedKeys)>, model: &mut Model) {
    let shapes: BTreeSet<String> = documented.keys().map(|pattern| shape(pattern)).collect();
    let used_shapes: BTreeSet<String> = used.keys().map(|pattern| shape(pattern)).collect();
    for (pattern, (at, keys)) in documented {
        let pointer = ["data_schema", "key_patterns", pattern];
        let uses = || used.iter().filter(|(own, _)| shape(own) == shape(pattern)).map(|(_, uses)| uses);
        model.prove(at, "key pattern", &pointer);
        uses().flat_map(|one| &one.places).for_each(|at| model.prove(at, "key", &pointer));
        let commands: BTreeSet<&str> = uses().flat_map(|one| &one.commands).map(String::as_str).collect();
        let told = keys.text.clone().unwrap_or_default();
        model.schema.key_patterns.insert((*pattern).to_owned(), text(&told, &commands));
        if !used.is_empty() && !used_shapes.contains(&shape(pattern)) {
            let message = format!("the key pattern {pattern} stands in this document and is used by no code that was read");
            model.gaps.push(Gap::line(GapCode::DocsDrift, &at.path, at.line, message));
        }
    }
    for (pattern, uses) in used.iter().filter(|(pattern, _)| !shapes.contains(&shape(pattern))) {
        let pointer = ["data_schema", "key_patterns", pattern];
        uses.places.iter().for_each(|at| model.prove(at, "key", &pointer));
        model.schema.key_patterns.insert(pattern.clone(), text("", &uses.commands.iter().map(String::as_str).collect()));
    }
}

/// "JSON, 1 hour. Redis commands: get, setex." or "Documented only: JSON."
fn text(told: &str, commands: &BTreeSet<&str>) -> String {
    let told = told.trim_end_matches('.');
    let commands = commands.iter().copied().collect::<Vec<_>>().join(", ");
    match (told.is_empty(), commands.is_empty()) {
        (false, false) => format!("{told}. Redis commands: {commands}."),
        (true, false) => format!("Redis commands: {commands}."),
        (false, true) => format!("Documented only: {told}."),
        (true, true) => "Documented only.".to_owned(),
    }
}

/// The pattern without the names of its placeholders, which code and documents choose differently.
fn shape(pattern: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for one in pattern.chars() {
        match one {
            '{' => {
                depth += 1;
                out.push('{');
            }
            '}' => {
                depth = depth.saturating_sub(1);
                out.push('}');
            }
            '*' if depth == 0 => out.push_str("{}"),
            _ if depth > 0 => {}
            other => out.push(other),
        }
    }
    out
}

/// Packages whose classes and functions make clients.
const PACKAGES: &[&str] = &["ioredis", "redis", "iovalkey", "@upstash/redis"];

/// Whether a name from another file stands for a client that a package makes.
fn is_client(names: &Names<'_>, file: &RepoPath, key: &StoreKey) -> bool {
    let Some(name) = &key.client else { return true };
    let Some((at, Value::Call(called, _))) = names.constant_at(file, name) else { return false };
    let root = called.split('.').next().unwrap_or_default();
    PACKAGES.contains(&names.definition(&at, root).package.as_str())
}

/// The keys that a value can be; none when nothing of it is fixed.
fn patterns(names: &Names<'_>, file: &RepoPath, key: &Value) -> BTreeSet<String> {
    let resolved = match names.resolve(file, key) {
        // A function among others in one object: `keys.session(id)`; its parameters name the placeholders.
        Value::Call(name, _) => match names.constant_at(file, &name) {
            Some((target, made)) => names.resolve(&target, &made),
            None => return BTreeSet::new(),
        },
        other => other,
    };
    let options: Vec<&Value> = match &resolved {
        Value::Either(items) | Value::List(items) => items.iter().collect(),
        other => vec![other],
    };
    options.into_iter().filter_map(spelled).collect()
}

fn spelled(value: &Value) -> Option<String> {
    if matches!(value, Value::Name(_) | Value::Call(..)) {
        return None;
    }
    let parts = match value {
        Value::Concat(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    let mut out = String::new();
    for part in parts {
        match part {
            Value::Text(text) => out.push_str(text),
            Value::Number(number) => out.push_str(number),
            Value::Name(name) => out.push_str(&format!("{{{}}}", name.trim_start_matches("this."))),
            Value::Call(name, _) => out.push_str(&format!("{{{}}}", name.rsplit('.').next().unwrap_or(name))),
            Value::Environment(name, _) => out.push_str(&format!("{{{name}}}")),
            _ => out.push_str("{value}"),
        }
    }
    let fixed = shape(&out).replace("{}", "");
    (fixed.chars().any(char::is_alphanumeric) && out.len() < 200 && !out.contains(['\n', '\u{0}'])).then_some(out)
}
