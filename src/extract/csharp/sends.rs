//! Messages that code of .NET sends: calls of the buses of MassTransit, NServiceBus, Wolverine, Rebus and others, and integration events
//! that are made. Only what a type states: a message whose type the code around a call does not tell is left out.

use tree_sitter::Node;

use super::attributes;
use super::nodes::{children, compact, dotted, enclosing_type, field, is_dead, simple_name, text_of, type_arguments};
use crate::extract::{FileCx, Sink};
use crate::finding::{Channel, Direction, Fact, Value};

/// Types that carry messages out of the process.
const BUSES: &[&str] = &[
    "IPublishEndpoint",
    "IBus",
    "ISendEndpoint",
    "IMessageSession",
    "IMessageHandlerContext",
    "IEndpointInstance",
    "IEventBus",
    "IMessageBus",
    "IMessageContext",
    "ConsumeContext",
    "ICapPublisher",
];

/// Types that hand messages to handlers of the same process, as MediatR names them.
const MEDIATORS: &[&str] = &["IMediator", "IPublisher"];

/// What is told of messages that stay in the process.
const IN_PROCESS: &str = "EventEmitter";

/// Calls that send, whatever the bus.
const SENDS: &[&str] = &[
    "Publish",
    "PublishAsync",
    "PublishBatch",
    "Send",
    "SendAsync",
    "SendLocal",
    "SendBatch",
    "SchedulePublish",
    "ScheduleSend",
    "ScheduleAsync",
    "Defer",
    "DeferLocal",
];

/// Whether a type is called like an event that leaves the process.
pub(super) fn is_event(name: &str) -> bool {
    name.ends_with("IntegrationEvent") && name != "IntegrationEvent"
}

/// `Order` of `Shop.Order<T>`.
pub(super) fn bare(name: &str) -> &str {
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}

pub(super) fn channel(direction: Direction, message: &str, handler: String) -> Channel {
    let message = bare(message);
    Channel { direction, name: Value::Text(message.to_owned()), transport: None, client: None, handler, payload: Some(message.to_owned()) }
}

/// `T`, `TEvent`: the bus itself is written with it, and subscribes to nothing.
pub(super) fn is_type_parameter(name: &str) -> bool {
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

/// The method around a node with its class; for the statements of a program the file: `Program` alone would mean every function in it.
fn sender(node: Node<'_>, cx: &FileCx<'_>) -> String {
    let (_, handler) = place(node, cx.text);
    if handler.is_empty() { cx.file.path.name().to_owned() } else { handler }
}

/// An integration event that is made: where it is made it is sent.
pub(super) fn made(node: Node<'_>, message: &str, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    sink.fact(cx.line(node.start_byte()), Fact::Channel(channel(Direction::Publish, message, sender(node, cx))));
}

/// A call of a bus: the receiver is one by its type, and the message is told by a type argument or by the type of an argument.
pub(super) fn called(called: Node<'_>, call: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let text = cx.text;
    let name = simple_name(called, text);
    let asks = matches!(name, "InvokeAsync" | "GetResponse");
    if !(SENDS.contains(&name) || asks || name == "Produce") || is_dead(call) {
        return;
    }
    let receiver = call.child_by_field_name("function").and_then(|one| one.child_by_field_name("expression"));
    let Some(kind) = receiver.and_then(|one| dotted(one, text)).and_then(|one| type_around(&one, call, text)) else { return };
    let holder = bare(&kind);
    let is_bus = BUSES.iter().any(|bus| holder.starts_with(bus));
    let (direction, transport) = match name {
        // What Wolverine invokes is handled before the call comes back.
        "InvokeAsync" if matches!(holder, "IMessageBus" | "IMessageContext" | "ICommandBus") => (Direction::Request, Some(IN_PROCESS)),
        "GetResponse" if holder == "IRequestClient" => (Direction::Request, None),
        "Produce" if holder == "ITopicProducer" => (Direction::Publish, Some("Kafka")),
        "Publish" if MEDIATORS.contains(&holder) => (Direction::Publish, Some(IN_PROCESS)),
        _ if is_bus && SENDS.contains(&name) => (Direction::Publish, None),
        _ => return,
    };
    let of_holder = || kind.split_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).map(str::to_owned);
    let stated = type_arguments(called, text).into_iter().next().filter(|_| !asks);
    let message = match holder {
        "IRequestClient" => of_holder(),
        "ITopicProducer" => of_holder().and_then(|types| types.rsplit(',').next().map(|one| one.trim().to_owned())),
        _ => stated.or_else(|| first_message(call, text)),
    };
    let Some(message) = message.filter(|one| is_message(bare(one))) else { return };
    // An integration event is told where it is made.
    if !is_event(bare(&message)) || transport.is_some() {
        let transport = transport.map(str::to_owned);
        sink.fact(cx.line(call.start_byte()), Fact::Channel(Channel { transport, ..channel(direction, &message, sender(call, cx)) }));
    }
}

