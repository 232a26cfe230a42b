//! The members of a class that a mapper stores: names, decorators, and what the types of the language say of them. Knows no mapper.

use tree_sitter::Node;

use super::class_cx::ClassCx;
use super::decorators::{self, Found};
use super::values::{children, text_of};
use super::{classes, doc_comment};
use crate::finding::entity::Scalar;

/// A field of a class.
pub(super) struct Member<'a> {
    pub(super) name: String,
    pub(super) line: u32,
    pub(super) doc: Option<String>,
    pub(super) written: Written,
    /// The value that the field starts with.
    pub(super) initial: Option<Node<'a>>,
    pub(super) decorators: Vec<Found<'a>>,
}

/// What the type of a member says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// The type without null, lists and wrappers: `string`, `Status`; empty where none is written.
    pub(super) name: String,
    /// Whether there may be several.
    pub(super) is_list: bool,
    /// Whether it says null.
    pub(super) may_be_null: bool,
    /// Whether it is marked with `?`.
    pub(super) is_optional: bool,
}

/// The fields of a class that carry a decorator, in written order.
pub(super) fn members<'a>(class: &ClassCx<'_, 'a>) -> Vec<Member<'a>> {
    let text = class.cx.text;
    let body = class.node.child_by_field_name("body").map(children).unwrap_or_default();
    let is_field = |member: &Node<'a>| matches!(member.kind(), "public_field_definition" | "method_definition");
    let fields = body.into_iter().filter(|member| is_field(member) && !classes::is_static(*member));
    let decorated = fields.map(|node| (node, decorators::of_member(node, text))).filter(|(_, decorators)| !decorators.is_empty());
    let member = |(node, decorators): (Node<'a>, _)| Member {
        name: classes::member_name(node, text),
        line: class.line(node),
        doc: doc_comment::of(node, text),
        written: Written::of(node, class),
        initial: node.child_by_field_name("value"),
        decorators,
    };
    decorated.map(member).collect()
}

/// Types that only wrap the type of a value.
const WRAPPERS: &[&str] =
    &["Promise", "Relation", "Ref", "Rel", "Reference", "Opt", "Hidden", "Readonly", "CreationOptional", "NonAttribute", "Partial"];
/// Types that hold several.
const LISTS: &[&str] = &["Array", "ReadonlyArray", "Collection", "Set"];
/// Types within types are looked at no deeper than this.
const DEPTH: usize = 6;

impl Written {
    fn of(member: Node<'_>, class: &ClassCx<'_, '_>) -> Self {
        let text = class.cx.text;
        let mut cursor = member.walk();
        let is_optional = member.children(&mut cursor).any(|child| child.kind() == "?");
        let annotation = member.child_by_field_name("type").or_else(|| member.child_by_field_name("return_type"));
        let written = annotation.map_or("", |node| text_of(node, text).trim_start_matches(':').trim());
        let mut found = Self::read(written, DEPTH);
        if let Some(alias) = local_alias(class.cx.tree().map(|tree| tree.root_node()), &found.name, text) {
            let inner = Self::read(alias, DEPTH);
            found = Self { name: inner.name, is_list: found.is_list || inner.is_list, ..found };
        }
        found.is_optional = is_optional;
        found
    }

    /// Reads a type as it is written.
    pub(super) fn read(written: &str, depth: usize) -> Self {
        let Some(depth) = depth.checked_sub(1) else { return Self::default() };
        let parts = split(written, '|');
        let may_be_null = parts.contains(&"null");
        let mut said = parts.into_iter().filter(|part| !matches!(*part, "null" | "undefined" | ""));
        let Some(first) = said.next() else { return Self { may_be_null, ..Self::default() } };
        let first = split(first, '&').first().copied().unwrap_or(first).trim();
        let first = first.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(first);
        let plain = |name: &str| Self { name: name.to_owned(), may_be_null, ..Self::default() };
        let within = |inner: &str, is_list: bool| {
            let found = Self::read(inner, depth);
            Self { is_list: is_list || found.is_list, may_be_null: may_be_null || found.may_be_null, ..found }
        };
        if first.starts_with(['\'', '"', '`']) {
            return plain("string");
        }
        if first.starts_with(|letter: char| letter.is_ascii_digit()) {
            return plain("number");
        }
        if matches!(first, "true" | "false") {
            return plain("boolean");
        }
        if let Some(item) = first.strip_suffix("[]") {
            return within(item, true);
        }
        let Some((outer, inner)) = first.strip_suffix('>').and_then(|rest| rest.split_once('<')) else {
            return plain(if first.starts_with('{') { "object" } else { first });
        };
        let inner = split(inner, ',').first().copied().unwrap_or_default();
        match outer {
            _ if WRAPPERS.contains(&outer) => within(inner, false),
            _ if LISTS.contains(&outer) => within(inner, true),
            _ => plain(outer),
        }
    }

    /// The type of a value that the language itself has.
    pub(super) fn scalar(&self) -> Option<Scalar> {
        Some(match self.name.as_str() {
            "string" | "String" => Scalar::Text,
            "number" | "Number" => Scalar::Integer,
            "boolean" | "Boolean" => Scalar::Boolean,
            "Date" => Scalar::DateTime,
            "bigint" | "BigInt" => Scalar::BigInteger,
            "Buffer" | "Uint8Array" => Scalar::Bytes,
            "object" | "Object" | "any" | "unknown" | "Record" | "Map" => Scalar::Json,
            _ => return None,
        })
    }
}

/// Splits at a letter that stands in no brackets.
fn split(written: &str, at: char) -> Vec<&str> {
    let (mut open, mut from, mut found) = (0_i32, 0, Vec::new());
    for (place, letter) in written.char_indices() {
        match letter {
            '<' | '(' | '{' | '[' => open += 1,
            '>' | ')' | '}' | ']' => open -= 1,
            _ if letter == at && open == 0 => {
                found.push(written[from..place].trim());
                from = place + letter.len_utf8();
            }
            _ => {}
        }
    }
    found.push(written[from..].trim());
    found
}

/// What a type of this file stands for: `type Role = 'admin' | 'user'`.
fn local_alias<'t, 'r>(root: Option<Node<'r>>, name: &str, text: &'t str) -> Option<&'t str> {
    let plain = |one: Node<'r>| one.child_by_field_name("declaration").filter(|_| one.kind() == "export_statement").unwrap_or(one);
    let statements = children(root.filter(|_| !name.is_empty())?).into_iter().map(plain);
    let mut aliases = statements.filter(|one| one.kind() == "type_alias_declaration");
    let found = aliases.find(|one| one.child_by_field_name("name").is_some_and(|own| text_of(own, text) == name))?;
    found.child_by_field_name("value").map(|value| text_of(value, text))
}

#[cfg(test)]
mod tests {
    use super::{DEPTH, Written};

    #[test]
    fn types_are_taken_out_of_what_wraps_them() {
        let cases = [
            ("string | null", "string", false, true),
            ("Promise<User[]>", "User", true, false),
            ("Relation<User> | undefined", "User", false, false),
            ("'a' | 'b'", "string", false, false),
            ("Date & Opt", "Date", false, false),
            ("Collection<Book, Author>", "Book", true, false),
            ("{ a: string | null }", "object", false, false),
            ("Array<Record<string, any>>", "Record", true, false),
        ];
        for (written, name, is_list, may_be_null) in cases {
            let expected = Written { name: name.to_owned(), is_list, may_be_null, is_optional: false };
            assert_eq!(Written::read(written, DEPTH), expected, "{written}");
        }
    }
}
