//! Components: the modules of each application, with what they are made of and what they need.
//! A shared module is a component of every container that brings it in.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{ClassId, Graph, expand, provided_class};
use super::names::last_part;
use super::{Input, wording};
use crate::finding::{Fact, Value};
use crate::location::RepoPath;
use crate::model::{Component, Model};

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let graph = input.graph(model);
    let entities = entities(input, graph);
    for (container, app) in &graph.apps {
        let keys = keys(container, app.modules.iter());
        for (id, key) in &keys {
            let component = component(input, (graph, &entities), container, (id, &keys));
            for (at, _) in graph.modules.get(id).into_iter().flatten() {
                model.prove(at, "module", &["components", key]);
            }
            model.components.insert(key.clone(), component);
        }
    }
}

/// The key of each module of a container: its name without `Module`; where two have one name, with the folder before it.
pub(crate) fn keys<'a>(container: &str, modules: impl Iterator<Item = &'a ClassId>) -> BTreeMap<ClassId, String> {
    let short = |class: &str| wording::kebab(class.strip_suffix("Module").filter(|name| !name.is_empty()).unwrap_or(class));
    let mut by_name: BTreeMap<String, Vec<&ClassId>> = BTreeMap::new();
    for id in modules {
        by_name.entry(short(&id.1)).or_default().push(id);
    }
    let mut keys = BTreeMap::new();
    for (name, ids) in by_name {
        for id in &ids {
            let folder = id.0.parent();
            let key = if ids.len() == 1 { format!("{container}.{name}") } else { format!("{container}.{}/{name}", folder.as_str()) };
            keys.insert((*id).clone(), key);
        }
    }
    keys
}

fn component(
    input: &Input<'_>,
    (graph, entities): (&Graph<'_>, &Entities),
    container: &str,
    (id, keys): (&ClassId, &BTreeMap<ClassId, String>),
) -> Component {
    let facts = graph.modules.get(id).map(Vec::as_slice).unwrap_or_default();
    let mut component = Component {
        name: id.1.clone(),
        kind: "NestJS Module".to_owned(),
        technology: Some("NestJS".to_owned()),
        container: container.to_owned(),
        path: Some(id.0.clone()),
        dependencies: graph.imports_of(id).filter_map(|import| keys.get(import).cloned()).collect(),
        ..Component::default()
    };
    for (at, module) in facts {
        let listed = |values: &[Value]| -> Vec<_> { values.iter().flat_map(|value| expand(&input.names, &at.path, value, 8)).collect() };
        let class_names = |values: &[Value]| -> BTreeSet<String> {
            listed(values).iter().filter_map(|(file, item)| provided_class(&input.names, file, item)).map(|(_, class)| class).collect()
        };
        component.controllers.extend(class_names(&module.controllers));
        component.providers.extend(class_names(&module.providers));
        component.exports.extend(class_names(&module.exports));
        for (_, item) in listed(&module.imports) {
            component.entities.extend(registered_entities(&item).into_iter().map(|entity| (entity, None)));
        }
    }
    component.entities.extend(entities.get(&id.0.parent()).cloned().unwrap_or_default());
    let doc = facts.iter().find_map(|(_, module)| module.doc.as_deref());
    component.description = doc.map_or_else(|| counted(&component), wording::first_paragraph);
    component
}

/// The entities that a persistence module is asked for: `TypeOrmModule.forFeature([User])`.
fn registered_entities(item: &Value) -> Vec<String> {
    let Value::Call(name, arguments) = item else { return Vec::new() };
    if !name.ends_with(".forFeature") {
        return Vec::new();
    }
    let entity = |value: &Value| match value {
        Value::Name(name) => Some(last_part(name.strip_suffix(".name").unwrap_or(name)).to_owned()),
        Value::Map(_) => match value.get("name") {
            Some(Value::Name(name)) => Some(name.strip_suffix(".name").unwrap_or(name).to_owned()),
            _ => None,
        },
        _ => None,
    };
    arguments.iter().take(1).flat_map(Value::items).filter_map(entity).collect()
}

/// Entities by the module whose folder is the nearest above them, with their doc comment.
type Entities = BTreeMap<RepoPath, BTreeMap<String, Option<String>>>;

fn entities(input: &Input<'_>, graph: &Graph<'_>) -> Entities {
    let folders: BTreeSet<RepoPath> = graph.modules.keys().map(|(file, _)| file.parent()).collect();
    let mut found = Entities::new();
    for finding in input.findings {
        let Fact::Class(class) = &finding.fact else { continue };
        if class.is_abstract || !input.map.file(&finding.at.path).is_some_and(|file| file.declares_domain) {
            continue;
        }
        let mut folder = finding.at.path.parent();
        while !folder.is_root() && !folders.contains(&folder) {
            folder = folder.parent();
        }
        let doc = class.doc.as_deref().map(wording::first_paragraph);
        found.entry(folder).or_default().insert(class.name.clone(), doc);
    }
    found
}

fn counted(component: &Component) -> String {
    let parts =
        [(component.controllers.len(), "controller"), (component.providers.len(), "provider"), (component.entities.len(), "entity")];
    let parts: Vec<String> = parts.into_iter().filter(|(number, _)| *number > 0).map(|(number, one)| wording::count(number, one)).collect();
    if parts.is_empty() && component.dependencies.is_empty() {
        return "NestJS module.".to_owned();
    }
    if parts.is_empty() {
        return format!("NestJS module that brings {} together.", wording::count(component.dependencies.len(), "module"));
    }
    format!("NestJS module with {}.", wording::list(parts.iter().map(String::as_str), 3))
}
