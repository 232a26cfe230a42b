//! Which container a workload of Kubernetes is: by the name and image of one that is known, by the image it runs, then by its name with the usual affixes.
//! Where two containers fit, none is taken.

use crate::link::images;
use crate::model::{Container, Model};

/// The key of the container that a workload with these images is, as far as one can tell.
pub(super) fn container_of(model: &Model, name: &str, images: &[&str], release: Option<&str>) -> Option<String> {
    let runs = |container: &Container| container.image.as_deref().is_some_and(|own| images.iter().any(|image| same_image(image, own)));
    if model.containers.get(name).is_some_and(runs) {
        return Some(name.to_owned());
    }
    // The first image is what the pod is there for; the others stand beside it.
    if let Some(found) = images.first().and_then(|image| images::software(image)) {
        return backing_of(model, name, found.name);
    }
    let own = || model.containers.iter().filter(|(_, container)| !container.backing).map(|(key, _)| key.as_str());
    let by_image = images
        .iter()
        .map(|image| images::name_of(image).rsplit('/').next().unwrap_or(image))
        .find_map(|name| only(own(), |key| tail(key) == name));
    let bare = release.and_then(|release| name.strip_prefix(release)?.strip_prefix('-')).unwrap_or(name);
    by_image
        .or_else(|| only(own(), |key| key == name))
        .or_else(|| only(own(), |key| tail(key) == name || tail(key) == bare))
        .or_else(|| only(own(), |key| stem(tail(key)) == stem(bare)))
        .or_else(|| {
            images
                .iter()
                .map(|image| images::name_of(image).rsplit('/').next().unwrap_or(image))
                .find_map(|name| only(own(), |key| stem(tail(key)) == stem(name)))
        })
        .or_else(|| only(own(), |key| ends_alike(bare, tail(key))))
}

fn same_image(one: &str, other: &str) -> bool {
    images::name_of(one) == images::name_of(other)
}

/// The container of a product: of the same name, else the only one.
pub(super) fn backing_of(model: &Model, name: &str, product: &str) -> Option<String> {
    let holds = |key: &&str| {
        model.containers.get(*key).and_then(|one| one.technology.as_deref()).is_some_and(|technology| technology.starts_with(product))
    };
    let all = || model.containers.iter().filter(|(_, container)| container.backing).map(|(key, _)| key.as_str()).filter(holds);
    only(all(), |key| key == name).or_else(|| only(all(), |_| true))
}

fn only<'a>(keys: impl Iterator<Item = &'a str>, fits: impl Fn(&str) -> bool) -> Option<String> {
    let mut found = keys.filter(|key| fits(key));
    found.next().filter(|_| found.next().is_none()).map(str::to_owned)
}

fn tail(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or(key)
}

/// A name without what only says that it is a service.
fn stem(name: &str) -> &str {
    let mut stem = name;
    for suffix in ["-deployment", "-deploy", "-statefulset", "-service", "-svc", "-app", "-server"] {
        stem = stem.strip_suffix(suffix).filter(|rest| !rest.is_empty()).unwrap_or(stem);
    }
    stem
}

/// Whether a workload's name is the container's behind a prefix: `shop-api` and `api`.
fn ends_alike(name: &str, tail: &str) -> bool {
    tail.len() > 2 && name.strip_suffix(tail).is_some_and(|rest| rest.ends_with('-'))
}
