//! The CQRS surface of each container: commands and queries by domain, each with its handler.
//! A domain is the module that the handler belongs to, or the part of it that its controllers name by one tag.

use super::graph::{ClassId, Graph};
use super::names::last_part;
use super::plain_types::is_plain;
use super::routes::auth;
use super::{Input, wording};
use crate::finding::{Class, Controller, CqrsHandler, CqrsKind, Fact};
use crate::location::{Location, RepoPath};
use crate::model::{CqrsMessage, Domain, Model};

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let graph = input.graph(model);
    let named = super::named_handlers::commands(input, model);
    for finding in input.findings.iter().chain(&named) {
        let Fact::CqrsHandler(handler) = &finding.fact else { continue };
        if handler.kind == CqrsKind::Event {
            continue;
        }
        let class = (finding.at.path.clone(), handler.class.clone());
        let containers = input.containers_of(model, &class);
        for container in containers {
            enter(input, graph, (&container, &class), (&finding.at, handler), model);
        }
    }
    for container in model.containers.values_mut() {
        for domain in container.domains.values_mut().filter(|domain| domain.description.is_empty()) {
            let commands = wording::count(domain.commands.len(), "command");
            domain.description = format!("{commands} and {}.", wording::count(domain.queries.len(), "query"));
        }
    }
}

fn enter(
    input: &Input<'_>,
    graph: &Graph<'_>,
    (container, class): (&str, &ClassId),
    (at, handler): (&Location, &CqrsHandler),
    model: &mut Model,
) {
    let (mut name, doc) = domain_of(input, graph, container, class);
    if is_taken(model, container, &name, handler) && input.projects().folder_of(&class.0).is_some() {
        // Several modules of one application have a message of this name: the domain is told apart by the module.
        name = format!("{} {name}", wording::title(&project_subject(input, class)));
    }
    let message = message(input, &at.path, handler);
    let (kind, title) = if handler.kind == CqrsKind::Command { ("commands", "command") } else { ("queries", "query") };
    let key = last_part(&handler.message).to_owned();
    model.prove(at, title, &["containers", container, "api_surface", "domains", &name, kind]);
    let Some(container) = model.containers.get_mut(container) else { return };
    let domain = container
        .domains
        .entry(name)
        .or_insert_with(|| Domain { description: doc.as_deref().map(wording::first_paragraph).unwrap_or_default(), ..Domain::default() });
    let messages = if handler.kind == CqrsKind::Command { &mut domain.commands } else { &mut domain.queries };
    messages.entry(key).or_insert(message);
}

/// The domain of a handler: the tag that the nearest controllers of its module share, else the module; with what is written about it.
fn domain_of(input: &Input<'_>, graph: &Graph<'_>, container: &str, class: &ClassId) -> (String, Option<String>) {
    let module = graph.apps.get(container).and_then(|app| graph.module_of(app, class));
    let Some(id) = module else { return (wording::title(&folder_of_domain(input, class)), None) };
    if let Some(tagged) = nearest_tag(input, &id.0.parent(), &class.0) {
        return tagged;
    }
    let name = wording::title(id.1.strip_suffix("Module").unwrap_or(&id.1));
    let doc = tagged_doc(input, &id.0.parent(), &name)
        .or_else(|| graph.modules.get(id).and_then(|facts| facts.iter().find_map(|(_, module)| module.doc.clone())));
    (name, doc)
}

/// Folders that say what kind of code lies in them, and not what it is about.
const LAYERS: &[&str] = &[
    "commands",
    "queries",
    "handlers",
    "commandhandlers",
    "queryhandlers",
    "application",
    "features",
    "usecases",
    "src",
    "modules",
    "services",
    "behaviors",
    "requests",
    "api",
    "webapi",
    "web",
    "core",
    "grpc",
    "infrastructure",
    "domain",
];

/// The nearest folder that is called after neither a layer nor the message itself; else the project.
fn folder_of_domain(input: &Input<'_>, class: &ClassId) -> String {
    let folder = class.0.parent();
    let Some(project) = input.projects().folder_of(&class.0) else { return folder.name().to_owned() };
    let inside = folder.as_str().strip_prefix(project.as_str()).unwrap_or_default();
    let is_subject = |part: &&str| !part.is_empty() && !LAYERS.contains(&part.to_ascii_lowercase().as_str()) && !class.1.starts_with(*part);
    let subject = inside.split('/').find(is_subject);
    subject.map_or_else(|| project_subject(input, class), str::to_owned)
}

