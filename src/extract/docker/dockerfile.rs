//! Dockerfiles: stages, base images, ports, users, commands, how dependencies are installed and what is built.
//! Values of `ENV`, and of arguments that are not plain words, never leave this file.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::FileKind;
use crate::extract::hosts::hosts_of;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{DockerCopy, DockerStage, Dockerfile, Fact};
use crate::gap::GapCode;
use crate::syntax::dockerfile::{Instruction, instructions, is_known};
use crate::syntax::shell;
use crate::syntax::variables::{is_secret_name, substitute};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "docker.dockerfile",
    about: "Dockerfiles: stages, base images, ports, user, entry point, installed dependencies",
    kinds: &[FileKind::Dockerfile],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let all = instructions(cx.text);
    let Some(first) = all.iter().find(|one| one.name == "FROM") else {
        sink.gap(GapCode::NotUnderstood, None, "the file is named like a Dockerfile but has no FROM");
        return;
    };
    let mut file = Dockerfile::default();
    let mut reader = Reader::default();
    let mut unknown = None;
    for one in &all {
        match one.name.as_str() {
            "ARG" => reader.arguments(one, &mut file),
            "FROM" => reader.from(one, &mut file),
            name if !is_known(name) => unknown = unknown.or(Some(one)),
            _ => {}
        }
        if let Some(stage) = file.stages.last_mut() {
            reader.instruction(one, stage);
        }
        file.secrets.extend(mounted_secrets(one));
    }
    if let Some(one) = unknown {
        sink.gap(GapCode::StatementNotUnderstood, Some(one.line), "this is no instruction of a Dockerfile");
    }
    sink.fact(first.line, Fact::Dockerfile(file));
}

/// The variables known at a place of the file.
#[derive(Default)]
struct Reader {
    /// Arguments before the first `FROM`, for all `FROM` lines.
    global: BTreeMap<String, String>,
    /// Arguments and `ENV` of the current stage.
    local: BTreeMap<String, String>,
}

impl Reader {
    fn expand(&self, text: &str) -> String {
        substitute(text, &|name| self.local.get(name).cloned())
    }

    fn arguments(&mut self, one: &Instruction, file: &mut Dockerfile) {
        for word in one.words() {
            let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
            let value = value.map(|value| self.expand(value.trim_matches(['"', '\'']))).or_else(|| self.global.get(name).cloned());
            let shown = value.clone().filter(|value| !is_secret_name(name) && shell::is_plain(value));
            file.arguments.entry(name.to_owned()).or_insert(shown);
            if let Some(value) = value {
                if file.stages.is_empty() {
                    self.global.insert(name.to_owned(), value.clone());
                }
                self.local.insert(name.to_owned(), value);
            }
        }
    }

