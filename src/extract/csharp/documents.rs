//! Documents that code of .NET stores: collections of MongoDB, documents of Marten.
//! Source: the documentation of the MongoDB C# driver and of Marten. A type that a caller chooses is left to the caller.

use tree_sitter::Node;

use super::nodes::{children, dotted, is_dead, simple_name, text_of, type_arguments};
use super::sends::{bare, is_type_parameter, type_around};
use super::values;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{DocumentStore, Fact, StoredDocument, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "csharp/documents", text: include_str!("../../../queries/csharp/documents.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.documents",
    about: ".NET: collections of MongoDB and documents of Marten",
    kinds: &[FileKind::CSharp],
    markers: &["GetCollection<", "IDocumentSession", "IQuerySession", "Schema.For<", ".Snapshot<", ".SingleStreamAggregation<"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for found in cx.matches(&QUERY) {
        let Some(call) = found.node("call").filter(|call| !is_dead(*call)) else { continue };
        let Some(function) = call.child_by_field_name("function") else { continue };
        let named = function.child_by_field_name("name").unwrap_or(function);
        let Some(class) = type_arguments(named, cx.text).into_iter().next() else { continue };
        let Some(store) = store_of(simple_name(named, cx.text), function, call, cx.text) else { continue };
        if is_type_parameter(bare(&class)) || class.contains('<') {
            continue;
        }
        let collection = first_argument(call).filter(|_| store == DocumentStore::MongoDb).map(|one| name_of(one, cx.text));
        sink.fact(cx.line(named.start_byte()), Fact::StoredDocument(StoredDocument { store, class: bare(&class).to_owned(), collection }));
    }
}

/// The store that a call asks, where it is one of documents.
fn store_of(name: &str, function: Node<'_>, call: Node<'_>, text: &str) -> Option<DocumentStore> {
    let receiver = function.child_by_field_name("expression");
    let of_session = || {
        let kind = receiver.and_then(|one| dotted(one, text)).and_then(|one| type_around(&one, call, text));
        kind.is_some_and(|kind| matches!(bare(&kind), "IDocumentSession" | "IQuerySession"))
    };
    let of = |end: &str| receiver.is_some_and(|one| text_of(one, text).ends_with(end));
    match name {
        "GetCollection" => Some(DocumentStore::MongoDb),
        "For" if of("Schema") => Some(DocumentStore::Marten),
        "Snapshot" | "SingleStreamAggregation" if of("Projections") => Some(DocumentStore::Marten),
        "Query" | "LoadAsync" | "Load" | "LoadManyAsync" | "Store" | "Insert" | "Delete" | "DeleteWhere" if of_session() => {
            Some(DocumentStore::Marten)
        }
        _ => None,
    }
}

fn first_argument(call: Node<'_>) -> Option<Node<'_>> {
    call.child_by_field_name("arguments").and_then(|list| children(list).first().and_then(|one| children(*one).last().copied()))
}

/// The name of a collection: a text, or one that Humanizer and its like make of a name.
fn name_of(node: Node<'_>, text: &str) -> Value {
    let function = node.child_by_field_name("function").filter(|_| node.kind() == "invocation_expression");
    let Some(inner) = function.and_then(|one| one.child_by_field_name("expression")) else { return values::read(node, text) };
    let called = function.and_then(|one| one.child_by_field_name("name")).map_or("", |name| simple_name(name, text));
    match (values::read(inner, text), called) {
        (Value::Text(name), "Underscore") => Value::Text(underscored(&name)),
        (Value::Text(name), "ToLower" | "ToLowerInvariant") => Value::Text(name.to_lowercase()),
        _ => values::read(node, text),
    }
}

/// `seat_plan` of `SeatPlan`, as Humanizer writes it.
fn underscored(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && text.ends_with(|before: char| before.is_lowercase() || before.is_ascii_digit()) {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}
