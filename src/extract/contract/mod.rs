//! Contracts: files that state what a service promises, apart from the code that keeps it.

mod asyncapi;
mod event_schemas;
mod generated_clients;
mod graphql;
mod node;
mod openapi;
mod postman;
mod proto;
mod tokens;

use super::Extractor;

/// The extractors of contracts.
pub(crate) const EXTRACTORS: &[&Extractor] = &[
    &asyncapi::EXTRACTOR,
    &event_schemas::EXTRACTOR,
    &generated_clients::EXTRACTOR,
    &graphql::EXTRACTOR,
    &openapi::EXTRACTOR,
    &postman::EXTRACTOR,
    &proto::EXTRACTOR,
];
