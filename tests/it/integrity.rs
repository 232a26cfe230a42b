//! The parts of the project that belong together: extractor, source, query, fixture, list in the README.

use std::collections::BTreeSet;
use std::fs;

use crate::scratch::{files_below, folders_in, project};

/// Extractors that are a part of every reading of their language have no case of their own.
const SHARED: &[&str] = &[];

#[test]
fn every_extractor_has_its_source_and_its_fixture() {
    let mut faults = Vec::new();
    for one in reposcan::understood() {
        let path = one.id.replace('.', "/");
        let language = path.split('/').next().unwrap_or_default();
        let places = [format!("{path}.rs"), format!("{path}/mod.rs"), format!("{language}/mod.rs")];
        let stated = |place: &String| {
            let text = fs::read_to_string(project().join("src/extract").join(place)).unwrap_or_default();
            text.contains(&format!("id: \"{}\"", one.id))
        };
        if !places.iter().any(stated) {
            faults.push(format!("{} is not stated in src/extract/{path}.rs", one.id));
        }
        if folders_in(&project().join("fixtures").join(&path)).is_empty() && !SHARED.contains(&one.id) {
            faults.push(format!("{} has no case under fixtures/{path}/", one.id));
        }
        if one.about.is_empty() {
            faults.push(format!("{} does not say what it understands", one.id));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_query_file_has_an_extractor() {
    let used: BTreeSet<String> = reposcan::understood().iter().flat_map(|one| one.queries.iter().map(|id| format!("{id}.scm"))).collect();
    let files: BTreeSet<String> = files_below(&project().join("queries")).iter().map(|path| path.to_string_lossy().into_owned()).collect();
    assert_eq!(used, files);
}

#[test]
fn every_fixture_belongs_to_an_extractor() {
    // What several extractors share has a query file and fixtures of its own.
    let all = reposcan::understood();
    let ids: BTreeSet<String> =
        all.iter().flat_map(|one| one.queries.iter().map(|id| (*id).to_owned()).chain([one.id.replace('.', "/")])).collect();
    let mut strays = Vec::new();
    for language in folders_in(&project().join("fixtures")) {
        let name = language.file_name().expect("a name").to_string_lossy().into_owned();
        if matches!(name.as_str(), "systems" | "examples") {
            continue;
        }
        for framework in folders_in(&language) {
            let id = format!("{name}/{}", framework.file_name().expect("a name").to_string_lossy());
            if !ids.contains(&id) {
                strays.push(id);
            }
        }
    }
    assert_eq!(strays, Vec::<String>::new());
}

#[test]
fn extractor_ids_are_unique_and_sorted_within_their_language() {
    let ids: Vec<&str> = reposcan::understood().iter().map(|one| one.id).collect();
    let unique: BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
}

#[test]
fn the_readme_lists_every_extractor() {
    let readme = fs::read_to_string(project().join("README.md")).expect("README.md");
    let missing: Vec<&str> = reposcan::understood().iter().map(|one| one.id).filter(|id| !readme.contains(&format!("`{id}`"))).collect();
    assert_eq!(missing, Vec::<&str>::new(), "README.md does not name these extractors");
}

#[test]
fn every_dependency_is_explained() {
    let manifest = fs::read_to_string(project().join("Cargo.toml")).expect("Cargo.toml");
    let architecture = fs::read_to_string(project().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let mut missing = Vec::new();
    let mut section = "";
    for line in manifest.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if matches!(section, "dependencies" | "dev-dependencies")
            && let Some((name, _)) = line.split_once(" = ")
            && !architecture.contains(&format!("`{name}`"))
        {
            missing.push(name);
        }
    }
    assert_eq!(missing, Vec::<&str>::new(), "ARCHITECTURE.md does not say why these dependencies are there");
}
