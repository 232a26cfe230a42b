//! Settings of .NET: which of them each container has and reads, and what their addresses and databases lead to.
//! Names, hosts and databases only; no value is known here.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::aspire::ResourceKind;
use crate::finding::{Class, Fact, HostReference, Setting, SettingRead};
use crate::location::{Location, RepoPath};
use crate::model::{BackingService, Model, Relationship};

/// What is set for each container, and which settings fill which class.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// Container -> name of a setting -> the hosts that it is set to, by files of settings and of deployment.
    hosts: BTreeMap<String, BTreeMap<String, BTreeSet<HostReference>>>,
    /// Class -> the names of the sections that fill it.
    sections: BTreeMap<String, BTreeSet<String>>,
    /// Container -> name of a setting -> the containers that an AppHost sets it to.
    given: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Settings {
    /// Collects them; the containers must be complete.
    pub(super) fn of(input: &Input<'_>, model: &Model) -> Self {
        let mut all = Self::default();
        for finding in input.findings {
            match &finding.fact {
                Fact::SettingsFile(file) if !is_for_tests(file.environment.as_deref()) => {
                    for container in input.usage(model).containers(model, &finding.at.path) {
                        file.settings.iter().for_each(|one| all.set(&container, &one.hosts));
                    }
                }
                Fact::SettingRead(read) => all.fill(input, &finding.at.path, read),
                Fact::ComposeService(service) => {
                    if let Some(key) = model.compose_services.get(&(finding.at.path.clone(), service.name.clone())) {
                        all.set(key, &service.hosts);
                    }
                }
                Fact::KubernetesResource(resource) => {
                    for pod in &resource.containers {
                        let key = [resource.name.as_deref().unwrap_or_default(), &pod.name];
                        let key = key.into_iter().find(|name| model.containers.contains_key(*name));
                        key.into_iter().for_each(|key| all.set(key, &pod.hosts));
                    }
                }
                _ => {}
            }
        }
        all.give(input, model);
        all
    }

    fn set<'h>(&mut self, container: &str, hosts: impl IntoIterator<Item = &'h HostReference>) {
        for host in hosts {
            let of_container = self.hosts.entry(container.to_owned()).or_default();
            of_container.entry(host.variable.to_ascii_lowercase()).or_default().insert(host.clone());
        }
    }

    fn fill(&mut self, input: &Input<'_>, file: &RepoPath, read: &SettingRead) {
        if let (Some(class), Some(key)) = (&read.options, input.names.text(file, &read.key)) {
            self.sections.entry(class.clone()).or_default().insert(variable(&key));
        }
    }

    /// `WithEnvironment("Identity__Url", identity)`, `WithReference(catalog)`
    fn give(&mut self, input: &Input<'_>, model: &Model) {
        for hosted in input.resources().values() {
            let key = |name: &str| match hosted.get(name).map(|one| &one.kind) {
                Some(ResourceKind::Project(folder)) => {
                    model.containers.iter().find(|(_, one)| one.path.as_ref() == Some(folder)).map(|(key, _)| key.clone())
                }
                _ => model.containers.contains_key(name).then(|| name.to_owned()),
            };
            for (name, resource) in hosted {
                let Some(source) = key(name) else { continue };
                for (target, means) in resource.references.iter().filter(|(_, means)| !means.is_empty()) {
                    let Some(target) = key(target) else { continue };
                    let of_source = self.given.entry(source.clone()).or_default();
                    of_source.entry(means.to_ascii_lowercase()).or_default().insert(target);
                }
            }
        }
    }

    /// The hosts that a setting of a container is set to.
    pub(super) fn hosts(&self, container: &str, name: &str) -> impl Iterator<Item = &HostReference> {
        self.hosts.get(container).and_then(|all| all.get(&name.to_ascii_lowercase())).into_iter().flatten()
    }

    /// The containers that an AppHost sets a setting to.
    pub(super) fn given(&self, container: &str, name: &str) -> impl Iterator<Item = &String> {
        self.given.get(container).and_then(|all| all.get(&name.to_ascii_lowercase())).into_iter().flatten()
    }

    /// The names by which a property of a class is set.
    pub(super) fn of_property(&self, class: &str, property: &str) -> BTreeSet<String> {
        let sections = self.sections.get(class).into_iter().flatten();
        sections.map(|section| if section.is_empty() { property.to_owned() } else { format!("{section}__{property}") }).collect()
    }
}

/// The variable that sets a setting: `A__B` of `A:B`.
fn variable(key: &str) -> String {
    key.replace(':', "__")
}

/// Settings that only a run of tests is given.
fn is_for_tests(environment: Option<&str>) -> bool {
    environment.is_some_and(|name| name.to_ascii_lowercase().contains("test"))
}

/// The names of the settings that a read asks for: of a class the sections of its properties.
pub(super) fn read_names(input: &Input<'_>, at: &Location, read: &SettingRead) -> Vec<String> {
    let Some(key) = input.names.text(&at.path, &read.key) else { return Vec::new() };
    let key = variable(&key);
    let class = read.options.as_ref().and_then(|name| input.names.class(&at.path, name.split('<').next().unwrap_or(name)));
    let properties: Vec<&str> = class.map(|(_, class)| properties(class)).unwrap_or_default();
    if properties.is_empty() {
        // Of a section that fills no known class only the files of settings tell what can be set.
        return if key.is_empty() || read.is_section { Vec::new() } else { vec![key] };
    }
    properties.into_iter().map(|name| if key.is_empty() { name.to_owned() } else { format!("{key}__{name}") }).collect()
}

/// Properties that settings can fill.
fn properties(class: &Class) -> Vec<&str> {
    let names = class.members.iter().map(|(name, _)| name.as_str());
    names.filter(|name| name.starts_with(char::is_uppercase)).collect()
}

