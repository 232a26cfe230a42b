//! The parallel walk of a folder: ignore rules from inside the root only, hidden files read, links not followed.
//! Its result is sorted, so that neither threads nor the order of a directory reach the output.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use globset::GlobSet;
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::gap::{Gap, GapCode};
use crate::location::RepoPath;
use crate::source::Entry;
use crate::tree::Listing;
use crate::vendored::{Folder, is_vendored};

/// What to list.
#[derive(Clone, Debug, Default)]
pub(crate) struct WalkOptions {
    /// Only files that match, when there is one.
    pub(crate) include: Option<GlobSet>,
    /// No file or folder that matches.
    pub(crate) exclude: Option<GlobSet>,
    /// Threads; 0 for as many as there are processors.
    pub(crate) threads: usize,
}

/// Whether the folder can be listed at all.
pub(crate) fn check_readable(root: &Path) -> std::io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the walk is the one place that lists folders")]
    std::fs::read_dir(root).map(|_| ())
}

/// Lists the files below `root`.
pub(crate) fn walk(root: &Path, options: &WalkOptions) -> Listing {
    let found = Mutex::new(Listing::default());
    let mut builder = WalkBuilder::new(root);
    builder.hidden(false).parents(false).git_global(false).git_exclude(false).require_git(false).follow_links(false);
    builder.threads(options.threads);
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            let mut local = Listing::default();
            let state = visit(root, options, entry, &mut local);
            let mut all = found.lock().unwrap_or_else(PoisonError::into_inner);
            all.entries.append(&mut local.entries);
            all.vendored.append(&mut local.vendored);
            all.gaps.append(&mut local.gaps);
            state
        })
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner).sorted()
}

fn visit(root: &Path, options: &WalkOptions, entry: Result<DirEntry, ignore::Error>, into: &mut Listing) -> WalkState {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            into.gaps.push(unreadable(root, &error));
            return WalkState::Continue;
        }
    };
    if entry.depth() == 0 {
        return WalkState::Continue;
    }
    let Ok(relative) = entry.path().strip_prefix(root) else { return WalkState::Skip };
    let Some(text) = relative.to_str() else {
        let shown = RepoPath::new(&relative.to_string_lossy());
        into.gaps.push(Gap::file(GapCode::NameNotUtf8, &shown, "the name is not UTF-8; rename it to have it read"));
        return WalkState::Skip;
    };
    let path = RepoPath::new(text);
    if options.exclude.as_ref().is_some_and(|globs| globs.is_match(relative)) {
        return WalkState::Skip;
    }
    let Some(kind) = entry.file_type() else { return WalkState::Continue };
    if kind.is_dir() {
        if is_vendored(path.as_str(), &OnDisk(entry.path())) {
            if path.name() != ".git" {
                into.vendored.push(path);
            }
            return WalkState::Skip;
        }
    } else if path.name() == ".git" {
        // Work trees and submodules have a file there that leads to their repository.
        return WalkState::Continue;
    } else if kind.is_symlink() {
        into.gaps.push(Gap::file(GapCode::SymlinkSkipped, &path, "symbolic links are not followed"));
    } else if kind.is_file() && options.include.as_ref().is_none_or(|globs| globs.is_match(relative)) {
        let size = entry.metadata().map_or(0, |data| data.len());
        into.entries.push(Entry { path, size });
    }
    WalkState::Continue
}

/// A folder on the disk.
struct OnDisk<'a>(&'a Path);

impl Folder for OnDisk<'_> {
    fn holds(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }

    fn beside(&self, name: &str) -> bool {
        self.0.parent().is_some_and(|parent| parent.join(name).exists())
    }

    fn any_beside(&self, wanted: &dyn Fn(&str) -> bool) -> bool {
        #[expect(clippy::disallowed_methods, reason = "the walk is the one place that lists folders")]
        let listed = self.0.parent().and_then(|parent| std::fs::read_dir(parent).ok());
        listed.into_iter().flatten().flatten().any(|entry| entry.file_name().to_str().is_some_and(wanted))
    }
}

fn unreadable(root: &Path, error: &ignore::Error) -> Gap {
    let path = error_path(error).and_then(|path| path.strip_prefix(root).ok()).map(|path| RepoPath::new(&path.to_string_lossy()));
    let reason = error.io_error().map_or_else(|| "an ignore rule is not understood".to_owned(), |error| error.kind().to_string());
    Gap::file(GapCode::Unreadable, &path.unwrap_or_else(|| RepoPath::new("")), reason)
}

fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{WalkOptions, walk};

    #[test]
    fn output_is_left_out_and_modules_of_that_name_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            "src/vendor/vendor.controller.ts",
            "src/modules/target/target.module.ts",
            "src/coverage/coverage.service.ts",
            "src/Api/Api.csproj",
            "src/Api/obj/a.cs",
            "src/Api/bin/a.dll",
            "src/crate/Cargo.toml",
            "src/crate/target/debug/a.rs",
            "app/coverage/lcov.info",
            "vendor/jquery.js",
            "obj/a.cs",
            "bin/run.ts",
            "node_modules/a/index.js",
            ".yarn/releases/yarn.cjs",
        ];
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let listing = walk(folder.path(), &WalkOptions::default());
        let listed: Vec<&str> = listing.entries.iter().map(|entry| entry.path.as_str()).collect();
        let kept = [
            "bin/run.ts",
            "src/Api/Api.csproj",
            "src/coverage/coverage.service.ts",
            "src/crate/Cargo.toml",
            "src/modules/target/target.module.ts",
            "src/vendor/vendor.controller.ts",
        ];
        assert_eq!(listed, kept);
        let left_out: Vec<&str> = listing.vendored.iter().map(|path| path.as_str()).collect();
        let folders = [".yarn", "app/coverage", "node_modules", "obj", "src/Api/bin", "src/Api/obj", "src/crate/target", "vendor"];
        assert_eq!(left_out, folders);
    }
}
