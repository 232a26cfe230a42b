//! What differs between two JSON values, by identity: keys of objects, names of the entries of lists.
//! Edits put together again make the new value of the old one; what they mean is decided elsewhere.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What happened at a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Edit {
    /// It is new; in a list, at this index.
    Added(Value, Option<usize>),
    /// It is gone.
    Removed(Value),
    /// It was one value and is another.
    Changed(Value, Value),
    /// Entries of a list stand in another order: all names in their new order.
    Reordered(Vec<String>),
}

/// An edit with its place: keys and names from the top down.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) path: Vec<String>,
    pub(super) edit: Edit,
}

/// Lists that mean one thing together.
const WHOLE: &[&str] = &["auth", "permissions", "unique", "primary_key", "steps", "foreign_key", "references"];

/// All differences, in the order of their places.
pub(super) fn compare(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    Comparison { found: &mut found, path: Vec::new() }.values(old, new);
    found
}

struct Comparison<'a> {
    found: &'a mut Vec<Difference>,
    path: Vec<String>,
}

impl Comparison<'_> {
    fn values(&mut self, old: &Value, new: &Value) {
        match (old, new) {
            (Value::Object(a), Value::Object(b)) => self.objects(a, b),
            (Value::Array(a), Value::Array(b)) if !self.is_whole() => self.lists(a, b),
            _ if old == new => {}
            _ => self.tell(Edit::Changed(old.clone(), new.clone())),
        }
    }

    fn is_whole(&self) -> bool {
        self.path.last().is_some_and(|name| WHOLE.contains(&name.as_str()))
    }

    fn objects(&mut self, a: &Map<String, Value>, b: &Map<String, Value>) {
        let mut keys: Vec<&String> = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))).collect();
        keys.sort();
        for key in keys {
            if a.get(key) == b.get(key) {
                continue;
            }
            self.within(key, |inner| match (a.get(key), b.get(key)) {
                (Some(old), Some(new)) => inner.values(old, new),
                (Some(old), None) => inner.one_sided(old, &|value| Edit::Removed(value)),
                (None, Some(new)) => inner.one_sided(new, &|value| Edit::Added(value, None)),
                (None, None) => {}
            });
        }
    }

    fn lists(&mut self, a: &[Value], b: &[Value]) {
        let (old_names, new_names) = (names(&self.path, a), names(&self.path, b));
        let places: BTreeMap<&str, usize> = new_names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let mut kept: Vec<usize> = Vec::new();
        for (name, old) in old_names.iter().zip(a) {
            match places.get(name.as_str()) {
                Some(at) => {
                    kept.push(*at);
                    if *old != b[*at] {
                        self.within(name, |inner| inner.values(old, &b[*at]));
                    }
                }
                None => self.within(name, |inner| inner.one_sided(old, &|value| Edit::Removed(value))),
            }
        }
        if !kept.is_sorted() {
            self.tell(Edit::Reordered(new_names.clone()));
        }
        kept.sort_unstable();
        for (at, name) in new_names.iter().enumerate().filter(|(at, _)| kept.binary_search(at).is_err()) {
            self.within(name, |inner| inner.one_sided(&b[at], &|value| Edit::Added(value, Some(at))));
        }
    }

    /// What only one side has. Parts with rules of their own (operations, ports, channels, hosts, variables) are told one by one.
    fn one_sided(&mut self, value: &Value, make: &dyn Fn(Value) -> Edit) {
        let place = self.found.len();
        let rest = self.split(value, make);
        self.found.insert(place, Difference { path: self.path.clone(), edit: make(rest) });
    }

    fn split(&mut self, value: &Value, make: &dyn Fn(Value) -> Edit) -> Value {
        match value {
            Value::Object(map) => {
                let mut rest = Map::new();
                for (key, part) in map {
                    if is_part(&self.path, key) {
                        self.within(key, |inner| inner.one_sided(part, make));
                    } else {
                        rest.insert(key.clone(), part.clone());
                    }
                }
                Value::Object(rest)
            }
            Value::Array(items) if has_parts(&self.path) => {
                for (at, (name, item)) in names(&self.path, items).iter().zip(items).enumerate() {
                    let edit = match make(item.clone()) {
                        Edit::Added(value, _) => Edit::Added(value, Some(at)),
                        other => other,
                    };
                    self.within(name, |inner| inner.tell(edit));
                }
                Value::Array(Vec::new())
            }
            other => other.clone(),
        }
    }

    fn within(&mut self, key: &str, run: impl FnOnce(&mut Self)) {
        self.path.push(key.to_owned());
        run(self);
        self.path.pop();
    }

    fn tell(&mut self, edit: Edit) {
        self.found.push(Difference { path: self.path.clone(), edit });
    }
}

