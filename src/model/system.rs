//! Contexts, containers, components, endpoints, jobs, configuration: the system without its data and deployment.

use std::collections::{BTreeMap, BTreeSet};

use crate::location::RepoPath;

/// A line between two elements.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Relationship {
    /// The key of the other element.
    pub(crate) target: String,
    /// What for.
    pub(crate) description: String,
    /// The protocol or library.
    pub(crate) technology: Option<String>,
}

/// The system, an outside system or an actor.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Context {
    /// What it is.
    pub(crate) description: String,
    /// Whom it talks to.
    pub(crate) relationships: BTreeSet<Relationship>,
}

/// A deployable or backing unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Container {
    /// Its name for a person.
    pub(crate) name: String,
    /// What it does.
    pub(crate) description: String,
    /// "NestJS Application", "Job/Task", "Database" ...
    pub(crate) kind: String,
    /// Language, framework and version.
    pub(crate) technology: Option<String>,
    /// Its folder; the root is the empty path, and `None` means that it has none here.
    pub(crate) path: Option<RepoPath>,
    /// The image it runs.
    pub(crate) image: Option<String>,
    /// The ports it listens on.
    pub(crate) ports: BTreeSet<String>,
    /// CQRS: what it can be asked, by domain.
    pub(crate) domains: BTreeMap<String, Domain>,
    /// How many pages it shows.
    pub(crate) pages: usize,
    /// Channels or events that it sends.
    pub(crate) publishes: BTreeSet<String>,
    /// Channels or events that it receives.
    pub(crate) subscribes: BTreeSet<String>,
    /// Whom it talks to.
    pub(crate) relationships: BTreeSet<Relationship>,
    /// Whether it is a unit that only serves others here (database, broker, cache, monitoring).
    pub(crate) backing: bool,
}

/// A domain of a container's CQRS surface.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Domain {
    /// What it is about.
    pub(crate) description: String,
    /// Name -> command.
    pub(crate) commands: BTreeMap<String, CqrsMessage>,
    /// Name -> query.
    pub(crate) queries: BTreeMap<String, CqrsMessage>,
}

/// A command or query.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CqrsMessage {
    /// What it does.
    pub(crate) description: String,
    /// The type it carries.
    pub(crate) payload: Option<String>,
    /// The type that comes back.
    pub(crate) response: Option<String>,
    /// The class that handles it.
    pub(crate) handler: String,
    /// What the caller must be allowed.
    pub(crate) permissions: BTreeSet<String>,
}

/// A part of a container.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Component {
    /// Its name for a person.
    pub(crate) name: String,
    /// What it does.
    pub(crate) description: String,
    /// "NestJS Module", "HTTP Client" ...
    pub(crate) kind: String,
    /// Language and framework.
    pub(crate) technology: Option<String>,
    /// The key of its container.
    pub(crate) container: String,
    /// Its file or folder.
    pub(crate) path: Option<RepoPath>,
    /// Ids of components and containers that it needs.
    pub(crate) dependencies: BTreeSet<String>,
    /// Lines that say more than a dependency.
    pub(crate) relationships: BTreeSet<Relationship>,
    /// Entities, by name, with their description.
    pub(crate) entities: BTreeMap<String, Option<String>>,
    /// Controllers.
    pub(crate) controllers: BTreeSet<String>,
    /// Providers.
    pub(crate) providers: BTreeSet<String>,
    /// What it gives on.
    pub(crate) exports: BTreeSet<String>,
    /// Workflows, by name.
    pub(crate) workflows: BTreeSet<String>,
    /// Tables that it reads or writes.
    pub(crate) tables: BTreeSet<String>,
}

/// One endpoint.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Operation {
    /// `UserController.create`.
    pub(crate) handler: Option<String>,
    /// The type of the request.
    pub(crate) request: Option<String>,
    /// The type of the answer.
    pub(crate) response: Option<String>,
    /// What the code proves about who may call it.
    pub(crate) auth: BTreeSet<String>,
    /// What it does.
    pub(crate) summary: Option<String>,
    /// The version, where it stands in a header or media type and not in the path.
    pub(crate) version: Option<String>,
    /// Where it is stated.
    pub(crate) declared: Declared,
}

/// Where an endpoint is stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Declared {
    /// In code.
    #[default]
    Code,
    /// In a contract alone.
    Contract,
    /// In both.
    Both,
}

/// A term of the domain.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Term {
    /// What it means.
    pub(crate) definition: String,
    /// What kind of place it came from: `glossary document`, `entity`.
    pub(crate) source: String,
}

/// A third-party service.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Integration {
    /// What it is used for.
    pub(crate) description: String,
    /// payments, email, llm ...
    pub(crate) kind: String,
    /// Keys of containers.
    pub(crate) used_by: BTreeSet<String>,
    /// Packages, hosts and environment-variable names.
    pub(crate) evidence: BTreeSet<String>,
}

/// A service that the system runs with.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BackingService {
    /// db, broker, cache, idp, monitoring ...
    pub(crate) kind: String,
    /// Versions and uses, each one remark.
    pub(crate) notes: BTreeSet<String>,
}

/// A workflow or job.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Workflow {
    /// What it does.
    pub(crate) description: String,
    /// "Cron `0 3 * * *`", "Queue `mail`" ...
    pub(crate) trigger: String,
    /// `MailProcessor.send`.
    pub(crate) handler: String,
    /// The key of the container.
    pub(crate) container: String,
    /// Publisher, channel, subscriber, in order.
    pub(crate) steps: Vec<String>,
}

/// One kind of test.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TestSuite {
    /// Jest, Vitest, xUnit ...
    pub(crate) frameworks: BTreeSet<String>,
    /// How many files.
    pub(crate) files: usize,
    /// The folders that hold them.
    pub(crate) locations: BTreeSet<String>,
    /// How they are run.
    pub(crate) commands: BTreeSet<String>,
}

/// Configuration: each text is one plain sentence or two made of found facts; empty when nothing was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Configuration {
    /// What the section holds.
    pub(crate) description: String,
    /// Container key -> names of the environment variables that it reads or that are declared for it.
    pub(crate) runtime: BTreeMap<String, BTreeSet<String>>,
    /// Dockerfile path -> what it builds.
    pub(crate) containerization: BTreeMap<String, String>,
    /// Package managers, lock files, private registries.
    pub(crate) dependency_management: BTreeMap<String, String>,
    /// Linters, formatters, hooks.
    pub(crate) development_tooling: BTreeMap<String, String>,
    /// Pipeline file -> what it runs.
    pub(crate) ci: BTreeMap<String, String>,
}

/// Security: topic -> one remark each.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Security {
    /// How secrets are kept out of the code.
    pub(crate) secrets_management: BTreeSet<String>,
    /// How callers prove who they are.
    pub(crate) authentication_methods: BTreeSet<String>,
    /// How it is decided what they may do.
    pub(crate) authorization: BTreeSet<String>,
    /// What protects the build.
    pub(crate) build_security: BTreeSet<String>,
    /// TLS, CORS, rate limits, headers.
    pub(crate) network: BTreeSet<String>,
}
