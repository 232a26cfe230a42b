//! Images of software that others wrote: which product an image holds and what part it plays in a system.
//! A table: one line for each product. An image that is not in it is never guessed from parts of its name.

/// A product that systems run with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Software {
    /// Its name for a person: `PostgreSQL`.
    pub(super) name: &'static str,
    /// What a container of it is: `Database`.
    pub(super) kind: &'static str,
}

/// Name, kind, and the last parts of the image names that hold it. A part with a slash is held against the end of the whole name.
const SOFTWARE: &[(&str, &str, &[&str])] = &[
    (
        "PostgreSQL",
        "Database",
        &["postgres", "postgresql", "postgis", "pgvector", "supabase/postgres", "crunchy-postgres", "spilo", "pgautoupgrade"],
    ),
    ("TimescaleDB", "Database", &["timescaledb", "timescaledb-ha"]),
    ("MySQL", "Database", &["mysql", "mysql-server"]),
    ("MariaDB", "Database", &["mariadb"]),
    ("Microsoft SQL Server", "Database", &["mssql/server", "mssql-server-linux", "azure-sql-edge"]),
    ("Oracle Database", "Database", &["oracle-xe", "oracle-free", "database/free", "database/express"]),
    ("MongoDB", "Database", &["mongo", "mongodb", "mongodb-community-server", "percona-server-mongodb"]),
    ("CockroachDB", "Database", &["cockroach"]),
    ("Cassandra", "Database", &["cassandra"]),
    ("ScyllaDB", "Database", &["scylla"]),
    ("ClickHouse", "Database", &["clickhouse", "clickhouse-server"]),
    ("CouchDB", "Database", &["couchdb"]),
    ("DynamoDB Local", "Database", &["dynamodb-local"]),
    ("Neo4j", "Database", &["neo4j"]),
    ("EventStoreDB", "Database", &["eventstore"]),
    ("InfluxDB", "Database", &["influxdb"]),
    ("YugabyteDB", "Database", &["yugabyte"]),
    ("Dgraph", "Database", &["dgraph"]),
    ("SurrealDB", "Database", &["surrealdb"]),
    ("RethinkDB", "Database", &["rethinkdb"]),
    ("Redis", "Cache", &["redis", "redis-stack", "redis-stack-server", "redis-sentinel", "redis-cluster"]),
    ("Valkey", "Cache", &["valkey"]),
    ("KeyDB", "Cache", &["keydb"]),
    ("Dragonfly", "Cache", &["dragonfly", "dragonflydb/dragonfly"]),
    ("Memcached", "Cache", &["memcached"]),
    ("Hazelcast", "Cache", &["hazelcast"]),
    ("RabbitMQ", "Message Broker", &["rabbitmq"]),
    ("NATS", "Message Broker", &["nats", "nats-server"]),
    ("NATS Streaming", "Message Broker", &["nats-streaming"]),
    ("Apache Kafka", "Message Broker", &["kafka", "cp-kafka", "cp-server", "kafka-native"]),
    ("Redpanda", "Message Broker", &["redpanda"]),
    ("ZooKeeper", "Coordination Service", &["zookeeper", "cp-zookeeper"]),
    ("ActiveMQ", "Message Broker", &["activemq", "activemq-classic", "activemq-artemis"]),
    ("Mosquitto", "Message Broker", &["eclipse-mosquitto"]),
    ("EMQX", "Message Broker", &["emqx"]),
    ("Pulsar", "Message Broker", &["pulsar"]),
    ("MinIO", "Object Storage", &["minio"]),
    ("SeaweedFS", "Object Storage", &["seaweedfs"]),
    ("RustFS", "Object Storage", &["rustfs"]),
    ("Azurite", "Object Storage", &["azure-storage/azurite"]),
    ("LocalStack", "Cloud Emulator", &["localstack", "localstack-pro"]),
    ("ElasticMQ", "Message Broker", &["elasticmq", "elasticmq-native"]),
    ("Elasticsearch", "Search Engine", &["elasticsearch"]),
    ("OpenSearch", "Search Engine", &["opensearch"]),
    ("Meilisearch", "Search Engine", &["meilisearch"]),
    ("Typesense", "Search Engine", &["typesense"]),
    ("Solr", "Search Engine", &["solr"]),
    ("Zincsearch", "Search Engine", &["zinc", "zincsearch"]),
    ("Qdrant", "Vector Database", &["qdrant"]),
    ("Weaviate", "Vector Database", &["weaviate"]),
    ("Chroma", "Vector Database", &["chroma"]),
    ("Milvus", "Vector Database", &["milvus"]),
    ("Keycloak", "Identity Provider", &["keycloak"]),
    ("Zitadel", "Identity Provider", &["zitadel"]),
    ("authentik", "Identity Provider", &["goauthentik/server"]),
    ("Ory Hydra", "Identity Provider", &["oryd/hydra"]),
    ("Ory Kratos", "Identity Provider", &["oryd/kratos"]),
    ("Dex", "Identity Provider", &["dexidp/dex"]),
    ("OpenLDAP", "Identity Provider", &["openldap"]),
    ("SuperTokens", "Identity Provider", &["supertokens-postgresql", "supertokens-mysql"]),
    ("Open Policy Agent", "Authorization Service", &["openpolicyagent/opa"]),
    ("Ory Oathkeeper", "API Gateway", &["oryd/oathkeeper"]),
    ("Ory Keto", "Authorization Service", &["oryd/keto"]),
    ("OpenFGA", "Authorization Service", &["openfga"]),
    ("Vault", "Secret Store", &["vault"]),
    ("OpenBao", "Secret Store", &["openbao"]),
    ("Consul", "Coordination Service", &["consul"]),
    ("etcd", "Coordination Service", &["etcd"]),
    ("Prometheus", "Monitoring", &["prometheus", "pushgateway"]),
    ("Alertmanager", "Monitoring", &["alertmanager"]),
    ("Grafana", "Monitoring", &["grafana", "grafana-oss", "grafana-enterprise", "grafana/otel-lgtm"]),
    ("Grafana Loki", "Monitoring", &["loki"]),
    ("Grafana Tempo", "Monitoring", &["tempo"]),
    ("Promtail", "Monitoring", &["promtail"]),
    ("Grafana Alloy", "Monitoring", &["grafana/alloy"]),
    ("Grafana Mimir", "Monitoring", &["mimir"]),
    ("Pyroscope", "Monitoring", &["pyroscope"]),
    ("Jaeger", "Monitoring", &["jaeger", "jaegertracing/all-in-one", "jaegertracing/jaeger"]),
    ("Zipkin", "Monitoring", &["zipkin", "zipkin-slim"]),
    ("OpenTelemetry Collector", "Monitoring", &["opentelemetry-collector", "opentelemetry-collector-contrib", "aws-otel-collector"]),
    ("Kibana", "Monitoring", &["kibana"]),
    ("OpenSearch Dashboards", "Monitoring", &["opensearch-dashboards"]),
    ("Logstash", "Monitoring", &["logstash"]),
    ("Filebeat", "Monitoring", &["filebeat"]),
    ("Fluentd", "Monitoring", &["fluentd"]),
    ("Fluent Bit", "Monitoring", &["fluent-bit"]),
    ("Vector", "Monitoring", &["timberio/vector"]),
    ("Seq", "Monitoring", &["datalust/seq"]),
    ("SigNoz", "Monitoring", &["signoz"]),
    ("cAdvisor", "Monitoring", &["cadvisor"]),
    ("Node Exporter", "Monitoring", &["node-exporter"]),
    ("StatsD", "Monitoring", &["statsd", "graphite-statsd"]),
    ("Datadog Agent", "Monitoring", &["datadog/agent"]),
    ("Uptime Kuma", "Monitoring", &["uptime-kuma"]),
    ("nginx", "Reverse Proxy", &["nginx", "nginx-unprivileged"]),
    ("OpenResty", "Reverse Proxy", &["openresty"]),
    ("Traefik", "Reverse Proxy", &["traefik"]),
    ("Caddy", "Reverse Proxy", &["caddy"]),
    ("HAProxy", "Reverse Proxy", &["haproxy"]),
    ("Envoy", "Reverse Proxy", &["envoy"]),
    ("Apache HTTP Server", "Reverse Proxy", &["httpd"]),
    ("Varnish", "Reverse Proxy", &["varnish"]),
    ("oauth2-proxy", "Reverse Proxy", &["oauth2-proxy"]),
    ("Kong", "API Gateway", &["kong", "kong-gateway"]),
    ("Apache APISIX", "API Gateway", &["apisix"]),
    ("KrakenD", "API Gateway", &["krakend"]),
    ("Hasura", "API Gateway", &["hasura/graphql-engine"]),
    ("PostgREST", "API Gateway", &["postgrest"]),
    ("cloudflared", "Tunnel", &["cloudflared"]),
    ("ngrok", "Tunnel", &["ngrok"]),
    ("PgBouncer", "Connection Pool", &["pgbouncer"]),
    ("Pgpool-II", "Connection Pool", &["pgpool"]),
    ("pgAdmin", "Admin Tool", &["pgadmin4"]),
    ("Adminer", "Admin Tool", &["adminer"]),
    ("phpMyAdmin", "Admin Tool", &["phpmyadmin"]),
    ("mongo-express", "Admin Tool", &["mongo-express"]),
    ("Redis Commander", "Admin Tool", &["redis-commander"]),
    ("Redis Insight", "Admin Tool", &["redisinsight"]),
    ("Bull Board", "Admin Tool", &["bull-board"]),
    ("Kafka UI", "Admin Tool", &["kafka-ui", "kafdrop", "akhq", "redpandadata/console"]),
    ("Portainer", "Admin Tool", &["portainer", "portainer-ce"]),
    ("Dozzle", "Admin Tool", &["dozzle"]),
    ("CloudBeaver", "Admin Tool", &["cloudbeaver"]),
    ("dbgate", "Admin Tool", &["dbgate"]),
    ("Swagger UI", "Admin Tool", &["swagger-ui"]),
    ("Watchtower", "Admin Tool", &["watchtower"]),
    ("MailHog", "Mail Server", &["mailhog"]),
    ("Mailpit", "Mail Server", &["mailpit"]),
    ("MailDev", "Mail Server", &["maildev"]),
    ("Inbucket", "Mail Server", &["inbucket"]),
    ("smtp4dev", "Mail Server", &["smtp4dev"]),
    ("MailSlurper", "Mail Server", &["mailslurper"]),
    ("Mailcatcher", "Mail Server", &["mailcatcher"]),
    ("ClamAV", "Virus Scanner", &["clamav"]),
    ("Temporal", "Workflow Engine", &["temporalio/auto-setup", "temporalio/server"]),
    ("Temporal UI", "Admin Tool", &["temporalio/ui"]),
    ("Camunda", "Workflow Engine", &["camunda-bpm-platform", "camunda/zeebe"]),
    ("n8n", "Workflow Engine", &["n8nio/n8n"]),
    ("Apache Airflow", "Workflow Engine", &["airflow"]),
    ("Dapr", "Sidecar", &["daprio/daprd"]),
    ("Dapr", "Coordination Service", &["daprio/dapr"]),
    ("Cube", "Analytics Service", &["cubejs/cube"]),
    ("Metabase", "Analytics Service", &["metabase"]),
    ("Jitsu", "Analytics Service", &["jitsucom/jitsu"]),
    ("pict-rs", "Image Processor", &["pictrs"]),
    ("Dejavu", "Admin Tool", &["dejavu"]),
    ("pgweb", "Admin Tool", &["pgweb"]),
    ("HyperDX", "Monitoring", &["hyperdx", "hyperdx-all-in-one"]),
    ("nginx with Certbot", "Reverse Proxy", &["nginx-certbot"]),
    ("Debezium", "Change Data Capture", &["debezium/connect"]),
    ("Kafka Connect", "Change Data Capture", &["cp-kafka-connect"]),
    ("Schema Registry", "Schema Registry", &["cp-schema-registry"]),
    ("Unleash", "Feature Flags", &["unleash-server"]),
    ("flagd", "Feature Flags", &["flagd"]),
    ("Gotenberg", "Document Converter", &["gotenberg"]),
    ("Browserless", "Headless Browser", &["browserless/chrome", "browserless/chromium"]),
    ("imgproxy", "Image Processor", &["imgproxy"]),
    ("LiveKit", "Media Server", &["livekit-server"]),
    ("coturn", "Media Server", &["coturn"]),
    ("Ollama", "Model Server", &["ollama"]),
    ("vLLM", "Model Server", &["vllm-openai"]),
    ("WireMock", "Mock Server", &["wiremock"]),
    ("MockServer", "Mock Server", &["mockserver"]),
    // Microfab counts its own versions, not those of the network that it starts.
    ("Hyperledger Fabric (Microfab)", "Ledger", &["hyperledger-labs/microfab", "ibmcom/ibp-microfab"]),
    ("Hyperledger Fabric", "Ledger", &["hyperledger/fabric-peer", "hyperledger/fabric-orderer", "hyperledger/fabric-ca"]),
    ("Hyperledger Fabric tools", "Job/Task", &["hyperledger/fabric-tools"]),
    ("Hyperledger Besu", "Ledger", &["hyperledger/besu"]),
    ("Geth", "Ledger", &["ethereum/client-go"]),
    ("Ganache", "Ledger", &["ganache", "ganache-cli"]),
    ("Docker Registry", "Image Registry", &["registry"]),
    ("SonarQube", "Code Quality", &["sonarqube"]),
    ("Flyway", "Job/Task", &["flyway"]),
    ("Liquibase", "Job/Task", &["liquibase"]),
    ("dbmate", "Job/Task", &["dbmate"]),
    ("golang-migrate", "Job/Task", &["migrate/migrate"]),
    ("goose", "Job/Task", &["goose"]),
    ("Atlas", "Job/Task", &["arigaio/atlas"]),
    ("MinIO Client", "Job/Task", &["minio/mc"]),
    ("k6", "Load Generator", &["grafana/k6", "loadimpact/k6"]),
    ("Locust", "Load Generator", &["locustio/locust"]),
];

