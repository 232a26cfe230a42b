//! The pods of a workload: containers with image, ports, probes, names of variables and where each comes from.
//! Values of variables never leave this file but for hosts.

use std::collections::{BTreeMap, BTreeSet};

use super::hosts_of;
use super::resource::{is_settled, text};
use crate::finding::PodContainer;
use crate::syntax::yaml::YamlNode;

/// The specification of the pods that a resource makes, by where the known kinds keep it.
pub(super) fn pod_spec(node: YamlNode<'_>) -> Option<YamlNode<'_>> {
    let places: &[&[&str]] = &[&["spec", "template", "spec"], &["spec", "jobTemplate", "spec", "template", "spec"], &["spec"]];
    places.iter().filter_map(|keys| node.path(keys)).find(|spec| spec.get("containers").is_some_and(YamlNode::is_sequence))
}

/// The containers of a pod, those that run first and end among them.
pub(super) fn containers(spec: YamlNode<'_>) -> Vec<PodContainer> {
    let of = |key: &str, init: bool| {
        let items = spec.get(key).map(YamlNode::items).unwrap_or_default();
        items.into_iter().filter(|node| node.is_mapping()).map(move |node| container(node, init)).collect::<Vec<_>>()
    };
    [of("containers", false), of("initContainers", true)].concat()
}

fn container(node: YamlNode<'_>, init: bool) -> PodContainer {
    let mut one = PodContainer {
        name: text(node, &["name"]).unwrap_or_default(),
        image: text(node, &["image"]).filter(|image| !image.is_empty()),
        init,
        resources: resources(node),
        ..PodContainer::default()
    };
    let ports = node.get("ports").map(YamlNode::items).unwrap_or_default();
    one.ports = ports.into_iter().filter_map(|port| text(port, &["containerPort"])).collect();
    for (key, probe) in [("livenessProbe", "liveness"), ("readinessProbe", "readiness"), ("startupProbe", "startup")] {
        if node.get(key).is_some_and(|probe| !probe.entries().is_empty()) {
            one.probes.insert(probe.to_owned());
        }
    }
    for variable in node.get("env").map(YamlNode::items).unwrap_or_default() {
        let Some(name) = text(variable, &["name"]) else { continue };
        if let Some(value) = variable.text_at(&["value"]).filter(|value| is_settled(value)) {
            one.hosts.extend(hosts_of(&name, value));
        }
        one.environment.insert(name, source_of(variable));
    }
    one
}

/// Where a variable comes from, without its value.
fn source_of(variable: YamlNode<'_>) -> String {
    let Some(from) = variable.get("valueFrom") else { return "value".to_owned() };
    let named = [("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")].iter().find_map(|(key, kind)| {
        let reference = from.get(key)?;
        let named = [text(reference, &["name"]), text(reference, &["key"])].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Some(if named.is_empty() { (*kind).to_owned() } else { format!("{kind}/{named}") })
    });
    named.unwrap_or_else(|| "field".to_owned())
}

fn resources(node: YamlNode<'_>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for side in ["requests", "limits"] {
        for (key, value) in node.path(&["resources", side]).map(YamlNode::entries).unwrap_or_default() {
            if let Some(value) = value.text().filter(|value| is_settled(value) && is_settled(key)) {
                all.insert(format!("{side}.{key}"), value.to_owned());
            }
        }
    }
    all
}

/// ConfigMaps, Secrets and claims that the pod mounts or reads whole.
pub(super) fn mounts(spec: YamlNode<'_>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for volume in spec.get("volumes").map(YamlNode::items).unwrap_or_default() {
        all.extend(text(volume, &["configMap", "name"]).map(|name| format!("ConfigMap/{name}")));
        all.extend(text(volume, &["secret", "secretName"]).map(|name| format!("Secret/{name}")));
        all.extend(text(volume, &["persistentVolumeClaim", "claimName"]).map(|name| format!("PersistentVolumeClaim/{name}")));
    }
    let containers = ["containers", "initContainers"].iter().filter_map(|key| spec.get(key)).flat_map(YamlNode::items);
    for source in containers.filter_map(|container| container.get("envFrom")).flat_map(YamlNode::items) {
        all.extend(text(source, &["configMapRef", "name"]).map(|name| format!("ConfigMap/{name}")));
        all.extend(text(source, &["secretRef", "name"]).map(|name| format!("Secret/{name}")));
    }
    all
}
