//! Schema files that a program keeps as data, as samples to import: no database of its own stands behind them.

use std::collections::BTreeSet;

use crate::finding::Fact;
use crate::finding::entity::Mapper;
use crate::link::Input;
use crate::location::RepoPath;

/// Schema files of Prisma that a program keeps as data: called otherwise than Prisma calls its own, outside of its folders and of what a
/// script names, in a repository that has schemas where Prisma looks for them.
pub(super) fn samples(input: &Input<'_>) -> BTreeSet<RepoPath> {
    let stores = input.findings.iter().filter(|finding| matches!(&finding.fact, Fact::EntityStore(one) if one.mapper == Mapper::Prisma));
    let is_usual = |path: &RepoPath| path.name() == "schema.prisma" || path.parent().parts().any(|part| part.contains("prisma"));
    let (usual, unusual): (Vec<&RepoPath>, Vec<&RepoPath>) = stores.map(|finding| &finding.at.path).partition(|path| is_usual(path));
    let scripts: Vec<&str> = input
        .findings
        .iter()
        .filter_map(|finding| if let Fact::Package(package) = &finding.fact { Some(package) } else { None })
        .flat_map(|package| package.scripts.iter().map(|script| script.command.as_str()))
        .collect();
    let is_named = |path: &RepoPath| scripts.iter().any(|script| script.contains(path.name()));
    unusual.into_iter().filter(|path| !usual.is_empty() && !is_named(path)).cloned().collect()
}
