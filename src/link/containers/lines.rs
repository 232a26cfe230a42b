//! Lines between containers that deployment files prove: a service waits for another, or a setting names its host.

use std::collections::{BTreeMap, BTreeSet};

use super::services::Service;
use crate::link::Input;
use crate::model::{Model, Relationship};

/// Schemes and the protocol behind each.
const PROTOCOLS: &[(&str, &str)] = &[
    ("postgres", "PostgreSQL"),
    ("postgresql", "PostgreSQL"),
    ("mysql", "MySQL"),
    ("mariadb", "MySQL"),
    ("sqlserver", "TDS"),
    ("mongodb", "MongoDB"),
    ("mongodb+srv", "MongoDB"),
    ("clickhouse", "ClickHouse"),
    ("redis", "Redis"),
    ("rediss", "Redis"),
    ("amqp", "AMQP"),
    ("amqps", "AMQP"),
    ("nats", "NATS"),
    ("kafka", "Kafka"),
    ("mqtt", "MQTT"),
    ("smtp", "SMTP"),
    ("http", "HTTP"),
    ("https", "HTTPS"),
    ("ws", "WebSocket"),
    ("wss", "WebSocket"),
    ("grpc", "gRPC"),
    ("tcp", "TCP"),
    ("ldap", "LDAP"),
];

/// What `depends_on` proves.
pub(in crate::link) const STARTED_AFTER: &str = "Is started after it, as the compose file says";

/// Takes the order of starts away where another line to the same container says more.
pub(in crate::link) fn tidy(_: &Input<'_>, model: &mut Model) {
    for container in model.containers.values_mut() {
        let told: BTreeSet<String> =
            container.relationships.iter().filter(|line| line.description != STARTED_AFTER).map(|line| line.target.clone()).collect();
        container.relationships.retain(|line| line.description != STARTED_AFTER || !told.contains(&line.target));
    }
}

/// Adds the lines of every service to the container that it is.
pub(super) fn connect(services: &[(String, &Service<'_>)], model: &mut Model) {
    let mut keys: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, service) in services {
        for host in service.hosts() {
            keys.entry(host).or_default().insert(key);
        }
    }
    // A host name that two containers answer to in different files proves a line to neither.
    let target = |host: &str| keys.get(host).filter(|keys| keys.len() == 1).and_then(|keys| keys.first()).map(|key| (*key).to_owned());
    for (key, service) in services {
        let mut lines: BTreeMap<String, Relationship> = BTreeMap::new();
        for (_, fact) in &service.facts {
            for host in &fact.hosts {
                let Some(target) = target(&host.host).filter(|target| target != key) else { continue };
                let protocol = host.scheme.as_deref().and_then(|scheme| PROTOCOLS.iter().find(|(name, _)| *name == scheme));
                let line = Relationship {
                    target: target.clone(),
                    description: format!("Connects to it; the host is set by {}", host.variable),
                    // The exporters of OpenTelemetry speak their own protocol, whatever carries it.
                    technology: if host.variable.starts_with("OTEL_EXPORTER_OTLP") {
                        Some("OTLP".to_owned())
                    } else {
                        protocol.map(|(_, name)| (*name).to_owned())
                    },
                };
                let known = lines.entry(target).or_insert_with(|| line.clone());
                if known.technology.is_none() && line.technology.is_some() {
                    *known = line;
                }
            }
        }
        for name in service.facts.iter().flat_map(|(_, fact)| &fact.depends_on) {
            let Some(target) = target(name).filter(|target| target != key) else { continue };
            let line = Relationship { target: target.clone(), description: STARTED_AFTER.to_owned(), technology: None };
            lines.entry(target).or_insert(line);
        }
        if let Some(container) = model.containers.get_mut(key) {
            let known: BTreeSet<String> = container.relationships.iter().map(|line| line.target.clone()).collect();
            container.relationships.extend(lines.into_values().filter(|line| !known.contains(&line.target)));
        }
    }
}
