//! The calls on a `MigrationBuilder`, with arguments by name or place and the annotations chained behind them.

use tree_sitter::Node;

use crate::extract::csharp::nodes::{child_of, children, dotted, field, members, simple_name, type_arguments, unwrapped};
use crate::extract::csharp::values;
use crate::finding::Value;
use crate::finding::schema::Dialect;

/// Statements nest no deeper than this.
const DEPTH: usize = 16;

/// One call.
#[derive(Debug)]
pub(super) struct Call<'t> {
    /// Where it starts.
    pub(super) start: usize,
    /// `CreateTable`
    pub(super) name: &'t str,
    /// `string` of `AddColumn<string>`
    pub(super) type_argument: Option<String>,
    arguments: Vec<(Option<&'t str>, Node<'t>)>,
    /// `.Annotation(name, value)`
    pub(super) annotations: Vec<(String, Value)>,
    pub(super) text: &'t str,
    /// The engine that the migration is for.
    dialect: Dialect,
}

impl<'t> Call<'t> {
    /// An argument by its name, or by its place among those without a name.
    pub(super) fn argument(&self, name: &str, place: usize) -> Option<Node<'t>> {
        let named = self.arguments.iter().find(|(stated, _)| *stated == Some(name));
        named.or_else(|| self.arguments.get(place).filter(|(stated, _)| stated.is_none())).map(|(_, node)| *node)
    }

    /// An argument that only stands with its name.
    pub(super) fn named(&self, name: &str) -> Option<Node<'t>> {
        self.argument(name, usize::MAX)
    }

    /// The value of an argument.
    pub(super) fn value(&self, name: &str, place: usize) -> Option<Value> {
        self.argument(name, place).map(|node| values::read(node, self.text))
    }

    /// The text of an argument.
    pub(super) fn string(&self, name: &str, place: usize) -> Option<String> {
        self.value(name, place).and_then(|value| value.as_text().map(str::to_owned))
    }

    /// The schema of a name; SQLite has none, and its provider takes no notice of one that is stated.
    pub(super) fn schema(&self, name: &str, place: usize) -> Option<String> {
        if self.dialect == Dialect::Sqlite { None } else { self.string(name, place) }
    }

    /// One text, or several: `column: "A"`, `columns: new[] { "A", "B" }`.
    pub(super) fn strings(&self, one: &str, several: &str, place: usize) -> Vec<String> {
        let value = self.value(several, place).or_else(|| self.value(one, place));
        let all = value.iter().flat_map(Value::items).filter_map(|item| item.as_text().map(str::to_owned));
        all.collect()
    }

    /// Whether an argument is `true`.
    pub(super) fn is_true(&self, name: &str, place: usize) -> bool {
        self.value(name, place) == Some(Value::Bool(true))
    }

    /// The text of an annotation.
    pub(super) fn annotation(&self, name: &str) -> Option<&Value> {
        self.annotations.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// The calls on the builder in a body, in written order, those under conditions among them.
pub(super) fn of_builder<'t>(body: Node<'t>, text: &'t str, dialect: Dialect) -> Vec<Call<'t>> {
    let mut found = Vec::new();
    collect(body, (text, dialect), DEPTH, &mut found);
    found
}

fn collect<'t>(node: Node<'t>, (text, dialect): (&'t str, Dialect), depth: usize, found: &mut Vec<Call<'t>>) {
    if depth == 0 {
        return;
    }
    for child in members(node) {
        match child.kind() {
            "expression_statement" | "arrow_expression_clause" => {
                found.extend(children(child).first().and_then(|expression| read(unwrapped(*expression), text, dialect)));
            }
            "invocation_expression" => found.extend(read(child, text, dialect)),
            kind if kind.ends_with("_statement") || kind == "block" => collect(child, (text, dialect), depth - 1, found),
            _ => {}
        }
    }
}

/// A chain whose first call is made on a plain name; what is chained behind it are annotations.
pub(super) fn read<'t>(node: Node<'t>, text: &'t str, dialect: Dialect) -> Option<Call<'t>> {
    let mut annotations = Vec::new();
    let mut at = node;
    for _ in 0..64 {
        let function = at.child_by_field_name("function").filter(|_| at.kind() == "invocation_expression")?;
        let name = function.child_by_field_name("name").filter(|_| function.kind() == "member_access_expression")?;
        let object = function.child_by_field_name("expression")?;
        let arguments = arguments(at, text);
        if dotted(object, text).is_some() {
            annotations.reverse();
            let type_argument = type_arguments(name, text).into_iter().next();
            let (start, name) = (at.start_byte(), simple_name(name, text));
            return Some(Call { start, name, type_argument, arguments, annotations, text, dialect });
        }
        if let ("Annotation", [(_, key), (_, value)]) = (simple_name(name, text), arguments.as_slice())
            && let Value::Text(key) = values::read(*key, text)
        {
            annotations.push((key, values::read(*value, text)));
        }
        at = unwrapped(object);
    }
    None
}

fn arguments<'t>(call: Node<'t>, text: &'t str) -> Vec<(Option<&'t str>, Node<'t>)> {
    let list = call.child_by_field_name("arguments").or_else(|| child_of(call, "argument_list"));
    let all = list.map(children).unwrap_or_default().into_iter().filter(|one| one.kind() == "argument");
    all.filter_map(|one| Some((field(one, "name", text), *children(one).last()?))).collect()
}
