//! Third-party services: what packages, hosts and names of variables prove, and which containers use them.
//! A development tool is no integration, and a service is none of its own repository.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::Input;
use super::environment;
use super::sentence::{counted, joined, named};
use crate::classify::ServiceCatalogue;
use crate::finding::{Dependency, DependencyScope, Fact, Package, Proof};
use crate::location::{Location, RepoPath};
use crate::model::{Integration, Model, Relationship};

/// What was found of one service.
#[derive(Debug, Default)]
struct Found {
    packages: BTreeSet<String>,
    hosts: BTreeSet<String>,
    variables: BTreeSet<String>,
    used_by: BTreeSet<String>,
    /// Containers of the manifests that list a package: they count when no file imports it.
    listed_by: BTreeSet<String>,
    /// The files of code that use it, each with the package or host.
    files: BTreeSet<(RepoPath, String)>,
    places: BTreeSet<(Location, &'static str)>,
}

/// Fills `external_integrations`.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let own = own_services(input);
    let usage = input.usage(model);
    let mut found: BTreeMap<&'static str, Found> = BTreeMap::new();
    for finding in input.findings {
        match &finding.fact {
            Fact::ServiceUse(one) if !own.contains(one.service) => {
                let entry = found.entry(one.service).or_default();
                entry.used_by.extend(usage.containers(model, &finding.at.path));
                entry.files.insert((finding.at.path.clone(), one.evidence.clone()));
                match one.proof {
                    Proof::Package => entry.packages.insert(one.evidence.clone()),
                    Proof::Host => entry.hosts.insert(one.evidence.clone()),
                };
                entry.places.insert((finding.at.clone(), if one.proof == Proof::Package { "package" } else { "host" }));
            }
            Fact::Package(package) if !is_test(input, &finding.at) => {
                for (service, dependency) in dependencies(&finding.at, package).filter(|(service, _)| !own.contains(service)) {
                    let entry = found.entry(service).or_default();
                    entry.packages.insert(dependency.name.clone());
                    entry.listed_by.extend(usage.containers(model, &finding.at.path));
                    if finding.at.path.name() == "go.mod" {
                        let files = importing(input, &dependency.name);
                        entry.used_by.extend(files.flat_map(|file| usage.containers(model, file)));
                    }
                    entry.places.insert((Location::new(&finding.at.path, dependency.line), "package"));
                }
            }
            _ => {}
        }
    }
    for variable in environment::variables(input, model, usage) {
        let service = ServiceCatalogue::get().by_variable(&variable.name).filter(|service| !own.contains(service));
        if let Some(entry) = service.map(|service| found.entry(service).or_default()) {
            entry.variables.insert(variable.name);
            entry.used_by.extend(variable.containers);
            entry.places.insert((variable.at, "variable"));
        }
    }
    let folders = component_folders(model);
    for (name, one) in found {
        for (file, evidence) in &one.files {
            for component in nearest(&folders, file) {
                let description = format!("Uses `{evidence}`.");
                let line = Relationship { target: name.to_owned(), description, technology: None };
                model.components.entry(component.clone()).and_modify(|component| _ = component.relationships.insert(line));
            }
        }
        add(name, one, model);
    }
}

/// The folders that belong to one module of a container each: a module that others lie within is not told by its folder, and a shared
/// library holds much that the module in it does not bring. A client is a part of a module.
fn component_folders(model: &Model) -> BTreeMap<RepoPath, Vec<String>> {
    let mut folders: BTreeMap<RepoPath, Vec<(&str, &String)>> = BTreeMap::new();
    for (key, component) in &model.components {
        let home = model.containers.get(&component.container).and_then(|container| container.path.as_ref());
        let is_client = component.kind.ends_with(" Client");
        if let Some(path) = component.path.as_ref().filter(|path| !is_client && home.is_some_and(|home| path.is_within(home))) {
            folders.entry(path.parent()).or_default().push((&component.container, key));
        }
    }
    let has_inner = |folder: &RepoPath| {
        let prefix = format!("{folder}/");
        let behind = folders.range::<str, _>((Bound::Excluded(prefix.as_str()), Bound::Unbounded)).next();
        behind.is_some_and(|(other, _)| other.as_str().starts_with(&prefix))
    };
    let alone = |keys: &[(&str, &String)]| keys.iter().map(|(container, _)| container).collect::<BTreeSet<_>>().len() == keys.len();
    let kept = folders.iter().filter(|(folder, keys)| alone(keys) && !has_inner(folder));
    kept.map(|(folder, keys)| (folder.clone(), keys.iter().map(|(_, key)| (*key).clone()).collect())).collect()
}

