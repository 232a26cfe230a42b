//! Routers whose groups hold while a function runs, and routes that are put together by several calls.
//! Source: the documentation of Macaron, Flamego and go-restful. Gitea and Forgejo keep a router of their own of the same kind: a type with a
//! method `Group(pattern string, fn func(), ...)` can tell the group to the function by its own state alone.

use std::collections::BTreeSet;

use super::evaluate::{Evaluation, Place, joined};
use super::libraries::{self, Library};
use super::thing::{Draft, Thing};
use crate::finding::Function;
use crate::link::golang::world::{TypeId, World, bare};
use crate::location::Location;

/// The types of a repository that keep a prefix while a function runs.
pub(super) fn nesting_types(world: &World<'_>) -> BTreeSet<TypeId> {
    let groups = |function: &Function| {
        let kinds: Vec<&str> = function.parameters.iter().map(|one| one.kind.as_str()).collect();
        function.name == "Group" && matches!(kinds.as_slice(), ["string", "func()", ..])
    };
    let owner = |(at, function): &(&Location, &Function)| {
        let receiver = function.receiver.as_ref().filter(|_| groups(function))?;
        let id = (at.path.parent(), bare(&receiver.kind).to_owned());
        let answers = ["Get", "Post"].iter().all(|name| world.method(&id, name, 3).is_some());
        answers.then_some(id)
    };
    world.functions.iter().filter_map(owner).collect()
}

impl Evaluation<'_, '_> {
    /// `m.Group("/x", func() { m.Get(...) }, middleware)`: what is put on the router meanwhile is put on the part.
    pub(super) fn nest(&mut self, place: Place<'_>, node: usize, arguments: &[Thing]) -> Thing {
        let [prefix, filled, uses @ ..] = arguments else { return Thing::Unknown };
        let part = self.part(place, node, prefix.clone(), flat(uses));
        let whole = self.root_of(node);
        let outer = self.inside.insert(whole, part);
        self.apply(place, filled, Vec::new());
        match outer {
            Some(outer) => _ = self.inside.insert(whole, outer),
            None => _ = self.inside.remove(&whole),
        }
        Thing::Router(node)
    }

    /// The next word of a route: `m.Combo("/x", middleware).Get(h).Post(h)`, `ws.GET("/x").To(h)`.
    pub(super) fn on_begun(&mut self, place: Place<'_>, draft: usize, name: &str, arguments: &[Thing]) -> Thing {
        let begun = self.drafts[draft].clone();
        let node = begun.node;
        let mut uses = begun.uses.clone();
        let (verbs, handler) = match (self.nodes[node].library, name, flat(arguments).split_last()) {
            (Library::Restful, "To", Some((handler, _))) => (begun.verbs.clone(), handler.clone()),
            (Library::Restful, "Filter", Some(_)) => {
                let more = self.uses(place, arguments.to_vec());
                self.drafts[draft].uses.extend(more);
                return Thing::Draft(draft);
            }
            (Library::Restful, "Path", Some((path, _))) => {
                self.drafts[draft].path = joined(&[begun.path, path.clone()]);
                return Thing::Draft(draft);
            }
            (Library::Nested, _, Some((handler, more))) if begun.handler.is_none() => {
                let Some(libraries::Method::Route(verb, _)) = libraries::method(Library::Nested, name) else { return Thing::Draft(draft) };
                uses.extend(self.uses(place, more.to_vec()));
                (if verb == "ALL" { Vec::new() } else { vec![verb.to_owned()] }, handler.clone())
            }
            _ => return Thing::Draft(draft),
        };
        let (at, via) = (self.at(place), self.via());
        self.put(place, Draft { node, verbs, path: begun.path, handler: Some(handler), uses, at, via });
        // The route that was begun takes further methods.
        Thing::Draft(draft)
    }
}

/// Arguments with lists among them taken apart.
fn flat(arguments: &[Thing]) -> Vec<Thing> {
    arguments.iter().flat_map(|one| if let Thing::List(all) = one { all.clone() } else { vec![one.clone()] }).collect()
}
