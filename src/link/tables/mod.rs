//! Migration histories, folded in the order of their tools into the schema as a server would hold it after the last.
//! Scripts that go back are never applied; a change that cannot be applied is a gap, and the next one still counts.

mod bases;
mod catalog;
mod documents;
mod engines;
mod history;
mod inclusions;
mod keys;
mod models;
mod order;
mod publish;
mod relationships;
mod scripts;
mod stored;
mod tooling;

use super::Input;
use crate::finding::Fact;
use crate::gap::{Gap, GapCode};
use crate::location::RepoPath;
use crate::model::{MigrationHistory, Model};
use catalog::Catalog;
use history::{History, HistoryKind};

pub(super) use models::DB_CONTEXT;

/// A history with what it leaves behind.
struct Folded<'a> {
    history: History<'a>,
    catalog: Catalog,
    owner: Option<String>,
    /// The engine, where it is none of the dialects.
    store: Option<&'static str>,
    /// What could not be applied.
    gaps: Vec<Gap>,
}

impl Folded<'_> {
    /// Whether a name is a view here, or a partition, which is a part of its table.
    fn is_view_or_partition(&self, key: &catalog::Key) -> bool {
        let same = |other: &catalog::Key| other.1.eq_ignore_ascii_case(&key.1);
        self.catalog.views.keys().any(same) || self.catalog.partitions.keys().any(same)
    }
}

/// Folds every history and fills `model.schema`.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let histories = engines::one_each(history::histories(inclusions::flatten(scripts::scripts(input, model)), input.map), model);
    let mut folded: Vec<Folded<'_>> = Vec::new();
    for mut history in histories {
        tooling::of_dbup(&mut history, input.findings);
        let owner = owner(input, model, &history);
        let (catalog, gaps) = fold(&history, default_schema(input, &history));
        folded.push(Folded { history, catalog, owner, store: None, gaps });
    }
    let mut kept = keys::without_copies(bases::settle(folded, |history| fold(history, default_schema(input, history))), model);
    kept.iter_mut().for_each(|one| model.gaps.append(&mut one.gaps));
    models::link(input, &mut kept, model);
    let keys = keys::assign(&kept);
    for (one, names) in kept.iter_mut().zip(&keys) {
        publish::publish(one, names, model);
        tooling::name(&mut one.history, input.findings);
        if one.history.kind == HistoryKind::Migrations {
            model.schema.maintenance.migrations.push(maintenance(&one.history));
        }
    }
    stored::link(input, model);
    documents::link(input.findings, model);
    relationships::join_tables(model);
}

/// The container whose folder holds a history; else the one that is built from its project. Of several the one that is called like it.
fn owner(input: &Input<'_>, model: &Model, history: &History<'_>) -> Option<String> {
    if let Some(owner) = owner_of_folder(model, &history.folder) {
        return Some(owner);
    }
    owner_of_file(input, model, &history.scripts.first()?.path)
}

/// The container that holds a file, else the one that is built from its project. Of several the one that is called like it.
fn owner_of_file(input: &Input<'_>, model: &Model, file: &RepoPath) -> Option<String> {
    if let Some(owner) = owner_of_folder(model, &file.parent()) {
        return Some(owner);
    }
    let project = input.projects().folder_of(file)?;
    let users = input.usage(model).containers(model, file);
    let alike = |key: &str| {
        let folder = model.containers.get(key).and_then(|one| one.path.as_ref()).map_or(key, |path| path.name());
        folder.bytes().zip(project.name().bytes()).take_while(|(a, b)| a == b).count()
    };
    let best = users.iter().map(|key| alike(key)).max()?;
    let mut nearest = users.iter().filter(|key| alike(key) == best);
    nearest.next().filter(|_| nearest.next().is_none()).cloned()
}

/// The schema that the tool of a history is set up with.
fn default_schema(input: &Input<'_>, history: &History<'_>) -> Option<String> {
    let settings = input.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::DefaultSchema(setting) => Some(setting),
        _ => None,
    });
    let around = settings.filter_map(|setting| {
        let fits = |path: &&RepoPath| history.scripts.iter().any(|script| script.path.is_within(path));
        setting.locations.iter().filter(fits).map(|path| path.as_str().len()).max().map(|length| (length, &setting.name))
    });
    around.max().map(|(_, name)| name.clone())
}

/// Applies the scripts of a history in order, and tells what could not be applied.
fn fold(history: &History<'_>, home: Option<String>) -> (Catalog, Vec<Gap>) {
    let (mut catalog, mut gaps) = (Catalog::new(history.dialect, home), Vec::new());
    for script in &history.scripts {
        catalog.start_file(script.script.is_template);
        for (at, statement) in &script.statements {
            if let Err(why) = catalog.apply(statement, at) {
                gaps.push(Gap::line(GapCode::StatementNotApplied, &at.path, at.line, why.0));
            }
        }
    }
    (catalog, gaps)
}

/// The container that holds a folder: the one with the longest path, else the only one that is built here.
fn owner_of_folder(model: &Model, folder: &RepoPath) -> Option<String> {
    let built: Vec<_> = model.containers.iter().filter(|(_, container)| !container.backing).collect();
    let around = built.iter().filter_map(|(key, container)| {
        let path = container.path.as_ref()?;
        folder.is_within(path).then_some((path.as_str().len(), *key))
    });
    let longest = around.max_by_key(|(length, key)| (*length, std::cmp::Reverse((*key).clone())));
    match (longest, built.as_slice()) {
        (Some((_, key)), _) => Some(key.clone()),
        (None, [(key, _)]) => Some((*key).clone()),
        _ => None,
    }
}

fn maintenance(history: &History<'_>) -> MigrationHistory {
    let rollback = match (history.down, history.has_down) {
        (0, false) => "No scripts that go back.".to_owned(),
        (0, true) => "Each migration holds its own way back.".to_owned(),
        (1, _) => "One script that goes back.".to_owned(),
        (count, _) => format!("{count} scripts that go back."),
    };
    MigrationHistory {
        tooling: if history.tool.is_empty() { "SQL scripts".to_owned() } else { history.tool.clone() },
        location: history.folder.as_str().to_owned(),
        count: history.scripts.iter().map(|script| script.files).sum(),
        rollback_strategy: rollback,
    }
}
