//! How often a hosted service works: the period of the timer that its work waits for, where it is written as a number.
//! A service whose period is not told works from the start on, and no period is made up.

use tree_sitter::Node;

use super::nodes::{child_of, children, field, members, simple_name, text_of, unwrapped};
use crate::finding::{Trigger, Value};

/// Nodes of a class beyond which nothing is looked for.
const NODES: usize = 8_000;

/// What starts the work of a hosted service.
pub(super) fn of(class: Node<'_>, method: &str, text: &str) -> Trigger {
    let body = class.child_by_field_name("body").map(members).unwrap_or_default();
    let of_members: Vec<Trigger> =
        body.iter().filter(|one| one.kind() == "field_declaration").flat_map(|one| periods(*one, text)).collect();
    let work = body.into_iter().find(|one| one.kind() == "method_declaration" && field(*one, "name", text) == Some(method));
    let mut found: Vec<Trigger> = work.map(|work| periods(work, text)).unwrap_or_default();
    found.extend(of_members);
    found.dedup();
    // Two periods are two rhythms, and which of them is that of the work is not told.
    match found.as_slice() {
        [only] => only.clone(),
        _ => Trigger::Start,
    }
}

/// The periods of the timers and waits below a node.
fn periods(root: Node<'_>, text: &str) -> Vec<Trigger> {
    let mut found = Vec::new();
    let mut open = vec![root];
    let mut left = NODES;
    while let Some(node) = open.pop().filter(|_| left > 0) {
        left -= 1;
        let arguments = || arguments_of(node);
        let period = match node.kind() {
            "object_creation_expression" => match node.child_by_field_name("type").map(|kind| simple_name(kind, text)) {
                Some("PeriodicTimer") => arguments().first().and_then(|one| milliseconds(*one, text, false)),
                // `new Timer(callback, state, due, period)`
                Some("Timer") => arguments().get(3).and_then(|one| milliseconds(*one, text, true)),
                _ => None,
            },
            // `private readonly PeriodicTimer timer = new(TimeSpan.FromSeconds(5));`
            "implicit_object_creation_expression" if declares_timer(node, text) => {
                arguments().first().and_then(|one| milliseconds(*one, text, false))
            }
            "invocation_expression" if is_wait(node, text) && in_loop(node) => {
                arguments().first().and_then(|one| milliseconds(*one, text, true))
            }
            _ => None,
        };
        found.extend(period.map(|period| Trigger::Interval(Value::Number(period))));
        open.extend(children(node).into_iter().rev());
    }
    found
}

fn arguments_of(node: Node<'_>) -> Vec<Node<'_>> {
    let list = node.child_by_field_name("arguments").or_else(|| child_of(node, "argument_list"));
    list.map(children).unwrap_or_default().into_iter().map(unwrapped).collect()
}

fn declares_timer(node: Node<'_>, text: &str) -> bool {
    let declaration = node.parent().and_then(|one| one.parent()).filter(|one| one.kind() == "variable_declaration");
    declaration.and_then(|one| field(one, "type", text)) == Some("PeriodicTimer")
}

fn is_wait(call: Node<'_>, text: &str) -> bool {
    call.child_by_field_name("function").is_some_and(|function| text_of(function, text) == "Task.Delay")
}

/// A wait inside a loop, and in no handler of an error: a service that waits once, or before it tries again, has no period.
fn in_loop(node: Node<'_>) -> bool {
    let mut at = node;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            "while_statement" | "do_statement" | "for_statement" => return true,
            "catch_clause" | "if_statement" | "method_declaration" | "foreach_statement" => return false,
            _ => {}
        }
        at = parent;
    }
    false
}

/// The milliseconds of `TimeSpan.FromMinutes(5)` or of a number that counts them.
fn milliseconds(node: Node<'_>, text: &str, counts: bool) -> Option<String> {
    if node.kind() == "integer_literal" {
        return text_of(node, text).replace('_', "").parse::<u64>().ok().filter(|_| counts).map(|number| number.to_string());
    }
    let function = node.child_by_field_name("function").filter(|_| node.kind() == "invocation_expression")?;
    let unit = match text_of(function, text).strip_prefix("TimeSpan.From")? {
        "Milliseconds" => 1,
        "Seconds" => 1_000,
        "Minutes" => 60_000,
        "Hours" => 3_600_000,
        "Days" => 86_400_000,
        _ => return None,
    };
    let number = text_of(*arguments_of(node).first()?, text).replace('_', "").parse::<u64>().ok()?;
    number.checked_mul(unit).map(|number| number.to_string())
}
