//! One joined query per grammar, and its matches dealt out to the files that the patterns came from.
//! Thirteen separate queries cost eight times one joined query. A pattern names one kind of node and captures it; what stands in the
//! node is read by the extractors, because a pattern that looks into nodes takes milliseconds to compile: sixty of them 70 ms.

use std::cell::RefCell;
use std::cmp::Reverse;

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

/// All query files of one grammar as one query, in which a pattern of several files stands once.
#[derive(Debug)]
pub(crate) struct JoinedQuery {
    query: Query,
    /// The patterns of each file, by their places in the query.
    files: Vec<(&'static str, Vec<usize>)>,
}

/// One match: a node, and the name under which it was captured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match<'tree> {
    capture: &'static str,
    node: Node<'tree>,
}

impl<'tree> Match<'tree> {
    /// The node, when it was captured under this name.
    pub(crate) fn node(&self, name: &str) -> Option<Node<'tree>> {
        (self.capture == name).then_some(self.node)
    }
}

/// The matches in one file, by pattern.
#[derive(Debug, Default)]
pub(crate) struct Matches<'tree> {
    query: Option<&'static JoinedQuery>,
    found: Vec<Vec<Match<'tree>>>,
}

impl<'tree> Matches<'tree> {
    /// The matches of one query file, in the order of the text; a node stands before those in it.
    pub(crate) fn of(&self, file: &QueryFile) -> Vec<Match<'tree>> {
        let Some((_, patterns)) = self.query.and_then(|query| query.files.iter().find(|(id, _)| *id == file.id)) else {
            return Vec::new();
        };
        let mut matches: Vec<Match<'tree>> = patterns.iter().filter_map(|at| self.found.get(*at)).flatten().copied().collect();
        matches.sort_by_key(|one| (one.node.start_byte(), Reverse(one.node.end_byte())));
        matches
    }
}

thread_local! {
    static CURSOR: RefCell<QueryCursor> = RefCell::new(QueryCursor::new());
}

impl JoinedQuery {
    /// Compiles the files for a grammar. The error names the file and says what is wrong.
    pub(crate) fn compile(grammar: Grammar, files: &[&'static QueryFile]) -> Result<Self, String> {
        let mut patterns: Vec<&'static str> = Vec::new();
        let mut dealt = Vec::with_capacity(files.len());
        for file in files {
            let mut own = Vec::new();
            for pattern in file.text.lines().filter(|line| !line.is_empty() && !line.starts_with(';')) {
                let known = patterns.iter().position(|known| *known == pattern);
                own.push(known.unwrap_or(patterns.len()));
                if known.is_none() {
                    patterns.push(pattern);
                }
            }
            dealt.push((file.id, own));
        }
        let query = Query::new(&grammar.language(), &patterns.join("\n")).map_err(|error| {
            let owner = dealt.iter().find(|(_, own)| own.contains(&error.row));
            format!("{}: {error}", owner.map_or("query", |(id, _)| id))
        })?;
        if query.pattern_count() != patterns.len() {
            return Err("a pattern does not stand on one line of its own".to_owned());
        }
        Ok(Self { query, files: dealt })
    }

    /// Runs one cursor over a tree. `self` lives as long as the program, so that capture names are borrowed from it.
    pub(crate) fn run<'tree>(&'static self, tree: &'tree Tree, text: &str) -> Matches<'tree> {
        let names = self.query.capture_names();
        let mut found: Vec<Vec<Match<'tree>>> = vec![Vec::new(); self.query.pattern_count()];
        CURSOR.with_borrow_mut(|cursor| {
            cursor.set_match_limit(4096);
            let mut matches = cursor.matches(&self.query, tree.root_node(), text.as_bytes());
            while let Some(one) = matches.next() {
                let captured = one.captures().iter().map(|capture| Match { capture: names[capture.index as usize], node: capture.node });
                found[one.pattern_index].extend(captured);
            }
        });
        Matches { query: Some(self), found }
    }
}
