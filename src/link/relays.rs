//! Messages sent through a wrapper: a call of a method that sends on what it is given becomes a message of the caller.
//! A call of anything else is no message.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::names::Names;
use crate::finding::{Channel, Fact, Finding, Relay, RelayCall, Value};
use crate::gap::{Gap, GapCode};
use crate::location::RepoPath;

/// How many bases of a class are looked through for the method.
const BASES: usize = 8;

/// The methods that send on, by file, class and method.
type Relays<'a> = BTreeMap<(&'a RepoPath, &'a str, &'a str), Vec<(&'a RepoPath, &'a Relay)>>;

/// The messages that calls of wrappers send, each as a finding of the caller. A wrapper that nothing calls is a gap.
pub(super) fn messages(input: &Input<'_>, gaps: &mut Vec<Gap>) -> Vec<Finding> {
    let mut relays: Relays<'_> = BTreeMap::new();
    let mut calls = Vec::new();
    for finding in input.findings {
        match &finding.fact {
            Fact::Relay(relay) => {
                relays.entry((&finding.at.path, &relay.class, &relay.method)).or_default().push((&finding.at.path, relay))
            }
            Fact::RelayCall(call) => calls.push((finding, call)),
            _ => {}
        }
    }
    // A method that hands its own parameter to a relay is one itself; two such steps are what wrappers take.
    let mut handed_on: Vec<(RepoPath, Relay)> = Vec::new();
    for (finding, call) in &calls {
        let sent = called(&input.names, &relays, &finding.at.path, call).into_iter();
        let sent = sent.map(|relay| sent_by(&input.names, relay, (&finding.at.path, call))).filter(|one| depends_on_caller(one, call));
        let Some((class, method)) = call.handler.split_once('.') else { continue };
        handed_on.extend(sent.map(|channel| {
            let parameters = call.parameters.clone();
            (finding.at.path.clone(), Relay { class: class.to_owned(), method: method.to_owned(), parameters, channel })
        }));
    }
    for (file, relay) in &handed_on {
        relays.entry((file, &relay.class, &relay.method)).or_default().push((file, relay));
    }
    let mut found = Vec::new();
    let mut used: BTreeSet<*const Relay> = BTreeSet::new();
    for (finding, call) in calls {
        for relay in called(&input.names, &relays, &finding.at.path, call) {
            used.insert(relay.1);
            let channel = sent_by(&input.names, relay, (&finding.at.path, call));
            if !depends_on_caller(&channel, call) {
                found.push(Finding { extractor: finding.extractor, at: finding.at.clone(), fact: Fact::Channel(channel) });
            }
        }
    }
    for finding in input.findings {
        let Fact::Relay(relay) = &finding.fact else { continue };
        if !used.contains(&std::ptr::from_ref(relay)) {
            let message = format!("the callers of {}.{} choose the channel, and none of them was found", relay.class, relay.method);
            gaps.push(Gap::line(GapCode::UnresolvedReference, &finding.at.path, finding.at.line, message));
        }
    }
    found
}

/// The message that a call of a relay sends.
fn sent_by(names: &Names<'_>, (file, relay): (&RepoPath, &Relay), (call_file, call): (&RepoPath, &RelayCall)) -> Channel {
    let filled = |value: &Value| fill(names, (file, relay), (call_file, call), value);
    Channel {
        name: filled(&relay.channel.name),
        client: relay.channel.client.as_ref().map(filled),
        handler: call.handler.clone(),
        payload: None,
        ..relay.channel.clone()
    }
}

/// Whether the channel is a parameter of the method around the call: its callers know the name.
fn depends_on_caller(channel: &Channel, call: &RelayCall) -> bool {
    let mut names = Vec::new();
    channel.name.names(&mut names);
    names.iter().any(|name| call.parameters.iter().any(|one| Some(one.as_str()) == name.split('.').next()))
}

/// The relays that a call reaches: of the named class or the nearest of its bases.
fn called<'a>(names: &Names<'_>, relays: &Relays<'a>, file: &RepoPath, call: &RelayCall) -> Vec<(&'a RepoPath, &'a Relay)> {
    let first = names.member_definition(file, &call.class);
    let Some(first_file) = first.file else { return Vec::new() };
    let wanted = (first_file.clone(), first.name.clone());
    let mut open = vec![(first_file, first.name)];
    for _ in 0..BASES {
        let Some((file, class)) = open.pop() else { break };
        if let Some(found) = relays.get(&(&file, class.as_str(), call.method.as_str())) {
            return found.clone();
        }
        if let Some((at, stated)) = names.class(&file, &class) {
            let bases = stated.bases.iter().map(|base| names.member_definition(&at.path, base));
            open.extend(bases.filter_map(|base| Some((base.file?, base.name))));
        }
    }
    implementing(names, relays, &wanted, &call.method)
}

/// The relays of the classes that implement an interface.
fn implementing<'a>(names: &Names<'_>, relays: &Relays<'a>, wanted: &(RepoPath, String), method: &str) -> Vec<(&'a RepoPath, &'a Relay)> {
    let implements = |file: &RepoPath, class: &str| {
        let bases = names.class(file, class).map(|(_, class)| class.bases.as_slice()).unwrap_or_default();
        bases
            .iter()
            .map(|base| names.member_definition(file, base))
            .any(|base| base.file.as_ref() == Some(&wanted.0) && base.name == wanted.1)
    };
    let found = relays.iter().filter(|((file, class, one), _)| *one == method && implements(file, class));
    found.flat_map(|(_, relays)| relays.iter().copied()).collect()
}

/// A value of the relay with its parameters replaced by the arguments of the call.
fn fill(names: &Names<'_>, relay: (&RepoPath, &Relay), call: (&RepoPath, &RelayCall), value: &Value) -> Value {
    let all = |items: &[Value]| items.iter().map(|item| fill(names, relay, call, item)).collect();
    match value {
        Value::Name(name) => {
            let (root, rest) = name.split_once('.').map_or((name.as_str(), ""), |(root, rest)| (root, rest));
            match relay.1.parameters.iter().position(|one| one == root) {
                Some(at) => {
                    let given = call.1.arguments.get(at).map(|argument| names.resolve(call.0, argument));
                    let keys = rest.split('.').filter(|key| !key.is_empty());
                    let inner = given.and_then(|given| keys.into_iter().try_fold(given, |value, key| value.get(key).cloned()));
                    inner.unwrap_or_else(|| Value::Opaque("argument".to_owned()))
                }
                None => names.resolve(relay.0, value),
            }
        }
        // `snakeCase(message.constructor.name)`: what the function gives back for what the caller hands over.
        Value::Call(name, items) => {
            let parameters = &relay.1.parameters;
            let given: Vec<Value> = call.1.arguments.iter().map(|argument| names.resolve(call.0, argument)).collect();
            let items = items.iter().map(|item| item.with_arguments(parameters, &given)).collect();
            names.resolve(relay.0, &Value::Call(name.clone(), items))
        }
        Value::Concat(items) => Value::Concat(all(items)),
        Value::List(items) => Value::List(all(items)),
        Value::Either(items) => Value::Either(all(items)),
        Value::Map(entries) => Value::Map(entries.iter().map(|(key, item)| (key.clone(), fill(names, relay, call, item))).collect()),
        other => names.resolve(relay.0, other),
    }
}
