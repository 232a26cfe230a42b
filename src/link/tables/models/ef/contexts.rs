//! Contexts: which classes are one, which engine each is set up with, and which container registers it.

use std::collections::BTreeSet;

use super::Classes;
use super::fluent::Setups;
use super::identity;
use super::types::{Types, parse};
use crate::finding::entity::{Engine, Naming};
use crate::finding::mapped::MappedKind;
use crate::finding::schema::Dialect;
use crate::finding::{Call, Fact, Step};
use crate::gap::{Gap, GapCode};
use crate::link::Input;
use crate::link::tables::owner_of_file;
use crate::link::tables::publish::engine as engine_name;
use crate::link::wording;
use crate::location::RepoPath;
use crate::model::{Component, Model};

/// Bases that a context may have, and that store nothing by themselves.
const PLAIN: &[&str] = &["DbContext"];
const OF_IDENTITY: &[&str] = &["IdentityDbContext", "IdentityUserContext"];

/// A context.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) class: usize,
    pub(super) engine: Option<Engine>,
    /// Whether it is kept in memory alone.
    pub(super) in_memory: bool,
    /// Whether it is kept in something that has no tables.
    pub(super) is_elsewhere: bool,
    pub(super) naming: Option<Naming>,
    /// The types of ASP.NET Core Identity that it stores.
    pub(super) identity: Option<Vec<(&'static str, String)>>,
    /// A base from a package whose tables are not known.
    pub(super) foreign_base: Option<String>,
    /// The major version of EF Core.
    pub(super) major: u32,
    /// The files that register it.
    registered: BTreeSet<RepoPath>,
}

impl Context {
    /// What its tables are kept in, where that is no engine that is known.
    pub(super) fn store(&self) -> Option<&'static str> {
        match self.engine {
            Some(_) => None,
            None if self.in_memory => Some("In memory"),
            None => Some("Relational database"),
        }
    }
}

/// Whether any type may be a context.
pub(super) fn may_have(input: &Input<'_>) -> bool {
    input.findings.iter().any(|finding| match &finding.fact {
        Fact::MappedType(one) => one.bases.iter().any(|base| parse(base).name.ends_with("Context")),
        _ => false,
    })
}

/// The contexts, in the order of their places.
pub(super) fn find(input: &Input<'_>, types: &Types, setups: &Setups<'_>) -> Vec<Context> {
    let mut bases: BTreeSet<usize> = BTreeSet::new();
    let mut found = Vec::new();
    for (class, stored) in types.all.iter().enumerate() {
        if stored.one.kind != MappedKind::Class || stored.at.line == 0 {
            continue;
        }
        let chain = types.chain(class, &[]);
        let (last, arguments) = chain.last().cloned().unwrap_or((class, Vec::new()));
        let outer = types.bases(last, &arguments);
        let is_foreign = |name: &str| name.ends_with("DbContext") && !name.starts_with('I');
        let Some(base) = outer.into_iter().find(|base| {
            let name = base.name.as_str();
            PLAIN.contains(&name) || OF_IDENTITY.contains(&name) || is_foreign(name)
        }) else {
            continue;
        };
        bases.extend(chain.iter().skip(1).map(|(class, _)| *class));
        let has_own = chain.iter().any(|(at, _)| types.all[*at].one.set_names().next().is_some())
            || chain.iter().any(|(at, _)| setups.has(types, *at, "OnModelCreating"));
        if stored.one.is_abstract || !has_own && !OF_IDENTITY.contains(&base.name.as_str()) {
            continue;
        }
        let identity = identity::arguments(&base.name, &base.arguments);
        let is_known = identity.is_some() || PLAIN.contains(&base.name.as_str());
        found.push(Context {
            class,
            engine: None,
            in_memory: false,
            is_elsewhere: false,
            naming: None,
            identity,
            foreign_base: (!is_known).then(|| base.name.clone()),
            major: 0,
            registered: BTreeSet::new(),
        });
    }
    // What other contexts extend is one of its own only where it is registered.
    found.retain_mut(|context| {
        set_up(input, types, setups, context);
        !bases.contains(&context.class) || !context.registered.is_empty()
    });
    found
}

