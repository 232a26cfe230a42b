//! Architecture documents beside what was found: names that only one of them has are told; people who use the system are taken over.
//! A document adds no container: what nothing else proves may be a plan.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::sentence::quoted;
use super::wording::words;
use crate::finding::{ArchitectureDiagram, DrawnElement, DrawnKind, Fact};
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};
use crate::model::{Context, Model, Relationship};

/// Words that do not tell one unit from another.
const PLAIN_WORDS: &[&str] = &[
    "service",
    "services",
    "microservice",
    "server",
    "app",
    "apps",
    "application",
    "the",
    "of",
    "and",
    "svc",
    "container",
    "component",
    "api",
    "db",
    "database",
    "store",
    "backend",
    "module",
    "project",
    "cluster",
    "instance",
    "system",
    "core",
    "net",
    "asp",
    "js",
];

/// Boxes of flowcharts that stand for people and their machines.
const SURROUNDINGS: &[&str] = &[
    "user",
    "users",
    "client",
    "clients",
    "browser",
    "customer",
    "customers",
    "admin",
    "internet",
    "developer",
    "mobile",
    "visitor",
    "operator",
    "external",
    "end",
    "start",
    "balancer",
    "ingress",
    "cdn",
    "dns",
];

/// A flowchart shows the architecture when it names at least so many units.
const FEWEST: usize = 3;

/// The pass; everything that has a name must be there.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let known = Known::of(model);
    let mut found = Vec::new();
    let mut drawn: BTreeMap<&RepoPath, Drawn> = BTreeMap::new();
    for finding in input.findings {
        let Fact::ArchitectureDiagram(diagram) = &finding.fact else { continue };
        if input.map.file(&finding.at.path).is_some_and(|file| file.is_test) {
            continue;
        }
        let compared = known.compare(diagram);
        if !compared.is_architecture {
            continue;
        }
        for element in compared.unknown {
            let at = Location::new(&finding.at.path, element.line);
            let message = format!("the {} names `{}`, which nothing else in the repository is called", diagram.notation, element.name);
            found.push(Gap::line(GapCode::DocsDrift, &at.path, at.line, message));
        }
        let of_file = drawn.entry(&finding.at.path).or_insert_with(|| Drawn { notation: diagram.notation, ..Drawn::default() });
        of_file.containers.extend(compared.containers.values().cloned());
        of_file.is_whole |= diagram.elements.iter().any(|one| one.kind == DrawnKind::Container);
        people(diagram, &finding.at, &compared.containers, model);
    }
    for (path, drawn) in drawn {
        found.extend(drawn.left_out(&known).map(|message| Gap::file(GapCode::DocsDrift, path, message)));
    }
    model.gaps.extend(found);
}

/// What the diagrams of one file show.
#[derive(Default)]
struct Drawn {
    notation: &'static str,
    containers: BTreeSet<String>,
    /// Whether it says of its elements that they are containers, so that one that it lacks is left out.
    is_whole: bool,
}

impl Drawn {
    /// The applications that a document leaves out which shows most of the others.
    fn left_out(&self, known: &Known) -> Option<String> {
        let (shown, missing): (Vec<&String>, Vec<&String>) = known.applications.iter().partition(|key| self.containers.contains(*key));
        let is_told = self.is_whole && shown.len() >= 2 && shown.len() > missing.len() && !missing.is_empty();
        is_told.then(|| format!("the {} leaves out {}", self.notation, quoted(missing, 6)))
    }
}

/// A diagram beside what is known.
struct Compared<'d> {
    is_architecture: bool,
    /// The key of an element -> the container that it is.
    containers: BTreeMap<&'d str, String>,
    unknown: Vec<&'d DrawnElement>,
}

/// The names of everything that was found.
struct Known {
    /// The container and the words of one of its names.
    names: Vec<(String, BTreeSet<String>)>,
    /// The words of what is no container: outside systems, backing services, components.
    others: Vec<BTreeSet<String>>,
    applications: BTreeSet<String>,
}

