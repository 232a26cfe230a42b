//! Tables, columns, keys and indexes as TypeORM's `Table`, `TableColumn`, `TableForeignKey`, `TableIndex` state them.
//! Source: the documentation of migrations, and the driver for PostgreSQL for what it adds to a type.

use super::calls::{foreign_key_of, plain_index};
use crate::extract::typescript::migrations::options::{self, is_true, names, text, texts};
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, Dialect, IndexDefinition, KeyColumns, ObjectName, TableDefinition, TableElement,
};
use crate::finding::{Value, string_literal};

/// The engine that tables are made on.
#[derive(Clone, Copy)]
pub(super) struct Engine {
    pub(super) dialect: Dialect,
}

/// A table with the enums and indexes that are made with it, and how many of its columns could not be read.
pub(super) struct MadeTable {
    pub(super) definition: TableDefinition,
    pub(super) enums: Vec<(ObjectName, Vec<String>)>,
    pub(super) indexes: Vec<IndexDefinition>,
    pub(super) unread: usize,
}

/// A column with the enums and constraints that are made with it.
pub(super) struct MadeColumn {
    pub(super) column: ColumnDefinition,
    pub(super) enums: Vec<(ObjectName, Vec<String>)>,
    pub(super) constraints: Vec<ConstraintDefinition>,
    is_primary: bool,
    key_name: Option<String>,
}

