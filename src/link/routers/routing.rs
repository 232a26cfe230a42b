//! What calls on routers do: routes, groups, mounts, middleware. The tables of the libraries say which call does what.

use super::evaluate::{Evaluation, Place, joined};
use super::libraries::{self, Library, Method};
use super::tables::middlewares;
use super::thing::{Draft, Mount, Node, Thing, Use};
use crate::location::Location;

impl Evaluation<'_, '_> {
    pub(super) fn at(&self, place: Place<'_>) -> Location {
        Location::new(self.file(place.frame), place.call.line)
    }

    /// Calls a method of a router.
    pub(super) fn on_router(&mut self, place: Place<'_>, node: usize, name: &str, arguments: &[Thing]) -> Thing {
        let node = self.inside.get(&node).copied().unwrap_or(node);
        let library = self.nodes[node].library;
        let Some(method) = libraries::method(library, name) else { return Thing::Unknown };
        let first = arguments.first().cloned().unwrap_or(Thing::Unknown);
        let rest = arguments.get(1..).unwrap_or_default();
        match method {
            Method::Route(verb, at) => {
                let verbs = if verb.is_empty() || verb == "ALL" { Vec::new() } else { vec![verb.to_owned()] };
                self.route(place, node, verbs, arguments.get(at..).unwrap_or_default())
            }
            Method::Stated => match verbs(&first) {
                Some(verbs) => self.route(place, node, verbs, rest),
                None => Thing::Unknown,
            },
            Method::Pattern => self.pattern(place, node, arguments),
            Method::Table => {
                self.table(place, node, arguments);
                Thing::Unknown
            }
            Method::Group => Thing::Router(self.part(place, node, first, rest.to_vec())),
            Method::Block => {
                let part = self.part(place, node, first, Vec::new());
                let filled = rest.first().cloned().unwrap_or(Thing::Unknown);
                self.apply(place, &filled, vec![Thing::Router(part)]);
                Thing::Router(part)
            }
            Method::Inline => {
                let part = self.part(place, node, Thing::Text(String::new()), Vec::new());
                self.apply(place, &first, vec![Thing::Router(part)]);
                Thing::Router(part)
            }
            Method::With => Thing::Router(self.part(place, node, Thing::Text(String::new()), arguments.to_vec())),
            Method::Nest => self.nest(place, node, arguments),
            Method::Listed => match rest.split_first().map(|(listed, handlers)| (verbs(listed), handlers)) {
                Some((Some(verbs), handlers)) => {
                    let given: Vec<Thing> = std::iter::once(first).chain(handlers.iter().cloned()).collect();
                    self.route(place, node, verbs, &given)
                }
                _ => Thing::Unknown,
            },
            Method::Combo => self.begin(place, (node, Vec::new()), first, rest.to_vec()),
            Method::Built(verb) => self.begin(place, (node, vec![verb.to_owned()]), first, Vec::new()),
            Method::Prefix => {
                self.nodes[node].prefix = first;
                Thing::Router(node)
            }
            Method::Mount => {
                let lower = rest.first().cloned().unwrap_or(Thing::Unknown);
                self.mount(place, node, first, &lower);
                Thing::Unknown
            }
            Method::Use => {
                self.used(place, node, arguments);
                Thing::Router(node)
            }
            Method::File | Method::Files => {
                self.files(place, node, (first, method == Method::File));
                Thing::Unknown
            }
            Method::Same => Thing::Router(node),
            Method::DraftPath | Method::DraftPrefix | Method::DraftMethods | Method::DraftBare => {
                let empty = Thing::Text(String::new());
                match self.begin(place, (node, Vec::new()), empty, Vec::new()) {
                    Thing::Draft(draft) => self.on_draft(place, draft, name, arguments),
                    other => other,
                }
            }
        }
    }

    /// Starts a route that the calls which follow put together.
    fn begin(&mut self, place: Place<'_>, (node, verbs): (usize, Vec<String>), path: Thing, uses: Vec<Thing>) -> Thing {
        let uses = self.uses(place, uses);
        self.drafts.push(Draft { node, verbs, path, handler: None, uses, at: self.at(place), via: self.via() });
        Thing::Draft(self.drafts.len() - 1)
    }

