//! One joined query per grammar, and its matches dealt out to the files that the patterns came from.
//! Thirteen separate queries cost eight times one joined query, and more patterns in it are nearly free.

use std::cell::RefCell;

use streaming_iterator::StreamingIterator;
use tree_sitter::{Node, Query, QueryCursor, Tree};

use super::grammar::Grammar;

/// A `.scm` file.
#[derive(Debug)]
pub(crate) struct QueryFile {
    /// `typescript/nestjs`: its path under `queries/` without the extension.
    pub(crate) id: &'static str,
    /// Its text.
    pub(crate) text: &'static str,
}

/// All query files of one grammar as one query.
#[derive(Debug)]
pub(crate) struct JoinedQuery {
    query: Query,
    /// For each pattern the place of its file.
    patterns: Vec<usize>,
    files: Vec<&'static str>,
}

/// One match: the nodes by the names of their captures.
#[derive(Clone, Debug)]
pub(crate) struct Match<'tree> {
    captures: Vec<(&'static str, Node<'tree>)>,
}

impl<'tree> Match<'tree> {
    /// The first node captured under a name.
    pub(crate) fn node(&self, name: &str) -> Option<Node<'tree>> {
        self.captures.iter().find(|(capture, _)| *capture == name).map(|(_, node)| *node)
    }
}

/// The matches in one file, by query file id.
#[derive(Debug, Default)]
pub(crate) struct Matches<'tree> {
    dealt: Vec<(&'static str, Vec<Match<'tree>>)>,
}

impl<'tree> Matches<'tree> {
    /// The matches of one query file, in the order of the text.
    pub(crate) fn of(&self, file: &QueryFile) -> &[Match<'tree>] {
        self.dealt.iter().find(|(id, _)| *id == file.id).map_or(&[], |(_, matches)| matches)
    }
}

thread_local! {
    static CURSOR: RefCell<QueryCursor> = RefCell::new(QueryCursor::new());
}

impl JoinedQuery {
    /// Compiles the files for a grammar. The error names the file and says what is wrong.
    pub(crate) fn compile(grammar: Grammar, files: &[&'static QueryFile]) -> Result<Self, String> {
        let mut text = String::new();
        let mut ends = Vec::new();
        for file in files {
            text.push_str(file.text);
            text.push('\n');
            ends.push(text.len());
        }
        let query = Query::new(&grammar.language(), &text).map_err(|error| {
            let at = ends.partition_point(|end| *end <= error.offset);
            format!("{}: {error}", files.get(at).map_or("query", |file| file.id))
        })?;
        let mut patterns = Vec::with_capacity(query.pattern_count());
        for pattern in 0..query.pattern_count() {
            let file = ends.partition_point(|end| *end <= query.start_byte_for_pattern(pattern));
            patterns.push(file);
        }
        Ok(Self { query, patterns, files: files.iter().map(|file| file.id).collect() })
    }

    /// Runs one cursor over a tree. `self` lives as long as the program, so that capture names are borrowed from it.
    pub(crate) fn run<'tree>(&'static self, tree: &'tree Tree, text: &str) -> Matches<'tree> {
        let names = self.query.capture_names();
        let mut dealt: Vec<(&'static str, Vec<Match<'tree>>)> = self.files.iter().map(|id| (*id, Vec::new())).collect();
        CURSOR.with_borrow_mut(|cursor| {
            cursor.set_match_limit(4096);
            let mut found = cursor.matches(&self.query, tree.root_node(), text.as_bytes());
            while let Some(one) = found.next() {
                let file = self.patterns[one.pattern_index];
                let captures = one.captures().iter().map(|capture| (names[capture.index as usize], capture.node)).collect();
                dealt[file].1.push(Match { captures });
            }
        });
        Matches { dealt }
    }
}
