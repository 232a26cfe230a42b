//! What a call of a client of messages says: whether it sends, asks or listens, on which channels, and what it sends.
//! Knows the clients of each library by kind; which one a call is made on was found before.

use tree_sitter::Node;

use super::clients::{Client, ClientKind};
use super::values::{self, text_of};
use crate::finding::{Direction, Value};

/// What a method of a client does, and on which channels.
pub(super) fn sent(kind: &ClientKind, method: &str, arguments: &[Value]) -> Option<(Direction, Vec<Value>)> {
    use Direction::{Publish, Request, Subscribe};
    let first = || arguments.first().cloned().into_iter().collect::<Vec<_>>();
    let routed = || arguments.get(1).filter(|key| key.as_text() != Some("")).or(arguments.first()).cloned().into_iter().collect();
    Some(match (kind, method) {
        (ClientKind::Nest, "emit") | (ClientKind::Nats, "publish") => (Publish, first()),
        (ClientKind::Nest, "send") | (ClientKind::Nats, "request" | "requestMany") => (Request, first()),
        (ClientKind::Nats, "subscribe") => (Subscribe, first()),
        (ClientKind::Emitter, "emit" | "emitAsync") => (Publish, first()),
        (ClientKind::KafkaProducer, "send") => (Publish, field(arguments.first()?, "topic")),
        (ClientKind::KafkaProducer, "sendBatch") => {
            let batch = arguments.first()?.get("topicMessages")?;
            (Publish, batch.items().iter().flat_map(|item| field(item, "topic")).collect())
        }
        (ClientKind::KafkaConsumer, "subscribe") => {
            let options = arguments.first()?;
            (Subscribe, options.get("topics").map_or_else(|| field(options, "topic"), |topics| topics.items().to_vec()))
        }
        (ClientKind::AmqpChannel, "sendToQueue") => (Publish, first()),
        (ClientKind::AmqpChannel | ClientKind::RabbitConnection, "publish") => (Publish, routed()),
        (ClientKind::AmqpChannel, "consume") => (Subscribe, first()),
        (ClientKind::RabbitConnection, "request") => (Request, field(arguments.first()?, "routingKey")),
        (ClientKind::Queue(name), "add" | "addBulk") => (Publish, vec![name.clone()]),
        (ClientKind::Redis, "publish" | "xadd" | "xAdd") => (Publish, first()),
        (ClientKind::Redis, "xread" | "xreadgroup" | "xRead" | "xReadGroup") => (Subscribe, streams(arguments)),
        (ClientKind::Redis, "subscribe" | "psubscribe" | "pSubscribe") => (
            Subscribe,
            arguments.iter().filter(|value| matches!(value, Value::Text(_) | Value::Name(_) | Value::Concat(_))).cloned().collect(),
        ),
        _ => return None,
    })
}

/// The streams of `xread('BLOCK', 0, 'STREAMS', 'orders', '$')`, `xReadGroup(group, consumer, [{ key: 'orders', id: '>' }])`.
fn streams(arguments: &[Value]) -> Vec<Value> {
    let is_word = |value: &Value| value.as_text().is_some_and(|text| text.eq_ignore_ascii_case("streams"));
    if let Some(at) = arguments.iter().position(is_word) {
        // As many keys as places to read from follow.
        let rest = arguments.get(at + 1..).unwrap_or_default();
        return rest.iter().take(rest.len() / 2).cloned().collect();
    }
    arguments.iter().flat_map(Value::items).filter_map(|one| one.get("key").cloned()).collect()
}

/// Whether a call has to do with a queue that the broker named: `consume(q.queue, f)`, `bindQueue(q.queue, exchange, '')`.
pub(super) fn reads_own_queue(client: &Client, call: Node<'_>, text: &str) -> bool {
    let first = call.child_by_field_name("arguments").and_then(|list| values::children(list).first().copied());
    client.kind == ClientKind::AmqpChannel && first.is_some_and(|first| text_of(first, text).ends_with(".queue"))
}

/// What a queue that only its reader knows is bound to: the routing key, or the exchange where all of it is read.
pub(super) fn bound(method: &str, arguments: &[Value]) -> Option<(Direction, Vec<Value>)> {
    let [_, exchange, key, ..] = arguments else { return None };
    let name = if key.as_text() == Some("") { exchange } else { key };
    (method == "bindQueue").then(|| (Direction::Subscribe, vec![name.clone()]))
}

/// The entry of an object; of a name that stands for the object its member.
fn field(options: &Value, key: &str) -> Vec<Value> {
    match options {
        Value::Name(name) => vec![Value::Name(format!("{name}.{key}"))],
        other => other.get(key).cloned().into_iter().collect(),
    }
}

/// The class of a message that is made in the call.
pub(super) fn payload(kind: &ClientKind, arguments: &[Value]) -> Option<String> {
    let at = match kind {
        ClientKind::AmqpChannel | ClientKind::RabbitConnection => 2,
        _ => 1,
    };
    match arguments.get(at)? {
        Value::Call(name, _) if name.chars().next().is_some_and(char::is_uppercase) && !name.contains('.') => Some(name.clone()),
        _ => None,
    }
}
