//! Deployments beside compose and Kubernetes as environments: Terraform by folder, Procfiles, units of systemd, task files of clouds.
//! A managed database, cache or broker that nothing else names is a container; many queues or buckets of one service are a note.

use std::collections::{BTreeMap, BTreeSet};

use super::cloud::{self, Managed};
use super::join;
use super::kubernetes::has_product;
use super::resource::Facts;
use super::wiring::Wiring;
use crate::finding::{Fact, PlatformResource};
use crate::link::Input;
use crate::link::containers::is_example;
use crate::link::wording::count;
use crate::location::Location;
use crate::model::{BackingService, Container, Model, Platform};

type Stated<'a> = (&'a Location, &'a PlatformResource);

/// How each tool is called, and what it calls its parts.
const TOOLS: &[(&str, &str, &str)] = &[
    ("terraform", "Terraform", "resource"),
    ("procfile", "Procfile", "process"),
    ("systemd", "systemd", "unit"),
    ("ecs", "Amazon ECS", "container"),
    ("app-engine", "Google App Engine", "service"),
    ("serverless", "the Serverless Framework", "function"),
    ("skaffold", "Skaffold", "part"),
];

pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut environments: BTreeMap<String, Vec<Stated<'_>>> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::PlatformResource(one) = &finding.fact {
            let place = if one.by_folder { finding.at.path.parent() } else { finding.at.path.clone() };
            let place = if place.is_root() { ".".to_owned() } else { place.to_string() };
            environments.entry(format!("{}: {place}", one.tool)).or_default().push((&finding.at, one));
        }
    }
    for (key, resources) in &environments {
        managed(resources, model);
        environment(key, resources, model);
    }
}

fn environment(key: &str, resources: &[Stated<'_>], model: &mut Model) {
    let Some((_, first)) = resources.first() else { return };
    let (_, name, part) = TOOLS.iter().find(|(tool, ..)| *tool == first.tool).copied().unwrap_or((first.tool, first.tool, "part"));
    let mut platform = Platform {
        name: format!("{name} ({})", key.split_once(": ").map_or(key, |(_, place)| place)),
        description: format!("{} of {name}.", count(resources.len(), part)),
        ..Platform::default()
    };
    for (at, one) in resources {
        let category = category(one);
        let named = format!("{}/{}", one.kind, one.name);
        model.prove(at, &one.kind, &["deployment_topology", key, "resources", category, &named]);
        platform.resources.entry(category.to_owned()).or_default().insert(named, facts(one));
    }
    let wiring = wire(resources, model);
    platform.relationships = wiring.edges();
    wiring.give_to(model);
    model.topology.insert(key.to_owned(), platform);
}

/// The category of a resource; a module is told by where it comes from.
fn category(one: &PlatformResource) -> &'static str {
    let source = one.facts.get("source").and_then(BTreeSet::first);
    match (one.tool, source) {
        ("terraform", Some(source)) if one.kind == "module" => cloud::category(&source.replace(['/', '-'], "_")),
        ("terraform", _) => cloud::category(&one.kind),
        _ => "Workloads",
    }
}

fn facts(one: &PlatformResource) -> crate::model::Resource {
    let mut facts = Facts::default();
    let mut description = None;
    for (name, values) in &one.facts {
        match (*name, values.first()) {
            ("description", Some(text)) => description = Some(text.clone()),
            ("replicas" | "min_replicas" | "max_replicas", Some(number)) if number.parse::<i64>().is_ok() => {
                facts.number(name, number.parse().ok())
            }
            ("env" | "ports" | "depends_on" | "env_files", _) => facts.set(name, values),
            _ => facts.one_or_set(name, values.clone()),
        }
    }
    facts.text("enabled_by", one.enabled_by.clone());
    facts.into_resource(description)
}

