//! The second step: files without a marker that a found fact refers to (constants, enums, base classes, messages), and files that
//! call a method which sends on what it is given. Files that are named after a class of the domain are asked for too.
//! Names are followed through imports and re-exports until nothing new is asked for; each file is looked at once.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;

use super::language::grammar_of;
use super::registered::Registered;
use super::stored::Stored;
use crate::classify::{File, FileKind, RepoMap};
use crate::finding::{Fact, Finding, Import};

/// How many times references are followed: a constant behind three barrels is four steps away, and a caller of a wrapper is one more.
pub(super) const ROUNDS: usize = 12;

/// What is asked of files in one step.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// These are to be parsed.
    pub(super) whole: BTreeSet<usize>,
    /// These only if one of the names stands in them, or they give on whole files.
    pub(super) named: BTreeMap<usize, BTreeSet<String>>,
    /// These only if one of the names is no class of the file: then it gives them on from elsewhere, or they are something else.
    pub(super) glances: BTreeMap<usize, BTreeSet<String>>,
}

/// How much of a name matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// What it means.
    Definition,
    /// What it means, if it stands in this file at all: the file is one of several that are given on whole.
    DefinitionIfThere,
    /// Only the file that it stands in.
    Place,
}

/// A name that a fact asks for in another file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Ask {
    file: usize,
    name: String,
    need: Need,
}

/// A constant or class of a file, and what it refers to.
#[derive(Debug, Default)]
struct Definition {
    is_class: bool,
    names: BTreeSet<String>,
    /// Those of which only the place matters.
    listed: BTreeSet<String>,
}

/// What one parsed file says about names.
#[derive(Debug, Default)]
struct Scope {
    /// The name here, the name there, the file.
    imports: Vec<(String, String, usize)>,
    reexports: Vec<(String, String, usize)>,
    definitions: BTreeMap<String, Definition>,
    /// Names that were followed already.
    needed: BTreeSet<String>,
}

/// What was asked for so far.
pub(super) struct Demand<'a> {
    map: &'a RepoMap,
    /// Files by the type that they are called after, in languages where no import leads to them.
    types: BTreeMap<&'a str, Vec<usize>>,
    scopes: BTreeMap<usize, Scope>,
    open: Vec<Ask>,
    asked: BTreeSet<Ask>,
    /// The classes whose callers were asked for, and the bases of every class.
    relays: BTreeSet<String>,
    bases: Vec<(String, Vec<String>)>,
    stored: Stored,
    registered: Registered,
}

impl<'a> Demand<'a> {
    /// Nothing is asked for yet.
    pub(super) fn new(map: &'a RepoMap) -> Self {
        Self {
            map,
            types: types(map),
            scopes: BTreeMap::new(),
            open: Vec::new(),
            asked: BTreeSet::new(),
            relays: BTreeSet::new(),
            bases: Vec::new(),
            stored: Stored::default(),
            registered: Registered::default(),
        }
    }

    /// The files that names lead to, after some files were parsed: `found` holds the findings of every file.
    pub(super) fn next(&mut self, fresh: &[usize], found: &[Vec<Finding>], parsed: &[bool]) -> Wanted {
        // What was asked for and not parsed then needs no more: it is a class where it was looked for.
        self.open.retain(|ask| parsed[ask.file]);
        fresh.iter().for_each(|at| self.note(*at, &found[*at]));
        self.ask_for_stored();
        let mut wanted = Wanted::default();
        let mut left = Vec::new();
        while let Some(ask) = self.open.pop() {
            if parsed[ask.file] {
                self.answer(&ask);
                continue;
            }
            match ask.need {
                Need::Definition => _ = wanted.whole.insert(ask.file),
                Need::DefinitionIfThere => _ = wanted.named.entry(ask.file).or_default().insert(ask.name.clone()),
                Need::Place => _ = wanted.glances.entry(ask.file).or_default().insert(ask.name.clone()),
            }
            left.push(ask);
        }
        self.open = left;
        if let Some((classes, names)) = self.registered.next() {
            let files = classes.iter().filter_map(|class| self.types.get(class)).flatten();
            for file in files.filter(|file| !parsed[**file]) {
                wanted.named.entry(*file).or_default().extend(names.iter().cloned());
            }
        }
        wanted.named.retain(|at, _| !wanted.whole.contains(at));
        wanted.glances.retain(|at, _| !wanted.whole.contains(at) && !wanted.named.contains_key(at));
        wanted
    }

