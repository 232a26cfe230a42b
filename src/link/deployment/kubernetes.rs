//! Kubernetes: one environment for each folder of manifests and each chart with its values, and all kinds together as a platform.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::{category, purpose};
use super::kustomize::{self, Stated};
use super::network::wire;
use super::proxies::Own;
use super::resource::Facts;
use super::{dependencies, join, twins};
use crate::finding::{Chart, Fact, KubernetesResource, ResourceOrigin};
use crate::link::{Input, images};
use crate::location::{Location, RepoPath};
use crate::model::{Container, Model, Platform, Resource};

type Charts<'a> = BTreeMap<&'a RepoPath, &'a Chart>;

pub(super) fn link(input: &Input<'_>, own: &Own<'_>, model: &mut Model) {
    let mut charts: Charts<'_> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::Chart(chart) = &finding.fact {
            charts.insert(&chart.folder, chart);
        }
    }
    let (built, taken) = kustomize::build(input.findings);
    let mut environments: BTreeMap<String, Vec<Stated>> = BTreeMap::new();
    for (folder, resources) in built.into_iter().filter(|(_, resources)| !resources.is_empty()) {
        environments.insert(format!("kustomize: {}", folder_name(&folder)), resources);
    }
    for finding in input.findings {
        if let Fact::KubernetesResource(one) = &finding.fact
            && !taken.contains(&finding.at.path)
        {
            let key = environment_key(&finding.at, one, &charts);
            environments.entry(key).or_default().push((finding.at.clone(), (**one).clone()));
        }
    }
    dependencies::add_backing(input, model);
    if environments.is_empty() {
        return;
    }
    add_backing(&environments, model);
    platform(environments.values().flatten(), &charts, model);
    for (key, resources) in &environments {
        environment(key, resources, (&charts, own), model);
    }
}

/// Workloads of known products that nothing else of the repository names are containers too.
fn add_backing(environments: &BTreeMap<String, Vec<Stated>>, model: &mut Model) {
    for (at, one) in environments.values().flatten().filter(|(_, one)| one.enabled_by.is_none()) {
        if !matches!(one.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet" | "DeploymentConfig") {
            continue;
        }
        // The first container is what the pod is there for; a proxy beside an application makes it no proxy.
        let main = one.containers.iter().find(|pod| !pod.init).and_then(|pod| pod.image.as_deref());
        let found = main.and_then(|image| Some((image, images::software(image)?)));
        let (Some((image, found)), Some(name)) = (found, &one.name) else { continue };
        // What the system ships its own pages with is no product that it runs with.
        let own = found.kind == "Reverse Proxy" && join::container_of(model, name, &[], None).is_some();
        if own || has_product(model, found.name) || model.containers.contains_key(name) {
            continue;
        }
        let technology = images::version_of(image).map_or_else(|| found.name.to_owned(), |version| format!("{} {version}", found.name));
        let ports = one.containers.iter().flat_map(|pod| pod.ports.iter().cloned()).collect();
        let container = Container {
            name: name.clone(),
            kind: found.kind.to_owned(),
            technology: Some(technology),
            image: Some(image.to_owned()),
            ports,
            backing: true,
            ..Container::default()
        };
        model.prove(at, &one.kind, &["containers", name]);
        model.containers.insert(name.clone(), container);
    }
}

/// Whether a container of the product is known, under whatever name.
pub(super) fn has_product(model: &Model, product: &str) -> bool {
    model.containers.values().any(|one| one.backing && one.technology.as_deref().is_some_and(|technology| technology.starts_with(product)))
}

fn environment_key(at: &Location, one: &KubernetesResource, charts: &Charts<'_>) -> String {
    match &one.origin {
        ResourceOrigin::Manifest => format!("kubernetes: {}", folder_name(&at.path.parent())),
        ResourceOrigin::Helm { chart, name, values } => {
            let name = charts.get(chart).map_or(name.as_str(), |chart| chart.name.as_str());
            // Two charts of one name are told apart by their folder.
            let twins = charts.values().filter(|other| other.name == name && other.parent.is_none()).count();
            if twins > 1 { format!("helm: {chart} ({values})") } else { format!("helm: {name} ({values})") }
        }
    }
}

fn folder_name(folder: &RepoPath) -> String {
    if folder.is_root() { ".".to_owned() } else { folder.to_string() }
}

/// The kinds of all manifests and charts, each with what it is for.
fn platform<'a>(all: impl Iterator<Item = &'a Stated>, charts: &Charts<'_>, model: &mut Model) {
    let mut kinds: BTreeMap<(&'static str, String), Kind> = BTreeMap::new();
    for (at, one) in all {
        let kind = shown_kind(one);
        let known = kinds.entry((category(&one.kind, &one.api_version), kind)).or_default();
        known.comments.extend(one.description.clone().filter(|text| is_prose(text)));
        known.names.extend(one.name.clone());
        known.places.insert(at.clone());
    }
    let mut platform =
        Platform { name: if charts.is_empty() { "Kubernetes" } else { "Kubernetes (Helm)" }.to_owned(), ..Platform::default() };
    platform.description = sentence(&kinds, charts);
    for ((category, kind), known) in kinds {
        for at in &known.places {
            model.prove(at, &kind, &["deployment_topology", PLATFORM, "resources", category, &kind]);
        }
        let description = known.describe(&kind);
        platform
            .resources
            .entry(category.to_owned())
            .or_default()
            .insert(kind, Resource { description: Some(description), ..Resource::default() });
    }
    model.topology.insert(PLATFORM.to_owned(), platform);
}

const PLATFORM: &str = "kubernetes_platform";

#[derive(Default)]
struct Kind {
    comments: BTreeSet<String>,
    names: BTreeSet<String>,
    places: BTreeSet<Location>,
}

