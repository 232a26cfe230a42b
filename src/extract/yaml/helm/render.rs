//! Rendering of a chart with its values: what Helm would hand to the cluster, and what it would with other values.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::load::{LoadedChart, Subchart};
use crate::extract::yaml::resource::NAMESPACE;
use crate::location::RepoPath;
use crate::syntax::gotemplate::{KUBERNETES, Object, Renderer, Templates, Value, lay_over};

/// A rendered file.
pub(super) struct Rendered {
    /// The template.
    pub(super) path: RepoPath,
    /// Its source.
    pub(super) source: String,
    /// What came out; `None` when rendering stopped.
    pub(super) text: Option<String>,
    /// Why rendering stopped, and at which line.
    pub(super) fault: Option<(u32, String)>,
    /// What is missing, with its line, while rendering went on.
    pub(super) notes: Vec<(u32, String)>,
    /// What switches the chart of the file on, where it is off.
    pub(super) enabled_by: Option<String>,
}

/// A chart with the values that it sees.
struct Scope<'c> {
    chart: &'c LoadedChart,
    /// `app/charts/db`.
    name: String,
    values: Value,
    enabled_by: Option<String>,
}

/// Renders a chart and those inside it, with values laid over its own.
pub(super) fn render_all(root: &LoadedChart, overlay: Option<&Value>) -> Vec<Rendered> {
    let values = overlay.map_or_else(Value::empty_map, Value::deep_copy);
    lay_over(&values, &root.values, &root.inner_keys());
    let mut scopes = Vec::new();
    collect(root, root.name.clone(), (values, None), &mut scopes);
    let mut templates = Templates::default();
    let mut broken: BTreeMap<String, (u32, String)> = BTreeMap::new();
    for (name, text) in in_order(&scopes) {
        if let Err((line, why)) = templates.add(&name, text) {
            broken.insert(name, (line, why.to_owned()));
        }
    }
    let mut renderer = Renderer::new(&templates, true);
    let mut all = Vec::new();
    for scope in scopes.iter().filter(|scope| !scope.chart.library) {
        let context = context(root, scope);
        let shown = scope.chart.templates.iter().filter(|(path, _)| !path.name().starts_with('_'));
        for (path, source) in shown {
            let name = template_name(scope, path);
            set_template(&context, &name, scope);
            let mut one = Rendered {
                path: path.clone(),
                source: source.clone(),
                text: None,
                fault: broken.get(&name).cloned(),
                notes: Vec::new(),
                enabled_by: scope.enabled_by.clone(),
            };
            if one.fault.is_none() {
                let (text, notes) = renderer.render(&name, &context);
                one.notes = notes.into_iter().map(|fault| (fault.line, fault.why)).collect();
                match text {
                    Ok(text) => one.text = Some(text),
                    Err(fault) => one.fault = Some((fault.line, fault.why)),
                }
            }
            if one.enabled_by.is_some() {
                // What is missing in a chart that is switched off is no gap.
                (one.fault, one.notes) = (None, Vec::new());
            }
            all.push(one);
        }
    }
    all
}

/// All templates in the order in which Helm reads them: deep files first, and from the last name to the first, so that what the
/// outermost chart defines wins.
fn in_order<'c>(scopes: &[Scope<'c>]) -> Vec<(String, &'c str)> {
    let each = |scope: &Scope<'c>| {
        let chart = scope.chart;
        chart.templates.iter().map(|(path, text)| (template_name(scope, path), text.as_str())).collect::<Vec<_>>()
    };
    let mut all: Vec<(String, &str)> = scopes.iter().flat_map(each).collect();
    all.sort_by_cached_key(|(name, _)| (std::cmp::Reverse(name.matches('/').count()), std::cmp::Reverse(name.clone())));
    all
}

