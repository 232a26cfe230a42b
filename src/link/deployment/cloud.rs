//! Products of clouds behind resources of Terraform, and the category of each type.
//! A type that is not known is a custom resource.

/// What a type of resource runs: a part of its name, the product where the type alone tells it, its kind, and whether it is one server
/// that the system talks to; queues, tables and buckets are many of one service.
const PRODUCTS: &[(&str, Option<&str>, &str, bool)] = &[
    ("aws_db_instance", None, "Database", true),
    ("aws_rds_cluster", None, "Database", true),
    ("aws_docdb_cluster", Some("Amazon DocumentDB"), "Database", true),
    ("aws_redshift_cluster", Some("Amazon Redshift"), "Database", true),
    ("aws_dynamodb_table", Some("Amazon DynamoDB"), "Database", false),
    ("aws_elasticache_cluster", None, "Cache", true),
    ("aws_elasticache_replication_group", None, "Cache", true),
    ("aws_elasticache_serverless_cache", None, "Cache", true),
    ("aws_sqs_queue", Some("Amazon SQS"), "Message Broker", false),
    ("aws_sns_topic", Some("Amazon SNS"), "Message Broker", false),
    ("aws_kinesis_stream", Some("Amazon Kinesis"), "Message Broker", false),
    ("aws_msk_cluster", Some("Apache Kafka"), "Message Broker", true),
    ("aws_mq_broker", None, "Message Broker", true),
    ("aws_s3_bucket", Some("Amazon S3"), "Object Storage", false),
    ("aws_opensearch_domain", Some("OpenSearch"), "Search Engine", true),
    ("aws_elasticsearch_domain", Some("Elasticsearch"), "Search Engine", true),
    ("aws_cognito_user_pool", Some("Amazon Cognito"), "Identity Provider", false),
    ("aws_secretsmanager_secret", Some("AWS Secrets Manager"), "Secret Store", false),
    ("google_sql_database_instance", None, "Database", true),
    ("google_redis_instance", Some("Redis"), "Cache", true),
    ("google_memcache_instance", Some("Memcached"), "Cache", true),
    ("google_alloydb_cluster", Some("PostgreSQL"), "Database", true),
    ("google_spanner_instance", Some("Google Cloud Spanner"), "Database", true),
    ("google_bigtable_instance", Some("Google Bigtable"), "Database", true),
    ("google_bigquery_dataset", Some("Google BigQuery"), "Database", false),
    ("google_firestore_database", Some("Google Firestore"), "Database", false),
    ("google_pubsub_topic", Some("Google Pub/Sub"), "Message Broker", false),
    ("google_storage_bucket", Some("Google Cloud Storage"), "Object Storage", false),
    ("google_secret_manager_secret", Some("Google Secret Manager"), "Secret Store", false),
    ("azurerm_postgresql_flexible_server", Some("PostgreSQL"), "Database", true),
    ("azurerm_postgresql_server", Some("PostgreSQL"), "Database", true),
    ("azurerm_mysql_flexible_server", Some("MySQL"), "Database", true),
    ("azurerm_mysql_server", Some("MySQL"), "Database", true),
    ("azurerm_mssql_server", Some("Microsoft SQL Server"), "Database", true),
    ("azurerm_sql_server", Some("Microsoft SQL Server"), "Database", true),
    ("azurerm_cosmosdb_account", Some("Azure Cosmos DB"), "Database", true),
    ("azurerm_redis_cache", Some("Redis"), "Cache", true),
    ("azurerm_servicebus_namespace", Some("Azure Service Bus"), "Message Broker", true),
    ("azurerm_eventhub_namespace", Some("Azure Event Hubs"), "Message Broker", true),
    ("azurerm_storage_account", Some("Azure Storage"), "Object Storage", false),
    ("azurerm_key_vault", Some("Azure Key Vault"), "Secret Store", false),
    ("digitalocean_database_cluster", None, "Database", true),
    ("mongodbatlas_cluster", Some("MongoDB"), "Database", true),
    ("mongodbatlas_advanced_cluster", Some("MongoDB"), "Database", true),
];

/// What an attribute says of the engine -> the product.
const ENGINES: &[(&str, &str)] = &[
    ("aurora-postgresql", "PostgreSQL"),
    ("postgres", "PostgreSQL"),
    ("pg", "PostgreSQL"),
    ("aurora-mysql", "MySQL"),
    ("mysql", "MySQL"),
    ("mariadb", "MariaDB"),
    ("sqlserver", "Microsoft SQL Server"),
    ("oracle", "Oracle Database"),
    ("redis", "Redis"),
    ("valkey", "Valkey"),
    ("memcached", "Memcached"),
    ("mongodb", "MongoDB"),
    ("kafka", "Apache Kafka"),
    ("rabbitmq", "RabbitMQ"),
    ("activemq", "ActiveMQ"),
    ("opensearch", "OpenSearch"),
];

/// A product that a cloud runs for the system.
pub(super) struct Managed {
    /// Its name.
    pub(super) product: &'static str,
    /// What it is, in the words of containers.
    pub(super) kind: &'static str,
    /// Whether the resource is a server of its own.
    pub(super) server: bool,
}

