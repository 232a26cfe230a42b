//! The ignore rules of a folder of a revision, read from its blobs as the walk reads them from files.
//! Decides for one folder and those above it; knows no user settings.

use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The files with rules, the stronger first.
pub(super) const FILES: [&str; 2] = [".ignore", ".gitignore"];

/// The rules of one folder, and of those above.
#[derive(Debug)]
pub(super) struct Rules {
    /// One for each of [`FILES`].
    own: [Gitignore; 2],
    above: Option<Arc<Rules>>,
}

impl Rules {
    /// The rules of a folder that holds these files.
    pub(super) fn of(folder: &Path, texts: [Option<Vec<u8>>; 2], above: Option<Arc<Self>>) -> Option<Arc<Self>> {
        if texts.iter().all(Option::is_none) {
            return above;
        }
        Some(Arc::new(Self { own: texts.map(|text| matcher(folder, text)), above }))
    }

    /// Whether a path is left out. The nearest folder with a rule for it decides, for each kind of file; the stronger kind wins.
    pub(super) fn leaves_out(self: &Arc<Self>, path: &Path, is_folder: bool) -> bool {
        for kind in 0..FILES.len() {
            let mut at = Some(self);
            while let Some(rules) = at {
                match rules.own[kind].matched(path, is_folder) {
                    Match::Ignore(_) => return true,
                    Match::Whitelist(_) => return false,
                    Match::None => at = rules.above.as_ref(),
                }
            }
        }
        false
    }
}

/// Lines that are not understood are passed over, and the first that is not UTF-8 ends the file, as in the walk.
fn matcher(folder: &Path, text: Option<Vec<u8>>) -> Gitignore {
    let Some(text) = text else { return Gitignore::empty() };
    let mut builder = GitignoreBuilder::new(folder);
    for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let Ok(line) = std::str::from_utf8(line) else { break };
        let line = if at == 0 { line.trim_start_matches('\u{feff}') } else { line };
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Rules;

    #[test]
    fn the_nearest_rule_decides_and_ignore_is_stronger() {
        let top = Rules::of(Path::new("/"), [Some(b"kept.sql".to_vec()), Some(b"*.log\n*.sql\n".to_vec())], None);
        let below = Rules::of(Path::new("/a"), [Some(b"!kept.sql".to_vec()), Some(b"!b.log\r\n/c".to_vec())], top.clone()).unwrap();
        let left_out = |path: &str, is_folder: bool| below.leaves_out(Path::new(path), is_folder);
        assert!(left_out("/a/x.log", false) && !left_out("/a/b.log", false));
        assert!(!left_out("/a/kept.sql", false) && left_out("/a/other.sql", false));
        assert!(left_out("/a/c", true) && !left_out("/a/d/c", true));
        assert!(top.unwrap().leaves_out(Path::new("/kept.sql"), false));
    }
}