impl Known {
    fn of(model: &Model) -> Self {
        let mut names = Vec::new();
        for (key, container) in &model.containers {
            let product = container.technology.as_deref().filter(|_| container.backing).and_then(|text| text.split([' ', ',', '(']).next());
            let kind = container.backing.then_some(container.kind.as_str());
            let image =
                container.image.as_deref().filter(|_| container.backing).and_then(|image| image.rsplit('/').next()?.split(':').next());
            let all = [Some(key.as_str()), Some(container.name.as_str()), product, kind, image];
            names.extend(all.into_iter().flatten().map(|name| (key.clone(), telling(name))));
        }
        let services = model.services.keys().map(String::as_str);
        let others =
            model.contexts.keys().map(String::as_str).chain(services).chain(model.components.values().map(|one| one.name.as_str()));
        let others = others.chain(model.integrations.keys().map(String::as_str)).map(telling).collect();
        let is_application = |key: &&String| model.containers.get(*key).is_some_and(|one| !one.backing && one.kind != "Job/Task");
        Self { names, others, applications: model.containers.keys().filter(is_application).cloned().collect() }
    }

    fn compare<'d>(&self, diagram: &'d ArchitectureDiagram) -> Compared<'d> {
        let mut compared = Compared { is_architecture: true, containers: BTreeMap::new(), unknown: Vec::new() };
        let mut boxes = 0;
        for element in &diagram.elements {
            boxes += usize::from(element.kind == DrawnKind::Box);
            if matches!(element.kind, DrawnKind::Person | DrawnKind::System) {
                continue;
            }
            if let Some(container) = self.container(element) {
                compared.containers.insert(&element.key, container);
            } else if !self.is_other(element) {
                compared.unknown.push(element);
            }
        }
        let units: BTreeSet<&String> = compared.containers.values().collect();
        compared.is_architecture = boxes == 0 || units.len() >= FEWEST && compared.containers.len() * 2 >= boxes;
        compared
    }

    /// The container that an element is, by its words or what it is made with.
    fn container(&self, element: &DrawnElement) -> Option<String> {
        let fits = |words: &BTreeSet<String>| {
            let mut near: Vec<(usize, &String)> = self
                .names
                .iter()
                .filter(|(_, own)| alike(words, own))
                .map(|(key, own)| (own.symmetric_difference(words).count(), key))
                .collect();
            near.sort();
            near.first().map(|(_, key)| (*key).clone())
        };
        fits(&telling(&element.name)).or_else(|| fits(&telling(&element.key))).or_else(|| fits(&telling(element.technology.as_deref()?)))
    }

    fn is_other(&self, element: &DrawnElement) -> bool {
        let words = telling(&element.name);
        let is_around = element.kind == DrawnKind::Box && words.iter().any(|word| SURROUNDINGS.contains(&word.as_str()));
        is_around || self.others.iter().any(|other| alike(&words, other))
    }
}

/// The words of a name in lower case, without those that tell nothing unless nothing would be left.
fn telling(name: &str) -> BTreeSet<String> {
    let all: BTreeSet<String> = words(name).into_iter().map(|word| word.to_lowercase()).collect();
    let kept: BTreeSet<String> = all.iter().filter(|word| !PLAIN_WORDS.contains(&word.as_str())).cloned().collect();
    if kept.is_empty() { all } else { kept }
}

/// Whether all the words of one name stand in the other, or they differ only in how words are parted.
fn alike(left: &BTreeSet<String>, right: &BTreeSet<String>) -> bool {
    let joined = |words: &BTreeSet<String>| words.iter().map(String::as_str).collect::<String>();
    !left.is_empty() && !right.is_empty() && (left.is_subset(right) || right.is_subset(left) || joined(left) == joined(right))
}

/// The people that a diagram shows, with what they use.
fn people(diagram: &ArchitectureDiagram, at: &Location, containers: &BTreeMap<&str, String>, model: &mut Model) {
    let system = model.contexts.keys().find(|name| telling(name) == telling(&model.project)).cloned();
    for person in diagram.elements.iter().filter(|one| one.kind == DrawnKind::Person) {
        if model.integrations.contains_key(&person.name) || system.as_ref() == Some(&person.name) {
            continue;
        }
        let mut used = BTreeSet::new();
        for line in diagram.lines.iter().filter(|line| line.from == person.key) {
            let is_system = || diagram.elements.iter().any(|one| one.key == line.to && one.kind == DrawnKind::System);
            let target = containers.get(line.to.as_str()).cloned().or_else(|| system.clone().filter(|_| is_system()));
            let description = line.text.clone().unwrap_or_else(|| "Uses it".to_owned());
            used.extend(target.map(|target| Relationship { target, description, technology: None }));
        }
        let place = Location::new(&at.path, person.line);
        model.prove(&place, "person", &["contexts", &person.name]);
        let description = person.description.clone().unwrap_or_else(|| format!("Person that the {} shows.", diagram.notation));
        let context = model.contexts.entry(person.name.clone()).or_insert(Context { description, relationships: BTreeSet::new() });
        context.relationships.extend(used);
    }
}
