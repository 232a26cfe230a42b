//! Compose files as environments: services, networks and volumes as resources; dependencies and hosts as lines.

use std::collections::{BTreeMap, BTreeSet};

use super::proxies::{Own, resolved};
use super::resource::Facts;
use super::wiring::Wiring;
use crate::finding::{ComposeFile, ComposeService, Fact, HostReference};
use crate::link::Input;
use crate::link::containers::is_for_tests;
use crate::location::{Location, RepoPath};
use crate::model::{Model, Platform, Resource};

pub(super) fn link(input: &Input<'_>, own: &Own<'_>, model: &mut Model) {
    let mut services: BTreeMap<&RepoPath, Vec<(&Location, &ComposeService)>> = BTreeMap::new();
    let mut files: BTreeMap<&RepoPath, (&Location, &ComposeFile)> = BTreeMap::new();
    for finding in input.findings {
        match &finding.fact {
            Fact::ComposeService(service) => services.entry(&finding.at.path).or_default().push((&finding.at, service)),
            Fact::ComposeFile(file) => {
                files.insert(&finding.at.path, (&finding.at, file));
            }
            _ => {}
        }
    }
    let network = Network::of(&services, &files, own);
    for (path, (at, file)) in &files {
        let services = services.get(path).map(Vec::as_slice).unwrap_or_default();
        environment(at, file, services, (&network, model));
    }
}

/// Which services a name means in a file: those of the file itself, of the files it includes, and of the files it is laid over.
struct Network<'a> {
    names: BTreeMap<RepoPath, BTreeMap<String, String>>,
    around: BTreeMap<RepoPath, BTreeSet<RepoPath>>,
    own: &'a Own<'a>,
}

impl<'a> Network<'a> {
    fn of(
        services: &BTreeMap<&RepoPath, Vec<(&Location, &ComposeService)>>,
        files: &BTreeMap<&RepoPath, (&Location, &ComposeFile)>,
        own: &'a Own<'a>,
    ) -> Self {
        let mut names: BTreeMap<RepoPath, BTreeMap<String, String>> = BTreeMap::new();
        for (path, own) in services {
            let known = names.entry((*path).clone()).or_default();
            for (_, service) in own {
                let others = service.aliases.iter().chain(&service.container_name);
                for name in others.filter(|name| !name.is_empty()) {
                    known.entry(name.clone()).or_insert_with(|| service.name.clone());
                }
            }
            // A name of its own goes before another service's alias.
            known.extend(own.iter().map(|(_, service)| (service.name.clone(), service.name.clone())));
        }
        let around = files.iter().map(|(path, (_, file))| {
            let beside = files.keys().filter(|other| other.parent() == path.parent()).map(|other| (*other).clone());
            ((*path).clone(), file.includes.iter().cloned().chain(beside).collect())
        });
        Self { names, around: around.collect(), own }
    }

    /// The file and service that a name means in `path`.
    fn find(&self, path: &RepoPath, name: &str) -> Option<(RepoPath, String)> {
        let around = self.around.get(path).into_iter().flatten().filter(|other| *other != path);
        std::iter::once(path).chain(around).find_map(|file| Some((file.clone(), self.names.get(file)?.get(name)?.clone())))
    }
}

