//! Follows functions: what each expression stands for, with arguments put in for parameters, loops over literals unrolled.
//! Nothing is run: an unknown condition takes both ways, an unknown value stays unknown, and every walk has a limit.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::frame::{Frame, dependencies, loops};
use super::libraries::{self, Library};
use super::thing::{Draft, Mount, Node, Thing};
use super::world::{Meaning, TypeId, World};
use crate::finding::{Action, Expression, Function, Invocation, Slot, TypeShape};
use crate::location::{Location, RepoPath};

/// Calls are followed this deep.
const DEPTH: usize = 16;
/// Calls that are followed in one round.
const CALLS: usize = 400_000;
/// Items of a list that a loop goes over.
const ITEMS: usize = 1_000;
/// Expressions nest no deeper than the extractor's limit.
const NESTING: usize = 64;

/// Who called: for the place of what comes into being.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    /// The frame.
    pub(super) frame: usize,
    /// The call.
    pub(super) call: &'p Invocation,
    /// Whether only a condition makes it happen.
    pub(super) conditional: bool,
}

type Memo = BTreeMap<(usize, Thing, Vec<Thing>), Vec<Thing>>;

/// The state of a walk over all functions.
pub(super) struct Evaluation<'w, 'a> {
    pub(super) world: &'w World<'a>,
    /// The routers.
    pub(super) nodes: Vec<Node>,
    known_nodes: BTreeMap<(usize, Thing, Location), usize>,
    /// The routes.
    pub(super) drafts: Vec<Draft>,
    /// The routers that are put under others: the lower one first.
    pub(super) mounts: BTreeMap<usize, BTreeSet<Mount>>,
    /// Calls that would put a route on a router that nobody gave.
    pub(super) unbound: BTreeMap<Location, usize>,
    /// The places where a route was put on.
    pub(super) placed: BTreeSet<Location>,
    /// The functions that are called or named somewhere.
    pub(super) mentioned: BTreeSet<usize>,
    /// The functions that give a router back.
    pub(super) givers: BTreeMap<usize, BTreeSet<usize>>,
    fields: BTreeMap<(TypeId, String), Thing>,
    globals: BTreeMap<(RepoPath, String), Thing>,
    frames: Vec<Frame>,
    memo: Memo,
    stack: Vec<usize>,
    /// Where each of them is called.
    sites: Vec<Location>,
    calls: usize,
    dependencies: BTreeMap<usize, Rc<Vec<BTreeSet<usize>>>>,
}

impl<'w, 'a> Evaluation<'w, 'a> {
    /// Before the first round.
    pub(super) fn new(world: &'w World<'a>) -> Self {
        Self {
            world,
            nodes: Vec::new(),
            known_nodes: BTreeMap::new(),
            drafts: Vec::new(),
            mounts: BTreeMap::new(),
            unbound: BTreeMap::new(),
            placed: BTreeSet::new(),
            mentioned: BTreeSet::new(),
            givers: BTreeMap::new(),
            fields: BTreeMap::new(),
            globals: BTreeMap::new(),
            frames: Vec::new(),
            memo: Memo::new(),
            stack: Vec::new(),
            sites: Vec::new(),
            calls: 0,
            dependencies: BTreeMap::new(),
        }
    }

    /// Follows every function once, each on its own; what was found about routes before is found anew.
    pub(super) fn round(&mut self) {
        self.drafts.clear();
        self.mounts.clear();
        self.unbound.clear();
        self.placed.clear();
        self.frames.clear();
        self.memo.clear();
        self.calls = 0;
        for function in 0..self.world.functions.len() {
            let (_, fact) = self.world.functions[function];
            if fact.statements.is_empty() {
                continue;
            }
            let receiver = self.own_receiver(function);
            self.sites.push(self.world.functions[function].0.clone());
            self.enter(function, receiver, Vec::new(), true);
            self.sites.pop();
        }
    }

