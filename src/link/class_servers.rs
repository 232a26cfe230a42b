//! Servers that libraries make of classes: every class that is loaded where such a server is made answers below its prefix.
//! A class that nothing loads is a gap, and so is a prefix that only the run time knows.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::names::last_part;
use super::routes::path::client_path;
use crate::finding::{ClassLibrary, ClassServer, Decorator, Fact, Route, ServedClass, Value};
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};
use crate::model::{Model, Operation};

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let classes: Vec<(&Location, &ServedClass)> = input
        .findings
        .iter()
        .filter_map(|finding| match &finding.fact {
            Fact::ServedClass(class) => Some((&finding.at, &**class)),
            _ => None,
        })
        .collect();
    if classes.is_empty() {
        return;
    }
    let servers = servers(input, model);
    let loaded = loaded(input);
    // Where files of classes are brought in one by one, those that are not are not loaded.
    let mut choosing: BTreeSet<String> = BTreeSet::new();
    for (at, _) in classes.iter().filter(|(at, class)| class.library == ClassLibrary::Inversify && loaded.contains(&at.path)) {
        choosing.extend(input.usage(model).containers(model, &at.path));
    }
    let mut found = Vec::new();
    for (at, class) in &classes {
        let containers = input.usage(model).containers(model, &at.path);
        let mut mounted = false;
        for container in &containers {
            for (made_at, server) in servers.get(&(class.library, container.clone())).into_iter().flatten() {
                let named = server.classes.is_empty() || server.classes.contains(&class.controller.class);
                if named && (loaded.contains(&at.path) || class.library != ClassLibrary::Inversify || !choosing.contains(container)) {
                    mounted = true;
                    found.push((container.clone(), (*at, *class), (*made_at, *server)));
                }
            }
        }
        if !mounted {
            let message = format!("declared, not mounted: no server is made of {}; its routes are no endpoints", class.controller.class);
            model.gaps.push(Gap::line(GapCode::NotMounted, &at.path, at.line, message));
        }
    }
    for (container, class, server) in found {
        enter(input, model, &container, class, server);
    }
}

type Servers<'a> = BTreeMap<(ClassLibrary, String), Vec<(&'a Location, &'a ClassServer)>>;

fn servers<'a>(input: &Input<'a>, model: &Model) -> Servers<'a> {
    let mut found: Servers<'a> = BTreeMap::new();
    for finding in input.findings {
        let Fact::ClassServer(server) = &finding.fact else { continue };
        for container in input.usage(model).containers(model, &finding.at.path) {
            found.entry((server.library, container)).or_default().push((&finding.at, server));
        }
    }
    found
}

/// The files that others bring in. A library that keeps its classes itself knows those alone that are loaded.
fn loaded<'a>(input: &Input<'a>) -> BTreeSet<&'a RepoPath> {
    let targets = input.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::Import(import) | Fact::Reexport(import) => import.target.as_ref(),
        _ => None,
    });
    targets.collect()
}

fn enter(
    input: &Input<'_>,
    model: &mut Model,
    container: &str,
    (at, class): (&Location, &ServedClass),
    (made_at, server): (&Location, &ClassServer),
) {
    let names = &input.names;
    let start = match &server.prefix {
        None => Some(String::new()),
        Some(value) => names.text(&made_at.path, value),
    };
    let own = class.controller.prefixes.first().and_then(|value| names.text(&at.path, value));
    for (line, route) in &class.routes {
        for path in &route.paths {
            let text = names.text(&at.path, path);
            let (Some(start), Some(own), Some(text)) = (&start, &own, text) else {
                let message = format!("the path of {}.{} is computed at run time; the route is left out", route.class, route.handler);
                model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, *line, message));
                continue;
            };
            let key = format!("{} {}", route.verb, client_path(&[start.as_str(), own.as_str(), &text]));
            let operation = Operation {
                handler: Some(format!("{}.{}", route.class, route.handler)),
                auth: auth(class, route, server),
                summary: route.summary.clone(),
                ..Operation::default()
            };
            model.prove(&Location::new(&at.path, *line), "route", &["api_endpoints", container, "operations", &key]);
            model.endpoints.entry(container.to_owned()).or_default().entry(key).or_insert(operation);
        }
    }
}

/// What a library itself asks of callers. Middleware that a container of dependencies gives out by a symbol proves nothing here.
fn auth(class: &ServedClass, route: &Route, server: &ClassServer) -> BTreeSet<String> {
    let all = || route.decorators.iter().chain(&class.controller.decorators);
    match class.library {
        // Without a checker the library refuses to start.
        ClassLibrary::RoutingControllers if server.checks_callers => all().filter(|one| one.name == "Authorized").map(shown).collect(),
        ClassLibrary::Tsoa if !route.decorators.iter().any(|one| one.name == "NoSecurity") => {
            let of_route: BTreeSet<String> = route.decorators.iter().filter(|one| one.name == "Security").map(shown).collect();
            // What the method states replaces what the class states.
            if of_route.is_empty() {
                class.controller.decorators.iter().filter(|one| one.name == "Security").map(shown).collect()
            } else {
                of_route
            }
        }
        _ => BTreeSet::new(),
    }
}

/// `Authorized(admin)`
fn shown(decorator: &Decorator) -> String {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        Value::Name(name) => Some(last_part(name).to_owned()),
        _ => None,
    };
    let parts: Vec<String> = decorator.arguments.iter().flat_map(Value::items).filter_map(text).collect();
    if parts.is_empty() { decorator.name.clone() } else { format!("{}({})", decorator.name, parts.join(", ")) }
}
