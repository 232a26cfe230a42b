//! The module graph: which modules each application brings together, and so which classes run in which container.
//! A class that no module of an application names is not there, whatever folder it stands in.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Definition, Names, last_part};
use super::starts;
use crate::finding::{Bootstrap, BootstrapKind, Fact, Finding, Module, Value};
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// A class: the file that defines it and its name.
pub(crate) type ClassId = (RepoPath, String);

/// An application as its start and its modules state it.
#[derive(Debug, Default)]
pub(crate) struct App<'a> {
    /// Its starts, and set-up that stands apart from them.
    pub(crate) bootstraps: Vec<(&'a Location, &'a Bootstrap)>,
    /// Every module that its root reaches.
    pub(crate) modules: BTreeSet<ClassId>,
    /// Path prefixes that a router module gives to whole modules.
    pub(crate) prefixes: BTreeMap<ClassId, String>,
    /// Whether an import on the way could not be followed, so that more modules may belong to it.
    pub(crate) open: bool,
}

/// The modules of a repository and the applications made of them.
#[derive(Debug, Default)]
pub(crate) struct Graph<'a> {
    /// Every module; a class with several module facts (a static one and dynamic ones) has them all.
    pub(crate) modules: BTreeMap<ClassId, Vec<(&'a Location, &'a Module)>>,
    /// Container key -> application.
    pub(crate) apps: BTreeMap<String, App<'a>>,
    /// Class -> the modules that list it as a controller or provider.
    pub(crate) listed_in: BTreeMap<ClassId, BTreeSet<ClassId>>,
    /// Module -> what its import list leads to.
    edges: BTreeMap<ClassId, Edges>,
}

/// What the import list of one module leads to.
#[derive(Debug, Default)]
struct Edges {
    modules: BTreeSet<ClassId>,
    prefixes: Vec<(ClassId, String)>,
    open: bool,
}

/// How module, controller and provider lists are followed through constants.
const LIST_DEPTH: usize = 8;
/// How deep what is handed to a start is looked through.
const GIVEN_DEPTH: usize = 12;

impl<'a> Graph<'a> {
    /// Builds the graph; containers must be there, since the folder of a start says whose it is.
    pub(crate) fn build(names: &Names<'a>, findings: &'a [Finding], model: &Model) -> Self {
        let mut graph = Self::default();
        for finding in findings {
            if let Fact::Module(module) = &finding.fact {
                let id = (finding.at.path.clone(), module.class.clone());
                graph.modules.entry(id).or_default().push((&finding.at, module));
            }
        }
        graph.list_classes(names);
        graph.draw_edges(names);
        graph.start_apps(names, findings, model);
        graph
    }

    /// The modules that a module imports.
    pub(crate) fn imports_of(&self, id: &ClassId) -> impl Iterator<Item = &ClassId> {
        self.edges.get(id).into_iter().flat_map(|edges| &edges.modules)
    }

    fn list_classes(&mut self, names: &Names<'_>) {
        for (id, facts) in &self.modules {
            for (at, module) in facts {
                for value in module.controllers.iter().chain(&module.providers) {
                    for (file, item) in expand(names, &at.path, value, LIST_DEPTH) {
                        if let Some(class) = provided_class(names, &file, &item) {
                            self.listed_in.entry(class).or_default().insert(id.clone());
                        }
                    }
                }
            }
        }
    }

    fn draw_edges(&mut self, names: &Names<'a>) {
        let mut all = BTreeMap::new();
        for (id, facts) in &self.modules {
            let mut edges = Edges::default();
            for (at, module) in facts {
                for (file, item) in module.imports.iter().flat_map(|value| expand(names, &at.path, value, LIST_DEPTH)) {
                    self.follow_import(names, &file, &item, &mut edges);
                }
            }
            all.insert(id.clone(), edges);
        }
        self.edges = all;
    }

    fn follow_import(&self, names: &Names<'a>, file: &RepoPath, item: &Value, edges: &mut Edges) {
        match item {
            Value::Name(name) => self.follow_name(names, file, name, edges),
            Value::Call(name, arguments) if is_router(names, file, name) => {
                arguments.iter().for_each(|routes| self.router(names, file, routes, "", edges, LIST_DEPTH));
            }
            Value::Call(name, arguments) if name == "forwardRef" => {
                let mut inner = Vec::new();
                arguments.iter().for_each(|argument| argument.names(&mut inner));
                inner.iter().for_each(|name| self.follow_name(names, file, name, edges));
            }
            Value::Call(name, arguments) => {
                let class = name.rsplit_once('.').map_or(name.as_str(), |(class, _)| class);
                self.follow_name(names, file, class, edges);
                if names.member_definition(file, class).file.is_none() {
                    self.follow_wrapped(names, file, arguments, edges);
                }
            }
            Value::Map(_) => {
                if let Some(Value::Name(name)) = item.get("module") {
                    self.follow_name(names, file, name, edges);
                }
            }
            _ => edges.open = true,
        }
    }

