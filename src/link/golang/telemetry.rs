//! Where programs of Go send traces and metrics, as the exporters say that they import.
//! Names the product; whether it runs anywhere is for deployment to tell.

use std::collections::BTreeMap;

use crate::finding::Fact;
use crate::link::Input;
use crate::location::Location;
use crate::model::{BackingService, Model};

/// The start of the path, the service, what is sent there.
const EXPORTERS: &[(&str, &str, &str)] = &[
    ("go.opentelemetry.io/otel/exporters/otlp", "OpenTelemetry", "OTLP exporter of"),
    ("go.opentelemetry.io/otel/exporters/prometheus", "Prometheus", "metrics endpoint of"),
    ("github.com/prometheus/client_golang/prometheus/promhttp", "Prometheus", "metrics endpoint of"),
    ("go.opentelemetry.io/otel/exporters/jaeger", "Jaeger", "traces of"),
    ("github.com/uber/jaeger-client-go", "Jaeger", "traces of"),
    ("go.opentelemetry.io/otel/exporters/zipkin", "Zipkin", "traces of"),
    ("github.com/openzipkin/zipkin-go", "Zipkin", "traces of"),
    ("go.elastic.co/apm", "Elastic APM", "telemetry of"),
];

/// The pass; what the system runs with must be there.
pub(crate) fn link(input: &Input<'_>, model: &mut Model) {
    let mut found: BTreeMap<(&str, String), Vec<&Location>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::SourceFile(file) = &finding.fact else { continue };
        for import in &file.imports {
            let Some((_, service, what)) = EXPORTERS.iter().find(|(package, ..)| import.path.starts_with(package)) else { continue };
            for container in input.usage(model).containers(model, &finding.at.path) {
                found.entry((service, format!("{what} {container}"))).or_default().push(&finding.at);
            }
        }
    }
    for ((name, note), places) in found {
        let service = model.services.entry(name.to_owned());
        let service = service.or_insert_with(|| BackingService { kind: "monitoring".to_owned(), ..BackingService::default() });
        service.notes.insert(note);
        places.iter().for_each(|at| model.prove(at, "exporter", &["external_services"]));
    }
}
