//! Which scripts make one history: found by folder and name, as the tools find them.
//! Decides nothing about tables; a script that belongs to no history is a schema file of its own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::engines::{self, ENGINES, named_engine};
use super::order::{OrderKey, flyway_key, is_release, is_versioned, name_key, natural_key, number_key};
use crate::classify::RepoMap;
use crate::finding::schema::{Dialect, SchemaScript, SchemaStatement, ScriptOrder};
use crate::location::{Location, RepoPath};

/// One file with its statements in order.
#[derive(Clone, Debug)]
pub(super) struct Script<'a> {
    pub(super) path: RepoPath,
    pub(super) script: &'a SchemaScript,
    pub(super) statements: Vec<(&'a Location, Cow<'a, SchemaStatement>)>,
    /// How many files its statements stand in.
    pub(super) files: usize,
    /// Whether one of them says how to go back.
    pub(super) has_down: bool,
}

/// Whether scripts are applied one after the other, or show the schema as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum HistoryKind {
    /// Steps that are applied in order.
    Migrations,
    /// A schema that is loaded as a whole.
    Snapshot,
    /// No statements: the entities of a mapper.
    Models,
}

/// Scripts of one database, in the order they are applied.
#[derive(Clone, Debug)]
pub(super) struct History<'a> {
    pub(super) kind: HistoryKind,
    pub(super) folder: RepoPath,
    pub(super) tool: String,
    pub(super) dialect: Dialect,
    pub(super) scripts: Vec<Script<'a>>,
    /// How many scripts go back.
    pub(super) down: usize,
    /// Whether scripts hold their own way back.
    pub(super) has_down: bool,
    /// The package whose migrations these are, where its tool takes them from any of its folders.
    pub(super) package: Option<RepoPath>,
}

/// Where a script belongs.
struct Place {
    kind: HistoryKind,
    folder: RepoPath,
    tool: &'static str,
    key: OrderKey,
}

/// A script with what it is sorted by and the tool that its name tells.
type Keyed<'a> = (OrderKey, &'static str, Script<'a>);

/// Folders whose SQL files are migrations even without a number.
const FOLDERS: &[&str] = &["migrations", "migration", "migrate"];

/// Puts scripts into histories and orders them.
pub(super) fn histories<'a>(scripts: Vec<Script<'a>>, map: &RepoMap) -> Vec<History<'a>> {
    // A tool that writes migrations in code may write them once for each engine, all in one package.
    let mut groups: Groups<'_> = BTreeMap::new();
    for script in scripts {
        let (place, engine) = match place_in_code(&script, map) {
            Some(place) => (place, engine_in_code(&script)),
            None => (place(&script.path), None),
        };
        groups.entry((place.kind, place.folder, engine)).or_default().push((place.key, place.tool, script));
    }
    share_common(&mut groups);
    let mut found: Vec<History<'_>> = groups.into_iter().filter_map(|((kind, folder, _), group)| history(kind, folder, group)).collect();
    found.sort_by(|a, b| (a.kind, &a.folder).cmp(&(b.kind, &b.folder)));
    found
}

/// Scripts by what makes them one history.
type Groups<'a> = BTreeMap<(HistoryKind, RepoPath, Option<ForEngine>), Vec<Keyed<'a>>>;

/// Which engine migrations of one package are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ForEngine {
    /// The dialect of their statements; no folder tells.
    Dialect(Dialect),
    /// The engine that a folder is named after, by its place in the list.
    Named(usize),
}

fn engine_in_code(script: &Script<'_>) -> Option<ForEngine> {
    if !matches!(script.script.order, ScriptOrder::Number(_)) {
        return None;
    }
    Some(engines::of_folder(&script.path.parent()).map_or(ForEngine::Dialect(script.script.dialect), ForEngine::Named))
}

/// Migrations of a package that stand in no engine's folder run on each engine that has one.
fn share_common(groups: &mut Groups<'_>) {
    let named = |groups: &Groups<'_>, folder: &RepoPath| {
        groups.keys().filter(|(_, own, engine)| own == folder && matches!(engine, Some(ForEngine::Named(_)))).cloned().collect::<Vec<_>>()
    };
    let common: Vec<_> = groups.keys().filter(|(_, _, engine)| matches!(engine, Some(ForEngine::Dialect(_)))).cloned().collect();
    for key in common {
        let engines = named(groups, &key.1);
        let Some(shared) = groups.get(&key).filter(|_| !engines.is_empty()).cloned() else { continue };
        groups.remove(&key);
        for engine in engines {
            groups.entry(engine).or_default().extend(shared.iter().cloned());
        }
    }
}

