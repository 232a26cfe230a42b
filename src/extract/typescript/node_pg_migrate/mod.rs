//! node-pg-migrate: migrations, what `up` does with its builder. The way back is never applied.
//! Order: the tool sorts by the names of the files, which start with a time.

mod table;

use tree_sitter::Node;

use super::migrations::chain;
use super::migrations::options::{is_true, names, plain, text, texts};
use super::migrations::{self, Handed, Migration, Steps, Walk};
use super::values::text_of;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Value;
use crate::finding::schema::{
    Cascade, EnumPlace, IndexDefinition, IndexKey, ObjectName, SchemaChange, ScriptOrder, TableAction, TableDefinition, TableElement,
};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.node_pg_migrate",
    about: "migrations of node-pg-migrate: tables that they build, SQL that they run",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["pgm", "MigrationBuilder"],
    when: When::Marked,
    queries: &[&migrations::QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let (functions, has_down) = migrations::forward(cx);
    let Some(function) = functions.into_iter().find(|one| migrations::handed(*one, cx.text) == Handed::Builder) else { return };
    let Some(builder) = migrations::first_parameter(function, cx.text) else { return };
    let mut steps = Steps::open(cx, sink, Migration { tool: "node-pg-migrate", order: ScriptOrder::FileName, has_down });
    steps.run(tree.root_node(), function, &mut |steps, walk, call| read(steps, walk, call, builder));
    steps.close();
}

/// Reads a call; `false` when it is none of the builder.
fn read<'t>(steps: &mut Steps<'_, '_, '_>, walk: &Walk<'_, 't>, node: Node<'t>, builder: &str) -> bool {
    let (root, links) = chain::of(node, walk.scope.text);
    let [link] = links.as_slice() else { return false };
    if text_of(root, walk.scope.text) != builder && text_of(root, walk.scope.text) != "pgm" {
        return false;
    }
    let values: Vec<Value> = link.arguments.iter().map(|node| walk.scope.value_of(*node)).collect();
    if link.name == "sql" {
        if let Some(sql) = link.arguments.first().copied() {
            steps.sql(walk, node, sql);
        }
        return true;
    }
    let columns = link.arguments.get(1).and_then(|node| steps.entries(walk, *node)).unwrap_or_default();
    match changes(link.name, &values, &columns) {
        Some(changes) => {
            let says = |key: &str| values.iter().any(|value| is_true(value, key));
            let lenient = says("ifNotExists") || says("ifExists");
            changes.into_iter().for_each(|change| steps.change(walk, node, lenient, change));
        }
        None if SHOWN.contains(&link.name) => steps.not_understood(node, link.name),
        None => {}
    }
    true
}

/// Calls whose effect shows in the document.
const SHOWN: &[&str] = &[
    "createTable",
    "dropTable",
    "renameTable",
    "addColumn",
    "addColumns",
    "dropColumn",
    "dropColumns",
    "renameColumn",
    "alterColumn",
    "addConstraint",
    "createConstraint",
    "dropConstraint",
    "createIndex",
    "addIndex",
    "dropIndex",
    "createType",
    "addType",
    "dropType",
    "addTypeValue",
    "renameType",
    "createView",
    "createMaterializedView",
];

