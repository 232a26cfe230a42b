//! `CREATE TABLE`: columns, constraints, LIKE, INHERITS, PARTITION OF, OF.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::{data_type, ident, object, offset, text};
use crate::extract::sql::comments;
use crate::extract::sql::statement::{Reading, Statement};
use crate::finding::schema::{
    ColumnDefinition, ConstraintDefinition, ConstraintKind, ForeignKeyDefinition, KeyColumns, LikeClause, ObjectName, SchemaChange,
    TableDefinition, TableElement,
};

/// Reads `CREATE TABLE`; temporary tables are not there.
pub(super) fn create(statement: &Statement<'_>, it: &ast::CreateTable, into: &mut Reading) {
    let Some(name) = it.table_name() else { return };
    if it.persistence().is_some_and(|kind| is_temporary(kind.syntax())) {
        into.add(offset(it.syntax()), true, SchemaChange::CreateTemporary(object(name.syntax())));
        return;
    }
    let definition = TableDefinition {
        name: object(name.syntax()),
        elements: elements(statement, it.table_arg_list()),
        inherits: parents(it.inherits()),
        partition_of: it.partition_of().and_then(|of| of.table_name_ref()).map(|name| object(name.syntax())),
        of_type: it.of_type().and_then(|of| of.ty()).map(|ty| object(ty.syntax())),
        description: comments::above(statement.text, offset(it.syntax())),
    };
    into.add(offset(it.syntax()), it.if_not_exists().is_some(), SchemaChange::CreateTable(definition));
}

/// Reads `CREATE FOREIGN TABLE`, which has columns as any table.
pub(super) fn create_foreign(statement: &Statement<'_>, it: &ast::CreateForeignTable, into: &mut Reading) {
    let Some(name) = it.table_name() else { return };
    let definition = TableDefinition {
        name: object(name.syntax()),
        elements: elements(statement, it.table_arg_list()),
        inherits: parents(it.inherits()),
        description: comments::above(statement.text, offset(it.syntax())),
        ..TableDefinition::default()
    };
    into.add(offset(it.syntax()), it.if_not_exists().is_some(), SchemaChange::CreateTable(definition));
}

/// Whether `TEMP`, `LOCAL TEMPORARY` and the like are said, rather than UNLOGGED.
pub(super) fn is_temporary(persistence: &SyntaxNode) -> bool {
    text(persistence).to_ascii_lowercase().contains("temp")
}

fn parents(inherits: Option<ast::Inherits>) -> Vec<ObjectName> {
    inherits.into_iter().flat_map(|it| it.table_name_refs()).map(|name| object(name.syntax())).collect()
}

fn elements(statement: &Statement<'_>, list: Option<ast::TableArgList>) -> Vec<TableElement> {
    let args = list.into_iter().flat_map(|list| list.args());
    args.filter_map(|arg| match arg {
        ast::TableArg::Column(column) => Some(TableElement::Column(column_of(statement, &column))),
        ast::TableArg::LikeClause(like) => Some(TableElement::Like(like_of(&like))),
        ast::TableArg::TableConstraint(it) => constraint(it.syntax(), None).map(TableElement::Constraint),
    })
    .collect()
}

fn column_of(statement: &Statement<'_>, it: &ast::Column) -> ColumnDefinition {
    let start = offset(it.syntax());
    let mut column = ColumnDefinition {
        name: it.name().map(|name| ident(name.syntax())).unwrap_or_default(),
        data_type: it.ty().map(|ty| data_type(ty.syntax())).unwrap_or_default(),
        description: comments::beside(statement.text, start, it.syntax().text_range().end().into()),
        line: statement.line(start),
        ..ColumnDefinition::default()
    };
    column.not_null = is_serial(&column.data_type);
    for clause in it.clauses() {
        apply(&mut column, clause.syntax());
    }
    column
}

/// `serial` and its kin bring NOT NULL and a sequence.
pub(super) fn is_serial(data_type: &str) -> bool {
    matches!(data_type, "serial" | "bigserial" | "smallserial" | "serial2" | "serial4" | "serial8")
}

/// Puts one constraint of a column where it belongs.
pub(super) fn apply(column: &mut ColumnDefinition, clause: &SyntaxNode) {
    if ast::NotNullConstraint::can_cast(clause.kind()) {
        column.not_null = true;
    } else if let Some(it) = ast::DefaultConstraint::cast(clause.clone()) {
        column.default = it.expr().map(|expr| text(expr.syntax()));
    } else if let Some(it) = ast::GeneratedConstraint::cast(clause.clone()) {
        column.generated = it.generated_as().map(|how| generated(how.syntax()));
        column.not_null |= matches!(it.generated_as(), Some(ast::GeneratedAs::GeneratedIdentity(_)));
    } else if let Some(found) = constraint(clause, Some(&column.name)) {
        column.constraints.push(found);
    }
}

