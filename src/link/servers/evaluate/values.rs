//! What an expression stands for: variables, literals, members.
//! What is not known stays unknown.

use std::rc::Rc;

use super::builtins::FOLDER;
use super::{Evaluation, NESTING, Object};
use crate::finding::script::Term;
use crate::link::servers::thing::{Closure, Made, Thing};

impl<'a> Evaluation<'_, 'a> {
    /// An expression; nothing is followed deeper than its limit.
    pub(in crate::link::servers) fn term(&mut self, term: &'a Term, scope: usize) -> Thing {
        if self.nesting >= NESTING {
            return Thing::Unknown;
        }
        self.nesting += 1;
        let thing = self.worked_out(term, scope);
        self.nesting -= 1;
        thing
    }

    fn worked_out(&mut self, term: &'a Term, scope: usize) -> Thing {
        match term {
            Term::Text(text) => Thing::Text(text.clone()),
            Term::Concat(parts) => {
                let parts: Vec<Thing> = parts.iter().map(|one| self.term(one, scope)).collect();
                joined(&parts)
            }
            Term::Bool(value) => Thing::Bool(*value),
            Term::Nothing => Thing::Nothing,
            Term::Regex(text) => Thing::Regex(text.clone()),
            Term::Name(name) => self.variable(name, scope),
            Term::This => self.scopes[scope].this.clone(),
            Term::Member(base, name) => self.read(base, name, scope),
            Term::Item(base) => {
                let base = self.term(base, scope);
                if matches!(&base, Thing::Outside(path) if path == "process.env") {
                    return Thing::Environment;
                }
                let items = self.items(&base).unwrap_or_default();
                items.into_iter().fold(Thing::Unknown, Thing::or)
            }
            Term::Call(call) => self.call(call, scope),
            Term::New(made) => self.construct(made, scope),
            Term::Function(at) => Thing::Function(Rc::new(Closure {
                script: self.scopes[scope].script,
                function: *at,
                scope,
                this: self.scopes[scope].this.clone(),
                class: self.scopes[scope].class.clone(),
            })),
            Term::Class(at) => self.class(*at, scope),
            Term::List(terms) => {
                let items = self.arguments(terms, scope);
                self.list(items)
            }
            Term::Record(entries) => self.record(entries, scope),
            Term::Spread(inner) => self.term(inner, scope),
            Term::Either(asked, one, other) => {
                if let Thing::Bool(holds) = self.term(asked, scope) {
                    return self.term(if holds { one } else { other }, scope);
                }
                self.branchings += 1;
                let mut taken = self.choice(2);
                self.conditions.push(taken);
                let one = self.term(one, scope);
                self.conditions.pop();
                taken.way = 1;
                self.conditions.push(taken);
                let other = self.term(other, scope);
                self.conditions.pop();
                self.branchings -= 1;
                one.or(other)
            }
            Term::Fallback(one, other) => match self.term(one, scope) {
                Thing::Nothing | Thing::Environment => self.term(other, scope),
                // An empty text counts as none for `||`, and `??` keeps it: for a path both are the same.
                Thing::Text(text) if text.is_empty() => self.term(other, scope),
                known => known,
            },
            Term::Assign(target, value) => {
                let value = self.term(value, scope);
                self.assign(target, value.clone(), scope);
                value
            }
            Term::Other => Thing::Unknown,
        }
    }

    fn class(&mut self, at: usize, scope: usize) -> Thing {
        let class = Rc::new(Made { script: self.scopes[scope].script, class: at, scope });
        self.set_statics(&class);
        Thing::Class(class)
    }

    fn record(&mut self, entries: &'a [(String, Term)], scope: usize) -> Thing {
        let mut object = Object::default();
        for (key, term) in entries {
            let value = self.term(term, scope);
            match (key.as_str(), &value) {
                ("...", Thing::Object(other)) => {
                    let other = &self.objects[*other];
                    object.fields.extend(other.fields.iter().map(|(key, value)| (key.clone(), value.clone())));
                    object.open |= other.open;
                }
                ("...", Thing::Module(script)) => {
                    let fields = self.modules.get(script).map(|one| one.exports.clone()).unwrap_or_default();
                    object.fields.extend(fields);
                }
                ("...", Thing::Nothing) => {}
                ("...", _) => object.open = true,
                _ => _ = object.fields.insert(key.clone(), value),
            }
        }
        self.object(object)
    }

    /// Arguments or items, with lists that are spread among them laid out.
    pub(super) fn arguments(&mut self, terms: &'a [Term], scope: usize) -> Vec<Thing> {
        let mut all = Vec::new();
        for term in terms {
            let value = self.term(term, scope);
            match term {
                Term::Spread(_) => match self.items(&value) {
                    Some(items) => all.extend(items),
                    None => all.push(value),
                },
                _ => all.push(value),
            }
        }
        all
    }

    fn variable(&mut self, name: &str, scope: usize) -> Thing {
        let mut at = Some(scope);
        while let Some(one) = at {
            if let Some(value) = self.scopes[one].names.get(name) {
                return value.clone();
            }
            at = self.scopes[one].parent;
        }
        let file = self.file(scope);
        match self.imported(file, name) {
            Some(thing) => thing,
            // What is declared further down is there before anything is called; a global of the platform is a name from outside.
            None => match name {
                "process" | "Bun" | "Deno" | "Object" | "Array" | "Promise" | "module" | "exports" | "Symbol" | "JSON" | "String" => {
                    Thing::Outside(name.to_owned())
                }
                "__dirname" => Thing::Text(format!("{FOLDER}{}", file.parent().as_str())),
                _ => Thing::Unknown,
            },
        }
    }

    fn read(&mut self, base: &'a Term, name: &str, scope: usize) -> Thing {
        if matches!(base, Term::Name(one) if one == "super") {
            let this = self.scopes[scope].this.clone();
            let upper = self.scopes[scope].class.clone().and_then(|class| self.base_of(&class));
            return upper.map_or(Thing::Unknown, |upper| self.method_of(&upper, name, &this));
        }
        let base = self.term(base, scope);
        self.member(&base, name)
    }

    /// A member of a thing.
    pub(in crate::link::servers) fn member(&mut self, base: &Thing, name: &str) -> Thing {
        match base {
            Thing::Object(number) => {
                let object = &self.objects[*number];
                if let Some(value) = object.fields.get(name) {
                    return value.clone();
                }
                let open = object.open;
                match object.class.clone() {
                    Some(class) => self.method_of(&class, name, base),
                    None if open => Thing::Unknown,
                    None => Thing::Nothing,
                }
            }
            Thing::Module(script) => {
                let file = self.world.scripts[*script].0;
                match self.exported(file, name, 12) {
                    Thing::Unknown if name == "default" => Thing::Module(*script),
                    known => known,
                }
            }
            Thing::Barrel(file) => self.exported(&file.clone(), name, 12),
            Thing::Class(class) => self.static_of(class, name),
            Thing::Outside(path) if path == "process.env" => Thing::Environment,
            Thing::Outside(path) => Thing::Outside(format!("{path}.{name}")),
            Thing::Called(called) => match &called.function {
                Thing::Outside(path) => {
                    let part = self.part_of_contract(called, name);
                    part.unwrap_or_else(|| Thing::Outside(format!("{path}().{name}")))
                }
                _ => Thing::Unknown,
            },
            Thing::Router(node) if matches!(name, "fetch" | "request" | "fire" | "handle" | "callback" | "listen") => {
                self.nodes[*node].placed = true;
                Thing::Called(Rc::new(crate::link::servers::thing::Called {
                    function: Thing::Unknown,
                    arguments: vec![base.clone()],
                    base: None,
                }))
            }
            Thing::Router(_) | Thing::Unbound if matches!(name, "default" | "router" | "express") => base.clone(),
            Thing::List(list) => name.parse::<usize>().ok().and_then(|at| self.lists[*list].get(at).cloned()).unwrap_or(Thing::Unknown),
            Thing::Several(all) => all.clone().iter().fold(Thing::Unknown, |known, one| known.or(self.member(one, name))),
            _ => Thing::Unknown,
        }
    }

    /// Sets a variable or a member.
    fn assign(&mut self, target: &'a Term, value: Thing, scope: usize) {
        match target {
            Term::Name(name) => {
                let mut at = scope;
                loop {
                    if let Some(known) = self.scopes[at].names.get_mut(name) {
                        let before = std::mem::replace(known, Thing::Nothing);
                        *known = if self.branchings > 0 { before.or(value) } else { value };
                        return;
                    }
                    match self.scopes[at].parent {
                        Some(parent) => at = parent,
                        None => break,
                    }
                }
                self.scopes[at].names.insert(name.clone(), value);
            }
            Term::Member(base, name) => {
                let base = self.term(base, scope);
                match base {
                    Thing::Object(number) => _ = self.objects[number].fields.insert(name.clone(), value),
                    Thing::Outside(path) => match (path.as_str(), name.as_str()) {
                        ("module", "exports") => self.export(scope, "=", value),
                        ("module.exports" | "exports", _) => self.export_member(scope, name, value),
                        _ => {}
                    },
                    Thing::Class(class) => self.set_static(&class, name, value),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// `module.exports.x = ...`, also after `module.exports = { ... }`.
    fn export_member(&mut self, scope: usize, name: &str, value: Thing) {
        let script = self.scopes[scope].script;
        let whole = self.modules.get(&script).and_then(|one| one.exports.get("=")).cloned();
        if let Some(Thing::Object(number)) = whole {
            self.objects[number].fields.insert(name.to_owned(), value);
        } else {
            self.export(scope, name, value);
        }
    }
}

/// Strings put together; where a part is not known, only what is known of the start is kept.
pub(in crate::link::servers) fn joined(parts: &[Thing]) -> Thing {
    let mut text = String::new();
    for part in parts {
        match part {
            Thing::Text(one) => text.push_str(one),
            Thing::Partly(one) => {
                text.push_str(one);
                return Thing::Partly(text);
            }
            _ => return Thing::Partly(text),
        }
    }
    Thing::Text(text)
}
