//! What deployment files state: compose services, Dockerfiles, Kubernetes resources, charts, pipelines.
//! Holds names of variables and secrets, never their values; of a connection string only its scheme, host and port.

use std::collections::{BTreeMap, BTreeSet};

use crate::location::RepoPath;

/// A compose file as a whole; its services are findings of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ComposeFile {
    /// The project name at its top.
    pub(crate) name: Option<String>,
    /// Networks declared at its top.
    pub(crate) networks: BTreeSet<String>,
    /// Named volumes declared at its top.
    pub(crate) volumes: BTreeSet<String>,
    /// Secrets and configs declared at its top, by name.
    pub(crate) secrets: BTreeSet<String>,
    /// Other compose files that it includes.
    pub(crate) includes: BTreeSet<RepoPath>,
    /// How many services it has.
    pub(crate) services: usize,
}

/// A service of a compose file. `${NAME:-default}` stands resolved to its default in images, paths and ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ComposeService {
    /// Its key.
    pub(crate) name: String,
    /// Its `container_name`.
    pub(crate) container_name: Option<String>,
    /// Its image, with the tag as written.
    pub(crate) image: Option<String>,
    /// How it is built here.
    pub(crate) build: Option<ImageBuild>,
    /// Published and exposed ports: `8080:80`, `80`.
    pub(crate) ports: BTreeSet<String>,
    /// Services that it waits for, from `depends_on` and `links`.
    pub(crate) depends_on: BTreeSet<String>,
    /// Names of its environment variables.
    pub(crate) environment: BTreeSet<String>,
    /// Hosts that its environment variables, command or build arguments name.
    pub(crate) hosts: BTreeSet<HostReference>,
    /// Files that more environment variables come from.
    pub(crate) env_files: BTreeSet<RepoPath>,
    /// Profiles that switch it on; empty: always on.
    pub(crate) profiles: BTreeSet<String>,
    /// Networks that it joins.
    pub(crate) networks: BTreeSet<String>,
    /// Other names it answers to on its networks.
    pub(crate) aliases: BTreeSet<String>,
    /// Named volumes that it mounts; host paths are left out.
    pub(crate) volumes: BTreeSet<String>,
    /// Host paths that it mounts, from the root of the repository.
    pub(crate) mounts: BTreeSet<RepoPath>,
    /// The folder of the repository that it works in, by its working folder and what it mounts there.
    pub(crate) workplace: Option<RepoPath>,
    /// Whether it has a health check.
    pub(crate) healthcheck: bool,
    /// The words of its command before the first option or assignment: `node dist/apps/api/main`.
    pub(crate) command: Option<String>,
    /// The service that it extends and the file that holds it.
    pub(crate) extends: Option<(RepoPath, String)>,
    /// `deploy.replicas` or `scale`.
    pub(crate) replicas: Option<i64>,
    /// Its restart policy; `no` and `on-failure` are how one-off jobs are told.
    pub(crate) restart: Option<String>,
    /// The sentence that stands as a comment right above it.
    pub(crate) description: Option<String>,
}

/// Where an image is built from; paths are from the root of the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ImageBuild {
    /// The folder that is sent to the builder.
    pub(crate) context: RepoPath,
    /// The Dockerfile, `Dockerfile` in the context where none is named.
    pub(crate) dockerfile: RepoPath,
    /// The stage that is built.
    pub(crate) target: Option<String>,
    /// Build arguments whose value is a plain word or path, for telling which of several projects is built (`APP=api`).
    pub(crate) arguments: BTreeMap<String, String>,
}

/// A host that a setting points at; user names, passwords, paths and queries are cut away.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HostReference {
    /// The variable that names it; `command` for a command line.
    pub(crate) variable: String,
    /// The scheme, lower case: `postgres`, `http`.
    pub(crate) scheme: Option<String>,
    /// The host name.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: Option<String>,
}

