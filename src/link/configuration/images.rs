//! `containerization`: what each Dockerfile builds, in one sentence or two.

use crate::finding::{DockerStage, Dockerfile, Fact};
use crate::link::Input;
use crate::link::sentence::{counted, joined, quoted};
use crate::model::Model;

pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    for finding in input.findings {
        if let Fact::Dockerfile(file) = &finding.fact {
            let path = finding.at.path.as_str();
            model.prove(&finding.at, "Dockerfile", &["configuration", "containerization", path]);
            model.configuration.containerization.insert(path.to_owned(), describe(file));
        }
    }
}

/// The image that the last stage starts from, through the stages between.
pub(in crate::link) fn shipped_chain(file: &Dockerfile) -> Vec<&DockerStage> {
    let mut chain = Vec::new();
    let mut at = file.stages.len().checked_sub(1);
    while let Some(stage) = at.and_then(|at| file.stages.get(at)).filter(|_| chain.len() < file.stages.len()) {
        chain.push(stage);
        at = stage.base_stage;
    }
    chain
}

fn describe(file: &Dockerfile) -> String {
    let chain = shipped_chain(file);
    let Some(base) = chain.last().and_then(|stage| stage.base.as_deref()) else { return "Image without a base.".to_owned() };
    let names: Vec<&str> = file.stages.iter().filter_map(|stage| stage.name.as_deref()).collect();
    let mut text = if file.stages.len() > 1 {
        let stages = counted(file.stages.len(), "stage");
        let named = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
        format!("Multi-stage build of {stages}{named}; the final image is based on `{base}`")
    } else {
        format!("Single-stage build on `{base}`")
    };
    let ports: Vec<&String> = chain.iter().flat_map(|stage| &stage.ports).collect();
    if !ports.is_empty() {
        text.push_str(&format!(", exposes {} {}", if ports.len() == 1 { "port" } else { "ports" }, joined(&ports)));
    }
    if let Some(user) = chain.iter().find_map(|stage| stage.user.as_deref()) {
        text.push_str(&format!(", runs as `{user}`"));
    }
    text.push('.');
    let installs: Vec<&String> = file.stages.iter().flat_map(|stage| &stage.installs).collect();
    let installs: std::collections::BTreeSet<&String> = installs.into_iter().collect();
    if !installs.is_empty() {
        text.push_str(&format!(" Dependencies are installed with {}.", quoted(installs, 3)));
    }
    if chain.iter().any(|stage| stage.healthcheck) {
        text.push_str(" It has a health check.");
    }
    text
}
