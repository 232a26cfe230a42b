//! Projects of .NET: which project a file is built in, which projects an application is built from, and what each of them is.
//! Knows manifests only; whether a project is deployed is for the containers pass to decide.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Fact, Finding, Package, ProjectDefaults, ProjectTest};
use crate::location::RepoPath;
use crate::model::Model;

/// A project with what holds for its folder.
#[derive(Clone, Debug)]
pub(super) struct DotnetProject<'a> {
    /// What stands in it.
    pub(super) package: &'a Package,
    /// Files that hold for all projects of a folder, the nearest first.
    defaults: Vec<&'a ProjectDefaults>,
    /// Projects whose properties it takes in.
    imported: Vec<&'a Package>,
}

/// Every project, by folder.
#[derive(Debug, Default)]
pub(super) struct Projects<'a> {
    by_folder: BTreeMap<RepoPath, DotnetProject<'a>>,
    /// Project -> those that files for whole folders make it be built with.
    shared: BTreeMap<RepoPath, BTreeSet<RepoPath>>,
}

/// Packages that make a project one of tests.
const TEST_PACKAGES: &[&str] =
    &["Microsoft.NET.Test.Sdk", "xunit", "xunit.v3", "NUnit", "MSTest", "MSTest.TestFramework", "TUnit", "BenchmarkDotNet", "SharpFuzz"];

impl<'a> Projects<'a> {
    /// Reads the manifests.
    pub(super) fn of(findings: &'a [Finding]) -> Self {
        let mut defaults: Vec<(RepoPath, &'a ProjectDefaults)> = Vec::new();
        let mut shared_files: BTreeMap<&RepoPath, &'a ProjectDefaults> = BTreeMap::new();
        let mut manifests: BTreeMap<&RepoPath, &'a Package> = BTreeMap::new();
        for finding in findings {
            match &finding.fact {
                Fact::ProjectDefaults(one) if holds_for_folder(&finding.at.path) => defaults.push((finding.at.path.parent(), one)),
                Fact::ProjectDefaults(one) => _ = shared_files.insert(&finding.at.path, one),
                Fact::Package(package) if package.is_dotnet() => _ = manifests.insert(&finding.at.path, package),
                _ => {}
            }
        }
        defaults.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.as_str().len()));
        let mut by_folder = BTreeMap::new();
        for finding in findings {
            let Fact::Package(package) = &finding.fact else { continue };
            if !package.is_dotnet() {
                continue;
            }
            let folder = finding.at.path.parent();
            let above = defaults.iter().filter(|(place, _)| folder.is_within(place)).map(|(_, one)| *one);
            let taken_in = package.imports.iter().filter_map(|path| shared_files.get(path)).copied();
            let imported = package.imports.iter().filter_map(|path| manifests.get(path)).copied().collect();
            let project = DotnetProject { package, defaults: taken_in.chain(above).collect(), imported };
            by_folder.entry(folder).or_insert(project);
        }
        let shared = shared_references(findings, &by_folder);
        Self { by_folder, shared }
    }

    /// The project of a folder.
    pub(super) fn at(&self, folder: &RepoPath) -> Option<&DotnetProject<'a>> {
        self.by_folder.get(folder)
    }

    /// The projects that are containers, by key, with their folders.
    pub(super) fn deployed(&self, model: &Model) -> Vec<(String, RepoPath)> {
        let built = model.containers.iter().filter_map(|(key, one)| Some((key.clone(), one.path.clone()?)));
        built.filter(|(_, folder)| self.at(folder).is_some_and(|project| !project.is_test())).collect()
    }

    /// Every project with its folder.
    pub(super) fn all(&self) -> impl Iterator<Item = (&RepoPath, &DotnetProject<'a>)> {
        self.by_folder.iter()
    }

    /// The folder of the project that a file is built in.
    pub(super) fn folder_of(&self, path: &RepoPath) -> Option<&RepoPath> {
        let mut folder = path.parent();
        loop {
            if let Some((known, _)) = self.by_folder.get_key_value(&folder) {
                return Some(known);
            }
            if folder.is_root() {
                return None;
            }
            folder = folder.parent();
        }
    }

    /// The folders of the projects that a project is built with.
    pub(super) fn references(&self, folder: &RepoPath) -> impl Iterator<Item = &RepoPath> {
        let own = self.by_folder.get(folder).into_iter().flat_map(|project| &project.package.projects);
        own.chain(self.shared.get(folder).into_iter().flatten())
    }

    /// A project with all that it is built from.
    pub(super) fn closure(&self, folder: &RepoPath) -> BTreeSet<RepoPath> {
        let mut found = BTreeSet::new();
        let mut open = vec![folder.clone()];
        while let Some(next) = open.pop() {
            if found.insert(next.clone()) && self.by_folder.contains_key(&next) {
                open.extend(self.references(&next).cloned());
            }
        }
        found
    }
}

