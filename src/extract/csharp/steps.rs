//! The statements of a function as steps: what is called on what, in order and under which conditions.
//! Decides nothing about what a call means.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::attributes;
use super::nodes::{child_of, children, compact, dotted, field, members, simple_name, text_of, type_arguments, unwrapped};
use super::values;
use crate::extract::FileCx;
use crate::finding::{Argument, Call, Condition, Lambda, Step, Value};

/// Calls and functions nest no deeper than this.
const DEPTH: usize = 24;
/// Statements beyond which a function is data.
const STEPS: usize = 4_000;

/// What the statements of a program do; its local functions are read where they are called.
pub(super) fn of_program<'t>(cx: &FileCx<'_>, statements: Vec<Node<'t>>, locals: BTreeMap<&str, Node<'t>>) -> Vec<Step> {
    Reader { cx, left: STEPS, locals }.sequence(statements, DEPTH)
}

/// What the body of a function does.
pub(super) fn of_function(cx: &FileCx<'_>, body: Node<'_>) -> Vec<Step> {
    Reader { cx, left: STEPS, locals: BTreeMap::new() }.body(body, DEPTH)
}

/// Reads statements into steps, within a limit.
struct Reader<'c, 'f, 't> {
    cx: &'c FileCx<'f>,
    left: usize,
    /// The functions of a program that use its variables: a call of one does what stands in it.
    locals: BTreeMap<&'c str, Node<'t>>,
}

impl<'t> Reader<'_, '_, 't> {
    fn text(&self) -> &str {
        self.cx.text
    }

    /// A block, or the one expression behind `=>`, whose value is given back.
    fn body(&mut self, node: Node<'_>, depth: usize) -> Vec<Step> {
        match node.kind() {
            "block" => self.sequence(members(node), depth),
            "arrow_expression_clause" => children(node).first().map(|one| self.given_back(*one, depth)).unwrap_or_default(),
            _ => self.given_back(node, depth),
        }
    }

    /// The body of the local function that a call means.
    fn local(&self, call: Node<'_>) -> Option<Node<'t>> {
        let function = call.child_by_field_name("function").filter(|one| one.kind() == "identifier")?;
        self.locals.get(text_of(function, self.cx.text)).copied()
    }

    fn given_back(&mut self, expression: Node<'_>, depth: usize) -> Vec<Step> {
        let mut steps = self.expression(expression, depth);
        if let Some(last) = steps.last_mut() {
            last.returned = true;
        }
        steps
    }

    fn statement(&mut self, node: Node<'_>, depth: usize) -> Vec<Step> {
        if depth == 0 || self.left == 0 {
            return Vec::new();
        }
        self.left -= 1;
        match node.kind() {
            "expression_statement" => children(node).first().map(|one| self.expression(*one, depth)).unwrap_or_default(),
            "return_statement" => children(node).first().map(|one| self.given_back(*one, depth)).unwrap_or_default(),
            "local_declaration_statement" => {
                child_of(node, "variable_declaration").map(|one| self.declared(one, depth)).unwrap_or_default()
            }
            "local_function_statement" => Vec::new(),
            "if_statement" => self.branches(node, depth),
            "variable_declaration" => self.declared(node, depth),
            "switch_body" => self.cases(node, depth),
            _ => self.sequence(members(node).into_iter().filter(|one| is_statement(*one)).collect(), depth - 1),
        }
    }

    /// Statements one after the other; what stands behind one that may leave the procedure happens only where it does not.
    fn sequence(&mut self, statements: Vec<Node<'_>>, depth: usize) -> Vec<Step> {
        let (mut steps, mut behind): (Vec<Step>, Vec<Condition>) = (Vec::new(), Vec::new());
        for one in statements {
            let found = self.statement(one, depth);
            steps.extend(found.into_iter().map(|step| within(step, &behind)));
            if one.kind() == "if_statement" && one.child_by_field_name("consequence").is_some_and(|part| leaves(part, DEPTH)) {
                behind.push(Condition { choice: one.start_byte(), way: 1, of: 2, asked: String::new() });
            }
        }
        steps
    }

    fn branches(&mut self, node: Node<'_>, depth: usize) -> Vec<Step> {
        let asked = node.child_by_field_name("condition").map(|one| compact(text_of(one, self.cx.text))).unwrap_or_default();
        let mut steps = Vec::new();
        for (way, name) in ["consequence", "alternative"].into_iter().enumerate() {
            let Some(part) = node.child_by_field_name(name) else { continue };
            let asked = match way {
                // What is of another type is no other way of running: `if (item is Group group)`.
                _ if takes_apart(&asked) => String::new(),
                0 => asked.clone(),
                _ => format!("!({asked})"),
            };
            let condition = Condition { choice: node.start_byte(), way, of: 2, asked };
            steps.extend(self.statement(part, depth - 1).into_iter().map(|step| within(step, std::slice::from_ref(&condition))));
        }
        steps
    }

    /// The sections of a `switch`; without a default one there is a way around them all.
    fn cases(&mut self, node: Node<'_>, depth: usize) -> Vec<Step> {
        let sections: Vec<Node<'_>> = members(node).into_iter().filter(|one| one.kind() == "switch_section").collect();
        let asked = node.parent().and_then(|parent| parent.child_by_field_name("value"));
        let asked = asked.map(|one| format!("switch {}", compact(text_of(one, self.cx.text)))).unwrap_or_else(|| "switch".to_owned());
        let has_default = sections.iter().any(|one| text_of(*one, self.cx.text).starts_with("default"));
        let of = sections.len() + usize::from(!has_default);
        let mut steps = Vec::new();
        for (way, section) in sections.into_iter().enumerate() {
            let condition = Condition { choice: node.start_byte(), way, of, asked: asked.clone() };
            steps.extend(self.statement(section, depth - 1).into_iter().map(|step| within(step, std::slice::from_ref(&condition))));
        }
        steps
    }

    fn declared(&mut self, declaration: Node<'_>, depth: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        for one in children(declaration).into_iter().filter(|one| one.kind() == "variable_declarator") {
            let parts = children(one);
            if let (Some(name), Some(value)) = (parts.first(), parts.last().filter(|_| parts.len() > 1)) {
                let name = text_of(*name, self.text()).to_owned();
                steps.extend(self.assigned(name, *value, depth));
            }
        }
        steps
    }

