//! Handlers that a library finds by their names: `Handle` or `Consume` of a class called `...Handler` or `...Consumer`.
//! Source: the documentation of Wolverine, "Message Handlers". Whether such a library is used only the linker knows.

use tree_sitter::Node;

use super::attributes;
use super::doc_comment;
use super::nodes::{child_of, children, compact, field, is_dead, members, modifiers, simple_name, type_arguments};
use super::sends::{bare, is_type_parameter};
use crate::extract::{FileCx, Sink};
use crate::finding::{Fact, NamedHandler};

/// Methods that handle the message which is their first parameter.
const METHODS: &[&str] = &[
    "Handle",
    "HandleAsync",
    "Handles",
    "HandlesAsync",
    "Consume",
    "ConsumeAsync",
    "Consumes",
    "ConsumesAsync",
    "Start",
    "StartAsync",
    "Starts",
    "StartOrHandle",
    "StartsOrHandles",
    "Orchestrate",
    "Orchestrates",
];

/// The handlers of a class.
pub(super) fn read(class: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let text = cx.text;
    let Some(name) = field(class, "name", text) else { return };
    let bases = child_of(class, "base_list").map(children).unwrap_or_default();
    let is_saga = bases.iter().any(|base| simple_name(*base, text) == "Saga");
    let marked = || attributes::of(class, text).iter().any(|one| one.name == "WolverineHandler");
    if !(name.ends_with("Handler") || name.ends_with("Consumer") || is_saga || marked()) || is_dead(class) {
        return;
    }
    // An interface that names the message is read by what it is.
    let is_typed = bases.iter().any(|base| !type_arguments(*base, text).is_empty());
    if is_typed || modifiers(class, text).iter().any(|one| one == "abstract") || child_of(class, "type_parameter_list").is_some() {
        return;
    }
    for method in class.child_by_field_name("body").map(members).unwrap_or_default() {
        let Some(called) = field(method, "name", text).filter(|_| method.kind() == "method_declaration") else { continue };
        let starts_saga = called.starts_with("Start") || called.starts_with("Orchestrate");
        if !METHODS.contains(&called) || starts_saga && !is_saga || !modifiers(method, text).iter().any(|one| one == "public") {
            continue;
        }
        let parameters = attributes::parameters(method.child_by_field_name("parameters"), text);
        let Some(message) = parameters.first().map(|one| bare(&one.data_type).to_owned()).filter(|one| is_message(one)) else { continue };
        let handler = NamedHandler {
            class: name.to_owned(),
            method: called.to_owned(),
            message,
            returns: field(method, "returns", text).map(compact).unwrap_or_default(),
            doc: doc_comment::of(method, text).or_else(|| doc_comment::of(class, text)),
        };
        sink.fact(cx.line(method.start_byte()), Fact::NamedHandler(handler));
    }
}

/// Whether a type may be a message: a class of its own, and no part of the framework.
fn is_message(name: &str) -> bool {
    let is_interface = name.strip_prefix('I').is_some_and(|rest| rest.starts_with(char::is_uppercase));
    let is_framework =
        name.ends_with("Context") || name.ends_with("EventArgs") || matches!(name, "Exception" | "HttpRequest" | "CancellationToken");
    name.starts_with(char::is_uppercase) && !is_interface && !is_framework && !is_type_parameter(name) && !name.ends_with(']')
}
