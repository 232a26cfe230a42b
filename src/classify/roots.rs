//! Which files are test code or generated, by their paths and the names beside them.
//! Never reads a file: what is test code must be known before anything is read.

use std::collections::BTreeSet;

use crate::location::RepoPath;
use crate::source::Entry;

/// Folder names that hold test code or its data.
const TEST_FOLDERS: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "__test__",
    "__mocks__",
    "__fixtures__",
    "__snapshots__",
    "e2e",
    "spec",
    "specs",
    "testdata",
    "test-utils",
    "testing",
    "testsuite",
    "test-suite",
    "mocks",
    "cypress",
    "playwright",
    "fixtures",
    "stories",
    ".storybook",
];

/// Names that are also words of a domain: exams, product specifications, sports fixtures, stories of users.
const DOMAIN_WORDS: &[&str] = &["test", "tests", "spec", "specs", "fixtures", "stories"];

/// Names of packages in Go that hold code like any other; Go tells tests by the name of the file.
const PLAIN_IN_GO: &[&str] = &["spec", "specs", "testing", "stories"];

/// Name endings (before the extension) of test files.
const TEST_STEMS: &[&str] =
    &[".spec", ".test", ".e2e-spec", ".e2e", ".int-spec", ".integration-spec", ".mock", ".stories", ".cy", "_test", ".fixture"];

/// Tells test code from the rest of one repository.
#[derive(Debug, Default)]
pub(super) struct TestCode {
    /// Folders that are called like tests but hold a module of the domain: `src/stories` with `stories.module.ts`.
    domains: BTreeSet<RepoPath>,
    /// Files that are called like a specification (`openapi-spec.ts`) and stand beside the code that they test (`openapi.ts`).
    specs: BTreeSet<RepoPath>,
}

impl TestCode {
    /// Looks for the names that only their neighbours explain.
    pub(super) fn of(entries: &[Entry]) -> Self {
        let mut found = Self::default();
        for entry in entries {
            let path = &entry.path;
            if is_domain_module(path) {
                found.domains.insert(path.parent());
            }
            if let Some(tested) = path.stem().strip_suffix("-spec") {
                let beside = path.parent().join(&format!("{tested}.{}", path.extension()));
                if entries.binary_search_by(|other| other.path.cmp(&beside)).is_ok() {
                    found.specs.insert(path.clone());
                }
            }
        }
        found
    }

    /// Whether a file is test code: by a folder on its way or the end of its name.
    pub(super) fn holds(&self, path: &RepoPath) -> bool {
        let stem = path.stem();
        if TEST_STEMS.iter().any(|ending| stem.ends_with(ending) && stem.len() > ending.len())
            || self.specs.contains(path)
            || stem.starts_with("mock-")
        {
            return true;
        }
        let is_go = path.extension() == "go";
        let mut end = 0;
        path.parent().parts().any(|part| {
            end += part.len() + usize::from(end > 0);
            let named = is_test_folder(part) && !(is_go && PLAIN_IN_GO.contains(&part));
            named && !self.domains.contains(&RepoPath::new(&path.as_str()[..end]))
        })
    }
}

fn is_test_folder(part: &str) -> bool {
    let lower = part.to_ascii_lowercase();
    TEST_FOLDERS.contains(&lower.as_str())
        || lower.ends_with("-e2e")
        || lower.ends_with(".e2e")
        || part.ends_with(".Tests")
        || part.ends_with("Tests") && part.contains('.')
        || part.ends_with(".Test")
}

/// `src/stories/story.controller.ts`: a module or controller called like its folder, among the sources. `testing` and `mocks` are no words
/// of a domain: what is called so serves tests, also where it is a module.
fn is_domain_module(path: &RepoPath) -> bool {
    let folder = path.parent();
    let name = folder.name();
    if !DOMAIN_WORDS.contains(&name) || !folder.parts().any(|part| part == "src") || !matches!(path.extension(), "ts" | "js") {
        return false;
    }
    let stem = path.stem();
    let Some(subject) = stem.strip_suffix(".module").or_else(|| stem.strip_suffix(".controller")) else { return false };
    let singular = name.strip_suffix("ies").map_or_else(|| name.trim_end_matches('s').to_owned(), |start| format!("{start}y"));
    subject == name || subject == singular
}

/// Whether the name of a file says that it holds a class of the domain: `user.entity.ts`, `order.aggregate.ts`, `user.model.ts`.
pub(super) fn declares_domain(path: &RepoPath) -> bool {
    const STEMS: &[&str] = &[".entity", ".model", ".aggregate", ".aggregate-root", ".schema", ".orm-entity", ".value-object"];
    STEMS.iter().any(|ending| path.stem().ends_with(ending))
}

/// Whether a file was written by a tool from something else.
pub(super) fn is_generated(path: &RepoPath) -> bool {
    let name = path.name();
    name.ends_with(".d.ts")
        || name.ends_with(".pb.go")
        || name.ends_with(".pb.gw.go")
        || name.ends_with(".g.cs")
        || name.ends_with(".Designer.cs")
        || name.starts_with("zz_generated")
        || name.contains(".min.")
        || name.ends_with(".map")
        || name.ends_with(".generated.ts")
        || path.parent().parts().any(|part| part == "generated" || part == "__generated__")
}

#[cfg(test)]
mod tests {
    use super::{TestCode, is_generated};
    use crate::location::RepoPath;
    use crate::source::Entry;

    fn test_code(paths: &[&str]) -> Vec<String> {
        let mut entries: Vec<Entry> = paths.iter().map(|path| Entry { path: RepoPath::new(path), size: 0 }).collect();
        entries.sort();
        let tests = TestCode::of(&entries);
        entries.iter().filter(|entry| tests.holds(&entry.path)).map(|entry| entry.path.as_str().to_owned()).collect()
    }

    #[test]
    fn test_code_is_told_by_folder_and_name() {
        let tests = [
            "apps/api-e2e/src/x.ts",
            "src/__tests__/a.ts",
            "src/a.spec.ts",
            "test/app.e2e-spec.ts",
            "tests/Shop.Tests/A.cs",
            "x/a_test.go",
        ];
        assert_eq!(test_code(&tests), tests);
        assert_eq!(test_code(&["src/test.ts", "src/latest/a.ts", "src/contest.ts", "apps/api/src/spec.ts"]), Vec::<String>::new());
    }

    #[test]
    fn a_module_of_the_domain_is_no_test_code() {
        let files = [
            "src/stories/dto/create-story.dto.ts",
            "src/stories/story.controller.ts",
            "src/stories/story.controller.spec.ts",
            "src/modules/tests/tests.module.ts",
            "src/modules/tests/exam.ts",
            "src/testing/testing.module.ts",
            "src/users/test/users.module.ts",
            "test/test.module.ts",
        ];
        let tests = [
            "src/stories/story.controller.spec.ts",
            "src/testing/testing.module.ts",
            "src/users/test/users.module.ts",
            "test/test.module.ts",
        ];
        assert_eq!(test_code(&files), tests);
    }

    #[test]
    fn a_specification_is_a_test_only_beside_what_it_tests() {
        let files = ["src/csv-spec.ts", "src/csv.ts", "src/openapi-spec.ts", "worker/spec/spec.go", "worker/testdata/a.go"];
        assert_eq!(test_code(&files), ["src/csv-spec.ts", "worker/testdata/a.go"]);
    }

    #[test]
    fn generated_code_is_told_by_its_name() {
        assert!(is_generated(&RepoPath::new("a/b.d.ts")) && !is_generated(&RepoPath::new("a/d.ts")));
    }
}
