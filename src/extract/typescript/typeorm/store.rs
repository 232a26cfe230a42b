//! The options of a connection of TypeORM, wherever they stand: `new DataSource({ ... })`, `forRoot({ ... })`, an object of a configuration.

use tree_sitter::Node;

use crate::extract::typescript::stated::{self, Stated};
use crate::extract::typescript::values::{text_of, unwrapped};
use crate::extract::{FileCx, Sink};
use crate::finding::entity::{Engine, EntityStore, Mapper, Naming};
use crate::finding::schema::Dialect;
use crate::finding::{Fact, Value};
use crate::gap::GapCode;

/// Keys that only the options of a connection have.
const TELLING: &[&str] = &["entities", "namingStrategy", "synchronize", "autoLoadEntities", "migrations", "migrationsRun"];

/// Reads an object that holds one of the telling keys, by the pair of it.
/// Whether a key is one that leads to the options of a connection.
pub(super) fn is_telling(pair: Node<'_>, text: &str) -> bool {
    pair.child_by_field_name("key").is_some_and(|key| TELLING.contains(&text_of(key, text)))
}

pub(super) fn read<'a>(cx: &FileCx<'a>, pair: Node<'a>, sink: &mut Sink<'_>) {
    let Some(object) = pair.parent().filter(|object| object.kind() == "object") else { return };
    let stated = Stated::one(cx, object);
    // One of several keys leads here: the first does.
    let first = TELLING.iter().find_map(|key| stated.node(key));
    if first.is_none() || first != pair.child_by_field_name("value").map(unwrapped) {
        return;
    }
    let is_of_typeorm = stated.get("type").is_some() || cx.text.contains("typeorm");
    let is_of_another = ["dialect", "dbName", "clientUrl", "driver"].iter().any(|key| stated.get(key).is_some());
    if !is_of_typeorm || is_of_another {
        return;
    }
    let line = cx.line(object.start_byte());
    let naming = stated.get("namingStrategy").and_then(class_of);
    let store = EntityStore {
        mapper: Mapper::TypeOrm,
        engine: stated.get("type").and_then(engine),
        naming: naming.as_deref().filter(|name| name.contains("Snake")).map(|_| Naming::Snake),
        schema: stated.get("schema").and_then(text_or_fallback).filter(|schema| schema != "public"),
        defaults: None,
    };
    if let Some(name) = naming.filter(|name| store.naming.is_none() && name != "DefaultNamingStrategy") {
        sink.gap(
            GapCode::UnresolvedReference,
            Some(line),
            format!("the names that {name} makes are not known; those of TypeORM are taken"),
        );
    }
    if store.engine.is_some() || store.naming.is_some() || store.schema.is_some() {
        sink.fact(line, Fact::EntityStore(store));
    }
}

fn class_of(value: &Value) -> Option<String> {
    match value {
        Value::Call(name, _) => Some(name.rsplit('.').next().unwrap_or(name).to_owned()),
        _ => None,
    }
}

fn text_or_fallback(value: &Value) -> Option<String> {
    match value {
        Value::Environment(_, Some(fallback)) => stated::plain(fallback),
        other => stated::plain(other),
    }
}

fn engine(value: &Value) -> Option<Engine> {
    let engine = match text_or_fallback(value)?.as_str() {
        "postgres" | "cockroachdb" | "aurora-postgres" => Engine::Sql(Dialect::Postgres),
        "mysql" | "mariadb" | "aurora-mysql" => Engine::Sql(Dialect::MySql),
        "sqlite" | "better-sqlite3" | "sqljs" | "expo" | "capacitor" | "cordova" => Engine::Sql(Dialect::Sqlite),
        "mssql" => Engine::Sql(Dialect::SqlServer),
        "mongodb" => Engine::MongoDb,
        _ => return None,
    };
    Some(engine)
}
