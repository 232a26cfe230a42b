//! Things that are the same under another name: containers, tables, columns, enums, endpoints.
//! A rename is carried out on the old document first, with everything that refers to it, so that only what else changed is left to tell.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::document::at_each;

/// One thing with another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rename {
    /// Where it stood: section, and keys down to the old name.
    pub(super) path: Vec<String>,
    /// The new name.
    pub(super) to: String,
}

impl Rename {
    fn of(path: &[&str], to: &str) -> Self {
        Self { path: path.iter().map(|part| (*part).to_owned()).collect(), to: to.to_owned() }
    }

    /// The old name.
    pub(super) fn from(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }
}

/// Finds the renames and carries each out on `old`: containers first, because tables and endpoints are kept under them.
pub(super) fn settle(old: &mut Value, new: &Value) -> Vec<Rename> {
    let mut all = Vec::new();
    for find in [containers, tables, columns, enums, endpoints, jobs] {
        for rename in find(old, new) {
            carry_out(old, &rename);
            all.push(rename);
        }
    }
    all
}

/// Carries one rename out.
pub(super) fn carry_out(document: &mut Value, rename: &Rename) {
    let path: Vec<&str> = rename.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["containers", from] => container(document, from, &rename.to),
        ["data_schema", "tables", from] => table(document, from, &rename.to),
        ["data_schema", "tables", table, "columns", from] => column(document, table, from, &rename.to),
        ["data_schema", "enums", from] => rename_key(document.pointer_mut("/data_schema/enums"), from, &rename.to),
        ["workflows_jobs", from] => rename_key(document.pointer_mut("/workflows_jobs"), from, &rename.to),
        ["api_endpoints", container, "operations", from] => endpoint(document, container, from, &rename.to),
        _ => {}
    }
}

fn object<'a>(value: &'a Value, pointer: &str) -> Option<&'a Map<String, Value>> {
    value.pointer(pointer)?.as_object()
}

/// What only the old and only the new side has, as (name, value).
type OneSided<'a> = (Vec<(&'a String, &'a Value)>, Vec<(&'a String, &'a Value)>);

fn one_sided<'a>(old: &'a Value, new: &'a Value, pointer: &str) -> OneSided<'a> {
    let (Some(a), Some(b)) = (object(old, pointer), object(new, pointer)) else { return (Vec::new(), Vec::new()) };
    (a.iter().filter(|(key, _)| !b.contains_key(*key)).collect(), b.iter().filter(|(key, _)| !a.contains_key(*key)).collect())
}

/// How much an old and a new thing are alike, from 0 to 1; each is a name with what it holds.
type Likeness<'a> = dyn Fn((&str, &Value), (&str, &Value)) -> f64 + 'a;

/// More pairs than this are not looked at: documents that differ so much are not two states of one system.
const MOST_PAIRS: usize = 10_000;

/// Pairs of an old and a new thing that are each other's only best match, by a likeness of at least `least`.
fn pairs<'a>(sides: &OneSided<'a>, least: f64, likeness: &Likeness<'_>) -> Vec<(&'a String, &'a String)> {
    let (gone, fresh) = sides;
    if gone.len() * fresh.len() > MOST_PAIRS {
        return Vec::new();
    }
    let table: Vec<Vec<f64>> = gone.iter().map(|(a, old)| fresh.iter().map(|(b, new)| likeness((a, old), (b, new))).collect()).collect();
    let best_of = |scores: &[f64]| {
        let best = scores.iter().copied().fold(0.0, f64::max);
        let at: Vec<usize> = (0..scores.len()).filter(|at| scores[*at] >= best).collect();
        if best >= least && at.len() == 1 { at.first().copied() } else { None }
    };
    let mut found = Vec::new();
    for (row, scores) in table.iter().enumerate() {
        let Some(column) = best_of(scores) else { continue };
        let back: Vec<f64> = table.iter().map(|scores| scores[column]).collect();
        if best_of(&back) == Some(row) {
            found.push((gone[row].0, fresh[column].0));
        }
    }
    found
}

/// How much two sets have in common, from 0 to 1; 0 where they share fewer than `fewest`.
fn shared(a: &BTreeSet<String>, b: &BTreeSet<String>, fewest: usize) -> f64 {
    let (common, all) = (a.intersection(b).count(), a.union(b).count());
    if common < fewest || all == 0 { 0.0 } else { common as f64 / all as f64 }
}

