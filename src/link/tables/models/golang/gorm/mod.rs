//! Structs that `AutoMigrate` of GORM makes tables of, with those that it makes for their relations' sake.
//! Source: the documentation of GORM, "Declaring Models", "Associations" and "Migration".

mod columns;
mod reader;
mod relations;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use super::structs::{StructId, Structs, expressions};
use crate::finding::entity::Entity;
use crate::finding::schema::Dialect;
use crate::finding::{Expression, Function};
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};
use reader::Reader;

/// The models that one program of a module hands to GORM.
pub(super) struct Group {
    /// The first call that does.
    pub(super) at: Location,
    /// The container that does.
    pub(super) owner: Option<String>,
    pub(super) entities: Vec<(Location, Entity)>,
}

/// The models of each program, and what of them is not told.
pub(super) fn groups(structs: &Structs<'_>, owner: impl Fn(&RepoPath) -> Option<String>) -> (Vec<(String, Group)>, Vec<Gap>) {
    let mut models: BTreeMap<(RepoPath, Option<String>), (Location, Vec<StructId>)> = BTreeMap::new();
    let mut gaps = Vec::new();
    for (at, function) in structs.functions.iter().filter(|(at, _)| structs.imports(&at.path, "gorm.io/gorm")) {
        for (place, given) in migrated(structs, (at, function), &mut gaps) {
            let key = (structs.module(&at.path), owner(&at.path));
            models.entry(key).or_insert_with(|| (place, Vec::new())).1.extend(given);
        }
    }
    let mut found = Vec::new();
    for ((module, owner), (at, given)) in models.into_iter().filter(|(_, (_, given))| !given.is_empty()) {
        let engines = engines(structs, &module);
        let message = match engines.len() {
            0 => Some("models of GORM, and no driver that tells the engine; their types are those of PostgreSQL".to_owned()),
            1 => None,
            count => Some(format!("models of GORM that are stored in one of {count} engines; the types are those of the first")),
        };
        gaps.extend(message.map(|text| Gap::line(GapCode::UnresolvedReference, &at.path, at.line, text)));
        let engine = engines.first().copied().unwrap_or(Dialect::Postgres);
        let mut reader = Reader::new(structs, engine, settings(structs, &module));
        let entities = reader.read(given);
        gaps.extend(reader.gaps);
        found.push((format!("gorm {module} {}", owner.as_deref().unwrap_or_default()), Group { at, owner, entities }));
    }
    (found, gaps)
}

/// The calls of `AutoMigrate` in a function with the structs that they are given.
fn migrated(structs: &Structs<'_>, (at, function): (&Location, &Function), gaps: &mut Vec<Gap>) -> Vec<(Location, Vec<StructId>)> {
    let mut found: Vec<(Location, Vec<StructId>)> = Vec::new();
    for one in expressions(function) {
        let Expression::Call(call) = one else { continue };
        if !matches!(&call.function, Expression::Field(_, name) if name == "AutoMigrate") {
            continue;
        }
        let place = Location::new(&at.path, call.line);
        let given: Vec<StructId> = call.arguments.iter().flat_map(|one| structs.given(&at.path, function, one)).collect();
        let is_model = |one: &Expression| matches!(one, Expression::Composite(..));
        if given.is_empty() && call.arguments.iter().any(is_model) {
            let message = "a model that AutoMigrate is given is not found";
            gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, call.line, message));
        }
        found.push((place, given));
    }
    found.sort();
    found.dedup();
    found
}

/// The engines whose drivers the files of a module import, those that programs are run with before the one that they are tried out with.
fn engines(structs: &Structs<'_>, module: &RepoPath) -> Vec<Dialect> {
    const DRIVERS: &[(Dialect, &[&str])] = &[
        (Dialect::Postgres, &["gorm.io/driver/postgres"]),
        (Dialect::MySql, &["gorm.io/driver/mysql"]),
        (Dialect::SqlServer, &["gorm.io/driver/sqlserver"]),
        (Dialect::Sqlite, &["gorm.io/driver/sqlite", "github.com/glebarez/sqlite"]),
    ];
    let imports: BTreeSet<&str> = structs.imports_below(module).into_iter().collect();
    let is_used = |paths: &[&str]| paths.iter().any(|path| imports.contains(path));
    DRIVERS.iter().filter(|(_, paths)| is_used(paths)).map(|(dialect, _)| *dialect).collect()
}

/// What the configuration of GORM says of all models.
#[derive(Clone, Debug, Default)]
struct Settings {
    /// Names of tables are not made plural.
    singular: bool,
    /// What stands before names of tables that the convention makes.
    prefix: String,
    /// `AutoMigrate` makes no foreign keys.
    no_foreign_keys: bool,
}

fn settings(structs: &Structs<'_>, module: &RepoPath) -> Settings {
    let mut found = Settings::default();
    let of_module = structs.functions.iter().filter(|(at, _)| at.path.is_within(module));
    for one in of_module.flat_map(|(_, function)| expressions(function)) {
        let Expression::Composite(kind, items) = one else { continue };
        let is_true = |name: &str| items.iter().any(|(key, value)| key == name && *value == Expression::Name("true".to_owned()));
        match kind.rsplit('.').next() {
            Some("NamingStrategy") => {
                found.singular |= is_true("SingularTable");
                if let Some((_, Expression::Text(prefix))) = items.iter().find(|(key, _)| key == "TablePrefix") {
                    found.prefix.clone_from(prefix);
                }
            }
            Some("Config") => found.no_foreign_keys |= is_true("DisableForeignKeyConstraintWhenMigrating"),
            _ => {}
        }
    }
    found
}
