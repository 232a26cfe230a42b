//! One plain sentence of counted facts where nobody wrote a description.
//! Says nothing that was not counted.

use std::collections::BTreeMap;

use crate::model;

/// What is counted for each container.
#[derive(Debug, Default)]
pub(super) struct Counts {
    modules: BTreeMap<String, usize>,
    components: BTreeMap<String, usize>,
    routes: BTreeMap<String, usize>,
    jobs: BTreeMap<String, usize>,
    tables: BTreeMap<String, usize>,
}

impl Counts {
    /// Counts a model.
    pub(super) fn of(model: &model::Model) -> Self {
        let mut counts = Self::default();
        for component in model.components.values() {
            let map = if component.kind.ends_with("Module") { &mut counts.modules } else { &mut counts.components };
            *map.entry(component.container.clone()).or_default() += 1;
        }
        for (container, operations) in &model.endpoints {
            counts.routes.insert(container.clone(), operations.len());
        }
        // What an event inside the process starts is a part of the application and no job of its own.
        for job in model.jobs.values().filter(|job| !job.trigger.starts_with("Event ")) {
            *counts.jobs.entry(job.container.clone()).or_default() += 1;
        }
        for owner in model.schema.tables.values().filter_map(|table| table.owner.as_ref()) {
            *counts.tables.entry(owner.clone()).or_default() += 1;
        }
        counts
    }
}

/// `1 route`, `3 queries`; nothing for none.
fn counted(count: usize, one: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(match one.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{count} {stem}ies"),
            _ if one.ends_with('x') => format!("{count} {one}es"),
            _ => format!("{count} {one}s"),
        }),
    }
}

/// `a, b and c`.
fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// `<subject> with a, b and c.`, or `<subject>.` where nothing was counted.
fn with(subject: &str, counts: &[(usize, &str)]) -> String {
    let parts: Vec<String> = counts.iter().filter_map(|(count, one)| counted(*count, one)).collect();
    if parts.is_empty() { format!("{subject}.") } else { format!("{subject} with {}.", joined(&parts)) }
}

/// The kind, or the fallback where there is none.
fn or_else<'a>(kind: &'a str, fallback: &'a str) -> &'a str {
    if kind.is_empty() { fallback } else { kind }
}

pub(super) fn container(key: &str, from: &model::Container, counts: &Counts) -> String {
    let at = |map: &BTreeMap<String, usize>| map.get(key).copied().unwrap_or_default();
    let messages = |pick: fn(&model::Domain) -> usize| from.domains.values().map(pick).sum::<usize>();
    let subject = match &from.image {
        Some(image) if from.backing => format!("{} running the image {image}", or_else(&from.kind, "Service")),
        _ => or_else(&from.kind, "Service").to_owned(),
    };
    with(
        &subject,
        &[
            (at(&counts.modules), "module"),
            (at(&counts.components), "component"),
            (from.pages, "page"),
            (at(&counts.routes), "route"),
            (messages(|domain| domain.commands.len()), "command"),
            (messages(|domain| domain.queries.len()), "query"),
            (from.publishes.len(), "published channel"),
            (from.subscribes.len(), "subscribed channel"),
            (at(&counts.jobs), "job"),
            (at(&counts.tables), "table"),
        ],
    )
}

pub(super) fn api_surface(key: &str, domains: &BTreeMap<String, model::Domain>, pages: usize) -> String {
    if domains.is_empty() {
        return with(&format!("Surface of {key}"), &[(pages, "page")]);
    }
    let commands = domains.values().map(|domain| domain.commands.len()).sum();
    let queries = domains.values().map(|domain| domain.queries.len()).sum();
    with(&format!("CQRS surface of {key}"), &[(domains.len(), "domain"), (commands, "command"), (queries, "query"), (pages, "page")])
}

pub(super) fn domain(from: &model::Domain) -> String {
    with("Domain", &[(from.commands.len(), "command"), (from.queries.len(), "query")])
}

