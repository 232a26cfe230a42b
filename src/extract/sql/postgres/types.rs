//! Types, domains, schemas, comments and the search path.

use squawk_syntax::ast::{self, AstNode};

use super::{cascade, data_type, ident, literal, object, offset, text};
use crate::extract::sql::statement::{Reading, Statement};
use crate::finding::schema::{ColumnDefinition, CommentTarget, EnumPlace, ObjectName, SchemaChange};
use crate::syntax::sql::{Lexis, name};

/// Reads the statements that are about no table, index, view or policy.
pub(super) fn read(statement: &Statement<'_>, stmt: &ast::Stmt, into: &mut Reading) {
    match stmt {
        ast::Stmt::CreateType(it) => create_type(statement, it, into),
        ast::Stmt::AlterType(it) => alter_type(it, into),
        ast::Stmt::DropType(it) => {
            for name in it.type_name_refs() {
                let change = SchemaChange::DropType(object(name.syntax()), cascade(it.drop_behavior()));
                into.add(offset(name.syntax()), it.if_exists().is_some(), change);
            }
        }
        ast::Stmt::CreateDomain(it) => {
            if let Some(domain) = it.domain() {
                into.add(offset(it.syntax()), false, SchemaChange::CreateOtherType(object(domain.syntax())));
            }
        }
        ast::Stmt::AlterDomain(it) => alter_domain(it, into),
        ast::Stmt::DropDomain(it) => {
            for name in it.domain_refs() {
                let change = SchemaChange::DropType(object(name.syntax()), cascade(it.drop_behavior()));
                into.add(offset(name.syntax()), it.if_exists().is_some(), change);
            }
        }
        ast::Stmt::CommentOn(it) => comment(it, into),
        other => schema(other, into),
    }
}

fn schema(stmt: &ast::Stmt, into: &mut Reading) {
    match stmt {
        ast::Stmt::CreateSchema(it) => {
            let name = it.create_schema_target().map(|target| ident(target.syntax()));
            if let Some(name) = name.filter(|name| name != "authorization") {
                into.add(offset(it.syntax()), it.if_not_exists().is_some(), SchemaChange::CreateSchema(name));
            }
        }
        ast::Stmt::DropSchema(it) => {
            for name in it.schema_refs() {
                into.add(offset(name.syntax()), it.if_exists().is_some(), SchemaChange::DropSchema(ident(name.syntax())));
            }
        }
        ast::Stmt::AlterSchema(it) => {
            if let (Some(name), Some(ast::AlterSchemaAction::SchemaRenameTo(to))) = (it.schema_ref(), it.action())
                && let Some(new) = to.schema()
            {
                into.add(offset(it.syntax()), false, SchemaChange::RenameSchema(ident(name.syntax()), ident(new.syntax())));
            }
        }
        ast::Stmt::Set(it) => {
            if let Some(path) = search_path(&text(it.syntax())) {
                into.add(offset(it.syntax()), true, SchemaChange::SetSearchPath(path));
            }
        }
        ast::Stmt::Reset(it) => into.add(offset(it.syntax()), true, SchemaChange::SetSearchPath(Vec::new())),
        _ => {}
    }
}

/// The schemas of `SET [LOCAL|SESSION] search_path TO a, b` and `SET SCHEMA 'a'`.
fn search_path(written: &str) -> Option<Vec<String>> {
    let lower = written.to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let rest = if let Some(at) = lower.find("search_path") {
        written[at + "search_path".len()..].trim_start()
    } else if words.get(1) == Some(&"schema") {
        written[lower.find("schema")? + "schema".len()..].trim_start()
    } else {
        return None;
    };
    let rest =
        rest.strip_prefix('=').or_else(|| rest.get(..2).filter(|to| to.eq_ignore_ascii_case("to")).map(|_| &rest[2..])).unwrap_or(rest);
    let names = rest.trim().trim_end_matches(';').split(',').map(|part| name::ident(part, Lexis::Postgres));
    Some(names.filter(|name| !name.is_empty() && name != "default").collect())
}

