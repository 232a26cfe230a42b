//! What EF Core makes tables of: types with properties and attributes, and the functions that configure a model.
//! Source: the EF Core documentation, "Creating and configuring a model". Decides nothing about which type is stored where.

use tree_sitter::Node;

use super::attributes;
use super::declarations;
use super::doc_comment;
use super::nodes::{child_of, children, compact, enclosing_type, field, is_dead, members, modifiers, simple_name, text_of};
use super::procedures;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::mapped::{MappedKind, MappedProperty, MappedType, ModelSetup};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "csharp/ef_model", text: include_str!("../../../queries/csharp/ef_model.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.ef_model",
    about: "EF Core models: contexts, entities with their attributes, fluent configuration",
    kinds: &[FileKind::CSharp],
    markers: &[
        "DbSet<",
        "DbContext<",
        ": DbContext",
        "OnModelCreating",
        "EntityTypeBuilder",
        "IEntityTypeConfiguration<",
        "this ModelBuilder",
    ],
    when: When::MarkedOrParsed,
    queries: &[&QUERY, &declarations::QUERY],
    extract,
};

/// Types with more members than this are data.
const MEMBERS: usize = 2_000;

/// The builders that a model is configured with.
const BUILDERS: &[&str] = &[
    "ModelBuilder",
    "EntityTypeBuilder",
    "OwnedNavigationBuilder",
    "ComplexPropertyBuilder",
    "ModelConfigurationBuilder",
    "DbContextOptionsBuilder",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let tells_null = directive(cx.text);
    for node in cx.matches(&declarations::QUERY).iter().filter_map(|found| found.node("type")).filter(|node| !is_dead(*node)) {
        if let Some(found) = mapped_type(node, cx, tells_null) {
            let line = node.child_by_field_name("name").map_or(node.start_byte(), |name| name.start_byte());
            sink.fact(cx.line(line), Fact::MappedType(Box::new(found)));
        }
    }
    let mut last = None;
    for node in cx.matches(&QUERY).iter().filter_map(|found| found.node("parameter")?.child_by_field_name("type")) {
        let Some(function) = Some(node).filter(|node| is_builder(*node, cx.text)).and_then(function_around) else { continue };
        if last == Some(function.id()) {
            continue;
        }
        last = Some(function.id());
        if !is_dead(function)
            && !is_snapshot(function, cx.text)
            && let Some(procedure) = procedures::whole(function, cx)
        {
            sink.fact(cx.line(function.start_byte()), Fact::ModelSetup(Box::new(ModelSetup { procedure })));
        }
    }
}

/// `#nullable enable`
fn directive(text: &str) -> Option<bool> {
    let at = memchr::memmem::find(text.as_bytes(), b"#nullable ")?;
    let rest = text.get(at + "#nullable ".len()..)?.trim_start();
    if rest.starts_with("enable") { Some(true) } else { rest.starts_with("disable").then_some(false) }
}

fn is_builder(kind: Node<'_>, text: &str) -> bool {
    BUILDERS.contains(&simple_name(kind, text))
}

