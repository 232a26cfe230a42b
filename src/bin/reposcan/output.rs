//! Where bytes go: the standard output through one locked writer, or a file that is replaced at once.
//! A reader that goes away (`| head`) ends the command quietly.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Why the command cannot go on, in one line that says what to do.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

/// Says one line on the standard error; when nobody listens there, nothing can be done about it.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Where the result is written.
pub(crate) enum Output {
    /// The standard output.
    Standard,
    /// A file that is replaced at once.
    Replace(PathBuf),
    /// A device or pipe, which must stay what it is: `-o /dev/null`.
    Into(PathBuf),
}

impl Output {
    /// Looks at the output before the work, so that a wrong path is told at once; touches nothing yet.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::Standard) };
        if path.file_name().is_none() || path.is_dir() {
            return Err(Failure(format!("cannot write {}: it is a folder; give a file", path.display())));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(unwritable(path, &io::Error::from(ErrorKind::NotFound)));
        }
        let special = std::fs::metadata(path).is_ok_and(|there| !there.is_file());
        Ok(if special { Self::Into(path.to_path_buf()) } else { Self::Replace(path.to_path_buf()) })
    }

    /// Writes everything and closes.
    pub(crate) fn write(self, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        match self {
            Self::Standard => match flushed(io::stdout().lock(), fill) {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure(format!("cannot write the standard output: {error}"))),
                _ => Ok(()),
            },
            Self::Into(path) => {
                let opened = File::options().write(true).open(&path);
                opened.and_then(|file| flushed(file, fill)).map_err(|error| unwritable(&path, &error))
            }
            Self::Replace(path) => {
                let beside = hidden_beside(&path);
                let written = File::create(&beside).and_then(|file| flushed(file, fill)).and_then(|()| std::fs::rename(&beside, &path));
                written.map_err(|error| {
                    let _ = std::fs::remove_file(&beside);
                    unwritable(&path, &error)
                })
            }
        }
    }
}

/// A name in the same folder, so that the rename does not cross file systems.
fn hidden_beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

fn flushed(out: impl Write, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut buffered = BufWriter::with_capacity(1 << 16, out);
    fill(&mut buffered)?;
    buffered.flush()
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure(format!("cannot write {}: {error}; give a file in a folder that exists and can be written", path.display()))
}
