//! Starts that stand in one file and are called for in another: `bootstrap(config)` of a library that every application shares.
//! A call counts only when the called function is found and starts something.

use std::collections::BTreeMap;

use super::names::Names;
use crate::finding::{Bootstrap, Fact, Finding, StartCall};
use crate::location::{Location, RepoPath};

/// A start and a call that runs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct CalledStart<'a> {
    /// Where the start stands.
    pub(super) start_at: &'a Location,
    /// What it sets up.
    pub(super) start: &'a Bootstrap,
    /// Where it is called.
    pub(super) call_at: &'a Location,
    /// What it is given.
    pub(super) call: &'a StartCall,
}

/// Folders of programs that developers run by hand: what starts an application there is not how it is deployed.
const BY_HAND: &[&str] = &["scripts", "script", "tools", "load-testing", "testing", "benchmarks"];

/// Every call that runs a start of another file, in the order of the starts.
pub(super) fn called<'a>(names: &Names<'_>, findings: &'a [Finding]) -> Vec<CalledStart<'a>> {
    let mut calls: BTreeMap<(RepoPath, String), Vec<(&'a Location, &'a StartCall)>> = BTreeMap::new();
    for finding in findings {
        let Fact::StartCall(call) = &finding.fact else { continue };
        if finding.at.path.parts().any(|part| BY_HAND.contains(&part)) {
            continue;
        }
        let definition = names.member_definition(&finding.at.path, &call.function);
        if let Some(file) = definition.file.filter(|file| *file != finding.at.path) {
            calls.entry((file, definition.name)).or_default().push((&finding.at, call));
        }
    }
    let mut found = Vec::new();
    for finding in findings {
        let Fact::Bootstrap(start) = &finding.fact else { continue };
        let Some(function) = &start.function else { continue };
        for (call_at, call) in calls.get(&(finding.at.path.clone(), function.clone())).into_iter().flatten() {
            found.push(CalledStart { start_at: &finding.at, start, call_at, call });
        }
    }
    found
}
