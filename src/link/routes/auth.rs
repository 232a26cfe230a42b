//! What the code proves about who may call a route: guards and permission decorators, and the marks that open a route.
//! An open route that is called protected is the worst error of all: in doubt nothing is said.

use std::collections::BTreeSet;

use super::guards::{Global, Guards, Reads};
use crate::finding::{Decorator, Value};
use crate::link::asking::signs_in;
use crate::link::decorators::{Atom, atoms};
use crate::link::graph::expand;
use crate::link::names::{Names, last_part};
use crate::location::RepoPath;

/// What the decorators of one class or method say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stated {
    /// Guards.
    guards: Guards,
    /// What guards look for that decide about other things than callers.
    others: Vec<Reads>,
    /// What the caller must be allowed; it binds only where a guard looks for it.
    permissions: BTreeSet<Permission>,
    /// Marks that say that anybody may call, by the key of metadata that they leave; `None` where the key is not known.
    marks: BTreeSet<Option<String>>,
}

/// What a decorator asks of the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Permission {
    /// `Roles(admin)`
    text: String,
    /// Its name, where it brings guards of its own.
    guarding: Option<String>,
    /// The keys of metadata that it is kept under; `None` where its inside is not known.
    keys: Option<BTreeSet<String>>,
}

/// What holds for one route.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Proved {
    /// What is asked of the caller.
    pub(super) auth: BTreeSet<String>,
    /// What is named and no guard looks for.
    pub(super) unread: BTreeSet<String>,
}

impl Stated {
    /// Reads decorators that are taken apart.
    pub(super) fn of(names: &Names<'_>, all: &[Atom]) -> Self {
        let mut found = Self::default();
        for (at, atom) in all.iter().enumerate() {
            found.read(names, atom, &all[at + 1..]);
        }
        found
    }

    fn read(&mut self, names: &Names<'_>, atom: &Atom, behind: &[Atom]) {
        match atom.name.as_str() {
            "UseGuards" => {
                for (file, guard) in atom.arguments.iter().flat_map(|argument| expand(names, &atom.file, argument, 4)) {
                    let reads = Reads::of(names, &file, &guard);
                    match guard_text(&guard) {
                        Some(text) => _ = self.guards.insert(text, reads),
                        None => self.others.push(reads),
                    }
                }
            }
            "SetMetadata" => {
                let key = atom.arguments.first().and_then(|key| key_text(names, &atom.file, key)).unwrap_or_default();
                if opens(&key) && !matches!(atom.arguments.get(1), Some(Value::Bool(false))) {
                    self.marks.insert(Some(key));
                }
            }
            name if opens(name) => match keys_of(names, atom, behind) {
                Some(keys) => self.marks.extend(keys.into_iter().map(Some)),
                None => _ = self.marks.insert(None),
            },
            name if asks_permission(name) => {
                let guards = behind.iter().take_while(|one| one.composed).any(|one| one.name == "UseGuards");
                let guarding = guards.then(|| name.to_owned());
                let keys = keys_of(names, atom, behind);
                self.permissions.extend(permission_text(name, &atom.arguments).map(|text| Permission { text, guarding, keys }));
            }
            _ => {}
        }
    }

    /// What holds for a route whose class and application state something too. A mark that opens takes away the guards that look for it;
    /// of those whose reading is not known the ones around an opened class, and all where the route itself is opened.
    pub(super) fn under(&self, class: &Self, global: &Global) -> Proved {
        let opened = |reads: &Reads| self.marks.iter().any(|mark| reads.may_look_for(mark.as_ref()));
        let opened_around = |reads: &Reads| opened(reads) || class.marks.iter().any(|mark| reads.may_look_for(mark.as_ref()));
        let own = self.guards.iter().filter(|(_, reads)| !opened(reads) && !class.marks.iter().flatten().any(|mark| reads.looks_for(mark)));
        let around = class.guards.iter().chain(&global.guards).filter(|(_, reads)| !opened_around(reads));
        let standing: Vec<(&String, &Reads)> = own.chain(around).collect();
        let mut proved = Proved { auth: standing.iter().map(|(name, _)| (*name).clone()).collect(), ..Proved::default() };
        let is_closed = !proved.auth.is_empty();
        let others: Vec<&Reads> = global.others.iter().filter(|reads| !opened_around(reads)).collect();
        for one in self.permissions.iter().chain(&class.permissions) {
            let looked_for = |reads: &Reads| one.keys.iter().flatten().any(|key| reads.may_look_for(Some(key)));
            let is_read = match &one.keys {
                None => is_closed,
                Some(_) => standing.iter().map(|(_, reads)| *reads).chain(others.iter().copied()).any(looked_for),
            };
            if is_read {
                proved.auth.insert(one.text.clone());
                continue;
            }
            proved.auth.extend(one.guarding.clone().filter(|_| is_closed));
            let is_opened = !self.marks.is_empty() || !class.marks.is_empty();
            let is_told = is_opened || proved.auth.contains(&one.text) || self.others.iter().chain(&class.others).any(looked_for);
            proved.unread.extend((!is_told).then(|| one.text.clone()));
        }
        proved
    }
}

