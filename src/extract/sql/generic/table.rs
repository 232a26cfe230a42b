//! The parts of `CREATE TABLE` and of added columns in MySQL, SQLite, SQL Server and ClickHouse.

use super::cursor::Cursor;
use crate::extract::sql::comments;
use crate::extract::sql::statement::{Statement, data_type};
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, Dialect, ForeignKeyDefinition, IndexDefinition, IndexKey, KeyColumns,
    ObjectName, TableElement,
};
use crate::syntax::sql::name;

/// Words that end a type.
const BEHIND_TYPE: &[&str] = &[
    "not",
    "null",
    "default",
    "primary",
    "unique",
    "key",
    "references",
    "check",
    "constraint",
    "auto_increment",
    "autoincrement",
    "comment",
    "collate",
    "charset",
    "generated",
    "as",
    "on",
    "identity",
    "rowguidcol",
    "sparse",
    "codec",
    "ttl",
    "materialized",
    "alias",
    "ephemeral",
    "first",
    "after",
    "invisible",
    "visible",
    "storage",
    "stored",
    "virtual",
    "persisted",
    "asc",
    "desc",
    "masked",
    "encode",
    "with",
    "settings",
];

/// One part of a table: a column, a constraint or an index.
pub(super) fn element(part: Cursor<'_>, statement: &Statement<'_>, dialect: Dialect, table: &ObjectName) -> Option<TableElement> {
    if let Some(constraint) = constraint(part.clone(), dialect) {
        return Some(TableElement::Constraint(constraint));
    }
    if let Some(index) = index(part.clone(), dialect, table) {
        return Some(TableElement::Index(index));
    }
    if matches!(part.word().as_str(), "period" | "projection" | "index") && !part.word_ahead(1).is_empty() {
        return None;
    }
    column(part, statement, dialect).map(TableElement::Column)
}

/// A constraint of a table; `None` for anything else.
pub(super) fn constraint(mut at: Cursor<'_>, dialect: Dialect) -> Option<ConstraintDefinition> {
    let mut name = None;
    if at.eat(&["constraint"]) && !matches!(at.word().as_str(), "primary" | "unique" | "foreign" | "check") {
        name = at.ident();
    }
    let kind = if at.eat(&["primary", "key"]) {
        ConstraintKind::PrimaryKey(key_columns(&mut at))
    } else if at.word() == "unique" && !at.word_ahead(1).is_empty() || name.is_some() && at.word() == "unique" {
        at.skip();
        at.eat_any(&["key", "index"]);
        at.eat_any(&["clustered", "nonclustered"]);
        if at.word() != "(" {
            name = at.ident().or(name);
        }
        at.eat(&["using", "btree"]);
        ConstraintKind::Unique(KeyColumns::Columns(at.names()))
    } else if at.eat(&["foreign", "key"]) {
        if at.word() != "(" {
            name = at.ident().or(name);
        }
        let columns = at.names();
        ConstraintKind::ForeignKey(references(&mut at, columns)?)
    } else if at.word() == "check" && at.word_ahead(1) == "(" {
        at.skip();
        ConstraintKind::Check(at.parentheses()?.rest())
    } else if name.is_some() && at.eat(&["default"]) {
        let value = at.text_until(|at| at.word() == "for");
        at.eat(&["for"]);
        ConstraintKind::Default(at.ident()?, value)
    } else {
        return None;
    };
    // In MySQL the primary key is called PRIMARY whatever name is given.
    if dialect == Dialect::MySql && matches!(kind, ConstraintKind::PrimaryKey(_)) {
        name = None;
    }
    Some(ConstraintDefinition { name, kind })
}

/// The columns and expressions of a key of ClickHouse, in parentheses or one alone; `tuple()` is none.
pub(super) fn expressions(at: &mut Cursor<'_>) -> Vec<String> {
    let text = |mut part: Cursor<'_>| match (part.word_ahead(1).is_empty(), part.clone().ident()) {
        (true, Some(column)) => column,
        _ => part.rest(),
    };
    if let Some(inside) = at.parentheses() {
        return inside.parts().into_iter().map(text).collect();
    }
    let ends = ["primary", "order", "partition", "sample", "ttl", "settings", "comment", "engine", "as"];
    let start = at.clone();
    let written = at.text_until(|at| ends.contains(&at.word().as_str()));
    let column = start.clone().ident().filter(|_| !written.contains('('));
    Some(column.unwrap_or(written)).filter(|one| one != "tuple()" && !one.is_empty()).into_iter().collect()
}

fn key_columns(at: &mut Cursor<'_>) -> KeyColumns {
    at.eat_any(&["clustered", "nonclustered"]);
    if at.eat(&["using"]) {
        at.skip();
    }
    KeyColumns::Columns(at.names())
}

fn references(at: &mut Cursor<'_>, columns: Vec<String>) -> Option<ForeignKeyDefinition> {
    at.text_until(|at| at.word() == "references");
    at.eat(&["references"]).then_some(())?;
    let target = at.object()?;
    let references = at.names();
    let mut on_delete = None;
    while at.word() == "on" {
        at.skip();
        let deletes = at.word() == "delete";
        at.skip();
        let action = if at.word() == "set" || at.word() == "no" { format!("{} {}", at.word(), at.word_ahead(1)) } else { at.word() };
        (0..action.split(' ').count()).for_each(|_| at.skip());
        if deletes {
            on_delete = Some(action);
        }
    }
    Some(ForeignKeyDefinition { columns, target, references, on_delete })
}

