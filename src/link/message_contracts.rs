//! What contracts of messages say beside the code: which broker carries their channels, and which of them no code uses.
//! A channel that only a contract names is nobody's: it is a diagnostic, never a message of a container.

use std::collections::BTreeSet;

use super::{Input, wording};
use crate::finding::{Fact, MessageContract};
use crate::gap::{Gap, GapCode};
use crate::location::Location;
use crate::model::Model;

/// How many names a diagnostic lists.
const NAMED: usize = 5;

/// The pass; the backing services must be there.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    for finding in input.findings {
        if let Fact::MessageContract(contract) = &finding.fact
            && input.map.file(&finding.at.path).is_none_or(|file| !file.is_test)
        {
            note_broker(model, &finding.at, contract);
            compare(model, &finding.at, contract);
        }
    }
}

/// The broker that the contract names carries its channels.
fn note_broker(model: &mut Model, at: &Location, contract: &MessageContract) {
    let named = model.containers.iter().filter(|(key, one)| one.backing && contract.hosts.contains(*key));
    let products: BTreeSet<String> = named.filter_map(|(_, one)| one.technology.clone()).collect();
    let note = format!("{} ({}, {})", wording::count(contract.channels.len(), "channel"), contract.standard, at.path);
    for (name, service) in &mut model.services {
        if products.iter().any(|product| product.starts_with(name.as_str())) {
            service.notes.insert(note.clone());
        }
    }
}

fn compare(model: &mut Model, at: &Location, contract: &MessageContract) {
    let mut unused = Vec::new();
    for (channel, line) in &contract.channels {
        let place = Location::new(&at.path, *line);
        let uses = |set: &BTreeSet<String>| set.iter().any(|own| own.trim_matches('/') == channel.trim_matches('/'));
        let senders: Vec<String> = model.containers.iter().filter(|(_, one)| uses(&one.publishes)).map(|(key, _)| key.clone()).collect();
        let receivers: Vec<String> = model.containers.iter().filter(|(_, one)| uses(&one.subscribes)).map(|(key, _)| key.clone()).collect();
        if senders.is_empty() && receivers.is_empty() {
            unused.push(channel.as_str());
        }
        for (keys, list) in [(senders, "publishes"), (receivers, "subscribes")] {
            keys.iter().for_each(|key| model.prove(&place, "channel", &["containers", key, "messaging", list]));
        }
    }
    if !unused.is_empty() {
        let code = if unused.len() < contract.channels.len() { GapCode::ContractDrift } else { GapCode::NotUnderstood };
        let message = format!("no code was found that sends or receives what the contract states: {}", wording::list(unused, NAMED));
        model.gaps.push(Gap::line(code, &at.path, at.line, message));
    }
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn the_broker_is_noted_and_unused_channels_are_told() {
        let contract = "asyncapi: 3.0.0\nservers: {dev: {host: 'kafka:9092'}}\nchannels:\n  placed: {address: order.placed}\n";
        let model = model(&[("events.yaml", contract), ("compose.yaml", "services:\n  kafka: {image: 'apache/kafka:3.9.0'}\n")]);
        let notes: Vec<&String> = model.services["Apache Kafka"].notes.iter().collect();
        assert_eq!(notes, ["1 channel (AsyncAPI 3.0, events.yaml)", "version 3.9.0, container kafka"]);
        assert!(model.gaps.iter().any(|gap| gap.message.contains("order.placed")), "{:?}", model.gaps);
    }
}