    pub(super) fn fact(&self, function: usize) -> &'a Function {
        self.world.functions[function].1
    }

    pub(super) fn file(&self, frame: usize) -> &'a RepoPath {
        &self.world.functions[self.frames[frame].function].0.path
    }

    /// The files of all functions that are being followed.
    pub(super) fn via(&self) -> BTreeSet<RepoPath> {
        self.sites.iter().map(|site| site.path.clone()).collect()
    }

    /// Where the function that is being followed is called; `None` where it is followed on its own.
    pub(super) fn site(&self) -> Option<&Location> {
        self.sites.last().filter(|_| self.sites.len() > 1)
    }

    pub(super) fn function_of(&self, frame: usize) -> usize {
        self.frames[frame].function
    }

    fn own_receiver(&self, function: usize) -> Thing {
        let (at, fact) = self.world.functions[function];
        fact.receiver.as_ref().map_or(Thing::Unknown, |one| self.typed(&at.path, &one.kind))
    }

    /// What a type alone tells of a value.
    pub(super) fn typed(&self, file: &RepoPath, written: &str) -> Thing {
        match self.world.meaning(file, written) {
            Meaning::Own(id) => Thing::Object(id, Rc::new(Vec::new())),
            Meaning::Outside(path, name) if libraries::is_router(&path, &name) => Thing::Unbound,
            Meaning::ListOf(inner) => match *inner {
                Meaning::Own(id) => Thing::List(vec![Thing::Object(id, Rc::new(Vec::new()))]),
                _ => Thing::Unknown,
            },
            Meaning::Outside(..) | Meaning::Plain => Thing::Unknown,
        }
    }

    /// Follows one call; gives back what it gives back.
    fn enter(&mut self, function: usize, receiver: Thing, arguments: Vec<Thing>, alone: bool) -> Vec<Thing> {
        self.calls += 1;
        if self.stack.len() >= DEPTH || self.stack.contains(&function) || self.calls > CALLS {
            return Vec::new();
        }
        let key = (function, receiver.clone(), arguments.clone());
        if let Some(known) = self.memo.get(&key) {
            return known.clone();
        }
        let frame = self.frames.len();
        self.frames.push(Frame {
            function,
            receiver,
            arguments,
            bound: BTreeMap::new(),
            known: BTreeMap::new(),
            returns: Vec::new(),
            invoked: BTreeSet::new(),
        });
        self.stack.push(function);
        self.statements(frame, None);
        if alone {
            for closure in 0..self.fact(function).closures.len() {
                if !self.frames[frame].invoked.contains(&closure) && !self.fact(function).closures[closure].handles {
                    self.statements(frame, Some(closure));
                }
            }
        }
        self.stack.pop();
        let results = self.results(frame, None);
        self.memo.insert(key, results.clone());
        results
    }

    fn results(&mut self, frame: usize, closure: Option<usize>) -> Vec<Thing> {
        let mut merged: Vec<Thing> = Vec::new();
        let given = std::mem::take(&mut self.frames[frame].returns);
        let (own, others): (Vec<_>, Vec<_>) = given.into_iter().partition(|(from, _)| *from == closure);
        self.frames[frame].returns = others;
        for (_, values) in own {
            for (at, value) in values.into_iter().enumerate() {
                match merged.get_mut(at) {
                    Some(known) => *known = std::mem::replace(known, Thing::Unknown).or(value),
                    None => merged.push(value),
                }
            }
        }
        merged
    }

    fn dependencies(&mut self, function: usize) -> Rc<Vec<BTreeSet<usize>>> {
        let fact = self.fact(function);
        self.dependencies.entry(function).or_insert_with(|| Rc::new(dependencies(fact))).clone()
    }

    fn statements(&mut self, frame: usize, closure: Option<usize>) {
        let function = self.frames[frame].function;
        let fact = self.fact(function);
        let hangs = self.dependencies(function);
        for statement in fact.statements.iter().filter(|one| one.closure == closure) {
            let over = loops(fact, &statement.action, &hangs);
            self.unrolled(frame, &statement.action, (statement.conditional, closure), &over, &hangs);
        }
    }

    /// Runs a statement for every item of the loops that it stands in.
    fn unrolled(&mut self, frame: usize, action: &Action, state: (bool, Option<usize>), over: &[usize], hangs: &Rc<Vec<BTreeSet<usize>>>) {
        let Some((slot, inner)) = over.split_first() else { return self.act(frame, action, state) };
        let fact = self.fact(self.frames[frame].function);
        let Some(Slot::Each(list)) = fact.slots.get(*slot) else { return };
        let items = match self.value(frame, list, NESTING) {
            Thing::List(items) => items,
            _ => vec![Thing::Unknown],
        };
        for item in items.into_iter().take(ITEMS) {
            self.bind(frame, *slot, item, hangs);
            self.unrolled(frame, action, state, inner, hangs);
        }
    }

    /// Sets a slot anew, and forgets what hangs on it.
    fn bind(&mut self, frame: usize, slot: usize, thing: Thing, hangs: &[BTreeSet<usize>]) {
        let frame = &mut self.frames[frame];
        if frame.bound.get(&slot) != Some(&thing) {
            frame.bound.insert(slot, thing);
            frame.known.retain(|known, _| !hangs.get(*known).is_some_and(|on| on.contains(&slot)));
        }
    }

    fn act(&mut self, frame: usize, action: &Action, (conditional, closure): (bool, Option<usize>)) {
        match action {
            Action::Evaluate(value) => _ = self.worked_out(frame, value, conditional),
            Action::Return(values) => {
                let mut given: Vec<Thing> = Vec::new();
                for value in values {
                    // `return f()` hands on all that `f` gives back.
                    match value {
                        Expression::Call(call) if values.len() == 1 => given = self.call(Place { frame, call, conditional }),
                        _ => given.push(self.worked_out(frame, value, conditional)),
                    }
                }
                let function = self.frames[frame].function;
                for router in given.iter().filter_map(Thing::router) {
                    self.givers.entry(router).or_default().insert(function);
                }
                self.frames[frame].returns.push((closure, given));
            }
            Action::Set(target, value) => {
                let value = self.worked_out(frame, value, conditional);
                self.set(frame, target, value);
            }
        }
    }

    fn worked_out(&mut self, frame: usize, value: &Expression, conditional: bool) -> Thing {
        match value {
            Expression::Call(call) => self.call(Place { frame, call, conditional }).into_iter().next().unwrap_or(Thing::Unknown),
            other => self.value(frame, other, NESTING),
        }
    }

    fn set(&mut self, frame: usize, target: &Expression, value: Thing) {
        if value == Thing::Unknown || holds_closure(&value) {
            return;
        }
        match target {
            Expression::Field(base, name) => {
                if let Thing::Object(id, _) = self.value(frame, base, NESTING) {
                    self.remember(id, name, value);
                }
            }
            Expression::Name(name) => {
                let key = (self.file(frame).parent(), name.clone());
                let known = self.globals.remove(&key).unwrap_or(Thing::Unknown);
                self.globals.insert(key, known.or(value));
            }
            _ => {}
        }
    }

    /// Remembers what a field of a type is set to anywhere.
    pub(super) fn remember(&mut self, id: TypeId, name: &str, value: Thing) {
        if value == Thing::Unknown || value == Thing::Unbound || holds_closure(&value) {
            return;
        }
        let key = (id, name.to_owned());
        let known = self.fields.remove(&key).unwrap_or(Thing::Unknown);
        self.fields.insert(key, known.or(value));
    }

    fn slot(&mut self, frame: usize, slot: usize, depth: usize) -> Thing {
        if let Some(thing) = self.frames[frame].bound.get(&slot).or_else(|| self.frames[frame].known.get(&slot)) {
            return thing.clone();
        }
        let fact = self.fact(self.frames[frame].function);
        let file = self.file(frame);
        let thing = match fact.slots.get(slot) {
            Some(Slot::Receiver) => self.frames[frame].receiver.clone(),
            Some(Slot::Parameter(at)) => match self.frames[frame].arguments.get(*at).cloned() {
                Some(Thing::Unknown) | None => fact.parameters.get(*at).map_or(Thing::Unknown, |one| self.typed(file, &one.kind)),
                Some(given) => given,
            },
            Some(Slot::ClosureParameter(_, _, kind) | Slot::Typed(kind)) => self.typed(file, kind),
            Some(Slot::Value(value)) => self.value(frame, value, depth),
            Some(Slot::Part(Expression::Call(call), at)) => {
                self.call(Place { frame, call, conditional: false }).into_iter().nth(*at).unwrap_or(Thing::Unknown)
            }
            Some(Slot::Part(value, 0)) => self.value(frame, value, depth),
            Some(Slot::Each(list)) => match self.value(frame, list, depth) {
                Thing::List(items) => items.into_iter().next().unwrap_or(Thing::Unknown),
                _ => Thing::Unknown,
            },
            Some(Slot::Part(..)) | None => Thing::Unknown,
        };
        self.frames[frame].known.insert(slot, thing.clone());
        thing
    }

    /// What an expression stands for.
    pub(super) fn value(&mut self, frame: usize, expression: &Expression, depth: usize) -> Thing {
        let Some(depth) = depth.checked_sub(1) else { return Thing::Unknown };
        match expression {
            Expression::Local(slot) => self.slot(frame, *slot, depth),
            Expression::Name(name) => self.name(self.file(frame), name),
            Expression::Field(base, name) => {
                let base = self.value(frame, base, depth);
                self.field(&base, name)
            }
            Expression::Call(call) => self.call(Place { frame, call, conditional: false }).into_iter().next().unwrap_or(Thing::Unknown),
            Expression::Composite(kind, entries) => {
                let meaning = self.world.meaning(self.file(frame), kind);
                self.composite(frame, &meaning, kind.starts_with("map["), entries, depth)
            }
            Expression::Text(text) => Thing::Text(text.clone()),
            Expression::Concat(parts) => {
                let parts: Vec<Thing> = parts.iter().map(|part| self.value(frame, part, depth)).collect();
                joined(&parts)
            }
            Expression::Either(one, other) => self.value(frame, one, depth).or(self.value(frame, other, depth)),
            Expression::Closure(at) => Thing::Closure(frame, *at),
            Expression::Number(_) | Expression::Other => Thing::Unknown,
        }
    }

    fn composite(&mut self, frame: usize, meaning: &Meaning, is_map: bool, entries: &[(String, Expression)], depth: usize) -> Thing {
        let Some(depth) = depth.checked_sub(1) else { return Thing::Unknown };
        let item = |this: &mut Self, value: &Expression, inner: &Meaning| match value {
            Expression::Composite(kind, entries) if kind.is_empty() => this.composite(frame, inner, false, entries, depth),
            other => this.value(frame, other, depth),
        };
        match meaning {
            Meaning::ListOf(inner) => Thing::List(entries.iter().map(|(_, value)| item(self, value, inner)).collect()),
            Meaning::Own(id) => {
                let fields = self.world.fields(id);
                let mut given = Vec::new();
                for (at, (key, value)) in entries.iter().enumerate() {
                    let name = if key.is_empty() { fields.get(at).map(|field| field.variable.name.as_str()) } else { Some(key.as_str()) };
                    let Some(name) = name else { continue };
                    let kind = fields.iter().find(|field| field.variable.name == name).map(|field| field.variable.kind.as_str());
                    let file = self.world.file_of(id);
                    let inner = kind.zip(file).map_or(Meaning::Plain, |(kind, file)| self.world.meaning(file, kind));
                    let thing = item(self, value, &inner);
                    self.remember(id.clone(), name, thing.clone());
                    given.push((name.to_owned(), thing));
                }
                // What a literal leaves out is empty.
                let left_out = fields
                    .iter()
                    .filter(|field| field.variable.kind == "string" && entries.iter().all(|(key, _)| *key != field.variable.name));
                if entries.iter().all(|(key, _)| !key.is_empty()) {
                    given.extend(left_out.map(|field| (field.variable.name.clone(), Thing::Text(String::new()))));
                }
                Thing::Object(id.clone(), Rc::new(given))
            }
            _ => {
                let mut items: Vec<Thing> = entries.iter().map(|(_, value)| item(self, value, &Meaning::Plain)).collect();
                if entries.iter().any(|(key, _)| libraries::lets_through(key)) {
                    items.push(Thing::Outside("false".to_owned()));
                    return Thing::called(Thing::Unknown, items);
                }
                if is_map || entries.iter().all(|(key, _)| key.is_empty()) { Thing::List(items) } else { Thing::Unknown }
            }
        }
    }

    /// What a name means in a file.
    pub(super) fn name(&mut self, file: &RepoPath, name: &str) -> Thing {
        if matches!(name, "true" | "false") {
            return Thing::Outside(name.to_owned());
        }
        if let Some(import) = self.world.import(file, name) {
            return match import {
                Ok(folder) => Thing::Package(folder),
                Err(path) => Thing::Outside(path.to_owned()),
            };
        }
        self.of_package(&file.parent(), name)
    }

    fn of_package(&mut self, folder: &RepoPath, name: &str) -> Thing {
        if let Some(function) = self.world.function(folder, "", name) {
            self.mentioned.insert(function);
            return Thing::Function(function, None);
        }
        if let Some(known) = self.globals.get(&(folder.clone(), name.to_owned())) {
            return known.clone();
        }
        let Some((at, one)) = self.world.variable(folder, name) else { return Thing::Unknown };
        match &one.value {
            Expression::Text(text) => Thing::Text(text.clone()),
            Expression::Other => self.typed(&at.path, &one.variable.kind),
            value => {
                let thing = self.outside_of_functions(at, value);
                self.globals.insert((folder.clone(), name.to_owned()), thing.clone());
                thing
            }
        }
    }

    /// The value that a variable of a package starts with: it is worked out in a frame without a function's slots.
    fn outside_of_functions(&mut self, at: &Location, value: &Expression) -> Thing {
        let Some(function) = self.world.functions.iter().position(|(place, _)| place.path == at.path) else { return Thing::Unknown };
        if self.stack.len() >= DEPTH {
            return Thing::Unknown;
        }
        let frame = self.frames.len();
        self.frames.push(Frame {
            function,
            receiver: Thing::Unknown,
            arguments: Vec::new(),
            bound: BTreeMap::new(),
            known: BTreeMap::new(),
            returns: Vec::new(),
            invoked: BTreeSet::new(),
        });
        self.stack.push(usize::MAX);
        let thing = if matches!(value, Expression::Closure(_)) { Thing::Unknown } else { self.value(frame, value, NESTING) };
        self.stack.pop();
        if holds_closure(&thing) { Thing::Unknown } else { thing }
    }

    /// A field or method of a thing.
    pub(super) fn field(&mut self, base: &Thing, name: &str) -> Thing {
        match base {
            Thing::Package(folder) => self.of_package(folder, name),
            Thing::Outside(path) => Thing::Outside(format!("{path}.{name}")),
            Thing::Object(id, given) => {
                if let Some((_, thing)) = given.iter().find(|(key, thing)| key == name && *thing != Thing::Unknown) {
                    return thing.clone();
                }
                self.field_of(id, name, base)
            }
            Thing::Router(_) if name == "RouterGroup" => base.clone(),
            Thing::Several(all) => all.iter().fold(Thing::Unknown, |known, one| known.or(self.field(one, name))),
            _ => Thing::Unknown,
        }
    }

    fn field_of(&mut self, id: &TypeId, name: &str, base: &Thing) -> Thing {
        if let Some((method, _)) = self.world.method(id, name, 3) {
            self.mentioned.insert(method);
            return Thing::Function(method, Some(Rc::new(base.clone())));
        }
        if let Some(known) = self.fields.get(&(id.clone(), name.to_owned())) {
            return known.clone();
        }
        let Some(file) = self.world.file_of(id) else { return Thing::Unknown };
        let fields = self.world.fields(id);
        if let Some(field) = fields.iter().find(|field| field.variable.name == name) {
            return self.typed(file, &field.variable.kind);
        }
        for field in fields.iter().filter(|field| field.embedded) {
            let inner = self.field_of(id, &field.variable.name, base);
            if let Thing::Object(other, _) = &inner
                && other != id
            {
                let found = self.field(&inner, name);
                if found != Thing::Unknown {
                    return found;
                }
            }
        }
        Thing::Unknown
    }

    /// Follows a call: what it gives back.
    pub(super) fn call(&mut self, place: Place<'_>) -> Vec<Thing> {
        let arguments: Vec<Thing> = place.call.arguments.iter().map(|one| self.worked_out(place.frame, one, place.conditional)).collect();
        if let Expression::Field(base, name) = &place.call.function {
            let base = self.worked_out(place.frame, base, place.conditional);
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
        let function = self.value(place.frame, &place.call.function, NESTING);
        self.apply(place, &function, arguments)
    }

    /// Calls a method of a thing.
    fn method(&mut self, place: Place<'_>, base: &Thing, name: &str, arguments: &[Thing]) -> Vec<Thing> {
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

    fn on_object(&mut self, place: Place<'_>, (id, base): (&TypeId, &Thing), name: &str, arguments: &[Thing]) -> Vec<Thing> {
        if let Some((method, way)) = self.world.method(id, name, 3) {
            let receiver = way.into_iter().fold(base.clone(), |thing, field| self.field(&thing, field));
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

    /// Calls what an expression stands for.
    pub(super) fn apply(&mut self, place: Place<'_>, function: &Thing, arguments: Vec<Thing>) -> Vec<Thing> {
        match function {
            Thing::Function(at, receiver) => {
                let receiver = receiver.as_ref().map_or_else(|| self.own_receiver(*at), |one| (**one).clone());
                self.invoke(place, *at, receiver, arguments)
            }
            Thing::Closure(frame, at) => self.invoke_closure(*frame, *at, &arguments),
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
    pub(super) fn invoke_closure(&mut self, frame: usize, at: usize, arguments: &[Thing]) -> Vec<Thing> {
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
    fn invoke(&mut self, place: Place<'_>, function: usize, receiver: Thing, arguments: Vec<Thing>) -> Vec<Thing> {
        self.mentioned.insert(function);
        let fact = self.fact(function);
        let arguments = spread(fact, arguments);
        let file = &self.world.functions[function].0.path;
        let carries = receiver.carries() || arguments.iter().any(Thing::carries);
        let follow = carries || fact.results.iter().any(|kind| self.gives(file, kind, fact));
        let mut given = Vec::new();
        if follow || relays(fact) {
            self.sites.push(Location::new(self.file(place.frame), place.call.line));
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
            let thing = if (matches!(thing, Thing::Unknown | Thing::Unbound | Thing::Closure(..)) || wraps) && at == 0 {
                // What a wrapper gives back is told by what was handed to it.
                Thing::called(Thing::Function(function, None), arguments.clone())
            } else {
                thing
            };
            if at < given.len() { given[at] = thing } else { given.push(thing) }
        }
        given
    }

    /// Whether a result may be a router, a table of routes or a path. Others are told by their types: every function is followed on its own.
    fn gives(&self, file: &RepoPath, kind: &str, function: &Function) -> bool {
        match self.world.meaning(file, kind) {
            Meaning::Outside(path, name) => libraries::is_router(&path, &name) || path == "net/http" && name == "Handler",
            Meaning::ListOf(inner) => matches!(*inner, Meaning::Own(_)),
            Meaning::Own(_) => false,
            Meaning::Plain => kind == "string" && function.statements.len() < 4,
        }
    }

    /// A function that only makes a router makes another one at each call.
    fn sited(&mut self, place: Place<'_>, function: usize, node: usize) -> Thing {
        let made = &self.nodes[node];
        if made.maker != Some(function) || made.parent.is_some() || registers(self.fact(function)) {
            return Thing::Router(node);
        }
        let at = Location::new(self.file(place.frame), place.call.line);
        let library = made.library;
        let uses = made.uses.clone();
        let own = self.make(library, None, Thing::Text(String::new()), at, Some(self.function_of(place.frame)));
        self.nodes[own].uses = uses;
        Thing::Router(own)
    }

    /// A router, new or known from an earlier walk over the same place.
    pub(super) fn make(
        &mut self,
        library: Library,
        parent: Option<(usize, Option<usize>)>,
        prefix: Thing,
        at: Location,
        maker: Option<usize>,
    ) -> usize {
        let key = (parent.map_or(usize::MAX, |(parent, _)| parent), prefix.clone(), at.clone());
        let node = Node { library, parent, prefix, uses: Vec::new(), at, maker };
        match self.known_nodes.get(&key) {
            Some(known) => {
                self.nodes[*known] = node;
                *known
            }
            None => {
                self.nodes.push(node);
                self.known_nodes.insert(key, self.nodes.len() - 1);
                self.nodes.len() - 1
            }
        }
    }
}

/// Arguments of a variadic function from its last parameter on are one list.
fn spread(function: &Function, mut arguments: Vec<Thing>) -> Vec<Thing> {
    let variadic = function.parameters.last().is_some_and(|one| one.kind.starts_with("..."));
    let fixed = function.parameters.len().saturating_sub(1);
    if !variadic || arguments.len() < fixed || matches!(arguments.get(fixed..), Some([Thing::List(_)])) {
        return arguments;
    }
    let rest = arguments.split_off(fixed);
    arguments.push(Thing::List(rest));
    arguments
}

/// Whether a function puts on a route whose path it is given.
pub(super) fn relays(function: &Function) -> bool {
    let given = |expression: &Expression| match expression {
        Expression::Local(slot) => matches!(function.slots.get(*slot), Some(Slot::Parameter(_))),
        Expression::Concat(parts) => parts.iter().any(|part| match part {
            Expression::Local(slot) => matches!(function.slots.get(*slot), Some(Slot::Parameter(_))),
            _ => false,
        }),
        _ => false,
    };
    function.statements.iter().any(|statement| match &statement.action {
        Action::Evaluate(Expression::Call(call)) => relaying(call, &given),
        Action::Return(values) => values.iter().any(|value| matches!(value, Expression::Call(call) if relaying(call, &given))),
        _ => false,
    })
}

fn relaying(call: &Invocation, given: &dyn Fn(&Expression) -> bool) -> bool {
    let inner = |base: &Expression| matches!(base, Expression::Call(inner) if relaying(inner, given));
    match &call.function {
        Expression::Field(base, name) => {
            libraries::names_a_route(name) && call.arguments.len() > 1 && call.arguments.iter().take(2).any(given) || inner(base)
        }
        _ => false,
    }
}

/// Whether a function puts routes on, as far as its calls look like it.
fn registers(function: &Function) -> bool {
    function.statements.iter().any(|statement| match &statement.action {
        Action::Evaluate(Expression::Call(call)) => {
            matches!(call.arguments.first(), Some(Expression::Text(text)) if text.starts_with('/')) && call.arguments.len() > 1
        }
        _ => false,
    })
}

fn holds_closure(thing: &Thing) -> bool {
    match thing {
        Thing::Closure(..) => true,
        Thing::List(all) | Thing::Several(all) => all.iter().any(holds_closure),
        Thing::Called(of, all) => holds_closure(of) || all.iter().any(holds_closure),
        Thing::Object(_, fields) => fields.iter().any(|(_, field)| holds_closure(field)),
        _ => false,
    }
}

fn appended(arguments: &[Thing]) -> Thing {
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

/// Strings put together; where a part is not known, only what is known of the start is kept.
pub(super) fn joined(parts: &[Thing]) -> Thing {
    let mut text = String::new();
    for part in parts {
        match part {
            Thing::Text(one) => text.push_str(one),
            Thing::Partly(one) => {
                text.push_str(one);
                return Thing::Partly(text);
            }
            _ => return Thing::Partly(text),
        }
    }
    Thing::Text(text)
}
