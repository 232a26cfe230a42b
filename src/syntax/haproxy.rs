//! Configuration of HAProxy: which frontends lead to which servers. Source: its configuration manual.

use std::collections::{BTreeMap, BTreeSet};

use super::passed::Passed;

/// A `frontend`, `backend` or `listen`.
#[derive(Default)]
struct Section<'t> {
    name: &'t str,
    /// Servers with their lines.
    servers: Vec<(&'t str, u32)>,
    /// Backends that it uses, with the paths that choose each.
    uses: Vec<(&'t str, BTreeSet<String>)>,
    /// Condition -> the paths and hosts that it asks for.
    conditions: BTreeMap<&'t str, BTreeSet<String>>,
    tcp: bool,
}

/// What a file passes on.
pub(crate) fn passed(text: &str) -> Vec<Passed> {
    let sections = sections(text);
    let mut paths: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (backend, chosen) in sections.iter().flat_map(|section| &section.uses) {
        paths.entry(backend).or_default().extend(chosen.iter().cloned());
    }
    let none = BTreeSet::from([String::new()]);
    let mut found = Vec::new();
    for section in &sections {
        let of_section = paths.get(section.name).filter(|paths| !paths.is_empty()).unwrap_or(&none);
        let scheme = if section.tcp { "tcp" } else { "http" };
        for (server, line) in &section.servers {
            found.extend(of_section.iter().map(|path| Passed { path: path.clone(), address: format!("{scheme}://{server}"), line: *line }));
        }
    }
    found
}

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut all: Vec<Section<'_>> = Vec::new();
    let mut tcp = false;
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
        match words.as_slice() {
            ["frontend" | "backend" | "listen", name, ..] => all.push(Section { name, tcp, ..Section::default() }),
            ["global" | "defaults" | "resolvers" | "peers" | "userlist" | "program" | "cache", ..] => all.push(Section::default()),
            ["mode", mode, ..] => match all.last_mut().filter(|section| !section.name.is_empty()) {
                Some(section) => section.tcp = *mode == "tcp",
                None => tcp = *mode == "tcp",
            },
            words => {
                if let Some(section) = all.last_mut().filter(|section| !section.name.is_empty()) {
                    line_of(section, words, number);
                }
            }
        }
    }
    all
}

fn line_of<'t>(section: &mut Section<'t>, words: &[&'t str], number: u32) {
    match words {
        ["server" | "server-template", _, address, ..] if !address.starts_with("unix@") && !address.starts_with('/') => {
            section.servers.push((address, number));
        }
        ["acl", name, test, values @ ..] => section.conditions.entry(name).or_default().extend(asked(test, values)),
        ["default_backend", name, ..] => section.uses.push((name, BTreeSet::new())),
        ["use_backend", name, "if", rest @ ..] => {
            let inline = rest.iter().position(|word| *word == "{").map(|at| &rest[at + 1..]);
            let mut chosen: BTreeSet<String> = rest.iter().filter_map(|word| section.conditions.get(word)).flatten().cloned().collect();
            if let Some([test, values @ ..]) = inline {
                chosen.extend(asked(test, &values.iter().copied().take_while(|word| *word != "}").collect::<Vec<_>>()));
            }
            section.uses.push((name, chosen));
        }
        _ => {}
    }
}

/// The paths or hosts that a test asks for; of other tests nothing.
fn asked(test: &str, values: &[&str]) -> BTreeSet<String> {
    let asks = matches!(
        test,
        "path_beg" | "path" | "path_dir" | "hdr(host)" | "hdr_beg(host)" | "hdr_dom(host)" | "req.hdr(host)" | "ssl_fc_sni" | "req_ssl_sni"
    );
    values.iter().filter(|value| asks && !value.starts_with('-')).map(|value| (*value).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn frontends_lead_to_servers_by_path_and_host() {
        let text = concat!(
            "defaults\n  mode http\nfrontend web\n  bind *:80\n  acl is_api path_beg /api\n  use_backend api if is_api\n  use_backend chat if { path_beg /ws /chat }\n  default_backend pages\n",
            "backend api\n  server a1 api:8080 check\nbackend chat\n  server c chat:9000\nbackend pages\n  server w web:3000 # x\nlisten pg\n  mode tcp\n  server db db:5432\n",
        );
        let shown: Vec<String> = passed(text).into_iter().map(|one| format!("{} -> {}", one.path, one.address)).collect();
        let expected =
            ["/api -> http://api:8080", "/chat -> http://chat:9000", "/ws -> http://chat:9000", " -> http://web:3000", " -> tcp://db:5432"];
        assert_eq!(shown, expected);
    }
}