/// The product that an image holds. Registry, tag and digest do not matter: `docker.io/bitnami/redis:7.2` is Redis.
pub(super) fn software(image: &str) -> Option<Software> {
    let name = name_of(image).to_ascii_lowercase();
    let last = name.rsplit('/').next().unwrap_or(&name);
    let fits = |part: &str| if part.contains('/') { name == part || name.ends_with(&format!("/{part}")) } else { last == part };
    let whole = SOFTWARE.iter().find(|(_, _, parts)| parts.iter().any(|part| part.contains('/') && fits(part)));
    let found = whole.or_else(|| SOFTWARE.iter().find(|(_, _, parts)| parts.iter().any(|part| fits(part))));
    found.map(|(name, kind, _)| Software { name, kind })
}

/// The name of an image without tag and digest: `bitnami/redis` of `bitnami/redis:7.2@sha256:...`.
pub(super) fn name_of(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    match name.rfind(':') {
        // A colon before a slash belongs to the port of a registry.
        Some(at) if !name[at..].contains('/') => &name[..at],
        _ => name,
    }
}

/// The tag of an image, where it has one.
pub(super) fn tag_of(image: &str) -> Option<&str> {
    let name = image.split('@').next().unwrap_or(image);
    name[name_of(image).len()..].strip_prefix(':').filter(|tag| !tag.is_empty())
}

