//! Pipelines of continuous integration and delivery: jobs, what they do, what starts them, names of secrets.
//! Values of variables never leave this file; of a command only what it is for.

use std::collections::BTreeSet;

use super::resource::{is_settled, text};
use super::{names_of, report_faults};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Pipeline, PipelineJob};
use crate::location::RepoPath;
use crate::syntax::shell;
use crate::syntax::yaml::YamlNode;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "yaml.ci",
    about: "pipelines of GitHub Actions, GitLab CI, Azure Pipelines, CircleCI, Cloud Build, Bitbucket: jobs, triggers, secrets by name",
    kinds: &[FileKind::Yaml],
    markers: &["jobs:", "script:", "steps:", "stages:"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tool) = tool_of(&cx.file.path) else { return };
    report_faults(cx, sink);
    let Some(root) = cx.yaml().first() else { return };
    let mut pipeline = Pipeline { tool, name: text(root, &["name"]), secrets: secrets(cx.text), ..Pipeline::default() };
    pipeline.triggers = root.get("on").or_else(|| root.get("trigger")).map(triggers).unwrap_or_default();
    pipeline.jobs = match tool {
        "GitLab CI" => gitlab_jobs(root),
        "Google Cloud Build" => vec![steps_job("build", root)],
        "Bitbucket Pipelines" => bitbucket_jobs(root),
        "Azure Pipelines" => azure_jobs(root),
        _ => keyed_jobs(root),
    };
    pipeline.jobs.retain(|job| !job.name.is_empty());
    if !pipeline.jobs.is_empty() {
        sink.fact(root.line(), Fact::Pipeline(pipeline));
    }
}

fn tool_of(path: &RepoPath) -> Option<&'static str> {
    let (folder, name) = (path.parent(), path.name());
    match name {
        _ if folder.as_str().ends_with(".github/workflows") || folder.as_str().ends_with(".gitea/workflows") => Some("GitHub Actions"),
        ".gitlab-ci.yml" | ".gitlab-ci.yaml" => Some("GitLab CI"),
        _ if folder.name().starts_with(".gitlab") => Some("GitLab CI"),
        _ if name.starts_with("cloudbuild") => Some("Google Cloud Build"),
        _ if name.starts_with("azure-pipelines") || folder.name() == ".azure-pipelines" => Some("Azure Pipelines"),
        "config.yml" | "config.yaml" if folder.name() == ".circleci" => Some("CircleCI"),
        "bitbucket-pipelines.yml" => Some("Bitbucket Pipelines"),
        _ => None,
    }
}

fn triggers(on: YamlNode<'_>) -> BTreeSet<String> {
    let mut all = names_of(Some(on));
    if let Some(schedules) = on.get("schedule") {
        all.remove("schedule");
        all.extend(schedules.items().into_iter().filter_map(|one| Some(format!("cron `{}`", text(one, &["cron"])?))));
    }
    all
}

/// Names after `secrets.` inside expressions.
fn secrets(text: &str) -> BTreeSet<String> {
    let inside = text.split("${{").skip(1).filter_map(|part| part.split("}}").next());
    let named = inside.flat_map(|part| part.split("secrets.").skip(1));
    named
        .map(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap_or_default().to_owned())
        .filter(|name| !name.is_empty() && name != "GITHUB_TOKEN")
        .collect()
}

/// Jobs by key with steps, as GitHub Actions and CircleCI have them.
fn keyed_jobs(root: YamlNode<'_>) -> Vec<PipelineJob> {
    let jobs = root.get("jobs").map(YamlNode::entries).unwrap_or_default();
    jobs.into_iter().filter(|(_, job)| job.is_mapping()).map(|(name, job)| steps_job(name, job)).collect()
}

fn steps_job(name: &str, job: YamlNode<'_>) -> PipelineJob {
    let mut one = PipelineJob { name: name.to_owned(), needs: names_of(job.get("needs")), ..PipelineJob::default() };
    one.environment = text(job, &["environment"]).or_else(|| text(job, &["environment", "name"])).filter(|name| is_settled(name));
    if let Some(used) = text(job, &["uses"]) {
        add_use(&used, &mut one);
    }
    for step in job.get("steps").map(YamlNode::items).unwrap_or_default() {
        add_step(step, &mut one);
    }
    one
}