/// Whether a file of properties holds for all projects of its folder, and not only for those that import it.
fn holds_for_folder(path: &RepoPath) -> bool {
    path.name().get(..10).is_some_and(|start| start.eq_ignore_ascii_case("Directory."))
}

/// Whether a manifest by itself makes a project one of tests.
pub(super) fn is_test_package(package: &Package) -> bool {
    package.dependencies.iter().any(|one| TEST_PACKAGES.iter().any(|name| one.name.eq_ignore_ascii_case(name)))
}

/// The references that files for whole folders state, by the project that they hold for.
fn shared_references(findings: &[Finding], projects: &BTreeMap<RepoPath, DotnetProject<'_>>) -> BTreeMap<RepoPath, BTreeSet<RepoPath>> {
    let file_of = |folder: &RepoPath, project: &DotnetProject<'_>| {
        let name = project.package.name.as_deref().unwrap_or_default();
        (name.to_owned(), folder.join(&format!("{name}.csproj")))
    };
    let mut found: BTreeMap<RepoPath, BTreeSet<RepoPath>> = BTreeMap::new();
    for finding in findings {
        let Fact::ProjectDefaults(defaults) = &finding.fact else { continue };
        if !holds_for_folder(&finding.at.path) {
            continue;
        }
        let above = finding.at.path.parent();
        for reference in &defaults.references {
            for (folder, project) in projects.iter().filter(|(folder, _)| folder.is_within(&above)) {
                let (name, path) = file_of(folder, project);
                let fits = |tests: &Vec<ProjectTest>| tests.iter().all(|test| test.passes(&name, path.as_str()));
                if !reference.holds_for.is_empty() && !reference.holds_for.iter().any(fits) {
                    continue;
                }
                let pattern = if reference.from_file { above.join(&reference.path) } else { folder.join(&reference.path) };
                let others = projects.iter().filter(|(other, _)| *other != folder);
                let matching =
                    others.filter(|(other, project)| matches(&pattern, &file_of(other, project).1)).map(|(other, _)| other.clone());
                found.entry(folder.clone()).or_default().extend(matching);
            }
        }
    }
    found
}

/// Whether a path fits a pattern of parts in which `*` stands for a part or a piece of one and `**` for any number of them.
fn matches(pattern: &RepoPath, path: &RepoPath) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.parts().collect(), path.parts().collect());
    // Which beginnings of the path the pattern so far can end at.
    let mut ends: BTreeSet<usize> = BTreeSet::from([0]);
    for part in pattern {
        ends = match part {
            "**" => ends.first().map(|first| (*first..=path.len()).collect()).unwrap_or_default(),
            part => ends.iter().filter(|at| path.get(**at).is_some_and(|name| part_matches(part, name))).map(|at| at + 1).collect(),
        };
    }
    ends.contains(&path.len())
}

fn part_matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern.eq_ignore_ascii_case(name),
        Some((start, end)) => name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end),
    }
}

impl DotnetProject<'_> {
    /// Whether it depends on a package, or on one whose name begins so (`Aspire.Hosting*`).
    pub(super) fn uses(&self, name: &str) -> bool {
        let mut names = self.package.dependencies.iter().map(|one| one.name.as_str());
        match name.strip_suffix('*') {
            Some(start) => names.any(|one| one.starts_with(start)),
            None => names.any(|one| one.eq_ignore_ascii_case(name)),
        }
    }

    /// A property of the project, or of the files that hold for its folder.
    pub(super) fn property(&self, name: &str) -> Option<&str> {
        let above = || self.defaults.iter().find_map(|one| one.properties.iter().find(|(key, _)| key == name));
        let imported = || self.imported.iter().find_map(|one| one.property(name));
        self.package.property(name).or_else(imported).or_else(|| above().map(|(_, value)| value.as_str()))
    }

    /// Whether a property is `true`.
    pub(super) fn is(&self, name: &str) -> bool {
        self.property(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The target framework, as stated by the project or for its folder.
    pub(super) fn target(&self) -> Option<&str> {
        let mut stated = std::iter::once(self.package).chain(self.imported.iter().copied()).filter_map(|one| one.target.as_deref());
        let own = stated.find(|target| !target.contains("$("));
        own.or_else(|| self.defaults.iter().find_map(|one| one.target.as_deref())).filter(|target| !target.contains("$("))
    }

    /// Whether it holds tests.
    pub(super) fn is_test(&self) -> bool {
        self.is("IsTestProject") || self.package.sdk.as_deref() == Some("MSTest.Sdk") || TEST_PACKAGES.iter().any(|name| self.uses(name))
    }

    /// Whether it starts the other projects on a developer's machine.
    pub(super) fn is_app_host(&self) -> bool {
        let sdk = self.package.sdk.as_deref().unwrap_or_default();
        sdk.eq_ignore_ascii_case("Aspire.AppHost.Sdk") || self.is("IsAspireHost") || self.uses("Aspire.Hosting.AppHost")
    }
}
