//! What calls on routers do: routes, middleware, mounts. The tables of the libraries say which call does what.

use super::evaluate::{Evaluation, Place};
use super::libraries::{self, Library, Method};
use super::patterns;
use super::thing::{Event, Placed, Thing};
use crate::finding::script::Term;

impl<'a> Evaluation<'_, 'a> {
    /// Calls a method of a router.
    pub(super) fn on_router(&mut self, place: Place<'a>, node: usize, name: &str, arguments: &[Thing]) -> Thing {
        let library = self.nodes[node].library;
        let this = Thing::Router(node);
        let Some(method) = libraries::method(library, name) else {
            self.call_back(arguments);
            return self.member(&this, name);
        };
        let first = arguments.first().cloned().unwrap_or(Thing::Nothing);
        match method {
            Method::Route(verb) => {
                let verbs = if verb.is_empty() { Vec::new() } else { vec![verb.to_owned()] };
                self.verb_call(place, node, verbs, arguments);
                this
            }
            Method::RouteOf => match (library, &first) {
                (Library::Fastify, options) => {
                    self.fastify_route(place, node, options);
                    this
                }
                (Library::Hono, _) => {
                    let lower = arguments.get(1).cloned().unwrap_or(Thing::Unknown);
                    self.mount_all(place, node, &first, &[lower]);
                    this
                }
                _ => Thing::Chain(node, Box::new(first)),
            },
            Method::Use => {
                self.used(place, node, arguments);
                this
            }
            Method::Register => {
                self.register(place, node, arguments);
                this
            }
            Method::Stated => {
                self.stated(place, node, arguments);
                this
            }
            Method::BasePath => self.part(place, node, first),
            Method::Prefix => {
                let known = std::mem::replace(&mut self.nodes[node].prefix, Thing::Nothing);
                self.nodes[node].prefix = if known == Thing::Nothing { first } else { super::evaluate::joined(&[first, known]) };
                this
            }
            Method::OpenApi => {
                self.openapi(place, node, arguments);
                this
            }
            Method::Hook => {
                let hook = matches!(first.text(), Some("onRequest" | "preHandler" | "preValidation" | "preParsing"));
                if hook {
                    let hooks = arguments.get(1).cloned().into_iter().collect();
                    self.happens(node, self.at(place.1, place.0.line), Event::Use(Thing::Nothing, hooks));
                }
                this
            }
            Method::Same => {
                self.call_back(arguments);
                this
            }
            Method::Foreign => {
                let known = self.nodes.len();
                self.call_back(arguments);
                if self.nodes.len() > known {
                    return this;
                }
                let message = "what is mounted here is not a router of the same library; its routes are left out".to_owned();
                self.open.insert(self.at(place.1, place.0.line), message);
                this
            }
        }
    }

    /// A part of a router below a path.
    fn part(&mut self, place: Place<'a>, node: usize, path: Thing) -> Thing {
        let at = self.at(place.1, place.0.line);
        let child = self.make(self.nodes[node].library, false, Thing::Nothing, at);
        self.happens(node, self.at(place.1, place.0.line), Event::Mount(path, child, Vec::new()));
        self.nodes[child].placed = true;
        Thing::Router(child)
    }

    /// `router.get(path, ...handlers)`, `koaRouter.get(name, path, ...handlers)`, `hono.get(handler)`.
    fn verb_call(&mut self, place: Place<'a>, node: usize, verbs: Vec<String>, arguments: &[Thing]) {
        let library = self.nodes[node].library;
        if library == Library::Fastify {
            self.fastify_verb(place, node, verbs, arguments);
            return;
        }
        let (path, rest) = match arguments {
            // Without handlers it reads a setting: `app.get('env')`.
            [] => return,
            [Thing::Text(_) | Thing::Partly(_) | Thing::Unknown] if library != Library::Hono => return,
            [Thing::Text(name), second @ (Thing::Text(_) | Thing::List(_) | Thing::Partly(_)), rest @ ..]
                if library == Library::KoaRouter && !rest.is_empty() && !name.starts_with('/') =>
            {
                (second.clone(), rest)
            }
            [path @ (Thing::Function(_) | Thing::Called(_)), ..] if library == Library::Hono && !matches!(path, Thing::Text(_)) => {
                (Thing::Text(String::new()), arguments)
            }
            [path, rest @ ..] => (path.clone(), rest),
        };
        if rest.is_empty() {
            return;
        }
        let summary = self.summary(rest.last());
        let handler = self.handler(place.0.arguments.last(), rest.last());
        // What only asks and answers nothing stands before the routes that follow.
        if let ([only], []) = (rest, verbs.as_slice())
            && self.guard(only).is_some()
        {
            self.happens(node, self.at(place.1, place.0.line), Event::Use(path, vec![only.clone()]));
            return;
        }
        let uses = self.before_answer(rest);
        self.put(place, node, verbs, &path, (handler, uses, summary));
    }

    /// The name of a handler: that of a method with its class, else as written, else its own.
    fn handler(&self, term: Option<&Term>, thing: Option<&Thing>) -> Option<String> {
        let Some(Thing::Function(closure)) = thing else { return label(term) };
        let name = self.lambda(closure.script, closure.function).name.as_str();
        let is_member = !matches!(term, Some(Term::Function(_)));
        match &closure.class {
            Some(class) if is_member && !name.is_empty() => Some(format!("{}.{name}", self.blueprint(class).name)),
            _ => label(term).or_else(|| Some(name.to_owned()).filter(|name| !name.is_empty())),
        }
    }

    /// Puts a route on for each path.
    pub(super) fn put(
        &mut self,
        place: Place<'a>,
        node: usize,
        verbs: Vec<String>,
        path: &Thing,
        (handler, uses, summary): (Option<String>, Vec<Thing>, Option<String>),
    ) {
        let at = self.at(place.1, place.0.line);
        self.placed.insert(at.clone());
        let uses: Vec<Thing> = uses.iter().flat_map(|one| self.flat(one, 4)).collect();
        for path in self.flat(path, 2).iter().flat_map(|one| texts(one, patterns::whole)) {
            let placed = Placed {
                verbs: verbs.clone(),
                path: path.clone(),
                handler: handler.clone(),
                uses: uses.clone(),
                summary: summary.clone(),
                at: at.clone(),
            };
            self.happens(node, placed.at.clone(), Event::Route(placed));
        }
    }

    pub(super) fn summary(&self, handler: Option<&Thing>) -> Option<String> {
        match handler? {
            Thing::Function(closure) => self.lambda(closure.script, closure.function).doc.clone(),
            _ => None,
        }
    }

    /// `hono.on('GET', '/x', handler)`, `koaRouter.register('/x', ['get'], handler)`.
    fn stated(&mut self, place: Place<'a>, node: usize, arguments: &[Thing]) {
        let [one, other, rest @ ..] = arguments else { return };
        let (methods, path) = if self.nodes[node].library == Library::Hono { (one, other) } else { (other, one) };
        match self.verbs(methods) {
            Some(verbs) => {
                let before = self.before_answer(rest);
                self.put(place, node, verbs, path, (label(place.0.arguments.last()), before, None));
            }
            None => self.unknown_method(place),
        }
    }

    /// The methods of HTTP that an argument states.
    pub(super) fn verbs(&self, thing: &Thing) -> Option<Vec<String>> {
        self.flat(thing, 2).iter().map(|one| one.text().map(str::to_ascii_uppercase)).collect()
    }

    pub(super) fn unknown_method(&mut self, place: Place<'a>) {
        let at = self.at(place.1, place.0.line);
        self.open.insert(at, "the method of a route is computed at run time; the route is left out".to_owned());
    }

    /// `app.openapi(createRoute({ method, path }), handler)`.
    fn openapi(&mut self, place: Place<'a>, node: usize, arguments: &[Thing]) {
        let described = match arguments.first() {
            Some(Thing::Called(called)) => called.arguments.first().cloned().unwrap_or(Thing::Unknown),
            Some(other) => other.clone(),
            None => return,
        };
        let (method, path) = (self.member(&described, "method"), self.member(&described, "path"));
        let summary = self.member(&described, "summary").text().map(str::to_owned);
        let mut uses = vec![self.member(&described, "middleware")];
        uses.extend(self.before_answer(arguments.get(1..).unwrap_or_default()));
        match self.verbs(&method) {
            Some(verbs) => {
                let path = match path {
                    Thing::Text(path) => Thing::Text(colons(&path)),
                    other => other,
                };
                self.put(place, node, verbs, &path, (label(place.0.arguments.get(1)), uses, summary));
            }
            None => self.unknown_method(place),
        }
    }

    /// `use(path?, ...things)`: routers among them are mounted, the others are middleware for what follows.
    fn used(&mut self, place: Place<'a>, node: usize, arguments: &[Thing]) {
        let is_path = |thing: &Thing| matches!(thing, Thing::Text(_) | Thing::Partly(_) | Thing::Regex(_));
        let (path, rest) = match arguments {
            [first, rest @ ..] if is_path(first) => (first.clone(), rest),
            [first @ Thing::List(_), rest @ ..] if !rest.is_empty() && self.flat(first, 2).iter().all(is_path) => (first.clone(), rest),
            [first @ (Thing::Unknown | Thing::Environment), rest @ ..] if !rest.is_empty() => (first.clone(), rest),
            all => (Thing::Nothing, all),
        };
        let things: Vec<Thing> = rest.iter().flat_map(|one| self.flat(one, 4)).collect();
        for path in self.flat(&path, 2).iter().flat_map(|one| texts(one, patterns::starts)) {
            self.mount_all(place, node, &path, &things);
        }
    }

    /// Mounts the routers among some things below a path; the others stand before what follows.
    fn mount_all(&mut self, place: Place<'a>, node: usize, path: &Thing, things: &[Thing]) {
        let mut before: Vec<Thing> = Vec::new();
        for thing in things {
            let lower = self.routers_in(thing, 6);
            if lower.is_empty() {
                before.push(thing.clone());
            }
            for (prefix, router) in lower {
                if router == node {
                    continue;
                }
                // What takes all below a path in Hono is written with a star.
                let path = match path {
                    Thing::Text(text) if self.nodes[node].library == Library::Hono => {
                        Thing::Text(text.trim_end_matches('*').trim_end_matches('/').to_owned())
                    }
                    other => other.clone(),
                };
                let path = match prefix {
                    Some(prefix) if matches!(path, Thing::Nothing) => prefix,
                    Some(prefix) => super::evaluate::joined(&[path.clone(), prefix]),
                    None => path.clone(),
                };
                self.nodes[router].placed = true;
                self.happens(node, self.at(place.1, place.0.line), Event::Mount(path, router, before.clone()));
            }
        }
        if !before.is_empty() {
            self.happens(node, self.at(place.1, place.0.line), Event::Use(path.clone(), before));
        }
    }

    /// The routers in a thing: itself, what wraps it, `mount('/x', app)` of Koa with its prefix.
    fn routers_in(&self, thing: &Thing, depth: usize) -> Vec<(Option<Thing>, usize)> {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        match thing {
            Thing::Router(node) => vec![(None, *node)],
            Thing::Several(all) => all.iter().flat_map(|one| self.routers_in(one, depth)).collect(),
            Thing::List(_) => self.flat(thing, 2).iter().flat_map(|one| self.routers_in(one, depth)).collect(),
            Thing::Object(number) => match self.objects[*number].fields.get("#router") {
                Some(router) => self.routers_in(router, depth),
                None => Vec::new(),
            },
            Thing::Called(called) => {
                let is_mount = matches!(&called.function, Thing::Outside(name) if name == "koa-mount");
                match (is_mount, called.arguments.as_slice()) {
                    (true, [prefix @ Thing::Text(_), lower, ..]) => {
                        self.routers_in(lower, depth).into_iter().map(|(_, node)| (Some(prefix.clone()), node)).collect()
                    }
                    _ => called.arguments.iter().flat_map(|one| self.routers_in(one, depth)).collect(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// `router.route('/x').get(handler).post(handler)`.
    pub(super) fn on_chain(&mut self, place: Place<'a>, (node, path): (usize, &Thing), name: &str, arguments: &[Thing]) -> Thing {
        let chain = Thing::Chain(node, Box::new(path.clone()));
        match libraries::method(self.nodes[node].library, name) {
            // What stands before the methods of a path is middleware for them.
            Some(Method::Route("")) if arguments.len() == 1 && self.asks(&arguments[0]) => {
                self.happens(node, self.at(place.1, place.0.line), Event::Use(path.clone(), arguments.to_vec()));
            }
            Some(Method::Route(verb)) if !arguments.is_empty() => {
                let verbs = if verb.is_empty() { Vec::new() } else { vec![verb.to_owned()] };
                let summary = self.summary(arguments.last());
                let handler = self.handler(place.0.arguments.last(), arguments.last());
                let before = self.before_answer(arguments);
                self.put(place, node, verbs, path, (handler, before, summary));
            }
            _ => {}
        }
        chain
    }

    /// A call on a router that nobody gave: a route is remembered as one that nothing mounts.
    pub(super) fn on_unbound(&mut self, place: Place<'a>, name: &str, arguments: &[Thing]) -> Thing {
        let is_path = matches!(arguments.first(), Some(Thing::Text(text)) if text.starts_with('/'));
        let is_route = libraries::verb(name).is_some() || name == "all";
        if is_route && is_path && arguments.len() > 1 {
            self.unbound.insert(self.at(place.1, place.0.line), self.function_name());
        } else if matches!(name, "use" | "register") {
            for one in arguments {
                if let Thing::Function(closure) = one {
                    self.invoke(closure, vec![Thing::Unbound, Thing::Unknown]);
                }
            }
        }
        Thing::Unbound
    }
}

/// A path; a regular expression that stands for a few texts is these.
fn texts(path: &Thing, read: fn(&str) -> Option<Vec<String>>) -> Vec<Thing> {
    match path {
        Thing::Regex(literal) => read(literal).map_or_else(|| vec![path.clone()], |texts| texts.into_iter().map(Thing::Text).collect()),
        other => vec![other.clone()],
    }
}

/// `/x/{id}` of a description as the router writes it: `/x/:id`.
pub(super) fn colons(path: &str) -> String {
    path.split('/')
        .map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if !name.contains(['{', '}']) => format!(":{name}"),
            _ => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// The name of a handler as written: `users.create`, also of one that is wrapped or bound.
pub(super) fn label(term: Option<&Term>) -> Option<String> {
    match term? {
        Term::Name(name) if !name.starts_with("require#") => Some(name.clone()),
        Term::Member(base, name) if name == "default" => label(Some(base)),
        Term::Member(base, name) => match &**base {
            Term::This => Some(name.clone()),
            base => Some(match label(Some(base)) {
                Some(base) => format!("{base}.{name}"),
                None => name.clone(),
            }),
        },
        Term::Call(call) => match &call.function {
            Term::Member(base, name) if name == "bind" => label(Some(base)),
            function => call.arguments.iter().rev().find_map(|one| label(Some(one))).or_else(|| label(Some(function))),
        },
        Term::List(items) => items.last().and_then(|one| label(Some(one))),
        Term::Spread(inner) => label(Some(inner)),
        Term::Record(entries) => entries.iter().find(|(key, _)| key == "handler").and_then(|(_, one)| label(Some(one))),
        Term::New(made) => label(Some(&made.function)),
        _ => None,
    }
}