    /// The types that a mapper stores are asked for in the files that are called after them.
    fn ask_for_stored(&mut self) {
        for name in self.stored.next() {
            for file in self.types.get(name.as_str()).cloned().unwrap_or_default() {
                self.ask(Ask { file, name: name.clone(), need: Need::Definition });
            }
        }
    }

    /// How types begin that a mapper stores and that no file is called after.
    pub(super) fn undeclared(&mut self) -> Option<AhoCorasick> {
        self.stored.undeclared()
    }

    /// Looks for the callers of wrappers that were found since the last time; a class that extends one is one, too.
    pub(super) fn callers(&mut self, found: &[Vec<Finding>]) -> Option<AhoCorasick> {
        let facts = found.iter().flatten();
        let mut fresh: BTreeSet<String> = facts
            .filter_map(|finding| match &finding.fact {
                Fact::Relay(relay) if !self.relays.contains(&relay.class) => Some(relay.class.clone()),
                _ => None,
            })
            .collect();
        let known = |base: &String, fresh: &BTreeSet<String>| fresh.contains(base) || self.relays.contains(base);
        while let Some(name) = self.bases.iter().find_map(|(name, bases)| {
            let new = !known(name, &fresh) && bases.iter().any(|base| known(base, &fresh));
            new.then(|| name.clone())
        }) {
            fresh.insert(name);
        }
        // A caller may know a wrapper by the interface alone that it implements.
        let declared: BTreeSet<&str> = self.scopes.values().flat_map(|scope| scope.definitions.keys()).map(String::as_str).collect();
        let interfaces = self.bases.iter().filter(|(name, _)| fresh.contains(name)).flat_map(|(_, bases)| bases);
        let interfaces: Vec<String> =
            interfaces.filter(|base| declared.contains(base.as_str()) && !self.relays.contains(*base)).cloned().collect();
        fresh.extend(interfaces);
        if fresh.is_empty() {
            return None;
        }
        let automaton = AhoCorasick::new(&fresh).ok();
        self.relays.append(&mut fresh);
        automaton
    }

    /// Takes in what one file states. What its facts refer to is asked for; what its constants and classes refer to only when they are.
    fn note(&mut self, at: usize, findings: &[Finding]) {
        let (mut scope, mut needed, mut listed) = (Scope::default(), Vec::new(), Vec::new());
        for finding in findings {
            self.stored.note(&finding.fact);
            self.registered.note(&finding.fact);
            let owned = |names: Vec<&str>| -> Vec<String> { names.into_iter().map(|name| root_of(name).to_owned()).collect() };
            let names = || owned(finding.fact.names());
            match &finding.fact {
                Fact::Import(import) => scope.imports.extend(self.way(import)),
                Fact::Reexport(import) => scope.reexports.extend(self.way(import)),
                Fact::Constant(constant) => {
                    let definition = scope.definitions.entry(root_of(&constant.name).to_owned()).or_default();
                    definition.names.extend(names());
                    definition.listed.extend(owned(finding.fact.listed()));
                    if constant.is_registered() {
                        needed.push(root_of(&constant.name).to_owned());
                    }
                }
                Fact::Class(class) => {
                    let definition = scope.definitions.entry(class.name.clone()).or_default();
                    definition.is_class = true;
                    definition.names.extend(names().into_iter().filter(|name| !is_own_interface(name, &class.name)));
                    // Without imports nobody asks for a class by its file: what it is made of is needed at once.
                    needed.extend(needs_no_import(&self.map.files[at]).then(|| class.name.clone()));
                    if !class.bases.is_empty() {
                        self.bases.push((class.name.clone(), class.bases.clone()));
                    }
                }
                fact => {
                    needed.extend(names());
                    listed.extend(owned(fact.listed()));
                }
            }
        }
        self.scopes.insert(at, scope);
        self.need(at, needed, listed);
    }

