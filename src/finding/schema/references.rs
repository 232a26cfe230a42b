//! Names of other files in the texts of a statement: `createTable(Tables.User, ...)`. A statement of one file holds a mark where the
//! text goes; the linker, which knows the other file, puts it in. Knows neither file nor meaning.

use super::{
    ColumnDefinition, ColumnPlace, CommentTarget, ConstraintDefinition, ConstraintKind, EnumPlace, ForeignKeyDefinition, IndexDefinition,
    IndexKey, KeyColumns, LikeClause, ObjectName, Policy, SchemaChange, SelectItem, TableAction, TableDefinition, TableElement,
    TableFromQuery, ViewDefinition,
};
use crate::finding::Value;

/// What the marks in the statements of one file stand for, in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SchemaReferences(pub(crate) Vec<Value>);

/// Private characters of Unicode: no name of a catalog has them, every reader of SQL takes them for letters, and they have no case.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// The mark that stands for a value of another file.
pub(crate) fn reference(number: usize) -> String {
    format!("{OPEN}{number}{CLOSE}")
}

/// The number of a text that is a mark and nothing else.
fn only_mark(text: &str) -> Option<usize> {
    text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?.parse().ok()
}

impl SchemaReferences {
    /// The value that a text stands for which is a mark and nothing else.
    pub(crate) fn value(&self, text: &str) -> Option<&Value> {
        self.0.get(only_mark(text)?)
    }

    /// A value with what is known put in for the marks in its text.
    pub(crate) fn filled(&self, value: &Value) -> Option<Value> {
        let text = value.as_text()?;
        if let Some(known) = self.value(text) {
            return Some(known.clone());
        }
        let mut text = text.to_owned();
        self.put_in(&mut text).is_ok().then_some(Value::Text(text))
    }

    /// Puts the values into a statement; a value that is not known is told by its number.
    pub(crate) fn settle(&self, change: &mut SchemaChange) -> Result<(), usize> {
        if let SchemaChange::CreateEnum(_, labels) = change {
            *labels = labels.drain(..).flat_map(|label| self.labels(label)).collect();
        }
        let mut unknown = None;
        change.each(&mut |text| {
            if let Err(number) = self.put_in(text) {
                unknown.get_or_insert(number);
            }
        });
        unknown.map_or(Ok(()), Err)
    }

    /// The labels that one stands for which is a whole list.
    fn labels(&self, label: String) -> Vec<String> {
        match self.value(&label) {
            Some(Value::List(items)) => items.iter().filter_map(plain).collect(),
            _ => vec![label],
        }
    }

    fn put_in(&self, text: &mut String) -> Result<(), usize> {
        while let Some(start) = text.find(OPEN) {
            let Some(length) = text[start..].find(CLOSE) else { return Ok(()) };
            let end = start + length + CLOSE.len_utf8();
            let number = only_mark(&text[start..end]).unwrap_or_default();
            let is_literal = text[..start].ends_with('\'') && text[end..].starts_with('\'');
            match self.0.get(number) {
                Some(Value::Number(_) | Value::Bool(_)) if is_literal => {
                    let bare = self.0.get(number).and_then(plain).unwrap_or_default();
                    text.replace_range(start - 1..end + 1, &bare);
                }
                Some(Value::List(items)) if is_literal => {
                    text.replace_range(start..end, &items.iter().filter_map(plain).collect::<Vec<_>>().join("', '"));
                }
                value => match value.and_then(plain) {
                    Some(plain) => text.replace_range(start..end, &plain),
                    // A part of a literal that stays unknown stands as it is written.
                    None if is_literal => {
                        let written = value.map(written).unwrap_or_default();
                        text.replace_range(start..end, &format!("${{{written}}}"));
                    }
                    None => return Err(number),
                },
            }
        }
        Ok(())
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Number(text) => Some(text.clone()),
        Value::Bool(one) => Some(one.to_string()),
        _ => None,
    }
}

/// The names in a value, as they are written.
fn written(value: &Value) -> String {
    let mut names = Vec::new();
    value.names(&mut names);
    names.join(" ")
}

/// Whatever holds texts shows each of them.
trait Texts {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String));
}

impl Texts for String {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
        visit(self);
    }
}

impl<T: Texts> Texts for Option<T> {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.iter_mut().for_each(|inner| inner.each(visit));
    }
}

impl<T: Texts> Texts for Vec<T> {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.iter_mut().for_each(|inner| inner.each(visit));
    }
}

impl<A: Texts, B: Texts> Texts for (A, B) {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.0.each(visit);
        self.1.each(visit);
    }
}

/// A struct shows the texts of these fields.
macro_rules! fields {
    ($($kind:ident { $($field:ident),+ })+) => {
        $(impl Texts for $kind {
            fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
                $(self.$field.each(visit);)+
            }
        })+
    };
}

