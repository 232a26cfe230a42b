//! The state of one database while its migrations are applied: what a server would hold at that point.
//! Tables are told apart by an id, so that foreign keys and comments survive a rename.

mod apply;
mod columns;
mod constraints;
mod indexes;
mod names;
mod objects;
mod policies;
mod rename;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::schema::{Dialect, ObjectName, Policy};
use crate::location::Location;

/// A schema and a name in it.
pub(super) type Key = (String, String);

/// The tables, types and views of one database.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    /// Name -> id of each table.
    pub(super) names: BTreeMap<Key, usize>,
    /// The tables by id; `None` once dropped.
    pub(super) tables: Vec<Option<TableState>>,
    /// Partitions, which belong to their parent: name -> id of the parent.
    pub(super) partitions: BTreeMap<Key, usize>,
    /// Enums.
    pub(super) enums: BTreeMap<Key, EnumState>,
    /// Composite types: their columns.
    pub(super) composites: BTreeMap<Key, Vec<ColumnState>>,
    /// Other types, of which only the name counts.
    pub(super) other_types: BTreeSet<Key>,
    /// Temporary tables of the file being applied.
    pub(super) temporary: BTreeSet<String>,
    /// Views.
    pub(super) views: BTreeMap<Key, ViewState>,
    /// Where names without a schema are looked for; the first is where new things go.
    pub(super) search_path: Vec<String>,
    /// Whether the file being applied is a template, so that a name may be a placeholder.
    pub(super) is_template: bool,
    /// Tables that statements speak of and no statement here makes.
    pub(super) unknown: BTreeSet<String>,
    /// Where names without a schema live unless a script says otherwise.
    pub(super) home: Option<String>,
    /// The dialect of the statements being applied.
    pub(super) dialect: Option<Dialect>,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(super) struct TableState {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) columns: Vec<ColumnState>,
    pub(super) constraints: Vec<ConstraintState>,
    pub(super) indexes: Vec<IndexState>,
    pub(super) policies: BTreeMap<String, Policy>,
    pub(super) row_level_security: bool,
    pub(super) description: Option<String>,
    /// Ids of the tables it inherits from.
    pub(super) parents: Vec<usize>,
    pub(super) created: Option<Location>,
    pub(super) changed: Option<Location>,
    /// The entities that describe it.
    pub(super) modelled: Vec<Location>,
    /// Whether its columns could not all be read.
    pub(super) is_partial: bool,
}

/// A column.
#[derive(Clone, Debug, Default)]
pub(super) struct ColumnState {
    pub(super) name: String,
    pub(super) data_type: String,
    pub(super) not_null: bool,
    pub(super) default: Option<String>,
    pub(super) generated: Option<String>,
    pub(super) description: Option<String>,
    pub(super) created: Option<Location>,
    pub(super) changed: Option<Location>,
}

/// A named constraint.
#[derive(Clone, Debug)]
pub(super) struct ConstraintState {
    pub(super) name: String,
    pub(super) rule: Rule,
}

/// What a constraint demands.
#[derive(Clone, Debug)]
pub(super) enum Rule {
    PrimaryKey(Vec<String>),
    Unique(Vec<String>),
    ForeignKey(ForeignKeyState),
    Check(String),
    Exclude(String),
}

/// A foreign key; its target is an id where the table is known here.
#[derive(Clone, Debug)]
pub(super) struct ForeignKeyState {
    pub(super) columns: Vec<String>,
    pub(super) target: Target,
    pub(super) references: Vec<String>,
    pub(super) on_delete: Option<String>,
}

/// Where a foreign key points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Table(usize),
    /// A table that no statement here creates.
    Outside(ObjectName),
}

/// An index.
#[derive(Clone, Debug)]
pub(super) struct IndexState {
    pub(super) name: String,
    pub(super) unique: bool,
    pub(super) method: String,
    pub(super) keys: Vec<KeyState>,
    pub(super) include: Vec<String>,
    pub(super) predicate: Option<String>,
}

/// A key of an index.
#[derive(Clone, Debug)]
pub(super) struct KeyState {
    pub(super) text: String,
    pub(super) column: Option<String>,
}

