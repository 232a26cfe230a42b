//! Which types of .NET are columns, and of which type.
//! Source: the type mappings that the EF Core providers of each engine document.

use super::discover::is_list;
use super::draft::{Draft, PropertyDraft};
use super::types::{Types, parse};
use crate::finding::entity::{ColumnType, Engine, Mapper, Scalar};
use crate::finding::mapped::MappedKind;
use crate::finding::schema::Dialect;
use crate::link::tables::models::conventions::{Conventions, snake};

/// What a type of the program is to a model.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A value of one column.
    Scalar(Scalar, Option<&'static str>),
    /// An enum of the repository.
    Enum(usize),
    /// Several values, with the type of one.
    List(String),
    /// A class or struct of the repository.
    Class(usize),
    /// A type from elsewhere.
    Unknown,
}

/// What a type is in a class.
pub(super) fn kind(types: &Types, class: usize, written: &str) -> Kind {
    let name = parse(written);
    if name.is_array && name.arguments.first().is_some_and(|inner| inner == "byte") {
        return Kind::Scalar(Scalar::Bytes, None);
    }
    if name.is_array || is_list(&name.name) {
        let inner = name.arguments.first().cloned().unwrap_or_default();
        return match kind(types, class, &inner) {
            Kind::Scalar(..) | Kind::Enum(_) => Kind::List(inner),
            other => other,
        };
    }
    if let Some((scalar, stated)) = scalar(&name.name) {
        return Kind::Scalar(scalar, stated);
    }
    match types.resolve_in(class, &name.name) {
        Some(id) if types.all[id].one.kind == MappedKind::Enum => Kind::Enum(id),
        Some(id) => Kind::Class(id),
        None => Kind::Unknown,
    }
}

/// The scalar of a type of .NET; a type of PostgreSQL where only its provider knows the type.
fn scalar(name: &str) -> Option<(Scalar, Option<&'static str>)> {
    Some(match name {
        "string" | "String" | "char" | "Char" | "Uri" => (Scalar::Text, None),
        "int" | "Int32" | "uint" | "UInt32" | "ushort" | "UInt16" => (Scalar::Integer, None),
        "long" | "Int64" | "ulong" | "UInt64" => (Scalar::BigInteger, None),
        "short" | "Int16" | "sbyte" | "SByte" => (Scalar::SmallInteger, None),
        "byte" | "Byte" => (Scalar::TinyInteger, None),
        "bool" | "Boolean" => (Scalar::Boolean, None),
        "Guid" => (Scalar::Uuid, None),
        "DateTime" => (Scalar::DateTime, None),
        "DateTimeOffset" => (Scalar::DateTimeOffset, None),
        "DateOnly" | "LocalDate" => (Scalar::Date, None),
        "TimeOnly" | "LocalTime" => (Scalar::Time, None),
        "TimeSpan" | "Period" => (Scalar::Interval, None),
        "decimal" | "Decimal" => (Scalar::Decimal, None),
        "double" | "Double" => (Scalar::Float, None),
        "float" | "Single" => (Scalar::Real, None),
        "JsonDocument" | "JsonElement" => (Scalar::Json, None),
        "Instant" => (Scalar::DateTimeOffset, None),
        "LocalDateTime" => (Scalar::DateTime, Some("timestamp without time zone")),
        "NpgsqlTsVector" => (Scalar::Mixed, Some("tsvector")),
        "Vector" => (Scalar::Mixed, Some("vector")),
        "IPAddress" => (Scalar::Mixed, Some("inet")),
        _ => return None,
    })
}

/// Whether a value of a type is an object, which may be missing where the code does not say that it may not.
pub(super) fn is_object(types: &Types, class: usize, written: &str) -> bool {
    let name = parse(written);
    let is_text = matches!(name.name.as_str(), "string" | "String" | "Uri" | "JsonDocument" | "NpgsqlTsVector" | "Vector" | "IPAddress");
    let of_repository = || match kind(types, class, written) {
        Kind::Class(id) => types.all[id].one.kind == MappedKind::Class,
        Kind::Enum(_) | Kind::Scalar(..) => false,
        Kind::List(_) => true,
        // What comes from elsewhere and is a column is a value more often than not.
        Kind::Unknown => false,
    };
    name.is_array || is_list(&name.name) || is_text || scalar(&name.name).is_none() && of_repository()
}

/// Where the type of a column is decided.
pub(super) struct Columns<'t> {
    pub(super) types: &'t Types,
    pub(super) draft: &'t Draft,
    pub(super) conventions: Conventions,
}

