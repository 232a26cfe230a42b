//! The database schema as it stands after the last migration.

use std::collections::{BTreeMap, BTreeSet};

/// Everything of `data_schema`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Schema {
    /// Key -> table.
    pub(crate) tables: BTreeMap<String, Table>,
    /// Key -> view.
    pub(crate) views: BTreeMap<String, View>,
    /// Key -> values in declared order.
    pub(crate) enums: BTreeMap<String, Vec<String>>,
    /// Redis key pattern -> what it holds.
    pub(crate) key_patterns: BTreeMap<String, String>,
    /// How the schema is changed and filled.
    pub(crate) maintenance: Maintenance,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    /// What it holds.
    pub(crate) description: Option<String>,
    /// Its columns in declared order.
    pub(crate) columns: Vec<Column>,
    /// The columns of a composite primary key, in order; empty when the key is one column or there is none.
    pub(crate) primary_key: Vec<String>,
    /// Unique constraints of more than one column.
    pub(crate) unique: BTreeSet<Vec<String>>,
    /// Lines to other tables.
    pub(crate) relationships: Vec<TableRelationship>,
    /// Name -> definition.
    pub(crate) indexes: BTreeMap<String, String>,
    /// Name -> expression.
    pub(crate) checks: BTreeMap<String, String>,
    /// Row level security, where it is enabled or a policy stands.
    pub(crate) row_level_security: Option<RowLevelSecurity>,
    /// The schema, when it is not the engine's default.
    pub(crate) schema: Option<String>,
    /// The container that owns it.
    pub(crate) owner: Option<String>,
    /// The engine.
    pub(crate) store: Option<String>,
    /// Whether it stands only in a document.
    pub(crate) documented: bool,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// Its type as written, lower case.
    pub(crate) data_type: String,
    /// Whether it may be null.
    pub(crate) nullable: bool,
    /// Whether it is the primary key or a part of it.
    pub(crate) primary_key: bool,
    /// Whether it alone is unique.
    pub(crate) unique: bool,
    /// The default as SQL text.
    pub(crate) default: Option<String>,
    /// The expression of a generated column, or how its identity comes.
    pub(crate) generated: Option<String>,
    /// What it holds.
    pub(crate) description: Option<String>,
}

/// How two tables belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cardinality {
    /// A foreign key stands here.
    ManyToOne,
    /// A foreign key that is unique stands here.
    OneToOne,
    /// A foreign key stands there.
    OneToMany,
    /// Through a join table.
    ManyToMany,
}

/// A line from one table to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TableRelationship {
    /// How many to how many.
    pub(crate) cardinality: Cardinality,
    /// The key of the other table.
    pub(crate) target: String,
    /// The columns of the foreign key; empty for many to many.
    pub(crate) foreign_key: Vec<String>,
    /// The columns it points at.
    pub(crate) references: Vec<String>,
    /// The key of the join table.
    pub(crate) join_table: Option<String>,
    /// What happens when the other row goes, lower case: `cascade`.
    pub(crate) on_delete: Option<String>,
}

/// Row level security of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RowLevelSecurity {
    /// Whether it is enabled.
    pub(crate) enabled: bool,
    /// Name -> what it says.
    pub(crate) policies: BTreeMap<String, String>,
}

/// A view.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct View {
    /// What it shows.
    pub(crate) description: Option<String>,
    /// Its query.
    pub(crate) definition: String,
    /// Whether its rows are stored.
    pub(crate) materialized: bool,
}

/// How the schema is changed and filled; texts are plain sentences of found facts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Maintenance {
    /// One entry for each migration history.
    pub(crate) migrations: Vec<MigrationHistory>,
    /// How it is seeded.
    pub(crate) seeding: BTreeMap<String, String>,
    /// One-off scripts: path -> purpose.
    pub(crate) special_scripts: BTreeMap<String, String>,
}

/// A migration history.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MigrationHistory {
    /// The tool.
    pub(crate) tooling: String,
    /// Its folder.
    pub(crate) location: String,
    /// How many migrations are applied.
    pub(crate) count: usize,
    /// How one goes back.
    pub(crate) rollback_strategy: String,
}
