//! One field of a Mongoose schema: its type, whether it is required, its index, what it refers to.
//! Source: the Mongoose documentation of SchemaTypes. A function that makes a value or decides at run time is no fact.

use super::at_field;
use crate::finding::Value;
use crate::finding::entity::{
    ColumnType, Entity, EntityConstraint, EntityConstraintKind, JoinColumn, Property, PropertyKind, Relation, RelationKind,
};

/// A field as it stands: its name, line and doc comment.
pub(super) struct Stated {
    pub(super) name: String,
    pub(super) line: u32,
    pub(super) doc: Option<String>,
}

/// What a field amounts to.
pub(super) struct Field {
    properties: Vec<Property>,
    constraints: Vec<EntityConstraint>,
}

impl Field {
    pub(super) fn add_to(self, entity: &mut Entity) {
        entity.properties.extend(self.properties);
        entity.constraints.extend(self.constraints);
    }
}

/// The type of a field, with the options that stand at it or at the items of its list.
#[derive(Debug)]
struct Shape<'a> {
    kind: Kind,
    is_list: bool,
    options: Vec<&'a Value>,
}

#[derive(Debug)]
enum Kind {
    /// A SchemaType, lower case.
    Type(&'static str),
    /// Another schema or class, or an enum of the language.
    Named(String),
}

/// `name: String`, `name: { type: String, required: true }`, `names: [String]`
pub(super) fn of_definition(stated: &Stated, definition: &Value) -> Field {
    field(stated, shape(definition))
}

/// `@Prop({ ... }) name: string`: the type of the language counts where the decorator states none.
pub(super) fn of_decorator(stated: &Stated, argument: Option<&Value>, written: Option<&str>) -> Field {
    let argument = argument.filter(|value| !matches!(value, Value::Opaque(_)));
    let of_language = |options: Vec<_>| {
        let (kind, is_list) = language_type(written.unwrap_or_default());
        Shape { kind, is_list, options }
    };
    let shape = match argument {
        None => of_language(Vec::new()),
        Some(options @ Value::Map(_)) if options.get("type").is_none() => of_language(vec![options]),
        Some(definition) => shape(definition),
    };
    field(stated, shape)
}

/// Lists and options nest no deeper than this.
const DEPTH: usize = 4;

fn shape(definition: &Value) -> Shape<'_> {
    let mut shape = Shape { kind: Kind::Type("mixed"), is_list: false, options: Vec::new() };
    let mut at = definition;
    for _ in 0..DEPTH {
        match at {
            // A field that is itself called `type` makes an object.
            Value::Map(_) if at.get("type").is_some_and(|inner| inner.get("type").is_none()) => {
                shape.options.push(at);
                at = at.get("type").unwrap_or(at);
            }
            Value::Map(entries) => {
                shape.kind = Kind::Type(if entries.is_empty() { "mixed" } else { "object" });
                return shape;
            }
            Value::List(items) => {
                shape.is_list = true;
                match items.first() {
                    Some(item) => at = item,
                    None => return shape,
                }
            }
            Value::Either(items) => match items.first() {
                Some(item) => at = item,
                None => return shape,
            },
            Value::Name(name) | Value::Text(name) => {
                let (kind, is_list) = named(name);
                shape.kind = kind;
                shape.is_list |= is_list;
                return shape;
            }
            Value::Call(..) => {
                shape.kind = Kind::Type("object");
                return shape;
            }
            _ => return shape,
        }
    }
    shape
}

/// A constructor or SchemaType; `Array` is a list of anything.
fn named(name: &str) -> (Kind, bool) {
    let last = name.rsplit('.').next().unwrap_or(name);
    let known = match last.to_ascii_lowercase().as_str() {
        "string" => "string",
        "number" => "number",
        "date" => "date",
        "boolean" | "bool" => "boolean",
        "buffer" => "buffer",
        "map" => "map",
        "objectid" | "oid" => "objectid",
        "mixed" | "object" => "mixed",
        "decimal128" => "decimal128",
        "double" => "double",
        "int32" => "int32",
        "bigint" => "bigint",
        "uuid" => "uuid",
        "array" => return (Kind::Type("mixed"), true),
        _ => return (Kind::Named(name.to_owned()), false),
    };
    (Kind::Type(known), false)
}

