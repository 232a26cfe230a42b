//! Views and materialized views.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::table::is_temporary;
use super::{ident, object, offset, text};
use crate::extract::sql::comments;
use crate::extract::sql::statement::{Reading, Statement};
use crate::finding::schema::{ObjectName, SchemaChange, ViewDefinition};

/// Reads `CREATE VIEW`; temporary views are not there.
pub(super) fn create(statement: &Statement<'_>, it: &ast::CreateView, into: &mut Reading) {
    let (Some(name), Some(query)) = (it.view(), it.query()) else { return };
    if it.persistence().is_some_and(|kind| is_temporary(kind.syntax())) {
        return;
    }
    let view = ViewDefinition {
        name: object(name.syntax()),
        query: text(query.syntax()),
        reads: relations(query.syntax()),
        materialized: false,
        replace: it.or_replace().is_some(),
        description: comments::above(statement.text, offset(it.syntax())),
    };
    into.add(offset(it.syntax()), view.replace, SchemaChange::CreateView(view));
}

/// Reads `CREATE MATERIALIZED VIEW`.
pub(super) fn create_materialized(statement: &Statement<'_>, it: &ast::CreateMaterializedView, into: &mut Reading) {
    let (Some(name), Some(query)) = (it.view(), it.query()) else { return };
    let view = ViewDefinition {
        name: object(name.syntax()),
        query: text(query.syntax()),
        reads: relations(query.syntax()),
        materialized: true,
        replace: false,
        description: comments::above(statement.text, offset(it.syntax())),
    };
    into.add(offset(it.syntax()), it.if_not_exists().is_some(), SchemaChange::CreateView(view));
}

/// Every table and view that a query names.
fn relations(query: &SyntaxNode) -> Vec<ObjectName> {
    let mut found: Vec<ObjectName> = query.descendants().filter_map(ast::RelationNameRef::cast).map(|name| object(name.syntax())).collect();
    found.sort();
    found.dedup();
    found
}

/// Reads `ALTER VIEW`.
pub(super) fn alter(it: &ast::AlterView, into: &mut Reading) {
    let (Some(view), Some(action)) = (it.view_ref().map(|name| object(name.syntax())), it.action()) else { return };
    let change = match action {
        ast::AlterViewAction::ViewRenameTo(to) => to.view().map(|name| SchemaChange::RenameView(view, object(name.syntax()).name)),
        ast::AlterViewAction::SetSchema(to) => to.schema_ref().map(|name| SchemaChange::MoveView(view, ident(name.syntax()))),
        _ => None,
    };
    if let Some(change) = change {
        into.add(offset(it.syntax()), it.if_exists().is_some(), change);
    }
}

/// Reads `ALTER MATERIALIZED VIEW`.
pub(super) fn alter_materialized(it: &ast::AlterMaterializedView, into: &mut Reading) {
    let Some(view) = it.view_ref().map(|name| object(name.syntax())) else { return };
    for action in it.action() {
        let change = match action {
            ast::AlterMaterializedViewAction::ViewRenameTo(to) => {
                to.view().map(|name| SchemaChange::RenameView(view.clone(), object(name.syntax()).name))
            }
            ast::AlterMaterializedViewAction::SetSchema(to) => {
                to.schema_ref().map(|name| SchemaChange::MoveView(view.clone(), ident(name.syntax())))
            }
            _ => None,
        };
        if let Some(change) = change {
            into.add(offset(it.syntax()), it.if_exists().is_some(), change);
        }
    }
}

/// Reads `DROP VIEW` and `DROP MATERIALIZED VIEW`.
pub(super) fn drop(names: ast::AstChildren<ast::ViewRef>, lenient: bool, into: &mut Reading) {
    for name in names {
        into.add(offset(name.syntax()), lenient, SchemaChange::DropView(object(name.syntax())));
    }
}
