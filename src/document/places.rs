//! Places in a document as JSON: pointers whose parts may stand for any key or entry.

use serde_json::Value;

/// Runs on every value at a path whose parts may be `*`, for any key or entry; what is not there is passed over.
pub(crate) fn at_each(value: &mut Value, parts: &[&str], run: &mut dyn FnMut(&mut Value)) {
    let Some((first, rest)) = parts.split_first() else {
        run(value);
        return;
    };
    match (value, *first) {
        (Value::Object(map), "*") => map.values_mut().for_each(|one| at_each(one, rest, run)),
        (Value::Array(items), "*") => items.iter_mut().for_each(|one| at_each(one, rest, run)),
        (Value::Object(map), key) => {
            if let Some(one) = map.get_mut(key) {
                at_each(one, rest, run);
            }
        }
        _ => {}
    }
}
