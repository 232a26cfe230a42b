//! Messages and jobs of hosted brokers and workflow engines: SQS, SNS, Google Pub/Sub, Temporal, Agenda, Inngest, graphile-worker.
//! A call counts only when its file brings the library in; names stay as written for the linker.

use tree_sitter::Node;

use super::imports::Origins;
use super::values::{self, callee, text_of, unwrapped};
use super::{called, classes, scope};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Channel, Direction, Fact, Job, Trigger, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/brokers", text: include_str!("../../../queries/typescript/brokers.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.brokers",
    about: "messages and jobs of SQS, SNS, Google Pub/Sub, Temporal, Agenda, Inngest and graphile-worker",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &[
        "@aws-sdk/client-sqs",
        "@aws-sdk/client-sns",
        "@google-cloud/pubsub",
        "@temporalio/",
        "agenda\"",
        "agenda'",
        "\"inngest",
        "'inngest",
        "graphile-worker",
    ],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// The commands that send or receive.
const COMMANDS: &[&str] =
    &["SendMessageCommand", "SendMessageBatchCommand", "ReceiveMessageCommand", "PublishCommand", "PublishBatchCommand"];

/// The methods, and the one function, that send, receive or register a job.
const METHODS: &[&str] = &[
    "createFunction",
    "define",
    "every",
    "now",
    "publishMessage",
    "publish",
    "on",
    "create",
    "start",
    "execute",
    "signalWithStart",
    "addJob",
    "quickAddJob",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    for found in cx.matches(&QUERY) {
        if let Some(made) = found.node("new") {
            command(cx, &origins, made, sink);
        } else if let Some(call) = found.node("call") {
            let name = called::method(call, cx.text).or_else(|| called::function(call, cx.text));
            if let Some(name) = name.filter(|name| METHODS.contains(name)) {
                read_call(cx, &origins, (call, name), sink);
            }
        }
    }
}

/// `new SendMessageCommand({ QueueUrl })` of SQS, `new PublishCommand({ TopicArn })` of SNS.
fn command(cx: &FileCx<'_>, origins: &Origins, made: Node<'_>, sink: &mut Sink<'_>) {
    let Some(constructor) = called::constructor(made, cx.text).filter(|name| COMMANDS.contains(name)) else { return };
    let (transport, key) = match origins.module(constructor) {
        Some("@aws-sdk/client-sqs") => ("SQS", "QueueUrl"),
        Some("@aws-sdk/client-sns") => ("SNS", "TopicArn"),
        _ => return,
    };
    let options = arguments(cx, made).into_iter().next();
    let Some(name) = options.as_ref().and_then(|options| options.get(key)) else { return };
    let receives = origins.original(constructor).starts_with("Receive");
    channel(cx, made, (if receives { Direction::Subscribe } else { Direction::Publish }, transport, short(name)), sink);
}

fn arguments(cx: &FileCx<'_>, call: Node<'_>) -> Vec<Value> {
    values::arguments(call, cx.text).into_iter().map(|value| scope::resolved(value, call, cx.text)).collect()
}

/// `orders` of `https://sqs.eu-west-1.amazonaws.com/1/orders` and of `arn:aws:sns:eu-west-1:1:orders`.
fn short(name: &Value) -> Value {
    match name {
        Value::Text(text) if text.starts_with("arn:") || text.contains("://") => {
            Value::Text(text.rsplit([':', '/']).next().unwrap_or(text).to_owned())
        }
        other => other.clone(),
    }
}

fn channel(cx: &FileCx<'_>, at: Node<'_>, (direction, transport, name): (Direction, &str, Value), sink: &mut Sink<'_>) {
    let fact = Channel { direction, name, transport: Some(transport.to_owned()), client: None, handler: place(cx, at), payload: None };
    sink.fact(cx.line(at.start_byte()), Fact::Channel(fact));
}

fn place(cx: &FileCx<'_>, at: Node<'_>) -> String {
    match classes::place(at, cx.text) {
        (class, function) if class.is_empty() && function.is_empty() => cx.file.path.stem().to_owned(),
        (class, function) if class.is_empty() => function,
        (class, function) => format!("{class}.{function}"),
    }
}

fn read_call(cx: &FileCx<'_>, origins: &Origins, (call, method): (Node<'_>, &str), sink: &mut Sink<'_>) {
    let given = arguments(cx, call);
    let first = given.first();
    let from = |module: &str| origins.any_from(&[module]);
    match method {
        "createFunction" if from("inngest") => inngest(cx, call, &given, sink),
        "define" if from("agenda") || from("@hokify/agenda") => {
            if let Some(name @ (Value::Text(_) | Value::Name(_))) = first {
                job(cx, call, (Some(name.clone()), Trigger::Queue(name.clone(), None)), sink);
            }
        }
        "every" if from("agenda") || from("@hokify/agenda") => {
            if let [interval @ Value::Text(_), name, ..] = given.as_slice() {
                job(cx, call, (Some(name.clone()), Trigger::Cron(interval.clone())), sink);
            }
        }
        "now" if (from("agenda") || from("@hokify/agenda")) && first.is_some() => {
            channel(cx, call, (Direction::Publish, "Agenda", given[0].clone()), sink);
        }
        "publishMessage" | "publish" | "on" if from("@google-cloud/pubsub") => pub_sub(cx, (call, method), sink),
        "create" if from("@temporalio/worker") && callee_of(cx, call) == "Worker.create" => {
            if let Some(queue) = first.and_then(|options| options.get("taskQueue")) {
                job(cx, call, (None, Trigger::Queue(queue.clone(), None)), sink);
            }
        }
        "start" | "execute" | "signalWithStart" if from("@temporalio/client") => {
            if let Some(queue) = given.iter().find_map(|one| one.get("taskQueue")) {
                channel(cx, call, (Direction::Publish, "Temporal", queue.clone()), sink);
            }
        }
        "addJob" | "quickAddJob" if from("graphile-worker") => {
            let name = if method == "addJob" { first } else { given.get(1) };
            if let Some(name @ (Value::Text(_) | Value::Name(_))) = name {
                channel(cx, call, (Direction::Publish, "graphile-worker", name.clone()), sink);
            }
        }
        _ => {}
    }
}

