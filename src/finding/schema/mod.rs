//! What statements do to the catalog of a database, as one file states it: symbolic and in the order of the text.
//! Holds no state of a catalog: whether a table exists at that point is for the linker to find out.

mod references;
mod table;

pub(crate) use references::{SchemaReferences, reference};
pub(crate) use table::{
    ColumnDefinition, ColumnPlace, ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, IndexDefinition, IndexKey, KeyColumns,
    LikeClause, Policy, SelectItem, TableAction, TableDefinition, TableElement, TableFromQuery, ViewDefinition,
};

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

/// A function outside of any migration that is handed the tool's own object: migrations may call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaProcedure {
    /// Its name in its file.
    pub(crate) name: String,
    /// The names of its parameters; empty for a pattern.
    pub(crate) parameters: Vec<String>,
    /// The turns of its statements among those of the file: the first, and the one behind the last.
    pub(crate) steps: (u32, u32),
}

/// A call of such a function.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProcedureCall {
    /// Its name in the file that calls.
    pub(crate) name: String,
    /// What it is handed.
    pub(crate) arguments: Vec<crate::finding::Value>,
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
    /// What a function of another file does that is handed the tool's own object: `models.createUsers(knex)`
    Call(ProcedureCall),
    /// What cannot be read of it, in a function that only counts where a migration calls it
    Unread(String),
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
