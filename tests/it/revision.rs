//! A revision is read from the object store as its checkout would be, byte for byte, or refused in one clear line.

use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use reposcan::{Progress, ScanOptions};
use serde_json::Value;

use crate::git::{checkout, commit, git, git_output, init};
use crate::scratch::{Scratch, diagnostics, project, scan_text};

fn at(revision: &str) -> ScanOptions {
    ScanOptions { revision: Some(revision.to_owned()), ..ScanOptions::default() }
}

fn refusal(root: &Path, revision: &str) -> String {
    let text = reposcan::scan(root, &at(revision), &Progress::default()).expect_err("it must be refused").to_string();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

fn assert_equals_checkout(repository: &Path, revision: &str) -> String {
    let text = scan_text(repository, &at(revision));
    let (_folder, place) = checkout(repository, "HEAD");
    git(&place, &["checkout", "-q", "--detach", &git(repository, &["rev-parse", revision])]);
    let seen = scan_text(&place, &ScanOptions::default());
    let differs = seen.lines().zip(text.lines()).find(|(seen, text)| seen != text);
    assert!(seen == text, "checkout and revision: {differs:?}");
    text
}

const PACKAGE: &[u8] = br#"{"name":"shop","dependencies":{"@nestjs/core":"10.0.0"},"scripts":{"start":"nest start"}}"#;
const ROUTES: &[u8] = b"@Controller('deals')\r\nexport class DealsController {\r\n  /** Lists. */\r\n  @Get(':id')\r\n  one() {}\r\n}\r\n";

/// A repository with everything that a listing has rules for.
fn full() -> Scratch {
    let scratch = Scratch::with(&[
        ("package.json", PACKAGE),
        ("src/deals.controller.ts", ROUTES),
        ("src/crlf.sql", b"CREATE TABLE a (\n  id int -- the key\n);\n"),
        (".gitattributes", b"*.sql text eol=crlf\n"),
        (".gitignore", b"*.log\n/ignored/\nnested/*\n!nested/kept.sql\n"),
        (".ignore", b"unseen.sql\n"),
        ("ignored/a.sql", b"CREATE TABLE ignored (id int);"),
        ("nested/lost.sql", b"CREATE TABLE lost (id int);"),
        ("nested/kept.sql", b"CREATE TABLE kept (id int);"),
        ("deep/.gitignore", b"!x.log\n*.sql"),
        ("deep/x.log", b"text"),
        ("deep/y.sql", b"CREATE TABLE deep (id int);"),
        ("unseen.sql", b"CREATE TABLE unseen (id int);"),
        ("vendor/jquery.js", b"x"),
        ("src/vendor/vendor.module.ts", b"@Module({})\nexport class VendorModule {}\n"),
        ("src/Api/Api.csproj", b"<Project Sdk=\"Microsoft.NET.Sdk.Web\"/>"),
        ("src/Api/obj/a.cs", b"class A {}"),
        ("dist/main.js", b"x"),
        ("big.sql", b"version https://git-lfs.github.com/spec/v1\noid sha256:1234\nsize 12345\n"),
    ]);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        std::os::unix::fs::symlink("src/deals.controller.ts", scratch.root().join("link.ts")).expect("a link");
        std::os::unix::fs::symlink("src", scratch.root().join("folder-link")).expect("a link");
        fs::write(scratch.root().join(std::ffi::OsStr::from_bytes(b"caf\xe9.sql")), "CREATE TABLE cafe (id int);").expect("a file");
        fs::write(scratch.root().join("back\\slash.sql"), "CREATE TABLE slash (id int);").expect("a file");
    }
    init(&scratch);
    scratch
}

