//! State machines of `looplab/fsm` and `qmuntal/stateless`: states and the events that lead from one to another.
//! Names of constants stand for their values; a machine that code puts together as it runs is left out.

use tree_sitter::Node;

use super::doc_comment;
use super::values::{argument_nodes, arguments, dotted, text_of};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, StateMachine, Transition, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "go/state_machines", text: include_str!("../../../queries/go/state_machines.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "go.state_machines",
    about: "state machines of looplab/fsm and qmuntal/stateless",
    kinds: &[FileKind::Go],
    markers: &["looplab/fsm", "qmuntal/stateless"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut chained: Vec<(u32, StateMachine)> = Vec::new();
    for call in cx.matches(&QUERY).iter().filter_map(|found| found.node("call")) {
        let Some(function) = call.child_by_field_name("function") else { continue };
        let line = cx.line(call.start_byte());
        if dotted(function, cx.text).is_some_and(|name| name == "fsm.NewFSM") {
            if let Some(machine) = table(call, cx.text) {
                sink.fact(line, Fact::StateMachine(machine));
            }
        } else if method(call, cx.text) == "Permit" {
            permitted(call, (line, cx.text), &mut chained);
        }
    }
    chained.into_iter().for_each(|(line, machine)| sink.fact(line, Fact::StateMachine(machine)));
}

/// The function that a node stands in, with its name.
fn enclosing<'t>(node: Node<'t>, text: &'t str) -> Option<(Node<'t>, &'t str)> {
    let mut at = node;
    while let Some(parent) = at.parent() {
        if matches!(parent.kind(), "function_declaration" | "method_declaration") {
            return parent.child_by_field_name("name").map(|name| (parent, text_of(name, text)));
        }
        at = parent;
    }
    None
}

/// `gate.New`: what a function of a package is called by others.
fn of_package(name: &str, text: &str) -> String {
    let package = text.lines().find_map(|line| line.strip_prefix("package ")).unwrap_or_default();
    let package = package.split(|one: char| !one.is_alphanumeric() && one != '_').next().unwrap_or_default();
    if package.is_empty() || package == "main" { name.to_owned() } else { format!("{package}.{name}") }
}

/// A state or an event by its value or by the name of its constant.
fn named(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Name(name) => name.rsplit('.').next().map(str::to_owned),
        Value::Call(_, given) => match given.as_slice() {
            [inner] => named(inner),
            _ => None,
        },
        _ => None,
    }
}

/// `fsm.NewFSM("closed", fsm.Events{{Name: "open", Src: []string{"closed"}, Dst: "open"}}, callbacks)`
fn table(call: Node<'_>, text: &str) -> Option<StateMachine> {
    let given = arguments(call, text);
    let (function, name) = enclosing(call, text)?;
    let mut machine = StateMachine {
        library: "looplab/fsm",
        name: of_package(name, text),
        initial: given.first().and_then(named),
        doc: doc_comment::of(function, text),
        ..StateMachine::default()
    };
    for row in given.get(1).map(Value::items).unwrap_or_default() {
        let one = |key: &str| row.get(key).and_then(named);
        let (Some(event), Some(to)) = (one("Name"), one("Dst")) else { continue };
        for from in row.get("Src").map(Value::items).unwrap_or_default().iter().filter_map(named) {
            machine.add(Transition { from, event: event.clone(), to: to.clone() });
        }
    }
    (!machine.transitions.is_empty()).then_some(machine)
}

/// The method that is called on something.
fn method<'t>(call: Node<'_>, text: &'t str) -> &'t str {
    let function = call.child_by_field_name("function").filter(|one| one.kind() == "selector_expression");
    function.and_then(|one| one.child_by_field_name("field")).map_or("", |name| text_of(name, text))
}

/// `machine.Configure(open).OnEntry(f).Permit(shut, closed)`: the calls of one function are one machine.
fn permitted(call: Node<'_>, (line, text): (u32, &str), chained: &mut Vec<(u32, StateMachine)>) {
    let mut at = call;
    while method(at, text) != "Configure" {
        let receiver = at.child_by_field_name("function").and_then(|one| one.child_by_field_name("operand"));
        match receiver.filter(|receiver| receiver.kind() == "call_expression") {
            Some(receiver) => at = receiver,
            None => return,
        }
    }
    let Some((function, name)) = enclosing(call, text) else { return };
    if argument_nodes(call).len() < 2 {
        return;
    }
    let (state, given) = (arguments(at, text), arguments(call, text));
    let (Some(from), Some(event), Some(to)) = (state.first().and_then(named), named(&given[0]), named(&given[1])) else { return };
    let name = of_package(name, text);
    let known = chained.iter().position(|(_, machine)| machine.name == name);
    let place = known.unwrap_or_else(|| {
        let doc = doc_comment::of(function, text);
        chained.push((line, StateMachine { library: "stateless", name, doc, ..StateMachine::default() }));
        chained.len() - 1
    });
    if let Some((_, machine)) = chained.get_mut(place) {
        machine.add(Transition { from, event, to });
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    #[test]
    fn tables_and_chains_are_read() {
        let text = "package door\n\nimport (\n\t\"github.com/looplab/fsm\"\n\t\"github.com/qmuntal/stateless\"\n)\n\nfunc NewDoor() *fsm.FSM {\n\treturn fsm.NewFSM(\"closed\", fsm.Events{\n\t\t{Name: \"open\", Src: []string{\"closed\", Ajar}, Dst: \"open\"},\n\t}, fsm.Callbacks{})\n}\n\nfunc Lamp() {\n\tm := stateless.NewStateMachine(off)\n\tm.Configure(off).Permit(press, on)\n\tm.Configure(on).OnEntry(log).Permit(press, off)\n}\n";
        let found = extraction(&[("door.go", text)]).findings;
        let shown: Vec<String> = found
            .iter()
            .filter_map(|finding| match &finding.fact {
                Fact::StateMachine(machine) => Some(machine),
                _ => None,
            })
            .flat_map(|machine| machine.transitions.iter().map(|one| format!("{} {} -{}> {}", machine.name, one.from, one.event, one.to)))
            .collect();
        assert_eq!(
            shown,
            ["door.NewDoor closed -open> open", "door.NewDoor Ajar -open> open", "door.Lamp off -press> on", "door.Lamp on -press> off"]
        );
    }
}
