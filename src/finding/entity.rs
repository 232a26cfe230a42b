//! Entities: what an object-relational mapper, or its schema file, says of the tables or documents that it maps.
//!
//! An extractor states what stands in its one file and nothing else: a name that the code does not give is `None`, and the linker makes it by
//! the convention of the [`Mapper`]; a type that only the language has is a [`Scalar`], which the linker turns into the type that the mapper
//! documents for the engine. Names of other entities, enums and constants stay as written and are listed by `names`, so that the files that
//! define them are read. Where a migration history makes the table, the entity only describes it; see `link/tables/models`.

use super::Value;
use super::schema::Dialect;

/// What `generated` says of numbers that the engine counts up itself.
pub(crate) const AUTO_INCREMENT: &str = "auto increment";

/// What `generated` says of ids that the database makes up where it can, and else the program.
pub(crate) const GENERATED_UUID: &str = "uuid";

/// The property of the column that tells which of several classes a row is of.
pub(crate) const DISCRIMINATOR: &str = "#discriminator";

/// What maps the entities; decides the conventions for names and types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mapper {
    /// Prisma.
    Prisma,
    /// Drizzle.
    Drizzle,
    /// TypeORM.
    TypeOrm,
    /// MikroORM.
    MikroOrm,
    /// Sequelize.
    Sequelize,
    /// Mongoose.
    Mongoose,
    /// Entity Framework Core.
    EfCore,
    /// GORM.
    Gorm,
    /// ent for Go.
    Ent,
    /// bun for Go.
    Bun,
    /// xorm for Go.
    Xorm,
}

/// Where entities are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Engine {
    /// A database of this SQL.
    Sql(Dialect),
    /// MongoDB: tables are collections.
    MongoDb,
}

/// How names that the code does not give are made from those of classes and properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// As they stand in the code.
    AsWritten,
    /// `OrderItem` -> `order_item`
    Snake,
    /// `OrderItem` -> `order_items`, columns like `Snake`.
    SnakePlural,
    /// `OrderItem` -> `orderItem`
    Camel,
}

/// A connection or context that entities are stored through. It holds for the entities of its mapper in the same folder and below;
/// where several do, the nearest; where none does, one of the same package.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EntityStore {
    /// What maps.
    pub(crate) mapper: Mapper,
    /// The engine, where this file tells it.
    pub(crate) engine: Option<Engine>,
    /// The naming that is set instead of the mapper's own.
    pub(crate) naming: Option<Naming>,
    /// The schema of tables without one, when it is not the engine's default.
    pub(crate) schema: Option<String>,
    /// Options that hold for every entity that does not state them.
    pub(crate) defaults: Option<Value>,
}

/// What an entity stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EntityKind {
    /// A table or collection.
    #[default]
    Table,
    /// A view: not a table, only named.
    View,
    /// Stored in the table of its base: its properties are columns there that may be null.
    Child,
    /// No table of its own: other entities name it as a base and have its properties.
    Base,
    /// No table of its own: other entities hold its properties under a property of theirs.
    Embedded,
}

/// An entity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entity {
    /// What maps it.
    pub(crate) mapper: Mapper,
    /// What other entities call it: the class, model or variable.
    pub(crate) name: String,
    /// What it stands for.
    pub(crate) kind: EntityKind,
    /// The engine, where the entity itself tells it.
    pub(crate) engine: Option<Engine>,
    /// The context that stores it, where another one may store the same class elsewhere.
    pub(crate) group: Option<String>,
    /// The stated name of the table.
    pub(crate) table: Option<Value>,
    /// The stated schema.
    pub(crate) schema: Option<Value>,
    /// The classes whose properties it has too, nearest first.
    pub(crate) bases: Vec<String>,
    /// Its properties in written order.
    pub(crate) properties: Vec<Property>,
    /// Keys and indexes that stand at the entity.
    pub(crate) constraints: Vec<EntityConstraint>,
    /// Options of a schema of documents as written, where they may stand in another file: `{ collection: 'users', timestamps: true }`.
    /// Of a view the text of its query, of a model of Sequelize what it is defined with.
    pub(crate) options: Option<Value>,
    /// Its doc comment as plain text.
    pub(crate) doc: Option<String>,
    /// Whether it has more than could be read.
    pub(crate) is_partial: bool,
}

