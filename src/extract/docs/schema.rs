//! Tables that documents state as lists of columns: `| Column | Type | Constraints | Description |` below the name of a table.
//! Lists of parameters, properties and settings look alike and are none: the header or the types must be those of a database.

use super::subject::{Subject, is_name, plain};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::schema::{
    ColumnDefinition, CommentTarget, ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, KeyColumns, ObjectName, SchemaChange,
    SchemaStatement, TableAction, TableDefinition, TableElement,
};
use crate::syntax::passages::{PassageKind, is_description, passages};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "docs.schema",
    about: "tables that documents state as lists of columns",
    kinds: &[FileKind::Markdown],
    markers: &["| Type", "|Type", "| type", "|type", "| Data", "| data", "|TYPE", "| TYPE", "| SQL"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !is_description(cx.file.path.as_str()) {
        return;
    }
    let mut reader = Reader { sink, subject: Subject::default(), columns: None, found: None };
    for passage in passages(cx.text) {
        match passage.kind {
            PassageKind::Heading(words) => {
                reader.flush();
                reader.subject = Subject::of_heading(words);
            }
            PassageKind::Fence(_) | PassageKind::Lines if passage.is_of_today() => {
                let mut at = passage.start;
                for line in cx.text[passage.start..passage.end].split_inclusive('\n') {
                    reader.line(line, cx.line(at));
                    at += line.len();
                }
            }
            _ => reader.flush(),
        }
    }
    reader.flush();
}

/// Which cell holds what.
#[derive(Debug, Default)]
struct Columns {
    name: usize,
    data_type: usize,
    nullable: Option<usize>,
    required: Option<usize>,
    default: Option<usize>,
    constraints: Vec<usize>,
    description: Option<usize>,
    /// Whether the header can only be that of a table of a database.
    is_certain: bool,
}

/// A table that is being read.
struct Found {
    definition: TableDefinition,
    line: u32,
    /// How many of its types are those of databases.
    database_types: usize,
}

struct Reader<'a, 's> {
    sink: &'a mut Sink<'s>,
    subject: Subject,
    columns: Option<Columns>,
    found: Option<Found>,
}

impl Reader<'_, '_> {
    fn line(&mut self, line: &str, number: u32) {
        // The end of a statement and the first row may share a line.
        let row = line.trim().trim_start_matches([')', ';']);
        if !row.starts_with('|') {
            if self.columns.is_some() && !row.trim().is_empty() {
                self.flush();
            }
            self.subject.read(line);
            self.unique(line, number);
            return;
        }
        let cells: Vec<String> = row.trim_matches('|').split('|').map(plain).collect();
        match &self.columns {
            None => self.columns = header(&cells),
            Some(_) if cells.iter().all(|cell| cell.chars().all(|one| "-: ".contains(one))) => {}
            Some(_) => self.row(&cells, number),
        }
    }

    fn row(&mut self, cells: &[String], line: u32) {
        let (Some(columns), Some(table)) = (&self.columns, &self.subject.table) else { return };
        let cell = |at: usize| cells.get(at).map(String::as_str).unwrap_or_default();
        let (name, data_type) = (cell(columns.name), cell(columns.data_type));
        if !is_name(name) || data_type.is_empty() {
            return;
        }
        let description = columns.description.map(cell).filter(|text| !text.is_empty()).map(str::to_owned);
        if self.subject.in_sql {
            if let Some(text) = description {
                let target = CommentTarget::Column(object(table), name.to_owned());
                emit(self.sink, line, SchemaChange::Comment(target, Some(text)));
            }
            return;
        }
        let (name, table) = (name.to_owned(), table.clone());
        let column = column(columns, cells, &name, line);
        let description_of_table = self.subject.description.clone();
        let found = self.found.get_or_insert_with(|| Found {
            definition: TableDefinition { name: object(&table), description: description_of_table, ..TableDefinition::default() },
            line,
            database_types: 0,
        });
        found.database_types += usize::from(is_database_type(&column.data_type));
        found.definition.elements.push(TableElement::Column(column));
    }

