//! Which names of other files a file needs to set its servers up: what it calls, makes and hands to routers.
//! Handlers are not among them: their names are enough.

use std::collections::BTreeSet;

use crate::finding::script::{Deed, Invoke, Script, Shape, Term};

/// Methods of routers that put something on or in.
const ROUTER_METHODS: &[&str] = &["use", "register", "route", "basePath", "mount", "openapi", "addHook", "routes", "on"];
/// Methods that put a route on.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "del", "all", "options", "head"];
/// Functions and classes of libraries that make a server or router, or serve what they are given: a file that calls one serves.
const MAKERS: &[&str] = &[
    "express",
    "Router",
    "Koa",
    "KoaRouter",
    "Hono",
    "OpenAPIHono",
    "Fastify",
    "fastify",
    "createServer",
    "fetchRequestHandler",
    "createNextApiHandler",
    "createHTTPServer",
    "createExpressMiddleware",
    "createOpenApiExpressMiddleware",
    "createOpenApiFetchHandler",
    "createOpenApiNextHandler",
    "createOpenApiHttpHandler",
    "createExpressEndpoints",
    "createNextHandler",
    "createNextRouter",
    "initContract",
    "addService",
];
/// Names of parameters that stand for a server or router.
const SERVERS: &[&str] = &["app", "server", "router", "fastify", "instance", "express", "api"];

/// The names, the first part of each; none for a file that has nothing to do with routers.
pub(super) fn of(script: &Script) -> BTreeSet<String> {
    let mut walk = Walk::default();
    walk.deeds(&script.body);
    for function in &script.functions {
        walk.deeds(&function.body);
        walk.serves |= function.parameters.iter().any(|(shape, kind)| is_server(shape, kind));
        function.parameters.iter().for_each(|(shape, _)| walk.shape(shape));
    }
    for class in &script.classes {
        class.fields.iter().for_each(|(_, value, _)| walk.term(value));
        if let Some(base) = &class.base {
            walk.term(base);
            walk.value(base);
        }
    }
    if walk.serves { walk.names } else { BTreeSet::new() }
}

fn is_server(shape: &Shape, kind: &str) -> bool {
    let name = match shape {
        Shape::Name(name) => name.as_str(),
        _ => "",
    };
    SERVERS.contains(&name)
        || ["Express", "Application", "Router", "FastifyInstance", "Koa", "Hono"].iter().any(|one| kind.starts_with(one))
}

#[derive(Default)]
struct Walk {
    names: BTreeSet<String>,
    serves: bool,
}

impl Walk {
    fn deeds(&mut self, deeds: &[Deed]) {
        for deed in deeds {
            match deed {
                Deed::Declare(shape, term) => {
                    self.shape(shape);
                    self.term(term);
                }
                Deed::Do(term) | Deed::Return(term) => self.term(term),
                Deed::Export(_, term) => {
                    self.term(term);
                    self.value(term);
                }
                Deed::Branch(_, ways) => ways.iter().for_each(|way| self.deeds(way)),
                Deed::Each(_, list, body) => {
                    self.value(list);
                    self.term(list);
                    self.deeds(body);
                }
            }
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Default(inner, term) => {
                self.shape(inner);
                self.term(term);
            }
            Shape::Record(entries) => entries.iter().for_each(|(_, one)| self.shape(one)),
            Shape::List(all) => all.iter().for_each(|one| self.shape(one)),
            Shape::Name(_) | Shape::Rest(_) | Shape::Ignored => {}
        }
    }

    fn term(&mut self, term: &Term) {
        match term {
            Term::Call(call) => self.call(call),
            Term::New(made) => {
                self.serves |= last(&made.function).is_some_and(|name| MAKERS.contains(&name));
                self.value(&made.function);
                made.arguments.iter().for_each(|one| {
                    self.value(one);
                    self.term(one);
                });
            }
            Term::Member(base, _) | Term::Item(base) | Term::Spread(base) => self.term(base),
            Term::List(items) | Term::Concat(items) => items.iter().for_each(|one| {
                self.value(one);
                self.term(one);
            }),
            Term::Record(entries) => entries.iter().for_each(|(_, one)| {
                self.value(one);
                self.term(one);
            }),
            Term::Either(_, one, other) | Term::Fallback(one, other) | Term::Assign(one, other) => {
                self.term(one);
                self.term(other);
                self.value(other);
            }
            _ => {}
        }
    }

    fn call(&mut self, call: &Invoke) {
        let method = match &call.function {
            Term::Member(base, name) => {
                self.term(base);
                self.value(base);
                name.as_str()
            }
            function => {
                self.value(function);
                ""
            }
        };
        let named = last(&call.function).unwrap_or_default();
        self.serves |= matches!(call.arguments.as_slice(), [Term::Record(_)]) && named.to_ascii_lowercase().ends_with("router")
            || named == "mergeRouters"
            || MAKERS.contains(&named);
        let is_path = matches!(call.arguments.first(), Some(Term::Text(text)) if text.starts_with('/') || text == "*");
        let route = VERBS.contains(&method) && call.arguments.len() > 1;
        self.serves |= route && is_path || ROUTER_METHODS.contains(&method) && !call.arguments.is_empty();
        let kept = if route { call.arguments.len() - 1 } else { call.arguments.len() };
        for (at, one) in call.arguments.iter().enumerate() {
            if at < kept {
                self.value(one);
            }
            self.term(one);
        }
    }

    /// The first part of a dotted name.
    fn value(&mut self, term: &Term) {
        let mut at = term;
        loop {
            match at {
                Term::Member(base, _) | Term::Item(base) | Term::Spread(base) => at = base,
                Term::Name(name) => {
                    self.names.insert(name.clone());
                    return;
                }
                _ => return,
            }
        }
    }
}

/// The last part of a dotted name.
fn last(function: &Term) -> Option<&str> {
    match function {
        Term::Name(name) | Term::Member(_, name) => Some(name),
        _ => None,
    }
}
