//! Folders that may be a deployable unit, with everything that manifests, code and image files say of each.
//! Decides only what is certainly none of them: tests, examples, declared libraries, roots that only join others.

use std::collections::BTreeMap;

use super::frameworks;
use super::programs::{self, Program};
use crate::classify::RepoMap;
use crate::finding::{Bootstrap, BootstrapKind, Dockerfile, Fact, Finding, Package, Project, ProjectKind, Workspace};
use crate::link::{Input, starts};
use crate::location::{Location, RepoPath};

/// A fact and where it stands.
pub(super) type Found<'a, T> = (&'a Location, &'a T);

/// An image file with the stage of it that is built, where one is named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Image<'a> {
    /// Where it starts.
    pub(super) at: &'a Location,
    /// What stands in it.
    pub(super) file: &'a Dockerfile,
    /// The stage.
    pub(super) target: Option<&'a str>,
}

/// A folder that may be deployed on its own.
#[derive(Debug, Default)]
pub(super) struct Unit<'a> {
    /// The folder.
    pub(super) folder: RepoPath,
    /// Its own manifest.
    pub(super) package: Option<Found<'a, Package>>,
    /// The manifests of the folders above, nearest first.
    pub(super) packages_above: Vec<Found<'a, Package>>,
    /// What workspace tools declare it to be.
    pub(super) projects: Vec<Found<'a, Project>>,
    /// Where code in it starts an application.
    pub(super) starts: Vec<Found<'a, Bootstrap>>,
    /// The program of Go that stands in it.
    pub(super) program: Option<Program<'a>>,
    /// The image files that build it.
    pub(super) images: Vec<Image<'a>>,
    /// Whether it lies among the sources of another unit: a template for what that one generates, or a part with a manifest of its own.
    pub(super) lies_in_source: bool,
    /// Whether it only joins other packages.
    pub(super) joins_others: bool,
}

impl<'a> Unit<'a> {
    /// The names that a person or another file may call it by: folder, project, package without scope; no duplicates.
    pub(super) fn names(&self) -> Vec<&'a str> {
        let mut names: Vec<&'a str> = Vec::new();
        let package = self.package.and_then(|(_, package)| package.name.as_deref()).map(without_scope);
        for name in self.projects.iter().map(|(_, project)| project.name.as_str()).chain(package) {
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether a workspace tool says that it is an application.
    pub(super) fn is_declared(&self, kind: ProjectKind) -> bool {
        self.projects.iter().any(|(_, project)| project.kind == kind)
    }

    /// Whether it is an extension of an editor: its host runs it, nobody deploys it.
    pub(super) fn is_extension(&self) -> bool {
        self.package.is_some_and(|(_, package)| package.engines.iter().any(|(name, _)| name == "vscode"))
    }

    /// Whether its targets only run tests against another unit.
    fn only_tests(&self) -> bool {
        let tests =
            |executor: &str| ["cypress", "playwright", "detox", "nightwatch", "protractor"].iter().any(|tool| executor.contains(tool));
        let harmless = |name: &str| name.starts_with("lint") || name == "format";
        self.projects.iter().any(|(_, project)| {
            let e2e = project.targets.iter().any(|(name, executor)| name.starts_with("e2e") || tests(executor));
            let builds = project
                .targets
                .iter()
                .any(|(name, executor)| !harmless(name) && !name.starts_with("e2e") && name != "test" && !tests(executor));
            project.name.ends_with("-e2e") || e2e && !builds
        })
    }
}

/// `api` of `@acme/api`.
pub(super) fn without_scope(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Folders of code that shows how something is used.
const EXAMPLE_FOLDERS: &[&str] = &[
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "playground",
    "playgrounds",
    "sandbox",
    "template",
    "templates",
    "benchmark",
    "benchmarks",
    ".devcontainer",
    ".github",
    ".storybook",
];

/// Whether a path lies among examples; the scanned root's own name does not count. An underscore hides a folder from the tools of Go.
pub(in crate::link) fn is_example(path: &RepoPath) -> bool {
    path.parts().any(|part| EXAMPLE_FOLDERS.contains(&part.trim_start_matches('_').to_ascii_lowercase().as_str()))
}

/// Whether a compose file only shows how something is used. Examples among the files of deployment are how the system is deployed.
pub(super) fn is_example_deployment(path: &RepoPath) -> bool {
    let deployment =
        |part: &str| matches!(part, "docker" | "dockers" | "deploy" | "deployment" | "deployments" | ".deploy" | "compose" | "infra");
    is_example(path) && (path.parts().any(|part| part.starts_with('.') && EXAMPLE_FOLDERS.contains(&part)) || !path.parts().any(deployment))
}

/// Collects the units, by folder.
pub(super) fn collect<'a>(input: &Input<'a>) -> BTreeMap<RepoPath, Unit<'a>> {
    let (map, findings) = (input.map, input.findings);
    let mut units: BTreeMap<RepoPath, Unit<'a>> = BTreeMap::new();
    let live = |path: &RepoPath| !map.is_test_folder(path) && !is_example(path);
    for finding in findings {
        match &finding.fact {
            Fact::Package(package) if live(&finding.at.path.parent()) && !programs::is_module(finding) => {
                let unit = unit_at(&mut units, &finding.at.path.parent());
                // The packages of npm beside a project of .NET only build its pages.
                if package.is_dotnet() || !unit.package.is_some_and(|(_, known)| known.is_dotnet()) {
                    unit.package = Some((&finding.at, package));
                }
            }
            Fact::Project(project) if live(&project.root) => {
                unit_at(&mut units, &project_folder(map, project)).projects.push((&finding.at, project));
            }
            _ => {}
        }
    }
    add_starts(input, &mut units);
    add_manifests_above(&mut units);
    programs::add(input, &mut units, &live);
    mark_roots(map, findings, &mut units);
    units.retain(|_, unit| !unit.only_tests());
    units
}

