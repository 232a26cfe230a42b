//! gRPC in Go and Node.js: which container answers for which service, and the paths of HTTP that a gateway gives its methods.
//! A service is served where it is registered; its methods are those of its definition.

use std::collections::BTreeMap;

use super::Input;
use crate::finding::{Action, Expression, Fact, Function, RpcMethod, Slot};
use crate::gap::{Gap, GapCode};
use crate::location::Location;
use crate::model::{Model, Operation};

/// What a call registers: the service, and whether a gateway answers for it.
type Registration<'a> = (&'a str, bool);

/// The methods of one service with their places; `None` where two packages state a service of that name.
type Stated<'a> = Option<Vec<(&'a Location, &'a RpcMethod)>>;

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let services = services(input);
    let mut served: Vec<(&Location, Registration<'_>)> = Vec::new();
    for finding in input.findings {
        // What registers by such a name itself is generated.
        if let Fact::Function(function) = &finding.fact
            && registration(&function.name).is_none()
        {
            served.extend(registrations(function).into_iter().map(|one| (&finding.at, one)));
        }
        if let Fact::RpcServed(name) = &finding.fact {
            match defined(name, &services) {
                Some(service) => served.push((&finding.at, (service, false))),
                None => tell_undefined(&finding.at, name, model),
            }
        }
    }
    for (at, (name, gateway)) in served {
        let Some(stated) = services.get(name) else { continue };
        let Some(methods) = stated else {
            let message = format!("two packages define a service {name}; which one is registered here is not told apart");
            model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
            continue;
        };
        for container in input.usage(model).containers(model, &at.path) {
            for (defined, method) in methods {
                for key in keys(method, gateway) {
                    model.prove(at, "registration", &["api_endpoints", &container, "operations", &key]);
                    model.prove(defined, "rpc", &["api_endpoints", &container, "operations", &key]);
                    model.endpoints.entry(container.clone()).or_default().entry(key).or_insert_with(|| operation(method));
                }
            }
        }
    }
}

/// The service that generated code of Node.js calls so: its own name, or with `Service` or `Definition` behind it.
fn defined<'a>(name: &str, services: &BTreeMap<&'a str, Stated<'a>>) -> Option<&'a str> {
    let plain = ["ServiceDefinition", "Definition", "Service"].iter().filter_map(|end| name.strip_suffix(end));
    std::iter::once(name).chain(plain).find_map(|name| services.get_key_value(name)).map(|(known, _)| *known)
}

fn tell_undefined(at: &Location, name: &str, model: &mut Model) {
    let message = format!("the definition of the service {name} is not in this repository; its methods are left out");
    model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
}

fn services<'a>(input: &Input<'a>) -> BTreeMap<&'a str, Stated<'a>> {
    let mut services: BTreeMap<&str, Stated<'_>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::RpcMethod(method) = &finding.fact else { continue };
        if input.map.file(&finding.at.path).is_some_and(|file| file.is_test) {
            continue;
        }
        let stated = services.entry(&method.service).or_insert_with(|| Some(Vec::new()));
        if stated.as_ref().and_then(|all| all.first()).is_some_and(|(_, first)| first.package != method.package) {
            *stated = None;
        }
        // A copy of a definition says the same again.
        if let Some(all) = stated.as_mut().filter(|all| all.iter().all(|(_, known)| known.name != method.name)) {
            all.push((&finding.at, method));
        }
    }
    services
}

fn operation(method: &RpcMethod) -> Operation {
    Operation {
        handler: Some(format!("{}.{}", method.service, method.name)),
        request: Some(method.request.clone()).filter(|name| !name.is_empty()),
        response: Some(method.response.clone()).filter(|name| !name.is_empty()),
        summary: method.doc.clone(),
        ..Operation::default()
    }
}

fn keys(method: &RpcMethod, gateway: bool) -> Vec<String> {
    if gateway {
        return method.http.iter().map(|(verb, path)| format!("{verb} {}", plain(path))).collect();
    }
    let package = if method.package.is_empty() { String::new() } else { format!("{}.", method.package) };
    vec![format!("GRPC {package}{}/{}", method.service, method.name)]
}

/// `/v1/{name}` of `/v1/{name=shelves/*}`.
fn plain(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((head, tail)) = rest.split_once('{') {
        let Some((name, after)) = tail.split_once('}') else { break };
        let name = name.split('=').next().unwrap_or(name);
        out.push_str(&format!("{head}{{{name}}}"));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The services that a function registers, by the names of the generated functions: `RegisterOrdersServer`, `RegisterOrdersHandlerFromEndpoint`.
fn registrations(function: &Function) -> Vec<Registration<'_>> {
    let mut open: Vec<&Expression> = Vec::new();
    for statement in &function.statements {
        match &statement.action {
            Action::Evaluate(value) => open.push(value),
            Action::Set(_, value) => open.push(value),
            Action::Return(values) => open.extend(values),
        }
    }
    open.extend(function.slots.iter().filter_map(|slot| match slot {
        Slot::Value(value) | Slot::Part(value, _) => Some(value),
        _ => None,
    }));
    let mut found = Vec::new();
    while let Some(expression) = open.pop() {
        if let Expression::Call(call) = expression {
            if let Expression::Field(_, name) | Expression::Name(name) = &call.function {
                found.extend(registration(name));
            }
            // Connect: `mux.Handle(ordersv1connect.NewOrdersHandler(server))`.
            if let Expression::Field(package, name) = &call.function
                && matches!(&**package, Expression::Name(package) if package.ends_with("connect"))
            {
                found.extend(name.strip_prefix("New").and_then(|rest| rest.strip_suffix("Handler")).map(|service| (service, false)));
            }
            open.extend(&call.arguments);
            open.push(&call.function);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn registration(name: &str) -> Option<Registration<'_>> {
    let rest = name.strip_prefix("Register")?;
    // The last is of Kratos, which reads the same rules of HTTP.
    let gateways = ["HandlerFromEndpoint", "HandlerServer", "HandlerClient", "Handler", "HTTPServer"];
    let gateway = gateways.iter().find_map(|end| rest.strip_suffix(end)).map(|service| (service, true));
    gateway.or_else(|| rest.strip_suffix("Server").map(|service| (service, false))).filter(|(service, _)| !service.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{plain, registration};

    #[test]
    fn generated_functions_tell_what_they_register() {
        let cases = [
            ("RegisterOrdersServer", Some(("Orders", false))),
            ("RegisterOrdersHandlerFromEndpoint", Some(("Orders", true))),
            ("RegisterOrdersHTTPServer", Some(("Orders", true))),
            ("RegisterServer", None),
            ("Orders", None),
        ];
        for (name, expected) in cases {
            assert_eq!(registration(name), expected, "{name}");
        }
        assert_eq!(plain("/v1/{name=shelves/*}/books:archive"), "/v1/{name}/books:archive");
    }
}
