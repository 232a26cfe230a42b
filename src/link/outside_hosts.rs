//! Hosts outside of the system that no known service has: what code calls, and what settings of its containers lead to.
//! A host in a link, a comment or a schema is none; nor is an address of the system itself, or one that only shows what to write.

use std::collections::{BTreeMap, BTreeSet};

use super::golang::clients::Callee;
use super::sentence::{counted, quoted};
use super::{Input, contexts, wording};
use crate::classify::ServiceCatalogue;
use crate::finding::{Fact, HostReference};
use crate::location::Location;
use crate::model::{Integration, Model};

/// What the kind of such a host is called.
pub(super) const KIND: &str = "host";

/// Words of variables that hold an address of the system itself, or one that is only shown to people.
const OWN_WORDS: &[&str] = &[
    "ALLOWED", "APP", "AUDIENCE", "BASE", "CALLBACK", "CORS", "DOC", "DOCS", "DOMAIN", "FRONTEND", "HELP", "HOME", "ICON", "IMAGE", "LINK",
    "LOGO", "ORIGIN", "ORIGINS", "PRIVACY", "PUBLIC", "REDIRECT", "ROOT", "SCHEMA", "SELF", "SITE", "SUPPORT", "TERMS", "WEB", "WEBSITE",
];

/// Parts of hosts that stand for any host, and the ends of those that no public network knows.
const PLACEHOLDERS: &[&str] =
    &["example", "placeholder", "your", "changeme", "xxx", "foo", "bar", "domain", "acme", "test", "dummy", "mycompany", "localhost"];
const PRIVATE_ENDS: &[&str] = &[
    "arpa",
    "cluster",
    "consul",
    "default",
    "dev",
    "docker",
    "example",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "svc",
    "test",
];

/// Hosts that identify things, and are not asked for anything.
const NAMES_ONLY: &[&str] =
    &["w3.org", "xmlsoap.org", "json-schema.org", "schema.org", "ietf.org", "purl.org", "xmlns.com", "openapis.org", "apache.org"];

/// What is known of one host.
#[derive(Default)]
struct Found {
    called_by: BTreeSet<String>,
    set_for: BTreeSet<String>,
    variables: BTreeSet<String>,
    places: BTreeSet<Location>,
}

/// The pass; the known services must be there.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for (host, container, at) in called(input, model) {
        let one = found.entry(host.to_ascii_lowercase()).or_default();
        one.called_by.insert(container);
        one.places.insert(at);
    }
    for (host, container, at) in set(input, model) {
        let one = found.entry(host.host.to_ascii_lowercase()).or_default();
        one.set_for.insert(container);
        one.variables.insert(host.variable);
        one.places.insert(at);
    }
    let project = plain(contexts::project(input));
    for (host, one) in found.into_iter().filter(|(host, _)| is_foreign(host, &project)) {
        // `slack.com` is Slack, by whatever name of its own it is asked.
        let service = host.rsplit('.').nth(1).and_then(|label| ServiceCatalogue::get().by_label(label));
        let key = service.map_or(host.as_str(), |service| service.name);
        one.places.iter().for_each(|at| model.prove(at, "host", &["external_integrations", key]));
        let used_by: BTreeSet<String> = one.called_by.union(&one.set_for).cloned().collect();
        let evidence: BTreeSet<String> =
            std::iter::once(host.clone()).chain(one.variables.iter().filter(|name| !name.is_empty()).cloned()).collect();
        match model.integrations.get_mut(key) {
            Some(known) => {
                known.used_by.extend(used_by);
                known.evidence.extend(evidence);
            }
            None => {
                let kind = service.map_or(KIND, |service| service.kind).to_owned();
                let description = service.map_or_else(|| description(&one), |_| format!("Used through the host `{host}`."));
                model.integrations.insert(key.to_owned(), Integration { description, kind, used_by, evidence });
            }
        }
    }
}

/// "Host that code of 1 container calls.", "Host that `X_URL` is set to."
fn description(found: &Found) -> String {
    if !found.called_by.is_empty() {
        return format!("Host that code of {} calls.", counted(found.called_by.len(), "container"));
    }
    format!("Host that {} leads to.", quoted(found.variables.iter(), 3))
}

/// The hosts that code calls, with the containers that do.
fn called(input: &Input<'_>, model: &Model) -> Vec<(String, String, Location)> {
    let mut found: Vec<(String, String, Location)> = Vec::new();
    for ((host, container), places) in &model.called_hosts {
        found.extend(places.iter().map(|at| (host.clone(), container.clone(), at.clone())));
    }
    for call in &input.talk(model).calls {
        if let Callee::Host(host) = &call.callee
            && input.addresses(model).find(host).is_none()
        {
            found.push((host.host.clone(), call.container.clone(), call.at.clone()));
        }
    }
    found
}