    /// A part of a router; whether it takes over middleware that is set later is a matter of the library.
    pub(super) fn part(&mut self, place: Place<'_>, node: usize, prefix: Thing, uses: Vec<Thing>) -> usize {
        let library = self.nodes[node].library;
        let taken = match library {
            Library::Chi | Library::Gorilla => None,
            _ => Some(self.nodes[node].uses.len()),
        };
        let part = self.make(place, library, Some((node, taken)), prefix);
        self.nodes[part].uses = self.uses(place, uses);
        part
    }

    /// Middleware that is set at a place, under the conditions of that place.
    pub(super) fn uses(&self, place: Place<'_>, all: Vec<Thing>) -> Vec<Use> {
        let at = self.at(place);
        all.into_iter().map(|thing| Use { thing, at: at.clone(), under: self.conditions.clone() }).collect()
    }

    fn used(&mut self, place: Place<'_>, node: usize, arguments: &[Thing]) {
        // fiber: `app.Use("/api", sub)` puts a router under a path, or middleware in front of one.
        if arguments.first().is_some_and(|one| one.text().is_some()) {
            if let Some(lower) = arguments.iter().find(|one| one.router().is_some()).cloned() {
                self.mount(place, node, arguments[0].clone(), &lower);
            }
        } else {
            let uses = self.uses(place, arguments.to_vec());
            self.nodes[node].uses.extend(uses);
        }
    }

    /// A route: the path and then the handlers.
    pub(super) fn route(&mut self, place: Place<'_>, node: usize, verbs: Vec<String>, arguments: &[Thing]) -> Thing {
        let Some((path, handlers)) = arguments.split_first().filter(|(_, handlers)| !handlers.is_empty()) else { return Thing::Unknown };
        if matches!(path, Thing::Router(_) | Thing::Closure(..) | Thing::Literal(..) | Thing::Function(..)) {
            return Thing::Unknown;
        }
        let handlers: Vec<Thing> =
            handlers.iter().flat_map(|one| if let Thing::List(all) = one { all.clone() } else { vec![one.clone()] }).collect();
        // echo names the handler first, the others last.
        let (handler, uses) = match self.nodes[node].library {
            Library::Echo => handlers.split_first().map(|(handler, uses)| (handler.clone(), uses.to_vec())),
            _ => handlers.split_last().map(|(handler, uses)| (handler.clone(), uses.to_vec())),
        }
        .unwrap_or((Thing::Unknown, Vec::new()));
        if handler.router().is_some() {
            // What is no part of the router gets the whole path, whatever group hands it on.
            self.mount(place, self.root_of(node), Thing::Text(String::new()), &handler);
            return Thing::Unknown;
        }
        let uses = self.uses(place, uses);
        self.put(place, Draft { node, verbs, path: path.clone(), handler: Some(handler), uses, at: self.at(place), via: self.via() })
    }

    /// A file, or files of a folder: what the library puts on for them.
    fn files(&mut self, place: Place<'_>, node: usize, (path, is_one): (Thing, bool)) {
        let slash = |thing: &Thing, end: &str| match thing.text() {
            Some(text) => joined(&[Thing::Text(format!("{}/{end}", text.trim_end_matches('/')))]),
            None => Thing::Unknown,
        };
        let (verbs, paths): (&[&str], Vec<Thing>) = match self.nodes[node].library {
            Library::Gin if is_one => (&["GET", "HEAD"], vec![path]),
            _ if is_one => (&["GET"], vec![path]),
            Library::Gin => (&["GET", "HEAD"], vec![slash(&path, "*filepath")]),
            Library::HttpRouter => (&["GET"], vec![path]),
            _ if matches!(path.text(), Some(text) if text.is_empty() || text.ends_with('/')) => (&["GET"], vec![slash(&path, "*")]),
            _ => (&["GET"], vec![slash(&path, "*"), path]),
        };
        for path in paths {
            let verbs = verbs.iter().map(|verb| (*verb).to_owned()).collect();
            let handler = Some(Thing::Outside("net/http.FileServer".to_owned()));
            self.put(place, Draft { node, verbs, path, handler, uses: Vec::new(), at: self.at(place), via: self.via() });
        }
    }

    pub(super) fn put(&mut self, place: Place<'_>, mut draft: Draft) -> Thing {
        self.placed.insert(self.at(place));
        if self.relays(self.function_of(place.frame)) {
            match self.site() {
                // The route is made where the path is given.
                Some(site) => draft.at = site.clone(),
                None if draft.path.text().is_none() => return Thing::Unknown,
                None => {}
            }
        }
        draft.uses.splice(0..0, self.before(draft.node, None, 0));
        draft.uses.iter_mut().for_each(|one| one.under(&self.conditions));
        self.drafts.push(draft);
        Thing::Draft(self.drafts.len() - 1)
    }

