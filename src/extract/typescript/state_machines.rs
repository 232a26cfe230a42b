//! State machines of XState (`createMachine`, `setup(...).createMachine`, `Machine`) and of javascript-state-machine.
//! States in states are told by their path (`open.editing`); what actions and guards do is not read.

use tree_sitter::Node;

use super::imports::Origins;
use super::values::{self, callee, dotted, text_of};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{ANY, Fact, StateMachine, Transition, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile =
    QueryFile { id: "typescript/state_machines", text: include_str!("../../../queries/typescript/state_machines.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.state_machines",
    about: "state machines of XState and javascript-state-machine",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["'xstate'", "\"xstate\"", "'javascript-state-machine'", "\"javascript-state-machine\""],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// States nest no deeper than this.
const DEPTH: usize = 16;

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(root) = cx.tree().map(tree_sitter::Tree::root_node) else { return };
    let origins = Origins::of(root, cx.text);
    for call in cx.matches(&QUERY).iter().filter_map(|found| found.node("call")) {
        let Some(library) = library(call, &origins, cx.text) else { continue };
        let Some(config) = values::arguments(call, cx.text).into_iter().next() else { continue };
        let machine = if library == XSTATE { chart(&config) } else { table(&config) };
        let name = config.get("id").and_then(Value::as_text).map(str::to_owned).or_else(|| variable(call, cx.text));
        let (Some(machine), Some(name)) = (machine, name) else { continue };
        sink.fact(cx.line(call.start_byte()), Fact::StateMachine(StateMachine { library, name, ..machine }));
    }
}

const XSTATE: &str = "XState";

/// The library that a call makes a machine with.
fn library(call: Node<'_>, origins: &Origins, text: &str) -> Option<&'static str> {
    let made = call.kind() == "new_expression";
    let name = callee(call.child_by_field_name(if made { "constructor" } else { "function" })?, text);
    let last = name.rsplit('.').next().unwrap_or(&name);
    let root = name.split(['.', '(']).next().unwrap_or(&name);
    match origins.module(root)? {
        "xstate" if !made && matches!(last, "createMachine" | "Machine") => Some(XSTATE),
        "javascript-state-machine" if made => Some("javascript-state-machine"),
        _ => None,
    }
}

/// `const order = createMachine(...)`, `export default`: the name of what holds it.
fn variable(call: Node<'_>, text: &str) -> Option<String> {
    let mut at = call;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            "variable_declarator" => return parent.child_by_field_name("name").map(|name| text_of(name, text).to_owned()),
            "call_expression" | "as_expression" | "member_expression" | "arguments" | "satisfies_expression" => at = parent,
            "pair" => return parent.child_by_field_name("key").map(|name| text_of(name, text).to_owned()),
            "assignment_expression" => return dotted(parent.child_by_field_name("left")?, text),
            _ => return None,
        }
    }
    None
}

/// A chart: `{ initial, states: { name: { on, after, always, invoke, states } } }`.
fn chart(config: &Value) -> Option<StateMachine> {
    let mut machine =
        StateMachine { initial: config.get("initial").and_then(Value::as_text).map(str::to_owned), ..StateMachine::default() };
    states(config, "", &mut machine, DEPTH);
    let everywhere = targets(config);
    for (event, to) in everywhere {
        let to = resolved("", &to);
        machine.add(Transition { from: ANY.to_owned(), event, to });
    }
    (!machine.states.is_empty()).then_some(machine)
}

fn states(config: &Value, above: &str, machine: &mut StateMachine, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let Some(Value::Map(entries)) = config.get("states") else { return };
    for (name, state) in entries.iter().filter(|(name, _)| name != "...") {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        machine.states.insert(path.clone());
        for (event, to) in targets(state) {
            machine.add(Transition { from: path.clone(), event, to: resolved(above, &to) });
        }
        states(state, &path, machine, depth);
    }
}

/// The state that a target names: a sibling, an own child (`.child`), or one of the whole chart (`#id.state`).
fn resolved(above: &str, target: &str) -> String {
    match target.strip_prefix('#') {
        Some(whole) => whole.split_once('.').map_or(whole, |(_, path)| path).to_owned(),
        None => {
            let name = target.trim_start_matches('.');
            if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
        }
    }
}

/// What leads out of a state: event and target.
fn targets(state: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut take = |event: &str, value: &Value| found.extend(goals(value).into_iter().map(|to| (event.to_owned(), to)));
    if let Some(Value::Map(events)) = state.get("on") {
        events.iter().filter(|(name, _)| name != "...").for_each(|(event, value)| take(event, value));
    }
    if let Some(Value::Map(delays)) = state.get("after") {
        delays.iter().for_each(|(delay, value)| take(&format!("after {delay}"), value));
    }
    state.get("always").into_iter().for_each(|value| take("", value));
    for invoked in state.get("invoke").into_iter().flat_map(Value::items) {
        for (key, event) in [("onDone", "done"), ("onError", "error")] {
            invoked.get(key).into_iter().for_each(|value| take(event, value));
        }
    }
    state.get("onDone").into_iter().for_each(|value| take("done", value));
    found
}

/// The targets of a transition: a text, `{ target }`, or a list of them.
fn goals(value: &Value) -> Vec<String> {
    let goal = |one: &Value| one.as_text().or_else(|| one.get("target")?.as_text()).map(str::to_owned);
    value.items().iter().filter_map(goal).collect()
}

/// A table: `{ init, transitions: [{ name, from, to }] }`.
fn table(config: &Value) -> Option<StateMachine> {
    let mut machine = StateMachine { initial: config.get("init").and_then(Value::as_text).map(str::to_owned), ..StateMachine::default() };
    for row in config.get("transitions").into_iter().flat_map(Value::items) {
        let text = |key: &str| row.get(key).and_then(Value::as_text).map(str::to_owned);
        let (Some(event), Some(to)) = (text("name"), text("to")) else { continue };
        for from in row.get("from").into_iter().flat_map(Value::items).filter_map(Value::as_text) {
            let from = if from == "*" { ANY } else { from };
            machine.add(Transition { from: from.to_owned(), event: event.clone(), to: to.clone() });
        }
    }
    (!machine.transitions.is_empty()).then_some(machine)
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    fn shown(text: &str) -> Vec<String> {
        let found = extraction(&[("a.ts", text)]).findings;
        let machines = found.iter().filter_map(|finding| match &finding.fact {
            Fact::StateMachine(machine) => Some(machine),
            _ => None,
        });
        machines
            .flat_map(|machine| {
                let first = format!("{} {} from {}", machine.library, machine.name, machine.initial.as_deref().unwrap_or("-"));
                let ways = machine.transitions.iter().map(|one| format!("{} -{}> {}", one.from, one.event, one.to));
                std::iter::once(first).chain(ways).collect::<Vec<String>>()
            })
            .collect()
    }

    #[test]
    fn charts_are_read_with_their_nested_states() {
        let text = "import { setup } from 'xstate';\nimport { createMachine, assign } from 'xstate';\nexport const light = createMachine({ id: 'light', initial: 'red', on: { OFF: '#light.dark' }, states: { red: { on: { NEXT: { target: 'green', actions: assign({}) } }, after: { 1000: 'green' } }, green: { initial: 'on', states: { on: { on: { BLINK: 'off' } }, off: {} }, invoke: { src: load, onDone: [{ target: 'red', guard: g }], onError: 'dark' } }, dark: { type: 'final' } } });\ncreateMachine({ states: {} });\nexport const other = setup({ actions: {} }).createMachine({ initial: 'a', states: { a: { always: 'b' }, b: {} } });\n";
        let expected = [
            "XState light from red",
            "red -NEXT> green",
            "red -after 1000> green",
            "green -done> red",
            "green -error> dark",
            "green.on -BLINK> green.off",
            "any state -OFF> dark",
            "XState other from a",
            "a -> b",
        ];
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn a_function_of_that_name_from_elsewhere_makes_none() {
        assert!(shown("import { interpret } from 'xstate';\nimport { createMachine } from './own';\ncreateMachine({ id: 'x', states: { a: {} } });\n").is_empty());
    }

    #[test]
    fn tables_are_read() {
        let text = "const StateMachine = require('javascript-state-machine');\nconst door = new StateMachine({ init: 'shut', transitions: [{ name: 'open', from: ['shut', 'ajar'], to: 'wide' }, { name: 'slam', from: '*', to: 'shut' }] });\n";
        assert_eq!(
            shown(text),
            ["javascript-state-machine door from shut", "shut -open> wide", "ajar -open> wide", "any state -slam> shut"]
        );
    }
}
