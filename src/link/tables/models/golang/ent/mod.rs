//! Schemas of ent: types that embed `ent.Schema`, with fields, edges, indexes and mixins that their methods give back.
//! Source: the documentation of ent, "Schema", "Mixin" and "Annotations". Views and what `entsql.Skip` leaves out are no tables.

mod chain;
mod edges;
mod fields;

use std::collections::BTreeMap;

use super::drivers;
use super::gorm::Group;
use super::rows::key;
use super::structs::{StructId, Structs, dotted};
use crate::finding::entity::{Engine, Entity, EntityConstraint, EntityConstraintKind, Mapper};
use crate::finding::schema::Dialect;
use crate::finding::{Expression, Function, Value};
use crate::gap::{Gap, GapCode};
use crate::link::tables::models::conventions::{plural, snake};
use crate::location::{Location, RepoPath};
use chain::{Chain, chains, each_given};
use edges::Edge;

/// Mixins bring others no deeper than this.
const DEPTH: usize = 6;

/// A schema with where it stands.
pub(super) struct Schema<'a> {
    id: StructId,
    at: &'a Location,
    doc: Option<&'a String>,
}

/// The schemas of each program.
pub(super) fn groups(structs: &Structs<'_>, owner: impl Fn(&RepoPath) -> Option<String>) -> (Vec<(String, Group)>, Vec<Gap>) {
    let mut gaps = Vec::new();
    let mut by_folder: BTreeMap<RepoPath, Vec<Schema<'_>>> = BTreeMap::new();
    for (id, at, doc) in structs.embedding("entgo.io/ent", "ent.Schema") {
        by_folder.entry(id.0.clone()).or_default().push(Schema { id, at, doc });
    }
    let mut found = Vec::new();
    for (folder, schemas) in by_folder {
        let Some(at) = schemas.first().map(|one| one.at.clone()) else { continue };
        let module = structs.module(&at.path);
        let dialect = drivers::engine(structs, &module, ("ent", &at), &mut gaps);
        let entities = read(structs, &schemas, dialect, &mut gaps);
        // The code that ent writes beside the schemas is what programs import.
        let owner = owner(&at.path).or_else(|| owner(&folder.parent().join("client.go")));
        found.push((format!("ent {folder}"), Group { at, owner, entities }));
    }
    (found, gaps)
}

fn read(structs: &Structs<'_>, schemas: &[Schema<'_>], dialect: Dialect, gaps: &mut Vec<Gap>) -> Vec<(Location, Entity)> {
    let mut entities = Vec::new();
    let mut all_edges = Vec::new();
    for schema in schemas {
        let methods = methods(structs, &schema.id, DEPTH);
        let notes: Vec<&Expression> = methods.iter().filter(|(_, one)| one.name == "Annotations").flat_map(|(_, one)| given(one)).collect();
        if notes.iter().any(|one| is_called(one, "Skip") || is_called(one, "View") || is_called(one, "ViewFor")) {
            continue;
        }
        let mut made = Entity::new(Mapper::Ent, key(&schema.id));
        made.engine = Some(Engine::Sql(dialect));
        made.table = Some(Value::Text(notes.iter().find_map(|one| table(one)).unwrap_or_else(|| snake(&plural(&schema.id.1)))));
        made.doc = schema.doc.cloned();
        let mut is_whole = true;
        for (at, method) in &methods {
            match method.name.as_str() {
                "Fields" => {
                    let own = chains(method, "field");
                    is_whole &= own.iter().all(|chain| chain.name().is_some());
                    made.properties.extend(own.iter().filter_map(|chain| fields::column(chain, dialect)));
                }
                "Indexes" => made.constraints.extend(chains(method, "index").iter().filter_map(|chain| index(chain, &schema.id.1))),
                "Edges" => all_edges.extend(edges_of(structs, (at, method), &schema.id)),
                "Mixin" => made.properties.extend(library_mixins(method).flat_map(|name| fields::library_mixin(&name, dialect, at.line))),
                _ => {}
            }
        }
        if !is_whole {
            made.is_partial = true;
            let message = format!("some fields of {} have names that are worked out", schema.id.1);
            gaps.push(Gap::line(GapCode::UnresolvedReference, &schema.at.path, schema.at.line, message));
        }
        let keys: Vec<&str> = notes.iter().flat_map(|one| key_fields(one)).collect();
        made.properties.iter_mut().filter(|one| keys.contains(&one.name.as_str())).for_each(|one| one.primary_key = true);
        if !made.properties.iter().any(|one| one.primary_key) {
            made.properties.insert(0, fields::id(dialect, schema.at.line));
        }
        entities.push((schema.at.clone(), made));
    }
    edges::enter(&all_edges, &mut entities);
    entities
}