    /// The middleware that stands before what is put on a router now.
    fn before(&self, node: usize, taken: Option<usize>, depth: usize) -> Vec<Use> {
        let one = &self.nodes[node];
        let mut all = match one.parent.filter(|_| depth < 24) {
            Some((parent, taken)) => self.before(parent, taken, depth + 1),
            None => Vec::new(),
        };
        all.extend(one.uses.iter().take(taken.unwrap_or(usize::MAX)).cloned());
        all
    }

    /// `Handle("GET /x", h)`; a router behind it is mounted, with what `StripPrefix` takes away before its paths.
    fn pattern(&mut self, place: Place<'_>, node: usize, arguments: &[Thing]) -> Thing {
        let [pattern, handler, ..] = arguments else { return Thing::Unknown };
        if handler.router().is_some() {
            self.mount(place, node, Thing::Text(String::new()), handler);
            return Thing::Unknown;
        }
        let (verbs, path) = match pattern.text().and_then(|text| text.trim().split_once([' ', '\t'])) {
            Some((verb, path)) => {
                let path = path.trim_start().to_owned();
                let path = if let Thing::Behind(name, _) = pattern { Thing::Behind(name.clone(), path) } else { Thing::Text(path) };
                (vec![verb.to_owned()], path)
            }
            None => (Vec::new(), pattern.clone()),
        };
        self.put(place, Draft { node, verbs, path, handler: Some(handler.clone()), uses: Vec::new(), at: self.at(place), via: self.via() })
    }

    /// Puts a router under another one. What is no router of the same kind gets the whole path, unless a part of it is taken away.
    fn mount(&mut self, place: Place<'_>, node: usize, prefix: Thing, lower: &Thing) {
        let Some(router) = lower.router() else { return };
        let root = self.root_of(router);
        if root == self.root_of(node) {
            return;
        }
        let stripped = stripped(lower);
        let same = self.nodes[root].library == self.nodes[node].library && self.nodes[node].library != Library::Standard;
        let prefix = match stripped {
            Some(stripped) => stripped,
            None if same => prefix,
            None => Thing::Text(String::new()),
        };
        let mut uses = self.before(node, None, 0);
        uses.extend(self.uses(place, wrappers(lower)));
        uses.iter_mut().for_each(|one| one.under(&self.conditions));
        let via = self.via();
        self.mounts.entry(root).or_default().insert(Mount { node, prefix, uses, via });
    }

    pub(super) fn root_of(&self, node: usize) -> usize {
        let mut at = node;
        for _ in 0..64 {
            match self.nodes[at].parent {
                Some((parent, _)) => at = parent,
                None => break,
            }
        }
        at
    }

    /// gorilla/mux: the next word of a route.
    pub(super) fn on_draft(&mut self, place: Place<'_>, draft: usize, name: &str, arguments: &[Thing]) -> Thing {
        let node = self.drafts[draft].node;
        if matches!(self.nodes[node].library, Library::Nested | Library::Restful) {
            return self.on_begun(place, draft, name, arguments);
        }
        // gin and fiber give the router back: `group.GET("/x", get).DELETE("/x", delete)`.
        if matches!(self.nodes[node].library, Library::Gin | Library::Fiber) {
            return self.on_router(place, node, name, arguments);
        }
        if self.nodes[node].library != Library::Gorilla {
            return Thing::Unknown;
        }
        match (name, arguments) {
            ("Methods", _) => {
                let verbs = arguments.iter().flat_map(|one| verbs(one).unwrap_or_else(|| vec!["?".to_owned()]));
                self.drafts[draft].verbs = verbs.collect();
            }
            ("Path" | "PathPrefix", [path]) => self.drafts[draft].path = joined(&[self.drafts[draft].path.clone(), path.clone()]),
            ("Handler" | "HandlerFunc", [handler]) if handler.router().is_some() => {
                self.mount(place, node, Thing::Text(String::new()), handler);
            }
            ("Handler" | "HandlerFunc", [handler]) => {
                let path = self.drafts[draft].path.clone();
                let verbs = self.drafts[draft].verbs.clone();
                return self.put(
                    place,
                    Draft { node, verbs, path, handler: Some(handler.clone()), uses: Vec::new(), at: self.at(place), via: self.via() },
                );
            }
            ("Subrouter", _) => {
                let prefix = self.drafts[draft].path.clone();
                return Thing::Router(self.part(place, node, prefix, Vec::new()));
            }
            _ => {}
        }
        Thing::Draft(draft)
    }

