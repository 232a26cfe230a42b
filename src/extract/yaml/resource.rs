//! One resource of Kubernetes out of a YAML node, whether it stood in a manifest or came out of a template.
//! Values of variables, ConfigMaps and Secrets never leave this file but for hosts.

use std::collections::{BTreeMap, BTreeSet};

use super::access::{network_rules, rules};
use super::prometheus::asked;
use super::workload::{containers, mounts, pod_spec};
use super::{hosts_of, names_of, number_of};
use crate::extract::hosts::upstreams;
use crate::finding::{KubernetesResource, Purpose, ResourceOrigin, Upstreams};
use crate::syntax::nginx;
use crate::syntax::yaml::{Yaml, YamlNode};

/// Reads a resource; `None` when the node is no resource.
pub(super) fn resource(node: YamlNode<'_>, origin: &ResourceOrigin) -> Option<KubernetesResource> {
    let (api_version, kind) = (text(node, &["apiVersion"])?, text(node, &["kind"])?);
    let mut one = KubernetesResource {
        origin: origin.clone(),
        name: name(node, &["metadata", "name"]),
        namespace: text(node, &["metadata", "namespace"]),
        labels: labels(node),
        replicas: number_of(node.path(&["spec", "replicas"])),
        api_version,
        kind,
        ..KubernetesResource::default()
    };
    if let Some(spec) = pod_spec(node) {
        one.containers = containers(spec);
        one.service_account = text(spec, &["serviceAccountName"]).or_else(|| text(spec, &["serviceAccount"]));
        one.mounts = mounts(spec);
    }
    match one.kind.as_str() {
        "Service" => service(node, &mut one),
        "Ingress" => ingress(node, &mut one),
        "HTTPRoute" | "GRPCRoute" | "TCPRoute" | "TLSRoute" | "VirtualService" | "Route" | "IngressRoute" => route(node, &mut one),
        "HorizontalPodAutoscaler" | "ScaledObject" | "VerticalPodAutoscaler" => autoscaler(node, &mut one),
        "ConfigMap" => config_map(node, &mut one),
        "Secret" => secret(node, &mut one),
        "PersistentVolumeClaim" | "PersistentVolume" => volume(node, &mut one),
        "RoleBinding" | "ClusterRoleBinding" => binding(node, &mut one),
        "CronJob" => one.schedule = text(node, &["spec", "schedule"]),
        "StatefulSet" => stateful_set(node, &mut one),
        "ExternalSecret" => external_secret(node, &mut one),
        "Application" => application(node, &mut one),
        "HelmRelease" | "Kustomization" if one.api_version.contains(".toolkit.fluxcd.io/") => flux(node, &mut one),
        "NetworkPolicy" => {
            one.selector = map(node.path(&["spec", "podSelector", "matchLabels"]));
            one.rules = network_rules(node);
        }
        "Role" | "ClusterRole" => one.rules = rules(node),
        "PodDisruptionBudget" | "ServiceMonitor" | "PodMonitor" => one.selector = map(node.path(&["spec", "selector", "matchLabels"])),
        _ => {}
    }
    Some(one)
}

/// The text under a path, where no part of it was left open by a template.
pub(super) fn text(node: YamlNode<'_>, keys: &[&str]) -> Option<String> {
    node.text_at(keys).filter(|text| is_settled(text) && !text.contains(NAMESPACE)).map(str::to_owned)
}

/// A name under a path; the namespace that a chart is installed in stands in it as `{namespace}`.
fn name(node: YamlNode<'_>, keys: &[&str]) -> Option<String> {
    let name = node.text_at(keys).filter(|text| is_settled(text) && *text != NAMESPACE)?;
    Some(name.replace(NAMESPACE, "{namespace}"))
}

/// What stands for the namespace that a chart is installed in: only who installs it knows.
pub(super) const NAMESPACE: &str = "__namespace__";

/// Whether a text holds neither an action of a template nor what one left open.
pub(super) fn is_settled(text: &str) -> bool {
    !text.contains("{{") && !text.contains("${") && !text.contains(HOLE)
}

/// How what stands where only a cluster would tell begins; texts may have been cut.
const HOLE: &str = "__hole";

fn map(node: Option<YamlNode<'_>>) -> BTreeMap<String, String> {
    let entries = node.map(YamlNode::entries).unwrap_or_default().into_iter();
    let settled = entries.filter_map(|(key, value)| Some((key.to_owned(), value.text()?.to_owned())));
    settled.filter(|(key, value)| is_settled(key) && is_settled(value)).collect()
}

