//! The same tree gives the same bytes: for any number of threads, from any place, in any order of creation, every time.

use std::fs;
use std::path::Path;

use reposcan::ScanOptions;

use crate::scratch::{Scratch, files_below, project, scan_text};

fn system() -> std::path::PathBuf {
    project().join("fixtures/systems/hypetrain-backend")
}

fn copied(order: impl Fn(&mut Vec<std::path::PathBuf>)) -> Scratch {
    let mut files = files_below(&system());
    order(&mut files);
    let scratch = Scratch::with(&[]);
    for path in files {
        let bytes = fs::read(system().join(&path)).expect("a file");
        scratch.file(path.to_str().expect("UTF-8"), &bytes);
    }
    scratch
}

fn with_threads(root: &Path, threads: usize) -> String {
    scan_text(root, &ScanOptions { threads, ..ScanOptions::default() })
}

#[test]
fn threads_do_not_matter() {
    let one = with_threads(&system(), 1);
    for threads in [2, 3, 8, 1] {
        assert!(with_threads(&system(), threads) == one, "{threads} threads give other bytes than one");
    }
}

#[test]
fn neither_place_nor_order_of_creation_matters() {
    let sorted = copied(|files| files.sort());
    let reversed = copied(|files| files.reverse());
    let shuffled = copied(|files| {
        files.sort_by_key(|path| path.to_string_lossy().bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31) ^ u32::from(byte)))
    });
    let expected = sorted.scan();
    assert!(expected.contains("\"meta\""));
    assert!(reversed.scan() == expected, "the order of creation matters");
    assert!(shuffled.scan() == expected, "the order of creation matters");
}

#[test]
fn a_relative_root_gives_the_bytes_of_an_absolute_one() {
    let relative = system().strip_prefix(project()).expect("in the project").to_path_buf();
    assert_eq!(std::env::current_dir().expect("a folder"), project(), "cargo runs tests in the project");
    assert!(with_threads(&relative, 2) == with_threads(&system(), 2));
}

#[test]
fn the_time_comes_from_the_caller_only() {
    let scratch = Scratch::with(&[("README.md", b"# Shop\n")]);
    let options = ScanOptions { source_date_epoch: Some(1_762_856_734), ..ScanOptions::default() };
    assert!(scan_text(&scratch.root(), &options).contains("\"generated_at\": \"2025-11-11T10:25:34Z\""));
    assert!(!scratch.scan().contains("generated_at"));
}

#[test]
fn no_absolute_path_reaches_the_document() {
    let scratch = copied(|files| files.sort());
    let place = scratch.root().parent().expect("a parent").display().to_string();
    assert!(!scratch.scan().contains(&place));
}
