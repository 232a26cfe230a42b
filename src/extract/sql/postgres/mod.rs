//! One PostgreSQL statement into changes of a catalog, read from its concrete syntax tree.
//! Only statements that change tables, types, indexes, views, policies, comments or schemas reach the parser.

mod alter;
mod index;
mod policy;
mod query;
mod table;
mod types;
mod view;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use super::statement::{Fault, Reading, Statement};
use crate::finding::schema::{Cascade, ObjectName, SchemaChange};
use crate::syntax::sql::{Lexis, name};

/// Parentheses that are open at once beyond which the parser is not asked; it recurses on them.
const NESTING_LIMIT: usize = 400;

/// Reads one statement.
pub(super) fn read(statement: &Statement<'_>) -> Result<Reading, Fault> {
    if nesting(statement.text) > NESTING_LIMIT {
        return Err(Fault::new(statement.start(), "parentheses nest too deep"));
    }
    let parse = SourceFile::parse(statement.text);
    if let Some(error) = parse.errors().first() {
        return Err(Fault::new(usize::from(error.range().start()), error.message()));
    }
    let mut reading = Reading::default();
    for stmt in parse.tree().stmts() {
        read_stmt(statement, &stmt, &mut reading);
    }
    Ok(reading)
}

fn read_stmt(statement: &Statement<'_>, stmt: &ast::Stmt, into: &mut Reading) {
    match stmt {
        ast::Stmt::CreateTable(it) => table::create(statement, it, into),
        ast::Stmt::CreateForeignTable(it) => table::create_foreign(statement, it, into),
        ast::Stmt::CreateTableAs(it) => query::create_table_as(it, into),
        ast::Stmt::SelectInto(it) => query::select_into(it, into),
        ast::Stmt::AlterTable(it) => alter::table(statement, it, into),
        ast::Stmt::AlterForeignTable(it) => alter::foreign_table(statement, it, into),
        ast::Stmt::DropTable(it) => drop_tables(it.table_name_refs(), it.if_exists().is_some(), into),
        ast::Stmt::DropForeignTable(it) => drop_tables(it.table_name_refs(), it.if_exists().is_some(), into),
        ast::Stmt::CreateIndex(it) => index::create(it, into),
        ast::Stmt::DropIndex(it) => index::drop(it, into),
        ast::Stmt::AlterIndex(it) => index::alter(it, into),
        ast::Stmt::CreatePolicy(it) => policy::create(it, into),
        ast::Stmt::AlterPolicy(it) => policy::alter(it, into),
        ast::Stmt::DropPolicy(it) => policy::drop(it, into),
        ast::Stmt::CreateView(it) => view::create(statement, it, into),
        ast::Stmt::CreateMaterializedView(it) => view::create_materialized(statement, it, into),
        ast::Stmt::AlterView(it) => view::alter(it, into),
        ast::Stmt::AlterMaterializedView(it) => view::alter_materialized(it, into),
        ast::Stmt::DropView(it) => view::drop(it.view_refs(), it.if_exists().is_some(), into),
        ast::Stmt::DropMaterializedView(it) => view::drop(it.view_refs(), it.if_exists().is_some(), into),
        other => types::read(statement, other, into),
    }
}

fn drop_tables(names: ast::AstChildren<ast::TableNameRef>, lenient: bool, into: &mut Reading) {
    for name in names {
        into.add(offset(name.syntax()), lenient, SchemaChange::DropTable(object(name.syntax())));
    }
}

fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The offset, in the statement, where the first word of a node stands.
pub(super) fn offset(node: &SyntaxNode) -> usize {
    node.text_range().start().into()
}

/// The text of a node without comments, each run of spaces one space.
pub(super) fn text(node: &SyntaxNode) -> String {
    let mut out = String::new();
    let mut space = false;
    for token in node.descendants_with_tokens().filter_map(squawk_syntax::SyntaxElement::into_token) {
        match token.kind() {
            SyntaxKind::WHITESPACE | SyntaxKind::COMMENT => space = true,
            _ => {
                if space && !out.is_empty() {
                    out.push(' ');
                }
                space = false;
                out.push_str(token.text());
            }
        }
    }
    out
}

/// The name that a node spells, with its schema.
pub(super) fn object(node: &SyntaxNode) -> ObjectName {
    let mut parts = name::parts(&text(node), Lexis::Postgres);
    let name = parts.pop().unwrap_or_default();
    ObjectName { schema: parts.pop(), name }
}

/// The name of one part that a node spells.
pub(super) fn ident(node: &SyntaxNode) -> String {
    name::ident(&text(node), Lexis::Postgres)
}

/// The text of a string literal, its quotes and escapes undone.
pub(super) fn literal(node: &ast::Literal) -> String {
    name::literal(&text(node.syntax()), Lexis::Postgres)
}

/// A type as written: lower case, without quotes and needless spaces.
pub(super) fn data_type(node: &SyntaxNode) -> String {
    super::statement::data_type(&text(node))
}

/// Whether CASCADE is said.
pub(super) fn cascade(behavior: Option<ast::DropBehavior>) -> Cascade {
    if matches!(behavior, Some(ast::DropBehavior::Cascade(_))) { Cascade::Yes } else { Cascade::No }
}
