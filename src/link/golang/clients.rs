//! Whom programs of Go call: services of gRPC by their generated clients, transactions of chaincode, hosts of URLs that stand in the code.
//! A line is drawn only to a container that is proved to answer for what is called.

use std::collections::{BTreeMap, BTreeSet};

use super::Talk;
use super::messages::containers;
use super::origins::Origins;
use super::reach::Reach;
use crate::finding::{Expression, Fact, HostReference, Invocation};
use crate::link::clients::relate;
use crate::link::{Input, wording};
use crate::location::Location;
use crate::model::{Model, Relationship};

/// What is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Callee {
    /// A service of gRPC.
    Service(String),
    /// A transaction of chaincode.
    Transaction(String),
    /// A host that stands in the code.
    Host(HostReference),
}

/// A call of something outside of the program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClientCall {
    /// Where it stands.
    pub(crate) at: Location,
    /// The container that calls.
    pub(crate) container: String,
    /// What it calls.
    pub(crate) callee: Callee,
}

/// Methods of net/http and resty with the place of the URL.
const URLS: &[(&str, &str, usize)] = &[
    ("net/http", "Get", 0),
    ("net/http", "Head", 0),
    ("net/http", "Post", 0),
    ("net/http", "PostForm", 0),
    ("net/http", "NewRequest", 1),
    ("net/http", "NewRequestWithContext", 2),
    ("github.com/go-resty/resty", "SetBaseURL", 0),
    ("github.com/go-resty/resty", "Get", 0),
    ("github.com/go-resty/resty", "Post", 0),
    ("github.com/go-resty/resty", "Put", 0),
    ("github.com/go-resty/resty", "Delete", 0),
];

/// Methods of the clients of Fabric that name a transaction.
const TRANSACTIONS: &[&str] = &[
    "SubmitTransaction",
    "EvaluateTransaction",
    "Submit",
    "Evaluate",
    "SubmitAsync",
    "SubmitWithContext",
    "EvaluateWithContext",
    "NewProposal",
];

/// Every call of another program.
pub(crate) fn calls(input: &Input<'_>, reach: &Reach<'_, '_, '_>, origins: &Origins<'_, '_>) -> BTreeSet<ClientCall> {
    let mut found = BTreeSet::new();
    grpc(input, reach, origins, &mut found);
    transactions(reach, origins, &mut found);
    urls(reach, origins, &mut found);
    found
}

fn grpc(input: &Input<'_>, reach: &Reach<'_, '_, '_>, origins: &Origins<'_, '_>, found: &mut BTreeSet<ClientCall>) {
    let services: BTreeSet<&str> = input
        .findings
        .iter()
        .filter_map(|finding| match &finding.fact {
            Fact::RpcMethod(method) => Some(method.service.as_str()),
            _ => None,
        })
        .collect();
    for service in services {
        for (function, call) in origins.calls_of(&format!("New{service}Client")) {
            if matches!(&call.function, Expression::Field(package, _) if matches!(**package, Expression::Name(_))) {
                add(reach, origins, (*function, *call), &Callee::Service(service.to_owned()), found);
            }
        }
    }
}

fn add(
    reach: &Reach<'_, '_, '_>,
    origins: &Origins<'_, '_>,
    (function, call): (usize, &Invocation),
    callee: &Callee,
    found: &mut BTreeSet<ClientCall>,
) {
    let at = Location::new(&origins.world.functions[function].0.path, call.line);
    let calling = reach.containers(function).into_iter();
    found.extend(calling.map(|container| ClientCall { at: at.clone(), container, callee: callee.clone() }));
}

fn transactions(reach: &Reach<'_, '_, '_>, origins: &Origins<'_, '_>, found: &mut BTreeSet<ClientCall>) {
    for (function, call) in TRANSACTIONS.iter().flat_map(|name| origins.calls_of(name)) {
        let scope = origins.scope(*function);
        let imports = origins.world.imports(scope.file);
        let is_client = |path: &str| path.contains("fabric-gateway") || path.contains("fabric-sdk-go");
        let known = match origins.library(&scope, &call.function) {
            Some((path, _)) => is_client(&path),
            None => origins.is_untold(&scope, &call.function) && imports.iter().any(|import| is_client(&import.path)),
        };
        // What runs with a context is given it first.
        let place = usize::from(matches!(&call.function, Expression::Field(_, name) if name.ends_with("WithContext")));
        if let Some(name) = call.arguments.get(place).filter(|_| known) {
            for origin in origins.of(&scope, name) {
                let name = origin.text.rsplit(':').next().unwrap_or(&origin.text).to_owned();
                add(reach, origins, (*function, *call), &Callee::Transaction(name), found);
            }
        }
    }
}

