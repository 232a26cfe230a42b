//! Request and response types as the parameters and the return type of a handler state them.
//! Only types: what a handler answers at run time is not known here.

use crate::finding::{Decorator, Parameter, Value};
use crate::link::names::last_part;
use crate::link::plain_types::is_plain;

/// Types that the framework fills from elsewhere; plain values stand in the path or query.
const NOT_BODIES: &[&str] = &[
    "object",
    "CancellationToken",
    "HttpContext",
    "HttpRequest",
    "HttpResponse",
    "ClaimsPrincipal",
    "Uri",
    "LinkGenerator",
    "Stream",
    "PipeReader",
];

/// Attributes by which a parameter comes from somewhere else than the body.
const ELSEWHERE: &[&str] = &["FromRoute", "FromQuery", "FromHeader", "FromServices", "FromKeyedServices", "AsParameters", "BindNever"];

/// The type of the body, for methods that have one. What the template of the route names comes from there.
pub(super) fn request(verb: &str, parameters: &[Parameter], template: &str) -> Option<String> {
    let stated = parameters.iter().find(|one| has(&one.decorators, &["FromBody", "FromForm"]));
    if let Some(stated) = stated {
        return Some(bare(&stated.data_type)).filter(|name| !name.is_empty());
    }
    if !matches!(verb, "POST" | "PUT" | "PATCH") {
        return None;
    }
    let is_named = |one: &Parameter| {
        let parameters = template.split('{').skip(1).filter_map(|rest| rest.split(['}', ':', '?', '=']).next());
        parameters.into_iter().any(|name| name.trim_start_matches('*').eq_ignore_ascii_case(&one.name))
    };
    let is_body = |one: &&Parameter| {
        let name = bare(&one.data_type);
        let simple = last_part(name.split('<').next().unwrap_or_default()).trim_end_matches("[]").to_owned();
        let is_interface = simple.starts_with('I') && simple.chars().nth(1).is_some_and(char::is_uppercase);
        let is_service =
            ["Service", "Services", "Context", "Factory", "Manager", "Mediator", "Client", "Repository", "Options", "Logger", "Cache"];
        !simple.is_empty()
            && !is_plain(&simple)
            && !is_named(one)
            && !NOT_BODIES.contains(&simple.as_str())
            && !has(&one.decorators, ELSEWHERE)
            && (!is_interface || simple.starts_with("IForm"))
            && !is_service.iter().any(|end| simple.ends_with(end))
    };
    let mut bodies = parameters.iter().filter(is_body);
    match (bodies.next(), bodies.next()) {
        (Some(one), None) => Some(bare(&one.data_type)),
        _ => None,
    }
}

/// The type of the answer: what attributes state for success, else the return type.
pub(super) fn response(returns: &str, decorators: &[Decorator]) -> Option<String> {
    let stated = decorators.iter().filter(|one| matches!(one.name.as_str(), "ProducesResponseType" | "Produces" | "SwaggerResponse"));
    stated.filter(|one| succeeds(one)).find_map(produced).or_else(|| answered(returns))
}

fn has(decorators: &[Decorator], names: &[&str]) -> bool {
    decorators.iter().any(|one| names.contains(&one.name.as_str()))
}

fn succeeds(decorator: &Decorator) -> bool {
    let is_success = |value: &Value| match value {
        Value::Number(number) => number.starts_with('2'),
        Value::Name(name) => {
            let last = last_part(name);
            last.starts_with("Status2") || matches!(last, "OK" | "Created" | "Accepted")
        }
        _ => true,
    };
    let code = decorator.arguments.iter().find(|one| match one {
        Value::Number(_) => true,
        Value::Name(name) => name.contains("StatusCode"),
        _ => false,
    });
    code.is_none_or(is_success)
}

/// `typeof(Order)`, or the type argument, which is read as a first argument too.
fn produced(decorator: &Decorator) -> Option<String> {
    decorator.arguments.iter().find_map(|one| match one {
        Value::Name(name) if !name.contains("StatusCode") => Some(bare(name)),
        Value::Map(entries) => entries.iter().find(|(key, _)| key == "Type").and_then(|(_, value)| match value {
            Value::Name(name) => Some(name.clone()),
            _ => None,
        }),
        _ => None,
    })
}

/// `Order` of `Task<ActionResult<Order>>`, `Results<Ok<Order>, NotFound>`; nothing of `IActionResult`.
pub(super) fn answered(returns: &str) -> Option<String> {
    let mut at = returns.trim().trim_end_matches('?').to_owned();
    for _ in 0..6 {
        let (name, inner) = match at.split_once('<') {
            Some((name, rest)) => (last_part(name).to_owned(), rest.strip_suffix('>').unwrap_or(rest).to_owned()),
            None => (last_part(&at).to_owned(), String::new()),
        };
        match name.as_str() {
            "Task" | "ValueTask" | "ActionResult" | "Ok" | "Created" | "CreatedAtRoute" | "Accepted" | "AcceptedAtRoute"
            | "JsonHttpResult" | "JsonResult"
                if !inner.is_empty() =>
            {
                at = inner;
            }
            "Results" => {
                let success = arguments(&inner).into_iter().find(|one| {
                    let name = last_part(one.split('<').next().unwrap_or_default());
                    matches!(name, "Ok" | "Created" | "CreatedAtRoute" | "Accepted" | "JsonHttpResult") && one.contains('<')
                });
                at = success?;
            }
            "Task" | "ValueTask" | "void" | "" | "var" => return None,
            other if is_untyped(other) => return None,
            _ => return Some(at.trim().trim_end_matches('?').to_owned()),
        }
    }
    None
}

fn is_untyped(name: &str) -> bool {
    name.ends_with("ActionResult")
        || name.ends_with("HttpResult")
        || matches!(
            name,
            "IResult"
                | "Ok"
                | "Created"
                | "NoContent"
                | "NotFound"
                | "Accepted"
                | "IHttpActionResult"
                | "ViewResult"
                | "JsonResult"
                | "RedirectResult"
        )
        || matches!(
            name,
            "FileResult" | "ContentResult" | "HttpResponseMessage" | "RedirectToActionResult" | "StatusCodeResult" | "EmptyResult"
        )
}

/// Splits type arguments at commas outside of brackets.
pub(super) fn arguments(inner: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut depth = 0_i32;
    for letter in inner.chars() {
        match letter {
            '<' | '(' => depth += 1,
            '>' | ')' => depth -= 1,
            _ => {}
        }
        if letter == ',' && depth == 0 {
            found.push(String::new());
        } else if let Some(last) = found.last_mut() {
            last.push(letter);
        }
    }
    found.into_iter().map(|one| one.trim().to_owned()).collect()
}

fn bare(data_type: &str) -> String {
    data_type.trim().trim_end_matches('?').to_owned()
}

#[cfg(test)]
mod tests {
    use super::answered;

    #[test]
    fn answers_are_unwrapped() {
        let cases = [
            ("Task<ActionResult<Order>>", Some("Order")),
            ("async Task", None),
            ("Task<Results<Ok<PaginatedItems<Item>>, BadRequest<string>>>", Some("PaginatedItems<Item>")),
            ("Task<IActionResult>", None),
            ("Task<IEnumerable<OrderSummary>>", Some("IEnumerable<OrderSummary>")),
            ("Results<NoContent, NotFound>", None),
        ];
        for (returns, expected) in cases {
            assert_eq!(answered(returns.trim_start_matches("async ")).as_deref(), expected, "{returns}");
        }
    }
}
