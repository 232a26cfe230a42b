//! The type that an expression has, as far as declarations tell it, and the functions that a call may reach.
//! A type that is not told stays plain; nothing is guessed from names but the method that only one type has.

use super::origins::{Origins, Scope};
use super::world::{Meaning, bare};
use crate::finding::{Expression, Slot, TypeShape};

/// Types are followed through this many fields, calls and variables.
const DEPTH: usize = 12;

impl Origins<'_, '_> {
    /// The type of an expression.
    pub(crate) fn kind(&self, scope: &Scope<'_, '_>, expression: &Expression) -> Meaning {
        self.kind_within(scope, expression, DEPTH)
    }

    fn kind_within(&self, scope: &Scope<'_, '_>, expression: &Expression, depth: usize) -> Meaning {
        let Some(depth) = depth.checked_sub(1) else { return Meaning::Plain };
        match expression {
            Expression::Local(slot) => self.kind_of_slot(scope, *slot, depth),
            Expression::Composite(written, _) | Expression::Map(written, _) => self.world.meaning(scope.file, written),
            Expression::Either(one, other) => match self.kind_within(scope, one, depth) {
                Meaning::Plain => self.kind_within(scope, other, depth),
                known => known,
            },
            Expression::Name(name) => match self.world.variable(&scope.file.parent(), name) {
                Some((at, one)) if one.variable.kind.is_empty() => self.kind_within(&Scope::outside(&at.path), &one.value, depth),
                Some((at, one)) => self.world.meaning(&at.path, &one.variable.kind),
                None => Meaning::Plain,
            },
            Expression::Field(base, name) => self.kind_of_field(scope, (base, name), depth),
            Expression::Call(call) => self.kind_of_result(scope, &call.function, 0, depth),
            _ => Meaning::Plain,
        }
    }

    fn kind_of_slot(&self, scope: &Scope<'_, '_>, slot: usize, depth: usize) -> Meaning {
        let Some(function) = scope.function.map(|at| self.world.functions[at].1) else { return Meaning::Plain };
        match function.slots.get(slot) {
            Some(Slot::Receiver) => function.receiver.as_ref().map_or(Meaning::Plain, |one| self.world.meaning(scope.file, &one.kind)),
            Some(Slot::Parameter(at)) => {
                function.parameters.get(*at).map_or(Meaning::Plain, |one| self.world.meaning(scope.file, &one.kind))
            }
            Some(Slot::ClosureParameter(_, _, kind) | Slot::Typed(kind)) => self.world.meaning(scope.file, kind),
            Some(Slot::Value(value)) => self.kind_within(scope, value, depth),
            Some(Slot::Part(Expression::Call(call), at)) => self.kind_of_result(scope, &call.function, *at, depth),
            Some(Slot::Part(value, 0)) => self.kind_within(scope, value, depth),
            Some(Slot::Each(list)) => match self.kind_within(scope, list, depth) {
                Meaning::ListOf(inner) => *inner,
                _ => Meaning::Plain,
            },
            Some(Slot::Part(..) | Slot::Key(_)) | None => Meaning::Plain,
        }
    }

    fn kind_of_field(&self, scope: &Scope<'_, '_>, (base, name): (&Expression, &str), depth: usize) -> Meaning {
        if let Expression::Name(package) = base
            && let Some(import) = self.world.import(scope.file, package)
        {
            return match import {
                Ok(folder) => match self.world.variable(&folder, name) {
                    Some((at, one)) if one.variable.kind.is_empty() => self.kind_within(&Scope::outside(&at.path), &one.value, depth),
                    Some((at, one)) => self.world.meaning(&at.path, &one.variable.kind),
                    None => Meaning::Plain,
                },
                Err(path) => Meaning::Outside(path.to_owned(), name.to_owned()),
            };
        }
        match self.kind_within(scope, base, depth) {
            Meaning::Own(id) => self.field_kind(&id, name, 3),
            Meaning::Outside(path, _) => Meaning::Outside(path, name.to_owned()),
            _ => Meaning::Plain,
        }
    }

