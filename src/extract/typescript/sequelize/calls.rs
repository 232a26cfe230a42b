//! The calls of a query interface of Sequelize, each as the changes it makes.
//! Source: the documentation of `QueryInterface`, and its query generator for PostgreSQL for the names it gives.

use tree_sitter::Node;

use super::column::{self, Made};
use crate::extract::typescript::migrations::options::{action, is_true, name_of, names, plain, text, texts};
use crate::extract::typescript::migrations::{Steps, Walk};
use crate::extract::typescript::values::{children, text_of, unwrapped};
use crate::finding::schema::{
    Cascade, ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, IndexDefinition, IndexKey, KeyColumns, ObjectName, SchemaChange,
    TableAction, TableDefinition, TableElement,
};
use crate::finding::{Value, string_literal};

/// One call with what its arguments are.
struct Call<'c, 's, 'k, 'f, 'a, 't> {
    steps: &'c mut Steps<'s, 'k, 'f>,
    walk: &'c Walk<'a, 't>,
    node: Node<'t>,
    arguments: Vec<Node<'t>>,
    name: &'a str,
}

/// Reads a call; `false` when it is none of a query interface.
pub(super) fn read<'t>(steps: &mut Steps<'_, '_, '_>, walk: &Walk<'_, 't>, node: Node<'t>) -> bool {
    let Some(function) = node.child_by_field_name("function").map(unwrapped) else { return false };
    let (Some(object), Some(property)) = (function.child_by_field_name("object"), function.child_by_field_name("property")) else {
        return false;
    };
    let receiver = text_of(object, walk.scope.text).to_ascii_lowercase();
    let name = text_of(property, walk.scope.text);
    let is_connection = receiver.contains("sequelize") || receiver == "context" || receiver.ends_with(".context") || receiver == "db";
    let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
    if matches!(name, "query" | "exec" | "execute") && (is_connection || receiver.contains("queryinterface")) {
        if let Some(sql) = arguments.first().copied() {
            steps.sql(walk, node, sql);
        }
        return true;
    }
    Call { steps, walk, node, arguments, name }.read()
}

impl Call<'_, '_, '_, '_, '_, '_> {
    fn read(&mut self) -> bool {
        match self.name {
            "createTable" => self.create_table(),
            "dropTable" => self.table(|table| Some(SchemaChange::DropTable(table))),
            "renameTable" => {
                let new = self.value(1).as_ref().and_then(table_name);
                self.table(|table| Some(SchemaChange::AlterTable(table, TableAction::Rename(ObjectName::bare(new?.name)))));
            }
            "addColumn" => self.add_column(),
            "removeColumn" => {
                let column = self.text(1);
                self.table(|table| Some(SchemaChange::AlterTable(table, TableAction::DropColumn(column?))));
            }
            "renameColumn" => {
                let (old, new) = (self.text(1), self.text(2));
                self.table(|table| Some(SchemaChange::AlterTable(table, TableAction::RenameColumn(old?, new?))));
            }
            "changeColumn" => self.change_column(),
            "addIndex" => self.add_index(),
            "removeIndex" => self.remove_index(),
            "addConstraint" => self.add_constraint(),
            "removeConstraint" => {
                let name = self.text(1);
                self.table(|table| Some(SchemaChange::AlterTable(table, TableAction::DropConstraint(name?))));
            }
            "createSchema" => self.named(SchemaChange::CreateSchema),
            "dropSchema" => self.named(SchemaChange::DropSchema),
            "dropEnum" => self.named(|name| SchemaChange::DropType(ObjectName::bare(name), Cascade::No)),
            _ => return false,
        }
        true
    }

    fn value(&self, at: usize) -> Option<Value> {
        self.arguments.get(at).map(|node| self.walk.scope.value_of(*node))
    }

    fn text(&self, at: usize) -> Option<String> {
        self.value(at).as_ref().and_then(plain)
    }

    fn table_at(&self, at: usize) -> Option<ObjectName> {
        self.value(at).as_ref().and_then(table_name)
    }

    fn emit(&mut self, lenient: bool, change: SchemaChange) {
        self.steps.change(self.walk, self.node, lenient, change);
    }

    fn not_understood(&mut self) {
        self.steps.not_understood(self.node, self.name);
    }

    fn named(&mut self, change: impl Fn(String) -> SchemaChange) {
        match self.text(0) {
            Some(name) => self.emit(true, change(name)),
            None => self.not_understood(),
        }
    }

    fn table(&mut self, change: impl FnOnce(ObjectName) -> Option<SchemaChange>) {
        // Sequelize writes DROP TABLE IF EXISTS and DROP INDEX IF EXISTS.
        let lenient = matches!(self.name, "dropTable" | "removeIndex");
        match self.table_at(0).and_then(change) {
            Some(change) => self.emit(lenient, change),
            None => self.not_understood(),
        }
    }

    fn made(&self, table: &ObjectName, name: &str, value: &Value) -> Option<Made> {
        column::read(self.steps.dialect, table, name, value)
    }