impl HostReference {
    /// The host of an address that stands in code: `https://orders:8080/x`; who logs in is cut away.
    pub(crate) fn of_url(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let authority = authority.rsplit('@').next().unwrap_or(authority);
        let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port.to_owned())));
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let plain = !host.is_empty() && host.bytes().all(fits) && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+');
        plain.then(|| Self { variable: String::new(), scheme: Some(scheme.to_ascii_lowercase()), host: host.to_owned(), port })
    }
}

/// What a proxy, or what collects metrics, is configured to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upstreams {
    /// The product: `Envoy`, `nginx`, `Prometheus`.
    pub(crate) proxy: &'static str,
    /// What it does there.
    pub(crate) purpose: Purpose,
    /// Each host with the paths whose requests go there; none where all do. A host that only a variable tells is empty.
    pub(crate) hosts: BTreeMap<HostReference, BTreeSet<String>>,
}

/// Why a proxy or collector asks a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// It passes requests on.
    Requests,
    /// It reads metrics.
    Metrics,
    /// It sends alerts.
    Alerts,
}

/// A Dockerfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dockerfile {
    /// Its stages in order; the last one is what is shipped unless a target is named.
    pub(crate) stages: Vec<DockerStage>,
    /// Build arguments, by name, with the default where it is a plain word, path or version.
    pub(crate) arguments: BTreeMap<String, Option<String>>,
    /// Names of `--mount=type=secret` secrets.
    pub(crate) secrets: BTreeSet<String>,
}

/// A stage of a Dockerfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DockerStage {
    /// Its name after `AS`.
    pub(crate) name: Option<String>,
    /// The line of its `FROM`.
    pub(crate) line: u32,
    /// The image it starts from, build arguments replaced by their defaults; empty when it starts from another stage.
    pub(crate) base: Option<String>,
    /// The place in `stages` of the stage it starts from.
    pub(crate) base_stage: Option<usize>,
    /// Ports of `EXPOSE`: `8080`, `53/udp`.
    pub(crate) ports: BTreeSet<String>,
    /// The user of its last `USER`.
    pub(crate) user: Option<String>,
    /// Its last `WORKDIR`.
    pub(crate) workdir: Option<String>,
    /// The words of `ENTRYPOINT` before the first option or assignment.
    pub(crate) entrypoint: Option<String>,
    /// The words of `CMD` before the first option or assignment.
    pub(crate) command: Option<String>,
    /// Names of `ENV` variables.
    pub(crate) environment: BTreeSet<String>,
    /// Hosts that `ENV` variables name.
    pub(crate) hosts: BTreeSet<HostReference>,
    /// What is copied in.
    pub(crate) copies: Vec<DockerCopy>,
    /// Installing of dependencies, options kept: `yarn install --frozen-lockfile`, `npm ci`.
    pub(crate) installs: BTreeSet<String>,
    /// Building: `nx build api`, `dotnet publish src/Api/Api.csproj`, `go build ./cmd/api`.
    pub(crate) builds: BTreeSet<String>,
    /// Whether it has a `HEALTHCHECK`.
    pub(crate) healthcheck: bool,
}

/// A `COPY` or `ADD`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DockerCopy {
    /// The stage or image after `--from=`.
    pub(crate) from: Option<String>,
    /// What is copied, as written.
    pub(crate) sources: Vec<String>,
    /// Where to.
    pub(crate) destination: String,
}

/// A Helm chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chart {
    /// Its name.
    pub(crate) name: String,
    /// Its folder.
    pub(crate) folder: RepoPath,
    /// Its description.
    pub(crate) description: Option<String>,
    /// Its version.
    pub(crate) version: Option<String>,
    /// The version of what it installs.
    pub(crate) app_version: Option<String>,
    /// Whether other charts only use its templates.
    pub(crate) library: bool,
    /// The chart that holds it in its `charts` folder.
    pub(crate) parent: Option<RepoPath>,
    /// Charts that it needs.
    pub(crate) dependencies: Vec<ChartDependency>,
    /// Files of values beside it, `values.yaml` first.
    pub(crate) values: Vec<RepoPath>,
}