impl Columns<'_> {
    /// The type of the column of a property; text of a key is limited where the engine needs that.
    pub(super) fn column_type(&self, class: usize, property: &PropertyDraft, in_key: bool) -> ColumnType {
        if let Some(stated) = &property.stated {
            return ColumnType::Stated(stated.to_lowercase());
        }
        let dialect = self.dialect();
        if property.is_row_version {
            match dialect {
                Dialect::SqlServer => return ColumnType::Stated("rowversion".to_owned()),
                Dialect::MySql => return ColumnType::Stated("timestamp(6)".to_owned()),
                _ => {}
            }
        }
        let written = property.conversion.as_deref().unwrap_or(&property.data_type);
        match kind(self.types, class, written) {
            Kind::Scalar(Scalar::Text, _) => self.text(property, in_key, matches!(written, "char" | "Char")),
            Kind::Scalar(Scalar::Bytes, _) => self.bytes(property),
            Kind::Scalar(Scalar::Decimal, _) => self.decimal(property),
            Kind::Scalar(Scalar::Mixed, Some(stated)) => ColumnType::Stated(stated.to_owned()),
            Kind::Scalar(_, Some(stated)) if dialect == Dialect::Postgres => ColumnType::Stated(stated.to_owned()),
            Kind::Scalar(Scalar::Integer, _) if property.is_row_version && dialect == Dialect::Postgres => {
                ColumnType::Stated("xid".to_owned())
            }
            Kind::Scalar(scalar, _) => ColumnType::Scalar(scalar, None),
            Kind::Enum(id) => self.enum_type(id),
            Kind::List(inner) => self.list(class, &inner),
            Kind::Class(id) => match self.types.wrapped(id, &parse(written).arguments).filter(|inner| scalar(&parse(inner).name).is_some())
            {
                Some(inner) => self.column_type(id, &PropertyDraft { data_type: inner, conversion: None, ..property.clone() }, in_key),
                None => self.text(property, in_key, false),
            },
            Kind::Unknown => self.text(property, in_key, false),
        }
    }

    fn dialect(&self) -> Dialect {
        match self.conventions.engine {
            Engine::Sql(dialect) => dialect,
            Engine::MongoDb => Dialect::Postgres,
        }
    }

    fn text(&self, property: &PropertyDraft, in_key: bool, is_char: bool) -> ColumnType {
        let length = property.length.as_deref().or(is_char.then_some("1"));
        let fixed = property.is_fixed;
        let stated = match (self.dialect(), length) {
            (Dialect::Postgres | Dialect::ClickHouse, Some(length)) if fixed || is_char => format!("character({length})"),
            (Dialect::Postgres | Dialect::ClickHouse, Some(length)) => format!("character varying({length})"),
            (Dialect::Postgres | Dialect::ClickHouse, None) => "text".to_owned(),
            (Dialect::Sqlite, _) => "text".to_owned(),
            (Dialect::MySql, Some(length)) => format!("{}({length})", if fixed { "char" } else { "varchar" }),
            (Dialect::MySql, None) => if in_key { "varchar(255)" } else { "longtext" }.to_owned(),
            (Dialect::SqlServer, length) => {
                let key_length = if property.is_plain_text { "900" } else { "450" };
                let length = length.or(in_key.then_some(key_length)).unwrap_or("max");
                let limit = if property.is_plain_text { 8000 } else { 4000 };
                let length = if length.parse::<u32>().is_ok_and(|number| number > limit) { "max" } else { length };
                let national = if property.is_plain_text { "" } else { "n" };
                format!("{national}{}char({length})", if fixed { "" } else { "var" })
            }
        };
        ColumnType::Stated(stated)
    }

    fn bytes(&self, property: &PropertyDraft) -> ColumnType {
        match (self.dialect(), &property.length) {
            (Dialect::SqlServer, Some(length)) => ColumnType::Stated(format!("varbinary({length})")),
            (Dialect::MySql, Some(length)) => ColumnType::Stated(format!("varbinary({length})")),
            _ => ColumnType::Scalar(Scalar::Bytes, None),
        }
    }

    fn decimal(&self, property: &PropertyDraft) -> ColumnType {
        match &property.precision {
            Some(_) if self.dialect() == Dialect::Sqlite => ColumnType::Scalar(Scalar::Decimal, None),
            precision => ColumnType::Scalar(Scalar::Decimal, precision.clone()),
        }
    }

    /// The type of the numbers of an enum, or the enum of the database.
    fn enum_type(&self, id: usize) -> ColumnType {
        let one = &self.types.all[id].one;
        if let Some((name, schema)) = self.draft.enums.get(&one.name).filter(|_| self.dialect() == Dialect::Postgres) {
            let name = name.clone().unwrap_or_else(|| snake(&one.name));
            return ColumnType::Stated(schema.as_ref().map_or(name.clone(), |schema| format!("{schema}.{name}")));
        }
        let number = one.bases.first().and_then(|base| scalar(base)).map_or(Scalar::Integer, |(scalar, _)| scalar);
        ColumnType::Scalar(number, None)
    }

    /// Arrays of PostgreSQL; other engines hold a text of JSON.
    fn list(&self, class: usize, inner: &str) -> ColumnType {
        if self.dialect() != Dialect::Postgres {
            return self.text(&PropertyDraft::default(), false, false);
        }
        let item = PropertyDraft { data_type: inner.trim_end_matches('?').to_owned(), ..PropertyDraft::default() };
        match self.column_type(class, &item, false) {
            ColumnType::Scalar(scalar, size) => ColumnType::Stated(format!("{}[]", self.conventions.data_type(scalar, size.as_deref()))),
            ColumnType::Stated(stated) => ColumnType::Stated(format!("{stated}[]")),
            other => other,
        }
    }

    /// Whether the engine counts up a key of this type.
    pub(super) fn counts(&self, class: usize, property: &PropertyDraft) -> bool {
        let is_number =
            |scalar: Scalar| matches!(scalar, Scalar::Integer | Scalar::BigInteger | Scalar::SmallInteger | Scalar::TinyInteger);
        let written = property.conversion.as_deref().filter(|_| property.is_generated == Some(true)).unwrap_or(&property.data_type);
        (property.conversion.is_none() || property.is_generated == Some(true))
            && matches!(kind(self.types, class, written), Kind::Scalar(scalar, _) if is_number(scalar))
    }
}

/// The conventions of a context.
pub(super) fn conventions(engine: Engine, naming: Option<crate::finding::entity::Naming>) -> Conventions {
    Conventions { mapper: Mapper::EfCore, engine, naming }
}
