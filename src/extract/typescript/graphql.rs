//! GraphQL from schemas: template strings in the schema language, and where a server is made of schemas.
//! Source: the documentation of Apollo Server, GraphQL Yoga, mercurius, graphql-http and GraphQL Tools. Code-first schemas of NestJS are read elsewhere.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, GraphQlField};
use crate::syntax::graphql;

/// Calls that make a server, or a schema for one out of the schema language.
const SERVERS: &[&str] = &[
    "new ApolloServer(",
    "new ApolloServer<",
    "createYoga(",
    "graphqlHTTP(",
    "new GraphQLServer(",
    "register(mercurius",
    "typePaths:",
    "makeExecutableSchema(",
    "createSchema(",
    "buildSubgraphSchema(",
];

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.graphql",
    about: "schemas of GraphQL in template strings, and the servers made of schemas",
    kinds: &[FileKind::TypeScript, FileKind::JavaScript],
    markers: &[
        "type Query",
        "type Mutation",
        "type Subscription",
        "gql`",
        "#graphql",
        "ApolloServer",
        "createYoga(",
        "graphqlHTTP(",
        "GraphQLServer(",
        "mercurius",
        "typePaths:",
        "makeExecutableSchema(",
        "buildSubgraphSchema(",
    ],
    when: When::Marked,
    // What is read stands in strings, which no query tells from others.
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if let Some(at) = SERVERS.iter().filter_map(|call| cx.text.find(call)).min() {
        sink.fact(cx.line(at), Fact::GraphQlServer);
    }
    for (offset, text) in templates(cx.text) {
        for field in graphql::root_fields(text) {
            let fact = GraphQlField { verb: field.verb, name: field.name, gives: field.gives, doc: field.doc };
            sink.fact(cx.line(offset + field.offset), Fact::GraphQlField(fact));
        }
    }
}

/// The template strings that are in the schema language: tagged `gql`, marked `#graphql` or handed to `buildSchema`.
fn templates(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for sign in ["gql`", "graphql`", "gql(`", "`#graphql", "/* GraphQL */ `", "/* GraphQL */`", "buildSchema(`"] {
        for (at, _) in text.match_indices(sign) {
            let start = at + sign.find('`').map_or(sign.len(), |tick| tick + 1);
            let inner = &text[start..];
            found.push((start, &inner[..inner.find('`').unwrap_or(inner.len())]));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.dedup_by_key(|(at, _)| *at);
    found
}

#[cfg(test)]
mod tests {
    use super::templates;

    #[test]
    fn templates_are_told_by_their_tags() {
        let text =
            "const a = gql`type Query { x: Int }`; const b = `#graphql\n type Mutation { y: Int }`; const c = `type Query { z: Int }`;";
        let found: Vec<&str> = templates(text).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, ["type Query { x: Int }", "#graphql\n type Mutation { y: Int }"]);
    }
}
