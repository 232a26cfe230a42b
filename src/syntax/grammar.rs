//! The tree-sitter grammars and the parsing of one file within limits.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, Parser, Tree};

/// A grammar. TSX is one of its own: a query compiled for it matches nothing on a TypeScript tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grammar {
    /// TypeScript without JSX.
    TypeScript,
    /// TypeScript or JavaScript with JSX.
    Tsx,
    /// Go.
    Go,
    /// C#.
    CSharp,
}

impl Grammar {
    /// Every grammar, in the order of [`Grammar::index`].
    pub(crate) const ALL: &'static [Self] = &[Self::TypeScript, Self::Tsx, Self::Go, Self::CSharp];

    /// Its place in arrays that hold one item per grammar.
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    pub(super) fn language(self) -> tree_sitter::Language {
        match self {
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
            Self::CSharp => tree_sitter_c_sharp::LANGUAGE.into(),
        }
    }
}

/// How long one file may be parsed. Real files take at most 0.15 s; only hostile ones reach this.
const PARSE_LIMIT: Duration = Duration::from_secs(3);

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// Parses a text. `None` when the time limit was reached.
pub(crate) fn parse(grammar: Grammar, text: &str) -> Option<Tree> {
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(&grammar.language()).ok()?;
        let started = Instant::now();
        let mut give_up = |_: &tree_sitter::ParseState| {
            if started.elapsed() > PARSE_LIMIT { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let bytes = text.as_bytes();
        let options = ParseOptions::new().progress_callback(&mut give_up);
        let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
        if tree.is_none() {
            parser.reset();
        }
        tree
    })
}