    fn from(&mut self, one: &Instruction, file: &mut Dockerfile) {
        let words = one.words();
        let Some(image) = words.first().map(|image| substitute(image, &|name| self.global.get(name).cloned())) else { return };
        let name = words.windows(2).find(|pair| pair[0].eq_ignore_ascii_case("as")).map(|pair| pair[1].clone());
        let base_stage = file.stages.iter().position(|stage| stage.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&image)));
        self.local.clear();
        file.stages.push(DockerStage {
            name,
            line: one.line,
            base: if base_stage.is_some() { None } else { Some(image) },
            base_stage,
            ..DockerStage::default()
        });
    }

    fn instruction(&mut self, one: &Instruction, stage: &mut DockerStage) {
        match one.name.as_str() {
            "EXPOSE" => stage.ports.extend(one.words().iter().map(|word| self.expand(word))),
            "USER" => stage.user = one.words().first().map(|user| self.expand(user)),
            "WORKDIR" => stage.workdir = Some(self.expand(one.rest.trim_matches(['"', '\'']))),
            "ENV" => self.environment(one, stage),
            "COPY" | "ADD" => stage.copies.extend(copy(one)),
            "ENTRYPOINT" => stage.entrypoint = self.command(one),
            "CMD" => stage.command = self.command(one),
            "HEALTHCHECK" => stage.healthcheck = !one.rest.eq_ignore_ascii_case("none"),
            "RUN" => self.run(one, stage),
            _ => {}
        }
    }

    fn environment(&mut self, one: &Instruction, stage: &mut DockerStage) {
        let assigned = one.rest.split_whitespace().next().is_some_and(|word| word.contains('='));
        if !assigned {
            // The old form with a blank: ENV NAME the whole rest.
            if let Some((name, value)) = one.rest.split_once(char::is_whitespace) {
                stage.environment.insert(name.to_owned());
                stage.hosts.extend(hosts_of(name, value.trim()));
                self.local.insert(name.to_owned(), value.trim().to_owned());
            }
            return;
        }
        for (name, value) in assignments(&one.rest) {
            let value = self.expand(&value);
            stage.environment.insert(name.clone());
            stage.hosts.extend(hosts_of(&name, &value));
            self.local.insert(name, value);
        }
    }

    fn command(&self, one: &Instruction) -> Option<String> {
        if !one.rest.starts_with('[') {
            return shell::plain_command(&self.expand(&one.rest));
        }
        let words: Vec<String> = one.words().iter().map(|word| self.expand(word)).collect();
        match words.as_slice() {
            [shell, option, line, ..] if shell.ends_with("sh") && option.starts_with('-') => shell::plain_command(line),
            // An init process runs what stands behind its `--`.
            [init, rest @ ..] if matches!(init.rsplit('/').next(), Some("tini" | "dumb-init")) => {
                shell::plain_words(rest.iter().map(String::as_str).skip_while(|word| word.starts_with('-')))
            }
            words => shell::plain_words(words.iter().map(String::as_str)),
        }
    }

    fn run(&self, one: &Instruction, stage: &mut DockerStage) {
        for words in shell::commands(&self.expand(&one.script())) {
            let words: Vec<&str> = words.iter().map(String::as_str).skip_while(|word| word.contains('=')).collect();
            if let Some(shown) = install(&words) {
                stage.installs.insert(shown);
            } else if let Some(shown) = build(&words) {
                stage.builds.insert(shown);
            }
        }
    }
}

