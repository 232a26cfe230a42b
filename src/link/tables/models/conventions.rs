//! The names and types that a mapper makes where the code gives none.
//! Source: the documentation of each mapper; a naming that the connection sets takes the place of the mapper's own.

use crate::finding::entity::{AUTO_INCREMENT, Engine, Mapper, Naming, Scalar};
use crate::finding::schema::Dialect;

/// What decides names and types for the entities of one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Conventions {
    pub(super) mapper: Mapper,
    pub(super) engine: Engine,
    pub(super) naming: Option<Naming>,
}

impl Conventions {
    /// The table of a class.
    pub(super) fn table(self, class: &str) -> String {
        match (self.naming, self.mapper) {
            (Some(Naming::AsWritten), _) => class.to_owned(),
            (Some(Naming::Camel), _) => camel(class),
            (Some(Naming::Snake), _) | (None, Mapper::TypeOrm | Mapper::MikroOrm) => snake(class),
            (Some(Naming::SnakePlural), _) | (None, Mapper::Gorm | Mapper::Ent | Mapper::Bun) => plural(&snake(class)),
            (None, Mapper::Mongoose) => plural(&class.to_lowercase()),
            (None, Mapper::Sequelize) => plural(class),
            (None, Mapper::Prisma | Mapper::Drizzle | Mapper::EfCore) => class.to_owned(),
        }
    }

    /// The column of a property.
    pub(super) fn column(self, property: &str) -> String {
        match (self.naming, self.mapper) {
            (Some(Naming::Snake | Naming::SnakePlural), _) | (None, Mapper::MikroOrm | Mapper::Gorm | Mapper::Ent | Mapper::Bun) => {
                snake(property)
            }
            (Some(Naming::Camel), _) => camel(property),
            _ => property.to_owned(),
        }
    }

    /// The column of a key that a relation makes, for the column that it points at.
    pub(super) fn join_column(self, property: &str, referenced: &str) -> String {
        match (self.naming, self.mapper) {
            (Some(Naming::Snake | Naming::SnakePlural), _) | (None, Mapper::MikroOrm | Mapper::Gorm | Mapper::Ent | Mapper::Bun) => {
                format!("{}_{}", snake(property), snake(referenced))
            }
            // `Blog` and its `BlogId` make BlogId, not BlogBlogId.
            (_, Mapper::EfCore) if referenced.starts_with(property) => referenced.to_owned(),
            (_, Mapper::EfCore) => format!("{property}{referenced}"),
            _ => camel(&format!("{property}_{referenced}")),
        }
    }

    /// The table that joins two for a property of the first.
    pub(super) fn join_table(self, (own, property, other): (&str, &str, &str)) -> String {
        match self.mapper {
            Mapper::TypeOrm if self.naming.is_some() => snake(&format!("{own}_{property}_{other}")),
            Mapper::TypeOrm => snake(&format!("{own}_{}_{other}", property.replace('.', "_"))),
            Mapper::MikroOrm => format!("{own}_{}", snake(property)),
            Mapper::EfCore => format!("{own}{other}"),
            _ => format!("{own}_{other}"),
        }
    }

