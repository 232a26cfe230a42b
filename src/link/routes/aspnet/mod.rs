//! Routes of applications of ASP.NET Core: controllers, minimal APIs, Carter, FastEndpoints, hubs and services of gRPC.
//! Every project that is deployed is read from its own start; a route that nothing maps is a gap, never an endpoint.

mod authorization;
mod calls;
mod controllers;
mod conventions;
mod fast_endpoints;
mod graphql;
mod interpreter;
mod mounts;
mod odata;
mod program;
mod reflection;
mod route_attributes;
mod router;
mod signature;
mod template;
mod wolverine;

use std::collections::BTreeSet;

use super::merge;
use crate::finding::{Method, Step, Value};
use crate::gap::{Gap, GapCode};
use crate::link::Input;
use crate::link::conditions::{self, Doubts};
use crate::link::contracts::Contracts;
use crate::link::names::last_part;
use crate::location::{Location, RepoPath};
use crate::model::{Model, Operation};
use authorization::Access;
use controllers::Surroundings;
use interpreter::Interpreter;
use program::Program;

/// The pass.
pub(in crate::link) fn link(input: &Input<'_>, model: &mut Model) {
    for (container, folder) in input.projects().deployed(model) {
        let program = Program::of(input, &folder);
        let mut on = Interpreter::new(&program);
        on.read_program();
        Application { container: &container, program: &program, on: &on }.add(model);
    }
}

/// One application while its endpoints are entered.
struct Application<'x, 'p, 'i, 'a> {
    container: &'x str,
    program: &'x Program<'i, 'a>,
    on: &'x Interpreter<'p, 'i, 'a>,
}

impl Application<'_, '_, '_, '_> {
    fn add(&self, model: &mut Model) {
        let mut gaps = Vec::new();
        let fallback = self.has_fallback();
        self.add_mapped(fallback, model, &mut gaps);
        self.add_hubs(fallback, model);
        self.add_grpc(fallback, model);
        self.add_controllers(fallback, model, &mut gaps);
        if let Some(prefix) = &self.on.seen.fast_endpoints {
            for route in fast_endpoints::routes(self.program, self.on, prefix, &mut gaps) {
                self.enter(route.key, &route.at, route.operation, model);
            }
        }
        if let Some(router) = self.on.seen.wolverine {
            for route in wolverine::routes(self.program, &self.on.routers, (router, fallback), &mut gaps) {
                self.enter(route.key, &route.at, route.operation, model);
            }
        }
        if let Some(endpoint) = self.on.seen.graphql.and_then(|at| self.on.routers.endpoints.get(at)) {
            let access = self.on.routers.access(endpoint.router).and(&endpoint.access);
            for route in graphql::operations(self.program, (&access, fallback), endpoint.at.as_ref(), &mut gaps) {
                self.enter(route.key, &route.at, route.operation, model);
            }
        }
        self.count_pages(model);
        self.tell_unmounted(&mut gaps);
        model.gaps.append(&mut gaps);
    }

    /// Razor pages are told by their number: what they answer is markup.
    fn count_pages(&self, model: &mut Model) {
        let is_page = |path: &RepoPath| {
            path.extension() == "cshtml" && !path.name().starts_with('_') && path.parent().parts().any(|part| part == "Pages")
        };
        let own = self.program.input.map.files_within(&self.program.folder);
        let pages = own.filter(|file| is_page(&file.path) && self.program.is_own(&file.path)).count();
        if let Some(container) = model.containers.get_mut(self.container).filter(|_| self.on.seen.razor_pages) {
            container.pages += pages;
        }
    }

    /// Says which procedures of the project map routes on a router that nothing hands them.
    fn tell_unmounted(&self, gaps: &mut Vec<Gap>) {
        for (at, procedure) in self.program.all_procedures().filter(|(at, _)| self.program.is_own(&at.path)) {
            let router = procedure.parameters.iter().find(|one| interpreter::is_router_type(&one.data_type));
            let Some(router) = router.filter(|_| !self.on.reached.contains(&(at.path.clone(), at.line))) else { continue };
            let maps = |step: &Step| step.receiver == router.name && step.calls.iter().any(|call| calls::maps_a_route(&call.name));
            if procedure.steps.iter().any(maps) {
                let message = format!("{}.{} maps routes, and nothing in the application calls it", procedure.class, procedure.name);
                gaps.push(Gap::line(GapCode::NotMounted, &at.path, at.line, message));
            }
        }
    }

    fn enter(&self, key: String, at: &Location, operation: Operation, model: &mut Model) {
        model.prove(at, "route", &["api_endpoints", self.container, "operations", &key]);
        if let Some(message) = merge(model.endpoints.entry(self.container.to_owned()).or_default(), key, operation) {
            model.gaps.push(Gap::line(GapCode::AmbiguousName, &at.path, at.line, message));
        }
    }

