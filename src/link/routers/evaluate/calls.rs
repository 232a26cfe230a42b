//! What a call does: functions of the repository are followed, those of libraries make routers and routes.
//! A function whose body is not known gives back nothing that is known.

use std::rc::Rc;

use super::{CALLS, DEPTH, Evaluation, NESTING, Place, relaying};
use crate::finding::{Action, Expression, Function, TypeShape};
use crate::link::golang::world::{Meaning, TypeId};
use crate::link::routers::libraries::{self, Library};
use crate::link::routers::thing::{Node, Thing};
use crate::location::{Location, RepoPath};

impl<'a> Evaluation<'_, 'a> {
    /// Follows a call: what it gives back.
    pub(in crate::link::routers) fn call(&mut self, place: Place<'_>) -> Vec<Thing> {
        let arguments: Vec<Thing> = place.call.arguments.iter().map(|one| self.worked_out(place.frame, one)).collect();
        if let Expression::Field(base, name) = &place.call.function {
            let base = self.worked_out(place.frame, base);
            let mut merged: Vec<Thing> = Vec::new();
            for one in base.each().to_vec() {
                for (at, thing) in self.method(place, &one, name, &arguments).into_iter().enumerate() {
                    match merged.get_mut(at) {
                        Some(known) => *known = std::mem::replace(known, Thing::Unknown).or(thing),
                        None => merged.push(thing),
                    }
                }
            }
            return merged;
        }
        if matches!(&place.call.function, Expression::Name(name) if name == "append") {
            return vec![appended(&arguments)];
        }
        if let (Expression::Name(name), [Expression::Name(kind)]) = (&place.call.function, place.call.arguments.as_slice())
            && name == "new"
        {
            return vec![self.new_value(place, kind)];
        }
        let function = self.value(place.frame, &place.call.function, NESTING);
        self.apply(place, &function, arguments)
    }

    /// `new(T)`
    fn new_value(&mut self, place: Place<'_>, kind: &str) -> Thing {
        if let Meaning::Outside(path, name) = self.world.meaning(self.file(place.frame), kind)
            && let Some(library) = libraries::made_of(&path, &name)
        {
            return Thing::Router(self.make(place, library, None, Thing::Text(String::new())));
        }
        self.typed(self.file(place.frame), kind)
    }

    /// Calls a method of a thing.
    pub(super) fn method(&mut self, place: Place<'_>, base: &Thing, name: &str, arguments: &[Thing]) -> Vec<Thing> {
        match base {
            Thing::Router(node) => vec![self.on_router(place, *node, name, arguments)],
            Thing::Draft(draft) => vec![self.on_draft(place, *draft, name, arguments)],
            Thing::Unbound => vec![self.on_unbound(place, name, arguments)],
            Thing::Object(id, _) => self.on_object(place, (id, base), name, arguments),
            Thing::Package(_) | Thing::Outside(_) => {
                let function = self.field(base, name);
                self.apply(place, &function, arguments.to_vec())
            }
            _ if arguments.iter().any(Thing::carries) => match self.world.only_method(name) {
                Some(method) => self.invoke(place, method, self.own_receiver(method), arguments.to_vec()),
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    pub(super) fn on_object(&mut self, place: Place<'_>, (id, base): (&TypeId, &Thing), name: &str, arguments: &[Thing]) -> Vec<Thing> {
        if let Some((method, way)) = self.world.method(id, name, 3) {
            let embedded = !way.is_empty();
            let receiver = way.into_iter().fold(base.clone(), |thing, field| self.field(&thing, field));
            let receiver = if embedded { self.lent(id, receiver) } else { receiver };
            let receiver = if receiver == Thing::Unknown { self.own_receiver(method) } else { receiver };
            return self.invoke(place, method, receiver, arguments.to_vec());
        }
        if matches!(self.world.named(id).map(|named| &named.shape), Some(TypeShape::Interface(_))) {
            let mut given = Vec::new();
            for implementer in self.world.implementers(id) {
                if let Some((method, _)) = self.world.method(&implementer, name, 3) {
                    given = self.invoke(place, method, Thing::Object(implementer, Rc::new(Vec::new())), arguments.to_vec());
                }
            }
            return given;
        }
        let held = self.field(base, name);
        if held != Thing::Unknown {
            return self.apply(place, &held, arguments.to_vec());
        }
        // A router that is embedded in a struct lends it its methods.
        for field in self.world.fields(id).iter().filter(|field| field.embedded) {
            let inner = self.field(base, &field.variable.name);
            if inner.router().is_some() || inner == Thing::Unbound {
                return self.method(place, &inner, name, arguments);
            }
        }
        Vec::new()
    }

    /// An embedded value with what is set on it through the type that embeds it.
    fn lent(&self, outer: &TypeId, embedded: Thing) -> Thing {
        let Thing::Object(id, given) = &embedded else { return embedded };
        let set = self.world.fields(id).iter().filter_map(|field| {
            let name = &field.variable.name;
            Some((name.clone(), self.fields.get(&(outer.clone(), name.clone()))?.clone()))
        });
        let mut all: Vec<(String, Thing)> = set.collect();
        if all.is_empty() {
            return embedded;
        }
        all.extend(given.iter().filter(|(name, _)| all.iter().all(|(known, _)| known != name)).cloned().collect::<Vec<_>>());
        Thing::Object(id.clone(), Rc::new(all))
    }

    /// Calls what an expression stands for.
    pub(in crate::link::routers) fn apply(&mut self, place: Place<'_>, function: &Thing, arguments: Vec<Thing>) -> Vec<Thing> {
        match function {
            Thing::Function(at, receiver) => {
                let receiver = receiver.as_ref().map_or_else(|| self.own_receiver(*at), |one| (**one).clone());
                self.invoke(place, *at, receiver, arguments)
            }
            Thing::Closure(frame, at) => {
                let given = self.invoke_closure(*frame, *at, &arguments);
                wrapped(function, given, arguments)
            }
            Thing::Literal(around, at) => {
                let frame = self.frame(*around, self.own_receiver(*around), Vec::new());
                let given = self.invoke_closure(frame, *at, &arguments);
                wrapped(function, given, arguments)
            }
            Thing::Outside(name) => vec![self.outside(place, name, arguments)],
            Thing::Several(all) => {
                let mut given = Vec::new();
                for one in all {
                    given = self.apply(place, one, arguments.clone());
                }
                given
            }
            _ => vec![Thing::called(function.clone(), arguments)],
        }
    }

    /// Calls a function literal in the frame that it stands in.
    pub(in crate::link::routers) fn invoke_closure(&mut self, frame: usize, at: usize, arguments: &[Thing]) -> Vec<Thing> {
        let Some(function) = self.frames.get(frame).map(|frame| frame.function) else { return Vec::new() };
        let Some(closure) = self.fact(function).closures.get(at) else { return Vec::new() };
        self.calls += 1;
        if closure.handles || self.stack.len() >= DEPTH || self.calls > CALLS {
            return Vec::new();
        }
        let hangs = self.dependencies(function);
        for (slot, thing) in closure.parameters.iter().zip(arguments) {
            self.bind(frame, *slot, thing.clone(), &hangs);
        }
        self.frames[frame].invoked.insert(at);
        self.stack.push(usize::MAX);
        self.statements(frame, Some(at));
        self.stack.pop();
        self.results(frame, Some(at))
    }

    /// Calls a function of this repository.
    pub(super) fn invoke(&mut self, place: Place<'_>, function: usize, receiver: Thing, arguments: Vec<Thing>) -> Vec<Thing> {
        self.mentioned.insert(function);
        let fact = self.fact(function);
        if fact.receiver.is_none() && self.makes_nesting(function) {
            return vec![Thing::Router(self.make(place, Library::Nested, None, Thing::Text(String::new())))];
        }
        let arguments = spread(fact, arguments);
        let file = &self.world.functions[function].0.path;
        let carries = receiver.carries() || arguments.iter().any(|one| one.carries() || self.takes_router(one));
        let states_path = arguments.iter().any(|one| one.text().is_some_and(|text| text.starts_with('/')));
        let makes = fact.statements.len() < SMALL
            && fact.results.first().is_some_and(|kind| matches!(self.world.meaning(file, kind), Meaning::Own(_)));
        let states = states_path || makes && arguments.iter().any(|one| matches!(one, Thing::Text(_)));
        let follow = carries || states || fact.results.iter().any(|kind| self.gives(file, kind, fact));
        let mut given = Vec::new();
        if follow || self.relays(function) {
            let caller = self.function_of(place.frame);
            let hands_on = place.call.arguments.iter().take(3).any(|one| relaying::hands_on(self.fact(caller), one));
            let caller = if hands_on { caller } else { usize::MAX };
            self.sites.push((Location::new(self.file(place.frame), place.call.line), caller));
            given = self.enter(function, receiver, arguments.clone(), false);
            self.sites.pop();
        }
        for (at, kind) in fact.results.iter().enumerate() {
            let known = given.get(at).cloned().unwrap_or(Thing::Unknown);
            let thing = match known {
                Thing::Unknown => self.typed(file, kind),
                Thing::Router(node) => self.sited(place, function, node),
                other => other,
            };
            let wraps = thing.router().is_none() && arguments.iter().any(Thing::is_handler);
            let thing = if (matches!(thing, Thing::Unknown | Thing::Unbound | Thing::Closure(..) | Thing::Literal(..)) || wraps) && at == 0
            {
                // What a wrapper gives back is told by what was handed to it.
                Thing::called(Thing::Function(function, None), arguments.clone())
            } else {
                thing
            };
            if at < given.len() { given[at] = thing } else { given.push(thing) }
        }
        given
    }

    /// Whether a function stands beside a router of the repository's own and gives one back.
    fn makes_nesting(&self, function: usize) -> bool {
        let (at, fact) = self.world.functions[function];
        let given = fact.results.first().filter(|_| !self.nesting.is_empty()).map(|kind| self.world.meaning(&at.path, kind));
        matches!(given, Some(Meaning::Own(id)) if id.0 == at.path.parent() && self.nesting.contains(&id))
    }

    /// Whether a thing is a function that is given a router: what is handed on to be called later.
    fn takes_router(&self, thing: &Thing) -> bool {
        match thing {
            Thing::Function(function, _) => {
                let (at, fact) = self.world.functions[*function];
                let is_router = |kind: &str| match self.world.meaning(&at.path, kind) {
                    Meaning::Outside(path, name) => libraries::is_router(&path, &name),
                    Meaning::Own(id) => self.nesting.contains(&id),
                    _ => false,
                };
                fact.parameters.iter().any(|one| is_router(&one.kind))
            }
            Thing::List(all) => all.iter().any(|one| self.takes_router(one)),
            _ => false,
        }
    }

    /// Whether a result may be a router, a table of routes or a path. Others are told by their types: every function is followed on its own.
    pub(super) fn gives(&self, file: &RepoPath, kind: &str, function: &Function) -> bool {
        match self.world.meaning(file, kind) {
            Meaning::Outside(path, name) => libraries::is_router(&path, &name) || path == "net/http" && name == "Handler",
            Meaning::ListOf(inner) => matches!(*inner, Meaning::Own(_)),
            Meaning::Own(id) => self.nesting.contains(&id),
            Meaning::Plain => kind == "string" && function.statements.len() < 4,
        }
    }

    /// A function that only makes a router makes another one at each call.
    pub(super) fn sited(&mut self, place: Place<'_>, function: usize, node: usize) -> Thing {
        let made = &self.nodes[node];
        if made.maker != Some(function) || made.parent.is_some() || registers(self.fact(function)) {
            return Thing::Router(node);
        }
        let library = made.library;
        let uses = made.uses.clone();
        let own = self.make(place, library, None, Thing::Text(String::new()));
        self.nodes[own].uses = uses;
        Thing::Router(own)
    }

    /// A router, new or known from an earlier walk over the same place.
    pub(in crate::link::routers) fn make(
        &mut self,
        place: Place<'_>,
        library: Library,
        parent: Option<(usize, Option<usize>)>,
        prefix: Thing,
    ) -> usize {
        let at = Location::new(self.file(place.frame), place.call.line);
        let node = Node { library, parent, prefix, uses: Vec::new(), at, maker: Some(self.function_of(place.frame)) };
        self.keep(node, place.call.place)
    }

    /// The number of a router that a call at a place makes.
    pub(in crate::link::routers) fn keep(&mut self, node: Node, place: usize) -> usize {
        let key = (node.parent.map_or(usize::MAX, |(parent, _)| parent), node.prefix.clone(), node.at.clone(), place);
        match self.known_nodes.get(&key) {
            Some(known) => {
                self.nodes[*known] = node;
                *known
            }
            None => {
                self.nodes.push(node);
                self.learnt = true;
                self.known_nodes.insert(key, self.nodes.len() - 1);
                self.nodes.len() - 1
            }
        }
    }
}

/// What a function literal gives back that is given a handler: where that is a literal of its own, it is told by what was handed to it.
fn wrapped(function: &Thing, mut given: Vec<Thing>, arguments: Vec<Thing>) -> Vec<Thing> {
    if arguments.iter().any(Thing::is_handler)
        && let Some(first @ (Thing::Closure(..) | Thing::Literal(..))) = given.first_mut()
    {
        *first = Thing::called(function.clone(), arguments);
    }
    given
}

/// Arguments of a variadic function from its last parameter on are one list.
pub(super) fn spread(function: &Function, mut arguments: Vec<Thing>) -> Vec<Thing> {
    let variadic = function.parameters.last().is_some_and(|one| one.kind.starts_with("..."));
    let fixed = function.parameters.len().saturating_sub(1);
    if !variadic || arguments.len() < fixed || matches!(arguments.get(fixed..), Some([Thing::List(_)])) {
        return arguments;
    }
    let rest = arguments.split_off(fixed);
    arguments.push(Thing::List(rest));
    arguments
}

/// A function with fewer statements that gives back a value of a type of the repository makes it of what it is given.
const SMALL: usize = 8;

/// Whether a function puts routes on, as far as its calls look like it.
pub(super) fn registers(function: &Function) -> bool {
    function.statements.iter().any(|statement| match &statement.action {
        Action::Evaluate(Expression::Call(call)) => {
            let named = matches!(&call.function, Expression::Field(_, name) if libraries::names_a_route(name));
            let path = matches!(call.arguments.first(), Some(Expression::Text(text)) if text.starts_with('/'));
            (named || path) && call.arguments.len() > 1
        }
        _ => false,
    })
}

pub(super) fn appended(arguments: &[Thing]) -> Thing {
    let mut all = match arguments.first() {
        Some(Thing::List(items)) => items.clone(),
        _ => Vec::new(),
    };
    for one in arguments.iter().skip(1) {
        match one {
            Thing::List(items) => all.extend(items.iter().cloned()),
            other => all.push(other.clone()),
        }
    }
    Thing::List(all)
}
