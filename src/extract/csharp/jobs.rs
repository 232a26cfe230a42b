//! Recurring work of .NET: jobs of Quartz with the trigger that they are scheduled with, recurring jobs of Hangfire.
//! Source: the documentation of Quartz.NET and Hangfire. A job whose trigger another method makes is left out.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::nodes::{children, compact, field, is_dead, simple_name, text_of, type_arguments, unwrapped};
use super::values;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Job, Trigger, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "csharp/jobs", text: include_str!("../../../queries/csharp/jobs.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.jobs",
    about: ".NET: jobs of Quartz with their triggers, recurring jobs of Hangfire",
    kinds: &[FileKind::CSharp],
    markers: &["WithCronSchedule(", "WithSimpleSchedule(", "RecurringJob", "AddOrUpdate<"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    // Every node of every method is looked at, also in files that are read for another reason.
    if !EXTRACTOR.markers.iter().any(|marker| cx.text.contains(marker)) {
        return;
    }
    let top: Vec<Node<'_>> = cx.matches(&QUERY).iter().filter_map(|found| found.node("statement")).collect();
    if !top.is_empty() {
        Method::read(&top, cx).emit(cx, sink);
    }
    for found in cx.matches(&QUERY) {
        if let Some(method) = found.node("method").filter(|node| !is_dead(*node)) {
            Method::read(&[method], cx).emit(cx, sink);
        }
    }
}

/// Nodes of a method beyond which it is data.
const NODES: usize = 20_000;

/// What one method says of schedules.
#[derive(Default)]
struct Method<'t> {
    /// Variable -> the triggers that it may hold.
    triggers: BTreeMap<String, Vec<Trigger>>,
    /// Variable or key -> the class of the job.
    jobs: BTreeMap<String, String>,
    /// Calls that bring a job and a trigger together.
    calls: Vec<Node<'t>>,
    /// Jobs that are told in one place: the class, the trigger, the line.
    found: Vec<(String, Trigger, u32)>,
    /// Recurring jobs: the stated name, the class, the method, the trigger, the line.
    recurring: Vec<(Option<Value>, String, String, Trigger, u32)>,
}

