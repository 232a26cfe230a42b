//! `reposcan diff`: two sides, what changed between them, and what that means for the exit code.
//! A side that cannot be read is a failure, and never "no change".

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use reposcan::diff::{self, Changes, Class};
use reposcan::{Document, Progress, ScanOptions};

use super::arguments::{DiffArguments, FailOn, Format};
use super::input;
use super::output::{self, Failure, Output};
use super::{DONE, FOUND};

/// One side of a diff.
enum Side {
    /// A stored document, or `-`.
    File(PathBuf),
    /// A folder as it stands.
    Folder(PathBuf),
    /// A revision.
    Revision(String),
}

/// Runs the command.
pub(crate) fn run(arguments: &DiffArguments) -> Result<u8, Failure> {
    let output = Output::open(arguments.output.as_deref())?;
    let options = arguments.reading.options(None)?;
    let (old, new) = documents(arguments, &options)?;
    let mut changes = diff::diff(&old, &new);
    if let Some(file) = &arguments.baseline {
        accept(&mut changes, file, arguments.quiet)?;
    }
    if !changes.not_compared.is_empty() && changes.changes.is_empty() && !arguments.quiet {
        let names = changes.not_compared.join(", ");
        output::complain(&format!("reposcan: only one of the two documents has {names}; these sections are not compared"));
    }
    let text = match arguments.format {
        Format::Text => diff::text(&changes, arguments.output.is_none() && wants_colour()),
        Format::Json => changes.to_json(),
        Format::Markdown => diff::markdown(&changes),
        Format::Sarif => diff::sarif(&changes),
    };
    output.write(|out| out.write_all(text.as_bytes()))?;
    let fails = match arguments.fail_on {
        FailOn::Breaking => changes.shown(Class::Breaking).next().is_some(),
        FailOn::Any => !changes.changes.is_empty(),
        FailOn::None => false,
    };
    Ok(if fails { FOUND } else { DONE })
}

/// Colour is for a person at a terminal who did not say no (<https://no-color.org>).
fn wants_colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn documents(arguments: &DiffArguments, options: &ScanOptions) -> Result<(Document, Document), Failure> {
    let (old, new) = sides(arguments)?;
    if let (Side::Revision(old), Side::Revision(new)) = (&old, &new) {
        let both = reposcan::scan_both(&arguments.repo, old, new, options);
        return both.map_err(|error| Failure(format!("{}{error}", no_file(&[old, new]))));
    }
    if let (Side::File(old), Side::File(new)) = (&old, &new)
        && old == Path::new("-")
        && new == Path::new("-")
    {
        return Err(Failure("only one side can be the standard input".to_owned()));
    }
    Ok((document(&old, arguments, options)?, document(&new, arguments, options)?))
}

fn sides(arguments: &DiffArguments) -> Result<(Side, Side), Failure> {
    if let Some(new) = &arguments.new {
        return Ok((side(&arguments.old), side(new)));
    }
    let head = |text: &str| if text.is_empty() { "HEAD".to_owned() } else { text.to_owned() };
    if let Some((old, new)) = arguments.old.split_once("...") {
        let (old, new) = (head(old), head(new));
        let base = reposcan::merge_base(&arguments.repo, &old, &new).map_err(|error| Failure(error.to_string()))?;
        return Ok((Side::Revision(base), Side::Revision(new)));
    }
    let Some((old, new)) = arguments.old.split_once("..") else {
        return Err(Failure(format!("'{}' is one side; give two, or a range like main..HEAD", arguments.old)));
    };
    Ok((Side::Revision(head(old)), Side::Revision(head(new))))
}

/// What a text means: a stored document where a file is called so, a folder where it is written as one, else a revision.
fn side(text: &str) -> Side {
    let path = Path::new(text);
    let written_as_folder = matches!(text, "." | "..") || ["./", "../", "/"].iter().any(|start| text.starts_with(start));
    if text == "-" || path.exists() && !path.is_dir() {
        Side::File(path.to_path_buf())
    } else if written_as_folder {
        Side::Folder(path.to_path_buf())
    } else {
        Side::Revision(text.to_owned())
    }
}

fn document(side: &Side, arguments: &DiffArguments, options: &ScanOptions) -> Result<Document, Failure> {
    let scan = |root: &Path, revision: Option<String>| {
        let options = ScanOptions { revision, ..options.clone() };
        reposcan::scan(root, &options, &Progress::default()).map_err(|error| Failure(error.to_string()))
    };
    match side {
        Side::File(file) => read(file),
        Side::Folder(root) => scan(root, None),
        Side::Revision(revision) => {
            scan(&arguments.repo, Some(revision.clone())).map_err(|Failure(why)| Failure(format!("{}{why}", no_file(&[revision]))))
        }
    }
}

/// What looks like a file and was taken for a revision.
fn no_file(revisions: &[&String]) -> String {
    let missing = revisions.iter().find(|revision| revision.ends_with(".json"));
    missing.map(|name| format!("there is no file {name}, and ")).unwrap_or_default()
}

/// Reads a stored document. Git hands over the null device where a file is new or gone: that is the empty document.
pub(crate) fn read(file: &Path) -> Result<Document, Failure> {
    if file == Path::new("/dev/null") {
        return Ok(Document::empty());
    }
    Document::read(&input::text_of(file)?).map_err(|why| Failure(format!("cannot read {}: {why}", file.display())))
}

fn accept(changes: &mut Changes, file: &Path, quiet: bool) -> Result<(), Failure> {
    let baseline =
        Changes::from_json(&input::text_of(file)?).map_err(|why| Failure(format!("cannot read the baseline {}: {why}", file.display())))?;
    let (accepted, stale) = diff::accept(changes, &baseline);
    if !quiet && (accepted > 0 || stale > 0) {
        output::complain(&format!("reposcan: the baseline accepts {accepted} of these changes; {stale} of its changes are not among them"));
    }
    Ok(())
}
