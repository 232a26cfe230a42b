//! What a file of values changes: environments of one chart beside the one with its own values.

use std::collections::BTreeMap;

use crate::link::wording;
use crate::model::{Model, Platform, Resource, ResourceFact};

/// How many changes a description names.
const SHOWN: usize = 8;

/// Facts in which environments differ for a person.
const TOLD: &[&str] = &["replicas", "min_replicas", "max_replicas", "image", "hosts", "schedule", "storage", "type"];

/// Adds to every environment of a chart what it changes of the chart's own values.
pub(super) fn tell(model: &mut Model) {
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for (key, platform) in model.topology.iter().filter(|(key, _)| key.starts_with("helm: ")) {
        let Some((chart, values)) = key.rsplit_once(" (") else { continue };
        let base = model.topology.get(&format!("{chart} (values)")).filter(|_| values != "values)");
        let Some(base) = base else { continue };
        let changes = changes(base, platform);
        let text = if changes.is_empty() {
            "Nothing that is told here differs from the values of the chart.".to_owned()
        } else {
            format!("Differs from the values of the chart: {}.", wording::list(changes.iter().map(String::as_str), SHOWN))
        };
        told.insert(key.clone(), text);
    }
    for (key, text) in told {
        if let Some(platform) = model.topology.get_mut(&key) {
            platform.description = format!("{} {text}", platform.description);
        }
    }
}

fn changes(base: &Platform, other: &Platform) -> Vec<String> {
    let (before, after) = (resources(base), resources(other));
    let mut all = Vec::new();
    for (name, resource) in &after {
        match before.get(name) {
            None => all.push(format!("{name} is new")),
            Some(known) => all.extend(facts(name, known, resource)),
        }
    }
    all.extend(before.keys().filter(|name| !after.contains_key(*name)).map(|name| format!("{name} is gone")));
    all
}

fn resources(platform: &Platform) -> BTreeMap<&str, &Resource> {
    platform.resources.values().flatten().map(|(name, resource)| (name.as_str(), resource)).collect()
}

fn facts(name: &str, before: &Resource, after: &Resource) -> Vec<String> {
    let switched = match (before.facts.contains_key("enabled_by"), after.facts.contains_key("enabled_by")) {
        (true, false) => Some(format!("{name} is on")),
        (false, true) => Some(format!("{name} is off")),
        _ => None,
    };
    let changed = TOLD.iter().filter_map(|fact| {
        let (old, new) = (before.facts.get(*fact).map(shown), after.facts.get(*fact).map(shown));
        (old != new).then(|| format!("{name} {} {}", fact.replace('_', " "), new.unwrap_or_else(|| "not set".to_owned())))
    });
    switched.into_iter().chain(changed).collect()
}

fn shown(fact: &ResourceFact) -> String {
    match fact {
        ResourceFact::Text(text) => text.clone(),
        ResourceFact::Number(number) => number.to_string(),
        ResourceFact::Set(values) => values.iter().cloned().collect::<Vec<_>>().join(" and "),
        ResourceFact::Map(values) => values.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" and "),
    }
}
