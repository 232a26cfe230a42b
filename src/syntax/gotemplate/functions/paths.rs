//! Functions of paths, as Go's package path has them: blanks and backslashes are letters like any other.

use crate::syntax::gotemplate::value::Value;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    // Those of the operating system are the same on the one that Helm is tested on.
    let plain = name.strip_prefix("os").map_or_else(|| name.to_owned(), str::to_ascii_lowercase);
    let text = || arguments.first().map(Value::print).unwrap_or_default();
    Some(match plain.as_str() {
        "base" => Value::text(base(&text())),
        "dir" => Value::text(clean(text().rsplit_once('/').map_or("", |(folder, _)| folder_of(folder)))),
        "ext" => Value::text(extension(&text())),
        "clean" => Value::text(clean(&text())),
        "isAbs" | "isabs" => Value::Bool(text().starts_with('/')),
        _ => return None,
    })
}

/// A folder that is empty before a slash is the root.
fn folder_of(folder: &str) -> &str {
    if folder.is_empty() { "/" } else { folder }
}

fn base(path: &str) -> String {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".".to_owned(),
        "" => "/".to_owned(),
        rest => rest.rsplit('/').next().unwrap_or(rest).to_owned(),
    }
}

fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rfind('.').map(|at| name[at..].to_owned()).unwrap_or_default()
}

/// A path without `.`, `..` and doubled slashes, as far as they can be taken away.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => _ = parts.pop(),
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}
