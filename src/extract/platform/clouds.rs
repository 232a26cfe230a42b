//! Files that say what a cloud runs: task definitions of Amazon ECS, `app.yaml` of App Engine, functions of the Serverless Framework;
//! and what Skaffold builds and deploys. Of variables only names and hosts are taken.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::FileKind;
use crate::extract::hosts::hosts_of;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, HostReference, PlatformResource};
use crate::syntax::yaml::YamlNode;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "platform.clouds",
    about: "Amazon ECS task definitions, Google App Engine services, functions of the Serverless Framework, Skaffold",
    kinds: &[FileKind::Json, FileKind::Yaml],
    markers: &["containerDefinitions", "runtime:", "skaffold/"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let name = cx.file.path.name();
    let stands = |key: &str| cx.text.lines().any(|line| line.starts_with(key));
    let read: fn(YamlNode<'_>) -> Vec<(u32, PlatformResource)> =
        if cx.text.contains("\"containerDefinitions\"") || stands("containerDefinitions:") {
            task
        } else if name.starts_with("app") && stands("runtime:") && cx.file.kind == FileKind::Yaml {
            app_engine
        } else if name.starts_with("serverless") && stands("functions:") && stands("provider:") {
            serverless
        } else if cx.text.contains("apiVersion: skaffold/") {
            skaffold
        } else {
            return;
        };
    for root in cx.yaml().documents() {
        for (line, one) in read(root) {
            sink.fact(line, Fact::PlatformResource(one));
        }
    }
}

/// The plain text under a path; what a template leaves open is none.
fn text(node: YamlNode<'_>, keys: &[&str]) -> Option<String> {
    node.text_at(keys)
        .filter(|text| !text.contains("${") && !text.contains("{{") && !text.contains('<') && !text.is_empty())
        .map(str::to_owned)
}

fn items<'a>(node: YamlNode<'a>, keys: &[&str]) -> Vec<YamlNode<'a>> {
    node.path(keys).map(YamlNode::items).unwrap_or_default()
}

/// Facts of one part, empty ones left out.
#[derive(Default)]
struct Part {
    facts: BTreeMap<&'static str, BTreeSet<String>>,
    hosts: BTreeSet<HostReference>,
}

impl Part {
    fn add(&mut self, name: &'static str, values: impl IntoIterator<Item = String>) {
        let values: BTreeSet<String> = values.into_iter().collect();
        if !values.is_empty() {
            self.facts.entry(name).or_default().extend(values);
        }
    }

    fn variable(&mut self, name: &str, value: Option<&str>) {
        self.add("env", [name.to_owned()]);
        self.hosts.extend(value.into_iter().flat_map(|value| hosts_of(name, value)));
    }

    fn of(self, tool: &'static str, kind: &str, name: String) -> PlatformResource {
        PlatformResource { tool, kind: kind.to_owned(), name, facts: self.facts, hosts: self.hosts, ..PlatformResource::default() }
    }
}

fn task(root: YamlNode<'_>) -> Vec<(u32, PlatformResource)> {
    let family = text(root, &["family"]);
    let one = |node: YamlNode<'_>| {
        let mut part = Part::default();
        let name = text(node, &["name"])?;
        part.add("image", text(node, &["image"]));
        part.add("ports", items(node, &["portMappings"]).into_iter().filter_map(|port| text(port, &["containerPort"])));
        part.add("cpu", text(node, &["cpu"]).or_else(|| text(root, &["cpu"])));
        part.add("memory", text(node, &["memory"]).or_else(|| text(root, &["memory"])));
        part.add("family", family.clone());
        part.add("depends_on", items(node, &["dependsOn"]).into_iter().filter_map(|other| text(other, &["containerName"])));
        for variable in items(node, &["environment"]) {
            if let Some(name) = text(variable, &["name"]) {
                part.variable(&name, variable.text_at(&["value"]));
            }
        }
        part.add("secrets", items(node, &["secrets"]).into_iter().filter_map(|secret| text(secret, &["name"])));
        part.add("probes", node.get("healthCheck").map(|_| "health check".to_owned()));
        Some((node.line(), part.of("ecs", "Container", name)))
    };
    items(root, &["containerDefinitions"]).into_iter().filter_map(one).collect()
}

fn app_engine(root: YamlNode<'_>) -> Vec<(u32, PlatformResource)> {
    let Some(runtime) = text(root, &["runtime"]) else { return Vec::new() };
    let mut part = Part::default();
    part.add("runtime", [runtime]);
    part.add("size", text(root, &["instance_class"]));
    part.add("command", text(root, &["entrypoint"]).and_then(|line| crate::syntax::shell::plain_command(&line)));
    for scaling in ["automatic_scaling", "basic_scaling"] {
        part.add("min_replicas", text(root, &[scaling, "min_instances"]).or_else(|| text(root, &[scaling, "min_num_instances"])));
        part.add("max_replicas", text(root, &[scaling, "max_instances"]).or_else(|| text(root, &[scaling, "max_num_instances"])));
    }
    for (name, value) in root.get("env_variables").map(YamlNode::entries).unwrap_or_default() {
        part.variable(name, value.text());
    }
    let name = text(root, &["service"]).unwrap_or_else(|| "default".to_owned());
    vec![(root.line(), part.of("app-engine", "Service", name))]
}

