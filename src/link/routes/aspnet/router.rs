//! The tree of routers that an application builds: groups with prefixes, and the endpoints on them.
//! What is asked of a group later holds for its endpoints too, so that everything is put together at the end.

use std::collections::BTreeSet;

use super::authorization::Access;
use super::template::{self, Tokens};
use crate::link::conditions::Taken;
use crate::location::Location;
use crate::model::Operation;

/// A group, or the application itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Router {
    /// The group around it, by place.
    parent: Option<usize>,
    /// Its prefix; `None` when it is computed.
    prefix: Option<String>,
    /// Who may call.
    pub(super) access: Access,
    /// Its API versions.
    pub(super) versions: BTreeSet<String>,
}

/// An endpoint on a router.
#[derive(Clone, Debug, Default)]
pub(super) struct Endpoint {
    /// Where it is mapped.
    pub(super) at: Option<Location>,
    /// Its router, by place.
    pub(super) router: usize,
    /// Its methods; what stands for none of HTTP (`WS`, `GRPC`) stands in `key`.
    pub(super) verbs: Vec<String>,
    /// Its template; `None` when it is computed.
    pub(super) template: Option<String>,
    /// Who may call.
    pub(super) access: Access,
    /// Its API versions.
    pub(super) versions: BTreeSet<String>,
    /// Handler, types and summary.
    pub(super) operation: Operation,
    /// What was written, for messages.
    pub(super) written: String,
    /// The ways of branchings that lead to it.
    pub(super) under: Vec<Taken>,
    /// What is asked on these ways, as written.
    pub(super) asked: Vec<String>,
}

/// Everything that one application maps.
#[derive(Debug)]
pub(super) struct Routers {
    routers: Vec<Router>,
    /// The endpoints in the order they are mapped.
    pub(super) endpoints: Vec<Endpoint>,
}

impl Default for Routers {
    fn default() -> Self {
        Self { routers: vec![Router { prefix: Some(String::new()), ..Router::default() }], endpoints: Vec::new() }
    }
}

impl Routers {
    /// The application itself.
    pub(super) const ROOT: usize = 0;

    /// A new group.
    pub(super) fn group(&mut self, parent: usize, prefix: Option<String>) -> usize {
        self.routers.push(Router { parent: Some(parent), prefix, ..Router::default() });
        self.routers.len() - 1
    }

    /// A router by its place.
    pub(super) fn router_mut(&mut self, at: usize) -> Option<&mut Router> {
        self.routers.get_mut(at)
    }

    /// The routers around a place, the outermost first.
    fn around(&self, at: usize) -> Vec<&Router> {
        let mut found = Vec::new();
        let mut next = Some(at);
        while let Some(router) = next.and_then(|at| self.routers.get(at)).filter(|_| found.len() < 64) {
            found.push(router);
            next = router.parent;
        }
        found.reverse();
        found
    }

    /// The full template in front of a router's endpoints; `None` when a part is computed.
    pub(super) fn prefix(&self, at: usize) -> Option<Vec<&str>> {
        self.around(at).into_iter().map(|router| router.prefix.as_deref()).collect()
    }

    /// Who may call what is mapped on a router.
    pub(super) fn access(&self, at: usize) -> Access {
        self.around(at).into_iter().fold(Access::default(), |access, router| access.and(&router.access))
    }

    /// Who may call an endpoint, as far as what it is mapped on and with says.
    pub(super) fn access_of(&self, endpoint: &Endpoint) -> Access {
        self.access(endpoint.router).and(&endpoint.access).reached_by(&endpoint.under)
    }

    /// The paths of an endpoint, one for each version where the path holds it.
    pub(super) fn paths(&self, endpoint: &Endpoint) -> Option<Vec<String>> {
        let mut parts = self.prefix(endpoint.router)?;
        parts.push(endpoint.template.as_deref()?);
        let path = template::path(&parts, Tokens::default());
        Some(with_versions(&path, &self.versions(endpoint)))
    }

    /// The API versions of an endpoint: its own, else those of the nearest group that states some.
    fn versions(&self, endpoint: &Endpoint) -> BTreeSet<String> {
        let around = self.around(endpoint.router).into_iter().rev().map(|router| &router.versions);
        std::iter::once(&endpoint.versions).chain(around).find(|versions| !versions.is_empty()).cloned().unwrap_or_default()
    }

    /// The versions of an endpoint whose path does not hold them.
    pub(super) fn header_version(&self, endpoint: &Endpoint) -> Option<String> {
        let mut parts = self.prefix(endpoint.router)?;
        parts.push(endpoint.template.as_deref()?);
        let in_path = template::versioned(&template::path(&parts, Tokens::default()), "1").is_some();
        let versions: Vec<String> = self.versions(endpoint).into_iter().collect();
        (!in_path && !versions.is_empty()).then(|| versions.join(", "))
    }
}

/// The path once for each version that stands in it; without a stated version the first one is what the framework assumes.
pub(super) fn with_versions(path: &str, versions: &BTreeSet<String>) -> Vec<String> {
    if template::versioned(path, "1").is_none() {
        return vec![path.to_owned()];
    }
    let stated: Vec<String> = versions.iter().map(|version| template::version_segment(version)).collect();
    let stated = if stated.is_empty() { vec!["1".to_owned()] } else { stated };
    stated.iter().filter_map(|version| template::versioned(path, version)).collect()
}
