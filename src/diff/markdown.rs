//! Changes as Markdown, short enough for a comment on a pull request: what breaks in sight, the rest folded, changed containers drawn.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Change, Changes, Class, Kind};
use super::text::{counted, headline, one_line, sign};

/// Lines of one list; the rest is counted. A comment may have 65,536 characters.
const MOST_LINES: usize = 40;
/// Containers that are drawn.
const MOST_CONTAINERS: usize = 24;
/// Characters of one line.
const LONGEST: usize = 300;

/// The changes as Markdown; nothing at all when there are none.
#[must_use]
pub fn markdown(changes: &Changes) -> String {
    if changes.changes.is_empty() {
        return String::new();
    }
    let mut out = format!("### Architecture: {}\n", escaped(&headline(changes)));
    let breaking: Vec<&Change> = changes.shown(Class::Breaking).collect();
    if !breaking.is_empty() {
        out.push_str(&format!("\n**Breaking**\n\n{}", list(&breaking)));
    }
    for (class, title) in [(Class::Additive, "additive"), (Class::Neutral, "neutral")] {
        let (words, lines): (Vec<&Change>, Vec<&Change>) = changes.shown(class).partition(|change| change.rule == "description-changed");
        if words.is_empty() && lines.is_empty() {
            continue;
        }
        out.push_str(&format!("\n<details><summary>{} {title}</summary>\n\n{}", lines.len() + words.len(), list(&lines)));
        if !words.is_empty() {
            out.push_str(&format!("- {}\n", counted(words.len(), "description")));
        }
        out.push_str("\n</details>\n");
    }
    out.push_str(&drawing(changes));
    if !changes.not_compared.is_empty() {
        out.push_str(&format!("\nNot compared, because only one document has them: {}.\n", changes.not_compared.join(", ")));
    }
    out
}

fn list(changes: &[&Change]) -> String {
    let mut out: String = changes.iter().take(MOST_LINES).map(|change| item(change)).collect();
    if changes.len() > MOST_LINES {
        out.push_str(&format!("- and {} more\n", changes.len() - MOST_LINES));
    }
    out
}

fn item(change: &Change) -> String {
    let source = change.source.as_deref().map(|source| format!(" · {}", code(source))).unwrap_or_default();
    let doubt = change.doubtful.as_deref().map(|why| format!(" · doubtful: {}", escaped(why))).unwrap_or_default();
    let message: String = change.message.chars().take(LONGEST).collect();
    format!("- {} `{}` {}{source}{doubt}\n", code(&sign(change.kind).to_string()), change.rule, escaped(&message))
}

/// A text as code: back ticks of it are dropped, since nothing inside of code can be escaped.
fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', ""))
}

/// A text in which nothing is markup, mentions nobody and links nowhere.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in one_line(text).chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            other => out.push(other),
        }
    }
    out
}

/// The changed containers and the lines between containers that came or went.
fn drawing(changes: &Changes) -> String {
    let mut state: BTreeMap<&str, Kind> = BTreeMap::new();
    let mut lines: BTreeSet<(String, String, Kind)> = BTreeSet::new();
    let parts: Vec<(Vec<String>, &Change)> = changes
        .changes
        .iter()
        .filter(|change| change.rule != "description-changed")
        .map(|change| (change.pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect(), change))
        .collect();
    for (path, change) in &parts {
        let (Some("containers"), Some(key)) = (path.first().map(String::as_str), path.get(1)) else { continue };
        lines.extend(targets(path, change).into_iter().map(|target| (key.clone(), target, change.kind)));
    }
    for (path, change) in &parts {
        match (path.first().map(String::as_str), path.get(1), path.get(2).map(String::as_str)) {
            (Some("containers"), Some(key), None) => {
                state.insert(key, change.kind);
            }
            (Some("containers" | "api_endpoints"), Some(key), _) | (Some("configuration"), Some(key), Some(_)) if !change.derived => {
                let key = if path[0] == "configuration" { path.get(2).unwrap_or(key) } else { key };
                if path[0] != "configuration" || path[1] == "runtime" {
                    state.entry(key).or_insert(Kind::Changed);
                }
            }
            _ => {}
        }
    }
    if state.is_empty() || state.len() > MOST_CONTAINERS {
        return String::new();
    }
    let mut names: Vec<&str> = state.keys().copied().collect();
    names.extend(lines.iter().flat_map(|(from, to, _)| [from.as_str(), to.as_str()]).filter(|name| !state.contains_key(name)));
    names.sort_unstable();
    names.dedup();
    let id = |name: &str| names.binary_search(&name).map_or_else(|_| String::new(), |at| format!("c{at}"));
    let mut out = String::from("\n```mermaid\nflowchart LR\n");
    for name in &names {
        let class = match state.get(name) {
            Some(Kind::Added) => ":::added",
            Some(Kind::Removed) => ":::removed",
            Some(_) => ":::changed",
            None => "",
        };
        out.push_str(&format!("  {}[\"{}\"]{class}\n", id(name), label(name)));
    }
    for (from, to, kind) in &lines {
        let line = if *kind == Kind::Added { "-->|new|" } else { "-.->|gone|" };
        out.push_str(&format!("  {} {line} {}\n", id(from), id(to)));
    }
    out.push_str("  classDef added stroke:#1a7f37,stroke-width:3px\n  classDef removed stroke:#cf222e,stroke-dasharray:5 5\n");
    out.push_str("  classDef changed stroke:#9a6700,stroke-width:2px\n```\n");
    out
}

/// Where new or gone lines of a container lead: one line, all of them, or those of a container that came or went.
fn targets(path: &[String], change: &Change) -> Vec<String> {
    if !matches!(change.kind, Kind::Added | Kind::Removed) {
        return Vec::new();
    }
    let Some(value) = change.after.as_ref().or(change.before.as_ref()) else { return Vec::new() };
    let lines: Vec<&Value> = match (path.len(), path.get(2).map(String::as_str)) {
        (2, _) => value.get("relationships").and_then(Value::as_array).into_iter().flatten().collect(),
        (3, Some("relationships")) => value.as_array().into_iter().flatten().collect(),
        (4, Some("relationships")) => vec![value],
        _ => Vec::new(),
    };
    lines.into_iter().filter_map(|line| line.get("target")?.as_str().map(str::to_owned)).collect()
}

/// A name inside of quotes of Mermaid.
fn label(name: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_' | '.' | '/' | ':' | '(' | ')');
    one_line(name).chars().map(|letter| if plain(letter) { letter } else { ' ' }).collect()
}
