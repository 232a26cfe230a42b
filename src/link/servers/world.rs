//! The scripts of all files, and where a name that a file brings in comes from.

use std::collections::BTreeMap;

use crate::finding::script::Script;
use crate::finding::{Fact, Import};
use crate::link::Input;
use crate::location::RepoPath;

/// Everything that facts tell of scripts.
#[derive(Default)]
pub(super) struct World<'a> {
    /// Every script with its file, in the order of paths.
    pub(super) scripts: Vec<(&'a RepoPath, &'a Script)>,
    places: BTreeMap<&'a RepoPath, usize>,
    imports: BTreeMap<(&'a RepoPath, &'a str), &'a Import>,
    reexports: BTreeMap<&'a RepoPath, Vec<&'a Import>>,
}

impl<'a> World<'a> {
    /// Indexes the facts.
    pub(super) fn of(input: &Input<'a>) -> Self {
        let mut world = Self::default();
        for finding in input.findings {
            let file = &finding.at.path;
            match &finding.fact {
                Fact::Script(script) => {
                    world.places.insert(file, world.scripts.len());
                    world.scripts.push((file, script));
                }
                Fact::Import(import) => _ = world.imports.entry((file, &import.local)).or_insert(import),
                Fact::Reexport(import) => world.reexports.entry(file).or_default().push(import),
                _ => {}
            }
        }
        world
    }

    /// The script of a file.
    pub(super) fn place(&self, file: &RepoPath) -> Option<usize> {
        self.places.get(file).copied()
    }

    /// The import behind a name of a file.
    pub(super) fn import(&self, file: &RepoPath, name: &str) -> Option<&'a Import> {
        self.imports.get(&(file, name)).copied()
    }

    /// What a file gives on from others.
    pub(super) fn reexports(&self, file: &RepoPath) -> &[&'a Import] {
        self.reexports.get(file).map_or(&[], Vec::as_slice)
    }

    /// The scripts below a folder.
    pub(super) fn below(&self, folder: &RepoPath) -> Vec<usize> {
        (0..self.scripts.len()).filter(|at| self.scripts[*at].0.is_within(folder)).collect()
    }
}
