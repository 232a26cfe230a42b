//! Programs of the fixtures, started with the real frameworks: the scan must give exactly the routes that these register.
//! Needs Node.js and the packages of `tests/frameworks` (`npm ci` there); without them it says that it was skipped, and where
//! `REQUIRE_FRAMEWORKS` is set, as `.ci/run` does, it fails.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use reposcan::ScanOptions;
use serde_json::Value;

use crate::scratch::{files_below, project, scan_text};

/// The framework and the folder of its program.
const PROGRAMS: &[(&str, &str)] = &[
    ("express", "fixtures/typescript/routing/express/repo"),
    ("fastify", "fixtures/typescript/routing/fastify/repo"),
    ("koa", "fixtures/typescript/routing/koa/repo"),
    ("hono", "fixtures/typescript/routing/hono/repo"),
    ("nestjs", "fixtures/typescript/nestjs/started/repo"),
];

#[test]
fn the_scan_gives_the_routes_that_the_frameworks_register() {
    let packages = project().join("tests/frameworks/node_modules");
    let has_node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    if !has_node || !packages.is_dir() {
        let missing = if has_node { "the packages of tests/frameworks (npm ci)" } else { "Node.js" };
        assert!(std::env::var_os("REQUIRE_FRAMEWORKS").is_none(), "{missing} must be there");
        println!("SKIPPED: no comparison with the frameworks themselves, because {missing} is not there");
        return;
    }
    let mut faults = Vec::new();
    for (framework, folder) in PROGRAMS {
        let registered = registered(framework, &project().join(folder), &packages);
        let scanned = scanned(&project().join(folder));
        assert!(!registered.is_empty(), "{framework} registered nothing");
        faults.extend(registered.difference(&scanned).map(|route| format!("{framework}: missed {route}")));
        faults.extend(scanned.difference(&registered).map(|route| format!("{framework}: invented {route}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The routes of the document.
fn scanned(repository: &Path) -> BTreeSet<String> {
    let document: Value = serde_json::from_str(&scan_text(repository, &ScanOptions::default())).expect("JSON");
    let containers = document["api_endpoints"].as_object().expect("endpoints");
    let endpoints = containers.values().flat_map(|container| container["endpoints"].as_array().expect("a list"));
    endpoints.map(|endpoint| endpoint.as_str().expect("a text").to_owned()).collect()
}

/// The routes that the framework itself has after the program was started in a folder of its own.
fn registered(framework: &str, repository: &Path, packages: &Path) -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("a folder");
    for file in files_below(repository) {
        let target = folder.path().join(&file);
        fs::create_dir_all(target.parent().expect("a folder")).expect("writable");
        fs::copy(repository.join(&file), target).expect("a copy");
    }
    std::os::unix::fs::symlink(packages, folder.path().join("node_modules")).expect("a link");
    let script = project().join("tests/frameworks/routes.mjs");
    let output = Command::new("node").arg(script).arg(framework).arg(folder.path()).output().expect("node runs");
    assert!(output.status.success(), "{framework}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}