/// The folder of a project; one that is said to lie in the bare `src` of a package is that package.
fn project_folder(map: &RepoMap, project: &Project) -> RepoPath {
    let above = project.root.parent();
    let bare = matches!(project.root.name(), "src" | "app") && map.file(&project.root.join("package.json")).is_none();
    if bare && map.file(&above.join("package.json")).is_some() { above } else { project.root.clone() }
}

fn unit_at<'u, 'a>(units: &'u mut BTreeMap<RepoPath, Unit<'a>>, folder: &RepoPath) -> &'u mut Unit<'a> {
    units.entry(folder.clone()).or_insert_with(|| Unit { folder: folder.clone(), ..Unit::default() })
}

/// A start belongs to the nearest unit, unless it lies in a project folder of its own that no manifest names: `apps/worker/src/main.ts`.
/// A start that other files call for belongs to each of theirs too.
fn add_starts<'a>(input: &Input<'a>, units: &mut BTreeMap<RepoPath, Unit<'a>>) {
    // What a generator writes out starts nothing here.
    let is_live = |path: &RepoPath| {
        !path.stem().ends_with(".template") && input.map.file(path).is_some_and(|file| !file.is_test) && !is_example(path)
    };
    let mut starts: Vec<(&RepoPath, Found<'a, Bootstrap>)> = Vec::new();
    for finding in input.findings {
        if let Fact::Bootstrap(start) = &finding.fact {
            starts.push((&finding.at.path, (&finding.at, start)));
        }
    }
    starts.extend(starts::called(&input.names, input.findings).into_iter().map(|one| (&one.call_at.path, (one.call_at, one.start))));
    for (path, (at, start)) in starts {
        if start.kind == BootstrapKind::Setup || !is_live(path) {
            continue;
        }
        let nearest = nearest(units, path);
        let folder = own_folder(nearest.as_ref(), path).or(nearest).unwrap_or_else(|| path.parent());
        let unit = unit_at(units, &folder);
        if !unit.starts.iter().any(|(_, known)| std::ptr::eq(*known, start)) {
            unit.starts.push((at, start));
        }
    }
}

/// The nearest unit that holds a path.
pub(super) fn nearest(units: &BTreeMap<RepoPath, Unit<'_>>, path: &RepoPath) -> Option<RepoPath> {
    let mut folder = path.parent();
    loop {
        if units.contains_key(&folder) {
            return Some(folder);
        }
        if folder.is_root() {
            return None;
        }
        folder = folder.parent();
    }
}

/// Folders whose children are projects.
const PROJECT_GROUPS: &[&str] = &["apps", "services", "packages", "microservices", "servers", "projects", "modules"];

/// `apps/worker` of `apps/worker/src/main.ts`, and `server` of `server/src/main.ts`, below the unit.
fn own_folder(unit: Option<&RepoPath>, path: &RepoPath) -> Option<RepoPath> {
    let base = unit.map_or(0, |folder| folder.parts().count());
    let parts: Vec<&str> = path.parts().collect();
    let inner = parts.get(base..parts.len().checked_sub(1)?)?;
    let depth = match inner {
        [group, _, ..] if PROJECT_GROUPS.contains(group) => 2,
        [first, "src", ..] if *first != "src" => 1,
        _ => return None,
    };
    Some(RepoPath::new(&parts[..base + depth].join("/")))
}

fn add_manifests_above(units: &mut BTreeMap<RepoPath, Unit<'_>>) {
    let manifests: Vec<(RepoPath, Found<'_, Package>)> =
        units.values().filter_map(|unit| Some((unit.folder.clone(), unit.package?))).collect();
    let folders: Vec<RepoPath> = units.keys().filter(|folder| !folder.is_root()).cloned().collect();
    for unit in units.values_mut() {
        unit.lies_in_source = folders.iter().any(|folder| *folder != unit.folder && unit.folder.is_within(&folder.join("src")));
        let above = manifests.iter().rev().filter(|(folder, _)| *folder != unit.folder && unit.folder.is_within(folder));
        let mut above: Vec<_> = above.collect();
        above.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.as_str().len()));
        unit.packages_above = above.into_iter().map(|(_, found)| *found).collect();
    }
}

/// A folder that workspace files stand in joins other units, and is none itself unless code there starts something, or it is set up and
/// started as an application of a framework.
fn mark_roots(map: &RepoMap, findings: &[Finding], units: &mut BTreeMap<RepoPath, Unit<'_>>) {
    for finding in findings {
        if matches!(&finding.fact, Fact::Workspace(workspace) if joins(workspace))
            && let Some(unit) = units.get_mut(&finding.at.path.parent())
        {
            unit.joins_others = true;
        }
    }
    for unit in units.values_mut() {
        unit.joins_others |= unit.package.is_some_and(|(_, package)| !package.workspaces.is_empty());
        let is_application = frameworks::can_start(unit) && frameworks::is_configured(unit, map);
        unit.joins_others &= unit.starts.is_empty() && unit.program.is_none() && !unit.is_declared(ProjectKind::Application);
        unit.joins_others &= !is_application;
    }
}

/// Whether a workspace file names members. Turborepo takes them from the package manager, and each member may have a `turbo.json` of its
/// own; pnpm keeps settings of a single package in the same file.
fn joins(workspace: &Workspace) -> bool {
    match workspace.tool {
        "Turborepo" => false,
        "pnpm" => workspace.members.iter().any(|member| member.as_str() != "."),
        _ => true,
    }
}
