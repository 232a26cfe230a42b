//! Facts that source code states: declarations, modules, routes, messages, jobs.

use super::{HostReference, Value};
use crate::location::RepoPath;

/// A name brought in: `import { a as b } from './c'`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Import {
    /// The name in this file; `*` for all of a re-export.
    pub(crate) local: String,
    /// The name in the other file; `*` for the whole file, `default` for its default export.
    pub(crate) imported: String,
    /// The other file or package, as written.
    pub(crate) module: String,
    /// The file of this repository that the module is. The engine fills it in; `None` for a package from outside.
    pub(crate) target: Option<RepoPath>,
}

/// A constant, enum or object literal, or a function that only gives back one value (`() => applyDecorators(...)`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Constant {
    /// Its name in the file; static members of a class are `Class.member`, of a namespace `Space.member`; the default export is `default`.
    pub(crate) name: String,
    /// The parameters of a function: a `Name` in the value that is one of them stands for the argument of the call.
    pub(crate) parameters: Vec<String>,
    /// Its value; an enum is a map.
    pub(crate) value: Value,
}

impl Constant {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        match &self.value {
            Value::List(items) => items.iter().filter(|item| class_item(item).is_none()).for_each(|item| item.names(into)),
            other => other.names(into),
        }
    }

    pub(super) fn listed<'a>(&'a self, into: &mut Vec<&'a str>) {
        if let Value::List(items) = &self.value {
            into.extend(items.iter().filter_map(class_item));
        }
    }

    /// Whether it is a configuration with a name space, which others read without importing it: `registerAs('app', () => ({ ... }))`.
    pub(crate) fn is_registered(&self) -> bool {
        matches!(&self.value, Value::Call(name, _) if name.rsplit('.').next() == Some("registerAs"))
    }
}

/// A decorator or attribute: the name and the arguments.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decorator {
    /// The name without `@`, dotted where written so.
    pub(crate) name: String,
    /// The arguments; empty for a bare decorator.
    pub(crate) arguments: Vec<Value>,
}

/// A class, abstract class or interface. A function that gives back a class is one too: its base is that class.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Class {
    /// Its name.
    pub(crate) name: String,
    /// What it extends and implements, generic arguments left out, in written order.
    pub(crate) bases: Vec<String>,
    /// The arguments of each base that is a call, by the called name: `extends Crud(User, 'users')`.
    pub(crate) base_arguments: Vec<(String, Vec<Value>)>,
    /// The parameters of a function that gives back a class.
    pub(crate) parameters: Vec<String>,
    /// What it extends and implements with the generic arguments, as written, in the same order; empty where the language's reader leaves
    /// them out.
    pub(crate) full_bases: Vec<String>,
    /// The types of its fields and constructor parameters, as `(name, type)`.
    pub(crate) members: Vec<(String, String)>,
    /// Its decorators.
    pub(crate) decorators: Vec<Decorator>,
    /// Its doc comment as plain text.
    pub(crate) doc: Option<String>,
    /// Whether it is abstract or an interface.
    pub(crate) is_abstract: bool,
    /// The keys of metadata that its methods look for; opaque where one is not known.
    pub(crate) metadata: Vec<Value>,
    /// The members that it asks to decide in its place: `this.jwt.canActivate(context)`.
    pub(crate) delegates: Vec<String>,
}

impl Class {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.extend(self.bases.iter().map(String::as_str));
        self.base_arguments.iter().flat_map(|(_, arguments)| arguments).for_each(|value| value.names(into));
        into.extend(self.decorators.iter().map(|decorator| decorator.name.as_str()));
        self.metadata.iter().for_each(|key| key.names(into));
        // Where bases are kept whole, no fact but the class itself speaks of what its decorators are given.
        let given = self.decorators.iter().filter(|_| !self.full_bases.is_empty()).flat_map(|decorator| &decorator.arguments);
        given.for_each(|value| value.names(into));
    }
}

/// A module: what it brings together. Several facts of one class add up (`@Module` and what its `forRoot` gives back). Items keep their calls: `TypeOrmModule.forFeature([User])`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Module {
    /// The class that is the module.
    pub(crate) class: String,
    /// The modules that it imports.
    pub(crate) imports: Vec<Value>,
    /// What it provides.
    pub(crate) providers: Vec<Value>,
    /// Its controllers.
    pub(crate) controllers: Vec<Value>,
    /// What it gives on.
    pub(crate) exports: Vec<Value>,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

