//! Schemas of GraphQL in files of their own: what a server that is made of them can be asked.
//! Who serves a schema is the linker's question; clients keep copies of the same files.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, GraphQlField};
use crate::syntax::graphql;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "contract.graphql",
    about: "schemas of GraphQL in files of their own",
    kinds: &[FileKind::GraphQl],
    markers: &["type Query", "type Mutation", "type Subscription", "schema"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for field in graphql::root_fields(cx.text) {
        let fact = GraphQlField { verb: field.verb, name: field.name, gives: field.gives, doc: field.doc };
        sink.fact(cx.line(field.offset), Fact::GraphQlField(fact));
    }
}
