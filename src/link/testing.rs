//! How the system is tested: by kind the frameworks, how many files, where they lie and how they are run.
//! Counts files that hold tests; data, doubles and set-up beside them are not counted.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::classify::{File, FileKind};
use crate::finding::{DependencyScope, Fact, Package};
use crate::location::{Location, RepoPath};
use crate::model::{Model, TestSuite};

/// Kinds of test, as they are called in the document.
const UNIT: &str = "unit";
const INTEGRATION: &str = "integration";
const END_TO_END: &str = "e2e";
const LOAD: &str = "load";

/// A tool for tests: the package, its name, and the kinds of test that it is for.
struct Tool {
    package: &'static str,
    name: &'static str,
    kinds: &'static [&'static str],
    /// The start of the names of its configuration files; empty where it has none.
    config: &'static str,
}

const fn tool(package: &'static str, name: &'static str, kinds: &'static [&'static str], config: &'static str) -> Tool {
    Tool { package, name, kinds, config }
}

const CODE: &[&str] = &[UNIT, INTEGRATION, END_TO_END];
const BROWSER: &[&str] = &[END_TO_END];
const SERVICE: &[&str] = &[INTEGRATION, END_TO_END];

/// Tools that drive a browser come before those that run plain code: in their folders they run the files.
const TOOLS: &[Tool] = &[
    tool("@playwright/test", "Playwright", BROWSER, "playwright.config"),
    tool("cypress", "Cypress", BROWSER, "cypress."),
    tool("protractor", "Protractor", BROWSER, "protractor."),
    tool("nightwatch", "Nightwatch", BROWSER, "nightwatch."),
    tool("@wdio/cli", "WebdriverIO", BROWSER, "wdio."),
    tool("detox", "Detox", BROWSER, ".detoxrc"),
    tool("jest", "Jest", CODE, "jest.config"),
    tool("vitest", "Vitest", CODE, "vitest.config"),
    tool("mocha", "Mocha", CODE, ".mocharc"),
    tool("ava", "AVA", CODE, "ava.config"),
    tool("jasmine", "Jasmine", CODE, "jasmine.json"),
    tool("karma", "Karma", &[UNIT], "karma.conf"),
    tool("@japa/runner", "Japa", CODE, ""),
    tool("supertest", "SuperTest", SERVICE, ""),
    tool("pactum", "PactumJS", SERVICE, ""),
    tool("testcontainers", "Testcontainers", SERVICE, ""),
    tool("@testcontainers/postgresql", "Testcontainers", SERVICE, ""),
    tool("@pact-foundation/pact", "Pact", &[INTEGRATION], ""),
    tool("@cucumber/cucumber", "Cucumber", BROWSER, "cucumber."),
    tool("puppeteer", "Puppeteer", BROWSER, ""),
    tool("@testing-library/react", "Testing Library", &[UNIT], ""),
    tool("@testing-library/vue", "Testing Library", &[UNIT], ""),
    tool("@testing-library/angular", "Testing Library", &[UNIT], ""),
    tool("k6", "k6", &[LOAD], ""),
    tool("@types/k6", "k6", &[LOAD], ""),
    tool("artillery", "Artillery", &[LOAD], ""),
    tool("autocannon", "Autocannon", &[LOAD], ""),
    tool("xunit", "xUnit", CODE, ""),
    tool("xunit.v3", "xUnit", CODE, ""),
    tool("nunit", "NUnit", CODE, ""),
    tool("NUnit", "NUnit", CODE, ""),
    tool("MSTest.TestFramework", "MSTest", CODE, ""),
    tool("MSTest", "MSTest", CODE, ""),
    tool("TUnit", "TUnit", CODE, ""),
    tool("bunit", "bUnit", &[UNIT], ""),
    tool("Microsoft.AspNetCore.Mvc.Testing", "WebApplicationFactory", SERVICE, ""),
    tool("Testcontainers", "Testcontainers", SERVICE, ""),
    tool("Testcontainers.PostgreSql", "Testcontainers", SERVICE, ""),
    tool("Testcontainers.MsSql", "Testcontainers", SERVICE, ""),
    tool("Microsoft.Playwright", "Playwright", BROWSER, ""),
    tool("Selenium.WebDriver", "Selenium", BROWSER, ""),
    tool("NBomber", "NBomber", &[LOAD], ""),
];

