//! What proves that a caller must be known: middleware whose name asks and whose body turns away, or one of a library that is known to.
//! An open route that is called protected is the worst error of all: in doubt nothing is said.

use super::evaluate::Evaluation;
use super::libraries;
use super::thing::{Closure, Thing};
use crate::link::asking::asks;

impl Evaluation<'_, '_> {
    /// The name of middleware that lets nobody through who is not known.
    pub(super) fn guard(&self, thing: &Thing) -> Option<String> {
        match thing {
            Thing::Function(closure) => self.own_guard(closure),
            Thing::Called(called) => match &called.function {
                Thing::Outside(name) => {
                    let lets_through = called.arguments.iter().any(|one| self.lets_through(one));
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
        (lambda.rejects && asks(&name)).then_some(name)
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
