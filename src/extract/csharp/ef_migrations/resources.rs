//! Scripts of SQL that a migration runs from a file: by an attribute on its class, or by a call that reads the file.
//! Which file is meant the linker finds out; a name that only the run tells is left to its gap.

use tree_sitter::Node;

use super::{engine, script};
use crate::extract::csharp::attributes;
use crate::extract::csharp::nodes::{child_of, children, enclosing_type, is_dead, text_of};
use crate::extract::csharp::strings;
use crate::extract::{FileCx, Sink};
use crate::finding::schema::{Inclusion, SchemaChange, SchemaStatement};
use crate::finding::{Fact, Value};

/// A migration without a method of its own: `[Migration("20240101_Payouts")] [Script("002.Payouts.sql")]`.
pub(super) fn read(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for class in cx.matches(&super::QUERY).into_iter().filter_map(|found| found.node("class")).filter(|class| !is_dead(*class)) {
        let is_migration = child_of(class, "base_list").is_some_and(|bases| text_of(bases, cx.text).contains("Migration"));
        let files = named(class, cx.text);
        if !is_migration || files.is_empty() {
            continue;
        }
        sink.fact(1, Fact::SchemaScript(script(engine(cx), false)));
        let line = cx.line(class.start_byte());
        files.iter().for_each(|file| include(file, line, cx, sink));
    }
}

/// The scripts that a migration runs before its own steps, where it calls its base.
pub(super) fn of_base(up: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !text_of(up, cx.text).contains("base.Up(") {
        return;
    }
    let files = enclosing_type(up).map(|class| named(class, cx.text)).unwrap_or_default();
    files.iter().for_each(|file| include(file, cx.line(up.start_byte()), cx, sink));
}

/// The scripts that the attributes of a migration name.
fn named(class: Node<'_>, text: &str) -> Vec<String> {
    let marked = attributes::of(class, text);
    if !marked.iter().any(|one| one.name == "Migration") {
        return Vec::new();
    }
    let texts = marked.iter().flat_map(|one| &one.arguments).filter_map(Value::as_text).filter(|text| text.ends_with(".sql"));
    texts.map(str::to_owned).collect()
}

/// `Sql(File.ReadAllText(Path.Combine(root, "Scripts", "Payouts.sql")))`: whether the file is named there.
pub(super) fn included(node: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) -> bool {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if node.kind() == "string_literal" {
            let written = strings::literal(node, cx.text);
            let file = written.rsplit(['/', '\\']).next().unwrap_or_default();
            if file.ends_with(".sql") && file.len() > ".sql".len() {
                include(file, cx.line(node.start_byte()), cx, sink);
                return true;
            }
        }
        open.extend(children(node));
    }
    false
}

fn include(file: &str, line: u32, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let inclusion = Inclusion { target: file.to_owned(), is_folder: false, from: cx.file.path.parent() };
    let statement = SchemaStatement::new(SchemaChange::Include(inclusion), false);
    sink.fact(line, Fact::SchemaStatement(Box::new(statement)));
}
