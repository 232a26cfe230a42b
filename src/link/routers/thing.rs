//! What an expression may stand for while functions are followed, and the routers that come into being on the way.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::libraries::Library;
use crate::link::conditions::Taken;
use crate::link::golang::world::TypeId;
use crate::location::{Location, RepoPath};

/// What an expression stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// Not known.
    Unknown,
    /// A string.
    Text(String),
    /// A string of which parts are not known: what is known of it.
    Partly(String),
    /// A string that configuration sets, empty unless it does: what a proxy puts before all paths. What it is called.
    Setting(String),
    /// A string behind such a prefix: what the setting is called, and the string.
    Behind(String, String),
    /// A list.
    List(Vec<Thing>),
    /// A map.
    Map(Vec<(Thing, Thing)>),
    /// A key of a map with its value, while a loop goes over it.
    Entry(Rc<(Thing, Thing)>),
    /// A value of a type of this repository, with the fields that a literal gave it.
    Object(TypeId, Rc<Vec<(String, Thing)>>),
    /// A router, by its number.
    Router(usize),
    /// A route that is being put together, by its number.
    Draft(usize),
    /// A part of a namespace of Beego, by its number.
    Part(usize),
    /// A router that a caller would have to give.
    Unbound,
    /// A function of this repository, with its receiver.
    Function(usize, Option<Rc<Thing>>),
    /// A function literal: the frame it stands in, and which one it is.
    Closure(usize, usize),
    /// A function literal that a field or variable keeps: the function it stands in, and which one it is.
    Literal(usize, usize),
    /// A package of this repository.
    Package(RepoPath),
    /// A name from outside, with the path of its package before it: `net/http.NotFound`.
    Outside(String),
    /// What a call gives whose inside is not followed: what is called, and with what.
    Called(Rc<Thing>, Vec<Thing>),
    /// One of several.
    Several(Vec<Thing>),
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
        if self == Self::Unknown || self == other {
            return other;
        }
        if other == Self::Unknown {
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

    /// What stands in a list or map under a key; one of all where the key is not known.
    pub(super) fn item(&self, key: &Self) -> Self {
        let values: Vec<&Self> = match self {
            Self::List(all) => all.iter().collect(),
            Self::Map(all) => all.iter().map(|(_, value)| value).collect(),
            _ => return Self::Unknown,
        };
        let known = match (self, key.text()) {
            (Self::List(_), Some(text)) => text.parse::<usize>().ok().and_then(|at| values.get(at).copied()),
            (Self::Map(all), Some(_)) => all.iter().find(|(other, _)| other == key).map(|(_, value)| value),
            _ => None,
        };
        known.cloned().unwrap_or_else(|| values.into_iter().fold(Self::Unknown, |one, other| one.or(other.clone())))
    }

    /// What a field or variable holds that is set at several places: one of both, and of two lists what stands in either, because lists
    /// are mostly set to themselves with something more.
    pub(super) fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::List(mut all), Self::List(more)) => {
                for one in more {
                    if !all.contains(&one) && all.len() < 1_000 {
                        all.push(one);
                    }
                }
                Self::List(all)
            }
            (Self::Map(mut all), Self::Map(more)) => {
                all.extend(more.into_iter().filter(|entry| !all.contains(entry)).collect::<Vec<_>>());
                Self::Map(all)
            }
            (one, other) => one.or(other),
        }
    }

    /// What a call gives whose inside is not followed; what says nothing of routers and handlers is left out of the arguments.
    pub(super) fn called(function: Self, arguments: Vec<Self>) -> Self {
        let kept = arguments.into_iter().map(|one| match &one {
            Self::Object(id, _) if super::libraries::states_route(id.0.as_str(), &id.1) => one,
            Self::Object(_, fields) if !one.carries() && !fields.iter().any(|(name, _)| super::libraries::lets_through(name)) => {
                Self::Unknown
            }
            Self::List(_) | Self::Several(_) | Self::Map(_) if !one.carries() => Self::Unknown,
            Self::Called(..) if one.depth() > 6 => Self::Unknown,
            _ => one,
        });
        Self::Called(Rc::new(function), kept.collect())
    }

    fn depth(&self) -> usize {
        match self {
            Self::Called(_, arguments) => 1 + arguments.iter().map(Self::depth).max().unwrap_or_default(),
            _ => 0,
        }
    }

    /// Whether a switch in it lets those through who are not known.
    pub(super) fn is_switched_off(&self) -> bool {
        match self {
            Self::Outside(name) => name == "false",
            Self::Called(_, all) | Self::List(all) | Self::Several(all) => all.iter().any(Self::is_switched_off),
            Self::Object(_, fields) => fields.iter().any(|(name, thing)| super::libraries::lets_through(name) || thing.is_switched_off()),
            _ => false,
        }
    }

    /// Whether it can be a handler.
    pub(super) fn answers(&self) -> bool {
        matches!(self, Self::Function(..) | Self::Closure(..) | Self::Literal(..) | Self::Called(..))
    }

    /// Whether a function stands in it that answers.
    pub(super) fn is_handler(&self) -> bool {
        match self {
            Self::Function(..) | Self::Closure(..) | Self::Literal(..) => true,
            Self::Called(_, arguments) => arguments.iter().any(Self::is_handler),
            _ => false,
        }
    }

    /// The text of a string.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Behind(_, text) => Some(text),
            _ => None,
        }
    }

    /// The router in it, also where handlers are wrapped around it.
    pub(super) fn router(&self) -> Option<usize> {
        match self {
            Self::Router(number) => Some(*number),
            Self::Called(_, arguments) => arguments.iter().find_map(Self::router),
            Self::Several(all) => all.iter().find_map(Self::router),
            _ => None,
        }
    }

    /// Whether it can hold a router.
    pub(super) fn carries(&self) -> bool {
        match self {
            Self::Router(_) | Self::Draft(_) | Self::Part(_) | Self::Closure(..) | Self::Literal(..) | Self::Unbound => true,
            Self::List(all) | Self::Several(all) => all.iter().any(Self::carries),
            Self::Map(all) => all.iter().any(|(_, one)| one.carries()),
            Self::Called(_, all) => all.iter().any(Self::carries),
            Self::Object(_, fields) => fields.iter().any(|(_, field)| field.carries()),
            _ => false,
        }
    }
}

