//! Controllers with attribute routes: tokens, inherited routes and actions, versions, areas, who may call.
//! Source: the ASP.NET Core documentation, "Routing to controller actions in ASP.NET Core".

use std::collections::BTreeSet;

use super::authorization::Access;
use super::calls::stated_summary;
use super::conventions::{self, Convention};
use super::program::{Found, Program};
use super::route_attributes;
use super::router::with_versions;
use super::signature;
use super::template::{self, Tokens};
use crate::finding::{Class, Decorator, Method, Value};
use crate::gap::{Gap, GapCode};
use crate::location::Location;
use crate::model::Operation;

/// A route of a controller as a client reaches it.
pub(super) struct ControllerRoute {
    pub(super) at: Location,
    pub(super) key: String,
    pub(super) operation: Operation,
}

/// What holds for all controllers of an application.
pub(super) struct Surroundings {
    /// What is asked of every controller.
    pub(super) access: Access,
    /// Whether a fallback policy asks for a caller that is known.
    pub(super) fallback: bool,
    /// The table of conventional routes.
    pub(super) conventions: Vec<Convention>,
    /// Prefixes in front of every controller.
    pub(super) prefixes: Vec<String>,
}

/// A controller with its bases.
struct Controller<'c, 'a> {
    name: &'a str,
    chain: &'c [Found<'a, Class>],
    templates: Option<Vec<String>>,
    area: String,
    versions: BTreeSet<String>,
    access: Access,
}

const VERBS: &[(&str, &str)] = &[
    ("HttpGet", "GET"),
    ("HttpPost", "POST"),
    ("HttpPut", "PUT"),
    ("HttpDelete", "DELETE"),
    ("HttpPatch", "PATCH"),
    ("HttpHead", "HEAD"),
    ("HttpOptions", "OPTIONS"),
];

/// Every class of the application that is a controller.
pub(super) fn controllers<'a>(program: &Program<'_, 'a>) -> Vec<Found<'a, Class>> {
    let mut seen = BTreeSet::new();
    let all = program.classes.iter().copied().filter(|(at, class)| is_controller(program, at, class));
    // A class in several parts is one controller; the part with attributes stands for it.
    let mut all: Vec<Found<'a, Class>> = all.collect();
    all.sort_by_key(|(at, class)| (at.path.parent(), class.name.clone(), class.decorators.is_empty(), (*at).clone()));
    all.retain(|(at, class)| seen.insert((at.path.parent(), class.name.clone())) || !class.decorators.is_empty());
    all
}

fn is_controller<'a>(program: &Program<'_, 'a>, at: &'a Location, class: &'a Class) -> bool {
    if class.is_abstract || has(&class.decorators, "NonController") || class.name.starts_with('I') && class.bases.is_empty() {
        return false;
    }
    let framework =
        |base: &str| matches!(base, "Controller" | "ControllerBase" | "ODataController" | "ApiController") || base.ends_with("Controller");
    // `EndpointBaseAsync.WithRequest<T>.WithActionResult<U>`: a class for each action, after Ardalis.
    let is_endpoint = |one: &Class| one.full_bases.iter().any(|base| last_type(base).starts_with("EndpointBase"));
    let chain = program.chain(at, class);
    let marked = chain.iter().any(|(_, one)| has(&one.decorators, "ApiController") || has(&one.decorators, "Controller"));
    // A class needs no base to be a controller: its name tells, and here a template of its own that nobody else would give it.
    let by_name = || class.name.ends_with("Controller") && has(&class.decorators, "Route");
    marked || by_name() || chain.iter().any(|(_, one)| one.bases.iter().any(|base| framework(base)) || is_endpoint(one))
}

/// `EndpointBaseAsync.WithRequest<T>` of `Ardalis.ApiEndpoints.EndpointBaseAsync.WithRequest<T>`.
fn last_type(base: &str) -> &str {
    base.find("EndpointBase").map_or(base, |at| &base[at..])
}

fn has(decorators: &[Decorator], name: &str) -> bool {
    decorators.iter().any(|one| one.name == name)
}

/// The routes of a controller.
pub(super) fn routes<'a>(
    program: &Program<'_, 'a>,
    (at, class): Found<'a, Class>,
    around: &Surroundings,
    gaps: &mut Vec<Gap>,
) -> Vec<ControllerRoute> {
    let chain = program.chain(at, class);
    let Some(controller) = read(program, class, &chain, around, gaps) else { return Vec::new() };
    let mut found = Vec::new();
    let mut seen: BTreeSet<(String, usize, String)> = BTreeSet::new();
    let mut overridden: BTreeSet<String> = BTreeSet::new();
    for (place, owner) in controller.chain {
        for (line, method) in program.methods_of(&place.path, &owner.name) {
            let types: Vec<&str> = method.parameters.iter().map(|one| one.data_type.as_str()).collect();
            let is_new = seen.insert((method.name.clone(), method.parameters.len(), types.join(",")));
            if !is_new || !is_action(method) || overridden.contains(&method.name) && !is_routed(method) {
                continue;
            }
            if method.is("override") {
                overridden.insert(method.name.clone());
            }
            action(program, &controller, (line, inherited(program, &controller, method)), around, &mut found, gaps);
        }
    }
    found
}

