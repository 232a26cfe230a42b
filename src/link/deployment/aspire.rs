//! Aspire AppHosts as environments: what each runs as resources, what is given to what as lines.
//! Source: the Aspire documentation, "App host overview". How it is published elsewhere, other files say.

use std::collections::BTreeMap;

use crate::link::Input;
use crate::link::aspire::{Hosted, ResourceKind};
use crate::link::sentence::{counted, joined};
use crate::location::{Location, RepoPath};
use crate::model::{Edge, Model, Platform, Resource, ResourceFact};

pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    for (folder, hosted) in input.resources() {
        environment(folder, hosted, model);
    }
}

fn environment(folder: &RepoPath, hosted: &Hosted<'_>, model: &mut Model) {
    let key = format!("aspire: {}", if folder.is_root() { "AppHost" } else { folder.as_str() });
    let mut platform = Platform { name: format!("Aspire ({})", folder.name()), description: describe(hosted), ..Platform::default() };
    for (name, resource) in hosted {
        let (category, kind) = match &resource.kind {
            ResourceKind::Project(_) => ("Workloads", "Project"),
            ResourceKind::Product(..) | ResourceKind::Image(_) => ("Workloads", "Container"),
            ResourceKind::Database(_) => ("Configuration & Storage", "Database"),
        };
        let shown = format!("{kind}/{name}");
        let at = Location::new(&resource.at.path, resource.line);
        model.prove(&at, "Aspire resource", &["deployment_topology", &key, "resources", category, &shown]);
        platform.resources.entry(category.to_owned()).or_default().insert(shown, fact(name, hosted, model));
        for (target, means) in &resource.references {
            let description = if means.is_empty() { "reference".to_owned() } else { format!("`{means}`") };
            let ends = (container(name, hosted, model), container(target, hosted, model));
            if let (Some(source), Some(destination)) = ends {
                platform.relationships.insert(Edge { source, destination, description });
            }
        }
    }
    model.topology.insert(key, platform);
}

/// The container that a resource is; a database stands on its server.
fn container(name: &str, hosted: &Hosted<'_>, model: &Model) -> Option<String> {
    let resource = hosted.get(name)?;
    match &resource.kind {
        ResourceKind::Project(folder) => {
            model.containers.iter().find(|(_, one)| one.path.as_ref() == Some(folder)).map(|(key, _)| key.clone())
        }
        ResourceKind::Database(server) if server != name => container(server, hosted, model),
        _ => model.containers.contains_key(name).then(|| name.to_owned()),
    }
}

fn fact(name: &str, hosted: &Hosted<'_>, model: &Model) -> Resource {
    let mut facts: BTreeMap<String, ResourceFact> = BTreeMap::new();
    let mut state = |key: &str, text: String| _ = facts.insert(key.to_owned(), ResourceFact::Text(text));
    match hosted.get(name).map(|one| &one.kind) {
        Some(ResourceKind::Project(folder)) => state("project", folder.as_str().to_owned()),
        Some(ResourceKind::Product(product, _, image)) => {
            state("product", (*product).to_owned());
            image.iter().for_each(|image| state("image", image.clone()));
        }
        Some(ResourceKind::Image(image)) => state("image", image.clone()),
        Some(ResourceKind::Database(server)) => state("server", server.clone()),
        None => {}
    }
    container(name, hosted, model).into_iter().for_each(|key| state("container", key));
    Resource { description: None, facts }
}

/// "Aspire AppHost that runs 8 projects, 3 containers and 4 databases."
fn describe(hosted: &Hosted<'_>) -> String {
    let count = |fits: fn(&ResourceKind) -> bool| hosted.values().filter(|one| fits(&one.kind)).count();
    let parts = [
        (count(|kind| matches!(kind, ResourceKind::Project(_))), "project"),
        (count(|kind| matches!(kind, ResourceKind::Product(..) | ResourceKind::Image(_))), "container"),
        (count(|kind| matches!(kind, ResourceKind::Database(_))), "database"),
    ];
    let parts: Vec<String> = parts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| counted(*number, what)).collect();
    format!("Aspire AppHost that runs {}.", joined(&parts))
}
