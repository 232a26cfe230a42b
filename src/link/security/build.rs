//! `build_security` and `network`: locked installs, users of images, scanners, and the protections that code and clusters switch on.

use std::collections::{BTreeMap, BTreeSet};

use super::remark;
use crate::finding::{Dockerfile, Fact, Protection, Value};
use crate::link::Input;
use crate::link::configuration::{is_frozen, shipped_chain};
use crate::link::sentence::{joined, quoted};
use crate::location::Location;
use crate::model::Model;

pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    images(input, model);
    ignored_in_images(input, model);
    scanners(input, model);
    updates(model);
    network(input, model);
    cluster(input, model);
}

/// A protection's means with the places that switch it on.
pub(super) fn protections<'a>(input: &'a Input<'_>, wanted: Protection) -> BTreeMap<&'static str, Vec<&'a Location>> {
    let mut found: BTreeMap<&'static str, Vec<&Location>> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::ProtectionUse(one) = &finding.fact
            && one.protection == wanted
        {
            found.entry(one.means).or_default().push(&finding.at);
        }
    }
    found
}

fn images(input: &Input<'_>, model: &mut Model) {
    let mut locked = (BTreeSet::new(), Vec::new());
    let mut users: BTreeMap<&str, Vec<&Location>> = BTreeMap::new();
    let mut pinned = (BTreeSet::new(), Vec::new());
    for finding in input.findings {
        let Fact::Dockerfile(file) = &finding.fact else { continue };
        let path = finding.at.path.as_str();
        let installs: Vec<&String> = file.stages.iter().flat_map(|stage| &stage.installs).collect();
        if installs.iter().any(|install| is_frozen(install)) {
            locked.0.insert(path);
            locked.1.push(&finding.at);
        }
        if let Some(user) = plain_user(file) {
            users.entry(user).or_default().push(&finding.at);
        }
        if file.stages.iter().any(|stage| stage.base.as_deref().is_some_and(|base| base.contains("@sha256:"))) {
            pinned.0.insert(path);
            pinned.1.push(&finding.at);
        }
    }
    if !locked.0.is_empty() {
        remark(model, "build_security", format!("Images install exactly what the lock file says: {}.", quoted(&locked.0, 8)), locked.1);
    }
    for (user, places) in users {
        let paths: BTreeSet<&str> = places.iter().map(|at| at.path.as_str()).collect();
        let verb = if paths.len() == 1 { "runs" } else { "run" };
        remark(model, "build_security", format!("{} {verb} as the user `{user}` and not as root.", quoted(paths, 8)), places);
    }
    if !pinned.0.is_empty() {
        remark(model, "build_security", format!("Base images are pinned by digest in {}.", quoted(&pinned.0, 8)), pinned.1);
    }
}

/// The user of the shipped stage, where it is stated and is not root. A variable may be anything.
fn plain_user(file: &Dockerfile) -> Option<&str> {
    let user = shipped_chain(file).iter().find_map(|stage| stage.user.as_deref())?;
    let name = user.split(':').next().unwrap_or(user);
    (!matches!(name, "root" | "0" | "") && !name.contains('$')).then_some(user)
}

/// What `.dockerignore` keeps out of the build context.
fn ignored_in_images(input: &Input<'_>, model: &mut Model) {
    let mut rules: BTreeMap<&str, (BTreeSet<&str>, Vec<&Location>)> = BTreeMap::new();
    for finding in input.findings.iter().filter(|finding| finding.at.path.name() == ".dockerignore") {
        if let Fact::IgnoreRule(rule) = &finding.fact {
            let entry = rules.entry(finding.at.path.as_str()).or_default();
            entry.0.insert(&rule.pattern);
            entry.1.push(&finding.at);
        }
    }
    for (path, (patterns, places)) in rules {
        remark(model, "build_security", format!("`{path}` keeps {} out of the build context.", quoted(patterns, 12)), places);
    }
}

/// Actions and images of pipelines that scan -> the scanner.
const SCANNERS: &[(&str, &str)] = &[
    // Other workflows use the same action only to hand in results.
    ("github/codeql-action/analyze", "CodeQL"),
    ("trivy", "Trivy"),
    ("snyk", "Snyk"),
    ("gitleaks", "Gitleaks"),
    ("trufflehog", "TruffleHog"),
    ("semgrep", "Semgrep"),
    ("sonarsource", "SonarQube"),
    ("sonarcloud", "SonarCloud"),
    ("anchore", "Anchore"),
    ("grype", "Grype"),
    ("dependency-review-action", "GitHub dependency review"),
    ("ossf/scorecard", "OpenSSF Scorecard"),
    ("zaproxy", "OWASP ZAP"),
    ("dependency-check", "OWASP Dependency-Check"),
    ("gitguardian", "GitGuardian"),
    ("checkov", "Checkov"),
    ("hadolint", "hadolint"),
];

