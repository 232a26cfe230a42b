//! The connection of Sequelize: its engine, and what it defines for all models.

use tree_sitter::Node;

use crate::extract::typescript::stated::Stated;
use crate::extract::{FileCx, Sink};
use crate::finding::entity::{Engine, EntityStore, Mapper, Naming};
use crate::finding::schema::Dialect;
use crate::finding::{Fact, Value};

/// `new Sequelize(url, { dialect: 'postgres', define: { underscored: true } })`
pub(super) fn read<'a>(cx: &FileCx<'a>, made: Node<'a>, sink: &mut Sink<'_>) {
    let stated = Stated::of(cx, made);
    let engine = match stated.text("dialect").as_deref() {
        Some("postgres") => Some(Engine::Sql(Dialect::Postgres)),
        Some("mysql" | "mariadb") => Some(Engine::Sql(Dialect::MySql)),
        Some("sqlite") => Some(Engine::Sql(Dialect::Sqlite)),
        Some("mssql") => Some(Engine::Sql(Dialect::SqlServer)),
        _ => None,
    };
    let defaults = stated.get("define").filter(|value| matches!(value, Value::Map(_))).cloned();
    let is_underscored = defaults.as_ref().and_then(|defaults| defaults.get("underscored")) == Some(&Value::Bool(true));
    let naming = is_underscored.then_some(Naming::SnakePlural);
    if engine.is_some() || defaults.is_some() {
        let store = EntityStore { mapper: Mapper::Sequelize, engine, naming, schema: None, defaults };
        sink.fact(cx.line(made.start_byte()), Fact::EntityStore(store));
    }
}
