//! Servers of Go that a tool writes from a contract: goa, go-swagger and ogen. Their routes stand in generated code that dispatches by tables
//! of its own, and often that code is not even committed: the contract says what they answer.
//! A contract is told by the package that the server was written into; where two contracts could be meant, none is.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::finding::{Expression, Fact, Finding, HttpContract};
use crate::location::RepoPath;
use crate::model::Model;

/// What the servers that were written from contracts keep.
#[derive(Debug, Default)]
pub(super) struct GeneratedServers {
    /// Contract -> the containers that answer it.
    pub(super) keepers: BTreeMap<RepoPath, BTreeSet<String>>,
    /// Contracts that say the same as one of these in another form.
    pub(super) copies: BTreeSet<RepoPath>,
}

/// What a tool wrote a server into.
enum Server {
    /// goa: the folder `gen/http`, in which the contract stands beside the servers.
    Goa(RepoPath),
    /// go-swagger: the folder that holds `restapi`.
    Swagger(RepoPath),
}

impl GeneratedServers {
    /// Looks for programs that bring such servers in.
    pub(super) fn of(input: &Input<'_>, model: &Model) -> Self {
        let contracts: Vec<(&RepoPath, &HttpContract)> = input.findings.iter().filter_map(|finding| contract(input, finding)).collect();
        let mut found = Self::default();
        if contracts.is_empty() {
            return found;
        }
        for finding in input.findings {
            let Fact::SourceFile(file) = &finding.fact else { continue };
            let at = &finding.at.path;
            if input.map.file(at).is_some_and(|file| file.is_test) {
                continue;
            }
            if at.name() == "oas_server_gen.go" {
                found.enter(of_ogen(&contracts, input, &at.parent()), makers(input, model, &at.parent()));
            }
            for server in file.imports.iter().filter_map(|import| server(input, at, &import.path)) {
                let users = input.usage(model).containers(model, at);
                match server {
                    Server::Goa(folder) => found.enter_goa(&contracts, &folder, users),
                    Server::Swagger(folder) => found.enter(of_swagger(&contracts, input, &folder), users),
                }
            }
        }
        found
    }

    fn enter(&mut self, contract: Option<&RepoPath>, users: BTreeSet<String>) {
        if let Some(contract) = contract.filter(|_| !users.is_empty()) {
            self.keepers.entry(contract.clone()).or_default().extend(users);
        }
    }

    /// goa writes its contract in two versions and two notations.
    fn enter_goa(&mut self, contracts: &[(&RepoPath, &HttpContract)], folder: &RepoPath, users: BTreeSet<String>) {
        let mut own: Vec<&RepoPath> = contracts.iter().map(|(at, _)| *at).filter(|at| at.parent() == *folder).collect();
        own.sort_by_key(|at| (!at.stem().ends_with('3'), at.as_str().len(), at.as_str()));
        let mut own = own.into_iter();
        self.enter(own.next(), users);
        self.copies.extend(own.cloned());
    }
}

fn contract<'a>(input: &Input<'_>, finding: &'a Finding) -> Option<(&'a RepoPath, &'a HttpContract)> {
    match &finding.fact {
        Fact::HttpContract(contract) if input.map.file(&finding.at.path).is_none_or(|file| !file.is_test) => {
            Some((&finding.at.path, contract))
        }
        _ => None,
    }
}

/// The server that an import of this repository brings in.
fn server(input: &Input<'_>, at: &RepoPath, import: &str) -> Option<Server> {
    let tool = |folder: RepoPath| {
        if folder.name() == "restapi" {
            return Some(Server::Swagger(folder.parent()));
        }
        let http = folder.parent().parent();
        let is_goa = folder.name() == "server" && http.name() == "http" && http.parent().name() == "gen";
        is_goa.then_some(Server::Goa(http))
    };
    (import.ends_with("/restapi") || import.ends_with("/server")).then(|| input.map.go_package(at, import)).flatten().and_then(tool)
}

/// The one contract of Swagger in the module, else the one that stands with the server or in a folder of its name.
fn of_swagger<'a>(contracts: &[(&'a RepoPath, &HttpContract)], input: &Input<'_>, folder: &RepoPath) -> Option<&'a RepoPath> {
    let of_goa = |at: &RepoPath| at.parent().name() == "http" && at.parent().parent().name() == "gen";
    let swagger = contracts.iter().filter(|(at, one)| one.standard.starts_with("Swagger") && !of_goa(at));
    let swagger: Vec<&RepoPath> = swagger.map(|(at, _)| *at).collect();
    let module = input.map.go_module_of(folder).cloned().unwrap_or_else(|| folder.clone());
    let inside = |at: &&&RepoPath| at.is_within(&module);
    let beside = |at: &&&RepoPath| folder.is_within(&at.parent()) || !folder.name().is_empty() && at.parent().name() == folder.name();
    only(swagger.iter().filter(beside)).or_else(|| only(swagger.iter().filter(inside))).or_else(|| only(swagger.iter())).copied()
}

/// The one contract of OpenAPI in the module, else the one that is called like the package.
fn of_ogen<'a>(contracts: &[(&'a RepoPath, &HttpContract)], input: &Input<'_>, folder: &RepoPath) -> Option<&'a RepoPath> {
    let module = input.map.go_module_of(folder);
    let inside = |at: &RepoPath| module.is_none_or(|module| at.is_within(module));
    let own: Vec<&RepoPath> =
        contracts.iter().filter(|(at, one)| one.standard.starts_with("OpenAPI") && inside(at)).map(|(at, _)| *at).collect();
    only(own.iter()).or_else(|| only(own.iter().filter(|at| at.stem() == folder.name()))).copied()
}

fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    found.next().filter(|_| found.next().is_none())
}

/// The containers whose code makes the server of a package of ogen; a client imports the same package.
fn makers(input: &Input<'_>, model: &Model, package: &RepoPath) -> BTreeSet<String> {
    let world = input.world();
    let makes = |at: &RepoPath, expression: &Expression| match expression {
        Expression::Call(call) => match &call.function {
            Expression::Field(base, name) if name == "NewServer" => match &**base {
                Expression::Name(name) => world.import(at, name).and_then(Result::ok).as_ref() == Some(package),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    };
    let mut found = BTreeSet::new();
    for (at, function) in &world.functions {
        let mut is_maker = false;
        function.each(&mut |expression| is_maker |= makes(&at.path, expression));
        if is_maker {
            found.extend(input.usage(model).containers(model, &at.path));
        }
    }
    found
}