fields! {
    ObjectName { schema, name }
    TableDefinition { name, elements, inherits, partition_of, of_type, description }
    LikeClause { source }
    ColumnDefinition { name, data_type, default, generated, constraints, description }
    ConstraintDefinition { name, kind }
    ForeignKeyDefinition { columns, target, references, on_delete }
    IndexDefinition { name, table, method, keys, include, predicate }
    IndexKey { text, column }
    Policy { name, command, roles, using, check }
    ViewDefinition { name, query, reads, description }
    TableFromQuery { name, columns, items, sources }
}

impl Texts for TableElement {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Self::Column(inner) => inner.each(visit),
            Self::Constraint(inner) => inner.each(visit),
            Self::Index(inner) => inner.each(visit),
            Self::Like(inner) => inner.each(visit),
        }
    }
}

impl Texts for ConstraintKind {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Self::PrimaryKey(KeyColumns::Columns(columns)) | Self::Unique(KeyColumns::Columns(columns)) => columns.each(visit),
            Self::PrimaryKey(KeyColumns::OfIndex(name)) | Self::Unique(KeyColumns::OfIndex(name)) => name.each(visit),
            Self::ForeignKey(key) => key.each(visit),
            Self::Check(text) | Self::Exclude(text) | Self::NotNull(text) => text.each(visit),
            Self::Default(column, text) => {
                column.each(visit);
                text.each(visit);
            }
        }
    }
}

impl Texts for SelectItem {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Self::All(source) => source.each(visit),
            Self::Column(source, column, name) => {
                source.each(visit);
                column.each(visit);
                name.each(visit);
            }
            Self::Cast(kind, name) => {
                kind.each(visit);
                name.each(visit);
            }
        }
    }
}

impl Texts for TableAction {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Self::AddColumn(column, place) => {
                column.each(visit);
                if let ColumnPlace::After(name) = place {
                    name.each(visit);
                }
            }
            Self::RedefineColumn(name, column) | Self::ReplaceColumn(name, column) => {
                name.each(visit);
                column.each(visit);
            }
            Self::DropColumn(name) | Self::SetSchema(name) | Self::DropConstraint(name) | Self::SetNotNull(name, _) => name.each(visit),
            Self::RenameColumn(old, new) | Self::SetType(old, new) | Self::RenameConstraint(old, new) => {
                old.each(visit);
                new.each(visit);
            }
            Self::SetDefault(name, text) | Self::SetGenerated(name, text) => {
                name.each(visit);
                text.each(visit);
            }
            Self::Rename(name)
            | Self::AttachPartition(name)
            | Self::DetachPartition(name)
            | Self::Inherit(name)
            | Self::NoInherit(name) => name.each(visit),
            Self::AddConstraint(constraint) => constraint.each(visit),
            Self::DropForeignKey(columns) => columns.each(visit),
            Self::DropPrimaryKey | Self::RowLevelSecurity(_) => {}
        }
    }
}

impl Texts for CommentTarget {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Self::Table(name) | Self::View(name) => name.each(visit),
            Self::Column(table, column) => {
                table.each(visit);
                column.each(visit);
            }
        }
    }
}

impl Texts for SchemaChange {
    fn each(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Self::CreateTable(table) => table.each(visit),
            Self::CreateTableAs(table) => table.each(visit),
            Self::CreateTemporary(name)
            | Self::DropTable(name)
            | Self::CreateOtherType(name)
            | Self::DropType(name, _)
            | Self::DropView(name) => name.each(visit),
            Self::AlterTable(name, action) => {
                name.each(visit);
                action.each(visit);
            }
            Self::CreateEnum(name, labels) => {
                name.each(visit);
                labels.each(visit);
            }
            Self::AddEnumValue(name, label, place) => {
                name.each(visit);
                label.each(visit);
                if let EnumPlace::Before(other) | EnumPlace::After(other) = place {
                    other.each(visit);
                }
            }
            Self::CreateComposite(name, columns) => {
                name.each(visit);
                columns.each(visit);
            }
            Self::RenameType(name, new)
            | Self::MoveType(name, new)
            | Self::RenameIndex(name, new)
            | Self::RenameView(name, new)
            | Self::MoveView(name, new)
            | Self::DropPolicy(name, new) => {
                name.each(visit);
                new.each(visit);
            }
            Self::RenameEnumValue(name, old, new) | Self::RenamePolicy(name, old, new) => {
                name.each(visit);
                old.each(visit);
                new.each(visit);
            }
            Self::CreateIndex(index) => index.each(visit),
            Self::DropIndex(name, table) => {
                name.each(visit);
                table.each(visit);
            }
            Self::CreatePolicy(name, policy) | Self::AlterPolicy(name, policy) => {
                name.each(visit);
                policy.each(visit);
            }
            Self::CreateView(view) => view.each(visit),
            Self::Comment(target, text) => {
                target.each(visit);
                text.each(visit);
            }
            Self::RenameSchema(old, new) => {
                old.each(visit);
                new.each(visit);
            }
            Self::CreateSchema(name) | Self::DropSchema(name) => name.each(visit),
            Self::SetSearchPath(names) => names.each(visit),
            Self::Include(_) | Self::Call(_) | Self::Unread(_) => {}
        }
    }
}
