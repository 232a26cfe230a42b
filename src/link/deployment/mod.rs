//! Where the system runs: compose files, Kubernetes manifests, charts; and who talks to whom there.

mod aspire;
mod cloud;
mod compose;
mod dependencies;
mod differences;
mod join;
mod kinds;
mod kubernetes;
mod kustomize;
mod network;
mod platforms;
mod proxies;
mod resource;
mod twins;
mod wiring;

use super::Input;
use crate::model::Model;

/// Fills `deployment_topology` and the relationships of containers that it proves.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let own = proxies::Own::of(input, model);
    compose::link(input, &own, model);
    aspire::link(input, model);
    kubernetes::link(input, &own, model);
    differences::tell(model);
    platforms::link(input, model);
}

/// The container that a workload or Service of this name is.
pub(super) fn workload_container(model: &Model, name: &str) -> Option<String> {
    join::container_of(model, name, &[], None)
}

#[cfg(test)]
mod tests {
    use crate::model::{Model, ResourceFact};
    use crate::trial::model;

    fn edges(model: &Model, key: &str) -> Vec<String> {
        let platform = &model.topology[key];
        platform.relationships.iter().map(|edge| format!("{} -> {}: {}", edge.source, edge.destination, edge.description)).collect()
    }

    const MAIN: &str = concat!(
        "services:\n  web:\n    image: acme/web:1\n    depends_on: [api]\n  api:\n    image: acme/api:1\n    environment:\n      DATABASE_URL: postgres://u:MARKER@db/app\n",
        "      QUEUE_HOST: mq\n      PASSWORD: MARKER\n    networks: [back]\n  db:\n    image: postgres:15.2-alpine\n    volumes: ['data:/var']\n  broker:\n    image: rabbitmq:3\n    hostname: mq\n",
        "networks: {back: {}}\nvolumes: {data: {}}\n",
    );

    #[test]
    fn a_compose_file_is_an_environment_with_its_lines() {
        let model = model(&[("docker-compose.yml", MAIN)]);
        assert!(!format!("{model:?}").contains("MARKER"));
        let key = "docker-compose: docker-compose.yml";
        assert_eq!(edges(&model, key), ["api -> broker: `QUEUE_HOST`", "api -> db: `DATABASE_URL` (PostgreSQL)", "web -> api: depends_on"]);
        let platform = &model.topology[key];
        let names: Vec<_> = platform.resources.values().flat_map(|kinds| kinds.keys()).collect();
        assert_eq!(names, ["Volume/data", "Network/back", "Service/api", "Service/broker", "Service/db", "Service/web"]);
        assert_eq!(platform.description, "4 services of Docker Compose; 1 network and 1 volume.");
        let services: Vec<_> = model.services.iter().map(|(name, one)| (name.as_str(), one.kind.as_str())).collect();
        assert_eq!(services, [("PostgreSQL", "db"), ("RabbitMQ", "broker")]);
    }

    #[test]
    fn a_file_laid_over_another_one_reaches_its_services() {
        let over = "services:\n  api:\n    environment: [DB_HOST=db]\n    profiles: [debug]\n";
        let model = model(&[("docker-compose.yml", MAIN), ("docker-compose.dev.yml", over)]);
        assert_eq!(edges(&model, "docker-compose: docker-compose.dev.yml"), ["api -> db: `DB_HOST`"]);
    }

