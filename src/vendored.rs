//! Which folders hold vendored code or what a build made, by their names and by what stands in and beside them.
//! Reads nothing: a folder on the disk and a folder of a revision say in their own way what they hold.

/// What a folder can be asked.
pub(crate) trait Folder {
    /// Whether a path below it exists.
    fn holds(&self, path: &str) -> bool;
    /// Whether something of a name stands beside it.
    fn beside(&self, name: &str) -> bool;
    /// Whether a name that stands beside it is wanted.
    fn any_beside(&self, wanted: &dyn Fn(&str) -> bool) -> bool;
}

/// Folders of vendored code or built output, by name, that are left out even where no ignore file says so.
/// Names that are ordinary words elsewhere (`bin`, `build`, `vendor`, `target`, `obj`, `coverage`) are looked at in [`is_built_output`].
const VENDORED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "bower_components",
    "jspm_packages",
    "dist",
    ".next",
    ".nuxt",
    ".output",
    ".svelte-kit",
    ".turbo",
    ".nx",
    ".yarn",
    ".pnpm-store",
    ".nyc_output",
    "__pycache__",
    ".venv",
    ".terraform",
    ".gradle",
    ".angular",
    ".vs",
    ".idea",
    ".cache",
];

/// Whether the folder at a path below the root is left out.
pub(crate) fn is_vendored(path: &str, folder: &dyn Folder) -> bool {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    VENDORED.contains(&name) || is_built_output(name, above, folder)
}

/// Whether what stands in or beside a folder says that a tool made it. Real systems have modules that are called `vendor` (a market place),
/// `target` (a campaign) or `coverage` (an insurance): among sources the name alone says nothing.
fn is_built_output(name: &str, above: &str, folder: &dyn Folder) -> bool {
    let holds = |names: &[&str]| names.iter().any(|name| folder.holds(name));
    let beside = |names: &[&str]| names.iter().any(|name| folder.beside(name));
    let project = || folder.any_beside(&|name| [".csproj", ".fsproj", ".vbproj"].iter().any(|end| name.ends_with(end)));
    let loose = || !above.split('/').any(|part| matches!(part, "src" | "app" | "modules" | "features" | "domain"));
    match name {
        "bin" => holds(&["Debug", "Release"]) || project(),
        "build" => holds(&["asset-manifest.json", "static/js", "CMakeCache.txt"]),
        "vendor" => loose() || holds(&["modules.txt", "autoload.php", "bundle"]) || beside(&["go.mod", "composer.json", "Gemfile"]),
        "target" => loose() || holds(&["CACHEDIR.TAG", "classes", "maven-status"]) || beside(&["Cargo.toml", "pom.xml", "build.sbt"]),
        "obj" => loose() || holds(&["project.assets.json", "Debug", "Release"]) || project(),
        "coverage" => {
            loose() || holds(&["lcov.info", "lcov-report", "clover.xml", "coverage-final.json", "coverage-summary.json", "index.html"])
        }
        _ => false,
    }
}
