//! Liquibase: changelogs in XML, YAML and JSON, with what they include. What rolls back is never applied.
//! Order: the changelog that includes others says it; the linker puts them into their places.

mod changes;
mod tree;
mod types;

use std::collections::BTreeMap;

use super::embedded;
use crate::classify::FileKind;
use crate::extract::embedded::{EmbeddedSql, Run};
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::schema::{Dialect, Inclusion, SchemaChange, SchemaScript, SchemaStatement, ScriptOrder};
use crate::gap::GapCode;
use changes::Terms;
use tree::Element;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "sql.liquibase",
    about: "changelogs of Liquibase in XML, YAML and JSON: tables, columns, keys, indexes, SQL, included files",
    kinds: &[FileKind::Other, FileKind::Yaml, FileKind::Json],
    markers: &["databaseChangeLog"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Contexts that no server of production is started with.
const CONTEXTS_OF_TESTS: &[&str] = &["test", "tests", "testing", "faker", "integration-test"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let root = match (cx.file.kind, cx.file.path.extension()) {
        (FileKind::Yaml, _) => tree::of_yaml(cx.yaml()),
        (FileKind::Json, _) => cx.json(sink).and_then(tree::of_json),
        (_, "xml") => match tree::of_xml(cx.text) {
            Ok(root) => root,
            Err((line, message)) => {
                sink.gap(GapCode::SyntaxError, Some(line), format!("the file is not XML: {message}"));
                None
            }
        },
        _ => None,
    };
    let Some(root) = root else { return };
    let dialect = dialect(&root);
    let has_down = root.children.iter().any(|set| set.all("rollback").next().is_some());
    let script =
        SchemaScript { dialect, tool: Some("Liquibase"), goes_back: false, has_down, is_template: false, order: ScriptOrder::Included };
    sink.fact(1, Fact::SchemaScript(script));
    Changelog { cx, sink, dialect, step: 0, properties: BTreeMap::new() }.read(&root);
}

/// PostgreSQL, unless every set of the changelog is for MySQL.
fn dialect(root: &Element) -> Dialect {
    let is_mysql = |set: &Element| set.get("dbms").is_some_and(|dbms| dbms.contains("mysql") && !dbms.contains("postgres"));
    let mut sets = root.all("changeSet").peekable();
    if sets.peek().is_some() && sets.all(is_mysql) { Dialect::MySql } else { Dialect::Postgres }
}

/// Engines that contexts name.
const ENGINES: &[&str] = &["postgresql", "postgres", "mysql", "mariadb", "oracle", "mssql", "h2", "sqlite", "db2"];

/// Whether a context names engines, and this one is not among them.
fn is_for_another(context: &str, own: &[&str]) -> bool {
    let words = context.split(|char: char| !char.is_ascii_alphanumeric());
    let engines: Vec<&str> = words.filter(|word| ENGINES.contains(word)).collect();
    !engines.is_empty() && !context.contains('!') && !engines.iter().any(|engine| own.contains(engine))
}

struct Changelog<'a, 's, 'k> {
    cx: &'a FileCx<'a>,
    sink: &'s mut Sink<'k>,
    dialect: Dialect,
    step: u32,
    properties: BTreeMap<String, String>,
}

impl Changelog<'_, '_, '_> {
    fn read(&mut self, root: &Element) {
        for element in &root.children {
            if !self.applies(element) {
                continue;
            }
            match element.name.as_str() {
                "property" => {
                    if let (Some(name), Some(value)) = (element.get("name"), element.get("value")) {
                        // The first value of a property counts.
                        self.properties.entry(name.to_owned()).or_insert_with(|| value.to_owned());
                    }
                }
                "include" => self.include(element, "file", false),
                "includeAll" => self.include(element, "path", true),
                "changeSet" => self.change_set(element),
                _ => {}
            }
        }
    }

    /// Whether an element is for this engine, and not for tests alone.
    fn applies(&self, element: &Element) -> bool {
        let own: &[&str] = match self.dialect {
            Dialect::MySql => &["mysql", "mariadb"],
            _ => &["postgresql", "postgres"],
        };
        let items: Vec<&str> = element.get("dbms").unwrap_or("all").split(',').map(str::trim).collect();
        let named = |item: &&str| item.eq_ignore_ascii_case("all") || own.iter().any(|own| item.eq_ignore_ascii_case(own));
        let refused = items.iter().filter_map(|item| item.strip_prefix('!')).any(|item| named(&item));
        let is_ours = !refused && (items.iter().any(named) || items.iter().all(|item| item.starts_with('!')));
        let context = element.get("context").or_else(|| element.get("contextFilter")).unwrap_or_default().to_ascii_lowercase();
        is_ours && !CONTEXTS_OF_TESTS.contains(&context.trim()) && !is_for_another(&context, own)
    }

    fn emit(&mut self, line: u32, lenient: bool, change: SchemaChange) {
        self.step += 1;
        self.sink.fact(line, Fact::SchemaStatement(Box::new(SchemaStatement { change, lenient, step: self.step })));
    }

    fn include(&mut self, element: &Element, key: &str, is_folder: bool) {
        let written = element.get(key).or_else(|| Some(element.text.as_str()).filter(|text| !text.is_empty()));
        let Some(target) = written.map(str::to_owned) else { return };
        let inclusion = Inclusion { target, from: self.cx.file.path.parent(), is_folder };
        // A folder may be empty, and a file may stand in a library.
        let lenient = is_folder || element.get("errorIfMissing").is_some_and(|value| value == "false");
        self.emit(element.line, lenient, SchemaChange::Include(inclusion));
    }

    /// A set with conditions may be skipped: that it has nothing to do is no fault.
    fn change_set(&mut self, set: &Element) {
        let lenient = set.all("preConditions").next().is_some();
        for change in &set.children {
            if !self.applies(change) {
                continue;
            }
            match change.name.as_str() {
                "sql" => self.sql(change, lenient),
                "sqlFile" => self.include(change, "path", false),
                "rollback" | "preConditions" | "comment" | "validCheckSum" => {}
                _ => self.change(change, lenient),
            }
        }
    }

    fn change(&mut self, element: &Element, lenient: bool) {
        let terms = Terms { dialect: self.dialect, properties: &self.properties };
        match changes::of(&terms, element) {
            Some(changes) => changes.into_iter().for_each(|change| self.emit(element.line, lenient, change)),
            None => {
                let message = format!("this {} change was not understood; what follows it was read", element.name);
                self.sink.gap(GapCode::StatementNotUnderstood, Some(element.line), message);
            }
        }
    }

    fn sql(&mut self, element: &Element, guarded: bool) {
        let terms = Terms { dialect: self.dialect, properties: &self.properties };
        let written = if element.text.trim().is_empty() { element.get("sql").unwrap_or_default() } else { &element.text };
        let text = terms.filled(written);
        let mut sql = EmbeddedSql::default();
        match element.offset.filter(|_| text == element.text) {
            Some(offset) => sql.verbatim(&text, offset),
            None => sql.value(&text, self.offset_of(element.line)),
        }
        self.step += 1;
        embedded::read(self.cx, self.sink, &sql, Run { dialect: self.dialect, step: self.step, guarded });
    }

    /// Where a line starts in the file.
    fn offset_of(&self, line: u32) -> usize {
        let before = line.saturating_sub(1) as usize;
        self.cx.text.split_inclusive('\n').take(before).map(str::len).sum()
    }
}
