//! What a route takes and gives: types of parameters and results, `@nestjs/swagger` decorators, summaries.
//! States only types that the code names; `any` and its like are no type.

use tree_sitter::Node;

use super::route::{Method, text_in};
use crate::extract::typescript::decorators::{self, Found};
use crate::extract::typescript::values::{self, children};
use crate::extract::typescript::{classes, doc_comment, types};
use crate::finding::{Protocol, Value};

/// The type that a route takes: the body, the payload, or the arguments of a field.
pub(super) fn request(method: &Method<'_, '_>, protocol: Protocol) -> Option<String> {
    stated_request(method, protocol).filter(|kind| !is_parameter(method, kind))
}

/// Whether a type is a parameter of the class, the method or a function around them: it names no type.
fn is_parameter(method: &Method<'_, '_>, kind: &str) -> bool {
    let mut at = Some(method.function);
    while let Some(node) = at {
        let own = node.child_by_field_name("type_parameters").map(children).unwrap_or_default();
        if own.iter().filter_map(|one| one.child_by_field_name("name")).any(|name| text_in(method, name) == kind.trim_end_matches("[]")) {
            return true;
        }
        at = node.parent();
    }
    false
}

fn stated_request(method: &Method<'_, '_>, protocol: Protocol) -> Option<String> {
    let parameters = classes::parameters(method.function);
    match protocol {
        Protocol::Http => whole(method, &parameters, &["Body", "RawBody"])
            .or_else(|| whole(method, &parameters, &["Query"]).filter(|kind| is_class(kind))),
        Protocol::GraphQl => arguments(method, &parameters),
        Protocol::WebSocket => whole(method, &parameters, &["MessageBody"]).or_else(|| undecorated(method, &parameters, 1)),
        Protocol::MessageRequest | Protocol::MessageEvent | Protocol::Grpc => {
            whole(method, &parameters, &["Payload", "Body", "MessageBody"]).or_else(|| undecorated(method, &parameters, 0))
        }
    }
}

/// The type of the parameter that one of the decorators binds as a whole: `@Body() x: T`, not `@Body('name') x: string`.
fn whole(method: &Method<'_, '_>, parameters: &[Node<'_>], names: &[&str]) -> Option<String> {
    parameters.iter().find_map(|parameter| {
        let found = decorators::of_parameter(*parameter, method.class.cx.text);
        let binds = |one: &Found<'_>| {
            let named = method.class.framework_name(one).is_some_and(|name| names.contains(&name));
            named && !matches!(one.first(), Some(Value::Text(_)))
        };
        found.iter().any(binds).then(|| classes::type_of(*parameter, method.class.cx.text))?
    })
}

/// Without decorators the framework hands over the message first, to a gateway behind the connection.
fn undecorated(method: &Method<'_, '_>, parameters: &[Node<'_>], at: usize) -> Option<String> {
    let text = method.class.cx.text;
    let bare = parameters.iter().all(|parameter| decorators::of_parameter(*parameter, text).is_empty());
    parameters.get(at).filter(|_| bare).and_then(|parameter| classes::type_of(*parameter, text))
}

/// The type of a single `@Args`; several as an object type.
fn arguments(method: &Method<'_, '_>, parameters: &[Node<'_>]) -> Option<String> {
    let text = method.class.cx.text;
    let mut found: Vec<(String, String)> = Vec::new();
    for parameter in parameters {
        let decorators = decorators::of_parameter(*parameter, text);
        let Some(args) = decorators.iter().find(|one| method.class.framework_name(one) == Some("Args")) else { continue };
        let Some(kind) = classes::type_of(*parameter, text) else { continue };
        let name = args.first().and_then(Value::as_text).or_else(|| classes::parameter_name(*parameter, text));
        found.push((name.unwrap_or_default().to_owned(), kind));
    }
    match found.as_slice() {
        [] => None,
        [(_, kind)] if is_class(kind) => Some(kind.clone()),
        many => {
            let parts: Vec<String> =
                many.iter().map(|(name, kind)| if name.is_empty() { kind.clone() } else { format!("{name}: {kind}") }).collect();
            Some(format!("{{ {} }}", parts.join(", ")))
        }
    }
}

fn is_class(kind: &str) -> bool {
    kind.chars().next().is_some_and(char::is_uppercase)
}

/// The type that a route answers with: the type function of a field, the result of the method, or what swagger states.
pub(super) fn response(method: &Method<'_, '_>, protocol: Protocol) -> Option<String> {
    stated_response(method, protocol).filter(|kind| !is_parameter(method, kind))
}

fn stated_response(method: &Method<'_, '_>, protocol: Protocol) -> Option<String> {
    let returned = || types::returned(method.function, method.class.cx.text).filter(|kind| kind != "Response" && kind != "StreamableFile");
    match protocol {
        Protocol::GraphQl => {
            method.decorators.iter().find_map(|found| type_function(found).and_then(|node| type_in(method, node))).or_else(returned)
        }
        Protocol::Http => returned().or_else(|| documented(method)),
        Protocol::WebSocket | Protocol::Grpc | Protocol::MessageRequest => returned(),
        Protocol::MessageEvent => None,
    }
}

/// The function in `@Query(() => User)`.
pub(super) fn type_function<'a>(found: &Found<'a>) -> Option<Node<'a>> {
    let call = children(found.node).into_iter().find(|child| child.kind() == "call_expression")?;
    let first = children(call.child_by_field_name("arguments")?).first().copied()?;
    matches!(first.kind(), "arrow_function" | "function_expression").then_some(first)
}

