//! What applications call: HTTP clients with an address, of .NET typed and named ones too, interfaces of Refit, clients of gRPC; each a component, with a line to what
//! answers at its address. An address that only the run tells leads nowhere.

pub(super) mod address;

use std::collections::{BTreeMap, BTreeSet};

use super::containers::owner_of;
use super::names::last_part;
use super::{Input, wording};
use crate::finding::{Call, ClientKind, Fact, Lambda, Procedure, Step, Value};
use crate::location::{Location, RepoPath};
use crate::model::{Component, Model, Relationship};
use address::{Scope, Targets};

/// A client of one container.
struct Client {
    /// The type, or the name that it is registered under.
    name: String,
    kind: ClientKind,
    at: Location,
    /// The class that does the work, where it is told.
    class: Option<(RepoPath, String)>,
    targets: Targets,
}

/// The pass; components must be there.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut clients: BTreeMap<String, Vec<Client>> = BTreeMap::new();
    for (container, procedures) in input.startup(model).all() {
        let found: Vec<Client> =
            procedures.iter().flat_map(|(at, procedure)| registered(input, model, container, (at, procedure))).collect();
        clients.entry(container.clone()).or_default().extend(found);
    }
    for finding in input.findings {
        let Fact::OutgoingClient(made) = &finding.fact else { continue };
        for container in input.usage(model).containers(model, &finding.at.path) {
            let class = input.names.class(&finding.at.path, &made.class).map(|(_, class)| class);
            let mut scope = Scope::new(input, model, &container, &finding.at.path);
            class.into_iter().for_each(|class| scope.add_members(&class.members));
            let mut targets = scope.targets(&made.address);
            targets.containers.extend(served_by(input, model, &made.address));
            add_made(clients.entry(container.clone()).or_default(), made, &finding.at, targets);
        }
    }
    for (container, clients) in clients {
        enter(input, &container, clients, model);
    }
}

/// The container that a contract of the repository, or a project, belongs to.
fn served_by(input: &Input<'_>, model: &Model, address: &Value) -> Option<String> {
    let Value::Call(name, given) = address else { return None };
    let path = given.first().filter(|_| name == ClientKind::FILE).and_then(Value::as_text).map(RepoPath::new)?;
    input.map.file(&path)?;
    owner_of(model, &path).map(str::to_owned)
}

/// An address that a class sets is that of the client of its type, where one is registered.
fn add_made(clients: &mut Vec<Client>, made: &crate::finding::OutgoingClient, at: &Location, targets: Targets) {
    let does_it = |client: &&mut Client| client.class.as_ref().is_some_and(|(_, class)| *class == made.class) || client.name == made.class;
    if let Some(known) = clients.iter_mut().find(does_it).filter(|_| made.client.is_none()) {
        known.targets.extend(targets);
        return;
    }
    // A base class leaves the address to those that know it.
    if made.client.is_none() && targets == Targets::default() && made.kind != ClientKind::Generated {
        return;
    }
    let name = made.client.clone().unwrap_or_else(|| made.class.clone());
    clients.push(Client { name, kind: made.kind, at: at.clone(), class: Some((at.path.clone(), made.class.clone())), targets });
}