/// The chart and, each with its values, the charts inside it.
fn collect<'c>(chart: &'c LoadedChart, name: String, (values, enabled_by): (Value, Option<String>), into: &mut Vec<Scope<'c>>) {
    into.push(Scope { chart, name: name.clone(), values: values.clone(), enabled_by: enabled_by.clone() });
    for inner in &chart.charts {
        let own = inner_values(inner, &values);
        let off = inner.condition.clone().filter(|condition| !is_on(condition, &values));
        if let (None, Value::Map(outer)) = (&off, &values) {
            // The outer chart sees the values of those inside it, their defaults too.
            outer.borrow_mut().insert(inner.key.clone(), own.clone());
        }
        // The depth of charts in charts is bounded where they are loaded.
        collect(&inner.chart, format!("{name}/charts/{}", inner.key), (own, enabled_by.clone().or(off)), into);
    }
}

/// The values that a chart inside another one sees.
pub(super) fn inner_values(inner: &Subchart, outer: &Value) -> Value {
    let stated = match outer.get(&inner.key) {
        map @ Value::Map(_) => map.deep_copy(),
        _ => Value::empty_map(),
    };
    if let (Value::Map(own), global @ Value::Map(_)) = (&stated, outer.get("global")) {
        let all = global.deep_copy();
        lay_over(&all, &stated.get("global"), &[]);
        own.borrow_mut().insert("global".to_owned(), all);
    }
    lay_over(&stated, &inner.chart.values, &inner.chart.inner_keys());
    stated
}

/// Whether a chart is on: the first path of its condition (`a.enabled,tags.db`) that is stated decides; tags come last, and one that
/// is true is enough. One that nothing states is on.
pub(super) fn is_on(condition: &str, values: &Value) -> bool {
    let stated = |path: &str| match values.path(&path.split('.').collect::<Vec<_>>()) {
        Value::Bool(on) => Some(on),
        _ => None,
    };
    let (tags, paths): (Vec<&str>, Vec<&str>) = condition.split(',').map(str::trim).partition(|path| path.starts_with("tags."));
    let tags: Vec<bool> = tags.into_iter().filter_map(stated).collect();
    paths.into_iter().find_map(stated).unwrap_or_else(|| tags.is_empty() || tags.contains(&true))
}

fn template_name(scope: &Scope<'_>, path: &RepoPath) -> String {
    let inside = path.as_str().strip_prefix(scope.chart.folder.as_str()).unwrap_or(path.as_str()).trim_start_matches('/');
    format!("{}/{inside}", scope.name)
}

fn context(root: &LoadedChart, scope: &Scope<'_>) -> Value {
    let version = format!("v{}.{}.0", KUBERNETES.0, KUBERNETES.1);
    let kubernetes = Value::map_of([
        ("Version", Value::text(version.as_str())),
        ("GitVersion", Value::text(version.as_str())),
        ("Major", Value::text(KUBERNETES.0.to_string())),
        ("Minor", Value::text(KUBERNETES.1.to_string())),
    ]);
    let capabilities = Value::map_of([
        ("KubeVersion", kubernetes),
        ("APIVersions", Value::Object(Object::ApiVersions)),
        ("HelmVersion", Value::map_of([("Version", Value::text("v3.16.0"))])),
    ]);
    let release = Value::map_of([
        ("Name", Value::text(root.name.as_str())),
        ("Namespace", Value::text(NAMESPACE)),
        ("Service", Value::text("Helm")),
        ("IsInstall", Value::Bool(true)),
        ("IsUpgrade", Value::Bool(false)),
        ("Revision", Value::Int(1)),
    ]);
    Value::map_of([
        ("Values", scope.values.clone()),
        ("Chart", scope.chart.meta.clone()),
        ("Release", release),
        ("Capabilities", capabilities),
        ("Files", Value::Object(Object::Files(Rc::new(scope.chart.files.clone())))),
        ("Subcharts", Value::empty_map()),
    ])
}

fn set_template(context: &Value, name: &str, scope: &Scope<'_>) {
    if let Value::Map(map) = context {
        let template = Value::map_of([("Name", Value::text(name)), ("BasePath", Value::text(format!("{}/templates", scope.name)))]);
        map.borrow_mut().insert("Template".to_owned(), template);
    }
}
