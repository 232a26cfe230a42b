//! Which grammar a file is parsed with, and what its syntax errors mean.

use tree_sitter::Tree;

use super::Extractor;
use crate::classify::{File, FileKind};
use crate::gap::{Gap, GapCode};
use crate::syntax::grammar::{self, Grammar};
use crate::syntax::preprocessor;

/// The grammar of a kind of file; `None` for formats that are not read by a tree.
pub(super) fn grammar_of(kind: FileKind) -> Option<Grammar> {
    match kind {
        FileKind::TypeScript => Some(Grammar::TypeScript),
        FileKind::Tsx | FileKind::JavaScript => Some(Grammar::Tsx),
        FileKind::Go => Some(Grammar::Go),
        FileKind::CSharp => Some(Grammar::CSharp),
        _ => None,
    }
}

/// The kinds of file that a grammar reads.
pub(super) fn kinds_of(grammar: Grammar) -> &'static [FileKind] {
    match grammar {
        Grammar::TypeScript => &[FileKind::TypeScript],
        Grammar::Tsx => &[FileKind::Tsx, FileKind::JavaScript],
        Grammar::Go => &[FileKind::Go],
        Grammar::CSharp => &[FileKind::CSharp],
    }
}

/// Brackets that are open at once beyond which a file is not code that a person wrote; parsing would take seconds.
const NESTING_LIMIT: usize = 2_000;

/// Parses the file when one of the chosen extractors has a query.
pub(super) fn parse_for(file: &File, text: &str, chosen: &[&'static Extractor], gaps: &mut Vec<Gap>) -> Option<(Grammar, Tree)> {
    let grammar = grammar_of(file.kind)?;
    if chosen.iter().all(|extractor| extractor.queries.is_empty()) {
        return None;
    }
    if nesting(text) > NESTING_LIMIT {
        gaps.push(Gap::file(
            GapCode::LimitReached,
            &file.path,
            format!("brackets nest deeper than {NESTING_LIMIT}; the file was not parsed"),
        ));
        return None;
    }
    let Some(tree) = grammar::parse(grammar, text).map(|tree| without_directives(grammar, text, tree)) else {
        gaps.push(Gap::file(GapCode::LimitReached, &file.path, "parsing took too long and was given up"));
        return None;
    };
    if tree.root_node().has_error() {
        let line = first_error_line(&tree);
        gaps.push(Gap::line(
            GapCode::SyntaxError,
            &file.path,
            line,
            "a part of the file is not understood by the grammar; the rest was read",
        ));
    }
    Some((grammar, tree))
}

/// The tree of a file whose directives stand where the grammar knows none: what is left of it when they are settled, where that is understood.
fn without_directives(grammar: Grammar, text: &str, tree: Tree) -> Tree {
    if grammar != Grammar::CSharp || !tree.root_node().has_error() || !text.contains("#if") {
        return tree;
    }
    let settled = grammar::parse(grammar, &preprocessor::settled(text));
    settled.filter(|settled| !settled.root_node().has_error()).unwrap_or(tree)
}

fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The line of the first error, found by going down only where an error is.
fn first_error_line(tree: &Tree) -> u32 {
    let mut node = tree.root_node();
    loop {
        let mut cursor = node.walk();
        let next = node.children(&mut cursor).find(|child| child.has_error() || child.is_missing());
        match next {
            Some(child) if !child.is_error() && !child.is_missing() => node = child,
            Some(child) => return child.start_position().row as u32 + 1,
            None => return node.start_position().row as u32 + 1,
        }
    }
}