    /// A call on a router that nobody gave: what it is a part of stays unknown, and a route is remembered as one that nothing mounts.
    pub(super) fn on_unbound(&mut self, place: Place<'_>, name: &str, arguments: &[Thing]) -> Thing {
        let libraries = [Library::Gin, Library::Echo, Library::Fiber, Library::Chi, Library::Gorilla, Library::HttpRouter];
        let known = libraries.iter().find_map(|library| libraries::method(*library, name));
        let is_path = arguments.first().and_then(Thing::text).is_some_and(|text| text.is_empty() || text.starts_with('/'));
        match known {
            Some(Method::Route(..) | Method::Pattern) if is_path && arguments.len() > 1 => {
                self.unbound.insert(self.at(place), self.function_of(place.frame));
                Thing::Unbound
            }
            Some(Method::Block | Method::Inline) => {
                if let Some(filled) = arguments.last().cloned() {
                    self.apply(place, &filled, vec![Thing::Unbound]);
                }
                Thing::Unbound
            }
            Some(_) => Thing::Unbound,
            None => Thing::Unknown,
        }
    }

    /// Calls a function from outside.
    pub(super) fn outside(&mut self, place: Place<'_>, name: &str, arguments: Vec<Thing>) -> Thing {
        if let Some(library) = libraries::made_by(name) {
            return Thing::Router(self.make(place, library, None, Thing::Text(String::new())));
        }
        if let Some(what) = libraries::huma(name) {
            return self.operation(place, what, &arguments);
        }
        if let ("github.com/go-pkgz/routegroup.Mount", [_, base]) = (name, arguments.as_slice()) {
            return Thing::Router(self.make(place, Library::RouteGroup, None, base.clone()));
        }
        if let Some(given) = self.beego(place, name, &arguments) {
            return given;
        }
        if let Some(routes) = middlewares(name, &arguments) {
            return routes;
        }
        match name {
            "net/http.HandleFunc" | "net/http.Handle" => {
                // The router of the process: each file that uses it is a way in, so that the program is told by the file.
                let at = Location::new(self.file(place.frame), 1);
                let prefix = Thing::Text(String::new());
                let node = self.keep(Node { library: Library::Standard, parent: None, prefix, uses: Vec::new(), at, maker: None }, 0);
                self.pattern(place, node, &arguments)
            }
            "path.Join" | "net/url.JoinPath" => {
                let parts: Vec<Thing> = arguments.iter().flat_map(|one| [Thing::Text("/".to_owned()), one.clone()]).collect();
                joined(&parts)
            }
            _ => Thing::called(Thing::Outside(name.to_owned()), arguments),
        }
    }
}

/// The methods of HTTP that an argument states.
pub(super) fn verbs(thing: &Thing) -> Option<Vec<String>> {
    match thing {
        Thing::Text(text) if text == "*" => Some(Vec::new()),
        Thing::Text(text) => Some(text.split(',').map(|verb| verb.trim().to_ascii_uppercase()).collect()),
        Thing::Outside(name) => libraries::verb_of_constant(name).map(|verb| vec![verb.to_owned()]),
        Thing::List(all) => all.iter().map(verbs).collect::<Option<Vec<_>>>().map(|all| all.concat()),
        _ => None,
    }
}

/// What `http.StripPrefix` takes away before a router.
fn stripped(thing: &Thing) -> Option<Thing> {
    match thing {
        Thing::Called(function, arguments) => match (&**function, arguments.as_slice()) {
            (Thing::Outside(name), [prefix, _]) if libraries::strips_prefix(name) => Some(prefix.clone()),
            _ => arguments.iter().find_map(stripped),
        },
        _ => None,
    }
}

/// What is wrapped around a router, from the outside in.
fn wrappers(thing: &Thing) -> Vec<Thing> {
    match thing {
        Thing::Called(function, arguments) => {
            let mut all = vec![(**function).clone()];
            all.extend(arguments.iter().filter(|one| one.router().is_some()).flat_map(wrappers));
            all
        }
        _ => Vec::new(),
    }
}