impl Engine {
    pub(super) fn is_postgres(self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// The table that options state.
    pub(super) fn table(self, name: &ObjectName, options: &Value, lines: &[u32]) -> MadeTable {
        let mut made = MadeTable {
            definition: TableDefinition { name: name.clone(), description: text(options, "comment"), ..TableDefinition::default() },
            enums: Vec::new(),
            indexes: Vec::new(),
            unread: 0,
        };
        let (mut key, mut key_name, mut constraints) = (Vec::new(), None, Vec::new());
        let columns = options.get("columns").map(Value::items).unwrap_or_default();
        for (place, one) in columns.iter().enumerate() {
            let Some(mut column) = options::object(one).and_then(|one| self.column(name, one)) else {
                made.unread += 1;
                continue;
            };
            column.column.line = lines.get(place).copied().unwrap_or(0);
            if column.is_primary {
                key.push(column.column.name.clone());
                key_name = key_name.or(column.key_name);
            }
            made.enums.append(&mut column.enums);
            constraints.append(&mut column.constraints);
            made.definition.elements.push(TableElement::Column(column.column));
        }
        if !key.is_empty() {
            constraints.insert(0, ConstraintDefinition { name: key_name, kind: ConstraintKind::PrimaryKey(KeyColumns::Columns(key)) });
        }
        let listed = |key: &str| options.get(key).map(Value::items).unwrap_or_default();
        constraints.extend(listed("uniques").iter().filter_map(unique));
        constraints.extend(listed("checks").iter().filter_map(check));
        constraints.extend(listed("foreignKeys").iter().filter_map(foreign_key));
        made.definition.elements.extend(constraints.into_iter().map(TableElement::Constraint));
        made.indexes.extend(listed("indices").iter().filter_map(|one| index(name.clone(), one)));
        made
    }

    /// The column that options state.
    pub(super) fn column(self, table: &ObjectName, options: &Value) -> Option<MadeColumn> {
        let name = text(options, "name")?;
        let written = text(options, "type")?.to_lowercase();
        let generated = match options.get("isGenerated") {
            Some(Value::Bool(true)) => Some(text(options, "generationStrategy").unwrap_or_else(|| "increment".to_owned())),
            _ => None,
        };
        let mut enums = Vec::new();
        let mut column = ColumnDefinition {
            not_null: !is_true(options, "isNullable"),
            default: default(options),
            description: text(options, "comment"),
            data_type: self.data_type((table, &name, &written), options, &mut enums),
            name,
            ..ColumnDefinition::default()
        };
        self.generate(&mut column, &written, generated.as_deref(), options);
        if let Some(expression) = text(options, "asExpression") {
            column.generated = Some(format!("always as ({expression}) stored"));
        }
        let mut constraints = Vec::new();
        if is_true(options, "isUnique") {
            let columns = KeyColumns::Columns(vec![column.name.clone()]);
            constraints.push(ConstraintDefinition { name: None, kind: ConstraintKind::Unique(columns) });
        }
        let key_name = text(options, "primaryKeyConstraintName");
        Some(MadeColumn { column, enums, constraints, is_primary: is_true(options, "isPrimary"), key_name })
    }

    fn generate(self, column: &mut ColumnDefinition, written: &str, strategy: Option<&str>, options: &Value) {
        match (strategy, self.dialect) {
            (Some("uuid"), Dialect::Postgres) => {
                column.default.get_or_insert_with(|| "uuid_generate_v4()".to_owned());
            }
            (Some("identity"), Dialect::Postgres) => {
                let when = text(options, "generatedIdentity").unwrap_or_else(|| "by default".to_owned()).to_lowercase();
                column.generated = Some(format!("{when} as identity"));
            }
            (Some(_), Dialect::Postgres) => {
                let serial = match written {
                    "smallint" | "int2" => "smallserial",
                    "bigint" | "int8" => "bigserial",
                    _ => "serial",
                };
                serial.clone_into(&mut column.data_type);
                column.not_null = true;
            }
            (Some("increment"), _) => column.generated = Some("auto increment".to_owned()),
            _ => {}
        }
    }

    fn data_type(
        self,
        (table, name, written): (&ObjectName, &str, &str),
        options: &Value,
        enums: &mut Vec<(ObjectName, Vec<String>)>,
    ) -> String {
        let array = if is_true(options, "isArray") { "[]" } else { "" };
        let labels = options.get("enum").and_then(texts);
        if matches!(written, "enum" | "simple-enum") && self.is_postgres() {
            let own = text(options, "enumName").unwrap_or_else(|| format!("{}_{name}_enum", table.name));
            let object = ObjectName { schema: table.schema.clone(), name: own.clone() };
            enums.extend(labels.map(|labels| (object, labels)));
            return format!("{}{array}", own.to_lowercase());
        }
        if matches!(written, "enum" | "set")
            && let Some(labels) = labels
        {
            let quoted: Vec<String> = labels.iter().map(|label| string_literal(label)).collect();
            return format!("{written}({})", quoted.join(","));
        }
        let sizes = match (text(options, "length"), text(options, "precision"), text(options, "scale")) {
            (Some(length), ..) => format!("({length})"),
            (None, Some(precision), Some(scale)) => format!("({precision},{scale})"),
            (None, Some(precision), None) => format!("({precision})"),
            _ => String::new(),
        };
        let sized = match written.split_once(' ') {
            Some((base, rest)) if base.starts_with("time") && !sizes.is_empty() => format!("{base}{sizes} {rest}"),
            _ => format!("{written}{sizes}"),
        };
        format!("{sized}{array}")
    }
}

/// `default: "'x'"`: the text is SQL as it stands.
fn default(options: &Value) -> Option<String> {
    match options.get("default")? {
        Value::Text(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// A foreign key.
pub(super) fn foreign_key(value: &Value) -> Option<ConstraintDefinition> {
    let options = options::object(value)?;
    let columns = names(options, "columnNames");
    let key = foreign_key_of(options, columns).filter(|key| !key.columns.is_empty())?;
    Some(ConstraintDefinition { name: text(options, "name"), kind: ConstraintKind::ForeignKey(key) })
}

/// A unique constraint.
pub(super) fn unique(value: &Value) -> Option<ConstraintDefinition> {
    let options = options::object(value)?;
    let columns = Some(names(options, "columnNames")).filter(|columns| !columns.is_empty())?;
    Some(ConstraintDefinition { name: text(options, "name"), kind: ConstraintKind::Unique(KeyColumns::Columns(columns)) })
}

/// A check.
pub(super) fn check(value: &Value) -> Option<ConstraintDefinition> {
    let options = options::object(value)?;
    Some(ConstraintDefinition { name: text(options, "name"), kind: ConstraintKind::Check(text(options, "expression")?) })
}

/// An index.
pub(super) fn index(table: ObjectName, value: &Value) -> Option<IndexDefinition> {
    let options = options::object(value)?;
    let columns = Some(names(options, "columnNames")).filter(|columns| !columns.is_empty())?;
    let name = text(options, "name").map(|name| ObjectName { schema: table.schema.clone(), name });
    Some(IndexDefinition {
        unique: is_true(options, "isUnique"),
        predicate: text(options, "where"),
        method: if is_true(options, "isSpatial") { "gist".to_owned() } else { "btree".to_owned() },
        ..plain_index(table, name, &columns)
    })
}
