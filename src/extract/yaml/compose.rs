//! Compose files: services with image, build, ports, dependencies, names of variables, and the hosts they point at.
//! Source: the Compose specification. Values of variables never leave this file but for hosts.

use std::collections::{BTreeMap, BTreeSet};

use super::{dot_env, hosts_of, names_of, number_of, report_faults_of};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{ComposeFile, ComposeService, Fact, HostReference, ImageBuild};
use crate::location::RepoPath;
use crate::syntax::shell;
use crate::syntax::variables::{interpolate, is_secret_name};
use crate::syntax::yaml::{Yaml, YamlNode};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "yaml.compose",
    about: "compose files: services, builds, backing services, networks, volumes, dependencies",
    kinds: &[FileKind::Compose, FileKind::Yaml],
    markers: &["services:"],
    when: When::MarkedAndTests,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    // By its name alone a file of another tool is not taken for one of compose; the key must stand at the left edge.
    if cx.file.kind == FileKind::Yaml && !cx.text.lines().any(|line| line.trim_end() == "services:") {
        return;
    }
    let filled = dot_env::filled_in(cx).map(|text| Yaml::parse(&text));
    let yaml = filled.as_ref().unwrap_or_else(|| cx.yaml());
    let document = yaml.documents().find(|document| document.get("services").is_some());
    let Some(root) = document.filter(|root| cx.file.kind == FileKind::Compose || is_compose(*root)) else {
        if cx.file.kind == FileKind::Compose {
            report_faults_of(yaml, sink);
        }
        return;
    };
    report_faults_of(yaml, sink);
    let folder = cx.file.path.parent();
    let services = root.get("services").map(YamlNode::entries).unwrap_or_default();
    let services: Vec<_> = services.into_iter().filter(|(_, node)| node.is_mapping()).collect();
    let file = ComposeFile {
        name: root.text_at(&["name"]).map(interpolate),
        networks: names_of(root.get("networks")),
        volumes: names_of(root.get("volumes")),
        secrets: names_of(root.get("secrets")).into_iter().chain(names_of(root.get("configs"))).collect(),
        includes: includes(root, &folder),
        services: services.len(),
    };
    sink.fact(root.line(), Fact::ComposeFile(file));
    let lines: Vec<&str> = cx.text.lines().collect();
    for (name, node) in services {
        let mut service = service(name, node, &folder, &cx.file.path);
        service.description = comment_above(&lines, name, node.line());
        sink.fact(node.line().saturating_sub(1).max(1), Fact::ComposeService(service));
    }
}

/// The sentence in the comment right above the key of a service. Headings and settings that are commented out say nothing of it.
fn comment_above(lines: &[&str], name: &str, line: u32) -> Option<String> {
    let is_key = |text: &&str| text.trim_start().trim_start_matches(['"', '\'']).starts_with(name);
    let start = usize::try_from(line).ok()?;
    let at = (start.saturating_sub(2)..start).find(|at| lines.get(*at).is_some_and(is_key))?;
    let indent = |text: &str| text.len() - text.trim_start().len();
    let own = indent(lines.get(at)?);
    let above = lines[..at].iter().rev().take_while(|text| indent(text) == own && text.trim_start().starts_with('#'));
    let mut texts: Vec<&str> = above.map(|text| text.trim().trim_start_matches('#').trim()).collect();
    texts.reverse();
    let text = texts.join(" ");
    let is_sentence = text.starts_with(char::is_uppercase) && text.ends_with('.') && text.split_whitespace().count() > 2;
    is_sentence.then_some(text)
}

/// Whether a YAML file that is not called compose has services with an image or a build, and no key of another tool.
fn is_compose(root: YamlNode<'_>) -> bool {
    const KEYS: &[&str] = &["version", "name", "services", "networks", "volumes", "configs", "secrets", "include", "models"];
    let own = root.entries().iter().all(|(key, _)| KEYS.contains(key) || key.starts_with("x-"));
    let services = root.get("services").map(YamlNode::entries).unwrap_or_default();
    own && services.iter().any(|(_, node)| node.get("image").is_some() || node.get("build").is_some())
}

