//! tRPC: procedures of routers that stand within one another, as the routes that an adapter serves them by.
//! Source: the documentation of tRPC ("HTTP RPC Specification", "Adapters"): queries are read with GET, mutations sent with POST.

use super::evaluate::{Evaluation, Place};
use super::libraries::Library;
use super::routing::colons;
use super::thing::{Called, Event, Placed, Thing};
use crate::location::{Location, RepoPath};

/// Routers stand within one another this deep.
const DEPTH: usize = 10;
/// Calls of one chain.
const CHAIN: usize = 40;

/// What serves the procedures of a router.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Served {
    /// Middleware that is put below a path.
    Middleware,
    /// A server of its own.
    Server,
    /// A file of Next.js; its place is the path.
    File,
}

/// How procedures are reached by HTTP.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// By their names.
    Named,
    /// By the method and path that their metadata state: trpc-openapi, trpc-to-openapi.
    Described,
}

fn adapter(called: &str) -> Option<(Served, Reached)> {
    if let Some((module, function)) = called.rsplit_once('.')
        && matches!(module, "trpc-openapi" | "trpc-to-openapi")
    {
        let served = match function {
            "createOpenApiExpressMiddleware" | "createOpenApiKoaMiddleware" => Served::Middleware,
            "createOpenApiFetchHandler" | "createOpenApiHttpHandler" | "createOpenApiNodeHttpHandler" => Served::Server,
            "createOpenApiNextHandler" => Served::File,
            _ => return None,
        };
        return Some((served, Reached::Described));
    }
    let served = match called {
        "@trpc/server/adapters/express.createExpressMiddleware"
        | "@hono/trpc-server.trpcServer"
        | "trpc-koa-adapter.createKoaMiddleware" => Served::Middleware,
        "@trpc/server/adapters/next.createNextApiHandler" => Served::File,
        "@trpc/server/adapters/fetch.fetchRequestHandler"
        | "@trpc/server/adapters/standalone.createHTTPServer"
        | "@trpc/server/adapters/standalone.createHTTPHandler" => Served::Server,
        _ => return None,
    };
    Some((served, Reached::Named))
}

