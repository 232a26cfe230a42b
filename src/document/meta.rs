//! `meta`: what was scanned, by what, what was counted, and what was not covered.
//! Holds no clock and no absolute path.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::{Extra, path_text};
use super::time::rfc3339;
use crate::gap::Gap;
use crate::model::{Inventory, Model};

/// The published versions of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Version {
    /// The first.
    #[serde(rename = "shtgn-1.0")]
    V1,
}

/// What was scanned, by what, and what was not covered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Meta {
    /// The name of the project.
    pub project: String,
    /// RFC 3339, UTC: `SOURCE_DATE_EPOCH`, else the commit time of HEAD, else left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// The commit of HEAD.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The roots and the kinds of file in them, with their numbers.
    #[serde(default)]
    pub source: Vec<String>,
    /// The version of this contract.
    pub version: Version,
    /// The program and its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generator: Option<Generator>,
    /// What was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stats: Option<Stats>,
    /// What was not covered, and why; sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnostics: Option<Vec<Diagnostic>>,
    /// Keys beyond the contract.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The program that made the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Generator {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stats {
    /// Files, by what became of them.
    pub files: FileStats,
    /// Folders of vendored code and built output that were left out.
    pub vendored: Vec<String>,
    /// Section or subject -> number of facts.
    pub facts: BTreeMap<String, usize>,
    /// Code -> number of diagnostics.
    pub diagnostics: BTreeMap<String, usize>,
}

/// Files, by what became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileStats {
    /// All files that the ignore rules let through.
    pub listed: usize,
    /// Files read whole.
    pub read: usize,
    /// Files parsed into a tree.
    pub parsed: usize,
    /// Test code among the listed.
    pub tests: usize,
    /// Generated code and bundles of scripts among the listed.
    pub generated: usize,
    /// Kind -> number of listed files.
    pub by_kind: BTreeMap<String, usize>,
}

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Facts are missing or doubtful.
    Error,
    /// Something was not understood; a fact may be missing.
    Warning,
    /// Left out on purpose, told for completeness.
    Info,
}

/// One thing that was not covered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Why, as a kebab-case word of a closed list.
    pub code: String,
    /// The file it is about.
    pub path: String,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// One sentence for a person.
    pub message: String,
}

impl Diagnostic {
    fn of(gap: &Gap) -> Self {
        let severity = match gap.code.severity() {
            crate::gap::Severity::Error => Severity::Error,
            crate::gap::Severity::Warning => Severity::Warning,
            crate::gap::Severity::Info => Severity::Info,
        };
        Self { severity, code: gap.code.as_str().to_owned(), path: path_text(&gap.path), line: gap.line, message: gap.message.clone() }
    }
}

impl Meta {
    /// The section of a model; `facts` are counted from the finished sections.
    pub(super) fn from_model(model: &Model, inventory: &Inventory, facts: BTreeMap<String, usize>) -> Self {
        let mut gaps: Vec<&Gap> = model.gaps.iter().collect();
        gaps.sort_by(|a, b| a.order().cmp(&b.order()));
        let diagnostics: Vec<Diagnostic> = gaps.into_iter().map(Diagnostic::of).collect();
        Self {
            project: model.project.clone(),
            generated_at: inventory.time.map(rfc3339),
            commit: inventory.commit.clone(),
            source: source_texts(inventory),
            version: Version::V1,
            generator: Some(Generator { name: "reposcan".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }),
            stats: Some(Stats {
                files: file_stats(inventory),
                vendored: inventory.vendored.iter().map(path_text).collect(),
                facts,
                diagnostics: count_codes(&diagnostics),
            }),
            diagnostics: Some(diagnostics),
            extra: Extra::new(),
        }
    }
}

fn file_stats(inventory: &Inventory) -> FileStats {
    let mut by_kind: BTreeMap<String, usize> = BTreeMap::new();
    for kinds in inventory.kinds_by_root.values() {
        for (kind, count) in kinds {
            *by_kind.entry((*kind).to_owned()).or_default() += count;
        }
    }
    FileStats {
        listed: inventory.listed,
        read: inventory.read,
        parsed: inventory.parsed,
        tests: inventory.tests,
        generated: inventory.generated,
        by_kind,
    }
}

fn count_codes(diagnostics: &[Diagnostic]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        *counts.entry(diagnostic.code.clone()).or_default() += 1;
    }
    counts
}

/// `apps/**: 812 TypeScript, 59 SQL`, one text for each top folder.
fn source_texts(inventory: &Inventory) -> Vec<String> {
    let text = |(root, kinds): (&String, &BTreeMap<&'static str, usize>)| {
        let mut sorted: Vec<(&&str, &usize)> = kinds.iter().collect();
        sorted.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let counted: Vec<String> = sorted.into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let place = if root.is_empty() { "*".to_owned() } else { format!("{root}/**") };
        format!("{place}: {}", counted.join(", "))
    };
    inventory.kinds_by_root.iter().map(text).collect()
}
