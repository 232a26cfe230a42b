//! Facts about what a program calls: clients that know the address of another server.
//! Holds where the address comes from, as the code writes it; what answers there is for the linker to find out.

use super::Value;
use crate::location::RepoPath;

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
    /// HTTP, by a class that a tool generates from a contract.
    Generated,
}

impl ClientKind {
    /// What an address is called that is a file of the repository: a contract, or the project that serves it.
    pub(crate) const FILE: &'static str = "file";
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

impl OutgoingClient {
    /// A client that a tool generates from a contract: at an address, or at a path from the folder that names it.
    pub(crate) fn generated(class: &str, location: &str, folder: &RepoPath) -> Self {
        let path = || folder.join(&location.replace('\\', "/")).as_str().to_owned();
        let address = if location.contains("://") {
            Value::Text(location.to_owned())
        } else {
            Value::Call(ClientKind::FILE.to_owned(), vec![Value::Text(path())])
        };
        Self { kind: ClientKind::Generated, class: class.to_owned(), client: None, address }
    }
}