impl Entity {
    /// A table without anything in it.
    pub(crate) fn new(mapper: Mapper, name: impl Into<String>) -> Self {
        Self {
            mapper,
            name: name.into(),
            kind: EntityKind::Table,
            engine: None,
            group: None,
            table: None,
            schema: None,
            bases: Vec::new(),
            properties: Vec::new(),
            constraints: Vec::new(),
            options: None,
            doc: None,
            is_partial: false,
        }
    }

    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        into.extend(self.bases.iter().map(String::as_str));
        self.table.iter().chain(&self.schema).chain(&self.options).for_each(|value| value.names(into));
        for property in &self.properties {
            property.column.iter().chain(&property.default_value).for_each(|value| value.names(into));
            into.extend(property.made_by.as_deref());
            match &property.kind {
                PropertyKind::Column(ColumnType::Enum(one)) => one.values.names(into),
                PropertyKind::Column(ColumnType::Language(name)) => into.push(name),
                PropertyKind::Column(_) => {}
                PropertyKind::Embedded { entity, .. } => into.push(entity),
                PropertyKind::Relation(relation) => into.push(&relation.target),
            }
        }
    }
}

/// A property of an entity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    /// Its name in the code.
    pub(crate) name: String,
    /// The stated name of its column.
    pub(crate) column: Option<Value>,
    /// What it holds.
    pub(crate) kind: PropertyKind,
    /// Whether there may be several values: an array column, an array in a document. Of a relation its kind tells.
    pub(crate) is_list: bool,
    /// Whether it may be null.
    pub(crate) nullable: bool,
    /// Whether it is the primary key or a part of it.
    pub(crate) primary_key: bool,
    /// Whether it alone is unique.
    pub(crate) unique: bool,
    /// The default as SQL text, as the database would hold it; what only the program fills in is none.
    pub(crate) default: Option<String>,
    /// The default as a value of the language, where it is a name that another file explains: `Status.Active`.
    pub(crate) default_value: Option<Value>,
    /// How the database makes its values: [`AUTO_INCREMENT`], which the linker turns into the form of the engine, or a generated expression.
    pub(crate) generated: Option<String>,
    /// The decorator of the program itself that makes it; what that stands for another file may tell.
    pub(crate) made_by: Option<String>,
    /// Its doc comment as plain text.
    pub(crate) doc: Option<String>,
    /// The line it stands in, from 1.
    pub(crate) line: u32,
}

impl Property {
    /// A property that may not be null and about which nothing more is said.
    pub(crate) fn new(name: impl Into<String>, kind: PropertyKind, line: u32) -> Self {
        Self {
            name: name.into(),
            column: None,
            kind,
            is_list: false,
            nullable: false,
            primary_key: false,
            unique: false,
            default: None,
            default_value: None,
            generated: None,
            made_by: None,
            doc: None,
            line,
        }
    }
}

/// What a property holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PropertyKind {
    /// A value.
    Column(ColumnType),
    /// Another entity. Where the target turns out to be an enum or an embedded entity, it is a column of that type.
    Relation(Relation),
    /// The properties of an embedded entity, as columns of this table with this before their names.
    Embedded {
        /// The embedded entity.
        entity: String,
        /// What is put before the names of its columns.
        prefix: String,
    },
}

/// The type of a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ColumnType {
    /// A type of the database, as the code states it.
    Stated(String),
    /// A type of the language with its length, or precision and scale: `100`, `10, 2`.
    Scalar(Scalar, Option<String>),
    /// One of a few values.
    Enum(EnumType),
    /// No type is stated, and the language calls it this: an enum or another type, perhaps of another file.
    Language(String),
}

/// An enum that a column states itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EnumType {
    /// The name of the type in the database, where one is stated.
    pub(crate) name: Option<String>,
    /// Its values: a list, a map, or the name of an enum.
    pub(crate) values: Value,
}

/// A type of the language; what it is in the database the mapper documents for each engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scalar {
    /// Text of any length.
    Text,
    /// A whole number of 32 bits, or what the mapper takes for a plain number.
    Integer,
    /// A whole number of 16 bits.
    SmallInteger,
    /// A whole number of 64 bits.
    BigInteger,
    /// A whole number of 8 bits.
    TinyInteger,
    /// A floating-point number.
    Float,
    /// A floating-point number of 32 bits.
    Real,
    /// A decimal number.
    Decimal,
    /// True or false.
    Boolean,
    /// Date and time.
    DateTime,
    /// Date and time with the distance from universal time.
    DateTimeOffset,
    /// A span of time.
    Interval,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// JSON, or a document within a document.
    Json,
    /// Bytes.
    Bytes,
    /// A UUID.
    Uuid,
    /// The id of a document.
    ObjectId,
    /// Anything at all.
    Mixed,
}

