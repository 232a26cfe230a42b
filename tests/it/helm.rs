//! The rendering of charts against Helm's own parts: every chart of the fixtures is rendered by the reference in `tests/oracles/helm`,
//! with its own values and with each file of values beside it, and the facts of the document must be those of the reference.
//! Fails, and never skips, where Go and the libraries of Helm are not installed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use reposcan::ScanOptions;
use serde_json::Value;

use crate::scratch::{files_below, project, scan_text};

const FACTS: &[&str] = &["image", "init_image", "ports", "hosts", "replicas", "schedule", "service_account", "storage", "namespace"];

/// The built reference.
fn reference() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let program = place.join("helm-reference");
        let mut command = Command::new("go");
        command.current_dir(project().join("tests/oracles/helm")).arg("build").arg("-o").arg(&program).arg(".");
        command.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOCACHE", place.join("go")).env("GOFLAGS", "");
        let output = command.output().expect(
            "Go is installed (Debian: apt-get install golang-go golang-github-masterminds-sprig-dev golang-k8s-sigs-yaml-dev); this test cannot do without it",
        );
        assert!(output.status.success(), "the reference does not build: {}", String::from_utf8_lossy(&output.stderr));
        program
    })
}

/// A chart that no other chart holds: its folder in the repository, and what its values are called with their file.
struct Chart {
    folder: String,
    name: String,
    values: Vec<(String, Option<String>)>,
}

fn charts(repository: &Path) -> Vec<Chart> {
    let files: Vec<String> = files_below(repository).iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect();
    let folders = files.iter().filter_map(|path| path.strip_suffix("Chart.yaml")).map(|folder| folder.trim_end_matches('/'));
    let mut all = Vec::new();
    for folder in folders.filter(|folder| !format!("/{folder}/").contains("/charts/")) {
        let text = fs::read_to_string(repository.join(folder).join("Chart.yaml")).expect("a chart");
        if text.contains("type: library") {
            continue;
        }
        let name = text.lines().find_map(|line| line.strip_prefix("name:")).unwrap_or_default().trim().trim_matches('"').to_owned();
        let mut values = vec![("values".to_owned(), None)];
        for file in files.iter().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/')) {
            if let Some(stem) = file.strip_suffix(".yaml").filter(|stem| stem.starts_with("values-") && !stem.contains('/')) {
                values.push((stem.to_owned(), Some(file.to_owned())));
            }
        }
        all.push(Chart { folder: folder.to_owned(), name, values });
    }
    all
}

/// Template -> resources in words, so that a difference reads as one.
type Told = BTreeMap<String, BTreeSet<String>>;

fn in_words(kind: &str, name: &str, facts: &Value) -> String {
    let shown = FACTS.iter().filter_map(|fact| {
        let words = match facts.get(*fact)? {
            Value::Array(items) => items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect(),
            Value::String(text) => vec![text.clone()],
            other => vec![other.to_string()],
        };
        Some(format!(" {fact}={}", words.join(",")))
    });
    format!("{kind} {name}{}", shown.collect::<String>())
}

/// What the reference says, and the templates that it refuses.
fn expected(repository: &Path, chart: &Chart, values: Option<&String>) -> (Told, BTreeSet<String>) {
    let mut command = Command::new(reference());
    command.current_dir(repository).arg(if chart.folder.is_empty() { "." } else { &chart.folder });
    command.args(values.map(|file| repository.join(&chart.folder).join(file)));
    let output = command.output().expect("the reference runs");
    assert!(output.status.success(), "{}: {}", chart.folder, String::from_utf8_lossy(&output.stderr));
    let (mut told, mut refused) = (Told::new(), BTreeSet::new());
    for one in serde_json::from_slice::<Vec<Value>>(&output.stdout).expect("JSON") {
        let template = one["template"].as_str().expect("a path").to_owned();
        if one.get("error").is_some() {
            refused.insert(template);
            continue;
        }
        for resource in one["resources"].as_array().into_iter().flatten() {
            let words =
                in_words(resource["kind"].as_str().unwrap_or_default(), resource["name"].as_str().unwrap_or_default(), &resource["facts"]);
            told.entry(template.clone()).or_default().insert(words);
        }
    }
    (told, refused)
}

/// What the document says of the resources that the values leave on.
fn found(document: &Value, chart: &Chart, values: &str) -> Told {
    let keys = [format!("helm: {} ({values})", chart.name), format!("helm: {} ({values})", chart.folder)];
    let mut told = Told::new();
    for (path, lines) in document["sources"].as_object().expect("sources") {
        for pointer in
            lines.as_array().into_iter().flatten().filter_map(|line| line.as_str()?.split_once(" -> ").map(|(_, pointer)| pointer))
        {
            let parts: Vec<String> = pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
            let [section, key, resources, _, own] = parts.as_slice() else { continue };
            let facts = document.pointer(pointer).expect("what a source points at");
            let counts = section == "deployment_topology" && resources == "resources" && keys.contains(key);
            if !counts || own.starts_with("Chart/") || facts.get("enabled_by").is_some() {
                continue;
            }
            let (kind, name) = own.split_once('/').expect("a kind and a name");
            let words = in_words(kind, name.rsplit('/').next().unwrap_or(name), facts);
            told.entry(path.clone()).or_default().insert(words);
        }
    }
    told
}

fn repositories() -> Vec<PathBuf> {
    let root = project().join("fixtures");
    let charts = files_below(&root).into_iter().filter(|path| path.ends_with("Chart.yaml")).map(|path| root.join(path));
    let roots = charts.filter_map(|path| {
        let systems = project().join("fixtures/systems");
        let above: Vec<&Path> = path.ancestors().collect();
        let repo = above.iter().find(|folder| folder.ends_with("repo"));
        repo.or_else(|| above.iter().find(|folder| folder.parent() == Some(&systems))).map(|folder| folder.to_path_buf())
    });
    roots.collect::<BTreeSet<_>>().into_iter().collect()
}

#[test]
fn charts_come_out_as_helm_renders_them() {
    let mut faults = Vec::new();
    let mut compared = 0;
    for repository in repositories() {
        let document: Value = serde_json::from_str(&scan_text(&repository, &ScanOptions::default())).expect("JSON");
        for chart in charts(&repository) {
            for (values, file) in &chart.values {
                let (expected, refused) = expected(&repository, &chart, file.as_ref());
                let mut found = found(&document, &chart, values);
                found.retain(|template, _| !refused.contains(template));
                compared += expected.len();
                if expected != found {
                    faults.push(format!("{} {} ({values})\n{}", repository.display(), chart.folder, differences(&expected, &found)));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(compared > 30, "only {compared} templates were compared");
}

fn differences(expected: &Told, found: &Told) -> String {
    let templates: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let none = BTreeSet::new();
    let lines = templates.into_iter().flat_map(|template| {
        let (wanted, given) = (expected.get(template).unwrap_or(&none), found.get(template).unwrap_or(&none));
        let missing = wanted.difference(given).map(move |line| format!("  {template}\n    helm:     {line}"));
        let extra = given.difference(wanted).map(move |line| format!("  {template}\n    reposcan: {line}"));
        missing.chain(extra).collect::<Vec<_>>()
    });
    lines.collect::<Vec<_>>().join("\n")
}
