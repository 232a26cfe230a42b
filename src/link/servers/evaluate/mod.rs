//! Follows files as they would run: each once, when it is first asked for; functions where they are called.
//! Nothing is run: an unknown condition takes both ways, an unknown value stays unknown, and every walk has a limit.

mod builtins;
mod calls;
mod modules;
mod objects;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub(super) use builtins::FOLDER;
pub(super) use calls::Place;
pub(super) use values::joined;

use super::libraries::Library;
use super::sockets::SocketEvent;
use super::thing::{Event, Happening, Made, Node, Thing};
use super::world::World;
use crate::finding::Finding;
use crate::finding::script::{Deed, Lambda, Shape, Term};
use crate::link::Input;
use crate::link::conditions::Taken;
use crate::location::{Location, RepoPath};

/// Expressions and calls nest no deeper than this.
const NESTING: usize = 260;
/// Calls are followed this deep.
const DEPTH: usize = 30;
/// Statements that are followed in all.
const STEPS: usize = 600_000;
/// Items of a list that a loop goes over.
const ITEMS: usize = 1_000;

/// Variables of a file, function or block.
#[derive(Debug)]
pub(super) struct Scope {
    parent: Option<usize>,
    names: BTreeMap<String, Thing>,
    this: Thing,
    /// The class whose method is followed, for `super`.
    class: Option<Rc<Made>>,
    script: usize,
}

/// An object: its class and its fields.
#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) class: Option<Rc<Made>>,
    pub(super) fields: BTreeMap<String, Thing>,
    /// Whether it may have more fields than are known.
    pub(super) open: bool,
}

/// A file as far as it was followed.
#[derive(Debug, Default)]
struct Loaded {
    scope: usize,
    exports: BTreeMap<String, Thing>,
}

/// A function or class that was followed with arguments that are not known, and the routers that came into being on the way.
#[derive(Debug)]
struct Guess {
    key: (usize, usize),
    is_class: bool,
    times: usize,
    nodes: std::ops::Range<usize>,
}

/// The state of a walk over all files.
pub(super) struct Evaluation<'w, 'a> {
    pub(super) input: &'w Input<'a>,
    pub(super) world: &'w World<'a>,
    /// The routers.
    pub(super) nodes: Vec<Node>,
    /// Calls that would put a route on a router that nobody gave, with the name of the function.
    pub(super) unbound: BTreeMap<Location, String>,
    /// The places where a route was put on.
    pub(super) placed: BTreeSet<Location>,
    /// Places whose path or method only the run time knows.
    pub(super) open: BTreeMap<Location, String>,
    /// The events that clients of sockets send.
    pub(super) sockets: Vec<SocketEvent>,
    /// Facts that no file states alone.
    pub(super) found: Vec<Finding>,
    /// The calls on the way to the function that is being followed.
    pub(super) sites: Vec<Place<'a>>,
    pub(super) lists: Vec<Vec<Thing>>,
    pub(super) objects: Vec<Object>,
    scopes: Vec<Scope>,
    modules: BTreeMap<usize, Loaded>,
    /// How often each function was called, and each class made.
    invoked: BTreeMap<(usize, usize), usize>,
    made: BTreeMap<(usize, usize), usize>,
    /// What was called or made only because nobody seemed to.
    guesses: Vec<Guess>,
    stack: Vec<(usize, usize)>,
    /// What functions that are being followed may give back, the innermost last.
    maybe: Vec<Thing>,
    /// How many branchings are around.
    branchings: usize,
    /// The ways of branchings that are being followed, and those behind branchings of which a way leaves the function.
    pub(super) conditions: Vec<Taken>,
    /// How many branchings were met.
    choices: usize,
    /// How many statements were met that leave the function.
    returns: usize,
    nesting: usize,
    steps: usize,
}

