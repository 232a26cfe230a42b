//! The libraries of messages and tasks, as tables: which call sends, which receives, and where the channel stands.
//! Source: the documentation of each library; a call that is not listed is no message.

use crate::finding::Direction::{self, Publish, Request, Subscribe};

/// Where a call names its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// The argument at a place, not counting a context that comes first.
    Argument(usize),
    /// Every argument from a place on, not counting a context that comes first.
    From(usize),
    /// RabbitMQ: the exchange, or where that is empty the routing key.
    Exchange,
    /// The only argument that is a string, wherever it stands.
    Method,
}

/// A call that sends or receives.
pub(crate) struct CallRule {
    /// The starts of the paths of the library.
    pub(crate) libraries: &'static [&'static str],
    /// What carries the messages.
    pub(crate) transport: &'static str,
    /// The called functions and methods.
    pub(crate) methods: &'static [&'static str],
    /// Which side.
    pub(crate) direction: Direction,
    /// Where the channel is.
    pub(crate) named: Named,
}

/// A composite literal that names a channel.
pub(crate) struct LiteralRule {
    /// The starts of the paths of the library.
    pub(crate) libraries: &'static [&'static str],
    /// What carries the messages.
    pub(crate) transport: &'static str,
    /// The types.
    pub(crate) types: &'static [&'static str],
    /// The fields, one of which holds the channel.
    pub(crate) fields: &'static [&'static str],
    /// Which side.
    pub(crate) direction: Direction,
}

const NATS: &[&str] = &["github.com/nats-io/nats.go"];
const SARAMA: &[&str] = &["github.com/IBM/sarama", "github.com/Shopify/sarama"];
const SEGMENTIO: &[&str] = &["github.com/segmentio/kafka-go"];
const CONFLUENT: &[&str] = &["github.com/confluentinc/confluent-kafka-go"];
const FRANZ: &[&str] = &["github.com/twmb/franz-go"];
const RABBIT: &[&str] = &["github.com/rabbitmq/amqp091-go", "github.com/streadway/amqp"];
const WATERMILL: &[&str] = &["github.com/ThreeDotsLabs/watermill"];
const ASYNQ: &[&str] = &["github.com/hibiken/asynq"];
const MACHINERY: &[&str] = &["github.com/RichardKnop/machinery"];
const TEMPORAL: &[&str] = &["go.temporal.io/sdk"];
const REDIS: &[&str] = &["github.com/redis/go-redis", "github.com/go-redis/redis"];
const PAHO: &[&str] = &["github.com/eclipse/paho"];
const GOOGLE: &[&str] = &["cloud.google.com/go/pubsub"];
const SQS: &[&str] = &["github.com/aws/aws-sdk-go/service/sqs", "github.com/aws/aws-sdk-go-v2/service/sqs"];
const SNS: &[&str] = &["github.com/aws/aws-sdk-go/service/sns", "github.com/aws/aws-sdk-go-v2/service/sns"];

/// The calls.
pub(crate) const CALLS: &[CallRule] = &[
    call(NATS, "NATS", &["Publish", "PublishAsync", "PublishRequest"], Publish, Named::Argument(0)),
    call(NATS, "NATS", &["Request", "RequestWithContext"], Request, Named::Argument(0)),
    call(
        NATS,
        "NATS",
        &["Subscribe", "SubscribeSync", "QueueSubscribe", "QueueSubscribeSync", "ChanSubscribe", "ChanQueueSubscribe", "PullSubscribe"],
        Subscribe,
        Named::Argument(0),
    ),
    call(SARAMA, "Kafka", &["ConsumePartition", "Consume"], Subscribe, Named::Argument(0)),
    call(CONFLUENT, "Kafka", &["Subscribe", "SubscribeTopics"], Subscribe, Named::Argument(0)),
    call(FRANZ, "Kafka", &["ConsumeTopics", "AddConsumeTopics"], Subscribe, Named::From(0)),
    call(FRANZ, "Kafka", &["DefaultProduceTopic"], Publish, Named::Argument(0)),
    call(
        RABBIT,
        "RabbitMQ",
        &["Publish", "PublishWithContext", "PublishWithDeferredConfirm", "PublishWithDeferredConfirmWithContext"],
        Publish,
        Named::Exchange,
    ),
    call(RABBIT, "RabbitMQ", &["Consume", "ConsumeWithContext", "Get"], Subscribe, Named::Argument(0)),
    call(WATERMILL, "Watermill", &["Publish"], Publish, Named::Argument(0)),
    call(WATERMILL, "Watermill", &["Subscribe"], Subscribe, Named::Argument(0)),
    call(WATERMILL, "Watermill", &["AddNoPublisherHandler", "AddConsumerHandler", "AddHandler"], Subscribe, Named::Argument(1)),
    call(WATERMILL, "Watermill", &["AddHandler"], Publish, Named::Argument(3)),
    call(ASYNQ, "asynq", &["NewTask"], Publish, Named::Argument(0)),
    call(ASYNQ, "asynq", &["HandleFunc", "Handle"], Subscribe, Named::Argument(0)),
    call(MACHINERY, "machinery", &["RegisterTask"], Subscribe, Named::Argument(0)),
    call(TEMPORAL, "Temporal", &["worker.New"], Subscribe, Named::Argument(1)),
    call(REDIS, "Redis", &["Publish", "SPublish"], Publish, Named::Argument(0)),
    call(REDIS, "Redis", &["Subscribe", "PSubscribe", "SSubscribe"], Subscribe, Named::From(0)),
    call(PAHO, "MQTT", &["Publish"], Publish, Named::Argument(0)),
    call(PAHO, "MQTT", &["Subscribe"], Subscribe, Named::Argument(0)),
    call(GOOGLE, "Google Pub/Sub", &["Topic", "Publisher"], Publish, Named::Method),
    call(GOOGLE, "Google Pub/Sub", &["Subscription", "Subscriber"], Subscribe, Named::Method),
];

