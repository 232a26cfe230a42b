//! Libraries of the workspace that call a service: a component of each container whose manifest needs them.
//! A library is one when it depends on a client of HTTP; whom it calls is told by the variables that its files read.

use std::collections::{BTreeMap, BTreeSet};

use super::containers::owner_of;
use super::{Input, wording};
use crate::finding::{DependencyScope, Fact, Package};
use crate::location::RepoPath;
use crate::model::{Component, Model};

/// Packages of npm that do nothing but call over HTTP.
const CLIENTS: &[(&str, &str)] = &[
    ("axios", "axios"),
    ("got", "got"),
    ("ky", "ky"),
    ("openapi-fetch", "openapi-fetch"),
    ("superagent", "superagent"),
    ("ofetch", "ofetch"),
    ("wretch", "wretch"),
    ("@hey-api/client-fetch", "Hey API"),
    ("@hey-api/client-axios", "Hey API"),
];

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    for finding in input.findings {
        let Fact::Package(package) = &finding.fact else { continue };
        let folder = finding.at.path.parent();
        let (Some(name), Some(client)) = (&package.name, client_of(package)) else { continue };
        if folder.is_root() || !package.importable || owner_of(model, &finding.at.path).is_some() {
            continue;
        }
        for container in input.usage(model).containers(model, &finding.at.path) {
            let key = format!("{container}.{}", wording::kebab(name.trim_start_matches('@')));
            let called = called(input, model, &folder, &container);
            model.prove(&finding.at, "package", &["components", &key]);
            let counted = format!("Client library of the workspace, used by {container}.");
            let component = Component {
                name: name.clone(),
                description: package.description.clone().unwrap_or(counted),
                kind: "Client Library".to_owned(),
                technology: Some(format!("{} ({client})", language(input, &folder))),
                container: container.clone(),
                path: Some(folder.clone()),
                dependencies: called,
                ..Component::default()
            };
            model.components.insert(key, component);
        }
    }
}

/// The client of HTTP that a package of npm depends on, with its version.
fn client_of(package: &Package) -> Option<String> {
    let needed = package.dependencies.iter().filter(|one| one.scope == DependencyScope::Runtime);
    let (_, shown) = CLIENTS.iter().find(|(name, _)| needed.clone().any(|one| one.name == *name))?;
    Some((*shown).to_owned())
}

fn language(input: &Input<'_>, folder: &RepoPath) -> &'static str {
    let typed = input.map.files_within(folder).any(|file| matches!(file.path.extension(), "ts" | "tsx" | "mts"));
    if typed { "TypeScript" } else { "JavaScript" }
}

/// The containers whose hosts stand in variables that files of the library read.
fn called(input: &Input<'_>, model: &Model, folder: &RepoPath, container: &str) -> BTreeSet<String> {
    let mut read = BTreeSet::new();
    let mut services: BTreeMap<&str, &str> = BTreeMap::new();
    for finding in input.findings {
        match &finding.fact {
            Fact::EnvironmentRead(one) if finding.at.path.is_within(folder) => _ = read.insert(one.name.as_str()),
            Fact::ComposeService(service) => {
                if let Some(key) = model.compose_services.get(&(finding.at.path.clone(), service.name.clone())) {
                    services.insert(&service.name, key);
                }
            }
            _ => {}
        }
    }
    let own = input.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::ComposeService(service) if services.get(service.name.as_str()) == Some(&container) => Some(service),
        _ => None,
    });
    let hosts = own.flat_map(|service| &service.hosts).filter(|host| read.contains(host.variable.as_str()));
    hosts.filter_map(|host| services.get(host.host.as_str())).map(|key| (*key).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn a_library_calls_what_its_variables_name() {
        let files = [
            (
                "apps/web/package.json",
                r#"{"name": "web", "dependencies": {"next": "15", "@acme/sdk": "1"}, "scripts": {"start": "next start"}}"#,
            ),
            ("apps/web/Dockerfile", "FROM node:22\nCMD [\"npm\", \"start\"]\n"),
            (
                "packages/sdk/package.json",
                r#"{"name": "@acme/sdk", "description": "Calls the API.", "main": "dist/index.js", "dependencies": {"axios": "1"}}"#,
            ),
            (
                "packages/sdk/src/index.ts",
                "import axios from 'axios';\nexport const http = axios.create({ baseURL: process.env.API_URL });\n",
            ),
            ("packages/dates/package.json", r#"{"name": "@acme/dates", "main": "dist/index.js"}"#),
            (
                "compose.yaml",
                "services:\n  web:\n    build: apps/web\n    environment: {API_URL: 'http://gate:80'}\n  gate:\n    image: nginx:1\n",
            ),
        ];
        let model = model(&files);
        let libraries = model.components.iter().filter(|(_, one)| one.kind == "Client Library");
        let shown: Vec<String> = libraries.map(|(key, one)| format!("{key} {:?} {:?}", one.technology, one.dependencies)).collect();
        assert_eq!(shown, ["web.acme-sdk Some(\"TypeScript (axios)\") {\"gate\"}"]);
    }
}
