//! What statements do to the catalog of a database, as one file states it: symbolic and in the order of the text.
//! Holds no state of a catalog: whether a table exists at that point is for the linker to find out.

/// The SQL that a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dialect {
    /// PostgreSQL and what speaks its SQL.
    Postgres,
    /// MySQL and MariaDB.
    MySql,
    /// SQLite.
    Sqlite,
    /// T-SQL of Microsoft SQL Server.
    SqlServer,
    /// ClickHouse.
    ClickHouse,
}

/// A file that holds statements for a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaScript {
    /// Its dialect.
    pub(crate) dialect: Dialect,
    /// The tool whose directives stand in it: `goose`, `dbmate`.
    pub(crate) tool: Option<&'static str>,
    /// Whether the whole file goes back; its statements are not applied.
    pub(crate) goes_back: bool,
    /// Whether it says how to go back in the same file.
    pub(crate) has_down: bool,
    /// Whether placeholders of a template stand in it.
    pub(crate) is_template: bool,
    /// What its tool orders it by.
    pub(crate) order: ScriptOrder,
}

/// What a tool orders its scripts by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum ScriptOrder {
    /// The path says whether it is a migration, and its place among them.
    #[default]
    Path,
    /// It is a migration; the name of its file, compared as text, says its place.
    FileName,
    /// It is a migration with this number, among all of its package.
    Number(u64),
    /// It is one of the files that another one calls in its order, or the one that calls them.
    Included,
}

/// Another file whose statements run in the place of the one that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inclusion {
    /// The file or folder, as written.
    pub(crate) target: String,
    /// The folder that it is looked for in first; the root of the repository or of its resources is the other.
    pub(crate) from: crate::location::RepoPath,
    /// All files of a folder, in the order of their names.
    pub(crate) is_folder: bool,
}

/// Where scripts put names without a schema, as the settings of their tool say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DefaultSchema {
    /// The schema.
    pub(crate) name: String,
    /// The folders of the scripts.
    pub(crate) locations: std::collections::BTreeSet<crate::location::RepoPath>,
}

/// A name that may carry a schema; folded as its engine folds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ObjectName {
    /// The schema, when the statement names one.
    pub(crate) schema: Option<String>,
    /// The name itself.
    pub(crate) name: String,
}

impl ObjectName {
    /// A name without a schema.
    pub(crate) fn bare(name: impl Into<String>) -> Self {
        Self { schema: None, name: name.into() }
    }
}

/// A change with the circumstances that decide how a failure to apply it is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SchemaStatement {
    /// What it does.
    pub(crate) change: SchemaChange,
    /// It says IF [NOT] EXISTS, or stands under a guard of a DO block: that it has nothing to do is no fault.
    pub(crate) lenient: bool,
    /// Its turn among the statements of its file, where that is not the order of their lines.
    pub(crate) step: u32,
}

impl SchemaStatement {
    /// A statement that runs in the order of its line.
    pub(crate) fn new(change: SchemaChange, lenient: bool) -> Self {
        Self { change, lenient, step: 0 }
    }
}

/// One change of a catalog.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SchemaChange {
    /// `CREATE TABLE`
    CreateTable(TableDefinition),
    /// `CREATE TEMPORARY TABLE`: it is not there in the end, but statements of the same file may speak of it
    CreateTemporary(ObjectName),
    /// `CREATE TABLE ... AS`, `SELECT ... INTO`
    CreateTableAs(TableFromQuery),
    /// `DROP TABLE`, of one table
    DropTable(ObjectName),
    /// One action of `ALTER TABLE`
    AlterTable(ObjectName, TableAction),
    /// `CREATE TYPE ... AS ENUM`: the labels in order
    CreateEnum(ObjectName, Vec<String>),
    /// `ALTER TYPE ... ADD VALUE`
    AddEnumValue(ObjectName, String, EnumPlace),
    /// `ALTER TYPE ... RENAME VALUE`
    RenameEnumValue(ObjectName, String, String),
    /// `CREATE TYPE ... AS (...)`: the fields with their types
    CreateComposite(ObjectName, Vec<ColumnDefinition>),
    /// `CREATE DOMAIN`, and types of other kinds, of which only the name counts
    CreateOtherType(ObjectName),
    /// `DROP TYPE`, `DROP DOMAIN`; with CASCADE columns of that type go too
    DropType(ObjectName, Cascade),
    /// `ALTER TYPE ... RENAME TO`
    RenameType(ObjectName, String),
    /// `ALTER TYPE ... SET SCHEMA`
    MoveType(ObjectName, String),
    /// `CREATE INDEX`
    CreateIndex(IndexDefinition),
    /// `DROP INDEX`; the table where the dialect names it
    DropIndex(ObjectName, Option<ObjectName>),
    /// `ALTER INDEX ... RENAME TO`
    RenameIndex(ObjectName, String),
    /// `CREATE POLICY`
    CreatePolicy(ObjectName, Policy),
    /// `ALTER POLICY`
    AlterPolicy(ObjectName, Policy),
    /// `ALTER POLICY ... RENAME TO`: table, old name, new name
    RenamePolicy(ObjectName, String, String),
    /// `DROP POLICY`: table and name
    DropPolicy(ObjectName, String),
    /// `CREATE [OR REPLACE] [MATERIALIZED] VIEW`
    CreateView(ViewDefinition),
    /// `DROP [MATERIALIZED] VIEW`
    DropView(ObjectName),
    /// `ALTER VIEW ... RENAME TO`
    RenameView(ObjectName, String),
    /// `ALTER VIEW ... SET SCHEMA`
    MoveView(ObjectName, String),
    /// `COMMENT ON`; no text takes the comment away
    Comment(CommentTarget, Option<String>),
    /// `CREATE SCHEMA`
    CreateSchema(String),
    /// `DROP SCHEMA`
    DropSchema(String),
    /// `ALTER SCHEMA ... RENAME TO`
    RenameSchema(String, String),
    /// The statements of another file
    Include(Inclusion),
    /// `SET search_path`, `USE`: where names without a schema live from here to the end of the file
    SetSearchPath(Vec<String>),
}

/// Whether what depends on a thing goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cascade {
    /// CASCADE
    Yes,
    /// RESTRICT, or nothing said
    No,
}

/// Where a new label of an enum goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EnumPlace {
    /// Behind all others.
    Last,
    /// Before a label.
    Before(String),
    /// Behind a label.
    After(String),
}

/// What a comment is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CommentTarget {
    /// A table.
    Table(ObjectName),
    /// A column of a table.
    Column(ObjectName, String),
    /// A view.
    View(ObjectName),
}

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
