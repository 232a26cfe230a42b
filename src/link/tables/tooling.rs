//! The tool that runs a history whose files do not tell it: the one migration runner among the dependencies of the package around it.
//! A library that may do other things as well (an ORM, a query builder) proves nothing and is not looked for.

use super::history::{History, HistoryKind, shows_the_present};
use crate::finding::{Fact, Finding, Package};
use crate::location::RepoPath;

/// Packages that do nothing but run migrations, and what they are called.
const RUNNERS: &[(&str, &str)] = &[
    ("umzug", "umzug"),
    ("node-pg-migrate", "node-pg-migrate"),
    ("db-migrate", "db-migrate"),
    ("postgrator", "Postgrator"),
    ("postgrator-cli", "Postgrator"),
    ("postgres-migrations", "postgres-migrations"),
    ("graphile-migrate", "Graphile Migrate"),
    ("@databases/pg-migrations", "@databases/pg-migrations"),
    ("dbmate", "dbmate"),
    ("drizzle-kit", "Drizzle Kit"),
    ("github.com/golang-migrate/migrate/v4", "golang-migrate"),
    ("github.com/pressly/goose/v3", "goose"),
    ("github.com/rubenv/sql-migrate", "sql-migrate"),
    ("github.com/jackc/tern/v2", "tern"),
];

/// The scripts of a .NET project that depends on DbUp are its steps, whatever they are called, in the order of their names as text.
/// Source: the documentation of DbUp, "Script execution order".
pub(super) fn of_dbup(history: &mut History<'_>, findings: &[Finding]) {
    let is_sql = history.scripts.iter().all(|script| script.path.extension() == "sql");
    let has_dbup = |package: &Package| package.dependencies.iter().any(|one| one.name.to_ascii_lowercase().starts_with("dbup"));
    if !history.tool.is_empty() || history.kind == HistoryKind::Models || !is_sql || shows_the_present(history) {
        return;
    }
    if around(&history.folder, findings).first().is_some_and(|package| has_dbup(package)) {
        "DbUp".clone_into(&mut history.tool);
        history.kind = HistoryKind::Migrations;
        history.scripts.sort_by(|a, b| a.path.as_str().cmp(b.path.as_str()));
    }
}

/// The packages around a folder, the innermost first.
fn around<'a>(folder: &RepoPath, findings: &'a [Finding]) -> Vec<&'a Package> {
    let packages = findings.iter().filter_map(|finding| match &finding.fact {
        Fact::Package(package) if folder.is_within(&finding.at.path.parent()) => Some((finding.at.path.parent(), package)),
        _ => None,
    });
    let mut around: Vec<_> = packages.collect();
    around.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.as_str().len()));
    around.into_iter().map(|(_, package)| package).collect()
}

/// Names the tool of a history after the innermost package around it that depends on one runner alone.
pub(super) fn name(history: &mut History<'_>, findings: &[Finding]) {
    if !history.tool.is_empty() || history.kind != HistoryKind::Migrations {
        return;
    }
    if let Some(tool) = around(&history.folder, findings).into_iter().find_map(runner) {
        tool.clone_into(&mut history.tool);
    }
}

fn runner(package: &Package) -> Option<&'static str> {
    let mut tools: Vec<&str> = RUNNERS.iter().filter(|(name, _)| package.dependency(name).is_some()).map(|(_, tool)| *tool).collect();
    tools.dedup();
    match tools.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}
