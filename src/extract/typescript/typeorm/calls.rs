//! The calls of a query runner of TypeORM, each as the changes it makes.
//! Source: the interface `QueryRunner` and its implementation for PostgreSQL.

use tree_sitter::Node;

use super::table::{self, Engine};
use crate::extract::typescript::migrations::options::{self, action, name_of, names, plain, text};
use crate::extract::typescript::migrations::{Bound, Steps, Walk};
use crate::extract::typescript::values::{children, text_of, unwrapped};
use crate::finding::Value;
use crate::finding::schema::{
    ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, IndexDefinition, KeyColumns, ObjectName, SchemaChange, TableAction,
};

/// One call with what its arguments are.
struct Call<'c, 's, 'k, 'f, 'a, 't> {
    steps: &'c mut Steps<'s, 'k, 'f>,
    walk: &'c Walk<'a, 't>,
    node: Node<'t>,
    arguments: Vec<Node<'t>>,
    name: &'c str,
}

/// Reads a call; `false` when it is none of a query runner.
pub(super) fn read<'t>(steps: &mut Steps<'_, '_, '_>, walk: &Walk<'_, 't>, node: Node<'t>) -> bool {
    let Some(function) = node.child_by_field_name("function").map(unwrapped) else { return false };
    let (Some(object), Some(property)) = (function.child_by_field_name("object"), function.child_by_field_name("property")) else {
        return false;
    };
    let receiver = text_of(object, walk.scope.text);
    let name = text_of(property, walk.scope.text);
    let runs = |word: &str| receiver.to_ascii_lowercase().contains(word);
    if !["runner", "manager", "connection", "datasource", "qr"].iter().any(|word| runs(word)) {
        return false;
    }
    let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
    let mut call = Call { steps, walk, node, arguments, name };
    call.read()
}