/// The clients that a procedure registers.
fn registered(input: &Input<'_>, model: &Model, container: &str, (at, procedure): (&Location, &Procedure)) -> Vec<Client> {
    let mut scope = Scope::new(input, model, container, &at.path);
    scope.add_parameters(&procedure.parameters);
    let mut found = Vec::new();
    let mut open: Vec<(Vec<&Step>, Scope<'_, '_, '_>)> = vec![(procedure.steps.iter().collect(), scope)];
    while let Some((steps, mut scope)) = open.pop() {
        for step in steps {
            scope.take(step);
            for (place, call) in step.calls.iter().enumerate() {
                if let Some(client) = client(call, &step.calls[place + 1..], &scope, at) {
                    found.push(client);
                }
                // Registrations stand in functions that are handed on too: `ConfigureServices((context, services) => ...)`.
                for lambda in call.arguments.iter().filter_map(|one| one.lambda.as_ref()).filter(|_| !is_registration(&call.name)) {
                    let mut inner = scope.clone();
                    inner.add_parameters(&lambda.parameters);
                    open.push((lambda.steps.iter().collect(), inner));
                }
            }
        }
    }
    found
}

fn is_registration(name: &str) -> bool {
    matches!(name, "AddHttpClient" | "AddRefitClient" | "AddGrpcClient" | "AddKiotaClient" | "AddCodeFirstGrpcClient")
}

fn client(call: &Call, behind: &[Call], scope: &Scope<'_, '_, '_>, at: &Location) -> Option<Client> {
    if !is_registration(&call.name) {
        return None;
    }
    let kind = match call.name.as_str() {
        "AddRefitClient" => ClientKind::Interface,
        "AddGrpcClient" | "AddCodeFirstGrpcClient" => ClientKind::Grpc,
        _ => ClientKind::Http,
    };
    let stated = call.arguments.first().filter(|one| one.lambda.is_none()).and_then(|one| scope.text(&one.value));
    let own = call.type_arguments.first().filter(|name| !is_type_parameter(name));
    let typed_later = behind.iter().find(|next| next.name == "AddTypedClient").and_then(|next| next.type_arguments.first());
    let name = own.or(typed_later).cloned().or(stated)?;
    let mut targets = Targets::default();
    let lambdas =
        call.arguments.iter().chain(behind.iter().filter(|next| next.name == "ConfigureHttpClient").flat_map(|next| &next.arguments));
    for lambda in lambdas.filter_map(|one| one.lambda.as_ref()) {
        targets.extend(assigned(lambda, scope));
    }
    let class = call.type_arguments.get(1).or(own).map(|class| (at.path.clone(), last_part(class).to_owned()));
    Some(Client { name, kind, at: Location::new(&at.path, call.line), class, targets })
}

/// `T`, `TClient`: a helper that registers what it is asked for.
fn is_type_parameter(name: &str) -> bool {
    name.strip_prefix('T').is_some_and(|rest| rest.chars().next().is_none_or(char::is_uppercase))
}

/// Where a function that sets a client up points it at: `client.BaseAddress = ...`, `options.Address = ...`.
fn assigned(lambda: &Lambda, scope: &Scope<'_, '_, '_>) -> Targets {
    let mut scope = scope.clone();
    scope.add_parameters(&lambda.parameters);
    let mut targets = Targets::default();
    for step in &lambda.steps {
        let name = step.assigned.as_deref().map(last_part).unwrap_or_default();
        if matches!(name, "BaseAddress" | "Address") && step.assigned.as_deref() != Some(name) {
            let value = step.value.clone().unwrap_or_else(|| Value::Name(step.receiver.clone()));
            targets.extend(scope.targets(&value));
        } else {
            scope.take(step);
        }
    }
    targets
}

fn enter(input: &Input<'_>, container: &str, clients: Vec<Client>, model: &mut Model) {
    let mut lines: BTreeMap<(String, ClientKind), (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    for client in clients {
        let name = shown_name(&client.name);
        let key = format!("{container}.{}", wording::kebab(bare(&name)));
        for target in client.targets.containers.iter().filter(|target| *target != container) {
            let line = lines.entry((target.clone(), client.kind)).or_default();
            line.0.insert(name.clone());
            line.1.extend(client.targets.settings.iter().cloned());
        }
        for host in &client.targets.outside {
            model.called_hosts.entry((host.clone(), container.to_owned())).or_default().insert(client.at.clone());
        }
        model.prove(&client.at, "client", &["components", &key]);
        let component = component(input, container, &name, &client);
        match model.components.get_mut(&key) {
            Some(known) => known.dependencies.extend(component.dependencies),
            None => _ = model.components.insert(key, component),
        }
    }
    for ((target, kind), (names, settings)) in lines {
        let set = wording::list(settings.iter().map(String::as_str), 3);
        let set = if set.is_empty() { String::new() } else { format!("; the address is set by {set}") };
        let technology = Some(if kind == ClientKind::Grpc { "gRPC" } else { "HTTP" }.to_owned());
        let description = format!("Calls it with {}{set}", wording::list(names.iter().map(String::as_str), 4));
        relate(model, container, Relationship { target, description, technology });
    }
}

/// The last part of a type without type arguments; a name as it is.
fn shown_name(name: &str) -> String {
    last_part(name.split('<').next().unwrap_or(name)).to_owned()
}

/// `BasketService` of `IBasketService`.
fn bare(name: &str) -> &str {
    name.strip_prefix('I').filter(|rest| rest.starts_with(char::is_uppercase) && rest.contains(|c: char| c.is_lowercase())).unwrap_or(name)
}

fn component(input: &Input<'_>, container: &str, name: &str, client: &Client) -> Component {
    let of_class = client.class.as_ref().and_then(|(file, class)| input.names.class(file, class));
    let of_name = || input.names.class(&client.at.path, name);
    let class = of_class.or_else(of_name);
    let doc = class.and_then(|(_, class)| class.doc.as_deref()).map(wording::first_paragraph).filter(|text| !text.is_empty());
    let (kind, technology, word) = match client.kind {
        ClientKind::Http if client.at.path.extension() != "cs" => ("HTTP Client", "HTTP", "HTTP client"),
        ClientKind::Http => ("HTTP Client", "HttpClient", "HTTP client"),
        ClientKind::Interface => ("HTTP Client", "Refit", "Refit client"),
        ClientKind::Grpc => ("gRPC Client", "gRPC", "gRPC client"),
        ClientKind::Generated => ("HTTP Client", "OpenAPI", "HTTP client, generated from a contract"),
    };
    Component {
        name: name.to_owned(),
        description: doc.unwrap_or_else(|| format!("{word}{}.", client.targets.words())),
        kind: kind.to_owned(),
        technology: Some(technology.to_owned()),
        container: container.to_owned(),
        path: Some(class.map_or_else(|| client.at.path.clone(), |(at, _)| at.path.clone())),
        dependencies: client.targets.containers.iter().filter(|target| *target != container).cloned().collect(),
        ..Component::default()
    }
}

/// Starts of what deployment alone says of two containers.
const DEPLOYED: &[&str] = &["Connects to it; the ", "Is given its address by ", "Is given its address as "];

/// Adds a line that code proves, in place of what deployment says of the same two.
pub(super) fn relate(model: &mut Model, container: &str, line: Relationship) {
    if let Some(container) = model.containers.get_mut(container) {
        container
            .relationships
            .retain(|known| known.target != line.target || !DEPLOYED.iter().any(|start| known.description.starts_with(start)));
        container.relationships.insert(line);
    }
}
