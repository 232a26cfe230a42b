//! Where a fact stands: a path inside the repository and a line in it.
//! Never holds an absolute path, so that no output byte depends on the machine.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A path relative to the scanned root, with `/` between its parts; the root itself is the empty path.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RepoPath(Arc<str>);

impl RepoPath {
    /// Makes a path from text; backslashes become slashes, `.` and empty parts vanish, `..` takes a part away.
    pub(crate) fn new(text: &str) -> Self {
        let mut parts: Vec<&str> = Vec::new();
        for part in text.split(['/', '\\']) {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                other => parts.push(other),
            }
        }
        Self(parts.join("/").into())
    }

    /// The path as text, `apps/api/src/main.ts`.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part, `main.ts`; empty for the root.
    pub(crate) fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The name without its last extension, `main`; a leading dot does not start an extension.
    pub(crate) fn stem(&self) -> &str {
        let name = self.name();
        match name.rfind('.') {
            Some(at) if at > 0 => &name[..at],
            _ => name,
        }
    }

    /// The last extension without its dot, `ts`; empty when there is none.
    pub(crate) fn extension(&self) -> &str {
        let name = self.name();
        match name.rfind('.') {
            Some(at) if at > 0 => &name[at + 1..],
            _ => "",
        }
    }

    /// The folder that holds it; the root for a path of one part and for the root itself.
    #[must_use]
    pub(crate) fn parent(&self) -> Self {
        Self(self.0.rfind('/').map_or("", |at| &self.0[..at]).into())
    }

    /// This folder with a relative path behind it; `..` in the other path goes up.
    #[must_use]
    pub(crate) fn join(&self, other: &str) -> Self {
        Self::new(&format!("{}/{other}", self.0))
    }

    /// Whether it is the scanned root.
    pub(crate) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is `folder` or lies anywhere below it.
    pub(crate) fn is_within(&self, folder: &Self) -> bool {
        folder.is_root() || self.0.strip_prefix(folder.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The parts from the root down.
    pub(crate) fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }
}

/// Paths order and compare as their text does, so that a map of them can be asked with text.
impl Borrow<str> for RepoPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", &*self.0)
    }
}

/// A file and a line in it, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    /// The file.
    pub(crate) path: RepoPath,
    /// The line, from 1.
    pub(crate) line: u32,
}

impl Location {
    /// A line of a file.
    pub(crate) fn new(path: &RepoPath, line: u32) -> Self {
        Self { path: path.clone(), line }
    }
}

#[cfg(test)]
mod tests {
    use super::RepoPath;

    #[test]
    fn a_path_is_normalised_and_taken_apart() {
        let path = RepoPath::new("./apps//api\\src/../main.test.ts");
        assert_eq!(path.as_str(), "apps/api/main.test.ts");
        assert_eq!((path.name(), path.stem(), path.extension()), ("main.test.ts", "main.test", "ts"));
        assert_eq!(path.parent().as_str(), "apps/api");
        assert!(path.is_within(&RepoPath::new("apps/api")));
        assert!(!path.is_within(&RepoPath::new("apps/ap")));
        assert_eq!(RepoPath::new(".env").extension(), "");
        assert!(RepoPath::new("..").is_root());
    }
}
