//! Tools for tests by their packages, and the kinds of test that names of projects tell.
//! Knows words only; which files are tests is told elsewhere.

/// Kinds of test, as they are called in the document.
pub(super) const UNIT: &str = "unit";
pub(super) const INTEGRATION: &str = "integration";
pub(super) const END_TO_END: &str = "e2e";
pub(super) const LOAD: &str = "load";

/// A tool for tests: the package, its name, and the kinds of test that it is for.
pub(super) struct Tool {
    pub(super) package: &'static str,
    pub(super) name: &'static str,
    pub(super) kinds: &'static [&'static str],
    /// The start of the names of its configuration files; empty where it has none.
    pub(super) config: &'static str,
}

const fn tool(package: &'static str, name: &'static str, kinds: &'static [&'static str], config: &'static str) -> Tool {
    Tool { package, name, kinds, config }
}

const CODE: &[&str] = &[UNIT, INTEGRATION, END_TO_END];
pub(super) const BROWSER: &[&str] = &[END_TO_END];
const SERVICE: &[&str] = &[INTEGRATION, END_TO_END];

/// Tools that drive a browser come before those that run plain code: in their folders they run the files.
pub(super) const TOOLS: &[Tool] = &[
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

/// What the name of a project of .NET says of its tests: `Shop.IntegrationTests`, `Shop.Integration.Tests`, `Shop.E2ETests`.
pub(super) fn kind_of_project(part: &str) -> Option<&'static str> {
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
