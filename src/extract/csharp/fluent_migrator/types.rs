//! Which type of an engine FluentMigrator makes of `AsString(50)` and its kin, and what stands for its system methods.
//! Source: the documentation of FluentMigrator and what its generators print for PostgreSQL, SQL Server, SQLite and MySQL.

use super::chain::{Link, Names};
use crate::extract::csharp::ef_migrations::literal;
use crate::finding::Value;
use crate::finding::schema::Dialect;

/// The names of one thing in the engines.
fn pick(dialect: Dialect, [postgres, server, sqlite, mysql]: [&'static str; 4]) -> String {
    let name = match dialect {
        Dialect::Postgres => postgres,
        Dialect::SqlServer => server,
        Dialect::Sqlite => sqlite,
        Dialect::MySql | Dialect::ClickHouse => mysql,
    };
    name.to_owned()
}

/// The type that a link gives to its column; `None` for a link that gives none.
pub(super) fn of(link: &Link<'_>, names: &Names<'_>, dialect: Dialect) -> Option<String> {
    if link.name == "AsCustom" {
        return names.text(link, 0).map(|text| text.to_lowercase());
    }
    let number = |place: usize| match names.value(*link.arguments.get(place)?) {
        Value::Number(number) => number.parse::<u64>().ok(),
        Value::Name(name) if name.ends_with(".MaxValue") => Some(i32::MAX as u64),
        _ => None,
    };
    if let Some(sized) = number(0).and_then(|size| with_size(link.name, size, number(1), dialect)) {
        return Some(sized);
    }
    Some(pick(
        dialect,
        match link.name {
            "AsString" => ["text", "nvarchar(255)", "text", "varchar(255)"],
            "AsAnsiString" => ["text", "varchar(255)", "text", "varchar(255)"],
            "AsFixedLengthString" => ["char(255)", "nchar(255)", "text", "char(255)"],
            "AsFixedLengthAnsiString" => ["char(255)", "char(255)", "text", "char(255)"],
            "AsBinary" => ["bytea", "varbinary(8000)", "blob", "longblob"],
            "AsBoolean" => ["boolean", "bit", "integer", "tinyint(1)"],
            "AsByte" => ["smallint", "tinyint", "integer", "tinyint unsigned"],
            "AsCurrency" => ["money", "money", "numeric", "decimal(19,4)"],
            "AsDate" => ["date", "date", "datetime", "date"],
            "AsDateTime" => ["timestamp", "datetime", "datetime", "datetime"],
            "AsDateTime2" => ["timestamp", "datetime2", "datetime", "datetime"],
            "AsDateTimeOffset" => ["timestamptz", "datetimeoffset", "datetime", "datetime"],
            "AsDecimal" => ["decimal(19,5)", "decimal(19,5)", "numeric", "decimal(19,5)"],
            "AsDouble" => ["float8", "double precision", "numeric", "double"],
            "AsFloat" => ["float4", "real", "numeric", "float"],
            "AsGuid" => ["uuid", "uniqueidentifier", "uniqueidentifier", "char(36)"],
            "AsInt16" => ["smallint", "smallint", "integer", "smallint"],
            "AsInt32" => ["integer", "int", "integer", "integer"],
            "AsInt64" => ["bigint", "bigint", "integer", "bigint"],
            "AsTime" => ["time", "time", "datetime", "datetime"],
            "AsXml" => ["xml", "xml", "text", "text"],
            _ => return None,
        },
    ))
}

/// The type with a size, where the engine keeps it.
fn with_size(name: &str, size: u64, scale: Option<u64>, dialect: Dialect) -> Option<String> {
    let national = matches!(name, "AsString" | "AsFixedLengthString");
    let (most, beyond) = match dialect {
        Dialect::Sqlite => return None,
        Dialect::Postgres => (10_485_760, "text"),
        Dialect::SqlServer if name == "AsBinary" => (8000, "varbinary(max)"),
        Dialect::SqlServer if national => (4000, "nvarchar(max)"),
        Dialect::SqlServer => (8000, "varchar(max)"),
        Dialect::MySql | Dialect::ClickHouse if size > 16_777_215 => (8192, "longtext"),
        Dialect::MySql | Dialect::ClickHouse if size > 65_535 => (8192, "mediumtext"),
        Dialect::MySql | Dialect::ClickHouse => (8192, "text"),
    };
    let prefix = if national && dialect == Dialect::SqlServer { "n" } else { "" };
    match name {
        "AsString" | "AsAnsiString" if size > most => Some(beyond.to_owned()),
        "AsString" | "AsAnsiString" => Some(format!("{prefix}varchar({size})")),
        "AsFixedLengthString" | "AsFixedLengthAnsiString" => Some(format!("{prefix}char({size})")),
        "AsBinary" if dialect == Dialect::SqlServer && size > most => Some(beyond.to_owned()),
        "AsBinary" if dialect == Dialect::SqlServer => Some(format!("varbinary({size})")),
        "AsDecimal" => Some(format!("decimal({size},{})", scale.unwrap_or_default())),
        _ => None,
    }
}

/// A default as SQL text; one that is neither a literal nor a method of the system is left out.
pub(super) fn default(value: &Value, dialect: Dialect) -> Option<String> {
    let method = match value {
        Value::Name(name) => name.rsplit('.').next().filter(|_| name.contains("SystemMethods."))?,
        Value::Call(name, arguments) if name.starts_with("RawSql.") => return arguments.first()?.as_text().map(str::to_owned),
        other => return literal(other, dialect),
    };
    Some(pick(
        dialect,
        match method {
            "CurrentDateTime" => ["now()", "getdate()", "current_timestamp", "current_timestamp"],
            "CurrentUTCDateTime" => ["(now() at time zone 'UTC')", "getutcdate()", "current_timestamp", "utc_timestamp"],
            "CurrentUser" => ["current_user", "current_user", "current_user", "current_user()"],
            // Which function makes them differs among the versions of PostgreSQL that a runner is set to.
            "NewGuid" if dialect == Dialect::SqlServer => ["", "newid()", "", ""],
            "NewSequentialId" if dialect == Dialect::SqlServer => ["", "newsequentialid()", "", ""],
            _ => return None,
        },
    ))
}

/// The engine that a name of a database, a package or a method of the runner tells.
pub(super) fn engine(name: &str) -> Option<Dialect> {
    let name = name.to_ascii_lowercase();
    let words = [
        ("postgres", Dialect::Postgres),
        ("sqlserver", Dialect::SqlServer),
        ("sqlite", Dialect::Sqlite),
        ("mysql", Dialect::MySql),
        ("mariadb", Dialect::MySql),
    ];
    words.into_iter().find(|(word, _)| name.starts_with(word)).map(|(_, dialect)| dialect)
}
