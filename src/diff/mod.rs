//! What changed between two documents: things told by identity, each change with a class by stated rules.
//! Reads documents and nothing else. `meta` and `sources` never count.

mod change;
mod edits;
mod evidence;
mod markdown;
mod rename;
mod rules;
mod sarif;
mod text;

use serde_json::Value;

pub use change::{Change, Changes, ChangesVersion, Class, Kind, Side, Summary, schema_text};
pub use markdown::markdown;
pub use rules::{RULES, Rule};
pub use sarif::sarif;
pub use text::text;

use crate::document::{Document, SECTIONS};
use edits::{Difference, Edit};
use evidence::Evidence;
use rename::Rename;
use rules::{Both, Verdict};

/// Sections that say how a document was made, not what the system is.
const NOT_FACTS: &[&str] = &["meta", "sources"];

/// What changed from an old document to a new one.
#[must_use]
pub fn diff(old: &Document, new: &Document) -> Changes {
    let (mut before, mut after) = (old.to_value(), new.to_value());
    let not_compared = comparable(&mut before, &mut after);
    let renames = rename::settle(&mut before, &after);
    let differences = edits::compare(&before, &after);
    let both = Both { old: &before, new: &after };
    let evidence = Evidence::of(old, new);
    let mut changes: Vec<Change> = renames.iter().map(of_rename).collect();
    changes.extend(differences.into_iter().map(|difference| {
        let verdict = rules::judge(&difference, both);
        of_difference(difference, verdict)
    }));
    for change in &mut changes {
        evidence.locate(change, both);
    }
    let mut all =
        Changes { version: ChangesVersion::V1, old: side(old), new: side(new), summary: Summary::default(), not_compared, changes };
    all.count();
    all
}

/// Takes out what is not compared; gives the sections that only one of the documents has.
fn comparable(old: &mut Value, new: &mut Value) -> Vec<String> {
    let (Some(a), Some(b)) = (old.as_object_mut(), new.as_object_mut()) else { return Vec::new() };
    NOT_FACTS.iter().for_each(|name| {
        a.shift_remove(*name);
        b.shift_remove(*name);
    });
    let lone: Vec<String> =
        SECTIONS.iter().filter(|name| a.contains_key(**name) != b.contains_key(**name)).map(|name| (*name).to_owned()).collect();
    for name in &lone {
        a.shift_remove(name);
        b.shift_remove(name);
    }
    lone
}

fn side(document: &Document) -> Side {
    let meta = document.meta.as_ref();
    Side { project: meta.map(|meta| meta.project.clone()), commit: meta.and_then(|meta| meta.commit.clone()) }
}

fn pointer(path: &[String]) -> String {
    path.iter().map(|part| format!("/{}", rename::escaped(part))).collect()
}

fn of_rename(rename: &Rename) -> Change {
    let (from, to) = (rename.from(), rename.to.as_str());
    let owner = rename.path.iter().rev().nth(2).map_or("", String::as_str);
    let path: Vec<&str> = rename.path.iter().map(String::as_str).collect();
    let (rule, subject, name, message) = match path.as_slice() {
        ["containers", _] => (rules::CONTAINER_RENAMED, "container", from.to_owned(), format!("{from} is called {to}")),
        ["api_endpoints", ..] => {
            (rules::ENDPOINT_MOVED, "endpoint", format!("{owner} {from}"), format!("{owner} answers to {to} where it answered to {from}"))
        }
        ["workflows_jobs", _] => (rules::JOB_RENAMED, "job", from.to_owned(), format!("the job {from} is called {to}")),
        ["data_schema", "enums", _] => (rules::ENUM_RENAMED, "enum", from.to_owned(), format!("the enum {from} is called {to}")),
        ["data_schema", "tables", _] => (rules::TABLE_RENAMED, "table", from.to_owned(), format!("{from} is called {to}")),
        _ => (rules::COLUMN_RENAMED, "column", format!("{owner}.{from}"), format!("{owner}.{from} is called {to}")),
    };
    Change {
        class: rule.class,
        rule: rule.id.to_owned(),
        kind: Kind::Renamed,
        subject: subject.to_owned(),
        name,
        message,
        pointer: pointer(&rename.path),
        before: Some(Value::String(from.to_owned())),
        after: Some(Value::String(to.to_owned())),
        at: None,
        order: None,
        derived: false,
        source: None,
        doubtful: None,
    }
}

fn of_difference(difference: Difference, verdict: Verdict) -> Change {
    let moved = verdict.rule == rules::MOVED;
    let (mut before, mut after, mut at, mut order) = (None, None, None, None);
    let kind = match difference.edit {
        Edit::Added(value, place) => {
            (after, at) = (Some(value), place);
            Kind::Added
        }
        Edit::Removed(value) => {
            before = Some(value);
            Kind::Removed
        }
        Edit::Changed(from, to) => {
            (before, after) = (Some(from), Some(to));
            if moved { Kind::Moved } else { Kind::Changed }
        }
        Edit::Reordered(names) => {
            order = Some(names);
            Kind::Reordered
        }
    };
    Change {
        class: verdict.rule.class,
        rule: verdict.rule.id.to_owned(),
        kind,
        subject: verdict.subject.to_owned(),
        name: verdict.name,
        message: verdict.message,
        pointer: pointer(&difference.path),
        before,
        after,
        at,
        order,
        derived: verdict.derived,
        source: None,
        doubtful: None,
    }
}

/// Carries changes out on the document that they start from: gives the new document, without `meta` and `sources`.
///
/// # Errors
/// Fails when the result is no document, as when the changes start from another one.
pub fn apply(old: &Document, changes: &Changes) -> Result<Document, String> {
    let mut value = old.to_value();
    if let Some(map) = value.as_object_mut() {
        NOT_FACTS.iter().for_each(|name| {
            map.shift_remove(*name);
        });
    }
    let mut differences = Vec::new();
    for change in &changes.changes {
        let path: Vec<String> = change.pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
        let (before, after) = (change.before.clone().unwrap_or_default(), change.after.clone().unwrap_or_default());
        let edit = match change.kind {
            Kind::Renamed => {
                let to = after.as_str().unwrap_or_default().to_owned();
                rename::carry_out(&mut value, &Rename { path, to });
                continue;
            }
            Kind::Added => Edit::Added(after, change.at),
            Kind::Removed => Edit::Removed(before),
            Kind::Changed | Kind::Moved => Edit::Changed(before, after),
            Kind::Reordered => Edit::Reordered(change.order.clone().unwrap_or_default()),
        };
        differences.push(Difference { path, edit });
    }
    let mut made = edits::apply(&value, &differences);
    made.sort_all_objects();
    Document::from_value(made).map_err(|error| format!("these changes do not belong to this document: {error}"))
}

/// Takes out the changes that a baseline accepts: the same rule, place and result. Gives how many, and how many of the baseline were not met.
pub fn accept(changes: &mut Changes, baseline: &Changes) -> (usize, usize) {
    let key = |change: &Change| (change.rule.clone(), change.pointer.clone(), change.after.clone().map(|value| value.to_string()));
    let accepted: std::collections::BTreeSet<_> = baseline.changes.iter().map(key).collect();
    let before = changes.changes.len();
    let met: std::collections::BTreeSet<_> = changes.changes.iter().map(key).filter(|one| accepted.contains(one)).collect();
    changes.changes.retain(|change| !accepted.contains(&key(change)));
    changes.count();
    (before - changes.changes.len(), accepted.len() - met.len())
}
