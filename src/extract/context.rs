//! What an extractor is given: the file with its matches, and the sink for what it finds.

use std::cell::{Cell, OnceCell, RefCell};

use tree_sitter::Tree;

use super::Read;
use crate::classify::{File, RepoMap};
use crate::finding::{Fact, Finding};
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};
use crate::source::{Lines, SourceText};
use crate::syntax::custom_resources::without_schemas;
use crate::syntax::json::{Json, JsonFault};
use crate::syntax::query::{Match, Matches, QueryFile};
use crate::syntax::yaml::Yaml;

/// One file, each view of it made at most once.
pub(crate) struct FileCx<'a> {
    map: &'a RepoMap,
    /// The file.
    pub(crate) file: &'a File,
    /// Its text.
    pub(crate) text: &'a str,
    tree: Option<&'a Tree>,
    read: Read<'a>,
    matches: Matches<'a>,
    lines: OnceCell<Lines>,
    yaml: OnceCell<Yaml>,
    json: OnceCell<Result<Json, JsonFault>>,
    asked_map: Cell<bool>,
    companions: RefCell<Vec<RepoPath>>,
}

impl<'a> FileCx<'a> {
    pub(super) fn new(
        (map, read): (&'a RepoMap, Read<'a>),
        file: &'a File,
        text: &'a str,
        (tree, matches): (Option<&'a Tree>, Matches<'a>),
    ) -> Self {
        let (lines, yaml, json) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let (asked_map, companions) = (Cell::new(false), RefCell::default());
        Self { map, file, text, tree, read, matches, lines, yaml, json, asked_map, companions }
    }

    /// The repository.
    pub(crate) fn map(&self) -> &'a RepoMap {
        self.asked_map.set(true);
        self.map
    }

    /// What was looked at beside the file: whether that was the list of files, and which other files were read.
    pub(super) fn looked_at(self) -> (bool, Vec<RepoPath>) {
        (self.asked_map.get(), self.companions.into_inner())
    }

    /// The matches of a query file, in the order of the text; none when the file could not be parsed.
    pub(crate) fn matches(&self, query: &QueryFile) -> Vec<Match<'a>> {
        self.matches.of(query)
    }

    /// The tree, when the file has a grammar and could be parsed.
    pub(crate) fn tree(&self) -> Option<&'a Tree> {
        self.tree
    }

    /// The file as YAML; what is broken in it is in its faults, and for the one extractor of the file to report.
    pub(crate) fn yaml(&self) -> &Yaml {
        self.yaml.get_or_init(|| Yaml::parse(&without_schemas(self.text)))
    }

    /// The file as JSON; where it is none, that is written as a gap.
    pub(crate) fn json(&self, sink: &mut Sink<'_>) -> Option<&Json> {
        match self.json.get_or_init(|| Json::parse(self.text)) {
            Ok(json) => Some(json),
            Err(fault) => {
                sink.gap(GapCode::SyntaxError, Some(fault.line), format!("the file is not JSON: {}", fault.message));
                None
            }
        }
    }

    /// The text of another file that is a part of the same unit, as the templates are of their chart; `None` when it cannot be read.
    pub(crate) fn companion(&self, path: &RepoPath) -> Option<String> {
        self.companions.borrow_mut().push(path.clone());
        SourceText::decode((self.read)(path).ok()?).ok().map(|source| source.text)
    }

    /// The line, from 1, of a byte offset.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        self.lines.get_or_init(|| Lines::of(self.text)).at(offset)
    }
}

/// Takes what one extractor finds in one file and stamps it with both.
pub(crate) struct Sink<'a> {
    extractor: &'static str,
    path: &'a RepoPath,
    findings: &'a mut Vec<Finding>,
    gaps: &'a mut Vec<Gap>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(extractor: &'static str, path: &'a RepoPath, findings: &'a mut Vec<Finding>, gaps: &'a mut Vec<Gap>) -> Self {
        Self { extractor, path, findings, gaps }
    }

    /// A fact at a line, counted from 1.
    pub(crate) fn fact(&mut self, line: u32, fact: Fact) {
        self.findings.push(Finding { extractor: self.extractor, at: Location::new(self.path, line), fact });
    }

    /// A fact at a line of another file of the same unit.
    pub(crate) fn fact_in(&mut self, path: &RepoPath, line: u32, fact: Fact) {
        self.findings.push(Finding { extractor: self.extractor, at: Location::new(path, line), fact });
    }

    /// Something that was not covered in another file of the same unit.
    pub(crate) fn gap_in(&mut self, path: &RepoPath, code: GapCode, line: Option<u32>, message: impl Into<String>) {
        self.gaps.push(Gap { code, path: path.clone(), line, message: message.into() });
    }

    /// How many gaps were told so far.
    pub(crate) fn told(&self) -> usize {
        self.gaps.len()
    }

    /// Takes back the gaps behind the first ones: whether they count, another file decides.
    pub(crate) fn take_gaps(&mut self, from: usize) -> Vec<Gap> {
        self.gaps.split_off(from.min(self.gaps.len()))
    }

    /// Something that was not covered.
    pub(crate) fn gap(&mut self, code: GapCode, line: Option<u32>, message: impl Into<String>) {
        self.gaps.push(Gap { code, path: self.path.clone(), line, message: message.into() });
    }
}
