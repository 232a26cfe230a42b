//! Classes that answer and their routes, as one file states them: NestJS controllers, resolvers and gateways, controllers of .NET.
//! Paths, versions and types stay as written; prefixes of the application are the linker's work.

use super::code::decorator_names;
use super::{Decorator, Value};

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

/// How an attribute of the repository is made, where it may state a route: what it hands to its base, and the template that it sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AttributeConstructor {
    /// The class.
    pub(crate) class: String,
    /// Its parameters with the values that stand in for them.
    pub(crate) parameters: Vec<(String, Option<Value>)>,
    /// What the constructor of its base is given.
    pub(crate) base_arguments: Vec<Value>,
    /// The template that it sets itself.
    pub(crate) template: Option<Value>,
}