/// The methods of a schema, those of its mixins first.
fn methods<'a>(structs: &Structs<'a>, id: &StructId, depth: usize) -> Vec<(&'a Location, &'a Function)> {
    let own: Vec<(&Location, &Function)> = structs.methods(id).collect();
    let mut found = Vec::new();
    if let Some(depth) = depth.checked_sub(1) {
        for (at, mixin) in own.iter().filter(|(_, one)| one.name == "Mixin") {
            let named = given(mixin).into_iter().filter_map(|one| match one {
                Expression::Composite(kind, _) => structs.find(&at.path, kind),
                Expression::Call(call) => {
                    let made = dotted(&call.function)?;
                    structs.find(&at.path, made.replace(".New", ".").trim_start_matches("New"))
                }
                _ => None,
            });
            for mixin in named.filter(|mixin| mixin != id) {
                found.extend(methods(structs, &mixin, depth).into_iter().filter(|(_, one)| one.name != "Hooks"));
            }
        }
    }
    found.extend(own);
    found
}

/// The mixins of ent itself that a method gives back.
fn library_mixins(method: &Function) -> impl Iterator<Item = String> {
    given(method).into_iter().filter_map(|one| match one {
        Expression::Composite(kind, _) if kind.starts_with("mixin.") => Some(kind.clone()),
        _ => None,
    })
}

/// What stands in the list that a method gives back.
fn given(method: &Function) -> Vec<&Expression> {
    let mut found = Vec::new();
    each_given(method, &mut |one| match one {
        Expression::Composite(kind, _) if kind.starts_with('[') => true,
        Expression::Call(call) if call.function == Expression::Name("append".to_owned()) => true,
        Expression::Local(_) => true,
        other => {
            found.push(other);
            false
        }
    });
    found
}

fn is_called(one: &Expression, name: &str) -> bool {
    matches!(one, Expression::Call(call) if matches!(&call.function, Expression::Field(_, called) if called == name))
}

/// `field.ID("user_id", "group_id")`: the fields that are the key together.
fn key_fields(note: &Expression) -> Vec<&str> {
    let Expression::Call(call) = note else { return Vec::new() };
    let names = call.arguments.iter().filter_map(|one| match one {
        Expression::Text(text) => Some(text.as_str()),
        _ => None,
    });
    if is_called(note, "ID") { names.collect() } else { Vec::new() }
}

/// `entsql.Table("users")`, `entsql.Annotation{Table: "users"}`
fn table(note: &Expression) -> Option<String> {
    let stated = match note {
        Expression::Call(call) if is_called(note, "Table") => call.arguments.first(),
        Expression::Composite(kind, entries) if kind.ends_with("entsql.Annotation") => {
            entries.iter().find(|(key, _)| key == "Table").map(|(_, value)| value)
        }
        _ => None,
    };
    match stated? {
        Expression::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// The edges of a method, both ends of those that are stated with their way back.
fn edges_of<'a>(structs: &Structs<'a>, (at, method): (&'a Location, &'a Function), id: &StructId) -> Vec<Edge<'a>> {
    let target = |chain: &Chain<'a>| {
        let Expression::Field(base, name) = chain.arguments.get(1)? else { return None };
        structs.find(&at.path, &dotted(base)?).filter(|_| name == "Type")
    };
    chains(method, "edge")
        .iter()
        .filter(|chain| !chain.has("Through"))
        .filter_map(|chain| Some((chain, target(chain)?)))
        .flat_map(|(chain, target)| Edge::read(chain, id, &target))
        .collect()
}

/// `index.Fields("a", "b").Unique()`; an index that goes over edges has columns of theirs and is left out.
fn index(chain: &Chain<'_>, schema: &str) -> Option<EntityConstraint> {
    if chain.start != "Fields" || chain.has("Edges") {
        return None;
    }
    let names: Option<Vec<String>> =
        chain.arguments.iter().map(|one| if let Expression::Text(text) = one { Some(text.clone()) } else { None }).collect();
    let names = names.filter(|names| !names.is_empty())?;
    let called = format!("{}_{}", schema.to_lowercase(), names.join("_"));
    let kind = if chain.has("Unique") { EntityConstraintKind::UniqueIndex } else { EntityConstraintKind::Index };
    let members = names.into_iter().map(|name| (name, String::new())).collect();
    let name = Some(chain.text("StorageKey").map_or(called, str::to_owned));
    Some(EntityConstraint { kind, name, members, method: None, predicate: None, line: chain.line })
}
