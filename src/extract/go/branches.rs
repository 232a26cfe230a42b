//! Branchings of a function: which statements stand in which way, and which ways there are to go on by.
//! Nothing is decided: a condition is known only for what it says is empty, and for whether it asks for an error.

use tree_sitter::Node;

use super::body::Body;
use super::values::{children, dotted};
use crate::finding::Way;

/// How a block ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// The statements after the branching follow.
    GoesOn,
    /// The function is left, or the turn of the loop.
    Leaves,
    /// The function is left with an error, or the program ends.
    Fails,
}

impl Body<'_, '_> {
    /// An `if`, `switch` or `select`. What is set up before its condition happens in any case. Where a way leaves the function, what
    /// stands behind the branching is a way too: it stays the current one up to the end of the block.
    pub(super) fn branches(&mut self, node: Node<'_>, depth: usize) {
        let (outer, empty, within) = (self.scope.len(), self.empty.len(), self.way);
        if let Some(first) = node.child_by_field_name("initializer") {
            self.statement(first, depth);
        }
        let condition = node.child_by_field_name("condition");
        if let Some(condition) = condition.filter(|one| one.kind() == "call_expression") {
            let value = self.value(condition, depth);
            self.act(crate::finding::Action::Evaluate(value));
        }
        let asked = condition.map(|one| self.text(one)).unwrap_or_default();
        self.empty.extend(asked.split("&&").filter_map(|part| part.trim().strip_suffix("== nil")).map(|name| name.trim().to_owned()));
        let parts = parts(node);
        let ends: Vec<End> = parts.iter().map(|(_, part)| self.end(*part, asked)).collect();
        let choice = self.function.ways.len();
        let is_open = !parts.iter().any(|(is_rest, _)| *is_rest);
        let of = ends.iter().filter(|end| **end != End::Fails).count() + usize::from(is_open);
        let (first, conditional) = (self.function.ways.len(), self.conditional);
        self.conditional = true;
        self.function.ways.extend(std::iter::repeat_n(Way { within, choice, of, behind: false }, parts.len()));
        for (at, (_, part)) in parts.iter().enumerate() {
            self.way = Some(first + at);
            children_of_part(*part).into_iter().for_each(|one| self.statement(one, depth));
        }
        (self.way, self.conditional) = (within, conditional);
        if ends.contains(&End::Leaves) {
            let stays = ends.iter().position(|end| *end == End::GoesOn).filter(|_| parts.len() == 2 && !is_open);
            self.way = Some(stays.map_or(self.function.ways.len(), |at| first + at));
            if stays.is_none() {
                self.function.ways.push(Way { within, choice, of, behind: true });
            }
        }
        self.empty.truncate(empty);
        self.scope.truncate(outer);
    }

    fn end(&self, part: Node<'_>, condition: &str) -> End {
        let statements: Vec<Node<'_>> =
            children(part).into_iter().flat_map(|one| if one.kind() == "statement_list" { children(one) } else { vec![one] }).collect();
        let ends_program = |node: &Node<'_>| {
            let call =
                children(*node).first().copied().filter(|one| node.kind() == "expression_statement" && one.kind() == "call_expression");
            let called = call.and_then(|call| dotted(call.child_by_field_name("function")?, self.cx.text));
            called.is_some_and(|name| {
                let last = name.rsplit('.').next().unwrap_or_default();
                matches!(name.as_str(), "panic" | "os.Exit") || last.starts_with("Fatal") || last.starts_with("Panic")
            })
        };
        if statements.last().is_some_and(ends_program) {
            return End::Fails;
        }
        let mut returns = Vec::new();
        leaving(part, DEEP, &mut returns);
        let asks_for_error = condition.contains("err != nil") || condition.contains("Err != nil");
        let fails =
            |node: &Node<'_>| node.kind() == "return_statement" && (asks_for_error || self.text(*node).to_lowercase().contains("err"));
        match returns.iter().all(fails) {
            _ if returns.is_empty() => End::GoesOn,
            true if statements.last().is_some_and(|last| last.kind() == "return_statement") => End::Fails,
            true => End::GoesOn,
            false => End::Leaves,
        }
    }
}

/// Blocks nest no deeper than this where a statement is looked for that leaves the function.
const DEEP: usize = 12;

/// The parts of a branching, each with whether it is chosen when no other is.
fn parts(node: Node<'_>) -> Vec<(bool, Node<'_>)> {
    if node.kind() == "if_statement" {
        let chosen = node.child_by_field_name("consequence").map(|one| (false, one));
        return chosen.into_iter().chain(node.child_by_field_name("alternative").map(|one| (true, one))).collect();
    }
    let is_case = |one: &Node<'_>| matches!(one.kind(), "expression_case" | "default_case" | "type_case" | "communication_case");
    children(node).into_iter().filter(is_case).map(|one| (one.kind() == "default_case", one)).collect()
}

/// The statements of a part; `else if` is one statement.
fn children_of_part(part: Node<'_>) -> Vec<Node<'_>> {
    if matches!(part.kind(), "block" | "if_statement") {
        return vec![part];
    }
    let value = part.child_by_field_name("value").or_else(|| part.child_by_field_name("type")).map(|one| one.id());
    children(part).into_iter().filter(|one| Some(one.id()) != value).collect()
}

/// The statements that leave the function or the turn of a loop, those of function literals aside.
fn leaving<'t>(node: Node<'t>, depth: usize, into: &mut Vec<Node<'t>>) {
    match node.kind() {
        "return_statement" | "continue_statement" | "goto_statement" => into.push(node),
        "func_literal" | "expression_statement" | "short_var_declaration" | "assignment_statement" => {}
        _ if depth > 0 => children(node).into_iter().for_each(|one| leaving(one, depth - 1, into)),
        _ => {}
    }
}