fn scanners(input: &Input<'_>, model: &mut Model) {
    let mut found: BTreeMap<&str, Vec<&Location>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::Pipeline(pipeline) = &finding.fact else { continue };
        for used in pipeline.jobs.iter().flat_map(|job| &job.uses) {
            let lower = used.to_lowercase();
            for (_, scanner) in SCANNERS.iter().filter(|(part, _)| lower.contains(part)) {
                found.entry(scanner).or_default().push(&finding.at);
            }
        }
    }
    for (scanner, places) in found {
        let paths: BTreeSet<&str> = places.iter().map(|at| at.path.as_str()).collect();
        remark(model, "build_security", format!("{scanner} runs in {}.", quoted(paths, 6)), places);
    }
}

fn updates(model: &mut Model) {
    let tools = model.configuration.development_tooling.get("dependency_updates").cloned();
    if let Some(tools) = tools {
        remark(model, "build_security", format!("Dependencies are kept up to date by {tools}"), []);
    }
}

/// A sentence about the means of a protection.
type Wording = fn(&str) -> String;

fn network(input: &Input<'_>, model: &mut Model) {
    let kinds: [(Protection, Wording); 5] = [
        (Protection::SecurityHeaders, |means| format!("Security headers are set by {means}.")),
        (Protection::Cors, |means| format!("Cross-origin requests are allowed by {means}.")),
        (Protection::RateLimit, |means| format!("Requests are limited by {means}.")),
        (Protection::Csrf, |means| format!("Forged cross-site requests are refused by {means}.")),
        (Protection::WebhookSignature, |means| format!("Signatures of {means} are checked.")),
    ];
    for (protection, text) in kinds {
        for (means, places) in protections(input, protection) {
            remark(model, "network", in_files(&text(means), &places), places);
        }
    }
    for (means, places) in protections(input, Protection::InputValidation) {
        remark(model, "network", in_files(&format!("Input is checked by {means}."), &places), places);
    }
    let places = throttled(input);
    if !places.is_empty() {
        remark(model, "network", in_files("Requests are limited by `ThrottlerGuard`.", &places), places);
    }
}

/// The sentence with the files that prove it before its full stop.
fn in_files(sentence: &str, places: &[&Location]) -> String {
    let paths: BTreeSet<&str> = places.iter().map(|at| at.path.as_str()).collect();
    format!("{} ({}).", sentence.trim_end_matches('.'), quoted(paths, 4))
}

/// Where a throttling guard is bound: a module that only registers the throttler limits nothing.
fn throttled<'a>(input: &'a Input<'_>) -> Vec<&'a Location> {
    let throttlers: BTreeSet<&str> = input
        .findings
        .iter()
        .filter_map(|finding| match &finding.fact {
            Fact::Class(class) if class.bases.iter().any(|base| base == "ThrottlerGuard") => Some(class.name.as_str()),
            _ => None,
        })
        .chain(["ThrottlerGuard"])
        .collect();
    let names_one = |value: &Value| {
        let mut names = Vec::new();
        value.names(&mut names);
        names.iter().any(|name| throttlers.contains(name.rsplit('.').next().unwrap_or(name)))
    };
    let bound = |fact: &Fact| match fact {
        Fact::Module(module) => module.providers.iter().any(|one| is_global_guard(one) && names_one(one)),
        Fact::Bootstrap(bootstrap) => bootstrap.global_guards.iter().any(names_one),
        Fact::Controller(one) => one.decorators.iter().any(|one| one.name == "UseGuards" && one.arguments.iter().any(names_one)),
        Fact::Route(one) => one.decorators.iter().any(|one| one.name == "UseGuards" && one.arguments.iter().any(names_one)),
        _ => false,
    };
    input.findings.iter().filter(|finding| bound(&finding.fact)).map(|finding| &finding.at).collect()
}

/// `{ provide: APP_GUARD, ... }`
fn is_global_guard(provider: &Value) -> bool {
    matches!(provider.get("provide"), Some(Value::Name(name)) if name.rsplit('.').next() == Some("APP_GUARD"))
}

/// Network policies and certificates of a cluster.
fn cluster(input: &Input<'_>, model: &mut Model) {
    let mut found: BTreeMap<&str, (BTreeSet<&str>, Vec<&Location>)> = BTreeMap::new();
    for finding in input.findings {
        let Fact::KubernetesResource(resource) = &finding.fact else { continue };
        let text = match resource.kind.as_str() {
            "NetworkPolicy" | "CiliumNetworkPolicy" => "Network policies limit traffic between pods",
            "Certificate" | "ManagedCertificate" => "TLS certificates are managed in the cluster",
            "PeerAuthentication" => "Traffic between pods is authenticated by the service mesh",
            "AuthorizationPolicy" => "The service mesh decides who may call whom",
            _ => continue,
        };
        let entry = found.entry(text).or_default();
        entry.0.extend(resource.name.as_deref());
        entry.1.push(&finding.at);
    }
    for (text, (names, places)) in found {
        let names: Vec<&str> = names.into_iter().collect();
        let shown = if names.is_empty() { String::new() } else { format!(": {}", joined(&[quoted(names, 6)])) };
        remark(model, "network", format!("{text}{shown}."), places);
    }
}
