//! Guards of NestJS applications: which hold for every route, and which metadata each looks for.
//! A guard whose class is not in the repository may look for anything; those of Passport look for nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::auth::{guard_text, key_text};
use crate::finding::Value;
use crate::gap::{Gap, GapCode};
use crate::link::graph::{App, Graph, expand, expand_certain, provided_class, provides};
use crate::link::names::Names;
use crate::location::RepoPath;

/// How many bases, members and constants are followed into each other.
const DEPTH: usize = 6;

/// What metadata a guard looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reads {
    keys: BTreeSet<String>,
    /// Whether it may look for more than is known.
    open: bool,
    /// Whether it lets everybody through where none of them is set.
    only_marked: bool,
}

/// Guards by name.
pub(super) type Guards = BTreeMap<String, Reads>;

impl Reads {
    /// What a guard looks for, as it is written in a file.
    pub(super) fn of(names: &Names<'_>, file: &RepoPath, guard: &Value) -> Self {
        let mut found = Self::default();
        found.follow(names, file, guard, DEPTH);
        found
    }

    /// Whether it looks for a key for certain.
    pub(super) fn looks_for(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Whether it may look for a key; one that is not known may be any.
    pub(super) fn may_look_for(&self, key: Option<&String>) -> bool {
        self.open || key.is_none_or(|key| self.keys.contains(key))
    }

    /// Whether it asks anybody at all where these keys are set.
    pub(super) fn asks_where(&self, set: &dyn Fn(&str) -> bool) -> bool {
        !self.only_marked || self.open || self.keys.iter().any(|key| set(key))
    }

    fn follow(&mut self, names: &Names<'_>, file: &RepoPath, guard: &Value, depth: usize) {
        let (Value::Name(name) | Value::Call(name, _)) = guard else {
            self.open = true;
            return;
        };
        let definition = names.member_definition(file, name);
        if definition.file.is_none() {
            self.open |= !reads_nothing(&definition.package);
            return;
        }
        let Some(depth) = depth.checked_sub(1) else { return };
        let Some((at, class)) = names.class(file, name) else {
            match names.constant_at(file, name) {
                Some((target, value @ Value::Call(..))) => self.follow(names, &target, &value, depth),
                _ => self.open = true,
            }
            return;
        };
        for key in &class.metadata {
            match key_text(names, &at.path, key) {
                Some(key) => _ = self.keys.insert(key),
                None => self.open = true,
            }
        }
        self.only_marked |= class.asks_only_marked;
        for base in &class.bases {
            self.follow(names, &at.path, &Value::Name(base.clone()), depth);
        }
        // Who asks another one to decide has asked already.
        let own = self.only_marked;
        for (_, kind) in class.members.iter().filter(|(name, kind)| class.delegates.contains(name) && *kind != class.name) {
            self.follow(names, &at.path, &Value::Name(kind.clone()), depth);
        }
        self.only_marked = own;
    }

    #[cfg(test)]
    pub(super) fn keys(keys: &[&str]) -> Self {
        Self { keys: keys.iter().map(|key| (*key).to_owned()).collect(), ..Self::default() }
    }

    #[cfg(test)]
    pub(super) fn unknown() -> Self {
        Self { open: true, ..Self::default() }
    }
}

/// Packages whose classes leave metadata of the application alone.
fn reads_nothing(package: &str) -> bool {
    matches!(package, "@nestjs/passport" | "@nestjs/common" | "@nestjs/core" | "@nestjs/throttler" | "rxjs")
}

/// The guards that hold for every route of an application.
#[derive(Clone, Debug, Default)]
pub(super) struct Global {
    /// Those whose name says that they ask who calls.
    pub(super) guards: Guards,
    /// What the others look for.
    pub(super) others: Vec<Reads>,
}

impl Global {
    /// Reads what applications set and modules provide; what only a condition sets is a gap.
    pub(super) fn of(names: &Names<'_>, graph: &Graph<'_>, app: &App<'_>, gaps: &mut Vec<Gap>) -> Self {
        let mut found = Self::default();
        for (at, bootstrap) in &app.bootstraps {
            for (file, guard) in bootstrap.global_guards.iter().flat_map(|value| expand_certain(names, &at.path, value, 4)) {
                found.add(names, &file, &guard);
            }
            for (_, guard) in bootstrap.conditional_guards.iter().flat_map(|value| expand(names, &at.path, value, 4)) {
                gaps.extend(guard_text(&guard).map(|name| conditional(&at.path, at.line, &name)));
            }
        }
        for (at, module) in app.modules.iter().filter_map(|id| graph.modules.get(id)).flatten() {
            let guards = |items: Vec<(RepoPath, Value)>| {
                items
                    .into_iter()
                    .filter(|(_, item)| provides(item, "APP_GUARD"))
                    .filter_map(|(file, item)| provided_class(names, &file, &item))
            };
            let certain: BTreeSet<_> =
                guards(module.providers.iter().flat_map(|value| expand_certain(names, &at.path, value, 4)).collect()).collect();
            for (file, class) in guards(module.providers.iter().flat_map(|value| expand(names, &at.path, value, 4)).collect()) {
                if certain.contains(&(file.clone(), class.clone())) {
                    found.add(names, &file, &Value::Name(class));
                } else if asks_who_calls(&class) {
                    gaps.push(conditional(&at.path, at.line, &class));
                }
            }
        }
        found
    }

    fn add(&mut self, names: &Names<'_>, file: &RepoPath, guard: &Value) {
        let reads = Reads::of(names, file, guard);
        match guard_text(guard).filter(|name| asks_who_calls(name)) {
            Some(name) => _ = self.guards.insert(name, reads),
            None => self.others.push(reads),
        }
    }
}

fn conditional(path: &RepoPath, line: u32, name: &str) -> Gap {
    let message = format!("a guard stands under a condition: {name}; no route is called protected by it");
    Gap::line(GapCode::Conditional, path, line, message)
}

fn asks_who_calls(name: &str) -> bool {
    const ASKS: &[&str] = &["auth", "jwt", "token", "session", "apikey", "login", "oidc", "keycloak"];
    ASKS.iter().any(|word| name.to_ascii_lowercase().contains(word))
}