/// What the type of a class member means: `string`, `Date | null`, `Types.ObjectId[]`, `Array<Home>`, `'a' | 'b'`.
fn language_type(written: &str) -> (Kind, bool) {
    let mut parts = written.split('|').map(str::trim).filter(|part| !matches!(*part, "null" | "undefined" | ""));
    let Some(first) = parts.next() else { return (Kind::Type("mixed"), false) };
    if first.starts_with(['\'', '"', '`']) {
        return (Kind::Type("string"), false);
    }
    let inner = first.strip_prefix("Array<").or_else(|| first.strip_prefix("Types.DocumentArray<")).and_then(|rest| rest.strip_suffix('>'));
    let item = first.strip_suffix("[]").or(inner);
    if let Some(item) = item {
        return (language_type(item.trim_matches(['(', ')'])).0, true);
    }
    if first.starts_with("Map<") {
        return (Kind::Type("map"), false);
    }
    if first.starts_with("Record<") || first.starts_with('{') || matches!(first, "object" | "any" | "unknown") {
        return (Kind::Type("mixed"), false);
    }
    named(first.split('<').next().unwrap_or(first))
}

fn field(stated: &Stated, shape: Shape<'_>) -> Field {
    let option = |name: &str| shape.options.iter().find_map(|options| options.get(name));
    let on = |name: &str| option(name).is_some_and(|value| !matches!(value, Value::Bool(false) | Value::Opaque(_)));
    let kind = match shape.kind {
        Kind::Type(name) => PropertyKind::Column(ColumnType::Stated(name.to_owned())),
        Kind::Named(entity) => PropertyKind::Embedded { entity, prefix: String::new() },
    };
    let mut properties = vec![Property {
        is_list: shape.is_list,
        nullable: !on("required"),
        default: option("default").and_then(default_of),
        default_value: option("default").filter(|value| matches!(value, Value::Name(_)) && default_of(value).is_none()).cloned(),
        doc: stated.doc.clone(),
        ..Property::new(stated.name.clone(), kind, stated.line)
    }];
    if let Some(target) = option("ref").and_then(target) {
        let mut relation = Relation::new(RelationKind::ManyToOne, target);
        relation.owns = true;
        relation.join_columns = vec![JoinColumn { name: Some(stated.name.clone()), references: None }];
        properties.push(Property::new(stated.name.clone(), PropertyKind::Relation(relation), stated.line));
    }
    let kind = match (on("unique"), on("index")) {
        (true, _) => Some(EntityConstraintKind::UniqueIndex),
        (false, true) => Some(EntityConstraintKind::Index),
        _ => None,
    };
    Field { properties, constraints: kind.map(|kind| at_field(kind, &stated.name, stated.line)).into_iter().collect() }
}

/// The model that `ref` names: a text, a class, its name, or a constant.
fn target(value: &Value) -> Option<String> {
    match value {
        Value::Text(name) => Some(name.clone()),
        Value::Name(name) => Some(name.strip_suffix(".name").unwrap_or(name).to_owned()),
        _ => None,
    }
}

fn default_of(value: &Value) -> Option<String> {
    match value {
        Value::Name(name) if name == "Date.now" => Some("now()".to_owned()),
        Value::Call(name, arguments) if matches!(name.as_str(), "Date" | "Date.now") && arguments.is_empty() => Some("now()".to_owned()),
        Value::List(items) if items.is_empty() => Some("[]".to_owned()),
        plain => plain.sql_literal(),
    }
}

/// `schema.index({ a: 1, b: -1 }, { unique: true, name: 'x' })`: without a name it has that of its keys.
pub(super) fn index(keys: &[(String, Value)], options: &Value, line: u32) -> EntityConstraint {
    let order = |value: &Value| match value {
        Value::Number(number) => number.clone(),
        Value::Text(text) => text.clone(),
        _ => "-1".to_owned(),
    };
    let described = |(name, value): &(String, Value)| {
        let order = order(value);
        let shown = match order.as_str() {
            "1" => String::new(),
            "-1" => "desc".to_owned(),
            other => other.to_owned(),
        };
        (name.clone(), shown)
    };
    let made_up = keys.iter().map(|(name, value)| format!("{name}_{}", order(value))).collect::<Vec<_>>().join("_");
    let unique = options.get("unique") == Some(&Value::Bool(true));
    EntityConstraint {
        kind: if unique { EntityConstraintKind::UniqueIndex } else { EntityConstraintKind::Index },
        name: Some(options.get("name").and_then(Value::as_text).map_or(made_up, str::to_owned)),
        members: keys.iter().map(described).collect(),
        method: None,
        predicate: options.get("partialFilterExpression").map(filter),
        line,
    }
}

/// A filter as it is written, on one line.
fn filter(value: &Value) -> String {
    match value {
        Value::Map(entries) => {
            let entries: Vec<String> = entries.iter().map(|(name, value)| format!("{name}: {}", filter(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::List(items) => format!("[{}]", items.iter().map(filter).collect::<Vec<_>>().join(", ")),
        Value::Text(text) => format!("'{text}'"),
        Value::Number(text) | Value::Name(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        _ => "?".to_owned(),
    }
}
