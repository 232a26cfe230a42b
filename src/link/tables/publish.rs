//! A folded catalog into the model: tables with their columns, keys, indexes, policies, and the lines that prove them.

use std::collections::BTreeSet;

use super::catalog::{Catalog, ColumnState, IndexState, Rule, TableState, Target};
use super::history::HistoryKind;
use super::keys::Names;
use super::{Folded, relationships};
use crate::finding::schema::{Dialect, Policy};
use crate::gap::{Gap, GapCode};
use crate::location::Location;
use crate::model::{Column, Model, RowLevelSecurity, Table, View};

/// Puts what a history leaves behind into the model.
pub(super) fn publish(folded: &Folded<'_>, names: &Names, model: &mut Model) {
    let catalog = &folded.catalog;
    for (key, _, state) in catalog.standing() {
        let Some(document_key) = names.tables.get(key) else { continue };
        let table = table(folded, state, names);
        prove_table(model, document_key, state, folded.history.kind);
        if let Some(at) = state.created.as_ref().filter(|_| state.is_partial) {
            let message = match folded.history.kind {
                HistoryKind::Models => {
                    format!("some columns of {document_key} are made by decorators or parts of the program that are not read")
                }
                _ => format!("the columns of {document_key} come from a query whose types are known only when it runs"),
            };
            model.gaps.push(Gap::line(GapCode::StatementNotUnderstood, &at.path, at.line, message));
        }
        model.schema.tables.insert(document_key.clone(), table);
    }
    for (key, state) in &catalog.enums {
        let Some(document_key) = names.enums.get(key) else { continue };
        for (at, what) in [
            (&state.created, if folded.history.kind == HistoryKind::Models { "enum" } else { "create type" }),
            (&state.changed, "alter type"),
        ] {
            prove(model, at.as_ref(), what, &["data_schema", "enums", document_key]);
        }
        model.schema.enums.insert(document_key.clone(), state.labels.clone());
    }
    for (key, state) in &catalog.views {
        let Some(document_key) = names.views.get(key) else { continue };
        let what = if folded.history.kind == HistoryKind::Models { "view" } else { "create view" };
        prove(model, state.created.as_ref(), what, &["data_schema", "views", document_key]);
        let view = View { description: state.description.clone(), definition: state.query.clone(), materialized: state.materialized };
        model.schema.views.insert(document_key.clone(), view);
    }
    relationships::add(catalog, names, model);
}

fn prove(model: &mut Model, at: Option<&Location>, what: &str, pointer: &[&str]) {
    if let Some(at) = at {
        model.prove(at, what, pointer);
    }
}

fn prove_table(model: &mut Model, key: &str, state: &TableState, kind: HistoryKind) {
    let pointer = ["data_schema", "tables", key];
    let created = if kind == HistoryKind::Models { "model" } else { "create table" };
    prove(model, state.created.as_ref(), created, &pointer);
    for at in &state.modelled {
        prove(model, Some(at), "model", &pointer);
    }
    // Entities state all of a table at once.
    prove(model, state.changed.as_ref().filter(|_| kind != HistoryKind::Models), "alter table", &pointer);
    for (place, column) in state.columns.iter().enumerate() {
        let place = place.to_string();
        let pointer = ["data_schema", "tables", key, "columns", &place];
        prove(model, column.created.as_ref(), "column", &pointer);
        prove(model, column.changed.as_ref(), "alter column", &pointer);
    }
}

/// The name of an engine for a person.
pub(super) fn engine(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "PostgreSQL",
        Dialect::MySql => "MySQL",
        Dialect::Sqlite => "SQLite",
        Dialect::SqlServer => "SQL Server",
        Dialect::ClickHouse => "ClickHouse",
    }
}

