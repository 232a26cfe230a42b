//! What a call on a router or endpoint does: maps endpoints, opens groups, asks for authorization.
//! Source: the documentation of ASP.NET Core, Asp.Versioning, Carter, SignalR, gRPC for .NET and YARP.

use super::authorization::Access;
use super::interpreter::{Held, Interpreter, Place, Variables};
use super::mounts;
use super::router::Endpoint;
use super::signature;
use crate::finding::{Argument, Call, Value};
use crate::gap::{Gap, GapCode};
use crate::link::names::last_part;
use crate::location::Location;
use crate::model::Operation;

/// A call with what it is made on and where.
pub(super) struct Called<'a> {
    pub(super) call: &'a Call,
    pub(super) receiver: &'a str,
    pub(super) place: Place<'a>,
}

const VERBS: &[(&str, &str)] = &[("MapGet", "GET"), ("MapPost", "POST"), ("MapPut", "PUT"), ("MapDelete", "DELETE"), ("MapPatch", "PATCH")];

/// Whether a call of this name makes an endpoint.
pub(super) fn maps_a_route(name: &str) -> bool {
    VERBS.iter().any(|(call, _)| *call == name) || matches!(name, "MapMethods" | "MapHub" | "MapGrpcService")
}

/// A call on a router; what the chain goes on with.
pub(super) fn on_router<'a>(on: &mut Interpreter<'_, '_, 'a>, called: &Called<'a>, router: usize, variables: &Variables) -> Option<Held> {
    let call = called.call;
    let path = called.place.at.path.clone();
    let text = |on: &Interpreter<'_, '_, 'a>, name: &str, place: usize| {
        call.argument(name, place).and_then(|one| on.text(&one.value, &path, variables))
    };
    let same = Some(Held::Router(router));
    if access(on, called, router, variables)
        || versions(call, &mut |version| _ = on.routers.router_mut(router).map(|one| one.versions.insert(version)))
    {
        return same;
    }
    if let Some((_, verb)) = VERBS.iter().find(|(name, _)| *name == call.name) {
        return map(on, called, router, vec![(*verb).to_owned()], variables);
    }
    match call.name.as_str() {
        // `app.MapGroup(this)`: a procedure of the repository makes the prefix of the class.
        "MapGroup" if call.arguments.first().is_some_and(|one| one.value == Value::Name("this".to_owned())) => {
            on.user_call(called, Some(Held::Router(router)), variables)
        }
        "MapGroup" => {
            let prefix = text(on, "prefix", 0);
            Some(Held::Router(on.routers.group(router, prefix)))
        }
        "MapMethods" => {
            let verbs = call.argument("httpMethods", 1).map(|one| on.program.input.names.resolve(&path, &one.value));
            let names = verbs.iter().flat_map(Value::items).filter_map(verb_name).collect();
            map(on, called, router, names, variables)
        }
        "Map" | "MapWhen" => branch_or_map(on, called, router, variables),
        "UseEndpoints" => {
            inner(on, called, &Held::Router(router), variables);
            same
        }
        "MapHealthChecks" | "UseHealthChecks" => {
            let template = text(on, "pattern", 0).or_else(|| text(on, "path", 0));
            let operation = Operation { summary: Some("Health check".to_owned()), ..Operation::default() };
            Some(Held::Endpoint(push(on, called, router, (vec!["GET".to_owned()], template), operation)))
        }
        "MapHub" => {
            let template = text(on, "pattern", 0).or_else(|| text(on, "path", 0));
            let class = call.type_arguments.first()?.clone();
            let at = push(on, called, router, (Vec::new(), template), Operation::default());
            on.seen.hubs.push((class, path, at));
            Some(Held::Endpoint(at))
        }
        "MapGrpcService" => {
            let class = call.type_arguments.first()?.clone();
            let at = push(on, called, router, (Vec::new(), Some(String::new())), Operation::default());
            on.seen.grpc.push((class, path, at));
            Some(Held::Endpoint(at))
        }
        _ => mounts::on_framework(on, called, router, variables),
    }
}

