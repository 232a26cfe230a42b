//! Fastify: routes with their options, plugins with their prefixes, folders of plugins.
//! Source: the reference of Fastify ("Routes", "Plugins", "Hooks") and of @fastify/autoload.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::{Evaluation, FOLDER, Place, joined};
use super::libraries::{self, Library};
use super::routing::label;
use super::thing::{Event, Thing};
use crate::finding::script::Term;
use crate::location::RepoPath;

/// Options that stand before a handler.
const BEFORE: &[&str] = &["onRequest", "preParsing", "preValidation", "preHandler"];

impl<'a> Evaluation<'_, 'a> {
    /// `fastify.get(path, options?, handler)`
    pub(super) fn fastify_verb(&mut self, place: Place<'a>, node: usize, verbs: Vec<String>, arguments: &[Thing]) {
        let [path, rest @ ..] = arguments else { return };
        let Some(last) = rest.last() else { return };
        let mut uses = Vec::new();
        for one in rest.iter().filter(|one| matches!(one, Thing::Object(_))) {
            uses.extend(BEFORE.iter().map(|name| self.member(one, name)));
        }
        let summary = self.summary(Some(last));
        self.put(place, node, verbs, path, (label(place.0.arguments.last()), uses, summary));
    }

    /// `fastify.route({ method, url, handler })`
    pub(super) fn fastify_route(&mut self, place: Place<'a>, node: usize, options: &Thing) {
        let Thing::Object(_) = options else {
            let at = self.at(place.1, place.0.line);
            self.open.insert(at, "the options of a route are not known; the route is left out".to_owned());
            return;
        };
        let path = match self.member(options, "url") {
            Thing::Nothing => self.member(options, "path"),
            url => url,
        };
        let uses = BEFORE.iter().map(|name| self.member(options, name)).collect();
        let handler = place.0.arguments.first().and_then(|one| match one {
            Term::Record(_) => label(Some(one)),
            _ => None,
        });
        let method = self.member(options, "method");
        match self.verbs(&method) {
            Some(verbs) => self.put(place, node, verbs, &path, (handler, uses, None)),
            None => self.unknown_method(place),
        }
    }

    /// `fastify.register(plugin, { prefix })`
    pub(super) fn register(&mut self, place: Place<'a>, node: usize, arguments: &[Thing]) {
        let options = arguments.get(1).cloned().unwrap_or(Thing::Nothing);
        for plugin in arguments.first().cloned().unwrap_or(Thing::Unknown).each() {
            let plugin = self.plugin(plugin);
            match &plugin {
                Thing::Function(_) => {
                    let prefix = match &options {
                        Thing::Object(_) => self.member(&options, "prefix"),
                        Thing::Nothing => Thing::Nothing,
                        _ => Thing::Nothing,
                    };
                    self.encapsulated(place, node, &plugin, (prefix, options.clone()));
                }
                Thing::Called(called) => {
                    let shares = matches!(&called.function, Thing::Outside(name) if libraries::shares_context(name));
                    let inner = called.arguments.first().cloned().unwrap_or(Thing::Unknown);
                    if let Some(lower) = self.contract_plugin(place, called) {
                        let prefix = if options == Thing::Nothing { Thing::Nothing } else { self.member(&options, "prefix") };
                        self.nodes[lower].placed = true;
                        self.happens(node, self.at(place.1, place.0.line), Event::Mount(prefix, lower, Vec::new()));
                    } else if shares {
                        let inner = self.plugin(&inner);
                        self.start(node, &inner, options.clone());
                    }
                }
                Thing::Outside(name)
                    if matches!(name.as_str(), "@fastify/autoload" | "fastify-autoload" | "@fastify/autoload.fastifyAutoload") =>
                {
                    self.autoload(place, node, &options);
                }
                Thing::Outside(name) if name == "@trpc/server/adapters/fastify.fastifyTRPCPlugin" => self.plugged(place, node, &options),
                Thing::Outside(name) if name.ends_with("openapi.fastifyTRPCOpenApiPlugin") => self.described(place, node, &options),
                _ => {}
            }
        }
    }

    /// A plugin as a function; a module stands for its default export.
    fn plugin(&mut self, thing: &Thing) -> Thing {
        match thing {
            Thing::Module(_) => match self.member(thing, "default") {
                Thing::Module(_) => Thing::Unknown,
                other => other,
            },
            other => other.clone(),
        }
    }

    fn start(&mut self, node: usize, plugin: &Thing, options: Thing) {
        if let Thing::Function(closure) = plugin {
            self.invoke(closure, vec![Thing::Router(node), options, Thing::Unknown]);
        }
    }

    /// A plugin in a context of its own.
    fn encapsulated(&mut self, place: Place<'a>, node: usize, plugin: &Thing, (prefix, options): (Thing, Thing)) {
        let at = self.at(place.1, place.0.line);
        let child = self.make(Library::Fastify, false, Thing::Nothing, at);
        self.nodes[child].placed = true;
        self.happens(node, self.at(place.1, place.0.line), Event::Mount(prefix, child, Vec::new()));
        self.start(child, plugin, options);
    }

    /// `register(autoload, { dir, options: { prefix } })`: every file below a folder is a plugin, with its folder as prefix.
    fn autoload(&mut self, place: Place<'a>, node: usize, options: &Thing) {
        let folder = self.member(options, "dir");
        let Some(folder) = folder.text().and_then(|text| text.strip_prefix(FOLDER)) else {
            let at = self.at(place.1, place.0.line);
            self.open.insert(at, "the folder of the plugins that are loaded is not known; their routes are left out".to_owned());
            return;
        };
        let folder = RepoPath::new("").join(folder);
        let inner = self.member(options, "options");
        let base = match &inner {
            Thing::Object(_) => self.member(&inner, "prefix"),
            _ => Thing::Nothing,
        };
        let named = self.member(options, "dirNameRoutePrefix") != Thing::Bool(false);
        let parameters = self.member(options, "routeParams") == Thing::Bool(true);
        for script in self.chosen(&folder) {
            let file = self.world.scripts[script].0;
            let plugin = match self.exported(file, "default", 12) {
                Thing::Unknown => self.whole(script),
                known => known,
            };
            let own = match self.exported(file, "autoPrefix", 12) {
                Thing::Nothing | Thing::Unknown => Thing::Text(if named { below(&folder, file, parameters) } else { String::new() }),
                stated => stated,
            };
            let prefix = if base == Thing::Nothing { own } else { joined(&[base.clone(), own]) };
            match &plugin {
                Thing::Function(_) => self.encapsulated(place, node, &plugin, (prefix, inner.clone())),
                Thing::Called(called) if matches!(&called.function, Thing::Outside(name) if libraries::shares_context(name)) => {
                    let function = called.arguments.first().cloned().unwrap_or(Thing::Unknown);
                    self.start(node, &function, inner.clone());
                }
                _ => {}
            }
        }
    }

    /// The files that are loaded: of a folder with an index file only that.
    fn chosen(&self, folder: &RepoPath) -> Vec<usize> {
        let mut folders: BTreeMap<RepoPath, Vec<usize>> = BTreeMap::new();
        for script in self.world.below(folder) {
            folders.entry(self.world.scripts[script].0.parent()).or_default().push(script);
        }
        let mut chosen = BTreeSet::new();
        for scripts in folders.values() {
            let index = scripts.iter().find(|one| self.world.scripts[**one].0.stem() == "index");
            match index {
                Some(index) => _ = chosen.insert(*index),
                None => chosen.extend(scripts.iter().copied()),
            }
        }
        chosen.into_iter().collect()
    }
}

/// The folders between the loaded one and a file, as the start of its paths.
fn below(folder: &RepoPath, file: &RepoPath, parameters: bool) -> String {
    let outer = folder.parts().count();
    let parent = file.parent();
    let shown = |part: &str| match part.strip_prefix('_').filter(|_| parameters) {
        Some(name) => format!("/:{name}"),
        None => format!("/{part}"),
    };
    parent.parts().skip(outer).map(shown).collect()
}