impl Module {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.push(&self.class);
        self.imports.iter().chain(&self.controllers).for_each(|value| value.names(into));
        let lists = self.providers.iter().chain(&self.exports);
        lists.filter(|value| class_item(value).is_none()).for_each(|value| value.names(into));
    }

    /// The classes that are only listed: where they stand matters, and what they state does not.
    pub(super) fn listed<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.extend(self.providers.iter().chain(&self.exports).filter_map(class_item));
    }
}

/// An item of a list that is named like a class; constants that stand for lists of classes are named otherwise or spread.
fn class_item(value: &Value) -> Option<&str> {
    match value {
        Value::Name(name) if is_class_name(name) => Some(name),
        _ => None,
    }
}

fn is_class_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase()) && name.contains(|one: char| one.is_ascii_lowercase()) && !name.contains('.')
}

/// What a class that answers serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ControllerKind {
    /// HTTP routes and message handlers.
    #[default]
    Http,
    /// WebSocket events; the prefix is the namespace.
    WebSocket,
    /// GraphQL fields.
    GraphQl,
}

/// A class that serves routes: what holds for all of them. A class whose routes come with no controller fact is an abstract base,
/// or a decorator that is composed elsewhere (see its `Class`) makes it a controller.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Controller {
    /// What it serves.
    pub(crate) kind: ControllerKind,
    /// The class.
    pub(crate) class: String,
    /// Its prefixes: one empty text when it has none.
    pub(crate) prefixes: Vec<Value>,
    /// The API versions it states.
    pub(crate) versions: Vec<Value>,
    /// Its decorators, `UseGuards` and permission decorators among them.
    pub(crate) decorators: Vec<Decorator>,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

impl Controller {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.push(&self.class);
        self.prefixes.iter().chain(&self.versions).for_each(|value| value.names(into));
        decorator_names(&self.decorators, into);
    }
}

/// How a route is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Protocol {
    /// HTTP; `verb` is the method, `ALL` for every one.
    Http,
    /// A WebSocket event.
    WebSocket,
    /// A GraphQL field; `verb` is `QUERY`, `MUTATION` or `SUBSCRIPTION`.
    GraphQl,
    /// A gRPC method; `paths` holds `Service/Method`.
    Grpc,
    /// A request over a broker that gets an answer.
    MessageRequest,
    /// An event from a broker.
    MessageEvent,
}

/// A route or message handler.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Route {
    /// How it is reached.
    pub(crate) protocol: Protocol,
    /// The method in upper case; empty for messages, and together with no paths at all for a method whose decorators come from elsewhere
    /// in the repository: they may make it a route, or not.
    pub(crate) verb: String,
    /// Its own paths, channels or names: one empty text when it has none.
    pub(crate) paths: Vec<Value>,
    /// The class it stands in; empty for a plain function.
    pub(crate) class: String,
    /// The method or function that answers.
    pub(crate) handler: String,
    /// The API versions it states.
    pub(crate) versions: Vec<Value>,
    /// The type of the request body or message.
    pub(crate) request: Option<String>,
    /// The type that it answers with.
    pub(crate) response: Option<String>,
    /// The decorators of the method.
    pub(crate) decorators: Vec<Decorator>,
    /// Its doc comment or stated summary.
    pub(crate) summary: Option<String>,
}

impl Route {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.push(&self.class);
        self.paths.iter().chain(&self.versions).for_each(|value| value.names(into));
        decorator_names(&self.decorators, into);
    }
}

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

/// What kind of message a CQRS handler takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CqrsKind {
    /// Changes something.
    Command,
    /// Only reads.
    Query,
    /// Tells that something happened.
    Event,
}

/// A handler of a CQRS command, query or event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CqrsHandler {
    /// What it takes.
    pub(crate) kind: CqrsKind,
    /// The class of the message.
    pub(crate) message: String,
    /// The handler class.
    pub(crate) class: String,
    /// The type that it answers with.
    pub(crate) response: Option<String>,
    /// The decorators of the class and of its `execute` or `handle`.
    pub(crate) decorators: Vec<Decorator>,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

/// Which side of a channel a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    /// Sends and expects nothing back.
    Publish,
    /// Sends and waits for the answer.
    Request,
    /// Receives.
    Subscribe,
}

