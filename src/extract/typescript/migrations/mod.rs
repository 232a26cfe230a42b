//! What the readers of migrations in code share: which function goes forward, what it calls in which order, what SQL it runs.
//! Knows no tool; each tool is a file of its own beside this folder.

pub(super) mod chain;
mod embedding;
mod engine;
pub(super) mod options;
mod scope;
mod steps;
mod trim;
mod walk;

use tree_sitter::Node;

use super::values::{children, text_of, unwrapped};
use crate::extract::{FileCx, Sink};
use crate::syntax::query::QueryFile;

pub(super) use scope::{Bound, is_function};
pub(super) use steps::{Migration, Steps};
pub(in crate::extract) use trim::trimmed;
pub(super) use walk::{Walk, patterns};

pub(super) static QUERY: QueryFile =
    QueryFile { id: "typescript/migrations", text: include_str!("../../../../queries/typescript/migrations.scm") };

/// The functions of a file that go forward, and whether there is one that goes back.
pub(super) fn forward<'a>(cx: &FileCx<'a>) -> (Vec<Node<'a>>, bool) {
    let mut up = Vec::new();
    let mut has_down = false;
    for found in cx.matches(&QUERY) {
        let Some(node) = found.node("named") else { continue };
        match name_of(node, cx.text) {
            Some("up") => up.extend(function_of(node)),
            Some("down") => has_down = true,
            _ => {}
        }
    }
    (up, has_down)
}

/// The name of a method, a key, a field, a function or a variable, or of the property that is set: `exports.up = ...`.
fn name_of<'t>(node: Node<'_>, text: &'t str) -> Option<&'t str> {
    let field = ["name", "key"].into_iter().find_map(|field| node.child_by_field_name(field));
    let name = field.or_else(|| node.child_by_field_name("left")?.child_by_field_name("property"))?;
    Some(text_of(name, text))
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
    /// `queryRunner`
    Runner,
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
    if says(&["queryrunner"]) {
        Handed::Runner
    } else if says(&["queryinterface", "query_interface", "context", "sequelize", "umzug"]) {
        Handed::QueryInterface
    } else if says(&["pgm", "migrationbuilder"]) {
        Handed::Builder
    } else if says(&["knex"]) {
        Handed::Knex
    } else {
        Handed::Other
    }
}

/// How a tool reads a call.
type ReadCall<'s, 'k, 'a> = for<'t> fn(&mut Steps<'s, 'k, 'a>, &mut Walk<'a, 't>, Node<'t>) -> bool;

/// What migrations of other files may call: the functions of a file that are handed the object of a tool.
pub(super) fn procedures<'s, 'k, 'a>(cx: &'s FileCx<'a>, sink: &'s mut Sink<'k>, tool: Handed, read: ReadCall<'s, 'k, 'a>) {
    let Some(tree) = cx.tree() else { return };
    let ours = named_functions(tree.root_node(), cx.text).into_iter().filter(|(_, function)| handed(*function, cx.text) == tool);
    let ours: Vec<(&str, Node<'_>)> = ours.collect();
    if ours.is_empty() {
        return;
    }
    let mut steps = Steps::of_procedures(cx, sink);
    for one in ours {
        steps.procedure(tree.root_node(), one, &mut |steps, walk, call| read(steps, walk, call));
    }
    steps.close();
}

/// The functions at the top of a file, by name.
fn named_functions<'a, 't>(root: Node<'t>, text: &'a str) -> Vec<(&'a str, Node<'t>)> {
    let mut found = Vec::new();
    for statement in children(root).into_iter().map(|one| one.child_by_field_name("declaration").unwrap_or(one)) {
        let declared = match statement.kind() {
            "function_declaration" => vec![(statement.child_by_field_name("name"), Some(statement))],
            "lexical_declaration" => {
                let pair = |one: Node<'t>| (one.child_by_field_name("name"), one.child_by_field_name("value").map(unwrapped));
                children(statement).into_iter().map(pair).collect()
            }
            _ => continue,
        };
        let functions = declared.into_iter().filter_map(|(name, function)| Some((text_of(name?, text), function?)));
        found.extend(functions.filter(|(_, function)| is_function(*function)));
    }
    found
}

/// The name of the first parameter of a function.
pub(super) fn first_parameter<'a>(function: Node<'_>, text: &'a str) -> Option<&'a str> {
    patterns(function).first().map(|pattern| text_of(*pattern, text))
}
