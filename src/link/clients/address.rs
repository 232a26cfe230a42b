//! The addresses of clients as code writes them: texts, settings, properties of options; followed to the containers that answer there.
//! Knows the variables of the code around; evaluates nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{HostReference, Parameter, Step, Value};
use crate::link::Input;
use crate::link::addresses::is_local;
use crate::link::names::last_part;
use crate::location::RepoPath;
use crate::model::Model;

/// Where a client sends its requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::link) struct Targets {
    /// Containers.
    pub(in crate::link) containers: BTreeSet<String>,
    /// Hosts outside of the repository.
    pub(in crate::link) outside: BTreeSet<String>,
    /// Settings that hold the address, as code writes them: `` `Urls:Basket` ``.
    pub(in crate::link) settings: BTreeSet<String>,
}

impl Targets {
    pub(in crate::link) fn extend(&mut self, other: Self) {
        self.containers.extend(other.containers);
        self.outside.extend(other.outside);
        self.settings.extend(other.settings);
    }

    /// " of catalog-api", " of api.paypal.com", "; its address is set by `Urls:Basket`"
    pub(in crate::link) fn words(&self) -> String {
        let all: Vec<&str> = self.containers.iter().chain(&self.outside).map(String::as_str).collect();
        let of = if all.is_empty() { String::new() } else { format!(" of {}", all.join(", ")) };
        let settings: Vec<&str> = self.settings.iter().map(String::as_str).collect();
        let set = if settings.is_empty() { String::new() } else { format!("; its address is set by {}", settings.join(", ")) };
        format!("{of}{set}")
    }
}

/// Names are followed no deeper.
const DEPTH: usize = 6;

/// The variables around a piece of start-up code.
#[derive(Clone)]
pub(in crate::link) struct Scope<'s, 'a, 'm> {
    input: &'s Input<'a>,
    model: &'m Model,
    container: &'s str,
    file: &'s RepoPath,
    values: BTreeMap<String, Value>,
    types: BTreeMap<String, String>,
    /// Class -> the section that code around fills it from.
    sections: BTreeMap<String, String>,
}

impl<'s, 'a, 'm> Scope<'s, 'a, 'm> {
    pub(in crate::link) fn new(input: &'s Input<'a>, model: &'m Model, container: &'s str, file: &'s RepoPath) -> Self {
        Self { input, model, container, file, values: BTreeMap::new(), types: BTreeMap::new(), sections: BTreeMap::new() }
    }

    pub(in crate::link) fn add_parameters(&mut self, parameters: &[Parameter]) {
        let typed = parameters.iter().filter(|one| !one.data_type.is_empty());
        self.types.extend(typed.map(|one| (one.name.clone(), options_type(&one.data_type))));
    }

    pub(in crate::link) fn add_members(&mut self, members: &[(String, String)]) {
        self.types.extend(members.iter().map(|(name, kind)| (name.clone(), options_type(kind))));
    }

    /// Takes in what a statement declares: a value, or an object whose class tells the section.
    pub(in crate::link) fn take(&mut self, step: &Step) {
        let Some(name) = &step.assigned else { return };
        if let Some(value) = &step.value {
            self.values.insert(name.clone(), value.clone());
        }
        let typed = step.calls.iter().rev().find(|call| matches!(call.name.as_str(), "Get" | "GetRequiredService" | "GetService"));
        // A helper that fills options from a section which it is told.
        if let [call] = step.calls.as_slice()
            && call.name.contains("Options")
            && let ([kind], Some(section)) = (call.type_arguments.as_slice(), call.arguments.iter().find_map(|one| self.text(&one.value)))
        {
            self.types.insert(name.clone(), options_type(kind));
            self.sections.insert(options_type(kind), section.replace(':', "__"));
            return;
        }
        let Some(kind) = typed.and_then(|call| call.type_arguments.first()).map(|kind| options_type(kind)) else { return };
        let taken: Vec<&str> = members(&step.member);
        if taken.is_empty() {
            self.types.insert(name.clone(), kind);
        } else {
            self.values.insert(name.clone(), Value::Name(format!("{kind}.{}", taken.join("."))));
            self.types.insert(kind.clone(), kind);
        }
    }

