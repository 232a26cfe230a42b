//! Configuration of nginx: which requests go on to which address. Source: the documentation of nginx.
//! An address with a variable that the file itself does not set stays as written; users and passwords in it are cut off by who reads on.

use std::collections::BTreeMap;

use super::directives::{Directive, directives};
use super::passed::Passed;

/// Directives that pass requests on, and the scheme of an address that states none.
const PASSES: &[(&str, &str)] = &[
    ("proxy_pass", "http"),
    ("grpc_pass", "grpc"),
    ("fastcgi_pass", "fastcgi"),
    ("uwsgi_pass", "uwsgi"),
    ("scgi_pass", "scgi"),
    ("memcached_pass", "memcached"),
];

/// What a file passes on; `None` where it nests too deep.
pub(crate) fn passed(text: &str) -> Option<Vec<Passed>> {
    let all = directives(text)?;
    let mut reader = Reader::default();
    reader.groups(&all);
    reader.walk(&all, &Scope::default());
    reader.found.sort();
    reader.found.dedup();
    Some(reader.found)
}

#[derive(Default)]
struct Reader<'a> {
    /// Upstream -> its servers.
    groups: BTreeMap<&'a str, Vec<&'a str>>,
    found: Vec<Passed>,
}

/// What surrounds a directive.
#[derive(Clone, Default)]
struct Scope {
    server: String,
    path: String,
    variables: BTreeMap<String, String>,
    /// Whether whole connections are handed on, without HTTP.
    stream: bool,
}

impl<'a> Reader<'a> {
    fn groups(&mut self, all: &'a [Directive]) {
        for one in all {
            match (one.name.as_str(), one.words.first()) {
                ("upstream", Some(name)) => {
                    let servers = one.named("server").filter_map(|server| server.words.first()).map(String::as_str);
                    self.groups.entry(name).or_default().extend(servers.filter(|server| !server.starts_with("unix:")));
                }
                ("http" | "stream", _) => self.groups(&one.block),
                _ => {}
            }
        }
    }

    fn walk(&mut self, all: &'a [Directive], around: &Scope) {
        let mut scope = around.clone();
        for one in all.iter().filter(|one| one.name == "set") {
            if let [name, value, ..] = one.words.as_slice() {
                scope.variables.insert(name.trim_start_matches('$').to_owned(), value.clone());
            }
        }
        for one in all {
            let mut inner = scope.clone();
            match one.name.as_str() {
                "server" => inner.server = server_name(one),
                "location" => inner.path = one.words.join(" "),
                "stream" => inner.stream = true,
                "upstream" | "map" | "geo" | "types" => continue,
                name => {
                    if let Some((_, scheme)) = PASSES.iter().find(|(known, _)| *known == name) {
                        self.pass(one, scheme, &scope);
                    }
                }
            }
            if !one.block.is_empty() {
                self.walk(&one.block, &inner);
            }
        }
    }

    fn pass(&mut self, one: &Directive, scheme: &str, scope: &Scope) {
        let Some(address) = one.words.first() else { return };
        let address = set_variables(address, &scope.variables);
        let (scheme, rest) = address.split_once("://").unwrap_or((if scope.stream { "tcp" } else { scheme }, &address));
        let host = rest.split('/').next().unwrap_or(rest);
        let path = if scope.stream { String::new() } else { format!("{}{}", scope.server, scope.path) };
        let mut add = |host: &str| self.found.push(Passed { path: path.clone(), address: format!("{scheme}://{host}"), line: one.line });
        match self.groups.get(host) {
            Some(servers) => servers.iter().for_each(|server| add(server)),
            None if host.starts_with("unix:") => {}
            None => add(host),
        }
    }
}

/// The first name of a server that says something; `_` and the machine itself do not.
fn server_name(server: &Directive) -> String {
    let names = server.named("server_name").flat_map(|one| &one.words);
    let mut plain = names.filter(|name| {
        name.contains('.') && !name.contains(['~', '$', '{']) && !name.starts_with("127.") && !name.starts_with("localhost")
    });
    plain.next().cloned().unwrap_or_default()
}

/// Puts in what `set` says of a variable; `$host` and its like stay.
fn set_variables(text: &str, known: &BTreeMap<String, String>) -> String {
    let Some(at) = text.find('$') else { return text.to_owned() };
    let rest = text[at + 1..].trim_start_matches('{');
    let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
    match known.get(&rest[..end]) {
        Some(value) => format!("{}{value}{}", &text[..at], rest[end..].trim_start_matches('}')),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::passed;

    fn shown(text: &str) -> Vec<String> {
        passed(text).unwrap().into_iter().map(|one| format!("{} -> {}", one.path, one.address)).collect()
    }

    #[test]
    fn locations_lead_over_upstreams_to_servers() {
        let text = concat!(
            "http {\n  upstream api { least_conn; server api1:8080 weight=2; server api2:8080; }\n  server {\n    listen 80;\n    server_name shop.example.com;\n",
            "    location / { root /x; }\n    location /api/ { proxy_pass http://api/v1/; }\n    location = /ws { set $back chat:9000; proxy_pass http://$back; }\n",
            "    location ~ \\.php$ { fastcgi_pass php:9000; }\n    # location /old { proxy_pass http://old; }\n  }\n}\nstream { server { listen 5432; proxy_pass db:5432; } }\n",
        );
        let expected = [
            " -> tcp://db:5432",
            "shop.example.com/api/ -> http://api1:8080",
            "shop.example.com/api/ -> http://api2:8080",
            "shop.example.com= /ws -> http://chat:9000",
            "shop.example.com~ \\.php$ -> fastcgi://php:9000",
        ];
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn variables_of_the_environment_stay_and_sockets_lead_nowhere() {
        let text = "server { server_name _; location /a { proxy_pass http://${API_HOST}:80/; } location /b { uwsgi_pass unix:/run/x; } }";
        assert_eq!(shown(text), ["/a -> http://${API_HOST}:80"]);
    }
}
