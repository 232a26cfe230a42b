//! Row level security policies.

use squawk_syntax::ast::{self, AstNode};

use super::{ident, object, offset, text};
use crate::extract::sql::statement::Reading;
use crate::finding::schema::{ObjectName, Policy, SchemaChange};

fn table(on: Option<ast::OnTable>) -> Option<ObjectName> {
    on.and_then(|it| it.table_name_ref()).map(|name| object(name.syntax()))
}

fn roles(it: Option<ast::PolicyRoles>) -> Option<String> {
    it.and_then(|it| it.role_ref_list()).map(|list| text(list.syntax()).to_lowercase())
}

/// Reads `CREATE POLICY`.
pub(super) fn create(it: &ast::CreatePolicy, into: &mut Reading) {
    let (Some(table), Some(name)) = (table(it.on_table()), it.policy()) else { return };
    let policy = Policy {
        name: ident(name.syntax()),
        restrictive: it.as_policy_type().is_some_and(|kind| text(kind.syntax()).to_ascii_lowercase().contains("restrictive")),
        command: it.policy_command().and_then(|it| it.command()).map(|command| text(command.syntax()).to_lowercase()),
        roles: roles(it.policy_roles()),
        using: it.using_expr_clause().and_then(|clause| clause.expr()).map(|expr| text(expr.syntax())),
        check: it.with_check_expr_clause().and_then(|clause| clause.expr()).map(|expr| text(expr.syntax())),
    };
    into.add(offset(it.syntax()), false, SchemaChange::CreatePolicy(table, policy));
}

/// Reads `ALTER POLICY`.
pub(super) fn alter(it: &ast::AlterPolicy, into: &mut Reading) {
    let (Some(table), Some(name), Some(action)) = (table(it.on_table()), it.policy_ref(), it.action()) else { return };
    let name = ident(name.syntax());
    let change = match action {
        ast::AlterPolicyAction::PolicyRenameTo(to) => match to.policy() {
            Some(new) => SchemaChange::RenamePolicy(table, name, ident(new.syntax())),
            None => return,
        },
        ast::AlterPolicyAction::AlterPolicyTo(to) => SchemaChange::AlterPolicy(
            table,
            Policy {
                name,
                roles: roles(to.policy_roles()),
                using: to.using_expr_clause().and_then(|clause| clause.expr()).map(|expr| text(expr.syntax())),
                check: to.with_check_expr_clause().and_then(|clause| clause.expr()).map(|expr| text(expr.syntax())),
                ..Policy::default()
            },
        ),
    };
    into.add(offset(it.syntax()), false, change);
}

/// Reads `DROP POLICY`.
pub(super) fn drop(it: &ast::DropPolicy, into: &mut Reading) {
    let (Some(table), Some(name)) = (table(it.on_table()), it.policy_ref()) else { return };
    into.add(offset(it.syntax()), it.if_exists().is_some(), SchemaChange::DropPolicy(table, ident(name.syntax())));
}