    pub(in crate::link) fn text(&self, value: &Value) -> Option<String> {
        self.input.names.text(self.file, value)
    }

    /// Where an address leads.
    pub(in crate::link) fn targets(&self, value: &Value) -> Targets {
        let mut found = Targets::default();
        self.follow(value, DEPTH, &mut found);
        found
    }

    fn follow(&self, value: &Value, depth: usize, found: &mut Targets) {
        if depth == 0 {
            return;
        }
        match &self.input.names.resolve(self.file, value) {
            Value::Text(url) => self.host(HostReference::of_url(url), found),
            Value::Environment(name, fallback) => {
                self.setting(name, found);
                fallback.iter().for_each(|inner| self.follow(inner, depth - 1, found));
            }
            Value::Call(name, given) if matches!(last_part(name), "Uri" | "new" | "UriBuilder") => {
                given.first().into_iter().for_each(|first| self.follow(first, depth - 1, found));
            }
            // The host stands in the first part: `$"{baseUrl}/v1/"`; or behind the scheme.
            Value::Concat(parts) => match parts.as_slice() {
                [Value::Text(scheme), next, ..] if scheme.ends_with("://") => self.follow(next, depth - 1, found),
                [first, ..] => self.follow(first, depth - 1, found),
                [] => {}
            },
            Value::Either(parts) => parts.iter().for_each(|part| self.follow(part, depth - 1, found)),
            Value::Name(name) => self.named(name, depth, found),
            _ => {}
        }
    }

    fn named(&self, name: &str, depth: usize, found: &mut Targets) {
        if let Some(value) = self.values.get(name).filter(|value| **value != Value::Name(name.to_owned())) {
            return self.follow(value, depth - 1, found);
        }
        let parts = members(name);
        let Some((root, parts)) = parts.split_first() else { return };
        if let (Some(class), false) = (self.types.get(*root), parts.is_empty()) {
            let property = parts.join("__");
            let told = self.sections.get(class).map(|section| format!("{section}__{property}"));
            for setting in self.input.settings(self.model).of_property(class, &property).into_iter().chain(told) {
                self.setting(&setting, found);
            }
        }
    }

    /// What a setting is set to, by files of settings and by deployment.
    fn setting(&self, name: &str, found: &mut Targets) {
        found.settings.insert(format!("`{}`", name.replace("__", ":")));
        let settings = self.input.settings(self.model);
        found.containers.extend(settings.given(self.container, name).cloned());
        settings.hosts(self.container, name).for_each(|host| self.host(Some(host.clone()), found));
    }

    fn host(&self, host: Option<HostReference>, found: &mut Targets) {
        let Some(host) = host else { return };
        match self.input.addresses(self.model).find(&host) {
            Some(key) => _ = found.containers.insert(key.to_owned()),
            None if !is_local(&host.host) && host.host.contains('.') => _ = found.outside.insert(host.host),
            None => {}
        }
    }
}

/// The parts of a dotted name without those that only take the object out of its options.
fn members(name: &str) -> Vec<&str> {
    name.split('.').filter(|part| !part.is_empty() && !matches!(*part, "Value" | "CurrentValue" | "this")).collect()
}

/// `Urls` of `IOptions<Urls>`, `IOptionsSnapshot<Urls>`.
fn options_type(written: &str) -> String {
    let inner = written.split_once('<').filter(|(name, _)| last_part(name).starts_with("IOptions"));
    let name = inner.map_or(written, |(_, rest)| rest.trim_end_matches('>'));
    last_part(name.trim_end_matches('?')).to_owned()
}
