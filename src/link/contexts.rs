//! The system itself and the outside systems that it is proved to use. Actors are not told from code: none is invented.

use std::collections::BTreeSet;

use super::containers::{module_name, readme_of};
use super::{Input, outside_hosts};
use crate::finding::{Fact, Package};
use crate::location::{Location, RepoPath};
use crate::model::{Context, Model, Relationship};

/// Names of root packages that say nothing.
const PLAIN_NAMES: &[&str] =
    &["root", "monorepo", "workspace", "app", "source", "src", "api", "backend", "server", "project", "main", "default"];

/// Fills `contexts` and names the project.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let package = root_package(input);
    let readme = readme_of(input, &RepoPath::new(""));
    let (named, title) = names(input);
    let project = project(input).to_owned();
    // A person calls the system as the heading of the README does, where the package is called after it: `HypeTrain` of `hypetrain-backend`.
    let name = title.filter(|title| spells(title, &project)).map_or_else(|| project.clone(), str::to_owned);
    let stated = package.and_then(|(_, package)| package.description.as_deref());
    let described = stated.or_else(|| readme.and_then(|readme| readme.paragraph.as_deref()));
    let description = described.map_or_else(|| counted(model), str::to_owned);
    if let Some((at, _)) = package.filter(|_| named.is_some() || stated.is_some()) {
        model.prove(at, "package", &["contexts", &name]);
    }
    model.project = project;
    let mut relationships = BTreeSet::new();
    for (service, integration) in &model.integrations {
        let target = outside(service, &name);
        model.contexts.insert(target.clone(), Context { description: integration.description.clone(), relationships: BTreeSet::new() });
        let purpose = match integration.kind.as_str() {
            "" => "Uses it".to_owned(),
            outside_hosts::KIND => "Calls it".to_owned(),
            kind => format!("Uses it for {kind}"),
        };
        relationships.insert(Relationship { target, description: purpose, technology: None });
    }
    model.contexts.insert(name, Context { description, relationships });
}

/// What the project is called.
pub(super) fn project<'a>(input: &Input<'a>) -> &'a str {
    let (named, title) = names(input);
    named.or(title).unwrap_or(input.root_name)
}

/// The name of the root package where it says something, and the heading of the README where it is a name.
fn names<'a>(input: &Input<'a>) -> (Option<&'a str>, Option<&'a str>) {
    let package = root_package(input).and_then(|(_, package)| package.name.as_deref());
    let readme = readme_of(input, &RepoPath::new(""));
    let title = readme.and_then(|readme| readme.title.as_deref()).filter(|title| is_name(title));
    (package.map(module_name).filter(|name| !PLAIN_NAMES.contains(name)), title)
}

/// The manifest at the root.
fn root_package<'a>(input: &Input<'a>) -> Option<(&'a Location, &'a Package)> {
    input.findings.iter().find_map(|finding| match &finding.fact {
        Fact::Package(package) if finding.at.path.parent().is_root() => Some((&finding.at, package)),
        _ => None,
    })
}

/// The name of an outside system; one that is called like the system itself is told apart.
fn outside(service: &str, system: &str) -> String {
    if service == system { format!("{service} (external)") } else { service.to_owned() }
}

/// Whether the name of a package begins with the letters and digits of a heading.
fn spells(title: &str, package: &str) -> bool {
    let plain = |text: &str| -> String { text.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let title = plain(title);
    title.len() > 2 && plain(package).starts_with(&title)
}

/// Whether a heading is a name and no sentence.
fn is_name(title: &str) -> bool {
    !title.is_empty() && title.len() <= 40 && title.split_whitespace().count() <= 4
}

/// "System of 11 applications, 1 job and 5 backing services."
fn counted(model: &Model) -> String {
    let backing = model.containers.values().filter(|container| container.backing).count();
    let jobs = model.containers.values().filter(|container| container.kind == "Job/Task").count();
    let own = model.containers.len() - backing - jobs;
    let parts: Vec<String> = [(own, "application"), (jobs, "job"), (backing, "backing service")]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    match parts.as_slice() {
        [] => "No application was found in this repository.".to_owned(),
        [one] => format!("System of {one}."),
        [all @ .., last] => format!("System of {} and {last}.", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn the_system_is_called_like_its_root_package() {
        let package = r#"{"name": "@acme/shop", "description": "Sells things.", "workspaces": ["apps/*"]}"#;
        let model = model(&[("package.json", package), ("README.md", "# Shop\n\nText of the readme.\n")]);
        assert_eq!(model.project, "shop");
        assert_eq!(model.contexts["Shop"].description, "Sells things.");
    }

    #[test]
    fn without_words_the_system_is_counted() {
        let start = "import { NestFactory } from '@nestjs/core';\nasync function start() { const app = await NestFactory.create(M); await app.listen(3000); }\nstart();";
        let model = model(&[
            ("apps/api/package.json", r#"{"name": "api", "dependencies": {"@nestjs/core": "^10"}}"#),
            ("apps/api/src/main.ts", start),
            ("compose.yaml", "services:\n  db:\n    image: postgres:16\n"),
        ]);
        assert_eq!(model.contexts["trial"].description, "System of 1 application and 1 backing service.");
    }
}
