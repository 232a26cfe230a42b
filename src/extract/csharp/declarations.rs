//! Types of C# with their bases, attributes and methods, constants, enums.
//! Sees every file that is parsed for another extractor or that a fact refers to.

use tree_sitter::Node;

use super::attributes;
use super::doc_comment;
use super::nodes::{child_of, children, compact, enclosing_type, field, is_dead, members, modifiers, simple_name, text_of};
use super::route_attributes;
use super::values;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Class, Constant, Fact, Method, Value};
use crate::syntax::query::QueryFile;

pub(super) static QUERY: QueryFile =
    QueryFile { id: "csharp/declarations", text: include_str!("../../../queries/csharp/declarations.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.declarations",
    about: "C#: types with their bases, attributes and methods, constants, enums",
    kinds: &[FileKind::CSharp],
    markers: &[
        "[Http",
        "[Route(",
        "[ApiController",
        "ControllerBase",
        ": Controller",
        ": ODataController",
        ": Hub",
        "[Wolverine",
        "IRouteTemplateProvider",
        ": RouteAttribute",
        ": HttpGetAttribute",
        ": HttpPostAttribute",
        "Endpoint<",
        "EndpointWithoutRequest",
        "HotChocolate",
        "[QueryType",
        "[MutationType",
        "[SubscriptionType",
        "[ExtendObjectType",
        "[Query]",
        "[Mutation]",
        "[Subscription]",
    ],
    when: When::MarkedOrParsed,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for found in cx.matches(&QUERY) {
        let Some(node) = found.node("type").filter(|node| !is_dead(*node)) else { continue };
        let Some(name) = field(node, "name", cx.text) else { continue };
        let place = |node: Node<'_>| cx.line(node.start_byte());
        if node.kind() == "enum_declaration" {
            let value = Value::Map(enum_values(node, cx.text));
            sink.fact(place(node), Fact::Constant(Constant { name: name.to_owned(), parameters: Vec::new(), value }));
            continue;
        }
        sink.fact(cx.line(name_start(node)), Fact::Class(class(node, name, cx.text)));
        route_attributes::read(node, name, cx, sink);
        let outer = outer_name(node, name, cx.text);
        for member in node.child_by_field_name("body").map(members).unwrap_or_default() {
            match member.kind() {
                "field_declaration" => constants(member, (name, &outer), cx, sink),
                "method_declaration" => {
                    let line = member.child_by_field_name("name").map_or(0, |name| name.start_byte());
                    sink.fact(cx.line(line), Fact::Method(method(member, name, cx.text)));
                }
                _ => {}
            }
        }
    }
}

fn name_start(node: Node<'_>) -> usize {
    node.child_by_field_name("name").map_or(node.start_byte(), |name| name.start_byte())
}

fn class(node: Node<'_>, name: &str, text: &str) -> Class {
    let bases = child_of(node, "base_list").map(children).unwrap_or_default();
    let bases: Vec<Node<'_>> = bases.into_iter().filter(|base| base.kind() != "argument_list").collect();
    let full = |base: &Node<'_>| {
        let written = if base.kind() == "primary_constructor_base_type" { base.child_by_field_name("type") } else { Some(*base) };
        written.map(|written| compact(text_of(written, text))).unwrap_or_default()
    };
    Class {
        name: name.to_owned(),
        bases: bases.iter().map(|base| simple_name(*base, text).to_owned()).collect(),
        full_bases: bases.iter().map(full).collect(),
        base_arguments: Vec::new(),
        parameters: Vec::new(),
        members: typed_members(node, text),
        decorators: attributes::of(node, text),
        doc: doc_comment::of(node, text),
        is_abstract: node.kind() == "interface_declaration" || modifiers(node, text).iter().any(|one| one == "abstract"),
        metadata: Vec::new(),
        delegates: Vec::new(),
        rejects: rejects(node, &bases, text),
    }
}

