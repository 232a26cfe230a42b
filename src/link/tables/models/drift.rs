//! A database of entities beside those that migrations and schema files make: it describes them, or it stands for itself.
//! Tells tables and columns that only one side has, and columns that differ, each with both places.

use std::collections::BTreeSet;

use super::super::Folded;
use super::super::catalog::{ColumnState, Key, TableState};
use super::super::history::HistoryKind;
use super::compare;
use crate::finding::entity::Mapper;
use crate::finding::schema::Dialect;
use crate::gap::{Gap, GapCode};
use crate::location::Location;
use crate::model::Model;

/// Tables that tools keep for themselves, and those of extensions.
const OF_TOOLS: &[&str] = &[
    "_prisma_migrations",
    "__drizzle_migrations",
    "__efmigrationshistory",
    "databasechangelog",
    "databasechangeloglock",
    "flyway_schema_history",
    "geography_columns",
    "geometry_columns",
    "goose_db_version",
    "knex_migrations",
    "knex_migrations_lock",
    "migrations",
    "mikro_orm_migrations",
    "pgmigrations",
    "schema_migrations",
    "sequelizemeta",
    "spatial_ref_sys",
    "typeorm_metadata",
];

/// A table of a kept database: which database, and its id there.
type Place = (usize, usize);

/// Adds a database of entities, or lets it describe those that are kept; one whose tables migrations make has none of its own. Gives back the
/// kept database of each table that it has an entity for.
pub(super) fn settle<'a>((mapper, is_made): (Mapper, bool), one: Folded<'a>, kept: &mut Vec<Folded<'a>>, model: &mut Model) -> Vec<usize> {
    let is_tool = |key: &Key| OF_TOOLS.contains(&key.1.to_lowercase().as_str());
    let keys: Vec<Key> = one.catalog.standing().map(|(key, ..)| key.clone()).filter(|key| !is_tool(key)).collect();
    let matched: Vec<(Key, Option<Place>)> = keys.into_iter().map(|key| (key.clone(), counterpart(&one, &key, kept))).collect();
    // A context that shares tables with another one may well have more of its own.
    let decides = |(at, _): &Place| one.history.tool.is_empty() || kept[*at].history.kind != HistoryKind::Models;
    let found = matched.iter().filter(|(_, place)| place.as_ref().is_some_and(decides)).count();
    let places: Vec<usize> = matched.iter().filter_map(|(_, place)| place.map(|(at, _)| at)).collect();
    let mut one = one;
    describe_views(&mut one, kept);
    for (key, place) in &matched {
        if let Some(place) = place {
            describe(&one, key, *place, kept);
            // What another history changes without having made it is not all known.
            if !kept.iter().any(|other| other.catalog.unknown.contains(&key.1)) {
                tell_columns(&one, key, *place, kept, model);
                compare(mapper, &one, key, *place, kept, model);
            }
        }
    }
    if is_made || found > 0 && found * 2 >= matched.len() {
        tell_missing(&one, &matched, kept, model);
        return places;
    }
    // What stands elsewhere already is not there twice.
    let twice: Vec<Key> = matched.into_iter().filter(|(_, place)| place.is_some()).map(|(key, _)| key).collect();
    let tools: Vec<Key> = one.catalog.names.keys().filter(|key| is_tool(key)).cloned().collect();
    for key in twice.into_iter().chain(tools) {
        one.catalog.names.remove(&key);
    }
    if !one.catalog.names.is_empty() || !one.catalog.views.is_empty() {
        kept.push(one);
    }
    places
}

