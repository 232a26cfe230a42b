//! The engine: reads each file once, looks for markers, parses at most once, and hands it to its extractors.
//! An extractor sees one file; a panic in one is caught, its findings there dropped whole, and a gap written.

pub(crate) mod configuration;
pub(crate) mod context;
pub(crate) mod contract;
pub(crate) mod csharp;
mod demand;
pub(crate) mod docker;
pub(crate) mod docs;
mod embedded;
pub(crate) mod go;
mod hosts;
mod language;
pub(crate) mod manifest;
mod mentions;
mod packages;
pub(crate) mod platform;
pub(crate) mod prisma;
mod registered;
mod registry;
mod reuse;
pub(crate) mod sql;
mod stored;
pub(crate) mod typescript;
mod why;
pub(crate) mod yaml;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::classify::{File, FileKind, RepoMap};
use crate::finding::{Fact, Finding};
use crate::gap::{Gap, GapCode};
use crate::location::RepoPath;
use crate::source::{NotText, SourceText};
use crate::syntax::custom_resources::without_schemas;
use crate::syntax::query::QueryFile;
pub(crate) use context::{FileCx, Sink};
pub(crate) use registry::{Registry, all_extractors};
pub(crate) use reuse::Reuse;
use why::{Why, is_bundle, is_name_byte};

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

/// Whether an extractor is offered a file: its content may give facts.
pub(crate) fn reads(file: &File) -> bool {
    !file.is_generated && !Registry::get().offered(file).is_empty()
}

/// When an extractor sees a file of its kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// When a marker of its own stands in the text and the file is not test code.
    Marked,
    /// When the file is parsed for another extractor, or a fact elsewhere refers to it.
    Parsed,
    /// Like `Marked`, and when the file is parsed for another extractor.
    MarkedOrParsed,
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
    /// How many were read and left, because a bundler had made them.
    pub(crate) files_bundled: usize,
}

/// What one file gave.
#[derive(Clone, Debug, Default)]
struct FileResult {
    findings: Vec<Finding>,
    gaps: Vec<Gap>,
    read: bool,
    parsed: bool,
    bundled: bool,
}

