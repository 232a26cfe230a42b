//! Routes that OData gives to controllers by convention: the entity sets of a model, and actions called after what they do.
//! Source: the documentation of ASP.NET Core OData 8, "Routing conventions". Bound functions and actions without an attribute are gaps.

use std::collections::BTreeSet;

use super::authorization::Access;
use super::controllers::{ControllerRoute, Surroundings};
use super::program::{Found, Program};
use super::signature;
use crate::finding::{Class, Method, Value};
use crate::gap::{Gap, GapCode};
use crate::link::names::last_part;
use crate::location::Location;
use crate::model::Operation;

/// The models of an application, as far as they give routes.
pub(super) struct Models {
    /// Where each model is mounted, with the function that makes it.
    mounts: Vec<(String, Option<String>)>,
    sets: Vec<Set>,
}

/// An entity set or singleton.
struct Set {
    name: String,
    entity: String,
    is_singleton: bool,
    /// The function that puts the model together.
    model: String,
}

/// Calls that mount a model, with the places of its prefix and of the model.
const MOUNTS: &[(&str, usize, usize)] =
    &[("AddRouteComponents", 0, 1), ("AddModel", 0, 1), ("MapODataRoute", 1, 2), ("MapODataServiceRoute", 1, 2)];

const VERBS: &[(&str, &str)] = &[("Get", "GET"), ("Post", "POST"), ("Put", "PUT"), ("Patch", "PATCH"), ("Delete", "DELETE")];

impl Models {
    /// Reads the models that the program mounts.
    pub(super) fn of(program: &Program<'_, '_>) -> Self {
        let mut found = Self { mounts: Vec::new(), sets: Vec::new() };
        for ((at, procedure), call) in program.all_calls() {
            let text = |place: usize| call.arguments.get(place).and_then(|one| program.input.names.text(&at.path, &one.value));
            let maker = |place: usize| match &call.arguments.get(place)?.value {
                Value::Call(name, _) => Some(last_part(name).to_owned()),
                _ => None,
            };
            if let Some((_, prefix, model)) = MOUNTS.iter().find(|(name, ..)| *name == call.name) {
                found.mounts.push(text(*prefix).map_or_else(|| (String::new(), maker(0)), |text| (text, maker(*model))));
            }
            if let ("EntitySet" | "Singleton", Some(entity)) = (call.name.as_str(), call.type_arguments.first()) {
                let entity = last_part(entity).to_owned();
                let (is_singleton, model) = (call.name == "Singleton", procedure.name.clone());
                found.sets.extend(text(0).map(|name| Set { name, entity, is_singleton, model }));
            }
        }
        found
    }

    /// The paths at which a set is served: those of the model that it stands in. Which that is need not be told where only one is mounted.
    fn paths(&self, set: &Set) -> BTreeSet<String> {
        let fits = |model: &Option<String>| self.mounts.len() == 1 || model.as_ref() == Some(&set.model);
        let prefixes = self.mounts.iter().filter(|(_, model)| fits(model)).map(|(prefix, _)| prefix.trim_matches('/'));
        prefixes.map(|prefix| if prefix.is_empty() { format!("/{}", set.name) } else { format!("/{prefix}/{}", set.name) }).collect()
    }

    /// The routes that conventions give to a controller whose actions have no template of their own.
    pub(super) fn routes<'a>(
        &self,
        program: &Program<'_, 'a>,
        (at, class): Found<'a, Class>,
        around: &Surroundings,
        gaps: &mut Vec<Gap>,
    ) -> Vec<ControllerRoute> {
        let bare = class.name.strip_suffix("Controller").unwrap_or(&class.name);
        let chain = program.chain(at, class);
        let sets = self.sets.iter().filter(|set| set.name == bare && is_served(&chain));
        let of_class = chain
            .iter()
            .fold(around.access.clone(), |access, (at, one)| access.and(&Access::of_attributes(program, &at.path, &one.decorators)));
        let mut found = Vec::new();
        for set in sets {
            if self.paths(set).is_empty() {
                let message = format!("where the entity set {} is mounted is not told by the code; its routes are left out", set.name);
                gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
                continue;
            }
            let methods = chain.iter().flat_map(|(at, one)| program.methods_of(&at.path, &one.name));
            for (line, method) in methods.filter(|(_, one)| is_conventional(one)) {
                let Some((verb, rest)) = set.reached(method) else {
                    let message = format!("no convention of OData that is known here leads to {}.{}", class.name, method.name);
                    gaps.push(Gap::line(GapCode::NotUnderstood, &line.path, line.line, message));
                    continue;
                };
                let own = Access::of_attributes(program, &line.path, &method.decorators);
                for path in self.paths(set) {
                    let operation = Operation {
                        handler: Some(format!("{}.{}", class.name, method.name)),
                        request: signature::request(verb, &method.parameters, "").map(|name| body(&name)),
                        response: signature::response(&method.returns, &method.decorators),
                        auth: of_class.and(&own).proved(around.fallback),
                        summary: method.doc.clone(),
                        ..Operation::default()
                    };
                    found.push(ControllerRoute { at: Location::clone(line), key: format!("{verb} {path}{rest}"), operation });
                }
            }
        }
        found
    }
}

impl Set {
    /// The verb and what stands behind the set's name: `Get` is the set, `Get(key)` one of it, `GetName(key)` a part of that.
    fn reached(&self, method: &Method) -> Option<(&'static str, String)> {
        let keyed = method.parameters.iter().any(|one| one.name == "key");
        let (verb, rest) = VERBS.iter().find_map(|(word, verb)| Some((*verb, method.name.strip_prefix(word)?)))?;
        let rest = rest.strip_suffix("Async").unwrap_or(rest);
        let one = if self.is_singleton { "" } else { "({key})" };
        if rest.is_empty() || rest == self.entity || rest == self.name && verb == "GET" && !keyed {
            return match (verb, keyed || self.is_singleton) {
                ("POST", _) if self.is_singleton => None,
                ("GET" | "POST", false) | ("POST", true) => Some((verb, String::new())),
                (_, true) => Some((verb, one.to_owned())),
                _ => None,
            };
        }
        let from = format!("From{}", self.entity);
        let part = rest.strip_suffix(&from).unwrap_or(rest);
        let part = if verb == "GET" { part } else { part.strip_prefix("To")? };
        let part = part.strip_suffix("From").unwrap_or(part);
        (keyed || self.is_singleton).then(|| (verb, format!("{one}/{part}")))
    }
}

/// Whether the conventions of OData take notice of a controller.
fn is_served(chain: &[Found<'_, Class>]) -> bool {
    let marked = |(_, class): &Found<'_, Class>| {
        class.bases.iter().any(|base| base == "ODataController")
            || class.decorators.iter().any(|one| matches!(one.name.as_str(), "ODataRouting" | "ODataAttributeRouting"))
    };
    chain.iter().any(marked)
}

/// A public method that no attribute takes out; one with a template is reached by that, and maybe by convention as well.
fn is_conventional(method: &Method) -> bool {
    let routed = method.decorators.iter().any(|one| {
        (one.name.starts_with("Http") || matches!(one.name.as_str(), "Route" | "ODataRoute"))
            && one.arguments.first().is_some_and(|first| !matches!(first, Value::Map(_)))
    });
    method.is("public")
        && !method.is("static")
        && !method.is("override")
        && !routed
        && !method.decorators.iter().any(|one| matches!(one.name.as_str(), "NonAction" | "NonODataAction" | "ODataIgnored"))
}

/// `Product` of `Delta<Product>`.
fn body(data_type: &str) -> String {
    data_type.strip_prefix("Delta<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(data_type).to_owned()
}
