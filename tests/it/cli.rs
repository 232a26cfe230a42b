//! The command as a user runs it: exit codes, streams, files.

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::scratch::Scratch;

fn reposcan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reposcan"));
    command.env_remove("SOURCE_DATE_EPOCH");
    command
}

fn run(scratch: &Scratch, arguments: &[&str]) -> Output {
    reposcan().current_dir(scratch.root()).args(arguments).output().expect("the command runs")
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn shop() -> Scratch {
    Scratch::with(&[
        ("package.json", br#"{"name":"shop","dependencies":{"@nestjs/core":"10.0.0"},"scripts":{"start":"nest start"}}"#),
        ("README.md", b"# Shop\n\nSells things.\n"),
        ("schema/a.sql", b"CREATE TABLE a (id int);"),
    ])
}

#[test]
fn a_scan_prints_json_and_only_json() {
    let scratch = shop();
    let output = run(&scratch, &[]);
    assert_eq!((code(&output), err(&output)), (Some(0), String::new()));
    let text = out(&output);
    assert!(text.starts_with("{\n  \"meta\": {\n") && text.ends_with("}\n"));
    let compact = out(&run(&scratch, &[".", "--compact"]));
    assert_eq!(compact.lines().count(), 1);
    let (pretty, compact): (Value, Value) = (serde_json::from_str(&text).expect("JSON"), serde_json::from_str(&compact).expect("JSON"));
    assert_eq!(pretty, compact);
}

#[test]
fn failures_are_one_line_and_exit_code_two() {
    let scratch = shop();
    for (arguments, says) in [
        (vec!["nowhere"], "cannot read the folder nowhere"),
        (vec!["README.md"], "cannot read the folder README.md"),
        (vec![".", "-o", "nowhere/x.json"], "cannot write nowhere/x.json"),
        (vec![".", "-o", "."], "cannot write ."),
        (vec![".", "--exclude", "a{b"], "the pattern 'a{b' is not understood"),
        (vec!["validate", "nowhere.json"], "cannot read nowhere.json"),
    ] {
        let output = run(&scratch, &arguments);
        let text = err(&output);
        assert_eq!((code(&output), text.lines().count()), (Some(2), 1), "{arguments:?}: {text}");
        assert!(text.contains(says), "{arguments:?}: {text}");
        assert_eq!(out(&output), "");
    }
    for arguments in [vec!["--sections", "nope"], vec!["--threads", "x"], vec!["--max-file-size", "5X"], vec!["--unknown"], vec!["a", "b"]]
    {
        assert_eq!(code(&run(&scratch, &arguments)), Some(2), "{arguments:?}");
    }
    let output = reposcan().env("SOURCE_DATE_EPOCH", "soon").current_dir(scratch.root()).output().expect("the command runs");
    assert_eq!(code(&output), Some(2));
}

#[test]
fn sections_are_chosen_by_name() {
    let output = run(&shop(), &["--sections", "data_schema,contexts"]);
    let document: Value = serde_json::from_str(&out(&output)).expect("JSON");
    let keys: Vec<&String> = document.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["meta", "contexts", "data_schema"]);
    let output = run(&shop(), &["--sections", "sources"]);
    let document: Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_eq!(document["sources"], serde_json::json!({}), "sources point only into sections that are there");
}

#[test]
fn a_file_is_replaced_at_once_and_not_scanned() {
    let scratch = shop();
    let plain = out(&run(&scratch, &[]));
    for _ in 0..2 {
        let output = run(&scratch, &["-o", "out.json"]);
        assert_eq!((code(&output), out(&output)), (Some(0), String::new()));
        assert_eq!(fs::read_to_string(scratch.root().join("out.json")).expect("the file"), plain);
    }
    let names: Vec<String> = fs::read_dir(scratch.root())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 4, "nothing else is left behind: {names:?}");
}

