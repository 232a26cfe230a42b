//! Routes of controllers as clients reach them: module graph, inheritance, prefixes, versions and guards put together.
//! A route on a controller that no application brings in is a gap, never an endpoint.

pub(super) mod aspnet;
pub(crate) mod auth;
mod classes;
mod guards;
pub(crate) mod path;
mod setup;

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::contracts::Contracts;
use super::graph::{App, ClassId, Graph, expand, provided_class};
use super::names::Names;
use crate::finding::{ControllerKind, Protocol, Route};
use crate::gap::{Gap, GapCode};
use crate::location::Location;
use crate::model::{Model, Operation};
use auth::Stated;
use classes::{Classes, Served};
use guards::Global;
use setup::{Setup, VersionPlace};

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let graph = input.graph(model);
    let classes = Classes::of(&input.names, input.findings);
    let contracts = Contracts::of(input.findings);
    let mut mounted: BTreeSet<ClassId> = BTreeSet::new();
    for (container, app) in &graph.apps {
        let mut gaps = Vec::new();
        let setup = Setup::of(&input.names, app, &mut gaps);
        let global = Global::of(&input.names, graph, app, &mut gaps);
        let application = Application { container, setup, global, names: &input.names, contracts: &contracts };
        for (class, prefix) in served_classes(&input.names, graph, &classes, (container, app), model) {
            let Some(served) = classes.served(&input.names, &class) else { continue };
            mounted.extend(served.chain.iter().cloned());
            application.add(&served, &prefix, model, &mut gaps);
        }
        model.gaps.append(&mut gaps);
    }
    for (class, at) in classes.controllers() {
        if !mounted.contains(class) {
            let message = format!("{} is a controller that no module of an application brings in; its routes are not endpoints", class.1);
            model.gaps.push(Gap::line(GapCode::NotMounted, &at.path, at.line, message));
        }
    }
}

/// The classes that an application serves, with the prefix that a router module gives to their module.
/// Where the module graph could not be followed to its end, listed classes in the application's own folder count too.
fn served_classes(
    names: &Names<'_>,
    graph: &Graph<'_>,
    classes: &Classes<'_>,
    (container, app): (&str, &App<'_>),
    model: &Model,
) -> BTreeMap<ClassId, String> {
    let mut found = BTreeMap::new();
    for id in &app.modules {
        let prefix = app.prefixes.get(id).cloned().unwrap_or_default();
        for (at, module) in graph.modules.get(id).into_iter().flatten() {
            for value in module.controllers.iter().chain(&module.providers) {
                for (file, item) in expand(names, &at.path, value, 8) {
                    if let Some(class) = provided_class(names, &file, &item) {
                        found.entry(class).or_insert_with(|| prefix.clone());
                    }
                }
            }
        }
    }
    if app.open || app.modules.is_empty() {
        for (class, at) in classes.controllers() {
            if graph.listed_in.contains_key(class) && super::containers::owner_of(model, &at.path) == Some(container) {
                found.entry(class.clone()).or_default();
            }
        }
    }
    found
}

/// One application while its endpoints are made.
struct Application<'a> {
    container: &'a str,
    setup: Setup,
    global: Global,
    names: &'a Names<'a>,
    contracts: &'a Contracts<'a>,
}

/// An endpoint before it is entered.
struct Endpoint<'a> {
    key: String,
    at: &'a Location,
    route: &'a Route,
    version: Option<String>,
    auth: BTreeSet<String>,
}