    /// Follows names of a file through its own constants and classes to what they import.
    fn need(&mut self, at: usize, mut names: Vec<String>, mut listed: Vec<String>) {
        let Some(scope) = self.scopes.get_mut(&at) else { return };
        let mut asks = Vec::new();
        let by_type = needs_no_import(&self.map.files[at]).then_some(&self.types);
        let asks_for = |scope: &Scope, name: &str, need: Need| -> Vec<Ask> {
            let imports = scope.imports.iter().filter(|(local, ..)| local == name);
            imports.map(|(_, imported, file)| Ask { file: *file, name: imported.clone(), need }).collect()
        };
        while let Some(name) = names.pop() {
            if !scope.needed.insert(name.clone()) {
                continue;
            }
            if let Some(definition) = scope.definitions.get(&name) {
                names.extend(definition.names.iter().cloned());
                listed.extend(definition.listed.iter().cloned());
            }
            asks.extend(asks_for(scope, &name, Need::Definition));
            let declared = by_type.and_then(|types| types.get(name.as_str())).into_iter().flatten().filter(|file| **file != at);
            asks.extend(declared.map(|file| Ask { file: *file, name: name.clone(), need: Need::Definition }));
        }
        listed.retain(|name| !scope.needed.contains(name));
        asks.extend(listed.iter().flat_map(|name| asks_for(scope, name, Need::Place)));
        asks.into_iter().for_each(|ask| self.ask(ask));
    }

    fn ask(&mut self, ask: Ask) {
        if self.asked.insert(ask.clone()) {
            self.open.push(ask);
        }
    }

    /// What a parsed file has behind a name: its own definition, or the files that its re-exports lead to.
    fn answer(&mut self, ask: &Ask) {
        let Some(scope) = self.scopes.get(&ask.file) else { return };
        let led = scope.reexports.iter().filter_map(|(local, imported, file)| match local.as_str() {
            "*" if ask.need == Need::Place => Some(Ask { file: *file, name: ask.name.clone(), need: Need::Place }),
            "*" if ask.name == "*" => Some(Ask { file: *file, name: ask.name.clone(), need: ask.need }),
            "*" => Some(Ask { file: *file, name: ask.name.clone(), need: Need::DefinitionIfThere }),
            local if local == ask.name || ask.name == "*" => Some(Ask { file: *file, name: imported.clone(), need: ask.need }),
            _ => None,
        });
        let asks: Vec<Ask> = led.collect();
        // A whole file, or a default export that may be any class of it.
        let all = matches!(ask.name.as_str(), "*" | "default");
        let wanted = |(name, one): &(&String, &Definition)| (all || **name == ask.name) && (ask.need != Need::Place || !one.is_class);
        let own: Vec<String> = scope.definitions.iter().filter(wanted).map(|(name, _)| name.clone()).collect();
        asks.into_iter().for_each(|one| self.ask(one));
        self.need(ask.file, own, Vec::new());
    }

    fn way(&self, import: &Import) -> Option<(String, String, usize)> {
        Some((import.local.clone(), import.imported.clone(), self.map.position(import.target.as_ref()?)?))
    }
}

/// The classes of the domain: facts of their own, for the glossary and for the components that hold them.
pub(super) fn domain(map: &RepoMap, parsed: &[bool]) -> impl Iterator<Item = usize> {
    (0..map.files.len()).filter(move |at| map.files[*at].declares_domain && is_code(&map.files[*at]) && !parsed[*at])
}

/// Languages in which a type is known by its name space, and not by an import of its file.
fn needs_no_import(file: &File) -> bool {
    file.kind == FileKind::CSharp
}

/// Files by the type that they are called after, an attribute also by its short name.
fn types(map: &RepoMap) -> BTreeMap<&str, Vec<usize>> {
    let mut found: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, file) in map.files.iter().enumerate().filter(|(_, file)| needs_no_import(file) && is_code(file)) {
        let name = file.path.stem().split(['.', '{', '`']).next().unwrap_or_default();
        found.entry(name).or_default().push(at);
        if let Some(short) = name.strip_suffix("Attribute") {
            found.entry(short).or_default().push(at);
        }
    }
    found
}

/// Whether a file is parsed with a grammar and holds what runs.
pub(super) fn is_code(file: &File) -> bool {
    !file.is_test && !file.is_generated && grammar_of(file.kind).is_some()
}

/// `IOrders` of `Orders`: it says of a class what that says itself, and stands there so that others can ask for it.
fn is_own_interface(base: &str, class: &str) -> bool {
    base.strip_prefix('I') == Some(class)
}

/// `Routes` of `Routes.user.root`.
fn root_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
