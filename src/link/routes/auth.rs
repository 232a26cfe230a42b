//! What the code proves about who may call a route: guards and permission decorators, and the marks that open a route.
//! An open route that is called protected is the worst error of all: in doubt nothing is said.

use std::collections::BTreeSet;

use crate::finding::{Decorator, Value};
use crate::link::decorators::{Atom, atoms};
use crate::link::graph::{App, Graph, expand, provided_class, provides};
use crate::link::names::{Names, last_part};
use crate::location::RepoPath;

/// What the decorators of one class or method say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stated {
    /// Guards, by name.
    guards: BTreeSet<String>,
    /// What the caller must be allowed; it binds only where a guard asks for it.
    permissions: BTreeSet<String>,
    /// Whether a mark says that anybody may call.
    open: bool,
}

impl Stated {
    /// Reads decorators that are taken apart.
    pub(super) fn of(names: &Names<'_>, atoms: &[Atom]) -> Self {
        let mut found = Self::default();
        for atom in atoms {
            found.read(names, atom);
        }
        found
    }

    fn read(&mut self, names: &Names<'_>, atom: &Atom) {
        match atom.name.as_str() {
            "UseGuards" => {
                for (_, guard) in atom.arguments.iter().flat_map(|argument| expand(names, &atom.file, argument, 4)) {
                    self.guards.extend(guard_text(&guard));
                }
            }
            "SetMetadata" => {
                let key = atom.arguments.first().and_then(|key| key_text(names, &atom.file, key)).unwrap_or_default();
                self.open |= opens(&key) && !matches!(atom.arguments.get(1), Some(Value::Bool(false)));
            }
            name if opens(name) => self.open = true,
            name if asks_permission(name) => self.permissions.extend(permission_text(name, &atom.arguments)),
            _ => {}
        }
    }

    /// What holds for a route whose class and application state something too. Empty when anybody may call, or nothing is proved.
    /// In a class that is opened only the guards of the route itself are certain: those around it look for the mark.
    pub(super) fn under(&self, class: &Self, global: &BTreeSet<String>) -> BTreeSet<String> {
        if self.open {
            return BTreeSet::new();
        }
        let around = class.guards.iter().chain(global).filter(|_| !class.open);
        let mut auth: BTreeSet<String> = self.guards.iter().chain(around).cloned().collect();
        if !auth.is_empty() {
            auth.extend(self.permissions.iter().chain(&class.permissions).cloned());
        }
        auth
    }
}

fn key_text(names: &Names<'_>, file: &RepoPath, key: &Value) -> Option<String> {
    names.text(file, key).or(match key {
        Value::Name(name) => Some(last_part(name).to_owned()),
        _ => None,
    })
}

/// Whether a mark of this name opens a route that a guard would close.
fn opens(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "public",
        "skipauth",
        "noauth",
        "anonymous",
        "unauthenticated",
        "unauthorized",
        "withoutauth",
        "unprotected",
        "optionalauth",
        "guestonly",
        "disableauth",
        "ignoreauth",
        "bypassauth",
        "openapi",
    ];
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    !plain.starts_with("api") && plain != "openapi" && WORDS.iter().any(|word| plain.contains(word)) || plain == "open"
}

/// Whether a decorator of this name states who may call. Those of API documentation begin with `Api` or end in `Doc`, and prove nothing.
fn asks_permission(name: &str) -> bool {
    const WORDS: &[&str] = &["role", "permission", "protected", "scope", "abilit", "polic", "authenticat", "authoriz", "privilege"];
    let lower = name.to_ascii_lowercase();
    let documents = lower.starts_with("api") || lower.ends_with("doc") || lower.ends_with("docs") || lower.contains("swagger");
    !documents && (lower == "auth" || lower == "acl" || WORDS.iter().any(|word| lower.contains(word)))
}

