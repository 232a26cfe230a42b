//! What a cluster offers by default, and the helpers of the library chart `common` that public charts share.
//! The library is usually left out of a checkout; its helpers that decide names, labels and images are made here, the others print nothing.

use super::evaluate::{Renderer, Run};
use super::value::Value;

/// The Kubernetes version that templates are rendered for.
pub(crate) const KUBERNETES: (i64, i64) = (1, 31);

/// Groups that every cluster of that version has.
const APIS: &[&str] = &[
    "v1",
    "apps/v1",
    "batch/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "networking.k8s.io/v1",
    "policy/v1",
    "rbac.authorization.k8s.io/v1",
    "storage.k8s.io/v1",
    "apiextensions.k8s.io/v1",
    "admissionregistration.k8s.io/v1",
    "apiregistration.k8s.io/v1",
    "scheduling.k8s.io/v1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "certificates.k8s.io/v1",
];

/// Whether a cluster has a group, or a kind of it: `policy/v1`, `policy/v1/PodDisruptionBudget`.
pub(super) fn has_api(name: &str) -> bool {
    APIS.contains(&name)
        || name
            .rsplit_once('/')
            .is_some_and(|(group, kind)| APIS.contains(&group) && kind.starts_with(|letter: char| letter.is_ascii_uppercase()))
}

/// Whether a path fits a pattern with `*`, `**` and `?`.
pub(super) fn matches_glob(pattern: &str, path: &str) -> bool {
    globset::GlobBuilder::new(pattern).literal_separator(true).build().is_ok_and(|glob| glob.compile_matcher().is_match(path))
}

/// A helper of the library chart, where it is not in the repository itself.
pub(super) fn call(run: &mut Renderer<'_>, name: &str, argument: &Value) -> Run<Option<Value>> {
    let Some(helper) = name.strip_prefix("common.") else { return Ok(None) };
    let context = match argument.get("context") {
        Value::Nil => argument.clone(),
        context => context,
    };
    let text = match helper {
        "names.name" => chart_name(&context),
        "names.chart" => {
            format!("{}-{}", context.path(&["Chart", "Name"]).print(), context.path(&["Chart", "Version"]).print().replace('+', "_"))
        }
        "names.fullname" => full_name(&context),
        "names.namespace" | "names.namespace.default" => namespace(&context),
        "names.fullname.namespace" => format!("{}-{}", full_name(&context), namespace(&context)),
        "names.dependency.fullname" => dependency_name(argument, &context),
        "labels.standard" => labels(&context, argument, true),
        "labels.matchLabels" => labels(&context, argument, false),
        "images.image" => image(argument),
        "tplvalues.render" => return render(run, argument, &context).map(Some),
        "tplvalues.merge" | "tplvalues.merge-overwrite" => return merged(run, argument, &context).map(Some),
        "compatibility.renderSecurityContext" => without_enabled(&argument.get("secContext")),
        "ingress.backend" => backend(argument),
        "ingress.supportsPathType" | "ingress.supportsIngressClassname" => "true".to_owned(),
        "utils.getValueFromKey" => value_from_key(argument),
        "secrets.name" => secret_name(argument, &context),
        "capabilities.kubeVersion" => format!("v{}.{}.0", KUBERNETES.0, KUBERNETES.1),
        _ => match api_version(helper) {
            Some(version) => version.to_owned(),
            // Affinities, pull secrets, validations, storage classes, warnings: nothing that a resource is told by.
            None => String::new(),
        },
    };
    Ok(Some(Value::text(text)))
}

fn api_version(helper: &str) -> Option<&'static str> {
    let kind = helper.strip_prefix("capabilities.")?.strip_suffix(".apiVersion")?;
    Some(match kind {
        "deployment" | "statefulset" | "daemonset" => "apps/v1",
        "cronjob" | "job" => "batch/v1",
        "ingress" | "networkPolicy" => "networking.k8s.io/v1",
        "rbac" => "rbac.authorization.k8s.io/v1",
        "policy" => "policy/v1",
        "hpa" => "autoscaling/v2",
        "vpa" => "autoscaling.k8s.io/v1",
        "crd" => "apiextensions.k8s.io/v1",
        "apiService" => "apiregistration.k8s.io/v1",
        _ => return None,
    })
}

fn short(text: &str) -> String {
    text.chars().take(63).collect::<String>().trim_end_matches('-').to_owned()
}

fn chart_name(context: &Value) -> String {
    let stated = context.path(&["Values", "nameOverride"]);
    short(&if stated.is_true() { stated.print() } else { context.path(&["Chart", "Name"]).print() })
}

