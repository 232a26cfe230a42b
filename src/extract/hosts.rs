//! Hosts that settings and the configuration of proxies name, as facts; for every language alike.
//! Only scheme, host and port are kept.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{HostReference, Purpose, Upstreams};
use crate::syntax::connection::{self, Endpoint};
use crate::syntax::passed::Passed;

/// The hosts that a setting names, but this machine.
pub(super) fn hosts_of(variable: &str, value: &str) -> Vec<HostReference> {
    references(variable, connection::endpoints(variable, value))
}

/// The hosts that a setting names, this machine among them.
pub(super) fn all_hosts_of(variable: &str, value: &str) -> Vec<HostReference> {
    references(variable, connection::all_endpoints(variable, value))
}

fn references(variable: &str, found: Vec<Endpoint>) -> Vec<HostReference> {
    let reference = |one: Endpoint| HostReference { variable: variable.to_owned(), scheme: one.scheme, host: one.host, port: one.port };
    found.into_iter().map(reference).collect()
}

/// Where a proxy leads, and the lines of the addresses that only the run tells.
pub(super) fn upstreams(proxy: &'static str, purpose: Purpose, all: &[Passed]) -> (Option<Upstreams>, Vec<u32>) {
    let mut hosts: BTreeMap<HostReference, BTreeSet<String>> = BTreeMap::new();
    let mut open = Vec::new();
    for one in all {
        match target(&one.address) {
            Target::Hosts(found) => {
                for host in found {
                    hosts.entry(host).or_default().extend(Some(one.path.clone()).filter(|path| !path.is_empty()));
                }
            }
            Target::Open => open.push(one.line),
        }
    }
    ((!hosts.is_empty()).then_some(Upstreams { proxy, purpose, hosts }), open)
}

enum Target {
    Hosts(Vec<HostReference>),
    Open,
}

/// The host of an address; a variable of the environment in its place is what a template puts in before the start.
fn target(address: &str) -> Target {
    let (scheme, rest) = address.split_once("://").map_or((None, address), |(scheme, rest)| (Some(scheme.to_owned()), rest));
    let Some(at) = rest.find('$') else {
        return Target::Hosts(hosts_of("", &format!("{}://{rest}", scheme.as_deref().unwrap_or("http"))));
    };
    let inner = rest[at + 1..].trim_start_matches('{');
    let name: String = inner.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
    let of_environment = !name.is_empty() && at == 0 && !name.bytes().any(|byte| byte.is_ascii_lowercase());
    if !of_environment {
        return Target::Open;
    }
    let behind = inner[name.len()..].trim_start_matches('}');
    let port = behind.strip_prefix(':').map(|port| port.split('/').next().unwrap_or(port).to_owned());
    let port = port.filter(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    Target::Hosts(vec![HostReference { variable: name, scheme, host: String::new(), port }])
}
