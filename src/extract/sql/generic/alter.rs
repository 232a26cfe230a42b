//! `ALTER TABLE` of MySQL, SQLite, SQL Server and ClickHouse.

use super::cursor::Cursor;
use super::table::{self, column, constraint};
use crate::extract::sql::statement::{Reading, Statement, data_type};
use crate::finding::schema::{ColumnPlace, Dialect, ObjectName, SchemaChange, TableAction, TableElement};

/// What the parts of a statement have in common.
struct Altered<'a, 's> {
    statement: &'a Statement<'s>,
    dialect: Dialect,
    table: ObjectName,
    lenient: bool,
}

/// Reads `ALTER TABLE`; other kinds of ALTER change nothing that is shown.
pub(super) fn read(at: &mut Cursor<'_>, statement: &Statement<'_>, dialect: Dialect, guarded: bool, into: &mut Reading) {
    at.skip();
    if !at.eat(&["table"]) {
        return;
    }
    let mut lenient = at.eat(&["if", "exists"]) || guarded;
    at.eat(&["only"]);
    let Some(table) = at.object() else { return };
    if at.eat(&["on", "cluster"]) {
        at.skip();
    }
    if dialect == Dialect::ClickHouse {
        // What stands behind SETTINGS is about how the statement runs; its commas part no columns.
        let mut end = at.clone();
        end.text_until(|at| at.word() == "settings");
        at.end_at(&end);
    }
    at.eat(&["with", "check"]);
    at.eat(&["with", "nocheck"]);
    let mut verb = String::new();
    loop {
        let mut part = part(at, dialect);
        if part.is_done() {
            break;
        }
        // `ALGORITHM = INSTANT` and `LOCK = NONE` say how MySQL alters, and not what.
        if dialect == Dialect::MySql && matches!(part.word().as_str(), "algorithm" | "lock") {
            if at.eat(&[","]) {
                continue;
            }
            break;
        }
        // `ADD a int, b int` and `DROP COLUMN a, b` of SQL Server say their verb once.
        if is_option(&part, dialect) {
            verb.clear();
        } else if is_verb(&part.word()) {
            verb = part.word();
            part.skip();
        }
        lenient |= part.eat(&["if", "exists"]);
        let altered = Altered { statement, dialect, table: table.clone(), lenient };
        action(&verb, part, &altered, into);
        if !at.eat(&[","]) {
            break;
        }
    }
}

/// `ALGORITHM = INSTANT`, `LOCK NONE`: how MySQL goes about it, or what the table as a whole has.
fn is_option(at: &Cursor<'_>, dialect: Dialect) -> bool {
    let word = at.word();
    dialect == Dialect::MySql
        && (matches!(word.as_str(), "algorithm" | "lock") && at.word_ahead(1) != "("
            || matches!(word.as_str(), "auto_increment" | "comment" | "collate" | "row_format" | "charset") && at.word_ahead(1) == "=")
}

fn is_verb(word: &str) -> bool {
    matches!(
        word,
        "add" | "drop" | "modify" | "change" | "alter" | "rename" | "convert" | "engine" | "enable" | "disable" | "update" | "delete"
    )
}

/// The tokens up to the next comma; in SQL Server up to the next statement.
fn part<'a>(at: &mut Cursor<'a>, dialect: Dialect) -> Cursor<'a> {
    let mut part = at.clone();
    let mut first = true;
    at.text_until(|at| {
        let word = at.word();
        let next = dialect == Dialect::SqlServer
            && !first
            && (matches!(word.as_str(), "go" | "end" | "insert" | "update" | "exec" | "if" | "print" | "select" | "set")
                || matches!(word.as_str(), "create" | "alter" | "drop")
                    && matches!(at.word_ahead(1).as_str(), "table" | "index" | "unique" | "view" | "nonclustered" | "clustered"));
        first = false;
        word == "," || next
    });
    part.end_at(at);
    part
}

fn action(verb: &str, mut at: Cursor<'_>, altered: &Altered<'_, '_>, into: &mut Reading) {
    let start = at.offset();
    let found = match verb {
        "add" => return add(at, altered, into),
        "drop" => drop(at, altered, into),
        "modify" | "change" => redefine(verb, at, altered),
        "alter" => alter_column(at, altered, into),
        "rename" => rename(&mut at),
        _ => None,
    };
    if let Some(action) = found {
        into.add(start, altered.lenient, SchemaChange::AlterTable(altered.table.clone(), action));
    }
}

fn add(mut at: Cursor<'_>, altered: &Altered<'_, '_>, into: &mut Reading) {
    let start = at.offset();
    let says_column = at.eat(&["column"]);
    let lenient = at.eat(&["if", "not", "exists"]) || altered.lenient;
    if at.word() == "(" {
        // `ADD (a int, b int)`
        for part in at.parentheses().map(Cursor::parts).unwrap_or_default() {
            add(part, altered, into);
        }
        return;
    }
    let change = |action| SchemaChange::AlterTable(altered.table.clone(), action);
    if !says_column {
        if let Some(found) = constraint(at.clone(), altered.dialect) {
            into.add(start, lenient, change(TableAction::AddConstraint(found)));
            return;
        }
        match table::element(at.clone(), altered.statement, altered.dialect, &altered.table) {
            Some(TableElement::Index(index)) => return into.add(start, lenient, SchemaChange::CreateIndex(index)),
            Some(TableElement::Column(_)) if !matches!(at.word().as_str(), "partition" | "projection" | "index" | "constraint") => {}
            _ => return,
        }
    }
    let place = place(at.clone());
    if let Some(found) = column(at, altered.statement, altered.dialect) {
        into.add(start, lenient, change(TableAction::AddColumn(found, place)));
    }
}