    fn create_table(&mut self) {
        let entries = self.arguments.get(1).and_then(|node| self.steps.entries(self.walk, *node));
        let (Some(table), Some(entries)) = (self.table_at(0), entries) else { return self.not_understood() };
        let mut definition = TableDefinition { name: table.clone(), ..TableDefinition::default() };
        let (mut key, mut constraints) = (Vec::new(), Vec::new());
        for (name, value, line) in entries {
            let Some(mut made) = self.made(&table, &name, &value) else {
                self.not_understood();
                continue;
            };
            made.column.line = line;
            self.create_enum(&mut made);
            key.extend(made.is_key.then(|| made.column.name.clone()));
            constraints.append(&mut made.constraints);
            definition.elements.push(TableElement::Column(made.column));
        }
        if !key.is_empty() {
            constraints.insert(0, constraint(None, ConstraintKind::PrimaryKey(KeyColumns::Columns(key))));
        }
        let options = self.value(2);
        for (name, unique) in options.as_ref().and_then(|options| options.get("uniqueKeys")).map(entries_of).unwrap_or_default() {
            let columns = names(unique, "fields");
            if !columns.is_empty() {
                constraints.push(constraint(Some(name.clone()), ConstraintKind::Unique(KeyColumns::Columns(columns))));
            }
        }
        definition.elements.extend(constraints.into_iter().map(TableElement::Constraint));
        definition.description = options.as_ref().and_then(|options| text(options, "comment"));
        // Sequelize writes CREATE TABLE IF NOT EXISTS.
        self.emit(true, SchemaChange::CreateTable(definition));
    }

    fn create_enum(&mut self, made: &mut Made) {
        if let Some((name, labels)) = made.labels.take() {
            self.emit(true, SchemaChange::CreateEnum(name, labels));
        }
    }

    fn column(&mut self) -> Option<(ObjectName, Made)> {
        let (table, name, value) = (self.table_at(0)?, self.text(1)?, self.value(2)?);
        let made = self.made(&table, &name, &value)?;
        Some((table, made))
    }

    fn add_column(&mut self) {
        let Some((table, mut made)) = self.column() else { return self.not_understood() };
        self.create_enum(&mut made);
        self.emit(false, SchemaChange::AlterTable(table.clone(), TableAction::AddColumn(made.column, Default::default())));
        self.add_all(&table, made.constraints);
    }

    fn add_all(&mut self, table: &ObjectName, constraints: Vec<ConstraintDefinition>) {
        for one in constraints {
            self.emit(false, SchemaChange::AlterTable(table.clone(), TableAction::AddConstraint(one)));
        }
    }

    /// With a reference only what is said is set, and the key is added; else the column is said anew.
    fn change_column(&mut self) {
        let Some((table, mut made)) = self.column() else { return self.not_understood() };
        self.create_enum(&mut made);
        let name = made.column.name.clone();
        let mut actions = Vec::new();
        if made.constraints.iter().any(|one| matches!(one.kind, ConstraintKind::ForeignKey(_))) {
            actions.extend(made.column.not_null.then(|| TableAction::SetNotNull(name.clone(), true)));
            actions.extend(made.column.default.map(|default| TableAction::SetDefault(name, Some(default))));
        } else {
            actions.push(TableAction::RedefineColumn(name, made.column));
        }
        actions.into_iter().for_each(|action| self.emit(false, SchemaChange::AlterTable(table.clone(), action)));
        self.add_all(&table, made.constraints);
    }

    fn add_index(&mut self) {
        let (first, second) = (self.value(1), self.value(2));
        let listed = first.as_ref().filter(|value| matches!(value, Value::List(_) | Value::Text(_)));
        let options = if listed.is_some() { second.as_ref() } else { first.as_ref() };
        let fields = listed.or_else(|| options.and_then(|options| options.get("fields"))).map(keys).unwrap_or_default();
        let none = Value::Map(Vec::new());
        let options = options.unwrap_or(&none);
        self.table(|table| {
            let joined: Vec<&str> = fields.iter().map(|key| key.column.as_deref().unwrap_or(&key.text)).collect();
            let made_up = underscored(&format!("{}_{}", table.name, joined.join("_")));
            let name = text(options, "name").or_else(|| text(options, "indexName")).unwrap_or(made_up);
            let is_unique = is_true(options, "unique") || text(options, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("unique"));
            (!fields.is_empty()).then(|| {
                SchemaChange::CreateIndex(IndexDefinition {
                    name: Some(ObjectName { schema: table.schema.clone(), name }),
                    unique: is_unique,
                    method: text(options, "using").map_or_else(|| "btree".to_owned(), |method| method.to_lowercase()),
                    predicate: options.get("where").map(predicate),
                    keys: fields,
                    table,
                    include: Vec::new(),
                })
            })
        });
    }