    /// A column of a join table.
    pub(super) fn join_table_column(self, table: &str, entity: &str, referenced: &str) -> String {
        match (self.naming, self.mapper) {
            (None, Mapper::TypeOrm) => camel(&format!("{table}_{referenced}")),
            (_, Mapper::TypeOrm) => snake(&format!("{table}_{referenced}")),
            (_, Mapper::EfCore) => format!("{table}{referenced}"),
            _ => format!("{}_{}", snake(entity), snake(referenced)),
        }
    }

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
            (_, Scalar::Float) => "double precision",
            (Mapper::Prisma, Scalar::Decimal) => "decimal(65,30)",
            (_, Scalar::Decimal) => "numeric",
            (_, Scalar::Boolean) => "boolean",
            (Mapper::Prisma, Scalar::DateTime) => "timestamp(3)",
            (Mapper::TypeOrm, Scalar::DateTime) => "timestamp",
            (Mapper::MikroOrm, Scalar::DateTime) => "timestamptz(0)",
            (Mapper::EfCore | Mapper::Sequelize, Scalar::DateTime) => "timestamp with time zone",
            (_, Scalar::DateTime) => "timestamptz",
            (_, Scalar::Date) => "date",
            (_, Scalar::Time) => "time",
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
            (_, Scalar::Float) => "double",
            (Mapper::Prisma, Scalar::Decimal) => "decimal(65,30)",
            (_, Scalar::Decimal) => "decimal",
            (_, Scalar::Boolean) => "tinyint(1)",
            (Mapper::Prisma | Mapper::Gorm, Scalar::DateTime) => "datetime(3)",
            (Mapper::EfCore | Mapper::TypeOrm, Scalar::DateTime) => "datetime(6)",
            (_, Scalar::DateTime) => "datetime",
            (_, Scalar::Date) => "date",
            (_, Scalar::Time) => "time",
            (_, Scalar::Json | Scalar::Mixed) => "json",
            (_, Scalar::Bytes) => "longblob",
            (_, Scalar::Uuid) => "char(36)",
        }
    }

    fn sqlite(self, scalar: Scalar) -> &'static str {
        match (self.mapper, scalar) {
            (Mapper::TypeOrm, Scalar::Text | Scalar::Uuid) => "varchar",
            (Mapper::Sequelize, Scalar::Text) => "varchar(255)",
            (_, Scalar::Text | Scalar::ObjectId | Scalar::Uuid) => "text",
            (Mapper::Prisma | Mapper::Sequelize, Scalar::BigInteger) => "bigint",
            (_, Scalar::Integer | Scalar::SmallInteger | Scalar::BigInteger) => "integer",
            (_, Scalar::Float) => "real",
            (Mapper::EfCore, Scalar::Decimal) => "text",
            (_, Scalar::Decimal) => "decimal",
            (Mapper::EfCore, Scalar::Boolean) => "integer",
            (Mapper::Gorm, Scalar::Boolean) => "numeric",
            (_, Scalar::Boolean) => "boolean",
            (Mapper::EfCore, Scalar::DateTime) => "text",
            (_, Scalar::DateTime) => "datetime",
            (_, Scalar::Date) => "date",
            (_, Scalar::Time) => "time",
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
            (Mapper::Prisma, Scalar::Float) => "float(53)",
            (_, Scalar::Float) => "float",
            (Mapper::Prisma, Scalar::Decimal) => "decimal(32,16)",
            (_, Scalar::Decimal) => "decimal(18,2)",
            (_, Scalar::Boolean) => "bit",
            (Mapper::Gorm, Scalar::DateTime) => "datetimeoffset",
            (_, Scalar::DateTime) => "datetime2",
            (_, Scalar::Date) => "date",
            (_, Scalar::Time) => "time",
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
        Scalar::Integer | Scalar::SmallInteger => "int",
        Scalar::BigInteger => "long",
        Scalar::Float => "double",
        Scalar::Decimal => "decimal128",
        Scalar::Boolean => "bool",
        Scalar::DateTime | Scalar::Date => "date",
        Scalar::Json => "object",
        Scalar::Bytes => "bindata",
        Scalar::Uuid => "uuid",
        Scalar::ObjectId => "objectid",
        Scalar::Mixed => "mixed",
    }
}

/// `OrderItem`, `orderItem`, `HTTPServer`, `order-item` -> `order_item`, `http_server`
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let starts = letter.is_uppercase()
            && before.is_some_and(|one| {
                one.is_lowercase()
                    || one.is_ascii_digit()
                    || one.is_uppercase() && letters.get(at + 1).is_some_and(|next| next.is_lowercase())
            });
        if starts && !text.ends_with('_') {
            text.push('_');
        }
        if matches!(letter, '-' | ' ' | '.') { text.push('_') } else { text.extend(letter.to_lowercase()) }
    }
    text
}