/// A call on an endpoint; the chain goes on with the endpoint.
pub(super) fn on_endpoint<'a>(on: &mut Interpreter<'_, '_, 'a>, called: &Called<'a>, at: usize, variables: &Variables) -> Option<Held> {
    let call = called.call;
    let path = &called.place.at.path;
    let texts: Vec<Option<String>> = call.arguments.iter().map(|one| on.text(&one.value, path, variables)).collect();
    let endpoint = on.routers.endpoints.get_mut(at)?;
    let lookup =
        |value: &Value| call.arguments.iter().position(|one| one.value == *value).and_then(|place| texts.get(place).cloned().flatten());
    let mut taken = Access::default();
    if taken.take(call, &lookup) {
        endpoint.access = endpoint.access.and(&taken.under(&Location::new(path, call.line), &on.conditions));
        return Some(Held::Endpoint(at));
    }
    if versions(call, &mut |version| _ = endpoint.versions.insert(version)) {
        return Some(Held::Endpoint(at));
    }
    let operation = &mut endpoint.operation;
    match call.name.as_str() {
        "WithSummary" => operation.summary = texts.into_iter().next().flatten(),
        "WithDescription" if operation.summary.is_none() => operation.summary = texts.into_iter().next().flatten(),
        "Produces" if is_success(call) => {
            let stated = call.type_arguments.first().cloned();
            operation.response = stated.or_else(|| operation.response.take());
        }
        "Accepts" => operation.request = call.type_arguments.first().cloned().or_else(|| operation.request.take()),
        _ => {}
    }
    Some(Held::Endpoint(at))
}

fn is_success(call: &Call) -> bool {
    call.arguments.iter().all(|one| match &one.value {
        Value::Number(number) => number.starts_with('2'),
        Value::Name(name) => !name.contains("StatusCodes.") || name.contains("Status2"),
        _ => true,
    })
}

fn access(on: &mut Interpreter<'_, '_, '_>, called: &Called<'_>, router: usize, variables: &Variables) -> bool {
    let path = &called.place.at.path;
    let mut taken = Access::default();
    let is_access = taken.take(called.call, &|value| on.text(value, path, variables));
    let taken = taken.under(&Location::new(path, called.call.line), &on.conditions);
    if let Some(one) = on.routers.router_mut(router).filter(|_| is_access) {
        one.access = one.access.and(&taken);
    }
    is_access
}

/// `HasApiVersion(1, 0)`, `HasApiVersion(1.0)`, `MapToApiVersion(new ApiVersion(2, 0))`
fn versions(call: &Call, take: &mut dyn FnMut(String)) -> bool {
    if !matches!(call.name.as_str(), "HasApiVersion" | "MapToApiVersion" | "HasDeprecatedApiVersion") {
        return matches!(call.name.as_str(), "NewVersionedApi" | "WithApiVersionSet" | "IsApiVersionNeutral" | "ReportApiVersions");
    }
    let numbers: Vec<String> = call.arguments.iter().flat_map(|one| version_parts(&one.value)).collect();
    if !numbers.is_empty() {
        take(numbers.join("."));
    }
    true
}

fn version_parts(value: &Value) -> Vec<String> {
    match value {
        Value::Number(number) => vec![number.clone()],
        Value::Text(text) => vec![text.clone()],
        Value::Call(name, arguments) if last_part(name) == "ApiVersion" || name == "new" => {
            arguments.iter().flat_map(version_parts).collect()
        }
        _ => Vec::new(),
    }
}

fn verb_name(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_ascii_uppercase()),
        Value::Name(name) => Some(last_part(name).to_ascii_uppercase()),
        _ => None,
    }
}

/// `Map("/x", handler)` answers every method; `Map("/x", branch => branch.UseX())` goes on with a part of the pipeline.
fn branch_or_map<'a>(on: &mut Interpreter<'_, '_, 'a>, called: &Called<'a>, router: usize, variables: &Variables) -> Option<Held> {
    let lambda = called.call.lambda();
    let is_branch = lambda.is_some_and(|lambda| match lambda.parameters.as_slice() {
        [only] => lambda
            .steps
            .iter()
            .any(|step| step.receiver == only.name && step.calls.iter().any(|call| call.name.starts_with("Use") || call.name == "Run")),
        _ => false,
    });
    let template = called.call.argument("pattern", 0).and_then(|one| on.text(&one.value, &called.place.at.path, variables));
    if !is_branch {
        return if template.is_some() {
            map(on, called, router, vec!["ALL".to_owned()], variables)
        } else {
            on.user_call(called, Some(Held::Router(router)), variables)
        };
    }
    let group = on.routers.group(router, template);
    inner(on, called, &Held::Router(group), variables);
    Some(Held::Router(router))
}

pub(super) fn inner<'a>(on: &mut Interpreter<'_, '_, 'a>, called: &Called<'a>, held: &Held, variables: &Variables) {
    if let Some(lambda) = called.call.lambda() {
        on.lambda(lambda, held, called.place, variables);
    }
}

