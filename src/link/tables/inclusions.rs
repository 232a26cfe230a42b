//! Files that other files run: changelogs that include changelogs, migrations that run a script of SQL.
//! What is included takes the place of the statement that names it, and is no history of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::history::Script;
use crate::finding::schema::{Inclusion, SchemaChange, ScriptOrder};
use crate::location::RepoPath;

/// Files that include each other nest no deeper than this.
const DEPTH: usize = 16;

/// The scripts with the statements of other files in their places; those files are left out.
pub(super) fn flatten(scripts: Vec<Script<'_>>) -> Vec<Script<'_>> {
    if !scripts.iter().any(|script| script.statements.iter().any(|(_, one)| matches!(one.change, SchemaChange::Include(_)))) {
        return scripts;
    }
    let by_path: BTreeMap<&RepoPath, &Script<'_>> = scripts.iter().map(|script| (&script.path, script)).collect();
    let mut included = BTreeSet::new();
    let mut flat = Vec::new();
    for script in &scripts {
        let mut seen = BTreeSet::from([script.path.clone()]);
        let mut whole = Script { statements: Vec::new(), ..script.clone() };
        put(script, &by_path, (&mut seen, DEPTH), &mut whole);
        seen.remove(&script.path);
        // A migration that runs a script is one migration; a list of files is as many as it lists.
        if script.script.order == ScriptOrder::Included {
            whole.files = seen.len() + usize::from(seen.is_empty() || !is_list(script));
        }
        included.extend(seen);
        flat.push(whole);
    }
    flat.retain(|script| !included.contains(&script.path));
    flat
}

/// Whether a script does nothing but name others.
fn is_list(script: &Script<'_>) -> bool {
    script.statements.iter().all(|(_, one)| matches!(one.change, SchemaChange::Include(_)))
}

/// Adds the statements of a script, those of the files that it includes among them. A file runs once.
fn put<'a>(
    script: &Script<'a>,
    scripts: &BTreeMap<&RepoPath, &Script<'a>>,
    (seen, depth): (&mut BTreeSet<RepoPath>, usize),
    into: &mut Script<'a>,
) {
    for (at, statement) in &script.statements {
        let SchemaChange::Include(inclusion) = &statement.change else {
            into.statements.push((at, statement.clone()));
            continue;
        };
        let targets = targets(inclusion, scripts);
        if targets.is_empty() || depth == 0 {
            into.statements.push((at, statement.clone()));
        }
        for target in targets.into_iter().filter(|_| depth > 0) {
            if seen.insert(target.path.clone()) {
                into.has_down |= target.has_down;
                put(target, scripts, (seen, depth - 1), into);
            }
        }
    }
}

/// The scripts that an inclusion means: beside the file that names them, from the root, or below a folder of resources.
fn targets<'s, 'a>(inclusion: &Inclusion, scripts: &BTreeMap<&RepoPath, &'s Script<'a>>) -> Vec<&'s Script<'a>> {
    let written = inclusion.target.trim_start_matches("classpath:").trim_matches('/');
    let places = [inclusion.from.join(&inclusion.target), inclusion.from.join(written), RepoPath::new(written)];
    let at = |place: &RepoPath| -> Vec<&'s Script<'a>> {
        if inclusion.is_folder {
            return scripts.iter().filter(|(path, _)| path.is_within(place)).map(|(_, script)| *script).collect();
        }
        scripts.get(place).map(|script| vec![*script]).unwrap_or_default()
    };
    let direct = places.iter().map(at).find(|found| !found.is_empty());
    direct.or_else(|| Some(at(&below_resources(inclusion, written, scripts)?))).unwrap_or_default()
}

/// The one nearest place whose path ends with what is written; two that are equally near are none.
fn below_resources(inclusion: &Inclusion, written: &str, scripts: &BTreeMap<&RepoPath, &Script<'_>>) -> Option<RepoPath> {
    let ending = format!("/{written}");
    let own = |path: &RepoPath| {
        let mut at = path.clone();
        while !at.is_root() && !at.as_str().ends_with(&ending) {
            at = at.parent();
        }
        let is_it = if inclusion.is_folder { !at.is_root() } else { at == *path };
        (is_it && at.as_str().ends_with(&ending)).then_some(at)
    };
    let found: BTreeSet<RepoPath> = scripts.keys().filter_map(|path| own(path)).collect();
    let shared = |path: &RepoPath| path.parts().zip(inclusion.from.parts()).take_while(|(a, b)| a == b).count();
    let best = found.iter().map(shared).max()?;
    let mut nearest = found.iter().filter(|path| shared(path) == best);
    let first = nearest.next()?;
    nearest.next().is_none().then(|| first.clone())
}
