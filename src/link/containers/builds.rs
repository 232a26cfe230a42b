//! Which unit an image file builds: by what it is told to build, what it copies and starts, where it stands and what it is called.
//! When nothing proves a unit, there is none: an image file at the root of many projects is never given to the first of them.

use std::collections::BTreeMap;

use super::affinity::{self, Affinity};
use super::units::{Image, Unit, nearest};
use super::{dotnet, frameworks, platforms, programs};
use crate::finding::{DockerStage, Dockerfile, ImageBuild, ProjectKind};
use crate::link::images;
use crate::link::projects::is_test_package;
use crate::location::RepoPath;

/// The folder of the unit that an image file builds, for a build that a compose file describes or for the file alone.
pub(super) fn unit_of(units: &BTreeMap<RepoPath, Unit<'_>>, image: Image<'_>, build: Option<&ImageBuild>) -> Option<RepoPath> {
    let (at, file) = (image.at, image.file);
    if let Some(project) = dotnet::image_unit(units, image) {
        return Some(project);
    }
    if platforms::of_image(file).is_some_and(|platform| !platform.runs_npm) {
        return platforms::of_image(file).filter(|platform| platform.runs_go()).and_then(|_| programs::unit_of(units, image, build));
    }
    let stages = shipped(file, image.target);
    let is_test = |folder: &RepoPath| units.get(folder).and_then(|unit| unit.package).is_some_and(|(_, package)| is_test_package(package));
    let own = nearest(units, &at.path).filter(|folder| !folder.is_root() && !is_test(folder));
    by_argument(units, build.map(|build| &build.arguments))
        .or(own)
        .or_else(|| by_name(units, image.target))
        .or_else(|| by_words(units, stages.iter().flat_map(|stage| stage.entrypoint.iter().chain(&stage.command))))
        .or_else(|| by_words(units, stages.iter().flat_map(|stage| &stage.workdir)))
        .or_else(|| by_words(units, reached(file, image.target).into_iter().flat_map(|stage| &stage.builds)))
        .or_else(|| by_words(units, stages.iter().flat_map(|stage| copied(stage))))
        .or_else(|| by_path(units, &at.path))
        .or_else(|| build.and_then(|build| context_unit(units, &build.context)))
        .or_else(|| root_unit(units, file, build))
}

/// The unit that the path of an image file names: `Dockerfile.user`, `docker/user/Dockerfile`.
pub(super) fn by_path(units: &BTreeMap<RepoPath, Unit<'_>>, path: &RepoPath) -> Option<RepoPath> {
    by_name(units, variant(path)).or_else(|| by_name(units, Some(path.parent().name())))
}

/// The unit at the root, when the image file copies the root's code: one that only installs a tool builds something else.
fn root_unit(units: &BTreeMap<RepoPath, Unit<'_>>, file: &Dockerfile, build: Option<&ImageBuild>) -> Option<RepoPath> {
    let root = units.get(&RepoPath::new("")).filter(|unit| !unit.joins_others)?;
    if root.starts.is_empty() && !frameworks::can_start(root) {
        return None;
    }
    let is_code = |source: &String| {
        let source = source.trim_start_matches("./");
        matches!(source, "" | "." | "*" | "src" | "src/" | "dist" | "dist/" | "build" | "app")
            || source.starts_with("package")
            || source.starts_with("src/")
    };
    let copies = file.stages.iter().flat_map(|stage| &stage.copies).filter(|copy| copy.from.is_none());
    let of_root = build.is_none_or(|build| build.context.is_root());
    (of_root && copies.flat_map(|copy| &copy.sources).any(is_code)).then(|| root.folder.clone())
}

/// The stages that end in the image: the named one or the last, and those it starts from.
pub(in crate::link) fn shipped<'a>(file: &'a Dockerfile, target: Option<&str>) -> Vec<&'a DockerStage> {
    let named = target.and_then(|target| file.stages.iter().position(|stage| stage.name.as_deref() == Some(target)));
    let mut next = named.or_else(|| file.stages.len().checked_sub(1));
    let mut stages = Vec::new();
    while let Some(at) = next.filter(|_| stages.len() < file.stages.len()) {
        let Some(stage) = file.stages.get(at) else { break };
        stages.push(stage);
        next = stage.base_stage;
    }
    stages
}

