//! Routes of Beego: the router of the process, controllers with the methods that answer, namespaces that are put together of calls.
//! Source: the documentation of Beego, "Router" and "Namespace". Annotations count only where the generated file of them is read: without
//! it a program has no such routes.

use std::rc::Rc;

use super::evaluate::{Evaluation, Place, joined};
use super::libraries::{self, Library};
use super::thing::{Draft, Node, Thing};
use crate::link::golang::world::TypeId;
use crate::location::Location;

/// Namespaces nest no deeper.
const DEPTH: usize = 12;

/// What a function of Beego does.
#[derive(Clone, Copy)]
enum Does {
    /// `Router("/x", &Controller{}, "get:List;post:Add")`
    Controller,
    /// `Get("/x", handler)`, `Any("/x", handler)`
    Function(&'static str),
    /// `NewNamespace("/v1", ...)`, whose parts are kept for `AddNamespace`.
    Part,
    /// `AddNamespace(...)`
    Add,
}

/// What the function of Beego of that name does; in a namespace its functions begin with `NS`.
fn does(function: &str) -> Option<(Does, bool)> {
    let (path, name) = function.rsplit_once('.')?;
    let is_own = ["github.com/beego/beego", "github.com/astaxie/beego"].iter().any(|start| {
        path.strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("/v") && (!rest[2..].contains('/') || rest.ends_with("/server/web")))
    });
    let inner = name.strip_prefix("NS").filter(|_| is_own);
    let does = match inner.unwrap_or(name) {
        _ if !is_own => return None,
        "NewNamespace" => return Some((Does::Part, true)),
        "AddNamespace" => Does::Add,
        "Namespace" => Does::Part,
        "Router" => Does::Controller,
        "Any" | "Handler" => Does::Function("ALL"),
        "Get" | "Post" | "Put" | "Patch" | "Delete" | "Head" | "Options" => {
            Does::Function(libraries::verb(&inner.unwrap_or(name).to_ascii_uppercase())?)
        }
        _ => return None,
    };
    Some((does, inner.is_some()))
}

/// The methods that a controller may define, with those of HTTP.
const METHODS: &[(&str, &str)] =
    &[("Get", "GET"), ("Post", "POST"), ("Put", "PUT"), ("Patch", "PATCH"), ("Delete", "DELETE"), ("Head", "HEAD"), ("Options", "OPTIONS")];

impl Evaluation<'_, '_> {
    /// Calls a function of Beego; none where it is none.
    pub(super) fn beego(&mut self, place: Place<'_>, name: &str, arguments: &[Thing]) -> Option<Thing> {
        let (does, is_part) = does(name)?;
        // A part of a namespace does nothing before the namespace is added.
        if is_part || matches!(does, Does::Part) {
            let part = (name.to_owned(), arguments.to_vec(), self.at(place));
            let known = self.parts.iter().position(|one| *one == part);
            return Some(Thing::Part(known.unwrap_or_else(|| {
                self.parts.push(part);
                self.learnt = true;
                self.parts.len() - 1
            })));
        }
        // The router of the process: each file that uses it is a way in, so that the program is told by the file.
        let (at, prefix) = (Location::new(self.file(place.frame), 1), Thing::Text(String::new()));
        let node = self.keep(Node { library: Library::Beego, parent: None, prefix: prefix.clone(), uses: Vec::new(), at, maker: None }, 0);
        if let Does::Add = does {
            for one in arguments {
                self.namespace(node, (one, &prefix), DEPTH);
            }
        } else {
            let at = self.at(place);
            self.of_beego(node, (does, &prefix), arguments, &at);
        }
        Some(Thing::Unknown)
    }

    /// Puts on everything in a namespace.
    fn namespace(&mut self, node: usize, (part, prefix): (&Thing, &Thing), depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match part {
            Thing::List(all) | Thing::Several(all) => all.iter().for_each(|one| self.namespace(node, (one, prefix), depth)),
            Thing::Part(part) => {
                let Some((name, arguments, at)) = self.parts.get(*part).cloned() else { return };
                match (does(&name), arguments.as_slice()) {
                    (Some((Does::Part, _)), [own, parts @ ..]) => {
                        let prefix = joined(&[prefix.clone(), slashed(own)]);
                        parts.iter().for_each(|one| self.namespace(node, (one, &prefix), depth));
                    }
                    (Some((does, true)), arguments) => self.of_beego(node, (does, prefix), arguments, &at),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn of_beego(&mut self, node: usize, (does, prefix): (Does, &Thing), arguments: &[Thing], at: &Location) {
        let [path, handler, mapped @ ..] = arguments else { return };
        let path = joined(&[prefix.clone(), slashed(path)]);
        let routes = match (does, handler) {
            (Does::Function(verb), handler) => vec![(if verb == "ALL" { Vec::new() } else { vec![verb.to_owned()] }, handler.clone())],
            (_, Thing::Object(id, _)) => self.of_controller(id, handler, mapped),
            _ => vec![(vec!["?".to_owned()], Thing::Unknown)],
        };
        for (verbs, handler) in routes {
            let via = self.via();
            self.drafts.push(Draft { node, verbs, path: path.clone(), handler: Some(handler), uses: Vec::new(), at: at.clone(), via });
        }
    }

    /// What a controller answers: as the mapping says (`get,post:List;*:Rest`), else by the names of its methods.
    fn of_controller(&mut self, id: &TypeId, controller: &Thing, mapped: &[Thing]) -> Vec<(Vec<String>, Thing)> {
        let method = |this: &Self, name: &str| {
            let found = this.world.method(id, name, 3).map(|(function, _)| Thing::Function(function, Some(Rc::new(controller.clone()))));
            found.unwrap_or(Thing::Unknown)
        };
        match mapped {
            [] => METHODS
                .iter()
                .filter(|(name, _)| self.world.method(id, name, 3).is_some())
                .map(|(name, verb)| (vec![(*verb).to_owned()], method(self, name)))
                .collect(),
            [Thing::Text(mapping), ..] => {
                let pairs = mapping.split(';').filter_map(|pair| pair.split_once(':'));
                let verbs = |words: &str| match words.trim() {
                    "*" => Vec::new(),
                    words => words.split(',').map(|verb| verb.trim().to_ascii_uppercase()).collect(),
                };
                pairs.map(|(words, name)| (verbs(words), method(self, name.trim()))).collect()
            }
            _ => vec![(vec!["?".to_owned()], Thing::Unknown)],
        }
    }
}

/// A part of a path with a slash before it, unless it is empty or the root.
fn slashed(path: &Thing) -> Thing {
    match path {
        Thing::Text(text) if text == "/" => Thing::Text(String::new()),
        Thing::Text(text) if !text.is_empty() && !text.starts_with('/') => Thing::Text(format!("/{text}")),
        other => other.clone(),
    }
}
