//! What each file is: its kind by name, and whether it is test code or generated.
//! Decides nothing about containers; that is the linker's work.

mod kind;
mod modules;
mod roots;
mod services;

pub(crate) use kind::FileKind;
pub(crate) use modules::ModuleMap;
pub(crate) use services::ServiceCatalogue;

use crate::location::RepoPath;
use crate::source::Entry;

/// A file with its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// Where.
    pub(crate) path: RepoPath,
    /// How many bytes.
    pub(crate) size: u64,
    /// What its name says.
    pub(crate) kind: FileKind,
    /// Test code: it feeds the testing strategy and nothing else.
    pub(crate) is_test: bool,
    /// Written by a tool from something else.
    pub(crate) is_generated: bool,
    /// Its name says that it holds a class of the domain.
    pub(crate) declares_domain: bool,
}

/// All files of a repository, by path.
#[derive(Debug, Default)]
pub(crate) struct RepoMap {
    /// The files, sorted by path.
    pub(crate) files: Vec<File>,
    /// How module specifiers lead from file to file.
    pub(crate) modules: ModuleMap,
    tests: roots::TestCode,
    #[expect(clippy::disallowed_types, reason = "only ever asked for one key; every import of every file is looked up here")]
    index: std::collections::HashMap<RepoPath, usize>,
}

impl RepoMap {
    /// Classifies a sorted listing. `read` gives the text of the few manifests that say how modules are found.
    pub(crate) fn classify(entries: &[Entry], read: &dyn Fn(&RepoPath) -> Option<String>) -> Self {
        let tests = roots::TestCode::of(entries);
        let files: Vec<File> = entries
            .iter()
            .map(|entry| File {
                path: entry.path.clone(),
                size: entry.size,
                kind: FileKind::of(&entry.path),
                is_test: tests.holds(&entry.path),
                is_generated: roots::is_generated(&entry.path),
                declares_domain: roots::declares_domain(&entry.path),
            })
            .collect();
        let index = files.iter().enumerate().map(|(at, file)| (file.path.clone(), at)).collect();
        let mut map = Self { files, modules: ModuleMap::default(), tests, index };
        map.modules = ModuleMap::read(&map, read);
        map
    }

    /// The file at a path.
    pub(crate) fn file(&self, path: &RepoPath) -> Option<&File> {
        self.index.get(path).map(|at| &self.files[*at])
    }

    /// The files below a folder.
    pub(crate) fn files_within<'a>(&'a self, folder: &RepoPath) -> impl Iterator<Item = &'a File> + use<'a> {
        let folder = folder.clone();
        let start = self.files.partition_point(|file| file.path < folder);
        // Between a folder and its files may stand names that only begin alike (`api-e2e` before `api/`): they are passed over.
        let starts_alike = folder.clone();
        let run = self.files[start..].iter().take_while(move |file| file.path.as_str().starts_with(starts_alike.as_str()));
        run.filter(move |file| file.path.is_within(&folder))
    }

    /// Whether what stands in a folder is test code.
    pub(crate) fn is_test_folder(&self, folder: &RepoPath) -> bool {
        self.tests.holds(&folder.join("any"))
    }

    /// The path whose text this is, when there is such a file. The text must be normalised, as [`RepoPath::new`] leaves it.
    fn path_of(&self, text: &str) -> Option<RepoPath> {
        self.index.get_key_value(text).map(|(path, _)| path.clone())
    }

    /// The place of a path in `files`.
    pub(crate) fn position(&self, path: &RepoPath) -> Option<usize> {
        self.index.get(path).copied()
    }
}