    fn remove_index(&mut self) {
        let given = self.value(1);
        self.table(|table| {
            let name = match given? {
                Value::Text(name) => name,
                value => underscored(&format!("{}_{}", table.name, texts(value.get("fields").unwrap_or(&value))?.join("_"))),
            };
            Some(SchemaChange::DropIndex(ObjectName { schema: table.schema.clone(), name }, Some(table)))
        });
    }

    fn add_constraint(&mut self) {
        let (first, second) = (self.value(1), self.value(2));
        let (fields, options) = match (&first, &second) {
            (Some(options @ Value::Map(_)), _) => (names(options, "fields"), options),
            (Some(fields), Some(options @ Value::Map(_))) => (texts(fields).unwrap_or_default(), options),
            _ => return self.not_understood(),
        };
        self.table(|table| {
            let (kind, suffix) = constraint_kind(options, &fields)?;
            let name = text(options, "name").unwrap_or_else(|| format!("{}_{}_{suffix}", table.name, fields.join("_")));
            Some(SchemaChange::AlterTable(table, TableAction::AddConstraint(constraint(Some(name), kind))))
        });
    }
}

/// What `addConstraint` demands, and the end of the name it gives.
fn constraint_kind(options: &Value, fields: &[String]) -> Option<(ConstraintKind, String)> {
    let columns = || KeyColumns::Columns(fields.to_vec());
    Some(match text(options, "type")?.to_lowercase().as_str() {
        "unique" => (ConstraintKind::Unique(columns()), "uk".to_owned()),
        "primary key" => (ConstraintKind::PrimaryKey(columns()), "pk".to_owned()),
        "check" => (ConstraintKind::Check(options.get("where").map(predicate)?), "ck".to_owned()),
        "default" => (ConstraintKind::Default(fields.first()?.clone(), column::default(options.get("defaultValue")?)?), "df".to_owned()),
        "foreign key" => {
            let references = options.get("references")?;
            let target = references.get("table").or_else(|| references.get("model")).and_then(table_name)?;
            let to = [names(references, "field"), names(references, "fields"), names(references, "key")];
            let suffix = format!("{}_fk", target.name);
            let key = ForeignKeyDefinition {
                columns: fields.to_vec(),
                target,
                references: to.into_iter().find(|list| !list.is_empty()).unwrap_or_default(),
                on_delete: action(text(options, "onDelete")),
            };
            (ConstraintKind::ForeignKey(key), suffix)
        }
        _ => return None,
    })
}

fn constraint(name: Option<String>, kind: ConstraintKind) -> ConstraintDefinition {
    ConstraintDefinition { name, kind }
}

fn entries_of(value: &Value) -> Vec<(&String, &Value)> {
    match value {
        Value::Map(entries) => entries.iter().map(|(name, value)| (name, value)).collect(),
        _ => Vec::new(),
    }
}

/// A table: its name, or `{ tableName, schema }`.
pub(super) fn table_name(value: &Value) -> Option<ObjectName> {
    match value {
        Value::Text(name) => Some(name_of(name)),
        Value::Map(_) => Some(ObjectName {
            schema: text(value, "schema").filter(|schema| schema != "public"),
            name: text(value, "tableName").or_else(|| text(value, "name"))?,
        }),
        _ => None,
    }
}

/// The keys of an index: names, `{ name, order }`, expressions.
fn keys(value: &Value) -> Vec<IndexKey> {
    let key = |item: &Value| match item {
        Value::Text(name) => Some(IndexKey { text: name.clone(), column: Some(name.clone()) }),
        Value::Map(_) => {
            let name = text(item, "name").or_else(|| text(item, "attribute")).or_else(|| text(item, "fieldName"))?;
            let order = text(item, "order").map(|order| format!(" {}", order.to_lowercase())).unwrap_or_default();
            Some(IndexKey { text: format!("{name}{order}"), column: Some(name) })
        }
        other => Some(IndexKey { text: column::expression(other)?, column: None }),
    };
    value.items().iter().filter_map(key).collect()
}

/// A condition written as an object, as far as it is one of equalities.
fn predicate(value: &Value) -> String {
    let Value::Map(entries) = value else { return column::expression(value).unwrap_or_else(|| "a condition in code".to_owned()) };
    let one = |(name, value): &(String, Value)| match value {
        Value::Text(text) => format!("{name} = {}", string_literal(text)),
        Value::Number(number) => format!("{name} = {number}"),
        Value::Bool(value) => format!("{name} = {value}"),
        Value::Opaque(kind) if kind == "null" => format!("{name} is null"),
        Value::Map(inner) => match inner.first() {
            Some((sign, Value::Opaque(kind))) if kind == "null" && sign.ends_with(".ne]") => format!("{name} is not null"),
            _ => format!("{name} as a condition in code says"),
        },
        _ => format!("{name} as a condition in code says"),
    };
    entries.iter().map(one).collect::<Vec<_>>().join(" and ")
}

/// As Sequelize makes a name of words: lower case, words apart.
fn underscored(name: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            out.push('_');
        }
        out.push(if letter == '-' { '_' } else { letter.to_ascii_lowercase() });
        before = letter;
    }
    out
}
