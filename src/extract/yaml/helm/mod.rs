//! Helm charts rendered offline, with the chart's own values and with each file of values beside it.
//! What the values switch off is told as optional; what cannot be rendered is read line by line, and a gap says so.

mod lines;
mod load;
mod render;

use std::collections::{BTreeMap, BTreeSet};

use super::resource::resource;
use crate::extract::{FileCx, Sink};
use crate::finding::{Chart, Fact, KubernetesResource, ResourceOrigin};
use crate::gap::GapCode;
use crate::location::RepoPath;
use crate::syntax::yaml::{FaultKind, Yaml};
use load::LoadedChart;
use render::{Rendered, render_all};

/// Renders a chart that no other chart holds, and writes what comes out.
pub(super) fn extract(cx: &FileCx<'_>, chart: &Chart, sink: &mut Sink<'_>) {
    let Some(loaded) = load::load(cx, chart, sink) else { return };
    let own = RepoPath::new("values.yaml");
    let mut environments: Vec<(String, Option<RepoPath>)> = vec![("values".to_owned(), None)];
    for path in &chart.values {
        if path.name() != own.as_str() && path.name() != "values.yml" {
            environments.push((environment_name(&chart.folder, path), Some(path.clone())));
        }
    }
    for (name, file) in environments {
        let overlay = match &file {
            Some(path) => match load::values(cx, path) {
                Some(values) => Some(values),
                None => {
                    sink.gap_in(path, GapCode::SyntaxError, None, "the values cannot be read; the chart was not rendered with them");
                    continue;
                }
            },
            None => None,
        };
        let origin = ResourceOrigin::Helm { chart: chart.folder.clone(), name: chart.name.clone(), values: name };
        write(&loaded, render_all(&loaded, overlay.as_ref()), &origin, (file.is_none(), sink));
    }
}

/// Notes of every dependency whether the chart's own values leave it off, and whether its files are there.
pub(super) fn settle_dependencies(cx: &FileCx<'_>, own: &mut Chart) {
    load::settle_dependencies(cx, own);
}

/// `values-prod` of `values-prod.yaml`, `values/prod` of `values/prod.yaml`.
fn environment_name(folder: &RepoPath, path: &RepoPath) -> String {
    let inside = path.as_str().strip_prefix(folder.as_str()).unwrap_or(path.as_str()).trim_start_matches('/');
    inside.strip_suffix(".yaml").or_else(|| inside.strip_suffix(".yml")).unwrap_or(inside).to_owned()
}

/// Writes the resources of every file; for files of values beyond the chart's own only what they switch on, and no gap twice.
fn write(loaded: &LoadedChart, rendered: Vec<Rendered>, origin: &ResourceOrigin, (first, sink): (bool, &mut Sink<'_>)) {
    let mut told: BTreeMap<String, (RepoPath, u32, usize)> = BTreeMap::new();
    for file in rendered {
        for (line, why) in &file.notes {
            told.entry(why.clone()).or_insert_with(|| (file.path.clone(), *line, 0)).2 += 1;
        }
        let mut found = resources(&file, origin);
        if !first {
            found.retain(|(_, one)| one.enabled_by.is_none());
        }
        for (line, one) in found {
            sink.fact_in(&file.path, line, Fact::KubernetesResource(Box::new(one)));
        }
        if let (true, Some((line, why))) = (first, &file.fault) {
            sink.gap_in(&file.path, GapCode::TemplateNotRendered, Some(*line), format!("{why}; its resources were read line by line"));
        }
    }
    for (why, (path, line, places)) in told.into_iter().filter(|_| first) {
        let more = if places > 1 { format!(" ({places} places in the chart {})", loaded.name) } else { String::new() };
        sink.gap_in(&path, GapCode::TemplateNotRendered, Some(line), format!("{why}{more}"));
    }
}

/// The resources of a rendered file, and of its source for kinds that did not come out of it.
fn resources(file: &Rendered, origin: &ResourceOrigin) -> Vec<(u32, KubernetesResource)> {
    let mut stated = lines::read(&file.source);
    let mut found = Vec::new();
    let mut broken = file.text.is_none();
    let mut broken_option: Option<String> = None;
    for part in file.text.as_deref().map(parts).unwrap_or_default() {
        let yaml = Yaml::parse(part.text);
        if yaml.faults.iter().any(|fault| !matches!(fault.kind, FaultKind::DuplicateKey(_))) {
            match &part.enabled_by {
                Some(condition) => broken_option = Some(condition.clone()),
                None => broken = true,
            }
        }
        for document in yaml.documents() {
            let items = document.get("items").filter(|_| document.text_at(&["kind"]) == Some("List"));
            let nodes = items.map_or_else(|| vec![document], |items| items.items());
            for mut one in nodes.into_iter().filter_map(|node| resource(node, origin)) {
                one.enabled_by = file.enabled_by.clone().or_else(|| part.enabled_by.clone());
                let at = stated.iter().position(|(_, line)| line.kind == one.kind);
                let line = at.map(|at| stated.remove(at)).map_or(1, |(line, read)| {
                    one.description = read.description;
                    line
                });
                found.push((line, one));
            }
        }
    }
    if broken || broken_option.is_some() {
        let known: BTreeSet<String> = found.iter().map(|(_, one)| one.kind.clone()).collect();
        for (line, mut one) in stated.into_iter().filter(|(_, one)| !known.contains(&one.kind)) {
            one.origin = origin.clone();
            if !broken {
                one.enabled_by = one.enabled_by.or_else(|| broken_option.clone());
            }
            found.push((line, one));
        }
    }
    found
}

/// A document of rendered text, and what would switch it on.
struct Part<'a> {
    text: &'a str,
    enabled_by: Option<String>,
}

/// Cuts rendered text at `---`, so that what breaks one document breaks no other, and follows the marks of optional parts.
fn parts(text: &str) -> Vec<Part<'_>> {
    use crate::syntax::gotemplate::{OPTIONAL_BEGIN, OPTIONAL_END};
    let mut all = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end();
        if trimmed == "---" || line.starts_with("--- ") || trimmed == OPTIONAL_END {
            let enabled_by = (!open.is_empty()).then(|| open.join(" and "));
            all.push(Part { text: &text[start..at], enabled_by });
            start = at + line.len();
        }
        if let Some(condition) = trimmed.strip_prefix(OPTIONAL_BEGIN) {
            open.push(condition);
        } else if trimmed == OPTIONAL_END {
            open.pop();
        }
        at += line.len();
    }
    all.push(Part { text: &text[start..], enabled_by: None });
    all.retain(|part| part.text.contains("kind:"));
    all
}