/// The labels of a resource and of the pods it makes.
fn labels(node: YamlNode<'_>) -> BTreeMap<String, String> {
    let mut all = map(node.path(&["metadata", "labels"]));
    all.extend(map(node.path(&["spec", "template", "metadata", "labels"])));
    all
}

fn service(node: YamlNode<'_>, one: &mut KubernetesResource) {
    let ports = node.path(&["spec", "ports"]).map(YamlNode::items).unwrap_or_default();
    let shown = ports.into_iter().filter_map(|port| {
        let (own, target) = (text(port, &["port"])?, text(port, &["targetPort"]));
        Some(target.filter(|target| *target != own).map_or_else(|| own.clone(), |target| format!("{own} -> {target}")))
    });
    one.ports = shown.collect();
    one.variant = text(node, &["spec", "type"]);
    one.headless = node.text_at(&["spec", "clusterIP"]) == Some("None");
    one.selector = map(node.path(&["spec", "selector"]));
    one.hosts.extend(text(node, &["spec", "externalName"]));
    // A Service of Knative runs pods of its own and has no ports.
    if one.api_version.starts_with("serving.knative.dev") {
        one.variant = Some("Knative".to_owned());
    }
}

fn ingress(node: YamlNode<'_>, one: &mut KubernetesResource) {
    one.variant = text(node, &["spec", "ingressClassName"]);
    for rule in node.path(&["spec", "rules"]).map(YamlNode::items).unwrap_or_default() {
        let host = text(rule, &["host"]);
        one.hosts.extend(host.clone());
        for path in rule.path(&["http", "paths"]).map(YamlNode::items).unwrap_or_default() {
            if let Some(backend) = path.get("backend") {
                add_route(one, host.as_deref(), text(path, &["path"]).as_deref(), backend);
            }
        }
    }
    if let Some(backend) = node.path(&["spec", "defaultBackend"]).or_else(|| node.path(&["spec", "backend"])) {
        add_route(one, None, None, backend);
    }
}

fn add_route(one: &mut KubernetesResource, host: Option<&str>, path: Option<&str>, backend: YamlNode<'_>) {
    let Some(service) = text(backend, &["service", "name"]).or_else(|| text(backend, &["serviceName"])) else { return };
    let port = ["number", "name"].iter().find_map(|key| text(backend, &["service", "port", key]));
    let port = port.or_else(|| text(backend, &["servicePort"])).map(|port| format!(":{port}")).unwrap_or_default();
    one.routes.insert(format!("{}{} -> {service}{port}", host.unwrap_or("*"), path.unwrap_or("/")));
    one.targets.insert(format!("Service/{service}"));
}

/// Routes of the gateway API, Istio, OpenShift and Traefik: hosts, and every service named below.
fn route(node: YamlNode<'_>, one: &mut KubernetesResource) {
    one.hosts.extend(names_of(node.path(&["spec", "hostnames"])).into_iter().filter(|host| is_settled(host)));
    one.hosts.extend(names_of(node.path(&["spec", "hosts"])).into_iter().filter(|host| is_settled(host)));
    one.hosts.extend(text(node, &["spec", "host"]));
    one.targets.extend(text(node, &["spec", "to", "name"]).map(|name| format!("Service/{name}")));
    let rules = ["rules", "http", "routes", "tcp"].iter().filter_map(|key| node.path(&["spec", key])).flat_map(YamlNode::items);
    for rule in rules {
        let backends = ["backendRefs", "route", "services"].iter().filter_map(|key| rule.get(key)).flat_map(YamlNode::items);
        let names = backends.filter_map(|backend| text(backend, &["destination", "host"]).or_else(|| text(backend, &["name"])));
        one.targets.extend(names.map(|name| format!("Service/{}", name.split('.').next().unwrap_or(&name))));
    }
}

fn autoscaler(node: YamlNode<'_>, one: &mut KubernetesResource) {
    let bound = |keys: [&str; 2]| keys.iter().find_map(|key| number_of(node.path(&["spec", key])));
    one.replica_bounds = Some((bound(["minReplicas", "minReplicaCount"]), bound(["maxReplicas", "maxReplicaCount"])));
    let target = node.path(&["spec", "scaleTargetRef"]).or_else(|| node.path(&["spec", "targetRef"]));
    if let Some(target) = target
        && let Some(name) = text(target, &["name"])
    {
        one.targets.insert(format!("{}/{name}", text(target, &["kind"]).as_deref().unwrap_or("Deployment")));
    }
}