/// What the project of a class is called after: the last part of its name that is no layer.
fn project_subject(input: &Input<'_>, class: &ClassId) -> String {
    let Some(project) = input.projects().folder_of(&class.0) else { return String::new() };
    let named = input.projects().at(project).and_then(|one| one.package.name.as_deref()).unwrap_or(project.name());
    named.rsplit('.').find(|part| !LAYERS.contains(&part.to_ascii_lowercase().as_str())).unwrap_or(project.name()).to_owned()
}

/// Whether a domain has a message of the same name already.
fn is_taken(model: &Model, container: &str, domain: &str, handler: &CqrsHandler) -> bool {
    let known = model.containers.get(container).and_then(|one| one.domains.get(domain));
    let messages = known.map(|one| if handler.kind == CqrsKind::Command { &one.commands } else { &one.queries });
    messages.is_some_and(|messages| messages.contains_key(last_part(&handler.message)))
}

/// What is written about the controller of a module whose tag is the name of the module: it speaks of the domain, the module's own words of its parts.
fn tagged_doc(input: &Input<'_>, folder: &RepoPath, name: &str) -> Option<String> {
    let bare = |text: &str| text.replace(' ', "").to_lowercase();
    let mut here = input.controllers().filter(|(at, _)| at.path.is_within(folder));
    here.find_map(|(at, controller)| {
        controller.doc.clone().filter(|_| tag(input, at, controller).is_some_and(|tag| bare(&tag) == bare(name)))
    })
}

/// The `@ApiTags` of the controllers that share the longest folder with a file, below the folder of its module.
fn nearest_tag(input: &Input<'_>, folder: &RepoPath, file: &RepoPath) -> Option<(String, Option<String>)> {
    let mut nearest = file.parent();
    while nearest.is_within(folder) {
        let here = input.controllers().filter(|(at, _)| at.path.is_within(&nearest));
        let tagged: Vec<_> = here.map(|(at, controller)| (tag(input, at, controller), controller.doc.clone())).collect();
        if let Some((Some(first), doc)) = tagged.first().cloned() {
            return tagged.iter().all(|(tag, _)| tag.as_ref() == Some(&first)).then_some((first, doc));
        }
        if !tagged.is_empty() || nearest.is_root() {
            return None;
        }
        nearest = nearest.parent();
    }
    None
}

fn tag(input: &Input<'_>, at: &Location, controller: &Controller) -> Option<String> {
    let tags = controller.decorators.iter().find(|decorator| last_part(&decorator.name) == "ApiTags")?;
    input.names.text(&at.path, tags.arguments.first()?)
}

fn message(input: &Input<'_>, file: &RepoPath, handler: &CqrsHandler) -> CqrsMessage {
    let class = input.names.class(file, &handler.message).map(|(_, class)| class);
    let doc = class.and_then(|class| class.doc.as_deref()).or(handler.doc.as_deref());
    CqrsMessage {
        description: doc.map(wording::first_paragraph).unwrap_or_else(|| format!("Handled by {}.", handler.class)),
        payload: class.and_then(payload),
        response: handler.response.clone(),
        handler: handler.class.clone(),
        permissions: auth::permissions(&input.names, file, &handler.decorators),
    }
}

/// Members that carry what the caller sends, beside what the framework adds (the user, the tenant, a trace).
const PAYLOADS: &[&str] = &["payload", "dto", "data", "body", "input", "request", "params", "props"];

/// Types of TypeScript, and the widest of .NET, that say nothing of what they carry without a name.
const SCALARS: &[&str] = &["number", "boolean", "bigint", "Date", "Uri", "unknown", "any", "object"];

/// Whether a type says nothing of what it carries.
fn is_scalar(name: &str) -> bool {
    is_plain(name) || SCALARS.contains(&name)
}

/// What a message carries: the type of its payload member or only member, else its members.
fn payload(class: &Class) -> Option<String> {
    if let Some((_, kind)) = class.members.iter().find(|(name, _)| PAYLOADS.contains(&name.as_str())) {
        return Some(kind.clone());
    }
    match carried(class).as_slice() {
        [] => None,
        [(_, kind)] if !is_scalar(kind.trim_end_matches(['?', ']', '['])) => Some(kind.clone()),
        members => {
            let members: Vec<String> = members.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
            Some(format!("{{ {} }}", members.join("; ")))
        }
    }
}

/// The members that a sender fills: no private field, and no parameter of a constructor that a property takes over.
fn carried(class: &Class) -> Vec<&(String, String)> {
    let takes_over = |name: &str| class.members.iter().any(|(other, _)| other != name && other.eq_ignore_ascii_case(name));
    let is_parameter = |name: &str| name.starts_with(|letter: char| letter.is_ascii_lowercase());
    class.members.iter().filter(|(name, _)| !(name.starts_with('_') || is_parameter(name) && takes_over(name))).collect()
}