/// Fills `testing_strategy`.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let manifests = manifests(input);
    let mut suites: BTreeMap<&'static str, Suite<'_>> = BTreeMap::new();
    for file in &input.map.files {
        let Some(kind) = kind_of(file) else { continue };
        let suite = suites.entry(kind).or_default();
        suite.files += 1;
        suite.locations.insert(location(&file.path));
        suite.add_frameworks(kind, file, input, &manifests);
    }
    for (kind, suite) in suites {
        let commands = commands(kind, &suite.packages, input, &manifests, model);
        for (at, _) in &suite.proofs {
            model.prove(at, "test framework", &["testing_strategy", kind]);
        }
        let locations = shortened(suite.locations);
        let frameworks = suite.frameworks.into_iter().map(str::to_owned).collect();
        model.tests.insert(kind.to_owned(), TestSuite { frameworks, files: suite.files, locations, commands });
    }
}

#[derive(Default)]
struct Suite<'a> {
    files: usize,
    frameworks: BTreeSet<&'static str>,
    locations: BTreeSet<RepoPath>,
    packages: BTreeSet<RepoPath>,
    proofs: BTreeSet<(Location, &'a str)>,
    /// The folders whose tools are known: those of one folder run all of its files.
    looked_at: BTreeSet<RepoPath>,
}

type Manifests<'a> = BTreeMap<RepoPath, (&'a Location, &'a Package)>;

fn manifests<'a>(input: &Input<'a>) -> Manifests<'a> {
    let all = input.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::Package(package) => Some((finding.at.path.parent(), (&finding.at, package))),
        _ => None,
    });
    all.collect()
}

impl<'a> Suite<'a> {
    /// The tools of the nearest manifest that has one for this kind; where configuration files stand nearer, only theirs.
    fn add_frameworks(&mut self, kind: &'static str, file: &File, input: &Input<'_>, manifests: &Manifests<'a>) {
        match file.kind {
            FileKind::Go => {
                self.frameworks.insert("go test");
                return;
            }
            _ if file.path.name().contains(".cy.") => {
                self.frameworks.insert("Cypress");
                return;
            }
            _ => {}
        }
        if !self.looked_at.insert(file.path.parent()) {
            return;
        }
        let configured = configured(kind, &file.path, input);
        for folder in above(&file.path) {
            let Some((at, package)) = manifests.get(&folder) else { continue };
            // A browser that the product itself drives (to print pages) tests nothing.
            let asked = |tool: &Tool| {
                package.dependency(tool.package).is_some_and(|one| tool.package != "puppeteer" || one.scope != DependencyScope::Runtime)
            };
            let has = |tool: &&Tool| tool.kinds.contains(&kind) && asked(tool);
            let found: Vec<&Tool> = TOOLS.iter().filter(has).collect();
            // The SDK of MSTest brings its packages along.
            let by_sdk = package.sdk.as_deref() == Some("MSTest.Sdk");
            self.frameworks.extend(by_sdk.then_some("MSTest"));
            if found.is_empty() && !by_sdk {
                continue;
            }
            self.packages.insert(folder);
            let chosen = |tool: &&&Tool| configured.is_none_or(|name| tool.name == name || tool.config.is_empty() && !is_driver(name));
            for tool in found.iter().filter(chosen) {
                self.frameworks.insert(tool.name);
                if let Some(dependency) = package.dependency(tool.package) {
                    self.proofs.insert((Location::new(&at.path, dependency.line), tool.name));
                }
            }
            break;
        }
        self.frameworks.extend(configured);
    }
}

