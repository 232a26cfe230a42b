//! Functions of lists, and `index`, `len`, `slice` of the language itself.

use crate::syntax::gotemplate::value::Value;

/// Items that a list made of numbers may have.
const COUNT_LIMIT: i64 = 10_000;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    let items = |at: usize| arguments.get(at).map(Value::items).unwrap_or_default();
    Some(match name {
        "list" | "tuple" => Value::list(arguments.to_vec()),
        "first" => items(0).into_iter().next().unwrap_or_default(),
        "last" => items(0).pop().unwrap_or_default(),
        "rest" => Value::list(items(0).into_iter().skip(1).collect()),
        "initial" => {
            let mut all = items(0);
            all.pop();
            Value::list(all)
        }
        "append" | "push" => with(items(0), arguments.get(1..)?, false),
        "prepend" => with(items(0), arguments.get(1..)?, true),
        "concat" => Value::list(arguments.iter().flat_map(Value::items).collect()),
        "reverse" => Value::list(items(0).into_iter().rev().collect()),
        "compact" => Value::list(items(0).into_iter().filter(Value::is_true).collect()),
        "uniq" => Value::list(unique(items(0))),
        "without" => {
            let gone = arguments.get(1..).unwrap_or_default();
            Value::list(items(0).into_iter().filter(|item| gone.iter().all(|one| !one.equals(item))).collect())
        }
        "has" => Value::Bool(items(1).iter().any(|item| item.equals(&arguments[0]))),
        "chunk" => {
            let size = arguments.first()?.to_int().max(1) as usize;
            Value::list(items(1).chunks(size).map(|part| Value::list(part.to_vec())).collect())
        }
        "until" => numbers(0, arguments.first()?.to_int(), 1),
        "untilStep" => numbers(arguments.first()?.to_int(), arguments.get(1)?.to_int(), arguments.get(2)?.to_int()),
        "seq" => sequence(arguments),
        "slice" => sliced(arguments),
        "len" => Value::Int(length(arguments.first()?)),
        "index" => arguments.get(1..)?.iter().fold(arguments.first()?.clone(), |value, key| at(&value, key)),
        _ => return None,
    })
}

fn with(mut all: Vec<Value>, more: &[Value], front: bool) -> Value {
    if front {
        all.splice(0..0, more.iter().cloned());
    } else {
        all.extend(more.iter().cloned());
    }
    Value::list(all)
}

fn unique(all: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in all {
        // Two long lists would be compared pairwise; what is beyond is kept as it is.
        if kept.len() > 2_000 || kept.iter().all(|known| !known.equals(&item)) {
            kept.push(item);
        }
    }
    kept
}

fn numbers(start: i64, end: i64, step: i64) -> Value {
    let step = if step == 0 { 1 } else { step };
    let mut all = Vec::new();
    let mut at = start;
    while (if step > 0 { at < end } else { at > end }) && (all.len() as i64) < COUNT_LIMIT {
        all.push(Value::Int(at));
        at = at.saturating_add(step);
    }
    Value::list(all)
}

/// `seq` of a shell: a text of numbers.
fn sequence(arguments: &[Value]) -> Value {
    let given: Vec<i64> = arguments.iter().map(Value::to_int).collect();
    let (start, step, end) = match given.as_slice() {
        [end] => (1, if *end >= 1 { 1 } else { -1 }, *end),
        [start, end] => (*start, if end >= start { 1 } else { -1 }, *end),
        [start, step, end, ..] => (*start, *step, *end),
        [] => return Value::text(""),
    };
    let all = numbers(start, end.saturating_add(step.signum()), step);
    Value::text(all.items().iter().map(Value::print).collect::<Vec<_>>().join(" "))
}

fn sliced(arguments: &[Value]) -> Value {
    let bound = |at: usize, otherwise: usize| arguments.get(at).map_or(otherwise, |value| value.to_int().max(0) as usize);
    match arguments.first() {
        Some(Value::Text(text)) => Value::text(text.get(bound(1, 0)..bound(2, text.len()).min(text.len())).unwrap_or_default()),
        Some(list) => {
            let items = list.items();
            Value::list(items.get(bound(1, 0)..bound(2, items.len()).min(items.len())).map(<[Value]>::to_vec).unwrap_or_default())
        }
        None => Value::Nil,
    }
}

fn length(value: &Value) -> i64 {
    (match value {
        Value::Text(text) => text.len(),
        Value::List(items) => items.len(),
        Value::Map(map) => map.borrow().len(),
        _ => 0,
    }) as i64
}

fn at(value: &Value, key: &Value) -> Value {
    match value {
        Value::List(items) => usize::try_from(key.to_int()).ok().and_then(|at| items.get(at).cloned()).unwrap_or_default(),
        other => other.get(&key.print()),
    }
}
