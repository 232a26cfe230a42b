//! Decorators as they take effect: one composed of others (`applyDecorators`, a function that gives back a decorator) is taken apart,
//! with the arguments of the call put in for the parameters.

use super::names::{Names, last_part};
use crate::finding::{Decorator, Value};
use crate::location::RepoPath;

/// A decorator that is composed of nothing else in the repository.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Atom {
    /// The file in which the names of its arguments stand.
    pub(crate) file: RepoPath,
    /// Its name without what stands before the last dot.
    pub(crate) name: String,
    /// Its arguments.
    pub(crate) arguments: Vec<Value>,
    /// Whether it came out of another decorator.
    pub(crate) composed: bool,
}

/// How deep decorators are composed.
const DEPTH: usize = 6;

/// The decorators with composed ones taken apart; a composed one also stands itself, before its parts.
pub(crate) fn atoms(names: &Names<'_>, file: &RepoPath, decorators: &[Decorator]) -> Vec<Atom> {
    let mut found = Vec::new();
    for decorator in decorators {
        take_apart(names, file, (&decorator.name, &decorator.arguments), DEPTH, &mut found);
    }
    found
}

fn take_apart(names: &Names<'_>, file: &RepoPath, (name, arguments): (&str, &[Value]), depth: usize, into: &mut Vec<Atom>) {
    if last_part(name) == "applyDecorators" {
        for part in arguments {
            calls(part, &mut |name, arguments| take_apart(names, file, (name, arguments), depth.saturating_sub(1), into));
        }
        return;
    }
    let composed = depth < DEPTH;
    into.push(Atom { file: file.clone(), name: last_part(name).to_owned(), arguments: arguments.to_vec(), composed });
    if depth == 0 {
        return;
    }
    let Some((target, body, parameters)) = names.function_at(file, name) else { return };
    let arguments: Vec<Value> = arguments.iter().map(|argument| names.resolve(file, argument)).collect();
    let body = body.with_arguments(&parameters, &arguments);
    calls(&body, &mut |name, arguments| take_apart(names, &target, (name, arguments), depth - 1, into));
}

/// Every call that a body gives back, also as one of several or in a list.
fn calls(value: &Value, take: &mut dyn FnMut(&str, &[Value])) {
    match value {
        Value::Call(name, arguments) => take(name, arguments),
        Value::Name(name) => take(name, &[]),
        Value::List(items) => items.iter().for_each(|item| calls(item, take)),
        Value::Spread(inner) => calls(inner, take),
        _ => {}
    }
}
