//! The catalogue of third-party services: which package, host or variable name belongs to which service.
//! Read from `data/integrations.txt`. An entry stands there only when it makes sense for that one service.

use std::collections::BTreeMap;
use std::sync::OnceLock;

const TEXT: &str = include_str!("../../data/integrations.txt");

/// The kinds of service; a test holds the catalogue to this list.
#[cfg(test)]
const KINDS: &[&str] = &[
    "advertising",
    "ai-search",
    "analytics",
    "authentication",
    "blockchain",
    "calendar",
    "cdn",
    "chat",
    "cloud",
    "cms",
    "commerce",
    "compliance",
    "crm",
    "customer-support",
    "data-enrichment",
    "data-warehouse",
    "database",
    "devops",
    "documents",
    "e-signature",
    "email",
    "error-tracking",
    "feature-flags",
    "finance",
    "forms",
    "hosting",
    "identity",
    "identity-verification",
    "image-processing",
    "iot",
    "llm",
    "logging",
    "maps",
    "marketing",
    "media",
    "messaging",
    "monitoring",
    "payments",
    "project-management",
    "push-notifications",
    "queue",
    "realtime",
    "scheduling",
    "search",
    "secrets",
    "security",
    "shipping",
    "sms",
    "social",
    "speech",
    "storage",
    "streaming",
    "tax",
    "translation",
    "travel",
    "video",
    "voice",
    "weather",
    "web-scraping",
    "webhooks",
    "workflow",
];

/// A third-party service.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its name.
    pub(crate) name: &'static str,
    /// What kind of service it is: `payments`, `email` ...
    pub(crate) kind: &'static str,
}

/// The catalogue, read once.
#[derive(Debug)]
pub(crate) struct ServiceCatalogue {
    services: BTreeMap<&'static str, Service>,
    packages: BTreeMap<&'static str, &'static str>,
    hosts: BTreeMap<&'static str, &'static str>,
    variables: BTreeMap<&'static str, &'static str>,
}

