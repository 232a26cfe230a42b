//! Containers that are no code of this repository's packages: products from elsewhere, and images built from other files.
//! An image that is not known is called a service and nothing more.

use std::collections::BTreeSet;

use super::builds;
use super::platforms;
use super::services::{Service, inner_port, is_job_word};
use super::units::Image;
use crate::link::{Input, images};
use crate::model::Container;

/// Services that play one part under several names in several files (`db` here, `postgres` there) are one; two of one file never are.
pub(super) fn groups<'s, 'a>(services: &'s [Service<'a>]) -> Vec<Vec<&'s Service<'a>>> {
    let mut groups: Vec<Vec<&'s Service<'a>>> = Vec::new();
    // Several of one product in one file are a cluster, and none of them is what another file runs alone.
    let in_cluster = |one: &Service<'_>| {
        let same = services.iter().filter(|other| product(other).is_some() && product(other) == product(one));
        same.filter(|other| files(other).iter().any(|file| files(one).contains(file))).count() > 1
    };
    for service in services {
        let image = product(service).filter(|_| !in_cluster(service));
        let apart = |other: &Service<'_>| !files(other).iter().any(|file| files(service).contains(file));
        let joined = groups.iter_mut().find(|group| {
            image.is_some()
                && group
                    .iter()
                    .all(|other| product(other) == image && apart(other) && !in_cluster(other) && !other.is_built() && !service.is_built())
        });
        match joined {
            Some(group) => group.push(service),
            None => groups.push(vec![service]),
        }
    }
    groups
}

/// The product and role that make two names one thing; admin tools and jobs stay as they are called.
fn product(service: &Service<'_>) -> Option<&'static str> {
    let software = images::software(service.image()?)?;
    matches!(software.kind, "Database" | "Cache" | "Message Broker" | "Object Storage" | "Search Engine").then_some(software.name)
}

fn files<'s>(service: &'s Service<'_>) -> BTreeSet<&'s str> {
    service.facts.iter().map(|(at, _)| at.path.as_str()).collect()
}

/// The key and container of a group of services.
pub(super) fn container(group: &[&Service<'_>], input: &Input<'_>) -> (String, Container) {
    let by_use = group.iter().max_by_key(|service| (files(service).len(), std::cmp::Reverse(service.name.as_str())));
    let key = by_use.map_or_else(String::new, |service| service.name.clone());
    let image = group.iter().find_map(|service| service.image());
    let built = group.iter().flat_map(|service| &service.images).next().copied();
    let is_job = group.iter().any(|service| service.is_job());
    let mut container = match (image.and_then(images::software), built) {
        (Some(software), built) if built.is_none() || !group.iter().any(|service| service.is_built()) => {
            from_product(&software, image.unwrap_or_default())
        }
        (_, Some(file)) => of_image(&key, file),
        _ => unknown(group, image),
    };
    if is_job {
        container.kind = "Job/Task".to_owned();
        container.backing = false;
    }
    if let Some(said) = group.iter().flat_map(|service| &service.facts).find_map(|(_, fact)| fact.description.clone()) {
        container.description = said;
    }
    container.image = image.map(str::to_owned);
    container.ports.extend(group.iter().flat_map(|service| service.ports()));
    let context = group.iter().find_map(|service| service.context()).filter(|context| input.map.files_within(context).next().is_some());
    let folder = || built.map(|image| image.at.path.parent()).filter(|folder| !folder.is_root() && folder.name() == key);
    container.path = container.path.or_else(|| context.cloned()).or_else(folder);
    (key, container)
}

fn from_product(software: &images::Software, image: &str) -> Container {
    let version = images::version_of(image).map(|version| format!(" {version}")).unwrap_or_default();
    Container {
        description: format!("{}{version}, run from the image {}.", software.name, images::name_of(image)),
        kind: software.kind.to_owned(),
        technology: Some(format!("{}{version}", software.name)),
        backing: software.kind != "Job/Task",
        ..Container::default()
    }
}

fn unknown(group: &[&Service<'_>], image: Option<&str>) -> Container {
    let built = group.iter().any(|service| service.is_built());
    let description = match image {
        Some(image) if !built => format!("Runs the image {}.", images::name_of(image)),
        _ => "Built by a compose file.".to_owned(),
    };
    Container { description, kind: "Service".to_owned(), backing: !built, ..Container::default() }
}

/// The container of an image file that builds no package of this repository.
pub(super) fn of_image(key: &str, image: Image<'_>) -> Container {
    let shipped = builds::shipped(image.file, image.target);
    let product = shipped.iter().filter_map(|stage| stage.base.as_deref()).find_map(|base| Some((base, images::software(base)?)));
    let mut container = match (product, platforms::of_image(image.file)) {
        (Some((base, software)), _) => from_product(&software, base),
        (None, Some(platform)) => {
            Container { kind: platform.kind.to_owned(), technology: Some(platform.technology(image.file)), ..Container::default() }
        }
        (None, None) => Container { kind: "Service".to_owned(), ..Container::default() },
    };
    if key.split(|c: char| !c.is_alphanumeric()).any(is_job_word) {
        container.kind = "Job/Task".to_owned();
        container.backing = false;
    }
    container.name = key.to_owned();
    container.description = format!("{} built by {}.", capital(container.technology.as_deref().unwrap_or("Image")), image.at.path);
    container.ports = shipped.iter().flat_map(|stage| &stage.ports).filter_map(|port| inner_port(port)).collect();
    let folder = image.at.path.parent();
    container.path = Some(folder).filter(|folder| !folder.is_root() && builds::variant(&image.at.path).is_none());
    container
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
