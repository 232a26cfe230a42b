//! Knex: migrations, what `up` does with `knex.schema` and `knex.raw`. The way back is never applied.
//! Order: Knex sorts by the names of the files.

mod calls;
mod column;
mod table;

use super::migrations::{self, Handed, Migration, Steps, Walk};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::schema::ScriptOrder;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.knex",
    about: "migrations of Knex: tables that they build, SQL that they run",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["exports.up", "function up(", "const up ", "const up:"],
    when: When::Marked,
    queries: &[&migrations::QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let (functions, has_down) = migrations::forward(cx);
    let is_ours = |handed: Handed| handed == Handed::Knex || handed == Handed::Other && cx.text.contains(".schema");
    let Some(function) = functions.into_iter().find(|function| is_ours(migrations::handed(*function, cx.text))) else { return };
    let mut steps = Steps::open(cx, sink, Migration { tool: "Knex", order: ScriptOrder::FileName, has_down });
    let mut walk = Walk::new(migrations::scope_of(cx, tree.root_node(), function), steps.dialect);
    walk.function(function, &mut |walk, call| calls::read(&mut steps, walk, call));
}
