//! A value of a contract, whether it was written in YAML or in JSON. Never follows references.

use crate::syntax::json::Json;
use crate::syntax::yaml::YamlNode;

/// A value with its line.
#[derive(Clone, Copy)]
pub(super) enum Node<'a> {
    /// In YAML.
    Yaml(YamlNode<'a>),
    /// In JSON.
    Json(&'a Json),
}

impl<'a> Node<'a> {
    /// The line, from 1.
    pub(super) fn line(self) -> u32 {
        match self {
            Self::Yaml(node) => node.line(),
            Self::Json(json) => json.line,
        }
    }

    /// The value of a key.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        match self {
            Self::Yaml(node) => node.get(key).map(Self::Yaml),
            Self::Json(json) => json.get(key).map(Self::Json),
        }
    }

    /// The value at the end of several keys.
    pub(super) fn path(self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// A text that is not empty.
    pub(super) fn text(self) -> Option<&'a str> {
        let text = match self {
            Self::Yaml(node) => node.text(),
            Self::Json(json) => json.text(),
        };
        text.map(str::trim).filter(|text| !text.is_empty())
    }

    /// The text of a key.
    pub(super) fn text_of(self, key: &str) -> Option<&'a str> {
        self.get(key)?.text()
    }

    /// The keys and values of a map.
    pub(super) fn entries(self) -> Vec<(&'a str, Self)> {
        match self {
            Self::Yaml(node) => node.entries().into_iter().map(|(key, value)| (key, Self::Yaml(value))).collect(),
            Self::Json(json) => json.members().iter().map(|one| (one.name.as_str(), Self::Json(&one.value))).collect(),
        }
    }

    /// The items of a list.
    pub(super) fn items(self) -> Vec<Self> {
        match self {
            Self::Yaml(node) => node.items().into_iter().map(Self::Yaml).collect(),
            Self::Json(json) => json.items().iter().map(Self::Json).collect(),
        }
    }
}
