//! TypeScript and JavaScript: one file per framework, and what they share in reading the language.

mod astro;
mod bootstrap;
mod brokers;
mod called;
mod class_cx;
mod classes;
mod clients;
mod constants;
mod controllers;
mod cqrs;
mod cron_expressions;
mod declarations;
mod decorators;
mod doc_comment;
mod drizzle;
mod entity_class;
mod environment;
mod exports;
mod graphql;
mod grpc;
mod http_clients;
mod imports;
mod jetstream;
mod knex;
mod messaging;
mod metadata;
mod migrations;
mod mikro_orm;
mod mongoose;
mod nestjs;
mod nextjs;
mod node_pg_migrate;
mod nuxt;
mod pages;
mod redis;
mod remix;
mod routing;
mod schedule;
mod scope;
mod sendings;
mod sequelize;
mod state_machines;
mod stated;
mod strings;
mod sveltekit;
mod typeorm;
mod types;
mod values;

use super::Extractor;
pub(super) use migrations::trimmed;

/// The extractors of this language.
pub(crate) const EXTRACTORS: &[&Extractor] = &[
    &astro::EXTRACTOR,
    &bootstrap::EXTRACTOR,
    &brokers::EXTRACTOR,
    &controllers::EXTRACTOR,
    &cqrs::EXTRACTOR,
    &declarations::EXTRACTOR,
    &drizzle::EXTRACTOR,
    &environment::EXTRACTOR,
    &graphql::EXTRACTOR,
    &grpc::EXTRACTOR,
    &http_clients::EXTRACTOR,
    &knex::EXTRACTOR,
    &messaging::EXTRACTOR,
    &mongoose::EXTRACTOR,
    &mikro_orm::EXTRACTOR,
    &nestjs::EXTRACTOR,
    &nextjs::EXTRACTOR,
    &node_pg_migrate::EXTRACTOR,
    &nuxt::EXTRACTOR,
    &pages::EXTRACTOR,
    &redis::EXTRACTOR,
    &remix::EXTRACTOR,
    &routing::EXTRACTOR,
    &schedule::EXTRACTOR,
    &sequelize::EXTRACTOR,
    &state_machines::EXTRACTOR,
    &sveltekit::EXTRACTOR,
    &typeorm::EXTRACTOR,
];

#[cfg(test)]
mod tests;