/// Whether the image is one that runs something of its own: a builder or a tool box for pipelines starts nothing.
pub(super) fn is_shipped(image: Image<'_>) -> bool {
    let stages = shipped(image.file, image.target);
    stages.iter().any(|stage| {
        stage.command.is_some()
            || stage.entrypoint.is_some()
            || !stage.ports.is_empty()
            || stage.base.as_deref().is_some_and(|base| images::software(base).is_some())
    })
}

/// The stages that an image is made of: what is shipped, and all that is copied into it from other stages.
pub(super) fn reached<'a>(file: &'a Dockerfile, target: Option<&str>) -> Vec<&'a DockerStage> {
    let mut found: Vec<&'a DockerStage> = shipped(file, target);
    let mut next = 0;
    while let Some(stage) = found.get(next).copied() {
        next += 1;
        let sources = stage.copies.iter().filter_map(|copy| copy.from.as_deref());
        let copied = sources.filter_map(|from| file.stages.iter().find(|other| other.name.as_deref() == Some(from)));
        let base = stage.base_stage.and_then(|at| file.stages.get(at));
        for other in copied.chain(base) {
            if !found.iter().any(|known| std::ptr::eq(*known, other)) {
                found.push(other);
            }
        }
    }
    found
}

/// Words of image files that are no product of their own: for machines of developers and pipelines, tests, or another way to build the same.
const SIDE_WORDS: &[&str] = &[
    "dev",
    "development",
    "debug",
    "test",
    "tests",
    "testing",
    "e2e",
    "loadtest",
    "integration",
    "integrationtest",
    "ci",
    "build",
    "builder",
    "base",
    "local",
    "hack",
    "lint",
    "prod",
    "production",
    "staging",
    "release",
    "alpine",
    "debian",
    "ubuntu",
    "distroless",
    "arm64",
    "amd64",
    "linux",
    "win",
    "windows",
    "document",
    "docker",
    "dockers",
    "dockerfiles",
    "images",
    "image",
    "deploy",
    "deployment",
    "make",
    "tools",
    "toolchain",
    "toolbox",
    "goreleaser",
];

/// The name of what an image file builds where no manifest tells it: that of the file or of its folder.
pub(super) fn own_name(path: &RepoPath) -> Option<&str> {
    let side = |part: &str| part.split(|c: char| !c.is_alphanumeric()).any(|word| SIDE_WORDS.contains(&word.to_ascii_lowercase().as_str()));
    let folder = path.parent();
    if folder.parts().any(|part| part.split(['-', '_', '.']).any(|word| matches!(word, "test" | "tests" | "e2e" | "hack" | "integration")))
    {
        return None;
    }
    match variant(path) {
        Some(name) => Some(name).filter(|name| !side(name)),
        None => path.as_str().rsplit('/').nth(1).filter(|name| !side(name)),
    }
}

/// What a stage copies in from other stages; sources of the build context say less, since they are often everything.
fn copied(stage: &DockerStage) -> impl Iterator<Item = &String> {
    stage.copies.iter().filter(|copy| copy.from.is_some()).flat_map(|copy| &copy.sources)
}

/// Words of the names of build arguments that choose what is built; `API_HOST=api` chooses nothing.
const CHOOSING: &[&str] = &[
    "app",
    "application",
    "project",
    "package",
    "service",
    "target",
    "workspace",
    "module",
    "component",
    "scope",
    "name",
    "path",
    "dir",
    "folder",
    "build",
];

/// A build argument that is the name or folder of a unit: `APP=api`, `PACKAGE_PATH=apps/api`.
fn by_argument(units: &BTreeMap<RepoPath, Unit<'_>>, arguments: Option<&BTreeMap<String, String>>) -> Option<RepoPath> {
    let chooses = |name: &str| name.to_ascii_lowercase().split('_').all(|word| CHOOSING.contains(&word));
    arguments?.iter().filter(|(name, _)| chooses(name)).find_map(|(_, value)| {
        let folder = RepoPath::new(value);
        let exact = units.get(&folder).filter(|_| !folder.is_root()).map(|unit| unit.folder.clone());
        exact.or_else(|| by_name(units, Some(value)))
    })
}

