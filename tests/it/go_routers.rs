//! Programs of the fixtures in Go, run with the real routers: the scan must give exactly the routes that these hold.
//! Each program has a test of its own that prints them (`ROUTE GET /path`). Fails, and never skips, where Go and the libraries are not
//! installed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use reposcan::ScanOptions;
use serde_json::Value;

use crate::scratch::{files_below, project, scan_text};

/// The module of a fixture and its folder.
const MODULES: &[(&str, &str)] =
    &[("acme.io/shop", "fixtures/go/functions/routers/repo"), ("acme.example/started", "fixtures/go/functions/started/repo")];

/// Packages of Debian that hold the routers, below `/usr/share/gocode`.
const PACKAGES: &str = "golang-go golang-github-gin-gonic-gin-dev golang-github-labstack-echo-dev golang-github-go-chi-chi-dev \
                        golang-github-gorilla-mux-dev golang-github-julienschmidt-httprouter-dev golang-github-spf13-cobra-dev";

type Routes = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_scan_gives_the_routes_that_the_routers_of_go_hold() {
    let mut faults = Vec::new();
    for (module, folder) in MODULES {
        let held = held(module, &project().join(folder));
        let scanned = scanned(&project().join(folder));
        assert!(held.len() > 3 && held.values().all(|routes| !routes.is_empty()), "{module}: programs that print nothing: {held:?}");
        for program in held.keys().chain(scanned.keys()).collect::<BTreeSet<_>>() {
            let none = BTreeSet::new();
            let (real, told) = (held.get(program).unwrap_or(&none), scanned.get(program).unwrap_or(&none));
            faults.extend(real.difference(told).map(|route| format!("{module} {program}: missed {route}")));
            faults.extend(told.difference(real).map(|route| format!("{module} {program}: invented {route}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The routes of the document, by container.
fn scanned(repository: &Path) -> Routes {
    let document: Value = serde_json::from_str(&scan_text(repository, &ScanOptions::default())).expect("JSON");
    let containers = document["api_endpoints"].as_object().expect("endpoints");
    let texts = |value: &Value| value.as_array().expect("a list").iter().map(|one| one.as_str().expect("a text").to_owned()).collect();
    containers.iter().map(|(name, container)| (name.clone(), texts(&container["endpoints"]))).collect()
}

/// The routes that the programs hold, by folder: a copy of the repository is run where Go looks for the module.
fn held(module: &str, repository: &Path) -> Routes {
    let place = tempfile::tempdir().expect("a folder");
    let home = place.path().join("src").join(module);
    for file in files_below(repository) {
        let target = home.join(&file);
        fs::create_dir_all(target.parent().expect("a folder")).expect("writable");
        fs::copy(repository.join(&file), target).expect("a copy");
    }
    let mut command = Command::new("go");
    command.current_dir(&home).args(["test", "-json", "-vet=off", "-run", "^TestRoutes$", "./..."]);
    command.env("GO111MODULE", "off").env("GOPATH", format!("{}:/usr/share/gocode", place.path().display()));
    command.env("GOCACHE", PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("go")).env("GOFLAGS", "");
    let output =
        command.output().unwrap_or_else(|error| panic!("{error}: this test needs Go and the routers (apt-get install {PACKAGES})"));
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the programs do not run; they need apt-get install {PACKAGES}\n{printed}\n{errors}");
    let mut routes = Routes::new();
    for event in printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let program = event["Package"].as_str().and_then(|package| package.rsplit('/').next()).unwrap_or_default();
        if let Some(route) = event["Output"].as_str().and_then(|line| line.trim().strip_prefix("ROUTE ")) {
            routes.entry(program.to_owned()).or_default().insert(plain(route));
        }
    }
    routes.into_iter().map(|(program, routes)| (program, for_all(routes))).collect()
}

/// A route as the document writes it: parameters in braces without their patterns, one slash between parts, none at the end unless the
/// library makes a difference.
fn plain(route: &str) -> String {
    let (verb, path) = route.split_once(' ').expect("a method and a path");
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        parts.push(match (part.chars().next(), part.split_once('{')) {
            (Some(':' | '*'), _) if part.len() > 1 => format!("{{{}}}", &part[1..]),
            (_, Some((before, named))) => {
                let name: String = named.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
                format!("{before}{{{name}}}{}", named.rsplit_once('}').map_or("", |(_, after)| after))
            }
            _ => part.to_owned(),
        });
    }
    let is_tree = verb == "ALL" && path.ends_with('/') && !parts.is_empty();
    format!("{verb} /{}{}", parts.join("/"), if is_tree { "/" } else { "" })
}

/// Routers that know no route for all methods put one on for each.
fn for_all(routes: BTreeSet<String>) -> BTreeSet<String> {
    const EACH: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE"];
    let path = |route: &str| route.split_once(' ').map(|(_, path)| path.to_owned()).unwrap_or_default();
    let all: BTreeSet<String> =
        routes.iter().map(|route| path(route)).filter(|path| EACH.iter().all(|verb| routes.contains(&format!("{verb} {path}")))).collect();
    let own = |route: &String| if all.contains(&path(route)) { format!("ALL {}", path(route)) } else { route.clone() };
    routes.iter().map(own).collect()
}