fn includes(root: YamlNode<'_>, folder: &RepoPath) -> BTreeSet<RepoPath> {
    let items = root.get("include").map(YamlNode::one_or_many).unwrap_or_default();
    let paths = items.into_iter().flat_map(|item| item.get("path").map_or_else(|| vec![item], YamlNode::one_or_many));
    paths.filter_map(YamlNode::text).map(|path| folder.join(&interpolate(path))).collect()
}

fn service(name: &str, node: YamlNode<'_>, folder: &RepoPath, file: &RepoPath) -> ComposeService {
    let environment = environment(node.get("environment"));
    let command = node.get("command").or_else(|| node.get("entrypoint"));
    let mut hosts: BTreeSet<HostReference> = environment.iter().flat_map(|(key, value)| hosts_of(key, value)).collect();
    hosts.extend(command_hosts(node));
    let (volumes, mounts) = volumes(node, folder);
    ComposeService {
        name: name.to_owned(),
        container_name: node.text_at(&["container_name"]).map(interpolate),
        image: node.text_at(&["image"]).map(interpolate),
        build: node.get("build").and_then(|build| build_of(build, folder)),
        ports: ports(node),
        depends_on: depends_on(node),
        environment: environment.into_keys().collect(),
        hosts,
        env_files: env_files(node, folder),
        profiles: names_of(node.get("profiles")),
        networks: names_of(node.get("networks")),
        aliases: aliases(node),
        volumes,
        mounts,
        workplace: workplace(node, folder),
        healthcheck: healthcheck(node),
        command: command.and_then(plain_command),
        extends: extends(node, folder, file),
        replicas: number_of(node.path(&["deploy", "replicas"]).or_else(|| node.get("scale"))),
        restart: node.text_at(&["restart"]).map(interpolate),
        description: None,
    }
}

/// Name -> value, in this file only.
fn environment(node: Option<YamlNode<'_>>) -> BTreeMap<String, String> {
    let Some(node) = node else { return BTreeMap::new() };
    if node.is_mapping() {
        let entries = node.entries().into_iter();
        return entries.map(|(key, value)| (key.to_owned(), value.text().map(interpolate).unwrap_or_default())).collect();
    }
    let items = node.items().into_iter().filter_map(YamlNode::text);
    items.map(|item| item.split_once('=').unwrap_or((item, ""))).map(|(key, value)| (key.trim().to_owned(), interpolate(value))).collect()
}

fn command_hosts(node: YamlNode<'_>) -> Vec<HostReference> {
    let texts = ["command", "entrypoint"].iter().filter_map(|key| node.get(key)).flat_map(YamlNode::one_or_many);
    let words: Vec<&str> = texts.filter_map(YamlNode::text).flat_map(str::split_whitespace).collect();
    words.into_iter().filter(|word| word.contains("://")).flat_map(|word| hosts_of("command", &interpolate(word))).collect()
}

fn plain_command(node: YamlNode<'_>) -> Option<String> {
    if node.is_sequence() {
        let words: Vec<String> = node.items().into_iter().filter_map(YamlNode::text).map(interpolate).collect();
        if let [shell, option, line, ..] = words.as_slice()
            && matches!(shell.rsplit('/').next(), Some("sh" | "bash" | "ash"))
            && option.starts_with('-')
        {
            return shell::plain_command(line);
        }
        return shell::plain_words(words.iter().map(String::as_str));
    }
    shell::plain_command(&interpolate(node.text()?))
}

fn build_of(node: YamlNode<'_>, folder: &RepoPath) -> Option<ImageBuild> {
    let context = node.text().or_else(|| node.text_at(&["context"])).map(interpolate);
    let context = context.or_else(|| node.is_mapping().then(|| ".".to_owned()))?;
    // A context on the net builds nothing of this repository.
    if context.contains("://") || context.starts_with("git@") || context.contains("${") {
        return None;
    }
    let context = folder.join(&context);
    let dockerfile = node.text_at(&["dockerfile"]).map(interpolate).unwrap_or_else(|| "Dockerfile".to_owned());
    let arguments = environment(node.get("args")).into_iter().filter(|(key, value)| !is_secret_name(key) && shell::is_plain(value));
    Some(ImageBuild {
        dockerfile: context.join(&dockerfile),
        target: node.text_at(&["target"]).map(interpolate),
        arguments: arguments.filter(|(_, value)| !value.is_empty()).collect(),
        context,
    })
}

