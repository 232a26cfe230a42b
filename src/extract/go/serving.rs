//! Calls that keep a program running: servers of HTTP and gRPC, chaincode, consumers, schedules.
//! A table of methods, each with the packages one of which the file must import; a client has none of them.

use super::head::{self, Head};
use super::values;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::ServingKind::{self, Chaincode, Connections, Grpc, Http, Worker};
use crate::finding::{Fact, Serving, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "go/serving", text: include_str!("../../../queries/go/serving.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "go.serving",
    about: "programs that serve HTTP, gRPC or chaincode, consume messages or run by a schedule",
    kinds: &[FileKind::Go],
    markers: &[
        "ListenAndServe",
        ".Serve(",
        ".ServeTLS(",
        ".Run(",
        ".RunTLS(",
        ".Start(",
        ".StartTLS(",
        ".StartServer(",
        ".Listen(",
        ".Spin(",
        ".Accept(",
        "NewServer(",
        ".Consume",
        "Subscribe(",
        "ReadMessage(",
        "FetchMessage(",
        "PollFetches(",
        "NewScheduler(",
        ".Receive",
        "NewManager(",
        "NewWorker(",
        "cron.New(",
        "worker.New(",
        "gqlgen/graphql/handler",
        "graph-gophers/graphql-go",
    ],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// A method, the packages one of which must be imported (as a start of the path), and what it serves.
type Rule = (&'static [&'static str], &'static [&'static str], ServingKind);

/// The interfaces of Hyperledger Fabric for chaincode; its gateways and token kits are clients.
const FABRIC: &[&str] = &[
    "github.com/hyperledger/fabric-contract-api-go",
    "github.com/hyperledger/fabric-chaincode-go",
    "github.com/hyperledger/fabric/core/chaincode/shim",
];

const RULES: &[Rule] = &[
    (&["Start"], FABRIC, Chaincode),
    (&["NewServer", "Serve"], &["google.golang.org/grpc", "github.com/zeromicro/go-zero/zrpc"], Grpc),
    (&["Run", "RunTLS", "RunListener"], &["github.com/gin-gonic/gin", "github.com/kataras/iris"], Http),
    (&["Start", "StartTLS", "StartServer", "StartAutoTLS"], &["github.com/labstack/echo"], Http),
    (&["Listen", "ListenTLS", "Listener"], &["github.com/gofiber/fiber", "github.com/kataras/iris"], Http),
    (&["Spin", "Run"], &["github.com/cloudwego/hertz", "github.com/cloudwego/kitex", "github.com/go-kratos/kratos"], Http),
    (&["Run"], &["github.com/beego/beego", "github.com/astaxie/beego"], Http),
    (&["Start"], &["github.com/zeromicro/go-zero/rest"], Http),
    (&["ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS"], &["net/http", "github.com/valyala/fasthttp"], Http),
    (&["ListenAndServe", "ListenAndServeTLS"], &["github.com/gofiber", "github.com/gorilla", "github.com/go-chi"], Http),
    (&["Accept", "AcceptTCP"], &["net"], Connections),
    (&["Consume", "ConsumeWithContext"], &["github.com/rabbitmq/amqp091-go", "github.com/streadway/amqp", "github.com/IBM/sarama"], Worker),
    (&["Consume", "ConsumePartition"], &["github.com/Shopify/sarama", "github.com/nats-io/nats.go"], Worker),
    (&["Subscribe", "QueueSubscribe", "PullSubscribe", "ChanSubscribe"], &["github.com/nats-io"], Worker),
    (&["ReadMessage", "FetchMessage"], &["github.com/segmentio/kafka-go", "github.com/confluentinc/confluent-kafka-go"], Worker),
    (&["PollFetches", "PollRecords"], &["github.com/twmb/franz-go"], Worker),
    (&["NewServer"], &["github.com/hibiken/asynq"], Worker),
    (&["NewWorker", "LaunchWorker"], &["github.com/RichardKnop/machinery"], Worker),
    (&["New", "NewWithLocation", "NewScheduler"], &["github.com/robfig/cron", "github.com/go-co-op/gocron"], Worker),
    (&["New"], &["go.temporal.io/sdk/worker"], Worker),
    (&["NewManager"], &["sigs.k8s.io/controller-runtime"], Worker),
    (&["Receive", "ReceiveMessage"], &["cloud.google.com/go/pubsub", "github.com/aws/aws-sdk-go"], Worker),
    (&["Start", "StartWithOptions"], &["github.com/aws/aws-lambda-go"], Worker),
    (&["NewRouter"], &["github.com/ThreeDotsLabs/watermill"], Worker),
];

