//! Names of environment variables and the containers they are for: read in code, declared in files, set by compose, charts and images.
//! Names only; no value is known here.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::settings;
use super::usage::Usage;
use crate::finding::{ComposeService, Fact, KubernetesResource};
use crate::location::Location;
use crate::model::Model;

/// How a variable is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Code reads it.
    Read,
    /// A file declares it.
    Declared,
    /// A deployment sets it.
    Set,
}

/// A variable at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    /// Its name.
    pub(super) name: String,
    /// How it is known.
    pub(super) role: Role,
    /// Where.
    pub(super) at: Location,
    /// The containers that it is for; none where that is not known.
    pub(super) containers: BTreeSet<String>,
}

/// Every variable, in the order of the findings.
pub(super) fn variables(input: &Input<'_>, model: &Model, usage: &Usage) -> Vec<Variable> {
    let mut found = Vec::new();
    for finding in input.findings {
        let mut add = |name: &str, role: Role, containers: BTreeSet<String>| {
            found.push(Variable { name: name.to_owned(), role, at: finding.at.clone(), containers });
        };
        match &finding.fact {
            Fact::EnvironmentRead(read) => add(&read.name, Role::Read, usage.containers(model, &finding.at.path)),
            Fact::EnvironmentDeclaration(one) => add(&one.name, Role::Declared, usage.containers(model, &finding.at.path)),
            Fact::SettingRead(read) => {
                let containers = usage.containers(model, &finding.at.path);
                settings::read_names(input, &finding.at, read).iter().for_each(|name| add(name, Role::Read, containers.clone()));
            }
            Fact::SettingsFile(file) => {
                let containers = usage.containers(model, &finding.at.path);
                for (name, line) in settings::declared(&file.settings) {
                    let at = Location::new(&finding.at.path, line);
                    found.push(Variable { name: name.to_owned(), role: Role::Declared, at, containers: containers.clone() });
                }
            }
            Fact::LaunchProfiles(profiles) => {
                let containers = usage.containers(model, &finding.at.path);
                // What no container runs (an AppHost, a tool) is a matter of the developer's machine.
                let names = profiles.environment.iter().filter(|_| !containers.is_empty());
                names.for_each(|name| add(name, Role::Set, containers.clone()));
            }
            Fact::ComposeService(service) => {
                let containers = of_service(model, service);
                service.environment.iter().for_each(|name| add(name, Role::Set, containers.clone()));
            }
            Fact::KubernetesResource(resource) => {
                for (name, containers) in of_resource(model, resource) {
                    add(&name, Role::Set, containers);
                }
            }
            _ => {}
        }
    }
    one_spelling(&mut found);
    found
}

/// Settings are found whatever their letters' case: code that reads one by another spelling than its file reads the same one.
fn one_spelling(found: &mut [Variable]) {
    let stated = found.iter().filter(|one| one.role == Role::Declared && one.at.path.extension() == "json");
    let mut spellings: BTreeMap<String, String> = BTreeMap::new();
    for variable in stated {
        spellings.entry(variable.name.to_lowercase()).or_insert_with(|| variable.name.clone());
    }
    for variable in found.iter_mut().filter(|one| one.role == Role::Read && one.at.path.extension() == "cs") {
        if let Some(known) = spellings.get(&variable.name.to_lowercase()) {
            variable.name.clone_from(known);
        }
    }
}

/// The container that a compose service is, by its name or by the folder it is built from.
fn of_service(model: &Model, service: &ComposeService) -> BTreeSet<String> {
    if model.containers.contains_key(&service.name) {
        return BTreeSet::from([service.name.clone()]);
    }
    let Some(build) = &service.build else { return BTreeSet::new() };
    let folders = [build.dockerfile.parent(), build.context.clone()];
    let built = |folder: &_| model.containers.iter().find(|(_, one)| one.path.as_ref() == Some(folder)).map(|(key, _)| key.clone());
    folders.iter().find_map(built).into_iter().collect()
}

/// The variables of the pods of a resource, and the entries of a `ConfigMap` or `Secret` that look like variables.
fn of_resource(model: &Model, resource: &KubernetesResource) -> Vec<(String, BTreeSet<String>)> {
    let mut found = Vec::new();
    for pod in &resource.containers {
        let names = [Some(pod.name.as_str()), resource.name.as_deref()];
        let key = names.into_iter().flatten().find(|name| model.containers.contains_key(*name));
        let containers: BTreeSet<String> = key.map(str::to_owned).into_iter().collect();
        found.extend(pod.environment.keys().map(|name| (name.clone(), containers.clone())));
    }
    if matches!(resource.kind.as_str(), "ConfigMap" | "Secret" | "ExternalSecret" | "SealedSecret") {
        found.extend(resource.keys.iter().filter(|key| is_variable(key)).map(|key| (key.clone(), BTreeSet::new())));
    }
    found
}

fn is_variable(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
