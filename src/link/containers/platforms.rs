//! Languages and run times that base images bring, for images whose code no manifest of this repository describes.
//! A table: one line for each platform.

use super::builds;
use crate::finding::{DockerStage, Dockerfile};
use crate::link::images;

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

impl Platform {
    /// The name with the version that the image file states: "Node.js 20".
    pub(super) fn technology(&self, file: &Dockerfile) -> String {
        let bases = file.stages.iter().filter_map(|stage| stage.base.as_deref());
        let exact = |base: &&str| self.bases.iter().any(|part| images::name_of(base).ends_with(part));
        let version = bases.filter(|base| self.is_base(base)).filter(exact).find_map(images::version_of);
        version.map_or_else(|| self.name.to_owned(), |version| format!("{} {version}", self.name))
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
