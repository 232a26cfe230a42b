//! Configuration: variables by container, images, package managers, development tools, pipelines; each text a sentence of found facts.
//! Tells names and files; never a value.

mod dependencies;
mod images;
mod pipelines;
mod tools;
mod variables;

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::environment::{self, Role, Variable};
use crate::model::Model;
pub(super) use dependencies::is_frozen;
pub(super) use images::shipped_chain;

/// Fills `configuration`.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let usage = input.usage(model);
    let variables = environment::variables(input, model, usage);
    variables::compare(input, &variables, model);
    runtime(&variables, model);
    images::link(input, model);
    dependencies::link(input, model);
    tools::link(input, model);
    pipelines::link(input, model);
}

/// Names by container. A declaration outside of every container goes to those that read it, else it stands under its file.
fn runtime(variables: &[Variable], model: &mut Model) {
    let mut readers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for variable in variables.iter().filter(|one| one.role == Role::Read) {
        readers.entry(&variable.name).or_default().extend(variable.containers.iter().map(String::as_str));
    }
    let applications: Vec<String> = model.containers.iter().filter(|(_, one)| !one.backing).map(|(key, _)| key.clone()).collect();
    let mut runtime: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for variable in variables {
        let known = readers.get(variable.name.as_str()).filter(|set| !set.is_empty());
        let keys: Vec<String> = if !variable.containers.is_empty() {
            variable.containers.iter().cloned().collect()
        } else if let Some(known) = known {
            known.iter().map(|key| (*key).to_owned()).collect()
        } else if let [only] = applications.as_slice() {
            vec![only.clone()]
        } else {
            vec![variable.at.path.as_str().to_owned()]
        };
        for key in keys {
            model.prove(&variable.at, "variable", &["configuration", "runtime", &key]);
            runtime.entry(key).or_default().insert(variable.name.clone());
        }
    }
    model.configuration.runtime = runtime;
}
