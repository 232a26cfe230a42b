//! How an application of NestJS starts, as the file of its start states it.
//! Which modules that brings in, the linker tells.

use super::Value;

/// What is started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum BootstrapKind {
    /// A part of the set-up that stands apart from the start: `app.setGlobalPrefix(...)` on a parameter.
    #[default]
    Setup,
    /// A server of HTTP, perhaps with message transports beside it.
    Http,
    /// A server of messages only.
    Microservice,
    /// No server: a command line or a job.
    Standalone,
}

/// What the start of an application sets up.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bootstrap {
    /// What is started.
    pub(crate) kind: BootstrapKind,
    /// The function of the file's top level that it stands in; other files may call it.
    pub(crate) function: Option<String>,
    /// The module or class that is started: `NestFactory.create(AppModule)`.
    pub(crate) root: Option<String>,
    /// The prefix of all routes.
    pub(crate) global_prefix: Option<Value>,
    /// The paths that the prefix leaves out.
    pub(crate) prefix_excludes: Vec<Value>,
    /// The options of API versioning, as given.
    pub(crate) versioning: Option<Value>,
    /// The options of each message transport that is connected, as given.
    pub(crate) transports: Vec<Value>,
    /// The ports it listens on.
    pub(crate) ports: Vec<Value>,
    /// The guards that hold for every route.
    pub(crate) global_guards: Vec<Value>,
    /// Those that are set under a condition.
    pub(crate) conditional_guards: Vec<Value>,
}

impl Bootstrap {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.extend(self.root.as_deref());
        for value in self.global_prefix.iter().chain(&self.prefix_excludes).chain(&self.versioning) {
            value.names(into);
        }
        self.transports
            .iter()
            .chain(&self.ports)
            .chain(&self.global_guards)
            .chain(&self.conditional_guards)
            .for_each(|value| value.names(into));
    }
}

/// A call of a function of another file that may start an application there: `bootstrap(config)`; no fact by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StartCall {
    /// The function, as named in the calling file.
    pub(crate) function: String,
    /// What it is given.
    pub(crate) arguments: Vec<Value>,
}

impl StartCall {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.push(&self.function);
        self.arguments.iter().for_each(|value| value.names(into));
    }
}
