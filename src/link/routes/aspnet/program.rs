//! What classes, methods and procedures of one application are: those of its project and of all that it is built from.
//! Finds them by name; decides nothing about routes.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{AttributeConstructor, Call, Class, Fact, Method, Procedure, Step};
use crate::link::Input;
use crate::link::names::last_part;
use crate::location::{Location, RepoPath};

/// A fact and where it stands.
pub(super) type Found<'a, T> = (&'a Location, &'a T);

/// The code of one application.
pub(super) struct Program<'i, 'a> {
    pub(super) input: &'i Input<'a>,
    /// The folder of its project.
    pub(super) folder: RepoPath,
    pub(super) classes: Vec<Found<'a, Class>>,
    methods: BTreeMap<&'a str, Vec<Found<'a, Method>>>,
    procedures: BTreeMap<&'a str, Vec<Found<'a, Procedure>>>,
    constructors: BTreeMap<&'a str, Vec<Found<'a, AttributeConstructor>>>,
}

/// How many bases are followed.
const BASES: usize = 12;

impl<'i, 'a> Program<'i, 'a> {
    /// Collects the code of the project in a folder.
    pub(super) fn of(input: &'i Input<'a>, folder: &RepoPath) -> Self {
        let closure: BTreeSet<RepoPath> = input.projects().closure(folder);
        let mut program = Self {
            input,
            folder: folder.clone(),
            classes: Vec::new(),
            methods: BTreeMap::new(),
            procedures: BTreeMap::new(),
            constructors: BTreeMap::new(),
        };
        for finding in input.findings {
            let fits = || input.projects().folder_of(&finding.at.path).is_some_and(|project| closure.contains(project));
            match &finding.fact {
                Fact::Class(class) if finding.at.path.extension() == "cs" && fits() => program.classes.push((&finding.at, class)),
                Fact::Method(method) if fits() => program.methods.entry(&method.class).or_default().push((&finding.at, method)),
                Fact::AttributeConstructor(one) if fits() => {
                    program.constructors.entry(&one.class).or_default().push((&finding.at, one));
                }
                Fact::Procedure(one) if fits() => program.procedures.entry(&one.name).or_default().push((&finding.at, one)),
                _ => {}
            }
        }
        program
    }

    /// Whether a file belongs to the project itself, and not to one that it is built from.
    pub(super) fn is_own(&self, path: &RepoPath) -> bool {
        self.input.projects().folder_of(path) == Some(&self.folder)
    }

    /// The methods of a class, as it is declared around a file: parts of it lie in the same folder.
    pub(super) fn methods_of(&self, at: &RepoPath, class: &str) -> Vec<Found<'a, Method>> {
        let all = self.methods.get(class).map(Vec::as_slice).unwrap_or_default();
        let own: Vec<Found<'a, Method>> = all.iter().copied().filter(|(place, _)| place.path == *at).collect();
        let beside = all.iter().copied().filter(|(place, _)| place.path != *at && is_part(&place.path, at, class));
        own.into_iter().chain(beside).collect()
    }

    /// A method by the name that a call gives it: `GetItems` of the class around, or `Handlers.GetItems`.
    pub(super) fn method(&self, file: &RepoPath, class: &str, name: &str) -> Option<Found<'a, Method>> {
        let (owner, method) = match name.rsplit_once('.') {
            Some((owner, method)) => (last_part(owner), method),
            None => (class, name),
        };
        let all = self.methods.get(owner)?.iter().copied().filter(|(_, one)| one.name == method);
        all.max_by_key(|(at, _)| (at.path == *file, std::cmp::Reverse(&at.path), std::cmp::Reverse(at.line)))
    }

    /// Every method.
    pub(super) fn all_methods(&self) -> impl Iterator<Item = Found<'a, Method>> {
        self.methods.values().flatten().copied()
    }

    /// The constructors of an attribute.
    pub(super) fn constructors(&self, class: &str) -> &[Found<'a, AttributeConstructor>] {
        self.constructors.get(class).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every procedure of a name.
    pub(super) fn procedures(&self, name: &str) -> &[Found<'a, Procedure>] {
        self.procedures.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every procedure.
    pub(super) fn all_procedures(&self) -> impl Iterator<Item = Found<'a, Procedure>> {
        self.procedures.values().flatten().copied()
    }

    /// Every step of every procedure, those of functions among arguments too, with the procedure.
    pub(super) fn all_steps(&self) -> impl Iterator<Item = (Found<'a, Procedure>, &'a Step)> {
        self.all_procedures().flat_map(|found| nested(&found.1.steps, |_| true).into_iter().map(move |step| (found, step)))
    }

    /// Every step that stands under no condition: what is set up under one proves nothing.
    pub(super) fn certain_steps(&self) -> impl Iterator<Item = &'a Step> {
        self.all_procedures().flat_map(|found| nested(&found.1.steps, |step| !step.is_conditional()))
    }

    /// Every call of every procedure, with the procedure.
    pub(super) fn all_calls(&self) -> impl Iterator<Item = (Found<'a, Procedure>, &'a Call)> {
        self.all_steps().flat_map(|(found, step)| step.calls.iter().map(move |call| (found, call)))
    }

    /// A class with its bases, the class itself first; each with the base as it is written by the one before it.
    pub(super) fn chain(&self, at: &'a Location, class: &'a Class) -> Vec<Found<'a, Class>> {
        let mut found: Vec<Found<'a, Class>> = vec![(at, class)];
        let mut next = 0;
        while let Some((place, one)) = found.get(next).copied().filter(|_| found.len() < BASES) {
            next += 1;
            for base in &one.bases {
                if let Some((at, class)) = self.input.names.class(&place.path, base)
                    && !found.iter().any(|(known, other)| *known == at && other.name == class.name)
                {
                    found.push((at, class));
                }
            }
        }
        found
    }

    /// Whether the class or one of its bases names a base that fits.
    pub(super) fn derives(&self, at: &'a Location, class: &'a Class, fits: &dyn Fn(&str) -> bool) -> bool {
        self.chain(at, class).iter().any(|(_, one)| one.bases.iter().any(|base| fits(base)))
    }

    /// The class that a name means in a file.
    pub(super) fn class(&self, file: &RepoPath, name: &str) -> Option<Found<'a, Class>> {
        let bare = name.split('<').next().unwrap_or(name);
        self.input.names.class(file, last_part(bare))
    }
}

/// The steps that fit, with those of the functions among their arguments; functions nest no deeper than the extractor's limit.
fn nested(steps: &[Step], fits: fn(&Step) -> bool) -> Vec<&Step> {
    let mut found = Vec::new();
    let mut open = vec![steps];
    while let Some(steps) = open.pop() {
        let steps: Vec<&Step> = steps.iter().filter(|step| fits(step)).collect();
        found.extend(&steps);
        let arguments = steps.iter().flat_map(|step| &step.calls).flat_map(|call| &call.arguments);
        open.extend(arguments.filter_map(|one| one.lambda.as_ref()).map(|lambda| lambda.steps.as_slice()));
    }
    found
}

/// `Orders.Queries.cs` beside `Orders.cs`, or any file of the folder that says the same class.
fn is_part(path: &RepoPath, of: &RepoPath, class: &str) -> bool {
    path.parent() == of.parent() && path.stem().split('.').next() == of.stem().split('.').next() && path.stem().starts_with(class)
}
