//! Chaincode of Hyperledger Fabric: the functions that `Invoke` tells apart, and the events that are set.
//! Source: the Fabric documentation of the chaincode shim. Contracts of the contract API are told by their types.

use tree_sitter::Node;

use super::types;
use super::values::{self, children, dotted, string, text_of};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Channel, Direction, Fact, InvokeSwitch};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "go/chaincode", text: include_str!("../../../queries/go/chaincode.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "go.chaincode",
    about: "Hyperledger Fabric chaincode: contracts, `Invoke` switches, events",
    kinds: &[FileKind::Go],
    markers: &["SetEvent(", "ChaincodeStubInterface"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// What brings the events of chaincode to those who listen.
const TRANSPORT: &str = "Fabric events";

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for found in cx.matches(&QUERY) {
        if let Some(call) = found.node("call").filter(|call| values::method(*call, cx.text) == Some("SetEvent")) {
            let Some(name) = values::argument_nodes(call).first().map(|name| values::read(*name, cx.text)) else { continue };
            let channel = Channel {
                direction: Direction::Publish,
                name,
                transport: Some(TRANSPORT.to_owned()),
                client: None,
                handler: function_around(call, cx.text),
                payload: None,
            };
            sink.fact(cx.line(call.start_byte()), Fact::Channel(channel));
        } else if let Some(method) = found.node("method").filter(|method| is_invoke(*method, cx.text)) {
            invoke(cx, method, sink);
        }
    }
}

fn is_invoke(method: Node<'_>, text: &str) -> bool {
    method.child_by_field_name("name").is_some_and(|name| text_of(name, text) == "Invoke")
}

/// `SmartContract.Transfer`, of the function that a node stands in.
fn function_around(node: Node<'_>, text: &str) -> String {
    let mut at = Some(node);
    while let Some(one) = at {
        if matches!(one.kind(), "method_declaration" | "function_declaration") {
            let name = one.child_by_field_name("name").map(|name| text_of(name, text)).unwrap_or_default();
            let owner = one.child_by_field_name("receiver").and_then(|list| types::variables(list, text).into_iter().next());
            return owner.map_or_else(|| name.to_owned(), |owner| format!("{}.{name}", owner.kind.trim_start_matches('*')));
        }
        at = one.parent();
    }
    String::new()
}

fn invoke(cx: &FileCx<'_>, method: Node<'_>, sink: &mut Sink<'_>) {
    let text = cx.text;
    let parameters = method.child_by_field_name("parameters").map(|list| types::variables(list, text)).unwrap_or_default();
    let owner = method.child_by_field_name("receiver").and_then(|list| types::variables(list, text).into_iter().next());
    let (Some(owner), Some(body)) = (owner, method.child_by_field_name("body")) else { return };
    if !parameters.iter().any(|one| one.kind.ends_with("ChaincodeStubInterface")) {
        return;
    }
    let mut functions = Vec::new();
    let mut open = vec![body];
    while let Some(node) = open.pop() {
        match node.kind() {
            "expression_case" => {
                let values = node.child_by_field_name("value").map(children).unwrap_or_default();
                functions.extend(values.into_iter().filter_map(|value| Some((string(value, text)?, cx.line(value.start_byte())))));
            }
            "binary_expression" if node.child_by_field_name("operator").is_some_and(|sign| sign.kind() == "==") => {
                let (left, right) = (node.child_by_field_name("left"), node.child_by_field_name("right"));
                if let (Some(left), Some(right)) = (left, right)
                    && dotted(left, text).is_some()
                    && let Some(name) = string(right, text).filter(|name| !name.is_empty())
                {
                    functions.push((name, cx.line(right.start_byte())));
                }
            }
            _ => {}
        }
        open.extend(children(node));
    }
    functions.sort();
    functions.dedup_by(|one, other| one.0 == other.0);
    let contract = owner.kind.trim_start_matches('*').to_owned();
    if !functions.is_empty() {
        sink.fact(cx.line(method.start_byte()), Fact::InvokeSwitch(InvokeSwitch { contract, functions }));
    }
}
