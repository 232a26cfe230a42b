//! Who may import whom, read from the `use` lines and paths of the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::scratch::{files_below, project};

/// Room -> the rooms that it may use. A room that is not here may use none.
const MAY_USE: &[(&str, &[&str])] = &[
    ("location", &[]),
    ("gap", &["location"]),
    ("model", &["location"]),
    ("vendored", &[]),
    ("tree", &["gap", "location", "revision", "source", "walk"]),
    ("walk", &["gap", "location", "source", "tree", "vendored"]),
    ("revision", &["gap", "location", "source", "tree", "vendored", "walk"]),
    ("source", &["gap", "location"]),
    ("finding", &["gap", "location"]),
    ("syntax", &["location", "source"]),
    ("classify", &["gap", "location", "source"]),
    ("extract", &["classify", "finding", "gap", "location", "source", "syntax"]),
    ("link", &["classify", "finding", "gap", "location", "model"]),
    ("document", &["gap", "location", "model"]),
    ("diff", &["document"]),
    ("landscape", &["document"]),
    ("scan", &["classify", "document", "extract", "gap", "link", "location", "model", "revision", "source", "tree", "walk"]),
];

/// `model` holds the gaps of a scan as they are, and both are plain data.
const ALSO: &[(&str, &str)] = &[("model", "gap")];

/// The code of a file without its unit tests, comments and texts of documentation.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// The names after each `crate::` of a code, also of `use crate::{a, b::c}`.
fn used(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, found) in code.match_indices("crate::") {
        if code[..at].ends_with("$") {
            continue;
        }
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            Some(group) => rooms.extend(group_heads(group)),
            None => rooms.extend(head(rest)),
        }
    }
    rooms
}

fn head(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    (!name.is_empty()).then_some(name)
}

fn group_heads(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut start) = (0, Vec::new(), 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | ',' if depth == 0 => {
                heads.extend(head(group[start..at].trim()));
                start = at + 1;
                if letter == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    heads
}

/// The room of a file: the first part of its path under `src`.
fn room(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first)
}

fn sources() -> Vec<(String, String)> {
    let root = project().join("src");
    let rust = files_below(&root).into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    rust.map(|path| (path.to_string_lossy().into_owned(), code(&fs::read_to_string(root.join(&path)).expect("a source")))).collect()
}

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut faults = Vec::new();
    for (path, code) in sources() {
        let here = room(&path);
        // `trial` runs the pipeline for unit tests and stands in no build.
        if matches!(here, "lib" | "bin" | "trial") {
            continue;
        }
        let Some(allowed) = table.get(here) else {
            faults.push(format!("{path}: the room {here} is not in the table"));
            continue;
        };
        for other in used(&code) {
            if other != here && other != "trial" && !allowed.contains(&other.as_str()) && !ALSO.contains(&(here, other.as_str())) {
                faults.push(format!("{path} uses {other}"));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn the_command_uses_the_public_interface_only() {
    let manifest = fs::read_to_string(project().join("src/lib.rs")).expect("lib.rs");
    let mut faults = Vec::new();
    for (path, code) in sources().into_iter().filter(|(path, _)| room(path) == "bin") {
        for (at, found) in code.match_indices("reposcan::") {
            let name = head(&code[at + found.len()..]);
            let public = |name: &String| manifest.lines().any(|line| line.starts_with("pub ") && line.contains(name.as_str()));
            if name.as_ref().is_some_and(|name| !public(name)) {
                faults.push(format!("{path} uses {name:?}"));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_language_does_not_use_another_language() {
    let mut faults = Vec::new();
    let languages: BTreeSet<String> = sources()
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("extract/")?.split_once('/').map(|(language, _)| language.to_owned()))
        .collect();
    assert!(languages.contains("typescript"));
    for (path, code) in sources() {
        let Some((here, _)) = path.strip_prefix("extract/").and_then(|rest| rest.split_once('/')) else { continue };
        for other in languages.iter().filter(|other| *other != here) {
            if code.contains(&format!("extract::{other}")) || code.contains(&format!("super::super::{other}")) {
                faults.push(format!("{path} uses {other}"));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn only_tree_and_walk_touch_the_disk_and_nothing_runs_a_program() {
    let mut faults = Vec::new();
    for (path, code) in sources() {
        let here = room(&path);
        for word in ["std::fs", "File::open", "std::process::Command", "std::net", "Command::new"] {
            let allowed = here == "bin" || matches!(here, "tree" | "walk") && matches!(word, "std::fs" | "File::open");
            if !allowed && code.contains(word) {
                faults.push(format!("{path} holds {word}"));
            }
        }
        let json_output = ["serde_json::to_", "derive(Serialize", "Serialize,"];
        // `toJson` is a function of Go templates; what it gives is read as YAML and not printed.
        let template = path.starts_with("syntax/gotemplate/");
        // Changes are a form of their own, in one file.
        let changes = path == "diff/change.rs";
        if !matches!(here, "document" | "bin") && !changes && !template && json_output.iter().any(|word| code.contains(word)) {
            faults.push(format!("{path} writes JSON"));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn every_source_opens_with_what_it_is() {
    let root = project().join("src");
    let bare: Vec<String> = files_below(&root)
        .into_iter()
        .filter(|path| !fs::read_to_string(root.join(path)).expect("a source").starts_with("//! "))
        .map(|path| path.display().to_string())
        .collect();
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn the_reader_of_imports_reads_them() {
    let text = "use crate::a::{b, c};\nuse crate::{d, e::{f, g}, h};\nlet x = crate::i::j();\n// crate::no\n#[cfg(test)]\nmod tests { use crate::k; }";
    let found: Vec<String> = used(&code(text)).into_iter().collect();
    assert_eq!(found, ["a", "d", "e", "h", "i"]);
}
