//! Where the names of environment variables stand that are only declared or only read: a name that stands nowhere else is told.
//! Looks at texts and parses none; a name in a comment counts, since a claim that nothing knows a variable must be safe.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;

use super::{Read, Reuse, is_name_byte};
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
pub(super) fn find(map: &RepoMap, read: Read<'_>, found: &[Vec<Finding>], reuse: &Reuse<'_>) -> Vec<(usize, Finding)> {
    let (declared, used) = names(found);
    let open: Vec<&str> = declared.symmetric_difference(&used).copied().filter(|name| name.len() > 2).collect();
    // Without a declaration there is nothing to compare.
    if declared.is_empty() || open.is_empty() || open.len() > MOST {
        return Vec::new();
    }
    let starts: BTreeSet<&str> = open.iter().flat_map(|name| starts(name)).collect();
    let patterns: Vec<&str> = open.iter().copied().chain(starts).collect();
    let Ok(names) = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns) else { return Vec::new() };
    let look = |(at, file): (usize, &File)| {
        let place = place(file, &found[at])?;
        if let Some(own) = reuse.standing(&file.path, &open) {
            return Some((at, place, own));
        }
        let bytes = read(&file.path).ok()?;
        let own: BTreeSet<usize> = stands(&names, open.len(), &bytes).flat_map(|one| meant(&open, &patterns, one)).collect();
        Some((at, place, own))
    };
    let files: Vec<(usize, &File)> = map.files.iter().enumerate().collect();
    let looked: Vec<(usize, Mentioned, BTreeSet<usize>)> = files.into_par_iter().filter_map(look).collect();
    reuse.keep_standing(&open, looked.iter().map(|(at, _, own)| (&map.files[*at].path, own)));
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
    // Snapshots of models that a tool writes beside migrations take most of the bytes of some repositories, and read no variable.
    if file.size > LARGEST || file.is_generated && file.kind == FileKind::CSharp {
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

/// The beginnings of a name that code may put the rest behind: `API_RATE_LIMIT_` of `API_RATE_LIMIT_FREE`.
fn starts(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('_').skip(1).map(|(at, _)| &name[..=at]).filter(|start| start.len() < name.len())
}

/// The names that a pattern stands for: itself, or all that begin with it.
fn meant<'p>(open: &'p [&str], patterns: &'p [&str], pattern: usize) -> Vec<usize> {
    if pattern < open.len() {
        return vec![pattern];
    }
    (0..open.len()).filter(|at| open[*at].starts_with(patterns[pattern])).collect()
}

/// The patterns in a text that are no part of a longer name; the beginning of a name counts where code goes on: `` `API_LIMIT_${tier}` ``.
fn stands<'t>(names: &'t AhoCorasick, whole: usize, bytes: &'t [u8]) -> impl Iterator<Item = usize> + 't {
    let is_part = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|byte| is_name_byte(*byte) && *byte != b'$');
    let goes_on = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b'$' | b'{' | b'%' | b'"' | b'\'' | b'`'));
    let found = names.find_iter(bytes).filter(move |one| {
        let ends = if one.pattern().as_usize() < whole { !is_part(Some(one.end())) } else { goes_on(one.end()) };
        !is_part(one.start().checked_sub(1)) && ends
    });
    found.map(|one| one.pattern().as_usize())
}