/// The keys under which a decorator keeps what it is given: of the metadata that it is composed of, or its own name where the framework
/// made it; `None` where its inside is not known.
fn keys_of(names: &Names<'_>, atom: &Atom, behind: &[Atom]) -> Option<BTreeSet<String>> {
    let set: Vec<&Atom> = behind.iter().take_while(|one| one.composed).filter(|one| one.name == "SetMetadata").collect();
    if !set.is_empty() {
        return set.into_iter().map(|one| key_text(names, &one.file, one.arguments.first()?)).collect();
    }
    match names.constant_at(&atom.file, &atom.name) {
        Some((_, Value::Call(name, _))) if last_part(&name) == "createDecorator" => Some(BTreeSet::from([atom.name.clone()])),
        _ => None,
    }
}

pub(super) fn key_text(names: &Names<'_>, file: &RepoPath, key: &Value) -> Option<String> {
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
pub(super) fn guard_text(guard: &Value) -> Option<String> {
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
    let open = argument.is_some_and(|argument| argument == "anonymous" || signs_in(argument)) || signs_in(last);
    if open || OTHERS.iter().any(|word| lower.contains(word)) {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Global, Guards, Permission, Reads, Stated, asks_permission, guard_text};
    use crate::finding::Value;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn guards(names: &[(&str, &[&str])]) -> Guards {
        names.iter().map(|(name, keys)| ((*name).to_owned(), Reads::keys(keys))).collect()
    }

    fn marked(keys: &[Option<&str>]) -> BTreeSet<Option<String>> {
        keys.iter().map(|key| key.map(str::to_owned)).collect()
    }

    #[test]
    fn an_opened_class_leaves_only_the_guards_of_the_route() {
        let class = Stated { guards: guards(&[("ShareGuard", &["public"])]), marks: marked(&[Some("public")]), ..Stated::default() };
        let login = Stated { guards: guards(&[("LocalGuard", &[])]), ..Stated::default() };
        let global = Global { guards: guards(&[("JwtGuard", &["public"])]), ..Global::default() };
        assert_eq!(login.under(&class, &global).auth, set(&["LocalGuard"]));
        assert_eq!(Stated::default().under(&class, &global).auth, set(&[]));
        assert_eq!(login.under(&Stated::default(), &global).auth, set(&["JwtGuard", "LocalGuard"]));
    }

    #[test]
    fn a_mark_opens_only_what_looks_for_it() {
        let global = Global { guards: guards(&[("JwtGuard", &["public"])]), ..Global::default() };
        let route = |key| Stated { guards: guards(&[("ApiKeyGuard", &[])]), marks: marked(&[key]), ..Stated::default() };
        assert_eq!(route(Some("public")).under(&Stated::default(), &global).auth, set(&["ApiKeyGuard"]));
        assert_eq!(route(None).under(&Stated::default(), &global).auth, set(&[]));
        let unknown = Stated { guards: [("Foreign".to_owned(), Reads::unknown())].into(), ..route(Some("public")) };
        assert_eq!(unknown.under(&Stated::default(), &global).auth, set(&[]));
    }

    #[test]
    fn roles_bind_where_a_guard_looks_for_them() {
        let admin = Permission { text: "Roles(admin)".to_owned(), guarding: None, keys: Some(set(&["roles"])) };
        let roles = Stated { permissions: [admin].into(), ..Stated::default() };
        let jwt = Global { guards: guards(&[("JwtGuard", &["public"])]), ..Global::default() };
        let proved = roles.under(&Stated::default(), &jwt);
        assert_eq!((proved.auth, proved.unread), (set(&["JwtGuard"]), set(&["Roles(admin)"])));
        let both = Global { others: vec![Reads::keys(&["roles"])], ..jwt };
        assert_eq!(roles.under(&Stated::default(), &both).auth, set(&["JwtGuard", "Roles(admin)"]));
    }

    #[test]
    fn documentation_and_guards_of_other_matters_prove_nothing() {
        assert!(asks_permission("RoleProtected") && !asks_permission("RoleAdminDeleteDoc") && !asks_permission("ApiRoles"));
        assert_eq!(guard_text(&Value::Name("SetupGuard".to_owned())), None);
        assert_eq!(guard_text(&Value::Name("GoogleOAuthGuard".to_owned())), None);
        assert_eq!(guard_text(&Value::Call("AuthGuard".to_owned(), vec![Value::Text("github".to_owned())])), None);
        assert_eq!(guard_text(&Value::Name("JwtGuard".to_owned())), Some("JwtGuard".to_owned()));
    }
}