/// What variables of workloads name, what a workload refers to, and what waits for what.
fn wire(resources: &[Stated<'_>], model: &Model) -> Wiring {
    let mut wiring = Wiring::default();
    let shown = |one: &PlatformResource| {
        let images: Vec<&str> = one.facts.get("image").into_iter().flatten().map(String::as_str).collect();
        let container =
            (one.tool != "terraform" || cloud::is_workload(&one.kind)).then(|| join::container_of(model, &one.name, &images, None));
        container.flatten().unwrap_or_else(|| format!("{}/{}", one.kind, one.name))
    };
    let at: BTreeMap<String, &PlatformResource> = resources.iter().map(|(_, one)| (format!("{}.{}", one.kind, one.name), *one)).collect();
    for (_, one) in resources {
        for host in &one.hosts {
            if let Some((_, target)) = resources.iter().find(|(_, target)| target.name == host.host) {
                wiring.host(&shown(one), &shown(target), host);
            }
        }
        if one.tool == "terraform" {
            refer(one, &at, &shown, &mut wiring);
            continue;
        }
        for other in one.facts.get("depends_on").into_iter().flatten() {
            if let Some((_, target)) = resources.iter().find(|(_, target)| target.name == *other) {
                wiring.other(&shown(one), &shown(target), "depends_on");
            }
        }
    }
    wiring
}

/// The queues, tables and buckets whose address a workload of Terraform is given, and what hands messages on to it.
fn refer(
    one: &PlatformResource,
    at: &BTreeMap<String, &PlatformResource>,
    shown: &dyn Fn(&PlatformResource) -> String,
    wiring: &mut Wiring,
) {
    let referred: Vec<&PlatformResource> = one.references.iter().filter_map(|name| at.get(name)).copied().collect();
    let holds = |other: &&&PlatformResource| cloud::managed(&other.kind, engine(other)).is_some();
    let runs = |other: &&&PlatformResource| cloud::is_workload(&other.kind);
    let (stores, workloads): (Vec<_>, Vec<_>) = (referred.iter().filter(holds).collect(), referred.iter().filter(runs).collect());
    if cloud::is_workload(&one.kind) {
        stores.iter().for_each(|store| wiring.other(&shown(one), &shown(store), "is given its address"));
    } else if matches!(one.kind.as_str(), "aws_lambda_event_source_mapping" | "aws_sns_topic_subscription" | "google_pubsub_subscription") {
        for (store, workload) in stores.iter().flat_map(|store| workloads.iter().map(move |workload| (store, workload))) {
            wiring.other(&shown(store), &shown(workload), "hands messages on");
        }
        // A topic that fills a queue.
        if let ([from, to], []) = (stores.as_slice(), workloads.as_slice()) {
            let (from, to) = if from.kind.contains("topic") { (from, to) } else { (to, from) };
            wiring.other(&shown(from), &shown(to), "hands messages on");
        }
    }
}

fn engine(one: &PlatformResource) -> Option<&str> {
    let of = |name: &str| one.facts.get(name).and_then(BTreeSet::first).map(String::as_str);
    of("engine").or_else(|| of("version"))
}

/// Products that a cloud runs for the system.
fn managed(resources: &[Stated<'_>], model: &mut Model) {
    for (at, one) in resources.iter().filter(|(at, one)| one.tool == "terraform" && one.enabled_by.is_none() && !is_example(&at.path)) {
        let Some(found) = cloud::managed(&one.kind, engine(one)) else { continue };
        if found.server && !has_product(model, found.product) {
            add(at, one, &found, model);
        } else if !found.server {
            let kind = if found.kind == "Database" { "db" } else { short(found.kind) };
            let service = model.services.entry(found.product.to_owned());
            let service = service.or_insert_with(|| BackingService { kind: kind.to_owned(), ..BackingService::default() });
            service.notes.insert(format!("{} {} of Terraform", one.kind, one.name));
        }
    }
}

fn short(kind: &str) -> &'static str {
    match kind {
        "Message Broker" => "broker",
        "Object Storage" => "object-storage",
        "Secret Store" => "secrets",
        "Identity Provider" => "idp",
        _ => "service",
    }
}

fn add(at: &Location, one: &PlatformResource, found: &Managed, model: &mut Model) {
    let key = if model.containers.contains_key(&one.name) { format!("{}/{}", one.kind, one.name) } else { one.name.clone() };
    let version = one.facts.get("version").and_then(BTreeSet::first).and_then(|version| number(version));
    let technology = version.map_or_else(|| found.product.to_owned(), |version| format!("{} {version}", found.product));
    let container = Container {
        name: key.clone(),
        description: format!("{} that Terraform sets up as {}.", found.product, one.kind),
        kind: found.kind.to_owned(),
        technology: Some(technology),
        backing: true,
        ..Container::default()
    };
    model.prove(at, &one.kind, &["containers", &key]);
    model.containers.insert(key, container);
}

/// `15` of `POSTGRES_15`, `7.0` of `REDIS_7_0`, `16.3` of `16.3`.
fn number(version: &str) -> Option<String> {
    let start = version.find(|letter: char| letter.is_ascii_digit())?;
    let digits = version[start..].replace('_', ".");
    let end = digits.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(digits.len());
    Some(digits[..end].trim_end_matches('.').to_owned())
}