/// A container of the same folder and type, or with most endpoints or components the same.
fn containers(old: &Value, new: &Value) -> Vec<Rename> {
    let sides = one_sided(old, new, "/containers");
    let inside = |document: &Value, key: &str| {
        let operations = object(document, "/api_endpoints").and_then(|all| all.get(key)?.get("operations")?.as_object());
        let components = object(document, "/components").into_iter().flatten();
        let components = components.filter_map(|(name, _)| name.strip_prefix(key)?.strip_prefix('.').map(str::to_owned));
        operations.into_iter().flatten().map(|(name, _)| name.clone()).chain(components).collect::<BTreeSet<String>>()
    };
    let likeness = |(a, x): (&str, &Value), (b, y): (&str, &Value)| {
        let place = |value: &Value| value.get("path").and_then(Value::as_str).filter(|path| *path != ".").map(str::to_owned);
        if x.get("type") != y.get("type") {
            return 0.0;
        }
        if place(x).is_some() && place(x) == place(y) {
            return 1.0;
        }
        shared(&inside(old, a), &inside(new, b), 3) * 0.9
    };
    pairs(&sides, 0.5, &likeness).into_iter().map(|(from, to)| Rename::of(&["containers", from], to)).collect()
}

/// A table with most columns the same, or all of them in another schema.
fn tables(old: &Value, new: &Value) -> Vec<Rename> {
    let sides = one_sided(old, new, "/data_schema/tables");
    let facts = |table: &Value| {
        let columns = table.get("columns").and_then(Value::as_array).into_iter().flatten();
        columns.map(|column| format!("{} {}", text(column, "name"), text(column, "type"))).collect::<BTreeSet<String>>()
    };
    let likeness = |(a, x): (&str, &Value), (b, y): (&str, &Value)| {
        let bare = |name: &str| name.rsplit(['.', '/']).next().unwrap_or(name).to_owned();
        let bonus = if bare(a) == bare(b) { 0.05 } else { 0.0 };
        let common = shared(&facts(x), &facts(y), if bonus > 0.0 { 1 } else { 3 });
        if common > 0.0 { common + bonus } else { 0.0 }
    };
    pairs(&sides, 0.75, &likeness).into_iter().map(|(from, to)| Rename::of(&["data_schema", "tables", from], to)).collect()
}

/// An enum with the same values.
fn enums(old: &Value, new: &Value) -> Vec<Rename> {
    let sides = one_sided(old, new, "/data_schema/enums");
    let same =
        |(_, x): (&str, &Value), (_, y): (&str, &Value)| f64::from(u8::from(x == y && x.as_array().is_some_and(|all| all.len() > 1)));
    pairs(&sides, 1.0, &same).into_iter().map(|(from, to)| Rename::of(&["data_schema", "enums", from], to)).collect()
}

/// A column with the same facts at the same place among the others. Behind the last one, where new columns are put, the names must be alike.
fn columns(old: &Value, new: &Value) -> Vec<Rename> {
    let (Some(a), Some(b)) = (object(old, "/data_schema/tables"), object(new, "/data_schema/tables")) else { return Vec::new() };
    let mut found = Vec::new();
    for (key, table) in a {
        let (Some(x), Some(y)) = (columns_of(Some(table)), columns_of(b.get(key))) else { continue };
        for (at, column) in x.iter().enumerate() {
            let from = text(column, "name");
            let Some(other) = y.get(at) else { continue };
            let to = text(other, "name");
            let stands = |columns: &[Value], name: &str| columns.iter().any(|one| text(one, "name") == name);
            if from.is_empty() || to.is_empty() || from == to || stands(y, &to) && stands(x, &to) || stands(y, &from) || stands(x, &to) {
                continue;
            }
            let facts = |column: &Value| ["type", "nullable", "primary_key", "unique", "default"].map(|fact| column.get(fact).cloned());
            let last = at + 1 == x.len() && at + 1 == y.len();
            if facts(column) == facts(other) && x.len() == y.len() && (!last || are_alike(&from, &to)) {
                found.push(Rename::of(&["data_schema", "tables", key, "columns", &from], &to));
            }
        }
    }
    found
}

