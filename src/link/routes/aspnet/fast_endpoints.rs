//! Endpoints of FastEndpoints: one class each, which says in `Configure` how it is reached.
//! Source: the FastEndpoints documentation; an endpoint asks for a known caller unless it says `AllowAnonymous`.

use super::interpreter::{Interpreter, Variables};
use super::program::Program;
use super::signature;
use super::template::{self, Tokens};
use crate::finding::{Class, Procedure, Value};
use crate::gap::{Gap, GapCode};
use crate::link::names::last_part;
use crate::location::Location;
use crate::model::Operation;

const VERBS: &[(&str, &str)] = &[("Get", "GET"), ("Post", "POST"), ("Put", "PUT"), ("Delete", "DELETE"), ("Patch", "PATCH")];

/// A route of one endpoint class.
pub(super) struct EndpointRoute {
    pub(super) at: Location,
    pub(super) key: String,
    pub(super) operation: Operation,
}

/// The routes of all endpoint classes of an application.
pub(super) fn routes<'i, 'a>(
    program: &Program<'i, 'a>,
    on: &Interpreter<'_, 'i, 'a>,
    prefix: &str,
    gaps: &mut Vec<Gap>,
) -> Vec<EndpointRoute> {
    let mut found = Vec::new();
    for (at, procedure) in program.procedures("Configure").iter().filter(|(_, one)| one.parameters.is_empty()) {
        let Some((place, class)) = program.input.names.class(&at.path, &procedure.class) else { continue };
        let is_endpoint =
            |base: &str| base == "Endpoint" || base.starts_with("EndpointWithout") || matches!(base, "Req" | "Res" | "NoReq" | "NoRes");
        if class.is_abstract || !program.derives(place, class, &is_endpoint) {
            continue;
        }
        let read = Read { program, on, at, procedure };
        match read.routes(prefix, class) {
            Some(routes) => found.extend(routes),
            None => {
                let message = format!("the path of {} is computed at run time; the route is left out", procedure.class);
                gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
            }
        }
    }
    found
}

struct Read<'r, 'p, 'i, 'a> {
    program: &'r Program<'i, 'a>,
    on: &'r Interpreter<'p, 'i, 'a>,
    at: &'a Location,
    procedure: &'a Procedure,
}

impl Read<'_, '_, '_, '_> {
    fn routes(&self, prefix: &str, class: &Class) -> Option<Vec<EndpointRoute>> {
        let (mut selected, mut verbs, mut operation) = (Vec::new(), Vec::new(), Operation::default());
        let (mut open, mut group, mut version) = (false, None, None);
        let mut asked: Vec<String> = Vec::new();
        for call in self.procedure.steps.iter().filter(|step| step.receiver.is_empty()).flat_map(|step| &step.calls) {
            let texts: Vec<String> = call.arguments.iter().filter_map(|one| self.text(&one.value)).collect();
            if let Some((_, verb)) = VERBS.iter().find(|(name, _)| *name == call.name) {
                if call.arguments.is_empty() || texts.len() < call.arguments.iter().filter(|one| one.lambda.is_none()).count() {
                    return None;
                }
                selected.extend(texts.iter().map(|path| ((*verb).to_owned(), path.clone(), call.line)));
                continue;
            }
            match call.name.as_str() {
                "Verbs" => verbs.extend(call.arguments.iter().filter_map(|one| verb(&one.value))),
                "Routes" => selected.extend(verbs.iter().flat_map(|verb: &String| {
                    let line = call.line;
                    texts.iter().map(move |path| (verb.clone(), path.clone(), line))
                })),
                "AllowAnonymous" => open = true,
                "Roles" | "Policies" | "Permissions" | "Claims" | "Scopes" if !texts.is_empty() => {
                    asked.push(format!("{}({})", call.name, texts.join(", ")));
                }
                "Group" => group = call.type_arguments.first().cloned(),
                "Version" => version = call.arguments.first().and_then(|one| self.text(&one.value)),
                "Summary" => {
                    let told = call.lambda().and_then(|lambda| {
                        let step =
                            lambda.steps.iter().find(|step| step.assigned.as_deref().is_some_and(|name| last_part(name) == "Summary"))?;
                        step.value.clone()
                    });
                    operation.summary = told.and_then(|value| self.text(&value)).or_else(|| texts.first().cloned());
                }
                _ => {}
            }
        }
        let (of_group, group_open) = group.map_or((String::new(), false), |name| self.group(&name));
        let (request, response) = types(class);
        operation.request = request;
        operation.response = response;
        operation.summary = operation.summary.or_else(|| class.doc.clone());
        operation.handler = Some(format!("{}.HandleAsync", class.name));
        if !open && !group_open {
            operation.auth = if asked.is_empty() { ["Authorize".to_owned()].into() } else { asked.into_iter().collect() };
        }
        let of_version = version.filter(|one| one != "0").map(|one| format!("v{one}")).unwrap_or_default();
        let route = |(verb, path, line): (String, String, u32)| {
            let key = format!("{verb} {}", template::path(&[prefix, &of_version, &of_group, &path], Tokens::default()));
            let operation = Operation { request: operation.request.clone().filter(|_| verb != "GET"), ..operation.clone() };
            EndpointRoute { at: Location::new(&self.at.path, line), key, operation }
        };
        Some(selected.into_iter().map(route).collect())
    }

    fn text(&self, value: &Value) -> Option<String> {
        self.on.text(value, &self.at.path, &Variables::new())
    }

    /// `class Admin : Group { Admin() { Configure("admin", ep => ...) } }`: its constructor says the prefix.
    fn group(&self, name: &str) -> (String, bool) {
        let constructor = self.program.procedures(last_part(name)).first();
        let Some((at, procedure)) = constructor else { return (String::new(), false) };
        let call = procedure.steps.iter().flat_map(|step| &step.calls).find(|call| call.name == "Configure");
        let Some(call) = call else { return (String::new(), false) };
        let prefix = call.arguments.first().and_then(|one| self.program.input.names.text(&at.path, &one.value)).unwrap_or_default();
        let open =
            call.lambda().is_some_and(|lambda| lambda.steps.iter().flat_map(|step| &step.calls).any(|call| call.name == "AllowAnonymous"));
        (prefix, open)
    }
}

fn verb(value: &Value) -> Option<String> {
    match value {
        Value::Name(name) => Some(last_part(name).to_ascii_uppercase()),
        Value::Text(text) => Some(text.to_ascii_uppercase()),
        _ => None,
    }
}

/// Request and response of `Endpoint<Request, Response>`.
fn types(class: &Class) -> (Option<String>, Option<String>) {
    let stated = class.full_bases.iter().find(|base| base.starts_with("Endpoint"));
    let Some((name, inner)) = stated.and_then(|base| base.split_once('<')) else { return (None, None) };
    let inner = signature::arguments(inner.strip_suffix('>').unwrap_or(inner));
    match (name, inner.as_slice()) {
        ("EndpointWithoutRequest", [response, ..]) => (None, signature::answered(response)),
        (_, [request, response, ..]) => (Some(request.clone()), signature::answered(response)),
        (_, [request]) => (Some(request.clone()), None),
        _ => (None, None),
    }
}
