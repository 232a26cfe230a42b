//! Work that a schedule or a queue starts: `@nestjs/schedule`, Bull and BullMQ processors, node-cron, cron, node-schedule.
//! A decorator or function counts only when the import says that it is of such a package.

use tree_sitter::Node;

use super::class_cx::ClassCx;
use super::decorators::{self, Found};
use super::imports::Origins;
use super::values::{self, callee, children, text_of};
use super::{called, classes, cron_expressions, doc_comment, scope};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Job, Trigger, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/schedule", text: include_str!("../../../queries/typescript/schedule.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.schedule",
    about: "scheduled jobs and queue processors: @nestjs/schedule, Bull, BullMQ, node-cron, cron, node-schedule, croner",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["@nestjs/schedule", "@nestjs/bull", "bullmq", "node-cron", "'cron'", "\"cron\"", "node-schedule", "croner"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    for found in cx.matches(&QUERY) {
        if let Some(node) = found.node("class") {
            emit_class(&ClassCx::of(cx, &origins, node), sink);
        } else if let Some(call) = found.node("call").filter(|call| called::method(*call, cx.text).is_some_and(schedules)) {
            emit_call(cx, &origins, call, sink);
        } else if let Some(call) = found.node("new").filter(|made| called::constructor(*made, cx.text).is_some_and(runs)) {
            emit_call(cx, &origins, call, sink);
        }
    }
}

fn schedules(method: &str) -> bool {
    matches!(method, "schedule" | "scheduleJob" | "from")
}

fn runs(class: &str) -> bool {
    matches!(class, "CronJob" | "Cron" | "Worker")
}

fn emit_class(class: &ClassCx<'_, '_>, sink: &mut Sink<'_>) {
    let processor = class.decorators.iter().find(|found| is_processor(class, found));
    let queue = processor.map(queue_of);
    let mut has_process = false;
    for method in classes::methods(class.node) {
        for found in decorators::of_member(method, class.cx.text) {
            let Some((name, trigger)) = trigger(class, &found, queue.as_ref()) else { continue };
            has_process |= matches!(trigger, Trigger::Queue(..));
            sink.fact(class.line(found.node), Fact::Job(job(class, Some(method), name, trigger)));
        }
    }
    // A BullMQ processor has one `process` for its whole queue, its own or that of its base.
    if let (Some(queue), Some(processor), false) = (queue, processor, has_process) {
        let method = classes::methods(class.node).into_iter().find(|method| classes::member_name(*method, class.cx.text) == "process");
        if method.is_some() || !classes::bases(class.node, class.cx.text).is_empty() {
            sink.fact(class.line(processor.node), Fact::Job(job(class, method, None, Trigger::Queue(queue, None))));
        }
    }
}

fn job(class: &ClassCx<'_, '_>, method: Option<Node<'_>>, name: Option<Value>, trigger: Trigger) -> Job {
    let text = class.cx.text;
    let handler = method.map_or_else(|| "process".to_owned(), |method| classes::member_name(method, text));
    let doc = method.and_then(|method| doc_comment::of(method, text)).or_else(|| {
        let whole = matches!(trigger, Trigger::Queue(_, None));
        doc_comment::of(class.node, text).filter(|_| whole)
    });
    Job { name, trigger, class: class.name.clone(), handler, doc }
}

fn comes_from(class: &ClassCx<'_, '_>, found: &Found<'_>, package: &str) -> bool {
    class.origins.module(&found.decorator.name).is_some_and(|module| module.contains(package))
}

/// `@Processor`, or a decorator of this repository that is named after it, on a class with a `process` of its own.
fn is_processor(class: &ClassCx<'_, '_>, found: &Found<'_>) -> bool {
    if class.original_name(found) == "Processor" && comes_from(class, found, "bull") {
        return true;
    }
    let module = class.origins.module(&found.decorator.name).unwrap_or_default();
    let is_here = module.starts_with('.') || class.cx.map().resolve_module(&class.cx.file.path, module).is_some();
    let processes = || classes::methods(class.node).into_iter().any(|method| classes::member_name(method, class.cx.text) == "process");
    is_here
        && found.short_name().ends_with("Processor")
        && found.first().is_some()
        && class.origins.any_from(&["bullmq", "bull"])
        && processes()
}

