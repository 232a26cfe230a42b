//! The classes that serve: controllers, gateways and resolvers with the routes of their bases, and decorators composed elsewhere seen through.

use std::collections::{BTreeMap, BTreeSet};

use super::serves;
use super::setup::read_versions;
use crate::finding::{Class, Controller, ControllerKind, Fact, Finding, Protocol, Route, Value, http_method};
use crate::link::decorators::{Atom, atoms};
use crate::link::graph::{ClassId, expand};
use crate::link::names::{Names, last_part};
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
                let decorators = names.class(&id.0, &id.1).map(|(_, class)| class.decorators.clone()).unwrap_or_default();
                resolver = Controller { class: id.1.clone(), kind: ControllerKind::GraphQl, decorators, ..Controller::default() };
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
        let mut next: Vec<(ClassId, Bindings)> = vec![(id.clone(), Bindings::default())];
        let mut handlers = BTreeSet::new();
        while let Some((class, bound)) = next.pop() {
            if served.chain.len() > BASES || !served.chain.insert(class.clone()) {
                continue;
            }
            let routes = self.routes.get(&class).into_iter().flatten().map(|(at, route)| (*at, bound.fill(names, &at.path, route)));
            let fresh: Vec<_> =
                routes.filter(|(_, route)| serves(controller.kind, route.protocol) && !handlers.contains(&route.handler)).collect();
            handlers.extend(fresh.iter().map(|(_, route)| route.handler.clone()));
            served.routes.extend(fresh);
            if let Some((at, stated)) = names.class(&class.0, &class.1) {
                inherit(&mut served.atoms, atoms(names, &at.path, &stated.decorators), class == *id);
                for base in &stated.bases {
                    let definition = names.member_definition(&at.path, base);
                    let Some(file) = definition.file else { continue };
                    let inner = bound.of_base(names, (&at.path, stated), base, &(file.clone(), definition.name.clone()));
                    next.push(((file, definition.name), inner));
                }
            }
        }
        Some(served)
    }
}

/// The arguments that a function which gives back a class was called with, by the names of its parameters.
#[derive(Clone, Debug, Default)]
struct Bindings {
    parameters: Vec<String>,
    arguments: Vec<Value>,
}

impl Bindings {
    /// What holds in a base: the arguments of this class where the base is called, else what holds already inside a function's class.
    fn of_base(&self, names: &Names<'_>, (file, class): (&RepoPath, &Class), base: &str, target: &ClassId) -> Self {
        let given = class.base_arguments.iter().find(|(name, _)| name == base).map(|(_, arguments)| arguments);
        let parameters = names.class(&target.0, &target.1).map(|(_, function)| function.parameters.clone()).unwrap_or_default();
        match given {
            Some(arguments) if !parameters.is_empty() => {
                let own = |value: &Value| names.resolve(file, &value.with_arguments(&self.parameters, &self.arguments));
                Self { parameters, arguments: arguments.iter().map(own).collect() }
            }
            _ if !class.parameters.is_empty() => self.clone(),
            _ => Self::default(),
        }
    }

    /// A route of the class with the arguments put in; a method that is named by one is called so.
    fn fill(&self, names: &Names<'_>, file: &RepoPath, route: &Route) -> Route {
        if self.parameters.is_empty() {
            return route.clone();
        }
        let filled = |value: &Value| value.with_arguments(&self.parameters, &self.arguments);
        let computed = route.handler.strip_prefix('[').and_then(|name| name.strip_suffix(']')).map(|name| Value::Name(name.to_owned()));
        let handler = computed.and_then(|name| names.text(file, &filled(&name)));
        Route {
            paths: route.paths.iter().map(filled).collect(),
            versions: route.versions.iter().map(filled).collect(),
            request: route.request.as_deref().map(|kind| self.kind(kind)),
            response: route.response.as_deref().map(|kind| self.kind(kind)),
            handler: handler.unwrap_or_else(|| route.handler.clone()),
            ..route.clone()
        }
    }

    /// A type that is one of the parameters is the class that was handed over.
    fn kind(&self, kind: &str) -> String {
        let bare = kind.trim_end_matches("[]");
        match self.parameters.iter().position(|one| one == bare).and_then(|at| self.arguments.get(at)) {
            Some(Value::Name(class)) => kind.replacen(bare, last_part(class), 1),
            _ => kind.to_owned(),
        }
    }
}

/// Adds what a base states: guards add up, of any other decorator the nearest holds, as metadata are looked up along the prototypes.
fn inherit(known: &mut Vec<Atom>, of_base: Vec<Atom>, is_itself: bool) {
    if is_itself {
        return;
    }
    let own: BTreeSet<String> = known.iter().map(|atom| atom.name.clone()).collect();
    known.extend(of_base.into_iter().filter(|atom| atom.name == "UseGuards" || !own.contains(&atom.name)));
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
