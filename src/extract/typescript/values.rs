//! Reads an expression as a `Value`: literals, names, calls and their compositions, within a limit of depth and size.
//! Never evaluates code, and never puts the text of an expression that it does not understand into a value.

use tree_sitter::Node;

use super::strings;
use crate::finding::Value;

pub(super) use crate::syntax::node::{children, text_of};

/// Values nest no deeper than this; what lies deeper is opaque.
const DEPTH: usize = 24;
/// A literal with more parts than this is data, not a constant that a route or message refers to.
const SIZE: usize = 4_096;

/// The value of an expression.
pub(super) fn read(node: Node<'_>, text: &str) -> Value {
    Reader { text, left: SIZE }.value(node, DEPTH)
}

/// The arguments of a call or `new`; none when there are no brackets.
pub(super) fn arguments(call: Node<'_>, text: &str) -> Vec<Value> {
    let mut reader = Reader { text, left: SIZE };
    reader.arguments(call, DEPTH)
}

/// The dotted name of an expression: `Routes.user.root`, `this.client`; `None` for anything that is not only a name.
pub(super) fn dotted(node: Node<'_>, text: &str) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut at = unwrapped(node);
    for _ in 0..DEPTH {
        match at.kind() {
            "identifier"
            | "this"
            | "super"
            | "type_identifier"
            | "property_identifier"
            | "nested_identifier"
            | "nested_type_identifier" => {
                parts.push(text_of(at, text).to_owned());
                parts.reverse();
                return Some(parts.join("."));
            }
            "member_expression" => {
                parts.push(text_of(at.child_by_field_name("property")?, text).to_owned());
                at = unwrapped(at.child_by_field_name("object")?);
            }
            "subscript_expression" => {
                let index = at.child_by_field_name("index")?;
                parts.push(if index.kind() == "string" { strings::literal(index, text) } else { return None });
                at = unwrapped(at.child_by_field_name("object")?);
            }
            _ => return None,
        }
    }
    None
}

/// What `||` puts together in a condition.
pub(super) fn alternatives<'t>(asked: Node<'t>, text: &str) -> Vec<Node<'t>> {
    let mut open = vec![asked];
    let mut found = Vec::new();
    while let Some(node) = open.pop().map(unwrapped).filter(|_| found.len() < DEPTH) {
        let sides = ["left", "right"].map(|field| node.child_by_field_name(field));
        match (node.child_by_field_name("operator").map_or("", |sign| text_of(sign, text)), sides) {
            ("||", [Some(left), Some(right)]) => open.extend([left, right]),
            _ => found.push(node),
        }
    }
    found
}

/// An expression without what only types or groups it: `(x)`, `x!`, `x as T`, `<T>x`, `x satisfies T`, `await x`, `+x`.
pub(super) fn unwrapped(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    for _ in 0..DEPTH {
        let inner = match at.kind() {
            "parenthesized_expression" | "non_null_expression" | "as_expression" | "satisfies_expression" | "await_expression" => {
                children(at).first().copied()
            }
            "type_assertion" => children(at).last().copied(),
            "instantiation_expression" => at.child_by_field_name("function").or_else(|| children(at).first().copied()),
            "unary_expression" if at.child_by_field_name("operator").is_some_and(|sign| sign.kind() == "+") => {
                at.child_by_field_name("argument")
            }
            _ => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => return at,
        }
    }
    at
}

/// The expression that a function only gives back: `() => x`, or a body that ends in `return x`.
pub(super) fn returned(function: Node<'_>) -> Option<Node<'_>> {
    let body = function.child_by_field_name("body")?;
    if body.kind() != "statement_block" {
        return Some(body);
    }
    let last = children(body).into_iter().rfind(|statement| statement.kind() == "return_statement")?;
    children(last).first().copied()
}

/// A function body with more statements than this is not read for what it gives back.
const STATEMENTS: usize = 4_096;

/// The `return` statements of a function, those of functions inside it left out.
pub(super) fn returns(function: Node<'_>) -> Vec<Node<'_>> {
    let Some(body) = function.child_by_field_name("body") else { return Vec::new() };
    let mut found = Vec::new();
    let mut open = vec![body];
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        if seen > STATEMENTS {
            break;
        }
        for child in children(node) {
            match child.kind() {
                "return_statement" => found.push(child),
                kind if kind.ends_with("_statement")
                    || matches!(kind, "statement_block" | "else_clause" | "switch_body" | "switch_case") =>
                {
                    open.push(child);
                }
                _ => {}
            }
        }
    }
    found.sort_by_key(Node::start_byte);
    found
}

struct Reader<'a> {
    text: &'a str,
    left: usize,
}