    fn assigned(&mut self, name: String, value: Node<'_>, depth: usize) -> Vec<Step> {
        let mut steps = self.expression(value, depth);
        match steps.last_mut() {
            Some(last) if !last.calls.is_empty() || last.value.is_some() => last.assigned = Some(name),
            _ => {
                let line = self.cx.line(value.start_byte());
                steps.push(Step { line, assigned: Some(name), value: Some(values::read(value, self.cx.text)), ..Step::default() });
            }
        }
        steps
    }

    fn expression(&mut self, node: Node<'_>, depth: usize) -> Vec<Step> {
        let node = unwrapped(node);
        if depth == 0 {
            return Vec::new();
        }
        match node.kind() {
            "invocation_expression" | "element_access_expression" if values::setting(node, self.cx.text).is_some() => {
                vec![Step { line: self.cx.line(node.start_byte()), value: values::setting(node, self.cx.text), ..Step::default() }]
            }
            "invocation_expression" => match self.local(node) {
                Some(body) => self.body(body, depth - 1),
                None => vec![self.chain(node, depth)],
            },
            "assignment_expression" => {
                let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
                    return Vec::new();
                };
                let name = dotted(left, self.cx.text).unwrap_or_else(|| compact(text_of(left, self.cx.text)));
                self.assigned(name, right, depth)
            }
            "binary_expression" | "conditional_access_expression" if child_of(node, "invocation_expression").is_some() => {
                let calls = children(node).into_iter().filter(|one| one.kind() == "invocation_expression");
                calls.map(|one| self.chain(one, depth)).collect()
            }
            // `services.GetRequiredService<T>().Value`: the calls are what tells.
            "member_access_expression" if dotted(node, self.cx.text).is_none() => {
                let mut steps = node.child_by_field_name("expression").map(|one| self.expression(one, depth - 1)).unwrap_or_default();
                if let Some(last) = steps.last_mut() {
                    let name = field(node, "name", self.cx.text).unwrap_or_default();
                    last.member = if last.member.is_empty() { name.to_owned() } else { format!("{}.{name}", last.member) };
                }
                steps
            }
            "identifier" | "member_access_expression" => {
                let receiver = dotted(node, self.cx.text).unwrap_or_default();
                vec![Step { line: self.cx.line(node.start_byte()), receiver, ..Step::default() }]
            }
            _ => vec![Step { line: self.cx.line(node.start_byte()), value: Some(values::read(node, self.cx.text)), ..Step::default() }],
        }
    }

    /// `a.b.C(x).D<T>(y)`: the receiver `a.b` and the calls `C`, `D`.
    fn chain(&mut self, node: Node<'_>, depth: usize) -> Step {
        let mut step = Step { line: self.cx.line(node.start_byte()), ..Step::default() };
        let mut at = node;
        loop {
            match at.kind() {
                "invocation_expression" => {
                    let Some(function) = at.child_by_field_name("function") else { break };
                    let named = if function.kind() == "member_access_expression" { function.child_by_field_name("name") } else { None };
                    let name = named.unwrap_or(function);
                    step.calls.push(Call {
                        line: self.cx.line(name.start_byte()),
                        name: simple_name(name, self.cx.text).to_owned(),
                        type_arguments: type_arguments(name, self.cx.text),
                        arguments: self.arguments(at, depth),
                    });
                    let Some(object) = named.and(function.child_by_field_name("expression")) else { break };
                    at = unwrapped(object);
                }
                "object_creation_expression" => {
                    let name = at.child_by_field_name("type").map(|one| simple_name(one, self.cx.text).to_owned());
                    step.receiver = name.unwrap_or_default();
                    break;
                }
                "member_access_expression" => {
                    if let Some(name) = dotted(at, self.cx.text) {
                        step.receiver = name;
                        break;
                    }
                    let Some(object) = at.child_by_field_name("expression") else { break };
                    at = unwrapped(object);
                }
                _ => {
                    step.receiver = dotted(at, self.cx.text).unwrap_or_default();
                    break;
                }
            }
        }
        step.calls.reverse();
        step
    }

    fn arguments(&mut self, call: Node<'_>, depth: usize) -> Vec<Argument> {
        let list = call.child_by_field_name("arguments").map(children).unwrap_or_default();
        let mut found = Vec::new();
        for one in list.into_iter().filter(|one| one.kind() == "argument") {
            let Some(expression) = children(one).last().copied() else {
                // `this` is a bare word of the grammar.
                if text_of(one, self.cx.text) == "this" {
                    found.push(Argument { name: None, value: Value::Name("this".to_owned()), lambda: None, chain: None });
                }
                continue;
            };
            let name = field(one, "name", self.cx.text).map(str::to_owned);
            let lambda = matches!(expression.kind(), "lambda_expression" | "anonymous_method_expression")
                .then(|| self.lambda(expression, depth.saturating_sub(1)));
            let chain = (expression.kind() == "invocation_expression" && depth > 0).then(|| self.chain(expression, depth - 1));
            let chain = chain.filter(|step| step.calls.iter().any(|call| call.name.starts_with("Map")));
            found.push(Argument { name, value: values::read(expression, self.cx.text), lambda, chain });
        }
        found
    }

    fn lambda(&mut self, node: Node<'_>, depth: usize) -> Lambda {
        let parameters = node.child_by_field_name("parameters").or_else(|| child_of(node, "parameter_list"));
        let body = node.child_by_field_name("body").or_else(|| child_of(node, "block"));
        Lambda {
            parameters: attributes::parameters(parameters, self.cx.text),
            decorators: attributes::of(node, self.cx.text),
            returns: field(node, "type", self.cx.text).map(compact).unwrap_or_default(),
            steps: body.map(|body| self.body(body, depth)).unwrap_or_default(),
        }
    }
}

fn is_statement(node: Node<'_>) -> bool {
    node.kind().ends_with("_statement")
        || matches!(node.kind(), "block" | "catch_clause" | "finally_clause" | "switch_body" | "switch_section")
}

/// Whether a condition asks for the type of something and gives it a name.
fn takes_apart(condition: &str) -> bool {
    let mut words = condition.split_whitespace().skip_while(|word| *word != "is").skip(1);
    let (kind, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    kind.starts_with(char::is_uppercase) && name.starts_with(|c: char| c.is_ascii_lowercase()) && !matches!(name, "and" | "or")
}

/// A step below the conditions around it.
fn within(mut step: Step, around: &[Condition]) -> Step {
    step.under.splice(0..0, around.iter().cloned());
    step
}

/// Whether a way may leave the procedure and what stands behind it still happens on another one; what throws ends the program.
fn leaves(node: Node<'_>, depth: usize) -> bool {
    match node.kind() {
        "return_statement" => true,
        "lambda_expression" | "anonymous_method_expression" | "local_function_statement" => false,
        _ => depth > 0 && children(node).into_iter().any(|one| leaves(one, depth - 1)),
    }
}
