//! What an expression stands for: variables, literals, names of packages, fields.
//! What is not known stays unknown.

use std::rc::Rc;

use super::{DEPTH, Evaluation, NESTING, Place};
use crate::finding::{Expression, Slot};
use crate::link::golang::world::{Meaning, TypeId};
use crate::link::routers::libraries;
use crate::link::routers::thing::{Node, Thing};
use crate::location::{Location, RepoPath};

impl<'a> Evaluation<'_, 'a> {
    pub(super) fn slot(&mut self, frame: usize, slot: usize, depth: usize) -> Thing {
        match self.frames[frame].bound.get(&slot).or_else(|| self.frames[frame].known.get(&slot)) {
            Some(Thing::Entry(entry)) => return entry.1.clone(),
            Some(thing) => return thing.clone(),
            None => {}
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
            Some(Slot::Part(Expression::Call(call), at)) => self.call(Place { frame, call }).into_iter().nth(*at).unwrap_or(Thing::Unknown),
            Some(Slot::Part(value, 0)) => self.value(frame, value, depth),
            Some(Slot::Each(list)) => match self.value(frame, list, depth) {
                Thing::List(items) => items.into_iter().next().unwrap_or(Thing::Unknown),
                Thing::Map(entries) => entries.into_iter().next().map_or(Thing::Unknown, |(_, thing)| thing),
                _ => Thing::Unknown,
            },
            Some(Slot::Key(each)) => match self.frames[frame].bound.get(each) {
                Some(Thing::Entry(entry)) => entry.0.clone(),
                _ => Thing::Unknown,
            },
            Some(Slot::Part(..)) | None => Thing::Unknown,
        };
        self.frames[frame].known.insert(slot, thing.clone());
        thing
    }

    /// What an expression stands for.
    pub(in crate::link::routers) fn value(&mut self, frame: usize, expression: &Expression, depth: usize) -> Thing {
        let Some(depth) = depth.checked_sub(1) else { return Thing::Unknown };
        match expression {
            Expression::Local(slot) => self.slot(frame, *slot, depth),
            Expression::Name(name) => match self.name(self.file(frame), name) {
                Thing::Unknown if is_prefix_setting(name) => Thing::Setting(name.clone()),
                known => known,
            },
            Expression::Field(base, name) => {
                let base = self.value(frame, base, depth);
                match self.field(&base, name) {
                    Thing::Unknown if is_prefix_setting(name) => Thing::Setting(name.clone()),
                    known => known,
                }
            }
            Expression::Call(call) => self.call(Place { frame, call }).into_iter().next().unwrap_or(Thing::Unknown),
            Expression::Composite(kind, entries) => {
                let meaning = self.world.meaning(self.file(frame), kind);
                if let Meaning::Outside(path, name) = &meaning
                    && let Some(library) = libraries::made_of(path, name)
                {
                    // A literal has no place of its own; its function tells it from others.
                    let (at, maker) = (self.world.functions[self.function_of(frame)].0.clone(), Some(self.function_of(frame)));
                    let prefix = Thing::Text(String::new());
                    return Thing::Router(self.keep(Node { library, parent: None, prefix, uses: Vec::new(), at, maker }, 0));
                }
                self.composite(frame, &meaning, entries, depth)
            }
            Expression::Map(kind, entries) => {
                let inner = kind.rsplit_once(']').map_or(Meaning::Plain, |(_, inner)| self.world.meaning(self.file(frame), inner));
                let entry = |(key, value): &(Expression, Expression)| {
                    let value = match value {
                        Expression::Composite(kind, entries) if kind.is_empty() => self.composite(frame, &inner, entries, depth),
                        other => self.value(frame, other, depth),
                    };
                    (self.value(frame, key, depth), value)
                };
                Thing::Map(entries.iter().map(entry).collect())
            }
            Expression::Index(base, key) => {
                let (base, key) = (self.value(frame, base, depth), self.value(frame, key, depth));
                base.item(&key)
            }
            Expression::Text(text) | Expression::Number(text) => Thing::Text(text.clone()),
            Expression::Concat(parts) => {
                // `http.MethodGet+" "+route` is a pattern.
                let known = |thing: Thing| {
                    let verb = if let Thing::Outside(name) = &thing { libraries::verb_of_constant(name) } else { None };
                    verb.map_or(thing, |verb| Thing::Text(verb.to_owned()))
                };
                let parts: Vec<Thing> = parts.iter().map(|part| known(self.value(frame, part, depth))).collect();
                joined(&parts)
            }
            Expression::Either(one, other) => self.value(frame, one, depth).or(self.value(frame, other, depth)),
            Expression::Closure(at) => Thing::Closure(frame, *at),
            Expression::Other => Thing::Unknown,
        }
    }

    pub(super) fn composite(&mut self, frame: usize, meaning: &Meaning, entries: &[(String, Expression)], depth: usize) -> Thing {
        let Some(depth) = depth.checked_sub(1) else { return Thing::Unknown };
        let item = |this: &mut Self, value: &Expression, inner: &Meaning| match value {
            Expression::Composite(kind, entries) if kind.is_empty() => this.composite(frame, inner, entries, depth),
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
            Meaning::Outside(path, name) if libraries::states_route(path, name) => {
                let given = entries.iter().map(|(key, value)| (key.clone(), item(self, value, &Meaning::Plain)));
                Thing::Object((RepoPath::new(path), name.clone()), Rc::new(given.collect()))
            }
            _ => {
                let mut items: Vec<Thing> = entries.iter().map(|(_, value)| item(self, value, &Meaning::Plain)).collect();
                if entries.iter().any(|(key, _)| libraries::lets_through(key)) {
                    items.push(Thing::Outside("false".to_owned()));
                    return Thing::called(Thing::Unknown, items);
                }
                if entries.iter().all(|(key, _)| key.is_empty()) {
                    return Thing::List(items);
                }
                // A struct without a name.
                let given = entries.iter().map(|(key, _)| key.clone()).zip(items);
                Thing::Object((self.file(frame).clone(), String::new()), Rc::new(given.collect()))
            }
        }
    }

    /// What a name means in a file.
    pub(in crate::link::routers) fn name(&mut self, file: &RepoPath, name: &str) -> Thing {
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

    pub(super) fn of_package(&mut self, folder: &RepoPath, name: &str) -> Thing {
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
    pub(super) fn outside_of_functions(&mut self, at: &Location, value: &Expression) -> Thing {
        let Some(function) = self.world.function_around(at).filter(|_| self.stack.len() < DEPTH) else { return Thing::Unknown };
        let frame = self.frame(function, Thing::Unknown, Vec::new());
        self.stack.push(usize::MAX);
        let conditions = std::mem::take(&mut self.conditions);
        let thing = self.value(frame, value, NESTING);
        self.conditions = conditions;
        self.stack.pop();
        self.lasting(thing)
    }

    /// A thing without the calls that its function literals stand in: these are over when the literals are called.
    pub(super) fn lasting(&self, thing: Thing) -> Thing {
        let all = |things: Vec<Thing>| things.into_iter().map(|one| self.lasting(one)).collect::<Vec<_>>();
        match thing {
            Thing::Closure(frame, at) => self.frames.get(frame).map_or(Thing::Unknown, |frame| Thing::Literal(frame.function, at)),
            Thing::List(things) => Thing::List(all(things)),
            Thing::Several(things) => Thing::Several(all(things)),
            Thing::Map(entries) => Thing::Map(entries.into_iter().map(|(key, value)| (key, self.lasting(value))).collect()),
            Thing::Called(of, things) if things.iter().any(Thing::carries) || of.carries() => {
                Thing::Called(Rc::new(self.lasting((*of).clone())), all(things))
            }
            Thing::Object(id, fields) if fields.iter().any(|(_, one)| one.carries()) => {
                let fields = fields.iter().map(|(name, one)| (name.clone(), self.lasting(one.clone())));
                Thing::Object(id, Rc::new(fields.collect()))
            }
            other => other,
        }
    }

    /// A field or method of a thing.
    pub(in crate::link::routers) fn field(&mut self, base: &Thing, name: &str) -> Thing {
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

    pub(super) fn field_of(&mut self, id: &TypeId, name: &str, base: &Thing) -> Thing {
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
}

/// Whether a field is called like the part of all paths that configuration sets: `cfg.Server.RootPath`.
fn is_prefix_setting(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "prefix",
        "rootpath",
        "basepath",
        "baseurl",
        "rooturl",
        "pathprefix",
        "urlprefix",
        "routeprefix",
        "contextpath",
        "suburl",
        "appsuburl",
    ];
    NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// What sets a string that is empty unless somebody configures it: a setting that is called like a prefix, a variable of the environment.
/// Empty where it has no name.
pub(in crate::link::routers) fn setting(thing: &Thing) -> Option<&str> {
    match thing {
        Thing::Setting(name) => Some(name),
        Thing::Called(function, given) => match &**function {
            Thing::Outside(name) if name == "os.Getenv" => Some(given.first().and_then(Thing::text).unwrap_or_default()),
            Thing::Outside(name) if name.starts_with("strings.Trim") => given.first().and_then(setting),
            _ => None,
        },
        Thing::Several(all) if all.iter().any(|one| one.text() == Some("")) => Some(all.iter().find_map(setting).unwrap_or_default()),
        Thing::Several(all) => all.iter().find_map(setting),
        _ => None,
    }
}

/// Strings put together; where a part is not known, only what is known of the start is kept.
pub(in crate::link::routers) fn joined(parts: &[Thing]) -> Thing {
    let (mut text, mut left_out) = (String::new(), None);
    for part in parts {
        match part {
            Thing::Text(one) => text.push_str(one),
            Thing::Behind(name, one) if is_before_path(&text) => {
                left_out = Some(name.clone());
                text.push_str(one);
            }
            Thing::Partly(one) => {
                text.push_str(one);
                return Thing::Partly(text);
            }
            other => match setting(other).filter(|_| is_before_path(&text)) {
                Some(name) => left_out = Some(name.to_owned()),
                None => return Thing::Partly(text),
            },
        }
    }
    match left_out {
        None => Thing::Text(text),
        // Only a prefix is left out, and what follows a prefix starts with a slash.
        Some(name) if text.is_empty() || path_in(&text).starts_with('/') => Thing::Behind(name, text),
        Some(_) => Thing::Partly(text),
    }
}

/// Whether nothing of a path stands in the start of a pattern yet: `GET `, `/`.
fn is_before_path(text: &str) -> bool {
    matches!(path_in(text), "" | "/")
}

/// What follows the method of a pattern.
fn path_in(pattern: &str) -> &str {
    pattern.split_once(' ').map_or(pattern, |(_, path)| path)
}
