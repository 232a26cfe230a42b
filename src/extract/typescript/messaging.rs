//! Messages that code sends and receives: Nest clients, NATS, KafkaJS, AMQP, Bull and BullMQ queues, Redis, in-process events.
//! A call counts only when what it is called on is proven to be a client; a wrapper's calls are left to the linker.

use tree_sitter::Node;

use super::class_cx::ClassCx;
use super::clients::{self, Client};
use super::decorators;
use super::imports::Origins;
use super::values::{self, text_of, unwrapped};
use super::{classes, jetstream, scope, sendings};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Channel, Direction, Fact, Relay, RelayCall, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/messaging", text: include_str!("../../../queries/typescript/messaging.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.messaging",
    about: "messages sent and received: Nest clients, NATS, KafkaJS, AMQP, Bull, BullMQ, Redis, in-process events",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &[
        "@nestjs/microservices",
        "@nestjs/event-emitter",
        "@nestjs/bull",
        "@ssut/nestjs-sqs",
        "eventemitter2",
        "'nats'",
        "\"nats\"",
        "@nats-io/",
        "kafkajs",
        "amqplib",
        "amqp-connection-manager",
        "assertExchange(",
        "assertQueue(",
        "bullmq",
        "'bull'",
        "\"bull\"",
        "ioredis",
        "'redis'",
        "\"redis\"",
        "@golevelup/",
    ],
    // The callers of a wrapper carry no marker of a message library.
    when: When::MarkedOrParsed,
    queries: &[&QUERY],
    extract,
};

/// How the names of methods that send or receive begin.
const HEADS: &[&str] = &[
    "emit",
    "send",
    "publish",
    "produce",
    "request",
    "dispatch",
    "enqueue",
    "queue",
    "add",
    "subscribe",
    "psubscribe",
    "consume",
    "bindQueue",
    "xadd",
    "xAdd",
    "xread",
    "xRead",
];

/// What stands in the names of methods of wrappers.
const PARTS: &[&str] = &["nats", "Nats", "kafka", "Kafka", "rabbit", "Rabbit", "amqp", "Amqp", "rpc", "Rpc", "Message", "Event"];

/// A call with more arguments than this passes no pattern behind them.
const ARGUMENTS: usize = 4;
/// A command of Redis is written with so many words.
const WORDS: usize = 16;

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    let calls = cx.matches(&QUERY).into_iter().filter_map(|found| found.node("call"));
    jetstream::emit(cx, &origins, calls, sink);
    for found in cx.matches(&QUERY) {
        if let Some(class) = found.node("class") {
            emit_handlers(&ClassCx::of(cx, &origins, class), sink);
        } else if let Some(call) = found.node("call") {
            emit_call(cx, &origins, call, sink);
        }
    }
}

/// Methods that a decorator subscribes: `@OnEvent`, `@RabbitSubscribe`, `@RabbitRPC`, `@SqsMessageHandler`.
fn emit_handlers(class: &ClassCx<'_, '_>, sink: &mut Sink<'_>) {
    let text = class.cx.text;
    for method in classes::methods(class.node) {
        for found in decorators::of_member(method, text) {
            let (transport, names) = match class.original_name(&found) {
                "OnEvent" => ("EventEmitter", found.first().map(|value| value.items().to_vec()).unwrap_or_default()),
                "RabbitSubscribe" | "RabbitRPC" => ("RabbitMQ", found.first().map(rabbit_names).unwrap_or_default()),
                "SqsMessageHandler" => ("SQS", found.first().cloned().into_iter().collect()),
                _ => continue,
            };
            let payload = classes::parameters(classes::function_of(method)).first().and_then(|one| classes::type_of(*one, text));
            for name in names {
                let channel = Channel {
                    direction: Direction::Subscribe,
                    name,
                    transport: Some(transport.to_owned()),
                    client: None,
                    handler: format!("{}.{}", class.name, classes::member_name(method, text)),
                    payload: payload.clone(),
                };
                sink.fact(class.line(found.node), Fact::Channel(channel));
            }
        }
    }
}

/// The routing keys of a subscription; of one that states none the queue.
fn rabbit_names(options: &Value) -> Vec<Value> {
    let stated = options.get("routingKey").or_else(|| options.get("queue")).or_else(|| options.get("exchange"));
    stated.map(|value| value.items().to_vec()).unwrap_or_default()
}

/// Whether a method's name is one of those that send or receive.
fn may_be_message(method: &str) -> bool {
    HEADS.iter().any(|head| method.starts_with(head)) || PARTS.iter().any(|part| method.contains(part))
}

fn emit_call(cx: &FileCx<'_>, origins: &Origins, call: Node<'_>, sink: &mut Sink<'_>) {
    let Some(function) = call.child_by_field_name("function").map(unwrapped) else { return };
    let (Some(receiver), Some(method)) = (function.child_by_field_name("object"), function.child_by_field_name("property")) else { return };
    let method = text_of(method, cx.text);
    if !may_be_message(method) {
        return;
    }
    let line = cx.line(call.start_byte());
    match clients::client_of(receiver, origins, cx.text) {
        Some(client) => emit_message(cx, &client, (method, call), sink),
        None => {
            if let Some(fact) = relay_call(cx, origins, call, (receiver, method)) {
                sink.fact(line, Fact::RelayCall(fact));
            }
        }
    }
}