/// The changes that a call makes; `None` when it is not understood, or changes nothing that is shown.
fn changes(call: &str, values: &[Value], columns: &[(String, Value, u32)]) -> Option<Vec<SchemaChange>> {
    let name = || values.first().and_then(object_name);
    let second = || values.get(1).and_then(plain);
    let third = || values.get(2).and_then(plain);
    let alter = |action: TableAction| Some(vec![SchemaChange::AlterTable(name()?, action)]);
    match call {
        "createTable" => create_table(name()?, columns, values.get(2)),
        "dropTable" => Some(vec![SchemaChange::DropTable(name()?)]),
        "renameTable" => alter(TableAction::Rename(ObjectName::bare(object_name(values.get(1)?)?.name))),
        "addColumn" | "addColumns" => {
            let table = name()?;
            let mut found = Vec::new();
            for (column, value, line) in columns {
                let made = table::column(column, value, *line)?;
                found.push(SchemaChange::AlterTable(table.clone(), TableAction::AddColumn(made, Default::default())));
            }
            (!found.is_empty()).then_some(found)
        }
        "dropColumn" | "dropColumns" => {
            let table = name()?;
            let listed = values.get(1).and_then(texts).unwrap_or_else(|| columns.iter().map(|(name, ..)| name.clone()).collect());
            Some(listed.into_iter().map(|column| SchemaChange::AlterTable(table.clone(), TableAction::DropColumn(column))).collect())
        }
        "renameColumn" => alter(TableAction::RenameColumn(second()?, third()?)),
        "alterColumn" => {
            let table = name()?;
            let actions = table::altered(&second()?, values.get(2)?);
            Some(actions.into_iter().map(|action| SchemaChange::AlterTable(table.clone(), action)).collect())
        }
        "addConstraint" | "createConstraint" => {
            let all = table::constraints(second(), values.get(2)?)?;
            let table = name()?;
            Some(all.into_iter().map(|one| SchemaChange::AlterTable(table.clone(), TableAction::AddConstraint(one))).collect())
        }
        "dropConstraint" => alter(TableAction::DropConstraint(second()?)),
        "renameConstraint" => alter(TableAction::RenameConstraint(second()?, third()?)),
        "createIndex" | "addIndex" => Some(vec![SchemaChange::CreateIndex(index(name()?, values)?)]),
        "dropIndex" => {
            let table = name()?;
            let index = index(table.clone(), values)?.name?;
            Some(vec![SchemaChange::DropIndex(index, Some(table))])
        }
        "createType" | "addType" => match values.get(1)? {
            list @ Value::List(_) => Some(vec![SchemaChange::CreateEnum(name()?, texts(list)?)]),
            _ => Some(vec![SchemaChange::CreateOtherType(name()?)]),
        },
        "dropType" => Some(vec![SchemaChange::DropType(name()?, Cascade::No)]),
        "addTypeValue" => {
            let place = |key: &str| values.get(2).and_then(|options| text(options, key));
            let at = place("before").map(EnumPlace::Before).or_else(|| place("after").map(EnumPlace::After)).unwrap_or(EnumPlace::Last);
            Some(vec![SchemaChange::AddEnumValue(name()?, second()?, at)])
        }
        "renameType" => Some(vec![SchemaChange::RenameType(name()?, second()?)]),
        "createSchema" => Some(vec![SchemaChange::CreateSchema(name()?.name)]),
        "dropSchema" => Some(vec![SchemaChange::DropSchema(name()?.name)]),
        "dropView" | "dropMaterializedView" => Some(vec![SchemaChange::DropView(name()?)]),
        _ => None,
    }
}

fn create_table(name: ObjectName, columns: &[(String, Value, u32)], options: Option<&Value>) -> Option<Vec<SchemaChange>> {
    let mut definition = TableDefinition { name, ..TableDefinition::default() };
    let mut made = columns.iter().map(|(column, value, line)| table::column(column, value, *line)).collect::<Option<Vec<_>>>()?;
    let key = table::take_key(&mut made);
    definition.elements.extend(made.into_iter().map(TableElement::Column));
    definition.elements.extend(key.map(TableElement::Constraint));
    if let Some(options) = options {
        definition.description = text(options, "comment");
        let stated = options.get("constraints").and_then(|stated| table::constraints(None, stated)).unwrap_or_default();
        definition.elements.extend(stated.into_iter().map(TableElement::Constraint));
    }
    Some(vec![SchemaChange::CreateTable(definition)])
}

fn index(table: ObjectName, values: &[Value]) -> Option<IndexDefinition> {
    let listed = values.get(1)?;
    let key = |item: &Value| match item {
        Value::Map(_) => text(item, "name"),
        other => plain(other),
    };
    let columns: Vec<String> = listed.items().iter().map(key).collect::<Option<_>>()?;
    let none = Value::Map(Vec::new());
    let options = values.get(2).unwrap_or(&none);
    let unique = is_true(options, "unique");
    let ending = if unique { "_unique_index" } else { "_index" };
    let name = text(options, "name").unwrap_or_else(|| format!("{}_{}{ending}", table.name, columns.join("_")));
    let is_plain = |column: &String| column.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    Some(IndexDefinition {
        name: Some(ObjectName { schema: table.schema.clone(), name }),
        unique,
        method: text(options, "method").unwrap_or_else(|| "btree".to_owned()),
        keys: columns.iter().map(|column| IndexKey { text: column.clone(), column: Some(column.clone()).filter(is_plain) }).collect(),
        include: names(options, "include"),
        predicate: text(options, "where"),
        table,
    })
}

/// A name, or `{ schema, name }`.
fn object_name(value: &Value) -> Option<ObjectName> {
    match value {
        Value::Text(name) => Some(ObjectName::bare(name.clone())),
        Value::Map(_) => Some(ObjectName { schema: text(value, "schema").filter(|schema| schema != "public"), name: text(value, "name")? }),
        _ => None,
    }
}
