//! Which units are deployed or run beside the system, and whose a file is.
//! One thing that several files describe is one container; a library, a test or an example is none.

mod affinity;
mod backing;
mod builds;
mod deployed;
mod dotnet;
mod frameworks;
mod keys;
mod lines;
mod platforms;
mod programs;
mod services;
#[cfg(test)]
mod tests;
mod units;
mod versions;

use std::collections::BTreeMap;

use crate::gap::{Gap, GapCode};
use crate::location::RepoPath;
use crate::model::{Container, Model};

use super::Input;
pub(super) use builds::shipped;
pub(super) use deployed::readme_of;
pub(super) use keys::module_name;
pub(super) use lines::{STARTED_AFTER, tidy};
pub(super) use platforms::unread_language;
use services::Service;
pub(super) use services::is_for_tests;
use units::Unit;
pub(super) use units::is_example;
use versions::Catalogs;

/// The container that a file belongs to: the one whose folder is the longest that holds it.
pub(crate) fn owner_of<'a>(model: &'a Model, path: &RepoPath) -> Option<&'a str> {
    let within =
        model.containers.iter().filter_map(|(key, one)| Some((key, one.path.as_ref()?))).filter(|(_, folder)| path.is_within(folder));
    within.max_by_key(|(_, folder)| folder.as_str().len()).map(|(key, _)| key.as_str())
}

/// Finds the containers.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut units = units::collect(input);
    let mut services = services::collect(input.findings, &units);
    services.retain(|service| !service.is_test() && !deployed::tell_ghost(service, model));
    let loose = deployed::add_images(input, &mut units, &mut services);
    let built: Vec<&Unit<'_>> = units.values().filter(|unit| deployed::is_deployed(unit, &services, input)).collect();
    let (own, others): (Vec<Service<'_>>, Vec<Service<'_>>) =
        services.into_iter().partition(|service| built.iter().any(|unit| service.unit.as_ref() == Some(&unit.folder)));
    for unit in units.values().filter(|unit| !unit.folder.is_root() && !built.iter().any(|one| one.folder == unit.folder)) {
        deployed::tell_missing(unit, model);
    }
    let mut placed = Placed::default();
    let catalogs = Catalogs::of(input.findings);
    let named = built.iter().map(|unit| {
        let runs: Vec<&Service<'_>> = own.iter().filter(|service| service.unit.as_ref() == Some(&unit.folder)).collect();
        dotnet::deployed_name(unit, &runs, input)
    });
    let named: Vec<Option<String>> = named.collect();
    for (unit, key) in built.iter().zip(keys::preferring(&named, keys::of_folders(&built, input.root_name))) {
        let (main, apart) = deployed::split(unit, own.iter().filter(|service| service.unit.as_ref() == Some(&unit.folder)));
        let container = deployed::container(unit, &key, &main, input, &catalogs);
        placed.add(key.clone(), container, &main, model);
        deployed::prove(unit, &key, model);
        for service in apart {
            placed.add(service.name.clone(), deployed::second(unit, &key, service), &[service], model);
        }
    }
    for group in backing::groups(&others) {
        let (key, container) = backing::container(&group, input);
        placed.add(key, container, &group, model);
    }
    dotnet::add_resources(input, &mut placed, model);
    for (key, image) in &loose {
        let container = backing::of_image(key, *image);
        let key = placed.add(key.clone(), container, &[], model);
        model.prove(image.at, "image file", &["containers", &key]);
    }
    lines::connect(&placed.services, model);
    tell_unread(model);
}

/// Tells the containers whose code nothing here reads.
fn tell_unread(model: &mut Model) {
    let unread = model.containers.iter().filter_map(|(key, one)| Some((key, one.path.as_ref()?, platforms::unread_language(one)?)));
    let gaps: Vec<Gap> = unread
        .map(|(key, path, language)| {
            let message = format!("the {language} code of {key} is not read: its endpoints, messages and calls are not told");
            Gap::file(GapCode::NotUnderstood, path, message)
        })
        .collect();
    model.gaps.extend(gaps);
}

/// Which container each service is.
#[derive(Default)]
struct Placed<'s, 'a> {
    services: Vec<(String, &'s Service<'a>)>,
}

impl<'s, 'a> Placed<'s, 'a> {
    /// Puts a container in under a key that is still free, with the services that it is.
    fn add(&mut self, wanted: String, mut container: Container, services: &[&'s Service<'a>], model: &mut Model) -> String {
        let key = free_key(&wanted, services, &model.containers);
        if key != wanted
            && let Some((at, _)) = services.iter().find_map(|service| service.facts.first())
        {
            let message = format!("two things are called {wanted}; this one is listed as {key}");
            model.gaps.push(Gap::line(GapCode::AmbiguousName, &at.path, at.line, message));
        }
        container.name.clone_from(&key);
        for service in services {
            for (at, fact) in &service.facts {
                model.prove(at, "compose service", &["containers", &key]);
                model.compose_services.insert((at.path.clone(), fact.name.clone()), key.clone());
            }
            for image in &service.images {
                model.prove(image.at, "image file", &["containers", &key]);
            }
            self.services.push((key.clone(), service));
        }
        model.containers.insert(key.clone(), container);
        key
    }
}

/// The name, or the shortest end of the path of the first file that describes it before the name.
fn free_key(wanted: &str, services: &[&Service<'_>], taken: &BTreeMap<String, Container>) -> String {
    if !taken.contains_key(wanted) {
        return wanted.to_owned();
    }
    let folder = services.iter().find_map(|service| service.facts.first()).map(|(at, _)| at.path.parent()).unwrap_or_default();
    let mut key = wanted.to_owned();
    for part in folder.parts().rev().chain(["compose"]) {
        key = format!("{part}/{key}");
        if !taken.contains_key(&key) {
            return key;
        }
    }
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    numbered.into_iter().find(|key| !taken.contains_key(key)).unwrap_or(key)
}
