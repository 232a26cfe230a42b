//! The package of each source file and what it imports: programs are told from libraries, and what a program is made of.
//! Reads the head of the text without a tree.

use super::head;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, SourceFile};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "go.source_file",
    about: "packages, imports and programs (`package main`)",
    kinds: &[FileKind::Go],
    markers: &["package "],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(head) = head::read(cx.text).filter(|head| !head.is_left_out) else { return };
    let start = (head.package == "main").then(|| memchr::memmem::find(cx.text.as_bytes(), b"\nfunc main()")).flatten();
    let line = start.map_or(1, |at| cx.line(at + 1));
    let file = SourceFile { package: head.package.to_owned(), imports: head.imports, starts: start.is_some(), doc: head.doc };
    sink.fact(line, Fact::SourceFile(file));
}
