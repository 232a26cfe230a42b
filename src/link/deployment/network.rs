//! Who talks to whom inside one environment of Kubernetes: a variable names a Service, a Service selects pods, an ingress leads to a Service.

use std::collections::{BTreeMap, BTreeSet};

use super::join;
use super::kustomize::Stated;
use super::proxies::{Configured, Own, resolved};
use super::wiring::Wiring;
use crate::finding::{Chart, HostReference, KubernetesResource};
use crate::gap::{Gap, GapCode};
use crate::link::images;
use crate::model::Model;

/// The lines of an environment. Charts that are installed beside it answer to the release's name and their own.
pub(super) fn wire(resources: &[Stated], chart: Option<&Chart>, own: &Own<'_>, model: &mut Model) -> Wiring {
    let on: Vec<&KubernetesResource> = resources.iter().filter(|(_, one)| one.enabled_by.is_none()).map(|(_, one)| one).collect();
    let network = Network::of(&on, chart, model);
    let mut wiring = Wiring::default();
    for workload in on.iter().filter(|one| !one.containers.is_empty()) {
        let Some(source) = network.shown(workload) else { continue };
        let set = network.hosts(workload, &on);
        let names: BTreeSet<String> = workload.containers.iter().flat_map(|pod| pod.environment.keys().cloned()).collect();
        let set: Vec<&HostReference> = set.into_iter().chain(own.defaults(&source, &names, &BTreeSet::new())).collect();
        for host in &set {
            if let Some(destination) = network.find(&host.host) {
                wiring.host(&source, &destination, host);
            }
        }
        let image = workload.containers.iter().find(|pod| !pod.init).and_then(|pod| pod.image.as_deref());
        let copied = own.configured(&source, &BTreeSet::new(), image, model);
        for configured in copied.into_iter().chain(mounted(workload, resources, &on)) {
            for (host, paths) in &configured.1.hosts {
                for destination in resolved(host, &set).into_iter().filter_map(|reached| network.find(&reached.host)) {
                    wiring.asked(&source, &destination, configured, host, paths);
                }
            }
        }
    }
    for entrance in
        on.iter().filter(|one| !one.targets.is_empty() && (!one.routes.is_empty() || !one.hosts.is_empty() || one.kind == "Route"))
    {
        let source = format!("{}/{}", entrance.kind, entrance.name.as_deref().unwrap_or_default());
        for target in entrance.targets.iter().filter_map(|target| target.strip_prefix("Service/")) {
            if let Some(destination) = network.find(target) {
                let hosts: Vec<&str> = hosts_to(entrance, target).into_iter().collect();
                let what = if hosts.is_empty() { "requests".to_owned() } else { hosts.join(", ") };
                wiring.other(&source, &destination, &format!("routes {what}"));
            }
        }
    }
    tell_unjoined(resources, chart, model);
    wiring
}

/// The configuration of proxies in the ConfigMaps that a workload mounts.
fn mounted<'a>(workload: &KubernetesResource, resources: &'a [Stated], on: &[&KubernetesResource]) -> Vec<Configured<'a>> {
    let held = resources.iter().filter(|(_, one)| {
        let named = |name: &String| workload.mounts.contains(&format!("ConfigMap/{name}"));
        one.kind == "ConfigMap" && one.name.as_ref().is_some_and(named) && on.iter().any(|other| std::ptr::eq(*other, one))
    });
    held.flat_map(|(at, one)| one.upstreams.iter().map(move |found| (at, found))).collect()
}

struct Network {
    /// Workload `Kind/name` -> what it is called: its container, else its own name.
    names: BTreeMap<String, String>,
    /// Service -> what answers there.
    services: BTreeMap<String, String>,
    /// Host of an entrance -> what answers behind it, where that is one thing.
    outside: BTreeMap<String, String>,
}

impl Network {
    fn of(on: &[&KubernetesResource], chart: Option<&Chart>, model: &Model) -> Self {
        let mut network = Self { names: BTreeMap::new(), services: BTreeMap::new(), outside: BTreeMap::new() };
        for workload in on.iter().filter(|one| !one.containers.is_empty()) {
            if let Some(name) = &workload.name {
                let images: Vec<&str> = workload.containers.iter().filter(|pod| !pod.init).filter_map(|pod| pod.image.as_deref()).collect();
                let container = join::container_of(model, name, &images, chart.map(|chart| chart.name.as_str()));
                network.names.insert(format!("{}/{name}", workload.kind), container.unwrap_or_else(|| name.clone()));
            }
        }
        for service in on.iter().filter(|one| one.kind == "Service") {
            let Some(name) = &service.name else { continue };
            let selected = on.iter().filter(|one| !one.containers.is_empty() && selects(&service.selector, &one.labels));
            let mut shown: BTreeSet<String> = selected.filter_map(|one| network.shown(one)).collect();
            if let (1, Some(only)) = (shown.len(), shown.pop_first()) {
                network.services.insert(name.clone(), only);
            }
        }
        network.add_dependencies(chart, model);
        network.add_outside(on);
        network
    }

