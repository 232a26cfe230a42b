//! Files that bring in one another: what a name from elsewhere stands for, and what a file gives to others.

use super::{Evaluation, Loaded};
use crate::finding::Value;
use crate::link::servers::thing::Thing;
use crate::location::RepoPath;

/// Names that are given on and on are followed this far.
const STEPS: usize = 12;

impl Evaluation<'_, '_> {
    /// Follows a file when it is asked for the first time.
    pub(super) fn load(&mut self, script: usize) {
        if self.modules.contains_key(&script) {
            return;
        }
        let scope = self.scope(None, script, Thing::Nothing, None);
        self.modules.insert(script, Loaded { scope, ..Loaded::default() });
        let (conditions, branchings) = (std::mem::take(&mut self.conditions), std::mem::take(&mut self.branchings));
        self.maybe.push(Thing::Nothing);
        self.deeds(&self.world.scripts[script].1.body, scope);
        self.maybe.pop();
        (self.conditions, self.branchings) = (conditions, branchings);
    }

    /// Takes in what a file gives to others.
    pub(super) fn export(&mut self, scope: usize, name: &str, value: Thing) {
        let script = self.scopes[scope].script;
        if let Some(module) = self.modules.get_mut(&script) {
            module.exports.insert(name.to_owned(), value);
        }
    }

    /// What a file gives under a name.
    pub(in crate::link::servers) fn exported(&mut self, file: &RepoPath, name: &str, steps: usize) -> Thing {
        let Some(steps) = steps.checked_sub(1) else { return Thing::Unknown };
        let script = self.world.place(file);
        if let Some(script) = script {
            self.load(script);
        }
        if name == "*" {
            return script.map_or_else(|| Thing::Barrel(file.clone()), Thing::Module);
        }
        let module = script.and_then(|script| self.modules.get(&script));
        // An enum is exported, too, and nothing that a file does.
        if let Some(value) = module.and_then(|one| one.exports.get(name)).filter(|value| **value != Thing::Unknown) {
            return value.clone();
        }
        let (whole, scope) = (module.and_then(|one| one.exports.get("=")).cloned(), module.map(|one| one.scope));
        if let Some(given_on) = self.given_on(file, name, steps) {
            return given_on;
        }
        match whole {
            Some(whole) if name == "default" => whole,
            Some(whole) => self.member(&whole, name),
            // What is exported further down the file may stand in its scope already; enums and namespaces are constants and nothing
            // that a file does.
            None => match scope.and_then(|scope| self.scopes[scope].names.get(name)).cloned() {
                Some(known) => known,
                None => self.constant(file, name),
            },
        }
    }

    /// What a file gives on from another one.
    fn given_on(&mut self, file: &RepoPath, name: &str, steps: usize) -> Option<Thing> {
        let world = self.world;
        if let Some(one) = world.reexports(file).iter().find(|one| one.local == name) {
            return Some(match &one.target {
                Some(target) => self.exported(target, &one.imported, steps),
                None => outer(&one.module, &one.imported),
            });
        }
        for target in world.reexports(file).iter().filter(|one| one.local == "*").filter_map(|one| one.target.as_ref()) {
            let found = self.exported(target, name, steps);
            if !matches!(found, Thing::Unknown | Thing::Nothing) {
                return Some(found);
            }
        }
        None
    }

    /// A module as a value: what `module.exports` was set to, else all that it gives.
    pub(in crate::link::servers) fn whole(&mut self, script: usize) -> Thing {
        self.load(script);
        self.modules.get(&script).and_then(|one| one.exports.get("=")).cloned().unwrap_or(Thing::Module(script))
    }

    /// What a name from another file stands for.
    pub(super) fn imported(&mut self, file: &RepoPath, name: &str) -> Option<Thing> {
        let import = self.world.import(file, name)?;
        let Some(target) = import.target.clone() else { return Some(outer(&import.module, &import.imported)) };
        match (import.imported.as_str(), self.world.place(&target)) {
            ("*", Some(script)) => Some(self.whole(script)),
            ("*", None) => Some(Thing::Barrel(target)),
            (imported, _) => Some(self.exported(&target, imported, STEPS)),
        }
    }

    /// A constant of a file that is not followed.
    fn constant(&mut self, file: &RepoPath, name: &str) -> Thing {
        let value = self.input.names.constant_at(file, name).map(|(at, value)| self.input.names.resolve(&at, &value));
        value.map_or(Thing::Unknown, |value| self.of_value(&value))
    }

    fn of_value(&mut self, value: &Value) -> Thing {
        match value {
            Value::Text(text) => Thing::Text(text.clone()),
            Value::Bool(one) => Thing::Bool(*one),
            Value::Number(number) => Thing::Text(number.clone()),
            Value::List(items) => {
                let items = items.iter().map(|one| self.of_value(one)).collect();
                self.list(items)
            }
            Value::Map(entries) => {
                let fields = entries.iter().map(|(key, one)| (key.clone(), self.of_value(one))).collect();
                self.object(super::Object { fields, ..super::Object::default() })
            }
            Value::Environment(_, Some(fallback)) => self.of_value(fallback),
            Value::Environment(_, None) => Thing::Environment,
            _ => Thing::Unknown,
        }
    }
}

/// A name of a module from outside.
fn outer(module: &str, name: &str) -> Thing {
    let module = module.strip_prefix("node:").unwrap_or(module);
    Thing::Outside(if matches!(name, "*" | "default") { module.to_owned() } else { format!("{module}.{name}") })
}
