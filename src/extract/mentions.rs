//! Where the names of environment variables stand that are only declared or only read: a name that stands nowhere else is told.
//! Looks at texts and parses none; a name in a comment counts, since a claim that nothing knows a variable must be safe.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;

use super::{Read, is_name_byte};
use crate::classify::{File, FileKind, RepoMap};
use crate::finding::{Fact, Finding, Mentioned, VariableMention};
use crate::location::Location;

/// A repository that declares more variables than this without reading them is no application of this kind.
const MOST: usize = 2_000;

/// Texts that are larger hold data.
const LARGEST: u64 = 512 * 1024;

/// Files without a kind of their own that are code or configuration.
const TEXTS: &[&str] = &[
    "astro",
    "bat",
    "cfg",
    "clj",
    "cmd",
    "conf",
    "cr",
    "dart",
    "ex",
    "exs",
    "erl",
    "go",
    "gradle",
    "groovy",
    "hcl",
    "html",
    "ini",
    "j2",
    "java",
    "jl",
    "js",
    "kt",
    "kts",
    "lua",
    "mk",
    "nix",
    "php",
    "pl",
    "properties",
    "proto",
    "r",
    "rb",
    "rs",
    "scala",
    "sbt",
    "svelte",
    "swift",
    "tmpl",
    "toml",
    "vue",
    "xml",
    "zig",
    "zsh",
];

/// The mentions of variables that one side alone knows, so far as they stand elsewhere.
pub(super) fn find(map: &RepoMap, read: Read<'_>, found: &[Vec<Finding>]) -> Vec<(usize, Finding)> {
    let (declared, used) = names(found);
    let open: Vec<&str> = declared.symmetric_difference(&used).copied().filter(|name| name.len() > 2).collect();
    // Without a declaration there is nothing to compare.
    if declared.is_empty() || open.is_empty() || open.len() > MOST {
        return Vec::new();
    }
    let Ok(names) = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&open) else { return Vec::new() };
    let look = |(at, file): (usize, &File)| {
        let place = place(file, &found[at])?;
        let bytes = read(&file.path).ok()?;
        let own: BTreeSet<usize> = whole(&names, &bytes).collect();
        Some((at, place, own))
    };
    let files: Vec<(usize, &File)> = map.files.iter().enumerate().collect();
    let looked: Vec<(usize, Mentioned, BTreeSet<usize>)> = files.into_par_iter().filter_map(look).collect();
    let mut told: BTreeSet<(usize, Mentioned)> = BTreeSet::new();
    let mut mentions = Vec::new();
    for (at, place, own) in looked {
        for name in own.into_iter().filter(|name| told.insert((*name, place))) {
            let fact = Fact::VariableMention(VariableMention { name: open[name].to_owned(), place });
            mentions.push((at, Finding { extractor: "configuration.dotenv", at: Location::new(&map.files[at].path, 1), fact }));
        }
    }
    mentions
}

/// The names that files declare or deployments set, and those that code reads.
fn names(found: &[Vec<Finding>]) -> (BTreeSet<&str>, BTreeSet<&str>) {
    let (mut declared, mut used) = (BTreeSet::new(), BTreeSet::new());
    for finding in found.iter().flatten() {
        match &finding.fact {
            Fact::EnvironmentDeclaration(one) => _ = declared.insert(one.name.as_str()),
            Fact::ComposeService(service) => declared.extend(service.environment.iter().map(String::as_str)),
            Fact::KubernetesResource(resource) => {
                declared.extend(resource.containers.iter().flat_map(|pod| pod.environment.keys()).map(String::as_str));
            }
            Fact::EnvironmentRead(read) => _ = used.insert(read.name.as_str()),
            _ => {}
        }
    }
    (declared, used)
}

/// What it means that a name stands in a file; `None` for files that prove nothing: environment files themselves, prose, data.
fn place(file: &File, found: &[Finding]) -> Option<Mentioned> {
    if file.size > LARGEST {
        return None;
    }
    // A file of YAML that deploys nothing may hold the settings that a program reads: `host: $(DB_HOST)`.
    let deploys = || {
        let in_chart = file.path.name().starts_with("values") || file.path.parent().parts().any(|part| part == "templates");
        in_chart || found.iter().any(|one| matches!(one.fact, Fact::KubernetesResource(_) | Fact::ComposeFile(_) | Fact::Pipeline(_)))
    };
    match file.kind {
        FileKind::Yaml if !deploys() => Some(Mentioned::Beside),
        FileKind::DotEnv | FileKind::LockFile | FileKind::Markdown | FileKind::IgnoreFile | FileKind::Diagram => None,
        FileKind::Compose | FileKind::Yaml | FileKind::Template | FileKind::Chart | FileKind::Terraform | FileKind::SystemdUnit => {
            Some(Mentioned::InDeployment)
        }
        FileKind::Other => TEXTS.contains(&file.path.extension().to_ascii_lowercase().as_str()).then_some(Mentioned::InCode),
        FileKind::TypeScript | FileKind::Tsx | FileKind::JavaScript | FileKind::CSharp | FileKind::Go => Some(Mentioned::InCode),
        _ => Some(Mentioned::Beside),
    }
}

/// The names in a text that are no part of a longer one.
fn whole<'t>(names: &'t AhoCorasick, bytes: &'t [u8]) -> impl Iterator<Item = usize> + 't {
    let is_part = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|byte| is_name_byte(*byte) && *byte != b'$');
    let found = names.find_iter(bytes).filter(move |one| !is_part(one.start().checked_sub(1)) && !is_part(Some(one.end())));
    found.map(|one| one.pattern().as_usize())
}
