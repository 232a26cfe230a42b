//! Which framework a unit is made with, as its manifests and configuration files prove.
//! A table: one line for each framework; what stands first wins where several fit.

use super::units::{Found, Unit};
use super::versions::Catalogs;
use crate::classify::{FileKind, RepoMap};
use crate::finding::{BootstrapKind, DependencyScope, Package, ProjectKind};

/// How a framework is recognised and named.
#[derive(Debug)]
pub(super) struct Framework {
    /// Its name: `NestJS`.
    pub(super) name: &'static str,
    /// The package that gives its version.
    package: &'static str,
    /// What a unit made with it is.
    pub(super) kind: &'static str,
    /// Its configuration file, without extension; empty where there is none.
    config: &'static str,
    /// Whether the unit listens and answers; a page that a browser runs does not.
    server: bool,
}

const fn framework(name: &'static str, package: &'static str, kind: &'static str, config: &'static str, server: bool) -> Framework {
    Framework { name, package, kind, config, server }
}

/// The frameworks; the more telling one first: a Next.js application depends on React too, a desktop shell on what it shows.
const FRAMEWORKS: &[Framework] = &[
    framework("Electron", "electron", "Electron Application", "", false),
    framework("Tauri", "@tauri-apps/api", "Tauri Application", "", false),
    framework("Expo", "expo", "React Native Application", "", false),
    framework("React Native", "react-native", "React Native Application", "", false),
    framework("Next.js", "next", "Next.js Application", "next.config", false),
    framework("Nuxt", "nuxt", "Nuxt Application", "nuxt.config", false),
    framework("Remix", "@remix-run/react", "Remix Application", "remix.config", false),
    framework("React Router", "@react-router/node", "React Router Application", "react-router.config", false),
    framework("SvelteKit", "@sveltejs/kit", "SvelteKit Application", "svelte.config", false),
    framework("Astro", "astro", "Astro Application", "astro.config", false),
    framework("Gatsby", "gatsby", "Gatsby Application", "gatsby-config", false),
    framework("Docusaurus", "@docusaurus/core", "Documentation Site", "docusaurus.config", false),
    framework("VitePress", "vitepress", "Documentation Site", "", false),
    framework("Ember", "ember-source", "Ember Application", "ember-cli-build", false),
    framework("Angular", "@angular/core", "Angular Application", "", false),
    framework("NestJS", "@nestjs/core", "NestJS Application", "nest-cli", true),
    framework("AdonisJS", "@adonisjs/core", "AdonisJS Application", "adonisrc", true),
    framework("Strapi", "@strapi/strapi", "Strapi Application", "", true),
    framework("Fastify", "fastify", "Fastify Application", "", true),
    framework("Express", "express", "Express Application", "", true),
    framework("Koa", "koa", "Koa Application", "", true),
    framework("hapi", "@hapi/hapi", "hapi Application", "", true),
    framework("Hono", "hono", "Hono Application", "", true),
    framework("Elysia", "elysia", "Elysia Application", "", true),
    framework("Vue", "vue", "Vue Application", "", false),
    framework("Svelte", "svelte", "Svelte Application", "", false),
    framework("Solid", "solid-js", "Solid Application", "", false),
    framework("React", "react", "React Application", "", false),
];

/// The words by which a start script runs a page in the browser's stead: a development server of a bundler.
const BUNDLERS: &[&str] = &[
    "vite",
    "react-scripts",
    "ng serve",
    "ng s",
    "vue-cli-service",
    "webpack serve",
    "webpack-dev-server",
    "craco",
    "parcel",
    "rsbuild",
    "rspack",
];

/// The framework of a unit.
pub(super) fn of(unit: &Unit<'_>, map: &RepoMap) -> Option<&'static Framework> {
    if !unit.starts.is_empty() {
        return named("NestJS");
    }
    let shell = || ["src-tauri/tauri.conf.json", "src-tauri/Cargo.toml"].iter().any(|file| map.file(&unit.folder.join(file)).is_some());
    if depends(unit.package, "electron") {
        return named("Electron");
    }
    if depends(unit.package, "@tauri-apps/api") && shell() {
        return named("Tauri");
    }
    if unit.projects.iter().any(|(_, project)| uses(&project.targets, &["angular"])) {
        return named("Angular");
    }
    let configured = FRAMEWORKS.iter().find(|one| is_configured_with(unit, map, one));
    configured.or_else(|| by_dependencies(unit, map)).or_else(|| by_targets(unit)).or_else(|| by_files(unit, map))
}

fn named(name: &str) -> Option<&'static Framework> {
    FRAMEWORKS.iter().find(|one| one.name == name)
}

fn depends(package: Option<Found<'_, Package>>, name: &str) -> bool {
    package.is_some_and(|(_, package)| package.dependency(name).is_some())
}

