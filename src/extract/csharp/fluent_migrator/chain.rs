//! Chains of calls as FluentMigrator is written in: `Create.Table("users").WithColumn("id").AsInt64()`, link by link.
//! Gives no meaning to the links.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tree_sitter::Node;

use crate::extract::csharp::nodes::{child_of, children, field, members, simple_name, unwrapped};
use crate::extract::csharp::values;
use crate::finding::Value;
use crate::finding::schema::{SchemaReferences, reference};

/// Statements nest no deeper than this.
const DEPTH: usize = 16;
/// Links beyond which a chain is not read: a table of many columns has some hundreds.
const LINKS: usize = 4096;

/// One link: `Create`, `Table("users")`.
#[derive(Clone, Debug)]
pub(super) struct Link<'t> {
    /// Its name.
    pub(super) name: &'t str,
    /// Its arguments, those with names at their place too.
    pub(super) arguments: Vec<Node<'t>>,
    /// Where its name stands.
    pub(super) start: usize,
    /// Whether it is called, and not only a property.
    pub(super) is_call: bool,
}

/// A chain that stands as a statement.
#[derive(Clone, Debug)]
pub(super) struct Chain<'t> {
    /// Its links, the first one first.
    pub(super) links: Vec<Link<'t>>,
    /// Whether it runs under a condition.
    pub(super) guarded: bool,
}

/// The chains of a body in written order, those under conditions among them.
pub(super) fn of_body<'t>(body: Node<'t>, text: &'t str) -> Vec<Chain<'t>> {
    let mut found = Vec::new();
    if body.kind() == "arrow_expression_clause" {
        found.extend(children(body).first().and_then(|one| read(*one, text)).map(|links| Chain { links, guarded: false }));
    } else {
        collect(body, text, (false, DEPTH), &mut found);
    }
    found
}

fn collect<'t>(node: Node<'t>, text: &'t str, (guarded, depth): (bool, usize), found: &mut Vec<Chain<'t>>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for child in members(node) {
        let expressions = match child.kind() {
            "expression_statement" => children(child),
            "local_declaration_statement" => declarators(child).into_iter().filter_map(|one| children(one).last().copied()).collect(),
            "local_function_statement" => continue,
            kind if kind.ends_with("_statement") || kind == "block" => {
                let is_condition = matches!(kind, "if_statement" | "switch_statement");
                collect(child, text, (guarded || is_condition, depth), found);
                continue;
            }
            _ => continue,
        };
        let chains = expressions.into_iter().filter_map(|one| read(one, text));
        found.extend(chains.map(|links| Chain { links, guarded }));
    }
}

fn declarators(statement: Node<'_>) -> Vec<Node<'_>> {
    let inner = child_of(statement, "variable_declaration").map(children).unwrap_or_default();
    inner.into_iter().filter(|one| one.kind() == "variable_declarator").collect()
}

/// The links of an expression; `None` for one that does not begin with a name.
fn read<'t>(node: Node<'t>, text: &'t str) -> Option<Vec<Link<'t>>> {
    let mut links = Vec::new();
    let mut at = unwrapped(node);
    for _ in 0..LINKS {
        let is_call = at.kind() == "invocation_expression";
        let arguments = if is_call { arguments(at) } else { Vec::new() };
        let named = if is_call { at.child_by_field_name("function")? } else { at };
        let link = |name: Node<'t>| Link { name: simple_name(name, text), arguments, start: name.start_byte(), is_call };
        match named.kind() {
            "member_access_expression" => {
                links.push(link(named.child_by_field_name("name")?));
                at = unwrapped(named.child_by_field_name("expression")?);
            }
            "identifier" | "generic_name" => {
                links.push(link(named));
                links.reverse();
                return Some(links);
            }
            "this" | "base" if !links.is_empty() => {
                links.reverse();
                return Some(links);
            }
            _ => return None,
        }
    }
    None
}

fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    let list = call.child_by_field_name("arguments").map(children).unwrap_or_default();
    list.into_iter().filter(|one| one.kind() == "argument").filter_map(|one| children(one).last().copied()).collect()
}

/// What texts of a migration mean: literals, names of the body, and marks for what only another place knows.
pub(super) struct Names<'t> {
    text: &'t str,
    locals: BTreeMap<String, Value>,
    references: RefCell<SchemaReferences>,
}

impl<'t> Names<'t> {
    /// No names yet.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, locals: BTreeMap::new(), references: RefCell::default() }
    }

    /// Takes the fields of a class that are given a text and nothing else after it.
    pub(super) fn enter_class(&mut self, class: Node<'t>) {
        let Some((owner, body)) = field(class, "name", self.text).zip(class.child_by_field_name("body")) else { return };
        let fields = members(body).into_iter().filter(|one| one.kind() == "field_declaration");
        for one in fields.flat_map(declarators) {
            let value = children(one).last().map(|value| values::read(*value, self.text));
            if let (Some(name), Some(value @ Value::Text(_))) = (field(one, "name", self.text), value)
                && self.text.matches(&format!("{name} = ")).count() == 1
            {
                self.locals.insert(format!("{owner}.{name}"), value);
            }
        }
    }

    /// Takes the variables that statements right in a body give a value.
    pub(super) fn enter(&mut self, body: Node<'t>) {
        let statements = members(body).into_iter().filter(|one| one.kind() == "local_declaration_statement");
        for one in statements.flat_map(declarators) {
            if let (Some(name), Some(value)) = (field(one, "name", self.text), children(one).last()) {
                self.locals.insert(name.to_owned(), values::read(*value, self.text));
            }
        }
    }

    /// The value of an expression.
    pub(super) fn value(&self, node: Node<'_>) -> Value {
        match values::read(node, self.text) {
            Value::Name(name) => self.locals.get(&name).cloned().unwrap_or(Value::Name(name)),
            other => other,
        }
    }

    /// The text of an argument, or a mark for the value that a name stands for.
    pub(super) fn text(&self, link: &Link<'_>, place: usize) -> Option<String> {
        self.plain(self.value(*link.arguments.get(place)?))
    }

    fn plain(&self, value: Value) -> Option<String> {
        match value {
            Value::Text(text) => Some(text),
            Value::Name(name) if name == "null" => None,
            Value::Name(_) => Some(self.mark(value)),
            Value::Concat(parts) => parts.into_iter().map(|part| self.plain(part)).collect(),
            _ => None,
        }
    }

    /// The texts of all arguments, those of lists among them; `None` where one is not known.
    pub(super) fn texts(&self, link: &Link<'_>) -> Option<Vec<String>> {
        let values = link.arguments.iter().map(|node| self.value(*node));
        values.flat_map(|value| value.items().to_vec()).map(|value| self.plain(value)).collect()
    }

    fn mark(&self, value: Value) -> String {
        let mut references = self.references.borrow_mut();
        let at = references.0.iter().position(|one| *one == value).unwrap_or_else(|| {
            references.0.push(value);
            references.0.len() - 1
        });
        reference(at)
    }

    /// What the marks stand for.
    pub(super) fn into_references(self) -> SchemaReferences {
        self.references.into_inner()
    }
}
