//! The start-up code of each application of .NET: the procedures of its project, and those of its libraries that they call by name.
//! Knows which code sets an application up; what the calls mean is for other passes.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::finding::{Argument, Call, Fact, Procedure, Step};
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// A procedure and where it stands.
pub(super) type Found<'a> = (&'a Location, &'a Procedure);

/// The start-up code of every container.
#[derive(Debug, Default)]
pub(super) struct Startup<'a> {
    by_container: BTreeMap<String, Vec<Found<'a>>>,
}

impl<'a> Startup<'a> {
    /// Collects it; the containers must be complete.
    pub(super) fn of(input: &Input<'a>, model: &Model) -> Self {
        let mut by_folder: BTreeMap<&RepoPath, Vec<Found<'a>>> = BTreeMap::new();
        for finding in input.findings {
            if let Fact::Procedure(procedure) = &finding.fact
                && let Some(folder) = input.projects().folder_of(&finding.at.path)
            {
                by_folder.entry(folder).or_default().push((&finding.at, procedure));
            }
        }
        let mut by_container = BTreeMap::new();
        for (key, container) in &model.containers {
            let Some(folder) = container.path.as_ref().filter(|folder| input.projects().at(folder).is_some()) else { continue };
            let own = by_folder.get(folder).cloned().unwrap_or_default();
            let closure: BTreeSet<RepoPath> = input.projects().closure(folder);
            let others = closure.iter().filter(|one| *one != folder).filter_map(|one| by_folder.get(one)).flatten();
            by_container.insert(key.clone(), reached(own, others));
        }
        Self { by_container }
    }

    /// The start-up code of a container.
    pub(super) fn procedures(&self, container: &str) -> &[Found<'a>] {
        self.by_container.get(container).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every container with its start-up code.
    pub(super) fn all(&self) -> impl Iterator<Item = (&String, &Vec<Found<'a>>)> {
        self.by_container.iter()
    }
}

/// What a project calls of its libraries, directly or through others.
fn reached<'a, 'f>(own: Vec<Found<'a>>, others: impl Iterator<Item = &'f Found<'a>>) -> Vec<Found<'a>>
where
    'a: 'f,
{
    let mut by_name: BTreeMap<&str, Vec<Found<'a>>> = BTreeMap::new();
    for (at, procedure) in others {
        by_name.entry(procedure.name.as_str()).or_default().push((at, procedure));
    }
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut found = own;
    let mut next = 0;
    while let Some((_, procedure)) = found.get(next).copied() {
        next += 1;
        each_call(&procedure.steps, &mut |_, call| {
            if seen.insert(call.name.as_str()) {
                found.extend(by_name.remove(call.name.as_str()).unwrap_or_default());
            }
        });
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

/// Every call in steps, those of functions among the arguments too, with the step that it stands in.
pub(super) fn each_call<'a>(steps: &'a [Step], visit: &mut dyn FnMut(&'a Step, &'a Call)) {
    let mut open: Vec<&'a Step> = steps.iter().rev().collect();
    while let Some(step) = open.pop() {
        for call in &step.calls {
            visit(step, call);
        }
        let arguments = step.calls.iter().flat_map(|call| &call.arguments);
        let mut within: Vec<&'a Step> = arguments.flat_map(inner).collect();
        within.reverse();
        open.append(&mut within);
    }
}

/// The steps of the function or chain that an argument is.
fn inner(argument: &Argument) -> impl Iterator<Item = &Step> {
    argument.chain.iter().chain(argument.lambda.iter().flat_map(|lambda| &lambda.steps))
}