/// How many there are on both sides of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RelationKind {
    /// The key stands here.
    ManyToOne,
    /// The key stands here if join columns are given or `owns` says so, else there.
    OneToOne,
    /// The key stands there: nothing is stored here.
    OneToMany,
    /// Through a join table; the side that states it, or else the one that `owns` says, makes it.
    ManyToMany,
    /// A list, of which only the other side tells whether it is one or many there.
    ToMany,
}

/// A relation to another entity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Relation {
    /// How many.
    pub(crate) kind: RelationKind,
    /// The other entity, as written.
    pub(crate) target: String,
    /// Whether the key, or the join table, belongs to this side.
    pub(crate) owns: bool,
    /// The property of the other side, or the name that both sides give their relation.
    pub(crate) inverse: Option<String>,
    /// The columns of the key here, in order; empty where the convention makes them.
    pub(crate) join_columns: Vec<JoinColumn>,
    /// The join table of a many-to-many relation.
    pub(crate) join_table: Option<JoinTable>,
    /// What ON DELETE does, lower case; with `None` the mapper's default is taken.
    pub(crate) on_delete: Option<String>,
    /// The name of the foreign key.
    pub(crate) constraint: Option<String>,
    /// Whether a foreign key is made in the database at all.
    pub(crate) has_constraint: bool,
}

impl Relation {
    /// A relation about which nothing more is said.
    pub(crate) fn new(kind: RelationKind, target: impl Into<String>) -> Self {
        Self {
            kind,
            target: target.into(),
            owns: false,
            inverse: None,
            join_columns: Vec::new(),
            join_table: None,
            on_delete: None,
            constraint: None,
            has_constraint: true,
        }
    }
}

/// A column of a key. Where an own property has that name, or that column, it is its column; else the relation makes the column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct JoinColumn {
    /// The property or column here; `None` for the convention.
    pub(crate) name: Option<String>,
    /// The property or column of the other entity; `None` for its primary key.
    pub(crate) references: Option<String>,
}

/// The join table of a many-to-many relation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct JoinTable {
    /// Its name; `None` for the convention. Of an entity what the code calls it, where that is said.
    pub(crate) name: Option<String>,
    /// Its schema.
    pub(crate) schema: Option<String>,
    /// The columns that point here.
    pub(crate) columns: Vec<JoinColumn>,
    /// The columns that point at the other entity.
    pub(crate) inverse_columns: Vec<JoinColumn>,
    /// Whether it is an entity of its own, so that the relation makes no table.
    pub(crate) is_entity: bool,
}

/// What a key or index of an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntityConstraintKind {
    /// The primary key.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A unique index.
    UniqueIndex,
    /// An index.
    Index,
    /// A check: the predicate holds its expression.
    Check,
}

/// A key or index that stands at an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntityConstraint {
    /// What it is.
    pub(crate) kind: EntityConstraintKind,
    /// Its stated name in the database.
    pub(crate) name: Option<String>,
    /// Its properties or columns in order, each with what is said of it: `("createdAt", "desc")`.
    pub(crate) members: Vec<(String, String)>,
    /// The method of an index, lower case.
    pub(crate) method: Option<String>,
    /// The predicate of a partial index, the expression of a check.
    pub(crate) predicate: Option<String>,
    /// The line it stands in, from 1.
    pub(crate) line: u32,
}

/// An enum of a schema file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntityEnum {
    /// What maps it.
    pub(crate) mapper: Mapper,
    /// What entities call it.
    pub(crate) name: String,
    /// Its name in the database, where one is stated.
    pub(crate) mapped: Option<String>,
    /// Its schema.
    pub(crate) schema: Option<String>,
    /// The values in order, as the database holds them.
    pub(crate) values: Vec<String>,
    /// The values as the code names them, where those differ: name -> value.
    pub(crate) renamed: Vec<(String, String)>,
}
