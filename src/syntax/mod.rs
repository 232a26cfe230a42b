//! Grammars, queries and trees; readers for the formats that are not programs.
//! Turns text into structure and knows nothing of frameworks or facts.

pub(crate) mod caddy;
pub(crate) mod connection;
pub(crate) mod custom_resources;
pub(crate) mod database;
pub(crate) mod directives;
pub(crate) mod dockerfile;
pub(crate) mod gotemplate;
pub(crate) mod grammar;
pub(crate) mod graphql;
pub(crate) mod haproxy;
pub(crate) mod hcl;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod nginx;
pub(crate) mod node;
pub(crate) mod passages;
pub(crate) mod passed;
pub(crate) mod prisma;
pub(crate) mod query;
pub(crate) mod shell;
pub(crate) mod sql;
pub(crate) mod variables;
pub(crate) mod yaml;