fn emit_message(cx: &FileCx<'_>, client: &Client, (method, call): (&str, Node<'_>), sink: &mut Sink<'_>) {
    let arguments: Vec<Value> =
        values::arguments(call, cx.text).into_iter().take(WORDS).map(|value| scope::resolved(value, call, cx.text)).collect();
    let sent = if sendings::reads_own_queue(client, call, cx.text) {
        sendings::bound(method, &arguments)
    } else {
        sendings::sent(&client.kind, method, &arguments)
    };
    let Some((direction, names)) = sent else { return };
    let place = classes::place(call, cx.text);
    let handler = if place.0.is_empty() { place.1.clone() } else { format!("{}.{}", place.0, place.1) };
    for name in names {
        let channel = Channel {
            direction,
            name,
            transport: client.transport.clone(),
            client: client.token.clone(),
            handler: handler.clone(),
            payload: sendings::payload(&client.kind, &arguments),
        };
        let line = cx.line(call.start_byte());
        match relay(call, &place, &channel, cx.text) {
            Some(parameters) => {
                let (class, method) = place.clone();
                sink.fact(line, Fact::Relay(Relay { class, method, parameters, channel }));
            }
            None => sink.fact(line, Fact::Channel(channel)),
        }
    }
}

/// The parameters of the method around a call, when the channel is one of them.
fn relay(call: Node<'_>, place: &(String, String), channel: &Channel, text: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    channel.name.names(&mut names);
    let parameters = parameters_around(call, text);
    let given = names.iter().any(|name| name.split('.').next().is_some_and(|root| parameters.iter().any(|one| one == root)));
    (given && !place.0.is_empty()).then_some(parameters)
}

/// The names of the parameters of the method that a node stands in.
fn parameters_around(node: Node<'_>, text: &str) -> Vec<String> {
    let mut at = node.parent();
    while let Some(node) = at {
        if matches!(node.kind(), "method_definition" | "public_field_definition") {
            let parameters = classes::parameters(classes::function_of(node)).into_iter();
            return parameters.map(|one| classes::parameter_name(one, text).unwrap_or_default().to_owned()).collect();
        }
        at = node.parent();
    }
    Vec::new()
}

