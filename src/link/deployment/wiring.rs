//! What a line between two containers says: the variable that names the host, the protocol, the order of starting.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::HostReference;
use crate::model::{Edge, Model, Relationship};

/// The lines of one environment, by who and to whom.
#[derive(Default)]
pub(super) struct Wiring {
    lines: BTreeMap<(String, String), Line>,
}

#[derive(Default)]
struct Line {
    variables: BTreeSet<String>,
    schemes: BTreeSet<String>,
    others: BTreeSet<String>,
}

impl Wiring {
    /// A setting of `source` names `destination` as a host.
    pub(super) fn host(&mut self, source: &str, destination: &str, host: &HostReference) {
        let line = self.line(source, destination);
        line.variables.insert(host.variable.clone());
        line.schemes.extend(host.scheme.clone());
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
            if container.relationships.iter().all(|known| known.target != *destination) {
                container.relationships.insert(Relationship { target: destination.clone(), description: line.description(), technology });
            }
        }
    }
}

const ORDER: &str = "depends_on";

impl Line {
    fn description(&self) -> String {
        if self.variables.is_empty() {
            return self.others.iter().cloned().collect::<Vec<_>>().join(", ");
        }
        let names: Vec<String> =
            self.variables.iter().map(|name| if name == "command" { name.clone() } else { format!("`{name}`") }).collect();
        let more = self.others.iter().filter(|why| *why != ORDER).cloned();
        let protocol = self.protocol().map(|protocol| format!(" ({protocol})")).unwrap_or_default();
        format!("{}{protocol}", names.into_iter().chain(more).collect::<Vec<_>>().join(", "))
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
                "grpc" | "dns" => "gRPC",
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