fn columns_of(table: Option<&Value>) -> Option<&Vec<Value>> {
    table?.get("columns")?.as_array()
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Whether two names have a word in common.
fn are_alike(a: &str, b: &str) -> bool {
    let words = |name: &str| {
        let mut words = BTreeSet::new();
        let mut word = String::new();
        for letter in name.chars() {
            if !letter.is_alphanumeric() || letter.is_uppercase() && word.chars().last().is_some_and(char::is_lowercase) {
                words.insert(std::mem::take(&mut word));
            }
            word.extend(letter.to_lowercase().filter(|letter| letter.is_alphanumeric()));
        }
        words.insert(word);
        words.into_iter().filter(|word| word.len() > 2).collect::<BTreeSet<String>>()
    };
    words(a).intersection(&words(b)).next().is_some()
}

/// An endpoint of the same handler at another path or method, where that is the only pair with this handler.
fn endpoints(old: &Value, new: &Value) -> Vec<Rename> {
    let (Some(a), Some(_)) = (object(old, "/api_endpoints"), object(new, "/api_endpoints")) else { return Vec::new() };
    let mut found = Vec::new();
    for container in a.keys() {
        let pointer = format!("/api_endpoints/{}/operations", escaped(container));
        let sides = one_sided(old, new, &pointer);
        let same = |(_, x): (&str, &Value), (_, y): (&str, &Value)| {
            let handler =
                |one: &Value| one.get("handler").and_then(Value::as_str).filter(|handler| handler.contains('.')).map(str::to_owned);
            f64::from(u8::from(handler(x).is_some() && handler(x) == handler(y)))
        };
        for (from, to) in pairs(&sides, 1.0, &same) {
            found.push(Rename::of(&["api_endpoints", container, "operations", from], to));
        }
    }
    found
}

/// A job of the same trigger in the same container, or of the same class there, where only one went and one came.
fn jobs(old: &Value, new: &Value) -> Vec<Rename> {
    let sides = one_sided(old, new, "/workflows_jobs");
    let alike = |(_, x): (&str, &Value), (_, y): (&str, &Value)| {
        let same = |key: &str| x.get(key).is_some() && x.get(key) == y.get(key);
        let class = |job: &Value| {
            job.get("handler").and_then(Value::as_str).and_then(|handler| handler.split_once('.')).map(|(class, _)| class.to_owned())
        };
        if !same("container") {
            0.0
        } else if same("trigger") {
            1.0
        } else {
            f64::from(u8::from(class(x).is_some() && class(x) == class(y))) * 0.9
        }
    };
    pairs(&sides, 0.9, &alike).into_iter().map(|(from, to)| Rename::of(&["workflows_jobs", from], to)).collect()
}

/// A part of a JSON pointer (RFC 6901, section 3).
pub(super) fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

fn rename_key(map: Option<&mut Value>, from: &str, to: &str) {
    let Some(map) = map.and_then(Value::as_object_mut) else { return };
    if !map.contains_key(to)
        && let Some(value) = map.shift_remove(from)
    {
        map.insert(to.to_owned(), value);
    }
}

/// Every text below a value, for a change; lists of texts that were sorted stay so.
fn each_text(value: &mut Value, change: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(items) => {
            let texts = |items: &[Value]| items.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<String>>();
            let sorted = texts(items).len() == items.len() && texts(items).is_sorted();
            items.iter_mut().for_each(|item| each_text(item, change));
            if sorted {
                items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
        }
        Value::Object(map) => map.values_mut().for_each(|one| each_text(one, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Where keys of containers, and of components that begin with them, stand.
const CONTAINER_KEYS: &[&[&str]] = &[
    &["contexts", "*", "relationships", "*", "target"],
    &["containers", "*", "relationships", "*", "target"],
    &["components", "*", "relationships", "*", "target"],
    &["components", "*", "container"],
    &["components", "*", "dependencies"],
    &["data_schema", "tables", "*", "owner"],
    &["workflows_jobs", "*", "container"],
    &["external_integrations", "*", "used_by"],
];

fn container(document: &mut Value, from: &str, to: &str) {
    for section in ["/containers", "/api_endpoints", "/configuration/runtime"] {
        rename_key(document.pointer_mut(section), from, to);
    }
    let changed = |text: &str| match text.strip_prefix(from)? {
        "" => Some(to.to_owned()),
        rest => rest.starts_with('.').then(|| format!("{to}{rest}")),
    };
    for path in CONTAINER_KEYS {
        at_each(document, path, &mut |value| each_text(value, &changed));
    }
    if let Some(components) = document.pointer_mut("/components").and_then(Value::as_object_mut) {
        let renamed: BTreeMap<String, Value> =
            std::mem::take(components).into_iter().map(|(key, value)| (changed(&key).unwrap_or(key), value)).collect();
        components.extend(renamed);
    }
}

fn table(document: &mut Value, from: &str, to: &str) {
    rename_key(document.pointer_mut("/data_schema/tables"), from, to);
    let changed = |text: &str| (text == from).then(|| to.to_owned());
    let places: [&[&str]; 5] = [
        &["data_schema", "tables", "*", "relationships", "*", "target_table"],
        &["data_schema", "tables", "*", "relationships", "*", "join_table"],
        &["data_schema", "relationships", "*", "from"],
        &["data_schema", "relationships", "*", "to"],
        &["components", "*", "details", "tables"],
    ];
    for path in places {
        at_each(document, path, &mut |value| each_text(value, &changed));
    }
}

fn column(document: &mut Value, table: &str, from: &str, to: &str) {
    let same = |text: &str| (text == from).then(|| to.to_owned());
    let words = |text: &str| Some(with_word(text, from, to)).filter(|changed| changed != text);
    for part in ["primary_key", "unique"] {
        at_each(document, &["data_schema", "tables", table, part], &mut |value| each_text(value, &same));
    }
    at_each(document, &["data_schema", "tables", table, "columns", "*", "name"], &mut |value| each_text(value, &same));
    at_each(document, &["data_schema", "tables", table, "relationships", "*", "foreign_key"], &mut |value| each_text(value, &same));
    for part in ["indexes", "checks"] {
        at_each(document, &["data_schema", "tables", table, part], &mut |value| each_text(value, &words));
    }
    at_each(document, &["data_schema", "tables", "*", "relationships", "*"], &mut |value| {
        if text(value, "target_table") == table {
            at_each(value, &["references"], &mut |value| each_text(value, &same));
        }
    });
    at_each(document, &["data_schema", "relationships", "*"], &mut |value| {
        if text(value, "from") == table {
            at_each(value, &["description"], &mut |value| each_text(value, &words));
        }
    });
}

fn endpoint(document: &mut Value, container: &str, from: &str, to: &str) {
    at_each(document, &["api_endpoints", container, "operations"], &mut |value| rename_key(Some(value), from, to));
    let same = |text: &str| (text == from).then(|| to.to_owned());
    at_each(document, &["api_endpoints", container, "endpoints"], &mut |value| each_text(value, &same));
}

/// A text with another identifier in place of one, where that stands as a whole word.
fn with_word(text: &str, from: &str, to: &str) -> String {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, behind) = (&rest[..at], &rest[at + from.len()..]);
        let whole = !before.chars().last().is_some_and(part) && !behind.chars().next().is_some_and(part);
        made.push_str(before);
        made.push_str(if whole { to } else { from });
        rest = behind;
        if from.is_empty() {
            break;
        }
    }
    made.push_str(rest);
    made
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{are_alike, settle, with_word};

    #[test]
    fn words_are_replaced_whole() {
        assert_eq!(with_word("btree (note, note_2) where note <> ''", "note", "remark"), "btree (remark, note_2) where remark <> ''");
        assert!(are_alike("userName", "user_id") && !are_alike("id", "is_id"));
    }

    #[test]
    fn a_renamed_column_is_one_change_and_a_replaced_one_is_not() {
        let table = |columns: serde_json::Value| json!({"data_schema": {"tables": {"t": {"columns": columns}}}});
        let column = |name: &str, kind: &str| json!({"name": name, "type": kind});
        let mut old = table(json!([column("id", "int"), column("note", "text"), column("x", "int")]));
        let new = table(json!([column("id", "int"), column("remark", "text"), column("x", "int")]));
        assert_eq!(settle(&mut old, &new).len(), 1);
        assert_eq!(old, new);
        let mut old = table(json!([column("id", "int"), column("note", "text")]));
        let new = table(json!([column("id", "int"), column("remark", "text")]));
        assert_eq!(settle(&mut old, &new), [], "behind the last column the names must be alike");
        let mut old = table(json!([column("note", "text"), column("x", "int")]));
        let new = table(json!([column("remark", "int"), column("x", "int")]));
        assert_eq!(settle(&mut old, &new), []);
    }

    #[test]
    fn a_renamed_container_takes_what_refers_to_it_along() {
        let document = |name: &str| {
            json!({
                "containers": {name: {"path": "apps/a", "type": "T"}, "z": {"relationships": [{"target": name}], "type": "U"}},
                "components": {format!("{name}.x"): {"container": name, "dependencies": [format!("{name}.y"), "q"]}},
                "api_endpoints": {name: {"operations": {}}}
            })
        };
        let (mut old, new) = (document("api"), document("gate"));
        assert_eq!(settle(&mut old, &new).len(), 1);
        assert_eq!(old, new);
    }
}
