//! The types that Liquibase writes for PostgreSQL where a changelog names those of another engine.
//! Source: the data types of Liquibase; a type that it does not know is written as it stands.

use crate::extract::sql::statement::data_type;
use crate::finding::schema::Dialect;

/// A type as the server gets it, and whether it is one of time.
pub(super) fn written(kind: &str, dialect: Dialect) -> String {
    let plain = data_type(kind.trim().trim_start_matches("java.sql.Types."));
    if dialect != Dialect::Postgres {
        return plain;
    }
    let (base, sizes) = plain.split_at(plain.find('(').unwrap_or(plain.len()));
    let (sizes, rest) = sizes.split_at(sizes.find(')').map_or(sizes.len(), |at| at + 1));
    let word = match base.trim() {
        "int" | "integer" | "mediumint" | "int4" => return "integer".to_owned(),
        "bigint" | "int8" | "long" => return "bigint".to_owned(),
        "tinyint" | "smallint" | "int2" => return "smallint".to_owned(),
        "bit" if sizes.is_empty() => return "boolean".to_owned(),
        "boolean" | "bool" => return "boolean".to_owned(),
        "clob" | "longtext" | "mediumtext" | "tinytext" | "nclob" | "longvarchar" | "longnvarchar" => return "text".to_owned(),
        "blob" => return "oid".to_owned(),
        "longblob" | "mediumblob" | "tinyblob" | "binary" | "varbinary" | "longvarbinary" | "image" => return "bytea".to_owned(),
        "datetime" | "timestamp" if rest.trim().is_empty() => return format!("timestamp{sizes} without time zone"),
        "time" if rest.trim().is_empty() => return format!("time{sizes} without time zone"),
        "double" => return "double precision".to_owned(),
        "number" => "numeric",
        "nvarchar" | "varchar2" | "nvarchar2" => "varchar",
        "nchar" => "char",
        "currency" => return "decimal".to_owned(),
        other => other,
    };
    format!("{word}{sizes}{rest}")
}

/// A name as the server keeps it: PostgreSQL folds those in capitals, and Liquibase quotes those that mix.
pub(super) fn folded(name: &str, dialect: Dialect) -> String {
    let has_small = name.chars().any(char::is_lowercase);
    if dialect == Dialect::Postgres && !has_small { name.to_lowercase() } else { name.to_owned() }
}
