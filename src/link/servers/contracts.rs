//! ts-rest: contracts that state methods and paths, and what serves them. A contract alone serves nobody.
//! Source: the documentation of ts-rest ("Contract", "Express", "Fastify", "Next.js", "Serverless").

use std::rc::Rc;

use super::evaluate::{Evaluation, Place, joined};
use super::libraries::Library;
use super::procedures::below_pages;
use super::thing::{Called, Event, Placed, Thing};
use crate::location::Location;

/// Contracts stand within one another this deep.
const DEPTH: usize = 10;

/// A route that a contract states, with the names that lead to it.
struct Stated {
    name: Vec<String>,
    verb: String,
    path: Thing,
    summary: Option<String>,
}

impl<'a> Evaluation<'_, 'a> {
    /// A call that serves a contract: `createExpressEndpoints(contract, handlers, app)`, `createNextHandler(contract, handlers, options)`.
    pub(super) fn contracted(&mut self, place: Place<'a>, called: &str, arguments: &[Thing]) -> Option<Thing> {
        let at = self.at(place.1, place.0.line);
        if let ("@ts-rest/serverless/fetch.fetchRequestHandler", [options @ Thing::Object(_)]) = (called, arguments) {
            let [contract, handlers] = ["contract", "router"].map(|name| self.member(options, name));
            let inner = self.member(options, "options");
            let prefix = if inner == Thing::Nothing { Thing::Nothing } else { self.member(&inner, "basePath") };
            return Some(Thing::Router(self.contract_node((&contract, &handlers), at, (true, prefix))));
        }
        let [contract, handlers, rest @ ..] = arguments else { return None };
        let target = rest.first().cloned().unwrap_or(Thing::Nothing);
        match called {
            "@ts-rest/express.createExpressEndpoints"
            | "ts-rest-hono.createHonoEndpoints"
            | "@ts-rest/fastify.initServer().registerRouter" => {
                let before = self.member(&rest.get(1).cloned().unwrap_or(Thing::Nothing), "globalMiddleware");
                match target {
                    Thing::Router(node) => {
                        let lower = self.contract_node((contract, handlers), at, (false, Thing::Nothing));
                        self.nodes[lower].placed = true;
                        let before = self.flat(&before, 2);
                        self.happens(node, self.at(place.1, place.0.line), Event::Mount(Thing::Nothing, lower, before));
                    }
                    _ => _ = self.open.insert(at, "the server that a contract is put on is not known; its routes are left out".to_owned()),
                }
                Some(Thing::Nothing)
            }
            "@ts-rest/next.createNextRouter" => {
                let prefix = Thing::Text(below_pages(&at.path)?);
                Some(Thing::Router(self.contract_node((contract, handlers), at, (true, prefix))))
            }
            "@ts-rest/serverless/next.createNextHandler"
            | "@ts-rest/serverless/fetch.createFetchHandler"
            | "@ts-rest/serverless/aws.createLambdaHandler" => {
                let prefix = if target == Thing::Nothing { Thing::Nothing } else { self.member(&target, "basePath") };
                Some(Thing::Router(self.contract_node((contract, handlers), at, (true, prefix))))
            }
            _ => None,
        }
    }

    /// `app.register(s.plugin(s.router(contract, handlers)))`
    pub(super) fn contract_plugin(&mut self, place: Place<'a>, called: &Called) -> Option<usize> {
        let is_plugin = matches!(&called.function, Thing::Outside(name) if name == "@ts-rest/fastify.initServer().plugin");
        let Thing::Called(inner) = called.arguments.first().filter(|_| is_plugin)? else { return None };
        let [contract, handlers, ..] = inner.arguments.as_slice() else { return None };
        Some(self.contract_node((contract, handlers), self.at(place.1, place.0.line), (false, Thing::Nothing)))
    }

    /// A part of a contract: `contract.posts`. It stays below the prefix of the whole.
    pub(super) fn part_of_contract(&mut self, called: &Called, name: &str) -> Option<Thing> {
        let (inner, options) = called.arguments.split_first().filter(|_| is_router(called))?;
        let part = self.member(inner, name);
        if matches!(part, Thing::Nothing | Thing::Unknown) {
            return None;
        }
        let arguments = std::iter::once(part).chain(options.iter().cloned()).collect();
        Some(Thing::Called(Rc::new(Called { arguments, ..called.clone() })))
    }

    /// A router with the routes of a contract, each with what its handlers say stands before it.
    fn contract_node(&mut self, (contract, handlers): (&Thing, &Thing), at: Location, (is_server, prefix): (bool, Thing)) -> usize {
        let node = self.make(Library::Express, is_server, prefix, at.clone());
        let mut found = Vec::new();
        if !self.stated_routes(contract, (&Thing::Text(String::new()), &mut Vec::new()), DEPTH, &mut found) {
            self.open.insert(at.clone(), "a part of this contract could not be followed; its routes are left out".to_owned());
        }
        let handlers = match handlers {
            Thing::Called(called) => called.arguments.get(1).cloned().unwrap_or(Thing::Unknown),
            other => other.clone(),
        };
        for one in found {
            let answer = one.name.iter().fold(handlers.clone(), |at, name| match &at {
                Thing::Called(called) => {
                    let inner = called.arguments.get(1).cloned().unwrap_or(Thing::Unknown);
                    self.member(&inner, name)
                }
                _ => self.member(&at, name),
            });
            let uses = match &answer {
                Thing::Object(_) => {
                    let before = self.member(&answer, "middleware");
                    self.flat(&before, 2)
                }
                _ => Vec::new(),
            };
            let placed = Placed {
                verbs: vec![one.verb],
                path: one.path,
                handler: Some(one.name.join(".")),
                uses,
                summary: one.summary,
                at: at.clone(),
            };
            self.happens(node, at.clone(), Event::Route(placed));
        }
        node
    }

    /// The routes that a contract states below a prefix; whether all of it is known.
    fn stated_routes(
        &mut self,
        contract: &Thing,
        (prefix, names): (&Thing, &mut Vec<String>),
        depth: usize,
        into: &mut Vec<Stated>,
    ) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match contract {
            Thing::Called(called) if is_router(called) => {
                let Some(inner) = called.arguments.first().cloned() else { return false };
                let options = called.arguments.get(1).cloned().unwrap_or(Thing::Nothing);
                let own = self.member(&options, "pathPrefix");
                let prefix = if matches!(own, Thing::Nothing) || options == Thing::Nothing {
                    prefix.clone()
                } else {
                    joined(&[prefix.clone(), own])
                };
                self.stated_routes(&inner, (&prefix, names), depth, into)
            }
            Thing::Called(called) if matches!(&called.function, Thing::Outside(name) if is_of_contract(name, &["query", "mutation"])) => {
                let Some(inner) = called.arguments.first().cloned() else { return false };
                self.stated_routes(&inner, (prefix, names), depth, into)
            }
            Thing::Object(number) => {
                let (verb, path) = (self.member(contract, "method"), self.member(contract, "path"));
                if let Thing::Text(verb) = verb {
                    let summary = self.member(contract, "summary").text().map(str::to_owned);
                    into.push(Stated { name: names.clone(), verb, path: joined(&[prefix.clone(), path]), summary });
                    return true;
                }
                let mut complete = !self.objects[*number].open;
                let fields: Vec<(String, Thing)> =
                    self.objects[*number].fields.iter().map(|(name, thing)| (name.clone(), thing.clone())).collect();
                for (name, thing) in fields {
                    names.push(name);
                    complete &= self.stated_routes(&thing, (prefix, names), depth, into);
                    names.pop();
                }
                complete
            }
            _ => false,
        }
    }
}

/// `initContract().router({ ... })`
fn is_router(called: &Called) -> bool {
    matches!(&called.function, Thing::Outside(name) if is_of_contract(name, &["router"]))
}

fn is_of_contract(called: &str, methods: &[&str]) -> bool {
    called.strip_prefix("@ts-rest/core.initContract().").is_some_and(|method| methods.contains(&method))
}