fn config_map(node: YamlNode<'_>, one: &mut KubernetesResource) {
    let entries = ["data", "binaryData"].iter().filter_map(|key| node.get(key)).flat_map(YamlNode::entries);
    for (key, value) in entries.filter(|(key, _)| is_settled(key)) {
        one.keys.insert(key.to_owned());
        let Some(text) = value.text() else { continue };
        one.settings.extend(Some(text).filter(|text| is_settled(text)).into_iter().flat_map(|text| hosts_of(key, text)));
        one.upstreams.extend(configured(key, text));
    }
}

/// What an entry leads to that is the configuration of a proxy or collector.
fn configured(key: &str, text: &str) -> Vec<Upstreams> {
    if text.contains("_pass") && (key.contains("conf") || key.contains("nginx")) {
        return nginx::passed(text).and_then(|all| upstreams("nginx", Purpose::Requests, &all).0).into_iter().collect();
    }
    if text.contains("scrape_configs:") {
        return Yaml::parse(text).documents().flat_map(asked).collect();
    }
    Vec::new()
}

fn secret(node: YamlNode<'_>, one: &mut KubernetesResource) {
    one.variant = text(node, &["type"]);
    let entries = ["data", "stringData"].iter().filter_map(|key| node.get(key)).flat_map(YamlNode::entries);
    one.keys = entries.map(|(key, _)| key.to_owned()).filter(|key| is_settled(key)).collect();
}

fn external_secret(node: YamlNode<'_>, one: &mut KubernetesResource) {
    one.variant = text(node, &["spec", "backendType"]).or_else(|| text(node, &["spec", "secretStoreRef", "name"]));
    let data = ["spec", "data"].as_slice();
    let items = node.path(data).or_else(|| node.get("data")).map(YamlNode::items).unwrap_or_default();
    one.keys = items.into_iter().filter_map(|item| text(item, &["secretKey"]).or_else(|| text(item, &["name"]))).collect();
}

fn volume(node: YamlNode<'_>, one: &mut KubernetesResource) {
    one.storage.extend(text(node, &["spec", "resources", "requests", "storage"]));
    one.storage.extend(text(node, &["spec", "capacity", "storage"]));
    one.variant = names_of(node.path(&["spec", "accessModes"])).into_iter().find(|mode| is_settled(mode));
}

fn stateful_set(node: YamlNode<'_>, one: &mut KubernetesResource) {
    let claims = node.path(&["spec", "volumeClaimTemplates"]).map(YamlNode::items).unwrap_or_default();
    one.storage = claims.into_iter().filter_map(|claim| text(claim, &["spec", "resources", "requests", "storage"])).collect();
}

fn binding(node: YamlNode<'_>, one: &mut KubernetesResource) {
    let subjects = node.get("subjects").map(YamlNode::items).unwrap_or_default();
    let named: BTreeSet<String> = subjects
        .into_iter()
        .chain(node.get("roleRef"))
        .filter_map(|one| Some(format!("{}/{}", text(one, &["kind"])?, name(one, &["name"])?)))
        .collect();
    one.targets = named;
}

/// What Flux brings into the cluster: a chart or a folder, and the source that holds it.
fn flux(node: YamlNode<'_>, one: &mut KubernetesResource) {
    one.targets.extend(text(node, &["spec", "chart", "spec", "chart"]).map(|chart| format!("Chart/{chart}")));
    one.targets.extend(text(node, &["spec", "path"]).map(|path| format!("Folder/{}", path.trim_start_matches("./"))));
    let sources = [node.path(&["spec", "chart", "spec", "sourceRef"]), node.path(&["spec", "sourceRef"]), node.path(&["spec", "chartRef"])];
    let named =
        sources.into_iter().flatten().filter_map(|source| Some(format!("{}/{}", text(source, &["kind"])?, text(source, &["name"])?)));
    one.targets.extend(named);
    one.namespace = text(node, &["spec", "targetNamespace"]).or(one.namespace.take());
}

/// An application of Argo CD: what it installs.
fn application(node: YamlNode<'_>, one: &mut KubernetesResource) {
    let multiple = node.path(&["spec", "sources"]).map(YamlNode::items).unwrap_or_default();
    for source in node.path(&["spec", "source"]).into_iter().chain(multiple) {
        one.targets.extend(text(source, &["chart"]).map(|chart| format!("Chart/{chart}")));
        one.targets.extend(text(source, &["path"]).map(|path| format!("Folder/{path}")));
    }
    one.namespace = text(node, &["spec", "destination", "namespace"]).or(one.namespace.take());
}
