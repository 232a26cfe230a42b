//! Templates of classes and actions, also by attributes that the repository declares itself: `[V1Controller("orders")]` that is a
//! `RouteAttribute("api/v1/orders")`. What such an attribute states and the code does not tell is a gap, never a shorter path.

use super::program::{Found, Program};
use crate::finding::{AttributeConstructor, Class, Decorator, Value};
use crate::gap::{Gap, GapCode};
use crate::location::RepoPath;

/// Bases are followed no further.
const DEPTH: usize = 6;

/// The templates of the first class of a chain that has some; `Some(None)` where none has, `None` where one is computed.
pub(super) fn templates<'a>(
    program: &Program<'_, 'a>,
    chain: &[Found<'a, Class>],
    class: &Class,
    gaps: &mut Vec<Gap>,
) -> Option<Option<Vec<String>>> {
    for (at, one) in chain {
        let (mut found, mut is_stated) = (Vec::new(), false);
        for attribute in &one.decorators {
            let is_plain = matches!(attribute.name.as_str(), "Route" | "RoutePrefix");
            let first = attribute.arguments.first().filter(|value| !matches!(value, Value::Map(_)));
            let text = if is_plain {
                is_stated = true;
                first.map(|value| program.input.names.text(&at.path, value))
            } else {
                template_of(program, &at.path, attribute)
            };
            match text {
                Some(Some(text)) => found.push(text),
                Some(None) => {
                    let message = format!("the route of {} is computed at run time; its routes are left out", class.name);
                    gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
                    return None;
                }
                None => {}
            }
        }
        if is_stated || !found.is_empty() {
            return Some(Some(found));
        }
    }
    Some(None)
}

/// The verb of an attribute of the repository that is one of a verb: `[Lookup]` that is an `HttpGetAttribute`.
pub(super) fn verb(program: &Program<'_, '_>, file: &RepoPath, attribute: &Decorator, verbs: &[(&str, &str)]) -> Option<String> {
    let (at, class) = program.class(file, &format!("{}Attribute", attribute.name))?;
    let of = |name: &str| program.derives(at, class, &|base| base.strip_suffix("Attribute") == Some(name));
    verbs.iter().find(|(name, _)| of(name)).map(|(_, verb)| (*verb).to_owned())
}

/// The template that an attribute of the repository states: `None` where it states none, `Some(None)` where only the run tells it.
pub(super) fn template_of(program: &Program<'_, '_>, file: &RepoPath, attribute: &Decorator) -> Option<Option<String>> {
    let (at, class) = program.class(file, &format!("{}Attribute", attribute.name))?;
    if !program.derives(at, class, &|base| base == "IRouteTemplateProvider" || is_framework(base)) {
        return None;
    }
    let given: Vec<Value> = attribute.arguments.iter().filter(|value| !matches!(value, Value::Map(_))).cloned().collect();
    match evaluated(program, (&at.path, class), &given, DEPTH) {
        // An attribute of a verb may go without a template.
        Some(Value::Name(nothing)) if nothing == "null" => None,
        found => Some(found.and_then(|value| program.input.names.text(&at.path, &value))),
    }
}

fn is_framework(base: &str) -> bool {
    base == "RouteAttribute" || base.starts_with("Http") && base.ends_with("Attribute")
}

/// The template of an attribute that is made with some values.
fn evaluated(program: &Program<'_, '_>, (file, class): (&RepoPath, &Class), given: &[Value], depth: usize) -> Option<Value> {
    let made = program.constructors(&class.name).iter().copied().filter(|(at, _)| at.path == *file);
    let required = |one: &AttributeConstructor| one.parameters.iter().filter(|(_, default)| default.is_none()).count();
    let (_, constructor) = made.into_iter().find(|(_, one)| required(one) <= given.len() && given.len() <= one.parameters.len())?;
    let names: Vec<String> = constructor.parameters.iter().map(|(name, _)| name.clone()).collect();
    let values = constructor.parameters.iter().enumerate();
    let values: Option<Vec<Value>> = values.map(|(at, (_, default))| given.get(at).cloned().or_else(|| default.clone())).collect();
    let values = values?;
    let put_in = |value: &Value| program.input.names.resolve(file, &value.with_arguments(&names, &values));
    if let Some(template) = &constructor.template {
        return Some(put_in(template));
    }
    let handed: Vec<Value> = constructor.base_arguments.iter().map(put_in).collect();
    if let Some(base) = class.bases.iter().find(|base| is_framework(base)) {
        let nothing = || base.starts_with("Http").then(|| Value::Name("null".to_owned()));
        return handed.into_iter().next().or_else(nothing);
    }
    let base = class.bases.iter().find_map(|base| program.class(file, base)).filter(|_| depth > 0)?;
    evaluated(program, (&base.0.path, base.1), &handed, depth - 1)
}
