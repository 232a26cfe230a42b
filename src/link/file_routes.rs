//! Routes that files have by where they stand: the app router and the API routes of Next.js.
//! Source: the documentation of Next.js ("Project structure"): groups, slots and private folders, dynamic and catch-all segments.

use std::collections::BTreeMap;

use super::Input;
use super::containers::owner_of;
use crate::finding::{Fact, FileRoute};
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let found: Vec<(&Location, &FileRoute)> = input
        .findings
        .iter()
        .filter_map(|finding| match &finding.fact {
            Fact::FileRoute(route) => Some((&finding.at, route)),
            _ => None,
        })
        .collect();
    let mut bases: BTreeMap<String, String> = BTreeMap::new();
    for (at, route) in &found {
        if let (Some(base), Some(container)) = (&route.base, owner(model, at)) {
            bases.insert(container, base.trim_end_matches('/').to_owned());
        }
    }
    for (at, route) in found.into_iter().filter(|(_, route)| route.base.is_none()) {
        let Some(container) = owner(model, at) else { continue };
        let folder = model.containers.get(&container).and_then(|one| one.path.clone()).unwrap_or_else(|| RepoPath::new(""));
        let Some(path) = path_of(&at.path, &folder) else { continue };
        let path = format!("{}{path}", bases.get(&container).map_or("", String::as_str));
        let verbs: Vec<&str> = if route.verbs.is_empty() { vec!["ALL"] } else { route.verbs.iter().map(String::as_str).collect() };
        for verb in verbs {
            let key = format!("{verb} {path}");
            model.prove(at, "route", &["api_endpoints", &container, "operations", &key]);
            model.endpoints.entry(container.clone()).or_default().entry(key).or_default();
        }
    }
}

/// The Next.js application that a file belongs to.
fn owner(model: &Model, at: &Location) -> Option<String> {
    let key = owner_of(model, &at.path)?;
    let container = model.containers.get(key)?;
    (container.kind == "Next.js Application").then(|| key.to_owned())
}

/// The path that a file is served at; `None` for one that is not served.
fn path_of(file: &RepoPath, folder: &RepoPath) -> Option<String> {
    let parts: Vec<&str> = file.parts().skip(folder.parts().count()).collect();
    let parts = parts.strip_prefix(&["src"]).unwrap_or(&parts);
    let mut segments: Vec<&str> = match parts {
        ["app", inner @ .., last] if last.starts_with("route.") => inner.to_vec(),
        ["pages", "api", inner @ .., last] => {
            let name = last.rsplit_once('.').map_or(*last, |(name, _)| name);
            let mut all = vec!["api"];
            all.extend(inner);
            all.extend((name != "index").then_some(name));
            all
        }
        _ => return None,
    };
    let is_app = parts.first() == Some(&"app");
    // A folder that begins with an underscore is private, `(.)x` shows another route in its place.
    if is_app && segments.iter().any(|one| one.starts_with('_') || one.starts_with("(.")) {
        return None;
    }
    segments.retain(|one| !is_app || !(one.starts_with('(') && one.ends_with(')') || one.starts_with('@')));
    if segments.is_empty() {
        return Some("/".to_owned());
    }
    Some(segments.iter().map(|one| format!("/{}", segment(one))).collect())
}

/// `{id}` of `[id]`, `{slug}` of `[...slug]` and `[[...slug]]`.
fn segment(part: &str) -> String {
    let inner = part.strip_prefix('[').and_then(|part| part.strip_suffix(']'));
    let Some(inner) = inner else { return part.replace("%5F", "_") };
    let inner = inner.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(inner);
    format!("{{{}}}", inner.trim_start_matches("..."))
}

#[cfg(test)]
mod tests {
    use super::path_of;
    use crate::location::RepoPath;

    #[test]
    fn a_file_is_served_by_where_it_stands() {
        let cases = [
            ("web/src/app/api/users/[id]/route.ts", Some("/api/users/{id}")),
            ("web/app/(shop)/cart/@modal/route.js", Some("/cart")),
            ("web/app/route.ts", Some("/")),
            ("web/app/_lib/route.ts", None),
            ("web/pages/api/index.ts", Some("/api")),
            ("web/pages/api/files/[[...path]].ts", Some("/api/files/{path}")),
            ("web/src/pages/api/a/[...slug].ts", Some("/api/a/{slug}")),
            ("web/lib/app/x/route.ts", None),
        ];
        for (file, expected) in cases {
            assert_eq!(path_of(&RepoPath::new(file), &RepoPath::new("web")).as_deref(), expected, "{file}");
        }
    }
}
