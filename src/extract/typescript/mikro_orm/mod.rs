//! MikroORM: entities, and migrations, the statements that `up` adds. The way back is never applied.
//! Order: MikroORM sorts by the names of the files.

mod entity;

use tree_sitter::Node;

use super::class_cx::ClassCx;
use super::classes;
use super::imports::Origins;
use super::migrations::{self, Migration, Steps, Walk};
use super::values::{children, text_of, unwrapped};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::schema::ScriptOrder;
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/mikro_orm", text: include_str!("../../../../queries/typescript/mikro_orm.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.mikro_orm",
    about: "MikroORM: entities as tables; migrations with the SQL that they run",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["mikro-orm/migrations", "this.addSql(", "@mikro-orm/"],
    when: When::Marked,
    queries: &[&migrations::QUERY, &QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    for class in cx.matches(&QUERY).iter().filter_map(|found| found.node("class")).map(|class| ClassCx::of(cx, &origins, class)) {
        if let Some(entity) = entity::of_class(&class) {
            sink.fact(class.line(class.node), Fact::Entity(Box::new(entity)));
        }
    }
    let (functions, has_down) = migrations::forward(cx);
    let is_migration = |function: &Node<'_>| {
        let class = classes::around(*function);
        class.is_some_and(|class| classes::bases(class, cx.text).iter().any(|base| base.ends_with("Migration")))
    };
    let Some(function) = functions.into_iter().find(is_migration) else { return };
    let mut steps = Steps::open(cx, sink, Migration { tool: "MikroORM", order: ScriptOrder::FileName, has_down });
    steps.run(tree.root_node(), function, &mut |steps, walk, call| read(steps, walk, call));
    steps.close();
}

/// `this.addSql('...')`, `this.execute('...')`.
fn read<'t>(steps: &mut Steps<'_, '_, '_>, walk: &Walk<'_, 't>, call: Node<'t>) -> bool {
    let Some(function) = call.child_by_field_name("function").map(unwrapped) else { return false };
    let name = function.child_by_field_name("property").map_or("", |name| text_of(name, walk.scope.text));
    let runs = matches!(name, "addSql" | "execute" | "raw");
    if let Some(sql) = call.child_by_field_name("arguments").map(children).and_then(|list| list.first().copied()).filter(|_| runs) {
        steps.sql(walk, call, sql);
    }
    runs
}
