//! Tables, columns, keys, indexes, policies and views as a statement defines them, and what `ALTER TABLE` does to them.
//! Holds no state of a catalog.

use super::ObjectName;

/// A table as `CREATE TABLE` states it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TableDefinition {
    /// Its name.
    pub(crate) name: ObjectName,
    /// Columns, constraints and LIKE clauses in written order.
    pub(crate) elements: Vec<TableElement>,
    /// The tables it inherits from.
    pub(crate) inherits: Vec<ObjectName>,
    /// The table it is a partition of.
    pub(crate) partition_of: Option<ObjectName>,
    /// The composite type it is made of.
    pub(crate) of_type: Option<ObjectName>,
    /// The comment that stands above it, or the engine's table comment.
    pub(crate) description: Option<String>,
}

/// A part of a table definition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TableElement {
    /// A column.
    Column(ColumnDefinition),
    /// A constraint of the table.
    Constraint(ConstraintDefinition),
    /// An index that the dialect lets stand inside the table.
    Index(IndexDefinition),
    /// `LIKE other INCLUDING ...`
    Like(LikeClause),
}

/// `LIKE other`, with what is taken over besides names, types and NOT NULL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LikeClause {
    /// The other table.
    pub(crate) source: ObjectName,
    /// Defaults.
    pub(crate) defaults: bool,
    /// Identity and generated columns.
    pub(crate) generated: bool,
    /// CHECK constraints.
    pub(crate) checks: bool,
    /// Indexes with their primary key and unique constraints.
    pub(crate) indexes: bool,
    /// Comments.
    pub(crate) comments: bool,
}

/// A column as a statement states it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ColumnDefinition {
    /// Its name.
    pub(crate) name: String,
    /// Its type as written, lower case.
    pub(crate) data_type: String,
    /// Whether NOT NULL is said, or follows from the type (`serial`).
    pub(crate) not_null: bool,
    /// The default as SQL text.
    pub(crate) default: Option<String>,
    /// How its values are made: identity, a generated expression.
    pub(crate) generated: Option<String>,
    /// Constraints that stand at the column.
    pub(crate) constraints: Vec<ConstraintDefinition>,
    /// The comment beside it.
    pub(crate) description: Option<String>,
    /// The line it stands in, from 1.
    pub(crate) line: u32,
}

/// A constraint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ConstraintDefinition {
    /// Its name, when one is given.
    pub(crate) name: Option<String>,
    /// What it demands.
    pub(crate) kind: ConstraintKind,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ConstraintKind {
    /// PRIMARY KEY (columns), or USING INDEX
    PrimaryKey(KeyColumns),
    /// UNIQUE (columns), or USING INDEX
    Unique(KeyColumns),
    /// FOREIGN KEY
    ForeignKey(ForeignKeyDefinition),
    /// CHECK: the expression
    Check(String),
    /// EXCLUDE: the definition behind the word
    Exclude(String),
    /// NOT NULL of a column, as a table constraint
    NotNull(String),
    /// DEFAULT of a column, as a table constraint: column and expression
    Default(String, String),
}

/// The columns of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyColumns {
    /// These.
    Columns(Vec<String>),
    /// Those of an index.
    OfIndex(String),
}

/// A foreign key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ForeignKeyDefinition {
    /// The columns here.
    pub(crate) columns: Vec<String>,
    /// The other table.
    pub(crate) target: ObjectName,
    /// The columns there; none for its primary key.
    pub(crate) references: Vec<String>,
    /// What ON DELETE does, lower case.
    pub(crate) on_delete: Option<String>,
}

/// An index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IndexDefinition {
    /// Its name, when one is given.
    pub(crate) name: Option<ObjectName>,
    /// Its table.
    pub(crate) table: ObjectName,
    /// Whether it is unique.
    pub(crate) unique: bool,
    /// `btree`, `gin` ...
    pub(crate) method: String,
    /// Its keys in order.
    pub(crate) keys: Vec<IndexKey>,
    /// Columns that it only carries.
    pub(crate) include: Vec<String>,
    /// The predicate of a partial index.
    pub(crate) predicate: Option<String>,
}