impl<'w, 'a> Evaluation<'w, 'a> {
    /// Before the first file.
    pub(super) fn new(input: &'w Input<'a>, world: &'w World<'a>) -> Self {
        Self {
            input,
            world,
            nodes: Vec::new(),
            unbound: BTreeMap::new(),
            placed: BTreeSet::new(),
            open: BTreeMap::new(),
            sockets: Vec::new(),
            found: Vec::new(),
            sites: Vec::new(),
            lists: Vec::new(),
            objects: Vec::new(),
            scopes: Vec::new(),
            modules: BTreeMap::new(),
            invoked: BTreeMap::new(),
            made: BTreeMap::new(),
            guesses: Vec::new(),
            stack: Vec::new(),
            maybe: Vec::new(),
            branchings: 0,
            conditions: Vec::new(),
            choices: 0,
            returns: 0,
            nesting: 0,
            steps: 0,
        }
    }

    /// Follows every file, and then what no file calls: others may, that were not read.
    pub(super) fn run(&mut self) {
        // What has nothing to do with servers is followed only where one asks for it.
        let scripts = &self.world.scripts;
        let serving: Vec<usize> = (0..scripts.len()).filter(|at| !scripts[*at].1.needs.is_empty()).collect();
        for script in &serving {
            self.load(*script);
        }
        for script in serving {
            self.leftovers(script);
        }
        self.take_back();
    }

    /// What a file that was followed later calls in earnest was no guess to make: its routers stand there with what it was given.
    fn take_back(&mut self) {
        for guess in std::mem::take(&mut self.guesses) {
            let times = if guess.is_class { &self.made } else { &self.invoked };
            if times.get(&guess.key).is_some_and(|times| *times > guess.times) {
                for node in &mut self.nodes[guess.nodes] {
                    node.is_server = false;
                    node.events.clear();
                }
            }
        }
    }

    fn guess(&mut self, key: (usize, usize), is_class: bool, from: usize) {
        let times = if is_class { &self.made } else { &self.invoked };
        let times = times.get(&key).copied().unwrap_or_default();
        self.guesses.push(Guess { key, is_class, times, nodes: from..self.nodes.len() });
    }

    /// Whether the walk was given up before its end.
    pub(super) fn is_cut(&self) -> bool {
        self.steps >= STEPS
    }

    /// Makes what nobody makes and calls what nobody calls, with arguments that are not known.
    fn leftovers(&mut self, script: usize) {
        let Some(scope) = self.modules.get(&script).map(|one| one.scope) else { return };
        let declared: Vec<Thing> = self.scopes[scope].names.values().cloned().collect();
        let exported: Vec<Thing> = self.modules.get(&script).map(|one| one.exports.values().cloned().collect()).unwrap_or_default();
        for thing in declared.into_iter().chain(exported) {
            match &thing {
                Thing::Class(class) if class.script == script && !self.made.contains_key(&(script, class.class)) => {
                    let from = self.nodes.len();
                    let object = self.instance(class, Vec::new(), true);
                    self.leftover_methods(&object);
                    self.guess((script, class.class), true, from);
                }
                Thing::Function(function) if function.script == script => self.leftover(function),
                Thing::Object(object) => {
                    let fields: Vec<Thing> = self.objects[*object].fields.values().cloned().collect();
                    for field in fields {
                        if let Thing::Function(function) = &field {
                            self.leftover(function);
                        }
                    }
                    self.leftover_methods(&thing);
                }
                _ => {}
            }
        }
    }

    fn leftover_methods(&mut self, object: &Thing) {
        let Thing::Object(number) = object else { return };
        let Some(class) = self.objects[*number].class.clone() else { return };
        let names: Vec<String> = self.blueprint(&class).methods.iter().map(|(name, ..)| name.clone()).collect();
        for name in names {
            if let Thing::Function(function) = self.member(object, &name) {
                self.leftover(&function);
            }
        }
    }

