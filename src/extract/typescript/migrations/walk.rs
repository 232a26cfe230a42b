//! The calls of a migration in the order in which they run, as far as that stands in the code.
//! Functions of the file are followed, lists that are written out are run item by item; nothing is ever executed.

use tree_sitter::Node;

use super::engine;
use super::scope::{Bound, Scope, is_function};
use crate::extract::typescript::values::{children, text_of, unwrapped};

/// Functions that call each other nest no deeper than this.
const DEPTH: usize = 8;
/// A migration makes no more calls than this; one that does is given up.
const CALLS: usize = 20_000;
/// Expressions nest no deeper than this.
const NESTING: usize = 200;

/// What a tool makes of a call: whether it is one of its own, so that nothing inside of it is looked at.
pub(in crate::extract::typescript) type Visit<'v, 'a, 't> = dyn FnMut(&mut Walk<'a, 't>, Node<'t>) -> bool + 'v;

/// The walk through one function.
pub(in crate::extract::typescript) struct Walk<'a, 't> {
    pub(in crate::extract::typescript) scope: Scope<'a, 't>,
    guards: usize,
    dry: usize,
    depth: usize,
    nesting: usize,
    left: usize,
}

impl<'a, 't> Walk<'a, 't> {
    pub(in crate::extract::typescript) fn new(scope: Scope<'a, 't>) -> Self {
        Self { scope, guards: 0, dry: 0, depth: 0, nesting: 0, left: CALLS }
    }

    /// Whether a condition that only the run decides stands around the call.
    pub(in crate::extract::typescript) fn is_guarded(&self) -> bool {
        self.guards > 0
    }

    /// Whether the call stands in a loop over what only the run knows: it changes something, but not known what.
    pub(in crate::extract::typescript) fn is_dry(&self) -> bool {
        self.dry > 0
    }

    /// Runs a function without known arguments.
    pub(in crate::extract::typescript) fn function(&mut self, function: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        self.call_with(function, &[], visit);
    }

    /// Runs a statement or expression.
    pub(in crate::extract::typescript) fn run(&mut self, node: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        if self.nesting >= NESTING {
            return;
        }
        self.nesting += 1;
        self.step(node, visit);
        self.nesting -= 1;
    }

    fn step(&mut self, node: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        match node.kind() {
            "statement_block" => {
                let mark = self.scope.len();
                self.block(children(node), visit);
                self.scope.truncate(mark);
            }
            "expression_statement"
            | "await_expression"
            | "return_statement"
            | "parenthesized_expression"
            | "non_null_expression"
            | "as_expression"
            | "unary_expression"
            | "sequence_expression"
            | "array"
            | "else_clause"
            | "lexical_declaration"
            | "variable_declaration"
            | "yield_expression"
            | "labeled_statement"
            | "finally_clause" => self.all(children(node), visit),
            "variable_declarator" | "assignment_expression" => self.bind(node, visit),
            "if_statement" | "ternary_expression" => self.branch(node, visit),
            "switch_statement" => self.switch(node, visit),
            "for_in_statement" => self.for_in(node, visit),
            "for_statement" | "while_statement" | "do_statement" => {
                if let Some(body) = node.child_by_field_name("body") {
                    self.unreadable(body, visit);
                }
            }
            // What fails there is caught, so that it is no fault.
            "try_statement" => {
                self.guarded(node.child_by_field_name("body").into_iter().collect(), visit);
                self.all(node.child_by_field_name("finalizer").into_iter().collect(), visit);
            }
            "binary_expression" => self.guarded(children(node), visit),
            "call_expression" => self.call(node, visit),
            "new_expression" => self.callbacks(node, visit),
            _ => {}
        }
    }

    fn all(&mut self, nodes: Vec<Node<'t>>, visit: &mut Visit<'_, 'a, 't>) {
        nodes.into_iter().for_each(|node| self.run(node, visit));
    }

