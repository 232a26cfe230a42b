//! The files of a chart and of the charts inside it: values, templates, what else it carries.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::classify::FileKind;
use crate::extract::yaml::chart;
use crate::extract::{FileCx, Sink};
use crate::finding::{Chart, ChartDependency};
use crate::gap::GapCode;
use crate::location::RepoPath;
use crate::syntax::gotemplate::{Value, from_yaml, lay_over};

use super::render::{inner_values, is_on};

/// Charts inside charts are followed this deep.
const DEPTH_LIMIT: usize = 6;
/// Bytes of other files that templates may ask for.
const FILES_LIMIT: usize = 2 * 1024 * 1024;

/// A chart with everything that rendering needs.
pub(super) struct LoadedChart {
    /// Its name.
    pub(super) name: String,
    /// Its folder.
    pub(super) folder: RepoPath,
    /// `Chart.yaml`, its keys as templates see them: `Name`, `AppVersion`.
    pub(super) meta: Value,
    /// `values.yaml`.
    pub(super) values: Value,
    /// Path and text of every template and helper.
    pub(super) templates: Vec<(RepoPath, String)>,
    /// Path in the chart and text of other files.
    pub(super) files: BTreeMap<String, String>,
    /// The charts inside it.
    pub(super) charts: Vec<Subchart>,
    /// Whether only its named templates are used.
    pub(super) library: bool,
}

impl LoadedChart {
    /// The keys under which the values of the charts inside it stand.
    pub(super) fn inner_keys(&self) -> Vec<&str> {
        self.charts.iter().map(|inner| inner.key.as_str()).collect()
    }

    /// Lifts what the charts inside export into the values of this one, which win.
    fn import_values(&self) {
        let Value::Map(values) = &self.values else { return };
        for inner in self.charts.iter().filter(|inner| inner.condition.as_deref().is_none_or(|one| is_on(one, &self.values))) {
            for (child, parent) in &inner.imports {
                let table = inner_values(inner, &self.values).path(&child.split('.').collect::<Vec<_>>());
                let wrap = |value: Value, key: &str| Value::map_of([(key, value)]);
                let lifted = parent.rsplit('.').filter(|key| !key.is_empty()).fold(table.deep_copy(), wrap);
                lay_over(&Value::Map(Rc::clone(values)), &lifted, &[]);
            }
        }
    }
}

/// A chart inside another one.
pub(super) struct Subchart {
    /// The key of its values in the outer chart.
    pub(super) key: String,
    /// The value of the outer chart that switches it on.
    pub(super) condition: Option<String>,
    /// Tables of its values that the outer chart takes over: from which path to which.
    imports: Vec<(String, String)>,
    /// The chart.
    pub(super) chart: LoadedChart,
}

/// Loads a chart; `None` where it has no templates at all.
pub(super) fn load(cx: &FileCx<'_>, own: &Chart, sink: &mut Sink<'_>) -> Option<LoadedChart> {
    let loaded = load_at(cx, own, cx.text, (sink, 0));
    let renders = !loaded.library && (!loaded.templates.is_empty() || !loaded.charts.is_empty());
    renders.then_some(loaded)
}

fn load_at(cx: &FileCx<'_>, own: &Chart, text: &str, (sink, depth): (&mut Sink<'_>, usize)) -> LoadedChart {
    let values_path = ["values.yaml", "values.yml"].iter().map(|name| own.folder.join(name)).find(|path| cx.map().position(path).is_some());
    let values = values_path.and_then(|path| {
        let read = values(cx, &path);
        if read.is_none() {
            sink.gap_in(&path, GapCode::SyntaxError, None, "the values of the chart cannot be read; it was rendered without them");
        }
        read
    });
    let templates = templates(cx, &own.folder);
    let asks = templates.iter().any(|(_, text)| text.contains(".Files"));
    let loaded = LoadedChart {
        name: own.name.clone(),
        folder: own.folder.clone(),
        meta: meta(text),
        values: values.filter(|values| matches!(values, Value::Map(_))).unwrap_or_else(Value::empty_map),
        files: if asks { files(cx, &own.folder) } else { BTreeMap::new() },
        charts: if depth < DEPTH_LIMIT { charts(cx, own, (sink, depth)) } else { Vec::new() },
        library: own.library,
        templates,
    };
    loaded.import_values();
    loaded
}

/// Notes of every dependency whether the chart's own values leave it off, and whether its files are there.
pub(super) fn settle_dependencies(cx: &FileCx<'_>, own: &mut Chart) {
    if own.dependencies.is_empty() {
        return;
    }
    let stated = own.values.first().filter(|path| path.name().starts_with("values.")).and_then(|path| values(cx, path)).unwrap_or_default();
    let inside = own.folder.join("charts");
    let vendored: Vec<RepoPath> =
        cx.map().files_within(&inside).filter(|file| file.kind == FileKind::Chart).map(|file| file.path.parent()).collect();
    for dependency in &mut own.dependencies {
        dependency.off = dependency.condition.as_deref().is_some_and(|condition| !is_on(condition, &stated));
        let beside = dependency.repository.as_deref().is_some_and(|place| place.starts_with("file://"));
        dependency.present = beside || vendored.iter().any(|folder| folder.name() == dependency.name);
    }
}

