//! Names of environment variables and the containers they are for: read in code, declared in files, set by compose, charts and images.
//! Names only; no value is known here.

use std::collections::BTreeSet;

use super::Input;
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
    found
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
