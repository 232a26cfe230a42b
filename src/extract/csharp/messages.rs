//! Messages of .NET: handlers of MediatR, consumers and publishers of MassTransit, NServiceBus and event buses, hosted services.
//! Only what a type states: a message whose type the code around a call does not tell is left out.

use tree_sitter::Node;

use super::attributes;
use super::brokers;
use super::doc_comment;
use super::nodes::{child_of, children, compact, dotted, enclosing_type, field, is_dead, modifiers, simple_name, text_of, type_arguments};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Channel, CqrsHandler, CqrsKind, Direction, Fact, Job, Trigger, Value};
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
        "IntegrationEvent",
        "IPublishEndpoint",
        "ISendEndpoint",
        "IMessageSession",
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

/// Types that carry messages out of the process.
const BUSES: &[&str] =
    &["IPublishEndpoint", "IBus", "ISendEndpoint", "IMessageSession", "IEventBus", "IMessageBus", "ConsumeContext", "ICapPublisher"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for found in cx.matches(&QUERY) {
        if let Some(class) = found.node("class") {
            if let Some(bases) = child_of(class, "base_list") {
                handlers(class, bases, cx, sink);
            }
        } else if let Some(created) = found.node("created").and_then(|made| made.child_by_field_name("type")) {
            let name = text_of(created, cx.text);
            if created.kind() == "identifier" && is_event(name) && !is_dead(created) {
                sent(created, name, cx, sink);
            }
        } else if let Some(call) = found.node("call") {
            let Some(function) = call.child_by_field_name("function") else { continue };
            let is_member = function.kind() == "member_access_expression";
            let Some(name) = (if is_member { function.child_by_field_name("name") } else { Some(function) }) else { continue };
            match name.kind() {
                "generic_name" => subscription(name, cx, sink),
                "identifier" if is_member => {
                    published(name, call, cx, sink);
                    brokers::called(name, call, cx, sink);
                }
                _ => {}
            }
        } else if let Some(marked) = found.node("marked") {
            brokers::marked(marked, cx, sink);
        }
    }
}

/// Whether a type is called like an event that leaves the process.
fn is_event(name: &str) -> bool {
    name.ends_with("IntegrationEvent") && name != "IntegrationEvent"
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
            ("IConsumer" | "IHandleMessages", Some(message)) => {
                let method = if kind == "IConsumer" { "Consume" } else { "Handle" };
                sink.fact(line, Fact::Channel(channel(Direction::Subscribe, message, format!("{name}.{method}"))));
            }
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
                let doc = doc_comment::of(class, cx.text);
                sink.fact(
                    line,
                    Fact::Job(Job { name: None, trigger: Trigger::Start, class: name.to_owned(), handler: handler.to_owned(), doc }),
                );
            }
            _ => {}
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

/// `Order` of `Shop.Order<T>`.
fn bare(name: &str) -> &str {
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}

fn channel(direction: Direction, message: &str, handler: String) -> Channel {
    let message = bare(message);
    Channel { direction, name: Value::Text(message.to_owned()), transport: None, client: None, handler, payload: Some(message.to_owned()) }
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

/// `T`, `TEvent`: the bus itself is written with it, and subscribes to nothing.
fn is_type_parameter(name: &str) -> bool {
    name.strip_prefix('T').is_some_and(|rest| rest.chars().next().is_none_or(char::is_uppercase))
}

/// The method around a node, and the class around that.
pub(super) fn place<'t>(node: Node<'t>, text: &str) -> (Option<Node<'t>>, String) {
    let mut at = node;
    let mut method = None;
    while let Some(parent) = at.parent() {
        if method.is_none() && matches!(parent.kind(), "method_declaration" | "constructor_declaration") {
            method = Some(parent);
        }
        at = parent;
    }
    let class = enclosing_type(node).and_then(|class| field(class, "name", text)).unwrap_or_default();
    let name = method.and_then(|method| field(method, "name", text)).unwrap_or_default();
    let handler = [class, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    (method, handler)
}

fn sent(node: Node<'_>, message: &str, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let (_, handler) = place(node, cx.text);
    sink.fact(cx.line(node.start_byte()), Fact::Channel(channel(Direction::Publish, message, handler)));
}

/// A call of a bus: the receiver is one by its type, and the argument tells the message by its type.
fn published(called: Node<'_>, call: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !matches!(text_of(called, cx.text), "Publish" | "PublishAsync" | "Send" | "SendAsync") || is_dead(call) {
        return;
    }
    let receiver = call.child_by_field_name("function").and_then(|one| one.child_by_field_name("expression"));
    let Some(receiver) = receiver.and_then(|one| dotted(one, cx.text)) else { return };
    let (Some(method), handler) = place(call, cx.text) else { return };
    let is_bus = type_of(&receiver, method, cx.text).is_some_and(|kind| BUSES.iter().any(|bus| bare(&kind).starts_with(bus)));
    let argument =
        call.child_by_field_name("arguments").and_then(|list| children(list).first().and_then(|one| children(*one).last().copied()));
    let Some(message) = argument.filter(|_| is_bus).and_then(|argument| message_type(argument, method, cx.text)) else { return };
    // An integration event is told where it is made.
    if !is_event(bare(&message)) && bare(&message) != "IntegrationEvent" && !is_type_parameter(bare(&message)) {
        sink.fact(cx.line(call.start_byte()), Fact::Channel(channel(Direction::Publish, &message, handler)));
    }
}

/// The type of a parameter, field, property or constructor parameter.
pub(super) fn type_of(name: &str, method: Node<'_>, text: &str) -> Option<String> {
    let parameters = attributes::parameters(method.child_by_field_name("parameters"), text);
    let of_method = parameters.into_iter().find(|one| one.name == name).map(|one| one.data_type);
    of_method.or_else(|| {
        let members = super::declarations::typed_members(enclosing_type(method)?, text);
        members.into_iter().find(|(member, _)| member == name).map(|(_, kind)| kind)
    })
}

/// `new T(...)`, `x.Adapt<T>()`, or a variable of the method that is made so.
fn message_type(argument: Node<'_>, method: Node<'_>, text: &str) -> Option<String> {
    match argument.kind() {
        "object_creation_expression" => field(argument, "type", text).map(compact),
        "invocation_expression" => {
            let name = argument.child_by_field_name("function")?;
            let name = name.child_by_field_name("name").unwrap_or(name);
            type_arguments(name, text).into_iter().next()
        }
        "identifier" => declared(text_of(argument, text), method, text),
        _ => None,
    }
}

/// Nodes of a method beyond which a variable is not looked for.
const NODES: usize = 4_000;

fn declared(name: &str, method: Node<'_>, text: &str) -> Option<String> {
    let mut open = vec![method];
    let mut left = NODES;
    while let Some(node) = open.pop().filter(|_| left > 0) {
        left -= 1;
        if node.kind() == "variable_declaration" {
            let one = children(node).into_iter().find(|one| one.kind() == "variable_declarator" && field(*one, "name", text) == Some(name));
            if let Some(one) = one {
                let stated = node.child_by_field_name("type").filter(|kind| kind.kind() != "implicit_type");
                let value = children(one).last().copied().filter(|value| value.kind() != "identifier");
                let made = value.and_then(|value| message_type(value, method, text));
                return made.or_else(|| stated.map(|kind| compact(text_of(kind, text))));
            }
        }
        open.extend(children(node));
    }
    None
}