impl Kind {
    /// The most that people wrote over a template of the kind, else what the kind is for and where it is used.
    fn describe(&self, kind: &str) -> String {
        if let Some(comment) = self.comments.iter().max_by_key(|comment| comment.len()) {
            return comment.clone();
        }
        let mut text = purpose(kind).unwrap_or("A custom resource.").to_owned();
        if !self.names.is_empty() && self.names.len() <= 12 {
            let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
            text.push_str(&format!(" Here: {}.", names.join(", ")));
        } else if self.names.len() > 12 {
            text.push_str(&format!(" {} of them here.", self.names.len()));
        }
        text
    }
}

/// A comment that says something of the resource: not a license, not a directive of a tool.
fn is_prose(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.split_whitespace().count() >= 4
        && !["copyright", "license", "spdx", "nolint", "yamllint", "vim:"].iter().any(|word| lower.contains(word))
}

fn shown_kind(one: &KubernetesResource) -> String {
    match one.kind.as_str() {
        "Service" if one.headless => "Headless Service".to_owned(),
        "Service" if one.api_version.starts_with("serving.knative.dev") => "Knative Service".to_owned(),
        kind => kind.to_owned(),
    }
}

fn sentence(kinds: &BTreeMap<(&'static str, String), Kind>, charts: &Charts<'_>) -> String {
    let names: Vec<&str> = kinds.keys().map(|(_, kind)| kind.as_str()).collect();
    let origin = match charts.len() {
        0 => "Kubernetes manifests".to_owned(),
        1 => "A Helm chart".to_owned(),
        number => format!("{number} Helm charts"),
    };
    format!("{origin} with {} kinds of resource: {}.", names.len(), names.join(", "))
}

fn environment(key: &str, resources: &[Stated], (charts, own): (&Charts<'_>, &Own<'_>), model: &mut Model) {
    let mut platform = Platform::default();
    for (named, (at, one)) in twins::keyed(resources) {
        let category = category(&one.kind, &one.api_version);
        model.prove(at, &one.kind, &["deployment_topology", key, "resources", category, &named]);
        platform.resources.entry(category.to_owned()).or_default().insert(named, facts(one));
    }
    let chart = resources.iter().find_map(|(_, one)| match &one.origin {
        ResourceOrigin::Helm { chart, .. } => charts.get(chart),
        ResourceOrigin::Manifest => None,
    });
    if let Some(chart) = chart {
        dependencies::list(chart, &mut platform);
    }
    platform.name = name_of(key, resources, charts);
    platform.description = describe(&platform, chart.copied());
    let wiring = wire(resources, chart.copied(), own, model);
    platform.relationships = wiring.edges();
    wiring.give_to(model);
    model.topology.insert(key.to_owned(), platform);
}

fn name_of(key: &str, resources: &[Stated], charts: &Charts<'_>) -> String {
    if let Some(folder) = key.strip_prefix("kustomize: ") {
        return format!("Kustomize build of {folder}");
    }
    match resources.first().map(|(at, one)| (at, &one.origin)) {
        Some((_, ResourceOrigin::Helm { chart, name, values })) => {
            let name = charts.get(chart).map_or(name.as_str(), |chart| chart.name.as_str());
            format!("Helm chart {name} with {values}.yaml")
        }
        Some((at, ResourceOrigin::Manifest)) => format!("Kubernetes manifests in {}", folder_name(&at.path.parent())),
        None => key.to_owned(),
    }
}

fn describe(platform: &Platform, chart: Option<&Chart>) -> String {
    let number: usize = platform.resources.values().map(BTreeMap::len).sum();
    let counted = format!("{number} resource{} of Kubernetes.", if number == 1 { "" } else { "s" });
    match chart.and_then(|chart| chart.description.as_deref()) {
        Some(text) => format!("{}. {counted}", text.trim_end_matches('.')),
        None => counted,
    }
}

fn facts(one: &KubernetesResource) -> Resource {
    let mut facts = Facts::default();
    facts.one_or_set("image", one.containers.iter().filter(|pod| !pod.init).filter_map(|pod| pod.image.clone()).collect());
    facts.one_or_set("init_image", one.containers.iter().filter(|pod| pod.init).filter_map(|pod| pod.image.clone()).collect());
    facts.number("replicas", one.replicas);
    if let Some((least, most)) = one.replica_bounds {
        facts.number("min_replicas", least);
        facts.number("max_replicas", most);
    }
    let ports = one.ports.iter().chain(one.containers.iter().flat_map(|pod| &pod.ports)).cloned().collect();
    facts.set("ports", &ports);
    facts.map("env", one.containers.iter().flat_map(|pod| pod.environment.clone()).collect());
    facts.set("probes", &one.containers.iter().flat_map(|pod| pod.probes.iter().cloned()).collect());
    facts.map("resources", one.containers.iter().filter(|pod| !pod.init).flat_map(|pod| pod.resources.clone()).collect());
    facts.text("schedule", one.schedule.clone());
    facts.set("hosts", &one.hosts);
    facts.set("routes", &one.routes);
    facts.set("targets", &one.targets);
    facts.set("rules", &one.rules);
    if one.kind == "NetworkPolicy" {
        facts.set("pods", &one.selector.iter().map(|(name, value)| format!("{name}={value}")).collect());
    }
    facts.set("keys", &one.keys);
    facts.set("mounts", &one.mounts);
    facts.one_or_set("storage", one.storage.clone());
    facts.text("service_account", one.service_account.clone());
    facts.text("type", one.variant.clone());
    facts.text("headless", one.headless.then(|| "yes".to_owned()));
    facts.text("namespace", one.namespace.clone());
    facts.text("enabled_by", one.enabled_by.clone());
    facts.into_resource(one.description.clone().filter(|text| is_prose(text)))
}
