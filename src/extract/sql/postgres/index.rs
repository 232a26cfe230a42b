//! `CREATE INDEX`, `DROP INDEX`, `ALTER INDEX`.

use squawk_syntax::ast::{self, AstNode};

use super::{ident, object, offset, text};
use crate::extract::sql::statement::Reading;
use crate::finding::schema::{IndexDefinition, IndexKey, SchemaChange};

/// Reads `CREATE INDEX`.
pub(super) fn create(it: &ast::CreateIndex, into: &mut Reading) {
    let Some(table) = it.table_relation_name().and_then(|name| name.table_name_ref()) else { return };
    let items = it.partition_item_list().into_iter().flat_map(|list| list.partition_items());
    let include = it.index_include_clause().and_then(|clause| clause.partition_item_list());
    let method = it.using_method().and_then(|method| method.access_method_ref());
    let definition = IndexDefinition {
        name: it.index().map(|name| object(name.syntax())),
        table: object(table.syntax()),
        unique: it.unique_token().is_some(),
        method: method.map_or_else(|| "btree".to_owned(), |method| ident(method.syntax())),
        keys: items.map(|item| key(&item)).collect(),
        include: include.into_iter().flat_map(|list| list.partition_items()).map(|item| ident(item.syntax())).collect(),
        predicate: it.where_clause().and_then(|clause| clause.expr()).map(|expr| text(expr.syntax())),
    };
    into.add(offset(it.syntax()), it.if_not_exists().is_some(), SchemaChange::CreateIndex(definition));
}

fn key(item: &ast::PartitionItem) -> IndexKey {
    let column = match item.expr() {
        Some(ast::Expr::NameRef(name)) => Some(ident(name.syntax())),
        _ => None,
    };
    IndexKey { text: text(item.syntax()), column }
}

/// Reads `DROP INDEX`.
pub(super) fn drop(it: &ast::DropIndex, into: &mut Reading) {
    for name in it.index_refs() {
        into.add(offset(name.syntax()), it.if_exists().is_some(), SchemaChange::DropIndex(object(name.syntax()), None));
    }
}

/// Reads `ALTER INDEX ... RENAME TO`.
pub(super) fn alter(it: &ast::AlterIndex, into: &mut Reading) {
    let (Some(name), Some(ast::AlterIndexAction::IndexRenameTo(rename))) = (it.index_ref(), it.action()) else { return };
    if let Some(new) = rename.index() {
        let change = SchemaChange::RenameIndex(object(name.syntax()), object(new.syntax()).name);
        into.add(offset(it.syntax()), it.if_exists().is_some(), change);
    }
}
