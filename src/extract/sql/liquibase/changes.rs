//! The change types of Liquibase, each as the changes of a catalog that it makes.
//! Source: the documentation of change types. Data and procedures change nothing that is shown.

use std::collections::BTreeMap;

use super::tree::Element;
use super::types;
use crate::finding::schema::{
    ColumnDefinition, ColumnPlace, CommentTarget, ConstraintDefinition, ConstraintKind, Dialect, ForeignKeyDefinition, IndexDefinition,
    IndexKey, KeyColumns, ObjectName, SchemaChange, TableAction, TableDefinition, TableElement, ViewDefinition,
};
use crate::finding::string_literal;

/// What names and values in a changelog stand for.
pub(super) struct Terms<'a> {
    pub(super) dialect: Dialect,
    pub(super) properties: &'a BTreeMap<String, String>,
}

impl Terms<'_> {
    /// A text with the properties of the changelog put in.
    pub(super) fn filled(&self, text: &str) -> String {
        if !text.contains("${") {
            return text.to_owned();
        }
        self.properties.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${{{name}}}"), value))
    }

    fn name(&self, element: &Element, key: &str) -> Option<String> {
        Some(types::folded(&self.filled(element.get(key)?), self.dialect))
    }

    fn names(&self, element: &Element, key: &str) -> Vec<String> {
        let list = element.get(key).unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
        list.map(|name| types::folded(&self.filled(name), self.dialect)).collect()
    }

    fn object(&self, element: &Element, schema: &str, key: &str) -> Option<ObjectName> {
        let schema = self.name(element, schema).filter(|schema| schema != "public" && !schema.contains("${"));
        Some(ObjectName { schema, name: self.name(element, key)? })
    }

    fn table(&self, element: &Element) -> Option<ObjectName> {
        self.object(element, "schemaName", "tableName")
    }
}

/// The changes of an element; `None` when it says too little. Elements that change nothing that is shown give none.
pub(super) fn of(terms: &Terms<'_>, element: &Element) -> Option<Vec<SchemaChange>> {
    let alter = |action: TableAction| Some(vec![SchemaChange::AlterTable(terms.table(element)?, action)]);
    let column = || terms.name(element, "columnName");
    let constraint = || terms.name(element, "constraintName");
    match element.name.as_str() {
        "createTable" => create_table(terms, element),
        "addColumn" => add_columns(terms, element),
        "dropTable" => Some(vec![SchemaChange::DropTable(terms.table(element)?)]),
        "renameTable" => {
            let new = ObjectName::bare(terms.name(element, "newTableName")?);
            let old = terms.object(element, "schemaName", "oldTableName")?;
            Some(vec![SchemaChange::AlterTable(old, TableAction::Rename(new))])
        }
        "dropColumn" => {
            let table = terms.table(element)?;
            let listed = element.all("column").filter_map(|one| terms.name(one, "name"));
            let drop = |column| SchemaChange::AlterTable(table.clone(), TableAction::DropColumn(column));
            Some(column().into_iter().chain(listed).map(drop).collect())
        }
        "renameColumn" => alter(TableAction::RenameColumn(terms.name(element, "oldColumnName")?, terms.name(element, "newColumnName")?)),
        "modifyDataType" => {
            alter(TableAction::SetType(column()?, types::written(&terms.filled(element.get("newDataType")?), terms.dialect)))
        }
        "addNotNullConstraint" => alter(TableAction::SetNotNull(column()?, true)),
        "dropNotNullConstraint" => alter(TableAction::SetNotNull(column()?, false)),
        "addDefaultValue" => alter(TableAction::SetDefault(column()?, default(terms, element))),
        "dropDefaultValue" => alter(TableAction::SetDefault(column()?, None)),
        "addAutoIncrement" => alter(TableAction::SetGenerated(column()?, Some("by default as identity".to_owned()))),
        "addPrimaryKey" => {
            alter(TableAction::AddConstraint(key(constraint(), terms.names(element, "columnNames"), ConstraintKind::PrimaryKey)?))
        }
        "addUniqueConstraint" => {
            alter(TableAction::AddConstraint(key(constraint(), terms.names(element, "columnNames"), ConstraintKind::Unique)?))
        }
        "dropPrimaryKey" => alter(TableAction::DropPrimaryKey),
        "dropUniqueConstraint" => alter(TableAction::DropConstraint(constraint()?)),
        "addForeignKeyConstraint" => foreign_key(terms, element),
        "dropForeignKeyConstraint" => {
            let table = terms.object(element, "baseTableSchemaName", "baseTableName")?;
            Some(vec![SchemaChange::AlterTable(table, TableAction::DropConstraint(constraint()?))])
        }
        "createIndex" => Some(vec![SchemaChange::CreateIndex(index(terms, element)?)]),
        "dropIndex" => {
            let table = terms.table(element);
            let name =
                ObjectName { schema: table.as_ref().and_then(|table| table.schema.clone()), name: terms.name(element, "indexName")? };
            Some(vec![SchemaChange::DropIndex(name, table)])
        }
        "createView" => Some(vec![SchemaChange::CreateView(view(terms, element)?)]),
        "dropView" => Some(vec![SchemaChange::DropView(terms.object(element, "schemaName", "viewName")?)]),
        "renameView" => {
            let old = terms.object(element, "schemaName", "oldViewName")?;
            Some(vec![SchemaChange::RenameView(old, terms.name(element, "newViewName")?)])
        }
        "setTableRemarks" => Some(vec![SchemaChange::Comment(CommentTarget::Table(terms.table(element)?), remarks(element))]),
        "setColumnRemarks" => Some(vec![SchemaChange::Comment(CommentTarget::Column(terms.table(element)?, column()?), remarks(element))]),
        "mergeColumns" | "addLookupTable" | "dropAllForeignKeyConstraints" | "customChange" => None,
        _ => Some(Vec::new()),
    }
}

