//! Languages and run times that base images bring, for images whose code no manifest of this repository describes.
//! A table: one line for each platform.

use super::builds;
use crate::finding::{DockerStage, Dockerfile};
use crate::link::images;
use crate::model::Container;

/// A run time that images start from.
#[derive(Debug)]
pub(super) struct Platform {
    /// What is built on it.
    pub(super) kind: &'static str,
    name: &'static str,
    /// Whether packages of npm run on it.
    pub(super) runs_npm: bool,
    bases: &'static [&'static str],
}

const fn platform(name: &'static str, kind: &'static str, runs_npm: bool, bases: &'static [&'static str]) -> Platform {
    Platform { kind, name, runs_npm, bases }
}

const JAVA: &[&str] = &[
    "openjdk",
    "eclipse-temurin",
    "maven",
    "gradle",
    "amazoncorretto",
    "java",
    "zulu-openjdk",
    "liberica-openjdk",
    "sapmachine",
    "java8",
    "java11",
    "java17",
    "java21",
    "java25",
    "ibmjava",
];

const PLATFORMS: &[Platform] = &[
    platform("Go", "Go Service", false, &["golang"]),
    platform("Rust", "Rust Service", false, &["rust", "cargo-chef"]),
    platform("ASP.NET Core", "ASP.NET Core Application", false, &["aspnet", "dotnet/aspnet", "dotnet/nightly/aspnet"]),
    platform(".NET", ".NET Service", false, &["dotnet/sdk", "dotnet/runtime", "dotnet/core/sdk", "dotnet/runtime-deps"]),
    platform("Python", "Python Service", false, &["python", "uv"]),
    platform("Java", "Java Service", false, JAVA),
    platform("PHP", "PHP Service", false, &["php", "composer"]),
    platform("Ruby", "Ruby Service", false, &["ruby"]),
    platform("Elixir", "Elixir Service", false, &["elixir"]),
    platform("Swift", "Swift Service", false, &["swift"]),
    platform("Node.js", "Node.js Application", true, &["node", "nodejs", "bun", "deno"]),
];

/// Images whose tag is the version of a tool, not of the language that it builds.
const BUILD_TOOLS: &[&str] = &["maven", "gradle", "composer", "uv", "cargo-chef"];

/// The number that follows one of some words at the start of a part: `17` of `jdk17`.
fn digits_behind<'p>(part: &'p str, words: &[&str]) -> Option<&'p str> {
    let number = words.iter().find_map(|word| part.strip_prefix(word))?;
    (!number.is_empty() && number.bytes().all(|one| one.is_ascii_digit() || one == b'.')).then_some(number)
}

impl Platform {
    /// The name with the version that the image file states: "Node.js 20".
    pub(super) fn technology(&self, file: &Dockerfile) -> String {
        // What is shipped tells before what it is built with.
        let stages = builds::shipped(file, None).into_iter().chain(file.stages.iter().rev());
        let version = stages.filter_map(|stage| stage.base.as_deref()).find_map(|base| self.version(base));
        version.map_or_else(|| self.name.to_owned(), |version| format!("{} {version}", self.name))
    }

    /// The version of the language that a base image brings: `3.12` of `python:3.12-slim`, `17` of `gradle:9.7-jdk17`.
    fn version<'b>(&self, base: &'b str) -> Option<&'b str> {
        let name = images::name_of(base);
        let last = name.rsplit('/').next().unwrap_or(name);
        if self.name == "Java" {
            let stated = base.split(['-', ':', '/']).find_map(|part| digits_behind(part, &["jdk", "jre", "java", "temurin"]));
            let tag = images::tag_of(base).unwrap_or_default();
            let follows = || {
                tag.split('-')
                    .skip_while(|part| !matches!(*part, "jdk" | "jre" | "temurin"))
                    .nth(1)
                    .and_then(|part| digits_behind(part, &[""]))
            };
            let own = || images::version_of(base).filter(|_| !BUILD_TOOLS.contains(&last));
            return stated.or_else(follows).or_else(|| own().filter(|_| self.is_base(base)));
        }
        let exact = self.bases.iter().any(|part| name.ends_with(part)) && !BUILD_TOOLS.contains(&last);
        images::version_of(base).filter(|_| exact && self.is_base(base))
    }

    /// Whether it brings the tools of Go.
    pub(super) fn runs_go(&self) -> bool {
        self.name == "Go"
    }

    fn is_base(&self, base: &str) -> bool {
        let name = images::name_of(base);
        let last = name.rsplit('/').next().unwrap_or(name);
        let starts = |part: &str| last.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        self.bases.iter().any(|part| if part.contains('/') { name.ends_with(part) } else { starts(part) })
    }
}

/// Platforms whose code is read.
const READ: &[&str] = &["Go", "ASP.NET Core", ".NET", "Node.js"];

/// The language of a container whose code nothing here reads.
pub(in crate::link) fn unread_language(container: &Container) -> Option<&'static str> {
    let unread = PLATFORMS.iter().filter(|one| !READ.contains(&one.name));
    unread.into_iter().find(|one| one.kind == container.kind).map(|one| one.name)
}

/// The platform of one base image.
pub(super) fn of_base(base: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|one| one.is_base(base))
}

/// The platform of an image: what is shipped tells, then what it is built with, the last stage first. Where one of several stages builds
/// with Node.js, that is the front of something else.
pub(super) fn of_image(file: &Dockerfile) -> Option<&'static Platform> {
    let platform = |stage: &DockerStage| of_base(stage.base.as_deref()?);
    builds::shipped(file, None).into_iter().find_map(platform).or_else(|| {
        let built = || file.stages.iter().rev().filter_map(platform);
        built().find(|one| !one.runs_npm).or_else(|| built().next())
    })
}

#[cfg(test)]
mod tests {
    use super::of_base;

    #[test]
    fn the_version_is_that_of_the_language() {
        let expected = [
            ("gradle:9.7.0-jdk17", Some("17")),
            ("maven:3.9-eclipse-temurin-21", Some("21")),
            ("eclipse-temurin:21-jre", Some("21")),
            ("gcr.io/distroless/java17-debian12", Some("17")),
            ("openjdk:11-jdk-slim", Some("11")),
            ("maven:3.9", None),
            ("composer:2.10.2", None),
            ("php:8.5.9-cli", Some("8.5.9")),
            ("python:3.12-slim", Some("3.12")),
        ];
        for (base, version) in expected {
            assert_eq!(of_base(base).and_then(|platform| platform.version(base)), version, "{base}");
        }
    }
}
