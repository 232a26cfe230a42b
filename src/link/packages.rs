//! The packages of Go: which folder imports which, what comes from outside, what keeps a program running.
//! A program is its `main` package with everything that it imports, step by step.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::RepoMap;
use crate::finding::{Fact, Finding, ServingKind};
use crate::location::RepoPath;

/// One package: all files of a folder.
#[derive(Debug, Default)]
pub(crate) struct SourcePackage<'a> {
    /// Its name, as its files state it.
    pub(crate) name: &'a str,
    /// The folders of this repository that it imports.
    pub(crate) imports: BTreeSet<RepoPath>,
    /// The packages from outside that it imports.
    pub(crate) outside: BTreeSet<&'a str>,
    /// What it serves.
    pub(crate) serving: BTreeSet<ServingKind>,
}

/// All packages, by folder.
#[derive(Debug, Default)]
pub(crate) struct Packages<'a> {
    by_folder: BTreeMap<RepoPath, SourcePackage<'a>>,
}

/// What a program is made of.
#[derive(Debug, Default)]
pub(crate) struct Reach<'a> {
    /// Its packages in this repository, its own among them.
    pub(crate) folders: BTreeSet<RepoPath>,
    /// The packages from outside.
    pub(crate) outside: BTreeSet<&'a str>,
    /// What they serve.
    pub(crate) serving: BTreeSet<ServingKind>,
}

impl<'a> Packages<'a> {
    /// Reads the packages from the facts of their files.
    pub(crate) fn of(map: &RepoMap, findings: &'a [Finding]) -> Self {
        let mut by_folder: BTreeMap<RepoPath, SourcePackage<'a>> = BTreeMap::new();
        for finding in findings {
            let path = &finding.at.path;
            match &finding.fact {
                Fact::SourceFile(file) => {
                    let package = by_folder.entry(path.parent()).or_default();
                    package.name = &file.package;
                    for import in &file.imports {
                        match map.go_package(path, &import.path) {
                            Some(folder) => _ = package.imports.insert(folder),
                            None => _ = package.outside.insert(&import.path),
                        }
                    }
                }
                Fact::Serving(serving) => _ = by_folder.entry(path.parent()).or_default().serving.insert(serving.kind),
                _ => {}
            }
        }
        Self { by_folder }
    }

    /// The package in a folder.
    pub(crate) fn package(&self, folder: &RepoPath) -> Option<&SourcePackage<'a>> {
        self.by_folder.get(folder)
    }

    /// Everything that the package in a folder brings in.
    pub(crate) fn reach(&self, folder: &RepoPath) -> Reach<'a> {
        let mut reach = Reach::default();
        let mut open = vec![folder.clone()];
        while let Some(folder) = open.pop() {
            let Some(package) = self.by_folder.get(&folder) else { continue };
            if reach.folders.insert(folder) {
                reach.outside.extend(&package.outside);
                reach.serving.extend(&package.serving);
                open.extend(package.imports.iter().cloned());
            }
        }
        reach
    }
}
