//! Seeding and one-off scripts of `maintenance_procedures`, with what their authors wrote about them.
//! A script without a comment is told by the tables it writes, else only by its path.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::sentence::{counted, quoted};
use crate::finding::{Fact, MaintenanceScript, ScriptRole};
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// Fills `seeding` and `special_scripts`.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut seeds: BTreeMap<RepoPath, Vec<(&Location, &MaintenanceScript)>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::MaintenanceScript(script) = &finding.fact else { continue };
        let path = finding.at.path.as_str();
        match script.role {
            ScriptRole::Seed => seeds.entry(finding.at.path.parent()).or_default().push((&finding.at, script)),
            ScriptRole::OneOff => {
                model.prove(&finding.at, "script", &["data_schema", "maintenance_procedures", "special_scripts", path]);
                model.schema.maintenance.special_scripts.insert(path.to_owned(), purpose(script));
            }
        }
    }
    for (folder, files) in seeds {
        let key = if folder.is_root() { ".".to_owned() } else { folder.as_str().to_owned() };
        for (at, _) in &files {
            model.prove(at, "seed", &["data_schema", "maintenance_procedures", "seeding", &key]);
        }
        model.schema.maintenance.seeding.insert(key, describe(&files));
    }
    commands(input, model);
}

fn purpose(script: &MaintenanceScript) -> String {
    match (&script.purpose, script.tables.is_empty()) {
        (Some(purpose), _) => purpose.clone(),
        (None, false) => format!("One-off script that writes {}.", quoted(&script.tables, 6)),
        (None, true) => "One-off script.".to_owned(),
    }
}

/// "3 seed files (001-plans.sql, ...) that fill `plans`. Default plans."
fn describe(files: &[(&Location, &MaintenanceScript)]) -> String {
    let names: Vec<&str> = files.iter().map(|(at, _)| at.path.name()).collect();
    let tables: BTreeSet<&String> = files.iter().flat_map(|(_, script)| &script.tables).collect();
    let filled = if tables.is_empty() { String::new() } else { format!(" that fill {}", quoted(tables, 12)) };
    let filled = if files.len() == 1 { filled.replace(" that fill ", " that fills ") } else { filled };
    let mut text = format!("{} ({}){filled}.", counted(files.len(), "seed file"), quoted(names, 8));
    for purpose in files.iter().filter_map(|(_, script)| script.purpose.as_deref()) {
        text.push(' ');
        text.push_str(purpose);
        if !purpose.ends_with(['.', '!', '?']) {
            text.push('.');
        }
    }
    text
}

/// Package scripts that seed: how the seeds are run.
fn commands(input: &Input<'_>, model: &mut Model) {
    for finding in input.findings {
        let Fact::Package(package) = &finding.fact else { continue };
        let seeds = |name: &str| name.split([':', '-', '_', '.']).any(|part| matches!(part, "seed" | "seeds" | "seeder" | "seeding"));
        let names: Vec<&str> = package.scripts.iter().map(|script| script.name.as_str()).filter(|name| seeds(name)).collect();
        if !names.is_empty() {
            let path = finding.at.path.as_str();
            model.prove(&finding.at, "seed scripts", &["data_schema", "maintenance_procedures", "seeding", path]);
            let word = if names.len() == 1 { "script" } else { "scripts" };
            let text = format!("Run by the package {word} {}.", quoted(names, 12));
            model.schema.maintenance.seeding.insert(path.to_owned(), text);
        }
    }
}
