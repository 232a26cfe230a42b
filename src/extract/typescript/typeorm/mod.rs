//! TypeORM: migrations, what `up` does with its query runner. The way back is never applied.
//! Order: TypeORM sorts by the timestamp at the end of the name of the class.

mod calls;
mod table;

use tree_sitter::Node;

use super::classes;
use super::migrations::{self, Migration, Steps, Walk};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::schema::ScriptOrder;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.typeorm",
    about: "migrations of TypeORM: SQL that they run, tables and columns that they build",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["MigrationInterface", "queryRunner"],
    when: When::Marked,
    queries: &[&migrations::QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let (functions, has_down) = migrations::forward(cx);
    let ups: Vec<(Node<'_>, u64)> = functions.into_iter().filter_map(|function| Some((function, timestamp(cx, function)?))).collect();
    // A file with several migrations runs them in their own order; it is placed by the first.
    let Some(first) = ups.iter().map(|(_, number)| *number).min() else { return };
    let migration = Migration { tool: "TypeORM", order: ScriptOrder::Number(first), has_down };
    let mut steps = Steps::open(cx, sink, migration);
    let mut sorted = ups;
    sorted.sort_by_key(|(_, number)| *number);
    for (function, _) in sorted {
        let mut walk = Walk::new(migrations::scope_of(cx, tree.root_node(), function), steps.dialect);
        walk.function(function, &mut |walk, call| calls::read(&mut steps, walk, call));
    }
}

/// The timestamp of the class that `up` belongs to; `None` when it is no migration.
fn timestamp(cx: &FileCx<'_>, up: Node<'_>) -> Option<u64> {
    let class = classes::around(up)?;
    let implements = classes::bases(class, cx.text).iter().any(|base| base.ends_with("MigrationInterface"));
    let parameter = migrations::first_parameter(up, cx.text).unwrap_or_default();
    if !implements && parameter != "queryRunner" {
        return None;
    }
    let named = migrations::options_of_field(class, "name", cx.text);
    let stem = cx.file.path.stem().to_owned();
    let numbers = [named, Some(classes::name(class, cx.text))].into_iter().flatten().filter_map(|name| last_digits(&name));
    let leading: String = stem.chars().take_while(char::is_ascii_digit).collect();
    numbers.chain(leading.parse().ok()).next().or_else(|| implements.then_some(0))
}

/// The number that a name ends with: `AddUser1700000000000`.
fn last_digits(name: &str) -> Option<u64> {
    let start = name.trim_end_matches(|char: char| char.is_ascii_digit()).len();
    name[start..].parse().ok()
}
