//! Routes that are stated by literals instead of by the names of methods: tables of go-zero, operations of Huma.
//! Source: the documentation of both. A literal whose path or method is not known is a gap like any other route.

use super::evaluate::{Evaluation, Place, joined};
use super::libraries::{self, Huma};
use super::routing::verbs;
use super::thing::{Draft, Thing};

impl Evaluation<'_, '_> {
    /// go-zero: `server.AddRoutes([]rest.Route{{Method: ..., Path: ..., Handler: ...}}, rest.WithPrefix("/v1"), rest.WithJwt(secret))`.
    pub(super) fn table(&mut self, place: Place<'_>, node: usize, arguments: &[Thing]) {
        let Some((routes, options)) = arguments.split_first() else { return };
        let prefix = options.iter().find_map(|option| match option {
            Thing::Called(function, given) if is_called(function, "rest.WithPrefix") => given.first().cloned(),
            _ => None,
        });
        for route in items(routes) {
            let Some((verbs, path, handler)) = stated(route) else { continue };
            let path = joined(&[prefix.clone().unwrap_or(Thing::Text(String::new())), path]);
            let (at, via) = (self.at(place), self.via());
            let uses = self.uses(place, options.to_vec());
            self.put(place, Draft { node, verbs, path, handler: Some(handler), uses, at, via });
        }
    }

    /// Huma: `huma.Register(api, huma.Operation{...}, handler)`, `huma.Get(api, "/path", handler)`, `huma.NewGroup(api, "/v1")`.
    pub(super) fn operation(&mut self, place: Place<'_>, what: Huma, arguments: &[Thing]) -> Thing {
        let [api, stated_by, rest @ ..] = arguments else { return Thing::Unknown };
        let Some(node) = self.behind_interface(api, 4) else {
            if *api == Thing::Unbound && what != Huma::Group {
                self.unbound.insert(self.at(place), self.function_of(place.frame));
            }
            return if *api == Thing::Unbound { Thing::Unbound } else { Thing::Unknown };
        };
        let (verbs, path) = match what {
            Huma::Group => return Thing::Router(self.part(place, node, stated_by.clone(), Vec::new())),
            Huma::Verb(verb) => (vec![verb.to_owned()], stated_by.clone()),
            Huma::Register => match stated(stated_by) {
                Some((verbs, path, _)) => (verbs, path),
                None => return Thing::Unknown,
            },
        };
        let handler = Some(rest.first().cloned().unwrap_or(Thing::Unknown));
        let (at, via) = (self.at(place), self.via());
        self.put(place, Draft { node, verbs, path, handler, uses: Vec::new(), at, via })
    }

    /// The router that an interface of Huma was made for. An adapter may be given the whole router and the part that it is for, and a type
    /// of a repository's own may hold the interface.
    fn behind_interface(&self, api: &Thing, depth: usize) -> Option<usize> {
        let depth = depth.checked_sub(1)?;
        match api {
            Thing::Router(node) => Some(*node),
            Thing::Called(_, given) => {
                let given: Vec<usize> = given.iter().filter_map(|one| self.behind_interface(one, depth)).collect();
                let lower = |node: &&usize| given.iter().any(|other| other != *node && self.is_part_of(**node, *other));
                given.iter().find(lower).or(given.first()).copied()
            }
            Thing::Object(id, fields) => {
                let embedded = self.world.fields(id).iter().filter(|field| field.embedded).map(|field| field.variable.name.as_str());
                let held: Vec<Thing> =
                    embedded.filter_map(|name| fields.iter().find(|(key, _)| key == name)).map(|(_, thing)| thing.clone()).collect();
                held.iter().find_map(|one| self.behind_interface(one, depth))
            }
            Thing::Several(all) => all.iter().find_map(|one| self.behind_interface(one, depth)),
            _ => None,
        }
    }

    /// Whether a router hangs below another one.
    fn is_part_of(&self, node: usize, upper: usize) -> bool {
        let parents = std::iter::successors(self.nodes[node].parent, |(parent, _)| self.nodes[*parent].parent);
        parents.take(64).any(|(parent, _)| parent == upper)
    }
}

/// The routes that `rest.WithMiddlewares` stands around, or the routes themselves.
pub(super) fn middlewares(function: &str, arguments: &[Thing]) -> Option<Thing> {
    let wraps = function.ends_with("go-zero/rest.WithMiddlewares") || function.ends_with("go-zero/rest.WithMiddleware");
    arguments.get(1).filter(|_| wraps).cloned()
}

fn items(thing: &Thing) -> &[Thing] {
    match thing {
        Thing::List(all) => all,
        other => std::slice::from_ref(other),
    }
}

fn is_called(function: &Thing, name: &str) -> bool {
    matches!(function, Thing::Outside(outside) if outside.ends_with(name))
}

/// The methods, the path and the handler of a literal.
fn stated(route: &Thing) -> Option<(Vec<String>, Thing, Thing)> {
    // A function may add to an operation what it asks of callers.
    if let Thing::Called(_, given) = route {
        return given.iter().find_map(stated);
    }
    let Thing::Object((path, name), fields) = route else { return None };
    if !libraries::states_route(path.as_str(), name) {
        return None;
    }
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, thing)| thing.clone());
    let method = field("Method").and_then(|method| verbs(&method)).unwrap_or_else(|| vec!["?".to_owned()]);
    Some((method, field("Path")?, field("Handler").unwrap_or(Thing::Unknown)))
}
