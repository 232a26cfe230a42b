//! Migrations of FluentMigrator: what `Up` asks for, in written order; the number of the attribute says the place of a migration.
//! Source: the documentation of FluentMigrator. `Down` is never applied.

mod chain;
mod changes;
mod columns;
mod constraints;
mod types;

use tree_sitter::Node;

use super::nodes::{child_of, children, field, is_dead, members, text_of};
use super::{attributes, sql_text};
use crate::classify::FileKind;
use crate::extract::embedded::{self, Run};
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::schema::{Dialect, SchemaScript, SchemaStatement, ScriptOrder};
use crate::finding::{Fact, Value};
use crate::gap::GapCode;
use crate::location::RepoPath;
use crate::syntax::query::QueryFile;
use chain::{Chain, Link, Names};
use columns::Scope;

static QUERY: QueryFile = QueryFile { id: "csharp/fluent_migrator", text: include_str!("../../../../queries/csharp/fluent_migrator.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.fluent_migrator",
    about: "FluentMigrator migrations: tables, columns, keys, indexes, schemas and SQL, in the order of their numbers",
    kinds: &[FileKind::CSharp],
    markers: &["override void Up()"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// Methods of a class call each other no deeper than this.
const DEPTH: usize = 8;
/// Project files beyond which the engine is not looked for.
const PROJECTS: usize = 64;

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let classes = cx.matches(&QUERY).into_iter().filter_map(|found| found.node("class")).filter(|node| !is_dead(*node));
    let mut migrations: Vec<(u64, Node<'_>)> = Vec::new();
    for class in classes.filter(|node| is_migration(*node, cx.text)) {
        match version(class, cx.text) {
            Some(Some(version)) => migrations.push((version, class)),
            Some(None) => {
                let message = "the number of a migration is computed; what it changes is left out";
                sink.gap(GapCode::DynamicStatement, Some(cx.line(class.start_byte())), message);
            }
            None => {}
        }
    }
    migrations.sort_by_key(|(version, _)| *version);
    let Some((first, _)) = migrations.first() else { return };
    let has_down = migrations.iter().any(|(_, class)| goes_back(*class, cx.text));
    let dialect = dialect(cx);
    let (tool, order) = (Some("FluentMigrator"), ScriptOrder::Number(*first));
    sink.fact(1, Fact::SchemaScript(SchemaScript { dialect, tool, goes_back: false, has_down, is_template: false, order }));
    let mut run = Reader { cx, sink, names: Names::new(cx.text), dialect, step: 0 };
    for (_, class) in migrations {
        run.names.enter_class(class);
        if let Some(body) = method(class, "Up", cx.text) {
            run.body(class, body, (false, DEPTH));
        }
    }
    let references = run.names.into_references();
    if !references.0.is_empty() {
        sink.fact(1, Fact::SchemaReferences(references));
    }
}

/// Whether a base of the class is called a migration, as those of the tool and their heirs are.
fn is_migration(class: Node<'_>, text: &str) -> bool {
    // The migrations of Entity Framework 6 are written as classes of another base, whose `Up` speaks no chain.
    child_of(class, "base_list").is_some_and(|bases| {
        let bases = text_of(bases, text);
        bases.contains("Migration") && !bases.contains("DbMigration")
    })
}

/// The number in the attribute; the inner `None` for one that is computed, the outer for a class that is no step.
fn version(class: Node<'_>, text: &str) -> Option<Option<u64>> {
    let attributes = attributes::of(class, text);
    let attribute = attributes.iter().find(|one| one.name.ends_with("Migration"))?;
    let number = |value: &Value| match value {
        Value::Number(number) => number.parse::<u64>().ok(),
        _ => None,
    };
    match attribute.name.as_str() {
        "Migration" => Some(attribute.arguments.first().and_then(number)),
        "TimestampedMigration" => {
            let parts: Vec<u64> = attribute.arguments.iter().map_while(number).collect();
            let at = |place: usize| parts.get(place).copied().unwrap_or_default();
            let day = (at(0) * 100 + at(1)) * 100 + at(2);
            Some((parts.len() >= 5).then(|| ((day * 100 + at(3)) * 100 + at(4)) * 100 + at(5)))
        }
        _ => Some(None),
    }
}

/// Whether it says how to go back, or leaves that to the tool.
fn goes_back(class: Node<'_>, text: &str) -> bool {
    let is_reversing = child_of(class, "base_list").is_some_and(|bases| text_of(bases, text).contains("AutoReversingMigration"));
    is_reversing || method(class, "Down", text).is_some_and(|body| body.kind() != "block" || !members(body).is_empty())
}

/// The body of a method of the class that takes nothing.
fn method<'t>(class: Node<'t>, name: &str, text: &str) -> Option<Node<'t>> {
    let all = class.child_by_field_name("body").map(members).unwrap_or_default();
    let method = all.into_iter().find(|one| {
        let takes_nothing = one.child_by_field_name("parameters").is_some_and(|list| children(list).is_empty());
        one.kind() == "method_declaration" && takes_nothing && field(*one, "name", text) == Some(name)
    });
    method.and_then(|method| method.child_by_field_name("body").or_else(|| child_of(method, "arrow_expression_clause")))
}

/// The engine whose packages the project of the file depends on, else the only one that any project does.
/// SQL Server, as for the other tools of .NET, where neither tells.
fn dialect(cx: &FileCx<'_>) -> Dialect {
    let all = cx.map().files_within(&RepoPath::new(""));
    let mut projects: Vec<_> = all.map(|file| &file.path).filter(|path| path.name().ends_with(".csproj")).collect();
    projects.sort_by_key(|path| std::cmp::Reverse(cx.file.path.is_within(&path.parent()).then(|| path.parent().as_str().len())));
    let mut seen: Vec<Dialect> = Vec::new();
    for path in projects.into_iter().take(PROJECTS) {
        let own = cx.companion(path).map(|text| engines(&text)).unwrap_or_default();
        if let ([only], true) = (own.as_slice(), cx.file.path.is_within(&path.parent())) {
            return *only;
        }
        seen.extend(own);
    }
    seen.sort();
    seen.dedup();
    match seen.as_slice() {
        [only] => *only,
        _ => Dialect::SqlServer,
    }
}

/// The engines of the packages that a project file names.
fn engines(project: &str) -> Vec<Dialect> {
    let packages = project.split("Include=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let of = |package: &str| match package {
        "Npgsql" => Some(Dialect::Postgres),
        "Microsoft.Data.SqlClient" | "System.Data.SqlClient" => Some(Dialect::SqlServer),
        "MySqlConnector" | "MySql.Data" => Some(Dialect::MySql),
        "Microsoft.Data.Sqlite" | "System.Data.SQLite" | "System.Data.SQLite.Core" => Some(Dialect::Sqlite),
        other => other.strip_prefix("FluentMigrator.Runner.").and_then(types::engine),
    };
    let mut found: Vec<Dialect> = packages.filter_map(of).collect();
    found.sort();
    found.dedup();
    found
}

/// The way through the migrations of a file.
struct Reader<'r, 's, 't> {
    cx: &'r FileCx<'t>,
    sink: &'r mut Sink<'s>,
    names: Names<'t>,
    dialect: Dialect,
    step: u32,
}

