//! What the attributes of a Prisma schema mean for the database: native types, defaults, keys and indexes, referential actions.
//! Source: the Prisma schema reference and the SQL that Prisma Migrate writes.

use crate::finding::entity::{EntityConstraint, EntityConstraintKind};
use crate::finding::string_literal;
use crate::syntax::prisma::{Argument, Attribute, Block, Expression, Field, attribute};

/// The type that `@db.VarChar(100)` names, as SQL writes it.
pub(super) fn native_type(attributes: &[Attribute]) -> Option<String> {
    let native = attributes.iter().find_map(|one| Some((one.name.strip_prefix("db.")?, one)))?;
    let (name, attribute) = native;
    let base = match name {
        "DoublePrecision" => "double precision".to_owned(),
        "ByteA" => "bytea".to_owned(),
        "VarBit" => "bit varying".to_owned(),
        _ => match name.strip_prefix("Unsigned") {
            Some(rest) => return Some(format!("{} unsigned", rest.to_lowercase())),
            None => name.to_lowercase(),
        },
    };
    let arguments: Vec<String> = attribute.arguments.iter().filter_map(|one| written(&one.value)).map(|text| text.to_lowercase()).collect();
    Some(if arguments.is_empty() { base } else { format!("{base}({})", arguments.join(",")) })
}

fn written(value: &Expression) -> Option<String> {
    match value {
        Expression::Number(text) | Expression::Name(text) | Expression::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// The default that the database holds, as SQL. What Prisma makes itself (`uuid()`, `cuid()`) is none.
pub(super) fn default_of(value: &Expression, field: &Field) -> Option<String> {
    match value {
        Expression::Call(name, arguments) => match name.as_str() {
            "now" => Some("CURRENT_TIMESTAMP".to_owned()),
            "dbgenerated" => arguments.first().and_then(|one| one.value.as_text()).map(str::to_owned).filter(|text| !text.is_empty()),
            _ => None,
        },
        Expression::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(literal).collect();
            Some(format!("ARRAY[{}]::{}[]", items?.join(", "), element_type(field)))
        }
        other => literal(other),
    }
}

fn literal(value: &Expression) -> Option<String> {
    match value {
        Expression::Text(text) => Some(string_literal(text)),
        Expression::Number(number) => Some(number.clone()),
        Expression::Name(name) if matches!(name.as_str(), "true" | "false") => Some(name.clone()),
        Expression::Name(name) => Some(string_literal(name)),
        _ => None,
    }
}

/// The type that Prisma Migrate casts the default of a list to; only PostgreSQL has lists.
fn element_type(field: &Field) -> String {
    let native = native_type(&field.attributes).map(|name| name.to_uppercase());
    native.unwrap_or_else(|| match field.type_name.as_str() {
        "String" => "TEXT".to_owned(),
        "Boolean" => "BOOLEAN".to_owned(),
        "Int" => "INTEGER".to_owned(),
        "BigInt" => "BIGINT".to_owned(),
        "Float" => "DOUBLE PRECISION".to_owned(),
        "Decimal" => "DECIMAL(65,30)".to_owned(),
        "DateTime" => "TIMESTAMP(3)".to_owned(),
        "Json" => "JSONB".to_owned(),
        "Bytes" => "BYTEA".to_owned(),
        other => format!("\"{other}\""),
    })
}

/// What happens when the other row goes: stated, else the documented default.
pub(super) fn on_delete(relation: &Attribute, is_optional: bool) -> String {
    match relation.named("onDelete").and_then(Expression::as_name) {
        Some("Cascade") => "cascade",
        Some("SetNull") => "set null",
        Some("SetDefault") => "set default",
        Some("NoAction") => "no action",
        Some("Restrict") => "restrict",
        _ if is_optional => "set null",
        _ => "restrict",
    }
    .to_owned()
}

/// The keys and indexes of a model: those at the block, then those at its fields.
pub(super) fn constraints(block: &Block) -> Vec<EntityConstraint> {
    let at_block = block.attributes.iter().filter_map(|one| {
        let kind = match one.name.as_str() {
            "id" => EntityConstraintKind::PrimaryKey,
            // Prisma Migrate makes indexes of them.
            "unique" => EntityConstraintKind::UniqueIndex,
            "index" | "fulltext" => EntityConstraintKind::Index,
            _ => return None,
        };
        let members = one.named_or_first("fields")?.items().iter().filter_map(member).collect();
        Some(constraint(kind, one, members))
    });
    let at_fields = block.fields.iter().flat_map(|field| {
        let own = |(name, kind)| {
            let found = attribute(&field.attributes, name)?;
            Some(constraint(kind, found, vec![(field.name.clone(), order(&found.arguments))]))
        };
        [("id", EntityConstraintKind::PrimaryKey), ("unique", EntityConstraintKind::UniqueIndex)].into_iter().filter_map(own)
    });
    at_block.chain(at_fields).collect()
}

fn constraint(kind: EntityConstraintKind, stated: &Attribute, members: Vec<(String, String)>) -> EntityConstraint {
    let method = match stated.name.as_str() {
        "fulltext" => Some("fulltext".to_owned()),
        _ => stated.named("type").and_then(Expression::as_name).map(str::to_lowercase),
    };
    let predicate = match stated.named("where") {
        Some(Expression::Call(name, arguments)) if name == "raw" => arguments.first().and_then(|one| one.value.as_text()),
        _ => None,
    };
    EntityConstraint {
        kind,
        name: stated.named("map").and_then(Expression::as_text).map(str::to_owned),
        members,
        method,
        predicate: predicate.map(str::to_owned),
        line: stated.line,
    }
}

/// `email`, `createdAt(sort: Desc)`, `name(ops: raw("gin_trgm_ops"))`
fn member(value: &Expression) -> Option<(String, String)> {
    match value {
        Expression::Name(name) => Some((name.clone(), String::new())),
        Expression::Call(name, arguments) => Some((name.clone(), order(arguments))),
        _ => None,
    }
}

/// What is said of a key of an index: its operator class and its order.
fn order(arguments: &[Argument]) -> String {
    let named = |name: &str| arguments.iter().find(|one| one.name.as_deref() == Some(name)).map(|one| &one.value);
    let class = match named("ops") {
        Some(Expression::Call(name, inner)) if name == "raw" => inner.first().and_then(|one| one.value.as_text()).map(str::to_owned),
        // `JsonbPathOps` is jsonb_path_ops.
        Some(Expression::Name(name)) => Some(snake(name)),
        _ => None,
    };
    let descends = matches!(named("sort"), Some(Expression::Name(name)) if name == "Desc").then(|| "desc".to_owned());
    class.into_iter().chain(descends).collect::<Vec<_>>().join(" ")
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
