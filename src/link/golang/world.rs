//! The functions, types and variables of all packages of Go, found by folder and name, and what names and types mean in a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::RepoMap;
use crate::finding::{Fact, Field, Finding, Function, NamedType, PackageImport, PackageVariable, SourceFile, TypeShape, package_name};
use crate::location::{Location, RepoPath};

/// A named type: the folder of its package and its name.
pub(crate) type TypeId = (RepoPath, String);

/// What a type as written means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A type of this repository.
    Own(TypeId),
    /// A type of a package from outside: the path and the name.
    Outside(String, String),
    /// A list of another type.
    ListOf(Box<Meaning>),
    /// Anything else.
    Plain,
}

/// Everything that facts tell of packages.
#[derive(Debug, Default)]
pub(crate) struct World<'a> {
    /// Every function with its place.
    pub(crate) functions: Vec<(&'a Location, &'a Function)>,
    by_name: BTreeMap<(RepoPath, &'a str, &'a str), usize>,
    methods: BTreeMap<&'a str, Vec<usize>>,
    types: BTreeMap<TypeId, (&'a Location, &'a NamedType)>,
    variables: BTreeMap<(RepoPath, &'a str), (&'a Location, &'a PackageVariable)>,
    files: BTreeMap<&'a RepoPath, &'a SourceFile>,
    /// The first function of each file; facts are sorted by file, so that the others follow.
    firsts: BTreeMap<&'a RepoPath, usize>,
    brought: BTreeMap<&'a RepoPath, Vec<Brought<'a>>>,
}

/// A package that a file brings in: where it is, and what it may be called there.
#[derive(Debug)]
struct Brought<'a> {
    path: &'a str,
    /// Its folder, when it is one of this repository.
    target: Option<RepoPath>,
    names: BTreeSet<&'a str>,
}

impl<'a> World<'a> {
    /// Indexes the facts.
    pub(crate) fn of(map: &RepoMap, findings: &'a [Finding]) -> Self {
        let mut world = Self::default();
        for finding in findings {
            let folder = finding.at.path.parent();
            match &finding.fact {
                Fact::Function(function) => {
                    let at = world.functions.len();
                    world.functions.push((&finding.at, function));
                    world.firsts.entry(&finding.at.path).or_insert(at);
                    let owner = function.receiver.as_ref().map_or("", |one| bare(&one.kind));
                    world.by_name.entry((folder, owner, &function.name)).or_insert(at);
                    if !owner.is_empty() {
                        world.methods.entry(&function.name).or_default().push(at);
                    }
                }
                Fact::NamedType(named) => _ = world.types.entry((folder, named.name.clone())).or_insert((&finding.at, named)),
                Fact::PackageVariable(one) => {
                    _ = world.variables.entry((folder, &one.variable.name)).or_insert((&finding.at, one));
                }
                Fact::SourceFile(file) => {
                    world.files.insert(&finding.at.path, file);
                }
                _ => {}
            }
        }
        world.brought = world.files.iter().map(|(path, file)| (*path, world.brought_in(map, path, file))).collect();
        world
    }

    /// The packages that a file brings in.
    fn brought_in(&self, map: &RepoMap, path: &RepoPath, file: &'a SourceFile) -> Vec<Brought<'a>> {
        let brought = |import: &'a PackageImport| {
            let target = map.go_package(path, &import.path);
            let names = match import.alias.as_deref() {
                Some(alias) => BTreeSet::from([alias]),
                None => {
                    let own = target.as_ref().map(|folder| self.called(folder)).unwrap_or_default();
                    own.into_iter().chain(import.path.rsplit('/').next()).chain([package_name(&import.path)]).collect()
                }
            };
            Brought { path: &import.path, target, names }
        };
        file.imports.iter().map(brought).collect()
    }

    /// The function or method of a package.
    pub(crate) fn function(&self, folder: &RepoPath, owner: &str, name: &str) -> Option<usize> {
        self.by_name.get(&(folder.clone(), owner, name)).copied()
    }

