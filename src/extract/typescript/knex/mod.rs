//! Knex: migrations, what `up` does with `knex.schema` and `knex.raw`. The way back is never applied.
//! Order: Knex sorts by the names of the files.

mod calls;
mod column;
mod table;

use super::migrations::{self, Handed, Migration, Steps};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::schema::ScriptOrder;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.knex",
    about: "migrations of Knex: tables that they build, SQL that they run",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["exports.up", "function up(", "const up ", "const up:"],
    when: When::MarkedOrParsed,
    queries: &[&migrations::QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let (functions, has_down) = migrations::forward(cx);
    let is_ours = |handed: Handed| handed == Handed::Knex || handed == Handed::Other && cx.text.contains(".schema");
    let Some(function) = functions.into_iter().find(|function| is_ours(migrations::handed(*function, cx.text))) else {
        return migrations::procedures(cx, sink, Handed::Knex, calls::read);
    };
    let mut steps = Steps::open(cx, sink, Migration { tool: "Knex", order: ScriptOrder::FileName, has_down });
    steps.run(tree.root_node(), function, &mut calls::read);
    steps.close();
}