/// `@Processor('mail')`, `@Processor({ name: 'mail' })`.
fn queue_of(found: &Found<'_>) -> Value {
    let first = found.first();
    first.map_or_else(|| Value::Text("default".to_owned()), |value| value.get("name").unwrap_or(value).clone())
}

fn trigger(class: &ClassCx<'_, '_>, found: &Found<'_>, queue: Option<&Value>) -> Option<(Option<Value>, Trigger)> {
    let name = class.original_name(found);
    let mut arguments = found.decorator.arguments.iter().cloned();
    if name == "Process" && comes_from(class, found, "bull") {
        let stated = arguments.next().map(|value| value.get("name").cloned().unwrap_or(value));
        return Some((None, Trigger::Queue(queue?.clone(), stated.filter(|value| !matches!(value, Value::Map(_))))));
    }
    if !comes_from(class, found, "@nestjs/schedule") {
        return None;
    }
    match name {
        "Cron" => {
            let expression = expression(class.origins, arguments.next()?)?;
            Some((arguments.next().and_then(|options| options.get("name").cloned()), Trigger::Cron(expression)))
        }
        "Interval" | "Timeout" => {
            let first = arguments.next()?;
            let (name, time) = match arguments.next() {
                Some(time) => (Some(first), time),
                None => (None, first),
            };
            Some((name, if name_is(found, class, "Interval") { Trigger::Interval(time) } else { Trigger::Timeout(time) }))
        }
        _ => None,
    }
}

fn name_is(found: &Found<'_>, class: &ClassCx<'_, '_>, name: &str) -> bool {
    class.original_name(found) == name
}

/// An expression, published ones by their text; a date is no schedule.
fn expression(origins: &Origins, value: Value) -> Option<Value> {
    match &value {
        Value::Name(name) if origins.module(name) == Some("@nestjs/schedule") => {
            let last = name.rsplit('.').next().unwrap_or(name);
            Some(cron_expressions::published(last).map_or(value.clone(), Value::Text))
        }
        Value::Call(name, _) if name == "Date" => None,
        _ => Some(value),
    }
}

fn emit_call(cx: &FileCx<'_>, origins: &Origins, call: Node<'_>, sink: &mut Sink<'_>) {
    let field = if call.kind() == "new_expression" { "constructor" } else { "function" };
    let Some(function) = call.child_by_field_name(field) else { return };
    let name = callee(function, cx.text);
    let module = origins.module(&name).unwrap_or_default();
    let mut arguments = values::arguments(call, cx.text).into_iter().map(|value| scope::resolved(value, call, cx.text));
    let Some(first) = arguments.next().map(|value| given_by_method(value, call, cx.text)) else { return };
    let last = origins.original(&name).rsplit('.').next().unwrap_or_default().to_owned();
    let trigger = match (module, last.as_str()) {
        ("node-cron", "schedule") | ("node-schedule", "scheduleJob") | ("cron", "CronJob") | ("croner", "Cron") => {
            let Some(expression) = expression(origins, first) else { return };
            Trigger::Cron(expression)
        }
        ("cron", "from") => match first.get("cronTime") {
            Some(time) => Trigger::Cron(time.clone()),
            None => return,
        },
        ("bullmq", "Worker") => Trigger::Queue(first, None),
        _ => return,
    };
    let (class, place) = classes::place(call, cx.text);
    let (class, handler) = handler_argument(call, cx.text).map_or((class, place), |name| match name.split_once('.') {
        Some(("this", method)) => (classes::place(call, cx.text).0, method.to_owned()),
        _ => (String::new(), name),
    });
    sink.fact(cx.line(call.start_byte()), Fact::Job(Job { name: None, trigger, class, handler, doc: None }));
}

/// What `this.expression()` gives back, when the method stands in the same class.
fn given_by_method(value: Value, call: Node<'_>, text: &str) -> Value {
    let Value::Call(name, arguments) = &value else { return value };
    let Some(name) = name.strip_prefix("this.").filter(|_| arguments.is_empty()) else { return value };
    let class = classes::around(call);
    let method = class.and_then(|class| classes::methods(class).into_iter().find(|one| classes::member_name(*one, text) == name));
    let given = method.and_then(|method| {
        let function = classes::function_of(method);
        Some(scope::with_locals(values::read(values::returned(function)?, text), function.child_by_field_name("body")?, text))
    });
    given.filter(|given| !matches!(given, Value::Opaque(_))).unwrap_or(value)
}