impl Reader<'_> {
    fn value(&mut self, node: Node<'_>, depth: usize) -> Value {
        let node = unwrapped(node);
        let Some(depth) = depth.checked_sub(1) else { return opaque(node) };
        let Some(left) = self.left.checked_sub(1) else { return opaque(node) };
        self.left = left;
        match node.kind() {
            "string" => Value::Text(strings::literal(node, self.text)),
            "number" => Value::Number(text_of(node, self.text).replace('_', "")),
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "template_string" => self.template(node, depth),
            "array" => Value::List(children(node).into_iter().map(|item| self.value(item, depth)).collect()),
            "spread_element" => match children(node).first() {
                Some(inner) => Value::Spread(Box::new(self.value(*inner, depth))),
                None => opaque(node),
            },
            "object" => Value::Map(children(node).into_iter().filter_map(|entry| self.entry(entry, depth)).collect()),
            "binary_expression" => self.binary(node, depth),
            "ternary_expression" => self.ternary(node, depth),
            "call_expression" | "new_expression" => self.call(node, depth),
            "arrow_function" | "function_expression" => match returned(node) {
                Some(inner) => self.value(inner, depth),
                None => opaque(node),
            },
            _ => self.name(node),
        }
    }

    fn name(&self, node: Node<'_>) -> Value {
        match dotted(node, self.text) {
            Some(name) => match name.strip_prefix("process.env.") {
                Some(variable) if !variable.contains('.') => Value::Environment(variable.to_owned(), None),
                _ => Value::Name(name),
            },
            None => opaque(node),
        }
    }

    fn template(&mut self, node: Node<'_>, depth: usize) -> Value {
        let mut parts = Vec::new();
        for piece in strings::template(node, self.text) {
            match piece {
                strings::Piece::Text(text) => parts.push(Value::Text(text)),
                strings::Piece::Substitution(inner) => parts.push(self.value(inner, depth)),
            }
        }
        match parts.as_slice() {
            [] => Value::Text(String::new()),
            [Value::Text(text)] => Value::Text(text.clone()),
            _ => Value::Concat(parts),
        }
    }

    fn entry(&mut self, node: Node<'_>, depth: usize) -> Option<(String, Value)> {
        match node.kind() {
            "pair" => {
                let key = self.key(node.child_by_field_name("key")?)?;
                Some((key, self.value(node.child_by_field_name("value")?, depth)))
            }
            "shorthand_property_identifier" => {
                let name = text_of(node, self.text).to_owned();
                Some((name.clone(), Value::Name(name)))
            }
            "spread_element" => Some(("...".to_owned(), self.value(*children(node).first()?, depth))),
            "method_definition" => {
                let key = self.key(node.child_by_field_name("name")?)?;
                Some((key, returned(node).map_or_else(|| opaque(node), |inner| self.value(inner, depth))))
            }
            _ => None,
        }
    }

    fn key(&self, node: Node<'_>) -> Option<String> {
        match node.kind() {
            "string" => Some(strings::literal(node, self.text)),
            "computed_property_name" => {
                let inner = *children(node).first()?;
                if inner.kind() == "string" {
                    return Some(strings::literal(inner, self.text));
                }
                Some(format!("[{}]", dotted(inner, self.text)?))
            }
            _ => Some(text_of(node, self.text).to_owned()),
        }
    }

    /// `a + b` is put together, `a ?? b` and `a || b` are a variable with its default or one of both, `a && b` may be b, whole numbers are multiplied.
    fn binary(&mut self, node: Node<'_>, depth: usize) -> Value {
        let (Some(left), Some(right), Some(sign)) =
            (node.child_by_field_name("left"), node.child_by_field_name("right"), node.child_by_field_name("operator"))
        else {
            return opaque(node);
        };
        match sign.kind() {
            "+" => self.sum(node, depth),
            "??" | "||" => match self.value(left, depth) {
                Value::Environment(name, None) => Value::Environment(name, Some(Box::new(self.value(right, depth)))),
                other => Value::Either(vec![other, self.value(right, depth)]),
            },
            "&&" => Value::Either(vec![self.value(right, depth), Value::Opaque("nothing".to_owned())]),
            "*" => product(&self.value(left, depth), &self.value(right, depth)).unwrap_or_else(|| opaque(node)),
            _ => opaque(node),
        }
    }

    /// A chain of `+` leans to the left and may be long: it is taken apart in a loop.
    fn sum(&mut self, node: Node<'_>, depth: usize) -> Value {
        let mut parts = Vec::new();
        let mut at = node;
        loop {
            let plus = at.kind() == "binary_expression" && at.child_by_field_name("operator").is_some_and(|sign| sign.kind() == "+");
            let (Some(left), Some(right)) = (at.child_by_field_name("left"), at.child_by_field_name("right")) else { break };
            if !plus {
                break;
            }
            parts.push(self.value(right, depth));
            at = left;
        }
        parts.push(self.value(at, depth));
        parts.reverse();
        if parts.iter().all(|part| matches!(part, Value::Text(_))) {
            return Value::Text(parts.iter().filter_map(Value::as_text).collect());
        }
        Value::Concat(parts)
    }

    /// `process.env.X ? a : 'b'` is `b` where the variable is not set; any other choice is one of both.
    fn ternary(&mut self, node: Node<'_>, depth: usize) -> Value {
        let condition = node.child_by_field_name("condition").map(|condition| self.value(condition, depth));
        let otherwise = node.child_by_field_name("alternative").map(|otherwise| self.value(otherwise, depth));
        if let (Some(Value::Environment(name, None)), Some(Value::Text(_) | Value::Number(_))) = (condition, &otherwise) {
            return Value::Environment(name, otherwise.map(Box::new));
        }
        let branches = ["consequence", "alternative"].map(|field| node.child_by_field_name(field));
        Value::Either(branches.into_iter().flatten().map(|branch| self.value(branch, depth)).collect())
    }

    fn arguments(&mut self, call: Node<'_>, depth: usize) -> Vec<Value> {
        let list = call.child_by_field_name("arguments").filter(|list| list.kind() == "arguments");
        let items = list.map(children).unwrap_or_default();
        items.into_iter().map(|item| self.value(item, depth)).collect()
    }

    fn call(&mut self, node: Node<'_>, depth: usize) -> Value {
        let field = if node.kind() == "new_expression" { "constructor" } else { "function" };
        let Some(function) = node.child_by_field_name(field) else { return opaque(node) };
        let mut arguments = self.arguments(node, depth);
        let name = callee(function, self.text);
        let transparent = matches!(name.as_str(), "Number" | "parseInt" | "parseFloat" | "String" | "Object.freeze" | "Object.seal");
        if transparent && !arguments.is_empty() {
            return arguments.swap_remove(0);
        }
        if let Some(variable) = configuration_key(&name, &arguments) {
            let fallback = (arguments.len() > 1).then(|| Box::new(arguments.swap_remove(1)));
            return Value::Environment(variable, fallback.filter(|value| !matches!(**value, Value::Map(_))));
        }
        Value::Call(name, arguments)
    }
}