/// The table of a kept database that an entity is about: of its name, with columns like its own.
fn counterpart(one: &Folded<'_>, key: &Key, kept: &[Folded<'_>]) -> Option<Place> {
    let (_, _, own) = one.catalog.standing().find(|(other, ..)| *other == key)?;
    let mut best: Option<((bool, bool, usize), Place)> = None;
    for (at, other) in kept.iter().enumerate() {
        for (other_key, id, table) in other.catalog.standing().filter(|(other, ..)| other.1.eq_ignore_ascii_case(&key.1)) {
            let shared = shared_columns(own, table);
            let same_owner = one.owner.is_none() || other.owner.is_none() || one.owner == other.owner;
            // Contexts of two containers may store one class of a library: each has its own table.
            let beside = !one.history.tool.is_empty() && other.history.kind == HistoryKind::Models;
            if beside && (!same_owner || other_key != key) {
                continue;
            }
            if !is_alike(own, table, shared, same_owner, other.history.kind == HistoryKind::Models) {
                continue;
            }
            let rank = (other_key == key, same_owner, shared);
            if best.as_ref().is_none_or(|(known, _)| rank > *known) {
                best = Some((rank, (at, id)));
            }
        }
    }
    best.map(|(_, place)| place)
}

/// Whether two tables of one name are one table. Two services may each have a table of that name: other owners must agree in more.
fn is_alike(own: &TableState, other: &TableState, shared: usize, same_owner: bool, is_model: bool) -> bool {
    let (fewer, more) = (own.columns.len().min(other.columns.len()), own.columns.len().max(other.columns.len()));
    match (same_owner, is_model) {
        (true, _) => shared * 3 >= fewer,
        (false, false) => shared * 2 >= fewer,
        (false, true) => shared * 5 >= more * 4,
    }
}

fn shared_columns(own: &TableState, other: &TableState) -> usize {
    own.columns.iter().filter(|column| has_column(other, &column.name)).count()
}

/// Names that differ only in how words are put together are one: which naming a connection sets may be decided at run time.
fn has_column(table: &TableState, name: &str) -> bool {
    table.columns.iter().any(|one| is_same_name(&one.name, name))
}

pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    let letters = |name: &'_ str| name.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>();
    one.eq_ignore_ascii_case(other) || letters(one) == letters(other)
}

/// The words of an entity become those of its table where that has none.
fn describe(one: &Folded<'_>, key: &Key, (at, id): Place, kept: &mut [Folded<'_>]) {
    let Some((_, _, own)) = one.catalog.standing().find(|(other, ..)| *other == key) else { return };
    let Some(table) = kept[at].catalog.tables.get_mut(id).and_then(Option::as_mut) else { return };
    table.description = table.description.take().or_else(|| own.description.clone());
    table.modelled.extend(own.created.clone());
    for column in &mut table.columns {
        let described = own.columns.iter().find(|other| is_same_name(&other.name, &column.name));
        column.description = column.description.take().or_else(|| described?.description.clone());
    }
}

/// Columns that only one side has.
fn tell_columns(one: &Folded<'_>, key: &Key, (at, id): Place, kept: &[Folded<'_>], model: &mut Model) {
    let Some((_, _, own)) = one.catalog.standing().find(|(other, ..)| *other == key) else { return };
    let Some(table) = kept[at].catalog.tables.get(id).and_then(Option::as_ref) else { return };
    let only = |columns: &[ColumnState], other: &TableState| -> Vec<String> {
        columns.iter().filter(|column| !has_column(other, &column.name)).map(|column| column.name.clone()).collect()
    };
    let (ours, theirs) = (only(&own.columns, table), only(&table.columns, own));
    let partial = table.is_partial || own.is_partial;
    let (Some(here), Some(there)) = (&own.created, &table.created) else { return };
    if (ours.is_empty() && theirs.is_empty()) || partial {
        return;
    }
    let mut parts = Vec::new();
    if !ours.is_empty() {
        parts.push(format!("only this model has {}", shown(&ours)));
    }
    if !theirs.is_empty() {
        parts.push(format!("only the table of {}:{} has {}", there.path, there.line, shown(&theirs)));
    }
    let message = format!("the columns of {} differ: {}", table.name, parts.join("; "));
    model.gaps.push(Gap::line(GapCode::SchemaDrift, &here.path, here.line, message));
}

