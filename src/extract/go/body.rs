//! The body of a function as statements over slots: each name that the function declares is a slot, set anew by each assignment.
//! Branches and loops are laid out one after the other; what only a condition makes happen is marked.

use tree_sitter::Node;

use super::types;
use super::values::{argument_nodes, children, dotted, formatted, string, text_of};
use crate::extract::FileCx;
use crate::finding::{Action, Closure, Expression, Function, Invocation, Slot, Statement, Value};

/// Statements and expressions nest no deeper than this.
const DEPTH: usize = 60;
/// A function with more statements than this is data.
const SIZE: usize = 6_000;

/// Reads one function.
pub(super) struct Body<'f, 'c> {
    pub(super) cx: &'f FileCx<'c>,
    pub(super) function: &'f mut Function,
    /// The names in scope with their slots, the innermost last.
    pub(super) scope: Vec<(String, usize)>,
    closure: Option<usize>,
    /// The way of a branching that is being read.
    pub(super) way: Option<usize>,
    /// Whether it is a way that others stand beside, so that what a name was before may still hold behind it.
    pub(super) conditional: bool,
    /// Names that a condition around says are empty: what they are set to there stands in for nothing.
    pub(super) empty: Vec<String>,
}

impl<'f, 'c> Body<'f, 'c> {
    /// Reads the body of a function into it.
    pub(super) fn read(cx: &'f FileCx<'c>, body: Node<'_>, function: &'f mut Function) {
        let receiver = function.receiver.as_ref().map(|one| (one.name.clone(), Slot::Receiver));
        let parameters: Vec<(String, Slot)> =
            function.parameters.iter().enumerate().map(|(at, one)| (one.name.clone(), Slot::Parameter(at))).collect();
        let mut reader = Self { cx, function, scope: Vec::new(), closure: None, way: None, conditional: false, empty: Vec::new() };
        for (name, slot) in receiver.into_iter().chain(parameters) {
            reader.declare(&name, slot);
        }
        reader.block(body, DEPTH);
    }

    /// Reads one expression outside of functions.
    pub(super) fn expression(cx: &'f FileCx<'c>, node: Node<'_>, function: &'f mut Function) -> Expression {
        Self { cx, function, scope: Vec::new(), closure: None, way: None, conditional: false, empty: Vec::new() }.value(node, DEPTH)
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'c str {
        text_of(node, self.cx.text)
    }

    fn declare(&mut self, name: &str, slot: Slot) -> usize {
        self.function.slots.push(slot);
        let at = self.function.slots.len() - 1;
        if !name.is_empty() && name != "_" {
            self.scope.push((name.to_owned(), at));
        }
        at
    }

    pub(super) fn act(&mut self, action: Action) {
        if self.function.statements.len() < SIZE {
            self.function.statements.push(Statement { action, closure: self.closure, way: self.way });
        }
    }

    fn block(&mut self, node: Node<'_>, depth: usize) {
        let (outer, way) = (self.scope.len(), self.way);
        for statement in children(node) {
            self.statement(statement, depth);
        }
        self.scope.truncate(outer);
        self.way = way;
    }