/// `always as identity`, `always as (a + b) stored`: without the options of the sequence.
pub(super) fn generated(how: &SyntaxNode) -> String {
    let written = text(how);
    let lower = written.to_lowercase();
    match lower.find("identity") {
        Some(at) => lower[..at + "identity".len()].to_owned(),
        None => written,
    }
}

fn like_of(it: &ast::LikeClause) -> LikeClause {
    let mut like =
        LikeClause { source: it.relation_name_ref().map(|name| object(name.syntax())).unwrap_or_default(), ..Default::default() };
    for option in it.like_options() {
        let words = text(option.syntax()).to_ascii_lowercase();
        let including = words.starts_with("including");
        let says = |what: &str| words.ends_with(what) || words.ends_with(" all");
        for (said, flag) in [
            (says("defaults"), &mut like.defaults),
            (says("generated") || says("identity"), &mut like.generated),
            (says("constraints"), &mut like.checks),
            (says("indexes"), &mut like.indexes),
            (says("comments"), &mut like.comments),
        ] {
            if said {
                *flag = including;
            }
        }
    }
    like
}

/// A constraint of a table, or of the column `of`; `None` for what constrains nothing (NULL).
pub(super) fn constraint(node: &SyntaxNode, of: Option<&str>) -> Option<ConstraintDefinition> {
    let name = node.children().find_map(ast::ConstraintNameClause::cast).and_then(|it| it.constraint_name());
    let kind = constraint_kind(node, of)?;
    Some(ConstraintDefinition { name: name.map(|it| ident(it.syntax())), kind })
}

fn constraint_kind(node: &SyntaxNode, of: Option<&str>) -> Option<ConstraintKind> {
    let own = || of.map(|name| vec![name.to_owned()]).unwrap_or_default();
    if let Some(it) = ast::PrimaryKeyConstraint::cast(node.clone()) {
        return Some(ConstraintKind::PrimaryKey(key_columns(it.using_index(), it.index_parameters(), own)));
    }
    if let Some(it) = ast::UniqueConstraint::cast(node.clone()) {
        return Some(ConstraintKind::Unique(key_columns(it.using_index(), it.index_parameters(), own)));
    }
    if let Some(it) = ast::CheckConstraint::cast(node.clone()) {
        return it.expr().map(|expr| ConstraintKind::Check(text(expr.syntax())));
    }
    if let Some(it) = ast::ForeignKeyConstraint::cast(node.clone()) {
        return Some(ConstraintKind::ForeignKey(ForeignKeyDefinition {
            columns: it.from_columns().map(|list| columns(&list)).unwrap_or_default(),
            target: it.table_name_ref().map(|name| object(name.syntax())).unwrap_or_default(),
            references: it.to_columns().map(|list| columns(&list)).unwrap_or_default(),
            on_delete: on_delete(it.referential_actions()),
        }));
    }
    if let Some(it) = ast::ReferencesConstraint::cast(node.clone()) {
        return Some(ConstraintKind::ForeignKey(ForeignKeyDefinition {
            columns: own(),
            target: it.table().map(|name| object(name.syntax())).unwrap_or_default(),
            references: it.column().map(|name| ident(name.syntax())).into_iter().collect(),
            on_delete: on_delete(it.referential_actions()),
        }));
    }
    if let Some(it) = ast::ExcludeConstraint::cast(node.clone()) {
        return Some(ConstraintKind::Exclude(exclude_text(&it)));
    }
    let not_null = ast::NotNullConstraint::cast(node.clone())?;
    let column = not_null.column_name_ref().map(|name| ident(name.syntax())).or_else(|| of.map(str::to_owned))?;
    Some(ConstraintKind::NotNull(column))
}

fn key_columns(using: Option<ast::UsingIndexName>, parameters: Option<ast::IndexParameters>, own: impl Fn() -> Vec<String>) -> KeyColumns {
    if let Some(index) = using.and_then(|it| it.index_ref()) {
        return KeyColumns::OfIndex(object(index.syntax()).name);
    }
    let list = parameters.and_then(|it| it.column_list());
    let named = list.map(|list| list.column_name_refs().map(|name| ident(name.syntax())).collect());
    KeyColumns::Columns(named.unwrap_or_else(own))
}

fn columns(list: &ast::ForeignKeyColumnList) -> Vec<String> {
    list.column_name_refs().map(|name| ident(name.syntax())).collect()
}

fn on_delete(actions: ast::AstChildren<ast::ReferentialAction>) -> Option<String> {
    let deletes = actions.filter_map(|action| match action {
        ast::ReferentialAction::OnDeleteAction(it) => it.ref_action(),
        ast::ReferentialAction::OnUpdateAction(_) => None,
    });
    deletes.last().map(|action| text(action.syntax()).to_lowercase())
}

fn exclude_text(it: &ast::ExcludeConstraint) -> String {
    let parts = [
        it.constraint_index_method().map(|part| text(part.syntax())),
        it.constraint_exclusion_list().map(|part| text(part.syntax())),
        it.where_condition_clause().map(|part| text(part.syntax())),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