impl Application<'_> {
    fn add(&self, served: &Served<'_>, module_prefix: &str, model: &mut Model, gaps: &mut Vec<Gap>) {
        if served.prefixes.is_empty() {
            let message = format!("the prefix of {} is computed at run time; its routes are left out", served.class);
            gaps.push(Gap::line(GapCode::UnresolvedReference, &served.at.path, served.at.line, message));
            return;
        }
        let of_class = Stated::of(self.names, &served.atoms);
        for (at, route) in &served.routes {
            let atoms = super::decorators::atoms(self.names, &at.path, &route.decorators);
            let stated = Stated::of(self.names, &atoms);
            let proved = stated.under(&of_class, &self.global);
            let keys = self.keys(served, module_prefix, (at, route), gaps);
            if !keys.is_empty() {
                let unread = proved.unread.iter().map(|named| format!("{named} is named, and no guard looks for it; it is not enforced"));
                gaps.extend(unread.map(|message| Gap::line(GapCode::NotEnforced, &at.path, at.line, message)));
            }
            for (key, version) in keys {
                self.enter(Endpoint { key, at, route, version, auth: proved.auth.clone() }, served, model);
            }
        }
    }

    fn keys(
        &self,
        served: &Served<'_>,
        module_prefix: &str,
        (at, route): (&Location, &Route),
        gaps: &mut Vec<Gap>,
    ) -> Vec<(String, Option<String>)> {
        match route.protocol {
            Protocol::Http if self.setup.serves_http => self.http_keys(served, module_prefix, (at, route), gaps),
            Protocol::GraphQl => self.texts(at, route, gaps).into_iter().map(|name| (format!("{} {name}", route.verb), None)).collect(),
            Protocol::Grpc => self.texts(at, route, gaps).into_iter().map(|name| (self.grpc_key(&name), None)).collect(),
            Protocol::WebSocket => {
                let spaces = served.prefixes.iter().map(|prefix| prefix.trim_matches('/').to_owned()).collect::<Vec<_>>();
                let name = |event: String| {
                    spaces
                        .iter()
                        .map(move |space| if space.is_empty() { format!("WS {event}") } else { format!("WS /{space}#{event}") })
                        .collect::<Vec<_>>()
                };
                self.texts(at, route, gaps).into_iter().flat_map(name).map(|key| (key, None)).collect()
            }
            Protocol::Http | Protocol::MessageRequest | Protocol::MessageEvent => Vec::new(),
        }
    }

    /// The package is the one of the contract, else the one that the transport is set up with.
    fn grpc_key(&self, name: &str) -> String {
        let stated = self.setup.grpc_package.as_deref();
        let package = self.contracts.method(name, stated).map(|method| method.package.as_str()).or(stated).unwrap_or_default();
        if package.is_empty() { format!("GRPC {name}") } else { format!("GRPC {package}.{name}") }
    }

    fn http_keys(
        &self,
        served: &Served<'_>,
        module_prefix: &str,
        (at, route): (&Location, &Route),
        gaps: &mut Vec<Gap>,
    ) -> Vec<(String, Option<String>)> {
        let own: Vec<_> = route.versions.iter().map(|value| self.names.resolve(&at.path, value)).collect();
        let own = setup::read_versions(&own);
        let versions = if own.is_empty() { served.versions.clone() } else { own };
        let mut keys = Vec::new();
        for path in self.texts(at, route, gaps) {
            for prefix in &served.prefixes {
                for placed in self.setup.place(&route.verb, &[module_prefix, prefix, &path], &versions) {
                    keys.push((format!("{} {}", route.verb, placed.path), placed.version));
                }
            }
        }
        keys
    }

    /// The texts of a route's own paths; one that is computed at run time is a gap.
    fn texts(&self, at: &Location, route: &Route, gaps: &mut Vec<Gap>) -> Vec<String> {
        let mut texts = Vec::new();
        for (file, value) in route.paths.iter().flat_map(|value| expand(self.names, &at.path, value, 6)) {
            match self.names.text(&file, &value) {
                Some(text) => texts.push(text),
                None => gaps.push(Gap::line(
                    GapCode::UnresolvedReference,
                    &at.path,
                    at.line,
                    format!("the path of {}.{} is computed at run time; the route is left out", route.class, route.handler),
                )),
            }
        }
        texts
    }

    fn enter(&self, endpoint: Endpoint<'_>, served: &Served<'_>, model: &mut Model) {
        let Endpoint { key, at, route, version, auth } = endpoint;
        let name = key.strip_prefix("GRPC ").and_then(|key| key.rsplit_once('/')).map(|(service, method)| {
            let (package, service) = service.rsplit_once('.').unwrap_or(("", service));
            (package.to_owned(), format!("{service}/{method}"))
        });
        let contract = name.and_then(|(package, name)| self.contracts.method(&name, Some(&package)));
        let operation = Operation {
            handler: Some(if served.class.is_empty() { route.handler.clone() } else { format!("{}.{}", served.class, route.handler) }),
            request: route.request.clone().or_else(|| contract.map(|one| one.request.clone())),
            response: route.response.clone().or_else(|| contract.map(|one| one.response.clone())),
            auth,
            summary: route.summary.clone().or_else(|| contract?.doc.clone()),
            version: version.filter(|_| self.setup.versioning.as_ref().is_some_and(|one| one.place == VersionPlace::Header)),
            ..Operation::default()
        };
        model.prove(at, "route", &["api_endpoints", self.container, "operations", &key]);
        let operations = model.endpoints.entry(self.container.to_owned()).or_default();
        if let Some(message) = merge(operations, key, operation) {
            model.gaps.push(Gap::line(GapCode::AmbiguousName, &at.path, at.line, message));
        }
    }
}

/// Two handlers of one method and path: the first keeps the place, as in the framework; what both need is kept only where both say it.
/// The other handler is told.
fn merge(operations: &mut BTreeMap<String, Operation>, key: String, operation: Operation) -> Option<String> {
    match operations.entry(key.clone()) {
        std::collections::btree_map::Entry::Vacant(place) => {
            place.insert(operation);
            None
        }
        std::collections::btree_map::Entry::Occupied(mut place) => {
            let known = place.get_mut();
            let (first, second) = (known.handler.clone().unwrap_or_default(), operation.handler.clone().unwrap_or_default());
            let versions = if known.version == operation.version {
                String::new()
            } else {
                [&known.version, &operation.version].into_iter().flatten().map(|one| format!(" ({one})")).collect()
            };
            let other = (first != second || !versions.is_empty())
                .then(|| format!("{key} has two handlers, {first} and {second}{versions}; only the first is listed"));
            if known.version != operation.version {
                let versions: BTreeSet<String> = [known.version.take(), operation.version].into_iter().flatten().collect();
                known.version = Some(versions.into_iter().collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty());
            }
            known.auth = known.auth.intersection(&operation.auth).cloned().collect();
            other
        }
    }
}

/// What kind of class serves what kind of route.
fn serves(kind: ControllerKind, protocol: Protocol) -> bool {
    match kind {
        ControllerKind::Http => matches!(protocol, Protocol::Http | Protocol::Grpc | Protocol::MessageRequest | Protocol::MessageEvent),
        ControllerKind::WebSocket => protocol == Protocol::WebSocket,
        ControllerKind::GraphQl => protocol == Protocol::GraphQl,
    }
}
