//! More than one system in a repository, where its manifests say so: `System` entities of a software catalog, compose projects with names.
//! A folder or a package makes no system; a single stated one is the repository itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{Input, wording};
use crate::finding::{ArchitectureDiagram, DrawnKind, Fact, PART_OF};
use crate::location::{Location, RepoPath};
use crate::model::{Context, Model, Relationship};

/// A stated system.
struct System<'a> {
    at: Location,
    description: Option<&'a str>,
    /// The containers that are a part of it.
    containers: BTreeSet<String>,
}

/// The pass; the context of the whole must be there.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut found = of_catalogs(input, model);
    if found.is_empty() {
        found = of_projects(input, model);
    }
    found.retain(|_, system| !system.containers.is_empty() || system.description.is_some());
    if found.len() < 2 {
        return;
    }
    for (name, system) in found {
        let parts = wording::count(system.containers.len(), "container");
        let description = system.description.map_or_else(|| format!("System of {parts}."), str::to_owned);
        let line = |target: String| Relationship { target, description: "Consists of it".to_owned(), technology: None };
        model.prove(&system.at, "system", &["contexts", &name]);
        let context = model.contexts.entry(name).or_insert_with(|| Context { description, relationships: BTreeSet::new() });
        context.relationships.extend(system.containers.into_iter().map(line));
    }
}

/// `kind: System`, with the components that say `system: ...`.
fn of_catalogs<'a>(input: &Input<'a>, model: &Model) -> BTreeMap<String, System<'a>> {
    let catalogs: Vec<(&Location, &ArchitectureDiagram)> = input
        .findings
        .iter()
        .filter_map(|finding| match &finding.fact {
            Fact::ArchitectureDiagram(diagram) if diagram.notation == "software catalog" => Some((&finding.at, diagram.as_ref())),
            _ => None,
        })
        .collect();
    let mut found = BTreeMap::new();
    for (at, diagram) in &catalogs {
        for system in diagram.elements.iter().filter(|one| one.kind == DrawnKind::System) {
            let lines = catalogs.iter().flat_map(|(_, diagram)| &diagram.lines);
            let members = lines.filter(|line| line.to == system.key && line.text.as_deref() == Some(PART_OF));
            let containers = members.filter(|line| model.containers.contains_key(&line.from)).map(|line| line.from.clone()).collect();
            let at = Location::new(&at.path, system.line);
            found.entry(system.name.clone()).or_insert(System { at, description: system.description.as_deref(), containers });
        }
    }
    found
}

/// Compose files in folders of their own, each with a name for its project.
fn of_projects<'a>(input: &Input<'a>, model: &Model) -> BTreeMap<String, System<'a>> {
    let mut folders: BTreeMap<RepoPath, &str> = BTreeMap::new();
    let mut found: BTreeMap<String, System<'a>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::ComposeFile(file) = &finding.fact else { continue };
        let is_test = input.map.file(&finding.at.path).is_some_and(|file| file.is_test);
        // A name that the environment gives is that of a run.
        let name = file.name.as_deref().filter(|name| !is_test && !name.contains('$'));
        let (Some(name), folder) = (name, finding.at.path.parent()) else { continue };
        // Files of one folder are one project in several settings.
        if *folders.entry(folder).or_insert(name) != name {
            return BTreeMap::new();
        }
        let services = model.compose_services.iter().filter(|((path, _), _)| *path == finding.at.path).map(|(_, key)| key);
        let own = services.filter(|key| model.containers.get(*key).is_some_and(|one| !one.backing)).cloned();
        let system = System { at: finding.at.clone(), description: None, containers: BTreeSet::new() };
        found.entry(name.to_owned()).or_insert(system).containers.extend(own);
    }
    let shared = |containers: &BTreeSet<String>, other: &BTreeSet<String>| !containers.is_disjoint(other);
    let all: Vec<BTreeSet<String>> = found.values().map(|one| one.containers.clone()).collect();
    let overlap = all.iter().enumerate().any(|(at, one)| all.iter().skip(at + 1).any(|other| shared(one, other)));
    // Projects that run the same applications are settings of one system.
    if overlap { BTreeMap::new() } else { found }
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    fn shown(files: &[(&str, &str)]) -> Vec<String> {
        let lines =
            |context: &crate::model::Context| context.relationships.iter().map(|one| one.target.clone()).collect::<Vec<_>>().join(" ");
        model(files).contexts.iter().map(|(name, one)| format!("{name} | {} | {}", one.description, lines(one))).collect()
    }

    #[test]
    fn systems_of_a_catalog_have_their_components() {
        let catalog = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: sales, description: Sells things.}\n---\napiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: stock}\n---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: orders}\nspec: {type: service, system: sales}\n---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shelves}\nspec: {type: service, system: stock}\n";
        let compose = "services:\n  orders: {build: ./orders}\n  shelves: {build: ./shelves}\n";
        let files = [
            ("catalog-info.yaml", catalog),
            ("compose.yaml", compose),
            ("orders/Dockerfile", "FROM node:22\nCMD [\"node\", \"a.js\"]\n"),
            ("shelves/Dockerfile", "FROM node:22\nCMD [\"node\", \"b.js\"]\n"),
        ];
        let found = shown(&files);
        assert!(found.contains(&"sales | Sells things. | orders".to_owned()), "{found:?}");
        assert!(found.contains(&"stock | System of 1 container. | shelves".to_owned()), "{found:?}");
    }

    #[test]
    fn projects_that_run_the_same_are_one_system() {
        let compose = |name: &str, service: &str| format!("name: {name}\nservices:\n  {service}: {{build: .}}\n");
        let (a, b, same) = (compose("sales", "orders"), compose("stock", "shelves"), compose("other", "orders"));
        let image = "FROM node:22\nCMD [\"node\", \"a.js\"]\n";
        let apart = [("a/compose.yaml", a.as_str()), ("a/Dockerfile", image), ("b/compose.yaml", b.as_str()), ("b/Dockerfile", image)];
        assert_eq!(shown(&apart).len(), 3);
        let one = [("a/compose.yaml", a.as_str()), ("a/Dockerfile", image), ("a/x/compose.yaml", same.as_str())];
        assert_eq!(shown(&one).len(), 1, "{:?}", shown(&one));
    }
}
