//! The classes that serve: controllers, gateways and resolvers with the routes of their bases, and decorators composed elsewhere seen through.

use std::collections::{BTreeMap, BTreeSet};

use super::serves;
use super::setup::read_versions;
use crate::finding::{Class, Controller, ControllerKind, Fact, Finding, Protocol, Route, Value, http_method};
use crate::link::decorators::{Atom, atoms};
use crate::link::graph::{ClassId, expand};
use crate::link::names::Names;
use crate::location::{Location, RepoPath};

/// What a class serves, its bases included.
#[derive(Debug)]
pub(crate) struct Served<'a> {
    /// Where it stands.
    pub(crate) at: &'a Location,
    /// Its name.
    pub(crate) class: String,
    /// It and the bases that gave routes.
    pub(crate) chain: BTreeSet<ClassId>,
    /// Its prefixes, as texts, perhaps empty ones; none at all when they are computed at run time.
    pub(crate) prefixes: Vec<String>,
    /// Its API versions.
    pub(crate) versions: Vec<Option<String>>,
    /// Its decorators, taken apart.
    pub(crate) atoms: Vec<Atom>,
    /// Its routes in the order of the text, bases last.
    pub(crate) routes: Vec<(&'a Location, Route)>,
}

/// Everything that classes state about routes.
#[derive(Debug, Default)]
pub(crate) struct Classes<'a> {
    controllers: BTreeMap<ClassId, (&'a Location, Controller)>,
    routes: BTreeMap<ClassId, Vec<(&'a Location, Route)>>,
}

/// How many bases are followed.
const BASES: usize = 8;

impl<'a> Classes<'a> {
    /// Reads controllers and routes.
    pub(crate) fn of(names: &Names<'_>, findings: &'a [Finding]) -> Self {
        let mut classes = Self::default();
        for finding in findings {
            let id = |class: &str| (finding.at.path.clone(), class.to_owned());
            match &finding.fact {
                Fact::Controller(controller) => _ = classes.controllers.insert(id(&controller.class), (&finding.at, controller.clone())),
                Fact::Route(route) if route.verb.is_empty() && route.paths.is_empty() => {
                    if let Some(route) = composed_route(names, &finding.at.path, route) {
                        classes.routes.entry(id(&route.class)).or_default().push((&finding.at, route));
                    }
                }
                Fact::Route(route) => classes.routes.entry(id(&route.class)).or_default().push((&finding.at, route.clone())),
                _ => {}
            }
        }
        for finding in findings {
            let Fact::Class(class) = &finding.fact else { continue };
            let key = (finding.at.path.clone(), class.name.clone());
            if class.decorators.is_empty() || classes.controllers.contains_key(&key) {
                continue;
            }
            if let Some(controller) = composed_controller(names, &finding.at.path, class) {
                classes.controllers.insert(key, (&finding.at, controller));
            }
        }
        classes
    }

    /// Every class that a decorator makes a controller, gateway or resolver.
    pub(crate) fn controllers(&self) -> impl Iterator<Item = (&ClassId, &'a Location)> {
        let has_routes = |id: &ClassId| self.routes.contains_key(id);
        self.controllers
            .iter()
            .filter(move |(id, (_, one))| one.kind == ControllerKind::Http && has_routes(id))
            .map(|(id, (at, _))| (id, *at))
    }

    /// What a class serves; `None` when no decorator makes it serve. Any provider with GraphQL fields is a resolver.
    pub(crate) fn served(&self, names: &Names<'a>, id: &ClassId) -> Option<Served<'a>> {
        let resolver;
        let (at, controller) = match self.controllers.get(id) {
            Some((at, controller)) => (*at, controller),
            None => {
                let (at, _) = self.routes.get(id)?.iter().find(|(_, route)| route.protocol == Protocol::GraphQl)?;
                resolver = Controller { class: id.1.clone(), kind: ControllerKind::GraphQl, ..Controller::default() };
                (*at, &resolver)
            }
        };
        let mut served = Served {
            at,
            class: id.1.clone(),
            chain: BTreeSet::new(),
            prefixes: texts(names, &id.0, &controller.prefixes),
            versions: read_versions(&controller.versions.iter().map(|value| names.resolve(&id.0, value)).collect::<Vec<_>>()),
            atoms: atoms(names, &id.0, &controller.decorators),
            routes: Vec::new(),
        };
        let mut next = vec![id.clone()];
        let mut handlers = BTreeSet::new();
        while let Some(class) = next.pop() {
            if served.chain.len() > BASES || !served.chain.insert(class.clone()) {
                continue;
            }
            let routes = self.routes.get(&class).into_iter().flatten();
            let fresh: Vec<_> = routes
                .filter(|(_, route)| serves(controller.kind, route.protocol) && !handlers.contains(&route.handler))
                .cloned()
                .collect();
            handlers.extend(fresh.iter().map(|(_, route)| route.handler.clone()));
            served.routes.extend(fresh);
            if let Some((at, stated)) = names.class(&class.0, &class.1) {
                let bases = stated.bases.iter().map(|base| names.member_definition(&at.path, base));
                next.extend(bases.filter_map(|base| Some((base.file?, base.name))));
            }
        }
        Some(served)
    }
}

/// The texts of prefixes, the empty one where none is stated; those that are computed at run time are missing.
fn texts(names: &Names<'_>, file: &RepoPath, values: &[Value]) -> Vec<String> {
    if values.is_empty() {
        return vec![String::new()];
    }
    let values = values.iter().flat_map(|value| expand(names, file, value, 6));
    values.filter_map(|(file, value)| names.text(&file, &value)).collect()
}

fn composed_route(names: &Names<'_>, file: &RepoPath, route: &Route) -> Option<Route> {
    let atoms = atoms(names, file, &route.decorators);
    let (atom, verb) = atoms.iter().find_map(|atom| Some((atom, http_method(&atom.name)?)))?;
    let paths =
        atom.arguments.first().map_or_else(|| vec![Value::Text(String::new())], |path| names.resolve(&atom.file, path).items().to_vec());
    Some(Route { protocol: Protocol::Http, verb: verb.to_owned(), paths, ..route.clone() })
}

fn composed_controller(names: &Names<'_>, file: &RepoPath, class: &Class) -> Option<Controller> {
    let atoms = atoms(names, file, &class.decorators);
    let atom = atoms.iter().find(|atom| atom.composed && atom.name == "Controller")?;
    let options = atom.arguments.first().map(|first| names.resolve(&atom.file, first));
    let (prefix, versions) = match &options {
        Some(map @ Value::Map(_)) => {
            (map.get("path").cloned(), map.get("version").map(|version| version.items().to_vec()).unwrap_or_default())
        }
        other => (other.clone(), Vec::new()),
    };
    let prefixes = prefix.map_or_else(|| vec![Value::Text(String::new())], |prefix| prefix.items().to_vec());
    Some(Controller {
        class: class.name.clone(),
        prefixes,
        versions,
        decorators: class.decorators.clone(),
        doc: class.doc.clone(),
        ..Controller::default()
    })
}