/// Whether the configuration file of the framework stands in the unit, and the package is asked for there or above.
fn is_configured_with(unit: &Unit<'_>, map: &RepoMap, one: &Framework) -> bool {
    let asked = || unit.package.iter().chain(&unit.packages_above).any(|found| depends(Some(*found), one.package));
    !one.config.is_empty() && one.name != "NestJS" && has_config(unit, map, one.config) && asked()
}

/// Where a package runs a bundler's server, what it serves from Node.js is not what it is. A framework with a command line of its own
/// (`next`, `nuxt`) counts only where a script calls it: others depend on it to serve what it built.
fn by_dependencies(unit: &Unit<'_>, map: &RepoMap) -> Option<&'static Framework> {
    let (_, package) = unit.package?;
    let page = package.scripts.iter().filter(|script| is_start_name(&script.name)).any(|script| has_word(&script.command, BUNDLERS));
    let called = |one: &Framework| {
        package.scripts.iter().any(|script| has_word(&script.command, &[one.package.trim_end_matches("/core"), tool(one)]))
    };
    let fits = |one: &&Framework| {
        let Some(dependency) = package.dependency(one.package) else { return false };
        if one.name == "Tauri" || is_page(one) && !has_page(unit, map) || !one.config.is_empty() && one.name != "NestJS" && !called(one) {
            return false;
        }
        match dependency.scope {
            DependencyScope::Runtime => !(page && one.server),
            // Pages are built, so that their framework is often a development dependency.
            DependencyScope::Development => !one.server,
            DependencyScope::Peer => false,
        }
    };
    FRAMEWORKS.iter().find(fits)
}

/// The command line of a framework.
fn tool(one: &Framework) -> &'static str {
    match one.name {
        "Remix" => "remix",
        "React Router" => "react-router",
        "SvelteKit" => "svelte-kit",
        _ => one.package,
    }
}

/// Whether a framework only makes pages, which a library of parts for pages depends on just the same.
fn is_page(one: &Framework) -> bool {
    matches!(one.name, "React" | "Vue" | "Svelte" | "Solid")
}

/// Whether a page stands in the unit that a browser would start with.
fn has_page(unit: &Unit<'_>, map: &RepoMap) -> bool {
    ["index.html", "public/index.html", "src/index.html", "app/index.html", "client/index.html", "src/public/index.html"]
        .iter()
        .any(|page| map.file(&unit.folder.join(page)).is_some())
}

