//! Documents of .NET as tables: a collection of MongoDB with the members of its type, a table of Marten with the document in one column.
//! A collection whose name only the running program knows stands under its type, and that is told.

use super::owner_of_file;
use crate::finding::{Class, DocumentStore, Fact, StoredDocument};
use crate::gap::{Gap, GapCode};
use crate::link::Input;
use crate::link::wording;
use crate::location::Location;
use crate::model::{Column, Model, Table};

/// Bases of a type are followed no further.
const BASES: usize = 6;

/// Adds a table for each type that is stored.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    for finding in input.findings {
        let Fact::StoredDocument(document) = &finding.fact else { continue };
        let Some((at, class)) = input.names.class(&finding.at.path, &document.class) else { continue };
        if class.is_abstract || input.map.is_test_folder(&finding.at.path.parent()) {
            continue;
        }
        let owner = owner_of_file(input, model, &finding.at.path);
        let table = match document.store {
            DocumentStore::MongoDb => collection(input, at, class),
            DocumentStore::Marten => marten(input, at, class),
        };
        let name = name_of(input, finding.at.clone(), document, model);
        // The server keeps these for itself.
        if name.starts_with("system.") {
            continue;
        }
        let key = free_key(name, owner.as_deref(), &table, model);
        model.prove(&finding.at, "stored document", &["data_schema", "tables", &key]);
        model.schema.tables.entry(key).or_insert(Table { owner, ..table });
    }
}

/// What the collection or table is called.
fn name_of(input: &Input<'_>, at: Location, document: &StoredDocument, model: &mut Model) -> String {
    if document.store == DocumentStore::Marten {
        return format!("mt_doc_{}", document.class.to_lowercase());
    }
    let stated = document.collection.as_ref().and_then(|value| input.names.text(&at.path, value));
    stated.filter(|name| !name.is_empty()).unwrap_or_else(|| {
        let message = format!("the collection of {} is named at run time; it stands under the name of the type", document.class);
        model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
        document.class.clone()
    })
}

/// The name, or with the container before it where another one holds that name.
fn free_key(name: String, owner: Option<&str>, table: &Table, model: &Model) -> String {
    match (model.schema.tables.get(&name), owner) {
        (Some(known), Some(owner)) if known.owner.as_deref() != Some(owner) || known.store != table.store => format!("{owner}/{name}"),
        _ => name,
    }
}

/// A collection: what its documents hold, the member `Id` as the driver stores it.
fn collection(input: &Input<'_>, at: &Location, class: &Class) -> Table {
    let columns = members(input, at, class).into_iter().map(|(name, kind)| {
        let is_key = name == "Id";
        let nullable = kind.ends_with('?');
        let data_type = kind.trim_end_matches('?').to_lowercase();
        Column { name: if is_key { "_id".to_owned() } else { name }, data_type, nullable, primary_key: is_key, ..Column::default() }
    });
    Table { description: described(class), columns: columns.collect(), store: Some("MongoDB".to_owned()), ..Table::default() }
}

/// The table that Marten keeps for a type: the identity, and the document as JSON.
fn marten(input: &Input<'_>, at: &Location, class: &Class) -> Table {
    let members = members(input, at, class);
    let identity = members.iter().find(|(name, _)| name == "Id").map_or("varchar", |(_, kind)| match kind.as_str() {
        "Guid" => "uuid",
        "int" => "integer",
        "long" => "bigint",
        _ => "varchar",
    });
    let held: Vec<String> = members.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
    let id = Column { name: "id".to_owned(), data_type: identity.to_owned(), primary_key: true, ..Column::default() };
    let description = (!held.is_empty()).then(|| format!("{} as JSON: {}", class.name, held.join("; ")));
    let data = Column { name: "data".to_owned(), data_type: "jsonb".to_owned(), description, ..Column::default() };
    let counted = || format!("Documents of the type {}, kept by Marten.", class.name);
    let description = described(class).or_else(|| Some(counted()));
    Table { description, columns: vec![id, data], store: Some("PostgreSQL".to_owned()), ..Table::default() }
}

fn described(class: &Class) -> Option<String> {
    class.doc.as_deref().map(wording::first_paragraph).filter(|text| !text.is_empty())
}

/// The public members of a type and of its bases, those of the bases first.
fn members(input: &Input<'_>, at: &Location, class: &Class) -> Vec<(String, String)> {
    let (mut chain, mut next) = (vec![class], (at, class));
    while let Some(found) = next.1.bases.iter().find_map(|base| input.names.class(&next.0.path, base)).filter(|_| chain.len() < BASES) {
        chain.push(found.1);
        next = found;
    }
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, kind) in chain.into_iter().rev().filter(|one| !one.name.starts_with("IE") || !one.is_abstract).flat_map(|one| &one.members) {
        if name.starts_with(char::is_uppercase) && !found.iter().any(|(known, _)| known == name) {
            found.push((name.clone(), kind.clone()));
        }
    }
    found
}