pub(super) fn message(kind: &str, from: &model::CqrsMessage) -> String {
    if from.handler.is_empty() { format!("{kind} without a handler.") } else { format!("{kind} handled by {}.", from.handler) }
}

pub(super) fn component(from: &model::Component) -> String {
    with(
        or_else(&from.kind, "Component"),
        &[
            (from.controllers.len(), "controller"),
            (from.providers.len(), "provider"),
            (from.entities.len(), "entity"),
            (from.tables.len(), "table"),
            (from.exports.len(), "export"),
            (from.dependencies.len(), "dependency"),
        ],
    )
}

pub(super) fn platform(from: &model::Platform) -> String {
    let resources = from.resources.values().map(BTreeMap::len).sum();
    with(&from.name, &[(resources, "resource"), (from.relationships.len(), "connection")])
}

pub(super) fn data_schema(from: &model::Schema) -> String {
    let columns = from.tables.values().map(|table| table.columns.len()).sum();
    let mut stores: Vec<&str> = from.tables.values().filter_map(|table| table.store.as_deref()).collect();
    stores.sort_unstable();
    stores.dedup();
    let subject = if stores.is_empty() { "Data schema".to_owned() } else { format!("{} schema", stores.join(" and ")) };
    if from.tables.is_empty() && from.views.is_empty() && from.enums.is_empty() && from.key_patterns.is_empty() {
        return "No table, view or enum was found.".to_owned();
    }
    with(
        &subject,
        &[
            (from.tables.len(), "table"),
            (columns, "column"),
            (from.views.len(), "view"),
            (from.enums.len(), "enum"),
            (from.key_patterns.len(), "key pattern"),
        ],
    )
}

pub(super) fn table(from: &model::Table) -> String {
    let references = from.relationships.iter().filter(|line| !line.foreign_key.is_empty()).count();
    with("Table", &[(from.columns.len(), "column"), (references, "relationship"), (from.indexes.len(), "index")])
}

pub(super) fn integration(from: &model::Integration) -> String {
    let kind = or_else(&from.kind, "third-party");
    if from.used_by.is_empty() {
        return format!("External {kind} service.");
    }
    let users: Vec<String> = from.used_by.iter().cloned().collect();
    format!("External {kind} service used by {}.", joined(&users))
}

pub(super) fn workflow(from: &model::Workflow) -> String {
    let handler = or_else(&from.handler, "A handler");
    if from.trigger.is_empty() { format!("{handler} runs in {}.", from.container) } else { format!("{handler} runs on {}.", from.trigger) }
}

pub(super) fn configuration(from: &model::Configuration) -> String {
    let variables: std::collections::BTreeSet<&String> = from.runtime.values().flatten().collect();
    with(
        "Configuration",
        &[
            (variables.len(), "environment variable"),
            (from.containerization.len(), "container file"),
            (from.dependency_management.len(), "dependency fact"),
            (from.development_tooling.len(), "development tool"),
            (from.ci.len(), "pipeline"),
        ],
    )
}

pub(super) fn security(from: &model::Security) -> String {
    with(
        "Security",
        &[
            (from.secrets_management.len(), "secrets fact"),
            (from.authentication_methods.len(), "authentication method"),
            (from.authorization.len(), "authorization fact"),
            (from.build_security.len(), "build fact"),
            (from.network.len(), "network fact"),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::{counted, joined, with};

    #[test]
    fn counts_become_one_sentence() {
        assert_eq!(counted(2, "query").as_deref(), Some("2 queries"));
        assert_eq!(counted(1, "index").as_deref(), Some("1 index"));
        assert_eq!(counted(2, "index").as_deref(), Some("2 indexes"));
        assert_eq!(counted(0, "route"), None);
        assert_eq!(joined(&["a".into(), "b".into(), "c".into()]), "a, b and c");
        assert_eq!(
            with("NestJS Application", &[(9, "module"), (0, "job"), (41, "route")]),
            "NestJS Application with 9 modules and 41 routes."
        );
        assert_eq!(with("Database", &[]), "Database.");
    }
}