/// The attributes of an override come from the method that it overrides.
fn inherited(program: &Program<'_, '_>, controller: &Controller<'_, '_>, method: &Method) -> Method {
    let mut whole = method.clone();
    if method.is("override") && !is_routed(method) {
        let above = controller.chain.iter().skip(1).flat_map(|(at, class)| program.methods_of(&at.path, &class.name));
        if let Some((_, base)) = above.into_iter().find(|(_, one)| one.name == method.name && is_routed(one)) {
            whole.decorators.extend(base.decorators.iter().cloned());
        }
    }
    whole
}

fn is_routed(method: &Method) -> bool {
    let routes = |one: &Decorator| VERBS.iter().any(|(name, _)| *name == one.name) || matches!(one.name.as_str(), "Route" | "AcceptVerbs");
    method.decorators.iter().any(routes)
}

/// Methods of filters, of `IDisposable` and of every object, which the framework never takes for actions.
const NO_ACTIONS: &[&str] = &[
    "OnActionExecuting",
    "OnActionExecuted",
    "OnActionExecutionAsync",
    "OnResultExecuting",
    "OnResultExecuted",
    "OnResultExecutionAsync",
    "OnAuthorization",
    "OnAuthorizationAsync",
    "OnException",
    "OnExceptionAsync",
    "Dispose",
    "DisposeAsync",
    "ToString",
    "Equals",
    "GetHashCode",
];

fn is_action(method: &Method) -> bool {
    method.is("public")
        && !method.is("static")
        && !method.is("abstract")
        && !has(&method.decorators, "NonAction")
        && (is_routed(method) || !NO_ACTIONS.contains(&method.name.as_str()))
}

/// What holds for all actions; `None` when the template of the class is computed.
fn read<'c, 'a>(
    program: &Program<'_, 'a>,
    class: &'a Class,
    chain: &'c [Found<'a, Class>],
    around: &Surroundings,
    gaps: &mut Vec<Gap>,
) -> Option<Controller<'c, 'a>> {
    let mut access = around.access.clone();
    let mut versions = BTreeSet::new();
    for (at, one) in chain {
        access = access.and(&Access::of_attributes(program, &at.path, &one.decorators));
        if versions.is_empty() {
            versions = stated_versions(&one.decorators);
        }
    }
    let templates = route_attributes::templates(program, chain, class, gaps)?;
    let area = chain.iter().find_map(|(at, one)| {
        let area = one.decorators.iter().find(|one| one.name == "Area")?.arguments.first()?;
        program.input.names.text(&at.path, area)
    });
    let bare = class.name.strip_suffix("Controller").unwrap_or(&class.name);
    Some(Controller { name: bare, chain, templates, area: area.unwrap_or_default(), versions, access })
}

/// `[ApiVersion("1.0")]`, `[ApiVersion(1, 0)]`, `[MapToApiVersion("2.0")]`
fn stated_versions(decorators: &[Decorator]) -> BTreeSet<String> {
    let stated = decorators.iter().filter(|one| matches!(one.name.as_str(), "ApiVersion" | "MapToApiVersion" | "ApiVersions"));
    stated
        .filter_map(|one| {
            let parts: Vec<String> = one
                .arguments
                .iter()
                .filter_map(|value| match value {
                    Value::Text(text) | Value::Number(text) => Some(text.clone()),
                    _ => None,
                })
                .collect();
            Some(parts.join(".")).filter(|text| !text.is_empty())
        })
        .collect()
}

/// The methods and templates of an action: one selector for each template, with the methods that stand without one.
fn selectors(program: &Program<'_, '_>, at: &Location, method: &Method, gaps: &mut Vec<Gap>) -> Vec<(Vec<String>, Option<String>)> {
    let mut bare: Vec<String> = Vec::new();
    let mut found: Vec<(Vec<String>, Option<String>)> = Vec::new();
    for one in &method.decorators {
        let known = VERBS.iter().find(|(name, _)| *name == one.name).map(|(_, verb)| (*verb).to_owned());
        let verb = known.clone().or_else(|| route_attributes::verb(program, &at.path, one, VERBS));
        let is_route = one.name == "Route";
        if one.name == "AcceptVerbs" {
            bare.extend(one.arguments.iter().filter_map(|value| value.as_text().map(str::to_ascii_uppercase)));
            continue;
        }
        if verb.is_none() && !is_route {
            continue;
        }
        let template = one.arguments.first().filter(|value| !matches!(value, Value::Map(_)));
        let text = if known.is_some() || is_route {
            template.map(|value| program.input.names.text(&at.path, value))
        } else {
            route_attributes::template_of(program, &at.path, one)
        };
        match text {
            None => bare.extend(verb),
            Some(Some(text)) => found.push((verb.into_iter().collect(), Some(text))),
            Some(None) => {
                let message = format!("the path of {}.{} is computed at run time; the route is left out", method.class, method.name);
                gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
                return Vec::new();
            }
        }
    }
    if found.is_empty() {
        found.push((bare.clone(), None));
    }
    for (verbs, _) in found.iter_mut().filter(|(verbs, _)| verbs.is_empty()) {
        verbs.clone_from(&bare);
    }
    found
}