fn remarks(element: &Element) -> Option<String> {
    element.get("remarks").map(str::to_owned)
}

fn key(name: Option<String>, columns: Vec<String>, kind: impl Fn(KeyColumns) -> ConstraintKind) -> Option<ConstraintDefinition> {
    (!columns.is_empty()).then(|| ConstraintDefinition { name, kind: kind(KeyColumns::Columns(columns)) })
}

fn create_table(terms: &Terms<'_>, element: &Element) -> Option<Vec<SchemaChange>> {
    let name = terms.table(element)?;
    let mut definition = TableDefinition { name, description: remarks(element), ..TableDefinition::default() };
    let (mut keys, mut key_name) = (Vec::new(), None);
    for one in element.all("column") {
        let column = column(terms, one)?;
        if let Some(constraints) = one.all("constraints").next().filter(|constraints| constraints.is("primaryKey")) {
            keys.push(column.name.clone());
            key_name = key_name.or_else(|| terms.name(constraints, "primaryKeyName"));
        }
        definition.elements.push(TableElement::Column(column));
    }
    definition.elements.extend(key(key_name, keys, ConstraintKind::PrimaryKey).map(TableElement::Constraint));
    Some(vec![SchemaChange::CreateTable(definition)])
}

fn add_columns(terms: &Terms<'_>, element: &Element) -> Option<Vec<SchemaChange>> {
    let table = terms.table(element)?;
    let mut changes = Vec::new();
    for one in element.all("column") {
        let column = column(terms, one)?;
        let name = column.name.clone();
        let is_key = one.all("constraints").any(|constraints| constraints.is("primaryKey"));
        let place = match (terms.name(one, "afterColumn"), terms.dialect) {
            (Some(after), Dialect::MySql) => ColumnPlace::After(after),
            _ => ColumnPlace::Last,
        };
        changes.push(SchemaChange::AlterTable(table.clone(), TableAction::AddColumn(column, place)));
        let key = key(None, vec![name], ConstraintKind::PrimaryKey).filter(|_| is_key);
        changes.extend(key.map(|key| SchemaChange::AlterTable(table.clone(), TableAction::AddConstraint(key))));
    }
    Some(changes)
}