    /// A module handed to one from outside: `ConditionalModule.registerWhen(PaymentsModule, ...)`.
    fn follow_wrapped(&self, names: &Names<'a>, file: &RepoPath, arguments: &[Value], edges: &mut Edges) {
        for argument in arguments {
            if let Value::Name(name) = argument
                && let Some(id) = self.module_id(&names.member_definition(file, name))
            {
                edges.modules.insert(id);
            }
        }
    }

    fn follow_name(&self, names: &Names<'a>, file: &RepoPath, name: &str, edges: &mut Edges) {
        let definition = names.member_definition(file, name);
        match self.module_id(&definition) {
            Some(id) => _ = edges.modules.insert(id),
            None => edges.open |= definition.file.is_some(),
        }
    }

    /// Reads `RouterModule.register([{ path, module, children }])`.
    fn router(&self, names: &Names<'a>, file: &RepoPath, routes: &Value, prefix: &str, edges: &mut Edges, depth: usize) {
        if depth == 0 {
            return;
        }
        for (file, route) in expand(names, file, routes, LIST_DEPTH) {
            let own = route.get("path").and_then(|path| names.text(&file, path)).unwrap_or_default();
            let path = format!("{prefix}/{}", own.trim_matches('/'));
            let module = match (&route, route.get("module")) {
                (Value::Name(name), _) | (_, Some(Value::Name(name))) => Some(name.as_str()),
                _ => None,
            };
            if let Some(id) = module.and_then(|name| self.module_id(&names.member_definition(&file, name))) {
                edges.prefixes.push((id, path.trim_matches('/').to_owned()));
            }
            if let Some(children) = route.get("children") {
                self.router(names, &file, children, &path, edges, depth - 1);
            }
        }
    }

    fn start_apps(&mut self, names: &Names<'a>, findings: &'a [Finding], model: &Model) {
        let mut apps: BTreeMap<String, App<'a>> = BTreeMap::new();
        for finding in findings {
            let Fact::Bootstrap(bootstrap) = &finding.fact else { continue };
            if let Some(container) = super::containers::owner_of(model, &finding.at.path) {
                self.start(names, (&finding.at, bootstrap), apps.entry(container.to_owned()).or_default());
            }
        }
        for one in starts::called(names, findings) {
            let container = super::containers::owner_of(model, &one.call_at.path);
            let Some(container) = container.filter(|own| super::containers::owner_of(model, &one.start_at.path) != Some(own)) else {
                continue;
            };
            let app = apps.entry(container.to_owned()).or_default();
            self.start(names, (one.start_at, one.start), app);
            one.call.arguments.iter().for_each(|given| self.reach_given(names, &one.call_at.path, given, app, GIVEN_DEPTH));
        }
        apps.retain(|_, app| app.bootstraps.iter().any(|(_, bootstrap)| bootstrap.kind != BootstrapKind::Setup));
        self.apps = apps;
    }

    fn start(&self, names: &Names<'a>, (at, bootstrap): (&'a Location, &'a Bootstrap), app: &mut App<'a>) {
        app.bootstraps.push((at, bootstrap));
        if let Some(root) = &bootstrap.root {
            self.reach(&names.member_definition(&at.path, root), app);
        }
    }

    /// Adds the modules in what is handed to the function that starts an application: `bootstrap({ plugins: [MailPlugin] })`.
    fn reach_given(&self, names: &Names<'a>, file: &RepoPath, given: &Value, app: &mut App<'a>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let module = |name: &str| self.module_id(&names.member_definition(file, name));
        match given {
            Value::Name(name) => match (module(name), names.constant_at(file, name)) {
                (Some(id), _) => self.reach_id(&id, app),
                (None, Some((target, inner))) => self.reach_given(names, &target, &inner, app, depth),
                (None, None) => {}
            },
            Value::Call(name, arguments) => {
                let class = name.rsplit_once('.').map_or(name.as_str(), |(class, _)| class);
                match module(class) {
                    Some(id) => self.reach_id(&id, app),
                    None => arguments.iter().for_each(|one| self.reach_given(names, file, one, app, depth)),
                }
            }
            Value::List(items) | Value::Either(items) => {
                items.iter().for_each(|one| self.reach_given(names, file, one, app, depth));
            }
            Value::Map(entries) => entries.iter().for_each(|(_, one)| self.reach_given(names, file, one, app, depth)),
            Value::Spread(inner) => self.reach_given(names, file, inner, app, depth),
            _ => {}
        }
    }

    /// Adds a module, and all that it imports, to an application.
    fn reach(&self, root: &Definition, app: &mut App<'a>) {
        match self.module_id(root) {
            Some(id) => self.reach_id(&id, app),
            None => app.open = true,
        }
    }

    fn reach_id(&self, root: &ClassId, app: &mut App<'a>) {
        let mut open: Vec<&ClassId> = vec![root];
        while let Some(id) = open.pop() {
            if !app.modules.insert(id.clone()) {
                continue;
            }
            let Some(edges) = self.edges.get(id) else { continue };
            app.open |= edges.open;
            app.prefixes.extend(edges.prefixes.iter().cloned());
            open.extend(&edges.modules);
        }
    }

