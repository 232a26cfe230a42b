//! TypeORM: migrations, what `up` does with its query runner, and entities. The way back is never applied.
//! Order: TypeORM sorts by the timestamp at the end of the name of the class.

mod calls;
mod definition;
mod entity;
mod property;
mod store;
mod table;

use tree_sitter::Node;

use super::called;
use super::class_cx::ClassCx;
use super::classes;
use super::imports::Origins;
use super::migrations::{self, Handed, Migration, Steps};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::entity::Entity;
use crate::finding::schema::ScriptOrder;
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/typeorm", text: include_str!("../../../../queries/typescript/typeorm.scm") };

/// What migrations, entities, classes that others inherit or embed, and the options of a connection cannot do without.
const MARKERS: &[&str] = &[
    "MigrationInterface",
    "queryRunner",
    "@Entity(",
    "@ChildEntity(",
    "@ViewEntity(",
    "@TableInheritance(",
    "Column(",
    "@ManyToOne(",
    "@OneToOne(",
    "@ManyToMany(",
    "EntitySchema",
    "autoLoadEntities",
    "namingStrategy",
    "synchronize",
];

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.typeorm",
    about: "TypeORM: entities as tables; migrations with the SQL that they run, the tables and columns that they build",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: MARKERS,
    when: When::MarkedOrParsed,
    queries: &[&migrations::QUERY, &QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    entities(cx, &Origins::of(tree.root_node(), cx.text), sink);
    let (functions, has_down) = migrations::forward(cx);
    let ups: Vec<(Node<'_>, u64)> = functions.into_iter().filter_map(|function| Some((function, timestamp(cx, function)?))).collect();
    // A file with several migrations runs them in their own order; it is placed by the first.
    let Some(first) = ups.iter().map(|(_, number)| *number).min() else {
        return migrations::procedures(cx, sink, Handed::Runner, |steps, walk, call| calls::read(steps, walk, call));
    };
    let migration = Migration { tool: "TypeORM", order: ScriptOrder::Number(first), has_down };
    let mut steps = Steps::open(cx, sink, migration);
    let mut sorted = ups;
    sorted.sort_by_key(|(_, number)| *number);
    for (function, _) in sorted {
        steps.run(tree.root_node(), function, &mut |steps, walk, call| calls::read(steps, walk, call));
    }
    steps.close();
}

/// The entities of a file, and the connections that store them.
fn entities(cx: &FileCx<'_>, origins: &Origins, sink: &mut Sink<'_>) {
    let mut found: Vec<(u32, Entity)> = Vec::new();
    let is_brought = origins.module("EntitySchema") == Some("typeorm");
    let is_schema = |made: Node<'_>| is_brought && called::constructor(made, cx.text) == Some("EntitySchema");
    for one in cx.matches(&QUERY) {
        if let Some(class) = one.node("class") {
            let class = ClassCx::of(cx, origins, class);
            let line = class.line(class.node);
            found.extend(entity::of_class(&class).into_iter().map(|entity| (line, entity)));
        } else if let Some(schema) = one.node("new").filter(|made| is_schema(*made)) {
            found.extend(definition::read(cx, schema, sink).map(|entity| (cx.line(schema.start_byte()), entity)));
        } else if let Some(option) = one.node("named").filter(|pair| store::is_telling(*pair, cx.text)) {
            store::read(cx, option, sink);
        }
    }
    for (line, entity) in found {
        sink.fact(line, Fact::Entity(Box::new(entity)));
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
