//! What the command is given to read beside the repository: files, and the standard input.

use std::io::Read;
use std::path::Path;

use super::output::Failure;

/// The text of a file, or of the standard input for `-`. Fails where it cannot be read or is not UTF-8.
pub(crate) fn text_of(file: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|mut opened| opened.read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure(format!("cannot read {}: {error}; give a JSON file, or - for the standard input", file.display())))?;
    String::from_utf8(bytes).map_err(|_| Failure(format!("{} is not UTF-8; a document is", file.display())))
}
