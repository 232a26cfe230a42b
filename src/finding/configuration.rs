//! Facts about configuration: names of environment variables, rules of ignore files, registries, tools, pipelines, known services.
//! Holds names only. The value of a variable or a token is never read into a fact.

/// An environment variable that a file declares; never its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvironmentDeclaration {
    /// The variable.
    pub(crate) name: String,
}

/// What it means that the name of a variable stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mentioned {
    /// Code may read it, in whatever language.
    InCode,
    /// A deployment may set it, or hand it on.
    InDeployment,
    /// Scripts, images, manifests and schemas may do both.
    Beside,
}

/// The name of a variable that is only declared, or only read, in another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VariableMention {
    /// The variable.
    pub(crate) name: String,
    /// Where.
    pub(crate) place: Mentioned,
}

/// A rule of an ignore file that keeps secrets out of the repository, or secrets and ballast out of images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IgnoreRule {
    /// The pattern as written.
    pub(crate) pattern: String,
    /// Whether it keeps secrets out.
    pub(crate) secret: bool,
}

/// A registry that packages come from, other than the public one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PackageRegistry {
    /// The scope it serves, `@acme`; `None` for all packages.
    pub(crate) scope: Option<String>,
    /// The host, without user information and path; empty where only the scope is known.
    pub(crate) host: String,
    /// The variable that holds the token, where the file names one.
    pub(crate) token_variable: Option<String>,
    /// Whether a token stands in the file itself.
    pub(crate) token_in_file: bool,
}

/// What a development tool does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ToolRole {
    /// Finds faults in code.
    Linter,
    /// Lays out code.
    Formatter,
    /// Runs before a commit or push.
    GitHook,
    /// Checks commit messages.
    CommitMessages,
    /// Looks for secrets or known faults of packages.
    SecurityScan,
    /// Keeps dependencies up to date.
    DependencyUpdates,
    /// Runs tasks of a monorepo.
    TaskRunner,
    /// Makes releases.
    Release,
    /// Sets up an editor or a development machine.
    Environment,
}

/// A development tool that a file of its own configures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DevelopmentTool {
    /// The tool's name: `ESLint`.
    pub(crate) tool: String,
    /// What it does.
    pub(crate) role: ToolRole,
    /// The event and what is run then, for hooks: `commit-msg: commitlint`.
    pub(crate) detail: Option<String>,
}

/// How a service was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Proof {
    /// A package is imported.
    Package,
    /// One of the service's hosts is called.
    Host,
}

/// A third-party service that a file uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceUse {
    /// The service's name in the catalogue.
    pub(crate) service: &'static str,
    /// How it was recognised.
    pub(crate) proof: Proof,
    /// The package or host.
    pub(crate) evidence: String,
}

/// A library by which people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SignInLibrary {
    /// NextAuth (Auth.js) with a provider.
    NextAuth,
    /// Passport with a strategy.
    Passport,
    /// The client of an identity provider.
    Client,
    /// Better Auth with a provider or a plugin.
    BetterAuth,
    /// goth or go-pkgz/auth with a provider.
    Go,
}

/// A way to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignIn {
    /// By which library.
    pub(crate) library: SignInLibrary,
    /// The provider or strategy: `google`, `passport-github2`, `Keycloak`.
    pub(crate) named: String,
    /// What is imported.
    pub(crate) package: String,
}

/// A protection that code switches on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Protection {
    /// Security headers: `app.use(helmet())`.
    SecurityHeaders,
    /// Cross-origin rules: `app.enableCors(...)`.
    Cors,
    /// Rate limits: `ThrottlerModule`, `rateLimit(...)`.
    RateLimit,
    /// Cross-site request forgery tokens.
    Csrf,
    /// A pipe or filter that checks all input: `app.useGlobalPipes(new ValidationPipe())`.
    InputValidation,
    /// Passwords are hashed.
    PasswordHashing,
    /// Signatures of webhooks are checked.
    WebhookSignature,
}

/// A protection with the library that gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProtectionUse {
    /// What it protects.
    pub(crate) protection: Protection,
    /// The library or call, as a person would name it.
    pub(crate) means: &'static str,
}