/// A chart that another one needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChartDependency {
    /// Its name.
    pub(crate) name: String,
    /// Another name for it in this chart.
    pub(crate) alias: Option<String>,
    /// The range of versions.
    pub(crate) version: Option<String>,
    /// Where it comes from.
    pub(crate) repository: Option<String>,
    /// The values that switch it on, the first that is stated counts: `postgresql.enabled`, `tags.database`.
    pub(crate) condition: Option<String>,
    /// Tables of its values that the outer chart takes over: from which path to which, empty for the top.
    pub(crate) imports: Vec<(String, String)>,
    /// Whether the chart's own values leave it off.
    pub(crate) off: bool,
    /// Whether its files stand in the repository.
    pub(crate) present: bool,
}

/// Where a resource was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ResourceOrigin {
    /// A manifest as it stands.
    #[default]
    Manifest,
    /// A template of the chart in a folder, with a file of values (its name for a person: `values`, `values-prod`).
    Helm {
        /// The folder of the chart.
        chart: RepoPath,
        /// The chart's name.
        name: String,
        /// The values it was rendered with.
        values: String,
    },
}

/// A resource of Kubernetes. Texts that a template leaves open are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KubernetesResource {
    /// Where it was written.
    pub(crate) origin: ResourceOrigin,
    /// `apps/v1`.
    pub(crate) api_version: String,
    /// `Deployment`.
    pub(crate) kind: String,
    /// Its name; `None` where only running the template would tell.
    pub(crate) name: Option<String>,
    /// Its namespace, where one is stated.
    pub(crate) namespace: Option<String>,
    /// The values that switch it on, where the defaults leave it off: `ingress.enabled`.
    pub(crate) enabled_by: Option<String>,
    /// The comment before it.
    pub(crate) description: Option<String>,
    /// Its labels and those of its pods, for selectors.
    pub(crate) labels: BTreeMap<String, String>,
    /// Pods that a Service, autoscaler or policy selects.
    pub(crate) selector: BTreeMap<String, String>,
    /// How many pods.
    pub(crate) replicas: Option<i64>,
    /// The smallest and largest number of pods of an autoscaler.
    pub(crate) replica_bounds: Option<(Option<i64>, Option<i64>)>,
    /// `Kind/name` that an autoscaler, binding or route points at.
    pub(crate) targets: BTreeSet<String>,
    /// The schedule of a CronJob.
    pub(crate) schedule: Option<String>,
    /// Ports of a Service: `80 -> 8080`.
    pub(crate) ports: BTreeSet<String>,
    /// The type of a Service, Secret, PersistentVolumeClaim access, deployment strategy.
    pub(crate) variant: Option<String>,
    /// Whether a Service has no address of its own.
    pub(crate) headless: bool,
    /// Host names of an Ingress or route.
    pub(crate) hosts: BTreeSet<String>,
    /// `host/path -> service:port` of an Ingress or route.
    pub(crate) routes: BTreeSet<String>,
    /// Names of the entries of a ConfigMap or Secret.
    pub(crate) keys: BTreeSet<String>,
    /// Hosts that the entries of a ConfigMap name.
    pub(crate) settings: BTreeSet<HostReference>,
    /// What the configuration of a proxy or collector among the entries of a ConfigMap leads to.
    pub(crate) upstreams: Vec<Upstreams>,
    /// What a role or network policy allows: `get: pods`, `ingress from pods app=web on 80`.
    pub(crate) rules: BTreeSet<String>,
    /// Storage asked for.
    pub(crate) storage: BTreeSet<String>,
    /// The service account of its pods.
    pub(crate) service_account: Option<String>,
    /// The containers of its pods.
    pub(crate) containers: Vec<PodContainer>,
    /// ConfigMaps and Secrets mounted or read whole, `ConfigMap/name`.
    pub(crate) mounts: BTreeSet<String>,
}

