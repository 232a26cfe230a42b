//! Paths of routes as a client sends them: parameters in braces, one slash between parts.
//! Source: the documentation of each library.

use super::libraries::Library;

/// The path as a client sends it: parameters in braces, one slash between parts, none at the end.
pub(super) fn normal(path: &str, library: Library) -> String {
    let path = match library {
        // `example.org/x` names a host too.
        Library::Standard | Library::RouteGroup => {
            let path = if path.starts_with('/') { path } else { path.find('/').map_or(path, |at| &path[at..]) };
            path.strip_suffix("{$}").unwrap_or(path)
        }
        _ => path,
    };
    let parts: Vec<String> = parts(path).into_iter().filter(|part| !part.is_empty()).map(|part| parameter(&part, library)).collect();
    let end = if matches!(library, Library::Standard | Library::RouteGroup) && path.ends_with('/') && !parts.is_empty() { "/" } else { "" };
    format!("/{}{end}", parts.join("/"))
}

/// The parts between slashes; a slash in braces belongs to a pattern.
fn parts(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for letter in path.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match (letter, depth) {
            ('/', 0) => parts.push(String::new()),
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.push(letter);
                }
            }
        }
    }
    parts
}

/// `{id}` of Beego's `:id`, `:id:int`, `?:id`, `:id([0-9]+)`.
fn of_beego(part: &str) -> String {
    let Some((before, named)) = part.split_once(':') else { return part.to_owned() };
    let name: String = named.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    let rest = &named[name.len()..];
    // A kind or a pattern says what the parameter may be; what follows that is part of the path again.
    let rest = match rest.chars().next() {
        Some('(') => rest.rsplit_once(')').map_or("", |(_, after)| after),
        Some(':') => rest[1..].trim_start_matches(char::is_alphanumeric),
        _ => rest,
    };
    format!("{}{{{name}}}{rest}", before.trim_end_matches('?'))
}

/// `{id}` of `:id`, `:id?`, `{id:[0-9]+}`, `{id...}`, `*id`.
fn parameter(part: &str, library: Library) -> String {
    if library == Library::Nested && part.split('{').next().is_some_and(|head| head.contains(':')) {
        return of_beego(part.trim_start_matches('^').trim_end_matches('$'));
    }
    if library == Library::Beego {
        return of_beego(part);
    }
    if matches!(library, Library::Gin | Library::Echo | Library::Fiber | Library::HttpRouter | Library::Zero) {
        let (sign, rest) = (part.chars().next(), part.get(1..).unwrap_or_default());
        return match sign {
            Some(':') => {
                // fiber ends a name at a hyphen or dot too, the others at the slash alone.
                let stops = |letter: char| library == Library::Fiber && !(letter.is_alphanumeric() || letter == '_');
                let end = rest.find(stops).unwrap_or(rest.len());
                let tail = rest[end..].trim_start_matches('?');
                let tail = if tail.starts_with(['<', '(']) { "" } else { tail };
                format!("{{{}}}{tail}", &rest[..end])
            }
            Some('*') if !rest.is_empty() => format!("{{{rest}}}"),
            _ => part.to_owned(),
        };
    }
    let mut out = String::new();
    let mut rest = part;
    while let Some((head, tail)) = rest.split_once('{') {
        let mut depth = 1_usize;
        let end = tail.char_indices().find_map(|(at, letter)| {
            depth = match letter {
                '{' => depth + 1,
                '}' => depth - 1,
                _ => depth,
            };
            (depth == 0).then_some(at)
        });
        let Some(end) = end else { break };
        let name = tail[..end].split([':', '.', '?']).next().unwrap_or_default().trim();
        out.push_str(&format!("{head}{{{name}}}"));
        rest = &tail[end + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::super::libraries::Library::{Beego, Chi, Echo, Fiber, Gin, Gorilla, Nested, Standard};
    use super::normal;

    #[test]
    fn a_path_is_as_a_client_sends_it() {
        let cases = [
            ("/users/:id/", Gin, "/users/{id}"),
            ("/files/*path", Gin, "/files/{path}"),
            ("//a//:b", Echo, "/a/{b}"),
            ("/groups/:alert-group", Echo, "/groups/{alert-group}"),
            ("/x/:id?", Fiber, "/x/{id}"),
            ("/x/:id<int>", Fiber, "/x/{id}"),
            ("/v/{id:[0-9]{2,3}}/{name}", Chi, "/v/{id}/{name}"),
            ("/v/{rest:.*/.*}", Gorilla, "/v/{rest}"),
            ("/a/{id...}", Standard, "/a/{id}"),
            ("/static/", Standard, "/static/"),
            ("/{$}", Standard, "/"),
            ("example.org/a", Standard, "/a"),
            ("", Chi, "/"),
            ("/api/:id:int/x/?:name", Beego, "/api/{id}/x/{name}"),
            ("/raw/:sha([a-f0-9]{7,40})", Nested, "/raw/{sha}"),
            ("/{owner}/{name:[a-z]+}", Nested, "/{owner}/{name}"),
            ("/api/cms_:id([0-9]+).html", Beego, "/api/cms_{id}.html"),
        ];
        for (path, library, expected) in cases {
            assert_eq!(normal(path, library), expected, "{path}");
        }
    }
}
