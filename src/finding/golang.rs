//! Facts that every source file of Go states: its package, what it imports, whether a program starts there.
//! Packages are folders; which folder an import means is the linker's work.

/// An import of a source file: `import alias "path"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PackageImport {
    /// The name it is given, where one is written; `.` and `_` are kept.
    pub(crate) alias: Option<String>,
    /// The path as written.
    pub(crate) path: String,
}

/// A source file: its package and what it imports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// The name of its package; `main` for a program.
    pub(crate) package: String,
    /// What it imports, in written order.
    pub(crate) imports: Vec<PackageImport>,
    /// Whether `func main()` of a program stands in it.
    pub(crate) starts: bool,
    /// The comment before the package clause, as plain text.
    pub(crate) doc: Option<String>,
}

/// What a program does that keeps it running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ServingKind {
    /// It answers HTTP.
    Http,
    /// It answers gRPC.
    Grpc,
    /// It is chaincode that a peer calls.
    Chaincode,
    /// It takes messages or tasks, or runs by a schedule.
    Worker,
    /// It takes connections of another kind.
    Connections,
}

/// A call that makes a program serve or wait for work.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Serving {
    /// What it serves.
    pub(crate) kind: ServingKind,
    /// The address, where one is given.
    pub(crate) address: Option<super::Value>,
}

/// The name that a package most likely has: the last part of its path, without a version (`/v5`, `.v2`) and without `go-` or `-go`.
pub(crate) fn package_name(path: &str) -> &str {
    let is_version = |part: &str| part.len() > 1 && part.starts_with('v') && part[1..].bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = path.rsplit('/');
    let mut name = parts.next().unwrap_or(path);
    if is_version(name) {
        name = parts.next().unwrap_or(name);
    }
    name = name.rsplit_once('.').filter(|(_, end)| is_version(end)).map_or(name, |(start, _)| start);
    let bare = name.strip_prefix("go-").or_else(|| name.strip_suffix("-go")).or_else(|| name.strip_suffix(".go")).unwrap_or(name);
    bare.rsplit('-').next().unwrap_or(bare)
}

/// The starts of the paths of libraries that carry messages or tasks, or run by a schedule.
const BROKERS: &[&str] = &[
    "github.com/nats-io/nats.go",
    "github.com/IBM/sarama",
    "github.com/Shopify/sarama",
    "github.com/segmentio/kafka-go",
    "github.com/confluentinc/confluent-kafka-go",
    "github.com/twmb/franz-go",
    "github.com/rabbitmq/amqp091-go",
    "github.com/streadway/amqp",
    "github.com/ThreeDotsLabs/watermill",
    "github.com/hibiken/asynq",
    "github.com/RichardKnop/machinery",
    "github.com/robfig/cron",
    "github.com/go-co-op/gocron",
    "go.temporal.io/sdk",
    "github.com/redis/go-redis",
    "github.com/go-redis/redis",
    "github.com/eclipse/paho",
    "cloud.google.com/go/pubsub",
    "github.com/aws/aws-sdk-go/service/sqs",
    "github.com/aws/aws-sdk-go/service/sns",
    "github.com/aws/aws-sdk-go-v2/service/sqs",
    "github.com/aws/aws-sdk-go-v2/service/sns",
];

/// Whether a package carries messages or tasks, or runs by a schedule.
pub(crate) fn broker(path: &str) -> bool {
    BROKERS.iter().any(|start| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.'])))
}

#[cfg(test)]
mod tests {
    use super::package_name;

    #[test]
    fn a_package_is_called_by_the_last_part_of_its_path() {
        let cases = [
            ("net/http", "http"),
            ("github.com/go-chi/chi/v5", "chi"),
            ("gopkg.in/yaml.v3", "yaml"),
            ("github.com/nats-io/nats.go", "nats"),
            ("github.com/segmentio/kafka-go", "kafka"),
        ];
        for (path, name) in cases {
            assert_eq!(package_name(path), name, "{path}");
        }
    }
}
