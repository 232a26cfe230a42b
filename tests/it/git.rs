//! Git repositories for tests, made with git itself and free of the settings of the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::scratch::Scratch;

/// Runs git in a folder; it must succeed.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = git_output(folder, arguments);
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Runs git in a folder, at one fixed time and as one fixed person.
pub(crate) fn git_output(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"] {
        command.env_remove(variable);
    }
    for (name, value) in [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_AUTHOR_NAME", "A"),
        ("GIT_AUTHOR_EMAIL", "a@example.org"),
        ("GIT_COMMITTER_NAME", "A"),
        ("GIT_COMMITTER_EMAIL", "a@example.org"),
        ("GIT_AUTHOR_DATE", "2024-01-02T03:04:05Z"),
        ("GIT_COMMITTER_DATE", "2024-01-02T03:04:05Z"),
    ] {
        command.env(name, value);
    }
    let always = ["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-c", "core.autocrlf=false"];
    command.current_dir(folder).args(always).args(arguments).output().expect("git runs")
}

/// Makes the folder of a scratch a repository whose first commit holds its files, ignored ones too.
pub(crate) fn init(scratch: &Scratch) {
    git(&scratch.root(), &["init", "-q"]);
    commit(scratch, "first");
}

/// Commits everything that stands in the folder.
pub(crate) fn commit(scratch: &Scratch, message: &str) {
    git(&scratch.root(), &["add", "-A", "-f"]);
    git(&scratch.root(), &["commit", "-q", "--allow-empty", "-m", message]);
}

/// A checkout of a revision of a repository, in a folder of the same name, which is the name of its project.
pub(crate) fn checkout(repository: &Path, revision: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path().join("repo");
    git(folder.path(), &["clone", "-q", "--no-local", &repository.display().to_string(), "repo"]);
    git(&place, &["checkout", "-q", "--detach", revision]);
    assert!(fs::metadata(place.join(".git")).is_ok());
    (folder, place)
}
