//! Requests of collections beside the endpoints that answer them: a request goes to the container whose code answers it.
//! A collection promises nothing: what nobody answers is told and is no endpoint, and what it leaves out is no fault.

use std::collections::{BTreeMap, BTreeSet};

use super::http_contracts::{Answers, shortened};
use super::{Input, wording};
use crate::finding::{CollectedRequest, Fact, RequestCollection};
use crate::gap::{Gap, GapCode};
use crate::location::Location;
use crate::model::{Declared, Model};

/// The pass; every endpoint of code must be there.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut answered: Option<BTreeMap<String, Answers>> = None;
    for finding in input.findings {
        let Fact::RequestCollection(collection) = &finding.fact else { continue };
        let answered = answered.get_or_insert_with(|| Answers::of_all(model));
        let served = served(model, answered, collection);
        for (request, keys) in &served {
            keys.iter().for_each(|(container, key)| enter(model, &finding.at, request, (container, key)));
        }
        tell_unanswered(model, &finding.at, collection, &served);
    }
}

/// A request with the containers that answer it, each with the key of its endpoint.
type Served<'c> = (&'c CollectedRequest, BTreeSet<(String, String)>);

/// The requests that somebody answers. Of several containers the one counts that the address names, else the one that answers most of the others.
fn served<'c>(model: &Model, answered: &BTreeMap<String, Answers>, collection: &'c RequestCollection) -> Vec<Served<'c>> {
    let answers = |request: &CollectedRequest| -> Vec<(String, String)> {
        let asked = |path: &str| -> Vec<(String, String)> {
            answered.iter().filter_map(|(key, own)| Some((key.clone(), own.request(&request.method, path)?.clone()))).collect()
        };
        let found = asked(&request.path);
        // A gateway tells its services apart by the first part of the path, and takes it off.
        let behind = || request.path[1..].find('/').map(|at| request.path.split_at(at + 1)).filter(|_| found.is_empty());
        match behind() {
            Some((service, path)) => asked(path).into_iter().filter(|(key, _)| share_a_word(service, key)).collect(),
            None => found,
        }
    };
    let found: Vec<(&CollectedRequest, Vec<(String, String)>)> = collection.requests.iter().map(|one| (one, answers(one))).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (container, _) in found.iter().flat_map(|(_, keys)| keys) {
        *counts.entry(container).or_default() += 1;
    }
    let choose = |(request, keys): &(&'c CollectedRequest, Vec<(String, String)>)| {
        let is_named = |container: &str| {
            let mut services = model.compose_services.iter().filter(|(_, key)| *key == container).map(|((_, service), _)| service.as_str());
            container == request.host || services.any(|service| service == request.host)
        };
        let rank = |container: &str| (is_named(container), counts.get(container).copied().unwrap_or_default());
        let best = keys.iter().map(|(container, _)| rank(container)).max();
        (*request, keys.iter().filter(|(container, _)| Some(rank(container)) == best).cloned().collect())
    };
    found.iter().filter(|(_, keys)| !keys.is_empty()).map(choose).collect()
}

/// Whether two names of services have a word in common that tells one service from another.
fn share_a_word(left: &str, right: &str) -> bool {
    let telling = |name: &str| -> BTreeSet<String> {
        let all = wording::words(name).into_iter().map(|word| word.to_lowercase());
        all.filter(|word| !matches!(word.as_str(), "service" | "services" | "api" | "svc" | "server" | "app")).collect()
    };
    !telling(left).is_disjoint(&telling(right))
}

fn enter(model: &mut Model, at: &Location, request: &CollectedRequest, (container, key): (&str, &str)) {
    let Some(operation) = model.endpoints.get_mut(container).and_then(|all| all.get_mut(key)) else { return };
    if operation.declared == Declared::Code {
        operation.declared = Declared::Both;
    }
    if operation.summary.is_none() {
        operation.summary = request.summary.as_deref().map(wording::first_paragraph).filter(|text| !text.is_empty());
    }
    model.prove(&Location::new(&at.path, request.line), "request", &["api_endpoints", container, "operations", key]);
}

/// Says which requests go nowhere; those to hosts outside of this system are not asked about.
fn tell_unanswered(model: &mut Model, at: &Location, collection: &RequestCollection, served: &[Served<'_>]) {
    let is_answered = |request: &CollectedRequest| served.iter().any(|(one, _)| std::ptr::eq(*one, request));
    let outside = |host: &str| host.contains('.') && !host.bytes().all(|one| one.is_ascii_digit() || one == b'.');
    let open = collection.requests.iter().filter(|one| !is_answered(one) && !outside(&one.host));
    let open: BTreeSet<String> = open.map(|one| format!("{} {}", one.method, one.path)).collect();
    let open: Vec<String> = open.into_iter().collect();
    if open.is_empty() {
        return;
    }
    let (code, message) = if served.len() * 2 >= collection.requests.len() {
        (GapCode::ContractDrift, format!("the collection asks for what no code was found to answer: {}", shortened(&open)))
    } else {
        let number = wording::count(open.len(), "request");
        (GapCode::NotUnderstood, format!("nothing that was found here answers {number} of this collection; they are no endpoints"))
    };
    model.gaps.push(Gap::line(code, &at.path, at.line, message));
}
