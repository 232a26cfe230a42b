//! Handlers that a library finds by their names, where the application is built with that library: what code invokes is a command or query of
//! the process, everything else the receiving end of a channel, and what a handler gives back to other handlers is sent on.
//! Source: the documentation of Wolverine, "Message Handlers" and "Cascading Messages".

use std::collections::BTreeSet;

use super::Input;
use super::names::last_part;
use crate::finding::{Channel, CqrsHandler, CqrsKind, Direction, Fact, Finding, NamedHandler, Value};
use crate::model::Model;

/// Starts of the packages that find handlers so.
const LIBRARIES: &[&str] = &["WolverineFx*", "Wolverine*"];

/// The commands and queries that code waits for.
pub(super) fn commands(input: &Input<'_>, model: &Model) -> Vec<Finding> {
    let invoked = invoked(input);
    let handlers = handlers(input, model).into_iter().filter(|(_, one)| invoked.contains(one.message.as_str()));
    let found = handlers.map(|(finding, one)| {
        let fact = CqrsHandler {
            kind: kind_of(&one.message),
            message: one.message.clone(),
            class: one.class.clone(),
            response: given_back(&one.returns).into_iter().next(),
            decorators: Vec::new(),
            doc: one.doc.clone(),
        };
        Finding { fact: Fact::CqrsHandler(fact), ..finding.clone() }
    });
    found.collect()
}

/// The channels that handlers receive from, and those that they send on by what they give back.
pub(super) fn channels(input: &Input<'_>, model: &Model) -> Vec<Finding> {
    let all = handlers(input, model);
    let invoked = invoked(input);
    let messages: BTreeSet<&str> = all.iter().map(|(_, one)| one.message.as_str()).collect();
    let mut found = Vec::new();
    for (finding, one) in &all {
        let handler = format!("{}.{}", one.class, one.method);
        let end = |direction: Direction, message: &str| Finding {
            fact: Fact::Channel(Channel {
                direction,
                name: Value::Text(message.to_owned()),
                transport: None,
                client: None,
                handler: handler.clone(),
                payload: Some(message.to_owned()),
            }),
            ..(*finding).clone()
        };
        if !invoked.contains(one.message.as_str()) {
            found.push(end(Direction::Subscribe, &one.message));
        }
        let sent = given_back(&one.returns);
        found.extend(sent.iter().filter(|sent| messages.contains(sent.as_str())).map(|sent| end(Direction::Publish, sent)));
    }
    found
}

/// The handlers of applications that are built with such a library.
fn handlers<'a>(input: &Input<'a>, model: &Model) -> Vec<(&'a Finding, &'a NamedHandler)> {
    let uses = |folder: &_| input.projects().at(folder).is_some_and(|project| LIBRARIES.iter().any(|name| project.uses(name)));
    let built = input.projects().deployed(model).into_iter();
    let built: BTreeSet<String> =
        built.filter(|(_, folder)| input.projects().closure(folder).iter().any(uses)).map(|(key, _)| key).collect();
    if built.is_empty() {
        return Vec::new();
    }
    let named = input.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::NamedHandler(handler) => Some((finding, handler)),
        _ => None,
    });
    let runs = |(finding, handler): &(&Finding, &NamedHandler)| {
        let class = (finding.at.path.clone(), handler.class.clone());
        input.containers_of(model, &class).iter().any(|container| built.contains(container))
    };
    named.filter(runs).collect()
}

/// The messages that code hands over and waits for.
fn invoked<'a>(input: &Input<'a>) -> BTreeSet<&'a str> {
    let asked = input.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::Channel(one) if one.direction == Direction::Request && one.transport.as_deref() == Some(super::messaging::IN_PROCESS) => {
            one.payload.as_deref()
        }
        _ => None,
    });
    asked.collect()
}

fn kind_of(message: &str) -> CqrsKind {
    let asks = ["Get", "List", "Find", "Search"].iter().any(|start| message.starts_with(start)) || message.contains("Query");
    if asks && !message.ends_with("Command") { CqrsKind::Query } else { CqrsKind::Command }
}

/// The types in what a method gives back: `A` and `B` of `Task<(A, B)>`.
fn given_back(returns: &str) -> Vec<String> {
    let inner = ["Task<", "ValueTask<", "IEnumerable<", "IAsyncEnumerable<"]
        .iter()
        .fold(returns.trim(), |at, start| at.strip_prefix(start).and_then(|rest| rest.strip_suffix('>')).unwrap_or(at));
    let inner = inner.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(inner);
    let parts = inner.split(',').map(|part| part.split_whitespace().next().unwrap_or_default().trim_end_matches('?'));
    let named = parts.filter(|part| part.starts_with(char::is_uppercase) && !part.contains('<') && !matches!(*part, "Task" | "ValueTask"));
    named.map(|part| last_part(part).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::given_back;

    #[test]
    fn what_a_handler_gives_back_is_taken_apart() {
        assert_eq!(given_back("Task<(OrderPlaced, StockReserved?)>"), ["OrderPlaced", "StockReserved"]);
        assert_eq!(given_back("Ordering.OrderPlaced"), ["OrderPlaced"]);
        assert!(given_back("Task").is_empty() && given_back("void").is_empty());
    }
}