/// An enum.
#[derive(Clone, Debug, Default)]
pub(super) struct EnumState {
    pub(super) labels: Vec<String>,
    pub(super) created: Option<Location>,
    pub(super) changed: Option<Location>,
}

/// A view.
#[derive(Clone, Debug, Default)]
pub(super) struct ViewState {
    pub(super) query: String,
    pub(super) reads: Vec<Key>,
    pub(super) materialized: bool,
    pub(super) description: Option<String>,
    pub(super) created: Option<Location>,
}

/// Why a change could not be applied; the message names the thing, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotApplied(pub(super) String);

/// The result of applying a change.
pub(super) type Applied = Result<(), NotApplied>;

pub(super) fn missing(kind: &str, name: &str) -> NotApplied {
    NotApplied(format!("there is no {kind} {name} at this point"))
}

pub(super) fn exists(kind: &str, name: &str) -> NotApplied {
    NotApplied(format!("the {kind} {name} exists already at this point"))
}

impl Catalog {
    /// An empty database of a dialect, with the schema that its tool is set up with.
    pub(super) fn new(dialect: Dialect, home: Option<String>) -> Self {
        Self { dialect: Some(dialect), home, ..Self::default() }
    }

    /// Each file runs in a session of its own.
    pub(super) fn start_file(&mut self, is_template: bool) {
        self.temporary.clear();
        self.is_template = is_template;
        self.leave_search_path();
    }

    /// Back to the schema that the connection starts with.
    pub(super) fn leave_search_path(&mut self) {
        self.search_path = vec![self.home.clone().unwrap_or_else(|| self.default_schema().to_owned())];
    }

    /// The schema that names without one mean.
    pub(super) fn default_schema(&self) -> &'static str {
        default_schema(self.dialect.unwrap_or(Dialect::Postgres))
    }

    /// The tables that stand, in the order of their names.
    pub(super) fn standing(&self) -> impl Iterator<Item = (&Key, usize, &TableState)> {
        self.names.iter().filter_map(|(key, id)| Some((key, *id, self.tables.get(*id)?.as_ref()?)))
    }

    fn table(&self, id: usize) -> Option<&TableState> {
        self.tables.get(id)?.as_ref()
    }

    fn table_mut(&mut self, id: usize) -> Option<&mut TableState> {
        self.tables.get_mut(id)?.as_mut()
    }
}

fn default_schema(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "public",
        Dialect::SqlServer => "dbo",
        Dialect::MySql | Dialect::Sqlite | Dialect::ClickHouse => "",
    }
}

impl Rule {
    /// The columns here that it is about; none for expressions.
    pub(super) fn columns(&self) -> &[String] {
        match self {
            Self::PrimaryKey(columns) | Self::Unique(columns) => columns,
            Self::ForeignKey(key) => &key.columns,
            Self::Check(_) | Self::Exclude(_) => &[],
        }
    }

    /// The expression, when it is one.
    pub(super) fn expression(&self) -> Option<&str> {
        match self {
            Self::Check(text) | Self::Exclude(text) => Some(text),
            _ => None,
        }
    }
}

impl TableState {
    /// The place of a column.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The columns of the primary key.
    pub(super) fn primary_key(&self) -> &[String] {
        let mut keys = self.constraints.iter().filter_map(|constraint| match &constraint.rule {
            Rule::PrimaryKey(columns) => Some(columns.as_slice()),
            _ => None,
        });
        keys.next_back().unwrap_or_default()
    }

    /// Sets of columns that no two rows share: keys, unique constraints, full unique indexes on plain columns.
    pub(super) fn unique_sets(&self) -> Vec<Vec<String>> {
        let constraints = self.constraints.iter().filter_map(|constraint| match &constraint.rule {
            Rule::Unique(columns) => Some(columns.clone()),
            _ => None,
        });
        let full = self.indexes.iter().filter(|index| index.unique && index.predicate.is_none());
        constraints.chain(full.filter_map(|index| index.keys.iter().map(|key| key.column.clone()).collect())).collect()
    }
}
