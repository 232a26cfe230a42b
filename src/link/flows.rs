//! The way of a message: from the request that sends it, over its channel, to its receiver and to what that sends in turn.
//! Follows only handlers that are known on both ends; calls between classes of one process are not followed.

use std::collections::{BTreeMap, BTreeSet};

use super::messaging::{Side, Traffic};
use crate::model::Model;

/// A message is followed over so many channels.
const CHANNELS: usize = 6;

/// Who sends what, and which requests a handler answers.
pub(super) struct Flows<'a> {
    channels: &'a BTreeMap<String, Traffic>,
    /// The channels that a handler sends on.
    sent: BTreeMap<&'a Side, Vec<&'a str>>,
    /// The requests that a handler answers, by container and handler.
    requests: BTreeMap<(String, String), Vec<String>>,
}

impl<'a> Flows<'a> {
    pub(super) fn of(channels: &'a BTreeMap<String, Traffic>, model: &Model) -> Self {
        let mut sent: BTreeMap<&Side, Vec<&str>> = BTreeMap::new();
        for (name, traffic) in channels {
            traffic.publishers.iter().for_each(|side| sent.entry(side).or_default().push(name));
        }
        let mut requests: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for (container, operations) in &model.endpoints {
            for (key, operation) in operations {
                let handler = operation.handler.clone().map(|handler| (container.clone(), handler));
                handler.into_iter().for_each(|handler| requests.entry(handler).or_default().push(key.clone()));
            }
        }
        Self { channels, sent, requests }
    }

    /// The steps to a handler that a channel starts, and on from there; none where nobody is known to send.
    pub(super) fn steps(&self, channel: &str, publishers: &BTreeSet<Side>, receiver: &Side) -> Vec<String> {
        if publishers.is_empty() {
            return Vec::new();
        }
        let mut steps = Vec::new();
        for side in publishers {
            let requests = self.requests.get(&(side.container.clone(), side.handler.clone())).into_iter().flatten();
            steps.extend(requests.map(|request| format!("{}: {request}", side.container)));
            steps.push(format!("{}: {} publishes", side.container, side.handler));
        }
        steps.push(format!("channel `{channel}`"));
        let mut seen = BTreeSet::from([channel]);
        self.follow(receiver, &mut seen, &mut steps);
        steps
    }

    /// A receiver, and what it sends in turn.
    fn follow<'s>(&'s self, receiver: &Side, seen: &mut BTreeSet<&'s str>, steps: &mut Vec<String>)
    where
        'a: 's,
    {
        let sent: Vec<&'s str> = self.sent.get(receiver).into_iter().flatten().copied().filter(|name| !seen.contains(name)).collect();
        let verb = if sent.is_empty() { "" } else { " publishes" };
        steps.push(format!("{}: {}{verb}", receiver.container, receiver.handler));
        for channel in sent {
            if seen.len() >= CHANNELS || !seen.insert(channel) {
                continue;
            }
            steps.push(format!("channel `{channel}`"));
            for next in self.channels.get(channel).into_iter().flat_map(|traffic| &traffic.subscribers) {
                self.follow(next, seen, steps);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Flows, Side, Traffic};
    use crate::model::{Model, Operation};

    fn side(text: &str) -> Side {
        let (container, handler) = text.split_once(' ').expect("a container and a handler");
        Side { container: container.to_owned(), handler: handler.to_owned() }
    }

    fn traffic(from: &str, to: &str) -> Traffic {
        let mut traffic = Traffic::default();
        traffic.publishers.insert(side(from));
        traffic.subscribers.insert(side(to));
        traffic
    }

    #[test]
    fn a_message_is_followed_from_the_request_to_the_last_receiver() {
        let channels = BTreeMap::from([
            ("placed".to_owned(), traffic("shop Orders.place", "billing Invoices.placed")),
            ("billed".to_owned(), traffic("billing Invoices.placed", "shop Orders.billed")),
            ("again".to_owned(), traffic("shop Orders.billed", "billing Invoices.placed")),
        ]);
        let mut model = Model::default();
        let operation = Operation { handler: Some("Orders.place".to_owned()), ..Operation::default() };
        model.endpoints.entry("shop".to_owned()).or_default().insert("POST /orders".to_owned(), operation);
        let flows = Flows::of(&channels, &model);
        let steps = flows.steps("placed", &channels["placed"].publishers, &side("billing Invoices.placed"));
        let expected = [
            "shop: POST /orders",
            "shop: Orders.place publishes",
            "channel `placed`",
            "billing: Invoices.placed publishes",
            "channel `billed`",
            "shop: Orders.billed publishes",
            "channel `again`",
            "billing: Invoices.placed",
        ];
        assert_eq!(steps, expected);
        assert!(flows.steps("placed", &std::collections::BTreeSet::new(), &side("billing Invoices.placed")).is_empty());
    }
}
