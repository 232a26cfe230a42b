//! Facts that contracts state: what a service promises, whatever language answers.

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