/// A container of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PodContainer {
    /// Its name.
    pub(crate) name: String,
    /// Its image.
    pub(crate) image: Option<String>,
    /// Whether it runs before the others and ends.
    pub(crate) init: bool,
    /// The ports that it listens on.
    pub(crate) ports: BTreeSet<String>,
    /// Environment variables and where each comes from: `value`, `Secret/name key`, `ConfigMap/name key`, `field`.
    pub(crate) environment: BTreeMap<String, String>,
    /// Hosts that its plain environment variables name.
    pub(crate) hosts: BTreeSet<HostReference>,
    /// `liveness`, `readiness`, `startup`.
    pub(crate) probes: BTreeSet<String>,
    /// Requests and limits: `limits.cpu` -> `500m`.
    pub(crate) resources: BTreeMap<String, String>,
}

/// A folder that Kustomize builds: a base or an overlay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kustomization {
    /// Files and folders that it takes in, components too; those on the net are left out.
    pub(crate) resources: BTreeSet<RepoPath>,
    /// Files of patches.
    pub(crate) patches: BTreeSet<RepoPath>,
    /// The namespace that it puts everything in.
    pub(crate) namespace: Option<String>,
    /// What it puts before every name.
    pub(crate) name_prefix: Option<String>,
    /// What it puts behind every name.
    pub(crate) name_suffix: Option<String>,
    /// Image -> what it is replaced by.
    pub(crate) images: BTreeMap<String, String>,
    /// Workload -> number of pods.
    pub(crate) replicas: BTreeMap<String, i64>,
    /// ConfigMaps and Secrets that it generates, `ConfigMap/name`.
    pub(crate) generated: BTreeSet<String>,
}

/// A pipeline of continuous integration or delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pipeline {
    /// "GitHub Actions", "GitLab CI" ...
    pub(crate) tool: &'static str,
    /// Its name.
    pub(crate) name: Option<String>,
    /// What starts it: `push`, `pull_request`, "cron `0 3 * * *`".
    pub(crate) triggers: BTreeSet<String>,
    /// Its jobs in written order.
    pub(crate) jobs: Vec<PipelineJob>,
    /// Names of the secrets that it reads.
    pub(crate) secrets: BTreeSet<String>,
}

/// A job of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PipelineJob {
    /// Its key.
    pub(crate) name: String,
    /// What it does, told from its steps: `build`, `test`, `lint`, `deploy`, `publish`, `scan`.
    pub(crate) purposes: BTreeSet<&'static str>,
    /// Actions, images and templates that it uses.
    pub(crate) uses: BTreeSet<String>,
    /// The environment that it deploys to.
    pub(crate) environment: Option<String>,
    /// Jobs that it waits for.
    pub(crate) needs: BTreeSet<String>,
}

/// A part of a deployment that neither compose nor Kubernetes describes: a resource of Terraform, a process of a Procfile, a unit of systemd.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlatformResource {
    /// The tool, as the entry of the document is called: `terraform`, `procfile`.
    pub(crate) tool: &'static str,
    /// Whether all files of a folder make one entry.
    pub(crate) by_folder: bool,
    /// `aws_db_instance`, `Process`.
    pub(crate) kind: String,
    /// Its name.
    pub(crate) name: String,
    /// What is known of it, by name: never the value of a variable or secret.
    pub(crate) facts: BTreeMap<&'static str, BTreeSet<String>>,
    /// Other resources that it names: `aws_sqs_queue.orders`.
    pub(crate) references: BTreeSet<String>,
    /// Hosts that its variables name.
    pub(crate) hosts: BTreeSet<HostReference>,
    /// What switches it on, where it is not always there.
    pub(crate) enabled_by: Option<String>,
}
