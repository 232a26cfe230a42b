//! Whose the configuration of a proxy or collector is: of the service that mounts it, of the image that it is copied into, else of the
//! container of that product in whose folder it stands. And what images and code say where a deployment sets no variable.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{DockerCopy, Dockerfile, Fact, HostReference, Upstreams};
use crate::link::containers::{owner_of, shipped};
use crate::link::{Input, images};
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// A file with what it leads to.
pub(super) type Configured<'a> = (&'a Location, &'a Upstreams);

/// What belongs to containers beside what a deployment says of them.
pub(super) struct Own<'a> {
    files: Vec<Configured<'a>>,
    /// Container -> the files of `files`, by their place.
    of: BTreeMap<String, BTreeSet<usize>>,
    /// Container -> the hosts of variables that its image or its code falls back to.
    defaults: BTreeMap<String, BTreeSet<&'a HostReference>>,
    /// File -> the variables that it declares.
    declared: BTreeMap<&'a RepoPath, BTreeSet<&'a str>>,
}

impl<'a> Own<'a> {
    /// Collects it; the containers must be complete.
    pub(super) fn of(input: &Input<'a>, model: &Model) -> Self {
        let mut own = Self { files: Vec::new(), of: BTreeMap::new(), defaults: BTreeMap::new(), declared: BTreeMap::new() };
        let mut builds: BTreeMap<&RepoPath, BTreeSet<(&RepoPath, String)>> = BTreeMap::new();
        for finding in input.findings {
            match &finding.fact {
                Fact::Upstreams(one) => own.files.push((&finding.at, one)),
                Fact::EnvironmentDeclaration(one) => _ = own.declared.entry(&finding.at.path).or_default().insert(&one.name),
                Fact::EnvironmentRead(read) if !read.defaults.is_empty() => {
                    if let Some(key) = owner_of(model, &finding.at.path) {
                        own.defaults.entry(key.to_owned()).or_default().extend(&read.defaults);
                    }
                }
                Fact::ComposeService(service) => {
                    let key = model.compose_services.get(&(finding.at.path.clone(), service.name.clone()));
                    if let (Some(build), Some(key)) = (&service.build, key) {
                        builds.entry(&build.dockerfile).or_default().insert((&build.context, key.clone()));
                    }
                }
                _ => {}
            }
        }
        for finding in input.findings {
            if let Fact::Dockerfile(file) = &finding.fact {
                own.add_image(&finding.at.path, file, builds.get(&finding.at.path), model);
            }
        }
        own.add_neighbours(model);
        own
    }

    fn add_image(&mut self, path: &RepoPath, file: &'a Dockerfile, builds: Option<&BTreeSet<(&RepoPath, String)>>, model: &Model) {
        let proved = model.evidence.iter().filter(|one| one.what == "image file" && one.at.path == *path);
        let proved = proved.filter_map(|one| Some(one.pointer.get(1)?.clone()));
        let keys: BTreeSet<String> = proved.chain(builds.into_iter().flatten().map(|(_, key)| key.clone())).collect();
        let (folder, root) = (path.parent(), RepoPath::new(""));
        let contexts: BTreeSet<&RepoPath> = builds.into_iter().flatten().map(|(context, _)| *context).chain([&folder, &root]).collect();
        let stages = shipped(file, None);
        let copies: Vec<&DockerCopy> = stages.iter().flat_map(|stage| &stage.copies).collect();
        for (at, (place, one)) in self.files.iter().enumerate() {
            if copies.iter().any(|copy| copies_in(copy, &place.path, one.proxy, &contexts)) {
                keys.iter().for_each(|key| _ = self.of.entry(key.clone()).or_default().insert(at));
            }
        }
        for key in keys {
            self.defaults.entry(key).or_default().extend(stages.iter().flat_map(|stage| &stage.hosts));
        }
    }

    /// A file that nothing mounts or copies belongs to the proxy in whose folder it stands.
    fn add_neighbours(&mut self, model: &Model) {
        let known: BTreeSet<usize> = self.of.values().flatten().copied().collect();
        for (at, (place, one)) in self.files.iter().enumerate().filter(|(at, _)| !known.contains(at)) {
            let key = owner_of(model, &place.path).filter(|key| runs(model, key, one.proxy));
            if let Some(key) = key {
                self.of.entry(key.to_owned()).or_default().insert(at);
            }
        }
    }

    /// The files that a container is configured with; what it mounts is known in one environment only.
    pub(super) fn configured(
        &self,
        container: &str,
        mounts: &BTreeSet<RepoPath>,
        image: Option<&str>,
        model: &Model,
    ) -> Vec<Configured<'a>> {
        let own = self.of.get(container);
        let product = image.and_then(images::software).map(|found| found.name);
        let all = self.files.iter().enumerate().filter(|(at, (place, one))| {
            // A folder of code that a developer mounts whole holds more than what the service itself is configured with.
            let within = || mounts.iter().any(|mount| place.path.is_within(mount));
            own.is_some_and(|own| own.contains(at))
                || mounts.contains(&place.path)
                || within() && (product.is_some_and(|name| name.starts_with(one.proxy)) || runs(model, container, one.proxy))
        });
        all.map(|(_, one)| *one).collect()
    }

    /// The hosts of variables that a deployment does not set, as the image or the code of a container falls back to.
    pub(super) fn defaults(&self, container: &str, set: &BTreeSet<String>, files: &BTreeSet<RepoPath>) -> Vec<&'a HostReference> {
        let declared = |name: &str| files.iter().any(|file| self.declared.get(file).is_some_and(|names| names.contains(name)));
        let all = self.defaults.get(container).into_iter().flatten().copied();
        all.filter(|host| !set.contains(&host.variable) && !declared(&host.variable)).collect()
    }
}

/// The host of a proxy's address; where a variable stands in its place, what the variable is set to.
pub(super) fn resolved<'h>(host: &'h HostReference, set: &[&'h HostReference]) -> Vec<&'h HostReference> {
    if host.host.is_empty() { set.iter().filter(|one| one.variable == host.variable).copied().collect() } else { vec![host] }
}

fn runs(model: &Model, container: &str, product: &str) -> bool {
    model.containers.get(container).and_then(|one| one.technology.as_deref()).is_some_and(|technology| technology.starts_with(product))
}

/// Whether a line of an image file copies a file to where programs look for their configuration.
fn copies_in(copy: &DockerCopy, path: &RepoPath, product: &str, contexts: &BTreeSet<&RepoPath>) -> bool {
    let product = product.to_ascii_lowercase();
    let to = copy.destination.to_ascii_lowercase();
    let fits = to.starts_with("/etc/") || to.contains(&product) || to.ends_with(".conf") || to.ends_with(".cfg");
    copy.sources.iter().any(|source| {
        let name = source.rsplit('/').next().unwrap_or(source);
        if copy.from.is_some() {
            return fits && name == path.name() && contexts.iter().any(|context| !context.is_root() && path.is_within(context));
        }
        contexts.iter().any(|context| {
            let place = context.join(source.trim_start_matches('/'));
            place == *path || fits && !place.is_root() && path.is_within(&place)
        })
    })
}