impl<'t> Call<'_, '_, '_, '_, '_, 't> {
    fn read(&mut self) -> bool {
        match self.name {
            "query" => {
                if let Some(sql) = self.arguments.first().copied() {
                    self.steps.sql(self.walk, self.node, sql);
                }
            }
            "createTable" => self.create_table(),
            "dropTable" => self.on_table(self.says(1), |table| vec![SchemaChange::DropTable(table)]),
            "renameTable" => {
                let new = self.value(1).as_ref().and_then(table_name);
                self.on_table(false, |table| rename(table, new));
            }
            "addColumn" => self.add_columns(1),
            "addColumns" => self.add_columns(1),
            "dropColumn" | "dropColumns" => self.drop_columns(),
            "renameColumn" => self.rename_column(),
            "changeColumn" => self.change_column(),
            "createPrimaryKey" | "updatePrimaryKeys" => self.primary_key(),
            "dropPrimaryKey" => self.on_table(false, |table| vec![SchemaChange::AlterTable(table, TableAction::DropPrimaryKey)]),
            "createForeignKey" | "createForeignKeys" => self.each(1, |table, one| table::foreign_key(one).map(|key| add(table, key))),
            "createUniqueConstraint" | "createUniqueConstraints" => {
                self.each(1, |table, one| table::unique(one).map(|key| add(table, key)))
            }
            "createCheckConstraint" | "createCheckConstraints" => self.each(1, |table, one| table::check(one).map(|key| add(table, key))),
            "createIndex" | "createIndices" => {
                self.each(1, |table, one| table::index(table.clone(), one).map(SchemaChange::CreateIndex));
            }
            "dropForeignKey" | "dropForeignKeys" => self.drop_foreign_keys(),
            "dropUniqueConstraint" | "dropCheckConstraint" | "dropExclusionConstraint" => {
                self.each(1, |table, one| Some(SchemaChange::AlterTable(table.clone(), TableAction::DropConstraint(name_in(one)?))));
            }
            "dropIndex" => self.each(1, |table, one| {
                let name = ObjectName { schema: table.schema.clone(), name: name_in(one)? };
                Some(SchemaChange::DropIndex(name, Some(table.clone())))
            }),
            "createSchema" => self.named(SchemaChange::CreateSchema),
            "dropSchema" => self.named(SchemaChange::DropSchema),
            _ => return false,
        }
        true
    }

    fn value(&self, at: usize) -> Option<Value> {
        self.arguments.get(at).map(|node| self.walk.scope.value(*node, self.walk.scope.len()))
    }

    /// Whether an argument is `true`.
    fn says(&self, at: usize) -> bool {
        matches!(self.value(at), Some(Value::Bool(true)))
    }

    fn not_understood(&mut self) {
        self.steps.not_understood(self.node, self.name);
    }

    fn emit(&mut self, lenient: bool, change: SchemaChange) {
        self.steps.change(self.walk, self.node, lenient, change);
    }

    fn named(&mut self, change: impl Fn(String) -> SchemaChange) {
        match self.value(0).as_ref().and_then(plain) {
            Some(name) => self.emit(true, change(name)),
            None => self.not_understood(),
        }
    }

    /// Changes of the table that the first argument is.
    fn on_table(&mut self, lenient: bool, changes: impl FnOnce(ObjectName) -> Vec<SchemaChange>) {
        let table = self.value(0).as_ref().and_then(table_name);
        let changes = table.map(changes).unwrap_or_default();
        if changes.is_empty() {
            self.not_understood();
        }
        changes.into_iter().for_each(|change| self.emit(lenient, change));
    }

    /// One change for each item of an argument, which may be one item.
    fn each(&mut self, at: usize, change: impl Fn(&ObjectName, &Value) -> Option<SchemaChange>) {
        let table = self.value(0).as_ref().and_then(table_name);
        let (Some(table), Some(value)) = (table, self.value(at)) else { return self.not_understood() };
        for item in value.items() {
            match change(&table, item) {
                Some(change) => self.emit(false, change),
                None => self.not_understood(),
            }
        }
    }

    fn engine(&self) -> Engine {
        Engine { dialect: self.steps.dialect }
    }

    fn create_table(&mut self) {
        let Some(options) = self.value(0).as_ref().and_then(options::object).cloned() else { return self.not_understood() };
        let Some(name) = text(&options, "name").map(|name| schema_of(&options, name_of(&name))) else { return self.not_understood() };
        let lines = self.column_lines();
        let made = self.engine().table(&name, &options, &lines);
        let lenient = self.says(1);
        made.enums.into_iter().for_each(|(name, labels)| self.emit(true, SchemaChange::CreateEnum(name, labels)));
        if made.unread > 0 {
            self.not_understood();
        }
        self.emit(lenient, SchemaChange::CreateTable(made.definition));
        made.indexes.into_iter().for_each(|index| self.emit(lenient, SchemaChange::CreateIndex(index)));
    }

    /// The line of each column of a table that is written out.
    fn column_lines(&self) -> Vec<u32> {
        let node = self.arguments.first().and_then(|node| match self.walk.scope.resolve(*node, self.walk.scope.len())? {
            Bound::Node(node, _) => Some(unwrapped(node)),
            Bound::Value(_) => None,
        });
        let object = node.and_then(|node| match node.kind() {
            "new_expression" | "call_expression" => children(node.child_by_field_name("arguments")?).first().copied(),
            _ => Some(node),
        });
        let pairs = object.map(children).unwrap_or_default();
        let is_columns =
            |pair: &Node<'_>| pair.child_by_field_name("key").is_some_and(|key| text_of(key, self.walk.scope.text) == "columns");
        let list = pairs.into_iter().find(is_columns).and_then(|pair| pair.child_by_field_name("value"));
        let items = list.and_then(|list| self.walk.scope.items(list)).unwrap_or_default();
        let line = |item: Bound<'t>| match item {
            Bound::Node(node, _) => self.steps.line(node),
            Bound::Value(_) => 0,
        };
        items.into_iter().map(line).collect()
    }

    fn add_columns(&mut self, at: usize) {
        let table = self.value(0).as_ref().and_then(table_name);
        let (Some(table), Some(value)) = (table, self.value(at)) else { return self.not_understood() };
        for item in value.items() {
            let Some(made) = options::object(item).and_then(|one| self.engine().column(&table, one)) else {
                self.not_understood();
                continue;
            };
            made.enums.into_iter().for_each(|(name, labels)| self.emit(true, SchemaChange::CreateEnum(name, labels)));
            let action = TableAction::AddColumn(made.column, crate::finding::schema::ColumnPlace::Last);
            self.emit(false, SchemaChange::AlterTable(table.clone(), action));
            made.constraints.into_iter().for_each(|constraint| self.emit(false, add(&table, constraint)));
        }
    }

    fn drop_columns(&mut self) {
        let is_postgres = self.engine().is_postgres();
        let table = self.value(0).as_ref().and_then(table_name);
        let (Some(table), Some(value)) = (table, self.value(1)) else { return self.not_understood() };
        for item in value.items() {
            let Some(column) = name_in(item) else {
                self.not_understood();
                continue;
            };
            if is_postgres {
                self.emit(false, SchemaChange::AlterTable(table.clone(), TableAction::DropColumn(column.clone())));
                let made = ObjectName { schema: table.schema.clone(), name: format!("{}_{column}_enum", table.name) };
                self.emit(true, SchemaChange::DropType(made, crate::finding::schema::Cascade::No));
            } else {
                self.emit(false, SchemaChange::AlterTable(table.clone(), TableAction::DropColumn(column)));
            }
        }
    }

    fn rename_column(&mut self) {
        let old = self.value(1).as_ref().and_then(name_in);
        let new = self.value(2).as_ref().and_then(name_in);
        self.on_table(false, |table| match (old, new) {
            (Some(old), Some(new)) => vec![SchemaChange::AlterTable(table, TableAction::RenameColumn(old, new))],
            _ => Vec::new(),
        });
    }

    fn change_column(&mut self) {
        let table = self.value(0).as_ref().and_then(table_name);
        let old = self.value(1).as_ref().and_then(name_in);
        let new = self.value(2);
        let (Some(table), Some(old), Some(new)) = (table, old, new) else { return self.not_understood() };
        let Some(made) = options::object(&new).and_then(|one| self.engine().column(&table, one)) else { return self.not_understood() };
        made.enums.into_iter().for_each(|(name, labels)| self.emit(true, SchemaChange::CreateEnum(name, labels)));
        self.emit(false, SchemaChange::AlterTable(table.clone(), TableAction::ReplaceColumn(old, made.column)));
        made.constraints.into_iter().for_each(|constraint| self.emit(true, add(&table, constraint)));
    }

    fn primary_key(&mut self) {
        let columns: Vec<String> = self.value(1).map(|value| value.items().iter().filter_map(name_in).collect()).unwrap_or_default();
        let name = self.value(2).as_ref().and_then(plain);
        let replaces = self.name == "updatePrimaryKeys";
        self.on_table(false, |table| {
            if columns.is_empty() {
                return Vec::new();
            }
            let key = ConstraintDefinition { name, kind: ConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) };
            let drop = replaces.then(|| SchemaChange::AlterTable(table.clone(), TableAction::DropPrimaryKey));
            drop.into_iter().chain([add(&table, key)]).collect()
        });
    }

    /// By name, or by the columns that a search through the keys of the table asks for.
    fn drop_foreign_keys(&mut self) {
        let table = self.value(0).as_ref().and_then(table_name);
        let (Some(table), Some(value)) = (table, self.value(1)) else { return self.not_understood() };
        for item in value.items() {
            let columns = options::object(item).map(|key| names(key, "columnNames")).filter(|columns| !columns.is_empty());
            let searched = || self.searched_column().map(|column| vec![column]);
            let action = match name_in(item) {
                Some(name) => Some(TableAction::DropConstraint(name)),
                None => columns.or_else(searched).map(TableAction::DropForeignKey),
            };
            match action {
                Some(action) => self.emit(false, SchemaChange::AlterTable(table.clone(), action)),
                None => self.not_understood(),
            }
        }
    }

    /// The text in `table.foreignKeys.find(key => key.columnNames.indexOf('user_id') !== -1)`.
    fn searched_column(&self) -> Option<String> {
        let Bound::Node(node, _) = self.walk.scope.resolve(*self.arguments.get(1)?, self.walk.scope.len())? else { return None };
        let code = text_of(node, self.walk.scope.text);
        let (_, search) = code.split_once(".find(")?;
        let quote = search.find(['\'', '"', '`'])?;
        let mark = search[quote..].chars().next()?;
        search[quote + 1..].split(mark).next().map(str::to_owned)
    }
}

