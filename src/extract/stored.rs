//! The types that contexts of a mapper store, followed from the sets of a context and from configurations through properties and bases.
//! No import leads to them and no marker stands in them: they are asked for by name.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;

use crate::finding::Fact;
use crate::finding::mapped::{MappedType, words};

/// What was read and asked for so far.
#[derive(Debug, Default)]
pub(super) struct Stored {
    /// The types that were read, with the names in their properties and bases.
    types: BTreeMap<String, BTreeSet<String>>,
    wanted: BTreeSet<String>,
    open: Vec<String>,
    /// Whether types that are in no file of their name were looked for.
    searched: BTreeSet<String>,
}

impl Stored {
    /// Takes in what a fact says of stored types.
    pub(super) fn note(&mut self, fact: &Fact) {
        match fact {
            Fact::MappedType(one) => {
                let names: BTreeSet<String> = one.type_names().map(str::to_owned).collect();
                if self.wanted.contains(&one.name) {
                    self.open.extend(names.iter().cloned());
                }
                if is_told_by_bases(one) {
                    self.open.extend(one.bases.iter().flat_map(|base| words(base)).map(str::to_owned));
                }
                self.open.extend(one.set_names().map(str::to_owned));
                self.types.entry(one.name.clone()).or_default().extend(names);
            }
            Fact::ModelSetup(setup) => {
                self.open.extend(setup.type_names().into_iter().map(str::to_owned));
                self.open.push(setup.procedure.class.clone());
            }
            _ => {}
        }
    }

    /// The names that came up since the last time.
    pub(super) fn next(&mut self) -> Vec<String> {
        let mut fresh = Vec::new();
        while let Some(name) = self.open.pop() {
            if name.starts_with(char::is_uppercase) && self.wanted.insert(name.clone()) {
                self.open.extend(self.types.get(&name).into_iter().flatten().cloned());
                fresh.push(name);
            }
        }
        fresh
    }

    /// How the declarations begin of types that were asked for and did not come; each is looked for once.
    pub(super) fn undeclared(&mut self) -> Option<AhoCorasick> {
        let left: Vec<String> =
            self.wanted.iter().filter(|name| !self.types.contains_key(*name) && !self.searched.contains(*name)).cloned().collect();
        let heads = left.iter().flat_map(|name| ["class", "record", "struct", "enum"].map(|word| format!("{word} {name}")));
        let found = (!left.is_empty()).then(|| AhoCorasick::new(heads.collect::<Vec<_>>()).ok())?;
        self.searched.extend(left);
        found
    }
}

/// Contexts, and configurations of one type.
fn is_told_by_bases(one: &MappedType) -> bool {
    one.set_names().next().is_some() || one.bases.iter().any(|base| base.contains("Configuration<") || base.contains("DbContext"))
}
