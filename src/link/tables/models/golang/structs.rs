//! The named types and functions of Go by package, and what the name of a type means in a file.

use std::collections::BTreeMap;

use crate::classify::RepoMap;
use crate::finding::{Action, Expression, Fact, Field, Finding, Function, NamedType, Slot, SourceFile, TypeShape, package_name};
use crate::location::{Location, RepoPath};

/// Expressions nest no deeper than this.
const DEPTH: usize = 24;
/// Lists of models are handed through this many functions.
const CALLS: usize = 3;

/// A type by its package and name.
pub(super) type StructId = (RepoPath, String);

/// Everything that is looked up.
pub(super) struct Structs<'a> {
    map: &'a RepoMap,
    types: BTreeMap<StructId, (&'a Location, &'a NamedType)>,
    files: BTreeMap<&'a RepoPath, &'a SourceFile>,
    pub(super) functions: Vec<(&'a Location, &'a Function)>,
    variables: BTreeMap<(RepoPath, &'a str), &'a Expression>,
    modules: Vec<RepoPath>,
}

impl<'a> Structs<'a> {
    pub(super) fn of(map: &'a RepoMap, findings: &'a [Finding]) -> Self {
        let mut found = Self {
            map,
            types: BTreeMap::new(),
            files: BTreeMap::new(),
            functions: Vec::new(),
            variables: BTreeMap::new(),
            modules: Vec::new(),
        };
        for finding in findings {
            let at = &finding.at;
            match &finding.fact {
                Fact::NamedType(one) => _ = found.types.entry((at.path.parent(), one.name.clone())).or_insert((at, one)),
                Fact::SourceFile(file) => _ = found.files.insert(&at.path, file),
                Fact::Function(function) => found.functions.push((at, function)),
                Fact::PackageVariable(one) => _ = found.variables.insert((at.path.parent(), one.variable.name.as_str()), &one.value),
                Fact::Package(_) if at.path.name() == "go.mod" => found.modules.push(at.path.parent()),
                _ => {}
            }
        }
        found
    }

    /// The folder of the module that a file belongs to.
    pub(super) fn module(&self, file: &RepoPath) -> RepoPath {
        let around = self.modules.iter().filter(|folder| file.is_within(folder));
        around.max_by_key(|folder| folder.as_str().len()).cloned().unwrap_or_default()
    }

    /// The structs that embed a type of a package from outside, in files that import it, with their places and comments.
    pub(super) fn embedding(&self, package: &str, written: &str) -> Vec<(StructId, &'a Location, Option<&'a String>)> {
        let embeds = |one: &NamedType| match &one.shape {
            TypeShape::Struct(fields) => fields.iter().any(|field| field.embedded && field.variable.kind == written),
            _ => false,
        };
        let found = self.types.iter().filter(|(_, (at, one))| embeds(one) && self.imports(&at.path, package));
        found.map(|(id, (at, one))| (id.clone(), *at, one.doc.as_ref())).collect()
    }

    /// Whether a file imports a package.
    pub(super) fn imports(&self, file: &RepoPath, path: &str) -> bool {
        self.files.get(file).is_some_and(|file| file.imports.iter().any(|one| one.path == path))
    }