/// A file of values.
pub(super) fn values(cx: &FileCx<'_>, path: &RepoPath) -> Option<Value> {
    from_yaml(&cx.companion(path)?)
}

/// Keys as the fields of Helm's chart metadata: `appVersion` is `AppVersion`.
fn meta(text: &str) -> Value {
    let Some(Value::Map(entries)) = from_yaml(text) else { return Value::empty_map() };
    let upper = |key: &str| {
        let mut letters = key.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    let named: BTreeMap<String, Value> = entries.borrow().iter().map(|(key, value)| (upper(key), text_of(key, value))).collect();
    Value::map(named)
}

/// Versions are texts, also where they are written like numbers.
fn text_of(key: &str, value: &Value) -> Value {
    if matches!(key, "version" | "appVersion" | "name") { Value::text(value.print()) } else { value.clone() }
}

fn templates(cx: &FileCx<'_>, folder: &RepoPath) -> Vec<(RepoPath, String)> {
    let inside = folder.join("templates");
    let chosen = cx.map().files_within(&inside).filter(|file| {
        let tests = file.path.as_str()[inside.as_str().len()..].starts_with("/tests/");
        matches!(file.kind, FileKind::Yaml | FileKind::Template | FileKind::Compose) && !tests
    });
    chosen.filter_map(|file| Some((file.path.clone(), cx.companion(&file.path)?))).collect()
}

fn files(cx: &FileCx<'_>, folder: &RepoPath) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut size = 0;
    for file in cx.map().files_within(folder) {
        let inside = file.path.as_str()[folder.as_str().len()..].trim_start_matches('/').to_owned();
        if inside.starts_with("templates/") || inside.starts_with("charts/") || matches!(inside.as_str(), "Chart.yaml" | "values.yaml") {
            continue;
        }
        size += file.size as usize;
        // Beyond the limit a file is there and empty, so that templates that list files still find it.
        let text = if size > FILES_LIMIT { None } else { cx.companion(&file.path) };
        all.insert(inside, text.unwrap_or_default());
    }
    all
}

/// The charts in `charts/`, and those beside the chart that a dependency with `file://` names.
fn charts(cx: &FileCx<'_>, own: &Chart, (sink, depth): (&mut Sink<'_>, usize)) -> Vec<Subchart> {
    let inside = own.folder.join("charts");
    let mut folders: Vec<RepoPath> = cx
        .map()
        .files_within(&inside)
        .filter(|file| file.kind == FileKind::Chart && file.path.parent().parent() == inside)
        .map(|file| file.path.parent())
        .collect();
    for dependency in &own.dependencies {
        let path = dependency.repository.as_deref().and_then(|place| place.strip_prefix("file://")).map(|place| own.folder.join(place));
        if let Some(path) = path.filter(|path| !folders.contains(path) && cx.map().position(&path.join("Chart.yaml")).is_some()) {
            folders.push(path);
        }
    }
    let mut all = Vec::new();
    let mut met = Vec::new();
    for folder in folders {
        let Some(text) = cx.companion(&folder.join("Chart.yaml")).or_else(|| cx.companion(&folder.join("Chart.yml"))) else { continue };
        let Some(inner) = chart::read_text(&text, &folder, cx.map()) else { continue };
        met.push(inner.name.clone());
        let stated: Vec<&ChartDependency> = own.dependencies.iter().filter(|one| one.name == inner.name).collect();
        let unnamed = ChartDependency { name: inner.name.clone(), ..ChartDependency::default() };
        for one in if stated.is_empty() { vec![&unnamed] } else { stated } {
            let key = one.alias.clone().unwrap_or_else(|| one.name.clone());
            let chart = load_at(cx, &inner, &text, (sink, depth + 1));
            // A chart with an alias is called by it, also in its own templates.
            if let Value::Map(meta) = &chart.meta {
                meta.borrow_mut().insert("Name".to_owned(), Value::text(key.as_str()));
            }
            all.push(Subchart { key, condition: one.condition.clone(), imports: one.imports.clone(), chart });
        }
    }
    let missing: Vec<&str> =
        own.dependencies.iter().map(|one| one.name.as_str()).filter(|name| !met.iter().any(|one| one == name)).collect();
    if !missing.is_empty() {
        let message =
            format!("charts that {} needs are not in the repository, what they add is not known: {}", own.name, missing.join(", "));
        sink.gap_in(&own.folder.join("Chart.yaml"), GapCode::NotUnderstood, None, message);
    }
    all
}
