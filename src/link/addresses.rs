//! What answers at an address: services of compose files, resources of an AppHost, Services of Kubernetes, ports of this machine.
//! An address that two containers answer to means neither.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::aspire::ResourceKind;
use super::containers::owner_of;
use super::deployment::workload_container;
use crate::finding::{Fact, HostReference};
use crate::model::Model;

/// The containers by the names and ports that they answer to.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// Host name, lower case -> containers.
    hosts: BTreeMap<String, BTreeSet<String>>,
    /// Port of this machine -> containers.
    ports: BTreeMap<String, BTreeSet<String>>,
}

impl Addresses {
    /// Collects them; the containers must be complete.
    pub(super) fn of(input: &Input<'_>, model: &Model) -> Self {
        let mut all = Self::default();
        for finding in input.findings {
            match &finding.fact {
                Fact::ComposeService(service) => {
                    let Some(key) = model.compose_services.get(&(finding.at.path.clone(), service.name.clone())) else { continue };
                    let names = service.aliases.iter().chain(&service.container_name).chain([&service.name]);
                    names.for_each(|name| all.host(name, key));
                    service.ports.iter().filter_map(|port| published(port)).for_each(|port| all.port(port, key));
                }
                Fact::LaunchProfiles(profiles) => {
                    if let Some(key) = owner_of(model, &finding.at.path) {
                        profiles.ports.iter().for_each(|port| all.port(port, key));
                    }
                }
                Fact::KubernetesResource(resource) if resource.kind == "Service" => {
                    let name = resource.name.as_deref().unwrap_or_default();
                    if let Some(key) = workload_container(model, name) {
                        all.host(name, &key);
                    }
                }
                _ => {}
            }
        }
        for (name, resource) in input.resources().values().flatten() {
            let built = |folder| model.containers.iter().find(|(_, one)| one.path.as_ref() == Some(folder)).map(|(key, _)| key.clone());
            let key = match &resource.kind {
                ResourceKind::Project(folder) => built(folder),
                ResourceKind::Database(server) => model.containers.contains_key(server).then(|| server.clone()),
                _ => model.containers.contains_key(name).then(|| name.clone()),
            };
            if let Some(key) = key {
                all.host(name, &key);
            }
        }
        for key in model.containers.keys().filter(|key| !all.hosts.contains_key(&key.to_ascii_lowercase())).cloned().collect::<Vec<_>>() {
            all.host(&key, &key);
        }
        all
    }

    fn host(&mut self, name: &str, key: &str) {
        self.hosts.entry(name.to_ascii_lowercase()).or_default().insert(key.to_owned());
    }

    fn port(&mut self, port: &str, key: &str) {
        self.ports.entry(port.to_owned()).or_default().insert(key.to_owned());
    }

    /// The only container that answers at an address.
    pub(super) fn find(&self, host: &HostReference) -> Option<&str> {
        let name = host.host.to_ascii_lowercase();
        if is_local(&name) {
            return single(self.ports.get(host.port.as_deref()?)?);
        }
        // `orders.shop.svc.cluster.local`, `orders.shop.svc`
        let service = || name.split_once('.').filter(|(_, rest)| rest.split('.').nth(1) == Some("svc")).map(|(first, _)| first);
        self.hosts.get(&name).or_else(|| self.hosts.get(service()?)).and_then(single)
    }
}

fn single(keys: &BTreeSet<String>) -> Option<&str> {
    keys.first().filter(|_| keys.len() == 1).map(String::as_str)
}

/// Whether an address is the machine that the program runs on.
pub(super) fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "host.docker.internal" | "127.0.0.1")
}

/// `8080` of `8080:80`, `127.0.0.1:8080:80`; a port that is only exposed is none of the machine.
fn published(port: &str) -> Option<&str> {
    let port = port.trim_end_matches("/tcp");
    let (outer, _) = port.rsplit_once(':')?;
    let outer = outer.rsplit(':').next()?;
    Some(outer).filter(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}
