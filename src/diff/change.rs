//! What a diff gives: changes with their class, and their form as JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a change asks of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Somebody else must act on it or agree to it: callers, operators, those who watch over security.
    Breaking,
    /// Something more is offered; nobody must act.
    Additive,
    /// Nothing that others rely on.
    Neutral,
}

impl Class {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Additive => "additive",
            Self::Neutral => "neutral",
        }
    }
}

/// What happened to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Something of it is another.
    Changed,
    /// The same thing has another name.
    Renamed,
    /// The same thing stands elsewhere.
    Moved,
    /// The order of a list is another.
    Reordered,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// What it asks of others.
    pub class: Class,
    /// The rule that decided the class.
    pub rule: String,
    /// What happened.
    pub kind: Kind,
    /// What kind of thing it is about: endpoint, column, container ...
    pub subject: String,
    /// Which one, for a person.
    pub name: String,
    /// One sentence for a person.
    pub message: String,
    /// The place: a JSON pointer whose parts are keys and, in lists, names of entries. In the new document; for what is gone or has another
    /// name, in the old one.
    pub pointer: String,
    /// What stood there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// The index of an added entry in its list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<usize>,
    /// The names of a reordered list in their new order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<String>>,
    /// Only true: it follows from another change of this diff.
    #[serde(default, skip_serializing_if = "is_false")]
    pub derived: bool,
    /// `path:line` in the repository: of the new side, or of the old one for what is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why the change may not be one: the new side could not read the file that gave the fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubtful: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// One of the two documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// The name of its project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Its commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// How many changes of each class there are, without those that follow from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Breaking ones.
    pub breaking: usize,
    /// Additive ones.
    pub additive: usize,
    /// Neutral ones.
    pub neutral: usize,
}

/// What differs between two documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// The version of this form.
    pub version: ChangesVersion,
    /// The old document.
    pub old: Side,
    /// The new document.
    pub new: Side,
    /// How many there are.
    pub summary: Summary,
    /// Sections that only one of the two documents has: nothing is said of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_compared: Vec<String>,
    /// The changes: renamed and moved things first, then in the order of their places.
    pub changes: Vec<Change>,
}

/// The published versions of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ChangesVersion {
    /// The first.
    #[serde(rename = "shtgn-diff-1.0")]
    V1,
}

impl Changes {
    /// Counts again.
    pub(super) fn count(&mut self) {
        let count = |class| self.changes.iter().filter(|change| change.class == class && !change.derived).count();
        self.summary = Summary { breaking: count(Class::Breaking), additive: count(Class::Additive), neutral: count(Class::Neutral) };
    }

    /// The changes of a class that a person is shown: those that follow from others are left out.
    pub fn shown(&self, class: Class) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.class == class && !change.derived)
    }

    /// As JSON, indented, with a line break at its end.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads what [`Changes::to_json`] wrote.
    ///
    /// # Errors
    /// Fails when the text is something else.
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("this is no diff of reposcan: {error}"))
    }
}

/// The schema of the form as text, byte for byte what stands in `schema/reposcan-diff.schema.json`.
#[must_use]
pub fn schema_text() -> String {
    crate::document::schema_of::<Changes>(
        "urn:reposcan:shtgn-diff-1.0",
        "Changes between two shtgn reposcan documents, version shtgn-diff-1.0",
    )
}
