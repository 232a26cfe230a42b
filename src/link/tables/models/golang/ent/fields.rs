//! Fields of ent schemas as columns.
//! Source: the documentation of ent, "Fields" and "Storage Key", and the types of its migration for each engine.

use super::chain::Chain;
use crate::finding::entity::{AUTO_INCREMENT, ColumnType, Property, PropertyKind};
use crate::finding::schema::Dialect;
use crate::finding::{Expression, Value};

/// The column of a field; `None` where its name is not written out.
pub(super) fn column(chain: &Chain<'_>, dialect: Dialect) -> Option<Property> {
    let name = chain.name()?;
    let data_type = stated_type(chain, dialect).unwrap_or_else(|| data_type(chain, dialect));
    let mut property = Property::new(name, PropertyKind::Column(ColumnType::Stated(data_type)), chain.line);
    property.column = Some(Value::Text(chain.text("StorageKey").unwrap_or(name).to_owned()));
    property.nullable = chain.has("Optional");
    property.unique = chain.has("Unique");
    property.default = chain.given("Default").and_then(|given| default(given.first()?));
    property.doc = chain.text("Comment").map(str::to_owned);
    if name == "id" {
        property.primary_key = true;
        property.unique = false;
        property.generated = chain.start.starts_with("Int").then(|| AUTO_INCREMENT.to_owned());
    }
    Some(property)
}

/// The key that a schema has which states none.
pub(super) fn id(dialect: Dialect, line: u32) -> Property {
    let whole = if dialect == Dialect::Sqlite { "integer" } else { "bigint" };
    let mut property = Property::new("id", PropertyKind::Column(ColumnType::Stated(whole.to_owned())), line);
    property.column = Some(Value::Text("id".to_owned()));
    property.primary_key = true;
    property.generated = Some(AUTO_INCREMENT.to_owned());
    property
}

/// The fields that the mixins of ent itself bring.
pub(super) fn library_mixin(name: &str, dialect: Dialect, line: u32) -> Vec<Property> {
    let names: &[&str] = match name {
        "mixin.Time" => &["create_time", "update_time"],
        "mixin.CreateTime" => &["create_time"],
        "mixin.UpdateTime" => &["update_time"],
        _ => &[],
    };
    let made = |name: &&str| {
        let mut property = Property::new(*name, PropertyKind::Column(ColumnType::Stated(time(dialect).to_owned())), line);
        property.column = Some(Value::Text((*name).to_owned()));
        property.nullable = false;
        property
    };
    names.iter().map(made).collect()
}

/// `SchemaType(map[string]string{dialect.Postgres: "numeric(10,2)"})`
fn stated_type(chain: &Chain<'_>, dialect: Dialect) -> Option<String> {
    let wanted = match dialect {
        Dialect::MySql => "MySQL",
        Dialect::Sqlite => "SQLite",
        _ => "Postgres",
    };
    let Expression::Map(_, entries) = chain.given("SchemaType")?.first()? else { return None };
    entries.iter().find_map(|(key, value)| match (key, value) {
        (Expression::Field(_, name), Expression::Text(text)) if name == wanted => Some(text.to_lowercase()),
        (Expression::Text(name), Expression::Text(text)) if name.eq_ignore_ascii_case(wanted) => Some(text.to_lowercase()),
        _ => None,
    })
}

fn data_type(chain: &Chain<'_>, dialect: Dialect) -> String {
    let size = chain.given("MaxLen").and_then(|given| match given.first()? {
        Expression::Number(number) => number.parse::<u32>().ok(),
        _ => None,
    });
    match (chain.start, dialect) {
        ("String", Dialect::Sqlite) | ("Text", Dialect::Sqlite | Dialect::Postgres | Dialect::ClickHouse) => "text".to_owned(),
        ("String", Dialect::MySql) => format!("varchar({})", size.unwrap_or(255)),
        ("String" | "Enum", Dialect::Postgres | Dialect::ClickHouse) => {
            size.map_or("varchar".to_owned(), |size| format!("varchar({size})"))
        }
        ("Enum", Dialect::MySql) => format!("enum({})", values(chain).iter().map(|one| format!("'{one}'")).collect::<Vec<_>>().join(",")),
        ("Text", Dialect::MySql) => "longtext".to_owned(),
        ("Enum", _) => "text".to_owned(),
        ("String" | "Text", Dialect::SqlServer) => "nvarchar(max)".to_owned(),
        (start, dialect) => plain(start, dialect).to_owned(),
    }
}

fn plain(start: &str, dialect: Dialect) -> &'static str {
    let of = |postgres, mysql, sqlite| match dialect {
        Dialect::MySql => mysql,
        Dialect::Sqlite => sqlite,
        _ => postgres,
    };
    match start {
        "Int" | "Int64" | "Uint64" | "Uint" => of("bigint", if start.starts_with('U') { "bigint unsigned" } else { "bigint" }, "integer"),
        "Int32" => of("integer", "int", "integer"),
        "Uint32" => of("bigint", "int unsigned", "integer"),
        "Int16" => of("smallint", "smallint", "integer"),
        "Uint16" => of("integer", "smallint unsigned", "integer"),
        "Int8" => of("smallint", "tinyint", "integer"),
        "Uint8" => of("smallint", "tinyint unsigned", "integer"),
        "Bool" => of("boolean", "boolean", "bool"),
        "Float" => of("double precision", "double", "real"),
        "Float32" => of("real", "double", "real"),
        "Time" => time(dialect),
        "UUID" => of("uuid", "char(36)", "uuid"),
        "Bytes" => of("bytea", "longblob", "blob"),
        "JSON" | "Strings" | "Ints" | "Floats" | "Any" => of("jsonb", "json", "json"),
        _ => "unknown",
    }
}

fn time(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::MySql => "timestamp",
        Dialect::Sqlite => "datetime",
        _ => "timestamptz",
    }
}

/// The values of an enum: `Values("a", "b")`, `NamedValues("A", "a", "B", "b")`.
fn values<'e>(chain: &Chain<'e>) -> Vec<&'e str> {
    fn text(one: &Expression) -> Option<&str> {
        if let Expression::Text(text) = one { Some(text) } else { None }
    }
    let plain = chain.given("Values").into_iter().flatten().filter_map(text);
    plain.chain(chain.given("NamedValues").into_iter().flatten().skip(1).step_by(2).filter_map(text)).collect()
}

/// A default that the database knows: a literal, and no function.
fn default(given: &Expression) -> Option<String> {
    match given {
        Expression::Text(text) => Some(format!("'{text}'")),
        Expression::Number(number) => Some(number.clone()),
        Expression::Name(name) if matches!(name.as_str(), "true" | "false") => Some(name.clone()),
        _ => None,
    }
}