/// Whether a tool drives a browser or device: plain tools beside it do not run its files.
fn is_driver(name: &str) -> bool {
    TOOLS.iter().any(|tool| tool.name == name && tool.kinds == BROWSER)
}

/// The tool whose configuration file stands nearest above a test; a driver of browsers only for tests from end to end.
fn configured(kind: &str, path: &RepoPath, input: &Input<'_>) -> Option<&'static str> {
    let endings = ["js", "ts", "mjs", "cjs", "json", "mts", "yml", "yaml"];
    above(path).find_map(|folder| {
        let stands = |tool: &&Tool| {
            let stem = tool.config.trim_end_matches('.');
            let names = endings
                .iter()
                .flat_map(|ending| [format!("{stem}.{ending}"), format!("{stem}.config.{ending}"), format!("{stem}.conf.{ending}")]);
            !stem.is_empty() && names.into_iter().any(|name| input.map.file(&folder.join(&name)).is_some())
        };
        TOOLS.iter().filter(|tool| tool.kinds.contains(&kind)).find(stands).map(|tool| tool.name)
    })
}

/// The folders above a file, nearest first, the root last.
fn above(path: &RepoPath) -> impl Iterator<Item = RepoPath> {
    std::iter::successors(Some(path.parent()), |folder| (!folder.is_root()).then(|| folder.parent()))
}

/// What kind of test a file holds, if any.
fn kind_of(file: &File) -> Option<&'static str> {
    let path = &file.path;
    let code = matches!(file.kind, FileKind::TypeScript | FileKind::Tsx | FileKind::JavaScript | FileKind::CSharp | FileKind::Go);
    if code && is_load(path) {
        return Some(LOAD);
    }
    let stem = path.stem().to_ascii_lowercase();
    let named = code
        && [".spec", ".test", "-spec", "_test", ".cy", ".e2e", "_spec"]
            .iter()
            .any(|ending| stem.ends_with(ending) && stem.len() > ending.len());
    let dotnet = file.kind == FileKind::CSharp && (stem.ends_with("tests") || stem.ends_with("test")) && file.is_test;
    let in_jest_folder = code && path.parent().name() == "__tests__";
    let feature = path.extension() == "feature";
    if !(named || dotnet || in_jest_folder || feature) || file.is_generated {
        return None;
    }
    let words: Vec<&str> = stem.split(['.', '-', '_']).collect();
    let folder = path.parent();
    // Only the whole name of a folder counts: `packages/integration-github` holds a product, not tests of integration.
    let says = |wanted: &[&str]| words.iter().chain(&folder.parts().collect::<Vec<_>>()).any(|word| wanted.contains(word));
    let end_to_end = folder.parts().any(|part| part.ends_with("-e2e") || part.starts_with("e2e-"));
    let of_project = (file.kind == FileKind::CSharp).then(|| folder.parts().filter_map(kind_of_project).next_back()).flatten();
    let whole = of_project == Some(INTEGRATION);
    if let Some(kind) = of_project.filter(|kind| *kind != INTEGRATION) {
        Some(kind)
    } else if feature || end_to_end || says(&["e2e", "cypress", "playwright", "cy"]) {
        Some(END_TO_END)
    } else if whole
        || says(&["integration", "int", "integration-tests", "integration-test", "integration_test", "functional", "functional-tests"])
    {
        Some(INTEGRATION)
    } else {
        Some(UNIT)
    }
}