/// The type of the first argument that may be a message: a time or an address before it is none.
fn first_message(call: Node<'_>, text: &str) -> Option<String> {
    let list = call.child_by_field_name("arguments").map(children)?;
    let values = list.iter().filter_map(|one| children(*one).last().copied());
    let mut typed = values.filter_map(|value| message_type(value, call, text));
    typed.find(|kind| !matches!(bare(kind), "TimeSpan" | "DateTime" | "DateTimeOffset" | "Uri" | "CancellationToken" | "string"))
}

/// Whether a type is a message of its own: not a parameter of a generic method, an interface that many messages have, or a plain value.
fn is_message(name: &str) -> bool {
    let is_interface = || name.strip_prefix('I').is_some_and(|rest| rest.starts_with(char::is_uppercase));
    let is_base =
        || matches!(name, "IntegrationEvent" | "DomainEvent" | "Event" | "Message" | "Command" | "Notification" | "List" | "Array");
    name.starts_with(char::is_uppercase) && !is_type_parameter(name) && !is_interface() && !is_base()
}

/// The type of what a name means at a place: a parameter of a function or method around it, or a member of the class.
pub(super) fn type_around(name: &str, at: Node<'_>, text: &str) -> Option<String> {
    let mut node = at;
    while let Some(parent) = node.parent() {
        match parent.kind() {
            "lambda_expression" | "local_function_statement" => {
                let typed = parameter(name, parent, text);
                if typed.is_some() {
                    return typed;
                }
            }
            "method_declaration" | "constructor_declaration" => return type_of(name, parent, text),
            _ => {}
        }
        node = parent;
    }
    None
}

fn parameter(name: &str, function: Node<'_>, text: &str) -> Option<String> {
    let parameters = attributes::parameters(function.child_by_field_name("parameters"), text);
    parameters.into_iter().find(|one| one.name == name).map(|one| one.data_type).filter(|kind| !kind.is_empty())
}

/// The type of a parameter, field, property or constructor parameter.
pub(super) fn type_of(name: &str, method: Node<'_>, text: &str) -> Option<String> {
    parameter(name, method, text).or_else(|| {
        let members = super::declarations::typed_members(enclosing_type(method)?, text);
        members.into_iter().find(|(member, _)| member == name).map(|(_, kind)| kind)
    })
}

/// `new T(...)`, `x.Adapt<T>()`, or a variable or parameter around it that has a type.
fn message_type(argument: Node<'_>, call: Node<'_>, text: &str) -> Option<String> {
    match argument.kind() {
        "object_creation_expression" => field(argument, "type", text).map(compact),
        "invocation_expression" => {
            let name = argument.child_by_field_name("function")?;
            let name = name.child_by_field_name("name").unwrap_or(name);
            type_arguments(name, text).into_iter().next()
        }
        "with_expression" => message_type(children(argument).first().copied()?, call, text),
        "identifier" => {
            let name = text_of(argument, text);
            declared(name, scope_of(call), text).or_else(|| type_around(name, call, text))
        }
        _ => None,
    }
}

/// The method around a call, or the innermost function where there is none.
fn scope_of(call: Node<'_>) -> Node<'_> {
    let mut at = call;
    let mut function = None;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            "method_declaration" | "constructor_declaration" => return parent,
            "lambda_expression" | "local_function_statement" => _ = function.get_or_insert(parent),
            _ => {}
        }
        at = parent;
    }
    function.unwrap_or(call)
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