fn ports(node: YamlNode<'_>) -> BTreeSet<String> {
    let published = node.get("ports").map(YamlNode::items).unwrap_or_default().into_iter().filter_map(|port| {
        let Some(target) = port.text_at(&["target"]) else { return port.text().map(interpolate) };
        let published = port.text_at(&["published"]).map(|published| format!("{}:", interpolate(published)));
        Some(format!("{}{}", published.unwrap_or_default(), interpolate(target)))
    });
    let exposed = node.get("expose").map(YamlNode::items).unwrap_or_default();
    published.chain(exposed.into_iter().filter_map(YamlNode::text).map(interpolate)).collect()
}

fn depends_on(node: YamlNode<'_>) -> BTreeSet<String> {
    let links = names_of(node.get("links"));
    let linked = links.iter().map(|link| link.split(':').next().unwrap_or(link).to_owned());
    names_of(node.get("depends_on")).into_iter().chain(linked).collect()
}

fn env_files(node: YamlNode<'_>, folder: &RepoPath) -> BTreeSet<RepoPath> {
    let items = node.get("env_file").map(YamlNode::one_or_many).unwrap_or_default();
    let paths = items.into_iter().filter_map(|item| item.text().or_else(|| item.text_at(&["path"])));
    paths.map(|path| folder.join(&interpolate(path))).collect()
}

fn aliases(node: YamlNode<'_>) -> BTreeSet<String> {
    let networks = node.get("networks").map(YamlNode::entries).unwrap_or_default();
    let aliases = networks.into_iter().flat_map(|(_, network)| names_of(network.get("aliases")));
    let hostname = node.text_at(&["hostname"]).map(interpolate);
    aliases.chain(hostname).collect()
}

/// Named volumes, and the host paths inside the repository.
fn volumes(node: YamlNode<'_>, folder: &RepoPath) -> (BTreeSet<String>, BTreeSet<RepoPath>) {
    let (mut named, mut mounted) = (BTreeSet::new(), BTreeSet::new());
    for item in node.get("volumes").map(YamlNode::items).unwrap_or_default() {
        let text = item.text().map(interpolate);
        let source = match &text {
            Some(text) => text.split_once(':').map(|(source, _)| source.to_owned()),
            None => item.text_at(&["source"]).map(interpolate),
        };
        match source {
            Some(path) if path.starts_with('.') => {
                mounted.insert(folder.join(&path));
            }
            Some(name) if !name.starts_with(['/', '~', '$']) && !name.contains('/') => {
                named.insert(name);
            }
            _ => {}
        }
    }
    (named, mounted)
}

/// The folder of the repository that the working folder of a service is: `./internal:/internal` and `working_dir: /internal/trainer`.
fn workplace(node: YamlNode<'_>, folder: &RepoPath) -> Option<RepoPath> {
    let working = interpolate(node.text_at(&["working_dir"])?);
    node.get("volumes").map(YamlNode::items).unwrap_or_default().into_iter().find_map(|item| {
        let text = item.text().map(interpolate);
        let (source, target) = match &text {
            Some(text) => {
                text.split_once(':').map(|(source, rest)| (source.to_owned(), rest.split(':').next().unwrap_or(rest).to_owned()))?
            }
            None => (item.text_at(&["source"]).map(interpolate)?, item.text_at(&["target"]).map(interpolate)?),
        };
        let rest = working.strip_prefix(target.trim_end_matches('/'))?;
        let below = rest.is_empty() || rest.starts_with('/');
        (source.starts_with('.') && below).then(|| folder.join(&source).join(rest.trim_start_matches('/')))
    })
}