/// The components whose folder is the nearest above a file.
fn nearest<'a>(folders: &'a BTreeMap<RepoPath, Vec<String>>, file: &RepoPath) -> &'a [String] {
    let mut folder = file.parent();
    while !folder.is_root() {
        if let Some(found) = folders.get(&folder) {
            return found;
        }
        folder = folder.parent();
    }
    &[]
}

/// The files of Go that import something of a module.
fn importing<'i>(input: &'i Input<'_>, module: &'i str) -> impl Iterator<Item = &'i RepoPath> {
    let of_module = move |path: &str| path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    input.findings.iter().filter_map(move |finding| match &finding.fact {
        Fact::SourceFile(file) if file.imports.iter().any(|import| of_module(&import.path)) => Some(&finding.at.path),
        _ => None,
    })
}

fn is_test(input: &Input<'_>, at: &Location) -> bool {
    input.map.file(&at.path).is_some_and(|file| file.is_test)
}

/// The services whose own packages live in this repository.
fn own_services(input: &Input<'_>) -> BTreeSet<&'static str> {
    let catalogue = ServiceCatalogue::get();
    let own = |fact: &Fact| match fact {
        Fact::Package(package) => catalogue.by_package(NPM, package.name.as_deref()?),
        _ => None,
    };
    let mut services: BTreeSet<&'static str> = input.findings.iter().filter_map(|finding| own(&finding.fact)).collect();
    services.extend(catalogue.service(input.root_name).map(|service| service.name));
    services
}

/// The registry of npm, as the catalogue calls it.
const NPM: &str = "npm";

/// The known services among the dependencies that a package needs when it runs, with the name and line of each.
fn dependencies<'a>(at: &Location, package: &'a Package) -> impl Iterator<Item = (&'static str, &'a Dependency)> + use<'a> {
    let registry = if at.path.name() == "go.mod" { "go" } else { NPM };
    let needed = package.dependencies.iter().filter(|one| one.scope == DependencyScope::Runtime);
    needed.filter_map(move |one| Some((ServiceCatalogue::get().by_package(registry, &one.name)?, one)))
}

fn add(name: &'static str, found: Found, model: &mut Model) {
    for (at, what) in &found.places {
        model.prove(at, what, &["external_integrations", name]);
    }
    let used_by = if found.used_by.is_empty() { found.listed_by.clone() } else { found.used_by.clone() };
    let integration = Integration {
        description: description(&found, used_by.len()),
        kind: ServiceCatalogue::get().service(name).map(|service| service.kind.to_owned()).unwrap_or_default(),
        used_by,
        evidence: found.packages.into_iter().chain(found.hosts).chain(found.variables).collect(),
    };
    model.integrations.insert(name.to_owned(), integration);
}

/// "Used by 2 containers through the package `stripe` and 3 environment variables."
fn description(found: &Found, containers: usize) -> String {
    let list = |names: &BTreeSet<String>, one: &str| named(&names.iter().collect::<Vec<_>>(), one);
    let means = [list(&found.packages, "package"), list(&found.hosts, "host"), list(&found.variables, "environment variable")];
    let means: Vec<String> = means.into_iter().flatten().collect();
    // A variable alone shows that the service is set up, not that code calls it.
    let verb = if found.packages.is_empty() && found.hosts.is_empty() { "Configured" } else { "Used" };
    let by = match (containers, verb) {
        (0, _) => String::new(),
        (_, "Used") => format!(" by {}", counted(containers, "container")),
        _ => format!(" for {}", counted(containers, "container")),
    };
    format!("{verb}{by} through {}.", joined(&means))
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn a_module_of_go_works_for_the_programs_that_import_it() {
        let files = [
            ("go.mod", "module acme.io/shop\n\nrequire github.com/stripe/stripe-go/v76 v76.0.0\n"),
            (
                "cmd/pay/main.go",
                "package main\n\nimport (\n\t\"net/http\"\n\n\t\"acme.io/shop/bill\"\n)\n\nfunc main() {\n\tbill.Send()\n\thttp.ListenAndServe(\":1\", nil)\n}\n",
            ),
            ("cmd/web/main.go", "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":1\", nil) }\n"),
            ("bill/bill.go", "package bill\n\nimport \"github.com/stripe/stripe-go/v76\"\n\nfunc Send() { stripe.Key = \"\" }\n"),
        ];
        let shown: Vec<String> = model(&files).integrations["Stripe"].used_by.iter().cloned().collect();
        assert_eq!(shown, ["pay"]);
    }
}
