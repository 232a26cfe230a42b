//! Sequelize: migrations, what `up` does with its query interface. The way back is never applied.
//! Order: the command line of Sequelize and umzug sort by the names of the files.

mod calls;
mod column;

use super::migrations::{self, Handed, Migration, Steps, Walk};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::schema::ScriptOrder;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.sequelize",
    about: "migrations of Sequelize and umzug: tables that they build, SQL that they run",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["queryInterface", "QueryInterface", "umzug"],
    when: When::Marked,
    queries: &[&migrations::QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let (functions, has_down) = migrations::forward(cx);
    let is_ours = |handed: Handed| handed == Handed::QueryInterface;
    let Some(function) = functions.into_iter().find(|function| is_ours(migrations::handed(*function, cx.text))) else { return };
    let tool = if cx.text.contains("umzug") || cx.text.contains("context") { "umzug" } else { "Sequelize" };
    let mut steps = Steps::open(cx, sink, Migration { tool, order: ScriptOrder::FileName, has_down });
    let mut walk = Walk::new(migrations::scope_of(cx, tree.root_node(), function), steps.dialect);
    walk.function(function, &mut |walk, call| calls::read(&mut steps, walk, call));
}