/// The method that has a parameter of this type.
fn function_around(kind: Node<'_>) -> Option<Node<'_>> {
    let list = kind.parent()?.parent()?;
    list.parent().filter(|node| matches!(node.kind(), "method_declaration" | "local_function_statement"))
}

/// What a tool wrote down of a model beside its migrations.
fn is_snapshot(function: Node<'_>, text: &str) -> bool {
    matches!(field(function, "name", text), Some("BuildModel" | "BuildTargetModel"))
        || enclosing_type(function)
            .and_then(|owner| child_of(owner, "base_list"))
            .is_some_and(|bases| text_of(bases, text).contains("ModelSnapshot"))
}

fn mapped_type(node: Node<'_>, cx: &FileCx<'_>, tells_null: Option<bool>) -> Option<MappedType> {
    let text = cx.text;
    let kind = match node.kind() {
        "class_declaration" => MappedKind::Class,
        // The grammar has one kind for both sorts of record.
        "record_declaration" if !is_struct(node, text) => MappedKind::Class,
        "record_declaration" | "struct_declaration" => MappedKind::Struct,
        "enum_declaration" => MappedKind::Enum,
        _ => return None,
    };
    let stated = modifiers(node, text);
    if stated.iter().any(|one| one == "static") {
        return None;
    }
    let mut found = MappedType {
        name: field(node, "name", text)?.to_owned(),
        kind,
        is_partial: stated.iter().any(|one| one == "partial"),
        is_abstract: stated.iter().any(|one| one == "abstract"),
        type_parameters: type_parameters(node, text),
        bases: bases(node, text),
        decorators: attributes::of(node, text),
        tells_null,
        doc: doc_comment::of(node, text),
        ..MappedType::default()
    };
    if kind != MappedKind::Enum {
        add_members(&mut found, node, cx);
    }
    Some(found)
}

fn is_struct(node: Node<'_>, text: &str) -> bool {
    let name = node.child_by_field_name("name").map_or(node.end_byte(), |name| name.start_byte());
    text.get(node.start_byte()..name).is_some_and(|head| head.split_whitespace().any(|word| word == "struct"))
}

fn type_parameters(node: Node<'_>, text: &str) -> Vec<String> {
    let list = child_of(node, "type_parameter_list").map(children).unwrap_or_default();
    list.into_iter().filter_map(|one| field(one, "name", text).map(str::to_owned)).collect()
}

fn bases(node: Node<'_>, text: &str) -> Vec<String> {
    let list = child_of(node, "base_list").map(children).unwrap_or_default();
    let written = |base: Node<'_>| match base.kind() {
        "argument_list" => None,
        "primary_constructor_base_type" => field(base, "type", text).map(compact),
        _ => Some(compact(text_of(base, text))),
    };
    list.into_iter().filter_map(written).collect()
}

fn add_members(found: &mut MappedType, node: Node<'_>, cx: &FileCx<'_>) {
    // The parameters of a record are properties.
    if node.kind() == "record_declaration" {
        let list = child_of(node, "parameter_list");
        let line = list.map_or(0, |list| cx.line(list.start_byte()));
        let property = |one: crate::finding::Parameter| MappedProperty {
            name: one.name,
            data_type: one.data_type,
            decorators: one.decorators,
            is_public: true,
            has_setter: true,
            doc: None,
            line,
        };
        found.properties.extend(attributes::parameters(list, cx.text).into_iter().map(property));
    }
    for member in node.child_by_field_name("body").map(members).unwrap_or_default().into_iter().take(MEMBERS) {
        match member.kind() {
            "property_declaration" => found.properties.extend(property(member, cx)),
            "field_declaration" if modifiers(member, cx.text).iter().all(|one| one != "static" && one != "const") => {
                let Some(declaration) = child_of(member, "variable_declaration") else { continue };
                let data_type = field(declaration, "type", cx.text).map(compact).unwrap_or_default();
                let names = children(declaration).into_iter().filter(|one| one.kind() == "variable_declarator");
                found.fields.extend(names.filter_map(|one| Some((field(one, "name", cx.text)?.to_owned(), data_type.clone()))));
            }
            _ => {}
        }
    }
}

fn property(node: Node<'_>, cx: &FileCx<'_>) -> Option<MappedProperty> {
    let stated = modifiers(node, cx.text);
    if stated.iter().any(|one| one == "static") {
        return None;
    }
    let accessors = child_of(node, "accessor_list").map(children).unwrap_or_default();
    let name = node.child_by_field_name("name")?;
    Some(MappedProperty {
        name: text_of(name, cx.text).to_owned(),
        data_type: field(node, "type", cx.text).map(compact)?,
        decorators: attributes::of(node, cx.text),
        is_public: stated.iter().any(|one| one == "public"),
        has_setter: accessors.iter().any(|one| matches!(field(*one, "name", cx.text), Some("set" | "init"))),
        doc: doc_comment::of(node, cx.text),
        line: cx.line(name.start_byte()),
    })
}