/// The hosts that settings of applications lead to.
fn set(input: &Input<'_>, model: &Model) -> Vec<(HostReference, String, Location)> {
    let mut found = Vec::new();
    let is_application = |key: &String| model.containers.get(key).is_some_and(|one| !one.backing);
    for finding in input.findings.iter().filter(|finding| input.map.file(&finding.at.path).is_none_or(|file| !file.is_test)) {
        let mut add = |hosts: &mut dyn Iterator<Item = &HostReference>, containers: BTreeSet<String>, at: &Location| {
            for host in hosts.filter(|host| leads_outside(host) && input.addresses(model).find(host).is_none()) {
                found.extend(containers.iter().filter(|key| is_application(key)).map(|key| (host.clone(), key.clone(), at.clone())));
            }
        };
        match &finding.fact {
            Fact::EnvironmentRead(read) => {
                let containers = input.usage(model).containers(model, &finding.at.path);
                let named: Vec<HostReference> =
                    read.defaults.iter().map(|host| HostReference { variable: read.name.clone(), ..host.clone() }).collect();
                add(&mut named.iter(), containers, &finding.at);
            }
            Fact::SettingsFile(file) => {
                let containers = input.usage(model).containers(model, &finding.at.path);
                for setting in &file.settings {
                    add(&mut setting.hosts.iter(), containers.clone(), &Location::new(&finding.at.path, setting.line));
                }
            }
            Fact::ComposeService(service) => {
                let key = model.compose_services.get(&(finding.at.path.clone(), service.name.clone()));
                add(&mut service.hosts.iter(), key.cloned().into_iter().collect(), &finding.at);
            }
            _ => {}
        }
    }
    found
}

/// Whether the variable of a setting says that its host is asked for something, and is no address of the system itself.
fn leads_outside(host: &HostReference) -> bool {
    let words = wording::words(&host.variable);
    let web = host.scheme.as_deref().is_some_and(|scheme| matches!(scheme, "http" | "https" | "ws" | "wss" | "grpc"));
    web && !words.iter().any(|word| OWN_WORDS.contains(&word.to_ascii_uppercase().as_str()))
}

fn plain(text: &str) -> String {
    text.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a host is a public one, of nobody that is known, and not of the system.
fn is_foreign(host: &str, project: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let Some(end) = labels.last().filter(|_| labels.len() > 1) else { return false };
    let is_public = end.len() > 1 && end.bytes().all(|byte| byte.is_ascii_alphabetic()) && !PRIVATE_ENDS.contains(end);
    let is_shown = labels.iter().flat_map(|label| label.split(['-', '_'])).any(|word| PLACEHOLDERS.contains(&word));
    let is_name = NAMES_ONLY.iter().any(|name| host == *name || host.ends_with(&format!(".{name}")));
    let is_own = labels.contains(&project) || project.len() > 3 && plain(host).contains(project);
    is_public && !is_shown && !is_name && !is_own && !host.contains(".svc") && ServiceCatalogue::get().by_host(host).is_none()
}

#[cfg(test)]
mod tests {
    use super::is_foreign;
    use crate::trial::model;

    #[test]
    fn only_public_hosts_of_nobody_known_count() {
        let foreign = ["api.rates-bureau.io", "geo.gc.ca"];
        let none = [
            "localhost",
            "db.internal",
            "api.stripe.com",
            "www.w3.org",
            "api.example.com",
            "your-host.io",
            "10.0.0.1",
            "shop.io",
            "a.ns.svc.cluster.local",
        ];
        assert!(foreign.iter().all(|host| is_foreign(host, "shop")), "{foreign:?}");
        assert!(none.iter().all(|host| !is_foreign(host, "shop")), "{none:?}");
    }

    #[test]
    fn hosts_that_code_calls_and_settings_lead_to_are_told() {
        let files = [
            (
                "package.json",
                r#"{"name": "kiosk", "dependencies": {"express": "4", "axios": "1"}, "scripts": {"start": "node server.js"}}"#,
            ),
            (
                "server.js",
                "const axios = require('axios');\nconst app = require('express')();\nconst rates = axios.create({ baseURL: 'https://api.rates-bureau.io/v1' });\nconst geo = process.env.GEO_API ?? 'https://geo.gc.ca';\napp.get('/', async (req, res) => res.json(await rates.get('/today')));\napp.listen(3000);\n",
            ),
        ];
        let shown: Vec<String> =
            model(&files).integrations.iter().map(|(host, one)| format!("{host} {} {}", one.kind, one.description)).collect();
        assert_eq!(
            shown,
            ["api.rates-bureau.io host Host that code of 1 container calls.", "geo.gc.ca host Host that `GEO_API` leads to."]
        );
    }
}
