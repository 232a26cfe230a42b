//! Git hooks: which tools run on which event (Husky, Lefthook, plain hook folders).
//! Tells names of tools and package scripts, never a whole command line.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{DevelopmentTool, Fact, ToolRole};
use crate::syntax::yaml::YamlNode;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.hooks",
    about: "Git hooks of Husky and Lefthook: event and the tools it runs",
    kinds: &[FileKind::ToolConfig, FileKind::Yaml, FileKind::Script],
    markers: &["commit", "lint", "npm", "pnpm", "yarn", "npx", "test", "run:", "hooks:"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// The events of Git that hooks are written for.
const EVENTS: &[&str] =
    &["pre-commit", "commit-msg", "pre-push", "prepare-commit-msg", "post-merge", "post-checkout", "post-commit", "pre-rebase"];

/// Tools that hooks run.
const TOOLS: &[&str] = &[
    "commitlint",
    "lint-staged",
    "eslint",
    "prettier",
    "tsc",
    "jest",
    "vitest",
    "biome",
    "stylelint",
    "gitleaks",
    "secretlint",
    "trufflehog",
    "commitizen",
    "validate-branch-name",
    "pretty-quick",
    "golangci-lint",
    "gofmt",
    "dotnet",
    "nx",
    "turbo",
    "oxlint",
    "dprint",
    "cspell",
    "git-cz",
    "cz",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let path = &cx.file.path;
    if matches!(path.name(), "lefthook.yml" | "lefthook.yaml" | ".lefthook.yml" | ".lefthook.yaml") {
        for (event, commands, line) in lefthook_events(cx.text) {
            add(sink, ("Lefthook", event), &tools_of(&commands), line);
        }
        return;
    }
    if matches!(path.name(), ".pre-commit-config.yaml" | ".pre-commit-config.yml") {
        pre_commit(cx, sink);
        return;
    }
    let parts: Vec<&str> = path.parts().collect();
    let event = parts.iter().copied().find(|part| EVENTS.contains(part));
    let (Some(tool), Some(event)) = (parts.iter().find_map(|part| tool_of(part)), event) else { return };
    let mut tools = tools_of(cx.text);
    // Lefthook names a script after what it runs: `.lefthook/commit-msg/commitlint`.
    tools.extend(TOOLS.iter().filter(|name| path.stem() == **name).map(|name| (*name).to_owned()));
    add(sink, (tool, event), &tools, 1);
}

/// The hooks of `.pre-commit-config.yaml` by their ids, each with the stage that it runs in.
fn pre_commit(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(root) = cx.yaml().first() else { return };
    let mut events: BTreeMap<String, (BTreeSet<String>, u32)> = BTreeMap::new();
    for hook in root.get("repos").into_iter().flat_map(YamlNode::items).filter_map(|one| one.get("hooks")).flat_map(YamlNode::items) {
        let Some(id) = hook.text_at(&["id"]) else { continue };
        let stated: Vec<String> =
            hook.get("stages").into_iter().flat_map(YamlNode::items).filter_map(|one| one.text()).map(str::to_owned).collect();
        let stages = if stated.is_empty() { vec!["pre-commit".to_owned()] } else { stated };
        for stage in stages {
            // Older versions call the stages `commit` and `push`.
            let event = if matches!(stage.as_str(), "commit" | "push") { format!("pre-{stage}") } else { stage };
            events.entry(event).or_insert_with(|| (BTreeSet::new(), hook.line())).0.insert(id.to_owned());
        }
    }
    for (event, (ids, line)) in events {
        add(sink, ("pre-commit", &event), &ids, line);
    }
}

fn tool_of(folder: &str) -> Option<&'static str> {
    match folder {
        ".husky" => Some("Husky"),
        ".lefthook" => Some("Lefthook"),
        ".githooks" | ".git-hooks" => Some("Git hooks"),
        _ => None,
    }
}

fn add(sink: &mut Sink<'_>, (tool, event): (&str, &str), tools: &BTreeSet<String>, line: u32) {
    if tools.is_empty() {
        return;
    }
    let names: Vec<String> = tools.iter().map(|name| format!("`{name}`")).collect();
    let detail = Some(format!("`{event}` runs {}", names.join(", ")));
    sink.fact(line, Fact::DevelopmentTool(DevelopmentTool { tool: tool.to_owned(), role: ToolRole::GitHook, detail }));
}

/// Known tools and package scripts in a hook's commands.
fn tools_of(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#') && !line.starts_with(". ") && !line.starts_with("echo"));
    for line in lines {
        let words: Vec<&str> =
            line.split(|one: char| one.is_whitespace() || "\"'();&|".contains(one)).filter(|word| !word.is_empty()).collect();
        for (at, word) in words.iter().enumerate() {
            let base = word.rsplit('/').next().unwrap_or(word);
            if TOOLS.contains(&base) {
                found.insert(base.to_owned());
            } else if matches!(*word, "npm" | "pnpm" | "yarn" | "bun") {
                found.extend(script_of(word, &words[at + 1..]));
            }
        }
    }
    found
}

/// `npm run lint` of `npm run lint --silent`; none for `yarn commitlint`, where the tool itself is told.
fn script_of(manager: &str, after: &[&str]) -> Option<String> {
    let (run, name) = match after {
        ["run", name, ..] => (" run", *name),
        ["test", ..] => ("", "test"),
        [name, ..] if manager != "npm" => ("", *name),
        _ => return None,
    };
    let plain = name.chars().all(|one| one.is_ascii_alphanumeric() || ":-_.".contains(one)) && !name.starts_with('-');
    let is_script = plain && !TOOLS.contains(&name) && !matches!(name, "exec" | "dlx" | "install" | "run");
    is_script.then(|| format!("{manager}{run} {name}"))
}

/// The events of a `lefthook.yml` with the text of their commands.
fn lefthook_events(text: &str) -> Vec<(&str, String, u32)> {
    let mut found: Vec<(&str, String, u32)> = Vec::new();
    let mut open = false;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(key) = line.strip_suffix(':').filter(|key| !key.starts_with([' ', '#', '\t', '-'])) {
            open = EVENTS.contains(&key);
            if open {
                found.push((key, String::new(), number));
            }
        } else if open && let Some((_, commands, _)) = found.last_mut() {
            let command = line.trim().trim_start_matches("- ");
            commands.push_str(command.strip_prefix("run:").unwrap_or(command).trim_start());
            commands.push('\n');
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{lefthook_events, tools_of};

    fn tools(text: &str) -> String {
        tools_of(text).into_iter().collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn tools_and_scripts_are_named_without_their_arguments() {
        assert_eq!(tools("#!/bin/sh\n. \"$(dirname \"$0\")/_/husky.sh\"\n\nnpx --no -- commitlint --edit ${1}\n"), "commitlint");
        assert_eq!(
            tools("yarn lint-staged && pnpm run type-check --token=abc\nnpm test\n# npx jest\n"),
            "lint-staged, npm test, pnpm run type-check"
        );
        assert_eq!(tools("./node_modules/.bin/eslint .\nyarn format\n"), "eslint, yarn format");
    }

    #[test]
    fn lefthook_events_hold_their_commands() {
        let text = "pre-commit:\n  parallel: true\n  commands:\n    lint:\n      run: npx eslint {staged_files}\ncolors: false\ncommit-msg:\n  commands:\n    a:\n      run: commitlint\n";
        let found: Vec<String> =
            lefthook_events(text).iter().map(|(event, text, line)| format!("{line} {event} {}", tools(text))).collect();
        assert_eq!(found, ["1 pre-commit eslint", "7 commit-msg commitlint"]);
    }
}
