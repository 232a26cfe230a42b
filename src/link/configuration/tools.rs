//! `development_tooling`: linters, formatters, hooks and the like, told by the names of their files and by their keys in a manifest.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::File;
use crate::finding::{Fact, ToolRole};
use crate::link::Input;
use crate::link::sentence::{joined, quoted};
use crate::location::Location;
use crate::model::Model;

/// Starts of file names -> tool. A name matches when it is the start itself or goes on with a dot.
const BY_FILE: &[(&str, &str, ToolRole)] = &[
    (".eslintrc", "ESLint", ToolRole::Linter),
    ("eslint.config", "ESLint", ToolRole::Linter),
    ("tslint", "TSLint", ToolRole::Linter),
    ("biome", "Biome", ToolRole::Linter),
    (".oxlintrc", "Oxlint", ToolRole::Linter),
    (".stylelintrc", "Stylelint", ToolRole::Linter),
    ("stylelint.config", "Stylelint", ToolRole::Linter),
    (".golangci", "golangci-lint", ToolRole::Linter),
    (".markdownlint", "markdownlint", ToolRole::Linter),
    (".hadolint", "hadolint", ToolRole::Linter),
    (".yamllint", "yamllint", ToolRole::Linter),
    (".sqlfluff", "SQLFluff", ToolRole::Linter),
    (".dependency-cruiser", "dependency-cruiser", ToolRole::Linter),
    ("stylecop", "StyleCop", ToolRole::Linter),
    ("knip", "Knip", ToolRole::Linter),
    (".prettierrc", "Prettier", ToolRole::Formatter),
    ("prettier.config", "Prettier", ToolRole::Formatter),
    ("dprint", "dprint", ToolRole::Formatter),
    (".oxfmtrc", "oxfmt", ToolRole::Formatter),
    (".csharpierrc", "CSharpier", ToolRole::Formatter),
    (".editorconfig", "EditorConfig", ToolRole::Formatter),
    (".lintstagedrc", "lint-staged", ToolRole::GitHook),
    ("lint-staged.config", "lint-staged", ToolRole::GitHook),
    ("lefthook", "Lefthook", ToolRole::GitHook),
    (".lefthook", "Lefthook", ToolRole::GitHook),
    (".pre-commit-config", "pre-commit", ToolRole::GitHook),
    (".commitlintrc", "commitlint", ToolRole::CommitMessages),
    ("commitlint.config", "commitlint", ToolRole::CommitMessages),
    (".czrc", "Commitizen", ToolRole::CommitMessages),
    (".gitleaks", "Gitleaks", ToolRole::SecurityScan),
    (".secretlintrc", "Secretlint", ToolRole::SecurityScan),
    (".snyk", "Snyk", ToolRole::SecurityScan),
    (".trivyignore", "Trivy", ToolRole::SecurityScan),
    (".gitguardian", "GitGuardian", ToolRole::SecurityScan),
    (".semgrepignore", "Semgrep", ToolRole::SecurityScan),
    ("sonar-project", "SonarQube", ToolRole::SecurityScan),
    (".sonarcloud", "SonarCloud", ToolRole::SecurityScan),
    ("renovate", "Renovate", ToolRole::DependencyUpdates),
    (".renovaterc", "Renovate", ToolRole::DependencyUpdates),
    ("dependabot", "Dependabot", ToolRole::DependencyUpdates),
    ("nx.json", "Nx", ToolRole::TaskRunner),
    ("turbo.json", "Turborepo", ToolRole::TaskRunner),
    ("lerna.json", "Lerna", ToolRole::TaskRunner),
    ("Makefile", "Make", ToolRole::TaskRunner),
    ("justfile", "just", ToolRole::TaskRunner),
    ("Justfile", "just", ToolRole::TaskRunner),
    ("Taskfile", "Task", ToolRole::TaskRunner),
    (".releaserc", "semantic-release", ToolRole::Release),
    ("release.config", "semantic-release", ToolRole::Release),
    (".release-it", "release-it", ToolRole::Release),
    ("release-please-config", "Release Please", ToolRole::Release),
    (".goreleaser", "GoReleaser", ToolRole::Release),
    (".versionrc", "standard-version", ToolRole::Release),
    ("devcontainer.json", "Dev Containers", ToolRole::Environment),
    (".devcontainer.json", "Dev Containers", ToolRole::Environment),
    (".nvmrc", "nvm", ToolRole::Environment),
    (".tool-versions", "asdf", ToolRole::Environment),
    ("mise.toml", "mise", ToolRole::Environment),
    (".gitpod", "Gitpod", ToolRole::Environment),
    ("devenv.nix", "devenv", ToolRole::Environment),
    ("tye", "Project Tye", ToolRole::Environment),
];