/// What the name of a project of .NET says of its tests: `Shop.IntegrationTests`, `Shop.Integration.Tests`, `Shop.E2ETests`.
fn kind_of_project(part: &str) -> Option<&'static str> {
    let lower = part.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['.', '-', '_']).collect();
    let last = words.last().filter(|word| word.ends_with("test") || word.ends_with("tests"))?;
    let subject = last.trim_end_matches("tests").trim_end_matches("test");
    let says = |wanted: &[&str]| wanted.contains(&subject) || subject.is_empty() && words.iter().any(|word| wanted.contains(word));
    if says(&["e2e", "endtoend", "ui", "playwright", "selenium"]) {
        Some(END_TO_END)
    } else if says(&["load", "performance", "stress"]) {
        Some(LOAD)
    } else if says(&["integration", "functional", "acceptance"]) {
        Some(INTEGRATION)
    } else {
        None
    }
}

/// Folders of load tests.
fn is_load(path: &RepoPath) -> bool {
    let folder = |part: &str| {
        matches!(
            part.to_ascii_lowercase().as_str(),
            "k6" | "load-tests" | "load-test" | "loadtest" | "loadtests" | "load" | "stress" | "artillery"
        )
    };
    let tests = path
        .parent()
        .parts()
        .any(|part| matches!(part, "test" | "tests" | "k6" | "load-tests" | "load-test" | "loadtest" | "loadtests" | "artillery"));
    tests && path.parent().parts().any(folder) || path.stem().ends_with(".k6")
}

/// The folder that a person would name: the one of tests, or the sources that the test stands beside.
fn location(path: &RepoPath) -> RepoPath {
    let folder = path.parent();
    let parts: Vec<&str> = folder.parts().collect();
    let is_tests = |part: &str| {
        matches!(part, "test" | "tests" | "e2e" | "cypress" | "playwright" | "spec" | "specs")
            || part.ends_with("-e2e")
            || part.ends_with("Tests")
    };
    if let Some(at) = parts.iter().position(|part| is_tests(part)) {
        return RepoPath::new(&parts[..=at].join("/"));
    }
    let source = parts.iter().position(|part| matches!(*part, "src" | "lib" | "app" | "pages"));
    source.map_or(folder.clone(), |at| RepoPath::new(&parts[..=at].join("/")))
}

/// How many locations a person would still read.
const LOCATIONS: usize = 12;

/// The locations as text; many are drawn together to the folders that hold them.
fn shortened(mut locations: BTreeSet<RepoPath>) -> BTreeSet<String> {
    for depth in (1..=3).rev() {
        if locations.len() <= LOCATIONS {
            break;
        }
        let cut = |path: &RepoPath| RepoPath::new(&path.parts().take(depth).collect::<Vec<_>>().join("/"));
        locations = locations.iter().map(cut).collect();
    }
    locations.iter().map(|path| if path.is_root() { ".".to_owned() } else { path.as_str().to_owned() }).collect()
}

/// Words of script names by kind, and words that make a script another way to run the same.
fn fits(kind: &str, script: &str) -> bool {
    let words: Vec<&str> = script.split([':', '-', '_', '.']).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    if has(&[
        "watch", "debug", "cov", "coverage", "ui", "open", "update", "lint", "install", "build", "prepare", "setup", "pre", "post",
        "report", "ci", "local",
    ]) {
        return false;
    }
    let e2e = has(&["e2e", "cypress", "playwright"]);
    let integration = has(&["integration", "int"]);
    let load = has(&["k6", "load", "stress", "artillery"]);
    match kind {
        UNIT => has(&["test", "unit", "tests"]) && !e2e && !integration && !load && words.len() <= 2,
        INTEGRATION => integration,
        END_TO_END => e2e,
        _ => load,
    }
}

