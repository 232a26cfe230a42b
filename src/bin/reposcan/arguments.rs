//! The arguments of the command and how their texts are read.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use reposcan::ScanOptions;

use super::output::Failure;

const EXAMPLES: &str = "\
Examples:
  reposcan ./shop > shop.json                      scan a repository
  reposcan ./shop -o shop.json --strict            write a file, exit 1 when something was not understood
  reposcan --sections containers,data_schema       only these sections of the repository around you
  reposcan ./shop --exclude 'legacy/**' --compact  leave a folder out, one line of JSON
  reposcan --rev v1.2 ./shop                       scan a tag, branch or commit, without a checkout
  reposcan diff main..HEAD                         what changed between two revisions, read without a checkout
  reposcan diff old.json new.json --format json    what changed between two documents
  reposcan merge a.json b.json -o landscape.json   several repositories as one document
  reposcan validate shop.json                      check a document against the schema
  reposcan ./schema                                scan a folder that is named like a subcommand

Exit codes:
  0  done
  1  --strict with gaps, validate found faults, or diff found changes that --fail-on names
  2  wrong usage, a folder, file or revision that cannot be read, output not writable

Environment:
  SOURCE_DATE_EPOCH  seconds since 1970 for meta.generated_at; the time of the scanned commit otherwise";

/// Reads a repository and prints what it is: one C4 document as JSON.
#[derive(Debug, Parser)]
#[command(name = "reposcan", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) scan: ScanArguments,
}

/// What to scan and how to print it.
#[derive(Args, Debug)]
pub(crate) struct ScanArguments {
    /// The repository to scan
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub(crate) path: PathBuf,
    /// Scan this revision of the git repository, read from its objects without a checkout
    #[arg(long, value_name = "REV", allow_hyphen_values = false)]
    pub(crate) rev: Option<String>,
    /// Write to this file instead of the standard output; it is replaced at once when the scan is done
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Print one line of JSON instead of indented JSON
    #[arg(long)]
    pub(crate) compact: bool,
    /// Print only these sections, and meta
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = clap::builder::PossibleValuesParser::new(reposcan::document::SECTIONS))]
    pub(crate) sections: Vec<String>,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    /// Exit 1 when the document names gaps: diagnostics that are errors or warnings
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print nothing on the standard error but failures
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// What a scan reads, and with how many threads.
#[derive(Args, Debug)]
pub(crate) struct ReadingArguments {
    /// Read only files that match; a pattern without a slash matches at any depth, a folder stands for all in it
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// Leave out files and folders that match
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Worker threads; 0 for one a processor
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Leave larger files out, with a diagnostic: bytes, or with K, M or G
    #[arg(long, value_name = "SIZE", default_value = "4M", value_parser = size)]
    pub(crate) max_file_size: u64,
}

impl ReadingArguments {
    /// The options of a scan that leaves out one more pattern. Fails where a pattern or `SOURCE_DATE_EPOCH` is not understood.
    pub(crate) fn options(&self, left_out: Option<String>) -> Result<ScanOptions, Failure> {
        let exclude: Vec<String> = self.exclude.iter().cloned().chain(left_out).collect();
        Ok(ScanOptions {
            include: globs(&self.include)?,
            exclude: globs(&exclude)?,
            threads: self.threads,
            max_file_size: self.max_file_size,
            source_date_epoch: source_date_epoch()?,
            revision: None,
        })
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the JSON Schema of the document, or of a diff
    Schema {
        /// Of which form
        #[arg(value_enum, default_value_t = Form::Document)]
        form: Form,
    },
    /// Tell what changed between two documents, revisions or folders
    Diff(DiffArguments),
    /// Put the documents of several repositories into one, joined by channels, hosts and contracts
    Merge {
        /// The documents
        #[arg(required = true, value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
        /// Write to this file instead of the standard output
        #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        output: Option<PathBuf>,
        /// Print one line of JSON instead of indented JSON
        #[arg(long)]
        compact: bool,
    },
    /// Check a document against the schema and print the first faults with their place
    Validate {
        /// The document, or - for the standard input
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// List what is understood
    Extractors,
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page
    Man,
}

/// The two sides and how to tell what changed.
#[derive(Args, Debug)]
pub(crate) struct DiffArguments {
    /// The old side: a document, - for the standard input, a revision, or a folder written as one (./shop); or a range A..B, A...B
    pub(crate) old: String,
    /// The new side
    pub(crate) new: Option<String>,
    /// The repository that revisions are of
    #[arg(long, value_name = "PATH", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(crate) repo: PathBuf,
    /// How to print the changes
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Exit 1 on these changes
    #[arg(long, value_enum, default_value_t = FailOn::Breaking)]
    pub(crate) fail_on: FailOn,
    /// Changes that are accepted: what an earlier diff printed with --format json
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) baseline: Option<PathBuf>,
    /// Write to this file instead of the standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    /// Print nothing on the standard error but failures
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// A form that has a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Form {
    /// What a scan prints
    Document,
    /// What a diff prints as JSON
    Diff,
}

/// How changes are printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal
    Text,
    /// Everything, with a schema of its own
    Json,
    /// For a comment on a pull request
    Markdown,
    /// For tools that show findings beside the code
    Sarif,
}

/// Which changes fail the command.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FailOn {
    /// Breaking ones
    Breaking,
    /// All
    Any,
    /// None
    None,
}

/// `4194304`, `4096K`, `4M`, `4MiB`: powers of 1024.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let shift = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err("give bytes, or a number with K, M or G, like 4M".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "give bytes, or a number with K, M or G, like 4M".to_owned())?;
    let bytes = number.checked_mul(1 << shift).filter(|bytes| *bytes <= u64::from(u32::MAX));
    bytes.ok_or_else(|| "give at most 4G less one byte".to_owned())
}

/// The set of some globs; `None` when there are none.
fn globs(patterns: &[String]) -> Result<Option<GlobSet>, Failure> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let fault = |pattern: &str, error: &globset::Error| Failure(format!("the pattern '{pattern}' is not understood: {}", error.kind()));
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let trimmed = pattern.trim_start_matches("./").trim_end_matches('/');
        let rooted = trimmed.strip_prefix('/').unwrap_or(trimmed);
        let anywhere = if trimmed.contains('/') { rooted.to_owned() } else { format!("**/{rooted}") };
        for text in [format!("{anywhere}/**"), anywhere] {
            set.add(GlobBuilder::new(&text).literal_separator(true).build().map_err(|error| fault(pattern, &error))?);
        }
    }
    set.build().map(Some).map_err(|error| Failure(format!("the patterns are not understood together: {}", error.kind())))
}

/// `SOURCE_DATE_EPOCH`, when it is set.
fn source_date_epoch() -> Result<Option<i64>, Failure> {
    /// The last second of the year 9999: later ones have no RFC 3339 form.
    const LAST: i64 = 253_402_300_799;
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty()) else { return Ok(None) };
    let seconds = text.to_str().and_then(|text| text.parse().ok()).filter(|seconds| (0..=LAST).contains(seconds));
    seconds.map(Some).ok_or_else(|| Failure("SOURCE_DATE_EPOCH is no number of seconds since 1970; unset it or give one".to_owned()))
}
