//! Containers that are made of code in this repository.
//! A unit is one when something proves that it runs on its own; that it could be built alone proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::affinity::{self, Affinity};
use super::builds;
use super::dotnet;
use super::frameworks;
use super::programs;
use super::services::{Service, inner_port, is_for_tests, is_job_word};
use super::units::{Image, Unit, is_example};
use super::versions::Catalogs;
use crate::classify::{File, FileKind};
use crate::finding::{BootstrapKind, Fact, ProjectKind, Readme, Value};
use crate::gap::{Gap, GapCode};
use crate::link::Input;
use crate::location::RepoPath;
use crate::model::{Container, Model, Relationship};

/// Gives each image file to the unit that it builds, or to the service that is called like it. What is left builds something that no
/// manifest names: it is returned with the name of its folder or file.
pub(super) fn add_images<'a>(
    input: &Input<'a>,
    units: &mut BTreeMap<RepoPath, Unit<'a>>,
    services: &mut [Service<'a>],
) -> Vec<(String, Image<'a>)> {
    let mut loose: BTreeMap<String, Image<'a>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::Dockerfile(file) = &finding.fact else { continue };
        let image = Image { at: &finding.at, file, target: None };
        let known = services.iter().any(|service| service.images.iter().any(|known| *known.at == finding.at));
        if known || is_example(&finding.at.path) || is_for_tests(&finding.at.path) {
            continue;
        }
        let unit = builds::unit_of(units, image, None);
        if let Some(unit) = unit.and_then(|folder| units.get_mut(&folder)).filter(|unit| !unit.joins_others) {
            unit.images.push(image);
            continue;
        }
        let folder = finding.at.path.parent();
        let name = builds::variant(&finding.at.path).unwrap_or(folder.name());
        let alike = |service: &&mut Service<'a>| {
            service.unit.is_none() && service.images.is_empty() && affinity::between(name, &service.name) >= Some(Affinity::Alike)
        };
        if let Some(service) = services.iter_mut().find(alike) {
            service.images.push(image);
        } else if let Some(name) = builds::own_name(&finding.at.path).filter(|_| !folder.is_root() && builds::is_shipped(image)) {
            loose.entry(name.to_owned()).or_insert(image);
        }
    }
    // An image beside or below one that is a container already is a part of how that one is built.
    let held = |image: &Image<'a>| {
        let folder = image.at.path.parent();
        let of_service = services.iter().flat_map(|service| &service.images).map(|known| known.at.path.parent());
        let mut holders = of_service.chain(loose.values().filter(|other| other.at != image.at).map(|other| other.at.path.parent()));
        holders.any(|holder| !holder.is_root() && folder != holder && folder.is_within(&holder))
    };
    loose.iter().filter(|(_, image)| !held(image)).map(|(name, image)| (name.clone(), *image)).collect()
}

/// Whether a unit runs on its own.
pub(super) fn is_deployed(unit: &Unit<'_>, services: &[Service<'_>], input: &Input<'_>) -> bool {
    if is_program(unit) {
        return programs::is_deployed(unit, services.iter().any(|service| service.unit.as_ref() == Some(&unit.folder)));
    }
    if let Some(project) = dotnet::project(unit, input) {
        return dotnet::is_deployed(project, unit, services, input);
    }
    if unit.is_declared(ProjectKind::Application) {
        return has_code(unit, input);
    }
    if unit.is_declared(ProjectKind::Library) || unit.is_extension() {
        return false;
    }
    let importable = unit.package.is_some_and(|(_, package)| package.importable);
    if unit.lies_in_source && unit.starts.is_empty() {
        return false;
    }
    if unit.starts.iter().any(|(_, start)| start.kind != BootstrapKind::Standalone) {
        return !importable || frameworks::can_start(unit) || !unit.images.is_empty();
    }
    if unit.joins_others || !has_code(unit, input) {
        return false;
    }
    let served = services.iter().any(|service| service.unit.as_ref() == Some(&unit.folder) && (service.is_built() || !importable));
    let started = frameworks::can_start(unit) && (frameworks::of(unit, input.map).is_some() || frameworks::runs_a_server(unit));
    served || !unit.images.is_empty() || !importable && (started || frameworks::is_configured(unit, input.map))
}

/// Whether a unit is a program of Go. A folder that starts something else too is that: the program beside a manifest of npm is its tool.
fn is_program(unit: &Unit<'_>) -> bool {
    unit.program.is_some() && unit.starts.is_empty() && !unit.is_declared(ProjectKind::Application) && !frameworks::can_start(unit)
}

