//! What the start of an application does to every path: global prefix and its exceptions, API versioning.
//! Source: the NestJS documentation, chapters "Global prefix" and "Versioning".

use super::path;
use crate::finding::{BootstrapKind, Value};
use crate::gap::{Gap, GapCode};
use crate::link::graph::App;
use crate::link::names::{Names, last_part, plain};
use crate::location::RepoPath;

/// How versions are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VersionPlace {
    /// In the path.
    Path,
    /// In a header or media type.
    Header,
}

/// API versioning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Versioning {
    /// Where the version stands.
    pub(super) place: VersionPlace,
    /// What stands before the number in the path.
    prefix: String,
    /// The versions of a route that states none; `None` in it is "no version".
    default: Vec<Option<String>>,
}

/// What the start of an application sets.
#[derive(Debug, Default)]
pub(super) struct Setup {
    /// Whether HTTP is served at all.
    pub(super) serves_http: bool,
    prefix: String,
    excludes: Vec<(Option<String>, String)>,
    /// Versioning, when it is enabled.
    pub(super) versioning: Option<Versioning>,
    /// The package of its gRPC transport.
    pub(super) grpc_package: Option<String>,
}

/// A path of a route and the version that stands elsewhere.
pub(super) struct Placed {
    /// As a client sends it.
    pub(super) path: String,
    /// The version in a header or media type.
    pub(super) version: Option<String>,
}

impl Setup {
    /// Reads the starts of an application.
    pub(super) fn of(names: &Names<'_>, app: &App<'_>, gaps: &mut Vec<Gap>) -> Self {
        let mut setup = Self { serves_http: app.bootstraps.iter().any(|(_, one)| one.kind == BootstrapKind::Http), ..Self::default() };
        for (at, bootstrap) in &app.bootstraps {
            if let Some(value) = &bootstrap.global_prefix {
                match names.text(&at.path, value) {
                    Some(text) => setup.prefix = text,
                    None => gaps.push(Gap::line(
                        GapCode::UnresolvedReference,
                        &at.path,
                        at.line,
                        "the global prefix is computed at run time; routes are shown without it",
                    )),
                }
            }
            for value in &bootstrap.prefix_excludes {
                for (file, item) in crate::link::graph::expand(names, &at.path, value, 4) {
                    setup.excludes.extend(exclude(names, &file, &item));
                }
            }
            if let Some(options) = &bootstrap.versioning {
                setup.versioning = Some(Versioning::read(names, &at.path, options));
            }
            for options in &bootstrap.transports {
                let options = names.resolve(&at.path, options);
                let package = options.get("options").and_then(|inner| inner.get("package")).and_then(plain);
                setup.grpc_package = setup.grpc_package.take().or(package);
            }
        }
        setup
    }

    /// The paths of a route: one for each version.
    pub(super) fn place(&self, verb: &str, parts: &[&str], versions: &[Option<String>]) -> Vec<Placed> {
        let bare = path::client_path(parts);
        let excluded =
            self.excludes.iter().any(|(method, pattern)| method.as_deref().is_none_or(|one| one == verb) && path::matches(pattern, &bare));
        let prefix = if excluded { "" } else { self.prefix.as_str() };
        let Some(versioning) = &self.versioning else {
            return vec![Placed { path: path::client_path(&[prefix, &bare]), version: None }];
        };
        let versions = if versions.is_empty() { versioning.default.clone() } else { versions.to_vec() };
        let versions = if versions.is_empty() { vec![None] } else { versions };
        let placed = versions.into_iter().map(|version| match (&version, versioning.place) {
            (Some(number), VersionPlace::Path) => {
                let segment = format!("{}{number}", versioning.prefix);
                Placed { path: path::client_path(&[prefix, &segment, &bare]), version: None }
            }
            _ => Placed { path: path::client_path(&[prefix, &bare]), version },
        });
        placed.collect()
    }
}

impl Versioning {
    fn read(names: &Names<'_>, file: &RepoPath, options: &Value) -> Self {
        let options = names.resolve(file, options);
        let kind = options.get("type").map(|value| match value {
            Value::Name(name) => last_part(name).to_owned(),
            other => plain(other).unwrap_or_default(),
        });
        let place = if kind.is_none_or(|kind| kind == "URI" || kind == "0") { VersionPlace::Path } else { VersionPlace::Header };
        let prefix = match options.get("prefix") {
            Some(Value::Bool(false)) => String::new(),
            Some(value) => plain(value).unwrap_or_else(|| "v".to_owned()),
            None => "v".to_owned(),
        };
        let default = options.get("defaultVersion").map(|value| read_versions(std::slice::from_ref(value))).unwrap_or_default();
        Self { place, prefix, default }
    }
}

/// The versions in resolved values; `VERSION_NEUTRAL` is `None`.
pub(super) fn read_versions(values: &[Value]) -> Vec<Option<String>> {
    let mut versions = Vec::new();
    for value in values.iter().flat_map(Value::items) {
        match value {
            Value::Name(name) if last_part(name) == "VERSION_NEUTRAL" => versions.push(None),
            other => versions.extend(plain(other).map(Some)),
        }
    }
    versions
}

fn exclude(names: &Names<'_>, file: &RepoPath, item: &Value) -> Option<(Option<String>, String)> {
    let item = names.resolve(file, item);
    if let Some(text) = plain(&item) {
        return Some((None, text));
    }
    let method = match item.get("method") {
        Some(Value::Name(name)) if last_part(name) != "ALL" => Some(last_part(name).to_owned()),
        _ => None,
    };
    Some((method, item.get("path").and_then(plain)?))
}
