//! `secrets_management`: rules that keep secrets out, stores they come from, and files in the repository that hold values.

use std::collections::{BTreeMap, BTreeSet};

use super::remark;
use crate::classify::FileKind;
use crate::finding::Fact;
use crate::link::Input;
use crate::link::sentence::{counted, joined, quoted};
use crate::location::Location;
use crate::model::Model;

const TOPIC: &str = "secrets_management";

pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    ignore_rules(input, model);
    kept_values(input, model);
    stores(input, model);
    registry_tokens(input, model);
}

/// The patterns of one ignore file and where they stand.
type Rules<'a> = (BTreeSet<&'a str>, Vec<&'a Location>);

fn ignore_rules(input: &Input<'_>, model: &mut Model) {
    let mut rules: BTreeMap<(&str, &str), Rules<'_>> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::IgnoreRule(rule) = &finding.fact
            && rule.secret
        {
            let path = &finding.at.path;
            let entry = rules.entry((path.name(), path.as_str())).or_default();
            entry.0.insert(&rule.pattern);
            entry.1.push(&finding.at);
        }
    }
    for ((name, path), (patterns, places)) in rules {
        let out_of = if name == ".dockerignore" { "images" } else { "the repository" };
        remark(model, TOPIC, format!("`{path}` keeps {} out of {out_of}.", quoted(patterns, 8)), places);
    }
}

/// Environment files that are neither examples nor ignored: they may hold values.
fn kept_values(input: &Input<'_>, model: &mut Model) {
    let example = |name: &str| {
        ["example", "sample", "template", "dist", "test", "e2e", "ci", "default", "defaults"]
            .iter()
            .any(|word| name.split(['.', '-', '_']).any(|part| part == *word))
    };
    let files =
        input.map.files.iter().filter(|file| file.kind == FileKind::DotEnv && !file.is_test && file.size > 0 && !example(file.path.name()));
    let places: Vec<Location> = files.map(|file| Location::new(&file.path, 1)).collect();
    if !places.is_empty() {
        let paths: Vec<&str> = places.iter().map(|at| at.path.as_str()).collect();
        let text = format!("{} that no ignore rule leaves out: {}.", counted(paths.len(), "environment file"), quoted(paths, 8));
        remark(model, TOPIC, text, &places);
    }
}

/// Secrets that deployments take by name, and operators that fetch them.
fn stores(input: &Input<'_>, model: &mut Model) {
    let mut referenced: BTreeSet<&str> = BTreeSet::new();
    let mut operators: BTreeMap<&str, Vec<&Location>> = BTreeMap::new();
    let mut places = Vec::new();
    let mut files: BTreeMap<&str, BTreeSet<&String>> = BTreeMap::new();
    let mut file_places = Vec::new();
    for finding in input.findings {
        match &finding.fact {
            Fact::KubernetesResource(resource) => {
                let sources = resource.containers.iter().flat_map(|pod| pod.environment.values()).chain(&resource.mounts);
                let before = referenced.len();
                referenced
                    .extend(sources.filter_map(|source| source.strip_prefix("Secret/")).map(|rest| rest.split(' ').next().unwrap_or(rest)));
                if referenced.len() > before {
                    places.push(&finding.at);
                }
                let operator = match resource.kind.as_str() {
                    "ExternalSecret" | "ClusterExternalSecret" => Some("External Secrets"),
                    "SealedSecret" => Some("Sealed Secrets"),
                    "SecretProviderClass" => Some("the Secrets Store CSI driver"),
                    "VaultStaticSecret" | "VaultDynamicSecret" => Some("the Vault Secrets Operator"),
                    _ => None,
                };
                if let Some(operator) = operator {
                    operators.entry(operator).or_default().push(&finding.at);
                }
            }
            Fact::ComposeFile(file) if !file.secrets.is_empty() => {
                files.entry(finding.at.path.as_str()).or_default().extend(&file.secrets);
                file_places.push(&finding.at);
            }
            Fact::Dockerfile(file) if !file.secrets.is_empty() => {
                files.entry(finding.at.path.as_str()).or_default().extend(&file.secrets);
                file_places.push(&finding.at);
            }
            _ => {}
        }
    }
    if !referenced.is_empty() {
        let text = format!("Workloads take values from {}: {}.", counted(referenced.len(), "Kubernetes Secret"), quoted(referenced, 8));
        remark(model, TOPIC, text, places);
    }
    for (operator, places) in operators {
        remark(model, TOPIC, format!("Secrets are brought into the cluster by {operator}."), places);
    }
    for (path, names) in files {
        remark(
            model,
            TOPIC,
            format!("`{path}` takes the secrets {} from outside.", quoted(names, 8)),
            file_places.iter().copied().filter(|at| at.path.as_str() == path),
        );
    }
    let services: Vec<&String> = model.integrations.iter().filter(|(_, one)| one.kind == "secrets").map(|(name, _)| name).collect();
    if !services.is_empty() {
        let text = format!("Secrets are kept in {}.", joined(&services));
        remark(model, TOPIC, text, []);
    }
}

fn registry_tokens(input: &Input<'_>, model: &mut Model) {
    for finding in input.findings {
        if let Fact::PackageRegistry(registry) = &finding.fact
            && registry.token_in_file
        {
            let text = format!("A token of a package registry stands in `{}`.", finding.at.path);
            remark(model, TOPIC, text, [&finding.at]);
        }
    }
}
