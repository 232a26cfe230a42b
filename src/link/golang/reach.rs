//! Which programs a function runs in: those whose packages hold it, less those where everything that mentions it is known and belongs to others.
//! A package that several programs import holds the sending side for one and the receiving side for another.

use std::collections::{BTreeMap, BTreeSet};

use super::world::World;
use crate::finding::{Expression, Fact};
use crate::link::Input;
use crate::location::RepoPath;
use crate::model::Model;

/// Mentions are followed back through so many functions; beyond them a function runs wherever its package is.
const MOST: usize = 2_000;

/// Who mentions which name.
pub(crate) struct Reach<'w, 'a, 'i> {
    world: &'w World<'a>,
    input: &'i Input<'a>,
    model: &'i Model,
    mentions: BTreeMap<&'a str, BTreeSet<Mention<'a>>>,
    /// Folder of a package -> the files that are a part of it or import it, and whose functions were not read.
    unread: BTreeMap<RepoPath, BTreeSet<&'a RepoPath>>,
}

/// A function that mentions a name, or the file of a variable that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mention<'a> {
    Function(usize),
    File(&'a RepoPath),
}

impl<'w, 'a, 'i> Reach<'w, 'a, 'i> {
    /// Indexes the names that functions and variables mention.
    pub(crate) fn new(world: &'w World<'a>, input: &'i Input<'a>, model: &'i Model) -> Self {
        let mut mentions: BTreeMap<&str, BTreeSet<Mention<'_>>> = BTreeMap::new();
        for (at, (_, function)) in world.functions.iter().copied().enumerate() {
            function.each(&mut |expression| {
                if let Expression::Field(_, name) | Expression::Name(name) = expression {
                    mentions.entry(name).or_default().insert(Mention::Function(at));
                }
            });
        }
        for (at, one) in world.package_variables() {
            one.value.each(&mut |expression| {
                if let Expression::Field(_, name) | Expression::Name(name) = expression {
                    mentions.entry(name).or_default().insert(Mention::File(&at.path));
                }
            });
        }
        Self { world, input, model, mentions, unread: unread(world, input) }
    }

    /// The containers that a function runs in.
    pub(crate) fn containers(&self, function: usize) -> BTreeSet<String> {
        let all = self.of_function(function);
        let (mut open, mut seen) = (vec![function], BTreeSet::from([function]));
        let (mut found, mut is_idle) = (BTreeSet::new(), false);
        while let Some(one) = open.pop() {
            let fact = self.world.functions[one].1;
            let own = self.of_function(one);
            let starts = fact.receiver.is_none() && matches!(fact.name.as_str(), "main" | "init");
            // What nothing is known to mention is mentioned where nothing was read.
            let mentions = self.mentions.get(fact.name.as_str()).filter(|_| own.len() > 1 && !starts);
            let Some(mentions) = mentions else {
                // A plain function that no file names, of all that could, is never called.
                if own.len() > 1 && !starts && fact.receiver.is_none() {
                    let folder = self.world.functions[one].0.path.parent();
                    found.extend(self.unread.get(&folder).into_iter().flatten().flat_map(|file| self.of_file(file)));
                    is_idle = true;
                } else {
                    found.extend(own);
                }
                continue;
            };
            for mention in mentions {
                match mention {
                    Mention::Function(next) if seen.insert(*next) => open.push(*next),
                    Mention::Function(_) => {}
                    Mention::File(file) => found.extend(self.of_file(file)),
                }
            }
            if seen.len() > MOST || all.is_subset(&found) {
                return all;
            }
        }
        found.retain(|container| all.contains(container));
        if found.is_empty() && !is_idle { all } else { found }
    }

    fn of_function(&self, function: usize) -> BTreeSet<String> {
        self.of_file(&self.world.functions[function].0.path)
    }

    /// The containers that hold the package of a file.
    pub(crate) fn of_file(&self, file: &RepoPath) -> BTreeSet<String> {
        self.input.usage(self.model).containers(self.model, file)
    }
}

/// The files that may mention what a package holds and were not read.
fn unread<'a>(world: &World<'a>, input: &Input<'a>) -> BTreeMap<RepoPath, BTreeSet<&'a RepoPath>> {
    let read: BTreeSet<&RepoPath> = world.functions.iter().map(|(at, _)| &at.path).collect();
    let mut found: BTreeMap<RepoPath, BTreeSet<&RepoPath>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::SourceFile(file) = &finding.fact else { continue };
        let path = &finding.at.path;
        if read.contains(path) || path.name().ends_with("_test.go") {
            continue;
        }
        let imported = file.imports.iter().filter_map(|import| input.map.go_package(path, &import.path));
        for folder in imported.chain([path.parent()]) {
            found.entry(folder).or_default().insert(path);
        }
    }
    found
}
