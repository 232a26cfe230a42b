//! Endpoints of Wolverine: methods with an attribute that says verb and path.
//! Source: the documentation of Wolverine.Http; the first value of several that a method gives back is the answer.

use super::authorization::Access;
use super::controllers::ControllerRoute;
use super::program::Program;
use super::router::Routers;
use super::signature;
use super::template::{self, Tokens};
use crate::gap::{Gap, GapCode};
use crate::model::Operation;

const VERBS: &[(&str, &str)] = &[
    ("WolverineGet", "GET"),
    ("WolverinePost", "POST"),
    ("WolverinePut", "PUT"),
    ("WolverineDelete", "DELETE"),
    ("WolverinePatch", "PATCH"),
    ("WolverineHead", "HEAD"),
    ("WolverineOptions", "OPTIONS"),
];

/// The routes of all such methods of an application.
pub(super) fn routes(
    program: &Program<'_, '_>,
    routers: &Routers,
    (router, fallback): (usize, bool),
    gaps: &mut Vec<Gap>,
) -> Vec<ControllerRoute> {
    let mut found = Vec::new();
    for (at, method) in program.all_methods().filter(|(_, one)| one.is("public")) {
        for attribute in &method.decorators {
            let Some((_, verb)) = VERBS.iter().find(|(name, _)| *name == attribute.name) else { continue };
            let path = attribute.arguments.first().and_then(|value| program.input.names.text(&at.path, value));
            let (Some(path), Some(prefix)) = (path, routers.prefix(router)) else {
                let message = format!("the path of {}.{} is computed at run time; the route is left out", method.class, method.name);
                gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
                continue;
            };
            let of_class = program.class(&at.path, &method.class);
            let of_class = of_class.map(|(place, one)| Access::of_attributes(program, &place.path, &one.decorators)).unwrap_or_default();
            let own = Access::of_attributes(program, &at.path, &method.decorators);
            let parts: Vec<&str> = prefix.into_iter().chain([path.as_str()]).collect();
            let operation = Operation {
                handler: Some(format!("{}.{}", method.class, method.name)),
                request: signature::request(verb, &method.parameters, &path),
                response: signature::response(&first(&method.returns), &method.decorators),
                auth: routers.access(router).and(&of_class).and(&own).proved(fallback),
                summary: method.doc.clone(),
                ..Operation::default()
            };
            found.push(ControllerRoute { at: at.clone(), key: format!("{verb} {}", template::path(&parts, Tokens::default())), operation });
        }
    }
    found
}

/// `A` of `Task<(A, B)>`: the others are messages and side effects.
fn first(returns: &str) -> String {
    let inner = ["Task<", "ValueTask<"].iter().find_map(|start| returns.strip_prefix(start)?.strip_suffix('>')).unwrap_or(returns);
    let Some(several) = inner.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return returns.to_owned() };
    let one = signature::arguments(several).into_iter().next().unwrap_or_default();
    one.split_whitespace().next().unwrap_or_default().to_owned()
}
