//! Functions of maps, and comparisons.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::syntax::gotemplate::value::{Value, merge};

/// Whether the function puts values together without looking at them.
pub(super) fn takes_holes(name: &str) -> bool {
    matches!(
        name,
        "dict"
            | "set"
            | "list"
            | "tuple"
            | "append"
            | "prepend"
            | "concat"
            | "merge"
            | "mergeOverwrite"
            | "deepCopy"
            | "omit"
            | "pick"
            | "hasKey"
            | "get"
            | "dig"
            | "join"
            | "keys"
            | "has"
            | "pluck"
    )
}

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    let key = |at: usize| arguments.get(at).map(Value::print).unwrap_or_default();
    let map = arguments.first();
    Some(match name {
        "dict" => Value::map(arguments.chunks(2).map(|pair| (pair[0].print(), pair.get(1).cloned().unwrap_or_default())).collect()),
        "set" => {
            if let Some(Value::Map(entries)) = map {
                entries.borrow_mut().insert(key(1), arguments.get(2).cloned().unwrap_or_default());
            }
            map?.clone()
        }
        "unset" => {
            if let Some(Value::Map(entries)) = map {
                entries.borrow_mut().remove(&key(1));
            }
            map?.clone()
        }
        "get" => match map?.get(&key(1)) {
            Value::Nil => Value::text(""),
            value => value,
        },
        "hasKey" => Value::Bool(matches!(map?, Value::Map(entries) if entries.borrow().contains_key(&key(1)))),
        "keys" => Value::list(arguments.iter().flat_map(keys).map(Value::text).collect()),
        "values" => Value::list(entries(map?).into_values().collect()),
        "pick" => {
            let wanted = names(arguments.get(1..)?);
            Value::map(entries(map?).into_iter().filter(|(key, _)| wanted.contains(key)).collect())
        }
        "omit" => {
            let gone = names(arguments.get(1..)?);
            Value::map(entries(map?).into_iter().filter(|(key, _)| !gone.contains(key)).collect())
        }
        "pluck" => {
            Value::list(arguments.get(1..)?.iter().map(|one| one.get(&key(0))).filter(|value| !matches!(value, Value::Nil)).collect())
        }
        "dig" => dig(arguments)?,
        "merge" => {
            arguments.get(1..)?.iter().for_each(|from| merge(&arguments[0], &from.deep_copy(), false));
            map?.clone()
        }
        "mergeOverwrite" => {
            arguments.get(1..)?.iter().for_each(|from| merge(&arguments[0], &from.deep_copy(), true));
            map?.clone()
        }
        "deepCopy" => map?.deep_copy(),
        _ => return compare(name, arguments),
    })
}

fn keys(value: &Value) -> Vec<String> {
    entries(value).into_keys().collect()
}

fn entries(value: &Value) -> BTreeMap<String, Value> {
    match value {
        Value::Map(map) => map.borrow().clone(),
        _ => BTreeMap::new(),
    }
}

/// Keys given one by one or as lists.
fn names(arguments: &[Value]) -> Vec<String> {
    let all = arguments.iter().flat_map(|one| if matches!(one, Value::List(_)) { one.items() } else { vec![one.clone()] });
    all.map(|one| one.print()).collect()
}

/// `dig "a" "b" default map`.
fn dig(arguments: &[Value]) -> Option<Value> {
    let (map, rest) = arguments.split_last()?;
    let (default, path) = rest.split_last()?;
    let found = path.iter().fold(map.clone(), |value, key| value.get(&key.print()));
    Some(if matches!(found, Value::Nil) { default.clone() } else { found })
}

fn compare(name: &str, arguments: &[Value]) -> Option<Value> {
    let (first, rest) = arguments.split_first()?;
    let second = rest.first();
    Some(Value::Bool(match name {
        "eq" => rest.iter().any(|other| first.equals(other)),
        "ne" => !first.equals(second?),
        "deepEqual" => first.equals(second?),
        "lt" => order(first, second?) == Ordering::Less,
        "le" => order(first, second?) != Ordering::Greater,
        "gt" => order(first, second?) == Ordering::Greater,
        "ge" => order(first, second?) != Ordering::Less,
        _ => return None,
    }))
}

fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        _ => a.to_float().partial_cmp(&b.to_float()).unwrap_or(Ordering::Equal),
    }
}