/// The second argument, when it is a name of a function: `this.run`, `run`, `() => this.run()`.
fn handler_argument(call: Node<'_>, text: &str) -> Option<String> {
    let second = *children(call.child_by_field_name("arguments")?).get(1)?;
    match second.kind() {
        "identifier" => Some(text_of(second, text).to_owned()),
        "member_expression" => values::dotted(second, text),
        "arrow_function" => {
            let called = values::unwrapped(values::returned(second)?);
            values::dotted(called.child_by_field_name("function").filter(|_| called.kind() == "call_expression")?, text)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    fn jobs(text: &str) -> String {
        facts("typescript.schedule", "a.ts", text)
    }

    #[test]
    fn schedules_of_classes() {
        let text = "
            import { Cron, CronExpression, Interval, Timeout as Once } from '@nestjs/schedule';
            import { Timeout } from './mine';
            @Injectable() export class Tasks {
                /** Cleans up. */
                @Cron(CronExpression.EVERY_DAY_AT_3AM, { name: 'cleanup', timeZone: 'UTC' }) clean() {}
                @Cron('0 0 * * *') daily() {}
                @Cron(Tasks.SUNDAY) sunday() {}
                @Cron(new Date()) once() {}
                @Interval('poll', 10_000) poll() {}
                @Interval(EVERY) tick() {}
                @Once(5000) later() {}
                @Timeout(1) other() {}
            }
        ";
        assert_eq!(
            jobs(text),
            "6 job Cron '0 03 * * *' named 'cleanup' Tasks.clean -- Cleans up.
7 job Cron '0 0 * * *' Tasks.daily
8 job Cron Tasks.SUNDAY Tasks.sunday
10 job Interval 10000 named 'poll' Tasks.poll
11 job Interval EVERY Tasks.tick
12 job Timeout 5000 Tasks.later"
        );
    }

    #[test]
    fn queue_processors() {
        let text = "
            import { Processor, Process, OnQueueFailed } from '@nestjs/bull';
            import { Job } from 'bullmq'; import { QueueProcessor, TextProcessor } from './queue.decorator';
            @Processor(QUEUES.mail) export class Mail {
                @Process('welcome') welcome(job: Job) {}
                @Process({ name: JOBS.bye, concurrency: 3 }) bye() {}
                @Process({ concurrency: 3 }) rest() {}
                @OnQueueFailed() failed() {}
            }
            /** Makes thumbnails. */
            @Processor({ name: 'images' }) export class Images extends WorkerHost { async process(job) {} }
            @Processor('inherited') export class Inherited extends BaseProcessor {}
            @QueueProcessor(EnumQueue.push, { limiter: 1 }) export class Composed extends Base { process(job) {} }
            @TextProcessor('x') export class NoQueue {}
        ";
        assert_eq!(
            jobs(text),
            "5 job Queue QUEUES.mail 'welcome' Mail.welcome
6 job Queue QUEUES.mail JOBS.bye Mail.bye
7 job Queue QUEUES.mail Mail.rest
11 job Queue 'images' Images.process -- Makes thumbnails.
12 job Queue 'inherited' Inherited.process
13 job Queue EnumQueue.push Composed.process"
        );
    }

    #[test]
    fn schedules_of_functions() {
        let text = "
            import cron from 'node-cron';
            import * as schedule from 'node-schedule';
            import { CronJob } from 'cron';
            import { Worker } from 'bullmq';
            cron.schedule('*/5 * * * *', sync);
            function start() { const at = process.env.AT || '1 1 * * *'; schedule.scheduleJob(at, () => cleanUp()); }
            class S { run() { new CronJob(EXPR, () => { this.x(); }); new CronJob('* * * * *', this.work); const w = new Worker('mail', async (job) => {}); } }
            class T { start() { new CronJob(this.when(), () => {}); } private when(): string { const base = '0 0 1 1 *'; const own = process.env.WHEN || base; log(own); return own; } }
            other.schedule('no'); new Worker2('x');
        ";
        assert_eq!(
            jobs(text),
            "6 job Cron '*/5 * * * *' .sync
7 job Cron $AT ?? '1 1 * * *' .cleanUp
8 job Cron EXPR S.run
8 job Cron '* * * * *' S.work
8 job Queue 'mail' S.run
9 job Cron $WHEN ?? '0 0 1 1 *' T.start"
        );
    }
}