fn place(mut at: Cursor<'_>) -> ColumnPlace {
    at.skip();
    at.text_until(|at| matches!(at.word().as_str(), "first" | "after"));
    if at.eat(&["first"]) {
        ColumnPlace::First
    } else if at.eat(&["after"]) {
        at.ident().map_or(ColumnPlace::Last, ColumnPlace::After)
    } else {
        ColumnPlace::Last
    }
}

fn drop(mut at: Cursor<'_>, altered: &Altered<'_, '_>, into: &mut Reading) -> Option<TableAction> {
    if at.eat(&["primary", "key"]) {
        return Some(TableAction::DropPrimaryKey);
    }
    let start = at.offset();
    let kind = at.word();
    if matches!(kind.as_str(), "constraint" | "check" | "index" | "key" | "column") {
        at.skip();
    } else if at.eat(&["foreign", "key"]) {
        at.eat(&["if", "exists"]);
        return at.ident().map(TableAction::DropConstraint);
    } else if matches!(kind.as_str(), "partition" | "projection") {
        return None;
    }
    let lenient = at.eat(&["if", "exists"]) || altered.lenient;
    let name = at.ident()?;
    let change = match kind.as_str() {
        "constraint" | "check" => SchemaChange::AlterTable(altered.table.clone(), TableAction::DropConstraint(name)),
        // Data skipping indexes of ClickHouse are not kept.
        "index" if altered.dialect == Dialect::ClickHouse => return None,
        "index" | "key" => SchemaChange::DropIndex(ObjectName::bare(name), Some(altered.table.clone())),
        _ => SchemaChange::AlterTable(altered.table.clone(), TableAction::DropColumn(name)),
    };
    into.add(start, lenient, change);
    None
}

fn redefine(verb: &str, mut at: Cursor<'_>, altered: &Altered<'_, '_>) -> Option<TableAction> {
    if matches!(at.word().as_str(), "order" | "ttl" | "setting" | "query" | "comment") && altered.dialect == Dialect::ClickHouse {
        return None;
    }
    at.eat(&["column"]);
    at.eat(&["if", "exists"]);
    let old = if verb == "change" { at.ident()? } else { at.clone().ident()? };
    let found = column(at, altered.statement, altered.dialect)?;
    // `MODIFY COLUMN a TTL ...`, `MODIFY COLUMN a REMOVE ...` leave the type.
    if found.data_type.is_empty() || found.data_type.starts_with("remove") || found.data_type.starts_with("modify") {
        return None;
    }
    Some(TableAction::RedefineColumn(old, found))
}

fn alter_column(mut at: Cursor<'_>, altered: &Altered<'_, '_>, into: &mut Reading) -> Option<TableAction> {
    if !at.eat(&["column"]) && matches!(at.word().as_str(), "index" | "constraint" | "check") {
        return None;
    }
    let start = at.offset();
    let name = at.ident()?;
    if at.eat(&["set", "default"]) {
        return Some(TableAction::SetDefault(name, Some(at.rest())));
    }
    if at.eat(&["drop", "default"]) {
        return Some(TableAction::SetDefault(name, None));
    }
    if at.eat(&["set", "not", "null"]) {
        return Some(TableAction::SetNotNull(name, true));
    }
    if at.eat(&["drop", "not", "null"]) {
        return Some(TableAction::SetNotNull(name, false));
    }
    if at.eat(&["type"]) || at.eat(&["set", "data", "type"]) || altered.dialect == Dialect::SqlServer {
        let written = at.text_until(|at| matches!(at.word().as_str(), "not" | "null" | "using" | "collate"));
        if altered.dialect == Dialect::SqlServer {
            let not_null = at.clone().eat(&["not", "null"]);
            let change = SchemaChange::AlterTable(altered.table.clone(), TableAction::SetNotNull(name.clone(), not_null));
            into.add(start, altered.lenient, change);
        }
        return Some(TableAction::SetType(name, data_type(&written.replace(['[', ']'], ""))));
    }
    None
}

fn rename(at: &mut Cursor<'_>) -> Option<TableAction> {
    if at.eat(&["to"]) || at.eat(&["as"]) {
        return at.object().map(TableAction::Rename);
    }
    if at.word() == "index" || at.word() == "key" {
        return None;
    }
    let says_column = at.eat(&["column"]);
    at.eat(&["if", "exists"]);
    let old = at.ident()?;
    if !at.eat(&["to"]) {
        return (!says_column && at.is_done()).then(|| TableAction::Rename(ObjectName::bare(old)));
    }
    Some(TableAction::RenameColumn(old, at.ident()?))
}
