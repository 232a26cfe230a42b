//! Statements of MySQL, SQLite, SQL Server and ClickHouse into changes of a catalog, word by word.
//! One tolerant reader rather than a grammar for each: it takes what it knows and steps over the rest.

mod alter;
mod cursor;
mod table;

use super::comments;
use super::statement::{Reading, Statement};
use crate::finding::schema::{
    ConstraintDefinition, ConstraintKind, Dialect, IndexDefinition, KeyColumns, LikeClause, ObjectName, SchemaChange, TableDefinition,
    TableElement, TableFromQuery, ViewDefinition,
};
use cursor::Cursor;

/// Reads a chunk; SQL Server puts several statements into one, without a mark between them.
pub(super) fn read(statement: &Statement<'_>, dialect: Dialect) -> Reading {
    let mut at = Cursor::new(statement);
    let mut into = Reading::default();
    let mut guarded = false;
    while !at.is_done() {
        let start = at.offset();
        let before = at.clone();
        match at.word().as_str() {
            "create" => create(&mut at, statement, dialect, guarded, &mut into),
            "alter" => alter::read(&mut at, statement, dialect, guarded, &mut into),
            "drop" => drop(&mut at, guarded, &mut into),
            "rename" => rename(&mut at, &mut into),
            "exec" | "execute" => renamed_by_procedure(&mut at, &mut into),
            "if" => guarded = true,
            "use" => at.skip(),
            _ => {}
        }
        if at.offset() == start {
            at = before;
            at.skip_balanced();
        }
        // Only SQL Server's batches go on behind a statement.
        if dialect != Dialect::SqlServer && !into.changes.is_empty() {
            break;
        }
    }
    into
}

fn create(at: &mut Cursor<'_>, statement: &Statement<'_>, dialect: Dialect, guarded: bool, into: &mut Reading) {
    let start = at.offset();
    at.skip();
    let replace = at.eat(&["or", "replace"]) || at.eat(&["or", "alter"]);
    let temporary = at.eat_any(&["temporary", "temp"]);
    let mut unique = false;
    let mut method = "btree".to_owned();
    loop {
        match at.word().as_str() {
            "unique" => unique = true,
            "fulltext" | "spatial" => method = at.word(),
            "clustered" | "nonclustered" | "columnstore" | "materialized" | "external" => {}
            // ALGORITHM = MERGE DEFINER = x SQL SECURITY y VIEW
            "algorithm" | "definer" | "sql" => {
                at.text_until(|at| matches!(at.word().as_str(), "view" | "trigger" | "procedure" | "function"));
                continue;
            }
            _ => break,
        }
        at.skip();
    }
    let materialized = statement.text.get(start..at.offset()).is_some_and(|text| text.to_ascii_lowercase().contains("materialized"));
    if at.eat(&["table"]) {
        create_table(at, statement, dialect, Created { start, guarded, temporary }, into);
    } else if at.eat(&["index"]) {
        let lenient = at.eat(&["if", "not", "exists"]) || guarded;
        if let Some(index) = create_index(at, unique, method) {
            into.add(start, lenient, SchemaChange::CreateIndex(index));
        }
    } else if at.eat(&["view"]) && !temporary {
        let lenient = at.eat(&["if", "not", "exists"]) || replace || guarded;
        let description = comments::above(statement.text, start);
        if let Some(view) = create_view(at, materialized) {
            into.add(start, lenient, SchemaChange::CreateView(ViewDefinition { replace, description, ..view }));
        }
    } else if at.word() == "procedure" || at.word() == "function" || at.word() == "trigger" {
        // A body runs when it is called.
        at.rest();
    }
}

/// How a table is created.
struct Created {
    start: usize,
    guarded: bool,
    temporary: bool,
}

fn create_table(at: &mut Cursor<'_>, statement: &Statement<'_>, dialect: Dialect, how: Created, into: &mut Reading) {
    let lenient = at.eat(&["if", "not", "exists"]) || how.guarded;
    let temporary = how.temporary || at.eat(&["#"]);
    let Some(name) = at.object() else { return };
    if temporary {
        into.add(how.start, true, SchemaChange::CreateTemporary(name));
        at.parentheses();
        return;
    }
    if at.eat(&["on", "cluster"]) {
        at.skip();
    }
    let mut table =
        TableDefinition { name: name.clone(), description: comments::above(statement.text, how.start), ..TableDefinition::default() };
    if at.eat_any(&["like", "as"]) && at.word() != "select" && at.word() != "(" && at.word() != "with" {
        let source = at.object().unwrap_or_default();
        table.elements.push(TableElement::Like(LikeClause {
            source,
            defaults: true,
            generated: true,
            checks: true,
            indexes: true,
            comments: true,
        }));
        into.add(how.start, lenient, SchemaChange::CreateTable(table));
        return;
    }
    let Some(inside) = at.parentheses() else {
        let from = TableFromQuery { name, ..TableFromQuery::default() };
        into.add(how.start, lenient, SchemaChange::CreateTableAs(from));
        at.rest();
        return;
    };
    let parts = inside.parts();
    table.elements = parts.into_iter().filter_map(|part| table::element(part, statement, dialect, &name)).collect();
    options(at, dialect, &mut table);
    into.add(how.start, lenient, SchemaChange::CreateTable(table));
}

