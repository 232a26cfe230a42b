//! A route's path as a client sends it: parts put together, parameters as `{name}`.
//! Sources: the routing chapters of the NestJS and Express documentation (path-to-regexp).

/// Puts parts together: single slashes, no trailing one, parameters in braces; no part at all is `/`.
pub(crate) fn client_path(parts: &[&str]) -> String {
    let mut path = String::new();
    for segment in parts.iter().flat_map(|part| split_segments(part)) {
        path.push('/');
        path.push_str(&braces(&segment));
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

/// Splits at slashes that stand outside parentheses: a parameter's pattern may hold one.
fn split_segments(part: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut depth = 0_usize;
    for letter in part.trim().chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if letter == '/' && depth == 0 {
            segments.push(String::new());
        } else if let Some(last) = segments.last_mut() {
            last.push(letter);
        }
    }
    segments.retain(|segment| !segment.is_empty());
    segments
}

/// `:id` -> `{id}`, `:id(\d+)` -> `{id}`, `:id?` -> `{id}`, `(.*)` -> `*`; several in one segment too.
fn braces(segment: &str) -> String {
    let mut out = String::new();
    let mut rest = segment;
    while let Some(at) = rest.find([':', '(']) {
        out.push_str(&rest[..at]);
        let is_parameter = rest[at..].starts_with(':');
        let name_length =
            if is_parameter { rest[at + 1..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len() - at - 1) } else { 0 };
        if is_parameter && name_length == 0 {
            out.push(':');
            rest = &rest[at + 1..];
            continue;
        }
        let after = if is_parameter { &rest[at + 1 + name_length..] } else { &rest[at..] };
        if is_parameter {
            out.push('{');
            out.push_str(&rest[at + 1..at + 1 + name_length]);
            out.push('}');
        }
        let behind_pattern = skip_pattern(after);
        if !is_parameter {
            out.push('*');
        }
        rest = behind_pattern.strip_prefix(['?', '+', '*']).unwrap_or(behind_pattern);
    }
    out.push_str(rest);
    out
}

/// The text behind a parenthesised pattern, when one stands first.
fn skip_pattern(text: &str) -> &str {
    if !text.starts_with('(') {
        return text;
    }
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[at + 1..];
        }
    }
    ""
}

/// Whether a path, `/`-separated and without prefix, is one that a pattern names: equal, a parameter, or behind a wildcard.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let pattern = client_path(&[pattern]);
    let path = client_path(&[path]);
    let mut left = pattern.split('/');
    let mut right = path.split('/');
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(part), _) if part.starts_with('*') || part.starts_with("{*") => return true,
            (Some(a), Some(b)) if a == b || a.starts_with('{') => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{client_path, matches};

    #[test]
    fn parts_become_one_path() {
        assert_eq!(client_path(&[]), "/");
        assert_eq!(client_path(&["", "/", ""]), "/");
        assert_eq!(client_path(&["/api/", "v1", "users/", "/:id"]), "/api/v1/users/{id}");
        assert_eq!(client_path(&["files/:id(\\d+)/:name?"]), "/files/{id}/{name}");
        assert_eq!(client_path(&["a/(.*)"]), "/a/*");
        assert_eq!(client_path(&["range/:from-:to", "x:"]), "/range/{from}-{to}/x:");
        assert_eq!(client_path(&["f/:path(a/b)"]), "/f/{path}");
    }

    #[test]
    fn an_exclude_names_a_path() {
        assert!(matches("health", "/health"));
        assert!(!matches("health", "/health/live"));
        assert!(matches("auth/(.*)", "auth/login/x"));
        assert!(matches("users/:id", "users/7"));
        assert!(matches("/", ""));
    }
}