/// A column with the constraints that stand at it, but for the primary key, which may be of several.
fn column(terms: &Terms<'_>, element: &Element) -> Option<ColumnDefinition> {
    let name = terms.name(element, "name")?;
    let mut column = ColumnDefinition {
        data_type: types::written(&terms.filled(element.get("type")?), terms.dialect),
        default: default(terms, element),
        description: remarks(element),
        line: element.line,
        name: name.clone(),
        ..ColumnDefinition::default()
    };
    if element.is("autoIncrement") {
        column.not_null = true;
        column.generated = Some(if terms.dialect == Dialect::Postgres { "by default as identity" } else { "auto increment" }.to_owned());
    }
    for constraints in element.all("constraints") {
        column.not_null |= constraints.get("nullable").is_some_and(|value| value.eq_ignore_ascii_case("false"));
        if constraints.is("unique") {
            let named = terms.name(constraints, "uniqueConstraintName");
            column.constraints.extend(key(named, vec![name.clone()], ConstraintKind::Unique));
        }
        column.constraints.extend(reference(terms, constraints, &name));
    }
    Some(column)
}

/// `references="users(id)"`, or the table and columns by their own names.
fn reference(terms: &Terms<'_>, constraints: &Element, column: &str) -> Option<ConstraintDefinition> {
    let (target, references) = match constraints.get("references") {
        Some(written) => {
            let (table, columns) = written.split_once('(')?;
            (types::folded(table.trim(), terms.dialect), vec![types::folded(columns.trim_end_matches(')').trim(), terms.dialect)])
        }
        None => (terms.name(constraints, "referencedTableName")?, terms.names(constraints, "referencedColumnNames")),
    };
    let (schema, target) = match target.split_once('.') {
        Some((schema, table)) => (Some(schema.to_owned()).filter(|schema| schema != "public"), table.to_owned()),
        None => (None, target),
    };
    let key = ForeignKeyDefinition {
        columns: vec![column.to_owned()],
        target: ObjectName { schema, name: target },
        references,
        on_delete: constraints.is("deleteCascade").then(|| "cascade".to_owned()),
    };
    Some(ConstraintDefinition { name: terms.name(constraints, "foreignKeyName"), kind: ConstraintKind::ForeignKey(key) })
}

fn default(terms: &Terms<'_>, element: &Element) -> Option<String> {
    let plain = ["defaultValueNumeric", "defaultValueBoolean", "defaultValueComputed"].into_iter().find_map(|key| element.get(key));
    let quoted = ["defaultValue", "defaultValueDate"].into_iter().find_map(|key| element.get(key));
    plain.map(|value| terms.filled(value)).or_else(|| quoted.map(|value| string_literal(&terms.filled(value))))
}

fn foreign_key(terms: &Terms<'_>, element: &Element) -> Option<Vec<SchemaChange>> {
    let table = terms.object(element, "baseTableSchemaName", "baseTableName")?;
    let cascades = element.is("deleteCascade").then(|| "cascade".to_owned());
    let key = ForeignKeyDefinition {
        columns: terms.names(element, "baseColumnNames"),
        target: terms.object(element, "referencedTableSchemaName", "referencedTableName")?,
        references: terms.names(element, "referencedColumnNames"),
        on_delete: element.get("onDelete").map(str::to_lowercase).or(cascades),
    };
    let constraint = ConstraintDefinition { name: terms.name(element, "constraintName"), kind: ConstraintKind::ForeignKey(key) };
    Some(vec![SchemaChange::AlterTable(table, TableAction::AddConstraint(constraint))])
}

fn index(terms: &Terms<'_>, element: &Element) -> Option<IndexDefinition> {
    let table = terms.table(element)?;
    let key = |one: &Element| {
        let name = terms.name(one, "name")?;
        let order = if one.is("descending") { " desc" } else { "" };
        let column = Some(name.clone()).filter(|_| !one.is("computed"));
        Some(IndexKey { text: format!("{name}{order}"), column })
    };
    Some(IndexDefinition {
        name: terms.name(element, "indexName").map(|name| ObjectName { schema: table.schema.clone(), name }),
        unique: element.is("unique"),
        method: "btree".to_owned(),
        keys: element.all("column").filter_map(key).collect(),
        table,
        ..IndexDefinition::default()
    })
}

fn view(terms: &Terms<'_>, element: &Element) -> Option<ViewDefinition> {
    let written = if element.text.trim().is_empty() { element.get("selectQuery").unwrap_or_default() } else { &element.text };
    let query = terms.filled(written).split_whitespace().collect::<Vec<_>>().join(" ");
    let name = terms.object(element, "schemaName", "viewName")?;
    let replace = element.is("replaceIfExists");
    Some(ViewDefinition { name, query, replace, description: remarks(element), ..ViewDefinition::default() })
}
