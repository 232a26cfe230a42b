//! What stands behind the columns of a Drizzle table: indexes, composite keys, foreign keys, checks.

use tree_sitter::Node;

use super::Tables;
use super::chain::Chain;
use crate::extract::typescript::strings::{self, Piece};
use crate::extract::typescript::values::{self, children, unwrapped};
use crate::finding::Value;
use crate::finding::entity::{Entity, EntityConstraint, EntityConstraintKind, JoinColumn, Property, PropertyKind, Relation, RelationKind};

/// Reads `(t) => [index('x').on(t.a)]`, or an object of the same.
pub(super) fn add<'a>(tables: &Tables<'_, 'a>, entity: &mut Entity, function: Node<'a>) {
    let Some(list) = values::returned(unwrapped(function)).map(unwrapped) else { return };
    let items = children(list).into_iter().filter_map(|item| match item.kind() {
        "pair" => item.child_by_field_name("value"),
        "spread_element" => None,
        _ => Some(item),
    });
    for item in items {
        if let Some(chain) = Chain::of(item, tables.cx.text) {
            add_one(tables, entity, &chain, tables.cx.line(item.start_byte()));
        }
    }
}

fn add_one<'a>(tables: &Tables<'_, 'a>, entity: &mut Entity, chain: &Chain<'a>, line: u32) {
    let original = tables.origins.original(chain.base());
    let kind = match original.rsplit('.').next().unwrap_or(original) {
        "index" => EntityConstraintKind::Index,
        "uniqueIndex" => EntityConstraintKind::UniqueIndex,
        "unique" => EntityConstraintKind::Unique,
        "primaryKey" => EntityConstraintKind::PrimaryKey,
        "check" => EntityConstraintKind::Check,
        "foreignKey" => return add_foreign_key(tables, entity, chain, line),
        _ => return,
    };
    let first = chain.arguments().first().map(|one| values::read(*one, tables.cx.text));
    let options = first.as_ref().filter(|value| matches!(value, Value::Map(_)));
    let name = first.as_ref().and_then(Value::as_text).or_else(|| options?.get("name")?.as_text()).map(str::to_owned);
    let columns = &entity.properties;
    let members = match (kind, options) {
        (EntityConstraintKind::Check, _) => Vec::new(),
        (EntityConstraintKind::PrimaryKey, Some(options)) => named(options.get("columns")),
        (EntityConstraintKind::PrimaryKey, None) => chain.arguments().iter().filter_map(|one| member(tables, *one, columns)).collect(),
        _ => {
            let on = ["on", "onOnly", "using"].iter().find_map(|name| chain.method(name)).unwrap_or_default();
            on.iter().filter_map(|one| member(tables, *one, columns)).collect()
        }
    };
    let expression = match kind {
        EntityConstraintKind::Check => chain.arguments().get(1).copied(),
        _ => chain.method("where").and_then(|arguments| arguments.first().copied()),
    };
    let method =
        chain.method("using").and_then(|arguments| values::read(*arguments.first()?, tables.cx.text).as_text().map(str::to_lowercase));
    let predicate = expression.and_then(|node| sql_text(tables, node, columns));
    entity.constraints.push(EntityConstraint { kind, name, members, method, predicate, line });
}

/// The properties of `[t.a, t.b]`.
fn named(list: Option<&Value>) -> Vec<(String, String)> {
    let last = |value: &Value| match value {
        Value::Name(name) => Some((values_last(name), String::new())),
        _ => None,
    };
    list.map(Value::items).unwrap_or_default().iter().filter_map(last).collect()
}

fn values_last(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_owned()
}

/// A key of an index: `t.a`, `t.a.desc()`, `t.a.op('vector_l2_ops')`, sql`lower(${t.a})`; a text is the method of `using`.
fn member(tables: &Tables<'_, '_>, node: Node<'_>, columns: &[Property]) -> Option<(String, String)> {
    if let Some(text) = sql_text(tables, node, columns) {
        return Some((text, String::new()));
    }
    match values::read(node, tables.cx.text) {
        Value::Name(name) => Some((values_last(&name), String::new())),
        Value::Call(name, arguments) => {
            let (column, method) = name.rsplit_once('.')?;
            let order = match method {
                "desc" => "desc".to_owned(),
                "op" => arguments.first()?.as_text()?.to_owned(),
                _ => String::new(),
            };
            let column = column.split("()").next().unwrap_or(column).trim_end_matches(".asc").trim_end_matches(".desc");
            Some((values_last(column), order))
        }
        _ => None,
    }
}

/// `foreignKey({ columns: [t.a], foreignColumns: [users.id], name: 'fk' }).onDelete('cascade')`
fn add_foreign_key<'a>(tables: &Tables<'_, 'a>, entity: &mut Entity, chain: &Chain<'a>, line: u32) {
    let Some(options) = chain.arguments().first().map(|one| values::read(*one, tables.cx.text)) else { return };
    let columns = named(options.get("columns"));
    let foreign = options.get("foreignColumns").map(Value::items).unwrap_or_default();
    let foreign: Vec<(&str, &str)> = foreign
        .iter()
        .filter_map(|value| match value {
            Value::Name(name) => name.rsplit_once('.'),
            _ => None,
        })
        .collect();
    let Some((target, _)) = foreign.first() else { return };
    let on_delete =
        chain.method("onDelete").and_then(|arguments| values::read(*arguments.first()?, tables.cx.text).as_text().map(str::to_lowercase));
    // The parameter of the callback stands for the table itself.
    let is_known = tables.constant(target).is_some() || tables.origins.import(target).is_some();
    let target = if is_known { (*target).to_owned() } else { entity.name.clone() };
    let joins = columns.iter().zip(&foreign);
    let relation = Relation {
        owns: true,
        join_columns: joins
            .map(|((own, _), (_, other))| JoinColumn { name: Some(own.clone()), references: Some((*other).to_owned()) })
            .collect(),
        on_delete,
        constraint: options.get("name").and_then(Value::as_text).map(str::to_owned),
        ..Relation::new(RelationKind::ManyToOne, target)
    };
    entity.properties.push(Property::new(format!("#{line}"), PropertyKind::Relation(relation), line));
}

/// The text of sql`...`, with the columns that stand in it by their names.
pub(super) fn sql_text(tables: &Tables<'_, '_>, node: Node<'_>, columns: &[Property]) -> Option<String> {
    let node = unwrapped(node);
    let node = if matches!(node.kind(), "arrow_function") { unwrapped(values::returned(node)?) } else { node };
    let function = node.child_by_field_name("function").filter(|_| node.kind() == "call_expression")?;
    if values::callee(function, tables.cx.text) != "sql" {
        return None;
    }
    let template = node.child_by_field_name("arguments").filter(|one| one.kind() == "template_string")?;
    let mut text = String::new();
    for piece in strings::template(template, tables.cx.text) {
        match piece {
            Piece::Text(part) => text.push_str(&part),
            Piece::Substitution(inner) => {
                let name = values::dotted(inner, tables.cx.text).map(|name| values_last(&name))?;
                let stated = columns.iter().find(|one| one.name == name).and_then(|one| one.column.as_ref()?.as_text());
                text.push_str(stated.unwrap_or(&name));
            }
        }
    }
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