/// A folder that only holds manifests (a template, a project that was taken away) runs nothing.
fn has_code(unit: &Unit<'_>, input: &Input<'_>) -> bool {
    input.map.files_within(&unit.folder).any(|file| !file.is_test && is_code(file))
}

/// Endings of source code in languages without a kind of their own.
const CODE_ENDINGS: &[&str] =
    &["vue", "svelte", "astro", "py", "java", "kt", "rs", "rb", "php", "ex", "exs", "scala", "swift", "dart", "hbs", "html"];

fn is_code(file: &File) -> bool {
    let known = matches!(file.kind, FileKind::TypeScript | FileKind::Tsx | FileKind::JavaScript | FileKind::CSharp | FileKind::Go);
    known || CODE_ENDINGS.contains(&file.path.extension())
}

/// The services that are the unit itself, and those that run its code in another way: jobs, and other commands.
pub(super) fn split<'s, 'a: 's>(
    unit: &Unit<'_>,
    services: impl Iterator<Item = &'s Service<'a>>,
) -> (Vec<&'s Service<'a>>, Vec<&'s Service<'a>>) {
    let mut all: Vec<&'s Service<'a>> = services.collect();
    let names = || unit.names().into_iter().chain([unit.folder.name()]);
    let nearness = |service: &Service<'_>| names().filter_map(|name| affinity::between(name, &service.name)).max();
    all.sort_by(|a, b| {
        let key = |service: &Service<'_>| {
            (service.is_job(), std::cmp::Reverse(nearness(service)), service.command().is_some(), service.name.clone())
        };
        key(a).cmp(&key(b))
    });
    let Some(first) = all.first().copied() else { return (Vec::new(), Vec::new()) };
    let same = |service: &&Service<'_>| {
        let other_work = service.is_job() && !first.is_job();
        // In another file the same service may be started in another way; beside the first one it is another process.
        let beside = service.facts.iter().any(|(at, _)| first.facts.iter().any(|(other, _)| at.path == other.path));
        let other_command = beside && service.command().is_some_and(|command| Some(command) != first.command() && !is_watch(command));
        !other_work && !other_command
    };
    all.into_iter().partition(|service| same(service))
}

/// Whether a command runs the same thing for a developer, started again at every change.
fn is_watch(command: &str) -> bool {
    command.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "dev" | "watch" | "debug" | "nodemon"))
}

/// The container of a unit with the services that are it.
pub(super) fn container(unit: &Unit<'_>, key: &str, services: &[&Service<'_>], input: &Input<'_>, catalogs: &Catalogs<'_>) -> Container {
    let framework = frameworks::of(unit, input.map);
    let serves = unit.starts.iter().any(|(_, start)| start.kind != BootstrapKind::Standalone)
        || unit.program.as_ref().is_some_and(|program| program.serves());
    let named_job = key.split(|c: char| !c.is_alphanumeric()).any(is_job_word) || services.iter().any(|service| service.is_job());
    let project = dotnet::project(unit, input);
    let serves = serves || project.is_some_and(|one| dotnet::kind(one, unit, input) == "ASP.NET Core Application");
    let own_kind = project.map_or_else(|| kind_of(unit, framework), |one| dotnet::kind(one, unit, input));
    let kind = if named_job && !serves { "Job/Task" } else { own_kind };
    let technology = match (project, unit.program.as_ref().filter(|_| is_program(unit))) {
        (Some(one), _) => dotnet::technology(one, own_kind),
        (None, Some(program)) => program.technology(),
        (None, None) => frameworks::technology(unit, framework, input.map, catalogs),
    };
    let mut ports = ports(unit);
    let images = unit.images.iter().chain(services.iter().flat_map(|service| &service.images));
    ports.extend(
        images
            .flat_map(|image| builds::shipped(image.file, image.target))
            .flat_map(|stage| &stage.ports)
            .filter_map(|port| inner_port(port)),
    );
    ports.extend(services.iter().flat_map(|service| service.ports()));
    Container {
        description: description(unit, input),
        kind: kind.to_owned(),
        technology: Some(technology),
        path: Some(unit.folder.clone()),
        image: services.iter().find_map(|service| service.own_image()).map(str::to_owned),
        ports,
        ..Container::default()
    }
}

