//! Folders that Kustomize builds, as environments: bases taken in, patches and replacements applied.
//! Only what a patch says of pods, images, variables and hosts is followed.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Fact, Finding, KubernetesResource, Kustomization};
use crate::location::{Location, RepoPath};

/// Bases of bases are followed this deep.
const DEPTH_LIMIT: usize = 8;

/// A resource and where it stands.
pub(super) type Stated = (Location, KubernetesResource);

/// What Kustomize builds of each folder, and the files that it takes in.
pub(super) fn build(findings: &[Finding]) -> (BTreeMap<RepoPath, Vec<Stated>>, BTreeSet<RepoPath>) {
    let mut folders: BTreeMap<RepoPath, &Kustomization> = BTreeMap::new();
    let mut files: BTreeMap<&RepoPath, Vec<Stated>> = BTreeMap::new();
    for finding in findings {
        match &finding.fact {
            Fact::Kustomization(one) => {
                folders.insert(finding.at.path.parent(), one);
            }
            Fact::KubernetesResource(one) => files.entry(&finding.at.path).or_default().push((finding.at.clone(), (**one).clone())),
            _ => {}
        }
    }
    let taken = folders.values().flat_map(|one| one.resources.iter().chain(&one.patches)).filter(|path| files.contains_key(path));
    let taken = taken.cloned().collect();
    let built = folders.keys().map(|folder| (folder.clone(), collect(folder, &folders, &files, 0)));
    (built.collect(), taken)
}

fn collect(
    folder: &RepoPath,
    folders: &BTreeMap<RepoPath, &Kustomization>,
    files: &BTreeMap<&RepoPath, Vec<Stated>>,
    depth: usize,
) -> Vec<Stated> {
    let Some(own) = folders.get(folder).filter(|_| depth < DEPTH_LIMIT) else { return Vec::new() };
    let mut all: Vec<Stated> = Vec::new();
    for path in &own.resources {
        match files.get(path) {
            Some(found) => all.extend(found.iter().cloned()),
            None => all.extend(collect(path, folders, files, depth + 1)),
        }
    }
    for (_, patch) in own.patches.iter().filter_map(|path| files.get(path)).flatten() {
        let same = |one: &KubernetesResource| one.kind == patch.kind && (one.name == patch.name || patch.name.is_none());
        all.iter_mut().filter(|(_, one)| same(one)).for_each(|(_, one)| apply(one, patch));
    }
    all.iter_mut().for_each(|(_, one)| replace(one, own));
    all
}

fn apply(one: &mut KubernetesResource, patch: &KubernetesResource) {
    one.replicas = patch.replicas.or(one.replicas);
    one.schedule = patch.schedule.clone().or(one.schedule.take());
    if patch.replica_bounds.is_some() {
        one.replica_bounds = patch.replica_bounds;
    }
    if !patch.hosts.is_empty() {
        one.hosts.clone_from(&patch.hosts);
        one.routes.clone_from(&patch.routes);
    }
    one.keys.extend(patch.keys.iter().cloned());
    one.settings.extend(patch.settings.iter().cloned());
    for change in &patch.containers {
        match one.containers.iter_mut().find(|known| known.name == change.name) {
            Some(known) => {
                known.image = change.image.clone().or(known.image.take());
                known.environment.extend(change.environment.clone());
                known.hosts.extend(change.hosts.iter().cloned());
                known.resources.extend(change.resources.clone());
            }
            None => one.containers.push(change.clone()),
        }
    }
}

fn replace(one: &mut KubernetesResource, own: &Kustomization) {
    if let Some(count) = one.name.as_ref().and_then(|name| own.replicas.get(name)) {
        one.replicas = Some(*count);
    }
    for pod in &mut one.containers {
        let name = pod.image.as_deref().map(crate::link::images::name_of);
        if let Some(image) = name.and_then(|name| own.images.get(name)) {
            pod.image = Some(image.clone());
        }
    }
    one.namespace = own.namespace.clone().or(one.namespace.take());
    if let Some(name) = &mut one.name {
        *name = format!("{}{name}{}", own.name_prefix.as_deref().unwrap_or_default(), own.name_suffix.as_deref().unwrap_or_default());
    }
}