    /// A named type.
    pub(crate) fn named(&self, id: &TypeId) -> Option<&'a NamedType> {
        self.types.get(id).map(|(_, named)| *named)
    }

    /// The file of a named type.
    pub(crate) fn file_of(&self, id: &TypeId) -> Option<&'a RepoPath> {
        self.types.get(id).map(|(at, _)| &at.path)
    }

    /// A variable of a package.
    pub(crate) fn variable(&self, folder: &RepoPath, name: &str) -> Option<(&'a Location, &'a PackageVariable)> {
        self.variables.get(&(folder.clone(), name)).copied()
    }

    /// The function that stands for what function literals of a variable do, else any function of its file.
    pub(crate) fn function_around(&self, at: &Location) -> Option<usize> {
        let first = *self.firsts.get(&at.path)?;
        let inside = self.functions[first..].iter().take_while(|(place, _)| place.path == at.path);
        let own = inside
            .take_while(|(place, _)| place.line <= at.line)
            .position(|(place, function)| place.line == at.line && function.name == "init");
        Some(own.map_or(first, |own| first + own))
    }

    /// Every variable and constant of a package with its place.
    pub(crate) fn package_variables(&self) -> impl Iterator<Item = (&'a Location, &'a PackageVariable)> {
        self.variables.values().copied()
    }

    /// The imports of a file.
    pub(crate) fn imports(&self, file: &RepoPath) -> &'a [PackageImport] {
        self.files.get(file).map(|file| file.imports.as_slice()).unwrap_or_default()
    }

    /// The connectors of Watermill to brokers that any file imports.
    pub(crate) fn connectors(&self) -> BTreeSet<&'a str> {
        let imports = self.files.values().flat_map(|file| &file.imports);
        imports.map(|import| import.path.as_str()).filter(|path| super::brokers::connector(path).is_some()).collect()
    }

    /// The fields of a struct.
    pub(crate) fn fields(&self, id: &TypeId) -> &'a [Field] {
        match self.named(id).map(|named| &named.shape) {
            Some(TypeShape::Struct(fields)) => fields,
            _ => &[],
        }
    }

    /// The import of a file that a name means: the path from outside, or the folder of this repository.
    pub(crate) fn import(&self, file: &RepoPath, name: &str) -> Option<Result<RepoPath, &'a str>> {
        let import = self.brought.get(file)?.iter().find(|one| one.names.contains(name))?;
        Some(import.target.clone().ok_or(import.path))
    }

    /// What the files of a folder call their package.
    fn called(&self, folder: &RepoPath) -> BTreeSet<&'a str> {
        let inside = self.files.range::<RepoPath, _>(folder..).take_while(|(path, _)| path.is_within(folder)).take(8);
        inside.filter(|(path, _)| path.parent() == *folder).map(|(_, file)| file.package.as_str()).collect()
    }

    /// What a type as written in a file means.
    pub(crate) fn meaning(&self, file: &RepoPath, written: &str) -> Meaning {
        let written = written.trim();
        if let Some(inner) = written.strip_prefix("[]").or_else(|| written.strip_prefix("...")) {
            return Meaning::ListOf(Box::new(self.meaning(file, inner)));
        }
        let name = bare(written);
        if let Some((package, name)) = name.split_once('.') {
            return match self.import(file, package) {
                Some(Ok(folder)) => Meaning::Own((folder, name.to_owned())),
                Some(Err(path)) => Meaning::Outside(path.to_owned(), name.to_owned()),
                None => Meaning::Plain,
            };
        }
        let id = (file.parent(), name.to_owned());
        match self.named(&id).map(|named| &named.shape) {
            Some(TypeShape::Other(other)) if other.starts_with("[]") => self.meaning(file, other),
            // A type whose file was not read is still one of this package.
            None if BUILT_IN.contains(&name) || !name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') => Meaning::Plain,
            _ => Meaning::Own(id),
        }
    }

    /// The method of a type by its name, looked for in embedded types too: the function and the way to the embedded value.
    pub(crate) fn method(&self, id: &TypeId, name: &str, depth: usize) -> Option<(usize, Vec<&'a str>)> {
        if let Some(own) = self.function(&id.0, &id.1, name) {
            return Some((own, Vec::new()));
        }
        let file = self.file_of(id)?;
        for field in self.fields(id).iter().filter(|field| field.embedded && depth > 0) {
            if let Meaning::Own(inner) = self.meaning(file, &field.variable.kind)
                && let Some((found, mut way)) = self.method(&inner, name, depth - 1)
            {
                way.insert(0, &field.variable.name);
                return Some((found, way));
            }
        }
        None
    }

    /// The types that have every method of an interface.
    pub(crate) fn implementers(&self, id: &TypeId) -> BTreeSet<TypeId> {
        let Some(TypeShape::Interface(wanted)) = self.named(id).map(|named| &named.shape) else { return BTreeSet::new() };
        let Some(first) = wanted.iter().find_map(|name| self.methods.get(name.as_str())) else { return BTreeSet::new() };
        let owner = |at: &usize| {
            let (place, function) = self.functions[*at];
            function.receiver.as_ref().map(|one| (place.path.parent(), bare(&one.kind).to_owned()))
        };
        let has_all = |id: &TypeId| wanted.iter().all(|name| !is_method_name(name) || self.method(id, name, 3).is_some());
        first.iter().filter_map(owner).filter(has_all).collect()
    }

    /// The only method of that name in the repository.
    pub(crate) fn only_method(&self, name: &str) -> Option<usize> {
        match self.methods.get(name).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        }
    }
}

/// Types that every file knows.
const BUILT_IN: &[&str] = &[
    "", "any", "bool", "byte", "error", "float32", "float64", "int", "int8", "int16", "int32", "int64", "rune", "string", "uint", "uint8",
    "uint16", "uint32", "uint64", "uintptr", "map", "T",
];

/// An interface that is taken in stands among the methods with its package before it, or as a type of the same name.
fn is_method_name(name: &str) -> bool {
    !name.contains(['.', '|', '~', '*'])
}

/// The name of a type without pointer and type arguments.
pub(crate) fn bare(written: &str) -> &str {
    let name = written.trim_start_matches(['*', '&']).trim();
    name.split('[').next().filter(|name| !name.is_empty()).unwrap_or(name)
}
