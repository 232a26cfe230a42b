//! Schedules of Go: functions that a cron library runs, with the expression or interval that it is given.
//! Source: the documentation of robfig/cron, gocron and asynq. What starts the program itself is no schedule.

use std::collections::BTreeSet;

use super::brokers::is_of;
use super::messages::{containers, label};
use super::origins::{Origin, Origins, Scope};
use super::reach::Reach;
use crate::finding::{Expression, Invocation};
use crate::location::Location;

/// A function that runs by a schedule in one container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Schedule {
    /// Where it is stated.
    pub(crate) at: Location,
    /// When it runs: "Cron `0 3 * * *`".
    pub(crate) trigger: String,
    /// What runs.
    pub(crate) handler: String,
    /// Its comment.
    pub(crate) doc: Option<String>,
    /// The container.
    pub(crate) container: String,
}

const CRON: &[&str] = &["github.com/robfig/cron"];
const GOCRON: &[&str] = &["github.com/go-co-op/gocron"];
const ASYNQ: &[&str] = &["github.com/hibiken/asynq"];

/// The calls that take an expression and what it runs: the library, the methods.
const CALLS: &[(&[&str], &[&str])] =
    &[(CRON, &["AddFunc", "AddJob"]), (ASYNQ, &["Register"]), (GOCRON, &["NewJob", "Do", "DoWithJobDetails"])];

/// Every schedule.
pub(crate) fn schedules(reach: &Reach<'_, '_, '_>, origins: &Origins<'_, '_>) -> BTreeSet<Schedule> {
    let mut found = BTreeSet::new();
    for (libraries, methods) in CALLS {
        for (function, call) in methods.iter().flat_map(|method| origins.calls_of(method)) {
            let scope = origins.scope(*function);
            let known = match origins.library(&scope, &call.function) {
                Some((path, _)) => is_of(&path, libraries),
                None => {
                    let imports = origins.world.imports(scope.file);
                    origins.is_untold(&scope, &call.function) && imports.iter().any(|import| is_of(&import.path, libraries))
                }
            };
            if known {
                enter(reach, origins, (&scope, *function, call), &mut found);
            }
        }
    }
    found
}

fn enter<'a>(
    reach: &Reach<'_, '_, '_>,
    origins: &Origins<'_, 'a>,
    (scope, function, call): (&Scope<'_, 'a>, usize, &'a Invocation),
    found: &mut BTreeSet<Schedule>,
) {
    let (place, fact) = origins.world.functions[function];
    let at = Location::new(&place.path, call.line);
    let (when, work) = parts(call);
    let named = work.and_then(|work| named(origins, scope, work));
    let doc = named.and_then(|function| origins.world.functions[function].1.doc.clone());
    let handler = named.map_or_else(|| fact.label(), |function| origins.world.functions[function].1.label());
    let Some(when) = when else { return };
    let mut enter = |trigger: String, origin: Option<&Origin>| {
        let via = origin.map(|origin| origin.via.clone()).unwrap_or_default();
        for container in containers(reach, function, &via) {
            let (at, trigger, handler, doc) = (at.clone(), trigger.clone(), handler.clone(), doc.clone());
            found.insert(Schedule { at, trigger, handler, doc, container });
        }
    };
    match when {
        When::Expression(expression) => {
            let known = origins.of(scope, expression);
            known.iter().for_each(|origin| enter(format!("Cron `{}`", origin.text), Some(origin)));
            if known.is_empty() {
                enter("Cron, set at run time".to_owned(), None);
            }
        }
        When::Text(text) => enter(text, None),
    }
}

/// When something runs.
enum When<'a> {
    /// By a cron expression.
    Expression(&'a Expression),
    /// As said.
    Text(String),
}

/// When a call lets something run, and what.
fn parts(call: &Invocation) -> (Option<When<'_>>, Option<&Expression>) {
    let Expression::Field(base, method) = &call.function else { return (None, None) };
    match method.as_str() {
        "Do" | "DoWithJobDetails" => (every(base), call.arguments.first()),
        "NewJob" => {
            let [when, task, ..] = call.arguments.as_slice() else { return (None, None) };
            let work = match task {
                Expression::Call(task) => task.arguments.first(),
                _ => None,
            };
            (definition(when), work)
        }
        _ => (call.arguments.first().map(When::Expression), call.arguments.get(1)),
    }
}

/// gocron 1: `s.Every(5).Minutes()`, `s.Every("5m")`, `s.Cron("0 3 * * *")`.
fn every(mut base: &Expression) -> Option<When<'_>> {
    let mut words: Vec<String> = Vec::new();
    for _ in 0..8 {
        let Expression::Call(call) = base else { return None };
        let Expression::Field(inner, name) = &call.function else { return None };
        match (name.as_str(), call.arguments.first()) {
            ("Cron" | "CronWithSeconds", Some(expression)) => return Some(When::Expression(expression)),
            ("Every", Some(Expression::Number(text) | Expression::Text(text))) => {
                words.push(text.clone());
                words.reverse();
                return Some(When::Text(format!("Every {}", words.join(" "))));
            }
            ("Every", _) => return Some(When::Text("Interval, set at run time".to_owned())),
            ("At", Some(Expression::Text(text))) => words.push(format!("at {text}")),
            (unit, None) if unit.chars().all(char::is_alphabetic) => words.push(unit.to_ascii_lowercase()),
            _ => {}
        }
        base = inner;
    }
    None
}

/// gocron 2: `gocron.CronJob("0 3 * * *", false)`, `gocron.DurationJob(time.Minute)`.
fn definition(expression: &Expression) -> Option<When<'_>> {
    let Expression::Call(call) = expression else { return None };
    let (Expression::Field(_, name) | Expression::Name(name)) = &call.function else { return None };
    match name.as_str() {
        "CronJob" => call.arguments.first().map(When::Expression),
        "DurationJob" | "DurationRandomJob" => Some(When::Text("Interval".to_owned())),
        "DailyJob" => Some(When::Text("Daily".to_owned())),
        "WeeklyJob" => Some(When::Text("Weekly".to_owned())),
        "MonthlyJob" => Some(When::Text("Monthly".to_owned())),
        "OneTimeJob" => Some(When::Text("Once".to_owned())),
        _ => None,
    }
}

/// The function that runs: named, or the `Run` of a job that is handed over.
fn named<'a>(origins: &Origins<'_, 'a>, scope: &Scope<'_, 'a>, work: &'a Expression) -> Option<usize> {
    let wrapped = match work {
        Expression::Call(call) if !call.arguments.is_empty() => call.arguments.last(),
        _ => None,
    };
    [Some(work), wrapped].into_iter().flatten().find_map(|one| {
        label(origins, scope, one)?;
        origins.named_function(scope, one)
    })
}
