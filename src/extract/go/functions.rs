//! Functions, types and variables of a package, for routers to be followed from where they are made to where routes are put on them,
//! and the names of channels back to where they are written. Knows no framework: which calls make a route or a message are tables of the
//! linker.

use tree_sitter::Node;

use super::body::Body;
use super::doc_comment;
use super::head;
use super::types;
use super::values::{children, text_of};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Action, Fact, Function, NamedType, PackageVariable, Statement, Variable};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "go/functions", text: include_str!("../../../queries/go/functions.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "go.functions",
    about: "functions of programs: routes of net/http, gin, echo, chi, fiber, gorilla/mux, httprouter, Hertz, go-zero, Beego and Huma; messages, tasks, schedules",
    kinds: &[FileKind::Go],
    markers: &[
        "\nfunc main()",
        "http.Handle",
        "http.NewServeMux",
        "http.ServeMux",
        "http.ListenAndServe",
        "http.Server",
        "http.ResponseWriter",
        "http.StripPrefix",
        "http.NewRequest",
        "spf13/cobra",
        "urfave/cli",
        "gin-gonic/gin",
        "labstack/echo",
        "go-chi/",
        "gofiber/fiber",
        "gorilla/mux",
        "julienschmidt/httprouter",
        "cloudwego/hertz",
        "zeromicro/go-zero",
        "danielgtaylor/huma",
        "beego/beego",
        "astaxie/beego",
        "connectrpc.com/connect",
        "google.golang.org/grpc",
        "contractapi\"",
        "chaincode/shim\"",
        "fabric-chaincode-go",
        "gorm.io/gorm",
        "jinzhu/gorm",
        "entgo.io/ent",
        "gorm:\"",
        "xorm:\"",
        "/xorm\"",
        ".RegisterModel(",
        "ables = []interface{}{",
        "odels = []interface{}{",
        "ables = []any{",
        "odels = []any{",
        "bun:\"",
        ".AutoMigrate(",
        "/websocket\"",
        "gobwas/ws\"",
        ".Group(\"",
        ".Get(\"/",
        ".Post(\"/",
        ".GET(\"",
        ".POST(\"",
        ".Handle(\"",
        ".HandleFunc(\"",
        ".Route(\"/",
        ".Mount(\"/",
        "nats-io/nats.go",
        "/sarama\"",
        "segmentio/kafka-go",
        "confluent-kafka-go",
        "twmb/franz-go",
        "amqp091-go",
        "streadway/amqp",
        "ThreeDotsLabs/watermill",
        "hibiken/asynq",
        "RichardKnop/machinery",
        "robfig/cron",
        "go-co-op/gocron",
        "go.temporal.io/sdk",
        "go-redis",
        "eclipse/paho",
        "cloud.google.com/go/pubsub",
        "service/sqs",
        "service/sns",
    ],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if head::read(cx.text).is_none_or(|head| head.is_left_out) {
        return;
    }
    for found in cx.matches(&QUERY) {
        if let Some(node) = found.node("function") {
            if let Some(function) = function(cx, node) {
                sink.fact(cx.line(node.start_byte()), Fact::Function(Box::new(function)));
            }
        } else if let Some(node) = found.node("type") {
            named_types(cx, node, sink);
        } else if let Some(node) = found.node("variables") {
            variables(cx, node, sink);
        }
    }
}

fn function(cx: &FileCx<'_>, node: Node<'_>) -> Option<Function> {
    let text = cx.text;
    let receiver = node.child_by_field_name("receiver").and_then(|list| types::variables(list, text).into_iter().next());
    let parameters = node.child_by_field_name("parameters").map(|list| types::variables(list, text)).unwrap_or_default();
    let mut function = Function {
        name: text_of(node.child_by_field_name("name")?, text).to_owned(),
        results: node.child_by_field_name("result").map(|result| types::results(result, text)).unwrap_or_default(),
        doc: doc_comment::of(node, text),
        rejects: types::rejects(text_of(node, text)),
        exempts: types::exempts(text_of(node, text)),
        answers: types::handles(&parameters),
        receiver,
        parameters,
        ..Function::default()
    };
    if let Some(body) = node.child_by_field_name("body") {
        Body::read(cx, body, &mut function);
    }
    Some(function)
}

fn named_types(cx: &FileCx<'_>, declaration: Node<'_>, sink: &mut Sink<'_>) {
    for spec in children(declaration) {
        let (Some(name), Some(shape)) = (spec.child_by_field_name("name"), spec.child_by_field_name("type")) else { continue };
        let doc = doc_comment::of(spec, cx.text).or_else(|| doc_comment::of(declaration, cx.text));
        let named = NamedType { name: text_of(name, cx.text).to_owned(), shape: types::shape(shape, cx.text), doc };
        sink.fact(cx.line(spec.start_byte()), Fact::NamedType(named));
    }
}

fn variables(cx: &FileCx<'_>, declaration: Node<'_>, sink: &mut Sink<'_>) {
    let mut specs = Vec::new();
    for child in children(declaration) {
        if child.kind() == "var_spec_list" { specs.extend(children(child)) } else { specs.push(child) }
    }
    for spec in specs {
        let kind = spec.child_by_field_name("type").map(|kind| text_of(kind, cx.text).to_owned()).unwrap_or_default();
        let values = spec.child_by_field_name("value").map(children).unwrap_or_default();
        let mut cursor = spec.walk();
        let names: Vec<Node<'_>> = spec.children_by_field_name("name", &mut cursor).filter(|name| name.is_named()).collect();
        for (at, name) in names.into_iter().enumerate() {
            let mut function = Function::default();
            let value = values.get(at).map(|value| Body::expression(cx, *value, &mut function));
            let Some(value) = value.or_else(|| (!kind.is_empty()).then_some(crate::finding::Expression::Other)) else { continue };
            // What function literals do is done at the start, as far as the file tells: commands keep what they run in such variables.
            if !function.closures.is_empty() {
                function.name = "init".to_owned();
                function.statements.push(Statement { action: Action::Evaluate(value.clone()), closure: None, way: None });
                sink.fact(cx.line(name.start_byte()), Fact::Function(Box::new(function)));
            }
            let variable = Variable { name: text_of(name, cx.text).to_owned(), kind: kind.clone() };
            sink.fact(cx.line(name.start_byte()), Fact::PackageVariable(PackageVariable { variable, value }));
        }
    }
}
