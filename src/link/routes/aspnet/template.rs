//! Route templates of ASP.NET Core as clients send them: tokens, constraints, defaults and versions put in or taken away.
//! Source: the ASP.NET Core documentation, "Routing in ASP.NET Core" and "Routing to controller actions".

/// What the tokens of a template stand for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tokens<'a> {
    /// The controller's name without `Controller`.
    pub(super) controller: &'a str,
    /// The name of the action.
    pub(super) action: &'a str,
    /// The area; empty where there is none.
    pub(super) area: &'a str,
}

/// Puts parts together: one slash between them, `{id:int?}` -> `{id}`, `[controller]` put in; no part at all is `/`.
pub(super) fn path(parts: &[&str], tokens: Tokens<'_>) -> String {
    let mut out = String::new();
    for part in parts {
        for segment in segments(part.trim().trim_start_matches('~')) {
            if let Some((value, is_default)) = own_value(&segment, tokens) {
                // What a client need not say is left out.
                if !is_default {
                    out.push('/');
                    out.push_str(value);
                }
                continue;
            }
            out.push('/');
            out.push_str(&plain(&put_in(&segment, tokens)));
        }
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

/// The path with the segment of the version as a client sends it; `None` where it holds none.
pub(super) fn versioned(path: &str, version: &str) -> Option<String> {
    let at = VERSION_NAMES.iter().find_map(|name| path.find(name).map(|at| (at, name.len())));
    let (at, length) = at?;
    Some(format!("{}{}{}", &path[..at], version, &path[at + length..]))
}

/// What is left of `{version:apiVersion}` once constraints are taken away. The constraint is marked, since a plain `{version}` is none.
const VERSION_NAMES: &[&str] = &["{:apiVersion}"];

/// Splits at slashes that stand outside braces: a constraint may hold one.
fn segments(part: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut depth = 0_usize;
    for letter in part.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if letter == '/' && depth == 0 {
            found.push(String::new());
        } else if let Some(last) = found.last_mut() {
            last.push(letter);
        }
    }
    found.retain(|segment| !segment.is_empty());
    found
}

fn put_in(segment: &str, tokens: Tokens<'_>) -> String {
    let mut out = segment.to_owned();
    for (name, value) in [("[controller]", tokens.controller), ("[action]", tokens.action), ("[area]", tokens.area)] {
        let lower = out.to_ascii_lowercase();
        if let Some(at) = lower.find(name) {
            out.replace_range(at..at + name.len(), value);
        }
    }
    out
}

/// The parameter of a segment that only the controller or action itself may fill, and what it falls back to: `{action:slug=Index}`.
fn own_value<'t>(segment: &str, tokens: Tokens<'t>) -> Option<(&'t str, bool)> {
    let inner = segment.strip_prefix('{')?.strip_suffix('}')?;
    let name = inner.split([':', '=', '?']).next()?;
    let value = match name.to_ascii_lowercase().as_str() {
        "controller" => tokens.controller,
        "action" => tokens.action,
        "area" => tokens.area,
        _ => return None,
    };
    let default = inner.split_once('=').map(|(_, default)| default);
    (!value.is_empty()).then(|| (value, default.is_some_and(|default| default.eq_ignore_ascii_case(value))))
}

/// `{id:int}` -> `{id}`, `{*path}` -> `{path}`, `{page=1}` -> `{page}`, several in one segment too.
fn plain(segment: &str) -> String {
    let mut out = String::new();
    let mut name = String::new();
    let mut depth = 0_usize;
    for letter in segment.chars() {
        match letter {
            '{' if depth == 0 => {
                depth = 1;
                name.clear();
            }
            '{' => {
                depth += 1;
                name.push(letter);
            }
            '}' if depth == 1 => {
                depth = 0;
                out.push_str(&parameter(&name));
            }
            '}' if depth > 1 => {
                depth -= 1;
                name.push(letter);
            }
            _ if depth > 0 => name.push(letter),
            _ => out.push(letter),
        }
    }
    out
}

fn parameter(inner: &str) -> String {
    if inner.to_ascii_lowercase().contains(":apiversion") {
        return "{:apiVersion}".to_owned();
    }
    let name = inner.trim_start_matches('*').split([':', '=', '?']).next().unwrap_or_default();
    format!("{{{}}}", name.trim())
}

/// Whether a template starts anew instead of being put behind that of the class.
pub(super) fn is_absolute(template: &str) -> bool {
    template.starts_with('/') || template.starts_with("~/")
}

/// `1` of `1.0`, `1.2` of `1.2`.
pub(super) fn version_segment(version: &str) -> String {
    version.strip_suffix(".0").unwrap_or(version).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Tokens, path, versioned};

    #[test]
    fn templates_become_paths() {
        let tokens = Tokens { controller: "Orders", action: "Ship", area: "Shop" };
        let cases: &[(&[&str], &str)] = &[
            (&[], "/"),
            (&["api/[controller]", "{id:int}"], "/api/Orders/{id}"),
            (&["[area]/[controller]/[action]/{id?}"], "/Shop/Orders/Ship/{id}"),
            (&["/items/{name:minlength(1)}/{*rest}"], "/items/{name}/{rest}"),
            (&["x/{code:regex(^\\d{{3}}$)}/y"], "/x/{code}/y"),
            (&["files/{a}-{b:alpha}.{ext=txt}"], "/files/{a}-{b}.{ext}"),
            (&["~/root"], "/root"),
            (&["account/{action:lowercase=Index}"], "/account/Ship"),
            (&["{area}/{controller=Orders}/{action=Ship}/{id?}"], "/Shop/{id}"),
        ];
        for (parts, expected) in cases {
            assert_eq!(path(parts, tokens), *expected);
        }
        let with_version = path(&["api/v{version:apiVersion}/[controller]"], tokens);
        assert_eq!(versioned(&with_version, "1").as_deref(), Some("/api/v1/Orders"));
        assert_eq!(versioned("/api/{version}", "1"), None);
    }
}