fn urls(reach: &Reach<'_, '_, '_>, origins: &Origins<'_, '_>, found: &mut BTreeSet<ClientCall>) {
    for (library, name, place) in URLS {
        for (function, call) in origins.calls_of(name) {
            let scope = origins.scope(*function);
            let fits = origins.library(&scope, &call.function).is_some_and(|(path, _)| path.starts_with(library));
            let Some(url) = call.arguments.get(*place).filter(|_| fits) else { continue };
            let at = Location::new(scope.file, call.line);
            for origin in origins.starts(&scope, url) {
                let Some(host) = HostReference::of_url(&origin.text) else { continue };
                for container in containers(reach, *function, &origin.via) {
                    found.insert(ClientCall { at: at.clone(), container, callee: Callee::Host(host.clone()) });
                }
            }
        }
    }
}

/// What one line says: the services, the transactions, whether a host is called.
#[derive(Default)]
struct Line<'a> {
    services: BTreeSet<&'a str>,
    transactions: BTreeSet<&'a str>,
    calls_host: bool,
}

/// The pass: lines from callers to who answers.
pub(crate) fn link(input: &Input<'_>, model: &mut Model) {
    let talk: &Talk = input.talk(model);
    let mut lines: BTreeMap<(&str, String), Line<'_>> = BTreeMap::new();
    let mut evidence: Vec<(&Location, &str)> = Vec::new();
    for call in &talk.calls {
        for target in answering(input, model, &call.callee).into_iter().filter(|target| *target != call.container) {
            let line = lines.entry((call.container.as_str(), target)).or_default();
            match &call.callee {
                Callee::Service(name) => _ = line.services.insert(name),
                Callee::Transaction(name) => _ = line.transactions.insert(name),
                Callee::Host(_) => line.calls_host = true,
            }
            evidence.push((&call.at, call.container.as_str()));
        }
    }
    for ((from, to), line) in lines {
        let mut add = |description: String, technology: &str| {
            relate(model, from, Relationship { target: to.clone(), description, technology: Some(technology.to_owned()) });
        };
        if !line.services.is_empty() {
            add(format!("Calls {}.", wording::list(line.services, SHOWN)), "gRPC");
        }
        if !line.transactions.is_empty() {
            add(format!("Submits and evaluates {}.", wording::list(line.transactions, SHOWN)), "Fabric Gateway");
        }
        if line.calls_host {
            add("Calls it over HTTP.".to_owned(), "HTTP");
        }
    }
    for (at, container) in evidence {
        model.prove(at, "client", &["containers", container]);
    }
}

/// How many names one line shows.
const SHOWN: usize = 5;

/// The containers that answer; of transactions only where no two contracts could be meant.
fn answering(input: &Input<'_>, model: &Model, callee: &Callee) -> Vec<String> {
    let with = |fits: &dyn Fn(&str) -> bool| -> Vec<String> {
        let answers = model.endpoints.iter().filter(|(_, operations)| operations.keys().any(|key| fits(key)));
        answers.map(|(container, _)| container.clone()).collect()
    };
    match callee {
        Callee::Service(service) => {
            let is_of = |key: &str| {
                let name = key.strip_prefix("GRPC ").and_then(|rest| rest.split('/').next());
                name.is_some_and(|name| name.rsplit('.').next() == Some(service.as_str()))
            };
            with(&is_of)
        }
        Callee::Transaction(name) => {
            let found = with(&|key: &str| key.strip_prefix("INVOKE ").and_then(|rest| rest.rsplit(':').next()) == Some(name.as_str()));
            if found.len() == 1 { found } else { Vec::new() }
        }
        Callee::Host(host) => input.addresses(model).find(host).map(str::to_owned).into_iter().collect(),
    }
}
