//! Messages of .NET: handlers of MediatR, consumers of MassTransit, NServiceBus, Rebus and event buses, handlers that a library finds by
//! their names, hosted services. What is sent stands beside this file.

use tree_sitter::Node;

use super::attributes;
use super::brokers;
use super::doc_comment;
use super::named_handlers;
use super::nodes::{child_of, children, field, is_dead, members, modifiers, simple_name, text_of, type_arguments};
use super::periods;
use super::sends::{self, bare, channel, is_event, is_type_parameter, place};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{CqrsHandler, CqrsKind, Direction, Fact, Job};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "csharp/messages", text: include_str!("../../../queries/csharp/messages.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.messages",
    about: ".NET: handlers of MediatR, consumers and publishers of MassTransit, NServiceBus and event buses, hosted services",
    kinds: &[FileKind::CSharp],
    markers: &[
        "IRequestHandler<",
        "INotificationHandler<",
        "ICommandHandler<",
        "IQueryHandler<",
        "IConsumer<",
        "IHandleMessages<",
        "IAmStartedByMessages<",
        "IAmInitiatedBy<",
        "IMessageHandler<",
        "MassTransitStateMachine<",
        "IntegrationEvent",
        "IPublishEndpoint",
        "ISendEndpoint",
        "IMessageSession",
        "IMessageBus",
        "IMessageContext",
        "IMessageHandlerContext",
        "IEndpointInstance",
        "IRequestClient<",
        "ITopicProducer<",
        "Rebus",
        "Wolverine",
        " Handle(",
        " HandleAsync(",
        " Consume(",
        " ConsumeAsync(",
        "BackgroundService",
        "IHostedService",
        "CapSubscribe(",
        "ICapPublisher",
        "IOutbox",
        "Confluent.Kafka",
        "RabbitMQ.Client",
    ],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for found in cx.matches(&QUERY) {
        if let Some(class) = found.node("class") {
            if let Some(bases) = child_of(class, "base_list") {
                handlers(class, bases, cx, sink);
            }
            named_handlers::read(class, cx, sink);
        } else if let Some(created) = found.node("created").and_then(|made| made.child_by_field_name("type")) {
            let name = text_of(created, cx.text);
            if created.kind() == "identifier" && is_event(name) && !is_dead(created) {
                sends::made(created, name, cx, sink);
            }
        } else if let Some(call) = found.node("call") {
            let Some(function) = call.child_by_field_name("function") else { continue };
            let is_member = function.kind() == "member_access_expression";
            let Some(name) = (if is_member { function.child_by_field_name("name") } else { Some(function) }) else { continue };
            match name.kind() {
                "generic_name" => {
                    subscription(name, cx, sink);
                    sends::called(name, call, cx, sink);
                }
                "identifier" if is_member => {
                    sends::called(name, call, cx, sink);
                    brokers::called(name, call, cx, sink);
                }
                _ => {}
            }
        } else if let Some(marked) = found.node("marked") {
            brokers::marked(marked, cx, sink);
        }
    }
}

fn handlers(class: Node<'_>, bases: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(name) = field(class, "name", cx.text).filter(|_| !is_dead(class)) else { return };
    if modifiers(class, cx.text).iter().any(|one| one == "abstract") {
        return;
    }
    let own: Vec<String> = child_of(class, "type_parameter_list")
        .map(children)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|one| field(one, "name", cx.text).map(str::to_owned))
        .collect();
    for base in children(bases) {
        let base = if base.kind() == "primary_constructor_base_type" { base.child_by_field_name("type").unwrap_or(base) } else { base };
        let kind = simple_name(base, cx.text);
        let types = type_arguments(base, cx.text);
        let line = cx.line(base.start_byte());
        match (kind, types.first().filter(|message| !own.contains(*message))) {
            ("IConsumer" | "IHandleMessages" | "IAmStartedByMessages" | "IAmInitiatedBy" | "IMessageHandler", Some(message)) => {
                let method = if kind == "IConsumer" { "Consume" } else { "Handle" };
                sink.fact(line, Fact::Channel(channel(Direction::Subscribe, one_of(message), format!("{name}.{method}"))));
            }
            ("MassTransitStateMachine", Some(_)) => saga_events(class, name, cx, sink),
            (_, Some(message)) => {
                if let Some(cqrs) = cqrs_kind(kind, message) {
                    let handler = CqrsHandler {
                        kind: cqrs,
                        message: bare(message).to_owned(),
                        class: name.to_owned(),
                        response: types.get(1).filter(|one| *one != "Unit" && !own.contains(one)).cloned(),
                        decorators: attributes::of(class, cx.text),
                        doc: doc_comment::of(class, cx.text),
                    };
                    sink.fact(line, Fact::CqrsHandler(handler));
                }
            }
            ("BackgroundService" | "IHostedService", None) => {
                let handler = if kind == "BackgroundService" { "ExecuteAsync" } else { "StartAsync" };
                let trigger = periods::of(class, handler, cx.text);
                let doc = doc_comment::of(class, cx.text);
                sink.fact(line, Fact::Job(Job { name: None, trigger, class: name.to_owned(), handler: handler.to_owned(), doc }));
            }
            _ => {}
        }
    }
}

/// `Order` of `Batch<Order>`: what comes in batches is sent one by one.
fn one_of(message: &str) -> &str {
    message.strip_prefix("Batch<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(message)
}

/// The messages that a state machine of MassTransit waits for: `public Event<OrderSubmitted> Submitted { get; }`.
fn saga_events(class: Node<'_>, name: &str, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let body = class.child_by_field_name("body").map(members).unwrap_or_default();
    for property in body.into_iter().filter(|one| one.kind() == "property_declaration") {
        let Some(stated) = property.child_by_field_name("type").filter(|kind| simple_name(*kind, cx.text) == "Event") else { continue };
        if let Some(message) = type_arguments(stated, cx.text).first() {
            sink.fact(cx.line(property.start_byte()), Fact::Channel(channel(Direction::Subscribe, message, name.to_owned())));
        }
    }
}

/// What a handler interface takes; where the interface is the same for both, the name of the message tells.
fn cqrs_kind(interface: &str, message: &str) -> Option<CqrsKind> {
    let name = bare(message);
    match interface {
        "ICommandHandler" => Some(CqrsKind::Command),
        "IQueryHandler" | "IStreamRequestHandler" => Some(CqrsKind::Query),
        "INotificationHandler" | "IDomainEventHandler" => Some(CqrsKind::Event),
        "IRequestHandler" => {
            let asks = ["Get", "List", "Find", "Search"].iter().any(|start| name.starts_with(start)) || name.contains("Query");
            Some(if asks && !name.ends_with("Command") { CqrsKind::Query } else { CqrsKind::Command })
        }
        _ => None,
    }
}

/// `bus.Subscribe<Event, Handler>()`, `AddSubscription<Event, Handler>()`
fn subscription(generic: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let name = simple_name(generic, cx.text);
    if !name.starts_with("Subscribe") && name != "AddSubscription" || is_dead(generic) {
        return;
    }
    let types = type_arguments(generic, cx.text);
    let handler = match types.as_slice() {
        [event, handler] if matches!(name, "Subscribe" | "AddSubscription") && !is_type_parameter(event) => {
            format!("{}.Handle", bare(handler))
        }
        // A helper that subscribes: what handles the event, only that one knows.
        [event] if is_event(bare(event)) => place(generic, cx.text).1,
        _ => return,
    };
    sink.fact(cx.line(generic.start_byte()), Fact::Channel(channel(Direction::Subscribe, &types[0], handler)));
}