#[test]
fn strict_fails_on_gaps_only() {
    let scratch = shop();
    assert_eq!(code(&run(&scratch, &["--strict"])), Some(0));
    scratch.file("x.ts", b"@Controller('a')\nclass A { \x00 }");
    let output = run(&scratch, &["--strict"]);
    assert_eq!(code(&output), Some(1));
    assert!(err(&output).contains("1 gap"), "{}", err(&output));
    assert!(out(&output).starts_with('{'), "the document is printed all the same");
    let output = run(&scratch, &["--strict", "-q"]);
    assert_eq!((code(&output), err(&output)), (Some(1), String::new()));
    assert_eq!(code(&run(&scratch, &[])), Some(0));
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let scratch = Scratch::with(&[]);
    for at in 0..2000 {
        scratch.file(&format!("folder-with-a-long-name-{at:05}/package.json"), b"{}");
    }
    let mut child = reposcan().arg(scratch.root()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs");
    let mut first = [0_u8; 1];
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut first).expect("a byte");
    drop(stdout);
    let output = child.wait_with_output().expect("the end");
    assert_eq!((code(&output), err(&output)), (Some(0), String::new()));
}

#[test]
fn validate_reads_files_and_the_standard_input() {
    let scratch = shop();
    assert_eq!(code(&run(&scratch, &["-o", "out.json"])), Some(0));
    let output = run(&scratch, &["validate", "out.json"]);
    assert_eq!((code(&output), out(&output)), (Some(0), "valid\n".to_owned()));
    let mut child = reposcan().args(["validate", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the command runs");
    child.stdin.take().expect("a pipe").write_all(br#"{"contexts":{"a":{"description":3,"c4_level":"Context"}}}"#).expect("bytes");
    let output = child.wait_with_output().expect("the end");
    assert_eq!((code(&output), out(&output)), (Some(1), "/contexts/a/description: this is number, expected string\n".to_owned()));
}

#[test]
fn a_folder_named_like_a_subcommand_is_scanned_by_its_path() {
    let scratch = shop();
    assert!(out(&run(&scratch, &["schema"])).contains("\"$defs\""));
    let document: Value = serde_json::from_str(&out(&run(&scratch, &["./schema"]))).expect("JSON");
    assert_eq!(document["meta"]["stats"]["files"]["listed"], 1);
}

#[test]
fn include_and_exclude_choose_files() {
    let listed = |arguments: &[&str]| {
        let document: Value = serde_json::from_str(&out(&run(&shop(), arguments))).expect("JSON");
        document["meta"]["stats"]["files"]["listed"].as_u64()
    };
    assert_eq!(listed(&[]), Some(3));
    assert_eq!(listed(&["--exclude", "*.sql"]), Some(2));
    assert_eq!(listed(&["--exclude", "schema"]), Some(2));
    assert_eq!(listed(&["--include", "schema"]), Some(1));
    assert_eq!(listed(&["--include", "schema/", "--include", "*.md"]), Some(2));
    assert_eq!(listed(&["--include", "./schema/*.sql"]), Some(1));
}

#[test]
fn help_version_schema_extractors_completions_and_man_are_printed() {
    let scratch = shop();
    for (arguments, says) in [
        (vec!["--help"], "Examples:"),
        (vec!["--version"], "reposcan "),
        (vec!["schema"], "shtgn-1.0"),
        (vec!["extractors"], "typescript."),
        (vec!["completions", "bash"], "_reposcan()"),
        (vec!["completions", "zsh"], "#compdef reposcan"),
        (vec!["completions", "fish"], "complete -c reposcan"),
        (vec!["man"], ".TH reposcan"),
    ] {
        let output = run(&scratch, &arguments);
        assert_eq!((code(&output), err(&output)), (Some(0), String::new()), "{arguments:?}");
        assert!(out(&output).contains(says), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_stays_a_pipe_and_gets_the_document() {
    use std::os::unix::fs::FileTypeExt;
    let scratch = shop();
    let pipe = scratch.root().join("out.pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let reader = std::process::Command::new("cat").arg(&pipe).stdout(std::process::Stdio::piped()).spawn().expect("cat runs");
    assert_eq!(code(&run(&scratch, &[".", "--include", "*.json", "-o", "out.pipe"])), Some(0));
    let read = reader.wait_with_output().expect("cat ends").stdout;
    assert!(read.starts_with(b"{"), "the reader of the pipe got no document");
    assert!(std::fs::metadata(&pipe).expect("it is there").file_type().is_fifo());
}
