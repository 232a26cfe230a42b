//! What proves that a caller must be known: middleware whose name asks and whose body turns away, or one of a library that is known to.
//! An open route that is called protected is the worst error of all: in doubt nothing is said.

use super::evaluate::Evaluation;
use super::libraries;
use super::thing::{Closure, Thing};
use crate::link::asking::{asks, signs_in};

/// Names of functions that say nothing about what they do.
const GENERAL: &[&str] =
    &["", "use", "handle", "handler", "execute", "middleware", "intercept", "default", "run", "process", "invoke", "check"];

impl Evaluation<'_, '_> {
    /// The name of middleware that lets nobody through who is not known.
    pub(super) fn guard(&self, thing: &Thing) -> Option<String> {
        match thing {
            Thing::Function(closure) => self.own_guard(closure),
            Thing::Called(called) => match &called.function {
                Thing::Outside(name) => {
                    let starts_login = called.arguments.first().and_then(Thing::text).is_some_and(signs_in);
                    let lets_through = starts_login || called.arguments.iter().any(|one| self.lets_through(one));
                    libraries::guard(name).filter(|_| !lets_through).map(str::to_owned)
                }
                // A switch that is off decides what such middleware does.
                Thing::Function(_) if called.arguments.iter().any(|one| *one == Thing::Bool(false) || self.lets_through(one)) => None,
                Thing::Function(closure) => self.own_guard(closure).or_else(|| self.wrapped(closure, &called.arguments)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The guard that a wrapper hands on: `asyncHandler(requireUser)`.
    fn wrapped(&self, wrapper: &Closure, arguments: &[Thing]) -> Option<String> {
        let name = self.lambda(wrapper.script, wrapper.function).name.to_ascii_lowercase();
        let hands_on = ["async", "wrap", "catch", "promise"].iter().any(|word| name.contains(word));
        match arguments {
            [only] if hands_on => self.guard(only),
            _ => None,
        }
    }

    fn own_guard(&self, closure: &Closure) -> Option<String> {
        let lambda = self.lambda(closure.script, closure.function);
        let class = closure.class.as_ref().map(|class| self.blueprint(class).name.clone()).filter(|name| !name.is_empty());
        let name = match class {
            Some(class) if !lambda.name.is_empty() => format!("{class}.{}", lambda.name),
            _ => lambda.name.clone(),
        };
        // What a class is called tells about its methods only where these have the names that every middleware has.
        let speaking = if GENERAL.contains(&lambda.name.as_str()) { name.as_str() } else { lambda.name.as_str() };
        (lambda.rejects && asks(speaking)).then_some(name)
    }

    /// What stands before the last of some handlers, which answers: it asks nobody but its own callers, unless it wraps an answer.
    pub(super) fn before_answer(&self, handlers: &[Thing]) -> Vec<Thing> {
        let mut all: Vec<Thing> = handlers.iter().flat_map(|one| self.flat(one, 4)).collect();
        let wraps = |thing: &Thing| match thing {
            Thing::Called(called) => match &called.function {
                Thing::Function(closure) => self.own_guard(closure).is_some() && called.arguments.iter().any(Thing::is_function),
                _ => false,
            },
            _ => false,
        };
        if let Some(last) = all.pop().filter(wraps) {
            all.push(last);
        }
        all
    }

    /// Whether an option lets those through who are not known.
    fn lets_through(&self, thing: &Thing) -> bool {
        match thing {
            Thing::Text(text) => text == "anonymous",
            Thing::List(_) => self.flat(thing, 2).iter().any(|one| self.lets_through(one)),
            Thing::Object(number) => {
                let fields = &self.objects[*number].fields;
                ["credentialsRequired", "authRequired", "sessionRequired", "required", "strict"]
                    .iter()
                    .any(|key| fields.get(*key) == Some(&Thing::Bool(false)))
                    || ["passthrough", "optional", "allowAnonymous"].iter().any(|key| fields.get(*key) == Some(&Thing::Bool(true)))
            }
            _ => false,
        }
    }

    /// Whether a handler that stands for all methods of a path is middleware rather than an answer.
    pub(super) fn asks(&self, thing: &Thing) -> bool {
        match thing {
            Thing::Function(closure) => asks(&self.lambda(closure.script, closure.function).name),
            Thing::Called(_) => true,
            _ => false,
        }
    }
}
