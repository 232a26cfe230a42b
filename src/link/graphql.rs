//! Fields of GraphQL that stand in schemas: endpoints of the container that makes a server and keeps the schema.
//! A container whose code declares its fields already writes its schema out; a copy at a client is none.

use std::collections::BTreeSet;

use super::Input;
use crate::finding::Fact;
use crate::location::RepoPath;
use crate::model::{Model, Operation};

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut serving: BTreeSet<String> = BTreeSet::new();
    for finding in input.findings.iter().filter(|finding| matches!(finding.fact, Fact::GraphQlServer)) {
        serving.extend(input.usage(model).containers(model, &finding.at.path));
    }
    let declares = |container: &String| {
        let mut keys = model.endpoints.get(container).into_iter().flat_map(|operations| operations.keys());
        keys.any(|key| key.starts_with("QUERY ") || key.starts_with("MUTATION "))
    };
    serving.retain(|container| !declares(container));
    for finding in input.findings {
        let Fact::GraphQlField(field) = &finding.fact else { continue };
        let containers: Vec<String> = keepers(input, model, &finding.at.path).into_iter().filter(|one| serving.contains(one)).collect();
        for container in containers {
            let key = format!("{} {}", field.verb, field.name);
            model.prove(&finding.at, "route", &["api_endpoints", &container, "operations", &key]);
            let operation = Operation { response: Some(field.gives.clone()), summary: field.doc.clone(), ..Operation::default() };
            model.endpoints.entry(container).or_default().entry(key).or_insert(operation);
        }
    }
}

/// The containers that a schema stands with: programs of Go bring in the package beside it.
fn keepers(input: &Input<'_>, model: &Model, schema: &RepoPath) -> BTreeSet<String> {
    let package = input.usage(model).containers(model, &schema.parent().join("schema.go"));
    if package.is_empty() { input.usage(model).containers(model, schema) } else { package }
}
