//! What the readers of migrations in code share: which function goes forward, what it calls in which order, what SQL it runs.
//! Knows no tool; each tool is a file of its own beside this folder.

pub(super) mod chain;
mod embedding;
mod engine;
pub(super) mod options;
mod scope;
mod steps;
mod walk;

use tree_sitter::Node;

use super::values::{children, text_of, unwrapped};
use crate::extract::FileCx;
use crate::syntax::query::QueryFile;

pub(super) use scope::{Bound, is_function};
pub(super) use steps::{Migration, Steps, scope_of};
pub(super) use walk::{Walk, patterns};

pub(super) static QUERY: QueryFile =
    QueryFile { id: "typescript/migrations", text: include_str!("../../../../queries/typescript/migrations.scm") };

/// The functions of a file that go forward, and whether there is one that goes back.
pub(super) fn forward<'a>(cx: &FileCx<'a>) -> (Vec<Node<'a>>, bool) {
    let mut up = Vec::new();
    let mut has_down = false;
    for found in cx.matches(&QUERY) {
        if let Some(function) = found.node("up").and_then(function_of) {
            up.push(function);
        }
        has_down |= found.node("down").is_some();
    }
    (up, has_down)
}

fn function_of(node: Node<'_>) -> Option<Node<'_>> {
    let value = node.child_by_field_name("value").or_else(|| node.child_by_field_name("right")).map_or(node, unwrapped);
    if is_function(value) {
        return Some(value);
    }
    // `withTransaction(async (knex) => ...)`
    children(value.child_by_field_name("arguments")?).into_iter().map(unwrapped).find(|one| is_function(*one))
}

/// The text that a field of a class is set to.
pub(super) fn options_of_field(class: Node<'_>, name: &str, text: &str) -> Option<String> {
    let body = class.child_by_field_name("body")?;
    let mut fields = children(body).into_iter().filter(|member| member.kind() == "public_field_definition");
    let field = fields.find(|field| super::classes::member_name(*field, text) == name)?;
    super::values::read(field.child_by_field_name("value")?, text).as_text().map(str::to_owned)
}

/// Which tool hands its own object to a function that goes forward, as far as its parameters tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handed {
    /// `knex`
    Knex,
    /// `queryInterface`, also inside of `{ context }`
    QueryInterface,
    /// `pgm`
    Builder,
    /// Something else, or nothing.
    Other,
}

/// What a function that goes forward is handed.
pub(super) fn handed(function: Node<'_>, text: &str) -> Handed {
    let field = ["parameters", "parameter"].into_iter().find_map(|field| function.child_by_field_name(field));
    let code = field.map_or("", |node| text_of(node, text)).to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| code.contains(word));
    if says(&["queryinterface", "query_interface", "context", "sequelize", "umzug"]) {
        Handed::QueryInterface
    } else if says(&["pgm", "migrationbuilder"]) {
        Handed::Builder
    } else if says(&["knex"]) {
        Handed::Knex
    } else {
        Handed::Other
    }
}

/// The name of the first parameter of a function.
pub(super) fn first_parameter<'a>(function: Node<'_>, text: &'a str) -> Option<&'a str> {
    patterns(function).first().map(|pattern| text_of(*pattern, text))
}