/// Prefixes that tools ask for before the name of a variable that reaches the browser.
const PUBLIC_PREFIXES: &[&str] = &["NEXT_PUBLIC_", "NUXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "NG_APP_", "GATSBY_", "PUBLIC_"];

/// Starts of hosts where a service speaks to people: a link to them is no call.
const OWN_PAGES: &[&str] =
    &["docs.", "doc.", "developer.", "developers.", "www.", "help.", "support.", "blog.", "community.", "status.", "learn."];

impl ServiceCatalogue {
    /// The one catalogue.
    pub(crate) fn get() -> &'static Self {
        static CATALOGUE: OnceLock<ServiceCatalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| Self::read(TEXT))
    }

    fn read(text: &'static str) -> Self {
        let mut all = Self { services: BTreeMap::new(), packages: BTreeMap::new(), hosts: BTreeMap::new(), variables: BTreeMap::new() };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut fields = line.split('|').map(str::trim);
            let (Some(name), Some(kind)) = (fields.next(), fields.next()) else { continue };
            all.services.insert(name, Service { name, kind });
            for map in [&mut all.packages, &mut all.hosts, &mut all.variables] {
                map.extend(fields.next().unwrap_or_default().split_whitespace().map(|key| (key, name)));
            }
        }
        all
    }

    /// The service of that name.
    pub(crate) fn service(&self, name: &str) -> Option<&Service> {
        self.services.get(name)
    }

    /// The service that a package is for: by its whole name, by its scope (`@stripe/*`), or for Go by a leading part of its path.
    pub(crate) fn by_package(&self, ecosystem: &str, package: &str) -> Option<&'static str> {
        let whole = format!("{ecosystem}:{package}");
        if let Some(service) = self.packages.get(whole.as_str()) {
            return Some(service);
        }
        let separator = if ecosystem == "nuget" { '.' } else { '/' };
        let ends = whole.match_indices(separator).map(|(at, _)| at).rev();
        ends.into_iter().find_map(|at| self.packages.get(format!("{}{separator}*", &whole[..at]).as_str())).copied()
    }

    /// The service that a host belongs to: by its whole name, or as a subdomain (`*.auth0.com`).
    pub(crate) fn by_host(&self, host: &str) -> Option<&'static str> {
        if let Some(service) = self.hosts.get(host) {
            return Some(service);
        }
        if OWN_PAGES.iter().any(|page| host.starts_with(page)) {
            return None;
        }
        let parents = host.match_indices('.').map(|(at, _)| &host[at..]);
        parents.into_iter().find_map(|parent| self.hosts.get(format!("*{parent}").as_str())).copied()
    }

    /// The service that is called like the name of a domain: `OneSignal` of `onesignal`.
    pub(crate) fn by_label(&self, label: &str) -> Option<&Service> {
        let same = |name: &str| name.len() == label.len() && name.eq_ignore_ascii_case(label);
        self.services.values().find(|service| same(service.name))
    }

    /// The service that the name of a variable tells without doubt: by its whole name or its longest known prefix.
    pub(crate) fn by_variable(&self, variable: &str) -> Option<&'static str> {
        let bare = PUBLIC_PREFIXES.iter().find_map(|prefix| variable.strip_prefix(prefix)).unwrap_or(variable);
        if let Some(service) = self.variables.get(bare) {
            return Some(service);
        }
        let ends = bare.match_indices('_').map(|(at, _)| at + 1).rev();
        ends.into_iter().find_map(|at| self.variables.get(format!("{}*", &bare[..at]).as_str())).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{KINDS, ServiceCatalogue, TEXT};

    #[test]
    fn the_catalogue_is_sound() {
        let mut keys = BTreeSet::new();
        let mut names = BTreeSet::new();
        let mut used = BTreeSet::new();
        let lines: Vec<&str> = TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        for line in &lines {
            let fields: Vec<&str> = line.split('|').map(str::trim).collect();
            let [name, kind, packages, hosts, variables] = fields[..] else { panic!("not five fields: {line}") };
            assert!(KINDS.contains(&kind), "the kind of {line} is not in the list");
            used.insert(kind);
            assert!(names.insert(name.to_lowercase()), "{name} stands twice");
            assert!(!packages.is_empty() || !hosts.is_empty() || !variables.is_empty(), "nothing leads to {name}");
            for key in packages.split_whitespace() {
                let (ecosystem, rest) = key.split_once(':').expect("a package has its ecosystem before it");
                assert!(["npm", "nuget", "go"].contains(&ecosystem) && !rest.is_empty(), "{key} of {name}");
                assert_eq!(key, key.trim(), "{key} of {name}");
                assert!(keys.insert(key.to_owned()), "{key} of {name} stands twice");
            }
            for key in hosts.split_whitespace() {
                assert!(key.contains('.') && key == key.to_lowercase() && !key.contains('/'), "{key} of {name} is no host");
                assert!(keys.insert(key.to_owned()), "{key} of {name} stands twice");
            }
            for key in variables.split_whitespace() {
                let plain = key.trim_end_matches('*');
                assert!(plain.chars().all(|one| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_'), "{key} of {name}");
                assert!(!key.ends_with('*') || plain.ends_with('_') && plain.len() > 3, "the prefix {key} of {name} is too wide");
                assert!(keys.insert(key.to_owned()), "{key} of {name} stands twice");
            }
        }
        assert!(lines.len() >= 300, "{} services", lines.len());
        assert_eq!(
            used.len(),
            KINDS.len(),
            "a kind is not used: {:?}",
            KINDS.iter().filter(|kind| !used.contains(*kind)).collect::<Vec<_>>()
        );
    }

    /// Every key leads to its own service: none is hidden behind another.
    #[test]
    fn no_entry_is_dead() {
        let all = ServiceCatalogue::get();
        for line in TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('|').map(str::trim).collect();
            for key in fields[2].split_whitespace() {
                let (ecosystem, rest) = key.split_once(':').expect("a package has its ecosystem before it");
                assert_eq!(all.by_package(ecosystem, &rest.replace('*', "x")), Some(fields[0]), "{key}");
            }
            for key in fields[3].split_whitespace() {
                assert_eq!(all.by_host(&key.replace('*', "x")), Some(fields[0]), "{key}");
            }
            for key in fields[4].split_whitespace() {
                assert_eq!(all.by_variable(&key.replace('*', "X")), Some(fields[0]), "{key}");
            }
        }
    }

    #[test]
    fn lookups_are_exact() {
        let all = ServiceCatalogue::get();
        assert_eq!(all.by_package("npm", "stripe"), Some("Stripe"));
        assert_eq!(all.by_package("npm", "stripe-like"), None);
        assert_eq!(all.by_package("go", "github.com/stripe/stripe-go/v76"), Some("Stripe"));
        assert_eq!(all.by_package("npm", "express"), None);
        assert_eq!(all.by_host("tenant.eu.auth0.com"), Some("Auth0"));
        assert_eq!(all.by_host("notauth0.com"), None);
        assert_eq!(all.by_variable("NEXT_PUBLIC_STRIPE_KEY"), Some("Stripe"));
        assert_eq!(all.by_variable("STRIPES"), None);
        assert_eq!(all.by_variable("DATABASE_URL"), None);
    }
}