/// A project without a manifest of its own takes its packages from above: its page and the kind of its files tell the framework.
fn by_files(unit: &Unit<'_>, map: &RepoMap) -> Option<&'static Framework> {
    if unit.package.is_some() && !unit.is_declared(ProjectKind::Application) || !has_page(unit, map) {
        return None;
    }
    let holds = |endings: &[&str]| map.files_within(&unit.folder).any(|file| !file.is_test && endings.contains(&file.path.extension()));
    let tried = [("Vue", ["vue", "vue"]), ("Svelte", ["svelte", "svelte"]), ("React", ["tsx", "jsx"])];
    let found = tried.into_iter().filter(|(_, endings)| holds(endings)).filter_map(|(name, _)| named(name));
    found.into_iter().find(|one| unit.packages_above.iter().any(|above| depends(Some(*above), one.package)))
}

fn by_targets(unit: &Unit<'_>) -> Option<&'static Framework> {
    let executors =
        [("next", "Next.js"), ("remix", "Remix"), ("expo", "Expo"), ("react-native", "React Native"), ("nuxt", "Nuxt"), ("nest", "NestJS")];
    let (_, project) = unit.projects.first()?;
    let name = executors.iter().find(|(word, _)| uses(&project.targets, &[word])).map(|(_, name)| *name)?;
    named(name)
}

/// Whether an executor of one of the packages stands among the targets: `@nx/angular:webpack-browser`, `@angular-devkit/build-angular:browser`.
fn uses(targets: &[(String, String)], words: &[&str]) -> bool {
    let runs = |executor: &str, word: &str| {
        executor.split_once(':').is_some_and(|(package, _)| {
            package.ends_with(word) || package.contains(&format!("{word}-")) || package.ends_with(&format!("/{word}"))
        })
    };
    let building = targets.iter().filter(|(name, _)| matches!(name.as_str(), "build" | "serve" | "dev" | "start"));
    building.into_iter().any(|(_, executor)| words.iter().any(|word| runs(executor, word)))
}

/// Whether a configuration file of a framework that makes applications stands in the unit: it is built and served, whatever starts it.
pub(super) fn is_configured(unit: &Unit<'_>, map: &RepoMap) -> bool {
    FRAMEWORKS.iter().any(|one| is_configured_with(unit, map, one))
}

fn has_config(unit: &Unit<'_>, map: &RepoMap, stem: &str) -> bool {
    let files = ["js", "mjs", "ts", "cjs"].map(|extension| format!("{stem}.{extension}"));
    files.iter().any(|file| ["", "src/"].iter().any(|folder| map.file(&unit.folder.join(&format!("{folder}{file}"))).is_some()))
}

/// Names of scripts that start something.
pub(super) fn is_start_name(name: &str) -> bool {
    name == "start" || name.starts_with("start:") || matches!(name, "dev" | "serve" | "server" | "preview" | "develop")
}

/// Programs that a start script runs an application with.
const RUNNERS: &[&str] = &[
    "node",
    "nodemon",
    "ts-node",
    "ts-node-dev",
    "tsx",
    "nest",
    "next",
    "nuxt",
    "nuxi",
    "remix",
    "remix-serve",
    "react-router",
    "astro",
    "gatsby",
    "bun",
    "pm2",
    "pm2-runtime",
    "fastify",
    "expo",
    "react-native",
    "electron",
    "strapi",
    "ember",
    "docusaurus",
    "vitepress",
    "svelte-kit",
    "swc-node",
    "tsnd",
    "graphile-worker",
    "electron-forge",
    "cross-env-shell",
    "serve",
    "http-server",
    "wrangler",
];

/// Whether the package can be started: a start script that runs a program, not only a compiler or a test.
pub(super) fn can_start(unit: &Unit<'_>) -> bool {
    let Some((_, package)) = unit.package else { return false };
    let starts = |command: &str| has_word(command, RUNNERS) || has_word(command, BUNDLERS) && !command.contains("vite build");
    package.scripts.iter().filter(|script| is_start_name(&script.name)).any(|script| starts(behind(package, &script.command)))
}

/// Whether anything in a unit says that it can be run at all; a name alone never makes a folder a service.
pub(super) fn may_run(unit: &Unit<'_>) -> bool {
    !unit.joins_others
        && (unit.program.is_some() || !unit.starts.is_empty() || unit.is_declared(ProjectKind::Application) || can_start(unit))
}

/// Whether `start` runs a server or worker of Node.js, whatever it is made with: a program of the package's own, not a tool.
pub(super) fn runs_a_server(unit: &Unit<'_>) -> bool {
    let Some((_, package)) = unit.package else { return false };
    let started = ["start", "start:prod", "start:production"].iter().filter_map(|name| package.script(name));
    let runs = |command: &str| {
        has_word(command, &["node", "nodemon", "ts-node", "ts-node-dev", "tsx", "bun", "pm2", "pm2-runtime", "graphile-worker"])
    };
    !package.executable && started.into_iter().any(|command| runs(behind(package, command)))
}

/// The command of the script that a script calls: `yarn gw` -> what `gw` runs. One step is enough for what people write.
fn behind<'p>(package: &'p Package, command: &'p str) -> &'p str {
    let mut words = command.split_whitespace().filter(|word| *word != "run");
    let called = match (words.next(), words.next()) {
        (Some("yarn" | "npm" | "pnpm" | "bun"), Some(name)) => package.script(name),
        _ => None,
    };
    called.unwrap_or(command)
}

fn has_word(command: &str, words: &[&str]) -> bool {
    let parts: Vec<&str> = command.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '&' | '|')).collect();
    words.iter().any(|word| match word.split_once(' ') {
        Some((first, second)) => parts.windows(2).any(|pair| pair[0] == first && pair[1] == second),
        None => parts.iter().any(|part| part == word || part.ends_with(&format!("/.bin/{word}"))),
    })
}

/// What the unit is: "NestJS Application".
pub(super) fn kind(unit: &Unit<'_>, framework: Option<&Framework>) -> &'static str {
    let Some(framework) = framework else { return "Node.js Application" };
    let serves_http = unit.starts.iter().any(|(_, start)| start.kind == BootstrapKind::Http);
    let only_messages = unit.starts.iter().any(|(_, start)| start.kind == BootstrapKind::Microservice);
    if framework.name == "NestJS" && only_messages && !serves_http { "NestJS Microservice" } else { framework.kind }
}

/// "NestJS 10 (TypeScript)".
pub(super) fn technology(unit: &Unit<'_>, framework: Option<&Framework>, map: &RepoMap, catalogs: &Catalogs<'_>) -> String {
    let language = language(unit, map);
    let Some(framework) = framework else { return format!("Node.js ({language})") };
    let packages = unit.package.iter().chain(&unit.packages_above);
    let version =
        packages.filter_map(|(_, package)| package.dependency(framework.package)).find_map(|one| catalogs.major(&one.name, &one.version));
    match version {
        Some(version) => format!("{} {version} ({language})", framework.name),
        None => format!("{} ({language})", framework.name),
    }
}

fn language(unit: &Unit<'_>, map: &RepoMap) -> &'static str {
    let code = map.files_within(&unit.folder).filter(|file| !file.is_test && !file.is_generated && file.path.parent() != unit.folder);
    let is_typescript = |kind: FileKind| matches!(kind, FileKind::TypeScript | FileKind::Tsx);
    let (mut typescript, mut javascript) = (0_usize, 0_usize);
    for file in code {
        typescript += usize::from(is_typescript(file.kind));
        javascript += usize::from(file.kind == FileKind::JavaScript);
    }
    if typescript >= javascript && typescript > 0 { "TypeScript" } else { "JavaScript" }
}