/// Words by which the code of a filter answers somebody whom it does not let in.
const REJECTIONS: &[&str] = &[
    "Unauthorized",
    "Forbid",
    "Challenge",
    "AuthorizeAsync",
    "(401",
    "(403",
    "= 401",
    "= 403",
    "AccessDenied",
    "SecurityException",
    "Login",
    "SignIn",
];

/// Whether a filter of requests may turn a caller away: one that only sets limits never does.
fn rejects(node: Node<'_>, bases: &[Node<'_>], text: &str) -> bool {
    let filters = bases.iter().map(|base| simple_name(*base, text)).any(|base| base.contains("Filter"));
    filters && REJECTIONS.iter().any(|word| text_of(node, text).contains(word))
}

/// Fields, properties and constructor parameters with their types.
pub(super) fn typed_members(node: Node<'_>, text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let named = |list: Option<Node<'_>>, found: &mut Vec<(String, String)>| {
        found.extend(attributes::parameters(list, text).into_iter().map(|one| (one.name, one.data_type)));
    };
    named(child_of(node, "parameter_list"), &mut found);
    for member in node.child_by_field_name("body").map(members).unwrap_or_default() {
        match member.kind() {
            "constructor_declaration" => named(member.child_by_field_name("parameters"), &mut found),
            "property_declaration" => found.extend(pair(member, member, text)),
            "field_declaration" => {
                let declaration = child_of(member, "variable_declaration");
                let names = declaration.map(children).unwrap_or_default().into_iter().filter(|one| one.kind() == "variable_declarator");
                found.extend(names.filter_map(|one| pair(declaration?, one, text)));
            }
            _ => {}
        }
    }
    found
}

fn pair(typed: Node<'_>, named: Node<'_>, text: &str) -> Option<(String, String)> {
    Some((field(named, "name", text)?.to_owned(), compact(field(typed, "type", text)?)))
}

/// The name of a nested type with those around it: `Routes.Users`.
fn outer_name(node: Node<'_>, name: &str, text: &str) -> String {
    let mut full = name.to_owned();
    let mut at = node;
    while let Some(owner) = enclosing_type(at) {
        full = format!("{}.{full}", field(owner, "name", text).unwrap_or_default());
        at = owner;
    }
    full
}

/// Constants and static fields whose value stands in the code, under the name of their type and under that with the types around it.
fn constants(member: Node<'_>, (class, outer): (&str, &str), cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let stated = modifiers(member, cx.text);
    if !stated.iter().any(|one| one == "const" || one == "static") {
        return;
    }
    let declaration = child_of(member, "variable_declaration").map(children).unwrap_or_default();
    for one in declaration.into_iter().filter(|one| one.kind() == "variable_declarator") {
        let (Some(name), Some(written)) = (field(one, "name", cx.text), children(one).last().copied()) else { continue };
        if written.kind() == "identifier" && children(one).len() == 1 {
            continue;
        }
        let value = values::read(written, cx.text);
        let line = cx.line(one.start_byte());
        if outer != class {
            let constant = Constant { name: format!("{outer}.{name}"), parameters: Vec::new(), value: value.clone() };
            sink.fact(line, Fact::Constant(constant));
        }
        sink.fact(line, Fact::Constant(Constant { name: format!("{class}.{name}"), parameters: Vec::new(), value }));
    }
}

/// The members of an enum with the text that each is known by: its name.
fn enum_values(node: Node<'_>, text: &str) -> Vec<(String, Value)> {
    let list = node.child_by_field_name("body").map(members).unwrap_or_default();
    let names = list.into_iter().filter_map(|one| field(one, "name", text));
    names.map(|name| (name.to_owned(), Value::Text(name.to_owned()))).collect()
}

fn method(node: Node<'_>, class: &str, text: &str) -> Method {
    Method {
        class: class.to_owned(),
        name: field(node, "name", text).unwrap_or_default().to_owned(),
        modifiers: modifiers(node, text),
        parameters: attributes::parameters(node.child_by_field_name("parameters"), text),
        returns: field(node, "returns", text).map(compact).unwrap_or_default(),
        decorators: attributes::of(node, text),
        doc: doc_comment::of(node, text),
    }
}