    pub(super) fn statement(&mut self, node: Node<'_>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match node.kind() {
            "statement_list" => children(node).into_iter().for_each(|one| self.statement(one, depth)),
            "block" => self.block(node, depth),
            "expression_statement" | "go_statement" | "defer_statement" => {
                for inner in children(node) {
                    let value = self.value(inner, depth);
                    self.act(Action::Evaluate(value));
                }
            }
            "short_var_declaration" | "assignment_statement" => self.assignment(node, depth),
            "var_declaration" | "const_declaration" => self.declaration(node, depth),
            "return_statement" => {
                let list =
                    children(node).into_iter().flat_map(|one| if one.kind() == "expression_list" { children(one) } else { vec![one] });
                let values: Vec<Expression> = list.map(|one| self.value(one, depth)).collect();
                self.act(Action::Return(values));
            }
            "for_statement" => self.loop_over(node, depth),
            "if_statement" | "expression_switch_statement" | "type_switch_statement" | "select_statement" => self.branches(node, depth),
            "labeled_statement" => children(node).into_iter().skip(1).for_each(|one| self.statement(one, depth)),
            _ => {}
        }
    }

    fn loop_over(&mut self, node: Node<'_>, depth: usize) {
        let outer = self.scope.len();
        let clause = children(node).into_iter().find(|child| child.kind() == "range_clause");
        if let Some(clause) = clause {
            let over = clause.child_by_field_name("right").map_or(Expression::Other, |right| self.value(right, depth));
            let names = clause.child_by_field_name("left").map(children).unwrap_or_default();
            let name = |at: usize| names.get(at).map(|name| self.text(*name).to_owned()).unwrap_or_default();
            let (key, item) = (name(0), name(1));
            let each = self.declare(&item, Slot::Each(over));
            if !matches!(key.as_str(), "" | "_") {
                self.declare(&key, Slot::Key(each));
            }
        }
        if let Some(body) = node.child_by_field_name("body") {
            self.block(body, depth);
        }
        self.scope.truncate(outer);
    }

    fn assignment(&mut self, node: Node<'_>, depth: usize) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else { return };
        let (targets, sources) = (children(left), children(right));
        let single = sources.len() == 1 && targets.len() > 1;
        let whole = if single { sources.first().map(|one| self.value(*one, depth)) } else { None };
        for (at, target) in targets.into_iter().enumerate() {
            let slot = match &whole {
                Some(whole) => Slot::Part(whole.clone(), at),
                None => match sources.get(at) {
                    Some(source) => Slot::Value(self.value(*source, depth)),
                    None => continue,
                },
            };
            let name = self.text(target);
            let known = self.scope.iter().any(|(other, _)| other == name);
            if target.kind() == "identifier" && (known || node.kind() == "short_var_declaration" || name == "_") {
                self.assign(name, slot);
            } else {
                let target = self.value(target, depth);
                let source = Expression::Local(self.declare("", slot));
                self.act(Action::Set(target, source));
            }
        }
    }

    /// A name that is set anew is a new slot from here on. In a branch what it was before may still hold, so that only the first value
    /// of a name that was declared without one is taken.
    fn assign(&mut self, name: &str, slot: Slot) {
        // Calls whose results are thrown away still happen.
        if name == "_" {
            if let Slot::Value(value) | Slot::Part(value, _) = slot {
                self.act(Action::Evaluate(value));
            }
            return;
        }
        if self.empty.iter().any(|one| one == name) {
            return;
        }
        let before = self.scope.iter().rev().find(|(other, _)| other == name).map(|(_, slot)| *slot);
        let slot = match (slot, before.filter(|_| self.conditional)) {
            (Slot::Value(value), Some(before)) => Slot::Value(Expression::Either(Box::new(Expression::Local(before)), Box::new(value))),
            (slot, _) => slot,
        };
        let happens = match &slot {
            Slot::Value(value @ Expression::Call(_)) => Some(value.clone()),
            Slot::Part(value @ Expression::Call(_), 0) => Some(value.clone()),
            _ => None,
        };
        self.function.slots.push(slot);
        let at = self.function.slots.len() - 1;
        if happens.is_some() {
            self.act(Action::Evaluate(Expression::Local(at)));
        }
        match self.scope.iter_mut().rev().find(|(other, _)| other == name) {
            Some(known) => known.1 = at,
            None => self.scope.push((name.to_owned(), at)),
        }
    }

    fn declaration(&mut self, node: Node<'_>, depth: usize) {
        for spec in children(node).into_iter().flat_map(|one| if one.kind() == "var_spec_list" { children(one) } else { vec![one] }) {
            let kind = spec.child_by_field_name("type").map(|kind| self.text(kind).to_owned());
            let values = spec.child_by_field_name("value").map(children).unwrap_or_default();
            let mut cursor = spec.walk();
            let names: Vec<Node<'_>> = spec.children_by_field_name("name", &mut cursor).filter(|name| name.is_named()).collect();
            for (at, name) in names.into_iter().enumerate() {
                let slot = match (values.get(at), &kind) {
                    (Some(value), _) => Slot::Value(self.value(*value, depth)),
                    (None, Some(kind)) => Slot::Typed(kind.clone()),
                    (None, None) => continue,
                };
                let name = self.text(name).to_owned();
                self.declare(&name, slot);
            }
        }
    }

    pub(super) fn value(&mut self, node: Node<'_>, depth: usize) -> Expression {
        let Some(depth) = depth.checked_sub(1) else { return Expression::Other };
        match node.kind() {
            "identifier" | "true" | "false" => self.name(self.text(node)),
            // The argument of `new` is a type.
            "type_identifier" | "qualified_type" => Expression::Name(self.text(node).to_owned()),
            "parenthesized_expression" | "literal_element" | "variadic_argument" => {
                children(node).first().map_or(Expression::Other, |one| self.value(*one, depth))
            }
            "unary_expression" => match node.child_by_field_name("operator").map(|sign| sign.kind()) {
                Some("&" | "*") => node.child_by_field_name("operand").map_or(Expression::Other, |one| self.value(one, depth)),
                _ => Expression::Other,
            },
            "selector_expression" => {
                let (Some(operand), Some(field)) = (node.child_by_field_name("operand"), node.child_by_field_name("field")) else {
                    return Expression::Other;
                };
                Expression::Field(Box::new(self.value(operand, depth)), self.text(field).to_owned())
            }
            "interpreted_string_literal" | "raw_string_literal" => string(node, self.cx.text).map_or(Expression::Other, Expression::Text),
            "int_literal" => Expression::Number(self.text(node).to_owned()),
            "binary_expression" => self.sum(node, depth),
            "call_expression" => self.call(node, depth),
            "composite_literal" => self.composite(node, depth),
            "literal_value" => self.entries(String::new(), node, depth),
            "func_literal" => self.closure(node, depth),
            "index_expression" => {
                let (Some(operand), Some(index)) = (node.child_by_field_name("operand"), node.child_by_field_name("index")) else {
                    return Expression::Other;
                };
                Expression::Index(Box::new(self.value(operand, depth)), Box::new(self.value(index, depth)))
            }
            "type_conversion_expression" => node.child_by_field_name("operand").map_or(Expression::Other, |one| self.value(one, depth)),
            "type_assertion_expression" => node.child_by_field_name("operand").map_or(Expression::Other, |one| self.value(one, depth)),
            _ => Expression::Other,
        }
    }

    fn name(&self, name: &str) -> Expression {
        let known = self.scope.iter().rev().find(|(other, _)| other == name);
        known.map_or_else(|| Expression::Name(name.to_owned()), |(_, slot)| Expression::Local(*slot))
    }

    fn sum(&mut self, node: Node<'_>, depth: usize) -> Expression {
        let mut parts = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression" && at.child_by_field_name("operator").is_some_and(|sign| sign.kind() == "+") {
            let (Some(left), Some(right)) = (at.child_by_field_name("left"), at.child_by_field_name("right")) else { break };
            parts.push(self.value(right, depth));
            at = left;
        }
        if parts.is_empty() {
            return Expression::Other;
        }
        parts.push(self.value(at, depth));
        parts.reverse();
        Expression::Concat(parts)
    }

    fn call(&mut self, node: Node<'_>, depth: usize) -> Expression {
        let Some(function) = node.child_by_field_name("function") else { return Expression::Other };
        let arguments: Vec<Expression> = argument_nodes(node).into_iter().map(|one| self.value(one, depth)).collect();
        if dotted(function, self.cx.text).as_deref() == Some("fmt.Sprintf")
            && let Some(Expression::Text(format)) = arguments.first()
        {
            return sprintf(format, &arguments[1..]);
        }
        let place = function.child_by_field_name("field").unwrap_or(function).start_byte();
        let line = self.cx.line(place);
        Expression::Call(Box::new(Invocation { function: self.value(function, depth), arguments, line, place }))
    }

    fn composite(&mut self, node: Node<'_>, depth: usize) -> Expression {
        let kind = node.child_by_field_name("type").map(|kind| self.text(kind).to_owned()).unwrap_or_default();
        let Some(body) = node.child_by_field_name("body") else { return Expression::Other };
        let fields = node.child_by_field_name("type").map(|kind| types::unnamed_fields(kind, self.cx.text)).unwrap_or_default();
        let mut value = self.entries(kind, body, depth);
        if !fields.is_empty() {
            name_fields(&mut value, &fields);
        }
        value
    }

    fn entries(&mut self, kind: String, body: Node<'_>, depth: usize) -> Expression {
        if kind.starts_with("map[") {
            let parts = children(body).into_iter().take(SIZE).map(children);
            let pairs: Vec<(Node<'_>, Node<'_>)> = parts.filter_map(|parts| Some((*parts.first()?, *parts.get(1)?))).collect();
            return Expression::Map(
                kind,
                pairs.into_iter().map(|(key, value)| (self.value(key, depth), self.value(value, depth))).collect(),
            );
        }
        let mut entries = Vec::new();
        for element in children(body).into_iter().take(SIZE) {
            if element.kind() == "keyed_element" {
                let parts = children(element);
                let (Some(key), Some(value)) = (parts.first(), parts.get(1)) else { continue };
                let key = children(*key).first().copied().unwrap_or(*key);
                let key = string(key, self.cx.text).unwrap_or_else(|| self.text(key).to_owned());
                entries.push((key, self.value(*value, depth)));
            } else {
                entries.push((String::new(), self.value(element, depth)));
            }
        }
        Expression::Composite(kind, entries)
    }

    fn closure(&mut self, node: Node<'_>, depth: usize) -> Expression {
        let parameters = node.child_by_field_name("parameters").map(|list| types::variables(list, self.cx.text)).unwrap_or_default();
        let at = self.function.closures.len();
        let handles = types::handles(&parameters);
        self.function.closures.push(Closure { parameters: Vec::new(), within: self.closure, handles });
        let (outer, before, way) = (self.scope.len(), self.closure, (self.way, self.conditional));
        let slots: Vec<usize> = parameters
            .iter()
            .enumerate()
            .map(|(index, one)| self.declare(&one.name, Slot::ClosureParameter(at, index, one.kind.clone())))
            .collect();
        self.function.closures[at].parameters = slots;
        if let Some(body) = node.child_by_field_name("body") {
            self.closure = Some(at);
            (self.way, self.conditional) = (None, false);
            self.block(body, depth);
        }
        self.scope.truncate(outer);
        (self.closure, (self.way, self.conditional)) = (before, way);
        Expression::Closure(at)
    }
}

