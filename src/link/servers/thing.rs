//! What an expression may stand for while files are followed, and the routers that come into being on the way.

use std::rc::Rc;

use super::libraries::Library;
use crate::link::conditions::Taken;
use crate::location::Location;

/// What an expression stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Thing {
    /// Not known.
    Unknown,
    /// `undefined`, `null`, or an argument that is not given.
    Nothing,
    /// A string.
    Text(String),
    /// A string of which only the start is known.
    Partly(String),
    /// `true` or `false`.
    Bool(bool),
    /// A regular expression as written.
    Regex(String),
    /// The value of an environment variable.
    Environment,
    /// A list, by its number.
    List(usize),
    /// An object, by its number.
    Object(usize),
    /// A router, by its number.
    Router(usize),
    /// A path of a router that handlers are put on one by one: `router.route('/x')`; whether a handler for all methods stood before.
    Chain(usize, Box<Thing>),
    /// A connection of Socket.IO, with its namespace.
    Socket(String),
    /// A router that a caller would have to give.
    Unbound,
    /// A function of this repository.
    Function(Rc<Closure>),
    /// A class of this repository.
    Class(Rc<Made>),
    /// A file of this repository, by the place of its script.
    Module(usize),
    /// A file of this repository that only gives on what others state.
    Barrel(crate::location::RepoPath),
    /// A name from outside, the module before it: `express.Router`.
    Outside(String),
    /// What a call gives whose inside is not followed.
    Called(Rc<Called>),
    /// One of several.
    Several(Vec<Thing>),
}

/// A function with what it knows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Closure {
    /// Its script.
    pub(super) script: usize,
    /// Its place there.
    pub(super) function: usize,
    /// The variables around it.
    pub(super) scope: usize,
    /// Its `this`.
    pub(super) this: Thing,
    /// The class that it is a method of.
    pub(super) class: Option<Rc<Made>>,
}

/// A class with what it knows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Made {
    /// Its script.
    pub(super) script: usize,
    /// Its place there.
    pub(super) class: usize,
    /// The variables around it.
    pub(super) scope: usize,
}

/// A call whose inside is not followed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Called {
    /// What is called.
    pub(super) function: Thing,
    /// With what.
    pub(super) arguments: Vec<Thing>,
    /// The call on whose result it is made.
    pub(super) base: Option<Thing>,
}

impl Thing {
    /// The things that it may be.
    pub(super) fn each(&self) -> &[Self] {
        match self {
            Self::Several(all) => all,
            other => std::slice::from_ref(other),
        }
    }

    /// One of both.
    pub(super) fn or(self, other: Self) -> Self {
        if matches!(self, Self::Unknown | Self::Nothing) || self == other {
            return if other == Self::Nothing { self } else { other };
        }
        if matches!(other, Self::Unknown | Self::Nothing) {
            return self;
        }
        let mut all = self.each().to_vec();
        for one in other.each() {
            if !all.contains(one) && all.len() < 16 {
                all.push(one.clone());
            }
        }
        Self::Several(all)
    }

    /// The text of a string.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it can be called.
    pub(super) fn is_function(&self) -> bool {
        match self {
            Self::Function(_) => true,
            Self::Several(all) => all.iter().any(Self::is_function),
            _ => false,
        }
    }
}

/// Something that happens on a router: where, and by which ways of branchings.
#[derive(Clone, Debug)]
pub(super) struct Happening {
    /// What happens.
    pub(super) event: Event,
    /// Where.
    pub(super) at: Location,
    /// The ways that lead there, the outermost first.
    pub(super) under: Vec<Taken>,
}

/// What happens on a router, in order.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// Middleware for what follows, below a path.
    Use(Thing, Vec<Thing>),
    /// A route.
    Route(Placed),
    /// Another router below a path, behind middleware.
    Mount(Thing, usize, Vec<Thing>),
}

/// A route on a router.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    /// The methods; empty for all.
    pub(super) verbs: Vec<String>,
    /// The path.
    pub(super) path: Thing,
    /// The name of what answers, as written.
    pub(super) handler: Option<String>,
    /// What stands before the handler.
    pub(super) uses: Vec<Thing>,
    /// What it does, in words.
    pub(super) summary: Option<String>,
    /// Where it is put on.
    pub(super) at: Location,
}

/// A router or a server.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The library.
    pub(super) library: Library,
    /// Whether it answers by itself and not only below another one.
    pub(super) is_server: bool,
    /// Whether it was put below another one, or handed to somebody who is not known.
    pub(super) placed: bool,
    /// What stands before all its paths.
    pub(super) prefix: Thing,
    /// What happens on it.
    pub(super) events: Vec<Happening>,
    /// Where it is made.
    pub(super) at: Location,
}
