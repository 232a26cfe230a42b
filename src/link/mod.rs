//! One thread, a fixed list of passes: names resolved across files, findings merged into the model.
//! Sees no syntax and no disk; ties break by (path, line, extractor).

mod addresses;
mod application_services;
mod architecture;
mod asking;
mod aspire;
mod carriers;
mod chaincode;
mod class_servers;
mod client_libraries;
mod clients;
mod collections;
mod components;
mod conditions;
mod configuration;
mod containers;
mod contexts;
mod contracts;
mod decorators;
mod deployment;
mod environment;
mod file_routes;
mod flows;
mod gateways;
mod generated_servers;
mod glossary;
mod golang;
mod graph;
mod graphql;
mod grpc;
mod http_contracts;
mod images;
mod integrations;
mod jobs;
mod message_contracts;
mod message_schemas;
mod messaging;
mod named_handlers;
mod names;
mod outside_hosts;
mod packages;
mod plain_types;
mod projects;
mod relays;
mod routers;
mod routes;
mod scripts;
mod security;
mod sentence;
mod servers;
mod services;
mod settings;
mod starts;
mod startup;
mod state_machines;
mod store_keys;
mod stores;
mod surface;
mod systems;
mod tables;
mod telemetry;
mod testing;
mod usage;
mod wording;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::classify::RepoMap;
use crate::finding::{Controller, Fact, Finding};
use crate::location::{Location, RepoPath};
use crate::model::Model;
use addresses::Addresses;
use golang::world::World;
use graph::Graph;
use messaging::Traffic;
use names::Names;
use packages::Packages;
use projects::Projects;
use settings::Settings;
use startup::Startup;
use usage::Usage;

/// What the passes read.
pub(crate) struct Input<'a> {
    /// The files and how modules are found.
    pub(crate) map: &'a RepoMap,
    /// The facts, in the order of (path, line, extractor).
    pub(crate) findings: &'a [Finding],
    /// The name of the scanned folder.
    pub(crate) root_name: &'a str,
    names: Names<'a>,
    graph: OnceCell<Graph<'a>>,
    /// Who is on each channel, once the messaging pass has run.
    channels: OnceCell<BTreeMap<String, Traffic>>,
    /// What was found by following calls through files; the pass over servers of Node.js sets it.
    followed: OnceCell<Vec<Finding>>,
    usage: OnceCell<Usage>,
    packages: OnceCell<Packages<'a>>,
    world: OnceCell<World<'a>>,
    talk: OnceCell<golang::Talk>,
    projects: OnceCell<Projects<'a>>,
    resources: OnceCell<BTreeMap<RepoPath, aspire::Hosted<'a>>>,
    addresses: OnceCell<Addresses>,
    settings: OnceCell<Settings>,
    startup: OnceCell<Startup<'a>>,
}

impl<'a> Input<'a> {
    /// Takes the findings in and indexes their names.
    pub(crate) fn new(map: &'a RepoMap, findings: &'a [Finding], root_name: &'a str) -> Self {
        Self {
            map,
            findings,
            root_name,
            names: Names::of(findings),
            graph: OnceCell::new(),
            channels: OnceCell::new(),
            followed: OnceCell::new(),
            usage: OnceCell::new(),
            packages: OnceCell::new(),
            world: OnceCell::new(),
            talk: OnceCell::new(),
            projects: OnceCell::new(),
            resources: OnceCell::new(),
            addresses: OnceCell::new(),
            settings: OnceCell::new(),
            startup: OnceCell::new(),
        }
    }

    /// Every controller with its place.
    fn controllers(&self) -> impl Iterator<Item = (&'a Location, &'a Controller)> {
        self.findings.iter().filter_map(|finding| match &finding.fact {
            Fact::Controller(controller) => Some((&finding.at, controller)),
            _ => None,
        })
    }

