//! `Chart.yaml`: name, version, dependencies, and the files of values beside it.

use super::helm;
use super::report_faults;
use super::resource::text;
use crate::classify::{FileKind, RepoMap};
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Chart, ChartDependency, Fact};
use crate::location::RepoPath;
use crate::syntax::yaml::{Yaml, YamlNode};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "yaml.chart",
    about: "Helm charts: name, version, dependencies, files of values",
    kinds: &[FileKind::Chart],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    report_faults(cx, sink);
    let Some(root) = cx.yaml().first() else { return };
    let folder = cx.file.path.parent();
    let Some(name) = text(root, &["name"]) else { return };
    let mut chart = read(root, name, folder, cx.map());
    helm::settle_dependencies(cx, &mut chart);
    sink.fact(root.line(), Fact::Chart(chart.clone()));
    if chart.parent.is_none() && !chart.library {
        helm::extract(cx, &chart, sink);
    }
}

/// A chart out of the text of its `Chart.yaml`.
pub(super) fn read_text(text: &str, folder: &RepoPath, map: &RepoMap) -> Option<Chart> {
    let yaml = Yaml::parse(text);
    let root = yaml.first()?;
    Some(read(root, super::resource::text(root, &["name"])?, folder.clone(), map))
}

fn read(root: YamlNode<'_>, name: String, folder: RepoPath, map: &RepoMap) -> Chart {
    let items = root.get("dependencies").map(YamlNode::items).unwrap_or_default();
    Chart {
        name,
        description: text(root, &["description"]),
        version: text(root, &["version"]),
        app_version: text(root, &["appVersion"]),
        library: root.text_at(&["type"]) == Some("library"),
        parent: parent_chart(map, &folder),
        dependencies: items.into_iter().filter_map(dependency).collect(),
        values: values_files(map, &folder),
        folder,
    }
}

fn dependency(item: YamlNode<'_>) -> Option<ChartDependency> {
    let tags = item.get("tags").map(YamlNode::one_or_many).unwrap_or_default();
    let tags = tags.into_iter().filter_map(YamlNode::text).map(|tag| format!("tags.{tag}"));
    let switches: Vec<String> = text(item, &["condition"]).into_iter().chain(tags).collect();
    Some(ChartDependency {
        name: text(item, &["name"])?,
        alias: text(item, &["alias"]),
        version: text(item, &["version"]),
        repository: text(item, &["repository"]),
        condition: (!switches.is_empty()).then(|| switches.join(",")),
        imports: item.get("import-values").map(YamlNode::items).unwrap_or_default().into_iter().filter_map(import).collect(),
        off: false,
        present: false,
    })
}

/// `- data`, which stands for `exports.data`, or `{child: a.b, parent: c}`.
fn import(item: YamlNode<'_>) -> Option<(String, String)> {
    match item.text() {
        Some(name) => Some((format!("exports.{name}"), String::new())),
        None => Some((text(item, &["child"])?, text(item, &["parent"])?.trim_matches('.').to_owned())),
    }
}

/// The chart that holds a chart in its `charts` folder.
fn parent_chart(map: &RepoMap, folder: &RepoPath) -> Option<RepoPath> {
    let above = folder.parent();
    (above.name() == "charts").then(|| above.parent()).filter(|parent| is_chart(map, parent))
}

fn is_chart(map: &RepoMap, folder: &RepoPath) -> bool {
    ["Chart.yaml", "Chart.yml"].iter().any(|name| map.position(&folder.join(name)).is_some())
}

/// `values.yaml` and the `values-*.yaml`, `values.*.yaml`, `*.values.yaml`, `values/*.yaml` beside it.
fn values_files(map: &RepoMap, folder: &RepoPath) -> Vec<RepoPath> {
    let named = |path: &RepoPath| {
        let stem = path.stem();
        let beside = path.parent() == *folder && (stem.starts_with("values") || stem.ends_with("values"));
        let inside = path.parent() == folder.join("values");
        beside || inside
    };
    let files = map.files.iter().filter(|file| file.kind == FileKind::Yaml && file.path.is_within(folder) && named(&file.path));
    let mut all: Vec<RepoPath> = files.map(|file| file.path.clone()).collect();
    all.sort_by_key(|path| (!matches!(path.name(), "values.yaml" | "values.yml"), path.clone()));
    all
}

/// The folder of the chart whose template, helper or CRD a file is.
pub(super) fn chart_of_template(map: &RepoMap, path: &RepoPath) -> Option<RepoPath> {
    let mut folder = path.parent();
    while !folder.is_root() {
        let above = folder.parent();
        if matches!(folder.name(), "templates" | "crds") && is_chart(map, &above) {
            return Some(above);
        }
        folder = above;
    }
    None
}