/// `MapGet(pattern, handler)`; an extension method of the repository with that name may take them in another order.
pub(super) fn map<'a>(
    on: &mut Interpreter<'_, '_, 'a>,
    called: &Called<'a>,
    router: usize,
    verbs: Vec<String>,
    variables: &Variables,
) -> Option<Held> {
    let call = called.call;
    let path = &called.place.at.path;
    let own = on.program.procedures(&call.name).iter().any(|(_, one)| one.is_extension);
    if own {
        let extensions = on.program.procedures(&call.name).iter().filter(|(_, one)| one.is_extension);
        on.reached.extend(extensions.map(|(at, _)| (at.path.clone(), at.line)));
    }
    let pattern = call.argument("pattern", 0).filter(|one| one.lambda.is_none());
    let template = pattern.and_then(|one| on.text(&one.value, path, variables));
    let (template, handler) = match template {
        Some(template) => (Some(template), handler_argument(call)),
        None if own => {
            let behind = call.arguments.iter().skip(1).find_map(|one| on.text(&one.value, path, variables));
            (Some(behind.unwrap_or_default()), call.arguments.first())
        }
        None => (None, handler_argument(call)),
    };
    let full: String = on.routers.prefix(router).into_iter().flatten().chain(template.as_deref()).collect::<Vec<_>>().join("/");
    let (operation, access) = operation(on, called, handler, (verbs.first().map_or("", String::as_str), &full));
    let at = push(on, called, router, (verbs, template), operation);
    if let Some(endpoint) = on.routers.endpoints.get_mut(at) {
        endpoint.access = access;
    }
    Some(Held::Endpoint(at))
}

fn handler_argument(call: &Call) -> Option<&Argument> {
    call.arguments
        .iter()
        .find(|one| one.name.as_deref() == Some("handler"))
        .or_else(|| call.arguments.last().filter(|_| call.arguments.len() > 1))
}

fn operation(
    on: &Interpreter<'_, '_, '_>,
    called: &Called<'_>,
    handler: Option<&Argument>,
    (verb, template): (&str, &str),
) -> (Operation, Access) {
    let place = called.place;
    let file = &place.at.path;
    let around = [place.class, place.procedure].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    let mut operation = Operation::default();
    if let Some(lambda) = handler.and_then(|one| one.lambda.as_ref()) {
        operation.handler = Some(if around.is_empty() { file.stem().to_owned() } else { around });
        operation.request = signature::request(verb, &lambda.parameters, template);
        operation.response = signature::response(&lambda.returns, &lambda.decorators);
        return (operation, Access::of_attributes(on.program, file, &lambda.decorators));
    }
    let Some(Value::Name(name)) = handler.map(|one| &one.value) else {
        operation.handler = Some(around).filter(|name| !name.is_empty());
        return (operation, Access::default());
    };
    let Some((at, method)) = on.program.method(file, place.class, name) else {
        operation.handler = Some(name.clone());
        return (operation, Access::default());
    };
    operation.handler = Some(format!("{}.{}", method.class, method.name));
    operation.request = signature::request(verb, &method.parameters, template);
    operation.response = signature::response(&method.returns, &method.decorators);
    operation.summary = method.doc.clone().or_else(|| stated_summary(&method.decorators));
    (operation, Access::of_attributes(on.program, &at.path, &method.decorators))
}

/// `[EndpointSummary("...")]`
pub(super) fn stated_summary(decorators: &[crate::finding::Decorator]) -> Option<String> {
    let stated = decorators.iter().find(|one| one.name == "EndpointSummary");
    stated.and_then(|one| one.arguments.first()).and_then(|value| value.as_text().map(str::to_owned))
}

pub(super) fn push(
    on: &mut Interpreter<'_, '_, '_>,
    called: &Called<'_>,
    router: usize,
    (verbs, template): (Vec<String>, Option<String>),
    operation: Operation,
) -> usize {
    let at = Location::new(&called.place.at.path, called.call.line);
    on.routers.endpoints.push(Endpoint {
        at: Some(at),
        router,
        verbs,
        template,
        operation,
        written: format!("{}.{}", called.receiver, called.call.name),
        under: on.conditions.clone(),
        asked: on.asked.clone(),
        ..Endpoint::default()
    });
    on.routers.endpoints.len() - 1
}

/// Names a path that only the run tells.
pub(super) fn computed(endpoint: &Endpoint, at: &Location) -> Gap {
    let message = format!("the path of {} is computed at run time; the route is left out", endpoint.written);
    Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message)
}
