//! Facts about what a program calls: clients that know the address of another server.
//! Holds where the address comes from, as the code writes it; what answers there is for the linker to find out.

use super::Value;

/// What a client speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ClientKind {
    /// HTTP, by requests that the code writes.
    #[default]
    Http,
    /// HTTP, by an interface that a library implements.
    Interface,
    /// gRPC.
    Grpc,
}

/// A client that code gives an address to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OutgoingClient {
    /// What it speaks.
    pub(crate) kind: ClientKind,
    /// The class that the code stands in.
    pub(crate) class: String,
    /// The type of the client, where it is another one than the class.
    pub(crate) client: Option<String>,
    /// The address.
    pub(crate) address: Value,
}