/// `KEY name (a, b)` of MySQL, `INDEX name (a)` of MySQL and SQL Server.
fn index(mut at: Cursor<'_>, dialect: Dialect, table: &ObjectName) -> Option<IndexDefinition> {
    if !matches!(dialect, Dialect::MySql | Dialect::SqlServer) {
        return None;
    }
    let method = match at.word().as_str() {
        "fulltext" => "fulltext",
        "spatial" => "spatial",
        _ => "btree",
    };
    if method != "btree" {
        at.skip();
    }
    if !at.eat_any(&["key", "index"]) && method == "btree" {
        return None;
    }
    let name = if at.word() == "(" { None } else { at.ident().map(ObjectName::bare) };
    while matches!(at.word().as_str(), "unique" | "clustered" | "nonclustered" | "using" | "btree" | "hash") {
        at.skip();
    }
    let keys = keys(&mut at)?;
    Some(IndexDefinition { name, table: table.clone(), method: method.to_owned(), keys, ..IndexDefinition::default() })
}

/// The keys of an index, in parentheses.
pub(super) fn keys(at: &mut Cursor<'_>) -> Option<Vec<IndexKey>> {
    let parts = at.parentheses()?.parts();
    let keys = parts.into_iter().map(|mut part| {
        let mut first = part.clone();
        let column = if part.word() == "(" || part.word_ahead(1) == "(" && !part.word_ahead(2).bytes().all(|byte| byte.is_ascii_digit()) {
            None
        } else {
            first.ident()
        };
        IndexKey { text: part.rest().replace(['`', '[', ']', '"'], ""), column }
    });
    Some(keys.collect())
}

/// A column with what stands behind its type.
pub(super) fn column(mut at: Cursor<'_>, statement: &Statement<'_>, dialect: Dialect) -> Option<ColumnDefinition> {
    let start = at.offset();
    let mut column = ColumnDefinition { name: at.ident()?, line: statement.line(start), ..ColumnDefinition::default() };
    let mut is_first = true;
    let written = at.text_until(|at| {
        let word = at.word();
        let ends = !is_first && (BEHIND_TYPE.contains(&word.as_str()) || word == "character" && at.word_ahead(1) == "set");
        let computed =
            is_first && matches!(word.as_str(), "as" | "alias" | "default" | "materialized" | "primary" | "not" | "references" | "unique");
        is_first = false;
        ends || computed
    });
    column.data_type = data_type(&written.replace(['[', ']'], ""));
    // In ClickHouse a column is null only when its type says so.
    column.not_null = dialect == Dialect::ClickHouse && !column.data_type.contains("nullable(");
    while !at.is_done() {
        clause(&mut column, &mut at, dialect);
    }
    column.description = column.description.or_else(|| comments::beside(statement.text, start, at.offset_behind()));
    Some(column)
}

fn clause(column: &mut ColumnDefinition, at: &mut Cursor<'_>, dialect: Dialect) {
    let own = vec![column.name.clone()];
    let mut name = None;
    if at.eat(&["constraint"]) {
        name = at.ident();
    }
    let mut add = |column: &mut ColumnDefinition, kind| column.constraints.push(ConstraintDefinition { name: name.take(), kind });
    if at.eat(&["not", "null"]) {
        column.not_null = true;
    } else if at.eat(&["primary", "key"]) {
        at.eat_any(&["clustered", "nonclustered"]);
        add(column, ConstraintKind::PrimaryKey(KeyColumns::Columns(own)));
    } else if at.eat(&["unique"]) {
        at.eat_any(&["key", "clustered", "nonclustered"]);
        add(column, ConstraintKind::Unique(KeyColumns::Columns(own)));
    } else if at.word() == "references" {
        if let Some(key) = references(at, own) {
            add(column, ConstraintKind::ForeignKey(key));
        }
    } else if at.word() == "check" && at.word_ahead(1) == "(" {
        at.skip();
        if let Some(mut inside) = at.parentheses() {
            add(column, ConstraintKind::Check(inside.rest()));
        }
    } else if at.eat(&["default"]) {
        column.default = Some(expression(at));
    } else if at.eat(&["on", "update"]) {
        expression(at);
    } else if at.eat(&["comment"]) {
        column.description = Some(name::literal(at.written(), at.lexis)).filter(|text| !text.is_empty());
        at.skip();
    } else {
        made(column, at, dialect);
    }
}

/// How the values of a column are made.
fn made(column: &mut ColumnDefinition, at: &mut Cursor<'_>, dialect: Dialect) {
    let word = at.word();
    match word.as_str() {
        "auto_increment" | "autoincrement" => {
            column.generated = Some(word.replace('_', " ").replace("autoincrement", "auto increment"));
            at.skip();
        }
        "identity" => {
            at.skip();
            at.parentheses();
            column.generated = Some("identity".to_owned());
            column.not_null = true;
        }
        "generated" | "as" | "materialized" | "alias" => {
            at.eat(&["generated", "always"]);
            at.skip();
            let text = if dialect == Dialect::ClickHouse {
                expression(at)
            } else {
                at.parentheses().map(|mut inside| inside.rest()).unwrap_or_default()
            };
            column.generated = Some(format!("as ({text})"));
        }
        _ => at.skip_balanced(),
    }
}

/// One value: a literal, a call, a name, or parentheses, with operators between them.
fn expression(at: &mut Cursor<'_>) -> String {
    let mut is_first = true;
    at.text_until(|at| {
        let word = at.word();
        let stops = !is_first && (BEHIND_TYPE.contains(&word.as_str()) && word != "as" && word != "with" || word == "," || word == "for");
        is_first = false;
        stops
    })
}
