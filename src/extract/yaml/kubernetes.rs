//! Kubernetes manifests, every document of a file, and the folders that Kustomize builds.
//! The kind is looked for in the text before anything is parsed; templates of charts are left to the chart's reader.

use std::collections::BTreeSet;

use super::chart::chart_of_template;
use super::resource::{resource, text};
use super::{names_of, number_of, report_faults};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Kustomization, ResourceOrigin};
use crate::location::RepoPath;
use crate::syntax::yaml::YamlNode;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "yaml.kubernetes",
    about: "Kubernetes manifests and Kustomize folders: workloads, services, ingresses, configuration, access control",
    kinds: &[FileKind::Yaml],
    markers: &["apiVersion:", "resources:", "bases:"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Groups whose files look like resources but configure tools.
const FOREIGN: &[&str] = &[
    "backstage.io/",
    "skaffold/",
    "kind.x-k8s.io/",
    "eksctl.io/",
    "k3d.io/",
    "kubelet.config",
    "kubeadm.k8s.io/",
    "audit.k8s.io/",
    "ctlptl.dev/",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if matches!(cx.file.path.name(), "kustomization.yaml" | "kustomization.yml") {
        report_faults(cx, sink);
        if let Some(root) = cx.yaml().first() {
            sink.fact(root.line(), Fact::Kustomization(kustomization(root, &cx.file.path.parent())));
        }
        return;
    }
    let stands = |key: &str| cx.text.lines().any(|line| line.starts_with(key));
    let wanted = stands("apiVersion:") && stands("kind:") && !FOREIGN.iter().any(|group| cx.text.contains(group));
    if !wanted || chart_of_template(cx.map(), &cx.file.path).is_some() {
        return;
    }
    report_faults(cx, sink);
    for document in cx.yaml().documents() {
        let is_list = document.text_at(&["kind"]).is_some_and(|kind| kind == "List" || kind == "Template");
        let items = document.get("items").or_else(|| document.get("objects")).filter(|_| is_list);
        for node in items.map_or_else(|| vec![document], YamlNode::items) {
            if let Some(one) = resource(node, &ResourceOrigin::Manifest)
                && !(one.kind == "Config" && one.api_version == "v1")
            {
                sink.fact(node.line(), Fact::KubernetesResource(Box::new(one)));
            }
        }
    }
}

fn kustomization(root: YamlNode<'_>, folder: &RepoPath) -> Kustomization {
    let paths = |keys: &[&str]| -> BTreeSet<RepoPath> {
        let names = keys.iter().flat_map(|key| names_of(root.get(key)));
        names.filter(|name| !name.contains("://") && !name.contains('\n')).map(|name| folder.join(&name)).collect()
    };
    let patches = root.get("patches").map(YamlNode::items).unwrap_or_default();
    let patch_files = patches.into_iter().filter_map(|patch| text(patch, &["path"])).map(|path| folder.join(&path));
    let images = root.get("images").map(YamlNode::items).unwrap_or_default();
    let replicas = root.get("replicas").map(YamlNode::items).unwrap_or_default();
    let generated = [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")].into_iter().flat_map(|(key, kind)| {
        let items = root.get(key).map(YamlNode::items).unwrap_or_default();
        items.into_iter().filter_map(move |item| Some(format!("{kind}/{}", text(item, &["name"])?)))
    });
    Kustomization {
        resources: paths(&["resources", "bases", "components"]),
        patches: paths(&["patchesStrategicMerge"]).into_iter().chain(patch_files).collect(),
        namespace: text(root, &["namespace"]),
        name_prefix: text(root, &["namePrefix"]),
        name_suffix: text(root, &["nameSuffix"]),
        images: images.into_iter().filter_map(replaced_image).collect(),
        replicas: replicas.into_iter().filter_map(|item| Some((text(item, &["name"])?, number_of(item.get("count"))?))).collect(),
        generated: generated.collect(),
    }
}

