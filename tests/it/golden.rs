//! Every fixture against its golden document. `UPDATE_GOLDEN=1 cargo test` writes the goldens anew, to be read as a reviewer would.

use std::fs;
use std::path::PathBuf;

use reposcan::{Document, ScanOptions};
use serde_json::Value;

use crate::examples::validator;
use crate::scratch::{files_below, folders_in, project, scan_text};

/// A repository and its golden.
struct Fixture {
    repository: PathBuf,
    golden: PathBuf,
}

fn fixtures() -> Vec<Fixture> {
    let root = project().join("fixtures");
    let mut all = Vec::new();
    for language in folders_in(&root) {
        if language.ends_with("systems") {
            for system in folders_in(&language) {
                all.push(Fixture { golden: system.with_extension("expected.json"), repository: system });
            }
        } else {
            for case in folders_in(&language).iter().flat_map(|framework| folders_in(framework)) {
                all.push(Fixture { repository: case.join("repo"), golden: case.join("expected.json") });
            }
        }
    }
    all
}

#[test]
fn every_fixture_gives_its_golden() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut faults = Vec::new();
    let all = fixtures();
    assert!(!all.is_empty(), "there are no fixtures");
    for fixture in all {
        let shown = fixture.repository.strip_prefix(project()).expect("in the project").display().to_string();
        if files_below(&fixture.repository).is_empty() {
            faults.push(format!("{shown} holds no file"));
            continue;
        }
        let text = scan_text(&fixture.repository, &ScanOptions::default());
        if update {
            fs::write(&fixture.golden, &text).expect("the golden is writable");
        }
        let golden = fs::read_to_string(&fixture.golden).unwrap_or_default();
        if golden != text {
            faults.push(format!("{shown} differs from its golden:\n{}", first_difference(&golden, &text)));
        }
        faults.extend(document_faults(&text).into_iter().map(|fault| format!("{shown}: {fault}")));
    }
    assert!(faults.is_empty(), "{}\nrun UPDATE_GOLDEN=1 cargo test golden and read what changed", faults.join("\n"));
}

/// What must be true of every document, whatever was scanned.
pub(crate) fn document_faults(text: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let mut faults: Vec<String> = Document::faults(text).iter().map(ToString::to_string).collect();
    faults.extend(validator().iter_errors(&value).map(|error| format!("the schema says: {error}")));
    for (path, texts) in value["sources"].as_object().expect("sources") {
        for text in texts.as_array().expect("texts").iter().filter_map(Value::as_str) {
            let pointer = text.rsplit_once(" -> ").map_or("", |(_, pointer)| pointer);
            if pointer.is_empty() || value.pointer(pointer).is_none() {
                faults.push(format!("the source {path} {text} points at nothing"));
            }
        }
    }
    faults.extend(unsorted_maps(&value));
    let parsed = Document::from_json(text).expect("a document");
    let mut again = Vec::new();
    parsed.write_json(&mut again, false).expect("JSON");
    if again != text.as_bytes() {
        faults.push(format!("reading and writing changes it:\n{}", first_difference(text, &String::from_utf8_lossy(&again))));
    }
    faults
}

/// The sections whose keys are names: each must be sorted.
fn unsorted_maps(value: &Value) -> Vec<String> {
    let maps = [
        "/contexts",
        "/containers",
        "/components",
        "/api_endpoints",
        "/domain_glossary",
        "/deployment_topology",
        "/data_schema/tables",
        "/data_schema/views",
        "/data_schema/enums",
        "/external_integrations",
        "/workflows_jobs",
        "/testing_strategy",
        "/sources",
        "/meta/stats/facts",
    ];
    let sorted = |pointer: &&str| {
        let keys: Vec<&String> = value.pointer(pointer).and_then(Value::as_object).expect(pointer).keys().collect();
        keys.is_sorted()
    };
    maps.iter().filter(|pointer| !sorted(pointer)).map(|pointer| format!("the keys of {pointer} are not sorted")).collect()
}

/// The first line in which two texts differ, with the lines before it.
fn first_difference(golden: &str, text: &str) -> String {
    let (golden, text): (Vec<&str>, Vec<&str>) = (golden.lines().collect(), text.lines().collect());
    let at = golden.iter().zip(&text).position(|(a, b)| a != b).unwrap_or(golden.len().min(text.len()));
    let show = |lines: &[&str], sign: &str| {
        let end = lines.len().min(at + 3);
        lines[at.min(end)..end].iter().map(|line| format!("{sign} {line}\n")).collect::<String>()
    };
    let before: String = text[at.saturating_sub(3)..at.min(text.len())].iter().map(|line| format!("  {line}\n")).collect();
    format!("line {}:\n{before}{}{}", at + 1, show(&golden, "-"), show(&text, "+"))
}

#[test]
fn a_difference_is_shown_with_its_line() {
    assert_eq!(first_difference("a\nb\nc", "a\nx\nc"), "line 2:\n  a\n- b\n- c\n+ x\n+ c\n");
    assert_eq!(first_difference("", "a"), "line 1:\n+ a\n");
}

#[test]
fn a_golden_of_every_fixture_is_in_its_place() {
    let stray: Vec<PathBuf> = files_below(&project().join("fixtures"))
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with("expected.json"))
        .map(|path| project().join("fixtures").join(path))
        .filter(|path| fixtures().iter().all(|fixture| fixture.golden != *path && !path.starts_with(&fixture.repository)))
        .collect();
    assert_eq!(stray, Vec::<PathBuf>::new(), "goldens without a repository");
}