/// Functions of these packages: the call must name the package.
const OF_PACKAGE: &[&str] = &[
    "github.com/robfig/cron",
    "github.com/go-co-op/gocron",
    "go.temporal.io/sdk/worker",
    "github.com/hibiken/asynq",
    "sigs.k8s.io/controller-runtime",
    "github.com/aws/aws-lambda-go",
    "github.com/ThreeDotsLabs/watermill",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(head) = head::read(cx.text).filter(|head| !head.is_left_out) else { return };
    for found in cx.matches(&QUERY) {
        let Some((call, method)) = found.node("call").and_then(|call| Some((call, values::method(call, cx.text)?))) else { continue };
        let function = call.child_by_field_name("function").and_then(|function| values::dotted(function, cx.text)).unwrap_or_default();
        let object = function.split('.').next().unwrap_or_default();
        let address = values::arguments(call, cx.text).into_iter().find(is_address);
        if serves_graphql(&head, method, object) {
            sink.fact(cx.line(call.start_byte()), Fact::GraphQlServer);
            continue;
        }
        let Some(kind) = kind_of(&head, method, object).or_else(|| listens(method, address.as_ref())) else { continue };
        sink.fact(cx.line(call.start_byte()), Fact::Serving(Serving { kind, address }));
    }
}

fn kind_of(head: &Head<'_>, method: &str, object: &str) -> Option<ServingKind> {
    let fits =
        |(methods, packages, _): &&Rule| methods.contains(&method) && packages.iter().any(|package| is_called(head, package, object));
    RULES.iter().find(fits).map(|(_, _, kind)| *kind)
}

/// gqlgen and graph-gophers make a server of a schema.
fn serves_graphql(head: &Head<'_>, method: &str, object: &str) -> bool {
    let of = |package: &str| head.imports.iter().any(|import| import.path == package && head::local_name(import) == object);
    match method {
        "New" | "NewDefaultServer" => of("github.com/99designs/gqlgen/graphql/handler"),
        "ParseSchema" | "MustParseSchema" => of("github.com/graph-gophers/graphql-go"),
        _ => false,
    }
}

/// A call that hands on an address with nothing but a port listens there, whatever it is called on: a field may hold the server.
fn listens(method: &str, address: Option<&Value>) -> Option<ServingKind> {
    let first = match address? {
        Value::Text(text) => text,
        Value::Concat(parts) => parts.first()?.as_text()?,
        _ => return None,
    };
    let all = matches!(method, "Run" | "Start" | "Serve" | "Listen" | "ListenAndServe" | "RunTLS" | "StartTLS" | "ListenAndServeTLS");
    (all && first.starts_with(':')).then_some(Connections)
}

/// Whether the file imports the package; a function of a package must be called by the package's name.
fn is_called(head: &Head<'_>, package: &str, object: &str) -> bool {
    let mut imported = head.imports.iter().filter(|import| {
        import.path.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') && package.contains('.'))
    });
    if OF_PACKAGE.contains(&package) { imported.any(|import| head::local_name(import) == object) } else { imported.next().is_some() }
}

/// `":8080"`, or a variable.
fn is_address(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.contains(':'),
        Value::Concat(parts) => parts.first().and_then(Value::as_text).is_some_and(|text| text.contains(':')),
        Value::Environment(..) => true,
        _ => false,
    }
}
