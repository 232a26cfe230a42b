//! Settings of `gorm` tags, and the types of columns as the drivers of GORM document them.

use crate::finding::schema::Dialect;

/// The settings of a `gorm` tag, keys in lower case.
pub(super) struct Tag(Vec<(String, String)>);

impl Tag {
    pub(super) fn of(tag: &str) -> Self {
        let inner = tag.split_once("gorm:\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
        let settings = inner.split(';').map(str::trim).filter(|one| !one.is_empty());
        let pair = |one: &str| {
            let (key, value) = one.split_once(':').unwrap_or((one, ""));
            (key.trim().to_lowercase(), value.trim().to_owned())
        };
        Self(settings.map(pair).collect())
    }

    pub(super) fn is(&self, key: &str) -> bool {
        self.0.iter().any(|(one, value)| one == key && value != "false")
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(one, _)| one == key).map(|(_, value)| value.as_str())
    }

    /// All values of a setting that may stand several times.
    pub(super) fn all(&self, key: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(one, _)| one == key).map(|(_, value)| value.as_str())
    }

    /// Whether the field is the primary key or a part of it.
    pub(super) fn is_key(&self) -> bool {
        self.is("primarykey") || self.is("primary_key")
    }

    /// Whether the field, or its column, is left alone.
    pub(super) fn is_left_out(&self) -> bool {
        self.0.iter().any(|(key, value)| key == "-" && matches!(value.to_lowercase().as_str(), "" | "all" | "migration"))
    }
}

/// Whether a stated type is one of the words that GORM has for all engines.
pub(super) fn is_plain(stated: &str) -> bool {
    matches!(stated, "string" | "int" | "uint" | "bool" | "float" | "time" | "bytes")
}

/// The type of a column for a type of Go, as the drivers of GORM document it.
pub(super) fn scalar(written: &str, dialect: Dialect, tag: &Tag, limited: bool) -> Option<String> {
    let name = written.trim_start_matches('*');
    let bits = |name: &str| name.trim_start_matches(char::is_alphabetic).parse::<u32>().unwrap_or(64);
    Some(match name {
        "string" | "sql.NullString" | "uuid.UUID" | "decimal.Decimal" | "rune" => text(dialect, tag, limited),
        "bool" | "sql.NullBool" => match dialect {
            Dialect::SqlServer => "bit".to_owned(),
            Dialect::Sqlite => "numeric".to_owned(),
            _ => "boolean".to_owned(),
        },
        "int" | "int8" | "int16" | "int32" | "int64" | "time.Duration" | "sql.NullInt64" => whole(bits(name), false, dialect),
        "sql.NullInt32" => whole(32, false, dialect),
        "uint" | "uint8" | "uint16" | "uint32" | "uint64" | "byte" => whole(if name == "byte" { 8 } else { bits(name) }, true, dialect),
        "float32" | "float64" | "float" | "sql.NullFloat64" => float(name, dialect, tag),
        "time.Time" | "time" | "sql.NullTime" | "gorm.DeletedAt" => match dialect {
            Dialect::Postgres | Dialect::ClickHouse => "timestamptz",
            Dialect::MySql => "datetime(3)",
            Dialect::Sqlite => "datetime",
            Dialect::SqlServer => "datetimeoffset",
        }
        .to_owned(),
        "[]byte" | "bytes" | "json.RawMessage" => match dialect {
            Dialect::Postgres | Dialect::ClickHouse => "bytea",
            Dialect::MySql => "longblob",
            Dialect::Sqlite => "blob",
            Dialect::SqlServer => "varbinary(max)",
        }
        .to_owned(),
        "datatypes.JSON" | "datatypes.JSONMap" | "postgres.Jsonb" => match dialect {
            Dialect::Postgres | Dialect::ClickHouse => "jsonb",
            Dialect::SqlServer => "nvarchar(max)",
            _ => "json",
        }
        .to_owned(),
        "datatypes.Date" => "date".to_owned(),
        _ => return None,
    })
}

pub(super) fn text(dialect: Dialect, tag: &Tag, limited: bool) -> String {
    let size = tag.get("size").filter(|size| !size.is_empty());
    match (dialect, size) {
        (Dialect::Postgres | Dialect::ClickHouse, Some(size)) => format!("varchar({size})"),
        (Dialect::MySql, Some(size)) => format!("varchar({size})"),
        (Dialect::MySql, None) if limited => "varchar(191)".to_owned(),
        (Dialect::MySql, None) => "longtext".to_owned(),
        (Dialect::SqlServer, Some(size)) => format!("nvarchar({size})"),
        (Dialect::SqlServer, None) => if limited { "nvarchar(256)" } else { "nvarchar(max)" }.to_owned(),
        _ => "text".to_owned(),
    }
}

/// A whole number; a number without a sign takes one bit more where the engine knows none.
fn whole(bits: u32, unsigned: bool, dialect: Dialect) -> String {
    match dialect {
        Dialect::MySql => {
            let name = match bits {
                0..=8 => "tinyint",
                9..=16 => "smallint",
                17..=32 => "int",
                _ => "bigint",
            };
            if unsigned { format!("{name} unsigned") } else { name.to_owned() }
        }
        Dialect::Sqlite => "integer".to_owned(),
        _ => match bits + u32::from(unsigned) {
            0..=16 => "smallint",
            17..=32 => {
                if dialect == Dialect::SqlServer {
                    "int"
                } else {
                    "integer"
                }
            }
            _ => "bigint",
        }
        .to_owned(),
    }
}

fn float(name: &str, dialect: Dialect, tag: &Tag) -> String {
    if let Some(precision) = tag.get("precision") {
        let scale = tag.get("scale").map_or(String::new(), |scale| format!(",{scale}"));
        let word = if dialect == Dialect::Postgres { "numeric" } else { "decimal" };
        return format!("{word}({precision}{scale})");
    }
    match dialect {
        Dialect::Postgres | Dialect::ClickHouse => "decimal",
        Dialect::MySql => {
            if name == "float32" {
                "float"
            } else {
                "double"
            }
        }
        Dialect::Sqlite => "real",
        Dialect::SqlServer => "float",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Tag, scalar};
    use crate::finding::schema::Dialect;

    #[test]
    fn types_follow_the_drivers() {
        let none = Tag::of("");
        let sized = Tag::of("json:\"a\" gorm:\"size:40;not null\"");
        let shown = |name: &str, dialect, tag: &Tag| scalar(name, dialect, tag, false).unwrap_or_default();
        assert_eq!(shown("uint", Dialect::Postgres, &none), "bigint");
        assert_eq!(shown("uint8", Dialect::Postgres, &none), "smallint");
        assert_eq!(shown("int32", Dialect::MySql, &none), "int");
        assert_eq!(shown("*string", Dialect::MySql, &sized), "varchar(40)");
        assert_eq!(shown("time.Time", Dialect::Sqlite, &none), "datetime");
        assert!(sized.is("not null") && scalar("User", Dialect::Postgres, &none, false).is_none());
    }
}