    /// The packages of Go.
    fn packages(&self) -> &Packages<'a> {
        self.packages.get_or_init(|| Packages::of(self.map, self.findings))
    }

    /// The functions, types and variables of Go.
    fn world(&self) -> &World<'a> {
        self.world.get_or_init(|| World::of(self.map, self.findings))
    }

    /// The messages, schedules and clients of Go; the containers must be complete.
    fn talk(&self, model: &Model) -> &golang::Talk {
        self.talk.get_or_init(|| golang::Talk::of(self, model))
    }

    /// The containers that a class runs in. A project of .NET that is no container is a part of those that are built from it.
    fn containers_of(&self, model: &Model, class: &graph::ClassId) -> BTreeSet<String> {
        let found: BTreeSet<String> = self.graph(model).containers_of(model, class).into_iter().map(str::to_owned).collect();
        if found.is_empty() && self.projects().folder_of(&class.0).is_some() {
            self.usage(model).containers(model, &class.0)
        } else {
            found
        }
    }

    /// The containers that a class of .NET works in that must be registered to work at all. One of a library is registered by some of the
    /// applications that are built with it, where their start-up code names it or what it implements.
    fn registered_in(&self, model: &Model, class: &graph::ClassId) -> BTreeSet<String> {
        let all = self.containers_of(model, class);
        if class.0.extension() != "cs" || all.len() < 2 {
            return all;
        }
        let bases = self.names.class(&class.0, &class.1).map(|(_, class)| class.bases.as_slice()).unwrap_or_default();
        let kinds: Vec<&str> = bases.iter().map(String::as_str).filter(|base| !is_host_type(base)).chain([class.1.as_str()]).collect();
        let named = |key: &&String| kinds.iter().any(|kind| self.startup(model).names(key, kind));
        let registered: BTreeSet<String> = all.iter().filter(named).cloned().collect();
        if registered.is_empty() { all } else { registered }
    }

    /// The projects of .NET.
    fn projects(&self) -> &Projects<'a> {
        self.projects.get_or_init(|| Projects::of(self.findings))
    }

    /// What each Aspire AppHost runs.
    fn resources(&self) -> &BTreeMap<RepoPath, aspire::Hosted<'a>> {
        self.resources.get_or_init(|| aspire::resources(self))
    }

    /// What answers at an address; the containers must be complete.
    fn addresses(&self, model: &Model) -> &Addresses {
        self.addresses.get_or_init(|| Addresses::of(self, model))
    }

    /// What is set for each container; the containers must be complete.
    fn settings(&self, model: &Model) -> &Settings {
        self.settings.get_or_init(|| Settings::of(self, model))
    }

    /// The start-up code of the applications of .NET; the containers must be complete.
    fn startup(&self, model: &Model) -> &Startup<'a> {
        self.startup.get_or_init(|| Startup::of(self, model))
    }

    /// Whose the files outside of all containers are; the containers must be complete.
    fn usage(&self, model: &Model) -> &Usage {
        self.usage.get_or_init(|| Usage::of(self, model))
    }

    /// The module graph; the containers pass must have run.
    fn graph(&self, model: &Model) -> &Graph<'a> {
        self.graph.get_or_init(|| Graph::build(&self.names, self.findings, model))
    }
}

/// Types that many classes implement.
fn is_host_type(name: &str) -> bool {
    matches!(name, "BackgroundService" | "IHostedService" | "IDisposable" | "IAsyncDisposable" | "IHostedLifecycleService")
}

/// A pass: reads the input and what earlier passes made, adds its own part.
type Pass = fn(&Input<'_>, &mut Model);

/// The passes in their order; each may rely on those before it.
const PASSES: &[(&str, Pass)] = &[
    ("containers", containers::link),
    ("components", components::link),
    ("clients", clients::link),
    ("gateways", gateways::link),
    ("client libraries", client_libraries::link),
    ("packages of Go", golang::components::link),
    ("routes", routes::link),
    ("routers", routers::link),
    ("servers of Node.js", servers::link),
    ("servers made of classes", class_servers::link),
    ("routes of files", file_routes::link),
    ("schemas of GraphQL", graphql::link),
    ("routes of ASP.NET Core", routes::aspnet::link),
    ("gRPC", grpc::link),
    ("chaincode", chaincode::link),
    ("contracts of HTTP", http_contracts::link),
    ("collections of requests", collections::link),
    ("clients of Go", golang::clients::link),
    ("surface", surface::link),
    ("messaging", messaging::link),
    ("scripts", scripts::link),
    ("tables", tables::link),
    ("store keys", store_keys::link),
    ("deployment", deployment::link),
    ("stores", stores::link),
    ("settings", settings::link),
    ("services", services::link),
    ("telemetry", telemetry::link),
    ("contracts of messages", message_contracts::link),
    ("schemas of messages", message_schemas::link),
    ("telemetry of Go", golang::telemetry::link),
    ("integrations", integrations::link),
    ("outside hosts", outside_hosts::link),
    ("application services", application_services::link),
    ("jobs", jobs::link),
    ("state machines", state_machines::link),
    ("configuration", configuration::link),
    ("security", security::link),
    ("glossary", glossary::link),
    ("lines", containers::tidy),
    ("contexts", contexts::link),
    ("systems", systems::link),
    ("architecture documents", architecture::link),
    ("testing", testing::link),
];

/// Runs every pass.
pub(crate) fn link(input: &Input<'_>) -> Model {
    let mut model = Model { project: input.root_name.to_owned(), ..Model::default() };
    for (_, pass) in PASSES {
        pass(input, &mut model);
    }
    model
}
