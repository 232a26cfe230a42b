//! Facts that contracts state: what a service promises, whatever language answers.

use std::collections::BTreeSet;

use crate::location::RepoPath;

/// A method of an RPC service, as a `.proto` file states it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RpcMethod {
    /// The package of the file; empty where none is stated.
    pub(crate) package: String,
    /// The service.
    pub(crate) service: String,
    /// The method.
    pub(crate) name: String,
    /// The message that it takes, as written.
    pub(crate) request: String,
    /// The message that it answers with, as written.
    pub(crate) response: String,
    /// Whether it takes a stream of messages.
    pub(crate) takes_stream: bool,
    /// Whether it answers with a stream of messages.
    pub(crate) gives_stream: bool,
    /// The HTTP routes that `google.api.http` states for it, as (method, path), paths as written.
    pub(crate) http: Vec<(String, String)>,
    /// The comment before it, as plain text.
    pub(crate) doc: Option<String>,
}

/// What a contract of HTTP states: OpenAPI or Swagger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HttpContract {
    /// `OpenAPI 3.1`, `Swagger 2.0`.
    pub(crate) standard: String,
    /// Its title.
    pub(crate) title: Option<String>,
    /// Its description.
    pub(crate) description: Option<String>,
    /// The addresses that it names, without variables that have no default.
    pub(crate) servers: Vec<ServerAddress>,
    /// What it states, in the order of the paths.
    pub(crate) operations: Vec<HttpOperation>,
}

/// An address that a contract names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServerAddress {
    /// The host; empty where only a path is stated.
    pub(crate) host: String,
    /// The path before all others, without a slash at its end.
    pub(crate) path: String,
}

/// An operation of a contract of HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HttpOperation {
    /// The file, where the contract is split over several.
    pub(crate) file: Option<RepoPath>,
    /// The line.
    pub(crate) line: u32,
    /// `GET`.
    pub(crate) method: String,
    /// The path without that of the server.
    pub(crate) path: String,
    /// The name of the type that is sent.
    pub(crate) request: Option<String>,
    /// The name of the type of a good answer.
    pub(crate) response: Option<String>,
    /// What it does.
    pub(crate) summary: Option<String>,
}

/// What a contract of messages states: AsyncAPI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MessageContract {
    /// `AsyncAPI 3.0`.
    pub(crate) standard: String,
    /// Hosts of the brokers that it names.
    pub(crate) hosts: BTreeSet<String>,
    /// Its channels: address and line.
    pub(crate) channels: Vec<(String, u32)>,
}

/// Requests as people keep them to try a service out: a collection of Postman. It need not be whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestCollection {
    /// Its name.
    pub(crate) title: Option<String>,
    /// The requests, in written order.
    pub(crate) requests: Vec<CollectedRequest>,
}

/// A request of a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CollectedRequest {
    /// The line.
    pub(crate) line: u32,
    /// `GET`.
    pub(crate) method: String,
    /// The host; empty where only a variable without a value names it.
    pub(crate) host: String,
    /// The path as it is sent; parameters and variables as `{name}`.
    pub(crate) path: String,
    /// What it is for.
    pub(crate) summary: Option<String>,
}

/// A message whose payload a file of its own states: a JSON Schema, or an entry of an event catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MessageSchema {
    /// What the file is: `JSON Schema`, `EventCatalog`.
    pub(crate) standard: &'static str,
    /// The folder that holds all schemas of the kind.
    pub(crate) folder: RepoPath,
    /// The names that the message may go by: its type, its title, the name of the file.
    pub(crate) names: Vec<String>,
}
