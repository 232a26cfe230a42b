//! What a line between two containers says: the variable that names the host, the protocol, the order of starting.

use std::collections::{BTreeMap, BTreeSet};

use super::proxies::Configured;
use crate::finding::{HostReference, Purpose};
use crate::link::containers::STARTED_AFTER;
use crate::link::wording;
use crate::model::{Edge, Model, Relationship};

/// How many paths a line names.
const PATHS_SHOWN: usize = 6;

/// The lines of one environment, by who and to whom.
#[derive(Default)]
pub(super) struct Wiring {
    lines: BTreeMap<(String, String), Line>,
    /// Container -> what it passes on, path by path.
    gateways: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Default)]
struct Line {
    variables: BTreeSet<String>,
    schemes: BTreeSet<String>,
    others: BTreeSet<String>,
    /// Proxy -> the paths that it passes on.
    routes: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Wiring {
    /// A setting of `source` names `destination` as a host.
    pub(super) fn host(&mut self, source: &str, destination: &str, host: &HostReference) {
        let line = self.line(source, destination);
        line.variables.insert(host.variable.clone());
        line.schemes.extend(host.scheme.clone());
    }

    /// The configuration of a proxy or collector names `destination`; one whose address a variable holds, under what it is set to.
    pub(super) fn asked(
        &mut self,
        source: &str,
        destination: &str,
        (_, proxied): Configured<'_>,
        host: &HostReference,
        paths: &BTreeSet<String>,
    ) {
        if source == destination {
            return;
        }
        let proxy = proxied.proxy;
        let line = self.line(source, destination);
        line.schemes.extend(host.scheme.clone());
        match proxied.purpose {
            Purpose::Requests => line.routes.entry(proxy).or_default().extend(paths.iter().cloned()),
            Purpose::Metrics => _ = line.others.insert(format!("reads metrics ({proxy})")),
            Purpose::Alerts => _ = line.others.insert(format!("sends alerts ({proxy})")),
        }
        if proxied.purpose == Purpose::Requests && !paths.is_empty() {
            self.gateways.entry(source.to_owned()).or_default().extend(paths.iter().map(|path| format!("{path} → {destination}")));
        }
    }

    /// Another reason for a line: "depends_on", "routes /api".
    pub(super) fn other(&mut self, source: &str, destination: &str, why: &str) {
        self.line(source, destination).others.insert(why.to_owned());
    }

    fn line(&mut self, source: &str, destination: &str) -> &mut Line {
        self.lines.entry((source.to_owned(), destination.to_owned())).or_default()
    }

    /// The lines as edges of the environment.
    pub(super) fn edges(&self) -> BTreeSet<Edge> {
        let distinct = self.lines.iter().filter(|((source, destination), _)| source != destination);
        let edge = |((source, destination), line): (&(String, String), &Line)| Edge {
            source: source.clone(),
            destination: destination.clone(),
            description: line.description(),
        };
        distinct.map(edge).collect()
    }

    /// Gives the lines between known containers to them; one line for each target.
    pub(super) fn give_to(&self, model: &mut Model) {
        for ((source, destination), line) in self.lines.iter().filter(|((source, destination), _)| source != destination) {
            if !model.containers.contains_key(destination) {
                continue;
            }
            let target_technology =
                model.containers.get(destination).filter(|target| target.backing).and_then(|target| target.technology.clone());
            let Some(container) = model.containers.get_mut(source) else { continue };
            let technology = line.protocol().map(str::to_owned).or(target_technology.map(|name| product(&name)));
            // What the code or another environment already says of the two is not said again.
            if container
                .relationships
                .iter()
                .all(|known| known.target != *destination || known.description == STARTED_AFTER && !line.is_order())
            {
                container.relationships.insert(Relationship { target: destination.clone(), description: line.description(), technology });
            }
        }
        for (container, routes) in self.gateways.iter().filter(|(container, _)| model.containers.contains_key(*container)) {
            model.gateway_routes.entry(container.clone()).or_default().extend(routes.iter().cloned());
        }
    }
}

const ORDER: &str = "depends_on";

impl Line {
    /// Whether all that is known is which one starts first.
    fn is_order(&self) -> bool {
        self.variables.is_empty() && self.routes.is_empty() && self.others.iter().all(|why| why == ORDER)
    }

    fn description(&self) -> String {
        let routes = self.routes.iter().map(|(proxy, paths)| {
            let shown = wording::list(paths.iter().map(String::as_str), PATHS_SHOWN);
            if shown.is_empty() { format!("passes requests on ({proxy})") } else { format!("routes {shown} ({proxy})") }
        });
        let others: Vec<String> = self.others.iter().filter(|why| *why != ORDER || self.is_order()).cloned().chain(routes).collect();
        if self.variables.is_empty() {
            return others.join(", ");
        }
        let names: Vec<String> =
            self.variables.iter().map(|name| if name == "command" { name.clone() } else { format!("`{name}`") }).collect();
        let protocol = self.protocol().map(|protocol| format!(" ({protocol})")).unwrap_or_default();
        std::iter::once(format!("{}{protocol}", names.join(", "))).chain(others).collect::<Vec<_>>().join(", ")
    }

    fn protocol(&self) -> Option<&'static str> {
        // The exporters of OpenTelemetry speak their own protocol, whatever carries it.
        if self.variables.iter().all(|name| name.starts_with("OTEL_EXPORTER_OTLP")) && !self.variables.is_empty() {
            return Some("OTLP");
        }
        self.schemes.iter().find_map(|scheme| {
            Some(match scheme.split('+').next().unwrap_or(scheme) {
                "postgres" | "postgresql" | "pgsql" => "PostgreSQL",
                "mysql" => "MySQL",
                "mongodb" => "MongoDB",
                "redis" | "rediss" => "Redis",
                "amqp" | "amqps" => "AMQP",
                "nats" => "NATS",
                "kafka" => "Kafka",
                "http" => "HTTP",
                "https" => "HTTPS",
                "ws" | "wss" => "WebSocket",
                "grpc" | "grpcs" | "dns" => "gRPC",
                "tcp" => "TCP",
                "fastcgi" => "FastCGI",
                "smtp" | "smtps" => "SMTP",
                "ldap" | "ldaps" => "LDAP",
                "clickhouse" => "ClickHouse",
                "mqtt" => "MQTT",
                "bolt" | "neo4j" => "Bolt",
                "sqlserver" => "SQL Server",
                _ => return None,
            })
        })
    }
}

/// The name of a product without the version behind it.
fn product(technology: &str) -> String {
    let (name, version) = technology.rsplit_once(' ').unwrap_or((technology, ""));
    if version.starts_with(|letter: char| letter.is_ascii_digit()) { name.to_owned() } else { technology.to_owned() }
}
