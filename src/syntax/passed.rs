//! What the readers of proxies' configuration have in common: requests that go on to an address.

/// Requests that are passed on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Passed {
    /// `/api/`, `shop.example.com/api/`; empty where all of them are.
    pub(crate) path: String,
    /// The address: `http://api:8080`, `grpc://api:50051`; users and passwords in it are cut off by who reads on.
    pub(crate) address: String,
    /// The line that says it.
    pub(crate) line: u32,
}