/// A key of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IndexKey {
    /// The whole key as written: `lower(email) desc`.
    pub(crate) text: String,
    /// The column, when it is one.
    pub(crate) column: Option<String>,
}

/// A row level security policy; an ALTER holds only what it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Its name.
    pub(crate) name: String,
    /// RESTRICTIVE rather than PERMISSIVE.
    pub(crate) restrictive: bool,
    /// `select`, `all` ...
    pub(crate) command: Option<String>,
    /// Whom it is for.
    pub(crate) roles: Option<String>,
    /// USING
    pub(crate) using: Option<String>,
    /// WITH CHECK
    pub(crate) check: Option<String>,
}

/// A view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ViewDefinition {
    /// Its name.
    pub(crate) name: ObjectName,
    /// Its query.
    pub(crate) query: String,
    /// The tables and views that the query names.
    pub(crate) reads: Vec<ObjectName>,
    /// Whether its rows are stored.
    pub(crate) materialized: bool,
    /// OR REPLACE
    pub(crate) replace: bool,
    /// The comment that stands above it.
    pub(crate) description: Option<String>,
}

/// A table that a query fills.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TableFromQuery {
    /// Its name.
    pub(crate) name: ObjectName,
    /// The names given to its columns, when they are.
    pub(crate) columns: Vec<String>,
    /// What the query selects, in order; `None` when that cannot be read without running it.
    pub(crate) items: Option<Vec<SelectItem>>,
    /// The tables it reads: alias or name -> table.
    pub(crate) sources: Vec<(String, ObjectName)>,
}

/// One thing that a query selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SelectItem {
    /// `*` or `t.*`
    All(Option<String>),
    /// A column, perhaps of a named source: source, column, name in the result
    Column(Option<String>, String, String),
    /// A cast: its type and the name in the result
    Cast(String, String),
}

/// One action of `ALTER TABLE`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TableAction {
    /// ADD COLUMN
    AddColumn(ColumnDefinition, ColumnPlace),
    /// DROP COLUMN
    DropColumn(String),
    /// RENAME COLUMN
    RenameColumn(String, String),
    /// MODIFY, CHANGE: the old name and the whole new definition
    RedefineColumn(String, ColumnDefinition),
    /// The old name and the whole new definition, of a tool that makes the column anew where its type is spelled otherwise
    ReplaceColumn(String, ColumnDefinition),
    /// RENAME TO
    Rename(ObjectName),
    /// SET SCHEMA
    SetSchema(String),
    /// ALTER COLUMN ... TYPE
    SetType(String, String),
    /// ALTER COLUMN ... SET DEFAULT, DROP DEFAULT
    SetDefault(String, Option<String>),
    /// ALTER COLUMN ... SET NOT NULL, DROP NOT NULL
    SetNotNull(String, bool),
    /// ALTER COLUMN ... ADD GENERATED, DROP IDENTITY, DROP EXPRESSION
    SetGenerated(String, Option<String>),
    /// ADD CONSTRAINT
    AddConstraint(ConstraintDefinition),
    /// DROP CONSTRAINT
    DropConstraint(String),
    /// Drop the foreign key of these columns, whatever its name
    DropForeignKey(Vec<String>),
    /// DROP PRIMARY KEY
    DropPrimaryKey,
    /// RENAME CONSTRAINT
    RenameConstraint(String, String),
    /// ATTACH PARTITION
    AttachPartition(ObjectName),
    /// DETACH PARTITION
    DetachPartition(ObjectName),
    /// INHERIT
    Inherit(ObjectName),
    /// NO INHERIT
    NoInherit(ObjectName),
    /// ENABLE, DISABLE ROW LEVEL SECURITY
    RowLevelSecurity(bool),
}

/// Where a new column goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum ColumnPlace {
    /// Behind all others.
    #[default]
    Last,
    /// FIRST
    First,
    /// AFTER a column
    After(String),
}