/// The place of a script whose tool does not go by the path alone.
fn place_in_code(script: &Script<'_>, map: &RepoMap) -> Option<Place> {
    let (path, tool) = (&script.path, script.script.tool.unwrap_or_default());
    let (folder, key) = match script.script.order {
        ScriptOrder::Path => return None,
        // Names that are releases and nothing else sort as such, whatever the tool does by itself.
        ScriptOrder::FileName if is_release(path.stem()) => (path.parent(), natural_key(path.stem())),
        ScriptOrder::FileName => (path.parent(), name_key(path.name())),
        ScriptOrder::Number(number) => (package_of(path, map), number_key(number, path.name())),
        // A list of files is a history; files that nothing lists are one for each folder.
        ScriptOrder::Included if script.files > 1 => (path.clone(), name_key("")),
        ScriptOrder::Included => (path.parent(), natural_key(path.stem())),
    };
    Some(Place { kind: HistoryKind::Migrations, folder, tool, key })
}

/// The folder of the package that a file belongs to.
fn package_of(path: &RepoPath, map: &RepoMap) -> RepoPath {
    let is_project = |folder: &RepoPath| {
        let mut files = map.files_within(folder).map(|file| &file.path);
        files.any(|file| file.extension() == "csproj" && file.parent() == *folder)
    };
    let is_package = |folder: &RepoPath| match path.extension() {
        "cs" => is_project(folder),
        _ => map.file(&folder.join("package.json")).is_some(),
    };
    let mut at = path.parent();
    while !at.is_root() && !is_package(&at) {
        at = at.parent();
    }
    at
}

fn place(path: &RepoPath) -> Place {
    let (name, stem) = (path.name().to_ascii_lowercase(), path.stem());
    let folder = path.parent();
    // One folder for each migration: Prisma, Diesel, Hasura.
    if matches!(name.as_str(), "migration.sql" | "up.sql" | "down.sql") && is_versioned(folder.name()) {
        let (tool, key) =
            if name == "migration.sql" { ("Prisma Migrate", name_key(folder.name())) } else { ("", natural_key(folder.name())) };
        return Place { kind: HistoryKind::Migrations, folder: folder.parent(), tool, key };
    }
    if let Some(key) = flyway_key(stem) {
        return Place { kind: HistoryKind::Migrations, folder: flyway_root(&folder), tool: "Flyway", key };
    }
    let home = if is_side_folder(folder.name()) { folder.parent() } else { folder };
    let is_snapshot = SNAPSHOTS.contains(&stem.to_ascii_lowercase().as_str());
    // A folder for each release, `0.19/01__add_tags.sql`: one history, release by release.
    if is_release(home.name()) && !is_snapshot {
        let key = natural_key(&format!("{}/{stem}", home.name().trim_start_matches(['v', 'V'])));
        return Place { kind: HistoryKind::Migrations, folder: home.parent(), tool: "", key };
    }
    let in_migrations = !is_snapshot
        && home.parts().any(|part| {
            FOLDERS.contains(&part.to_ascii_lowercase().as_str()) || part.ends_with("-migrations") || part.ends_with("_migrations")
        });
    if is_versioned(stem) || in_migrations {
        return Place { kind: HistoryKind::Migrations, folder: home, tool: "", key: natural_key(stem) };
    }
    Place { kind: HistoryKind::Snapshot, folder: home, tool: "", key: natural_key(stem) }
}

/// Files that hold the whole schema beside the steps that lead to it.
const SNAPSHOTS: &[&str] = &["latest", "schema", "structure", "full_schema", "current_schema"];

/// Whether a history is a file that shows the schema as it is now.
pub(super) fn shows_the_present(history: &History<'_>) -> bool {
    history.scripts.iter().any(|script| SNAPSHOTS.contains(&script.path.stem().to_ascii_lowercase().as_str()))
}

/// `down/x.sql` beside `x.sql`, `up/x.sql` beside `down/x.sql`.
fn is_side_folder(name: &str) -> bool {
    matches!(name.to_ascii_lowercase().as_str(), "up" | "down" | "downs" | "rollback" | "rollbacks" | "undo" | "revert")
}

/// Folders that split the scripts of one database by their kind.
const FLYWAY_PARTS: &[&str] = &[
    "migrations",
    "migration",
    "sql",
    "scripts",
    "baseline",
    "baselines",
    "versioned",
    "repeatable",
    "repeatables",
    "functions",
    "views",
    "procedures",
    "policies",
    "triggers",
    "tables",
    "types",
    "common",
];

