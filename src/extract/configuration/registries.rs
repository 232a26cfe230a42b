//! Package managers' own configuration: private registries, their scopes, and where the token comes from.
//! Of a token only the name of its variable is told, or that it stands in the file.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, PackageRegistry};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.registries",
    about: ".npmrc, .yarnrc and .yarnrc.yml: private registries and the variable that holds their token",
    kinds: &[FileKind::ToolConfig, FileKind::Yaml],
    markers: &["registry", "Registry", "authToken", "AuthToken"],
    when: When::Marked,
    queries: &[],
    extract,
};

const PUBLIC_HOSTS: &[&str] = &["registry.npmjs.org", "registry.yarnpkg.com", "registry.npmjs.com"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let found = match cx.file.path.name() {
        ".npmrc" | ".yarnrc" => read_rc(cx.text),
        ".yarnrc.yml" | ".yarnrc.yaml" => read_berry(cx.text),
        _ => return,
    };
    for (registry, line) in found {
        sink.fact(line, Fact::PackageRegistry(registry));
    }
}

/// `.npmrc` (`key=value`) and `.yarnrc` (`key "value"`).
fn read_rc(text: &str) -> Vec<(PackageRegistry, u32)> {
    let mut found: Vec<(PackageRegistry, u32)> = Vec::new();
    let mut tokens = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.starts_with(['#', ';']) {
            continue;
        }
        let Some((key, value)) = split_setting(line) else { continue };
        if let Some(before) = key.strip_suffix("registry") {
            let scope = before.strip_suffix(':').filter(|scope| scope.starts_with('@'));
            let host = host_of(value);
            if (scope.is_some() || before.is_empty()) && !host.is_empty() && !PUBLIC_HOSTS.contains(&host.as_str()) {
                found.push((PackageRegistry { scope: scope.map(str::to_owned), host, ..PackageRegistry::default() }, number));
            }
        } else if ["_authToken", "_auth", "_password"].iter().any(|ending| key.ends_with(ending)) {
            tokens.push((host_of(key), value, number));
        }
    }
    for (host, value, line) in tokens {
        add_token(&mut found, &host, value, line);
    }
    found
}

fn split_setting(line: &str) -> Option<(&str, &str)> {
    let at = line.find(|one: char| one == '=' || one.is_whitespace())?;
    let value = line[at + 1..].trim_start_matches([' ', '=', '\t']);
    Some((line[..at].trim_matches('"'), value.trim().trim_matches(['"', '\''])))
}

/// `.yarnrc.yml`: `npmRegistryServer`, `npmScopes.<scope>`, `npmAuthToken`, told by indentation.
fn read_berry(text: &str) -> Vec<(PackageRegistry, u32)> {
    let mut found: Vec<(PackageRegistry, u32)> = Vec::new();
    let mut section = "";
    let mut scope: Option<&str> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let indent = line.len() - line.trim_start().len();
        let Some((key, value)) = line.trim().split_once(':') else { continue };
        let (key, value) = (key.trim_matches(['"', '\'']), value.trim().trim_matches(['"', '\'']));
        match indent {
            0 => (section, scope) = (key, None),
            _ if section == "npmScopes" && value.is_empty() => scope = Some(key),
            _ => {}
        }
        if key.starts_with('#') || indent > 0 && section != "npmScopes" && section != "npmRegistries" {
            continue;
        }
        let named = scope.map(|name| format!("@{name}"));
        if key == "npmRegistryServer" {
            let host = host_of(value);
            if !PUBLIC_HOSTS.contains(&host.as_str()) {
                found.push((PackageRegistry { scope: named, host, ..PackageRegistry::default() }, number));
            }
        } else if matches!(key, "npmAuthToken" | "npmAuthIdent") {
            let host = found.iter().find(|(one, _)| one.scope == named).map(|(one, _)| one.host.clone()).unwrap_or_default();
            add_token(&mut found, &host, value, number);
        }
    }
    found
}

/// Notes on the registries of a host how their token is given.
fn add_token(found: &mut Vec<(PackageRegistry, u32)>, host: &str, value: &str, line: u32) {
    let variable = variable_of(value);
    let in_file = variable.is_none() && !value.is_empty();
    let mut known = false;
    for (registry, _) in found.iter_mut().filter(|(registry, _)| registry.host == host) {
        registry.token_variable.clone_from(&variable);
        registry.token_in_file = in_file;
        known = true;
    }
    if !known && (in_file || variable.is_some()) {
        found.push((PackageRegistry { scope: None, host: host.to_owned(), token_variable: variable, token_in_file: in_file }, line));
    }
}

/// `NPM_TOKEN` of `${NPM_TOKEN}`, `${NPM_TOKEN-default}` or `$NPM_TOKEN`.
fn variable_of(value: &str) -> Option<String> {
    let rest = value.strip_prefix("${").or_else(|| value.strip_prefix('$'))?;
    let name: String = rest.chars().take_while(|one| one.is_ascii_alphanumeric() || *one == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The host of a URL or of a key `//host/path/:_authToken`, without user information and port.
pub(super) fn host_of(text: &str) -> String {
    let Some((_, rest)) = text.split_once("//") else { return String::new() };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{read_berry, read_rc};
    use crate::finding::PackageRegistry;

    fn shown(found: Vec<(PackageRegistry, u32)>) -> Vec<String> {
        let show = |(one, line): (PackageRegistry, u32)| {
            format!(
                "{line} {} {} {} {}",
                one.scope.unwrap_or_default(),
                one.host,
                one.token_variable.unwrap_or_default(),
                one.token_in_file
            )
        };
        found.into_iter().map(show).collect()
    }

    #[test]
    fn scopes_hosts_and_token_variables_are_read_but_no_token() {
        let npmrc = "# @old:registry=https://old.example\n@acme:registry=https://npm.pkg.github.com\nregistry=https://registry.npmjs.org/\n\
                     //npm.pkg.github.com/:_authToken=${NPM_TOKEN}\nsave-exact=true\n//r.example.com/:_authToken=npm_MARKER\n";
        assert_eq!(shown(read_rc(npmrc)), ["2 @acme npm.pkg.github.com NPM_TOKEN false", "6  r.example.com  true"]);
        assert_eq!(
            shown(read_rc("\"@infludb-inc:registry\" \"https://user:pw@npm.pkg.github.com:443/x\"\n")),
            ["1 @infludb-inc npm.pkg.github.com  false"]
        );
        let berry = "nodeLinker: node-modules\nnpmScopes:\n  acme:\n    npmAlwaysAuth: true\n    npmRegistryServer: \"https://npm.acme.dev\"\n    npmAuthToken: \"${ACME_TOKEN-}\"\n\
                     npmRegistryServer: https://registry.yarnpkg.com\n";
        assert_eq!(shown(read_berry(berry)), ["5 @acme npm.acme.dev ACME_TOKEN false"]);
    }
}