/// Middleware that is set on a router.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    /// The middleware.
    pub(super) thing: Thing,
    /// Where it is set.
    pub(super) at: Location,
    /// The ways that lead there and not to what it stands before.
    pub(super) under: Vec<Taken>,
}

impl Use {
    /// What it stands before is reached by these ways, so that they say nothing more.
    pub(super) fn under(&mut self, conditions: &[Taken]) {
        self.under.retain(|one| !conditions.contains(one));
    }
}

/// A router: made by a library, or a part of another one.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The library.
    pub(super) library: Library,
    /// The router it is a part of, with how many of its middleware it takes over (all that are ever set where `None`).
    pub(super) parent: Option<(usize, Option<usize>)>,
    /// What stands before its paths.
    pub(super) prefix: Thing,
    /// The middleware set on it.
    pub(super) uses: Vec<Use>,
    /// Where it is made.
    pub(super) at: Location,
    /// The function that makes it.
    pub(super) maker: Option<usize>,
}

/// A route on a router.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Draft {
    /// The router.
    pub(super) node: usize,
    /// The methods; empty for all.
    pub(super) verbs: Vec<String>,
    /// The path.
    pub(super) path: Thing,
    /// What answers; `None` while a route is being put together.
    pub(super) handler: Option<Thing>,
    /// What stands before the handler.
    pub(super) uses: Vec<Use>,
    /// Where it is put on.
    pub(super) at: Location,
    /// The files of the functions on the way there.
    pub(super) via: BTreeSet<RepoPath>,
}

/// A router that is put under another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mount {
    /// The upper router.
    pub(super) node: usize,
    /// What comes before the paths of the lower one.
    pub(super) prefix: Thing,
    /// What stands before it.
    pub(super) uses: Vec<Use>,
    /// The files of the functions on the way there.
    pub(super) via: BTreeSet<RepoPath>,
}