/// Whether a key below a place that only one side has is told for itself.
fn is_part(path: &[String], key: &str) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["api_endpoints", _] => key == "operations",
        ["api_endpoints", _, "operations"] | ["containers", _, "messaging"] => true,
        ["containers", _] => matches!(key, "ports" | "messaging"),
        ["deployment_topology", _] => key == "resources",
        ["deployment_topology", _, "resources"] | ["deployment_topology", _, "resources", _] => true,
        ["deployment_topology", _, "resources", _, _] => key == "hosts",
        _ => false,
    }
}

/// Whether the entries of a list that only one side has are told one by one.
fn has_parts(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(
        path.as_slice(),
        ["containers", _, "ports"]
            | ["containers", _, "messaging", "publishes" | "subscribes"]
            | ["deployment_topology", _, "resources", _, _, "hosts"]
            | ["configuration", "runtime", _]
    )
}

/// The name of each entry of a list, by which it is found again; a name that stands twice is counted.
pub(super) fn names(path: &[String], items: &[Value]) -> Vec<String> {
    let (section, list) = (path.first().map_or("", String::as_str), path.last().map_or("", String::as_str));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        let name = match item {
            Value::String(text) if (section, list) == ("data_schema", "columns") => column_name(text).to_owned(),
            // A route of a gateway is what it takes; where it leads may change.
            Value::String(text) if (section, list) == ("api_endpoints", "routes") => text.split(" → ").next().unwrap_or(text).to_owned(),
            // A remark that counts is the same remark with other numbers.
            Value::String(text) if section == "security_posture" => without_numbers(text),
            other => name(other),
        };
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        all.push(if *count == 1 { name } else { format!("{name}#{count}") });
    }
    all
}

/// The name in a column that a person wrote as a line: `id uuid PK`, `id: uuid`. A line that is a constraint is its own name.
fn column_name(line: &str) -> &str {
    let end = line.find([' ', ':', '(', ',', '\t']).unwrap_or(line.len());
    let first = &line[..end];
    let constraint = first.is_empty() || matches!(first, "UNIQUE" | "PRIMARY" | "FOREIGN" | "CHECK" | "CONSTRAINT" | "INDEX" | "KEY");
    if constraint { line } else { first }
}

fn without_numbers(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for letter in text.chars() {
        if !letter.is_ascii_digit() {
            made.push(letter);
        } else if !made.ends_with('#') {
            made.push('#');
        }
    }
    made
}

fn name(item: &Value) -> String {
    let Value::Object(map) = item else {
        return item.as_str().map_or_else(|| item.to_string(), str::to_owned);
    };
    let text = |key: &str| match map.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Array(texts)) => Some(texts.iter().filter_map(Value::as_str).collect::<Vec<&str>>().join(", ")),
        _ => None,
    };
    let together = |keys: &[&str]| {
        let texts: Option<Vec<String>> = keys.iter().map(|key| text(key)).collect();
        texts.map(|texts| texts.join(" "))
    };
    let forms: [&[&str]; 9] = [
        &["name"],
        &["target_table", "foreign_key"],
        &["target_table", "join_table"],
        &["target_table"],
        &["target", "technology"],
        &["target"],
        &["source", "destination"],
        &["from", "to", "description"],
        &["tooling", "location"],
    ];
    forms.iter().find_map(|form| together(form)).unwrap_or_else(|| item.to_string())
}

/// Edits by place, as a tree.
#[derive(Default)]
struct Plan<'a> {
    edit: Option<&'a Edit>,
    order: Option<&'a [String]>,
    inner: BTreeMap<&'a str, Plan<'a>>,
}

/// Makes the new value of the old one.
pub(super) fn apply(old: &Value, differences: &[Difference]) -> Value {
    let mut plan = Plan::default();
    for difference in differences {
        let mut at = &mut plan;
        for part in &difference.path {
            at = at.inner.entry(part.as_str()).or_default();
        }
        match &difference.edit {
            Edit::Reordered(order) => at.order = Some(order),
            edit => at.edit = Some(edit),
        }
    }
    carried_out(&plan, Some(old), &mut Vec::new()).unwrap_or(Value::Null)
}