/// A call on a member whose class stands in this repository, or on a method of the class itself or of its bases.
fn relay_call(cx: &FileCx<'_>, origins: &Origins, call: Node<'_>, (receiver, method): (Node<'_>, &str)) -> Option<RelayCall> {
    let (own, place) = classes::place(call, cx.text);
    let class = if receiver.kind() == "this" { own.clone() } else { clients::class_of_member(receiver, cx.text)? };
    let is_here = |class: &str| match origins.module(class) {
        Some(module) => module.starts_with('.') || cx.map().resolve_module(&cx.file.path, module).is_some(),
        None => class == own && !own.is_empty(),
    };
    if !is_here(&class) {
        return None;
    }
    let arguments: Vec<Value> =
        values::arguments(call, cx.text).into_iter().take(ARGUMENTS).map(|value| scope::resolved(value, call, cx.text)).collect();
    let parameters = parameters_around(call, cx.text);
    (!arguments.is_empty()).then(|| RelayCall {
        class,
        method: method.to_owned(),
        arguments,
        parameters,
        handler: format!("{own}.{place}"),
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    fn messages(text: &str) -> String {
        facts("typescript.messaging", "a.ts", text)
    }

    #[test]
    fn nest_clients() {
        let text = "
            import { ClientProxy, ClientKafka, ClientProxyFactory, Client } from '@nestjs/microservices';
            import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
            @Injectable() export class S {
                @Inject(TOKEN) private readonly field: ClientProxy;
                @Client({ transport: Transport.NATS }) nats: ClientProxy;
                private made = ClientProxyFactory.create({ transport: Transport.RMQ });
                constructor(@Inject('A') private a: ClientProxy, private readonly kafka: ClientKafka, private events: EventEmitter2, private http: HttpService, private res) {}
                one() { this.a.emit('user.created', new UserCreated(1)); return this.a.send<X>({ cmd: 'get' }, {}).pipe(map(x => x)); }
                async two() { const pattern = { cmd: `sum` }; await lastValueFrom(this.field.send(pattern, 1)); await this.kafka.emit<void>(Topics.X, x); }
                three() { this.nats.emit('n', 1); this.made.send('m', 1); this.events.emit('in.process', new E()); this.events.emitAsync(Ev.Y); }
                four() { this.http.send('no'); this.res.send('no'); server.emit('no'); this.a.connect(); }
                @OnEvent('in.process', { async: true }) on(e: E) {}
                relay(topic: string, data: any) { this.a.emit(topic, data); }
                cmd(cmd: string) { const pattern = { cmd }; return this.a.send(pattern, 1); }
            }
            function f(client: Pick<ClientProxy, 'send'>) { client.send('f', 1); }
        ";
        assert_eq!(
            messages(text),
            "9 Publish 'user.created' over ? through 'A' in S.one <- UserCreated
9 Request {cmd: 'get'} over ? through 'A' in S.one
10 Request {cmd: 'sum'} over ? through TOKEN in S.two
10 Publish Topics.X over Kafka in S.two
11 Publish 'n' over NATS in S.three
11 Request 'm' over RabbitMQ in S.three
11 Publish 'in.process' over EventEmitter in S.three <- E
11 Publish Ev.Y over EventEmitter in S.three
13 Subscribe 'in.process' over EventEmitter in S.on <- E
14 relay S.relay(topic, data): Publish topic over ? through 'A' in S.relay
15 relay S.cmd(cmd): Request {cmd: cmd} over ? through 'A' in S.cmd
17 Request 'f' over ? in f"
        );
    }

    #[test]
    fn raw_clients() {
        let text = "
            import { connect, NatsConnection } from 'nats';
            import { Kafka, Producer } from 'kafkajs';
            import * as amqp from 'amqplib';
            import { Queue } from 'bullmq';
            import { InjectQueue } from '@nestjs/bull';
            import Redis from 'ioredis';
            import { AmqpConnection, RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
            const queue = new Queue('mail', {});
            const redis = new Redis(url);
            async function main() {
                const nc = await connect({ servers });
                nc.publish('a', x); nc.request('b'); nc.subscribe('c.*'); nc.jetstream().publish('js');
                const kafka = new Kafka({}); const producer = kafka.producer(); const consumer = kafka.consumer({ groupId: 'g' });
                await producer.send({ topic: 't1', messages: [] }); await consumer.subscribe({ topics: ['t2', T.three] });
                const channel = await (await amqp.connect(url)).createChannel();
                channel.sendToQueue('q1', b); channel.publish('ex', 'key', b); channel.publish('fanout', '', b); channel.consume(Q, f);
                queue.add('welcome', {}); redis.publish('chan', 'x'); redis.subscribe('s1', 's2', () => {});
                redis.xadd('orders', '*', 'id', 1); redis.xreadgroup('GROUP', 'mail', 'a', 'STREAMS', 'orders', STREAMS.bills, '>', '>');
            }
            class P {
                constructor(@InjectQueue(QUEUES.images) private images: Queue, private readonly amqp: AmqpConnection, private p: Producer) {}
                async run(record: ProducerRecord) { await this.images.add({ id: 1 }); this.amqp.publish('ex', Key.MAIL, new Mail()); this.p.send(record); }
                @RabbitSubscribe({ exchange: 'ex', routingKey: ['k1', K.two], queue: 'q' }) handle(m: Mail) {}
            }
            set.add('x'); app.send('y'); stream.publish();
        ";
        assert_eq!(
            messages(text),
            "13 Publish 'a' over NATS in main
13 Request 'b' over NATS in main
13 Subscribe 'c.*' over NATS in main
13 Publish 'js' over NATS in main
15 Publish 't1' over Kafka in main
15 Subscribe 't2' over Kafka in main
15 Subscribe T.three over Kafka in main
17 Publish 'q1' over RabbitMQ in main
17 Publish 'key' over RabbitMQ in main
17 Publish 'fanout' over RabbitMQ in main
17 Subscribe Q over RabbitMQ in main
18 Publish 'mail' over BullMQ in main
18 Publish 'chan' over Redis in main
18 Subscribe 's1' over Redis in main
18 Subscribe 's2' over Redis in main
19 Publish 'orders' over Redis in main
19 Subscribe 'orders' over Redis in main
19 Subscribe STREAMS.bills over Redis in main
23 Publish QUEUES.images over Bull in P.run
23 Publish Key.MAIL over RabbitMQ in P.run <- Mail
23 relay P.run(record): Publish record.topic over Kafka in P.run
24 Subscribe 'k1' over RabbitMQ in P.handle <- Mail
24 Subscribe K.two over RabbitMQ in P.handle <- Mail"
        );
    }

    #[test]
    fn calls_of_wrappers() {
        let text = "
            import { Nats } from './nats';
            import { Foreign } from 'elsewhere';
            class Own extends Base {
                constructor(private nats: Nats, private foreign: Foreign) { super(); }
                run() { this.nats.sendMessage(this.proxy, 'get', {}); this.foreign.send('no'); this.sendIt({ cmd: 'x' }, 1); const p = { cmd: 'y' }; this.natsCall(p, 2); }
            }
        ";
        assert_eq!(
            messages(text),
            "6 maybe Nats.sendMessage(this.proxy, 'get', {}) in Own.run
6 maybe Own.sendIt({cmd: 'x'}, 1) in Own.run
6 maybe Own.natsCall({cmd: 'y'}, 2) in Own.run"
        );
    }
}
