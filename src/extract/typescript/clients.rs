//! Which names of a file stand for message clients: by the type, the injected token, or the expression that made them.
//! A name that is not proven to be a client is none, however it is called.

use tree_sitter::Node;

use super::decorators::{self, Found};
use super::imports::Origins;
use super::values::{self, callee, children, unwrapped};
use super::{classes, scope};
use crate::finding::Value;

/// What kind of client a name stands for: the methods that send and receive differ.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ClientKind {
    /// A client of `@nestjs/microservices`.
    Nest,
    /// `EventEmitter2`: events stay in the process.
    Emitter,
    /// A NATS connection or JetStream client.
    Nats,
    /// A KafkaJS producer.
    KafkaProducer,
    /// A KafkaJS consumer.
    KafkaConsumer,
    /// An AMQP channel.
    AmqpChannel,
    /// The connection of `@golevelup/nestjs-rabbitmq`.
    RabbitConnection,
    /// A Bull or BullMQ queue of this name.
    Queue(Value),
    /// An ioredis or redis client.
    Redis,
}

/// A client.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Client {
    pub(super) kind: ClientKind,
    /// What it sends over, where the code states it.
    pub(super) transport: Option<String>,
    /// The injection token.
    pub(super) token: Option<Value>,
}

/// A field or constructor parameter of a class.
struct Member<'t> {
    kind: Option<String>,
    decorators: Vec<Found<'t>>,
    value: Option<Node<'t>>,
}

/// The types of clients: package, name, kind.
#[expect(clippy::type_complexity, reason = "a table of plain columns")]
const TYPES: &[(&[&str], &[&str], ClientKind, Option<&str>)] = &[
    (&["@nestjs/microservices"], &["ClientProxy", "Client"], ClientKind::Nest, None),
    (&["@nestjs/microservices"], &["ClientKafka", "ClientKafkaProxy"], ClientKind::Nest, Some("Kafka")),
    (&["@nestjs/microservices"], &["ClientNats"], ClientKind::Nest, Some("NATS")),
    (&["@nestjs/microservices"], &["ClientRMQ"], ClientKind::Nest, Some("RabbitMQ")),
    (&["@nestjs/microservices"], &["ClientRedis"], ClientKind::Nest, Some("Redis")),
    (&["@nestjs/microservices"], &["ClientTCP"], ClientKind::Nest, Some("TCP")),
    (&["@nestjs/microservices"], &["ClientMqtt"], ClientKind::Nest, Some("MQTT")),
    (&["@nestjs/event-emitter", "eventemitter2"], &["EventEmitter2"], ClientKind::Emitter, Some("EventEmitter")),
    (&["nats", "@nats-io/transport-node", "@nats-io/nats-core"], &["NatsConnection"], ClientKind::Nats, Some("NATS")),
    (&["nats", "@nats-io/jetstream"], &["JetStreamClient"], ClientKind::Nats, Some("NATS")),
    (&["kafkajs", "@confluentinc/kafka-javascript"], &["Producer"], ClientKind::KafkaProducer, Some("Kafka")),
    (&["kafkajs", "@confluentinc/kafka-javascript"], &["Consumer"], ClientKind::KafkaConsumer, Some("Kafka")),
    (&["amqplib", "amqp-connection-manager"], &["Channel", "ConfirmChannel", "ChannelWrapper"], ClientKind::AmqpChannel, Some("RabbitMQ")),
    (&["@golevelup/nestjs-rabbitmq"], &["AmqpConnection"], ClientKind::RabbitConnection, Some("RabbitMQ")),
    (&["ioredis", "redis"], &["Redis", "Cluster", "RedisClientType", "default"], ClientKind::Redis, Some("Redis")),
];