fn healthcheck(node: YamlNode<'_>) -> bool {
    let Some(check) = node.get("healthcheck") else { return false };
    let off = check.text_at(&["disable"]) == Some("true");
    let none = check.get("test").is_some_and(|test| test.one_or_many().first().and_then(|word| word.text()) == Some("NONE"));
    check.get("test").is_some() && !off && !none
}

fn extends(node: YamlNode<'_>, folder: &RepoPath, file: &RepoPath) -> Option<(RepoPath, String)> {
    let extends = node.get("extends")?;
    let service = extends.text().or_else(|| extends.text_at(&["service"]))?;
    let path = extends.text_at(&["file"]).map_or_else(|| file.clone(), |path| folder.join(&interpolate(path)));
    Some((path, service.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::finding::{ComposeService, Fact};
    use crate::trial::extraction;

    fn services(path: &str, text: &str) -> Vec<ComposeService> {
        let findings = extraction(&[(path, text)]).findings;
        let services = findings.into_iter().filter_map(|finding| match finding.fact {
            Fact::ComposeService(service) => Some(service),
            _ => None,
        });
        services.collect()
    }

    #[test]
    fn short_and_long_forms_say_the_same() {
        let short = "services:\n  api:\n    build: ./api\n    ports: ['8080:80']\n    depends_on: [db]\n    environment:\n      - DB_HOST=db\n    volumes: ['data:/x', './conf:/etc/conf']\n";
        let long = concat!(
            "services:\n  api:\n    build: {context: ./api}\n    ports: [{target: 80, published: 8080}]\n    depends_on: {db: {condition: service_healthy}}\n",
            "    environment: {DB_HOST: db}\n    volumes: [{type: volume, source: data, target: /x}, {type: bind, source: ./conf, target: /y}]\n",
        );
        let (short, long) = (services("deploy/compose.yml", short), services("deploy/compose.yml", long));
        assert_eq!(short, long);
        let build = short[0].build.as_ref().unwrap();
        assert_eq!((build.context.as_str(), build.dockerfile.as_str()), ("deploy/api", "deploy/api/Dockerfile"));
        assert_eq!(short[0].hosts.iter().map(|host| host.host.as_str()).collect::<Vec<_>>(), ["db"]);
        assert_eq!(short[0].volumes.iter().chain(&short[0].networks).collect::<Vec<_>>(), ["data"]);
        assert_eq!(short[0].mounts.iter().map(|path| path.as_str()).collect::<Vec<_>>(), ["deploy/conf"]);
    }

    #[test]
    fn anchors_profiles_and_extends_are_read() {
        let text = concat!(
            "x-base: &base\n  restart: always\n  environment: &env\n    REDIS_URL: redis://:MARKER@cache:6379/0\nservices:\n  worker:\n    <<: *base\n",
            "    image: ${REG:-acme}/worker:${TAG:-1.2}\n    profiles: [jobs]\n    command: ['node', 'worker.js', '--key=MARKER']\n  other:\n    extends: {file: ../base.yml, service: worker}\n",
        );
        let all = services("a/docker-compose.yml", text);
        assert_eq!(all[0].image.as_deref(), Some("acme/worker:1.2"));
        assert_eq!((all[0].restart.as_deref(), all[0].command.as_deref()), (Some("always"), Some("node worker.js")));
        assert_eq!(all[0].environment.iter().collect::<Vec<_>>(), ["REDIS_URL"]);
        assert_eq!(all[1].extends.as_ref().map(|(path, name)| (path.as_str(), name.as_str())), Some(("base.yml", "worker")));
        assert!(!format!("{all:?}").contains("MARKER"));
    }

    #[test]
    fn only_files_of_services_are_compose_files() {
        let services_of_a_pipeline = "on: push\nservices:\n  db: {image: postgres}\n";
        assert!(services(".github/x.yml", services_of_a_pipeline).is_empty());
        assert_eq!(services("quickstart.yml", "version: '3'\nservices:\n  db: {image: postgres}\n").len(), 1);
        let broken = extraction(&[("docker-compose.yml", "services:\n  a: [\n")]);
        assert_eq!((broken.findings.len(), broken.gaps.len()), (0, 1));
    }
}
