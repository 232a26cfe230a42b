//! The methods of a class that answer: HTTP routes, GraphQL fields, messages, WebSocket events.
//! Of two decorators of one kind the upper one holds, as in the framework, where it is applied last.

use tree_sitter::Node;

use super::contract;
use crate::extract::Sink;
use crate::extract::typescript::class_cx::ClassCx;
use crate::extract::typescript::decorators::{self, Found};
use crate::extract::typescript::{classes, values};
use crate::finding::{Fact, Protocol, Route, Value, http_method};

/// A method with its decorators.
pub(super) struct Method<'f, 'a> {
    pub(super) class: &'f ClassCx<'f, 'a>,
    pub(super) node: Node<'a>,
    pub(super) function: Node<'a>,
    pub(super) name: String,
    pub(super) decorators: Vec<Found<'a>>,
}

/// What a decorator makes of a method.
struct Reached {
    protocol: Protocol,
    verb: &'static str,
    paths: Vec<Value>,
}

/// The routes of a class.
pub(super) fn emit(class: &ClassCx<'_, '_>, sink: &mut Sink<'_>) {
    for node in classes::methods(class.node) {
        let decorators = decorators::of_member(node, class.cx.text);
        if decorators.is_empty() {
            continue;
        }
        let name = classes::member_name(node, class.cx.text);
        let method = Method { class, node, function: classes::function_of(node), name, decorators };
        emit_method(&method, sink);
    }
}

fn emit_method(method: &Method<'_, '_>, sink: &mut Sink<'_>) {
    let mut known: Vec<Protocol> = Vec::new();
    for found in &method.decorators {
        let Some(reached) = reached(method, found) else { continue };
        let same = |other: &Protocol| *other == reached.protocol || is_message(*other) && is_message(reached.protocol);
        if !known.iter().any(same) {
            known.push(reached.protocol);
            sink.fact(method.class.line(found.node), Fact::Route(route(method, reached)));
        }
    }
    if known.is_empty()
        && let Some(first) = method.decorators.iter().find(|found| is_composed_here(method.class, found))
    {
        let undecided = Reached { protocol: Protocol::Http, verb: "", paths: Vec::new() };
        sink.fact(method.class.line(first.node), Fact::Route(route(method, undecided)));
    }
}

fn is_message(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::MessageRequest | Protocol::MessageEvent | Protocol::Grpc)
}

/// Whether a decorator comes from this repository, in a class that some decorator makes answer.
fn is_composed_here(class: &ClassCx<'_, '_>, found: &Found<'_>) -> bool {
    let from_here = |found: &Found<'_>| match class.origins.module(&found.decorator.name) {
        Some(module) => class.cx.map().resolve_module(&class.cx.file.path, module).is_some() || module.starts_with('.'),
        None => ["function", "const"].iter().any(|word| class.cx.text.contains(&format!("{word} {}", found.decorator.name))),
    };
    let answers = |found: &Found<'_>| {
        matches!(class.framework_name(found), Some("Controller" | "Resolver" | "WebSocketGateway"))
            || from_here(found) && found.short_name().ends_with("Controller")
    };
    from_here(found) && class.decorators.iter().any(answers)
}

fn route(method: &Method<'_, '_>, reached: Reached) -> Route {
    Route {
        protocol: reached.protocol,
        verb: reached.verb.to_owned(),
        paths: reached.paths,
        class: method.class.name.clone(),
        handler: method.name.clone(),
        versions: versions(method.class, &method.decorators),
        request: contract::request(method, reached.protocol),
        response: contract::response(method, reached.protocol),
        decorators: decorators::plain(&method.decorators),
        summary: contract::summary(method),
    }
}

/// The versions that `@Version` states.
pub(super) fn versions(class: &ClassCx<'_, '_>, decorators: &[Found<'_>]) -> Vec<Value> {
    let stated = decorators.iter().filter(|found| class.framework_name(found) == Some("Version")).filter_map(Found::first);
    stated.flat_map(|value| value.items().to_vec()).collect()
}

fn reached(method: &Method<'_, '_>, found: &Found<'_>) -> Option<Reached> {
    let name = method.class.framework_name(found)?;
    if let Some(verb) = http_method(name) {
        return Some(Reached { protocol: Protocol::Http, verb, paths: paths(found) });
    }
    let message = |protocol| Reached { protocol, verb: "", paths: patterns(found) };
    match name {
        "Query" => Some(field("QUERY", method, found)),
        "Mutation" => Some(field("MUTATION", method, found)),
        "Subscription" => Some(field("SUBSCRIPTION", method, found)),
        "MessagePattern" => Some(message(Protocol::MessageRequest)),
        "EventPattern" => Some(message(Protocol::MessageEvent)),
        "SubscribeMessage" => Some(message(Protocol::WebSocket)),
        "GrpcMethod" | "GrpcStreamMethod" | "GrpcStreamCall" => {
            Some(Reached { protocol: Protocol::Grpc, verb: "", paths: vec![grpc(method, found)] })
        }
        _ => None,
    }
}

/// `@Get()`, `@Get('x')`, `@Get(['x', 'y'])`, `@Get(routes.x)`.
fn paths(found: &Found<'_>) -> Vec<Value> {
    match found.first() {
        Some(Value::List(items)) if items.is_empty() => vec![Value::Text(String::new())],
        Some(value) => value.items().to_vec(),
        None => vec![Value::Text(String::new())],
    }
}

/// `@MessagePattern('x')`, `@MessagePattern({ cmd: 'x' })`, `@EventPattern(['x', 'y'])`.
fn patterns(found: &Found<'_>) -> Vec<Value> {
    found.first().map(|value| value.items().to_vec()).unwrap_or_default()
}

/// A GraphQL field is called by a stated name, else as its method: `@Query('x')`, `@Query(() => X, { name: 'x' })`.
fn field(verb: &'static str, method: &Method<'_, '_>, found: &Found<'_>) -> Reached {
    let is_type = contract::type_function(found).is_some();
    let stated = found.first().filter(|value| !is_type && !matches!(value, Value::Map(_)));
    let options = found.decorator.arguments.iter().find(|value| matches!(value, Value::Map(_)));
    let name = stated.or_else(|| options?.get("name")).cloned().unwrap_or_else(|| Value::Text(method.name.clone()));
    Reached { protocol: Protocol::GraphQl, verb, paths: vec![name] }
}

/// `Service/Method`: the service is the class and the method the handler where they are not stated.
fn grpc(method: &Method<'_, '_>, found: &Found<'_>) -> Value {
    let mut arguments = found.decorator.arguments.iter().filter(|value| !matches!(value, Value::Map(_))).cloned();
    let service = arguments.next().unwrap_or_else(|| Value::Text(method.class.name.clone()));
    let call = arguments.next().unwrap_or_else(|| Value::Text(capitalised(&method.name)));
    match (&service, &call) {
        (Value::Text(service), Value::Text(call)) => Value::Text(format!("{service}/{call}")),
        _ => Value::Concat(vec![service, Value::Text("/".to_owned()), call]),
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The text of a node of the file that the method stands in.
pub(super) fn text_in<'f>(method: &Method<'f, '_>, node: Node<'_>) -> &'f str {
    values::text_of(node, method.class.cx.text)
}