fn serverless(root: YamlNode<'_>) -> Vec<(u32, PlatformResource)> {
    let shared: Vec<(&str, YamlNode<'_>)> = root.path(&["provider", "environment"]).map(YamlNode::entries).unwrap_or_default();
    let one = |(name, node): (&str, YamlNode<'_>)| {
        let mut part = Part::default();
        part.add("runtime", text(node, &["runtime"]).or_else(|| text(root, &["provider", "runtime"])));
        part.add("handler", text(node, &["handler"]));
        part.add("image", text(node, &["image"]));
        part.add("memory", text(node, &["memorySize"]));
        for event in items(node, &["events"]) {
            part.add("schedule", text(event, &["schedule"]).or_else(|| text(event, &["schedule", "rate"])));
            let http = ["http", "httpApi"].into_iter().find_map(|kind| event.get(kind));
            let route = http.and_then(|http| match (http.text(), text(http, &["method"]), text(http, &["path"])) {
                (Some(both), ..) => Some(both.to_owned()),
                (None, Some(method), Some(path)) => Some(format!("{} /{}", method.to_ascii_uppercase(), path.trim_start_matches('/'))),
                _ => None,
            });
            part.add("routes", route);
            part.add(
                "triggers",
                event
                    .entries()
                    .into_iter()
                    .filter(|(kind, _)| !matches!(*kind, "http" | "httpApi" | "schedule"))
                    .map(|(kind, _)| kind.to_owned()),
            );
        }
        let own = node.get("environment").map(YamlNode::entries).unwrap_or_default();
        shared.iter().chain(&own).for_each(|(name, value)| part.variable(name, value.text()));
        (node.line(), part.of("serverless", "Function", name.to_owned()))
    };
    root.get("functions").map(YamlNode::entries).unwrap_or_default().into_iter().filter(|(_, node)| node.is_mapping()).map(one).collect()
}

fn skaffold(root: YamlNode<'_>) -> Vec<(u32, PlatformResource)> {
    let mut all = Vec::new();
    for artifact in items(root, &["build", "artifacts"]) {
        let Some(image) = text(artifact, &["image"]) else { continue };
        let mut part = Part::default();
        part.add("build", text(artifact, &["context"]));
        part.add("dockerfile", text(artifact, &["docker", "dockerfile"]));
        part.add("image", [image.clone()]);
        all.push((artifact.line(), part.of("skaffold", "Artifact", image)));
    }
    for (key, kind) in [(["deploy", "helm", "releases"], "Release"), (["manifests", "helm", "releases"], "Release")] {
        for release in items(root, &key) {
            let Some(name) = text(release, &["name"]) else { continue };
            let mut part = Part::default();
            part.add("chart", text(release, &["chartPath"]).or_else(|| text(release, &["remoteChart"])));
            part.add("values", items(release, &["valuesFiles"]).into_iter().filter_map(YamlNode::text).map(str::to_owned));
            part.add("namespace", text(release, &["namespace"]));
            all.push((release.line(), part.of("skaffold", kind, name)));
        }
    }
    for keys in [["deploy", "kubectl", "manifests"].as_slice(), &["manifests", "rawYaml"], &["manifests", "kustomize", "paths"]] {
        for node in items(root, keys) {
            if let Some(path) = node.text() {
                all.push((node.line(), Part::default().of("skaffold", "Manifests", path.to_owned())));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    fn shown(path: &str, text: &str) -> Vec<String> {
        let found = extraction(&[(path, text)]);
        assert!(!format!("{found:?}").contains("MARKER"), "{found:?}");
        let all = found.findings.into_iter().filter_map(|finding| match finding.fact {
            Fact::PlatformResource(one) => {
                let facts: Vec<String> = one
                    .facts
                    .iter()
                    .map(|(name, values)| format!("{name}={}", values.iter().cloned().collect::<Vec<_>>().join("+")))
                    .collect();
                Some(format!("{} {}/{}: {}", one.tool, one.kind, one.name, facts.join(" ")))
            }
            _ => None,
        });
        all.collect()
    }

    #[test]
    fn task_definitions_and_app_engine_are_read() {
        let task = r#"{"family": "shop", "containerDefinitions": [{"name": "api", "image": "acme/api:1", "portMappings": [{"containerPort": 80}],
            "environment": [{"name": "DB_URL", "value": "postgres://u:MARKER@db:5432/x"}, {"name": "KEY", "value": "MARKER"}], "secrets": [{"name": "TOKEN", "valueFrom": "arn:MARKER"}]}]}"#;
        assert_eq!(
            shown("deploy/task.json", task),
            ["ecs Container/api: env=DB_URL+KEY family=shop image=acme/api:1 ports=80 secrets=TOKEN"]
        );
        let app = "runtime: nodejs22\nservice: web\nautomatic_scaling:\n  max_instances: 4\nenv_variables:\n  TOKEN: MARKER\n";
        assert_eq!(shown("app.yaml", app), ["app-engine Service/web: env=TOKEN max_replicas=4 runtime=nodejs22"]);
    }

    #[test]
    fn functions_and_what_skaffold_deploys_are_read() {
        let functions = concat!(
            "service: x\nprovider:\n  name: aws\n  runtime: nodejs22.x\n  environment: {STAGE: MARKER}\nfunctions:\n  report:\n    handler: src/report.run\n    events:\n      - schedule: rate(1 day)\n",
            "      - http: {path: reports, method: get}\n      - sqs: {arn: MARKER}\n",
        );
        let expected = [
            "serverless Function/report: env=STAGE handler=src/report.run routes=GET /reports runtime=nodejs22.x schedule=rate(1 day) triggers=sqs",
        ];
        assert_eq!(shown("serverless.yml", functions), expected);
        let skaffold = "apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n    - image: acme/api\n      context: api\ndeploy:\n  helm:\n    releases:\n      - name: shop\n        chartPath: charts/shop\n        valuesFiles: [deploy/values-dev.yaml]\n";
        let expected = [
            "skaffold Artifact/acme/api: build=api image=acme/api",
            "skaffold Release/shop: chart=charts/shop values=deploy/values-dev.yaml",
        ];
        assert_eq!(shown("skaffold.yaml", skaffold), expected);
    }
}