/// Runs every extractor over the files it is offered, then over the files that found facts refer to.
pub(crate) fn extract_all(map: &RepoMap, read: Read<'_>, done: &AtomicUsize, reuse: &Reuse<'_>) -> Extraction {
    let mut reading = Reading::new((map, read), done, reuse);
    let mut demand = demand::Demand::new(map);
    let mut fresh = reading.look(&(0..map.files.len()).map(|at| (at, Why::Listed)).collect::<Vec<_>>());
    fresh.extend(reading.asking_unparsed());
    let domain: Vec<(usize, Why<'_>)> = demand::domain(map, &reading.parsed).map(|at| (at, Why::Demanded)).collect();
    fresh.extend(reading.look(&domain));
    for _ in 0..PACKAGE_ROUNDS {
        let wanted = packages::wanted(map, &reading.found, &reading.parsed);
        let whole = wanted.whole.iter().map(|at| (*at, Why::Demanded));
        let next: Vec<(usize, Why<'_>)> = whole.chain(wanted.named.iter().map(|(at, names)| (*at, Why::Naming(names)))).collect();
        if next.is_empty() || reading.look(&next).is_empty() {
            break;
        }
    }
    for _ in 0..demand::ROUNDS {
        let wanted = demand.next(&fresh, &reading.found, &reading.parsed);
        let whole = wanted.whole.iter().map(|at| (*at, Why::Demanded));
        let named = wanted.named.iter().map(|(at, names)| (*at, Why::Naming(names)));
        let listed = wanted.glances.iter().map(|(at, names)| (*at, Why::UnlessClasses(names)));
        let next: Vec<(usize, Why<'_>)> = whole.chain(named).chain(listed).collect();
        if next.is_empty() {
            let left: Vec<usize> = (0..map.files.len()).filter(|at| !reading.parsed[*at] && demand::is_code(&map.files[*at])).collect();
            if let Some(heads) = demand.undeclared() {
                let left = left.iter().filter(|at| map.files[**at].kind == FileKind::CSharp);
                fresh = reading.look(&left.map(|at| (*at, Why::Declaring(&heads))).collect::<Vec<_>>());
                continue;
            }
            let Some(callers) = demand.callers(&reading.found) else { break };
            fresh = reading.look(&left.into_iter().map(|at| (at, Why::Holding(&callers))).collect::<Vec<_>>());
        } else {
            fresh = reading.look(&next);
        }
    }
    for (at, finding) in mentions::find(map, read, &reading.found, reuse) {
        reading.found[at].push(finding);
    }
    reading.finish()
}

/// How often what packages of Go refer to is looked for: a value, the type that holds it, and what that is made of.
const PACKAGE_ROUNDS: usize = 3;

/// Bytes of a file above which it is large.
const LARGE: u64 = 512 * 1024;

/// Files that one thread takes at once.
const RUN: usize = 8;

/// The files as far as they were read.
struct Reading<'a> {
    map: &'a RepoMap,
    read: Read<'a>,
    done: &'a AtomicUsize,
    reuse: &'a Reuse<'a>,
    /// The findings in each file.
    found: Vec<Vec<Finding>>,
    /// Whether each file was parsed, or was asked for and could not be.
    parsed: Vec<bool>,
    so_far: Extraction,
}

impl<'a> Reading<'a> {
    fn new((map, read): (&'a RepoMap, Read<'a>), done: &'a AtomicUsize, reuse: &'a Reuse<'a>) -> Self {
        let (found, parsed) = (vec![Vec::new(); map.files.len()], vec![false; map.files.len()]);
        Self { map, read, done, reuse, found, parsed, so_far: Extraction::default() }
    }

    /// Files that an extractor parsed for itself and that refer to others: handlers in wrappers, served by where they stand.
    fn asking_unparsed(&self) -> Vec<usize> {
        let asks = |finding: &Finding| matches!(&finding.fact, Fact::FileRoute(route) if route.wrapper.is_some());
        (0..self.found.len()).filter(|at| !self.parsed[*at] && self.found[*at].iter().any(asks)).collect()
    }

    /// Looks at files in parallel; gives those that were parsed.
    fn look(&mut self, files: &[(usize, Why<'_>)]) -> Vec<usize> {
        // A tree takes twenty times its source: files of megabytes are read one after the other.
        let (large, small): (Vec<_>, Vec<_>) = files.iter().copied().partition(|(at, _)| self.map.files[*at].size > LARGE);
        let look = |(at, why): &(usize, Why<'_>)| {
            let result = extract_file((self.map, self.read), &self.map.files[*at], self.reuse, *why);
            self.done.fetch_add(usize::from(matches!(why, Why::Listed)), Ordering::Relaxed);
            result
        };
        // Large files stand together (the migrations of one folder): a run of many would keep one thread busy to the end.
        let mut results: Vec<FileResult> = small.par_iter().with_max_len(RUN).map(look).collect();
        results.extend(large.iter().map(look));
        let mut fresh = Vec::new();
        for ((at, why), mut result) in small.iter().chain(&large).zip(results) {
            self.parsed[*at] |= result.parsed || matches!(why, Why::Demanded);
            self.so_far.files_read += usize::from(result.read && matches!(why, Why::Listed));
            self.so_far.files_parsed += usize::from(result.parsed);
            self.so_far.files_bundled += usize::from(result.bundled && matches!(why, Why::Listed));
            if self.parsed[*at] {
                fresh.push(*at);
            }
            for finding in result.findings.drain(..) {
                let own = if finding.at.path == self.map.files[*at].path { Some(*at) } else { self.map.position(&finding.at.path) };
                self.found[own.unwrap_or(*at)].push(finding);
            }
            self.so_far.gaps.append(&mut result.gaps);
        }
        fresh
    }

    /// All findings in the order of (path, line, extractor): files are in the order of their paths.
    fn finish(mut self) -> Extraction {
        for found in &mut self.found {
            found.sort_by(|a, b| (&a.at, a.extractor).cmp(&(&b.at, b.extractor)));
        }
        self.so_far.findings = self.found.into_iter().flatten().collect();
        self.so_far
    }
}

fn extract_file((map, read): (&RepoMap, Read<'_>), file: &File, reuse: &Reuse<'_>, why: Why<'_>) -> FileResult {
    let mut result = FileResult::default();
    let registry = Registry::get();
    let demanded = why.demands();
    let offered = registry.offered(file);
    if offered.is_empty() || file.is_generated && !demanded {
        return result;
    }
    let known = || {
        let mut result = reuse.find(file, demanded)?;
        resolve_imports(map, file, &mut result.findings);
        Some(result)
    };
    if let (Why::Listed | Why::Demanded, Some(known)) = (why, known()) {
        return known;
    }
    let bytes = match read_bytes(file, read) {
        Ok(bytes) => bytes,
        Err(gap) => {
            result.gaps.push(gap);
            return result;
        }
    };
    result.read = true;
    result.bundled = is_bundle(file.kind, &bytes);
    if result.bundled || why.passes_over(&bytes) {
        return result;
    }
    let bytes = if file.kind == FileKind::Yaml { without_schemas(bytes) } else { bytes };
    if let Some(known) = known() {
        return known;
    }
    let chosen = registry.choose(file, &offered, &bytes, demanded);
    if chosen.is_empty() {
        reuse.keep(file, demanded, &result, (false, Vec::new()));
        return result;
    }
    let text = match SourceText::decode(bytes) {
        Ok(source) => source.text,
        Err(why) => {
            result.gaps.push(not_text(file, why));
            return result;
        }
    };
    let trimmed = typescript::trimmed((map, read), file, &text);
    let looked_at = run((map, read), file, trimmed.as_deref().unwrap_or(&text), &chosen, &mut result);
    // What is left of a trimmed file hangs on the manifest beside it.
    if trimmed.is_none() {
        reuse.keep(file, demanded, &result, looked_at);
    }
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

/// Runs the chosen extractors over a file; gives what they looked at beside it.
fn run(
    (map, read): (&RepoMap, Read<'_>),
    file: &File,
    text: &str,
    chosen: &[&'static Extractor],
    result: &mut FileResult,
) -> (bool, Vec<RepoPath>) {
    let tree = language::parse_for(file, text, chosen, &mut result.gaps);
    result.parsed = tree.is_some();
    let matches = tree.as_ref().map(|(grammar, tree)| Registry::get().query(*grammar).run(tree, text)).unwrap_or_default();
    let cx = FileCx::new((map, read), file, text, (tree.as_ref().map(|(_, tree)| tree), matches));
    for extractor in chosen {
        let mut findings = Vec::new();
        let mut gaps = Vec::new();
        let mut sink = Sink::new(extractor.id, &file.path, &mut findings, &mut gaps);
        if catch_unwind(AssertUnwindSafe(|| (extractor.extract)(&cx, &mut sink))).is_ok() {
            resolve_imports(map, file, &mut findings);
            result.findings.append(&mut findings);
            result.gaps.append(&mut gaps);
        } else {
            let message = format!("the extractor {} failed on this file; what it found here is left out", extractor.id);
            result.gaps.push(Gap::file(GapCode::ExtractorFailed, &file.path, message));
        }
    }
    cx.looked_at()
}

/// Says of every import which file of the repository it means; a file names each of its modules many times in a row.
fn resolve_imports(map: &RepoMap, file: &File, findings: &mut [Finding]) {
    let mut last: Option<(String, Option<RepoPath>)> = None;
    for finding in findings {
        let (Fact::Import(import) | Fact::Reexport(import)) = &mut finding.fact else { continue };
        let target = match &last {
            Some((module, target)) if *module == import.module => target.clone(),
            _ => map.resolve_module(&file.path, &import.module),
        };
        last = Some((import.module.clone(), target.clone()));
        import.target = target;
    }
}
