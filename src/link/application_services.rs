//! Application services of .NET: registered classes that drive components (a database context, a client, a producer).
//! A class is one when its constructor asks for a component of its container; what it does with it is not followed.

use std::collections::{BTreeMap, BTreeSet};

use super::{Input, wording};
use crate::finding::{Class, Fact, Procedure};
use crate::location::{Location, RepoPath};
use crate::model::{Component, Model};

/// The pass; the components that services may drive must be there.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    for (container, folder) in input.projects().deployed(model) {
        let program = Program::of(input, &folder);
        let driven = program.driven(model, &container);
        if !driven.is_empty() {
            program.add(model, &container, driven);
        }
    }
}

/// What one application registers.
#[derive(Default)]
struct Program<'a> {
    /// What a constructor asks for -> the class that it is given.
    given: BTreeMap<&'a str, &'a str>,
    /// The registered classes, where their code was read.
    classes: BTreeMap<&'a str, (&'a Location, &'a Class)>,
}

impl<'a> Program<'a> {
    fn of(input: &Input<'a>, folder: &RepoPath) -> Self {
        let closure = input.projects().closure(folder);
        let fits = |path: &RepoPath| input.projects().folder_of(path).is_some_and(|project| closure.contains(project));
        let mut program = Self::default();
        let mut registered: BTreeSet<&'a str> = BTreeSet::new();
        for finding in input.findings {
            if let Fact::Procedure(procedure) = &finding.fact
                && fits(&finding.at.path)
            {
                for (asked, class) in procedure.registered() {
                    program.given.insert(asked, class);
                    registered.insert(class);
                }
                program.given.extend(clients(procedure));
            }
        }
        for finding in input.findings {
            if let Fact::Class(class) = &finding.fact
                && registered.contains(class.name.as_str())
                && finding.at.path.extension() == "cs"
                && fits(&finding.at.path)
            {
                program.classes.entry(&class.name).or_insert((&finding.at, class));
            }
        }
        program
    }

    /// The types that a constructor and its fields ask for, and the classes that these stand for.
    fn asks_for(&self, class: &'a Class) -> BTreeSet<&'a str> {
        class.members.iter().flat_map(|(_, kind)| [Some(kind.as_str()), self.given.get(kind.as_str()).copied()]).flatten().collect()
    }

    /// The classes that ask for components of their container, with what they ask for.
    fn driven(&self, model: &Model, container: &str) -> BTreeMap<&'a str, BTreeSet<String>> {
        let own = model.components.iter().filter(|(_, one)| one.container == container);
        let known: BTreeMap<&str, &String> = own.map(|(key, one)| (one.name.as_str(), key)).collect();
        let asks = |class: &'a Class| -> BTreeSet<String> {
            self.asks_for(class).into_iter().filter_map(|kind| known.get(kind).map(|key| (*key).clone())).collect()
        };
        let fresh = self.classes.iter().filter(|(name, _)| !known.contains_key(*name));
        fresh.map(|(name, (_, class))| (*name, asks(class))).filter(|(_, needs)| !needs.is_empty()).collect()
    }

    fn add(&self, model: &mut Model, container: &str, driven: BTreeMap<&'a str, BTreeSet<String>>) {
        let key = |class: &str| format!("{container}.{}", wording::kebab(class));
        let services: BTreeSet<&str> = driven.keys().copied().collect();
        for (name, mut needs) in driven {
            let Some((at, class)) = self.classes.get(name) else { continue };
            needs.extend(self.asks_for(class).intersection(&services).filter(|other| **other != name).map(|other| key(other)));
            let counted = || format!("Application service that drives {}.", wording::count(needs.len(), "component"));
            let description = class.doc.as_deref().map_or_else(counted, wording::first_paragraph);
            model.prove(at, "service", &["components", &key(name)]);
            let component = Component {
                name: name.to_owned(),
                description,
                kind: "Application Service".to_owned(),
                technology: Some("C#".to_owned()),
                container: container.to_owned(),
                path: Some(at.path.clone()),
                dependencies: needs,
                ..Component::default()
            };
            model.components.entry(key(name)).or_insert(component);
        }
    }
}

/// What typed clients are asked for by: `AddHttpClient<IBank, BankClient>`.
fn clients(procedure: &Procedure) -> Vec<(&str, &str)> {
    let calls = procedure.steps.iter().flat_map(|step| &step.calls).filter(|call| call.name == "AddHttpClient");
    calls.filter_map(|call| Some((call.type_arguments.first()?.as_str(), call.type_arguments.last()?.as_str()))).collect()
}
