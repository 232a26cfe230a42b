//! Messages of .NET that are sent by name: clients of Kafka and RabbitMQ, subjects of CAP.
//! A topic or queue that the code around a call does not name is left out: it is that of a wrapper, whose callers name it.

use tree_sitter::Node;

use super::attributes;
use super::nodes::{children, dotted, enclosing_type, field, is_dead, text_of};
use super::sends;
use super::values;
use crate::extract::{FileCx, Sink};
use crate::finding::{Channel, Direction, Fact, Value};

/// `[CapSubscribe("orders.created")]`
pub(super) fn marked(attribute: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if field(attribute, "name", cx.text) != Some("CapSubscribe") {
        return;
    }
    let method = attribute.parent().and_then(|list| list.parent()).filter(|one| one.kind() == "method_declaration");
    let Some(method) = method.filter(|method| !is_dead(*method)) else { return };
    let name = field(method, "name", cx.text).unwrap_or_default();
    let class = enclosing_type(method).and_then(|class| field(class, "name", cx.text)).unwrap_or_default();
    let line = cx.line(attribute.start_byte());
    let topic = attributes::read(attribute, cx.text).arguments.into_iter().next().filter(is_named);
    if let Some(topic) = topic {
        sink.fact(line, Fact::Channel(channel(Direction::Subscribe, &topic, None, format!("{class}.{name}"))));
    }
}

/// `producer.ProduceAsync("orders", ...)`, `consumer.Subscribe("orders")`, `channel.BasicPublish("", "mail", ...)`, `cap.PublishAsync("x", ...)`
pub(super) fn called(called: Node<'_>, call: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let name = text_of(called, cx.text);
    let Some((direction, transport, topic)) = what(name, call, cx.text) else { return };
    if is_dead(call) {
        return;
    }
    let (_, handler) = sends::place(call, cx.text);
    for topic in topic.items().iter().filter(|topic| is_named(topic)) {
        sink.fact(cx.line(call.start_byte()), Fact::Channel(channel(direction, topic, transport, handler.clone())));
    }
}

/// What a call sends or receives, over what, and the value that names it.
fn what(name: &str, call: Node<'_>, text: &str) -> Option<(Direction, Option<&'static str>, Value)> {
    let given = |key: &str, place: usize| argument(call, key, place, text);
    match name {
        "BasicPublish" | "BasicPublishAsync" => {
            let key = given("routingKey", 1).filter(|key| key.as_text() != Some("")).or_else(|| given("exchange", 0))?;
            Some((Direction::Publish, Some("RabbitMQ"), key))
        }
        "BasicConsume" | "BasicConsumeAsync" => Some((Direction::Subscribe, Some("RabbitMQ"), given("queue", 0)?)),
        "Produce" | "ProduceAsync" if receiver_is(call, "IProducer<", text) => {
            Some((Direction::Publish, Some("Kafka"), given("topic", 0)?))
        }
        "Subscribe" if receiver_is(call, "IConsumer<", text) => Some((Direction::Subscribe, Some("Kafka"), given("topic", 0)?)),
        "Publish" | "PublishAsync" if receiver_is(call, "ICapPublisher", text) => Some((Direction::Publish, None, given("name", 0)?)),
        // A row of an outbox names the topic that a relay will send it to.
        "Enqueue" | "EnqueueAsync" if receiver_is(call, "Outbox", text) => Some((Direction::Publish, None, given("topic", 0)?)),
        _ => None,
    }
}

/// The argument of a name, or the one at a place.
fn argument(call: Node<'_>, key: &str, place: usize, text: &str) -> Option<Value> {
    let list = call.child_by_field_name("arguments").map(children)?;
    let named = list.iter().find(|one| field(**one, "name", text) == Some(key));
    let found = named.or_else(|| list.get(place).filter(|one| one.child_by_field_name("name").is_none()))?;
    Some(values::read(children(*found).last().copied()?, text))
}

/// Whether the object of a call is of a type: by a parameter, a member, or a variable that is built.
fn receiver_is(call: Node<'_>, kind: &str, text: &str) -> bool {
    let receiver = call.child_by_field_name("function").and_then(|one| one.child_by_field_name("expression"));
    let Some(name) = receiver.and_then(|one| dotted(one, text)) else { return false };
    let mut at = call;
    while let Some(parent) = at.parent() {
        if matches!(parent.kind(), "method_declaration" | "constructor_declaration" | "local_function_statement") {
            let typed = sends::type_of(&name, parent, text).is_some_and(|found| found.contains(kind));
            return typed || built(parent, &name, kind, text);
        }
        if parent.kind() == "compilation_unit" {
            return built(parent, &name, kind, text);
        }
        at = parent;
    }
    false
}

/// `var consumer = new ConsumerBuilder<string, string>(config).Build()`
fn built(scope: Node<'_>, name: &str, kind: &str, text: &str) -> bool {
    let builder = match kind {
        "IConsumer<" => "new ConsumerBuilder<",
        "IProducer<" => "new ProducerBuilder<",
        _ => return false,
    };
    text_of(scope, text).contains(&format!("{name} = {builder}"))
}

/// A text, or a constant of a class: what a parameter or variable holds only the callers know.
fn is_named(value: &Value) -> bool {
    match value {
        Value::Text(text) => !text.is_empty(),
        Value::Name(name) => name.contains('.') && name.starts_with(char::is_uppercase),
        Value::Environment(..) => true,
        _ => false,
    }
}

fn channel(direction: Direction, name: &Value, transport: Option<&str>, handler: String) -> Channel {
    Channel { direction, name: name.clone(), transport: transport.map(str::to_owned), client: None, handler, payload: None }
}
