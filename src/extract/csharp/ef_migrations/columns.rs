//! Columns of migrations: `table.Column<T>(...)`, `AddColumn<T>(...)`, and values as SQL text.

use super::calls::Call;
use crate::finding::schema::{ColumnDefinition, Dialect};
use crate::finding::{Value, string_literal};

/// The definition that the arguments of a call state.
pub(super) fn definition(name: String, call: &Call<'_>, dialect: Dialect, line: u32) -> ColumnDefinition {
    let nullable = call.named("nullable").is_some() && call.is_true("nullable", usize::MAX);
    ColumnDefinition {
        name,
        data_type: data_type(call, dialect),
        not_null: !nullable,
        default: default(call, dialect),
        generated: generated(call),
        constraints: Vec::new(),
        description: call.string("comment", usize::MAX),
        line,
    }
}

/// The type as stated; else the one that the engine gives to the type of the code.
pub(super) fn data_type(call: &Call<'_>, dialect: Dialect) -> String {
    let stated = call.string("type", usize::MAX).or_else(|| {
        // Written by hand, the type may stand in its place: `AddColumn<string>("Name", "Table", "nvarchar(50)")`.
        (call.name == "AddColumn" && call.named("name").is_none()).then(|| call.string("type", 2))?
    });
    stated.map(|text| text.to_lowercase()).unwrap_or_else(|| {
        let class = call.type_argument.as_deref().unwrap_or_default();
        with_facets(call, class, dialect).unwrap_or_else(|| inferred(class, dialect))
    })
}

/// The type that length, precision and the like make of a text, bytes or decimal number.
fn with_facets(call: &Call<'_>, class: &str, dialect: Dialect) -> Option<String> {
    let number = |name: &str| match call.value(name, usize::MAX) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    };
    let (length, is_fixed) = (number("maxLength"), call.is_true("fixedLength", usize::MAX));
    let is_plain = call.value("unicode", usize::MAX) == Some(Value::Bool(false));
    match (class.trim_end_matches('?'), dialect) {
        (_, Dialect::SqlServer) if call.is_true("rowVersion", usize::MAX) => Some("rowversion".to_owned()),
        (_, Dialect::Sqlite) => None,
        ("string" | "String", Dialect::SqlServer) if length.is_some() || is_plain => {
            let (national, var) = (if is_plain { "" } else { "n" }, if is_fixed { "" } else { "var" });
            Some(format!("{national}{var}char({})", length.as_deref().unwrap_or("max")))
        }
        ("string" | "String", Dialect::Postgres) => {
            Some(format!("character {}({})", if is_fixed { "" } else { "varying" }, length?).replace(" (", "("))
        }
        ("string" | "String", _) => Some(format!("{}({})", if is_fixed { "char" } else { "varchar" }, length?)),
        ("byte[]", Dialect::SqlServer | Dialect::MySql) => Some(format!("varbinary({})", length?)),
        ("decimal" | "Decimal", _) => {
            let name = if dialect == Dialect::Postgres { "numeric" } else { "decimal" };
            Some(format!("{name}({},{})", number("precision")?, number("scale").unwrap_or_else(|| "0".to_owned())))
        }
        _ => None,
    }
}

/// Source: the type mappings of the EF Core providers of each engine, for a column without a length or precision.
fn inferred(class: &str, dialect: Dialect) -> String {
    let class = class.trim_end_matches('?').rsplit('.').next().unwrap_or(class);
    let place = match dialect {
        Dialect::Postgres => 0,
        Dialect::SqlServer => 1,
        Dialect::Sqlite => 2,
        Dialect::MySql | Dialect::ClickHouse => 3,
    };
    let names = match class {
        "string" | "String" => ["text", "nvarchar(max)", "text", "longtext"],
        "int" | "Int32" => ["integer", "int", "integer", "int"],
        "long" | "Int64" => ["bigint", "bigint", "integer", "bigint"],
        "short" | "Int16" => ["smallint", "smallint", "integer", "smallint"],
        "uint" | "UInt32" => ["bigint", "bigint", "integer", "int unsigned"],
        "ulong" | "UInt64" => ["numeric(20,0)", "decimal(20,0)", "integer", "bigint unsigned"],
        "ushort" | "UInt16" => ["integer", "int", "integer", "smallint unsigned"],
        "sbyte" | "SByte" => ["smallint", "smallint", "integer", "tinyint"],
        "DateOnly" => ["date", "date", "text", "date"],
        "TimeOnly" => ["time without time zone", "time", "text", "time(6)"],
        "TimeSpan" => ["interval", "time", "text", "time(6)"],
        "byte" | "Byte" => ["smallint", "tinyint", "integer", "tinyint unsigned"],
        "bool" | "Boolean" => ["boolean", "bit", "integer", "tinyint(1)"],
        "Guid" => ["uuid", "uniqueidentifier", "text", "char(36)"],
        "DateTime" => ["timestamp with time zone", "datetime2", "text", "datetime(6)"],
        "DateTimeOffset" => ["timestamp with time zone", "datetimeoffset", "text", "datetime(6)"],
        "decimal" | "Decimal" => ["numeric", "decimal(18,2)", "text", "decimal(65,30)"],
        "double" | "Double" => ["double precision", "float", "real", "double"],
        "float" | "Single" => ["real", "real", "real", "float"],
        "byte[]" => ["bytea", "varbinary(max)", "blob", "longblob"],
        other => return other.to_lowercase(),
    };
    names[place].to_owned()
}

/// The default as SQL text; one that cannot be read as a literal is left out.
pub(super) fn default(call: &Call<'_>, dialect: Dialect) -> Option<String> {
    if let Some(sql) = call.string("defaultValueSql", usize::MAX) {
        return Some(sql);
    }
    literal(&call.value("defaultValue", usize::MAX)?, dialect)
}

/// A literal as SQL text; `None` for what is not one.
pub(in crate::extract::csharp) fn literal(value: &Value, dialect: Dialect) -> Option<String> {
    Some(match value {
        Value::Text(text) => string_literal(text),
        Value::Number(number) => number.clone(),
        Value::Bool(value) if dialect == Dialect::Postgres => value.to_string(),
        Value::Bool(value) => u8::from(*value).to_string(),
        Value::Call(name, arguments) if name == "Guid" => match arguments.as_slice() {
            [Value::Text(text)] => format!("'{text}'"),
            _ => return None,
        },
        _ => return None,
    })
}

/// What makes the values: an expression, or the engine.
pub(super) fn generated(call: &Call<'_>) -> Option<String> {
    let computed = call.string("computedColumnSql", usize::MAX);
    computed.map(|sql| format!("as ({sql})")).or_else(|| identity(call))
}

/// How the engine makes the values, as the annotation of its provider says.
fn identity(call: &Call<'_>) -> Option<String> {
    if call.annotation("SqlServer:Identity").is_some() {
        return Some("identity".to_owned());
    }
    if call.annotation("Sqlite:Autoincrement") == Some(&Value::Bool(true)) {
        return Some("auto increment".to_owned());
    }
    let strategy = call.annotation("Npgsql:ValueGenerationStrategy").or_else(|| call.annotation("MySql:ValueGenerationStrategy"))?;
    let Value::Name(strategy) = strategy else { return None };
    Some(match strategy.rsplit('.').next()? {
        "IdentityByDefaultColumn" => "by default as identity".to_owned(),
        "IdentityAlwaysColumn" => "always as identity".to_owned(),
        "SerialColumn" => "serial".to_owned(),
        "IdentityColumn" => "auto increment".to_owned(),
        _ => return None,
    })
}