    /// The type of a field, looked for in embedded structs too.
    fn field_kind(&self, id: &super::world::TypeId, name: &str, depth: usize) -> Meaning {
        let Some(file) = self.world.file_of(id) else { return Meaning::Plain };
        let fields = self.world.fields(id);
        if let Some(field) = fields.iter().find(|field| field.variable.name == name) {
            return self.world.meaning(file, &field.variable.kind);
        }
        for field in fields.iter().filter(|field| field.embedded && depth > 0) {
            match self.world.meaning(file, &field.variable.kind) {
                Meaning::Own(inner) => match self.field_kind(&inner, name, depth - 1) {
                    Meaning::Plain => {}
                    known => return known,
                },
                // What the repository does not define may come from what is embedded.
                Meaning::Outside(path, _) => return Meaning::Outside(path, name.to_owned()),
                _ => {}
            }
        }
        Meaning::Plain
    }

    /// The type of one result of a call.
    fn kind_of_result(&self, scope: &Scope<'_, '_>, called: &Expression, at: usize, depth: usize) -> Meaning {
        if let Some((path, name)) = self.outside(scope, called, depth) {
            let made = name.strip_prefix("New").filter(|rest| !rest.is_empty()).unwrap_or(&name).to_owned();
            return Meaning::Outside(path, made);
        }
        for function in self.targets_within(scope, called, depth) {
            let (place, fact) = self.world.functions[function];
            if let Some(kind) = fact.results.get(at) {
                return self.world.meaning(&place.path, kind);
            }
        }
        Meaning::Plain
    }

    /// The function or method from outside that a call reaches: the path of its package and its name.
    pub(crate) fn library(&self, scope: &Scope<'_, '_>, called: &Expression) -> Option<(String, String)> {
        self.outside(scope, called, DEPTH)
    }

    fn outside(&self, scope: &Scope<'_, '_>, called: &Expression, depth: usize) -> Option<(String, String)> {
        let Expression::Field(base, name) = called else { return None };
        if let Expression::Name(package) = &**base
            && let Some(import) = self.world.import(scope.file, package)
        {
            return import.err().map(|path| (path.to_owned(), name.clone()));
        }
        match self.kind_within(scope, base, depth) {
            Meaning::Outside(path, _) => Some((path, name.clone())),
            Meaning::Own(id) if self.world.method(&id, name, 3).is_none() => match self.field_kind(&id, name, 3) {
                Meaning::Outside(path, _) => Some((path, name.clone())),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether nothing is known of the type that a method is called on.
    pub(crate) fn is_untold(&self, scope: &Scope<'_, '_>, called: &Expression) -> bool {
        match called {
            Expression::Field(base, _) => self.kind(scope, base) == Meaning::Plain,
            _ => false,
        }
    }

    /// The functions of this repository that a call may reach.
    pub(crate) fn targets(&self, scope: &Scope<'_, '_>, called: &Expression) -> Vec<usize> {
        self.targets_within(scope, called, DEPTH)
    }

    fn targets_within(&self, scope: &Scope<'_, '_>, called: &Expression, depth: usize) -> Vec<usize> {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        match called {
            Expression::Name(name) => self.world.function(&scope.file.parent(), "", name).into_iter().collect(),
            Expression::Field(base, name) => {
                if let Expression::Name(package) = &**base
                    && let Some(import) = self.world.import(scope.file, package)
                {
                    return import.ok().and_then(|folder| self.world.function(&folder, "", name)).into_iter().collect();
                }
                match self.kind_within(scope, base, depth) {
                    Meaning::Own(id) => {
                        let interface = matches!(self.world.named(&id).map(|named| &named.shape), Some(TypeShape::Interface(_)));
                        let types = if interface { self.world.implementers(&id) } else { [id].into() };
                        types.iter().filter_map(|id| self.world.method(id, name, 3)).map(|(function, _)| function).collect()
                    }
                    Meaning::Plain => self.world.only_method(name).into_iter().collect(),
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// The function that an expression names: `s.handle`, `handlers.Handle`.
    pub(crate) fn named_function(&self, scope: &Scope<'_, '_>, expression: &Expression) -> Option<usize> {
        match self.targets(scope, expression).as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// Whether a composite literal is of one of some types of a package from outside.
    pub(crate) fn is_literal_of(&self, scope: &Scope<'_, '_>, written: &str, fits: &dyn Fn(&str, &str) -> bool) -> bool {
        written.contains('.') && matches!(self.world.meaning(scope.file, bare(written)), Meaning::Outside(path, name) if fits(&path, &name))
    }
}
