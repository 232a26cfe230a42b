//! Caddyfiles: which requests go on to which address. Source: the documentation of Caddy.
//! A directive ends with its line; a block stands in braces at the ends of lines.

use std::collections::BTreeMap;

use super::passed::Passed;

/// How deep blocks are read.
const DEPTH_LIMIT: usize = 16;

/// What surrounds a line.
#[derive(Clone, Default)]
struct Scope {
    site: String,
    /// Whether the address of the only site was read.
    named: bool,
    path: String,
    /// Matchers of the site: `@api` -> `/api/*`.
    matchers: BTreeMap<String, String>,
    /// The matcher whose block this is.
    matcher: Option<String>,
    /// The path of the `reverse_proxy` whose block this is.
    proxy: Option<String>,
}

/// What a file passes on.
pub(crate) fn passed(text: &str) -> Vec<Passed> {
    let mut scopes: Vec<Scope> = vec![Scope::default()];
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut words: Vec<&str> = line.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
        if words == ["}"] {
            close(&mut scopes);
            continue;
        }
        let opens = words.last() == Some(&"{") && words.pop().is_some();
        let top = scopes.len() == 1;
        let Some(scope) = scopes.last_mut() else { break };
        let mut inner = scope.clone();
        if top && !opens && !words.is_empty() && !scope.named {
            // A file with one site may leave its braces out: the address stands alone in the first line.
            scope.site = site_of(&words);
            scope.named = true;
        } else if top && opens {
            inner.site = site_of(&words);
        } else {
            read(&words, scope, &mut inner, (number, &mut found));
        }
        if opens {
            if scopes.len() >= DEPTH_LIMIT {
                return found;
            }
            scopes.push(inner);
        }
    }
    found
}

/// Ends a block; what matchers it made stand in the block around it.
fn close(scopes: &mut Vec<Scope>) {
    if scopes.len() > 1
        && let (Some(inner), Some(outer)) = (scopes.pop(), scopes.last_mut())
        && let Some(name) = inner.matcher
    {
        outer.matchers.insert(name, inner.path);
    }
}

fn read(words: &[&str], scope: &mut Scope, inner: &mut Scope, (number, found): (u32, &mut Vec<Passed>)) {
    let mut add = |path: &str, addresses: &[&str], site: &str| {
        let plain =
            addresses.iter().filter(|address| !address.starts_with("unix/") && !address.starts_with('{') || address.starts_with("{$"));
        for address in plain {
            let address = address.replace("{$", "${").replace("h2c://", "grpc://");
            let address = if address.contains("://") { address } else { format!("http://{address}") };
            found.push(Passed { path: format!("{site}{path}"), address, line: number });
        }
    };
    match words {
        ["handle" | "handle_path" | "route", path, ..] => inner.path = matched(path, scope),
        [name, rest @ ..] if name.starts_with('@') => match rest {
            ["path" | "host", paths @ ..] => _ = scope.matchers.insert((*name).to_owned(), paths.join(",")),
            _ => inner.matcher = Some((*name).to_owned()),
        },
        ["path", paths @ ..] if scope.matcher.is_some() => scope.path = paths.join(","),
        ["reverse_proxy" | "php_fastcgi", rest @ ..] => {
            let (path, addresses) = match rest {
                [first, others @ ..] if first.starts_with(['/', '@', '*']) => (matched(first, scope), others),
                others => (scope.path.clone(), others),
            };
            add(&path, addresses, &scope.site);
            inner.proxy = Some(path);
        }
        ["to", addresses @ ..] => {
            if let Some(path) = scope.proxy.clone() {
                add(&path, addresses, &scope.site);
            }
        }
        _ => {}
    }
}

fn matched(word: &str, scope: &Scope) -> String {
    scope.matchers.get(word).cloned().unwrap_or_else(|| if word.starts_with('/') { word.to_owned() } else { scope.path.clone() })
}

/// The name of a site, where it is one of the outside: not a port, not this machine, not a variable.
fn site_of(words: &[&str]) -> String {
    let name = words.first().map(|word| word.trim_end_matches(',')).unwrap_or_default();
    let name = name.trim_start_matches("https://").trim_start_matches("http://");
    let name = name.split(':').next().unwrap_or(name);
    if name.contains('.') && !name.contains(['{', '(', '*']) { name.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::passed;

    fn shown(text: &str) -> Vec<String> {
        passed(text).into_iter().map(|one| format!("{} -> {}", one.path, one.address)).collect()
    }

    #[test]
    fn sites_matchers_and_blocks_lead_to_addresses() {
        let text = concat!(
            "{\n  email a@b.c\n}\nshop.example.com {\n  @ws path /ws/*\n  reverse_proxy @ws chat:9000\n  handle_path /api/* {\n    reverse_proxy api1:80 api2:80 {\n      lb_policy first\n    }\n  }\n",
            "  handle {\n    reverse_proxy {$WEB_HOST}:3000\n  }\n  reverse_proxy /x/* {\n    to other:1\n  }\n}\n",
        );
        let expected = [
            "shop.example.com/ws/* -> http://chat:9000",
            "shop.example.com/api/* -> http://api1:80",
            "shop.example.com/api/* -> http://api2:80",
            "shop.example.com -> http://${WEB_HOST}:3000",
            "shop.example.com/x/* -> http://other:1",
        ];
        assert_eq!(shown(text), expected);
        assert_eq!(shown(":80\nreverse_proxy /api/* api:8080\n"), ["/api/* -> http://api:8080"]);
    }
}
