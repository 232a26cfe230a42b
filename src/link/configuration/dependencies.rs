//! `dependency_management`: package managers with their lock files, private registries, installs that keep to the lock file.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::FileKind;
use crate::finding::{Fact, PackageRegistry};
use crate::link::Input;
use crate::link::sentence::{counted, joined, quoted};
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// Lock file -> package manager.
const LOCK_FILES: &[(&str, &str)] = &[
    ("yarn.lock", "Yarn"),
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
    ("pnpm-lock.yaml", "pnpm"),
    ("bun.lockb", "Bun"),
    ("bun.lock", "Bun"),
    ("go.sum", "Go modules"),
    ("packages.lock.json", "NuGet"),
];

pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    managers(input, model);
    registries(input, model);
    installs(input, model);
}

fn managers(input: &Input<'_>, model: &mut Model) {
    let mut locks: BTreeMap<&str, Vec<&RepoPath>> = BTreeMap::new();
    for file in input.map.files.iter().filter(|file| file.kind == FileKind::LockFile && !file.is_test) {
        if let Some((_, manager)) = LOCK_FILES.iter().find(|(name, _)| *name == file.path.name()) {
            locks.entry(manager).or_default().push(&file.path);
            model.prove(&Location::new(&file.path, 1), "lock file", &["configuration", "dependency_management", "package_managers"]);
        }
    }
    let mut stated: BTreeSet<&str> = BTreeSet::new();
    for finding in input.findings {
        if let Fact::Package(package) = &finding.fact
            && let Some(manager) = &package.package_manager
        {
            stated.insert(manager.split('+').next().unwrap_or(manager));
            model.prove(&finding.at, "package manager", &["configuration", "dependency_management", "package_managers"]);
        }
    }
    let mut parts: Vec<String> = locks
        .iter_mut()
        .map(|(manager, files)| {
            files.sort_by_key(|path| (path.parts().count(), path.as_str().to_owned()));
            let word = if files.len() == 1 { "lock file" } else { "lock files" };
            format!("{manager} with the {word} {}", quoted(files.iter().map(|path| path.as_str()), 3))
        })
        .collect();
    if !stated.is_empty() {
        parts.push(format!("`packageManager` asks for {}", quoted(stated, 4)));
    }
    if !parts.is_empty() {
        model.configuration.dependency_management.insert("package_managers".to_owned(), format!("{}.", parts.join("; ")));
    }
}

fn registries(input: &Input<'_>, model: &mut Model) {
    let mut texts = BTreeSet::new();
    for finding in input.findings {
        if let Fact::PackageRegistry(registry) = &finding.fact {
            texts.insert(describe_registry(finding.at.path.as_str(), registry));
            model.prove(&finding.at, "package registry", &["configuration", "dependency_management", "private_registries"]);
        }
    }
    if !texts.is_empty() {
        let text = texts.into_iter().collect::<Vec<_>>().join(" ");
        model.configuration.dependency_management.insert("private_registries".to_owned(), text);
    }
}

fn describe_registry(path: &str, registry: &PackageRegistry) -> String {
    let what = registry.scope.as_ref().map_or_else(|| "packages".to_owned(), |scope| format!("packages of `{scope}`"));
    let whence = if registry.host.is_empty() { "a registry of its own".to_owned() } else { format!("`{}`", registry.host) };
    let token = match &registry.token_variable {
        Some(variable) => format!(", with the token in the variable `{variable}`"),
        None if registry.token_in_file => ", with a token that stands in the file".to_owned(),
        None => String::new(),
    };
    format!("`{path}` takes {what} from {whence}{token}.")
}

/// Commands that install exactly what the lock file says.
pub(in crate::link) fn is_frozen(install: &str) -> bool {
    let starts = ["npm ci", "npm clean-install", "pnpm fetch", "go mod verify"];
    let options = ["--frozen-lockfile", "--immutable", "--locked-mode", "-mod=readonly", "-mod=vendor"];
    let words: Vec<&str> = install.split_whitespace().collect();
    starts.iter().any(|start| install.starts_with(start)) || options.iter().any(|option| words.contains(option))
}

fn installs(input: &Input<'_>, model: &mut Model) {
    let mut frozen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::Dockerfile(file) = &finding.fact {
            let all = file.stages.iter().flat_map(|stage| &stage.installs).filter(|install| is_frozen(install));
            for install in all {
                frozen.entry(install).or_default().insert(finding.at.path.as_str());
                model.prove(&finding.at, "locked install", &["configuration", "dependency_management", "locked_installs"]);
            }
        }
    }
    if frozen.is_empty() {
        return;
    }
    let files: usize = frozen.values().flatten().collect::<BTreeSet<_>>().len();
    let commands: Vec<String> = frozen.keys().map(|command| format!("`{command}`")).collect();
    let text = format!(
        "{} {} exactly what the lock file says: {}.",
        counted(files, "Dockerfile"),
        if files == 1 { "installs" } else { "install" },
        joined(&commands)
    );
    model.configuration.dependency_management.insert("locked_installs".to_owned(), text);
}
