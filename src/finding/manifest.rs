//! Facts that manifests state: packages, the projects of a workspace, its tools.
//! Holds no values of variables and nothing that a package registry would have to be asked for.

use crate::location::RepoPath;

/// A package: the manifest of one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Package {
    /// Its name, with scope.
    pub(crate) name: Option<String>,
    /// What it says of itself.
    pub(crate) description: Option<String>,
    /// Whether it says that it must not be published.
    pub(crate) private: bool,
    /// Whether other packages can import it: `exports`, `types`, `module`, `publishConfig`, or a `main` among built files.
    pub(crate) importable: bool,
    /// Whether it installs commands.
    pub(crate) executable: bool,
    /// The globs of its workspace members.
    pub(crate) workspaces: Vec<String>,
    /// Its scripts, in written order.
    pub(crate) scripts: Vec<Script>,
    /// What it depends on, in written order.
    pub(crate) dependencies: Vec<Dependency>,
    /// The package manager that it asks for: `pnpm@9.1.0`.
    pub(crate) package_manager: Option<String>,
    /// The run times that it asks for: `(node, >=20)`.
    pub(crate) engines: Vec<(String, String)>,
    /// The SDK of a .NET project: `Microsoft.NET.Sdk.Web`.
    pub(crate) sdk: Option<String>,
    /// The target framework or language version: `net8.0`, `1.22`.
    pub(crate) target: Option<String>,
    /// The projects that it is built with: their folders, from the root of the repository.
    pub(crate) projects: Vec<RepoPath>,
    /// The files whose properties it takes in, from the root of the repository.
    pub(crate) imports: Vec<RepoPath>,
    /// Properties that say what is built: `OutputType`, `AzureFunctionsVersion`, `IsTestProject`.
    pub(crate) properties: Vec<(String, String)>,
    /// The keys of tools that are configured in the manifest itself: `jest`, `eslintConfig`, `lint-staged`.
    pub(crate) tool_keys: Vec<String>,
}

/// What a file says for all projects below its folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProjectDefaults {
    /// The target framework.
    pub(crate) target: Option<String>,
    /// Properties that say what is built.
    pub(crate) properties: Vec<(String, String)>,
    /// Versions of packages that projects name without one: `(package, version)`.
    pub(crate) versions: Vec<(String, String)>,
    /// Projects that those below the folder are built with.
    pub(crate) references: Vec<SharedReference>,
}

/// Projects that a file for a whole folder makes others be built with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SharedReference {
    /// Which projects it holds for: one of these must fit, and all of its parts; none at all: every project.
    pub(crate) holds_for: Vec<Vec<ProjectTest>>,
    /// The path of the referenced projects, `*` and `**` among its parts.
    pub(crate) path: String,
    /// Whether the path starts at the file that states it, and not at the project.
    pub(crate) from_file: bool,
}

/// A test of the name or the path of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProjectTest {
    /// Whether the whole path is tested, and not the name alone.
    pub(crate) of_path: bool,
    /// Where the text must stand.
    pub(crate) place: TextPlace,
    /// The text.
    pub(crate) text: String,
}

/// Where a text must stand in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextPlace {
    /// At its end.
    End,
    /// At its start.
    Start,
    /// Anywhere.
    Anywhere,
    /// It is the whole.
    Whole,
}

impl ProjectTest {
    /// Whether a project of this name and path passes.
    pub(crate) fn passes(&self, name: &str, path: &str) -> bool {
        let tested = if self.of_path { path } else { name };
        match self.place {
            TextPlace::End => tested.ends_with(&self.text),
            TextPlace::Start => tested.starts_with(&self.text),
            TextPlace::Anywhere => tested.contains(&self.text),
            TextPlace::Whole => tested.eq_ignore_ascii_case(&self.text),
        }
    }
}

/// A script of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    /// Its name: `start:prod`.
    pub(crate) name: String,
    /// What it runs.
    pub(crate) command: String,
    /// The line of its name.
    pub(crate) line: u32,
}

/// What a dependency is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DependencyScope {
    /// When it runs.
    Runtime,
    /// When it is built or tested.
    Development,
    /// From the package that uses it.
    Peer,
}

/// A dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// Its name, with scope.
    pub(crate) name: String,
    /// The version as written: `^10.3.0`, `workspace:*`, `catalog:`.
    pub(crate) version: String,
    /// What for.
    pub(crate) scope: DependencyScope,
    /// The line of its name.
    pub(crate) line: u32,
}

impl Package {
    /// Whether it is a project of .NET.
    pub(crate) fn is_dotnet(&self) -> bool {
        self.sdk.is_some()
    }

    /// The property of that name.
    pub(crate) fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The dependency of that name, a runtime one first.
    pub(crate) fn dependency(&self, name: &str) -> Option<&Dependency> {
        self.dependencies.iter().filter(|one| one.name == name).min_by_key(|one| one.scope)
    }

    /// The command of the script of that name.
    pub(crate) fn script(&self, name: &str) -> Option<&str> {
        self.scripts.iter().find(|one| one.name == name).map(|one| one.command.as_str())
    }
}

/// What a workspace tool says that a project is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ProjectKind {
    /// Deployed or run on its own.
    Application,
    /// Used by applications.
    Library,
    /// The tool does not say.
    Unstated,
}

/// A project that a workspace tool declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Project {
    /// The tool: `nest-cli`, `Nx`, `Angular CLI`.
    pub(crate) tool: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: ProjectKind,
    /// Its folder, from the root of the repository.
    pub(crate) root: RepoPath,
    /// The file it starts with, where stated, from the root of the repository and without extension: `apps/api/src/main`.
    pub(crate) entry: Option<RepoPath>,
    /// Its targets: name -> executor or command.
    pub(crate) targets: Vec<(String, String)>,
}

/// A file that joins several packages or projects into one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Workspace {
    /// The tool: `pnpm`, `Lerna`, `Nx`, `Turborepo`, `nest-cli`, `Angular CLI`.
    pub(crate) tool: &'static str,
    /// The globs of its members, where it states them.
    pub(crate) members: Vec<String>,
    /// Versions that members refer to with `catalog:`: `(catalog, package, version)`, the default catalog being `default`.
    pub(crate) catalog: Vec<(String, String, String)>,
}