    fn module_id(&self, definition: &Definition) -> Option<ClassId> {
        let id = (definition.file.clone()?, definition.name.clone());
        self.modules.contains_key(&id).then_some(id)
    }

    /// The containers that a class runs in: those whose modules list it; else the one in whose folder it stands.
    pub(crate) fn containers_of<'m>(&'m self, model: &'m Model, class: &ClassId) -> BTreeSet<&'m str> {
        let modules = self.listed_in.get(class);
        let runs = |app: &&App<'_>| modules.is_some_and(|modules| modules.iter().any(|module| app.modules.contains(module)));
        let mut found: BTreeSet<&str> = self.apps.iter().filter(|(_, app)| runs(app)).map(|(key, _)| key.as_str()).collect();
        if found.is_empty() {
            found.extend(super::containers::owner_of(model, &class.0));
        }
        found
    }

    /// The module that a class belongs to in an application: the first that lists it, else the one in the nearest folder above it.
    pub(crate) fn module_of(&self, app: &App<'_>, class: &ClassId) -> Option<&ClassId> {
        let listed = self.listed_in.get(class).into_iter().flatten().find(|module| app.modules.contains(*module));
        let above = || {
            let near = self.modules.keys().filter(|(file, _)| class.0.is_within(&file.parent()));
            near.filter(|id| app.modules.contains(*id)).max_by_key(|(file, _)| file.parent().as_str().len())
        };
        listed.or_else(above)
    }
}

/// Whether a call registers routes of modules: `RouterModule.register`, also under another local name.
fn is_router(names: &Names<'_>, file: &RepoPath, call: &str) -> bool {
    let Some((class, method)) = call.rsplit_once('.') else { return false };
    let definition = names.member_definition(file, class);
    matches!(method, "register" | "forRoutes") && definition.file.is_none() && definition.name == "RouterModule"
}

/// The items of a list with constants, spreads and `concat` followed, each with the file in which its names stand.
pub(crate) fn expand(names: &Names<'_>, file: &RepoPath, value: &Value, depth: usize) -> Vec<(RepoPath, Value)> {
    expand_ways(names, file, value, (true, depth))
}

/// Like [`expand`], without what only a condition brings in.
pub(crate) fn expand_certain(names: &Names<'_>, file: &RepoPath, value: &Value, depth: usize) -> Vec<(RepoPath, Value)> {
    expand_ways(names, file, value, (false, depth))
}

fn expand_ways(names: &Names<'_>, file: &RepoPath, value: &Value, (either, depth): (bool, usize)) -> Vec<(RepoPath, Value)> {
    let expand = |names: &Names<'_>, file: &RepoPath, value: &Value, depth: usize| expand_ways(names, file, value, (either, depth));
    if depth == 0 {
        return Vec::new();
    }
    match value {
        Value::List(items) => items.iter().flat_map(|item| expand(names, file, item, depth - 1)).collect(),
        Value::Name(name) => match names.constant_at(file, name) {
            Some((target, inner @ (Value::List(_) | Value::Call(..) | Value::Map(_)))) => expand(names, &target, &inner, depth - 1),
            _ => vec![(file.clone(), value.clone())],
        },
        Value::Call(name, arguments) if name.ends_with(".concat") => {
            let base = Value::Name(name.trim_end_matches(".concat").to_owned());
            let parts = std::iter::once(&base).chain(arguments);
            parts.flat_map(|part| expand(names, file, part, depth - 1)).collect()
        }
        Value::Call(name, arguments) if names.function_at(file, name).is_some() => match names.function_at(file, name) {
            Some((target, body, parameters)) => expand(names, &target, &body.with_arguments(&parameters, arguments), depth - 1),
            None => Vec::new(),
        },
        Value::Spread(inner) => expand(names, file, inner, depth - 1),
        Value::Either(_) if !either => Vec::new(),
        Value::Either(branches) => {
            branches.iter().filter(|one| !is_nothing(one)).flat_map(|part| expand(names, file, part, depth - 1)).collect()
        }
        _ => vec![(file.clone(), value.clone())],
    }
}

/// The branch of `condition && X` that is no module, and `[]` or `undefined`.
fn is_nothing(value: &Value) -> bool {
    matches!(value, Value::Bool(_) | Value::Environment(..) | Value::Opaque(_))
        || matches!(value, Value::Name(name) if name == "undefined" || name == "null")
}

/// The class that a list item provides: itself, or the `useClass` of a provider object.
pub(crate) fn provided_class(names: &Names<'_>, file: &RepoPath, item: &Value) -> Option<ClassId> {
    let name = match item {
        Value::Name(name) => name,
        Value::Map(_) => match item.get("useClass").or_else(|| item.get("useExisting")) {
            Some(Value::Name(name)) => name,
            _ => return None,
        },
        _ => return None,
    };
    let definition = names.member_definition(file, name);
    Some((definition.file?, definition.name))
}

/// Whether a provider object stands for a token: `{ provide: APP_GUARD, useClass: X }`.
pub(crate) fn provides(item: &Value, token: &str) -> bool {
    matches!(item.get("provide"), Some(Value::Name(name)) if last_part(name) == token)
}
