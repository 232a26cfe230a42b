//! Values of templates. Maps are shared, as they are in Go: what `set` writes, every holder sees.
//! A hole stands for what only a running cluster or a missing chart would tell.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::shared::{Entries, Items};

/// A map that is shared.
pub(crate) type Map = Rc<Entries>;

/// What is printed for a hole; the number only keeps it from being a word of anyone's.
pub(crate) const HOLE: &str = "__hole_0__";

/// What a value may weigh for a function to go through it.
const WEIGHT_LIMIT: usize = 400_000;

/// How deep values may nest when they are read, printed or compared.
pub(super) const DEPTH_LIMIT: usize = 100;

/// A value.
#[derive(Clone, Debug, Default)]
pub(crate) enum Value {
    /// `nil`
    #[default]
    Nil,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(Rc<str>),
    /// A list; never changed in place.
    List(Rc<Items>),
    /// A map, shared.
    Map(Map),
    /// A thing with methods.
    Object(Object),
    /// Unknown.
    Hole,
}

/// Things that templates call methods of.
#[derive(Clone, Debug)]
pub(crate) enum Object {
    /// `.Capabilities.APIVersions`
    ApiVersions,
    /// `.Files`: paths in the chart and their text.
    Files(Rc<BTreeMap<String, String>>),
}

impl Value {
    /// A text.
    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A list.
    pub(crate) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(Items::new(items)))
    }

    /// A map.
    pub(crate) fn map(entries: BTreeMap<String, Self>) -> Self {
        Self::Map(Rc::new(Entries::new(entries)))
    }

    /// An empty map.
    pub(crate) fn empty_map() -> Self {
        Self::map(BTreeMap::new())
    }

    /// A map of a few entries.
    pub(crate) fn map_of<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// The entry of a map; nil where there is none, a hole of a hole.
    pub(crate) fn get(&self, key: &str) -> Self {
        match self {
            Self::Map(map) => map.borrow().get(key).cloned().unwrap_or_default(),
            Self::Hole => Self::Hole,
            _ => Self::Nil,
        }
    }

    /// The value under a path of keys.
    pub(crate) fn path(&self, keys: &[&str]) -> Self {
        keys.iter().fold(self.clone(), |value, key| value.get(key))
    }

    /// Whether a branch takes it for true; a hole is taken for true.
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Map(map) => !map.borrow().is_empty(),
            Self::Object(Object::Files(files)) => !files.is_empty(),
            Self::Object(_) | Self::Hole => true,
        }
    }

    /// The text as `{{ . }}` prints it: nothing for nil. Maps and lists as Go prints them.
    pub(crate) fn print(&self) -> String {
        self.print_within(0)
    }

    /// The text as Go's `%v` has it, which shows nil.
    pub(crate) fn verbose(&self) -> String {
        if matches!(self, Self::Nil) { "<nil>".to_owned() } else { self.print() }
    }

    fn print_within(&self, depth: usize) -> String {
        if depth > DEPTH_LIMIT {
            return String::new();
        }
        match self {
            Self::Nil | Self::Object(_) => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => float_text(*number),
            Self::Text(text) => text.to_string(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.print_within(depth + 1)).collect();
                format!("[{}]", items.join(" "))
            }
            Self::Map(map) => {
                let entries: Vec<String> =
                    map.borrow().iter().map(|(key, value)| format!("{key}:{}", value.print_within(depth + 1))).collect();
                format!("map[{}]", entries.join(" "))
            }
            Self::Hole => HOLE.to_owned(),
        }
    }

    /// Whether it is a hole or a text that one went into.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Hole => true,
            Self::Text(text) => text.contains(HOLE),
            _ => false,
        }
    }

    /// A whole number, as Sprig's `int64` makes it of anything.
    pub(crate) fn to_int(&self) -> i64 {
        match self {
            Self::Int(number) => *number,
            Self::Float(number) => *number as i64,
            Self::Bool(value) => i64::from(*value),
            Self::Text(text) => text.trim().parse().or_else(|_| text.trim().parse::<f64>().map(|number| number as i64)).unwrap_or(0),
            _ => 0,
        }
    }

    /// A number, as Sprig's `float64` makes it of anything.
    pub(crate) fn to_float(&self) -> f64 {
        match self {
            Self::Float(number) => *number,
            Self::Text(text) => text.trim().parse().unwrap_or(0.0),
            other => other.to_int() as f64,
        }
    }

    /// The items of a list; the values of nothing else.
    pub(crate) fn items(&self) -> Vec<Self> {
        match self {
            Self::List(items) => items.to_vec(),
            _ => Vec::new(),
        }
    }

    /// How many values, and sixty-fours of bytes of text, are in it, each counted as often as it is met; `None` beyond a limit and
    /// where it nests too deep, as a map that holds itself does.
    pub(super) fn weight(&self) -> Option<usize> {
        let mut left = WEIGHT_LIMIT;
        self.weigh(&mut left, 0)?;
        Some(WEIGHT_LIMIT - left)
    }

    fn weigh(&self, left: &mut usize, depth: usize) -> Option<()> {
        let own = if let Self::Text(text) = self { 1 + text.len() / 64 } else { 1 };
        *left = left.checked_sub(own).filter(|_| depth <= DEPTH_LIMIT)?;
        match self {
            Self::List(items) => items.iter().try_for_each(|item| item.weigh(left, depth + 1)),
            Self::Map(map) => map.borrow().values().try_for_each(|value| value.weigh(left, depth + 1)),
            _ => Some(()),
        }
    }

    /// The name of its kind as Go's reflection has it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Nil | Self::Hole => "invalid",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::List(_) => "slice",
            Self::Map(_) => "map",
            Self::Object(_) => "struct",
        }
    }

    /// Whether two values are equal in all depth.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        self.equals_within(other, 0)
    }

    fn equals_within(&self, other: &Self, depth: usize) -> bool {
        if depth > DEPTH_LIMIT {
            return false;
        }
        match (self, other) {
            (Self::Nil, Self::Nil) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Int(_) | Self::Float(_), Self::Int(_) | Self::Float(_)) => (self.to_float() - other.to_float()).abs() < f64::EPSILON,
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.equals_within(b, depth + 1)),
            (Self::Map(a), Self::Map(b)) => {
                if Rc::ptr_eq(a, b) {
                    return true;
                }
                let (a, b) = (a.borrow(), b.borrow());
                a.len() == b.len() && a.iter().zip(b.iter()).all(|((x, a), (y, b))| x == y && a.equals_within(b, depth + 1))
            }
            _ => false,
        }
    }

    /// A copy that shares no map with this one.
    pub(crate) fn deep_copy(&self) -> Self {
        self.copy_within(0)
    }

    fn copy_within(&self, depth: usize) -> Self {
        match self {
            _ if depth > DEPTH_LIMIT => Self::Nil,
            Self::Map(map) => Self::map(map.borrow().iter().map(|(key, value)| (key.clone(), value.copy_within(depth + 1))).collect()),
            Self::List(items) => Self::list(items.iter().map(|item| item.copy_within(depth + 1)).collect()),
            other => other.clone(),
        }
    }
}

