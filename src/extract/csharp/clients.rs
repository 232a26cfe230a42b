//! Clients that a class makes or sets up itself: the base address of an `HttpClient`, channels of gRPC, interfaces of Refit.
//! What is registered at the start stands among the calls of start-up code.

use tree_sitter::Node;

use super::nodes::{children, dotted, enclosing_type, field, is_dead, simple_name, text_of, type_arguments};
use super::values;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{ClientKind, Fact, OutgoingClient, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "csharp/clients", text: include_str!("../../../queries/csharp/clients.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.clients",
    about: ".NET: base addresses of HTTP clients, channels of gRPC, interfaces of Refit",
    kinds: &[FileKind::CSharp],
    markers: &["BaseAddress = ", "GrpcChannel.ForAddress(", "RestService.For<"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for found in cx.matches(&QUERY) {
        if let Some(assignment) = found.node("assignment") {
            set(assignment, cx, sink);
        } else if let Some(call) = found.node("call") {
            made(call, cx, sink);
        }
    }
}

/// `client.BaseAddress = ...`
fn set(assignment: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let (Some(set), Some(address)) = (assignment.child_by_field_name("left"), assignment.child_by_field_name("right")) else { return };
    let is_base = text_of(set, cx.text).rsplit('.').next() == Some("BaseAddress");
    if is_base && !is_dead(set) && !in_registration(set, cx.text) {
        emit(set, ClientKind::Http, None, address, cx, sink);
    }
}

/// `GrpcChannel.ForAddress(...)`, `RestService.For<IOrders>(...)`
fn made(call: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(function) = call.child_by_field_name("function").filter(|one| one.kind() == "member_access_expression") else { return };
    let (Some(maker), Some(made)) = (function.child_by_field_name("expression"), function.child_by_field_name("name")) else { return };
    let (kind, client) = match (text_of(maker, cx.text), simple_name(made, cx.text)) {
        ("GrpcChannel", "ForAddress") => (ClientKind::Grpc, stub_of(maker, cx.text)),
        ("RestService", "For") => (ClientKind::Interface, type_arguments(made, cx.text).into_iter().next()),
        _ => return,
    };
    let given = call.child_by_field_name("arguments").and_then(|list| children(list).first().copied());
    if let Some(given) = given.filter(|_| !is_dead(maker)) {
        emit(maker, kind, client, given, cx, sink);
    }
}

fn emit(node: Node<'_>, kind: ClientKind, client: Option<String>, address: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let class = enclosing_type(node).and_then(|owner| field(owner, "name", cx.text)).unwrap_or_default().to_owned();
    let address = values::read(address, cx.text);
    // An address that only the run can tell is no more than the client itself.
    if !matches!(address, Value::Opaque(_)) && (client.is_some() || !class.is_empty()) {
        sink.fact(cx.line(node.start_byte()), Fact::OutgoingClient(OutgoingClient { kind, class, client, address }));
    }
}

/// Whether an assignment stands in a function that is handed to a registration: `AddHttpClient<T>(client => ...)`.
fn in_registration(node: Node<'_>, text: &str) -> bool {
    let mut at = node;
    let mut in_lambda = false;
    while let Some(parent) = at.parent() {
        in_lambda |= parent.kind() == "lambda_expression";
        if in_lambda
            && parent.kind() == "invocation_expression"
            && let Some(function) = parent.child_by_field_name("function")
        {
            let name = function.child_by_field_name("name").unwrap_or(function);
            let name = simple_name(name, text);
            if name.starts_with("AddHttpClient") || name.starts_with("ConfigureHttpClient") || name.starts_with("AddRefitClient") {
                return true;
            }
        }
        at = parent;
    }
    false
}

/// The first `new X.XClient(...)` of the method around a channel: what is called over it.
fn stub_of(node: Node<'_>, text: &str) -> Option<String> {
    let mut at = node;
    while let Some(parent) = at.parent() {
        if matches!(parent.kind(), "method_declaration" | "constructor_declaration" | "local_function_statement" | "compilation_unit") {
            return first_stub(parent, text);
        }
        at = parent;
    }
    None
}

/// Nodes of a method beyond which nothing is looked for.
const NODES: usize = 4_000;

fn first_stub(method: Node<'_>, text: &str) -> Option<String> {
    let mut open = vec![method];
    let mut left = NODES;
    while let Some(node) = open.pop().filter(|_| left > 0) {
        left -= 1;
        if node.kind() == "object_creation_expression"
            && let Some(name) = node.child_by_field_name("type").and_then(|kind| dotted(kind, text))
            && name.ends_with("Client")
            && name.contains('.')
        {
            return Some(name);
        }
        open.extend(children(node).into_iter().rev());
    }
    None
}