fn add_step(step: YamlNode<'_>, one: &mut PipelineJob) {
    if let Some(used) = text(step, &["uses"]).or_else(|| text(step, &["task"])) {
        add_use(&used, one);
        let pushes = step.text_at(&["with", "push"]).is_some_and(|push| push != "false");
        if used.contains("build-push-action") && pushes {
            one.purposes.insert("publish");
        }
    }
    let image = text(step, &["name"]).filter(|name| name.contains('/') && !name.contains(' ') && step.get("args").is_some());
    let arguments: Vec<&str> =
        step.get("args").map(YamlNode::one_or_many).unwrap_or_default().into_iter().filter_map(YamlNode::text).collect();
    if let Some(image) = image {
        let program = image.split(':').next().unwrap_or(&image).rsplit('/').next().unwrap_or(&image).to_owned();
        one.purposes.extend(purposes(&format!("{program} {}", arguments.join(" "))));
        one.uses.insert(image);
    }
    let circle = step.get("run").filter(|run| run.is_mapping()).and_then(|run| run.text_at(&["command"]));
    let scripts = ["run", "script", "bash", "pwsh"].iter().filter_map(|key| step.text_at(&[key]));
    for script in scripts.chain(circle) {
        one.purposes.extend(purposes(script));
    }
}

fn add_use(used: &str, one: &mut PipelineJob) {
    const KNOWN: &[(&str, &str)] = &[
        ("build-push-action", "build"),
        ("docker@", "build"),
        ("deploy", "deploy"),
        ("helm", "deploy"),
        ("codeql", "scan"),
        ("trivy", "scan"),
        ("snyk", "scan"),
        ("sonar", "scan"),
        ("gitleaks", "scan"),
        ("golangci", "lint"),
        ("lint", "lint"),
        ("goreleaser", "publish"),
        ("release", "publish"),
        ("publish", "publish"),
        ("cypress", "test"),
        ("test", "test"),
    ];
    let name = used.rsplit('/').next().unwrap_or(used).to_ascii_lowercase();
    one.purposes.extend(KNOWN.iter().find(|(part, _)| name.contains(part) || used.contains(part)).map(|(_, purpose)| *purpose));
    one.uses.insert(used.to_owned());
}

/// Jobs are the top-level mappings with a script; keys of the language itself are not.
fn gitlab_jobs(root: YamlNode<'_>) -> Vec<PipelineJob> {
    const WORDS: &[&str] = &[
        "default",
        "include",
        "stages",
        "variables",
        "workflow",
        "image",
        "services",
        "cache",
        "before_script",
        "after_script",
        "pages:deploy",
    ];
    let jobs = root.entries().into_iter().filter(|(name, job)| job.is_mapping() && !WORDS.contains(name) && !name.starts_with('.'));
    jobs.map(|(name, job)| {
        let mut one = steps_job(name, job);
        let scripts = ["before_script", "script"].iter().filter_map(|key| job.get(key)).flat_map(YamlNode::one_or_many);
        for script in scripts.filter_map(YamlNode::text) {
            one.purposes.extend(purposes(script));
        }
        one.uses.extend(text(job, &["image"]).or_else(|| text(job, &["image", "name"])));
        one
    })
    .collect()
}

fn bitbucket_jobs(root: YamlNode<'_>) -> Vec<PipelineJob> {
    let sections = root.get("pipelines").map(YamlNode::entries).unwrap_or_default();
    let lists = sections.into_iter().flat_map(|(name, section)| {
        let nested = section.entries().into_iter().map(|(inner, list)| (format!("{name}: {inner}"), list));
        if section.is_sequence() { vec![(name.to_owned(), section)] } else { nested.collect() }
    });
    lists
        .map(|(name, list)| {
            let mut one = PipelineJob { name, ..PipelineJob::default() };
            for step in list.items().into_iter().filter_map(|item| item.get("step")) {
                for line in step.get("script").map(YamlNode::items).unwrap_or_default() {
                    one.purposes.extend(line.text().map(purposes).unwrap_or_default());
                }
                one.environment = one.environment.take().or_else(|| text(step, &["deployment"]));
            }
            one
        })
        .collect()
}

/// Stages hold jobs, jobs hold steps; each level may be left out.
fn azure_jobs(root: YamlNode<'_>) -> Vec<PipelineJob> {
    let stages = root.get("stages").map_or_else(|| vec![root], YamlNode::items);
    let jobs = stages.into_iter().flat_map(|stage| stage.get("jobs").map_or_else(|| vec![stage], YamlNode::items));
    jobs.map(|job| {
        let name = ["job", "deployment", "stage"].iter().find_map(|key| text(job, &[key])).unwrap_or_else(|| "pipeline".to_owned());
        let mut one = steps_job(&name, job);
        for step in job.path(&["strategy", "runOnce", "deploy", "steps"]).map(YamlNode::items).unwrap_or_default() {
            add_step(step, &mut one);
        }
        if job.get("deployment").is_some() {
            one.purposes.insert("deploy");
        }
        one
    })
    .collect()
}

/// What the commands of a script are for.
fn purposes(script: &str) -> BTreeSet<&'static str> {
    let lines = script.replace("\\\n", " ");
    shell::commands(&lines).iter().filter_map(|words| purpose(words)).collect()
}