/// The literals.
pub(crate) const LITERALS: &[LiteralRule] = &[
    literal(NATS, "NATS", &["Msg"], &["Subject"], Publish),
    literal(NATS, "NATS", &["ConsumerConfig"], &["FilterSubject", "FilterSubjects"], Subscribe),
    literal(SARAMA, "Kafka", &["ProducerMessage"], &["Topic"], Publish),
    literal(SEGMENTIO, "Kafka", &["Writer", "WriterConfig", "Message"], &["Topic"], Publish),
    literal(SEGMENTIO, "Kafka", &["ReaderConfig"], &["Topic", "GroupTopics"], Subscribe),
    literal(FRANZ, "Kafka", &["Record"], &["Topic"], Publish),
    literal(MACHINERY, "machinery", &["Signature"], &["Name"], Publish),
    literal(TEMPORAL, "Temporal", &["StartWorkflowOptions"], &["TaskQueue"], Publish),
    literal(REDIS, "Redis", &["XAddArgs"], &["Stream"], Publish),
    literal(SQS, "Amazon SQS", &["SendMessageInput", "SendMessageBatchInput"], &["QueueUrl"], Publish),
    literal(SQS, "Amazon SQS", &["ReceiveMessageInput"], &["QueueUrl"], Subscribe),
    literal(SNS, "Amazon SNS", &["PublishInput", "PublishBatchInput"], &["TopicArn"], Publish),
];

const fn call(
    libraries: &'static [&'static str],
    transport: &'static str,
    methods: &'static [&'static str],
    direction: Direction,
    named: Named,
) -> CallRule {
    CallRule { libraries, transport, methods, direction, named }
}

const fn literal(
    libraries: &'static [&'static str],
    transport: &'static str,
    types: &'static [&'static str],
    fields: &'static [&'static str],
    direction: Direction,
) -> LiteralRule {
    LiteralRule { libraries, transport, types, fields, direction }
}

/// Whether a path is of one of some libraries, given by the starts of their paths.
pub(crate) fn is_of(path: &str, libraries: &[&str]) -> bool {
    libraries.iter().any(|start| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.', '-'])))
}

/// What carries the messages of Watermill: the broker whose connector is imported.
pub(crate) fn connector(path: &str) -> Option<&'static str> {
    const CONNECTORS: &[(&str, &str)] = &[
        ("watermill-kafka", "Kafka"),
        ("watermill-amqp", "RabbitMQ"),
        ("watermill-nats", "NATS"),
        ("watermill-jetstream", "NATS"),
        ("watermill-googlecloud", "Google Pub/Sub"),
        ("watermill-redisstream", "Redis"),
        ("watermill-aws", "Amazon SQS"),
    ];
    CONNECTORS.iter().find(|(part, _)| path.contains(part)).map(|(_, transport)| *transport)
}

/// RabbitMQ: the call that hangs a queue on an exchange.
pub(crate) fn binds_queue(path: &str, name: &str) -> bool {
    name == "QueueBind" && is_of(path, RABBIT)
}

#[cfg(test)]
mod tests {
    use super::{SARAMA, is_of};

    #[test]
    fn a_library_is_told_by_the_start_of_its_path() {
        assert!(is_of("github.com/IBM/sarama", SARAMA) && is_of("github.com/IBM/sarama/mocks", SARAMA));
        assert!(!is_of("github.com/IBM/saramax", SARAMA));
    }
}
