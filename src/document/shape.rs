//! Small shapes that many sections share.
//! Reading is tolerant, so that documents written by people parse; writing always gives one form.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Keys that the contract does not name; kept when a document is read and written again.
pub type Extra = BTreeMap<String, Value>;

/// The level of an element in the C4 model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum C4Level {
    /// The system and what stands around it.
    Context,
    /// A deployable or backing unit.
    Container,
    /// A part of a container.
    Component,
    /// Code, data and their configuration.
    Code,
}

/// One text, or several in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Texts {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Texts {
    /// One text as itself, several as a list, none as nothing.
    pub(crate) fn of(mut texts: Vec<String>) -> Option<Self> {
        match texts.len() {
            0 => None,
            1 => texts.pop().map(Self::One),
            _ => Some(Self::Many(texts)),
        }
    }
}

/// Free prose: one text, a list, or texts by topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Prose {
    /// One text.
    Text(String),
    /// Remarks in order.
    List(Vec<Value>),
    /// By topic.
    Topics(BTreeMap<String, Value>),
}

impl Default for Prose {
    fn default() -> Self {
        Self::Topics(BTreeMap::new())
    }
}

impl Prose {
    /// A list of remarks.
    pub(crate) fn list(texts: impl IntoIterator<Item = String>) -> Self {
        Self::List(texts.into_iter().map(Value::String).collect())
    }

    /// Texts by topic.
    pub(crate) fn topics(texts: BTreeMap<String, String>) -> Self {
        Self::Topics(texts.into_iter().map(|(topic, text)| (topic, Value::String(text))).collect())
    }
}

/// A line to another element.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Relationship {
    /// The key of the other element.
    pub target: String,
    /// What for.
    #[serde(default)]
    pub description: String,
    /// The protocol or library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<String>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Relationship {
    pub(crate) fn from_model(from: crate::model::Relationship) -> Self {
        Self { target: from.target, description: from.description, technology: from.technology, extra: Extra::new() }
    }
}

/// The text of a path in the repository: `.` for its root.
pub(crate) fn path_text(path: &crate::location::RepoPath) -> String {
    if path.is_root() { ".".to_owned() } else { path.as_str().to_owned() }
}

/// `None` for an empty collection of texts, else the texts in their order.
pub(crate) fn some_list(texts: impl IntoIterator<Item = String>) -> Option<Vec<String>> {
    let texts: Vec<String> = texts.into_iter().collect();
    (!texts.is_empty()).then_some(texts)
}