fn purpose(words: &[String]) -> Option<&'static str> {
    let words: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !word.starts_with('-')).skip_while(|word| word.contains('=')).take(6).collect();
    let names = |part: &str| {
        words.iter().skip(1).any(|word| *word == part || word.starts_with(&format!("{part}:")) || word.ends_with(&format!(":{part}")))
    };
    match words.as_slice() {
        ["helm", "upgrade" | "install", ..]
        | ["kubectl", "apply" | "rollout" | "set", ..]
        | ["oc", "apply" | "process" | "rollout", ..] => Some("deploy"),
        ["gcloud", "run" | "app" | "functions" | "beta", ..] if names("deploy") => Some("deploy"),
        ["terraform" | "tofu" | "terragrunt", "apply", ..]
        | ["aws", "ecs" | "lambda" | "cloudformation", ..]
        | ["serverless" | "sls" | "cdk" | "pulumi" | "flyctl" | "vercel" | "skaffold", ..] => Some("deploy"),
        ["docker" | "podman", "push", ..]
        | ["npm" | "yarn" | "pnpm", "publish", ..]
        | ["npx", "semantic-release", ..]
        | ["helm", "push", ..] => Some("publish"),
        ["docker" | "podman" | "buildah" | "kaniko" | "executor", rest @ ..] if rest.contains(&"build") || rest.contains(&"buildx") => {
            Some("build")
        }
        ["go" | "cargo" | "dotnet", "test", ..] | ["jest" | "vitest" | "pytest" | "playwright" | "cypress", ..] => Some("test"),
        ["go" | "cargo" | "dotnet" | "make" | "tsc", "build" | "publish", ..] => Some("build"),
        ["golangci-lint" | "eslint" | "prettier" | "hadolint", ..] | ["go", "vet", ..] | ["cargo", "clippy" | "fmt", ..] => Some("lint"),
        ["npm" | "yarn" | "pnpm" | "npx" | "bun" | "nx" | "turbo" | "make" | "task" | "just", ..] => {
            let known = [("e2e", "test"), ("test", "test"), ("lint", "lint"), ("format", "lint"), ("prettier", "lint"), ("eslint", "lint")];
            let more = [
                ("deploy", "deploy"),
                ("migrate", "migrate"),
                ("release", "publish"),
                ("build", "build"),
                ("jest", "test"),
                ("vitest", "test"),
            ];
            known.iter().chain(&more).find(|(part, _)| names(part)).map(|(_, purpose)| *purpose)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    fn jobs(path: &str, text: &str) -> Vec<String> {
        let found = extraction(&[(path, text)]);
        assert!(!format!("{found:?}").contains("MARKER"));
        let pipelines = found.findings.into_iter().filter_map(|finding| match finding.fact {
            Fact::Pipeline(pipeline) => Some(pipeline),
            _ => None,
        });
        pipelines
            .flat_map(|one| {
                let head = format!("{} on {:?} with {:?}", one.tool, one.triggers, one.secrets);
                std::iter::once(head).chain(
                    one.jobs.into_iter().map(|job| format!("{}: {:?} {:?} {:?}", job.name, job.purposes, job.needs, job.environment)),
                )
            })
            .collect()
    }

    #[test]
    fn github_workflows_are_read() {
        let text = concat!(
            "name: CI\non:\n  push:\n  schedule: [{cron: '0 3 * * *'}]\njobs:\n  test:\n    runs-on: x\n    env: {A: MARKER}\n    steps:\n",
            "      - uses: actions/checkout@v4\n      - run: |\n          yarn lint\n          TOKEN=MARKER yarn test:e2e --key MARKER\n  ship:\n    needs: test\n    environment: production\n    steps:\n",
            "      - uses: docker/build-push-action@v5\n        with: {push: true}\n      - run: helm upgrade --install x . --set p=${{ secrets.DB_PASSWORD }}\n",
        );
        let expected = [
            "GitHub Actions on {\"cron `0 3 * * *`\", \"push\"} with {\"DB_PASSWORD\"}",
            "test: {\"lint\", \"test\"} {} None",
            "ship: {\"build\", \"deploy\", \"publish\"} {\"test\"} Some(\"production\")",
        ];
        assert_eq!(jobs(".github/workflows/ci.yml", text), expected);
    }

    #[test]
    fn gitlab_and_cloud_build_are_read() {
        let gitlab = "stages: [a]\nvariables: {X: MARKER}\n.hidden: {script: x}\ntests:\n  script: [go test ./..., docker build .]\n";
        assert_eq!(jobs(".gitlab-ci.yml", gitlab), ["GitLab CI on {} with {}", "tests: {\"build\", \"test\"} {} None"]);
        let cloud = "steps:\n  - name: gcr.io/cloud-builders/docker\n    args: [build, -t, x, .]\n  - name: gcr.io/cloud-builders/gcloud\n    args: [run, deploy, x]\n";
        assert_eq!(jobs("cloudbuild.yaml", cloud), ["Google Cloud Build on {} with {}", "build: {\"build\", \"deploy\"} {} None"]);
    }
}