/// `RouterModule.register`; calls on the way keep their brackets: `app.get().get`.
pub(super) fn callee(function: Node<'_>, text: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut at = unwrapped(function);
    for _ in 0..DEPTH {
        if let Some(name) = dotted(at, text) {
            parts.push(name);
            break;
        }
        let next = match at.kind() {
            "member_expression" => {
                if let Some(property) = at.child_by_field_name("property") {
                    parts.push(text_of(property, text).to_owned());
                }
                at.child_by_field_name("object")
            }
            "call_expression" => {
                parts.push("()".to_owned());
                at.child_by_field_name("function")
            }
            _ => None,
        };
        match next {
            Some(next) => at = unwrapped(next),
            None => break,
        }
    }
    parts.reverse();
    parts.join(".").replace(".()", "()")
}

/// The variable of `configService.get('PORT')`: an upper-case key asked from an object that is called a configuration.
fn configuration_key(name: &str, arguments: &[Value]) -> Option<String> {
    let (object, method) = name.rsplit_once('.')?;
    let owner = object.rsplit('.').next().unwrap_or(object).to_ascii_lowercase();
    let is_config = owner.contains("config") || owner.starts_with("env") || object.ends_with(".get()");
    let key = arguments.first()?.as_text()?;
    (is_config && matches!(method, "get" | "getOrThrow") && is_variable_name(key)).then(|| key.to_owned())
}

/// `DATABASE_URL`: upper case, digits and underscores.
pub(super) fn is_variable_name(key: &str) -> bool {
    let mut letters = key.chars();
    letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && key.len() > 1
        && letters.all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
}

/// `24 * 60 * 60 * 1000`: how people write a time in milliseconds.
fn product(left: &Value, right: &Value) -> Option<Value> {
    let number = |value: &Value| if let Value::Number(digits) = value { digits.parse::<u64>().ok() } else { None };
    number(left)?.checked_mul(number(right)?).map(|product| Value::Number(product.to_string()))
}

fn opaque(node: Node<'_>) -> Value {
    Value::Opaque(node.kind().to_owned())
}