    /// `**Unique Constraint:** (userId, orgId)`
    fn unique(&mut self, line: &str, number: u32) {
        let words = plain(line);
        let Some(table) = self.subject.table.clone().filter(|_| words.to_ascii_lowercase().starts_with("unique")) else { return };
        let inner = words.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inner, _)| inner);
        let columns: Vec<String> = inner.unwrap_or_default().split(',').map(|one| one.trim().to_owned()).collect();
        if columns.iter().all(|one| is_name(one)) && !self.subject.in_sql {
            let constraint = ConstraintDefinition { name: None, kind: ConstraintKind::Unique(KeyColumns::Columns(columns)) };
            emit(self.sink, number, SchemaChange::AlterTable(object(&table), TableAction::AddConstraint(constraint)));
        }
    }

    fn flush(&mut self) {
        let is_certain = self.columns.take().is_some_and(|columns| columns.is_certain);
        let Some(found) = self.found.take() else { return };
        let count = found.definition.elements.len();
        let is_table =
            if is_certain || self.subject.is_told { found.database_types * 3 >= count } else { found.database_types * 4 >= count * 3 };
        if is_table {
            emit(self.sink, found.line, SchemaChange::CreateTable(found.definition));
        }
    }
}

fn emit(sink: &mut Sink<'_>, line: u32, change: SchemaChange) {
    sink.fact(line, Fact::DocumentedSchema(Box::new(SchemaStatement::new(change, true))));
}

fn object(name: &str) -> ObjectName {
    match name.rsplit_once('.') {
        Some((schema, name)) => ObjectName { schema: Some(schema.to_owned()), name: name.to_owned() },
        None => ObjectName::bare(name),
    }
}

fn header(cells: &[String]) -> Option<Columns> {
    let lower: Vec<String> = cells.iter().map(|cell| cell.to_ascii_lowercase()).collect();
    let at = |names: &[&str]| lower.iter().position(|cell| names.contains(&cell.as_str()));
    let name = at(&["column", "column name", "columns", "field", "field name", "name", "attribute"])?;
    let data_type = at(&["type", "data type", "datatype", "sql type", "column type"])?;
    let keys = ["constraints", "constraint", "key", "keys", "attributes", "modifiers", "index", "pk", "fk", "references"];
    let nullable = at(&["null", "nullable", "null?", "nullable?", "allow null"]);
    let constraints: Vec<usize> = (0..lower.len()).filter(|at| keys.contains(&lower[*at].as_str())).collect();
    let is_certain = lower[name].starts_with("column") || nullable.is_some() || !constraints.is_empty();
    Some(Columns {
        name,
        data_type,
        nullable,
        required: at(&["not null", "required"]),
        default: at(&["default", "default value"]),
        constraints,
        description: at(&["description", "notes", "purpose", "meaning", "comment", "comments", "details"]),
        is_certain,
    })
}

fn column(columns: &Columns, cells: &[String], name: &str, line: u32) -> ColumnDefinition {
    let cell = |at: usize| cells.get(at).map(String::as_str).unwrap_or_default();
    let stated: String = columns.constraints.iter().map(|at| cell(*at)).collect::<Vec<_>>().join(", ");
    let all = format!("{}, {stated}", cell(columns.data_type));
    let words: Vec<String> = all.split(|one: char| !one.is_ascii_alphanumeric()).map(str::to_ascii_uppercase).collect();
    let has = |word: &str| words.iter().any(|own| own == word);
    let pair = |first: &str, second: &str| words.windows(2).any(|pair| pair[0] == first && pair[1] == second);
    let says_yes = |at: usize| matches!(cell(at).to_ascii_lowercase().as_str(), "yes" | "y" | "true" | "null" | "✓" | "✅" | "x");
    let is_key = has("PK") || pair("PRIMARY", "KEY");
    let says_null = has("NULL") && !pair("NOT", "NULL") || has("NULLABLE") || columns.nullable.is_some_and(says_yes);
    let mut constraints = Vec::new();
    let mut add = |kind| constraints.push(ConstraintDefinition { name: None, kind });
    let own = || KeyColumns::Columns(vec![name.to_owned()]);
    if is_key {
        add(ConstraintKind::PrimaryKey(own()));
    }
    if has("UNIQUE") || has("UK") {
        add(ConstraintKind::Unique(own()));
    }
    if let Some(key) = foreign_key(&stated, name).or_else(|| foreign_key(columns.description.map(cell).unwrap_or_default(), name)) {
        add(ConstraintKind::ForeignKey(key));
    }
    let nullable = says_null || columns.required.is_some_and(|at| !cell(at).is_empty() && !says_yes(at));
    ColumnDefinition {
        name: name.to_owned(),
        data_type: data_type(cell(columns.data_type)),
        // What the document does not call nullable is not printed as nullable.
        not_null: !nullable,
        default: columns.default.map(cell).and_then(default).or_else(|| default_in(&stated)),
        constraints,
        description: columns.description.map(cell).filter(|text| !text.is_empty()).map(str::to_owned),
        line,
        ..ColumnDefinition::default()
    }
}