/// The version that a tag states: `14.7` of `14.7-alpine`, nothing of `latest`.
pub(super) fn version_of(image: &str) -> Option<&str> {
    let tag = tag_of(image)?;
    let tag = tag.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(tag);
    let end = tag.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(tag.len());
    Some(tag[..end].trim_end_matches('.')).filter(|version| !version.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{name_of, software, tag_of, version_of};

    #[test]
    fn an_image_tells_its_product_and_version() {
        let expected = [
            ("postgres:14.7-alpine", Some("PostgreSQL"), Some("14.7")),
            ("docker.io/bitnami/redis:7.2", Some("Redis"), Some("7.2")),
            ("localhost:5000/nats", Some("NATS"), None),
            ("mcr.microsoft.com/mssql/server:2022-latest", Some("Microsoft SQL Server"), Some("2022")),
            ("minio/mc:RELEASE.2023-03-13", Some("MinIO Client"), None),
            ("minio/minio:RELEASE.2023-03-13", Some("MinIO"), None),
            ("traefik:v2.10.1", Some("Traefik"), Some("2.10.1")),
            ("ghcr.io/acme/api:1.0", None, Some("1.0")),
            ("acme/my-postgres-proxy:1", None, Some("1")),
        ];
        for (image, name, version) in expected {
            assert_eq!((software(image).map(|one| one.name), version_of(image)), (name, version), "{image}");
        }
        assert_eq!((name_of("a:5000/b/c@sha256:ff"), tag_of("a:5000/b/c")), ("a:5000/b/c", None));
    }
}