    #[test]
    fn kinds_are_put_in_their_category() {
        let manifest = concat!(
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None}\n---\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a}\n",
            "---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 3}\n",
        );
        let model = model(&[("k8s/a.yaml", manifest)]);
        let platform = &model.topology["kubernetes_platform"];
        let kinds: Vec<_> =
            platform.resources.iter().flat_map(|(category, kinds)| kinds.keys().map(move |kind| format!("{category}: {kind}"))).collect();
        let expected = [
            "Configuration & Storage: ExternalSecret",
            "Custom Resources: ServiceMonitor",
            "Networking: Headless Service",
            "Workloads: Deployment",
        ];
        assert_eq!(kinds, expected);
        let workload = &model.topology["kubernetes: k8s"].resources["Workloads"]["Deployment/a"];
        assert_eq!(workload.facts["replicas"], ResourceFact::Number(3));
    }

    const SHOP: &str = concat!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop-api}\nspec:\n  replicas: 1\n  template:\n    metadata: {labels: {app: api}}\n    spec:\n      containers:\n",
        "        - {name: api, image: 'acme/api:1', envFrom: [{configMapRef: {name: settings}}], env: [{name: CACHE_HOST, value: cache.shop.svc.cluster.local}]}\n---\n",
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: pg}\nspec:\n  template:\n    metadata: {labels: {app: pg}}\n    spec: {containers: [{name: pg, image: 'postgres:16'}]}\n---\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cache}\nspec:\n  template:\n    metadata: {labels: {app: cache}}\n    spec: {containers: [{name: cache, image: 'redis:7'}]}\n---\n",
        "apiVersion: v1\nkind: Service\nmetadata: {name: cache}\nspec: {selector: {app: cache}, ports: [{port: 6379}]}\n---\n",
        "apiVersion: v1\nkind: Service\nmetadata: {name: database}\nspec: {selector: {app: pg}, ports: [{port: 5432}]}\n---\n",
        "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {selector: {app: api}, ports: [{port: 80}]}\n---\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {DATABASE_URL: 'postgres://u:MARKER@database:5432/x'}\n---\n",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [{host: shop.example.com, http: {paths: [{path: /, backend: {service: {name: api, port: {number: 80}}}}]}}]}\n",
    );

    const CODE: (&str, &str) = ("api/main.js", "require('express')().listen(80)");

    const API: (&str, &str) =
        ("api/package.json", r#"{"name":"api","scripts":{"start":"node main.js"},"dependencies":{"express":"4.0.0"}}"#);

    #[test]
    fn variables_lead_over_services_to_containers() {
        let model = model(&[("k8s/all.yaml", SHOP), API, CODE]);
        assert!(!format!("{model:?}").contains("MARKER"));
        let expected =
            ["Ingress/web -> api: routes shop.example.com", "api -> cache: `CACHE_HOST`", "api -> pg: `DATABASE_URL` (PostgreSQL)"];
        assert_eq!(edges(&model, "kubernetes: k8s"), expected);
        let technology = |key: &str| model.containers[key].technology.clone();
        assert_eq!((technology("pg").as_deref(), technology("cache").as_deref()), (Some("PostgreSQL 16"), Some("Redis 7")));
        let lines: Vec<_> =
            model.containers["api"].relationships.iter().map(|one| (one.target.as_str(), one.technology.as_deref())).collect();
        assert_eq!(lines, [("cache", Some("Redis")), ("pg", Some("PostgreSQL"))]);
        assert_eq!(model.services.keys().collect::<Vec<_>>(), ["PostgreSQL", "Redis"]);
    }

    #[test]
    fn an_overlay_of_kustomize_is_an_environment_of_its_own() {
        let overlay = "resources: [../base]\nnamespace: prod\nnamePrefix: p-\nimages: [{name: acme/api, newTag: '2'}]\npatches: [{path: more.yaml}]\n";
        let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop-api}\nspec: {replicas: 5}\n";
        let files = [
            ("k/base/all.yaml", SHOP),
            ("k/base/kustomization.yaml", "resources: [all.yaml]\n"),
            ("k/prod/kustomization.yaml", overlay),
            ("k/prod/more.yaml", patch),
        ];
        let model = model(&files);
        let keys: Vec<_> = model.topology.keys().map(String::as_str).collect();
        assert_eq!(keys, ["kubernetes_platform", "kustomize: k/base", "kustomize: k/prod"]);
        let workload = &model.topology["kustomize: k/prod"].resources["Workloads"]["Deployment/p-shop-api"];
        assert_eq!(workload.facts["replicas"], ResourceFact::Number(5));
        assert_eq!(workload.facts["image"], ResourceFact::Text("acme/api:2".into()));
        assert_eq!(workload.facts["namespace"], ResourceFact::Text("prod".into()));
    }

    #[test]
    fn a_chart_is_rendered_for_each_file_of_values() {
        let template = concat!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include \"shop.name\" . }}\nspec:\n  replicas: {{ .Values.replicas }}\n  template:\n    spec:\n      containers:\n",
            "        - name: api\n          image: \"acme/api:{{ .Values.tag | default .Chart.AppVersion }}\"\n          env:\n            - name: DB_HOST\n              value: {{ .Release.Name }}-postgresql\n",
            "            - name: PASSWORD\n              value: {{ .Values.password | quote }}\n",
        );
        let ingress = "{{- if .Values.ingress.enabled }}\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  rules:\n    - host: {{ .Values.ingress.host }}\n{{- end }}\n";
        let files = [
            (
                "c/Chart.yaml",
                "name: shop\nversion: 1.0.0\nappVersion: \"1.10\"\ndependencies: [{name: postgresql, version: 12.x, repository: 'oci://x', condition: db.enabled}]\n",
            ),
            ("c/values.yaml", "replicas: 1\npassword: MARKER\ndb: {enabled: true}\ningress: {enabled: false, host: a.example.com}\n"),
            ("c/values-prod.yaml", "replicas: 3\ningress: {enabled: true}\n"),
            ("c/templates/_helpers.tpl", "{{ define \"shop.name\" }}{{ .Release.Name }}-api{{ end }}"),
            ("c/templates/deployment.yaml", template),
            ("c/templates/ingress.yaml", ingress),
            API,
            CODE,
        ];
        let model = model(&files);
        assert!(!format!("{model:?}").contains("MARKER"));
        let (own, prod) = (&model.topology["helm: shop (values)"], &model.topology["helm: shop (values-prod)"]);
        let workload = |one: &crate::model::Platform| one.resources["Workloads"]["Deployment/shop-api"].facts.clone();
        assert_eq!(workload(own)["image"], ResourceFact::Text("acme/api:1.10".into()));
        assert_eq!((&workload(own)["replicas"], &workload(prod)["replicas"]), (&ResourceFact::Number(1), &ResourceFact::Number(3)));
        let ingress = |one: &crate::model::Platform| one.resources["Networking"]["Ingress/shop"].facts.clone();
        assert_eq!(ingress(own)["enabled_by"], ResourceFact::Text("ingress.enabled".into()));
        assert!(!ingress(prod).contains_key("enabled_by"));
        assert_eq!(edges(&model, "helm: shop (values)"), ["api -> postgresql: `DB_HOST`"]);
        assert_eq!(model.containers["postgresql"].kind, "Database");
    }
}
