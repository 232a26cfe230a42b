//! The kind of a file by its name.

use crate::location::RepoPath;

/// What a file is, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FileKind {
    /// `.ts`, `.mts`, `.cts`
    TypeScript,
    /// `.tsx`
    Tsx,
    /// `.js`, `.jsx`, `.mjs`, `.cjs`
    JavaScript,
    /// `.cs`
    CSharp,
    /// `.go`
    Go,
    /// `.sql`
    Sql,
    /// `.prisma`
    Prisma,
    /// `docker-compose*.yml`, `compose*.yaml`
    Compose,
    /// `Chart.yaml`
    Chart,
    /// Any other `.yaml`, `.yml`
    Yaml,
    /// `.tpl` of a chart
    Template,
    /// `package.json`
    PackageJson,
    /// `nest-cli.json`
    NestCli,
    /// `project.json` of Nx
    NxProject,
    /// `angular.json`, `workspace.json`, `nx.json`, `lerna.json`, `turbo.json`, `rush.json`
    WorkspaceJson,
    /// `pnpm-workspace.yaml`
    PnpmWorkspace,
    /// `tsconfig*.json`
    TsConfig,
    /// `appsettings.json`, `appsettings.Production.json`
    AppSettings,
    /// `launchSettings.json`
    LaunchSettings,
    /// Any other `.json`
    Json,
    /// `Dockerfile`, `Dockerfile.dev`, `api.Dockerfile`
    Dockerfile,
    /// `nginx.conf`, `default.conf.template`, `Caddyfile`, `haproxy.cfg`
    ServerConfig,
    /// `.tf`, `.tofu`
    Terraform,
    /// `.service`, `.timer`
    SystemdUnit,
    /// `.env`, `.env.example`
    DotEnv,
    /// `.md`, `.mdx`
    Markdown,
    /// `.puml`, `.mmd`, `.dsl` of Structurizr, `.c4` of LikeC4
    Diagram,
    /// `.proto`
    Proto,
    /// `.graphql`, `.gql`
    GraphQl,
    /// `.csproj`
    CsProject,
    /// `Directory.Build.props`, `Directory.Build.targets`, `Directory.Packages.props`
    BuildProps,
    /// `.sln`, `.slnx`
    Solution,
    /// `go.mod`
    GoMod,
    /// `go.work`
    GoWork,
    /// `.gitignore`, `.dockerignore`
    IgnoreFile,
    /// Lock files of package managers.
    LockFile,
    /// Configuration of linters, formatters, hooks, package managers without a kind of their own.
    ToolConfig,
    /// `.sh`, `.bash`, `.py`, `.rb`, `.ps1`
    Script,
    /// Anything else: never read.
    Other,
}

const LOCK_FILES: &[&str] =
    &["yarn.lock", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lockb", "bun.lock", "go.sum", "packages.lock.json"];

impl FileKind {
    /// The kind of a path.
    pub(crate) fn of(path: &RepoPath) -> Self {
        let name = path.name();
        if LOCK_FILES.contains(&name) {
            return Self::LockFile;
        }
        match name {
            "package.json" => return Self::PackageJson,
            "nest-cli.json" | ".nestcli.json" => return Self::NestCli,
            "project.json" => return Self::NxProject,
            "angular.json" | ".angular-cli.json" | "workspace.json" | "nx.json" | "lerna.json" | "turbo.json" | "rush.json" => {
                return Self::WorkspaceJson;
            }
            "pnpm-workspace.yaml" => return Self::PnpmWorkspace,
            "go.mod" => return Self::GoMod,
            "go.work" => return Self::GoWork,
            "Chart.yaml" | "Chart.yml" => return Self::Chart,
            ".gitignore" | ".dockerignore" => return Self::IgnoreFile,
            _ => {}
        }
        if is_dockerfile(name) {
            return Self::Dockerfile;
        }
        if is_server_config(name) {
            return Self::ServerConfig;
        }
        if name == ".env" || name.starts_with(".env.") || name.ends_with(".env") || name == "env.example" {
            return Self::DotEnv;
        }
        let by_extension = Self::of_extension(name, path.extension());
        if matches!(by_extension, Self::Other | Self::Script) && is_tool_config(path) { Self::ToolConfig } else { by_extension }
    }

    /// The word for a person.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::TypeScript | Self::Tsx => "TypeScript",
            Self::JavaScript => "JavaScript",
            Self::CSharp => "C#",
            Self::Go => "Go",
            Self::Sql => "SQL",
            Self::Prisma => "Prisma",
            Self::Compose => "Compose",
            Self::Chart => "Helm chart",
            Self::Yaml => "YAML",
            Self::Template => "Helm template",
            Self::PackageJson => "package.json",
            Self::NestCli => "nest-cli.json",
            Self::NxProject => "project.json",
            Self::WorkspaceJson => "workspace JSON",
            Self::PnpmWorkspace => "pnpm-workspace.yaml",
            Self::TsConfig => "tsconfig",
            Self::AppSettings => "appsettings.json",
            Self::LaunchSettings => "launchSettings.json",
            Self::Json => "JSON",
            Self::Dockerfile => "Dockerfile",
            Self::Terraform => "Terraform",
            Self::SystemdUnit => "systemd unit",
            Self::ServerConfig => "server configuration",
            Self::DotEnv => "dotenv",
            Self::Markdown => "Markdown",
            Self::Diagram => "diagram",
            Self::Proto => "Protocol Buffers",
            Self::GraphQl => "GraphQL",
            Self::CsProject => "csproj",
            Self::BuildProps => "MSBuild properties",
            Self::Solution => "solution",
            Self::GoMod => "go.mod",
            Self::GoWork => "go.work",
            Self::IgnoreFile => "ignore file",
            Self::LockFile => "lock file",
            Self::ToolConfig => "tool configuration",
            Self::Script => "script",
            Self::Other => "other",
        }
    }

    fn of_extension(name: &str, extension: &str) -> Self {
        match extension.to_ascii_lowercase().as_str() {
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "js" | "jsx" | "mjs" | "cjs" => Self::JavaScript,
            "cs" => Self::CSharp,
            "go" => Self::Go,
            "sql" => Self::Sql,
            "prisma" => Self::Prisma,
            "tpl" => Self::Template,
            "yaml" | "yml" if is_compose(name) => Self::Compose,
            "yaml" | "yml" => Self::Yaml,
            "json" if name.starts_with("tsconfig") => Self::TsConfig,
            "json" if name.eq_ignore_ascii_case("launchSettings.json") => Self::LaunchSettings,
            "json" if is_app_settings(name) => Self::AppSettings,
            "json" | "jsonc" | "nswag" => Self::Json,
            "md" | "mdx" | "markdown" => Self::Markdown,
            "puml" | "plantuml" | "mmd" | "mermaid" | "dsl" | "structurizr" | "c4" | "likec4" => Self::Diagram,
            "proto" => Self::Proto,
            "graphql" | "gql" | "graphqls" => Self::GraphQl,
            "csproj" => Self::CsProject,
            "tf" | "tofu" => Self::Terraform,
            "service" | "timer" => Self::SystemdUnit,
            "sln" | "slnx" => Self::Solution,
            "props" | "targets" if is_build_props(name) => Self::BuildProps,
            "sh" | "bash" | "py" | "rb" | "ps1" => Self::Script,
            _ => Self::Other,
        }
    }
}

fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower == "dockerfile"
        || lower == "containerfile"
        || lower.ends_with(".dockerfile")
        || lower
            .strip_prefix("dockerfile")
            .is_some_and(|rest| rest.starts_with(['.', '-', '_']) && !rest.ends_with(".dockerignore") && !rest.ends_with(".md"))
}

/// Configuration of proxies: `.conf`, also as a template, `haproxy.cfg`, `Caddyfile`.
fn is_server_config(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let template = [".template", ".tmpl", ".tpl", ".j2", ".erb", ".in", ".sigil"].iter().find_map(|end| lower.strip_suffix(end));
    let plain = template.unwrap_or(&lower);
    plain.ends_with(".conf") || plain.starts_with("haproxy") && plain.ends_with(".cfg") || plain.contains("caddyfile")
}

/// Files that MSBuild reads for every project below their folder.
fn is_build_props(name: &str) -> bool {
    name.ends_with(".props")
        || ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
}

/// `appsettings.json` and its like for one environment.
fn is_app_settings(name: &str) -> bool {
    name.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("appsettings")) && name[11..].starts_with(['.', '-'])
}

fn is_compose(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("docker-compose")
        || lower.starts_with("compose.")
        || lower.starts_with("compose-")
        || lower.contains(".docker-compose.")
}

/// Files without a telling extension that configure tools: `.eslintrc`, `.yarnrc`, `.npmrc`, hooks, `Procfile`.
fn is_tool_config(path: &RepoPath) -> bool {
    let name = path.name();
    let hidden = name.starts_with('.') && (name.ends_with("rc") || name.ends_with("ignore") || name.ends_with("config"));
    let hook = path.parent().parts().any(|part| matches!(part, ".husky" | ".lefthook" | ".githooks"));
    hidden || hook || name.eq_ignore_ascii_case("nuget.config") || matches!(name, "Procfile" | "Makefile" | "CODEOWNERS" | "CMakeLists.txt")
}

#[cfg(test)]
mod tests {
    use super::FileKind::{self, *};
    use crate::location::RepoPath;

    #[test]
    fn kinds_come_from_names() {
        let expected = [
            ("a/Dockerfile.dev", Dockerfile),
            ("a/api.dockerfile", Dockerfile),
            ("a/Dockerfile.dockerignore", Other),
            ("docker-compose.dev.yml", Compose),
            ("compose.yaml", Compose),
            ("a/values.yaml", Yaml),
            (".env.example", DotEnv),
            ("web/default.conf.template", ServerConfig),
            ("a/Caddyfile.dev", ServerConfig),
            ("src/environment.ts", TypeScript),
            ("package-lock.json", LockFile),
            ("tsconfig.build.json", TsConfig),
            ("src/Api/appsettings.Development.json", AppSettings),
            ("src/Api/Properties/launchSettings.json", LaunchSettings),
            ("appsettingsx.json", Json),
            (".eslintrc", ToolConfig),
            (".lefthook/commit-msg/commitlint", ToolConfig),
            ("README.md", Markdown),
            ("a.bin", Other),
        ];
        for (path, kind) in expected {
            assert_eq!(FileKind::of(&RepoPath::new(path)), kind, "{path}");
        }
    }
}
