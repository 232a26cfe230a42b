//! Calls that mount what an application does not map one by one: controllers, Carter, FastEndpoints, GraphQL, Identity.
//! Notes what is mounted and where; the endpoints themselves are told by the classes.

use super::calls::{Called, inner, map, push};
use super::conventions;
use super::interpreter::{Held, Interpreter, Variables};
use crate::finding::{Lambda, Value};
use crate::link::names::last_part;
use crate::location::Location;
use crate::model::Operation;

/// Calls that mount what the application does not map one by one; any other may be a procedure of the repository.
pub(super) fn on_framework<'a>(
    on: &mut Interpreter<'_, '_, 'a>,
    called: &Called<'a>,
    router: usize,
    variables: &Variables,
) -> Option<Held> {
    let call = called.call;
    let path = called.place.at.path.clone();
    let same = Some(Held::Router(router));
    match call.name.as_str() {
        "MapForwarder" => map(on, called, router, vec!["ALL".to_owned()], variables),
        "MapControllers"
        | "MapControllerRoute"
        | "MapDefaultControllerRoute"
        | "MapAreaControllerRoute"
        | "UseMvc"
        | "UseMvcWithDefaultRoute"
        | "MapAreaRoute"
        | "MapRoute" => Some(controllers(on, called, router, variables)),
        "MapReverseProxy" => {
            on.seen.reverse_proxy = Some(Location::new(&path, call.line));
            None
        }
        "MapGraphQL" | "MapGraphQLHttp" | "UseGraphQL" => {
            let at = push(on, called, router, (Vec::new(), Some(String::new())), Operation::default());
            on.seen.graphql = Some(at);
            Some(Held::Endpoint(at))
        }
        "MapRazorPages" => {
            on.seen.razor_pages = true;
            aside(on, router)
        }
        "UseFastEndpoints" | "MapFastEndpoints" => {
            let prefix = call.lambda().and_then(|lambda| assigned(lambda, "RoutePrefix"));
            on.seen.fast_endpoints = Some(prefix.and_then(|value| on.text(&value, &path, variables)).unwrap_or_default());
            same
        }
        "MapCarter" => {
            carter(on, router);
            same
        }
        "MapEndpoints" if uses(on, "MinimalApi.Endpoint") && on.program.procedures("MapEndpoints").is_empty() => {
            endpoint_classes(on, router);
            same
        }
        "MapWolverineEndpoints" => {
            let asks = call
                .lambda()
                .is_some_and(|one| one.steps.iter().flat_map(|step| &step.calls).any(|one| one.name == "RequireAuthorizeOnAll"));
            let group = on.routers.group(router, Some(String::new()));
            if let Some(of_all) = on.routers.router_mut(group).filter(|_| asks) {
                of_all.access.asked.insert("RequireAuthorizeOnAll".to_owned());
            }
            on.seen.wolverine = Some(group);
            Some(Held::Router(group))
        }
        "MapIdentityApi" => {
            for (verb, template) in IDENTITY {
                push(on, called, router, (vec![(*verb).to_owned()], Some((*template).to_owned())), Operation::default());
            }
            None
        }
        name => {
            let given = on.user_call(called, Some(Held::Router(router)), variables);
            given.or_else(|| if name.starts_with("Map") { aside(on, router) } else { same })
        }
    }
}

/// What is mapped beside the endpoints that are read here: what is asked of it is asked of nothing else, as `MapBlazorHub().RequireAuthorization()`.
fn aside(on: &mut Interpreter<'_, '_, '_>, router: usize) -> Option<Held> {
    Some(Held::Router(on.routers.group(router, Some(String::new()))))
}

/// Whether the application is built with a package.
fn uses(on: &Interpreter<'_, '_, '_>, package: &str) -> bool {
    let projects = on.program.input.projects();
    projects.closure(&on.program.folder).iter().any(|folder| projects.at(folder).is_some_and(|project| project.uses(package)))
}

/// The endpoint classes that the package MinimalApi.Endpoint registers: `AddRoute` of every `IEndpoint<...>`.
fn endpoint_classes(on: &mut Interpreter<'_, '_, '_>, router: usize) {
    for found in on.program.procedures("AddRoute") {
        let (at, procedure) = *found;
        let class = on.program.input.names.class(&at.path, &procedure.class);
        let is_endpoint =
            class.is_some_and(|(_, class)| !class.is_abstract && class.full_bases.iter().any(|base| base.starts_with("IEndpoint<")));
        if let Some(parameter) = procedure.parameters.first().filter(|_| is_endpoint) {
            on.run(*found, [(parameter.name.clone(), Held::Router(router))].into_iter().collect());
        }
    }
}

/// What `MapIdentityApi` maps. Source: the ASP.NET Core documentation, "Use Identity to secure a Web API backend for SPAs".
const IDENTITY: &[(&str, &str)] = &[
    ("POST", "register"),
    ("POST", "login"),
    ("POST", "refresh"),
    ("GET", "confirmEmail"),
    ("POST", "resendConfirmationEmail"),
    ("POST", "forgotPassword"),
    ("POST", "resetPassword"),
    ("POST", "manage/2fa"),
    ("GET", "manage/info"),
    ("POST", "manage/info"),
];

/// Controllers share one router, so that what is asked of `MapControllers()` is asked of each of them.
fn controllers<'a>(on: &mut Interpreter<'_, '_, 'a>, called: &Called<'a>, router: usize, variables: &Variables) -> Held {
    let call = called.call;
    let path = called.place.at.path.clone();
    let group = on.routers.group(router, Some(String::new()));
    on.seen.controllers.push((group, on.conditions.clone()));
    let known = conventions::added(call, &|value| on.text(value, &path, variables));
    on.seen.conventions.extend(known);
    if call.name == "UseMvc" {
        inner(on, called, &Held::Router(group), variables);
    }
    Held::Router(group)
}

/// The value that a function gives to a member of its parameter: `c => c.Endpoints.RoutePrefix = "api"`.
fn assigned(lambda: &Lambda, member: &str) -> Option<Value> {
    let step = lambda.steps.iter().find(|step| step.assigned.as_deref().is_some_and(|name| last_part(name) == member))?;
    step.value.clone()
}

/// Every module of Carter in the application: `AddRoutes` of a class that is one.
fn carter(on: &mut Interpreter<'_, '_, '_>, router: usize) {
    for found in on.program.procedures("AddRoutes") {
        let (at, procedure) = *found;
        let class = on.program.input.names.class(&at.path, &procedure.class);
        let is_module =
            class.is_some_and(|(place, class)| on.program.derives(place, class, &|base| matches!(base, "ICarterModule" | "CarterModule")));
        let Some(parameter) = procedure.parameters.first().filter(|_| is_module) else { continue };
        let prefix = procedure.base_arguments.first().map(|value| on.program.input.names.text(&at.path, value));
        let group = match prefix {
            Some(prefix) => on.routers.group(router, prefix),
            None => router,
        };
        on.run(*found, [(parameter.name.clone(), Held::Router(group))].into_iter().collect());
    }
}