    fn leftover(&mut self, function: &Rc<super::thing::Closure>) {
        let lambda = self.lambda(function.script, function.function);
        let key = (function.script, function.function);
        if !lambda.handles && !self.invoked.contains_key(&key) {
            let from = self.nodes.len();
            let arguments = lambda.parameters.iter().map(|(shape, kind)| unknown(shape, kind)).collect();
            self.invoke(function, arguments);
            self.guess(key, false, from);
        }
    }

    pub(super) fn lambda(&self, script: usize, function: usize) -> &'a Lambda {
        &self.world.scripts[script].1.functions[function]
    }

    pub(super) fn file(&self, scope: usize) -> &'a RepoPath {
        self.world.scripts[self.scopes[scope].script].0
    }

    pub(super) fn at(&self, scope: usize, line: u32) -> Location {
        Location::new(self.file(scope), line)
    }

    /// The function that is being followed.
    pub(super) fn followed(&self) -> Option<&'a Lambda> {
        self.stack.last().map(|(script, function)| self.lambda(*script, *function))
    }

    /// Its name.
    pub(super) fn function_name(&self) -> String {
        self.followed().map(|lambda| lambda.name.clone()).unwrap_or_default()
    }

    fn scope(&mut self, parent: Option<usize>, script: usize, this: Thing, class: Option<Rc<Made>>) -> usize {
        self.scopes.push(Scope { parent, names: BTreeMap::new(), this, class, script });
        self.scopes.len() - 1
    }

    fn inner(&mut self, parent: usize) -> usize {
        let (script, this, class) = (self.scopes[parent].script, self.scopes[parent].this.clone(), self.scopes[parent].class.clone());
        self.scope(Some(parent), script, this, class)
    }

    /// A router, made at a line.
    pub(super) fn make(&mut self, library: Library, is_server: bool, prefix: Thing, at: Location) -> usize {
        self.nodes.push(Node { library, is_server, placed: false, prefix, events: Vec::new(), at });
        self.nodes.len() - 1
    }

    pub(super) fn list(&mut self, items: Vec<Thing>) -> Thing {
        self.lists.push(items);
        Thing::List(self.lists.len() - 1)
    }

    pub(super) fn object(&mut self, object: Object) -> Thing {
        self.objects.push(object);
        Thing::Object(self.objects.len() - 1)
    }

    /// Follows statements; what they give back when they certainly give something back.
    fn deeds(&mut self, deeds: &'a [Deed], scope: usize) -> Option<Thing> {
        let ways = self.conditions.len();
        let given = self.in_order(deeds, scope);
        self.conditions.truncate(ways);
        given
    }

    fn in_order(&mut self, deeds: &'a [Deed], scope: usize) -> Option<Thing> {
        for deed in deeds {
            self.steps += 1;
            if self.steps > STEPS {
                return Some(Thing::Unknown);
            }
            match deed {
                Deed::Declare(shape, term) => {
                    let value = self.term(term, scope);
                    self.bind(shape, value, scope);
                }
                Deed::Do(term) => _ = self.term(term, scope),
                Deed::Return(term) => {
                    self.returns += 1;
                    return Some(self.term(term, scope));
                }
                Deed::Branch(asked, ways) => {
                    let known = match self.term(asked, scope) {
                        Thing::Bool(holds) => ways.get(usize::from(!holds)),
                        _ => None,
                    };
                    let given = match known {
                        Some(way) => {
                            let inner = self.inner(scope);
                            self.deeds(way, inner)
                        }
                        None => self.branch(ways, scope),
                    };
                    if let Some(given) = given {
                        return Some(given);
                    }
                }
                Deed::Each(shape, list, body) => self.each(shape, list, body, scope),
                Deed::Export(name, term) => {
                    let value = self.term(term, scope);
                    self.export(scope, name, value);
                }
            }
        }
        None
    }

    fn branch(&mut self, ways: &'a [Vec<Deed>], scope: usize) -> Option<Thing> {
        let mut given = Vec::new();
        self.branchings += 1;
        let mut taken = self.choice(ways.len());
        let mut leaves = Vec::new();
        for (at, way) in ways.iter().enumerate() {
            let inner = self.inner(scope);
            let returns = self.returns;
            taken.way = at;
            self.conditions.push(taken);
            given.push(self.deeds(way, inner));
            self.conditions.pop();
            leaves.push(self.returns > returns);
        }
        self.branchings -= 1;
        // What follows happens only on the ways that do not leave the function.
        if leaves.contains(&true) {
            let staying: Vec<usize> = (0..ways.len()).filter(|at| !leaves[*at]).collect();
            taken.way = if let [only] = staying.as_slice() { *only } else { ways.len() };
            self.conditions.push(taken);
        }
        let all = given.iter().all(Option::is_some);
        let merged = given.into_iter().flatten().fold(Thing::Nothing, Thing::or);
        if all {
            return Some(merged);
        }
        if let Some(last) = self.maybe.last_mut() {
            *last = std::mem::replace(last, Thing::Nothing).or(merged);
        }
        None
    }

    /// A branching that was met, before one of its ways is taken.
    fn choice(&mut self, of: usize) -> Taken {
        self.choices += 1;
        Taken { choice: (0, self.choices), way: 0, of }
    }

    /// Something happens on a router.
    pub(super) fn happens(&mut self, node: usize, at: Location, event: Event) {
        let under = self.conditions.clone();
        self.nodes[node].events.push(Happening { event, at, under });
    }

    fn each(&mut self, shape: &'a Shape, list: &'a Term, body: &'a [Deed], scope: usize) {
        let value = self.term(list, scope);
        let items = self.items(&value).unwrap_or_else(|| vec![Thing::Unknown]);
        for item in items.into_iter().take(ITEMS) {
            let inner = self.inner(scope);
            self.bind(shape, item, inner);
            if let Some(given) = self.deeds(body, inner)
                && let Some(last) = self.maybe.last_mut()
            {
                *last = std::mem::replace(last, Thing::Nothing).or(given);
            }
        }
    }

    /// Gives a value to the names of a pattern.
    fn bind(&mut self, shape: &'a Shape, value: Thing, scope: usize) {
        match shape {
            Shape::Name(name) => _ = self.scopes[scope].names.insert(name.clone(), value),
            Shape::Default(inner, term) => {
                let value = if matches!(value, Thing::Nothing) { self.term(term, scope) } else { value };
                self.bind(inner, value, scope);
            }
            Shape::Record(entries) => {
                for (key, inner) in entries {
                    let part = if key == "..." { value.clone() } else { self.member(&value, key) };
                    self.bind(inner, part, scope);
                }
            }
            Shape::List(shapes) => {
                let items = self.items(&value);
                for (at, inner) in shapes.iter().enumerate() {
                    let part = match &items {
                        Some(items) => items.get(at).cloned().unwrap_or(Thing::Nothing),
                        None => Thing::Unknown,
                    };
                    self.bind(inner, part, scope);
                }
            }
            Shape::Rest(inner) => self.bind(inner, value, scope),
            Shape::Ignored => {}
        }
    }
}

/// What stands for an argument that nobody gave: a router, where the name or the type says so.
fn unknown(shape: &Shape, kind: &str) -> Thing {
    const TYPES: &[&str] = &["Express", "Application", "Router", "IRouter", "FastifyInstance", "Koa", "Hono", "OpenAPIHono"];
    let name = match shape {
        Shape::Name(name) => name.as_str(),
        Shape::Default(..) => return Thing::Nothing,
        _ => return Thing::Unknown,
    };
    let kind = kind.rsplit('.').next().unwrap_or(kind).split('<').next().unwrap_or(kind);
    let is_router =
        if kind.is_empty() { matches!(name, "app" | "router" | "fastify" | "server" | "express") } else { TYPES.contains(&kind) };
    if is_router { Thing::Unbound } else { Thing::Unknown }
}
