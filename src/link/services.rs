//! The backing services that the system runs with, as its containers show them.
//! Tools for people and one-off jobs back nothing and are left out.

use super::Input;
use crate::model::{BackingService, Model};

/// Every backing container that holds a known product, by the product's name.
pub(super) fn link(_: &Input<'_>, model: &mut Model) {
    for (key, container) in model.containers.iter().filter(|(_, container)| container.backing) {
        let Some(kind) = service_kind(&container.kind) else { continue };
        let Some(technology) = &container.technology else { continue };
        let name = product_of(technology);
        let service =
            model.services.entry(name.to_owned()).or_insert_with(|| BackingService { kind: kind.to_owned(), ..BackingService::default() });
        service.notes.insert(match technology.strip_prefix(name).map(str::trim).filter(|version| !version.is_empty()) {
            Some(version) => format!("version {version}, container {key}"),
            None => format!("container {key}"),
        });
    }
}

/// The name without the version behind it.
fn product_of(technology: &str) -> &str {
    match technology.rsplit_once(' ') {
        Some((name, version)) if version.starts_with(|letter: char| letter.is_ascii_digit()) => name,
        _ => technology,
    }
}

/// The short word for what a product is; tools for people and one-off jobs back nothing.
fn service_kind(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Database" | "Vector Database" => "db",
        "Cache" => "cache",
        "Message Broker" => "broker",
        "Ledger" => "ledger",
        "Object Storage" => "object-storage",
        "Search Engine" => "search",
        "Identity Provider" => "idp",
        "Monitoring" => "monitoring",
        "Reverse Proxy" | "API Gateway" => "proxy",
        "Secret Store" => "secrets",
        "Coordination Service" => "coordination",
        "Workflow Engine" => "workflow",
        "Mail Server" => "mail",
        "Cloud Emulator" => "cloud-emulator",
        "Connection Pool" => "connection-pool",
        "Authorization Service" => "authorization",
        "Virus Scanner" => "virus-scanner",
        "Feature Flags" => "feature-flags",
        "Model Server" => "llm",
        "Media Server" => "media",
        "Schema Registry" => "schema-registry",
        "Change Data Capture" => "change-data-capture",
        "Document Converter" | "Headless Browser" | "Image Processor" => "rendering",
        _ => return None,
    })
}