fn callee_of(cx: &FileCx<'_>, call: Node<'_>) -> String {
    call.child_by_field_name("function").map(|function| callee(function, cx.text)).unwrap_or_default()
}

/// `inngest.createFunction({ id }, { event } | { cron }, handler)`
fn inngest(cx: &FileCx<'_>, call: Node<'_>, given: &[Value], sink: &mut Sink<'_>) {
    let name = given.first().and_then(|options| options.get("id")).cloned();
    let Some(when) = given.get(1) else { return };
    for when in when.items() {
        let trigger = match (when.get("event"), when.get("cron")) {
            (Some(event), _) => Trigger::Queue(event.clone(), None),
            (None, Some(cron)) => Trigger::Cron(cron.clone()),
            (None, None) => continue,
        };
        job(cx, call, (name.clone(), trigger), sink);
    }
}

fn job(cx: &FileCx<'_>, call: Node<'_>, (name, trigger): (Option<Value>, Trigger), sink: &mut Sink<'_>) {
    let (class, function) = classes::place(call, cx.text);
    let handler = if function.is_empty() { cx.file.path.stem().to_owned() } else { function };
    sink.fact(cx.line(call.start_byte()), Fact::Job(Job { name, trigger, class, handler, doc: None }));
}

/// `pubsub.topic('orders').publishMessage(...)`, `pubsub.subscription('orders-mail').on('message', ...)`, also through a constant.
fn pub_sub(cx: &FileCx<'_>, (call, method): (Node<'_>, &str), sink: &mut Sink<'_>) {
    let object = call.child_by_field_name("function").and_then(|function| function.child_by_field_name("object")).map(unwrapped);
    let Some(object) = object else { return };
    let made = if object.kind() == "identifier" { made_by(object, cx.text) } else { Some(object) };
    let Some(made) = made.filter(|one| one.kind() == "call_expression") else { return };
    let maker = callee_of(cx, made);
    let direction = match (maker.rsplit('.').next().unwrap_or_default(), method) {
        ("topic", "publishMessage" | "publish") => Direction::Publish,
        ("subscription", "on") if arguments(cx, call).first().and_then(Value::as_text) == Some("message") => Direction::Subscribe,
        _ => return,
    };
    if let Some(name) = arguments(cx, made).into_iter().next() {
        channel(cx, call, (direction, "Google Pub/Sub", name), sink);
    }
}

/// What a constant around a name was made by.
fn made_by<'t>(name: Node<'t>, text: &str) -> Option<Node<'t>> {
    let wanted = text_of(name, text);
    let mut around = name.parent();
    while let Some(block) = around {
        if matches!(block.kind(), "statement_block" | "program")
            && let Some(found) = scope::declarator(block, wanted, text)
        {
            return found.child_by_field_name("value").map(unwrapped);
        }
        around = block.parent();
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    #[test]
    fn names_of_queues_and_topics_are_read_where_the_library_is_brought_in() {
        let text = "import { SendMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { PublishCommand } from '@aws-sdk/client-sns';
import { PubSub } from '@google-cloud/pubsub';
const pubsub = new PubSub();
async function order() {
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.ORDERS_URL, MessageBody: '' }));
    await sns.send(new PublishCommand({ TopicArn: 'arn:aws:sns:eu-west-1:1:orders', Message: '' }));
    await pubsub.topic('orders').publishMessage({ json: {} });
    const subscription = pubsub.subscription('orders-mail');
    subscription.on('message', mail);
    subscription.on('error', mail);
}
const poll = () => sqs.send(new ReceiveMessageCommand({ QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/mail' }));
";
        assert_eq!(
            facts("typescript.brokers", "a.ts", text),
            "6 Publish $ORDERS_URL over SQS in order
7 Publish 'orders' over SNS in order
8 Publish 'orders' over Google Pub/Sub in order
10 Subscribe 'orders-mail' over Google Pub/Sub in order
13 Subscribe 'mail' over SQS in poll"
        );
    }

    #[test]
    fn jobs_are_started_by_events_schedules_and_queues() {
        let text = "import { Inngest } from 'inngest';
import { Worker } from '@temporalio/worker';
import { Client } from '@temporalio/client';
export const welcome = inngest.createFunction({ id: 'welcome' }, { event: 'user/created' }, async () => {});
export const digest = inngest.createFunction({ id: 'digest' }, { cron: '0 8 * * *' }, async () => {});
async function run() {
    await Worker.create({ workflowsPath: '.', taskQueue: 'billing' });
    await client.workflow.start(bill, { taskQueue: 'billing', workflowId: '1' });
}
";
        let found = facts("typescript.brokers", "a.ts", text);
        assert_eq!(found.lines().count(), 4, "{found}");
        assert!(found.contains("user/created") && found.contains("0 8 * * *") && found.contains("billing"), "{found}");
    }
}