/// A number as Go prints it with `%v`: the shortest form, with an exponent from a million on.
pub(super) fn float_text(number: f64) -> String {
    if !number.is_finite() {
        return if number.is_nan() { "NaN".to_owned() } else { format!("{}Inf", if number > 0.0 { '+' } else { '-' }) };
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{number}");
    }
    format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// Puts `from` into `into`: maps key by key, anything else as a whole. With `over`, `from` wins; without, what is there and not empty.
pub(crate) fn merge(into: &Value, from: &Value, over: bool) {
    merge_within(into, from, over, 0);
}

fn merge_within(into: &Value, from: &Value, over: bool, depth: usize) {
    let (Value::Map(into), Value::Map(from)) = (into, from) else { return };
    if depth > DEPTH_LIMIT || Rc::ptr_eq(into, from) {
        return;
    }
    let entries: Vec<(String, Value)> = from.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    for (key, value) in entries {
        let known = into.borrow().get(&key).cloned();
        match (&known, &value) {
            (Some(Value::Map(_)), Value::Map(_)) => merge_within(known.as_ref().unwrap_or(&Value::Nil), &value, over, depth + 1),
            // A null of the user takes a default away; it is kept here as nil, which prints and branches the same.
            (Some(known), _) if !over && known.is_true() => {}
            (Some(_), value) if over && !value.is_true() && matches!(value, Value::Nil) => {
                into.borrow_mut().insert(key, Value::Nil);
            }
            _ => {
                into.borrow_mut().insert(key, value);
            }
        }
    }
}

/// Puts defaults under what is stated: a key that is stated wins whatever it holds, and one that is stated as null is taken away,
/// as Helm lays values over those of a chart. Under the keys of `inner` charts nulls stay: they take away defaults of those charts.
pub(crate) fn lay_over(stated: &Value, defaults: &Value, inner: &[&str]) {
    let (Value::Map(into), Value::Map(from)) = (stated, defaults) else { return };
    if Rc::ptr_eq(into, from) {
        return;
    }
    let entries: Vec<(String, Value)> = from.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    for (key, value) in entries {
        let nulls = inner.contains(&key.as_str());
        lay_entry((into, &key), &value, nulls, 0);
    }
}

fn lay_entry((into, key): (&Map, &str), value: &Value, nulls: bool, depth: usize) {
    let known = into.borrow().get(key).cloned();
    match (known, value) {
        (None, Value::Nil) if !nulls => {}
        (None, value) => {
            let preset = value.deep_copy();
            if !nulls {
                drop_nulls(&preset, 0);
            }
            into.borrow_mut().insert(key.to_owned(), preset);
        }
        (Some(Value::Nil), value) if !nulls && !matches!(value, Value::Nil) => {
            into.borrow_mut().remove(key);
        }
        (Some(Value::Map(inner)), Value::Map(from)) if depth < DEPTH_LIMIT && !Rc::ptr_eq(&inner, from) => {
            let entries: Vec<(String, Value)> = from.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
            entries.iter().for_each(|(key, value)| lay_entry((&inner, key), value, nulls, depth + 1));
        }
        _ => {}
    }
}

/// A default of null is no default, in maps of defaults too.
fn drop_nulls(value: &Value, depth: usize) {
    let Value::Map(map) = value else { return };
    map.borrow_mut().retain(|_, inner| !matches!(inner, Value::Nil));
    if depth < DEPTH_LIMIT {
        map.borrow().values().for_each(|inner| drop_nulls(inner, depth + 1));
    }
}
