//! Where applications of .NET send traces, metrics and logs, as their start-up code says.
//! Names the product; whether it runs anywhere is for deployment to tell.

use std::collections::{BTreeMap, BTreeSet};

use super::startup::each_call;
use super::{Input, wording};
use crate::location::Location;
use crate::model::{BackingService, Model};

/// Calls that switch an exporter on, the service, and what is sent there.
const CALLS: &[(&str, &str, &str)] = &[
    ("AddOtlpExporter", "OpenTelemetry", "OTLP exporter of"),
    ("UseOtlpExporter", "OpenTelemetry", "OTLP exporter of"),
    ("AddPrometheusExporter", "Prometheus", "metrics endpoint of"),
    ("MapPrometheusScrapingEndpoint", "Prometheus", "metrics endpoint of"),
    ("UseOpenTelemetryPrometheusScrapingEndpoint", "Prometheus", "metrics endpoint of"),
    ("AddPrometheusHttpListener", "Prometheus", "metrics endpoint of"),
    ("MapMetrics", "Prometheus", "metrics endpoint of"),
    ("AddZipkinExporter", "Zipkin", "traces of"),
    ("AddJaegerExporter", "Jaeger", "traces of"),
    ("UseAzureMonitor", "Azure Monitor", "telemetry of"),
    ("AddAzureMonitorTraceExporter", "Azure Monitor", "telemetry of"),
    ("AddApplicationInsightsTelemetry", "Azure Monitor", "Application Insights of"),
    ("AddSeqEndpoint", "Seq", "logs of"),
];

/// Calls that say what is sent.
const SIGNALS: &[(&str, &str)] = &[("WithLogging", "logs"), ("WithMetrics", "metrics"), ("WithTracing", "traces")];

/// Where OTLP is sent to, for all signals or for one.
const ADDRESS: &str = "OTEL_EXPORTER_OTLP";

/// The pass; what the system runs with must be there.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut found: BTreeMap<(&str, String), Vec<Location>> = BTreeMap::new();
    let mut sent: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (container, procedures) in input.startup(model).all() {
        for (at, procedure) in procedures {
            each_call(&procedure.steps, &mut |_, call| {
                if let Some((_, signal)) = SIGNALS.iter().find(|(name, _)| *name == call.name) {
                    sent.entry(container.clone()).or_default().insert(signal);
                }
                if let Some((_, service, what)) = CALLS.iter().find(|(name, _, _)| *name == call.name) {
                    let places = found.entry((service, format!("{what} {container}"))).or_default();
                    places.push(Location::new(&at.path, call.line));
                }
            });
        }
    }
    for ((name, note), places) in found {
        let service = model.services.entry(name.to_owned());
        let service = service.or_insert_with(|| BackingService { kind: "monitoring".to_owned(), ..BackingService::default() });
        service.notes.insert(note);
        places.iter().for_each(|at| model.prove(at, "exporter", &["external_services"]));
    }
    for (container, signals) in sent {
        tell_signals(model, &container, signals);
    }
}

/// The line to what takes the telemetry says what is sent.
fn tell_signals(model: &mut Model, container: &str, signals: BTreeSet<&str>) {
    let Some(own) = model.containers.get_mut(container) else { return };
    let number = signals.len();
    let what = wording::list(signals, number);
    let told = std::mem::take(&mut own.relationships).into_iter().map(|mut line| {
        if let Some((_, address)) = line.description.split_once("; ").filter(|(_, address)| address.contains(ADDRESS)) {
            line.description = format!("Sends {what}; {address}");
        }
        line
    });
    own.relationships = told.collect();
}
