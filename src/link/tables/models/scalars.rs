//! What a type of the language is in the database: the type that each mapper documents for each engine.

use super::conventions::Conventions;
use crate::finding::entity::{AUTO_INCREMENT, Engine, Mapper, Scalar};
use crate::finding::schema::Dialect;

impl Conventions {
    /// The type of a scalar in the engine, with its length or precision.
    pub(super) fn data_type(self, scalar: Scalar, size: Option<&str>) -> String {
        let name = match self.engine {
            Engine::MongoDb => return mongo(scalar).to_owned(),
            Engine::Sql(Dialect::Postgres | Dialect::ClickHouse) => self.postgres(scalar),
            Engine::Sql(Dialect::MySql) => self.mysql(scalar),
            Engine::Sql(Dialect::Sqlite) => self.sqlite(scalar),
            Engine::Sql(Dialect::SqlServer) => self.sql_server(scalar),
        };
        match size {
            Some(size) => format!("{}({size})", name.split('(').next().unwrap_or(name)),
            None => name.to_owned(),
        }
    }

    fn postgres(self, scalar: Scalar) -> &'static str {
        match (self.mapper, scalar) {
            (Mapper::TypeOrm, Scalar::Text) => "character varying",
            (Mapper::MikroOrm | Mapper::Sequelize, Scalar::Text) => "varchar(255)",
            (_, Scalar::Text | Scalar::ObjectId) => "text",
            (Mapper::Gorm, Scalar::Integer) => "bigint",
            (_, Scalar::Integer) => "integer",
            (_, Scalar::SmallInteger) => "smallint",
            (_, Scalar::BigInteger) => "bigint",
            (_, Scalar::TinyInteger) => "smallint",
            (_, Scalar::Float) => "double precision",
            (_, Scalar::Real) => "real",
            (Mapper::Prisma, Scalar::Decimal) => "decimal(65,30)",
            (_, Scalar::Decimal) => "numeric",
            (_, Scalar::Boolean) => "boolean",
            (Mapper::Prisma, Scalar::DateTime) => "timestamp(3)",
            (Mapper::TypeOrm, Scalar::DateTime) => "timestamp",
            (Mapper::EfCore | Mapper::Sequelize, Scalar::DateTime) => "timestamp with time zone",
            (Mapper::EfCore, Scalar::DateTimeOffset) => "timestamp with time zone",
            (_, Scalar::DateTime | Scalar::DateTimeOffset) => "timestamptz",
            (_, Scalar::Date) => "date",
            (Mapper::EfCore, Scalar::Time) => "time without time zone",
            (_, Scalar::Time) => "time",
            (_, Scalar::Interval) => "interval",
            (_, Scalar::Json | Scalar::Mixed) => "jsonb",
            (_, Scalar::Bytes) => "bytea",
            (_, Scalar::Uuid) => "uuid",
        }
    }

    fn mysql(self, scalar: Scalar) -> &'static str {
        match (self.mapper, scalar) {
            (Mapper::Prisma, Scalar::Text) => "varchar(191)",
            (Mapper::Gorm | Mapper::EfCore, Scalar::Text) => "longtext",
            (_, Scalar::Text | Scalar::ObjectId) => "varchar(255)",
            (Mapper::Gorm, Scalar::Integer) => "bigint",
            (_, Scalar::Integer) => "int",
            (_, Scalar::SmallInteger) => "smallint",
            (_, Scalar::BigInteger) => "bigint",
            (Mapper::EfCore, Scalar::TinyInteger) => "tinyint unsigned",
            (_, Scalar::TinyInteger) => "tinyint",
            (_, Scalar::Float) => "double",
            (_, Scalar::Real) => "float",
            (Mapper::Prisma | Mapper::EfCore, Scalar::Decimal) => "decimal(65,30)",
            (_, Scalar::Decimal) => "decimal",
            (Mapper::TypeOrm, Scalar::Boolean) => "tinyint",
            (_, Scalar::Boolean) => "tinyint(1)",
            (Mapper::Prisma | Mapper::Gorm, Scalar::DateTime) => "datetime(3)",
            (Mapper::EfCore | Mapper::TypeOrm, Scalar::DateTime | Scalar::DateTimeOffset) => "datetime(6)",
            (_, Scalar::DateTime | Scalar::DateTimeOffset) => "datetime",
            (_, Scalar::Date) => "date",
            (Mapper::EfCore, Scalar::Time | Scalar::Interval) => "time(6)",
            (_, Scalar::Time | Scalar::Interval) => "time",
            (_, Scalar::Json | Scalar::Mixed) => "json",
            (_, Scalar::Bytes) => "longblob",
            (Mapper::TypeOrm, Scalar::Uuid) => "varchar(36)",
            (_, Scalar::Uuid) => "char(36)",
        }
    }

    fn sqlite(self, scalar: Scalar) -> &'static str {
        match (self.mapper, scalar) {
            (Mapper::TypeOrm, Scalar::Text | Scalar::Uuid) => "varchar",
            (Mapper::Sequelize, Scalar::Text) => "varchar(255)",
            (_, Scalar::Text | Scalar::ObjectId | Scalar::Uuid) => "text",
            (Mapper::Prisma | Mapper::Sequelize, Scalar::BigInteger) => "bigint",
            (_, Scalar::Integer | Scalar::SmallInteger | Scalar::BigInteger | Scalar::TinyInteger) => "integer",
            (_, Scalar::Float | Scalar::Real) => "real",
            (Mapper::EfCore, Scalar::Decimal) => "text",
            (_, Scalar::Decimal) => "decimal",
            (Mapper::EfCore, Scalar::Boolean) => "integer",
            (Mapper::Gorm, Scalar::Boolean) => "numeric",
            (_, Scalar::Boolean) => "boolean",
            (Mapper::EfCore, Scalar::DateTime | Scalar::DateTimeOffset | Scalar::Date | Scalar::Time | Scalar::Interval) => "text",
            (_, Scalar::DateTime | Scalar::DateTimeOffset) => "datetime",
            (_, Scalar::Date) => "date",
            (_, Scalar::Time | Scalar::Interval) => "time",
            (Mapper::Prisma, Scalar::Json) => "jsonb",
            (_, Scalar::Json | Scalar::Mixed) => "json",
            (_, Scalar::Bytes) => "blob",
        }
    }

    fn sql_server(self, scalar: Scalar) -> &'static str {
        match (self.mapper, scalar) {
            (Mapper::Prisma, Scalar::Text) => "nvarchar(1000)",
            (Mapper::TypeOrm | Mapper::Sequelize | Mapper::MikroOrm, Scalar::Text) => "nvarchar(255)",
            (_, Scalar::Text | Scalar::ObjectId) => "nvarchar(max)",
            (Mapper::Gorm, Scalar::Integer) => "bigint",
            (_, Scalar::Integer) => "int",
            (_, Scalar::SmallInteger) => "smallint",
            (_, Scalar::BigInteger) => "bigint",
            (_, Scalar::TinyInteger) => "tinyint",
            (Mapper::Prisma, Scalar::Float) => "float(53)",
            (_, Scalar::Float) => "float",
            (_, Scalar::Real) => "real",
            (Mapper::Prisma, Scalar::Decimal) => "decimal(32,16)",
            (_, Scalar::Decimal) => "decimal(18,2)",
            (_, Scalar::Boolean) => "bit",
            (Mapper::Gorm, Scalar::DateTime) => "datetimeoffset",
            (_, Scalar::DateTimeOffset) => "datetimeoffset",
            (_, Scalar::DateTime) => "datetime2",
            (_, Scalar::Date) => "date",
            (_, Scalar::Time | Scalar::Interval) => "time",
            (_, Scalar::Json | Scalar::Mixed) => "nvarchar(max)",
            (_, Scalar::Bytes) => "varbinary(max)",
            (_, Scalar::Uuid) => "uniqueidentifier",
        }
    }

    /// A number that the engine counts up: its type, and how its values come where the type does not say so.
    pub(super) fn counted_up(self, data_type: &str) -> (String, Option<String>) {
        match (self.engine, self.mapper) {
            (Engine::Sql(Dialect::Postgres), Mapper::EfCore) => (data_type.to_owned(), Some("by default as identity".to_owned())),
            (Engine::Sql(Dialect::Postgres), _) => {
                let serial = match data_type {
                    "integer" | "int" | "int4" => "serial",
                    "bigint" | "int8" => "bigserial",
                    "smallint" | "int2" => "smallserial",
                    other => other,
                };
                (serial.to_owned(), None)
            }
            (Engine::Sql(Dialect::SqlServer), _) => (data_type.to_owned(), Some("identity".to_owned())),
            _ => (data_type.to_owned(), Some(AUTO_INCREMENT.to_owned())),
        }
    }

    /// The default of a column of ids that the database makes up; none where the program does.
    pub(super) fn made_up_uuid(self) -> Option<String> {
        let function = match (self.engine, self.mapper) {
            (Engine::Sql(Dialect::Postgres), Mapper::TypeOrm) => "uuid_generate_v4()",
            (Engine::Sql(Dialect::Postgres), _) => "gen_random_uuid()",
            (Engine::Sql(Dialect::SqlServer), Mapper::TypeOrm) => "newsequentialid()",
            _ => return None,
        };
        Some(function.to_owned())
    }

    /// A default as the engine writes it: the time of a row is asked for in other words by each.
    pub(super) fn default_in_engine(self, default: String) -> String {
        match (self.engine, self.mapper) {
            (Engine::Sql(Dialect::MySql), Mapper::TypeOrm) if default == "now()" => "current_timestamp(6)".to_owned(),
            (Engine::Sql(Dialect::Sqlite), Mapper::TypeOrm) if default == "now()" => "datetime('now')".to_owned(),
            (Engine::Sql(Dialect::SqlServer), Mapper::TypeOrm) if default == "now()" => "getdate()".to_owned(),
            _ => default,
        }
    }

    /// The type of a column that points at one of this type: a counted number is a plain one there.
    pub(super) fn pointing_at(data_type: &str) -> String {
        match data_type {
            "serial" => "integer".to_owned(),
            "bigserial" => "bigint".to_owned(),
            "smallserial" => "smallint".to_owned(),
            other => other.to_owned(),
        }
    }
}

/// The BSON types, as the mappers name them.
fn mongo(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Text | Scalar::Time => "string",
        Scalar::Integer | Scalar::SmallInteger | Scalar::TinyInteger => "int",
        Scalar::BigInteger | Scalar::Interval => "long",
        Scalar::Float | Scalar::Real => "double",
        Scalar::Decimal => "decimal128",
        Scalar::Boolean => "bool",
        Scalar::DateTime | Scalar::DateTimeOffset | Scalar::Date => "date",
        Scalar::Json => "object",
        Scalar::Bytes => "bindata",
        Scalar::Uuid => "uuid",
        Scalar::ObjectId => "objectid",
        Scalar::Mixed => "mixed",
    }
}
