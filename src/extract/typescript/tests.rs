//! Runs one extractor on one text and prints its facts, one per line, for the tests beside the extractors.

use std::fmt::Write as _;

use super::EXTRACTORS;
use crate::classify::RepoMap;
use crate::extract::{FileResult, run};
use crate::finding::entity::{ColumnType, Entity, Property, PropertyKind};
use crate::finding::{Bootstrap, Channel, Class, ClientKind, Decorator, Fact, Trigger, Value};
use crate::gap::{Gap, GapCode};
use crate::location::RepoPath;
use crate::source::Entry;

/// The facts and gaps that an extractor finds in a text, sorted by line.
pub(super) fn facts(extractor: &str, path: &str, text: &str) -> String {
    let map = RepoMap::classify(&[Entry { path: RepoPath::new(path), size: 0 }], &|_| None);
    let chosen = EXTRACTORS.iter().copied().find(|one| one.id == extractor).unwrap();
    let mut result = FileResult::default();
    let read = |path: &RepoPath| Err(Gap::file(GapCode::Unreadable, path, "there is only one file"));
    run((&map, &read), &map.files[0], text, &[chosen], &mut result);
    let mut lines: Vec<(u32, String)> =
        result.findings.iter().map(|found| (found.at.line, format!("{} {}", found.at.line, show(&found.fact)))).collect();
    lines.extend(result.gaps.iter().map(|gap| (gap.line.unwrap_or(0), format!("{} gap {}", gap.line.unwrap_or(0), gap.message))));
    lines.sort_by_key(|(line, _)| *line);
    lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

/// A fact on one line.
pub(super) fn show(fact: &Fact) -> String {
    match fact {
        Fact::Import(one) => format!("import {} = {} of {}", one.local, one.imported, one.module),
        Fact::Reexport(one) => format!("reexport {} = {} of {}", one.local, one.imported, one.module),
        Fact::Constant(one) if one.parameters.is_empty() && !matches!(one.value, Value::Call(..)) => {
            format!("constant {} = {}", one.name, value(&one.value))
        }
        Fact::Constant(one) => format!("constant {}({}) = {}", one.name, one.parameters.join(", "), value(&one.value)),
        Fact::StoreKey(one) => format!("{} {} {}", one.command, value(&one.key), one.client.as_deref().unwrap_or_default()),
        Fact::Class(one) => class(one),
        Fact::Entity(one) => entity(one),
        Fact::EntityEnum(one) => format!("enum {} = {} [{}]", one.name, one.mapped.as_deref().unwrap_or(&one.name), one.values.join(", ")),
        Fact::Module(one) => {
            let mut out = format!("module {}", one.class);
            for (name, list) in
                [("imports", &one.imports), ("providers", &one.providers), ("controllers", &one.controllers), ("exports", &one.exports)]
            {
                if !list.is_empty() {
                    let _ = write!(out, " {name}[{}]", values(list));
                }
            }
            out + &doc(one.doc.as_deref())
        }
        Fact::Controller(one) => {
            let versions = if one.versions.is_empty() { String::new() } else { format!(" v[{}]", values(&one.versions)) };
            format!(
                "{:?} controller {} [{}]{versions}{}{}",
                one.kind,
                one.class,
                values(&one.prefixes),
                decorators(&one.decorators),
                doc(one.doc.as_deref())
            )
        }
        Fact::Route(one) => {
            let mut out = format!("{:?} {} [{}] {}.{}", one.protocol, one.verb, values(&one.paths), one.class, one.handler);
            if !one.versions.is_empty() {
                let _ = write!(out, " v[{}]", values(&one.versions));
            }
            let _ = write!(out, "{}{}", arrow(" <-", one.request.as_deref()), arrow(" ->", one.response.as_deref()));
            out + &decorators(&one.decorators) + &doc(one.summary.as_deref())
        }
        Fact::Bootstrap(one) => bootstrap(one),
        Fact::CqrsHandler(one) => {
            let response = arrow(" ->", one.response.as_deref());
            let tail = decorators(&one.decorators) + &doc(one.doc.as_deref());
            format!("{:?} {} by {}{response}{tail}", one.kind, one.message, one.class)
        }
        Fact::Channel(one) => channel(one),
        Fact::Relay(one) => format!("relay {}.{}({}): {}", one.class, one.method, one.parameters.join(", "), channel(&one.channel)),
        Fact::RelayCall(one) => format!("maybe {}.{}({}) in {}", one.class, one.method, values(&one.arguments), one.handler),
        Fact::Job(one) => {
            let name = one.name.as_ref().map(|name| format!(" named {}", value(name))).unwrap_or_default();
            format!("job {}{name} {}.{}{}", trigger(&one.trigger), one.class, one.handler, doc(one.doc.as_deref()))
        }
        Fact::RpcServed(one) => format!("serves {one}"),
        Fact::OutgoingClient(one) if one.kind == ClientKind::Grpc => {
            format!("calls {} by {} in {}", value(&one.address), one.client.as_deref().unwrap_or_default(), one.class)
        }
        Fact::EnvironmentRead(one) => format!("reads {}", one.name),
        other => format!("{other:?}"),
    }
}

fn channel(one: &Channel) -> String {
    let client = one.client.as_ref().map(|client| format!(" through {}", value(client))).unwrap_or_default();
    let transport = one.transport.as_deref().unwrap_or("?");
    let payload = arrow(" <-", one.payload.as_deref());
    format!("{:?} {} over {transport}{client} in {}{payload}", one.direction, value(&one.name), one.handler)
}

fn trigger(one: &Trigger) -> String {
    match one {
        Trigger::Cron(time) => format!("Cron {}", value(time)),
        Trigger::Interval(time) => format!("Interval {}", value(time)),
        Trigger::Start => "Start".to_owned(),
        Trigger::Timeout(time) => format!("Timeout {}", value(time)),
        Trigger::Queue(queue, name) => {
            format!("Queue {}{}", value(queue), name.as_ref().map(|name| format!(" {}", value(name))).unwrap_or_default())
        }
    }
}

fn bootstrap(one: &Bootstrap) -> String {
    let mut out = format!("start {:?} {}", one.kind, one.root.as_deref().unwrap_or("?"));
    for (name, single) in [("prefix", &one.global_prefix), ("versions", &one.versioning)] {
        if let Some(single) = single {
            let _ = write!(out, " {name} {}", value(single));
        }
        if name == "prefix" && !one.prefix_excludes.is_empty() {
            let _ = write!(out, " except [{}]", values(&one.prefix_excludes));
        }
    }
    for (name, list) in [("transports", &one.transports), ("ports", &one.ports), ("guards", &one.global_guards)] {
        if !list.is_empty() {
            let _ = write!(out, " {name} [{}]", values(list));
        }
    }
    out
}

fn class(one: &Class) -> String {
    let bases = if one.bases.is_empty() { String::new() } else { format!(" : {}", one.bases.join(", ")) };
    let members: Vec<String> = one.members.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
    let members = if members.is_empty() { String::new() } else { format!(" {{{}}}", members.join(", ")) };
    let kind = if one.is_abstract { "abstract " } else { "" };
    format!("class {kind}{}{bases}{members}{}{}", one.name, decorators(&one.decorators), doc(one.doc.as_deref()))
}

fn decorators(list: &[Decorator]) -> String {
    list.iter().map(|one| format!(" @{}({})", one.name, values(&one.arguments))).collect()
}

fn doc(text: Option<&str>) -> String {
    text.map(|text| format!(" -- {text}")).unwrap_or_default()
}

fn arrow(sign: &str, kind: Option<&str>) -> String {
    kind.map(|kind| format!("{sign} {kind}")).unwrap_or_default()
}

fn values(list: &[Value]) -> String {
    list.iter().map(value).collect::<Vec<_>>().join(", ")
}

/// A value in one line, close to how it is written.
pub(super) fn value(one: &Value) -> String {
    match one {
        Value::Text(text) => format!("'{text}'"),
        Value::Number(number) => number.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Name(name) => name.clone(),
        Value::Concat(items) => items.iter().map(value).collect::<Vec<_>>().join(" + "),
        Value::List(items) => format!("[{}]", values(items)),
        Value::Map(entries) => {
            format!("{{{}}}", entries.iter().map(|(key, item)| format!("{key}: {}", value(item))).collect::<Vec<_>>().join(", "))
        }
        Value::Spread(inner) => format!("...{}", value(inner)),
        Value::Either(items) => format!("({})", items.iter().map(value).collect::<Vec<_>>().join(" | ")),
        Value::Call(name, arguments) => format!("{name}({})", values(arguments)),
        Value::Environment(name, None) => format!("${name}"),
        Value::Environment(name, Some(fallback)) => format!("${name} ?? {}", value(fallback)),
        Value::Opaque(kind) => format!("<{kind}>"),
    }
}

/// An entity with its properties and constraints.
fn entity(one: &Entity) -> String {
    let table = one.table.as_ref().map(|table| format!(" {}", value(table))).unwrap_or_default();
    let bases = if one.bases.is_empty() { String::new() } else { format!(" : {}", one.bases.join(", ")) };
    let properties: Vec<String> = one.properties.iter().map(property).collect();
    let mut out = format!("entity {} {:?}{table}{bases} {{{}}}", one.name, one.kind, properties.join(", "));
    if let Some(options) = &one.options {
        let _ = write!(out, " with {}", value(options));
    }
    for constraint in &one.constraints {
        let members: Vec<String> = constraint.members.iter().map(|(name, order)| format!("{name} {order}").trim().to_owned()).collect();
        let _ = write!(out, " {:?} {} [{}]", constraint.kind, constraint.name.as_deref().unwrap_or("-"), members.join(", "));
    }
    out
}

fn property(one: &Property) -> String {
    let kind = match &one.kind {
        PropertyKind::Column(ColumnType::Stated(stated)) => stated.clone(),
        PropertyKind::Column(ColumnType::Scalar(scalar, size)) => {
            format!("{scalar:?}{}", size.as_ref().map(|size| format!("({size})")).unwrap_or_default())
        }
        PropertyKind::Column(ColumnType::Enum(one)) => format!("enum {}{}", one.name.as_deref().unwrap_or(""), value(&one.values)),
        PropertyKind::Column(ColumnType::Language(name)) => format!("type {name}"),
        PropertyKind::Embedded { entity, prefix } => format!("{prefix}({entity})"),
        PropertyKind::Relation(relation) => {
            let default = one.default.as_ref().map(|text| format!("? = {text}")).unwrap_or_default();
            return format!("-> {}{default}", relation.target);
        }
    };
    let column = one.column.as_ref().map(|column| format!(" as {}", value(column))).unwrap_or_default();
    let default = one.default.as_ref().map(|text| format!(" = {text}")).unwrap_or_default();
    let marks = format!("{}{}", if one.is_list { "[]" } else { "" }, if one.nullable { "?" } else { "" });
    format!("{}{column}: {kind}{marks}{default}", one.name)
}
