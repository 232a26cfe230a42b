//! Declarations that source code states: imports, constants, decorators, classes, modules, reads of the environment.

use super::{HostReference, Value};
use crate::location::RepoPath;

/// A name brought in: `import { a as b } from './c'`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Import {
    /// The name in this file; `*` for all of a re-export.
    pub(crate) local: String,
    /// The name in the other file; `*` for the whole file, `default` for its default export.
    pub(crate) imported: String,
    /// The other file or package, as written.
    pub(crate) module: String,
    /// The file of this repository that the module is. The engine fills it in; `None` for a package from outside.
    pub(crate) target: Option<RepoPath>,
}

/// A constant, enum or object literal, or a function that only gives back one value (`() => applyDecorators(...)`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Constant {
    /// Its name in the file; static members of a class are `Class.member`, of a namespace `Space.member`; the default export is `default`.
    pub(crate) name: String,
    /// The parameters of a function: a `Name` in the value that is one of them stands for the argument of the call.
    pub(crate) parameters: Vec<String>,
    /// Its value; an enum is a map.
    pub(crate) value: Value,
}

impl Constant {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        match &self.value {
            Value::List(items) => items.iter().filter(|item| class_item(item).is_none()).for_each(|item| item.names(into)),
            other => other.names(into),
        }
    }

    pub(super) fn listed<'a>(&'a self, into: &mut Vec<&'a str>) {
        if let Value::List(items) = &self.value {
            into.extend(items.iter().filter_map(class_item));
        }
    }

    /// Whether it is a configuration with a name space, which others read without importing it: `registerAs('app', () => ({ ... }))`.
    pub(crate) fn is_registered(&self) -> bool {
        matches!(&self.value, Value::Call(name, _) if name.rsplit('.').next() == Some("registerAs"))
    }
}

/// A decorator or attribute: the name and the arguments.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decorator {
    /// The name without `@`, dotted where written so.
    pub(crate) name: String,
    /// The arguments; empty for a bare decorator.
    pub(crate) arguments: Vec<Value>,
}

/// A class, abstract class or interface. A function that gives back a class is one too: its base is that class.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Class {
    /// Its name.
    pub(crate) name: String,
    /// What it extends and implements, generic arguments left out, in written order.
    pub(crate) bases: Vec<String>,
    /// The arguments of each base that is a call, by the called name: `extends Crud(User, 'users')`.
    pub(crate) base_arguments: Vec<(String, Vec<Value>)>,
    /// The parameters of a function that gives back a class.
    pub(crate) parameters: Vec<String>,
    /// What it extends and implements with the generic arguments, as written, in the same order; empty where the language's reader leaves
    /// them out.
    pub(crate) full_bases: Vec<String>,
    /// The types of its fields and constructor parameters, as `(name, type)`.
    pub(crate) members: Vec<(String, String)>,
    /// Its decorators.
    pub(crate) decorators: Vec<Decorator>,
    /// Its doc comment as plain text.
    pub(crate) doc: Option<String>,
    /// Whether it is abstract or an interface.
    pub(crate) is_abstract: bool,
    /// The keys of metadata that its methods look for; opaque where one is not known.
    pub(crate) metadata: Vec<Value>,
    /// The members that it asks to decide in its place: `this.jwt.canActivate(context)`.
    pub(crate) delegates: Vec<String>,
    /// Whether its code may turn a caller away, where it is a filter of requests.
    pub(crate) rejects: bool,
}

impl Class {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.extend(self.bases.iter().map(String::as_str));
        self.base_arguments.iter().flat_map(|(_, arguments)| arguments).for_each(|value| value.names(into));
        into.extend(self.decorators.iter().map(|decorator| decorator.name.as_str()));
        self.metadata.iter().for_each(|key| key.names(into));
        // Where bases are kept whole, no fact but the class itself speaks of what its decorators are given.
        let given = self.decorators.iter().filter(|_| !self.full_bases.is_empty()).flat_map(|decorator| &decorator.arguments);
        given.for_each(|value| value.names(into));
    }
}

/// A module: what it brings together. Several facts of one class add up (`@Module` and what its `forRoot` gives back). Items keep their calls: `TypeOrmModule.forFeature([User])`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Module {
    /// The class that is the module.
    pub(crate) class: String,
    /// The modules that it imports.
    pub(crate) imports: Vec<Value>,
    /// What it provides.
    pub(crate) providers: Vec<Value>,
    /// Its controllers.
    pub(crate) controllers: Vec<Value>,
    /// What it gives on.
    pub(crate) exports: Vec<Value>,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

impl Module {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.push(&self.class);
        self.imports.iter().chain(&self.controllers).for_each(|value| value.names(into));
        let lists = self.providers.iter().chain(&self.exports);
        lists.filter(|value| class_item(value).is_none()).for_each(|value| value.names(into));
    }

    /// The classes that are only listed: where they stand matters, and what they state does not.
    pub(super) fn listed<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.extend(self.providers.iter().chain(&self.exports).filter_map(class_item));
    }
}

/// An item of a list that is named like a class; constants that stand for lists of classes are named otherwise or spread.
fn class_item(value: &Value) -> Option<&str> {
    match value {
        Value::Name(name) if is_class_name(name) => Some(name),
        _ => None,
    }
}

fn is_class_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase()) && name.contains(|one: char| one.is_ascii_lowercase()) && !name.contains('.')
}

/// A read of an environment variable; never its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvironmentRead {
    /// The variable.
    pub(crate) name: String,
    /// The hosts that hold where it is not set.
    pub(crate) defaults: Vec<HostReference>,
}

pub(super) fn decorator_names<'a>(decorators: &'a [Decorator], into: &mut Vec<&'a str>) {
    for decorator in decorators {
        into.push(&decorator.name);
        let mut names = Vec::new();
        decorator.arguments.iter().for_each(|value| value.names(&mut names));
        into.extend(names.into_iter().filter(|name| !is_class_name(name)));
    }
}

/// The classes in the arguments of decorators: guards, pipes, types of requests.
pub(super) fn decorator_classes<'a>(decorators: &'a [Decorator], into: &mut Vec<&'a str>) {
    let mut names = Vec::new();
    decorators.iter().flat_map(|decorator| &decorator.arguments).for_each(|value| value.names(&mut names));
    into.extend(names.into_iter().filter(|name| is_class_name(name)));
}