/// `author_id`, `AuthorId` -> `authorId`
fn camel(name: &str) -> String {
    let mut text = String::new();
    let mut rises = false;
    for letter in name.chars() {
        match letter {
            '_' | '-' | ' ' | '.' => rises = !text.is_empty(),
            _ if text.is_empty() => text.extend(letter.to_lowercase()),
            _ if std::mem::take(&mut rises) => text.extend(letter.to_uppercase()),
            _ => text.push(letter),
        }
    }
    text
}

/// Words that are the same for one and many.
const UNCOUNTABLE: &[&str] = &[
    "advice",
    "cooperation",
    "deer",
    "digestion",
    "energy",
    "equipment",
    "expertise",
    "fish",
    "health",
    "information",
    "jeans",
    "justice",
    "machinery",
    "media",
    "money",
    "moose",
    "news",
    "paper",
    "pollution",
    "rain",
    "rice",
    "series",
    "sheep",
    "species",
    "staff",
    "status",
];

/// Words whose many is another word.
const IRREGULAR: &[(&str, &str)] = &[
    ("person", "people"),
    ("child", "children"),
    ("man", "men"),
    ("mouse", "mice"),
    ("goose", "geese"),
    ("quiz", "quizzes"),
    ("ox", "oxen"),
];

/// The English plural of the last word of a name.
pub(super) fn plural(name: &str) -> String {
    let start = name.rfind(['_', '-', ' ']).map_or(0, |at| at + 1);
    let start = name[start..].rfind(|letter: char| letter.is_ascii_uppercase()).map_or(start, |at| start + at);
    let (head, word) = name.split_at(start);
    let lower = word.to_lowercase();
    if UNCOUNTABLE.contains(&lower.as_str()) {
        return if lower == "status" { format!("{name}es") } else { name.to_owned() };
    }
    if let Some((one, many)) = IRREGULAR.iter().find(|(one, _)| *one == lower) {
        return format!("{head}{}{}", &word[..1], &many[1.min(one.len())..]);
    }
    let stem = |cut: usize, end: &str| format!("{}{end}", &name[..name.len() - cut]);
    let before_y = lower.chars().rev().nth(1).is_some_and(|letter| !"aeiou".contains(letter));
    match lower.as_str() {
        "" => name.to_owned(),
        _ if lower.ends_with('y') && before_y => stem(1, "ies"),
        _ if lower.ends_with("sis") => stem(2, "es"),
        _ if ["ss", "x", "ch", "sh", "bus", "us"].iter().any(|end| lower.ends_with(end)) => stem(0, "es"),
        _ if lower.ends_with('s') => name.to_owned(),
        _ if ["buffalo", "tomato", "potato"].iter().any(|end| lower.ends_with(end)) => stem(0, "es"),
        _ if ["knife", "wife", "life"].iter().any(|end| lower.ends_with(end)) => stem(2, "ves"),
        _ if ["leaf", "half", "shelf", "wolf"].iter().any(|end| lower.ends_with(end)) => stem(1, "ves"),
        _ => stem(0, "s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{camel, plural, snake};

    #[test]
    fn names_are_made_as_mappers_make_them() {
        assert_eq!(snake("OrderItem"), "order_item");
        assert_eq!(snake("HTTPServerLog2Entry"), "http_server_log2_entry");
        assert_eq!(snake("user_Id"), "user_id");
        assert_eq!(camel("author_id"), "authorId");
        let words = ["User", "Category", "order_item", "Address", "status", "Person", "box", "news", "Day", "analysis", "UserStatus"];
        let many: Vec<String> = words.iter().map(|word| plural(word)).collect();
        let expected = ["Users", "Categories", "order_items", "Addresses", "statuses", "People", "boxes", "news", "Days", "analyses"];
        assert_eq!(many[..10], expected);
        assert_eq!(many[10], "UserStatuses");
    }
}