/// Gives the values of a literal of a struct without a name, or of those in a list or map of them, the names of its fields.
fn name_fields(value: &mut Expression, fields: &[String]) {
    let name = |entries: &mut Vec<(String, Expression)>| {
        for ((key, _), field) in entries.iter_mut().zip(fields).filter(|((key, _), _)| key.is_empty()) {
            key.clone_from(field);
        }
    };
    match value {
        Expression::Composite(kind, entries) if kind.starts_with('[') => {
            for (_, one) in entries {
                if let Expression::Composite(kind, inner) = one
                    && kind.is_empty()
                {
                    name(inner);
                }
            }
        }
        Expression::Composite(_, entries) => name(entries),
        Expression::Map(_, entries) => {
            for (_, one) in entries {
                if let Expression::Composite(_, inner) = one {
                    name(inner);
                }
            }
        }
        _ => {}
    }
}

/// `fmt.Sprintf("%s/x", base)` with its arguments in their places.
fn sprintf(format: &str, arguments: &[Expression]) -> Expression {
    let places: Vec<Value> = (0..arguments.len()).map(|at| Value::Number(at.to_string())).collect();
    let part = |value: &Value| match value {
        Value::Text(text) => Expression::Text(text.clone()),
        Value::Number(at) => at.parse().ok().and_then(|at: usize| arguments.get(at)).cloned().unwrap_or(Expression::Other),
        _ => Expression::Other,
    };
    match formatted(format, &places) {
        Value::Concat(parts) => Expression::Concat(parts.iter().map(part).collect()),
        other => part(&other),
    }
}