    /// Statements one after the other. Behind `if (exists) { return; }` the rest runs only where the condition does not hold.
    fn block(&mut self, nodes: Vec<Node<'t>>, visit: &mut Visit<'_, 'a, 't>) {
        let before = self.guards;
        for node in nodes {
            self.run(node, visit);
            if !leaves_early(node) {
                continue;
            }
            match node.child_by_field_name("condition").and_then(|one| engine::holds(one, self.scope.text, self.scope.engine)) {
                Some(true) => break,
                Some(false) => {}
                None => self.guards += 1,
            }
        }
        self.guards = before;
    }

    fn guarded(&mut self, nodes: Vec<Node<'t>>, visit: &mut Visit<'_, 'a, 't>) {
        self.guards += 1;
        self.all(nodes, visit);
        self.guards -= 1;
    }

    /// Goes through a body whose calls cannot be read: the tool tells once that they are there.
    fn unreadable(&mut self, body: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        self.dry += 1;
        if is_function(body) {
            self.call_with(body, &[], visit)
        } else {
            self.run(body, visit)
        }
        self.dry -= 1;
    }

    fn bind(&mut self, node: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        let (name, value) = match node.kind() {
            "variable_declarator" => (node.child_by_field_name("name"), node.child_by_field_name("value")),
            _ => (node.child_by_field_name("left"), node.child_by_field_name("right")),
        };
        let (Some(name), Some(value)) = (name, value) else { return };
        if !is_function(unwrapped(value)) {
            self.run(value, visit);
        }
        let seen = self.scope.len();
        self.scope.bind(name, Some(Bound::Node(value, seen)));
    }

    fn branch(&mut self, node: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        let condition = node.child_by_field_name("condition");
        let [then, otherwise] = ["consequence", "alternative"].map(|field| node.child_by_field_name(field));
        match condition.and_then(|condition| engine::holds(condition, self.scope.text, self.scope.engine)) {
            Some(true) => self.all(then.into_iter().collect(), visit),
            Some(false) => self.all(otherwise.into_iter().collect(), visit),
            // The branch for what is not there yet runs last: where the other one could be applied, it then has nothing to do.
            None if condition.is_some_and(|condition| engine::asks_for_absence(condition, self.scope.text)) => {
                self.guarded(condition.into_iter().chain(otherwise).chain(then).collect(), visit);
            }
            None => self.guarded(condition.into_iter().chain(then).chain(otherwise).collect(), visit),
        }
    }