    /// The endpoints of minimal APIs and of what is mapped like them.
    fn add_mapped(&self, fallback: bool, model: &mut Model, gaps: &mut Vec<Gap>) {
        let mut doubts = Doubts::new();
        for endpoint in self.on.routers.endpoints.iter().filter(|one| !one.verbs.is_empty()) {
            let Some(at) = &endpoint.at else { continue };
            let Some(paths) = self.on.routers.paths(endpoint) else {
                gaps.push(calls::computed(endpoint, at));
                continue;
            };
            let access = self.on.routers.access_of(endpoint);
            let auth = access.proved(fallback);
            access.open_doubts().into_iter().for_each(|doubt| *doubts.entry(doubt).or_default() += 1);
            for path in paths {
                for verb in &endpoint.verbs {
                    let version = self.on.routers.header_version(endpoint);
                    let mut operation = Operation { auth: auth.clone(), version, ..endpoint.operation.clone() };
                    // What is mapped on another way, too, is mapped.
                    if let Some(asked) = endpoint.asked.last().filter(|_| self.is_mapped_once(&path, verb)) {
                        gaps.push(mapped_under(&format!("{verb} {path}"), asked, at));
                        operation.summary.get_or_insert_with(|| format!("Mapped only where `{asked}`."));
                    }
                    self.enter(format!("{verb} {path}"), at, operation, model);
                }
            }
        }
        conditions::tell(doubts, model);
    }

    fn is_mapped_once(&self, path: &str, verb: &String) -> bool {
        let same = self.on.routers.endpoints.iter().filter(|one| one.verbs.contains(verb));
        same.filter(|one| self.on.routers.paths(one).is_some_and(|paths| paths.iter().any(|other| other == path))).count() == 1
    }

    /// The public methods of a hub: what clients call.
    fn add_hubs(&self, fallback: bool, model: &mut Model) {
        for (class, file, at) in &self.on.seen.hubs {
            let Some(endpoint) = self.on.routers.endpoints.get(*at) else { continue };
            let Some(path) = self.on.routers.paths(endpoint).and_then(|paths| paths.into_iter().next()) else { continue };
            let Some((place, hub)) = self.program.class(file, class) else { continue };
            let of_class = Access::of_attributes(self.program, &place.path, &hub.decorators);
            let mut methods = 0;
            for (line, method) in self.program.chain(place, hub).iter().flat_map(|(at, one)| self.program.methods_of(&at.path, &one.name)) {
                if !is_hub_method(method) {
                    continue;
                }
                methods += 1;
                let own = Access::of_attributes(self.program, &line.path, &method.decorators);
                let access = self.on.routers.access_of(endpoint).and(&of_class).and(&own);
                let operation = Operation {
                    handler: Some(format!("{}.{}", hub.name, method.name)),
                    request: method.parameters.first().map(|one| one.data_type.clone()).filter(|name| name != "CancellationToken"),
                    response: signature::answered(&method.returns),
                    auth: access.proved(fallback),
                    summary: method.doc.clone(),
                    ..Operation::default()
                };
                self.enter(format!("WS {path}#{}", method.name), line, operation, model);
            }
            if methods == 0
                && let Some(mapped) = &endpoint.at
            {
                let access = self.on.routers.access_of(endpoint).and(&of_class);
                let operation = Operation { handler: Some(hub.name.clone()), auth: access.proved(fallback), ..Operation::default() };
                self.enter(format!("WS {path}"), mapped, operation, model);
            }
        }
    }

    /// The methods of a service of gRPC, under the name that its generated base class tells.
    fn add_grpc(&self, fallback: bool, model: &mut Model) {
        let contracts = Contracts::of(self.program.input.findings);
        for (class, file, at) in &self.on.seen.grpc {
            let Some(endpoint) = self.on.routers.endpoints.get(*at) else { continue };
            let Some((place, service)) = self.program.class(file, class) else { continue };
            let base = service.full_bases.iter().find_map(|base| last_part(base).strip_suffix("Base").map(str::to_owned));
            let Some(name) = base else { continue };
            let of_class = Access::of_attributes(self.program, &place.path, &service.decorators);
            for (line, method) in self.program.methods_of(&place.path, &service.name) {
                if !method.is("override") || !method.is("public") {
                    continue;
                }
                let own = Access::of_attributes(self.program, &line.path, &method.decorators);
                let access = self.on.routers.access_of(endpoint).and(&of_class).and(&own);
                let stated = contracts.method_near(&format!("{name}/{}", method.name), &line.path);
                let operation = Operation {
                    handler: Some(format!("{}.{}", service.name, method.name)),
                    request: method.parameters.first().map(|one| one.data_type.clone()),
                    response: signature::answered(&method.returns).or_else(|| stated.map(|one| one.response.clone())),
                    auth: access.proved(fallback),
                    summary: method.doc.clone().or_else(|| stated.and_then(|one| one.doc.clone())),
                    ..Operation::default()
                };
                let package = stated.map(|one| one.package.as_str()).filter(|package| !package.is_empty());
                let full = package.map_or_else(|| name.clone(), |package| format!("{package}.{name}"));
                self.enter(format!("GRPC {full}/{}", method.name), line, operation, model);
            }
        }
    }