/// `() => User` is `User`, `() => [User]` is `User[]`.
fn type_in(method: &Method<'_, '_>, function: Node<'_>) -> Option<String> {
    let node = values::unwrapped(values::returned(function)?);
    match node.kind() {
        "array" => Some(format!("{}[]", type_name(method, *children(node).first()?)?)),
        _ => type_name(method, node),
    }
}

fn type_name(method: &Method<'_, '_>, node: Node<'_>) -> Option<String> {
    matches!(node.kind(), "identifier" | "member_expression").then(|| text_in(method, node).to_owned())
}

/// The type that `@ApiOkResponse({ type })`, `@ApiCreatedResponse` or `@ApiResponse` of success state.
fn documented(method: &Method<'_, '_>) -> Option<String> {
    method.decorators.iter().find_map(|found| {
        let options = found.first()?;
        let succeeds = match method.class.framework_name(found)? {
            "ApiOkResponse" | "ApiCreatedResponse" | "ApiAcceptedResponse" => true,
            "ApiResponse" => match options.get("status") {
                Some(Value::Number(status)) => status.starts_with('2'),
                Some(Value::Name(status)) => ["OK", "CREATED", "ACCEPTED"].iter().any(|one| status.rsplit('.').next() == Some(one)),
                _ => false,
            },
            _ => false,
        };
        let many = matches!(options.get("isArray"), Some(Value::Bool(true)));
        let (name, many) = match options.get("type").filter(|_| succeeds)? {
            Value::Name(name) => (name, many),
            Value::List(items) => match items.first()? {
                Value::Name(name) => (name, true),
                _ => return None,
            },
            _ => return None,
        };
        Some(if many { format!("{name}[]") } else { name.clone() })
    })
}

/// The stated summary, or the doc comment.
pub(super) fn summary(method: &Method<'_, '_>) -> Option<String> {
    let stated = method.decorators.iter().find_map(|found| {
        let options = found.first()?;
        let key = match method.class.framework_name(found)? {
            "ApiOperation" => "summary",
            "Query" | "Mutation" | "Subscription" => return described(found),
            _ => return None,
        };
        let text = |key: &str| options.get(key).and_then(Value::as_text).map(str::trim).filter(|text| !text.is_empty());
        text(key).or_else(|| text("description")).map(str::to_owned)
    });
    stated.or_else(|| doc_comment::of(method.node, method.class.cx.text))
}

/// `@Query(() => User, { description: 'x' })`.
fn described(found: &Found<'_>) -> Option<String> {
    let options = found.decorator.arguments.iter().find(|value| matches!(value, Value::Map(_)))?;
    options.get("description").and_then(Value::as_text).map(str::to_owned)
}