/// A guard that decides about callers; rate limits and guards that let anybody in are not.
fn guard_text(guard: &Value) -> Option<String> {
    const OTHERS: &[&str] = &[
        "throttl",
        "ratelimit",
        "optional",
        "anonymous",
        "public",
        "noauth",
        "cache",
        "feature",
        "maintenance",
        "setup",
        "install",
        "onboarding",
    ];
    let (name, argument) = match guard {
        Value::Name(name) => (name.as_str(), None),
        Value::Call(name, arguments) => (name.as_str(), arguments.first().and_then(Value::as_text)),
        _ => return None,
    };
    let last = last_part(name);
    let lower = last.to_ascii_lowercase();
    if OTHERS.iter().any(|word| lower.contains(word)) || argument.is_some_and(|argument| argument == "anonymous") {
        return None;
    }
    Some(argument.map_or_else(|| last.to_owned(), |argument| format!("{last}({argument})")))
}

fn permission_text(name: &str, arguments: &[Value]) -> Option<String> {
    if arguments.iter().any(|argument| matches!(argument, Value::Bool(false))) {
        return None;
    }
    let parts: Vec<String> = argument_names(arguments).into_iter().collect();
    Some(if parts.is_empty() { name.to_owned() } else { format!("{name}({})", parts.join(", ")) })
}

fn argument_names(arguments: &[Value]) -> BTreeSet<String> {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        Value::Name(name) => Some(last_part(name).to_owned()),
        _ => None,
    };
    arguments.iter().flat_map(Value::items).filter_map(text).collect()
}

/// The permissions that decorators name: the arguments of `@PermissionProtected(...)`.
pub(crate) fn permissions(names: &Names<'_>, file: &RepoPath, decorators: &[Decorator]) -> BTreeSet<String> {
    let all = atoms(names, file, decorators);
    let stated = all.iter().filter(|atom| !atom.composed && asks_permission(&atom.name));
    stated.flat_map(|atom| argument_names(&atom.arguments)).collect()
}

/// The guards that hold for every route of an application, by name; only those whose name says that they ask who calls.
pub(super) fn global_guards(names: &Names<'_>, graph: &Graph<'_>, app: &App<'_>) -> BTreeSet<String> {
    const ASKS: &[&str] = &["auth", "jwt", "token", "session", "apikey", "login", "oidc", "keycloak"];
    let mut found = BTreeSet::new();
    for (at, bootstrap) in &app.bootstraps {
        for (_, guard) in bootstrap.global_guards.iter().flat_map(|value| expand(names, &at.path, value, 4)) {
            found.extend(guard_text(&guard));
        }
    }
    for (at, module) in app.modules.iter().filter_map(|id| graph.modules.get(id)).flatten() {
        for (file, item) in module.providers.iter().flat_map(|value| expand(names, &at.path, value, 4)) {
            if provides(&item, "APP_GUARD")
                && let Some((_, class)) = provided_class(names, &file, &item)
            {
                found.extend(guard_text(&Value::Name(class)));
            }
        }
    }
    found.retain(|name| ASKS.iter().any(|word| name.to_ascii_lowercase().contains(word)));
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Stated, asks_permission, guard_text};
    use crate::finding::Value;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn an_opened_class_leaves_only_the_guards_of_the_route() {
        let class = Stated { guards: set(&["ShareGuard"]), open: true, ..Stated::default() };
        let login = Stated { guards: set(&["LocalGuard"]), ..Stated::default() };
        let global = set(&["JwtGuard"]);
        assert_eq!(login.under(&class, &global), set(&["LocalGuard"]));
        assert_eq!(Stated::default().under(&class, &global), set(&[]));
        assert_eq!(login.under(&Stated::default(), &global), set(&["JwtGuard", "LocalGuard"]));
    }

    #[test]
    fn documentation_and_guards_of_other_matters_prove_nothing() {
        assert!(asks_permission("RoleProtected") && !asks_permission("RoleAdminDeleteDoc") && !asks_permission("ApiRoles"));
        assert_eq!(guard_text(&Value::Name("SetupGuard".to_owned())), None);
        assert_eq!(guard_text(&Value::Name("JwtGuard".to_owned())), Some("JwtGuard".to_owned()));
    }
}
