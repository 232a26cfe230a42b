//! `package.json`: the package, its scripts and dependencies.
//! Source: the npm documentation of package.json. Never reads lock files and never resolves versions.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Dependency, DependencyScope, Fact, Package, Script};
use crate::syntax::json::Json;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.package_json",
    about: "npm packages: names, scripts, dependencies, workspaces, package manager",
    kinds: &[FileKind::PackageJson],
    markers: &[],
    when: When::MarkedAndTests,
    queries: &[],
    extract,
};

/// Dependency tables and what they are for; `optionalDependencies` are there when the package runs.
const TABLES: &[(&str, DependencyScope)] = &[
    ("dependencies", DependencyScope::Runtime),
    ("optionalDependencies", DependencyScope::Runtime),
    ("devDependencies", DependencyScope::Development),
    ("peerDependencies", DependencyScope::Peer),
];

/// Keys by which tools are configured in the manifest itself.
const TOOL_KEYS: &[&str] = &[
    "jest",
    "mocha",
    "ava",
    "nyc",
    "c8",
    "eslintConfig",
    "prettier",
    "stylelint",
    "xo",
    "husky",
    "lint-staged",
    "simple-git-hooks",
    "commitlint",
    "config",
    "prisma",
    "browserslist",
    "babel",
    "release",
    "volta",
    "nx",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(json) = cx.json(sink) else { return };
    if !json.is_map() {
        return;
    }
    let package = Package {
        name: text(json, "name"),
        description: text(json, "description"),
        private: json.get("private").is_some_and(Json::is_true),
        importable: is_importable(json),
        executable: json.get("bin").is_some(),
        workspaces: workspaces(json),
        scripts: scripts(json),
        dependencies: dependencies(json),
        package_manager: text(json, "packageManager"),
        engines: pairs(json.get("engines")),
        sdk: None,
        target: None,
        projects: Vec::new(),
        imports: Vec::new(),
        properties: Vec::new(),
        tool_keys: TOOL_KEYS.iter().filter(|key| json.get(key).is_some()).map(|key| (*key).to_owned()).collect(),
    };
    let line = json.members().iter().find(|member| member.name == "name").map_or(1, |member| member.line);
    sink.fact(line, Fact::Package(package));
}

fn text(json: &Json, key: &str) -> Option<String> {
    json.text_of(key).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A `main` of source code is how tools start an application; a `main` among built files is how a library is imported, unless the package
/// starts it itself.
fn is_importable(json: &Json) -> bool {
    let stated = ["exports", "types", "typings", "module", "publishConfig", "ng-package"].iter().any(|key| json.get(key).is_some());
    let main = json.text_of("main").unwrap_or_default();
    let built = ["dist/", "lib/", "build/", "cjs/", "es/", "esm/"].iter().any(|folder| main.trim_start_matches("./").starts_with(folder));
    let started = json.get("scripts").and_then(|scripts| scripts.text_of("start")).unwrap_or_default();
    let is_main = |word: &str| !main.is_empty() && word.trim_start_matches("./") == main.trim_start_matches("./");
    let starts_itself = started.split_whitespace().skip_while(|word| *word != "node").skip(1).any(|word| word == "." || is_main(word));
    stated || !starts_itself && (built && main.ends_with("index.js") || main.ends_with("index.ts"))
}

/// A list of globs, or an object whose `packages` is one.
fn workspaces(json: &Json) -> Vec<String> {
    let stated = json.get("workspaces");
    let list = stated.map(|value| value.get("packages").unwrap_or(value));
    list.map(Json::items).unwrap_or_default().iter().filter_map(|item| item.text().map(str::to_owned)).collect()
}

fn scripts(json: &Json) -> Vec<Script> {
    let members = json.get("scripts").map(Json::members).unwrap_or_default().iter();
    members.filter_map(|one| Some(Script { name: one.name.clone(), command: one.value.text()?.to_owned(), line: one.line })).collect()
}

fn dependencies(json: &Json) -> Vec<Dependency> {
    let mut found = Vec::new();
    for (table, scope) in TABLES {
        for one in json.get(table).map(Json::members).unwrap_or_default() {
            let version = one.value.text().unwrap_or_default().to_owned();
            found.push(Dependency { name: one.name.clone(), version, scope: *scope, line: one.line });
        }
    }
    found
}

fn pairs(json: Option<&Json>) -> Vec<(String, String)> {
    let members = json.map(Json::members).unwrap_or_default().iter();
    members.filter_map(|one| Some((one.name.clone(), one.value.text()?.to_owned()))).collect()
}
