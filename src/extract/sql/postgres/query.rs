//! Tables that a query fills: `CREATE TABLE ... AS` and `SELECT ... INTO`.
//! Reads plain columns, stars and casts; a query that says more gives a table whose columns are a gap.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::table::is_temporary;
use super::{data_type, ident, object, offset, text};
use crate::extract::sql::statement::Reading;
use crate::finding::schema::{ObjectName, SchemaChange, SelectItem, TableFromQuery};
use crate::syntax::sql::{Lexis, name};

/// Reads `CREATE TABLE ... AS`.
pub(super) fn create_table_as(it: &ast::CreateTableAs, into: &mut Reading) {
    let Some(name) = it.table_name() else { return };
    if it.persistence().is_some_and(|kind| is_temporary(kind.syntax())) {
        into.add(offset(it.syntax()), true, SchemaChange::CreateTemporary(object(name.syntax())));
        return;
    }
    let columns = it.table_arg_list().into_iter().flat_map(|list| list.args()).filter_map(|arg| match arg {
        ast::TableArg::Column(column) => column.name().map(|name| ident(name.syntax())),
        _ => None,
    });
    let select = it.query().and_then(|query| query.syntax().descendants().find_map(ast::Select::cast));
    let (items, sources) = select.map(|select| selected(select.select_clause(), select.from_clause())).unwrap_or_default();
    let table = TableFromQuery { name: object(name.syntax()), columns: columns.collect(), items, sources };
    into.add(offset(it.syntax()), it.if_not_exists().is_some(), SchemaChange::CreateTableAs(table));
}

/// Reads `SELECT ... INTO table`.
pub(super) fn select_into(it: &ast::SelectInto, into: &mut Reading) {
    let Some(clause) = it.into_clause() else { return };
    let Some(name) = clause.table_name() else { return };
    if clause.persistence().is_some_and(|kind| is_temporary(kind.syntax())) {
        into.add(offset(it.syntax()), true, SchemaChange::CreateTemporary(object(name.syntax())));
        return;
    }
    let (items, sources) = selected(it.select_clause(), it.from_clause());
    let table = TableFromQuery { name: object(name.syntax()), columns: Vec::new(), items, sources };
    into.add(offset(it.syntax()), false, SchemaChange::CreateTableAs(table));
}

type Selected = (Option<Vec<SelectItem>>, Vec<(String, ObjectName)>);

fn selected(select: Option<ast::SelectClause>, from: Option<ast::FromClause>) -> Selected {
    let targets = select.and_then(|clause| clause.target_list()).into_iter().flat_map(|list| list.targets());
    let items = targets.map(|target| item(&target)).collect::<Option<Vec<_>>>();
    let relations = from.into_iter().flat_map(|clause| clause.syntax().descendants().filter_map(ast::RelationFromItem::cast));
    (items, relations.filter_map(|relation| source(relation.syntax())).collect())
}

fn source(node: &SyntaxNode) -> Option<(String, ObjectName)> {
    let name = object(node.descendants().find_map(ast::RelationNameRef::cast)?.syntax());
    let alias = node.descendants().find_map(ast::TableAlias::cast).map(|alias| {
        let words = text(alias.syntax());
        let bare = words.get(..3).filter(|word| word.eq_ignore_ascii_case("as ")).map_or(words.as_str(), |_| &words[3..]);
        name::ident(bare, Lexis::Postgres)
    });
    Some((alias.unwrap_or_else(|| name.name.clone()), name))
}

fn item(target: &ast::Target) -> Option<SelectItem> {
    let alias = target.as_name().and_then(|alias| alias.name()).map(|name| ident(name.syntax()));
    let Some(expr) = target.expr() else { return Some(SelectItem::All(None)) };
    match &expr {
        ast::Expr::NameRef(name) => {
            let name = ident(name.syntax());
            Some(SelectItem::Column(None, name.clone(), alias.unwrap_or(name)))
        }
        ast::Expr::FieldExpr(field) => {
            let written = text(field.syntax());
            if let Some(source) = written.strip_suffix(".*") {
                return Some(SelectItem::All(Some(name::ident(source, Lexis::Postgres))));
            }
            let mut parts = name::parts(&written, Lexis::Postgres);
            let column = parts.pop()?;
            Some(SelectItem::Column(parts.pop(), column.clone(), alias.unwrap_or(column)))
        }
        ast::Expr::CastExpr(cast) => {
            let ty = cast.syntax().children().find_map(ast::Type::cast)?;
            Some(SelectItem::Cast(data_type(ty.syntax()), alias?))
        }
        _ => None,
    }
}
