//! The facts of a resource by name, empty ones left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Resource, ResourceFact};

/// Facts in the making.
#[derive(Default)]
pub(super) struct Facts(BTreeMap<String, ResourceFact>);

impl Facts {
    /// A text, where there is one.
    pub(super) fn text(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.0.insert(name.to_owned(), ResourceFact::Text(value));
        }
    }

    /// A number, where there is one.
    pub(super) fn number(&mut self, name: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), ResourceFact::Number(value));
        }
    }

    /// Texts, where there are some.
    pub(super) fn set(&mut self, name: &str, values: &BTreeSet<String>) {
        if !values.is_empty() {
            self.0.insert(name.to_owned(), ResourceFact::Set(values.clone()));
        }
    }

    /// Names with texts, where there are some.
    pub(super) fn map(&mut self, name: &str, values: BTreeMap<String, String>) {
        if !values.is_empty() {
            self.0.insert(name.to_owned(), ResourceFact::Map(values));
        }
    }

    /// One text as such, several as a set.
    pub(super) fn one_or_set(&mut self, name: &str, values: BTreeSet<String>) {
        match values.len() {
            1 => self.text(name, values.into_iter().next()),
            _ => self.set(name, &values),
        }
    }

    /// The resource.
    pub(super) fn into_resource(self, description: Option<String>) -> Resource {
        Resource { description, facts: self.0 }
    }
}
