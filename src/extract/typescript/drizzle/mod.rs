//! Drizzle: tables, enums and views that code declares, with their columns, keys and indexes.
//! Source: the Drizzle documentation. Columns that several tables share are a base that each table holds where it spreads them.

mod chain;
mod column;
mod extra;

use tree_sitter::Node;

use self::chain::Chain;
use super::called;
use super::doc_comment;
use super::imports::Origins;
use super::values::{self, children, text_of, unwrapped};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::entity::{Engine, Entity, EntityEnum, EntityKind, EntityStore, Mapper, Naming, Property, PropertyKind};
use crate::finding::schema::Dialect;
use crate::finding::{Fact, Value};
use crate::gap::GapCode;
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/drizzle", text: include_str!("../../../../queries/typescript/drizzle.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.drizzle",
    about: "Drizzle tables, enums and views with their columns, keys, indexes and references",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["drizzle-orm", "drizzle-kit"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// One file with what is needed to read its tables.
struct Tables<'f, 'a> {
    cx: &'f FileCx<'a>,
    root: Node<'a>,
    origins: Origins,
    engine: Engine,
}

/// The modules that make columns, and the engine of each.
const CORES: &[(&str, Engine)] = &[
    ("drizzle-orm/pg-core", Engine::Sql(Dialect::Postgres)),
    ("drizzle-orm/mysql-core", Engine::Sql(Dialect::MySql)),
    ("drizzle-orm/singlestore-core", Engine::Sql(Dialect::MySql)),
    ("drizzle-orm/sqlite-core", Engine::Sql(Dialect::Sqlite)),
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    settings(cx, sink);
    let Some((_, engine)) = CORES.iter().find(|(module, _)| origins.any_from(&[*module])) else { return };
    let tables = Tables { cx, root: tree.root_node(), origins, engine: *engine };
    for (name, value) in tables.constants() {
        if let Some((line, fact)) = Chain::of(value, cx.text).and_then(|chain| tables.declared(name, &chain, value, sink)) {
            sink.fact(line, fact);
        }
    }
    tables.shared_columns(sink);
    tables.held_columns(sink);
}

/// `casing: 'snake_case'` of `drizzle()` or of the configuration decides the names of columns without one.
fn settings(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for call in cx.matches(&QUERY).iter().filter_map(|found| found.node("call")) {
        if !matches!(called::function(call, cx.text), Some("defineConfig" | "drizzle")) {
            continue;
        }
        let arguments = values::arguments(call, cx.text);
        let casing = arguments.iter().find_map(|argument| argument.get("casing")?.as_text());
        let naming = match casing {
            Some("snake_case") => Naming::Snake,
            Some("camelCase") => Naming::Camel,
            _ => continue,
        };
        let store = EntityStore { mapper: Mapper::Drizzle, engine: None, naming: Some(naming), schema: None, defaults: None };
        sink.fact(cx.line(call.start_byte()), Fact::EntityStore(store));
    }
}

impl<'a> Tables<'_, 'a> {
    /// The table, enum or view that a constant holds.
    fn declared(&self, name: &str, chain: &Chain<'a>, value: Node<'a>, sink: &mut Sink<'_>) -> Option<(u32, Fact)> {
        let function = chain.base();
        let receiver = function.rsplit_once('.').map_or("", |(receiver, _)| receiver);
        let line = self.cx.line(value.start_byte());
        let first = values::read(*chain.arguments().first()?, self.cx.text);
        let schema = self.schema(receiver);
        let original = self.origins.original(function);
        let is_own = schema.is_some() || self.is_core(function);
        match original.rsplit('.').next().unwrap_or(original) {
            "pgEnum" | "enum" if is_own => {
                let stated = first.as_text()?.to_owned();
                let values = self.texts(*chain.arguments().get(1)?);
                if values.is_empty() {
                    sink.gap(GapCode::UnresolvedReference, Some(line), format!("the values of the enum {stated} come from another place"));
                }
                let name = name.to_owned();
                let one = EntityEnum { mapper: Mapper::Drizzle, name, mapped: Some(stated), schema, values, renamed: Vec::new() };
                Some((line, Fact::EntityEnum(one)))
            }
            "pgView" | "pgMaterializedView" | "mysqlView" | "sqliteView" if is_own => {
                let entity = self.entity(name.to_owned(), first, schema)?;
                Some((line, Fact::Entity(Box::new(Entity { kind: EntityKind::View, ..entity }))))
            }
            _ => self.table((name, schema), chain, value).map(|entity| (line, Fact::Entity(Box::new(entity)))),
        }
    }

    /// A call with a name and columns of Drizzle is a table, whatever function of the program makes it.
    fn table(&self, (name, schema): (&str, Option<String>), chain: &Chain<'a>, value: Node<'a>) -> Option<Entity> {
        let is_told = schema.is_some() || self.is_core(chain.base()) && self.origins.original(chain.base()).ends_with("Table");
        let columns = self.object(*chain.arguments().get(1)?).filter(|columns| is_told || self.holds_columns(*columns))?;
        let stated = self.created_name(chain.base(), values::read(*chain.arguments().first()?, self.cx.text));
        let mut entity = self.entity(name.to_owned(), stated, schema)?;
        entity.doc = value.parent().and_then(|declarator| doc_comment::of(declarator.parent()?, self.cx.text));
        self.add_columns(&mut entity, columns);
        if let Some(more) = chain.arguments().get(2) {
            extra::add(self, &mut entity, *more);
        }
        Some(entity)
    }

    /// Whether an object holds columns that functions of Drizzle make; `t.text()` of a callback is one too.
    fn holds_columns(&self, object: Node<'a>) -> bool {
        let chains = children(object).into_iter().filter_map(|entry| Chain::of(entry.child_by_field_name("value")?, self.cx.text));
        let of_callback = object.parent().is_some_and(|parent| matches!(parent.kind(), "arrow_function" | "parenthesized_expression"));
        chains.into_iter().any(|chain| self.is_core(chain.base()) || of_callback && column::is_known(chain.base(), self.engine))
    }

    fn entity(&self, name: String, table: Value, schema: Option<String>) -> Option<Entity> {
        matches!(table, Value::Text(_) | Value::Name(_) | Value::Concat(_)).then(|| Entity {
            table: Some(table),
            schema: schema.map(Value::Text),
            engine: Some(self.engine),
            ..Entity::new(Mapper::Drizzle, name)
        })
    }

    /// The schema that a constant stands for: `const auth = pgSchema('auth')`.
    fn schema(&self, receiver: &str) -> Option<String> {
        let made = if receiver.is_empty() { return None } else { self.constant(receiver)? };
        match values::read(made, self.cx.text) {
            Value::Call(name, arguments) if name.ends_with("Schema") => arguments.first()?.as_text().map(str::to_owned),
            _ => None,
        }
    }

    /// The name of a table as its creator makes it: `const table = pgTableCreator((name) => `app_${name}`)`.
    fn created_name(&self, function: &str, name: Value) -> Value {
        let made = self.constant(function).filter(|made| made.kind() == "call_expression");
        let Some(made) = made else { return name };
        let arguments = made.child_by_field_name("arguments").map(children).unwrap_or_default();
        let Some(creator) = arguments.first().filter(|one| one.kind() == "arrow_function") else { return name };
        let parameter = creator.child_by_field_name("parameters").or_else(|| creator.child_by_field_name("parameter"));
        let parameter =
            parameter.map(|one| text_of(one, self.cx.text).trim_matches(['(', ')']).split(':').next().unwrap_or("").trim().to_owned());
        let body = values::read(*creator, self.cx.text).with_arguments(&[parameter.unwrap_or_default()], &[name]);
        match &body {
            Value::Concat(parts) if parts.iter().all(|part| part.as_text().is_some()) => {
                Value::Text(parts.iter().filter_map(Value::as_text).collect())
            }
            _ => body,
        }
    }

    /// The value of a constant at the top of the file.
    fn constant(&self, name: &str) -> Option<Node<'a>> {
        self.constants().into_iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    fn constants(&self) -> Vec<(&'a str, Node<'a>)> {
        let inner = |one: Node<'a>| if one.kind() == "export_statement" { one.child_by_field_name("declaration") } else { Some(one) };
        let statements = children(self.root).into_iter().filter_map(inner).filter(|one| one.kind() == "lexical_declaration");
        let pair = |one: Node<'a>| {
            let name = one.child_by_field_name("name").filter(|_| one.kind() == "variable_declarator")?;
            Some((text_of(name, self.cx.text), unwrapped(one.child_by_field_name("value")?)))
        };
        statements.flat_map(children).filter_map(pair).collect()
    }

    /// An object, the constant that is one, or the one that a function gives back.
    fn object(&self, node: Node<'a>) -> Option<Node<'a>> {
        let node = unwrapped(node);
        let found = match node.kind() {
            "arrow_function" | "function_expression" => unwrapped(values::returned(node)?),
            "identifier" => self.constant(text_of(node, self.cx.text))?,
            _ => node,
        };
        (found.kind() == "object").then_some(found)
    }

    /// The texts of a list, also of a constant of this file.
    fn texts(&self, node: Node<'a>) -> Vec<String> {
        let node = unwrapped(node);
        let node = if node.kind() == "identifier" { self.constant(text_of(node, self.cx.text)).unwrap_or(node) } else { node };
        match values::read(node, self.cx.text) {
            Value::List(items) => items.iter().filter_map(|item| item.as_text().map(str::to_owned)).collect(),
            Value::Map(entries) => entries.iter().filter_map(|(_, value)| value.as_text().map(str::to_owned)).collect(),
            _ => Vec::new(),
        }
    }

    fn add_columns(&self, entity: &mut Entity, columns: Node<'a>) {
        for entry in children(columns) {
            let line = self.cx.line(entry.start_byte());
            match entry.kind() {
                "pair" => {
                    let (Some(key), Some(value)) = (entry.child_by_field_name("key"), entry.child_by_field_name("value")) else { continue };
                    let name = text_of(key, self.cx.text).trim_matches(['\'', '"']).to_owned();
                    let property = Property::new(name, PropertyKind::Column(column::unknown()), line);
                    if let Some(chain) = Chain::of(value, self.cx.text) {
                        column::add(self, entity, property, (&chain, entry));
                    } else if value.kind() == "identifier" {
                        column::add_held(entity, property, text_of(value, self.cx.text));
                    }
                }
                // `...timestamps`, `...timestamps()`
                "spread_element" => {
                    let spread = children(entry).first().copied();
                    let name = spread.map(|node| values::callee(node.child_by_field_name("function").unwrap_or(node), self.cx.text));
                    if let Some(entity_name) = name.filter(|name| !name.is_empty()) {
                        let kind = PropertyKind::Embedded { entity: entity_name.clone(), prefix: String::new() };
                        entity.properties.push(Property::new(entity_name, kind, line));
                    }
                }
                _ => {}
            }
        }
    }

    /// Objects of columns, and functions that give one back: other tables spread them.
    fn shared_columns(&self, sink: &mut Sink<'_>) {
        for (name, value) in self.constants() {
            let Some(object) = self.object(value).filter(|_| value.kind() != "identifier") else { continue };
            if self.holds_columns(object) {
                let mut entity = Entity { kind: EntityKind::Base, engine: Some(self.engine), ..Entity::new(Mapper::Drizzle, name) };
                self.add_columns(&mut entity, object);
                sink.fact(self.cx.line(object.start_byte()), Fact::Entity(Box::new(entity)));
            }
        }
    }

    /// Columns that constants hold, and functions that make one: emitted as a base with one column that has no name of its own.
    fn held_columns(&self, sink: &mut Sink<'_>) {
        for (name, value) in self.constants() {
            let made = if value.kind() == "arrow_function" { values::returned(value).map(unwrapped) } else { Some(value) };
            let chain = made.and_then(|made| Some((Chain::of(made, self.cx.text)?, made)));
            let Some((chain, made)) = chain.filter(|(chain, _)| self.is_core(chain.base())) else { continue };
            let original = self.origins.original(chain.base());
            if column::is_maker(original.rsplit('.').next().unwrap_or(original), self.engine) {
                let mut entity = Entity { kind: EntityKind::Base, engine: Some(self.engine), ..Entity::new(Mapper::Drizzle, name) };
                let line = self.cx.line(made.start_byte());
                column::add(self, &mut entity, Property::new("", PropertyKind::Column(column::unknown()), line), (&chain, made));
                entity.properties.truncate(1);
                sink.fact(line, Fact::Entity(Box::new(entity)));
            }
        }
    }

    /// Whether a name is a constant of this file, or of another file of the program.
    fn is_held(&self, name: &str) -> bool {
        let imported = self.origins.module(name).is_some_and(|module| !module.starts_with("drizzle-orm"));
        imported || self.constant(name).is_some_and(|value| value.kind() == "call_expression")
    }

    /// Whether a function makes columns: it comes from Drizzle.
    fn is_core(&self, function: &str) -> bool {
        self.origins.module(function).is_some_and(|module| module.starts_with("drizzle-orm/"))
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    #[test]
    fn tables_are_read() {
        let text = "
            import { sql } from 'drizzle-orm';
            import { pgTable as table, pgEnum, pgSchema, serial, text, varchar, timestamp, integer, index, uniqueIndex, primaryKey, check, foreignKey, jsonb } from 'drizzle-orm/pg-core';
            export const role = pgEnum('role', ['a', 'b']);
            const stamps = { createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).defaultNow().notNull() };
            const auth = pgSchema('auth');
            /** Somebody. */
            export const users = table('users', {
                id: serial('id').primaryKey(),
                email: varchar('email', { length: 320 }).notNull().unique(),
                role: role('role').default('a'),
                tags: text().array().default(sql`'{}'::text[]`),
                teamId: integer('team_id').references((): AnyPgColumn => teams.id, { onDelete: 'set null' }),
                ...stamps,
            }, (t) => [index('by_email').on(t.email.desc(), t.role), uniqueIndex().on(sql`lower(${t.email})`), check('long', sql`length(${t.email}) > 3`)]);
            export const teams = auth.table('teams', { a: integer().notNull(), b: integer() }, (t) => ({ pk: primaryKey({ columns: [t.a, t.b] }), fk: foreignKey({ columns: [t.b], foreignColumns: [users.id] }).onDelete('cascade') }));
        ";
        assert_eq!(
            facts("typescript.drizzle", "a.ts", text),
            "4 enum role = role [a, b]
5 entity stamps Base {createdAt as 'created_at': timestamp(3) with time zone = now()}
8 entity users Table 'users' {id as 'id': serial, email as 'email': varchar(320), -> role? = 'a', tags: text[]? = '{}'::text[], teamId as 'team_id': integer?, -> teams, stamps: (stamps)} Index by_email [email desc, role] UniqueIndex - [lower(email)] Check long []
16 entity teams Table 'teams' {a: integer, b: integer?, -> users} PrimaryKey - [a, b]"
        );
    }
}