fn set_up(input: &Input<'_>, types: &Types, setups: &Setups<'_>, context: &mut Context) {
    let name = types.all[context.class].one.name.clone();
    let mut used: BTreeSet<String> = BTreeSet::new();
    for finding in input.findings {
        let Fact::Procedure(procedure) = &finding.fact else { continue };
        let mut open: Vec<&[Step]> = vec![&procedure.steps];
        while let Some(steps) = open.pop() {
            for call in steps.iter().flat_map(|step| &step.calls) {
                let is_it = call.name.starts_with("Add") && call.type_arguments.iter().any(|one| parse(one).name == name);
                if is_it && types.resolve(&finding.at.path, types.project_of(input, &finding.at.path), &name) == Some(context.class) {
                    context.registered.insert(finding.at.path.clone());
                    called(call, &mut used);
                }
                open.extend(call.arguments.iter().filter_map(|one| one.lambda.as_ref()).map(|lambda| lambda.steps.as_slice()));
            }
        }
    }
    for (class, _) in types.chain(context.class, &[]) {
        for call in setups.on_configuring(types, class).into_iter().flat_map(|one| &one.steps).flat_map(|step| &step.calls) {
            called(call, &mut used);
        }
    }
    if used.contains("UseSnakeCaseNamingConvention") {
        context.naming = Some(Naming::Snake);
    }
    context.in_memory = used.contains("UseInMemoryDatabase");
    context.is_elsewhere = used.contains("UseCosmos") || used.contains("UseMongoDB");
    let stated = ENGINES.iter().find(|(_, _, words)| used.iter().any(|name| words.iter().any(|word| name.contains(word))));
    context.engine = stated.map(|(dialect, ..)| Engine::Sql(*dialect)).or_else(|| of_packages(input, types, context));
    context.major = major(input, types, context);
}

/// The names of a call and of all calls in its functions.
fn called(call: &Call, into: &mut BTreeSet<String>) {
    let mut open = vec![call];
    while let Some(call) = open.pop() {
        into.insert(call.name.clone());
        for lambda in call.arguments.iter().filter_map(|one| one.lambda.as_ref()) {
            open.extend(lambda.steps.iter().flat_map(|step| &step.calls));
        }
    }
}

/// Engines with the packages and the calls that mean them.
const ENGINES: &[(Dialect, &[&str], &[&str])] = &[
    (Dialect::Postgres, &["Npgsql.EntityFrameworkCore"], &["Npgsql", "UsePostgre"]),
    (Dialect::SqlServer, &["EntityFrameworkCore.SqlServer"], &["SqlServer", "UseAzureSql"]),
    (
        Dialect::MySql,
        &["EntityFrameworkCore.MySql", "MySql.EntityFrameworkCore", "MySql.Data.EntityFrameworkCore"],
        &["UseMySql", "UseMySQL", "AddMySql"],
    ),
    (Dialect::Sqlite, &["EntityFrameworkCore.Sqlite"], &["Sqlite"]),
];

/// The engine whose provider the project of a context, or those around it, depend on.
fn of_packages(input: &Input<'_>, types: &Types, context: &Context) -> Option<Engine> {
    if context.in_memory {
        return None;
    }
    let home = types.project(context.class)?;
    let projects = input.projects();
    let named = |folder: &RepoPath| -> BTreeSet<Dialect> {
        let Some(project) = projects.at(folder).filter(|one| !one.is_test()) else { return BTreeSet::new() };
        let names = project.package.dependencies.iter().map(|one| one.name.as_str());
        let engine = |name: &str| {
            let has = |words: &[&str]| words.iter().any(|word| name.to_lowercase().contains(&word.to_lowercase()));
            ENGINES.iter().find(|(_, packages, _)| has(packages)).map(|(dialect, ..)| *dialect)
        };
        names.filter_map(engine).collect()
    };
    let own = named(home);
    let built_with = || projects.closure(home).iter().flat_map(&named).collect::<BTreeSet<_>>();
    let users =
        || projects.all().filter(|(folder, _)| projects.closure(folder).contains(home)).flat_map(|(folder, _)| named(folder)).collect();
    let steps: [&dyn Fn() -> BTreeSet<Dialect>; 2] = [&built_with, &users];
    let found = steps.iter().fold(own, |found, next| if found.is_empty() { next() } else { found });
    let mut all = found.into_iter();
    all.next().filter(|_| all.next().is_none()).map(Engine::Sql)
}

/// The major version of EF Core: that of a package, else that of the target framework, which it goes with.
fn major(input: &Input<'_>, types: &Types, context: &Context) -> u32 {
    let Some(home) = types.project(context.class) else { return 0 };
    let projects = input.projects();
    let folders = projects.closure(home);
    let all = folders.iter().filter_map(|folder| projects.at(folder));
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u32>().ok();
    let mut versions = Vec::new();
    for project in all {
        let packages = project.package.dependencies.iter().filter(|one| one.name.contains("EntityFrameworkCore"));
        versions.extend(packages.filter_map(|one| number(&one.version)).filter(|major| (2..100).contains(major)));
    }
    let target = || number(projects.at(home)?.target()?.trim_start_matches("net").trim_start_matches("coreapp"));
    versions.into_iter().max().or_else(target).unwrap_or(0)
}