fn create_type(statement: &Statement<'_>, it: &ast::CreateType, into: &mut Reading) {
    let Some(name) = it.type_name().map(|name| object(name.syntax())) else { return };
    let change = match it.kind() {
        Some(ast::CreateTypeKind::EnumType(kind)) => {
            let variants = kind.variant_list().into_iter().flat_map(|list| list.variants());
            let labels = variants.filter_map(|variant| variant.literal()).map(|label| literal(&label)).collect();
            SchemaChange::CreateEnum(name, labels)
        }
        Some(ast::CreateTypeKind::CompositeType(kind)) => {
            let fields = kind.composite_field_list().into_iter().flat_map(|list| list.composite_field_defs());
            let fields = fields.map(|field| ColumnDefinition {
                name: field.name().map(|name| ident(name.syntax())).unwrap_or_default(),
                data_type: field.ty().map(|ty| data_type(ty.syntax())).unwrap_or_default(),
                line: statement.line(offset(field.syntax())),
                ..ColumnDefinition::default()
            });
            SchemaChange::CreateComposite(name, fields.collect())
        }
        _ => SchemaChange::CreateOtherType(name),
    };
    into.add(offset(it.syntax()), false, change);
}

fn alter_type(it: &ast::AlterType, into: &mut Reading) {
    let (Some(name), Some(action)) = (it.type_name_ref().map(|name| object(name.syntax())), it.action()) else { return };
    let mut lenient = false;
    let change = match action {
        ast::AlterTypeAction::AddValue(add) => {
            lenient = add.if_not_exists().is_some();
            let place = match add.value_position() {
                Some(ast::ValuePosition::BeforeValue(at)) => {
                    at.literal().map_or(EnumPlace::Last, |label| EnumPlace::Before(literal(&label)))
                }
                Some(ast::ValuePosition::AfterValue(at)) => at.literal().map_or(EnumPlace::Last, |label| EnumPlace::After(literal(&label))),
                None => EnumPlace::Last,
            };
            add.literal().map(|label| SchemaChange::AddEnumValue(name, literal(&label), place))
        }
        ast::AlterTypeAction::RenameValue(rename) => match (rename.from(), rename.to()) {
            (Some(from), Some(to)) => Some(SchemaChange::RenameEnumValue(name, literal(&from), literal(&to))),
            _ => None,
        },
        ast::AlterTypeAction::TypeRenameTo(to) => to.type_name().map(|new| SchemaChange::RenameType(name, object(new.syntax()).name)),
        ast::AlterTypeAction::SetSchema(to) => to.schema_ref().map(|schema| SchemaChange::MoveType(name, ident(schema.syntax()))),
        _ => None,
    };
    if let Some(change) = change {
        into.add(offset(it.syntax()), lenient, change);
    }
}

fn alter_domain(it: &ast::AlterDomain, into: &mut Reading) {
    let Some(name) = it.domain_ref().map(|name| object(name.syntax())) else { return };
    let change = match it.action() {
        Some(ast::AlterDomainAction::DomainRenameTo(to)) => {
            to.domain().map(|new| SchemaChange::RenameType(name, object(new.syntax()).name))
        }
        Some(ast::AlterDomainAction::SetSchema(to)) => to.schema_ref().map(|schema| SchemaChange::MoveType(name, ident(schema.syntax()))),
        _ => None,
    };
    if let Some(change) = change {
        into.add(offset(it.syntax()), false, change);
    }
}

fn comment(it: &ast::CommentOn, into: &mut Reading) {
    let Some(target) = it.comment_object() else { return };
    let target = match target {
        ast::CommentObject::ObjectTable(on) => on.table_name_ref().map(|name| CommentTarget::Table(object(name.syntax()))),
        ast::CommentObject::ObjectForeignTable(on) => on.table_name_ref().map(|name| CommentTarget::Table(object(name.syntax()))),
        ast::CommentObject::ObjectView(on) => on.view_ref().map(|name| CommentTarget::View(object(name.syntax()))),
        ast::CommentObject::ObjectMaterializedView(on) => on.view_ref().map(|name| CommentTarget::View(object(name.syntax()))),
        ast::CommentObject::ObjectColumn(on) => on.name().and_then(|name| {
            let mut parts = name::parts(&text(name.syntax()), Lexis::Postgres);
            let column = parts.pop()?;
            let table = parts.pop()?;
            Some(CommentTarget::Column(ObjectName { schema: parts.pop(), name: table }, column))
        }),
        _ => None,
    };
    if let Some(target) = target {
        into.add(
            offset(it.syntax()),
            false,
            SchemaChange::Comment(target, it.literal().map(|text| literal(&text)).filter(|text| !text.is_empty())),
        );
    }
}
