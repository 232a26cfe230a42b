//! Follows functions: what each expression stands for, with arguments put in for parameters, loops over literals unrolled.
//! Nothing is run: an unknown condition takes both ways, an unknown value stays unknown, and every walk has a limit.

mod calls;
mod relaying;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::frame::{Frame, dependencies, loops, taken};
use super::thing::{Draft, Mount, Node, Thing};
use super::{libraries, nested};
use crate::finding::{Action, Expression, Function, Invocation, Slot};
use crate::link::conditions::Taken;
use crate::link::golang::world::{Meaning, TypeId, World, bare};
use crate::location::{Location, RepoPath};
pub(super) use values::{joined, setting};

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
}

type Memo = BTreeMap<(usize, Thing, Vec<Thing>), Vec<Thing>>;

/// The state of a walk over all functions.
pub(super) struct Evaluation<'w, 'a> {
    pub(super) world: &'w World<'a>,
    /// The routers.
    pub(super) nodes: Vec<Node>,
    known_nodes: BTreeMap<(usize, Thing, Location, usize), usize>,
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
    /// The parts of namespaces of Beego: what is called, with what, and where.
    pub(super) parts: Vec<(String, Vec<Thing>, Location)>,
    fields: BTreeMap<(TypeId, String), Thing>,
    globals: BTreeMap<(RepoPath, String), Thing>,
    frames: Vec<Frame>,
    memo: Memo,
    stack: Vec<usize>,
    /// The ways of branchings that are being followed.
    pub(super) conditions: Vec<Taken>,
    /// Where each of them is called, and by which function.
    sites: Vec<(Location, usize)>,
    /// The functions that put on routes whose paths they are given.
    relaying: BTreeSet<usize>,
    calls: usize,
    /// Whether this round found a router, or a value of a field or variable, that was not known before.
    pub(super) learnt: bool,
    /// The types of the repository that keep a prefix while a function runs.
    nesting: BTreeSet<TypeId>,
    /// Routers of which a part is being filled by a function: the whole, and the part.
    pub(super) inside: BTreeMap<usize, usize>,
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
            parts: Vec::new(),
            fields: BTreeMap::new(),
            globals: BTreeMap::new(),
            frames: Vec::new(),
            memo: Memo::new(),
            stack: Vec::new(),
            conditions: Vec::new(),
            sites: Vec::new(),
            relaying: relaying::relaying_functions(world),
            calls: 0,
            learnt: false,
            nesting: nested::nesting_types(world),
            inside: BTreeMap::new(),
            dependencies: BTreeMap::new(),
        }
    }

    /// Follows every function once, each on its own; what was found about routes before is found anew. Gives whether something became known
    /// that a function read earlier in the round may ask for.
    pub(super) fn round(&mut self) -> bool {
        self.learnt = false;
        self.drafts.clear();
        self.mounts.clear();
        self.unbound.clear();
        self.placed.clear();
        self.frames.clear();
        self.memo.clear();
        self.calls = 0;
        for function in 0..self.world.functions.len() {
            let (_, fact) = self.world.functions[function];
            if fact.statements.is_empty() || fact.answers || self.is_of_nesting(function) {
                continue;
            }
            let receiver = self.own_receiver(function);
            self.sites.push((self.world.functions[function].0.clone(), usize::MAX));
            self.enter(function, receiver, Vec::new(), true);
            self.sites.pop();
        }
        self.learnt
    }

    pub(super) fn fact(&self, function: usize) -> &'a Function {
        self.world.functions[function].1
    }

    pub(super) fn file(&self, frame: usize) -> &'a RepoPath {
        &self.world.functions[self.frames[frame].function].0.path
    }

    /// The files of all functions that are being followed.
    pub(super) fn via(&self) -> BTreeSet<RepoPath> {
        self.sites.iter().map(|(site, _)| site.path.clone()).collect()
    }

    /// Where the path of a route is given: the innermost call that no function makes which only hands the path on. `None` where nobody
    /// gives it.
    pub(super) fn site(&self) -> Option<&Location> {
        self.sites.iter().skip(1).rev().find(|(_, caller)| !self.relaying.contains(caller)).map(|(site, _)| site)
    }

    /// Whether a function only hands paths on.
    pub(super) fn relays(&self, function: usize) -> bool {
        self.relaying.contains(&function)
    }

    pub(super) fn function_of(&self, frame: usize) -> usize {
        self.frames[frame].function
    }

    fn own_receiver(&self, function: usize) -> Thing {
        let (at, fact) = self.world.functions[function];
        fact.receiver.as_ref().map_or(Thing::Unknown, |one| self.typed(&at.path, &one.kind))
    }

    /// Whether a function is a method of a router of the repository's own, whose calls of its library say nothing.
    fn is_of_nesting(&self, function: usize) -> bool {
        let (at, fact) = self.world.functions[function];
        fact.receiver.as_ref().is_some_and(|one| self.nesting.contains(&(at.path.parent(), bare(&one.kind).to_owned())))
    }

    /// What a type alone tells of a value.
    pub(super) fn typed(&self, file: &RepoPath, written: &str) -> Thing {
        match self.world.meaning(file, written) {
            Meaning::Own(id) if self.nesting.contains(&id) => Thing::Unbound,
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
        if self.stack.len() >= DEPTH || self.stack.contains(&function) || self.calls > CALLS || self.fact(function).answers {
            return Vec::new();
        }
        let key = (function, receiver.clone(), arguments.clone());
        if let Some(known) = self.memo.get(&key).filter(|_| self.inside.is_empty()) {
            return known.clone();
        }
        let frame = self.frame(function, receiver, arguments);
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

    /// A new call of a function.
    fn frame(&mut self, function: usize, receiver: Thing, arguments: Vec<Thing>) -> usize {
        self.frames.push(Frame {
            function,
            receiver,
            arguments,
            bound: BTreeMap::new(),
            known: BTreeMap::new(),
            returns: Vec::new(),
            invoked: BTreeSet::new(),
        });
        self.frames.len() - 1
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
            let outer = self.conditions.len();
            self.conditions.extend(taken(fact, frame, statement.way));
            self.unrolled(frame, &statement.action, closure, &over, &hangs);
            self.conditions.truncate(outer);
        }
    }

    /// Runs a statement for every item of the loops that it stands in.
    fn unrolled(&mut self, frame: usize, action: &Action, closure: Option<usize>, over: &[usize], hangs: &Rc<Vec<BTreeSet<usize>>>) {
        let Some((slot, inner)) = over.split_first() else { return self.act(frame, action, closure) };
        let fact = self.fact(self.frames[frame].function);
        let Some(Slot::Each(list)) = fact.slots.get(*slot) else { return };
        let items = match self.value(frame, list, NESTING) {
            Thing::List(items) => items,
            Thing::Map(entries) => entries.into_iter().map(|entry| Thing::Entry(Rc::new(entry))).collect(),
            _ => vec![Thing::Unknown],
        };
        for item in items.into_iter().take(ITEMS) {
            self.bind(frame, *slot, item, hangs);
            self.unrolled(frame, action, closure, inner, hangs);
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

    fn act(&mut self, frame: usize, action: &Action, closure: Option<usize>) {
        match action {
            Action::Evaluate(value) => _ = self.worked_out(frame, value),
            Action::Return(values) => {
                let mut given: Vec<Thing> = Vec::new();
                for value in values {
                    // `return f()` hands on all that `f` gives back.
                    match value {
                        Expression::Call(call) if values.len() == 1 => given = self.call(Place { frame, call }),
                        _ => given.push(self.worked_out(frame, value)),
                    }
                }
                let function = self.frames[frame].function;
                for router in given.iter().filter_map(Thing::router) {
                    self.givers.entry(router).or_default().insert(function);
                }
                self.frames[frame].returns.push((closure, given));
            }
            Action::Set(target, value) => {
                let value = self.worked_out(frame, value);
                self.set(frame, target, value);
            }
        }
    }

    fn worked_out(&mut self, frame: usize, value: &Expression) -> Thing {
        match value {
            Expression::Call(call) => self.call(Place { frame, call }).into_iter().next().unwrap_or(Thing::Unknown),
            other => self.value(frame, other, NESTING),
        }
    }

    fn set(&mut self, frame: usize, target: &Expression, value: Thing) {
        if value == Thing::Unknown {
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
                let value = self.lasting(value);
                let known = self.globals.entry(key).or_insert(Thing::Unknown);
                self.learnt |= known.take_in(value);
            }
            _ => {}
        }
    }

    /// Remembers what a field of a type is set to anywhere.
    pub(super) fn remember(&mut self, id: TypeId, name: &str, value: Thing) {
        if value == Thing::Unknown || value == Thing::Unbound {
            return;
        }
        let key = (id, name.to_owned());
        let value = self.lasting(value);
        let known = self.fields.entry(key).or_insert(Thing::Unknown);
        self.learnt |= known.take_in(value);
    }
}
