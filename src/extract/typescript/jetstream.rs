//! Consumers of NATS JetStream: which subjects they read, by their own filter or by the stream that the same file sets up.
//! A consumer of a stream that is set up elsewhere reads subjects that this file does not know; that is said, not guessed.

use tree_sitter::Node;

use super::imports::Origins;
use super::values::{self, text_of};
use super::{classes, scope};
use crate::extract::{FileCx, Sink};
use crate::finding::{Channel, Direction, Fact, Value};

/// The packages of JetStream.
const PACKAGES: &[&str] = &["nats", "@nats-io/jetstream", "@nats-io/transport-node", "@nats-io/nats-core", "nats.ws"];

/// A stream or consumer call.
struct Call<'t> {
    node: Node<'t>,
    /// `streams.add`, `consumers.get`.
    method: String,
    arguments: Vec<Value>,
}

/// Emits a subscription for each subject that the consumers of a file read.
pub(super) fn emit<'t>(cx: &FileCx<'_>, origins: &Origins, calls: impl Iterator<Item = Node<'t>>, sink: &mut Sink<'_>) {
    if !origins.any_from(PACKAGES) {
        return;
    }
    let calls: Vec<Call<'_>> = calls.filter_map(|call| read(call, cx.text)).collect();
    let streams: Vec<&Value> = calls
        .iter()
        .filter(|call| matches!(call.method.as_str(), "streams.add" | "streams.update"))
        .filter_map(|call| call.arguments.iter().find(|value| value.get("subjects").is_some()))
        .collect();
    // What is read counts, not how the consumer is set up; a file that only sets one up hands it to a reader.
    let reads = |method: &str| calls.iter().filter(|call| call.method == method).collect::<Vec<_>>();
    let (got, added) = (reads("consumers.get"), reads("consumers.add"));
    let consumers = if got.is_empty() { added.clone() } else { got };
    let mut known: Vec<Value> = Vec::new();
    for consumer in consumers {
        for name in subjects(consumer, &added, &streams) {
            if known.contains(&name) {
                continue;
            }
            let (class, function) = classes::place(consumer.node, cx.text);
            let channel = Channel {
                direction: Direction::Subscribe,
                name: name.clone(),
                transport: Some("NATS".to_owned()),
                client: None,
                handler: if class.is_empty() { function } else { format!("{class}.{function}") },
                payload: None,
            };
            sink.fact(cx.line(consumer.node.start_byte()), Fact::Channel(channel));
            known.push(name);
        }
    }
}

fn read<'t>(node: Node<'t>, text: &str) -> Option<Call<'t>> {
    let function = node.child_by_field_name("function")?;
    let part = text_of(function.child_by_field_name("object")?.child_by_field_name("property")?, text);
    if !matches!(part, "streams" | "consumers") {
        return None;
    }
    let method = format!("{part}.{}", text_of(function.child_by_field_name("property")?, text));
    let arguments = values::arguments(node, text).into_iter().map(|value| scope::resolved(value, node, text)).collect();
    Some(Call { node, method, arguments })
}

/// The subjects of a consumer: its filter, else those of its stream; one that is not known where neither stands in the file.
fn subjects(consumer: &Call<'_>, added: &[&Call<'_>], streams: &[&Value]) -> Vec<Value> {
    let Some(stream) = consumer.arguments.first() else { return Vec::new() };
    let same = |call: &&&Call<'_>| call.arguments.first() == Some(stream);
    let filters = added.iter().filter(same).filter_map(|call| call.arguments.get(1));
    let filtered: Vec<Value> = filters
        .flat_map(|options| ["filter_subjects", "filter_subject"].into_iter().filter_map(|key| options.get(key)))
        .flat_map(|value| value.items().to_vec())
        .collect();
    if !filtered.is_empty() {
        return filtered;
    }
    let own = streams.iter().filter(|config| config.get("name") == Some(stream));
    let named: Vec<Value> = own.filter_map(|config| config.get("subjects")).flat_map(|value| value.items().to_vec()).collect();
    if named.is_empty() { vec![Value::Opaque("subjects of a stream".to_owned())] } else { named }
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    fn messages(text: &str) -> String {
        facts("typescript.messaging", "a.ts", text)
    }

    #[test]
    fn consumers_of_streams() {
        let text = "
            import { connect, JetStreamManager } from 'nats';
            class Reader {
                private jsm: JetStreamManager;
                async setup() {
                    const config = { name: STREAMS.ORDERS, subjects: [Topics.placed, 'orders.paid'] };
                    await this.jsm.streams.add(config);
                    await this.jsm.consumers.add(STREAMS.ORDERS, { durable_name: 'd' });
                }
                async read() {
                    const consumer = await this.nc.jetstream().consumers.get(STREAMS.ORDERS, 'd');
                }
                async other() { const consumer = await js.consumers.get('elsewhere', 'd'); }
            }
        ";
        assert_eq!(
            messages(text),
            "11 Subscribe Topics.placed over NATS in Reader.read
11 Subscribe 'orders.paid' over NATS in Reader.read
13 Subscribe <subjects of a stream> over NATS in Reader.other"
        );
        let filtered = "
            import { AckPolicy } from '@nats-io/jetstream';
            async function run(jsm) { await jsm.consumers.add('S', { filter_subjects: ['a.*', 'b'] }); }
        ";
        assert_eq!(messages(filtered), "3 Subscribe 'a.*' over NATS in run\n3 Subscribe 'b' over NATS in run");
        assert_eq!(messages("import x from 'nats-like'; pool.consumers.add('S', { filter_subject: 'a' });"), "");
    }
}