/// The scripts that run tests of a kind: those of the root where it has some, else those of the packages that hold the tests.
fn commands(
    kind: &str,
    packages: &BTreeSet<RepoPath>,
    input: &Input<'_>,
    manifests: &Manifests<'_>,
    model: &mut Model,
) -> BTreeSet<String> {
    let root = RepoPath::new("");
    let mut found = BTreeSet::new();
    for folder in std::iter::once(&root).chain(packages.iter().filter(|folder| !folder.is_root())) {
        let Some((at, package)) = manifests.get(folder) else { continue };
        let empty = |command: &str| command.contains("no test specified") || command.trim_start().starts_with("echo");
        for script in package.scripts.iter().filter(|script| fits(kind, &script.name) && !empty(&script.command)) {
            let place = if folder.is_root() { String::new() } else { format!(" (in {folder})") };
            found.insert(format!("{} {}{place}", runner(folder, input, manifests), script.name));
            model.prove(&Location::new(&at.path, script.line), "script", &["testing_strategy", kind]);
        }
        if folder.is_root() && !found.is_empty() {
            break;
        }
    }
    found
}

/// The package manager that runs the scripts of a folder, by its lock file or by what a manifest asks for.
fn runner(folder: &RepoPath, input: &Input<'_>, manifests: &Manifests<'_>) -> &'static str {
    let locks = [
        ("pnpm-lock.yaml", "pnpm run"),
        ("yarn.lock", "yarn"),
        ("bun.lock", "bun run"),
        ("bun.lockb", "bun run"),
        ("package-lock.json", "npm run"),
    ];
    let asks = |folder: &RepoPath| {
        let asked = manifests.get(folder)?.1.package_manager.as_deref()?;
        [("pnpm", "pnpm run"), ("yarn", "yarn"), ("bun", "bun run"), ("npm", "npm run")]
            .into_iter()
            .find(|(name, _)| asked.starts_with(name))
            .map(|(_, run)| run)
    };
    let locked = |folder: &RepoPath| locks.iter().find(|(file, _)| input.map.file(&folder.join(file)).is_some()).map(|(_, run)| *run);
    above(&folder.join("any")).find_map(|folder| asks(&folder).or_else(|| locked(&folder))).unwrap_or("npm run")
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    fn lines(files: &[(&str, &str)]) -> Vec<String> {
        let line = |(kind, suite): (&String, &crate::model::TestSuite)| {
            format!("{kind} {} {:?} {:?} {:?}", suite.files, suite.frameworks, suite.locations, suite.commands)
        };
        model(files).tests.iter().map(line).collect()
    }

    #[test]
    fn kinds_are_told_by_names_and_folders() {
        let package = r#"{"scripts": {"test": "jest", "test:watch": "jest --watch", "test:e2e": "jest --config e2e.json"},
            "devDependencies": {"jest": "29", "supertest": "6", "k6": "0.1"}}"#;
        let found = lines(&[
            ("package.json", package),
            ("yarn.lock", ""),
            ("src/user/user.service.spec.ts", ""),
            ("src/user/user.service.ts", ""),
            ("test/app.e2e-spec.ts", ""),
            ("test/fixtures/users.ts", ""),
            ("test/users.integration.test.ts", ""),
            ("tests/k6/smoke.js", ""),
        ]);
        assert_eq!(
            found,
            [
                r#"e2e 1 {"Jest", "SuperTest"} {"test"} {"yarn test:e2e"}"#,
                r#"integration 1 {"Jest", "SuperTest"} {"test"} {}"#,
                r#"load 1 {"k6"} {"tests"} {}"#,
                r#"unit 1 {"Jest"} {"src"} {"yarn test"}"#,
            ]
        );
    }

    #[test]
    fn the_nearest_configuration_says_what_runs_a_file() {
        let package = r#"{"devDependencies": {"vitest": "1", "@playwright/test": "1", "supertest": "6"}}"#;
        let found = lines(&[
            ("package.json", package),
            ("vitest.config.ts", ""),
            ("src/a.test.ts", ""),
            ("apps/web-e2e/playwright.config.ts", ""),
            ("apps/web-e2e/src/login.spec.ts", ""),
        ]);
        assert_eq!(found, [r#"e2e 1 {"Playwright"} {"apps/web-e2e"} {}"#, r#"unit 1 {"Vitest"} {"src"} {}"#]);
    }
}