/// Columns that both have and that differ; only on PostgreSQL, which has a type of its own for each kind of value.
fn compare(mapper: Mapper, one: &Folded<'_>, key: &Key, (at, id): Place, kept: &[Folded<'_>], model: &mut Model) {
    let home = &kept[at];
    let is_postgres = home.history.dialect == Dialect::Postgres && one.history.dialect == Dialect::Postgres;
    let is_made = home.history.kind != HistoryKind::Models;
    let Some((_, _, own)) = one.catalog.standing().find(|(other, ..)| *other == key) else { return };
    let table = home.catalog.tables.get(id).and_then(Option::as_ref).filter(|_| is_postgres && is_made);
    let Some(table) = table.filter(|table| !table.is_partial) else { return };
    let found = compare::differences(mapper, own, table);
    if let (Some(here), Some(there), false) = (&own.created, &table.created, found.is_empty()) {
        let first = found.iter().take(8).cloned().collect::<Vec<_>>().join("; ");
        let more = if found.len() > 8 { format!("; and {} more", found.len() - 8) } else { String::new() };
        let message = format!("columns of {} differ from {}:{}: {first}{more}", table.name, there.path, there.line);
        model.gaps.push(Gap::line(GapCode::SchemaDrift, &here.path, here.line, message));
    }
}

/// At most eight names, then how many more.
fn shown(names: &[String]) -> String {
    let first = names.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > 8 { format!("{first} and {} more", names.len() - 8) } else { first }
}

/// A view that a kept database has is that view; a model over a view is one too.
fn describe_views(one: &mut Folded<'_>, kept: &mut [Folded<'_>]) {
    let views: Vec<Key> = one.catalog.views.keys().cloned().collect();
    for key in views {
        for other in kept.iter_mut() {
            if let Some((_, view)) = other.catalog.views.iter_mut().find(|(name, _)| name.1.eq_ignore_ascii_case(&key.1)) {
                let own = one.catalog.views.remove(&key);
                view.description = view.description.take().or_else(|| own?.description);
                break;
            }
        }
    }
}

/// Tables that only the entities have, and tables of the database that they describe and do not have.
fn tell_missing(one: &Folded<'_>, matched: &[(Key, Option<Place>)], kept: &[Folded<'_>], model: &mut Model) {
    let homes: BTreeSet<usize> = matched.iter().filter_map(|(_, place)| place.map(|(at, _)| at)).collect();
    let places: Vec<String> = homes.iter().map(|at| kept[*at].history.folder.as_str().to_owned()).collect();
    let places = if places.is_empty() { vec!["its migrations".to_owned()] } else { places };
    let is_other = |key: &Key| homes.iter().any(|at| kept[*at].is_view_or_partition(key));
    for (key, _) in matched.iter().filter(|(key, place)| place.is_none() && !is_other(key)) {
        if let Some(at) = created(one, key) {
            let message = format!("the table {} of this model is made nowhere in {}", key.1, shown(&places));
            model.gaps.push(Gap::line(GapCode::SchemaDrift, &at.path, at.line, message));
        }
    }
    let first = matched.iter().filter_map(|(key, _)| created(one, key)).min();
    for home in homes {
        let ids: BTreeSet<usize> = matched.iter().filter_map(|(_, place)| place.filter(|(at, _)| *at == home)).map(|(_, id)| id).collect();
        let all: Vec<(&Key, usize)> = kept[home].catalog.standing().map(|(key, id, _)| (key, id)).collect();
        let missing: Vec<String> = all
            .iter()
            .filter(|(key, id)| !ids.contains(id) && !OF_TOOLS.contains(&key.1.to_lowercase().as_str()))
            .map(|(key, _)| key.1.clone())
            .collect();
        // Entities for a part of a database are no list of all of it.
        if let Some(at) = first.as_ref().filter(|_| !missing.is_empty() && ids.len() * 2 >= all.len()) {
            let word = if missing.len() == 1 { "table" } else { "tables" };
            let message = format!("{} {word} of {} without a model here: {}", missing.len(), kept[home].history.folder, shown(&missing));
            model.gaps.push(Gap::file(GapCode::SchemaDrift, &at.path, message));
        }
    }
}

fn created(one: &Folded<'_>, key: &Key) -> Option<Location> {
    one.catalog.standing().find(|(other, ..)| *other == key).and_then(|(_, _, table)| table.created.clone())
}