/// The container that keeps the tables of a context: the one whose program registers it.
pub(super) fn owner(input: &Input<'_>, model: &Model, types: &Types, context: &Context) -> Option<String> {
    let own = &types.all[context.class].at.path;
    let named = registering(input, model, types, context);
    let of_files = || context.registered.iter().filter_map(|file| owner_of_file(input, model, file)).collect();
    let mut owners: std::collections::btree_set::IntoIter<String> = if named.len() == 1 { named } else { of_files() }.into_iter();
    owners.next().filter(|_| owners.next().is_none()).or_else(|| owner_of_file(input, model, own))
}

/// Says that several programs register a context, so that none of them alone owns its tables.
pub(super) fn several(input: &Input<'_>, model: &Model, types: &Types, context: &Context) -> Option<Gap> {
    let stored = &types.all[context.class];
    let programs = registering(input, model, types, context);
    let shown = wording::list(programs.iter().map(String::as_str), 6);
    let message = format!("{} is registered by {shown}: which of them owns its tables the code does not tell", stored.one.name);
    (programs.len() > 1).then(|| Gap::line(GapCode::AmbiguousName, &stored.at.path, stored.at.line, message))
}

/// The containers whose start-up code comes to the place where a context is registered, or names it.
fn registering(input: &Input<'_>, model: &Model, types: &Types, context: &Context) -> BTreeSet<String> {
    let name = &types.all[context.class].one.name;
    let users = context.registered.iter().flat_map(|file| input.usage(model).containers(model, file));
    users.filter(|container| input.startup(model).names(container, name)).collect()
}

/// Whether a library offers to register a context and no program that is built with it takes that up.
pub(super) fn is_only_offered(input: &Input<'_>, model: &Model, types: &Types, context: &Context) -> bool {
    let in_library = |file: &RepoPath| crate::link::containers::owner_of(model, file).is_none();
    let is_offered = !context.registered.is_empty() && context.registered.iter().all(in_library);
    let has_users = || context.registered.iter().any(|file| !input.usage(model).containers(model, file).is_empty());
    is_offered && has_users() && registering(input, model, types, context).is_empty()
}

/// Folders of what only shows how something is done.
const SHOWN: &[&str] = &["sample", "samples", "example", "examples", "template", "templates", "demo", "demos"];

/// Whether a context stands in a sample or template that no program of the repository is built with.
pub(super) fn is_unused(input: &Input<'_>, model: &Model, types: &Types, context: &Context) -> bool {
    let projects = input.projects();
    let Some(home) = types.project(context.class) else { return false };
    let programs = || model.containers.values().filter_map(|one| one.path.as_ref()).filter(|path| projects.at(path).is_some());
    let is_shown = home.parts().any(|part| SHOWN.contains(&part.to_ascii_lowercase().as_str()));
    is_shown && programs().next().is_some() && !programs().any(|path| projects.closure(path).contains(home))
}

/// The kind of component that a context is.
pub(in crate::link) const COMPONENT: &str = "EF Core DbContext";

/// A context is a component of every container that registers it, or is built with it where nothing registers it.
pub(super) fn add_components(input: &Input<'_>, model: &mut Model, (types, context): (&Types, &Context), classes: &Classes) {
    let stored = &types.all[context.class];
    let users = |file: &RepoPath| input.usage(model).containers(model, file);
    let named = registering(input, model, types, context);
    let built_with = || context.registered.iter().flat_map(users).collect::<BTreeSet<String>>();
    let registering = if named.is_empty() { built_with() } else { named };
    let containers = if registering.is_empty() { users(&stored.at.path) } else { registering };
    let engine = match context.engine {
        Some(Engine::Sql(dialect)) => Some(engine_name(dialect)),
        _ => None,
    };
    let technology = engine.map_or_else(|| "EF Core".to_owned(), |engine| format!("EF Core ({engine})"));
    let counted = format!("Stores {}.", wording::count(classes.len(), "entity"));
    for container in containers {
        let key = format!("{container}.{}", wording::kebab(&stored.one.name));
        let component = Component {
            name: stored.one.name.clone(),
            description: stored.one.doc.as_deref().map_or_else(|| counted.clone(), wording::first_paragraph),
            kind: COMPONENT.to_owned(),
            technology: Some(technology.clone()),
            container,
            path: Some(stored.at.path.clone()),
            entities: classes.clone(),
            ..Component::default()
        };
        model.prove(&stored.at, "context", &["components", &key]);
        model.components.insert(key, component);
    }
}