    /// What the files below a folder import.
    pub(super) fn imports_below(&self, folder: &RepoPath) -> Vec<&'a str> {
        let files = self.files.iter().filter(|(path, _)| path.is_within(folder));
        files.flat_map(|(_, file)| &file.imports).map(|one| one.path.as_str()).collect()
    }

    /// The type that a name means in a file: `User`, `*models.User`, `[]models.User`.
    pub(super) fn find(&self, file: &RepoPath, written: &str) -> Option<StructId> {
        let name = bare(written);
        let id = match name.split_once('.') {
            Some((package, name)) => (self.package(file, package)?, name.to_owned()),
            None => (file.parent(), name.to_owned()),
        };
        self.types.contains_key(&id).then_some(id)
    }

    /// The folder of the package of this repository that a name means in a file.
    pub(super) fn package(&self, file: &RepoPath, name: &str) -> Option<RepoPath> {
        let imports = &self.files.get(file)?.imports;
        let local = |alias: &Option<String>, path: &str| alias.clone().unwrap_or_else(|| package_name(path).to_owned());
        let import = imports.iter().find(|one| local(&one.alias, &one.path) == name)?;
        self.map.go_package(file, &import.path)
    }

    pub(super) fn get(&self, id: &StructId) -> Option<(&'a Location, &'a NamedType)> {
        self.types.get(id).copied()
    }

    /// The fields of a struct; `None` for other types.
    pub(super) fn fields(&self, id: &StructId) -> Option<&'a [Field]> {
        match &self.get(id)?.1.shape {
            TypeShape::Struct(fields) => Some(fields),
            _ => None,
        }
    }

    /// The methods of a type.
    pub(super) fn methods<'s>(&'s self, id: &'s StructId) -> impl Iterator<Item = (&'a Location, &'a Function)> + 's {
        let is_own = |function: &Function| function.receiver.as_ref().is_some_and(|one| bare(&one.kind) == id.1);
        self.functions.iter().copied().filter(move |(at, function)| at.path.parent() == id.0 && is_own(function))
    }

    /// The type that a named type stands for in the end: `type Status string`.
    pub(super) fn underlying(&self, file: &RepoPath, written: &str) -> String {
        let mut name = written.trim_start_matches('*').to_owned();
        for _ in 0..8 {
            let Some(id) = self.find(file, &name).filter(|_| !name.starts_with("[]")) else { break };
            match self.get(&id).map(|(_, one)| &one.shape) {
                Some(TypeShape::Other(other)) => name = other.clone(),
                _ => break,
            }
        }
        name
    }

    /// The text of an expression in a file: the name of a constant of its package.
    pub(super) fn text(&self, file: &RepoPath, expression: &Expression) -> Option<&'a str> {
        let Expression::Name(name) = expression else { return None };
        match self.variables.get(&(file.parent(), name.as_str()))? {
            Expression::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The types whose values a call is given: `&User{}`, `new(User)`, `models...`, `All()...`
    pub(super) fn given(&self, file: &RepoPath, function: &Function, argument: &Expression) -> Vec<StructId> {
        let mut found = Vec::new();
        self.add_given((file, function), argument, (DEPTH, CALLS), &mut found);
        found
    }

    fn add_given(
        &self,
        (file, function): (&RepoPath, &Function),
        argument: &Expression,
        (depth, calls): (usize, usize),
        found: &mut Vec<StructId>,
    ) {
        let mut open = vec![(argument, depth)];
        while let Some((one, depth)) = open.pop() {
            let Some(depth) = depth.checked_sub(1) else { continue };
            match one {
                Expression::Composite(kind, items) if kind.starts_with('[') => {
                    open.extend(items.iter().rev().map(|(_, item)| (item, depth)))
                }
                Expression::Composite(kind, _) => found.extend(self.find(file, kind)),
                Expression::Call(call) if call.function == Expression::Name("new".to_owned()) => {
                    found.extend(call.arguments.first().and_then(|one| self.find(file, &dotted(one)?)));
                }
                Expression::Call(call) if call.function == Expression::Name("append".to_owned()) => {
                    open.extend(call.arguments.iter().rev().map(|item| (item, depth)));
                }
                Expression::Call(call) => {
                    let Some(((at, called), calls)) = self.called(file, &call.function).zip(calls.checked_sub(1)) else { continue };
                    for value in returned(called) {
                        self.add_given((&at.path, called), value, (depth, calls), found);
                    }
                }
                Expression::Local(at) => match function.slots.get(*at) {
                    Some(Slot::Value(value) | Slot::Each(value)) => open.push((value, depth)),
                    Some(Slot::Typed(kind)) => found.extend(self.find(file, kind)),
                    _ => {}
                },
                Expression::Either(first, second) => open.extend([(&**second, depth), (&**first, depth)]),
                Expression::Name(name) => open.extend(self.variables.get(&(file.parent(), name.as_str())).map(|value| (*value, depth))),
                _ => {}
            }
        }
    }

    /// The function of this repository that a name means in a file.
    fn called(&self, file: &RepoPath, called: &Expression) -> Option<(&'a Location, &'a Function)> {
        let (folder, name) = match called {
            Expression::Name(name) => (file.parent(), name),
            Expression::Field(base, name) => match &**base {
                Expression::Name(package) => (self.package(file, package)?, name),
                _ => return None,
            },
            _ => return None,
        };
        let is_meant = |(at, one): &&(&Location, &Function)| one.receiver.is_none() && one.name == *name && at.path.parent() == folder;
        self.functions.iter().find(is_meant).copied()
    }
}

/// What a function gives back first, function literals in it aside.
fn returned(function: &Function) -> impl Iterator<Item = &Expression> {
    function.statements.iter().filter_map(|one| match &one.action {
        Action::Return(values) if one.closure.is_none() => values.first(),
        _ => None,
    })
}

/// A type without pointers, lists and type arguments.
pub(super) fn bare(written: &str) -> &str {
    let inner = written.trim_start_matches(['*', '&', '[', ']']);
    inner.split('[').next().unwrap_or(inner)
}

/// The dotted name of an expression.
pub(super) fn dotted(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Name(name) => Some(name.clone()),
        Expression::Field(inner, name) => Some(format!("{}.{name}", dotted(inner)?)),
        _ => None,
    }
}

/// Everything that stands in what a function does, with what stands in that.
pub(super) fn expressions(function: &Function) -> Vec<&Expression> {
    let mut found = Vec::new();
    for statement in &function.statements {
        match &statement.action {
            Action::Evaluate(value) => value.each(&mut |one| found.push(one)),
            Action::Set(target, value) => [target, value].iter().for_each(|one| one.each(&mut |one| found.push(one))),
            Action::Return(values) => values.iter().for_each(|one| one.each(&mut |one| found.push(one))),
        }
    }
    for slot in &function.slots {
        if let Slot::Value(value) | Slot::Part(value, _) | Slot::Each(value) = slot {
            value.each(&mut |one| found.push(one));
        }
    }
    found
}

/// The value that a function gives back in every case, where it is one alone.
pub(super) fn given_back(function: &Function) -> Option<&Expression> {
    let mut values = function.statements.iter().filter_map(|one| match &one.action {
        Action::Return(values) if one.closure.is_none() => values.first(),
        _ => None,
    });
    let first = values.next().filter(|_| values.next().is_none())?;
    match first {
        Expression::Local(at) => match function.slots.get(*at) {
            Some(Slot::Value(value)) => Some(value),
            _ => None,
        },
        other => Some(other),
    }
}