fn carried_out(plan: &Plan<'_>, old: Option<&Value>, path: &mut Vec<String>) -> Option<Value> {
    let start = match plan.edit {
        Some(Edit::Removed(_)) => return None,
        Some(Edit::Added(value, _) | Edit::Changed(_, value)) => value,
        _ => old?,
    };
    Some(match start {
        Value::Object(map) => {
            let mut made = map.clone();
            for (key, inner) in &plan.inner {
                path.push((*key).to_owned());
                match carried_out(inner, map.get(*key), path) {
                    Some(value) => made.insert((*key).to_owned(), value),
                    None => made.shift_remove(*key),
                };
                path.pop();
            }
            Value::Object(made)
        }
        Value::Array(items) => Value::Array(list(plan, items, path)),
        other => other.clone(),
    })
}

fn list(plan: &Plan<'_>, items: &[Value], path: &mut Vec<String>) -> Vec<Value> {
    let names = names(path, items);
    let mut made: Vec<(String, Value)> = Vec::new();
    for (name, item) in names.iter().zip(items) {
        path.push(name.clone());
        let value = match plan.inner.get(name.as_str()) {
            Some(inner) if !matches!(inner.edit, Some(Edit::Added(..))) => carried_out(inner, Some(item), path),
            _ => Some(item.clone()),
        };
        made.extend(value.map(|value| (name.clone(), value)));
        path.pop();
    }
    if let Some(order) = plan.order {
        made.sort_by_key(|(name, _)| order.iter().position(|one| one == name));
    }
    let mut added: Vec<(usize, &str, &Plan<'_>)> = Vec::new();
    for (name, inner) in &plan.inner {
        if let Some(Edit::Added(_, at)) = inner.edit {
            added.push((at.unwrap_or(usize::MAX), name, inner));
        }
    }
    added.sort_by_key(|(at, ..)| *at);
    for (at, name, inner) in added {
        path.push(name.to_owned());
        if let Some(value) = carried_out(inner, None, path) {
            made.insert(at.min(made.len()), (name.to_owned(), value));
        }
        path.pop();
    }
    made.into_iter().map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{apply, compare, names};

    #[test]
    fn edits_make_the_new_value_of_the_old_one() {
        let old = json!({"data_schema": {"tables": {"t": {"columns": [{"name": "a"}, {"name": "b"}, {"name": "c"}], "x": 1}}}, "l": ["p", "p", "q"]});
        let new = json!({"data_schema": {"tables": {"t": {"columns": [{"name": "c"}, {"name": "n"}, {"name": "a", "u": true}]}}}, "l": ["q", "p", "z"]});
        let found = compare(&old, &new);
        assert_eq!(apply(&old, &found), new);
        assert_eq!(compare(&new, &new), []);
        let paths: Vec<String> = found.iter().map(|one| one.path.join("/")).collect();
        let columns = "data_schema/tables/t/columns";
        let expected = [format!("{columns}/a/u"), format!("{columns}/b"), columns.to_owned(), format!("{columns}/n")];
        assert_eq!(paths[..4], expected);
    }

    #[test]
    fn parts_with_rules_of_their_own_are_told_one_by_one() {
        let (old, new) = (json!({"containers": {}}), json!({"containers": {"a": {"name": "a", "ports": ["80", "81"]}}}));
        let found = compare(&old, &new);
        let paths: Vec<String> = found.iter().map(|one| one.path.join("/")).collect();
        assert_eq!(paths, ["containers/a", "containers/a/ports", "containers/a/ports/80", "containers/a/ports/81"]);
        assert_eq!(apply(&old, &found), new);
        assert_eq!(apply(&new, &compare(&new, &old)), old);
    }

    #[test]
    fn columns_that_are_lines_are_known_by_their_first_word() {
        let path = ["data_schema", "tables", "t", "columns"].map(str::to_owned);
        let lines = [json!("id uuid PK"), json!("name: text"), json!("UNIQUE(a, b)"), json!({"name": "x", "type": "int"})];
        assert_eq!(names(&path, &lines), ["id", "name", "UNIQUE(a, b)", "x"]);
    }
}
