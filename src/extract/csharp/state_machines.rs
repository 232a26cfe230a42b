//! State machines of .NET: `Configure(state).Permit(trigger, state)` of Stateless, sagas of MassTransit.
//! A state that code computes is left out with its transition; one machine for each class.

use tree_sitter::Node;

use super::doc_comment;
use super::nodes::{child_of, children, compact, dotted, field, is_dead, simple_name, text_of, type_arguments};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{ANY, Channel, Direction, Fact, StateMachine, Transition, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "csharp/state_machines", text: include_str!("../../../queries/csharp/state_machines.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.state_machines",
    about: ".NET: state machines of Stateless, sagas of MassTransit",
    kinds: &[FileKind::CSharp],
    markers: &["MassTransitStateMachine<", "using Stateless"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// A class with more calls than this holds data.
const CALLS: usize = 4_096;

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for class in cx.matches(&QUERY).iter().filter_map(|found| found.node("class")).filter(|class| !is_dead(*class)) {
        let Some(name) = field(class, "name", cx.text) else { continue };
        let is_saga = child_of(class, "base_list").is_some_and(|bases| text_of(bases, cx.text).contains("MassTransitStateMachine<"));
        let mut machine = StateMachine { name: name.to_owned(), doc: doc_comment::of(class, cx.text), ..StateMachine::default() };
        for call in calls(class) {
            match (called(call, cx.text), is_saga) {
                ("Initially" | "During" | "DuringAny", true) => phase(call, cx.text, &mut machine),
                ("Permit" | "PermitIf" | "PermitReentry" | "PermitReentryIf", false) => permitted(call, cx.text, &mut machine),
                _ => {}
            }
        }
        if machine.transitions.is_empty() {
            continue;
        }
        machine.library = if is_saga { "MassTransit" } else { "Stateless" };
        if is_saga {
            machine.initial = Some("Initial".to_owned());
            received(class, name, cx, sink);
        } else {
            machine.initial = first_state(class, cx.text);
        }
        sink.fact(cx.line(class.start_byte()), Fact::StateMachine(machine));
    }
}

/// The calls in a node, in written order; those of a chain come from its end to its start.
fn calls(node: Node<'_>) -> Vec<Node<'_>> {
    below(node, "invocation_expression")
}

fn below<'t>(node: Node<'t>, kind: &str) -> Vec<Node<'t>> {
    let (mut found, mut open) = (Vec::new(), vec![node]);
    while let Some(at) = open.pop() {
        if at.kind() == kind {
            found.push(at);
        }
        if found.len() < CALLS {
            open.extend(children(at).into_iter().rev());
        }
    }
    found
}

/// The name of the method that is called.
fn called<'t>(call: Node<'_>, text: &'t str) -> &'t str {
    let Some(function) = call.child_by_field_name("function") else { return "" };
    let name = if function.kind() == "member_access_expression" { function.child_by_field_name("name") } else { Some(function) };
    name.map_or("", |name| simple_name(name, text))
}

fn receiver(call: Node<'_>) -> Option<Node<'_>> {
    call.child_by_field_name("function")?.child_by_field_name("expression")
}

fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    call.child_by_field_name("arguments").map(children).unwrap_or_default()
}

/// A state or an event that the code names: the last part of `OrderState.Paid`, the text of a string.
fn named(argument: Node<'_>, text: &str) -> Option<String> {
    let value = children(argument).last().copied().unwrap_or(argument);
    if value.kind() == "string_literal" {
        return Some(text_of(value, text).trim_matches('"').to_owned());
    }
    let name = dotted(value, text)?;
    Some(name.rsplit('.').next().unwrap_or(&name).to_owned())
}

/// `machine.Configure(State.Open).OnEntry(...).Permit(Trigger.Close, State.Closed)`
fn permitted(call: Node<'_>, text: &str, machine: &mut StateMachine) {
    let mut at = call;
    while called(at, text) != "Configure" {
        match receiver(at).filter(|receiver| receiver.kind() == "invocation_expression") {
            Some(receiver) => at = receiver,
            None => return,
        }
    }
    let given = arguments(call);
    let again = called(call, text).starts_with("PermitReentry");
    let from = arguments(at).first().and_then(|state| named(*state, text));
    let event = given.first().and_then(|trigger| named(*trigger, text));
    let to = if again { from.clone() } else { given.get(1).and_then(|state| named(*state, text)) };
    if let (Some(from), Some(event), Some(to)) = (from, event, to) {
        machine.add(Transition { from, event, to });
    }
}

/// `new StateMachine<State, Trigger>(State.Open)`
fn first_state(class: Node<'_>, text: &str) -> Option<String> {
    let made = below(class, "object_creation_expression");
    let machine =
        made.into_iter().find(|one| one.child_by_field_name("type").is_some_and(|kind| simple_name(kind, text) == "StateMachine"))?;
    let first = machine.child_by_field_name("arguments").map(children)?.into_iter().next()?;
    let value = children(first).last().copied().unwrap_or(first);
    // A field that holds the state is no state.
    named(first, text).filter(|_| dotted(value, text).is_some_and(|name| name.contains('.') && name.starts_with(char::is_uppercase)))
}

/// `During(Submitted, When(Paid).Then(...).TransitionTo(Completed), Ignore(Cancelled))`
fn phase(call: Node<'_>, text: &str, machine: &mut StateMachine) {
    let activities = |argument: &Node<'_>| calls(*argument).into_iter().any(|one| called(one, text) == "When");
    let (told, states): (Vec<Node<'_>>, Vec<Node<'_>>) = arguments(call).into_iter().partition(activities);
    let from: Vec<String> = match called(call, text) {
        "Initially" => vec!["Initial".to_owned()],
        "DuringAny" => vec![ANY.to_owned()],
        _ => states.into_iter().filter_map(|state| named(state, text)).collect(),
    };
    for activity in told {
        let inside = calls(activity);
        let event = inside.iter().find(|one| called(**one, text) == "When").and_then(|when| named(*arguments(*when).first()?, text));
        let mut to: Vec<String> = inside
            .iter()
            .filter_map(|one| match called(*one, text) {
                "TransitionTo" => named(*arguments(*one).first()?, text),
                "Finalize" => Some("Final".to_owned()),
                _ => None,
            })
            .collect();
        to.reverse();
        let Some(event) = event else { continue };
        for from in &from {
            let stays = Some(from.clone()).filter(|_| to.is_empty());
            for to in to.iter().cloned().chain(stays) {
                machine.add(Transition { from: from.clone(), event: event.clone(), to });
            }
        }
    }
}

/// `public Event<OrderSubmitted> Submitted { get; private set; }`: the saga receives the message.
fn received(class: Node<'_>, name: &str, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for property in below(class, "property_declaration") {
        let Some(kind) = property.child_by_field_name("type").filter(|kind| simple_name(*kind, cx.text) == "Event") else { continue };
        let Some(message) = type_arguments(kind, cx.text).into_iter().next().map(|message| compact(&message)) else { continue };
        let event = field(property, "name", cx.text).unwrap_or_default();
        let message = message.rsplit('.').next().unwrap_or(&message).to_owned();
        let channel = Channel {
            direction: Direction::Subscribe,
            name: Value::Text(message.clone()),
            transport: None,
            client: None,
            handler: format!("{name}.{event}"),
            payload: Some(message),
        };
        sink.fact(cx.line(property.start_byte()), Fact::Channel(channel));
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::{Fact, StateMachine};
    use crate::trial::extraction;

    fn shown(text: &str) -> Vec<String> {
        let show = |machine: &StateMachine| {
            let first = format!("{} {} from {}", machine.library, machine.name, machine.initial.as_deref().unwrap_or("-"));
            let ways = machine.transitions.iter().map(|one| format!("{} -{}> {}", one.from, one.event, one.to));
            std::iter::once(first).chain(ways).collect::<Vec<String>>()
        };
        let found = extraction(&[("a.cs", text)]).findings;
        let machines = found.iter().filter_map(|finding| match &finding.fact {
            Fact::StateMachine(machine) => Some(show(machine)),
            _ => None,
        });
        machines.flatten().collect()
    }

    #[test]
    fn permitted_triggers_lead_from_state_to_state() {
        let text = "using Stateless;\nclass Door {\n  public Door() {\n    var m = new StateMachine<State, Trigger>(State.Closed);\n    m.Configure(State.Closed).OnEntry(() => Log()).Permit(Trigger.Open, State.Open).Ignore(Trigger.Close);\n    m.Configure(State.Open).PermitIf(Trigger.Close, State.Closed, () => true).PermitReentry(Trigger.Open).PermitDynamic(Trigger.X, () => Y());\n  }\n}\n";
        assert_eq!(shown(text), ["Stateless Door from Closed", "Closed -Open> Open", "Open -Open> Open", "Open -Close> Closed"]);
    }

    #[test]
    fn sagas_lead_from_state_to_state_by_messages() {
        let text = "class OrderSaga : MassTransitStateMachine<OrderState> {\n  public State Submitted { get; private set; }\n  public Event<OrderPlaced> Placed { get; private set; }\n  public Event<IPaid> Paid { get; private set; }\n  public OrderSaga() {\n    Initially(When(Placed).Then(c => Log(c)).TransitionTo(Submitted));\n    During(Submitted, When(Paid).IfElse(c => c.Ok, a => a.TransitionTo(Done), b => b.Finalize()), Ignore(Placed));\n    DuringAny(When(Placed).Then(c => Log(c)));\n  }\n}\n";
        let expected = [
            "MassTransit OrderSaga from Initial",
            "Initial -Placed> Submitted",
            "Submitted -Paid> Final",
            "Submitted -Paid> Done",
            "any state -Placed> any state",
        ];
        assert_eq!(shown(text), expected);
    }
}
