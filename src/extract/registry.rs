//! Which extractors there are, which of them a file is offered to, and their joined queries.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::language::{grammar_of, kinds_of};
use super::{Extractor, When, configuration, contract, csharp, docker, docs, go, manifest, platform, prisma, sql, typescript, yaml};
use crate::classify::File;
use crate::syntax::grammar::Grammar;
use crate::syntax::query::{JoinedQuery, QueryFile};

/// Every extractor, by language and then by name.
pub(crate) fn all_extractors() -> Vec<&'static Extractor> {
    let lists: &[&[&'static Extractor]] = &[
        configuration::EXTRACTORS,
        contract::EXTRACTORS,
        csharp::EXTRACTORS,
        docker::EXTRACTORS,
        docs::EXTRACTORS,
        go::EXTRACTORS,
        manifest::EXTRACTORS,
        platform::EXTRACTORS,
        prisma::EXTRACTORS,
        sql::EXTRACTORS,
        typescript::EXTRACTORS,
        yaml::EXTRACTORS,
    ];
    lists.concat()
}

/// The extractors with their markers and queries, made once.
pub(crate) struct Registry {
    pub(super) extractors: Vec<&'static Extractor>,
    markers: AhoCorasick,
    /// For each marker the extractor, by its place, that it belongs to.
    owners: Vec<usize>,
}

static QUERIES: [OnceLock<JoinedQuery>; Grammar::ALL.len()] = [const { OnceLock::new() }; Grammar::ALL.len()];

impl Registry {
    /// The one registry.
    pub(crate) fn get() -> &'static Self {
        static REGISTRY: OnceLock<Registry> = OnceLock::new();
        REGISTRY.get_or_init(Self::build)
    }

    fn build() -> Self {
        let extractors = all_extractors();
        let mut owners = Vec::new();
        let mut texts = Vec::new();
        for (at, extractor) in extractors.iter().enumerate() {
            for marker in extractor.markers {
                owners.push(at);
                texts.push(*marker);
            }
        }
        // The markers are constants and few; the automaton of a list of literals always builds.
        #[expect(clippy::expect_used, reason = "only an automaton of gigabytes could fail, and a test builds this one")]
        let markers = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(&texts).expect("markers form an automaton");
        Self { extractors, markers, owners }
    }

    /// The extractors, by place, that are offered a file of this kind.
    pub(super) fn offered(&self, file: &File) -> Vec<usize> {
        let fits =
            |extractor: &Extractor| extractor.kinds.contains(&file.kind) && (!file.is_test || extractor.when == When::MarkedAndTests);
        (0..self.extractors.len()).filter(|at| fits(self.extractors[*at])).collect()
    }

    /// Which of the offered extractors see this text.
    pub(super) fn choose(&self, file: &File, offered: &[usize], bytes: &[u8], demanded: bool) -> Vec<&'static Extractor> {
        let mut marked = vec![false; self.extractors.len()];
        let mut left = offered.iter().filter(|at| !self.extractors[**at].markers.is_empty()).count();
        if left > 0 && !demanded {
            for found in self.markers.find_overlapping_iter(bytes) {
                let owner = self.owners[found.pattern().as_usize()];
                if !marked[owner] {
                    marked[owner] = true;
                    left -= usize::from(offered.contains(&owner));
                    if left == 0 {
                        break;
                    }
                }
            }
        }
        let own = |at: usize| {
            let extractor = self.extractors[at];
            extractor.when != When::Parsed && !demanded && (extractor.markers.is_empty() || marked[at])
        };
        let any_tree = offered.iter().any(|at| own(*at) && !self.extractors[*at].queries.is_empty());
        let parsed = demanded || any_tree && grammar_of(file.kind).is_some();
        // A file that a fact refers to may write a decorator in a way that no marker foresees: `graphql.Resolver`.
        let reads_tree = |at: usize| demanded && !self.extractors[at].queries.is_empty();
        let reads_along = |at: usize| matches!(self.extractors[at].when, When::Parsed | When::MarkedOrParsed);
        let sees = |at: usize| own(at) || reads_tree(at) || parsed && reads_along(at);
        offered.iter().filter(|at| sees(**at)).map(|at| self.extractors[*at]).collect()
    }

    /// The joined query of a grammar, compiled on first use.
    pub(super) fn query(&self, grammar: Grammar) -> &'static JoinedQuery {
        QUERIES[grammar.index()].get_or_init(|| {
            // A test compiles every query for every grammar, so that this cannot fail in a build that passed.
            #[expect(clippy::expect_used, reason = "the queries are constants and a test compiles them")]
            JoinedQuery::compile(grammar, &self.query_files(grammar)).expect("embedded queries compile")
        })
    }

    /// The query files of a grammar, each once.
    pub(crate) fn query_files(&self, grammar: Grammar) -> Vec<&'static QueryFile> {
        let reads = |extractor: &&Extractor| extractor.kinds.iter().any(|kind| kinds_of(grammar).contains(kind));
        let mut files: Vec<&'static QueryFile> = Vec::new();
        for extractor in self.extractors.iter().copied().filter(|one| reads(one)) {
            for file in extractor.queries {
                if files.iter().all(|known| known.id != file.id) {
                    files.push(file);
                }
            }
        }
        files
    }
}

#[cfg(test)]
mod tests {
    use super::Registry;
    use crate::syntax::grammar::Grammar;
    use crate::syntax::query::JoinedQuery;

    #[test]
    fn every_query_compiles_for_every_grammar_that_runs_it() {
        for grammar in Grammar::ALL {
            let compiled = JoinedQuery::compile(*grammar, &Registry::get().query_files(*grammar));
            assert!(compiled.is_ok(), "{grammar:?}: {compiled:?}");
        }
    }
}