/// The comment of a table, and the keys of ClickHouse, behind the parentheses: a table without a primary key has its sorting key as one.
fn options(at: &mut Cursor<'_>, dialect: Dialect, table: &mut TableDefinition) {
    let (mut primary, mut sorting) = (None, None);
    while !at.is_done() {
        if dialect == Dialect::SqlServer
            && matches!(at.word().as_str(), "create" | "alter" | "drop" | "if" | "insert" | "exec" | "go" | "set" | "end")
        {
            return;
        }
        if at.eat(&["comment"]) {
            at.eat(&["="]);
            table.description = Some(crate::syntax::sql::name::literal(at.written(), at.lexis))
                .filter(|text| !text.is_empty())
                .or(table.description.take());
        } else if dialect == Dialect::ClickHouse && at.eat(&["primary", "key"]) {
            primary = Some(table::expressions(at));
            continue;
        } else if dialect == Dialect::ClickHouse && at.eat(&["order", "by"]) {
            sorting = Some(table::expressions(at));
            continue;
        }
        at.skip_balanced();
    }
    if let Some(columns) = primary.or(sorting).filter(|columns| !columns.is_empty()) {
        let kind = ConstraintKind::PrimaryKey(KeyColumns::Columns(columns));
        table.elements.push(TableElement::Constraint(ConstraintDefinition { name: None, kind }));
    }
}

fn create_index(at: &mut Cursor<'_>, unique: bool, mut method: String) -> Option<IndexDefinition> {
    let name = if at.word() == "on" { None } else { at.object() };
    if at.eat(&["using"]) {
        method = at.word();
        at.skip();
    }
    at.eat(&["on"]).then_some(())?;
    let table = at.object()?;
    if at.eat(&["using"]) {
        method = at.word();
        at.skip();
    }
    let keys = table::keys(at)?;
    let mut include = Vec::new();
    let mut predicate = None;
    if at.eat(&["include"]) {
        include = at.names();
    }
    if at.eat(&["where"]) {
        predicate = Some(at.text_until(|at| matches!(at.word().as_str(), "with" | "on" | "create" | "alter" | "go" | "end")));
    }
    Some(IndexDefinition { name, table, unique, method, keys, include, predicate })
}

fn create_view(at: &mut Cursor<'_>, materialized: bool) -> Option<ViewDefinition> {
    let name = at.object()?;
    at.text_until(|at| at.word() == "as" && matches!(at.word_ahead(1).as_str(), "select" | "with" | "("));
    at.eat(&["as"]).then_some(())?;
    let mut body = at.clone();
    let query = at.rest();
    let mut reads = Vec::new();
    while !body.is_done() {
        let names_one = body.eat_any(&["from", "join"]);
        if names_one && body.word() != "(" {
            reads.extend(body.object());
        } else if !names_one {
            body.skip();
        }
    }
    reads.sort();
    reads.dedup();
    Some(ViewDefinition { name, query, reads, materialized, ..ViewDefinition::default() })
}

fn drop(at: &mut Cursor<'_>, guarded: bool, into: &mut Reading) {
    let start = at.offset();
    at.skip();
    at.eat_any(&["temporary", "materialized"]);
    let kind = at.word();
    if !matches!(kind.as_str(), "table" | "view" | "index") {
        return;
    }
    at.skip();
    let lenient = at.eat(&["if", "exists"]) || guarded;
    while let Some(name) = at.object() {
        let change = match kind.as_str() {
            "table" => SchemaChange::DropTable(name),
            "view" => SchemaChange::DropView(name),
            _ => {
                let table = if at.eat(&["on"]) { at.object() } else { None };
                SchemaChange::DropIndex(name, table)
            }
        };
        into.add(start, lenient, change);
        if !at.eat(&[","]) {
            break;
        }
    }
}

/// `RENAME TABLE a TO b, c TO d`
fn rename(at: &mut Cursor<'_>, into: &mut Reading) {
    let start = at.offset();
    at.skip();
    if !at.eat_any(&["table", "tables"]) {
        return;
    }
    while let Some(old) = at.object() {
        at.eat(&["to"]);
        let Some(new) = at.object() else { break };
        into.add(start, false, SchemaChange::AlterTable(old, crate::finding::schema::TableAction::Rename(new)));
        if !at.eat(&[","]) {
            break;
        }
    }
}

/// `EXEC sp_rename 'dbo.Orders.Total', 'Amount', 'COLUMN'`
fn renamed_by_procedure(at: &mut Cursor<'_>, into: &mut Reading) {
    use crate::finding::schema::TableAction;
    let start = at.offset();
    at.skip();
    at.eat(&["sys", "."]);
    if !at.eat(&["sp_rename"]) {
        return;
    }
    let mut arguments: Vec<String> = Vec::new();
    loop {
        at.eat(&["@objname", "="]);
        let written = at.written();
        arguments.push(crate::syntax::sql::name::literal(written, at.lexis));
        at.skip();
        if !at.eat(&[","]) {
            break;
        }
    }
    let [old, new, kind @ ..] = arguments.as_slice() else { return };
    let mut parts = crate::syntax::sql::name::parts(old, at.lexis);
    let change = match kind.first().map(|kind| kind.to_ascii_lowercase()).as_deref() {
        Some("column") => {
            let (Some(column), Some(table)) = (parts.pop(), parts.pop()) else { return };
            SchemaChange::AlterTable(ObjectName { schema: parts.pop(), name: table }, TableAction::RenameColumn(column, new.clone()))
        }
        Some("index") => {
            let Some(index) = parts.pop() else { return };
            SchemaChange::RenameIndex(ObjectName::bare(index), new.clone())
        }
        _ => {
            let Some(table) = parts.pop() else { return };
            SchemaChange::AlterTable(ObjectName { schema: parts.pop(), name: table }, TableAction::Rename(ObjectName::bare(new.clone())))
        }
    };
    into.add(start, false, change);
}
