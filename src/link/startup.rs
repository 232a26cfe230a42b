//! The start-up code of each application of .NET: the procedures of its project, and those of its libraries that they call by name.
//! Knows which code sets an application up; what the calls mean is for other passes.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::names::last_part;
use crate::finding::{Argument, Call, Fact, Procedure, Step};
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// A procedure and where it stands.
pub(super) type Found<'a> = (&'a Location, &'a Procedure);

/// The start-up code of every container.
#[derive(Debug, Default)]
pub(super) struct Startup<'a> {
    by_container: BTreeMap<String, Vec<Found<'a>>>,
    /// The types that the start-up code of each container names.
    named: BTreeMap<String, BTreeSet<&'a str>>,
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
        let named =
            by_container.iter().map(|(key, procedures): (&String, &Vec<Found<'a>>)| (key.clone(), named_types(procedures))).collect();
        Self { by_container, named }
    }

    /// The start-up code of a container.
    pub(super) fn procedures(&self, container: &str) -> &[Found<'a>] {
        self.by_container.get(container).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the start-up code of a container names a type: registers it, makes it, or hands it on.
    pub(super) fn names(&self, container: &str, kind: &str) -> bool {
        self.named.get(container).is_some_and(|names| names.contains(kind))
    }

    /// Every container with its start-up code.
    pub(super) fn all(&self) -> impl Iterator<Item = (&String, &Vec<Found<'a>>)> {
        self.by_container.iter()
    }
}

/// The last parts of all names that calls are given: types among them.
fn named_types<'a>(procedures: &[Found<'a>]) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for (_, procedure) in procedures {
        each_step(&procedure.steps, &mut |step| {
            let mut names: Vec<&'a str> = vec![&step.receiver];
            step.value.iter().for_each(|value| value.names(&mut names));
            for call in &step.calls {
                call.arguments.iter().for_each(|one| one.value.names(&mut names));
                names.extend(call.type_arguments.iter().map(String::as_str));
            }
            found.extend(names.into_iter().map(|name| last_part(name.split('<').next().unwrap_or(name))));
        });
    }
    found
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
    each_step(steps, &mut |step| step.calls.iter().for_each(|call| visit(step, call)));
}

/// Every step, those of functions among the arguments too.
fn each_step<'a>(steps: &'a [Step], visit: &mut dyn FnMut(&'a Step)) {
    let mut open: Vec<&'a Step> = steps.iter().rev().collect();
    while let Some(step) = open.pop() {
        visit(step);
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
