//! `ALTER TABLE`: each action one change.

use squawk_syntax::ast::{self, AstNode};

use super::table::{apply, constraint, generated, is_serial};
use super::{data_type, ident, object, offset, text};
use crate::extract::sql::comments;
use crate::extract::sql::statement::{Reading, Statement};
use crate::finding::schema::{ColumnDefinition, ColumnPlace, ConstraintDefinition, ObjectName, SchemaChange, TableAction};

/// Reads `ALTER TABLE`.
pub(super) fn table(statement: &Statement<'_>, it: &ast::AlterTable, into: &mut Reading) {
    actions(statement, it.table_relation_name(), it.if_exists().is_some(), it.actions(), into);
}

/// Reads `ALTER FOREIGN TABLE`.
pub(super) fn foreign_table(statement: &Statement<'_>, it: &ast::AlterForeignTable, into: &mut Reading) {
    actions(statement, it.table_relation_name(), it.if_exists().is_some(), it.actions(), into);
}

fn actions(
    statement: &Statement<'_>,
    name: Option<ast::TableRelationName>,
    lenient: bool,
    actions: ast::AstChildren<ast::AlterTableAction>,
    into: &mut Reading,
) {
    let Some(table) = name.and_then(|it| it.table_name_ref()).map(|it| object(it.syntax())) else { return };
    for it in actions {
        add(statement, &table, &it, lenient, into);
    }
}

/// Adds one action of a table.
pub(super) fn add(statement: &Statement<'_>, table: &ObjectName, it: &ast::AlterTableAction, lenient: bool, into: &mut Reading) {
    let at = offset(it.syntax());
    let lenient = lenient || says_if_exists(it);
    if let Some(action) = action(statement, it) {
        into.add(at, lenient, SchemaChange::AlterTable(table.clone(), action));
    }
}

fn says_if_exists(it: &ast::AlterTableAction) -> bool {
    match it {
        ast::AlterTableAction::AddColumn(it) => it.if_not_exists().is_some(),
        ast::AlterTableAction::DropColumn(it) => it.if_exists().is_some(),
        ast::AlterTableAction::DropConstraint(it) => it.if_exists().is_some(),
        _ => false,
    }
}

/// What an action does to the catalog; `None` for storage, owners, triggers and the like.
fn action(statement: &Statement<'_>, it: &ast::AlterTableAction) -> Option<TableAction> {
    use ast::AlterTableAction as Action;
    Some(match it {
        Action::AddColumn(it) => TableAction::AddColumn(added_column(statement, it), ColumnPlace::Last),
        Action::DropColumn(it) => TableAction::DropColumn(ident(it.column_name_ref()?.syntax())),
        Action::AlterColumn(it) => alter_column(it)?,
        Action::AddConstraint(it) => TableAction::AddConstraint(added_constraint(it)?),
        Action::DropConstraint(it) => TableAction::DropConstraint(ident(it.constraint_name_ref()?.syntax())),
        Action::RenameColumn(it) => TableAction::RenameColumn(ident(it.column_name_ref()?.syntax()), ident(it.column_name()?.syntax())),
        Action::RenameConstraint(it) => {
            TableAction::RenameConstraint(ident(it.constraint_name_ref()?.syntax()), ident(it.constraint_name()?.syntax()))
        }
        Action::TableRenameTo(it) => TableAction::Rename(object(it.table_name()?.syntax())),
        Action::SetSchema(it) => TableAction::SetSchema(ident(it.schema_ref()?.syntax())),
        Action::AttachPartition(it) => TableAction::AttachPartition(object(it.table_name_ref()?.syntax())),
        Action::DetachPartition(it) => TableAction::DetachPartition(object(it.table_name_ref()?.syntax())),
        Action::InheritTable(it) => TableAction::Inherit(object(it.table_name_ref()?.syntax())),
        Action::NoInheritTable(it) => TableAction::NoInherit(object(it.table_name_ref()?.syntax())),
        Action::EnableRls(_) => TableAction::RowLevelSecurity(true),
        Action::DisableRls(_) => TableAction::RowLevelSecurity(false),
        _ => return None,
    })
}

fn added_column(statement: &Statement<'_>, it: &ast::AddColumn) -> ColumnDefinition {
    let start = offset(it.syntax());
    let mut column = ColumnDefinition {
        name: it.column_name().map(|name| ident(name.syntax())).unwrap_or_default(),
        data_type: it.ty().map(|ty| data_type(ty.syntax())).unwrap_or_default(),
        description: comments::beside(statement.text, start, it.syntax().text_range().end().into()),
        line: statement.line(start),
        ..ColumnDefinition::default()
    };
    column.not_null = is_serial(&column.data_type);
    for clause in it.constraints() {
        apply(&mut column, clause.syntax());
    }
    column
}

fn added_constraint(it: &ast::AddConstraint) -> Option<ConstraintDefinition> {
    constraint(it.constraint()?.syntax(), None)
}

fn alter_column(it: &ast::AlterColumn) -> Option<TableAction> {
    use ast::AlterColumnOption as Option_;
    let column = ident(it.column_name_ref()?.syntax());
    Some(match it.option()? {
        Option_::SetType(it) => TableAction::SetType(column, data_type(it.ty()?.syntax())),
        Option_::SetDefault(it) => TableAction::SetDefault(column, Some(text(it.expr()?.syntax()))),
        Option_::DropDefault(_) => TableAction::SetDefault(column, None),
        Option_::SetNotNull(_) => TableAction::SetNotNull(column, true),
        Option_::DropNotNull(_) => TableAction::SetNotNull(column, false),
        Option_::AddGenerated(it) => {
            let words = text(it.syntax());
            let how = words.to_ascii_lowercase().find("generated").map_or("", |at| words[at + "generated".len()..].trim_start());
            let how = how.to_owned();
            TableAction::SetGenerated(column, Some(identity_of(&how)))
        }
        Option_::SetGenerated(it) => {
            let how = generated_when(&text(it.syntax()));
            TableAction::SetGenerated(column, Some(format!("{how} as identity")))
        }
        Option_::SetExpression(it) => TableAction::SetGenerated(column, Some(generated(it.syntax()))),
        Option_::DropIdentity(_) | Option_::DropExpression(_) => TableAction::SetGenerated(column, None),
        _ => return None,
    })
}

fn identity_of(how: &str) -> String {
    let lower = how.to_lowercase();
    lower.find("identity").map_or(lower.clone(), |at| lower[..at + "identity".len()].to_owned())
}

fn generated_when(words: &str) -> &'static str {
    if words.to_ascii_lowercase().contains("always") { "always" } else { "by default" }
}
