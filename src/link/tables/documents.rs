//! Tables that stand in documents: they count where no migration or model makes the tables of that database.
//! Where code makes them, the document decides nothing; tables that only one side has are told as gaps.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::Catalog;
use super::history::{History, HistoryKind};
use super::keys::Names;
use super::{Folded, publish};
use crate::finding::schema::{Dialect, SchemaChange, SchemaStatement};
use crate::finding::{Fact, Finding};
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// A statement of a document.
type Described<'a> = (&'a Location, &'a SchemaStatement, &'static str);

/// Adds the tables of documents, or tells where documents and code disagree.
pub(super) fn link(findings: &[Finding], model: &mut Model) {
    let mut by_owner: BTreeMap<Option<String>, Vec<Described<'_>>> = BTreeMap::new();
    for (path, statements) in by_document(findings) {
        let owner = owner(model, path);
        if tell_drift(path, &statements, owner.as_deref(), model) {
            by_owner.entry(owner).or_default().extend(statements);
        }
    }
    for (owner, statements) in by_owner {
        add(owner, statements, model);
    }
}

fn by_document(findings: &[Finding]) -> BTreeMap<&RepoPath, Vec<Described<'_>>> {
    let mut found: BTreeMap<&RepoPath, Vec<Described<'_>>> = BTreeMap::new();
    for finding in findings {
        if let Fact::DocumentedSchema(statement) = &finding.fact {
            found.entry(&finding.at.path).or_default().push((&finding.at, statement, finding.extractor));
        }
    }
    found
}

/// The container that a document stands in, else the only one that is built here.
fn owner(model: &Model, path: &RepoPath) -> Option<String> {
    let built: Vec<_> = model.containers.iter().filter(|(_, container)| !container.backing).collect();
    let around = built.iter().filter_map(|(key, container)| {
        let folder = container.path.as_ref().filter(|folder| !folder.is_root())?;
        path.is_within(folder).then_some((folder.as_str().len(), *key))
    });
    let nearest = around.max_by_key(|(length, key)| (*length, std::cmp::Reverse((*key).clone())));
    match (nearest, built.as_slice()) {
        (Some((_, key)), _) => Some(key.clone()),
        (None, [(key, _)]) => Some((*key).clone()),
        _ => None,
    }
}

/// The tables that a document states, each with its first line.
fn tables<'a>(statements: &[Described<'a>]) -> BTreeMap<&'a str, &'a Location> {
    let mut found = BTreeMap::new();
    for (at, statement, _) in statements {
        if let SchemaChange::CreateTable(definition) = &statement.change {
            found.entry(definition.name.name.as_str()).or_insert(*at);
        }
    }
    found
}

/// Tables of a document that stand in code as well make it a description of that database. Gives true where code knows nothing of it.
fn tell_drift(path: &RepoPath, statements: &[Described<'_>], owner: Option<&str>, model: &mut Model) -> bool {
    let described = tables(statements);
    let plain = |key: &str| key.rsplit(['/', '.']).next().unwrap_or(key).to_lowercase();
    let of_owner = |own: Option<&str>| owner.is_none() || own.is_none() || own == owner;
    let standing: BTreeSet<String> =
        model.schema.tables.iter().filter(|(_, table)| of_owner(table.owner.as_deref())).map(|(key, _)| plain(key)).collect();
    if standing.is_empty() {
        return true;
    }
    let shared = described.keys().filter(|name| standing.contains(&name.to_lowercase())).count();
    for (name, at) in described.iter().filter(|(name, _)| !standing.contains(&name.to_lowercase())) {
        let message = format!("the table {name} stands in this document and in no migration or model");
        model.gaps.push(Gap::line(GapCode::DocsDrift, &at.path, at.line, message));
    }
    let names: BTreeSet<String> = described.keys().map(|name| name.to_lowercase()).collect();
    let missing: Vec<&String> = standing.difference(&names).collect();
    // A document that speaks of a few tables is no list of all.
    if shared * 2 >= standing.len() && !missing.is_empty() {
        let shown = missing.iter().take(5).map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let word = if missing.len() == 1 { "table" } else { "tables" };
        let message = format!("{} {word} of migrations and models not in this document: {shown}", missing.len());
        model.gaps.push(Gap::file(GapCode::DocsDrift, path, message));
    }
    false
}

/// Tables before what is said of them; SQL before tables of columns, these before diagrams, names alone last.
fn rank(statement: &SchemaStatement, extractor: &str) -> (u8, u8) {
    let source = match extractor {
        "sql.documents" => 0,
        "docs.diagrams" => 2,
        _ => 1,
    };
    match &statement.change {
        SchemaChange::CreateEnum(..) | SchemaChange::CreateComposite(..) | SchemaChange::CreateOtherType(_) => (0, source),
        SchemaChange::CreateTable(table) if table.elements.is_empty() => (2, source),
        SchemaChange::CreateTable(_) => (1, source),
        _ => (3, source),
    }
}

/// What a document can only say of yesterday, or of how to go back.
fn takes_away(change: &SchemaChange) -> bool {
    matches!(
        change,
        SchemaChange::DropTable(_)
            | SchemaChange::DropType(..)
            | SchemaChange::DropIndex(..)
            | SchemaChange::DropPolicy(..)
            | SchemaChange::DropView(_)
            | SchemaChange::DropSchema(_)
            | SchemaChange::SetSearchPath(_)
    )
}

fn add(owner: Option<String>, mut statements: Vec<Described<'_>>, model: &mut Model) {
    statements.retain(|(_, statement, _)| !takes_away(&statement.change));
    statements.sort_by_key(|(at, statement, extractor)| (rank(statement, extractor), *at));
    let mut catalog = Catalog::new(Dialect::Postgres, None);
    catalog.start_file(false);
    for (at, statement, _) in &statements {
        // The second description of a table, and what is said of one that is not described, add nothing.
        _ = catalog.apply(statement, at);
    }
    let folder = statements.first().map(|(at, ..)| at.path.parent()).unwrap_or_default();
    let history = History {
        kind: HistoryKind::Snapshot,
        folder,
        tool: String::new(),
        dialect: Dialect::Postgres,
        scripts: Vec::new(),
        down: 0,
        has_down: false,
        package: None,
    };
    let folded = Folded { history, catalog, owner, store: None, gaps: Vec::new() };
    let names = names(&folded, model);
    publish::publish(&folded, &names, model);
    for key in names.tables.values() {
        if let Some(table) = model.schema.tables.get_mut(key) {
            table.documented = true;
            // Which engine it is, the document need not say.
            table.store = None;
        }
    }
}

/// Names that another database has not taken.
fn names(folded: &Folded<'_>, model: &Model) -> Names {
    let default_schema = folded.catalog.default_schema();
    let key = |key: &super::catalog::Key, taken: bool| {
        let plain = super::keys::plain(key, default_schema);
        match (&folded.owner, taken) {
            (Some(owner), true) => format!("{owner}/{plain}"),
            _ => plain,
        }
    };
    let taken = |one: &super::catalog::Key| model.schema.tables.contains_key(&super::keys::plain(one, default_schema));
    Names {
        tables: folded.catalog.names.keys().map(|one| (one.clone(), key(one, taken(one)))).collect(),
        enums: folded.catalog.enums.keys().map(|one| (one.clone(), key(one, false))).collect(),
        views: folded.catalog.views.keys().map(|one| (one.clone(), key(one, false))).collect(),
    }
}