/// The one unit whose folder or name stands in the words of commands and paths.
fn by_words<'w>(units: &BTreeMap<RepoPath, Unit<'_>>, words: impl Iterator<Item = &'w String>) -> Option<RepoPath> {
    let lines: Vec<&str> = words.map(String::as_str).collect();
    let applications = || units.values().filter(|unit| !unit.folder.is_root() && !unit.is_declared(ProjectKind::Library));
    let in_path = |unit: &&Unit<'_>| lines.iter().any(|line| line.split_whitespace().any(|word| holds_path(word, &unit.folder)));
    let named = |unit: &&Unit<'_>| {
        lines.iter().any(|line| line.split([' ', '=', ':']).filter_map(project_word).any(|word| unit.names().contains(&word)))
    };
    one(applications().filter(in_path)).or_else(|| one(applications().filter(named)))
}

/// A word that may name a project: a package with or without scope, no path.
fn project_word(word: &str) -> Option<&str> {
    let word = word.trim_end_matches("...");
    if word.starts_with('@') { Some(super::units::without_scope(word)) } else { Some(word).filter(|word| !word.contains('/')) }
}

/// The only unit, or the innermost where the others hold it.
fn one<'u, 'a: 'u>(found: impl Iterator<Item = &'u Unit<'a>>) -> Option<RepoPath> {
    let folders: Vec<&RepoPath> = found.map(|unit| &unit.folder).collect();
    let deepest = folders.iter().max_by_key(|folder| folder.as_str().len())?;
    folders.iter().all(|folder| deepest.is_within(folder)).then(|| (*deepest).clone())
}

/// Whether the folder stands in a path, whole parts only: `apps/api` in `/app/dist/apps/api/main.js`.
fn holds_path(word: &str, folder: &RepoPath) -> bool {
    let parts: Vec<&str> = word.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let wanted: Vec<&str> = folder.parts().collect();
    parts.windows(wanted.len()).any(|run| run == wanted.as_slice())
}

/// `user` of `Dockerfile.user`, `user.Dockerfile`, `Dockerfile.user.alpine`.
pub(super) fn variant(path: &RepoPath) -> Option<&str> {
    let name = path.name();
    let ends = ["Dockerfile", "dockerfile", "Containerfile"];
    let rest = ends.iter().find_map(|end| name.strip_prefix(end).or_else(|| name.strip_suffix(end)))?;
    let mut name = rest.trim_matches(['.', '-', '_']);
    // Another way to build the same is no other unit: `Dockerfile.server.multiarch`.
    while let Some((head, last)) = name.rsplit_once(['.', '-', '_']) {
        if !WAYS_TO_BUILD.contains(&last.to_ascii_lowercase().as_str()) || head.is_empty() {
            break;
        }
        name = head;
    }
    Some(name).filter(|rest| !rest.is_empty())
}

/// Words at the end of the name of an image file that say how the same thing is built.
const WAYS_TO_BUILD: &[&str] = &[
    "multiarch",
    "rootless",
    "alpine",
    "debian",
    "ubuntu",
    "slim",
    "distroless",
    "scratch",
    "dev",
    "prod",
    "production",
    "release",
    "arm64",
    "amd64",
    "arm",
    "linux",
    "nonroot",
];

fn by_name(units: &BTreeMap<RepoPath, Unit<'_>>, name: Option<&str>) -> Option<RepoPath> {
    let name = name.filter(|name| !name.is_empty())?;
    affinity::best(units.values(), &[name], Affinity::Alike).map(|unit| unit.folder.clone())
}

/// The unit of a build context, when the context is no folder that only joins others.
fn context_unit(units: &BTreeMap<RepoPath, Unit<'_>>, context: &RepoPath) -> Option<RepoPath> {
    units.get(context).filter(|unit| !unit.joins_others && !unit.folder.is_root()).map(|unit| unit.folder.clone())
}