/// Flyway reads several locations, each with everything below it, as one history.
fn flyway_root(folder: &RepoPath) -> RepoPath {
    let mut at = folder.clone();
    while FLYWAY_PARTS.contains(&at.name().to_ascii_lowercase().as_str()) && !at.parent().is_root() {
        at = at.parent();
    }
    at
}

fn history<'a>(kind: HistoryKind, folder: RepoPath, group: Vec<Keyed<'a>>) -> Option<History<'a>> {
    let engine = group.iter().filter_map(|(_, _, script)| named_engine(&script.path)).min();
    let dialect = chosen_dialect(&group, engine);
    let down = group.iter().filter(|(_, _, script)| script.script.goes_back).count();
    let mut forward: Vec<Keyed<'a>> =
        group.into_iter().filter(|(_, _, script)| !script.script.goes_back && suits(script, engine)).collect();
    forward.sort_by(|a, b| (&a.0, &a.2.path).cmp(&(&b.0, &b.2.path)));
    drop_generic_twins(&mut forward, engine);
    if forward.iter().all(|(_, _, script)| script.statements.is_empty()) {
        return None;
    }
    let named = forward.iter().map(|(_, tool, _)| *tool).find(|tool| !tool.is_empty());
    let marked = forward.iter().find_map(|(_, _, script)| script.script.tool);
    let has_down = forward.iter().any(|(_, _, script)| script.has_down);
    let scripts: Vec<Script<'a>> = forward.into_iter().map(|(_, _, script)| script).collect();
    let tool = named.or(marked).map(str::to_owned).unwrap_or_default();
    let by_number = scripts.iter().any(|script| matches!(script.script.order, ScriptOrder::Number(_)));
    let package = by_number.then(|| folder.clone());
    let folder = common_folder(&scripts).unwrap_or(folder);
    Some(History { kind, folder, tool, dialect, scripts, down, has_down, package })
}

/// The folder that holds all scripts; that of each migration is left out.
fn common_folder(scripts: &[Script<'_>]) -> Option<RepoPath> {
    // What every engine shares stands beside the folders of the engines.
    let of_engine = |script: &&Script<'_>| engines::of_folder(&script.path.parent()).is_some();
    let only_engine: Vec<&Script<'_>> = scripts.iter().filter(of_engine).collect();
    let scripts: Vec<&Script<'_>> = if only_engine.is_empty() { scripts.iter().collect() } else { only_engine };
    let own = |script: &Script<'_>| {
        let folder = script.path.parent();
        let is_step =
            matches!(script.path.name(), "migration.sql" | "up.sql") && is_versioned(folder.name()) || is_side_folder(folder.name());
        if is_step || is_release(folder.name()) { folder.parent() } else { folder }
    };
    let mut common = own(scripts.first()?);
    for script in scripts {
        let folder = own(script);
        while !folder.is_within(&common) {
            common = common.parent();
        }
    }
    Some(common)
}

/// The dialect of a history: of the engine that stands for all, else that of most scripts.
fn chosen_dialect(group: &[Keyed<'_>], engine: Option<usize>) -> Dialect {
    if let Some((_, dialect)) = engine.and_then(|at| ENGINES.get(at)) {
        return *dialect;
    }
    let mut counts: BTreeMap<Dialect, usize> = BTreeMap::new();
    for (_, _, script) in group {
        *counts.entry(script.script.dialect).or_default() += script.statements.len();
    }
    counts
        .into_iter()
        .max_by_key(|(dialect, count)| (*count, std::cmp::Reverse(*dialect)))
        .map_or(Dialect::Postgres, |(dialect, _)| dialect)
}

fn suits(script: &Script<'_>, engine: Option<usize>) -> bool {
    named_engine(&script.path).is_none_or(|named| Some(named) == engine)
}

/// A script for all engines gives way to one for this engine with the same name.
fn drop_generic_twins(scripts: &mut Vec<Keyed<'_>>, engine: Option<usize>) {
    let base = |path: &RepoPath| path.name().split('.').next().unwrap_or_default().to_owned();
    let named: Vec<String> = scripts.iter().filter(|one| named_engine(&one.2.path).is_some()).map(|one| base(&one.2.path)).collect();
    if engine.is_some() {
        scripts.retain(|one| named_engine(&one.2.path).is_some() || !named.contains(&base(&one.2.path)));
    }
}
