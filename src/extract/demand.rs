//! The second step: files without a marker that a found fact refers to (constants, enums, base classes, messages).
//! Files that are named after a class of the domain are asked for too. Names are followed through imports and re-exports until nothing new is asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::language::grammar_of;
use crate::classify::{File, RepoMap};
use crate::finding::{Fact, Finding, Import};
use crate::location::RepoPath;

/// How many times references are followed: a constant behind three barrels is four steps away.
pub(super) const ROUNDS: usize = 8;

/// The files, by their place in the map, that facts refer to and that were not parsed yet.
pub(super) fn wanted(map: &RepoMap, findings: &[Finding], parsed: &[bool]) -> Vec<usize> {
    let mut by_file: BTreeMap<&RepoPath, Needs<'_>> = BTreeMap::new();
    for finding in findings {
        let needs = by_file.entry(&finding.at.path).or_default();
        match &finding.fact {
            Fact::Import(import) => needs.imports.push(import),
            Fact::Reexport(import) => needs.reexports.push(import),
            fact => needs.names.extend(fact.names().iter().map(|name| root_of(name))),
        }
    }
    let mut search = Search { map, parsed, by_file: &by_file, barrels: BTreeMap::new(), wanted: BTreeSet::new(), seen: BTreeSet::new() };
    for (path, needs) in &by_file {
        for import in needs.imports.iter().filter(|import| needs.names.contains(import.local.as_str())) {
            if let Some(target) = map.resolve_module(path, &import.module) {
                search.ask(&target, &import.imported);
            }
        }
    }
    let of_domain = (0..map.files.len()).filter(|at| is_domain_source(&map.files[*at]) && !parsed[*at]);
    search.wanted.into_iter().chain(of_domain).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Classes of the domain are facts of their own, for the glossary and for the components that hold them.
fn is_domain_source(file: &File) -> bool {
    file.declares_domain && !file.is_test && grammar_of(file.kind).is_some()
}

#[derive(Default)]
struct Needs<'a> {
    imports: Vec<&'a Import>,
    reexports: Vec<&'a Import>,
    names: BTreeSet<&'a str>,
}

/// A re-export of a file, with the file that it leads to.
#[derive(Clone)]
struct Way<'a> {
    reexport: &'a Import,
    target: RepoPath,
}

/// Follows asked names through the re-exports of files that are already parsed.
struct Search<'a> {
    map: &'a RepoMap,
    parsed: &'a [bool],
    by_file: &'a BTreeMap<&'a RepoPath, Needs<'a>>,
    /// The re-exports of each file that still lead to something new, each resolved once.
    barrels: BTreeMap<RepoPath, Vec<Way<'a>>>,
    wanted: BTreeSet<usize>,
    seen: BTreeSet<(RepoPath, String)>,
}

impl<'a> Search<'a> {
    fn ask(&mut self, path: &RepoPath, name: &str) {
        let mut open = vec![(path.clone(), name.to_owned())];
        while let Some((path, name)) = open.pop() {
            if self.want(&path) || !self.is_barrel(&path) || !self.seen.insert((path.clone(), name.clone())) {
                continue;
            }
            for way in self.ways(&path) {
                let local = way.reexport.local.as_str();
                if local == "*" {
                    open.push((way.target, name.clone()));
                } else if local == name || name == "*" {
                    open.push((way.target, way.reexport.imported.clone()));
                }
            }
        }
    }

    /// Whether a file has still to be parsed; then it is wanted, and nothing more is known of it.
    fn want(&mut self, path: &RepoPath) -> bool {
        match self.map.position(path) {
            Some(at) if !self.parsed[at] => {
                self.wanted.insert(at);
                true
            }
            Some(_) => false,
            None => true,
        }
    }

    fn is_barrel(&self, path: &RepoPath) -> bool {
        self.by_file.get(path).is_some_and(|needs| !needs.reexports.is_empty())
    }

    fn ways(&mut self, path: &RepoPath) -> Vec<Way<'a>> {
        if let Some(known) = self.barrels.get(path) {
            return known.clone();
        }
        let reexports = self.by_file.get(path).map(|needs| needs.reexports.as_slice()).unwrap_or_default();
        let resolved =
            reexports.iter().filter_map(|reexport| Some(Way { reexport, target: self.map.resolve_module(path, &reexport.module)? }));
        let leads_on = |way: &Way<'_>| self.is_barrel(&way.target) || self.map.position(&way.target).is_some_and(|at| !self.parsed[at]);
        let ways: Vec<Way<'a>> = resolved.filter(leads_on).collect();
        self.barrels.insert(path.clone(), ways.clone());
        ways
    }
}

/// `Routes` of `Routes.user.root`.
fn root_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