/// The product behind a type, with what the resource says of its engine or version.
pub(super) fn managed(kind: &str, engine: Option<&str>) -> Option<Managed> {
    let (_, product, role, server) = PRODUCTS.iter().find(|(name, ..)| *name == kind)?;
    let lower = engine.map(str::to_ascii_lowercase);
    let told =
        || ENGINES.iter().find(|(name, _)| lower.as_deref().is_some_and(|engine| engine.starts_with(name))).map(|(_, product)| *product);
    Some(Managed { product: product.or_else(told)?, kind: role, server: *server })
}

/// Words of types -> the category of the document; the first that fits counts.
const CATEGORIES: &[(&str, &[&str])] = &[
    ("Autoscaling", &["autoscal", "appautoscaling", "scaling_policy", "scaling_plan"]),
    (
        "Access Control",
        &[
            "_iam_",
            "role_assignment",
            "_role",
            "_policy",
            "_permission",
            "service_account",
            "user_assigned_identity",
            "federated_identity",
            "_key_pair",
            "cognito",
            "access_entry",
            "workload_identity",
        ],
    ),
    (
        "Networking",
        &[
            "vpc",
            "subnet",
            "_network",
            "_lb",
            "_alb",
            "load_balancer",
            "_route",
            "_dns",
            "security_group",
            "firewall",
            "gateway",
            "cloudfront",
            "cdn",
            "forwarding_rule",
            "_address",
            "_ip",
            "_eip",
            "listener",
            "target_group",
            "acm_certificate",
            "ssl_certificate",
            "endpoint",
            "ingress",
            "_domain",
            "service_connector",
            "frontdoor",
            "url_map",
            "backend_service",
        ],
    ),
    (
        "Configuration & Storage",
        &[
            "db_",
            "_db",
            "rds",
            "sql",
            "dynamodb",
            "docdb",
            "redshift",
            "elasticache",
            "redis",
            "memcache",
            "cache",
            "sqs",
            "sns",
            "kinesis",
            "msk",
            "mq_broker",
            "s3",
            "bucket",
            "storage",
            "opensearch",
            "elasticsearch",
            "secret",
            "ssm_parameter",
            "key_vault",
            "kms",
            "efs",
            "disk",
            "volume",
            "database",
            "spanner",
            "bigtable",
            "bigquery",
            "firestore",
            "pubsub",
            "servicebus",
            "eventhub",
            "cosmosdb",
            "registry",
            "repository",
            "config_map",
            "app_configuration",
            "queue",
            "topic",
            "event_rule",
            "event_bus",
            "log_group",
            "mongodbatlas",
        ],
    ),
    (
        "Workloads",
        &[
            "lambda",
            "function",
            "cloud_run",
            "ecs_",
            "eks",
            "container_cluster",
            "node_pool",
            "node_group",
            "kubernetes",
            "container_app",
            "container_group",
            "_instance",
            "virtual_machine",
            "_vm",
            "app_service",
            "web_app",
            "app_engine",
            "apprunner",
            "batch",
            "deployment",
            "stateful_set",
            "daemonset",
            "cron_job",
            "_job",
            "helm_release",
            "droplet",
            "heroku_app",
            "fly_app",
            "elastic_beanstalk",
            "scheduler",
            "service",
        ],
    ),
];

/// The category of a type of resource.
pub(super) fn category(kind: &str) -> &'static str {
    // A switch of an interface of the cloud runs nothing.
    if kind == "google_project_service" {
        return "Custom Resources";
    }
    // A cluster of a database and an instance of one are no workload; both words stand in the names of other things.
    let found = CATEGORIES.iter().find(|(_, words)| words.iter().any(|word| kind.contains(word)));
    found.map_or("Custom Resources", |(category, _)| category)
}

/// Whether a resource runs code.
pub(super) fn is_workload(kind: &str) -> bool {
    const WORDS: &[&str] = &[
        "lambda_function",
        "cloud_run",
        "cloudfunctions",
        "function_app",
        "container_app",
        "ecs_task_definition",
        "ecs_service",
        "web_app",
        "apprunner_service",
        "kubernetes_deployment",
        "app_service",
    ];
    category(kind) == "Workloads" && WORDS.iter().any(|word| kind.contains(word))
}

#[cfg(test)]
mod tests {
    use super::{category, managed};

    #[test]
    fn types_tell_category_and_product() {
        let expected = [
            ("aws_lambda_function", "Workloads"),
            ("aws_db_instance", "Configuration & Storage"),
            ("aws_instance", "Workloads"),
            ("google_sql_database_instance", "Configuration & Storage"),
            ("aws_vpc", "Networking"),
            ("aws_iam_role_policy", "Access Control"),
            ("aws_appautoscaling_target", "Autoscaling"),
            ("acme_thing", "Custom Resources"),
        ];
        for (kind, wanted) in expected {
            assert_eq!(category(kind), wanted, "{kind}");
        }
        let product = |kind: &str, engine: Option<&str>| managed(kind, engine).map(|one| one.product);
        assert_eq!(product("aws_db_instance", Some("aurora-postgresql")), Some("PostgreSQL"));
        assert_eq!(product("google_sql_database_instance", Some("MYSQL_8_0")), Some("MySQL"));
        assert_eq!((product("aws_db_instance", None), product("aws_sqs_queue", None)), (None, Some("Amazon SQS")));
    }
}
