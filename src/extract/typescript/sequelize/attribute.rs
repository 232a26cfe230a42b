//! One attribute of a model of Sequelize: its type, what it may be, what it refers to. What is filled in by the program is no default.
//! Source: the documentation of data types and of `Model.init`.

use super::column;
use crate::extract::typescript::migrations::options::{action, is_true, plain, text};
use crate::finding::Value;
use crate::finding::entity::{AUTO_INCREMENT, ColumnType, EnumType, JoinColumn, Property, PropertyKind, Relation, RelationKind, Scalar};

/// Reads `{ type: DataTypes.STRING(80), allowNull: false }`, or a type alone, into the property; `None` where nothing is stored.
/// Without a type the one of the language counts.
pub(super) fn read(property: Property, value: &Value, language: Option<Scalar>) -> Option<(Property, Option<Property>)> {
    let none = Value::Map(Vec::new());
    let (kind, options) = match value {
        Value::Map(_) => (value.get("type"), value),
        other => (Some(other), &none),
    };
    let (kind, is_list) = match kind {
        Some(kind) => data_type(kind, options)?,
        None => (ColumnType::Scalar(language?, None), false),
    };
    let mut property = property;
    property.kind = PropertyKind::Column(kind);
    property.is_list = is_list;
    property.column = options.get("field").filter(|value| matches!(value, Value::Text(_) | Value::Name(_))).cloned();
    property.primary_key = is_true(options, "primaryKey");
    property.nullable = options.get("allowNull") != Some(&Value::Bool(false)) && !property.primary_key;
    property.unique = is_true(options, "unique");
    set_default(&mut property, options.get("defaultValue"));
    property.doc = property.doc.take().or_else(|| text(options, "comment"));
    if is_true(options, "autoIncrement") || is_true(options, "autoIncrementIdentity") {
        property.generated = Some(AUTO_INCREMENT.to_owned());
    }
    let reference = reference(&property, options);
    Some((property, reference))
}

/// What the database fills in; `DataTypes.NOW` and `UUIDV4` are made by the program.
pub(super) fn set_default(property: &mut Property, value: Option<&Value>) {
    let Some(value) = value else { return };
    property.default = column::default(value);
    property.default_value = Some(value.clone()).filter(|value| matches!(value, Value::Name(_)));
}

/// `references: { model: 'users', key: 'id' }` beside the attribute.
fn reference(property: &Property, options: &Value) -> Option<Property> {
    let references = options.get("references")?;
    let stated = if matches!(references, Value::Map(_)) { references.get("model")? } else { references };
    let target = match stated {
        Value::Map(_) => stated.get("tableName").and_then(plain)?,
        other => super::super::stated::target(other)?,
    };
    let relation = Relation {
        owns: true,
        join_columns: vec![JoinColumn { name: Some(property.name.clone()), references: text(references, "key") }],
        on_delete: action(text(options, "onDelete")).filter(|action| action != "no action"),
        ..Relation::new(RelationKind::ManyToOne, target)
    };
    let name = format!("{}#", property.name);
    Some(Property { nullable: property.nullable, ..Property::new(name, PropertyKind::Relation(relation), property.line) })
}

/// The type and whether it is a list; `None` for what is never stored.
pub(super) fn data_type(kind: &Value, options: &Value) -> Option<(ColumnType, bool)> {
    let (name, arguments): (&str, &[Value]) = match kind {
        Value::Text(text) => return Some((ColumnType::Stated(text.to_lowercase()), false)),
        Value::Name(name) => (name, &[]),
        Value::Call(name, arguments) => (name, arguments),
        _ => return None,
    };
    let size = || {
        let sizes: Option<Vec<String>> = arguments.iter().map(plain).collect();
        sizes.filter(|sizes| !sizes.is_empty()).map(|sizes| sizes.join(","))
    };
    let scalar = |scalar: Scalar| ColumnType::Scalar(scalar, None);
    // `DataTypes.STRING(80).BINARY`, `DataTypes.INTEGER.UNSIGNED`: the first word in capitals is the type.
    let is_type = |part: &&str| part.len() > 2 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let kind = match name.split(['.', '(']).find(is_type)? {
        "VIRTUAL" => return None,
        "STRING" => ColumnType::Scalar(Scalar::Text, size()),
        "CHAR" => ColumnType::Stated(format!("char({})", size().unwrap_or_else(|| "255".to_owned()))),
        "INTEGER" | "MEDIUMINT" | "NUMBER" => scalar(Scalar::Integer),
        "SMALLINT" | "TINYINT" => scalar(Scalar::SmallInteger),
        "BIGINT" => scalar(Scalar::BigInteger),
        "DOUBLE" => scalar(Scalar::Float),
        "DECIMAL" | "NUMERIC" => ColumnType::Scalar(Scalar::Decimal, size()),
        "BOOLEAN" => scalar(Scalar::Boolean),
        "DATE" => scalar(Scalar::DateTime),
        "DATEONLY" => scalar(Scalar::Date),
        "TIME" => scalar(Scalar::Time),
        "UUID" => scalar(Scalar::Uuid),
        "JSONB" => scalar(Scalar::Json),
        "BLOB" => scalar(Scalar::Bytes),
        "ENUM" => {
            let stated = arguments.first().and_then(|first| first.get("values")).or_else(|| options.get("values"));
            let values = match (stated, arguments) {
                (Some(values), _) => values.clone(),
                (None, [Value::Spread(inner)]) => (**inner).clone(),
                (None, [only]) if !matches!(only, Value::Text(_)) => only.clone(),
                (None, many) => Value::List(many.to_vec()),
            };
            ColumnType::Enum(EnumType { name: None, values })
        }
        "ARRAY" => return data_type(arguments.first()?, options).map(|(inner, _)| (inner, true)),
        "RANGE" => ColumnType::Stated("range".to_owned()),
        other => ColumnType::Stated(other.to_lowercase()),
    };
    Some((kind, false))
}