/// A message sent on, or a subscription to, a channel (subject, topic, queue, exchange).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Channel {
    /// Which side.
    pub(crate) direction: Direction,
    /// The channel's name, or a map that serves as one (`{ cmd: 'x' }`).
    pub(crate) name: Value,
    /// The transport or library, where the code states it: `NATS`, `Kafka`, `BullMQ`.
    pub(crate) transport: Option<String>,
    /// The injection token or name of the client that it goes through, where the code states it.
    pub(crate) client: Option<Value>,
    /// The class and method or function it stands in: `UserService.create`.
    pub(crate) handler: String,
    /// The type of the message.
    pub(crate) payload: Option<String>,
}

/// A method that sends on what it is given: a wrapper around a message client. In the channel's name and client a `Name` whose first part
/// is a parameter stands for the argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Relay {
    /// The class of the method.
    pub(crate) class: String,
    /// The method.
    pub(crate) method: String,
    /// Its parameters.
    pub(crate) parameters: Vec<String>,
    /// The message that one call sends.
    pub(crate) channel: Channel,
}

/// A call that sends a message if the called method is a relay; no fact by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RelayCall {
    /// The class whose method is called, as named in the calling file; the calling class itself for `this.send(...)`.
    pub(crate) class: String,
    /// The method.
    pub(crate) method: String,
    /// The first arguments.
    pub(crate) arguments: Vec<Value>,
    /// The parameters of the method around the call: with one of them among the arguments that method sends on too.
    pub(crate) parameters: Vec<String>,
    /// The class and method or function it stands in: `UserService.create`.
    pub(crate) handler: String,
}

/// What starts a job.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trigger {
    /// A cron expression.
    Cron(Value),
    /// Milliseconds between two runs.
    Interval(Value),
    /// Milliseconds after the start, once.
    Timeout(Value),
    /// The start of the application: it runs beside what that serves.
    Start,
    /// A queue, and the name of the job on it where one is stated.
    Queue(Value, Option<Value>),
}

/// Work that a schedule or a queue starts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Job {
    /// Its stated name.
    pub(crate) name: Option<Value>,
    /// What starts it.
    pub(crate) trigger: Trigger,
    /// The class it stands in; empty for a function.
    pub(crate) class: String,
    /// The method or function that does it.
    pub(crate) handler: String,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

impl Job {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        match &self.trigger {
            Trigger::Cron(value) | Trigger::Interval(value) | Trigger::Timeout(value) => value.names(into),
            Trigger::Start => {}
            Trigger::Queue(queue, name) => {
                queue.names(into);
                if let Some(name) = name {
                    name.names(into);
                }
            }
        }
        if let Some(name) = &self.name {
            name.names(into);
        }
    }
}

/// A read of an environment variable; never its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvironmentRead {
    /// The variable.
    pub(crate) name: String,
    /// The hosts that hold where it is not set.
    pub(crate) defaults: Vec<HostReference>,
}

pub(super) fn decorator_names<'a>(decorators: &'a [Decorator], into: &mut Vec<&'a str>) {
    for decorator in decorators {
        into.push(&decorator.name);
        let mut names = Vec::new();
        decorator.arguments.iter().for_each(|value| value.names(&mut names));
        into.extend(names.into_iter().filter(|name| !is_class_name(name)));
    }
}

/// The classes in the arguments of decorators: guards, pipes, types of requests.
pub(super) fn decorator_classes<'a>(decorators: &'a [Decorator], into: &mut Vec<&'a str>) {
    let mut names = Vec::new();
    decorators.iter().flat_map(|decorator| &decorator.arguments).for_each(|value| value.names(&mut names));
    into.extend(names.into_iter().filter(|name| is_class_name(name)));
}

/// The HTTP decorators and the method that each stands for.
const VERBS: &[(&str, &str)] = &[
    ("Get", "GET"),
    ("Post", "POST"),
    ("Put", "PUT"),
    ("Patch", "PATCH"),
    ("Delete", "DELETE"),
    ("Options", "OPTIONS"),
    ("Head", "HEAD"),
    ("All", "ALL"),
    ("Sse", "GET"),
    ("Search", "SEARCH"),
    ("Propfind", "PROPFIND"),
    ("Proppatch", "PROPPATCH"),
    ("Mkcol", "MKCOL"),
    ("Copy", "COPY"),
    ("Move", "MOVE"),
    ("Lock", "LOCK"),
    ("Unlock", "UNLOCK"),
];

/// The HTTP method of a route decorator of NestJS, by its name without `@`.
pub(crate) fn http_method(decorator: &str) -> Option<&'static str> {
    VERBS.iter().find(|(name, _)| *name == decorator).map(|(_, verb)| *verb)
}