/// The client that the receiver of a call is, if it is proven to be one.
pub(super) fn client_of(receiver: Node<'_>, origins: &Origins, text: &str) -> Option<Client> {
    let receiver = unwrapped(receiver);
    if matches!(receiver.kind(), "call_expression" | "new_expression") {
        return made(receiver, origins, text);
    }
    let name = values::dotted(receiver, text)?;
    match name.strip_prefix("this.") {
        Some(member) => of_member(member, receiver, origins, text),
        None => of_variable(&name, receiver, origins, text),
    }
}

/// The class that a member of the surrounding class has as its type, when it is no client itself.
pub(super) fn class_of_member(receiver: Node<'_>, text: &str) -> Option<String> {
    let name = values::dotted(unwrapped(receiver), text)?;
    let member = member_named(name.strip_prefix("this.")?, receiver, text)?;
    member.kind.map(|kind| without_arguments(&kind).to_owned())
}

fn without_arguments(kind: &str) -> &str {
    kind.split(['<', ' ', '[']).next().unwrap_or(kind)
}

fn of_member(name: &str, at: Node<'_>, origins: &Origins, text: &str) -> Option<Client> {
    let member = member_named(name, at, text)?;
    let token = member.decorators.iter().find(|one| origins.original(&one.decorator.name) == "Inject").and_then(|one| one.first().cloned());
    if let Some(queue) = member.decorators.iter().find(|one| origins.original(&one.decorator.name) == "InjectQueue") {
        let name = queue.first().cloned().unwrap_or_else(|| Value::Text("default".to_owned()));
        return Some(Client { kind: ClientKind::Queue(name), transport: Some(bull(origins, &queue.decorator.name)), token: None });
    }
    let made = member.value.and_then(|value| made(unwrapped(value), origins, text));
    let mut client = made.or_else(|| typed(member.kind.as_deref()?, origins))?;
    let stated = member.decorators.iter().find(|one| origins.original(&one.decorator.name) == "Client").and_then(|one| one.first());
    client.transport = client.transport.or_else(|| stated.and_then(transport));
    client.token = token;
    Some(client)
}

/// `BullMQ` or `Bull`, after the package that a name comes from.
fn bull(origins: &Origins, name: &str) -> String {
    let module = origins.module(name).unwrap_or_default();
    if module.contains("bullmq") { "BullMQ" } else { "Bull" }.to_owned()
}

/// A field or constructor parameter of the class around a node.
fn member_named<'t>(name: &str, at: Node<'t>, text: &str) -> Option<Member<'t>> {
    member_in(classes::around(at)?, name, text)
}

fn member_in<'t>(class: Node<'t>, name: &str, text: &str) -> Option<Member<'t>> {
    for part in children(class.child_by_field_name("body")?) {
        match part.kind() {
            "public_field_definition" if classes::member_name(part, text) == name => {
                let kind = classes::type_of(part, text);
                let value = part.child_by_field_name("value");
                return Some(Member { kind, decorators: decorators::of_member(part, text), value });
            }
            "method_definition" if classes::member_name(part, text) == "constructor" => {
                let named = |one: &Node<'_>| classes::parameter_name(*one, text) == Some(name);
                if let Some(parameter) = classes::parameters(part).into_iter().find(named) {
                    let kind = classes::type_of(parameter, text);
                    let decorators = decorators::of_parameter(parameter, text);
                    return Some(Member { kind, decorators, value: None });
                }
            }
            _ => {}
        }
    }
    None
}

/// A variable: a parameter by its type, a constant by what made it.
fn of_variable(name: &str, at: Node<'_>, origins: &Origins, text: &str) -> Option<Client> {
    let mut around = at.parent();
    while let Some(node) = around {
        if matches!(node.kind(), "function_declaration" | "method_definition" | "arrow_function" | "function_expression") {
            let parameter = classes::parameters(node).into_iter().find(|one| classes::parameter_name(*one, text) == Some(name));
            if let Some(parameter) = parameter {
                return typed(&classes::type_of(parameter, text)?, origins);
            }
        }
        if matches!(node.kind(), "statement_block" | "program")
            && let Some(declarator) = scope::declarator(node, name, text)
        {
            let typed = declarator.child_by_field_name("type").and_then(|_| typed(&classes::type_of(declarator, text)?, origins));
            let made = || made(unwrapped(declarator.child_by_field_name("value")?), origins, text);
            return typed.or_else(made).or_else(|| used_as_channel(name, node, text));
        }
        around = node.parent();
    }
    None
}