/// The names that a file of settings states, with their lines.
pub(super) fn declared(settings: &[Setting]) -> impl Iterator<Item = (&str, u32)> {
    settings.iter().map(|one| (one.name.as_str(), one.line))
}

/// The pass: lines to what settings name.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut found: Vec<(String, Location, Told)> = Vec::new();
    for finding in input.findings {
        let Fact::SettingsFile(file) = &finding.fact else { continue };
        if is_for_tests(file.environment.as_deref()) {
            continue;
        }
        for container in input.usage(model).containers(model, &finding.at.path) {
            for setting in &file.settings {
                let told = told(input, model, &container, setting);
                found.extend(told.into_iter().map(|told| (container.clone(), Location::new(&finding.at.path, setting.line), told)));
            }
        }
    }
    for (container, at, told) in found {
        match told {
            Told::Line(line) => {
                model.prove(&at, "setting", &["containers", &container, "relationships"]);
                let lines = model.containers.get(&container).map(|one| &one.relationships);
                let known = lines.into_iter().flatten().filter(|one| one.target == line.target).map(|one| one.description.as_str());
                let known: Vec<&str> = known.collect();
                // An AppHost names the database that it gives; the settings of a start by hand name the same one.
                let same = known.iter().any(|text| line.description.split(';').next() == text.split(';').next());
                if known.is_empty() || line.description.starts_with(USES) && !same {
                    super::clients::relate(model, &container, line);
                }
            }
            Told::Database(engine, note) => {
                let service =
                    model.services.entry(engine).or_insert_with(|| BackingService { kind: "db".to_owned(), ..BackingService::default() });
                service.notes.insert(note);
            }
        }
    }
}

/// How a line begins that names a database.
const USES: &str = "Uses the database";

/// What a setting says of its container.
enum Told {
    /// A line to a container.
    Line(Relationship),
    /// A database that no container of the repository is: its product, and a note.
    Database(String, String),
}

fn told(input: &Input<'_>, model: &Model, container: &str, setting: &Setting) -> Option<Told> {
    let addresses = input.addresses(model);
    let shown = setting.name.replace("__", ":");
    let target = setting.hosts.iter().find_map(|host| addresses.find(host)).map(str::to_owned);
    let Some(database) = &setting.database else {
        let target = target.filter(|target| target != container)?;
        let technology = setting.hosts.iter().find_map(|host| host.scheme.as_deref()).and_then(protocol).map(str::to_owned);
        return Some(Told::Line(Relationship { target, description: format!("Is given its address by `{shown}`"), technology }));
    };
    let engine = database.engine.clone().or_else(|| engine_of(input, model, container));
    let target = target.or_else(|| only_server(model, engine.as_deref()?));
    let description = match &database.name {
        Some(name) => format!("{USES} {name}; it is set by `{shown}`"),
        None => format!("Is given its address by `{shown}`"),
    };
    match target.filter(|target| target != container) {
        Some(target) => Some(Told::Line(Relationship { target, description, technology: engine })),
        None => {
            let name = database.name.as_ref().map(|name| format!("database {name} of ")).unwrap_or_default();
            Some(Told::Database(engine?, format!("{name}{container}, set by `{shown}`")))
        }
    }
}

/// Packages of drivers -> the product.
const DRIVERS: &[(&str, &str)] = &[
    ("Npgsql*", "PostgreSQL"),
    ("Marten*", "PostgreSQL"),
    ("Microsoft.EntityFrameworkCore.SqlServer", "Microsoft SQL Server"),
    ("Microsoft.Data.SqlClient", "Microsoft SQL Server"),
    ("System.Data.SqlClient", "Microsoft SQL Server"),
    ("Pomelo.EntityFrameworkCore.MySql", "MySQL"),
    ("MySql*", "MySQL"),
    ("Microsoft.EntityFrameworkCore.Sqlite", "SQLite"),
    ("Microsoft.Data.Sqlite", "SQLite"),
    ("MongoDB.Driver", "MongoDB"),
    ("Oracle*", "Oracle Database"),
];

/// The only product that a container's projects have a driver of.
fn engine_of(input: &Input<'_>, model: &Model, container: &str) -> Option<String> {
    let folder = model.containers.get(container)?.path.as_ref()?;
    let closure = input.projects().closure(folder);
    let projects = || closure.iter().filter_map(|folder| input.projects().at(folder));
    let used = DRIVERS.iter().filter(|(package, _)| projects().any(|project| project.uses(package))).map(|(_, engine)| *engine);
    let used: BTreeSet<&str> = used.collect();
    used.first().filter(|_| used.len() == 1).map(|engine| (*engine).to_owned())
}

/// The only container that runs a product.
fn only_server(model: &Model, engine: &str) -> Option<String> {
    let runs = |technology: &str| technology.starts_with(engine) || engine == "MySQL" && technology.starts_with("MariaDB");
    let mut all = model.containers.iter().filter(|(_, one)| one.backing && one.technology.as_deref().is_some_and(runs));
    all.next().filter(|_| all.next().is_none()).map(|(key, _)| key.clone())
}

/// What a scheme speaks.
pub(super) fn protocol(scheme: &str) -> Option<&'static str> {
    Some(match scheme.split('+').next().unwrap_or(scheme) {
        "http" => "HTTP",
        "https" => "HTTPS",
        "amqp" | "amqps" | "rabbitmq" => "AMQP",
        "nats" => "NATS",
        "redis" | "rediss" => "Redis",
        "mongodb" => "MongoDB",
        "postgres" | "postgresql" => "PostgreSQL",
        "ws" | "wss" => "WebSocket",
        "smtp" => "SMTP",
        "grpc" => "gRPC",
        _ => return None,
    })
}
