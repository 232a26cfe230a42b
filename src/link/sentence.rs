//! Plain sentences made of found facts: counts, lists, names in backticks.
//! Adds no word that a fact does not carry.

/// `1 route`, `3 routes`, `2 queries`.
pub(super) fn counted(count: usize, one: &str) -> String {
    if count == 1 {
        return format!("1 {one}");
    }
    match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{count} {stem}ies"),
        _ => format!("{count} {one}s"),
    }
}

/// `a, b and c`.
pub(super) fn joined<T: AsRef<str>>(parts: &[T]) -> String {
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match parts.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// The names in backticks, joined; beyond `limit` only their number is told.
pub(super) fn quoted<T: AsRef<str>>(names: impl IntoIterator<Item = T>, limit: usize) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    if names.len() <= limit {
        return joined(&names);
    }
    format!("{} and {} more", names[..limit].join(", "), names.len() - limit)
}

/// `the package `a``, `the packages `a` and `b``, `4 packages` beyond three.
pub(super) fn named<T: AsRef<str>>(names: &[T], one: &str) -> Option<String> {
    match names.len() {
        0 => None,
        1 => Some(format!("the {one} {}", quoted(names, 1))),
        2 | 3 => Some(format!("the {one}s {}", quoted(names, 3))),
        count => Some(counted(count, one)),
    }
}

#[cfg(test)]
mod tests {
    use super::{counted, joined, named, quoted};

    #[test]
    fn sentences_agree_in_number() {
        assert_eq!([counted(1, "entry"), counted(2, "entry"), counted(0, "key")], ["1 entry", "2 entries", "0 keys"]);
        assert_eq!(joined(&["a", "b", "c"]), "a, b and c");
        assert_eq!(quoted(["a", "b", "c"], 2), "`a`, `b` and 1 more");
        assert_eq!(named(&["a"], "package").as_deref(), Some("the package `a`"));
        assert_eq!(named(&["a", "b", "c", "d"], "package").as_deref(), Some("4 packages"));
    }
}
