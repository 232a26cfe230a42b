//! Sequelize: models, and migrations, what `up` does with its query interface. The way back is never applied.
//! Order: the command line of Sequelize and umzug sort by the names of the files.

mod attribute;
mod calls;
mod column;
mod decorated;
mod model;
mod store;

use std::collections::BTreeMap;

use super::called;
use super::class_cx::ClassCx;
use super::imports::Origins;
use super::migrations::{self, Handed, Migration, Steps};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::entity::{Entity, EntityKind};
use crate::finding::schema::ScriptOrder;
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/sequelize", text: include_str!("../../../../queries/typescript/sequelize.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.sequelize",
    about: "Sequelize: models as tables, also of sequelize-typescript; migrations, also of umzug, with the tables that they build, the SQL that they run",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &[
        "queryInterface",
        "QueryInterface",
        "umzug",
        "sequelize-typescript",
        "sequelize.define(",
        ".belongsTo(",
        ".belongsToMany(",
        "new Sequelize(",
        "DataTypes.",
    ],
    when: When::MarkedOrParsed,
    queries: &[&migrations::QUERY, &QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    models(cx, &Origins::of(tree.root_node(), cx.text), sink);
    let (functions, has_down) = migrations::forward(cx);
    let is_ours = |handed: Handed| handed == Handed::QueryInterface;
    let Some(function) = functions.into_iter().find(|function| is_ours(migrations::handed(*function, cx.text))) else {
        return migrations::procedures(cx, sink, Handed::QueryInterface, |steps, walk, call| calls::read(steps, walk, call));
    };
    let tool = if cx.text.contains("umzug") || cx.text.contains("context") { "umzug" } else { "Sequelize" };
    let mut steps = Steps::open(cx, sink, Migration { tool, order: ScriptOrder::FileName, has_down });
    steps.run(tree.root_node(), function, &mut |steps, walk, call| calls::read(steps, walk, call));
    steps.close();
}

fn defines(method: &str) -> bool {
    matches!(method, "define" | "init" | "belongsTo" | "belongsToMany")
}

/// The models of a file, what calls add to them, and the connection.
fn models(cx: &FileCx<'_>, origins: &Origins, sink: &mut Sink<'_>) {
    let mut found: Vec<(u32, Entity)> = Vec::new();
    // The constant that a defined model is held by: `const User = sequelize.define('user', ...)`.
    let mut held: BTreeMap<String, String> = BTreeMap::new();
    for one in cx.matches(&QUERY) {
        if let Some(class) = one.node("class").map(|class| ClassCx::of(cx, origins, class)) {
            found.extend(decorated::of_class(&class).map(|entity| (class.line(class.node), entity)));
        } else if let Some(call) = one.node("call").filter(|call| called::method(*call, cx.text).is_some_and(defines)) {
            let Some(entity) = model::of_call(cx, call) else { continue };
            let holder = call.parent().filter(|parent| parent.kind() == "variable_declarator");
            if let Some(name) = holder.and_then(|holder| holder.child_by_field_name("name")) {
                held.insert(super::values::text_of(name, cx.text).to_owned(), entity.name.clone());
            }
            found.push((cx.line(call.start_byte()), entity));
        } else if let Some(made) = one.node("new").filter(|made| called::constructor(*made, cx.text) == Some("Sequelize")) {
            store::read(cx, made, sink);
        }
    }
    for (line, mut entity) in found {
        if entity.kind == EntityKind::Child {
            entity.bases.iter_mut().for_each(|base| *base = held.get(base).unwrap_or(base).clone());
        }
        sink.fact(line, Fact::Entity(Box::new(entity)));
    }
}