impl<'a> Evaluation<'_, 'a> {
    /// A call of an adapter: a router with a route for each procedure.
    pub(super) fn adapted(&mut self, place: Place<'a>, called: &str, arguments: &[Thing]) -> Option<Thing> {
        let (served, reached) = adapter(called)?;
        let options = arguments.first().cloned().unwrap_or(Thing::Unknown);
        let router = self.member(&options, "router");
        let at = self.at(place.1, place.0.line);
        let prefix = match served {
            Served::Middleware => Thing::Nothing,
            Served::File => Thing::Text(below_pages(&at.path)?),
            Served::Server => match self.member(&options, "endpoint") {
                Thing::Nothing => self.member(&options, "basePath"),
                endpoint => endpoint,
            },
        };
        // One handler may stand below one of several paths.
        let mut made = Thing::Nothing;
        for prefix in prefix.each() {
            let node = self.procedures((&router, reached), at.clone(), served != Served::Middleware, prefix.clone());
            made = made.or(Thing::Router(node));
        }
        Some(made)
    }

    /// `register(fastifyTRPCOpenApiPlugin, { basePath, router })`
    pub(super) fn described(&mut self, place: Place<'a>, node: usize, options: &Thing) {
        let (router, prefix) = (self.member(options, "router"), self.member(options, "basePath"));
        self.placed_below(place, node, (&router, Reached::Described), prefix);
    }

    /// `register(fastifyTRPCPlugin, { prefix, trpcOptions: { router } })`
    pub(super) fn plugged(&mut self, place: Place<'a>, node: usize, options: &Thing) {
        let inner = self.member(options, "trpcOptions");
        let router = self.member(&inner, "router");
        let prefix = self.member(options, "prefix");
        self.placed_below(place, node, (&router, Reached::Named), prefix);
    }

    fn placed_below(&mut self, place: Place<'a>, node: usize, router: (&Thing, Reached), prefix: Thing) {
        let at = self.at(place.1, place.0.line);
        let lower = self.procedures(router, at, false, Thing::Nothing);
        self.nodes[lower].placed = true;
        self.happens(node, self.at(place.1, place.0.line), Event::Mount(prefix, lower, Vec::new()));
    }

    fn procedures(&mut self, (router, reached): (&Thing, Reached), at: Location, is_server: bool, prefix: Thing) -> usize {
        let node = self.make(Library::Express, is_server, prefix, at.clone());
        let mut found = Vec::new();
        let complete = self.collect(router, "", DEPTH, &mut found);
        if !complete {
            self.open.insert(at.clone(), "a part of this tRPC router could not be followed; its procedures are left out".to_owned());
        }
        for (name, verb, called) in found {
            let (verbs, path) = match reached {
                Reached::Named => (vec![verb.to_owned()], Thing::Text(format!("/{name}"))),
                Reached::Described => match self.description(&called) {
                    Some((verb, path)) => (vec![verb], path),
                    None => continue,
                },
            };
            let placed = Placed { verbs, path, handler: Some(name), uses: self.before(&called), summary: None, at: at.clone() };
            self.happens(node, placed.at.clone(), Event::Route(placed));
        }
        node
    }

    /// The procedures of a router with their names; whether all of it is known.
    fn collect(&self, router: &Thing, prefix: &str, depth: usize, into: &mut Vec<(String, &'static str, Thing)>) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match router {
            Thing::Object(number) => {
                let object = &self.objects[*number];
                let mut complete = !object.open;
                for (name, thing) in &object.fields {
                    let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                    complete &= self.collect(thing, &name, depth, into);
                }
                complete
            }
            Thing::Called(called) => {
                let Thing::Outside(function) = &called.function else { return false };
                match function.rsplit('.').next().unwrap_or(function) {
                    "router" => called.arguments.first().is_some_and(|one| self.collect(one, prefix, depth, into)),
                    "mergeRouters" => {
                        // All of them are read, also behind one that is not known.
                        let known: Vec<bool> = called.arguments.iter().map(|one| self.collect(one, prefix, depth, into)).collect();
                        known.iter().all(|one| *one)
                    }
                    verb @ ("query" | "mutation" | "subscription") if !prefix.is_empty() => {
                        into.push((prefix.to_owned(), if verb == "mutation" { "POST" } else { "GET" }, router.clone()));
                        true
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// The method and path of `meta({ openapi: { method, path } })`; a procedure without them is reached by no path of its own.
    fn description(&mut self, procedure: &Thing) -> Option<(String, Thing)> {
        let mut at = Some(procedure.clone());
        for _ in 0..CHAIN {
            let Some(Thing::Called(called)) = at else { break };
            if matches!(&called.function, Thing::Outside(name) if name.ends_with(".meta")) {
                let described = called.arguments.first().map(|one| self.member(one, "openapi"))?;
                if matches!(described, Thing::Object(_)) && self.member(&described, "enabled") != Thing::Bool(false) {
                    let verb = self.member(&described, "method").text()?.to_ascii_uppercase();
                    let path = match self.member(&described, "path") {
                        Thing::Text(path) => Thing::Text(colons(&path)),
                        other => other,
                    };
                    return Some((verb, path));
                }
            }
            at = called.base.clone();
        }
        None
    }

    /// The middleware that a procedure goes through: what `use` was given on the way.
    fn before(&self, procedure: &Thing) -> Vec<Thing> {
        let mut found = Vec::new();
        let mut at = Some(procedure.clone());
        for _ in 0..CHAIN {
            let Some(Thing::Called(called)) = at else { break };
            if matches!(&called.function, Thing::Outside(name) if name.ends_with(".use")) {
                found.extend(called.arguments.iter().map(|one| self.middleware(one)));
            }
            at = called.base.clone();
        }
        found
    }

    /// The function in `t.middleware(f)`.
    fn middleware(&self, thing: &Thing) -> Thing {
        match thing {
            Thing::Called(called) if matches!(&called.function, Thing::Outside(name) if name.ends_with(".middleware")) => {
                called.arguments.first().cloned().unwrap_or(Thing::Unknown)
            }
            other => other.clone(),
        }
    }

    /// A chain that ends in a procedure, where what it begins with is not known.
    pub(super) fn loose_procedure(&self, name: &str, arguments: &[Thing]) -> Option<Thing> {
        let is_procedure = matches!(name, "query" | "mutation" | "subscription") && matches!(arguments, [Thing::Function(_)]);
        is_procedure.then(|| {
            Thing::Called(std::rc::Rc::new(Called { function: Thing::Outside(format!("?.{name}")), arguments: Vec::new(), base: None }))
        })
    }
}

/// `/api/trpc` of `src/pages/api/trpc/[trpc].ts`.
pub(super) fn below_pages(file: &RepoPath) -> Option<String> {
    let parts: Vec<&str> = file.parts().collect();
    let at = parts.iter().position(|part| *part == "pages")?;
    Some(parts.get(at + 1..parts.len().saturating_sub(1))?.iter().map(|part| format!("/{part}")).collect())
}