impl<'t> Method<'t> {
    fn read(roots: &[Node<'t>], cx: &FileCx<'_>) -> Self {
        let mut method = Self::default();
        let mut open: Vec<Node<'t>> = roots.iter().rev().copied().collect();
        let mut left = NODES;
        while let Some(node) = open.pop().filter(|_| left > 0) {
            left -= 1;
            match node.kind() {
                "invocation_expression" => method.call(node, cx),
                "object_creation_expression" => method.calls.push(node),
                _ => {}
            }
            open.extend(children(node).into_iter().rev());
        }
        method
    }

    fn call(&mut self, call: Node<'t>, cx: &FileCx<'_>) {
        let text = cx.text;
        let Some(function) = call.child_by_field_name("function") else { return };
        let named = function.child_by_field_name("name").unwrap_or(function);
        match simple_name(named, text) {
            "WithCronSchedule" | "WithSimpleSchedule" => {
                if let Some(trigger) = trigger(call, simple_name(named, text), text) {
                    self.place(call, trigger, cx);
                }
            }
            "Create" | "AddJob" => {
                if let Some(class) = type_arguments(named, text).into_iter().next() {
                    self.name_job(call, class, text);
                }
            }
            "ScheduleJob" => self.calls.push(call),
            "AddOrUpdate" => self.recurring(call, function, named, cx),
            _ => {}
        }
    }

    /// Where a trigger goes: into a variable, into a call that names the job, or beside it in a chain.
    fn place(&mut self, node: Node<'t>, trigger: Trigger, cx: &FileCx<'_>) {
        let text = cx.text;
        let line = cx.line(node.start_byte());
        let mut at = node;
        while let Some(parent) = at.parent() {
            match parent.kind() {
                "variable_declarator" => {
                    let name = field(parent, "name", text).unwrap_or_default();
                    return self.triggers.entry(name.to_owned()).or_default().push(trigger);
                }
                "assignment_expression" => {
                    let name = field(parent, "left", text).unwrap_or_default();
                    return self.triggers.entry(name.to_owned()).or_default().push(trigger);
                }
                "invocation_expression" => {
                    let function = parent.child_by_field_name("function");
                    let Some(named) = function.map(|one| one.child_by_field_name("name").unwrap_or(one)) else { return };
                    let class = match simple_name(named, text) {
                        "ScheduleJob" => type_arguments(named, text).into_iter().next().or_else(|| self.first_job(parent, text)),
                        "AddTrigger" => {
                            let keyed = argument_of(at, "ForJob", text).and_then(|key| self.jobs.get(&key).cloned());
                            keyed.or_else(|| chained_job(parent, text))
                        }
                        _ => {
                            at = parent;
                            continue;
                        }
                    };
                    self.found.extend(class.map(|class| (class, trigger, line)));
                    return;
                }
                "method_declaration" | "local_function_statement" => return,
                _ => {}
            }
            at = parent;
        }
    }

    fn first_job(&self, call: Node<'_>, text: &str) -> Option<String> {
        let list = call.child_by_field_name("arguments").map(children).unwrap_or_default();
        let first = children(*list.first()?).last().copied()?;
        self.jobs.get(text_of(first, text)).cloned()
    }

    /// `var job = JobBuilder.Create<T>()...`, `AddJob<T>(options => options.WithIdentity(key))`, `AddJob<T>(key)`
    fn name_job(&mut self, call: Node<'t>, class: String, text: &str) {
        let keys = call.child_by_field_name("arguments").map(children).unwrap_or_default();
        for argument in keys {
            let inner = children(argument).last().copied().unwrap_or(argument);
            let key =
                if inner.kind() == "lambda_expression" { argument_of(inner, "WithIdentity", text) } else { Some(key_text(inner, text)) };
            if let Some(key) = key {
                self.jobs.insert(key, class.clone());
            }
        }
        let mut at = call;
        while let Some(parent) = at.parent() {
            match parent.kind() {
                "variable_declarator" => {
                    self.jobs.insert(field(parent, "name", text).unwrap_or_default().to_owned(), class);
                    return;
                }
                "assignment_expression" => {
                    self.jobs.insert(field(parent, "left", text).unwrap_or_default().to_owned(), class);
                    return;
                }
                "member_access_expression" | "invocation_expression" | "await_expression" => at = parent,
                _ => return,
            }
        }
    }

    /// `RecurringJob.AddOrUpdate<T>("name", job => job.Run(), Cron.Daily)`
    fn recurring(&mut self, call: Node<'t>, function: Node<'t>, named: Node<'t>, cx: &FileCx<'_>) {
        let text = cx.text;
        let receiver = field(function, "expression", text).unwrap_or_default().to_ascii_lowercase();
        if !receiver.contains("recurring") {
            return;
        }
        let list: Vec<Node<'t>> = call.child_by_field_name("arguments").map(children).unwrap_or_default();
        let values: Vec<Node<'t>> = list.iter().filter_map(|one| children(*one).last().copied()).collect();
        let Some(work) = values.iter().position(|one| one.kind() == "lambda_expression") else { return };
        let Some(cron) = values[work + 1..].iter().find_map(|one| cron(*one, text)) else { return };
        let name = values[..work].first().map(|one| values::read(*one, text));
        let body = values[work].child_by_field_name("body").map(unwrapped);
        let called = body.and_then(|body| body.child_by_field_name("function"));
        let method = called.and_then(|one| field(one, "name", text)).unwrap_or("Run").to_owned();
        let of_static = || called.and_then(|one| field(one, "expression", text)).map(str::to_owned);
        let class = type_arguments(named, text).into_iter().next().or_else(of_static).unwrap_or_default();
        let line = cx.line(call.start_byte());
        self.recurring.push((name, class, method, Trigger::Cron(cron), line));
    }

    fn emit(self, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
        let mut found = self.found.clone();
        for call in &self.calls {
            let list = call.child_by_field_name("arguments").map(children).unwrap_or_default();
            let given: Vec<Node<'_>> = list.iter().filter_map(|one| children(*one).last().copied()).collect();
            let class = given.iter().find_map(|one| match one.kind() {
                "typeof_expression" => one.child_by_field_name("type").map(|kind| compact(text_of(kind, cx.text))),
                _ => self.jobs.get(text_of(*one, cx.text)).cloned(),
            });
            let triggers = given.iter().find_map(|one| self.triggers.get(text_of(*one, cx.text)));
            if let (Some(class), Some(triggers)) = (class, triggers) {
                let line = cx.line(call.start_byte());
                found.extend(triggers.iter().map(|trigger| (class.clone(), trigger.clone(), line)));
            }
        }
        for (class, trigger, line) in found {
            sink.fact(line, Fact::Job(Job { name: None, trigger, class, handler: "Execute".to_owned(), doc: None }));
        }
        for (name, class, handler, trigger, line) in self.recurring {
            sink.fact(line, Fact::Job(Job { name, trigger, class, handler, doc: None }));
        }
    }
}

/// The key as it is written: a variable, a text, `new JobKey("x")`.
fn key_text(node: Node<'_>, text: &str) -> String {
    compact(text_of(node, text))
}

/// The first argument of a call of a name in a function.
fn argument_of(lambda: Node<'_>, name: &str, text: &str) -> Option<String> {
    let mut open = vec![lambda];
    let mut left = 500;
    while let Some(node) = open.pop().filter(|_| left > 0) {
        left -= 1;
        let function = node.child_by_field_name("function").filter(|_| node.kind() == "invocation_expression");
        if function.is_some_and(|one| simple_name(one.child_by_field_name("name").unwrap_or(one), text) == name) {
            let first = node.child_by_field_name("arguments").and_then(|list| children(list).first().copied())?;
            return Some(key_text(children(first).last().copied().unwrap_or(first), text));
        }
        open.extend(children(node));
    }
    None
}

/// `T` of `x.AddJob<T>(...).AddTrigger(...)`.
fn chained_job(call: Node<'_>, text: &str) -> Option<String> {
    let mut at = call.child_by_field_name("function")?.child_by_field_name("expression")?;
    while at.kind() == "invocation_expression" {
        let function = at.child_by_field_name("function")?;
        let named = function.child_by_field_name("name").unwrap_or(function);
        if simple_name(named, text) == "AddJob" {
            return type_arguments(named, text).into_iter().next();
        }
        at = function.child_by_field_name("expression")?;
    }
    None
}

/// What a call sets a trigger to.
fn trigger(call: Node<'_>, name: &str, text: &str) -> Option<Trigger> {
    let first = call.child_by_field_name("arguments").and_then(|list| children(list).first().copied());
    let first = first.map(|one| children(one).last().copied().unwrap_or(one));
    if name == "WithCronSchedule" {
        return Some(Trigger::Cron(values::read(first?, text)));
    }
    const UNITS: &[(&str, u64)] =
        &[("WithIntervalInSeconds", 1_000), ("WithIntervalInMinutes", 60_000), ("WithIntervalInHours", 3_600_000)];
    let stated = UNITS.iter().find_map(|(call, unit)| {
        let number = argument_of(first?, call, text)?.parse::<u64>().ok()?;
        Some(Value::Number(number.checked_mul(*unit)?.to_string()))
    });
    Some(Trigger::Interval(stated.unwrap_or_else(|| Value::Opaque("interval".to_owned()))))
}

/// A cron expression: a text, or what `Cron.Daily` and its kin stand for.
fn cron(node: Node<'_>, text: &str) -> Option<Value> {
    let node = unwrapped(node);
    let (function, list) = match node.kind() {
        "invocation_expression" => {
            (node.child_by_field_name("function")?, node.child_by_field_name("arguments").map(children).unwrap_or_default())
        }
        "member_access_expression" => (node, Vec::new()),
        _ => return Some(values::read(node, text)),
    };
    if field(function, "expression", text) != Some("Cron") {
        return Some(values::read(node, text));
    }
    let number = |place: usize, or: &str| list.get(place).map_or_else(|| or.to_owned(), |one| text_of(*one, text).to_owned());
    let name = function.child_by_field_name("name").map(|name| simple_name(name, text))?;
    let line = match name {
        "Minutely" => "* * * * *".to_owned(),
        "Hourly" => format!("{} * * * *", number(0, "0")),
        "Daily" => format!("{} {} * * *", number(1, "0"), number(0, "0")),
        "Weekly" => format!("{} {} * * {}", number(2, "0"), number(1, "0"), week_day(&number(0, "1"))),
        "Monthly" => format!("{} {} {} * *", number(2, "0"), number(1, "0"), number(0, "1")),
        "Yearly" => "0 0 1 1 *".to_owned(),
        "MinuteInterval" => format!("*/{} * * * *", number(0, "1")),
        "HourInterval" => format!("0 */{} * * *", number(0, "1")),
        "DayInterval" => format!("0 0 */{} * *", number(0, "1")),
        "Never" => return None,
        _ => return Some(values::read(node, text)),
    };
    line.bytes().all(|byte| byte.is_ascii_digit() || b" */".contains(&byte)).then_some(Value::Text(line))
}

/// `1` of `DayOfWeek.Monday`.
fn week_day(written: &str) -> String {
    const DAYS: &[&str] = &["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let name = written.rsplit('.').next().unwrap_or(written);
    DAYS.iter().position(|day| *day == name).map_or_else(|| written.to_owned(), |at| at.to_string())
}