#[test]
fn a_revision_is_its_checkout_with_all_rules_of_a_listing() {
    let scratch = full();
    let text = assert_equals_checkout(&scratch.root(), "HEAD");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let told = diagnostics(&document);
    for expected in ["symlink-skipped link.ts", "symlink-skipped folder-link", "pointer-not-read big.sql", "name-not-utf8 caf\u{fffd}.sql"]
    {
        assert!(told.iter().any(|one| one == expected), "{expected}: {told:?}");
    }
    let tables: Vec<&String> = document["data_schema"]["tables"].as_object().expect("tables").keys().collect();
    assert_eq!(tables, ["a", "kept"]);
    assert_eq!(document["data_schema"]["tables"]["a"]["columns"][0]["description"], "the key", "no carriage return is left");
    assert_eq!(document["meta"]["generated_at"], "2024-01-02T03:04:05Z");
    assert_eq!(document["meta"]["commit"], git(&scratch.root(), &["rev-parse", "HEAD"]));
    let vendored = document["meta"]["stats"]["files"]["listed"].as_u64();
    assert!(vendored.is_some_and(|listed| listed > 8), "{vendored:?}");
}

#[test]
fn an_older_revision_is_read_without_touching_the_work_tree() {
    let scratch = full();
    scratch.file("src/more.sql", b"CREATE TABLE more (id int);");
    commit(&scratch, "second");
    git(&scratch.root(), &["tag", "-a", "v2", "-m", "two"]);
    scratch.file("src/more.sql", b"CREATE TABLE edited (id int);");
    let before = git(&scratch.root(), &["status", "--porcelain"]);
    assert_equals_checkout(&scratch.root(), "HEAD~1");
    let tagged: Value = serde_json::from_str(&assert_equals_checkout(&scratch.root(), "v2")).expect("JSON");
    assert!(tagged["data_schema"]["tables"].get("more").is_some());
    assert_eq!(git(&scratch.root(), &["status", "--porcelain"]), before);
}

#[test]
fn a_folder_of_a_revision_is_that_folder_of_its_checkout() {
    let scratch = full();
    let (_folder, place) = checkout(&scratch.root(), "HEAD");
    let text = scan_text(&scratch.root().join("src"), &at("HEAD"));
    assert_eq!(text, scan_text(&place.join("src"), &ScanOptions::default()));
    let fixture = project().join("fixtures/systems/hypetrain-backend");
    if project().join(".git").exists() && git_output(&fixture, &["diff", "--quiet", "HEAD", "--", "."]).status.success() {
        assert_eq!(scan_text(&fixture, &at("HEAD")), scan_text(&fixture, &ScanOptions::default()));
    }
}

#[test]
fn stores_of_every_kind_are_read() {
    let scratch = full();
    let expected = scan_text(&scratch.root(), &at("HEAD"));
    let place = tempfile::tempdir().expect("a folder");
    let origin = format!("file://{}", scratch.root().display());
    git(place.path(), &["clone", "-q", "--bare", &origin, "repo.git"]);
    assert_eq!(scan_text(&place.path().join("repo.git"), &at("HEAD")), expected, "bare");
    git(place.path(), &["clone", "-q", "--depth", "1", &origin, "repo"]);
    assert_eq!(scan_text(&place.path().join("repo"), &at("HEAD")), expected, "shallow");
    git(&scratch.root(), &["gc", "-q", "--aggressive", "--prune=now"]);
    assert_eq!(scan_text(&scratch.root(), &at("main")), expected, "packed");
    let tree = place.path().join("trees/repo");
    git(&scratch.root(), &["worktree", "add", "-q", "--detach", &tree.display().to_string()]);
    assert_eq!(scan_text(&tree, &at("HEAD")), expected, "revision of a work tree");
    assert_eq!(scan_text(&tree, &ScanOptions::default()), expected, "work tree");
}

#[test]
fn sha_256_is_read() {
    let scratch = Scratch::with(&[("package.json", PACKAGE), ("a.sql", b"CREATE TABLE a (id int);")]);
    git(&scratch.root(), &["init", "-q", "--object-format=sha256"]);
    commit(&scratch, "first");
    let document: Value = serde_json::from_str(&scan_text(&scratch.root(), &at("HEAD"))).expect("JSON");
    assert_eq!(document["meta"]["commit"].as_str().map(str::len), Some(64));
    assert_eq!(scan_text(&scratch.root(), &at("HEAD")), scratch.scan());
}