    fn switch(&mut self, node: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        let cases = node.child_by_field_name("body").map(children).unwrap_or_default();
        let of_engine = |case: &Node<'t>| {
            let value = case.child_by_field_name("value")?;
            engine::named(value, self.scope.text, self.scope.engine)
        };
        if cases.iter().all(|case| of_engine(case).is_none()) {
            cases.into_iter().for_each(|case| self.guarded(engine::statements_of(case), visit));
            return;
        }
        let default = || cases.iter().position(|case| case.kind() == "switch_default");
        let Some(start) = cases.iter().position(|case| of_engine(case) == Some(true)).or_else(default) else { return };
        for case in &cases[start..] {
            let statements = engine::statements_of(*case);
            let leaves = |one: &Node<'_>| {
                let inner = if one.kind() == "statement_block" { children(*one) } else { vec![*one] };
                inner.iter().any(|one| matches!(one.kind(), "break_statement" | "return_statement" | "throw_statement"))
            };
            let is_last = statements.iter().any(leaves);
            self.all(statements, visit);
            if is_last {
                break;
            }
        }
    }

    fn for_in(&mut self, node: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        let fields = ["left", "right", "body"].map(|field| node.child_by_field_name(field));
        let [Some(left), Some(right), Some(body)] = fields else { return };
        let is_of = node.child_by_field_name("operator").is_none_or(|sign| text_of(sign, self.scope.text) == "of");
        match self.scope.items(right).filter(|_| is_of) {
            Some(items) => {
                for item in items {
                    let mark = self.scope.len();
                    self.scope.bind(left, Some(item));
                    self.run(body, visit);
                    self.scope.truncate(mark);
                }
            }
            None => self.unreadable(body, visit),
        }
    }

    fn call(&mut self, node: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        if visit(self, node) {
            return;
        }
        let Some(function) = node.child_by_field_name("function").map(unwrapped) else { return };
        if let Some(own) = self.scope.function(function) {
            let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
            let seen = self.scope.len();
            let bound: Vec<Bound<'t>> = arguments.into_iter().map(|argument| Bound::Node(argument, seen)).collect();
            self.call_with(own, &bound, visit);
            return;
        }
        let property = function.child_by_field_name("property").map_or("", |name| text_of(name, self.scope.text));
        let object = function.child_by_field_name("object");
        match (property, object) {
            ("call" | "apply", Some(object)) if self.scope.function(object).is_some() => {
                if let Some(own) = self.scope.function(object) {
                    self.call_with(own, &[], visit);
                }
            }
            ("forEach" | "map" | "flatMap" | "each" | "mapSeries" | "reduce", Some(list)) => self.each(node, list, visit),
            ("catch", Some(object)) => self.run(object, visit),
            (_, object) => {
                self.all(object.into_iter().collect(), visit);
                self.callbacks(node, visit);
            }
        }
    }

    /// `list.forEach(item => ...)`, `Promise.mapSeries(list, item => ...)`.
    fn each(&mut self, node: Node<'t>, list: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
        let Some(at) = arguments.iter().position(|argument| is_function(unwrapped(*argument))) else { return };
        let list = if at == 1 { arguments[0] } else { list };
        let body = unwrapped(arguments[at]);
        match self.scope.items(list) {
            Some(items) => items.into_iter().for_each(|item| self.call_with(body, &[item], visit)),
            None => self.unreadable(body, visit),
        }
    }

    /// What a call is given to run: functions, calls, lists of them.
    fn callbacks(&mut self, node: Node<'t>, visit: &mut Visit<'_, 'a, 't>) {
        for argument in node.child_by_field_name("arguments").map(children).unwrap_or_default() {
            let argument = unwrapped(argument);
            if is_function(argument) { self.call_with(argument, &[], visit) } else { self.run(argument, visit) }
        }
    }

    /// Runs a function with arguments.
    pub(in crate::extract::typescript) fn call_with(&mut self, function: Node<'t>, arguments: &[Bound<'t>], visit: &mut Visit<'_, 'a, 't>) {
        if self.depth >= DEPTH {
            return;
        }
        self.depth += 1;
        let mark = self.scope.len();
        for (place, pattern) in patterns(function).into_iter().enumerate() {
            self.scope.bind(pattern, arguments.get(place).cloned());
        }
        if let Some(body) = function.child_by_field_name("body") {
            self.run(body, visit);
        }
        self.scope.truncate(mark);
        self.depth -= 1;
    }
}

/// Whether a statement is a condition under which the function ends.
fn leaves_early(node: Node<'_>) -> bool {
    let is_end = |one: &Node<'_>| matches!(one.kind(), "return_statement" | "throw_statement");
    node.kind() == "if_statement"
        && node.child_by_field_name("alternative").is_none()
        && node.child_by_field_name("consequence").is_some_and(|then| is_end(&then) || children(then).last().is_some_and(is_end))
}

/// The names or patterns of the parameters of a function.
pub(in crate::extract::typescript) fn patterns(function: Node<'_>) -> Vec<Node<'_>> {
    if let Some(single) = function.child_by_field_name("parameter") {
        return vec![single];
    }
    let list = function.child_by_field_name("parameters").map(children).unwrap_or_default();
    list.into_iter().filter_map(|parameter| parameter.child_by_field_name("pattern").or(Some(parameter))).collect()
}