fn table(folded: &Folded<'_>, state: &TableState, _names: &Names) -> Table {
    let default_schema = folded.catalog.default_schema();
    let key = state.primary_key();
    let unique = state.unique_sets();
    let single: BTreeSet<&str> =
        unique.iter().filter_map(|columns| if columns.len() == 1 { columns.first() } else { None }).map(String::as_str).collect();
    Table {
        description: state.description.clone(),
        columns: state.columns.iter().map(|one| column(one, key, &single)).collect(),
        primary_key: if key.len() > 1 { key.to_vec() } else { Vec::new() },
        unique: unique.iter().filter(|columns| columns.len() > 1).cloned().collect(),
        relationships: Vec::new(),
        indexes: indexes(state),
        checks: state.constraints.iter().filter_map(check).collect(),
        row_level_security: row_level_security(state),
        schema: (state.schema != default_schema && !state.schema.is_empty()).then(|| state.schema.clone()),
        owner: folded.owner.clone(),
        store: Some(folded.store.unwrap_or_else(|| engine(folded.history.dialect)).to_owned()),
        documented: false,
    }
}

fn column(state: &ColumnState, key: &[String], unique: &BTreeSet<&str>) -> Column {
    let primary_key = key.contains(&state.name);
    Column {
        name: state.name.clone(),
        data_type: state.data_type.clone(),
        nullable: !state.not_null && !primary_key,
        primary_key,
        unique: unique.contains(state.name.as_str()),
        default: state.default.clone(),
        generated: state.generated.clone(),
        description: state.description.clone(),
    }
}

fn check(constraint: &super::catalog::ConstraintState) -> Option<(String, String)> {
    match &constraint.rule {
        Rule::Check(expression) => Some((constraint.name.clone(), expression.clone())),
        _ => None,
    }
}

fn indexes(state: &TableState) -> std::collections::BTreeMap<String, String> {
    let excludes = state.constraints.iter().filter_map(|constraint| match &constraint.rule {
        Rule::Exclude(text) => Some((constraint.name.clone(), format!("exclude {text}"))),
        _ => None,
    });
    state.indexes.iter().map(|index| (index.name.clone(), definition(index))).chain(excludes).collect()
}

/// `unique btree (a, lower(b)) include (c) where d`
fn definition(index: &IndexState) -> String {
    let keys: Vec<&str> = index.keys.iter().map(|key| key.text.as_str()).collect();
    let mut text = format!("{}{} ({})", if index.unique { "unique " } else { "" }, index.method, keys.join(", "));
    if !index.include.is_empty() {
        text.push_str(&format!(" include ({})", index.include.join(", ")));
    }
    if let Some(predicate) = &index.predicate {
        text.push_str(&format!(" where {predicate}"));
    }
    text
}

fn row_level_security(state: &TableState) -> Option<RowLevelSecurity> {
    if !state.row_level_security && state.policies.is_empty() {
        return None;
    }
    let policies = state.policies.iter().map(|(name, policy)| (name.clone(), policy_text(policy))).collect();
    Some(RowLevelSecurity { enabled: state.row_level_security, policies })
}

/// `for select to app using (tenant_id = current_tenant())`
fn policy_text(policy: &Policy) -> String {
    let mut parts = Vec::new();
    if policy.restrictive {
        parts.push("as restrictive".to_owned());
    }
    parts.push(format!("for {}", policy.command.as_deref().unwrap_or("all")));
    parts.extend(policy.roles.as_ref().map(|roles| format!("to {roles}")));
    parts.extend(policy.using.as_ref().map(|text| format!("using ({text})")));
    parts.extend(policy.check.as_ref().map(|text| format!("with check ({text})")));
    parts.join(" ")
}

/// The key in the document of the table that a foreign key points at.
pub(super) fn target_key(catalog: &Catalog, target: &Target, names: &Names) -> Option<String> {
    match target {
        Target::Table(id) => {
            let table = catalog.tables.get(*id)?.as_ref()?;
            names.tables.get(&(table.schema.clone(), table.name.clone())).cloned()
        }
        Target::Outside(name) => {
            // The table may have come after the key, or belongs to another database.
            let found = catalog.find(name).and_then(|id| target_key(catalog, &Target::Table(id), names));
            found.or_else(|| Some(name.schema.as_ref().map_or_else(|| name.name.clone(), |schema| format!("{schema}.{}", name.name))))
        }
    }
}