fn kind_of(unit: &Unit<'_>, framework: Option<&frameworks::Framework>) -> &'static str {
    match unit.program.as_ref().filter(|_| is_program(unit)) {
        Some(program) => program.kind(),
        None => frameworks::kind(unit, framework),
    }
}

/// A service that runs the code of a unit with a command of its own.
pub(super) fn second(unit: &Unit<'_>, key: &str, service: &Service<'_>) -> Container {
    let how = service.command().map_or_else(String::new, |command| format!(" with `{command}`"));
    Container {
        description: format!("Runs the code of {key}{how}."),
        kind: if service.is_job() { "Job/Task" } else { kind_of(unit, None) }.to_owned(),
        image: service.own_image().map(str::to_owned),
        ports: service.ports(),
        relationships: BTreeSet::from([Relationship { target: key.to_owned(), description: "Runs its code".to_owned(), technology: None }]),
        ..Container::default()
    }
}

/// What the manifest says, or the README of the folder; empty when both are silent.
fn description(unit: &Unit<'_>, input: &Input<'_>) -> String {
    let stated = unit.package.and_then(|(_, package)| package.description.as_deref());
    let names: Vec<&str> = unit.names().into_iter().chain(["description", "todo", unit.folder.name()]).collect();
    let stated = stated.filter(|text| !names.iter().any(|name| text.eq_ignore_ascii_case(name)));
    let readme = || readme_of(input, &unit.folder).and_then(|readme| readme.paragraph.as_deref());
    let doc = || unit.program.as_ref().and_then(|program| program.doc());
    stated.or_else(doc).or_else(readme).unwrap_or_default().to_owned()
}

/// The README of a folder.
pub(in crate::link) fn readme_of<'a>(input: &Input<'a>, folder: &RepoPath) -> Option<&'a Readme> {
    let own = input.findings.iter().filter(|finding| finding.at.path.parent() == *folder);
    own.into_iter().find_map(|finding| match &finding.fact {
        Fact::Readme(readme) => Some(readme),
        _ => None,
    })
}

/// Ports that stand in the code as numbers, or as what holds where a variable is not set.
fn ports(unit: &Unit<'_>) -> BTreeSet<String> {
    let number = |value: &Value| match value {
        Value::Number(number) => Some(number.clone()),
        Value::Text(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => Some(text.clone()),
        _ => None,
    };
    let plain = |value: &Value| match value {
        Value::Environment(_, Some(inner)) => number(inner),
        Value::Either(values) => values.iter().find_map(number),
        other => number(other),
    };
    let transport =
        |value: &Value| value.get("options").and_then(|options| options.get("port")).or_else(|| value.get("port")).and_then(plain);
    let starts = || unit.starts.iter().map(|(_, start)| start);
    let own = starts().filter(|start| start.kind == BootstrapKind::Microservice);
    starts().flat_map(|start| &start.ports).filter_map(plain).chain(own.flat_map(|start| &start.transports).filter_map(transport)).collect()
}

/// Writes down which lines prove a unit.
pub(super) fn prove(unit: &Unit<'_>, key: &str, model: &mut Model) {
    if let Some((at, _)) = unit.package {
        model.prove(at, "package", &["containers", key]);
    }
    for (at, project) in &unit.projects {
        model.prove(at, &format!("{} project", project.tool), &["containers", key]);
    }
    for (at, _) in &unit.starts {
        model.prove(at, "application start", &["containers", key]);
    }
    for (at, _) in unit.program.iter().flat_map(|program| &program.files) {
        model.prove(at, "program start", &["containers", key]);
    }
    if let Some((at, _)) = unit.program.as_ref().and_then(|program| program.module()).filter(|(at, _)| at.path.parent() == unit.folder) {
        model.prove(at, "module", &["containers", key]);
    }
    for image in &unit.images {
        model.prove(image.at, "image file", &["containers", key]);
    }
}

/// Whether a service is set up in a compose file and described in none; that is said.
pub(super) fn tell_ghost(service: &Service<'_>, model: &mut Model) -> bool {
    let ghost = service.is_ghost();
    if let Some((at, _)) = service.facts.first().filter(|_| ghost) {
        let message = format!("the service {} is set up here, and no compose file says what it runs", service.name);
        model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
    }
    ghost
}

/// Says which declared applications have no code here.
pub(super) fn tell_missing(unit: &Unit<'_>, model: &mut Model) {
    for (at, project) in unit.projects.iter().filter(|(_, project)| project.kind == ProjectKind::Application) {
        let message = format!("{} declares the application {}, but {} holds no code", project.tool, project.name, unit.folder);
        model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
    }
}