    /// A public address leads back into the system: `https://api.shop.example` of the web page is the Service behind the ingress.
    fn add_outside(&mut self, on: &[&KubernetesResource]) {
        let mut behind: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for entrance in on.iter().filter(|one| !one.routes.is_empty()) {
            for service in entrance.targets.iter().filter_map(|target| target.strip_prefix("Service/")) {
                let Some(destination) = self.find(service) else { continue };
                for host in hosts_to(entrance, service) {
                    behind.entry(host).or_default().insert(destination.clone());
                }
            }
        }
        for (host, mut found) in behind {
            if let (1, Some(only)) = (found.len(), found.pop_first()) {
                self.outside.insert(host.to_owned(), only);
            }
        }
    }

    /// A chart that is installed as a dependency serves under its name, or that of the release and its own.
    fn add_dependencies(&mut self, chart: Option<&Chart>, model: &Model) {
        let Some(chart) = chart else { return };
        for dependency in chart.dependencies.iter().filter(|one| !one.off && !one.present) {
            let Some(found) = images::software(&dependency.name) else { continue };
            let key = dependency.alias.as_ref().unwrap_or(&dependency.name);
            let Some(container) = join::backing_of(model, key, found.name) else { continue };
            for suffix in ["", "-master", "-primary", "-headless"] {
                for name in [format!("{key}{suffix}"), format!("{}-{key}{suffix}", chart.name)] {
                    self.services.entry(name).or_insert_with(|| container.clone());
                }
            }
        }
    }

    fn shown(&self, workload: &KubernetesResource) -> Option<String> {
        self.names.get(&format!("{}/{}", workload.kind, workload.name.as_deref()?)).cloned()
    }

    /// What answers to a host: `api`, `api.shop`, `api.shop.svc.cluster.local`.
    fn find(&self, host: &str) -> Option<String> {
        let mut parts = host.split('.');
        let first = parts.next()?;
        let inside = host.contains(".svc") || parts.count() <= 1;
        self.services.get(host).or_else(|| self.services.get(first).filter(|_| inside)).or_else(|| self.outside.get(host)).cloned()
    }

    /// The hosts of a workload's variables, those out of ConfigMaps that it reads among them.
    fn hosts<'a>(&self, workload: &'a KubernetesResource, on: &[&'a KubernetesResource]) -> Vec<&'a HostReference> {
        let read = on.iter().filter(|one| {
            let named =
                one.kind == "ConfigMap" && one.name.as_ref().is_some_and(|name| workload.mounts.contains(&format!("ConfigMap/{name}")));
            let by_key = |source: &String| one.name.as_ref().is_some_and(|name| source.starts_with(&format!("ConfigMap/{name} ")));
            named || one.kind == "ConfigMap" && workload.containers.iter().any(|pod| pod.environment.values().any(by_key))
        });
        workload.containers.iter().flat_map(|pod| &pod.hosts).chain(read.flat_map(|one| &one.settings)).collect()
    }
}

/// The hosts that an entrance leads to a service; all of them where no route says to which.
fn hosts_to<'a>(entrance: &'a KubernetesResource, service: &str) -> BTreeSet<&'a str> {
    let led = entrance.routes.iter().filter_map(|route| route.split_once(" -> "));
    let led = led.filter(|(_, to)| to.split(':').next() == Some(service)).filter_map(|(from, _)| from.split('/').next());
    let own: BTreeSet<&str> = led.filter(|host| !host.is_empty() && *host != "*").collect();
    if own.is_empty() { entrance.hosts.iter().map(String::as_str).collect() } else { own }
}

/// Whether every label that is asked for is there.
fn selects(selector: &BTreeMap<String, String>, labels: &BTreeMap<String, String>) -> bool {
    !selector.is_empty() && selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}

/// A workload that is no container of the system is said.
fn tell_unjoined(resources: &[Stated], chart: Option<&Chart>, model: &mut Model) {
    for (at, one) in resources
        .iter()
        .filter(|(_, one)| matches!(one.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet" | "DeploymentConfig" | "Rollout"))
    {
        let Some(name) = &one.name else { continue };
        let images: Vec<&str> = one.containers.iter().filter(|pod| !pod.init).filter_map(|pod| pod.image.as_deref()).collect();
        if images.is_empty() || join::container_of(model, name, &images, chart.map(|chart| chart.name.as_str())).is_some() {
            continue;
        }
        let message = format!("the {} {name} runs {} and could not be joined with a container of the system", one.kind, images.join(", "));
        let gap = Gap::line(GapCode::NotUnderstood, &at.path, at.line, message);
        if !model.gaps.contains(&gap) {
            model.gaps.push(gap);
        }
    }
}