fn full_name(context: &Value) -> String {
    let stated = context.path(&["Values", "fullnameOverride"]);
    if stated.is_true() {
        return short(&stated.print());
    }
    let (name, release) = (chart_name(context), context.path(&["Release", "Name"]).print());
    short(&if release.contains(&name) { release } else { format!("{release}-{name}") })
}

fn namespace(context: &Value) -> String {
    let stated = context.path(&["Values", "namespaceOverride"]);
    short(&if stated.is_true() { stated.print() } else { context.path(&["Release", "Namespace"]).print() })
}

/// The full name of a subchart seen from its parent.
fn dependency_name(argument: &Value, context: &Value) -> String {
    let values = argument.get("chartValues");
    let stated = values.get("fullnameOverride");
    if stated.is_true() {
        return short(&stated.print());
    }
    let name = values.get("nameOverride");
    let name = if name.is_true() { name.print() } else { argument.get("chartName").print() };
    let release = context.path(&["Release", "Name"]).print();
    short(&if release.contains(&name) { release } else { format!("{release}-{name}") })
}

fn labels(context: &Value, argument: &Value, all: bool) -> String {
    let mut lines = vec![format!("app.kubernetes.io/instance: {}", context.path(&["Release", "Name"]).print())];
    if all {
        lines.push("app.kubernetes.io/managed-by: Helm".to_owned());
    }
    lines.push(format!("app.kubernetes.io/name: {}", chart_name(context)));
    if all && let Value::Map(custom) = argument.get("customLabels") {
        let plain = custom
            .borrow()
            .iter()
            .filter(|(_, value)| matches!(value, Value::Text(_)))
            .map(|(key, value)| format!("{key}: {:?}", value.print()))
            .collect::<Vec<_>>();
        lines.extend(plain);
    }
    lines.join("\n")
}

fn image(argument: &Value) -> String {
    let root = argument.get("imageRoot");
    let global = argument.path(&["global", "imageRegistry"]);
    let registry = if global.is_true() { global } else { root.get("registry") };
    let name = root.get("repository").print();
    let base = if registry.is_true() { format!("{}/{name}", registry.print()) } else { name };
    let (digest, tag) = (root.get("digest"), root.get("tag"));
    if digest.is_true() {
        return format!("{base}@{}", digest.print());
    }
    let tag = if tag.is_true() { tag } else { argument.path(&["chart", "AppVersion"]) };
    if tag.is_true() { format!("{base}:{}", tag.print()) } else { base }
}

fn render(run: &mut Renderer<'_>, argument: &Value, context: &Value) -> Run<Value> {
    let value = argument.get("value");
    let text = match &value {
        Value::Text(text) => text.to_string(),
        other => super::yaml_value::to_yaml(other),
    };
    run.run_text(&text, context)
}

/// The merged values as YAML; the first that has a key wins, or the last with overwriting.
fn merged(run: &mut Renderer<'_>, argument: &Value, context: &Value) -> Run<Value> {
    let all = Value::empty_map();
    for value in argument.get("values").items() {
        let text = render(run, &Value::map_of([("value", value)]), context)?;
        if let Some(map) = super::yaml_value::from_yaml(&text.print()) {
            super::value::merge(&all, &map, false);
        }
    }
    Ok(Value::text(super::yaml_value::to_yaml(&all)))
}

fn without_enabled(value: &Value) -> String {
    let copy = value.deep_copy();
    if let Value::Map(map) = &copy {
        map.borrow_mut().remove("enabled");
    }
    super::yaml_value::to_yaml(&copy)
}

fn backend(argument: &Value) -> String {
    let port = argument.get("servicePort");
    let kind = if matches!(port, Value::Int(_) | Value::Float(_)) { "number" } else { "name" };
    format!("service:\n  name: {}\n  port:\n    {kind}: {}", argument.get("serviceName").print(), port.print())
}

fn value_from_key(argument: &Value) -> String {
    let key = argument.get("key").print();
    let parts: Vec<&str> = key.split('.').collect();
    argument.path(&["context", "Values"]).path(&parts).print()
}

fn secret_name(argument: &Value, context: &Value) -> String {
    let existing = argument.get("existingSecret");
    let named = if matches!(existing, Value::Map(_)) { existing.get("name") } else { existing };
    if named.is_true() {
        return named.print();
    }
    let suffix = argument.get("defaultNameSuffix");
    let name = full_name(context);
    if suffix.is_true() { format!("{name}-{}", suffix.print()) } else { name }
}