fn replaced_image(item: YamlNode<'_>) -> Option<(String, String)> {
    let name = text(item, &["name"])?;
    let new = text(item, &["newName"]).unwrap_or_else(|| name.clone());
    let tag = text(item, &["newTag"]).map(|tag| format!(":{tag}"));
    let digest = text(item, &["digest"]).map(|digest| format!("@{digest}"));
    Some((name, format!("{new}{}", tag.or(digest).unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use crate::finding::{Fact, KubernetesResource};
    use crate::trial::extraction;

    fn resources(files: &[(&str, &str)]) -> Vec<KubernetesResource> {
        let found = extraction(files);
        assert!(!format!("{found:?}").contains("MARKER"), "{found:?}");
        let resources = found.findings.into_iter().filter_map(|finding| match finding.fact {
            Fact::KubernetesResource(one) => Some(*one),
            _ => None,
        });
        resources.collect()
    }

    const WORKLOAD: &str = concat!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api, namespace: prod}\nspec:\n  replicas: 2\n  template:\n    metadata: {labels: {app: api}}\n",
        "    spec:\n      serviceAccountName: api\n      volumes: [{name: c, configMap: {name: conf}}]\n      containers:\n        - name: api\n          image: acme/api:1.0\n",
        "          ports: [{containerPort: 8080}]\n          livenessProbe: {httpGet: {path: /}}\n          resources: {limits: {cpu: 500m}}\n          envFrom: [{secretRef: {name: keys}}]\n",
        "          env:\n            - {name: DB_URL, value: 'postgres://u:MARKER@pg:5432/x'}\n            - {name: KEY, value: MARKER}\n",
        "            - {name: PW, valueFrom: {secretKeyRef: {name: db, key: password}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\n",
        "spec: {clusterIP: None, selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys}\ndata: {A: MARKER}\nstringData: {B: 'x://u:MARKER@h'}\n",
    );

    #[test]
    fn every_document_of_a_manifest_is_read() {
        let all = resources(&[("k8s/api.yaml", WORKLOAD)]);
        let [workload, service, secret] = all.as_slice() else { panic!("{all:?}") };
        let pod = &workload.containers[0];
        assert_eq!((workload.name.as_deref(), workload.namespace.as_deref(), workload.replicas), (Some("api"), Some("prod"), Some(2)));
        assert_eq!((pod.image.as_deref(), pod.ports.iter().next().map(String::as_str)), (Some("acme/api:1.0"), Some("8080")));
        assert_eq!(pod.environment["PW"], "Secret/db password");
        assert_eq!(pod.hosts.iter().map(|host| host.host.as_str()).collect::<Vec<_>>(), ["pg"]);
        assert_eq!(workload.mounts.iter().collect::<Vec<_>>(), ["ConfigMap/conf", "Secret/keys"]);
        assert!(service.headless && service.ports.contains("80 -> 8080"));
        assert_eq!(secret.keys.iter().collect::<Vec<_>>(), ["A", "B"]);
    }

    #[test]
    fn what_only_looks_like_a_resource_is_left_out() {
        let foreign = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x}\n";
        let login = "apiVersion: v1\nkind: Config\nusers: [{name: a, user: {token: MARKER}}]\n";
        assert!(
            resources(&[("catalog-info.yaml", foreign), ("kubeconfig.yaml", login), ("a.yaml", "x:\n  apiVersion: v1\n  kind: Pod\n")])
                .is_empty()
        );
    }

    #[test]
    fn templates_of_a_chart_give_kinds_and_conditions() {
        let template = "{{/*\nLets people in.\n*/}}\n{{- if .Values.ingress.enabled }}\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {{ .x }}\n{{- end }}\n";
        let all = resources(&[("c/Chart.yaml", "name: c\n"), ("c/templates/i.yaml", template)]);
        let shown: Vec<_> =
            all.iter().map(|one| (one.kind.as_str(), one.name.as_deref(), one.enabled_by.as_deref(), one.description.as_deref())).collect();
        assert_eq!(shown, [("Ingress", None, Some("ingress.enabled"), Some("Lets people in."))]);
    }
}