fn add(table: &ObjectName, constraint: ConstraintDefinition) -> SchemaChange {
    SchemaChange::AlterTable(table.clone(), TableAction::AddConstraint(constraint))
}

fn rename(table: ObjectName, new: Option<ObjectName>) -> Vec<SchemaChange> {
    new.map(|new| SchemaChange::AlterTable(table, TableAction::Rename(ObjectName::bare(new.name)))).into_iter().collect()
}

/// The table that an argument is: its name, a table, or what `getTable` gave back.
fn table_name(value: &Value) -> Option<ObjectName> {
    match value {
        Value::Text(name) => Some(name_of(name)),
        Value::Map(_) => Some(schema_of(value, name_of(&text(value, "name")?))),
        Value::Call(_, arguments) => match arguments.first()? {
            Value::Text(name) => Some(name_of(name)),
            options => Some(schema_of(options, name_of(&text(options, "name")?))),
        },
        _ => None,
    }
}

fn schema_of(options: &Value, name: ObjectName) -> ObjectName {
    let schema = name.schema.or_else(|| text(options, "schema"));
    ObjectName { schema: schema.filter(|schema| schema != "public"), name: name.name }
}

/// The name that an argument is or has.
fn name_in(value: &Value) -> Option<String> {
    plain(value).or_else(|| text(options::object(value)?, "name"))
}

/// The foreign key of options, for a table.
pub(super) fn foreign_key_of(options: &Value, columns: Vec<String>) -> Option<ForeignKeyDefinition> {
    let target = text(options, "referencedTableName")?;
    let schema = text(options, "referencedSchema").filter(|schema| schema != "public");
    let target = name_of(&target);
    Some(ForeignKeyDefinition {
        columns,
        target: ObjectName { schema: target.schema.or(schema), name: target.name },
        references: names(options, "referencedColumnNames"),
        on_delete: action(text(options, "onDelete")),
    })
}

/// An index with plain columns.
pub(super) fn plain_index(table: ObjectName, name: Option<ObjectName>, columns: &[String]) -> IndexDefinition {
    let keys = columns.iter().map(|column| crate::finding::schema::IndexKey { text: column.clone(), column: Some(column.clone()) });
    IndexDefinition { name, table, method: "btree".to_owned(), keys: keys.collect(), ..IndexDefinition::default() }
}
