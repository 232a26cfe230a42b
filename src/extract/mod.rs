//! The engine: reads each file once, looks for markers, parses at most once, and hands it to its extractors.
//! An extractor sees one file; a panic in one is caught, its findings there dropped whole, and a gap written.

pub(crate) mod configuration;
pub(crate) mod context;
mod demand;
pub(crate) mod docker;
pub(crate) mod docs;
mod language;
pub(crate) mod manifest;
mod registry;
pub(crate) mod sql;
pub(crate) mod typescript;
pub(crate) mod yaml;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::classify::{File, FileKind, RepoMap};
use crate::finding::Finding;
use crate::gap::{Gap, GapCode};
use crate::location::RepoPath;
use crate::source::{NotText, SourceText};
use crate::syntax::query::QueryFile;
pub(crate) use context::{FileCx, Sink};
pub(crate) use registry::{Registry, all_extractors};

/// How one framework or format is read.
pub(crate) struct Extractor {
    /// Its path in `src/extract`, `queries` and `fixtures`, with a dot: `typescript.nestjs`.
    pub(crate) id: &'static str,
    /// What it understands, for `reposcan extractors`.
    pub(crate) about: &'static str,
    /// The files that it is offered.
    pub(crate) kinds: &'static [FileKind],
    /// One of these must stand in the text; empty: every file of its kinds.
    pub(crate) markers: &'static [&'static str],
    /// When it sees a file.
    pub(crate) when: When,
    /// Where things are.
    pub(crate) queries: &'static [&'static QueryFile],
    /// Reads one file.
    pub(crate) extract: fn(&FileCx<'_>, &mut Sink<'_>),
}

/// What one extractor understands, for a list that a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// The extractor's id: `typescript.nestjs`.
    pub id: &'static str,
    /// What it understands.
    pub about: &'static str,
    /// The query files that it uses: `typescript/nestjs`.
    pub queries: Vec<&'static str>,
}

/// Everything that is understood, in a fixed order.
#[must_use]
pub fn understood() -> Vec<Understood> {
    let shown = |one: &Extractor| Understood { id: one.id, about: one.about, queries: one.queries.iter().map(|query| query.id).collect() };
    all_extractors().into_iter().map(shown).collect()
}

/// When an extractor sees a file of its kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// When a marker of its own stands in the text and the file is not test code.
    Marked,
    /// When the file is parsed for another extractor, or a fact elsewhere refers to it.
    Parsed,
    /// Like `Marked`, and in test code too.
    MarkedAndTests,
}

/// Reads one file of the tree: the bytes, or why not.
pub(crate) type Read<'a> = &'a (dyn Fn(&RepoPath) -> Result<Vec<u8>, Gap> + Sync);

/// What the extractors found, in the order of (path, line, extractor).
#[derive(Debug, Default)]
pub(crate) struct Extraction {
    /// The facts.
    pub(crate) findings: Vec<Finding>,
    /// What was not covered.
    pub(crate) gaps: Vec<Gap>,
    /// How many files were read whole.
    pub(crate) files_read: usize,
    /// How many files were parsed into a tree.
    pub(crate) files_parsed: usize,
}

/// What one file gave.
#[derive(Debug, Default)]
struct FileResult {
    findings: Vec<Finding>,
    gaps: Vec<Gap>,
    read: bool,
    parsed: bool,
}

/// Runs every extractor over the files it is offered, then over the files that found facts refer to.
pub(crate) fn extract_all(map: &RepoMap, read: Read<'_>, done: &AtomicUsize) -> Extraction {
    let mut extraction = Extraction::default();
    let mut parsed = vec![false; map.files.len()];
    let all: Vec<usize> = (0..map.files.len()).collect();
    collect(map, read, &all, false, &mut parsed, &mut extraction, done);
    for _ in 0..demand::ROUNDS {
        let wanted = demand::wanted(map, &extraction.findings, &parsed);
        if wanted.is_empty() {
            break;
        }
        collect(map, read, &wanted, true, &mut parsed, &mut extraction, done);
    }
    extraction.findings.sort_by(|a, b| (&a.at, a.extractor).cmp(&(&b.at, b.extractor)));
    extraction
}

fn collect(map: &RepoMap, read: Read<'_>, files: &[usize], demanded: bool, parsed: &mut [bool], into: &mut Extraction, done: &AtomicUsize) {
    let results: Vec<FileResult> = files
        .par_iter()
        .map(|at| {
            let result = extract_file(map, &map.files[*at], read, demanded);
            done.fetch_add(1, Ordering::Relaxed);
            result
        })
        .collect();
    for (at, mut result) in files.iter().zip(results) {
        parsed[*at] |= result.parsed || demanded;
        into.files_read += usize::from(result.read && !demanded);
        into.files_parsed += usize::from(result.parsed);
        into.findings.append(&mut result.findings);
        into.gaps.append(&mut result.gaps);
    }
}

fn extract_file(map: &RepoMap, file: &File, read: Read<'_>, demanded: bool) -> FileResult {
    let mut result = FileResult::default();
    let registry = Registry::get();
    let offered = registry.offered(file);
    if offered.is_empty() || file.is_generated && !demanded {
        return result;
    }
    let bytes = match read_bytes(file, read) {
        Ok(bytes) => bytes,
        Err(gap) => {
            result.gaps.push(gap);
            return result;
        }
    };
    result.read = true;
    let chosen = registry.choose(file, &offered, &bytes, demanded);
    if chosen.is_empty() {
        return result;
    }
    let text = match SourceText::decode(bytes) {
        Ok(source) => source.text,
        Err(why) => {
            result.gaps.push(not_text(file, why));
            return result;
        }
    };
    run((map, read), file, &text, &chosen, &mut result);
    result
}

/// The bytes of a file. Markers are looked for in them, so that UTF-16, with zeros between its letters, is decoded first.
fn read_bytes(file: &File, read: Read<'_>) -> Result<Vec<u8>, Gap> {
    let bytes = read(&file.path)?;
    if !SourceText::is_utf16(&bytes) {
        return Ok(bytes);
    }
    SourceText::decode(bytes).map(|source| source.text.into_bytes()).map_err(|why| not_text(file, why))
}

fn not_text(file: &File, why: NotText) -> Gap {
    let message = match why {
        NotText::Binary => "the file is binary",
        NotText::UnknownEncoding => "the file is neither UTF-8 nor UTF-16 with a byte order mark",
    };
    Gap::file(GapCode::NotText, &file.path, message)
}

fn run((map, read): (&RepoMap, Read<'_>), file: &File, text: &str, chosen: &[&'static Extractor], result: &mut FileResult) {
    let tree = language::parse_for(file, text, chosen, &mut result.gaps);
    result.parsed = tree.is_some();
    let matches = tree.as_ref().map(|(grammar, tree)| Registry::get().query(*grammar).run(tree, text)).unwrap_or_default();
    let cx = FileCx::new((map, read), file, text, (tree.as_ref().map(|(_, tree)| tree), matches));
    for extractor in chosen {
        let mut findings = Vec::new();
        let mut gaps = Vec::new();
        let mut sink = Sink::new(extractor.id, &file.path, &mut findings, &mut gaps);
        if catch_unwind(AssertUnwindSafe(|| (extractor.extract)(&cx, &mut sink))).is_ok() {
            result.findings.append(&mut findings);
            result.gaps.append(&mut gaps);
        } else {
            let message = format!("the extractor {} failed on this file; what it found here is left out", extractor.id);
            result.gaps.push(Gap::file(GapCode::ExtractorFailed, &file.path, message));
        }
    }
}