/// `A=b C="d e"` with quotes taken off.
fn assignments(text: &str) -> Vec<(String, String)> {
    let words = shell::commands(&text.replace(['&', '|', ';', '(', ')'], "_")).concat();
    words.iter().filter_map(|word| word.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn copy(one: &Instruction) -> Option<DockerCopy> {
    let mut sources = one.words();
    let destination = sources.pop()?;
    Some(DockerCopy { from: one.option("from").map(str::to_owned), sources, destination })
}

fn mounted_secrets(one: &Instruction) -> BTreeSet<String> {
    let mounts = one.options.iter().filter(|(key, value)| key == "mount" && value.contains("type=secret"));
    mounts.filter_map(|(_, value)| value.split(',').find_map(|part| part.strip_prefix("id="))).map(str::to_owned).collect()
}

/// A command that installs the dependencies of a project, with its options that hold no value.
fn install(words: &[&str]) -> Option<String> {
    let is_install = match words {
        ["npm", verb, ..] => matches!(*verb, "ci" | "install" | "i" | "clean-install"),
        ["yarn"] => true,
        ["yarn", verb, ..] => *verb == "install" || verb.starts_with("--") || *verb == "workspaces",
        ["pnpm" | "bun", rest @ ..] => {
            rest.iter().find(|word| !word.starts_with('-')).is_some_and(|verb| matches!(*verb, "install" | "i" | "fetch"))
        }
        ["pip" | "pip3", verb, ..] => *verb == "install",
        ["poetry" | "composer" | "bundle", verb, ..] => *verb == "install",
        ["uv", verb, ..] => *verb == "sync",
        ["go", "mod", "download", ..] | ["dotnet", "restore", ..] | ["cargo", "fetch", ..] => true,
        _ => false,
    };
    is_install.then(|| shown(words))
}

/// A command that builds a project.
fn build(words: &[&str]) -> Option<String> {
    let has = |names: &[&str]| words.iter().any(|word| names.iter().any(|name| word == name || word.starts_with(&format!("{name}:"))));
    let is_build = match words {
        ["npm" | "yarn" | "pnpm" | "bun" | "npx" | "nx" | "turbo" | "lerna" | "nest" | "ng" | "rush", ..] => {
            has(&["build", "bundle", "deploy", "compile", "prune"])
        }
        ["dotnet", verb, ..] => matches!(*verb, "build" | "publish"),
        ["go", "build" | "install", ..] | ["cargo", "build" | "install", ..] | ["make", _, ..] => true,
        ["mvn" | "./mvnw" | "gradle" | "./gradlew", ..] => true,
        ["tsc" | "webpack" | "vite" | "esbuild" | "next", ..] => true,
        _ => false,
    };
    is_build.then(|| shown(words))
}

/// The words that are names, paths or options without a value.
fn shown(words: &[&str]) -> String {
    let mut out: Vec<&str> = Vec::new();
    let mut skip = false;
    for word in words.iter().take(24) {
        if std::mem::take(&mut skip) {
            continue;
        }
        let option = word.strip_prefix('-').map(|rest| rest.trim_start_matches('-'));
        match option {
            // An option that takes a secret would be followed by its value.
            Some(name) if is_secret_name(name) => skip = true,
            Some(name) if !name.contains('=') && shell::is_plain(name) => out.push(word),
            Some(name) if name.split_once('=').is_some_and(|(key, value)| !is_secret_name(key) && shell::is_plain(value)) => out.push(word),
            None if shell::is_plain(word) => out.push(word),
            _ => {}
        }
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use crate::finding::{Dockerfile, Fact};
    use crate::trial::extraction;

    fn read(text: &str) -> Dockerfile {
        let found = extraction(&[("Dockerfile", text)]);
        let file = found.findings.into_iter().find_map(|finding| match finding.fact {
            Fact::Dockerfile(file) => Some(file),
            _ => None,
        });
        file.unwrap()
    }

    #[test]
    fn stages_ports_users_and_installs_are_read() {
        let file = read(concat!(
            "ARG NODE=18.15\nFROM node:${NODE}-slim AS build\nARG APP\nWORKDIR /app\nCOPY package.json yarn.lock ./\n",
            "RUN --mount=type=secret,id=npmrc yarn install --frozen-lockfile --network-timeout 100 && npx nx build api --prod\n",
            "FROM gcr.io/distroless/nodejs:18\nENV PORT=8080 NODE_ENV=production\nCOPY --from=build /app/dist /app\n",
            "EXPOSE ${PORT}\nUSER node\nENTRYPOINT [\"tini\", \"--\", \"node\", \"dist/main.js\", \"--key\", \"MARKER\"]\n",
        ));
        assert_eq!(file.stages.len(), 2);
        let (build, last) = (&file.stages[0], &file.stages[1]);
        assert_eq!((build.name.as_deref(), build.base.as_deref()), (Some("build"), Some("node:18.15-slim")));
        assert_eq!(build.installs.iter().collect::<Vec<_>>(), ["yarn install --frozen-lockfile --network-timeout 100"]);
        assert_eq!(build.builds.iter().collect::<Vec<_>>(), ["npx nx build api --prod"]);
        assert_eq!(last.ports.iter().collect::<Vec<_>>(), ["8080"]);
        assert_eq!((last.user.as_deref(), last.entrypoint.as_deref()), (Some("node"), Some("node dist/main.js")));
        assert_eq!(last.environment.iter().collect::<Vec<_>>(), ["NODE_ENV", "PORT"]);
        assert_eq!(last.copies[0].from.as_deref(), Some("build"));
        assert!(file.secrets.contains("npmrc"));
    }

    #[test]
    fn a_stage_that_starts_from_another_one_is_told() {
        let file = read(
            "FROM node:20 AS base\nFROM base AS dev\nRUN npm ci --omit=dev\nHEALTHCHECK CMD curl http://x\nFROM BASE\nCMD npm start\n",
        );
        let bases: Vec<_> = file.stages.iter().map(|stage| (stage.base.as_deref(), stage.base_stage)).collect();
        assert_eq!(bases, [(Some("node:20"), None), (None, Some(0)), (None, Some(0))]);
        assert!(file.stages[1].healthcheck && file.stages[1].installs.contains("npm ci --omit=dev"));
        assert_eq!(file.stages[2].command.as_deref(), Some("npm start"));
    }

    #[test]
    fn secret_values_stay_in_the_file() {
        let text = concat!(
            "ARG NPM_TOKEN=MARKER1\nARG X=postgres://u:MARKER2@h/d\nFROM a\nENV PASSWORD=MARKER3 URL=http://u:MARKER4@h\n",
            "RUN TOKEN=MARKER5 npm ci --token MARKER6 --registry=https://u:MARKER7@h && npm config set //r/:_authToken MARKER8\n",
            "RUN echo MARKER9 | docker login --password-stdin\nCMD app --pw MARKER0\nLABEL x=MARKER\n",
        );
        let shown = format!("{:?}", extraction(&[("Dockerfile", text)]).findings);
        assert!(!shown.contains("MARKER"), "{shown}");
    }
}
