//! The command: reads arguments, runs a scan or a subcommand, prints, and says by its exit code how it went.
//! The only place that knows a terminal; it uses the public API of the library and nothing else.

mod arguments;
mod diff;
mod input;
mod output;
mod progress;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use reposcan::{Document, ScanOptions};

use arguments::{Arguments, Command, Form, ScanArguments};
use output::{Failure, Output};

/// Done.
const DONE: u8 = 0;
/// `--strict` found gaps, `validate` found faults, or `diff` found changes that fail it.
const FOUND: u8 = 1;
/// Usage, a folder, file or revision that is missing or not readable, an output that is not writable.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        None => run_scan(&arguments.scan),
        Some(Command::Schema { form: Form::Document }) => print(reposcan::document::schema_text().as_bytes()),
        Some(Command::Schema { form: Form::Diff }) => print(reposcan::diff::schema_text().as_bytes()),
        Some(Command::Diff(arguments)) => diff::run(arguments),
        Some(Command::Merge { files, output, compact }) => merge(files, output.as_deref(), *compact),
        Some(Command::Validate { file }) => validate(file),
        Some(Command::Extractors) => print(extractors().as_bytes()),
        Some(Command::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "reposcan", &mut text);
            print(&text)
        }
        Some(Command::Man) => man(),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(Failure(message)) => {
            output::complain(&format!("reposcan: {message}"));
            ExitCode::from(FAILED)
        }
    }
}

fn run_scan(arguments: &ScanArguments) -> Result<u8, Failure> {
    let output = Output::open(arguments.output.as_deref())?;
    let written = arguments.output.as_deref().and_then(|file| output_within(&arguments.path, file));
    let options = ScanOptions { revision: arguments.rev.clone(), ..arguments.reading.options(written)? };
    let document = progress::scan(&arguments.path, &options, arguments.quiet).map_err(|error| Failure(error.to_string()))?;
    let gaps = document.gap_count();
    let document = match arguments.sections.as_slice() {
        [] => document,
        names => document.with_sections(&names.iter().map(String::as_str).collect::<Vec<&str>>()),
    };
    output.write(|out| document.write_json(out, arguments.compact))?;
    if arguments.strict && gaps > 0 {
        if !arguments.quiet {
            output::complain(&format!("reposcan: {gaps} gaps; meta.diagnostics lists them"));
        }
        return Ok(FOUND);
    }
    Ok(DONE)
}

/// The output file as a glob when it lies inside the root, so that a second scan does not count what the first one wrote.
fn output_within(root: &Path, file: &Path) -> Option<String> {
    let root = root.canonicalize().ok()?;
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let folder = folder.canonicalize().ok()?;
    let relative = folder.strip_prefix(&root).ok()?.join(file.file_name()?);
    Some(format!("/{}", globset::escape(relative.to_str()?)))
}

fn merge(files: &[PathBuf], output: Option<&Path>, compact: bool) -> Result<u8, Failure> {
    let output = Output::open(output)?;
    let documents: Result<Vec<Document>, Failure> = files.iter().map(|file| diff::read(file)).collect();
    let merged = reposcan::landscape::merge(&documents?).map_err(|why| Failure(format!("cannot merge: {why}")))?;
    output.write(|out| merged.write_json(out, compact))?;
    Ok(DONE)
}

fn print(bytes: &[u8]) -> Result<u8, Failure> {
    Output::open(None)?.write(|out| out.write_all(bytes))?;
    Ok(DONE)
}

fn man() -> Result<u8, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut text).map_err(|error| Failure(format!("cannot make the man page: {error}")))?;
    print(&text)
}

fn extractors() -> String {
    let all = reposcan::understood();
    let width = all.iter().map(|one| one.id.len()).max().unwrap_or_default();
    all.iter().map(|one| format!("{:width$}  {}\n", one.id, one.about)).collect()
}

fn validate(file: &Path) -> Result<u8, Failure> {
    let text = input::text_of(file)?;
    let faults = Document::faults(&text);
    let mut lines: String = faults.iter().map(|fault| format!("{fault}\n")).collect();
    if lines.is_empty() {
        lines = "valid\n".to_owned();
    }
    print(lines.as_bytes())?;
    Ok(if faults.is_empty() { DONE } else { FOUND })
}