fn environment(at: &Location, file: &ComposeFile, services: &[(&Location, &ComposeService)], (network, model): (&Network<'_>, &mut Model)) {
    let key = format!("docker-compose: {}", at.path);
    let mut platform =
        Platform { name: format!("Docker Compose ({})", at.path), description: describe(file, services), ..Platform::default() };
    let mut wiring = Wiring::default();
    for (at, service) in services {
        let container = model.compose_services.get(&(at.path.clone(), service.name.clone())).cloned();
        let resource = facts(service, container.as_deref());
        platform.resources.entry("Workloads".to_owned()).or_default().insert(format!("Service/{}", service.name), resource);
        model.prove(at, "compose service", &["deployment_topology", &key, "resources", "Workloads", &format!("Service/{}", service.name)]);
        wire(&at.path, service, network, (&mut wiring, model));
    }
    let mut add = |category: &str, kind: &str, names: &BTreeSet<String>| {
        for name in names {
            platform.resources.entry(category.to_owned()).or_default().insert(format!("{kind}/{name}"), Resource::default());
        }
    };
    add("Networking", "Network", &file.networks);
    add("Configuration & Storage", "Volume", &file.volumes);
    add("Configuration & Storage", "Secret", &file.secrets);
    platform.relationships = wiring.edges();
    if !is_for_tests(&at.path) {
        wiring.give_to(model);
    }
    model.prove(at, "compose file", &["deployment_topology", &key]);
    model.topology.insert(key, platform);
}

fn describe(file: &ComposeFile, services: &[(&Location, &ComposeService)]) -> String {
    let built = services.iter().filter(|(_, service)| service.build.is_some()).count();
    let optional = services.iter().filter(|(_, service)| !service.profiles.is_empty()).count();
    let mut text = format!("{} of Docker Compose", count(services.len(), "service"));
    if built > 0 {
        text.push_str(&format!(", {built} of them built here"));
    }
    if optional > 0 {
        text.push_str(&format!(", {optional} only with a profile"));
    }
    let parts = [(file.networks.len(), "network"), (file.volumes.len(), "volume")];
    let more: Vec<String> = parts.iter().filter(|(number, _)| *number > 0).map(|(number, name)| count(*number, name)).collect();
    if !more.is_empty() {
        text.push_str(&format!("; {}", more.join(" and ")));
    }
    text + "."
}

fn count(number: usize, name: &str) -> String {
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

fn facts(service: &ComposeService, container: Option<&str>) -> Resource {
    let mut facts = Facts::default();
    facts.text("image", service.image.clone());
    if let Some(build) = &service.build {
        let place = if build.dockerfile.parent() == build.context {
            build.context.to_string()
        } else {
            format!("{} ({})", build.context, build.dockerfile)
        };
        let place = if place.is_empty() { ".".to_owned() } else { place };
        let target = build.target.as_ref().map(|target| format!(", stage {target}")).unwrap_or_default();
        facts.text("build", Some(place + &target));
    }
    facts.text("container", container.filter(|key| *key != service.name).map(str::to_owned));
    facts.text("command", service.command.clone());
    facts.set("ports", &service.ports);
    facts.set("env", &service.environment);
    facts.set("env_files", &service.env_files.iter().map(ToString::to_string).collect());
    facts.set("depends_on", &service.depends_on);
    facts.set("profiles", &service.profiles);
    facts.set("networks", &service.networks);
    facts.set("volumes", &service.volumes);
    facts.number("replicas", service.replicas);
    facts.text("restart", service.restart.clone());
    facts.text("healthcheck", service.healthcheck.then(|| "yes".to_owned()));
    facts.into_resource(None)
}

fn wire(path: &RepoPath, service: &ComposeService, network: &Network<'_>, (wiring, model): (&mut Wiring, &Model)) {
    let shown = |place: &(RepoPath, String)| model.compose_services.get(place).cloned().unwrap_or_else(|| place.1.clone());
    let source = shown(&(path.clone(), service.name.clone()));
    for name in &service.depends_on {
        if let Some(place) = network.find(path, name) {
            wiring.other(&source, &shown(&place), "depends_on");
        }
    }
    for host in &service.hosts {
        if let Some(place) = network.find(path, &host.host) {
            wiring.host(&source, &shown(&place), host);
        }
    }
    let fallback = network.own.defaults(&source, &service.environment, &service.env_files);
    for host in &fallback {
        if let Some(place) = network.find(path, &host.host) {
            wiring.host(&source, &shown(&place), host);
        }
    }
    let set: Vec<&HostReference> = service.hosts.iter().chain(fallback).collect();
    for configured in network.own.configured(&source, &service.mounts, service.image.as_deref(), model) {
        for (host, paths) in &configured.1.hosts {
            for reached in resolved(host, &set) {
                if let Some(place) = network.find(path, &reached.host) {
                    wiring.asked(&source, &shown(&place), configured, host, paths);
                }
            }
        }
    }
}