    fn add_controllers(&self, fallback: bool, model: &mut Model, gaps: &mut Vec<Gap>) {
        let all = controllers::controllers(self.program);
        if self.on.seen.controllers.is_empty() && !self.maps_controllers() {
            for (at, class) in all.iter().filter(|(at, _)| self.program.is_own(&at.path)) {
                let message =
                    format!("{} is a controller, and the application maps no controllers; its routes are not endpoints", class.name);
                gaps.push(Gap::line(GapCode::NotMounted, &at.path, at.line, message));
            }
            return;
        }
        let routers = &self.on.routers;
        let mapped = &self.on.seen.controllers;
        let mut access = mapped.iter().map(|(at, ways)| routers.access(*at).reached_by(ways)).reduce(|a, b| Access {
            asked: a.asked.intersection(&b.asked).cloned().collect(),
            open: a.open || b.open,
            ..a
        });
        if self.has_filter() {
            access.get_or_insert_default().asked.insert("AuthorizeFilter".to_owned());
        }
        let prefixes: BTreeSet<String> = mapped.iter().filter_map(|(at, _)| routers.prefix(*at)).map(|parts| parts.join("/")).collect();
        let around = Surroundings {
            access: access.unwrap_or_default(),
            fallback,
            conventions: self.on.seen.conventions.clone(),
            prefixes: if prefixes.is_empty() { vec![String::new()] } else { prefixes.into_iter().collect() },
        };
        let models = odata::Models::of(self.program);
        for controller in all {
            let by_convention = models.routes(self.program, controller, &around, gaps);
            for route in controllers::routes(self.program, controller, &around, gaps).into_iter().chain(by_convention) {
                self.enter(route.key, &route.at, route.operation, model);
            }
        }
    }

    /// Whether controllers are mapped somewhere in the code of the application, where the way to it could not be followed.
    fn maps_controllers(&self) -> bool {
        const CALLS: &[&str] = &[
            "MapControllers",
            "MapControllerRoute",
            "MapDefaultControllerRoute",
            "MapAreaControllerRoute",
            "UseMvc",
            "UseMvcWithDefaultRoute",
        ];
        self.program.all_calls().any(|(_, call)| CALLS.contains(&call.name.as_str()))
    }

    /// Whether every endpoint that asks for nothing asks for a known caller: `options.FallbackPolicy = ...`.
    fn has_fallback(&self) -> bool {
        self.program.certain_steps().any(|step| step.calls.iter().any(|call| call.name == "SetFallbackPolicy"))
            || self.program.certain_steps().any(|step| {
                let named = step.assigned.as_deref().is_some_and(|name| last_part(name) == "FallbackPolicy");
                let is_nothing = matches!(&step.value, Some(Value::Name(name)) if name == "null");
                named && !is_nothing
            })
    }

    /// Whether a filter asks of every controller: `options.Filters.Add(new AuthorizeFilter(policy))`.
    fn has_filter(&self) -> bool {
        self.program.certain_steps().any(|step| {
            last_part(&step.receiver) == "Filters"
                && step.calls.iter().any(|call| {
                    let is_filter =
                        |value: &Value| matches!(value, Value::Call(name, _) | Value::Name(name) if last_part(name) == "AuthorizeFilter");
                    call.name == "Add"
                        && (call.arguments.iter().any(|one| is_filter(&one.value))
                            || call.type_arguments.iter().any(|one| one == "AuthorizeFilter"))
                })
        })
    }
}

/// Says under which condition a route is mapped.
fn mapped_under(key: &str, asked: &str, at: &Location) -> Gap {
    Gap::line(GapCode::Conditional, &at.path, at.line, format!("{key} is mapped only where `{asked}`"))
}

/// Methods that the framework calls itself are no part of what a client sees.
fn is_hub_method(method: &Method) -> bool {
    method.is("public")
        && !method.is("static")
        && !method.is("override")
        && !matches!(method.name.as_str(), "Dispose" | "OnConnectedAsync" | "OnDisconnectedAsync")
}