/// Keys of a package manifest -> tool.
const BY_KEY: &[(&str, &str, ToolRole)] = &[
    ("eslintConfig", "ESLint", ToolRole::Linter),
    ("stylelint", "Stylelint", ToolRole::Linter),
    ("prettier", "Prettier", ToolRole::Formatter),
    ("husky", "Husky", ToolRole::GitHook),
    ("lint-staged", "lint-staged", ToolRole::GitHook),
    ("simple-git-hooks", "simple-git-hooks", ToolRole::GitHook),
    ("pre-commit", "pre-commit", ToolRole::GitHook),
    ("commitlint", "commitlint", ToolRole::CommitMessages),
    ("config.commitizen", "Commitizen", ToolRole::CommitMessages),
    ("release", "semantic-release", ToolRole::Release),
    ("release-it", "release-it", ToolRole::Release),
    ("volta", "Volta", ToolRole::Environment),
];

/// What is known of one tool.
#[derive(Default)]
struct Tool {
    places: BTreeSet<String>,
    details: BTreeSet<String>,
}

pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut roles: BTreeMap<ToolRole, BTreeMap<&str, Tool>> = BTreeMap::new();
    for file in input.map.files.iter().filter(|file| !file.is_test) {
        if let Some((tool, role)) = of_file(file) {
            roles.entry(role).or_default().entry(tool).or_default().places.insert(file.path.as_str().to_owned());
            model.prove(&Location::new(&file.path, 1), tool, &["configuration", "development_tooling", topic(role)]);
        }
    }
    for finding in input.findings {
        match &finding.fact {
            Fact::DevelopmentTool(one) => {
                let tool = roles.entry(one.role).or_default().entry(&one.tool).or_default();
                tool.details.extend(one.detail.clone());
                model.prove(&finding.at, &one.tool, &["configuration", "development_tooling", topic(one.role)]);
            }
            Fact::Package(package) => {
                let known = BY_KEY.iter().filter(|(key, ..)| package.tool_keys.iter().any(|one| one == key));
                for (_, tool, role) in known {
                    let entry = roles.entry(*role).or_default().entry(tool).or_default();
                    entry.places.insert(finding.at.path.as_str().to_owned());
                    model.prove(&finding.at, tool, &["configuration", "development_tooling", topic(*role)]);
                }
            }
            _ => {}
        }
    }
    for (role, tools) in roles {
        let text = format!("{}.", joined(&tools.iter().map(|(name, tool)| describe(name, tool)).collect::<Vec<_>>()));
        model
            .configuration
            .development_tooling
            .entry(topic(role).to_owned())
            .and_modify(|all| all.push_str(&format!(" {text}")))
            .or_insert(text);
    }
}

fn of_file(file: &File) -> Option<(&'static str, ToolRole)> {
    let name = file.path.name();
    if name.ends_with(".md") || name.ends_with(".lock") {
        return None;
    }
    let fits = |start: &str| name.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    BY_FILE.iter().find(|(start, ..)| fits(start)).map(|(_, tool, role)| (*tool, *role))
}

fn topic(role: ToolRole) -> &'static str {
    match role {
        ToolRole::Linter | ToolRole::Formatter => "linting_and_formatting",
        ToolRole::GitHook => "git_hooks",
        ToolRole::CommitMessages => "commit_messages",
        ToolRole::SecurityScan => "security_scanning",
        ToolRole::DependencyUpdates => "dependency_updates",
        ToolRole::TaskRunner => "task_runners",
        ToolRole::Release => "releases",
        ToolRole::Environment => "development_environment",
    }
}

/// "ESLint (`.eslintrc.js`)", "Husky (`commit-msg` runs `commitlint`)".
fn describe(name: &str, tool: &Tool) -> String {
    let details = joined(&tool.details.iter().collect::<Vec<_>>());
    // The file nearest to the root speaks for its copies deeper down.
    let mut places: Vec<&String> = tool.places.iter().collect();
    places.sort_by_key(|path| (path.matches('/').count(), path.as_str()));
    match (places.is_empty(), details.is_empty()) {
        (true, true) => name.to_owned(),
        (true, false) => format!("{name} ({details})"),
        (false, true) => format!("{name} ({})", quoted(places, 2)),
        (false, false) => format!("{name} ({}; {details})", quoted(places, 2)),
    }
}