#[test]
fn a_submodule_that_is_not_here_is_told() {
    let part = Scratch::with(&[("b.sql", b"CREATE TABLE b (id int);")]);
    init(&part);
    let scratch = full();
    git(&scratch.root(), &["submodule", "add", "-q", &format!("file://{}", part.root().display()), "parts/b"]);
    git(&scratch.root(), &["commit", "-q", "-m", "part"]);
    let text = assert_equals_checkout(&scratch.root(), "HEAD");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert!(diagnostics(&document).contains(&"submodule-not-read parts/b".to_owned()));
    let here: Value = serde_json::from_str(&scratch.scan()).expect("JSON");
    assert!(here["data_schema"]["tables"].get("b").is_some(), "a fetched submodule is a part of the folder");
}

#[test]
fn what_cannot_be_read_is_refused_in_one_line() {
    let scratch = full();
    scratch.file("late.sql", b"CREATE TABLE late (id int);");
    commit(&scratch, "second");
    assert!(refusal(&scratch.root(), "nowhere").contains("'nowhere' is no revision of it"));
    assert!(refusal(&scratch.root(), "HEAD:package.json").contains("names no commit and no folder"));
    scratch.file("new/a.sql", b"");
    assert!(refusal(&scratch.root().join("new"), "HEAD").contains("has no folder new"));
    let bare = Scratch::with(&[("a.sql", b"")]);
    assert!(refusal(&bare.root(), "HEAD").contains("no git repository"));
    let place = tempfile::tempdir().expect("a folder");
    let origin = format!("file://{}", scratch.root().display());
    git(place.path(), &["clone", "-q", "--depth", "1", &origin, "shallow"]);
    assert!(refusal(&place.path().join("shallow"), "HEAD~1").contains("shallow"));
    git(&scratch.root(), &["config", "uploadpack.allowFilter", "true"]);
    git(place.path(), &["clone", "-q", "--bare", "--filter=blob:none", &origin, "partial"]);
    assert!(refusal(&place.path().join("partial"), "HEAD").contains("not in this clone"));
    let output = Command::new(env!("CARGO_BIN_EXE_reposcan")).args(["--rev", "nowhere"]).current_dir(scratch.root()).output();
    let output = output.expect("the command runs");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

/// Files of a small repository: names from few, so that rules meet them.
fn files() -> impl Strategy<Value = Vec<(String, usize)>> {
    let folder = prop::sample::select(vec!["", "a/", "a/b/", "src/vendor/", "vendor/", "dist/", "obj/"]);
    let name = prop::sample::select(vec!["x.sql", "y.sql", "z.ts", ".gitignore", ".ignore", "package.json", "go.mod", "q.yaml"]);
    prop::collection::vec(((folder, name).prop_map(|(folder, name)| format!("{folder}{name}")), 0_usize..6), 1..12)
}

fn content(path: &str, choice: usize) -> Vec<u8> {
    if path.ends_with("ignore") {
        return [&b"*.sql\n"[..], b"!x.sql\n", b"/a\n", b"b/\n!y.sql", b"# none\r\n*.ts\r\n", b"\xff\n*.sql\n"][choice].to_vec();
    }
    match choice {
        0 => PACKAGE.to_vec(),
        1 => ROUTES.to_vec(),
        2 => b"module example.org/a\n".to_vec(),
        3 => b"a\0b".to_vec(),
        _ => format!("CREATE TABLE t{choice} (id int);\n").into_bytes(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_revision_is_its_checkout(files in files()) {
        let scratch = Scratch::with(&[]);
        for (path, choice) in &files {
            if !scratch.root().join(path).exists() {
                scratch.file(path, &content(path, *choice));
            }
        }
        init(&scratch);
        prop_assert_eq!(scan_text(&scratch.root(), &at("HEAD")), scratch.scan());
        git(&scratch.root(), &["gc", "-q"]);
        prop_assert_eq!(scan_text(&scratch.root(), &at("HEAD")), scratch.scan());
    }
}