/// A variable whose methods only a channel of AMQP has, wherever it was made: a connection of the repository may hand it out.
fn used_as_channel(name: &str, block: Node<'_>, text: &str) -> Option<Client> {
    let block = values::text_of(block, text);
    let asserts = ["assertExchange", "assertQueue"].iter().any(|method| block.contains(&format!("{name}.{method}(")));
    asserts.then(|| Client { kind: ClientKind::AmqpChannel, transport: Some("RabbitMQ".to_owned()), token: None })
}

/// A client by its type, `Pick<ClientProxy, 'send'>` included.
fn typed(kind: &str, origins: &Origins) -> Option<Client> {
    let inner = kind.strip_prefix("Pick<").unwrap_or(kind);
    let name = inner.split(['<', ',', ' ', '>', '[']).next().unwrap_or(inner);
    let module = origins.module(name)?;
    let original = if origins.import(name).is_some_and(|import| import.imported == "default") { "default" } else { origins.original(name) };
    let found = TYPES.iter().find(|(modules, names, ..)| modules.contains(&module) && names.contains(&original))?;
    Some(Client { kind: found.2.clone(), transport: found.3.map(str::to_owned), token: None })
}

/// A client by the call that makes it.
fn made(call: Node<'_>, origins: &Origins, text: &str) -> Option<Client> {
    let field = match call.kind() {
        "new_expression" => "constructor",
        "call_expression" => "function",
        _ => return None,
    };
    let name = callee(call.child_by_field_name(field)?, text);
    let module = origins.module(&name).unwrap_or_default();
    let last = origins.original(&name).rsplit('.').next().unwrap_or_default().to_owned();
    let client = |kind, transport: &str| Some(Client { kind, transport: Some(transport.to_owned()), token: None });
    let first = || values::arguments(call, text).into_iter().next();
    match (field, module, last.as_str()) {
        ("constructor", "bullmq" | "bull", _) if matches!(last.as_str(), "Queue" | "Bull") || module == "bull" => {
            client(ClientKind::Queue(scope::resolved(first()?, call, text)), if module == "bullmq" { "BullMQ" } else { "Bull" })
        }
        ("function", "@nestjs/microservices", "create") => {
            Some(Client { kind: ClientKind::Nest, transport: first().as_ref().and_then(transport), token: None })
        }
        ("function", "nats" | "@nats-io/transport-node", "connect") => client(ClientKind::Nats, "NATS"),
        ("function", "redis", "createClient") | ("constructor", "ioredis", _) => client(ClientKind::Redis, "Redis"),
        ("function", ..) => match last.as_str() {
            "producer" if origins.any_from(&["kafkajs"]) => client(ClientKind::KafkaProducer, "Kafka"),
            "consumer" if origins.any_from(&["kafkajs"]) => client(ClientKind::KafkaConsumer, "Kafka"),
            "createChannel" | "createConfirmChannel" if origins.any_from(&["amqplib", "amqp-connection-manager"]) => {
                client(ClientKind::AmqpChannel, "RabbitMQ")
            }
            "jetstream" if origins.any_from(&["nats", "@nats-io/jetstream"]) => client(ClientKind::Nats, "NATS"),
            _ => None,
        },
        _ => None,
    }
}

/// The transport of `{ transport: Transport.NATS }`.
fn transport(options: &Value) -> Option<String> {
    let Value::Name(name) = options.get("transport")? else { return None };
    let name = match name.strip_prefix("Transport.")? {
        "RMQ" => "RabbitMQ",
        "KAFKA" => "Kafka",
        "REDIS" => "Redis",
        "GRPC" => "gRPC",
        other => other,
    };
    Some(name.to_owned())
}