/// The type without remarks on keys: `UUID (PK)`, `uuid, not null`.
fn data_type(written: &str) -> String {
    let lower = written.to_ascii_lowercase();
    let end = [" (pk", " (fk", "(pk", "(fk", ", ", " not null", " null", " primary", " references", " unique", " pk", " fk"];
    let cut = end.iter().filter_map(|mark| lower.find(mark)).min().unwrap_or(lower.len());
    lower[..cut].trim().replace(", ", ",")
}

fn default(cell: &str) -> Option<String> {
    (!matches!(cell, "" | "-" | "–" | "—" | "none" | "None" | "N/A" | "n/a")).then(|| cell.to_owned())
}

/// `DEFAULT 'free'` among constraints.
fn default_in(stated: &str) -> Option<String> {
    let at = stated.to_ascii_uppercase().find("DEFAULT ")? + "DEFAULT ".len();
    let rest = stated.get(at..)?.trim_start();
    let end = match rest.strip_prefix('\'') {
        Some(inner) => inner.find('\'').map(|end| end + 2),
        None => rest.find([',', ' ']),
    };
    rest.get(..end.unwrap_or(rest.len())).map(str::to_owned).filter(|text| !text.is_empty())
}

/// `FK → users`, `FK -> users.id`, `REFERENCES users(id)`, `Foreign key to users`.
fn foreign_key(text: &str, column: &str) -> Option<ForeignKeyDefinition> {
    let lower = text.to_ascii_lowercase();
    let start = ["references ", "foreign key ", "fk "].iter().find_map(|mark| lower.find(mark).map(|at| at + mark.len()))?;
    let mut words = text.get(start..)?.split([' ', ',', ';']).map(|word| word.trim_matches([':', '`', '"']));
    let word = words.find(|word| !matches!(*word, "" | "→" | "->" | "=>" | "to" | "references"))?;
    let (target, rest) = word.split_once(['(', '.']).unwrap_or((word, ""));
    let reference = rest.trim_end_matches(')');
    is_name(target).then(|| ForeignKeyDefinition {
        columns: vec![column.to_owned()],
        target: ObjectName::bare(target),
        references: if is_name(reference) { vec![reference.to_owned()] } else { Vec::new() },
        on_delete: None,
    })
}

/// Types that only databases have, and those that they share with languages but rarely name so.
const DATABASE_TYPES: &[&str] = &[
    "uuid",
    "varchar",
    "character",
    "char",
    "nvarchar",
    "citext",
    "text",
    "integer",
    "int",
    "bigint",
    "smallint",
    "serial",
    "bigserial",
    "timestamp",
    "timestamptz",
    "datetime",
    "datetime2",
    "date",
    "time",
    "boolean",
    "bool",
    "json",
    "jsonb",
    "decimal",
    "numeric",
    "real",
    "double",
    "float",
    "bytea",
    "blob",
    "inet",
    "vector",
    "enum",
    "tinyint",
    "money",
    "interval",
    "tsvector",
    "geometry",
    "geography",
];

fn is_database_type(written: &str) -> bool {
    let word = written.split(|one: char| !one.is_ascii_alphanumeric()).next().unwrap_or_default();
    DATABASE_TYPES.contains(&word)
}