impl<'t> Reader<'_, '_, 't> {
    fn body(&mut self, class: Node<'t>, body: Node<'t>, (guarded, depth): (bool, usize)) {
        self.names.enter(body);
        for chain in chain::of_body(body, self.cx.text) {
            let guarded = guarded || chain.guarded;
            match (chain.links.as_slice(), depth.checked_sub(1)) {
                ([call], Some(depth)) if call.is_call => match method(class, call.name, self.cx.text) {
                    Some(inner) => self.body(class, inner, (guarded, depth)),
                    None => self.tell(call, format!("what {} does is not followed; it may change the schema", call.name)),
                },
                _ => self.chain(&Chain { guarded, ..chain }),
            }
        }
    }

    fn chain(&mut self, chain: &Chain<'t>) {
        let mut links = chain.links.as_slice();
        while let [condition, rest @ ..] = links
            && condition.name == "IfDatabase"
        {
            match self.holds(condition) {
                Some(true) => links = rest,
                Some(false) => return,
                None => return self.tell(condition, "on which engine this runs is computed; the change is left out".to_owned()),
            }
        }
        let [root, head, rest @ ..] = links else { return };
        match (root.name, head.name) {
            ("Execute", "Sql") => self.sql(head, chain.guarded),
            ("Execute" | "Delegate", _) | (_, "Delegate") => {
                self.tell(head, format!("what {}.{} runs is not read; it may change the schema", root.name, head.name));
            }
            _ => self.changes(links, chain.guarded || rest.iter().any(|link| link.name == "IfExists")),
        }
    }

    /// Whether one of the databases that a condition names is the engine.
    fn holds(&self, condition: &Link<'t>) -> Option<bool> {
        let name = |node: &Node<'t>| match self.names.value(*node) {
            Value::Text(name) => Some(name),
            // `ProcessorIdConstants.Postgres` is called like what it holds.
            Value::Name(name) => name.rsplit_once("ProcessorIdConstants.").map(|(_, name)| name.to_owned()),
            _ => None,
        };
        let names: Option<Vec<String>> = condition.arguments.iter().map(name).collect();
        // A name that tells no engine is one that is not told apart here, and another than this.
        Some(names?.iter().any(|name| types::engine(name) == Some(self.dialect)))
    }

    fn sql(&mut self, head: &Link<'t>, guarded: bool) {
        let Some(argument) = head.arguments.first() else { return };
        match sql_text::of(*argument, self.cx.text) {
            Some(sql) => {
                self.step += 1;
                embedded::read(self.cx, self.sink, &sql, Run { dialect: self.dialect, step: self.step, guarded });
            }
            None => self.tell(head, "SQL of a migration that stands in another place is not read; it may change the schema".to_owned()),
        }
    }

    fn changes(&mut self, links: &[Link<'t>], guarded: bool) {
        let cx = self.cx;
        let line = |at: usize| cx.line(at);
        let scope = Scope { names: &self.names, dialect: self.dialect, line: &line };
        let Some(found) = changes::of(links, &scope) else {
            return self.tell(&links[0], format!("a name in {}.{} is computed; the change is left out", links[0].name, links[1].name));
        };
        for change in found.changes {
            self.step += 1;
            let statement = SchemaStatement { step: self.step, ..SchemaStatement::new(change, guarded) };
            self.sink.fact(cx.line(links[0].start), Fact::SchemaStatement(Box::new(statement)));
        }
        if let Some(name) = found.unknown.first() {
            self.tell(&links[0], format!("{name} is no method of FluentMigrator that is known; what it adds to the chain is left out"));
        }
    }

    fn tell(&mut self, link: &Link<'_>, message: String) {
        self.sink.gap(GapCode::DynamicStatement, Some(self.cx.line(link.start)), message);
    }
}