fn action<'a>(
    program: &Program<'_, 'a>,
    controller: &Controller<'_, 'a>,
    (at, method): (&Location, Method),
    around: &Surroundings,
    into: &mut Vec<ControllerRoute>,
    gaps: &mut Vec<Gap>,
) {
    let name = stated_name(program, at, &method).unwrap_or_else(|| method.name.strip_suffix("Async").unwrap_or(&method.name).to_owned());
    let tokens = Tokens { controller: controller.name, action: &name, area: &controller.area };
    let own_access = Access::of_attributes(program, &at.path, &method.decorators);
    let auth = controller.access.and(&own_access).proved(around.fallback);
    let own = stated_versions(&method.decorators);
    let versions = if own.is_empty() { &controller.versions } else { &own };
    for (verbs, template) in selectors(program, at, &method, gaps) {
        let paths = attribute_paths(controller, template.as_deref(), tokens);
        let is_conventional = paths.is_none();
        let paths = paths.unwrap_or_else(|| conventional_paths(controller, around, tokens));
        let verbs = if verbs.is_empty() { vec![if is_conventional { "GET" } else { "ALL" }.to_owned()] } else { verbs };
        for prefix in &around.prefixes {
            for path in paths.iter().flat_map(|path| with_versions(&template::path(&[prefix, path], Tokens::default()), versions)) {
                for verb in &verbs {
                    let operation = Operation {
                        handler: Some(format!("{}Controller.{}", controller.name, method.name)).map(|text| handler(&text, controller)),
                        request: signature::request(verb, &method.parameters, &path),
                        response: signature::response(&method.returns, &method.decorators),
                        auth: auth.clone(),
                        summary: method.doc.clone().or_else(|| summary(&method)),
                        ..Operation::default()
                    };
                    into.push(ControllerRoute { at: at.clone(), key: format!("{verb} {path}"), operation });
                }
            }
        }
    }
}

/// The class that is served, whatever class declares the action.
fn handler(text: &str, controller: &Controller<'_, '_>) -> String {
    let class = controller.chain.first().map_or("", |(_, class)| class.name.as_str());
    format!("{class}.{}", text.rsplit('.').next().unwrap_or_default())
}

fn summary(method: &Method) -> Option<String> {
    let swagger = method.decorators.iter().find(|one| one.name == "SwaggerOperation");
    let stated = swagger.and_then(|one| one.arguments.iter().find_map(|value| value.get("Summary").or(Some(value))?.as_text()));
    stated.map(str::to_owned).or_else(|| stated_summary(&method.decorators))
}

fn stated_name(program: &Program<'_, '_>, at: &Location, method: &Method) -> Option<String> {
    let stated = method.decorators.iter().find(|one| one.name == "ActionName")?;
    program.input.names.text(&at.path, stated.arguments.first()?)
}

/// `None` when neither the class nor the action has a template: then conventions decide.
fn attribute_paths(controller: &Controller<'_, '_>, template: Option<&str>, tokens: Tokens<'_>) -> Option<Vec<String>> {
    if let Some(own) = template.filter(|own| template::is_absolute(own)) {
        return Some(vec![template::path(&[own], tokens)]);
    }
    match (&controller.templates, template) {
        (Some(templates), own) => {
            Some(templates.iter().map(|of_class| template::path(&[of_class, own.unwrap_or_default()], tokens)).collect())
        }
        (None, Some(own)) => Some(vec![template::path(&[own], tokens)]),
        (None, None) => None,
    }
}

/// The paths by which conventional routes reach an action; controllers of APIs and of OData have none.
fn conventional_paths(controller: &Controller<'_, '_>, around: &Surroundings, tokens: Tokens<'_>) -> Vec<String> {
    let is_other = |class: &Class| has(&class.decorators, "ApiController") || class.bases.iter().any(|base| base == "ODataController");
    if controller.chain.iter().any(|(_, class)| is_other(class)) {
        return Vec::new();
    }
    conventions::paths(&around.conventions, tokens)
}
