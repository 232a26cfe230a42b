//! Methods of RPC services as contracts state them, found by the name under which code answers.
//! Two contracts that state one method in different packages prove neither, unless the code names the package.

use std::collections::BTreeMap;

use crate::finding::{Fact, Finding, RpcMethod};

/// The stated methods, by `Service/Method`.
#[derive(Debug, Default)]
pub(super) struct Contracts<'a>(BTreeMap<String, Vec<&'a RpcMethod>>);

impl<'a> Contracts<'a> {
    /// Reads the methods of all contracts.
    pub(super) fn of(findings: &'a [Finding]) -> Self {
        let mut methods: BTreeMap<String, Vec<&RpcMethod>> = BTreeMap::new();
        for finding in findings {
            if let Fact::RpcMethod(method) = &finding.fact {
                methods.entry(format!("{}/{}", method.service, method.name)).or_default().push(method);
            }
        }
        Self(methods)
    }

    /// The method of this name: of the package that the code states, else the only one.
    pub(super) fn method(&self, name: &str, package: Option<&str>) -> Option<&'a RpcMethod> {
        let stated = self.0.get(name)?;
        let of_package = stated.iter().find(|one| Some(one.package.as_str()) == package);
        let first = stated.first().filter(|first| stated.iter().all(|one| one.package == first.package));
        of_package.or(first).copied()
    }
}
