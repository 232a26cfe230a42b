//! What a migration in code does, step by step: takes the changes that a tool reads from its calls and emits them as facts.
//! Tells once for each loop or call that it cannot be read.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use tree_sitter::Node;

use super::scope::{Bound, Scope};
use super::walk::{Walk, patterns};
use super::{chain, embedding, engine};
use crate::extract::embedded::{self, EmbeddedSql, Run};
use crate::extract::typescript::values::{children, text_of, unwrapped};
use crate::extract::{FileCx, Sink};
use crate::finding::schema::{
    Dialect, Inclusion, ProcedureCall, SchemaChange, SchemaProcedure, SchemaReferences, SchemaScript, SchemaStatement, ScriptOrder,
};
use crate::finding::{Fact, Value};
use crate::gap::GapCode;

/// What the tools hand to a migration is called by these names.
const HANDLES: &[&str] = &["knex", "queryInterface", "queryRunner", "pgm", "trx"];

/// The steps of one migration.
pub(in crate::extract::typescript) struct Steps<'s, 'k, 'a> {
    pub(in crate::extract::typescript) cx: &'s FileCx<'a>,
    sink: &'s mut Sink<'k>,
    pub(in crate::extract::typescript) dialect: Dialect,
    count: u32,
    loops: BTreeSet<u32>,
    references: Rc<RefCell<SchemaReferences>>,
}

/// What a tool makes of a call, with the steps so far.
type Read<'r, 's, 'k, 'a, 't> = dyn FnMut(&mut Steps<'s, 'k, 'a>, &mut Walk<'a, 't>, Node<'t>) -> bool + 'r;

/// What a tool says of a migration as a whole.
pub(in crate::extract::typescript) struct Migration {
    pub(in crate::extract::typescript) tool: &'static str,
    pub(in crate::extract::typescript) order: ScriptOrder,
    pub(in crate::extract::typescript) has_down: bool,
}

impl<'s, 'k, 'a> Steps<'s, 'k, 'a> {
    /// Opens the migration that a file is.
    pub(in crate::extract::typescript) fn open(cx: &'s FileCx<'a>, sink: &'s mut Sink<'k>, migration: Migration) -> Self {
        let dialect = engine::of(cx, &sql_of(cx));
        let Migration { tool, order, has_down } = migration;
        let script = SchemaScript { dialect, tool: Some(tool), goes_back: false, has_down, is_template: false, order };
        sink.fact(1, Fact::SchemaScript(script));
        Self::new(cx, sink, dialect)
    }

    /// The steps of functions of a file that is no migration.
    pub(super) fn of_procedures(cx: &'s FileCx<'a>, sink: &'s mut Sink<'k>) -> Self {
        let dialect = engine::of(cx, &sql_of(cx));
        Self::new(cx, sink, dialect)
    }

    fn new(cx: &'s FileCx<'a>, sink: &'s mut Sink<'k>, dialect: Dialect) -> Self {
        Self { cx, sink, dialect, count: 0, loops: BTreeSet::new(), references: Rc::default() }
    }

    fn walk<'t>(&self, root: Node<'t>, function: Node<'t>) -> Walk<'a, 't> {
        Walk::new(Scope::new(root, function, self.cx.text, self.dialect).counting(Rc::clone(&self.references)))
    }

    /// Runs a function that goes forward.
    pub(in crate::extract::typescript) fn run<'t>(&mut self, root: Node<'t>, function: Node<'t>, read: &mut Read<'_, 's, 'k, 'a, 't>) {
        let mut walk = self.walk(root, function);
        let own = super::first_parameter(function, self.cx.text).unwrap_or_default();
        walk.function(function, &mut |walk, call| read(self, walk, call) || self.hand_on(walk, call, own));
    }

    /// Runs a function that migrations of other files call: what it is handed besides the tool's own object is known to them.
    pub(super) fn procedure<'t>(&mut self, root: Node<'t>, (name, function): (&str, Node<'t>), read: &mut Read<'_, 's, 'k, 'a, 't>) {
        let mut walk = self.walk(root, function);
        let parameters = patterns(function);
        let name_of = |pattern: &Node<'t>| (pattern.kind() == "identifier").then(|| text_of(*pattern, self.cx.text).to_owned());
        let bound: Vec<Bound<'t>> = parameters.iter().map(|one| walk.scope.parameter(&name_of(one).unwrap_or_default())).collect();
        let own = super::first_parameter(function, self.cx.text).unwrap_or_default();
        let (first, told) = (self.count + 1, self.sink.told());
        walk.call_with(function, &bound, &mut |walk, call| read(self, walk, call) || self.hand_on(walk, call, own));
        let parameters = parameters.iter().map(|one| name_of(one).unwrap_or_default()).collect();
        for gap in self.sink.take_gaps(told) {
            let statement = SchemaStatement { change: SchemaChange::Unread(gap.message), lenient: false, step: self.next() };
            self.sink.fact(gap.line.unwrap_or(1), Fact::SchemaStatement(Box::new(statement)));
        }
        let procedure = SchemaProcedure { name: name.to_owned(), parameters, steps: (first, self.count + 1) };
        let line = self.line(function);
        self.sink.fact(line, Fact::SchemaProcedure(procedure));
    }

    /// Tells what the marks of the steps stand for.
    pub(in crate::extract::typescript) fn close(self) {
        let references = self.references.take();
        if !references.0.is_empty() {
            self.sink.fact(1, Fact::SchemaReferences(references));
        }
    }

    /// A call that hands the tool's own object to a function of another file.
    fn hand_on(&mut self, walk: &Walk<'_, '_>, call: Node<'_>, own: &str) -> bool {
        let text = walk.scope.text;
        let Some(callee) = call.child_by_field_name("function").map(unwrapped) else { return false };
        let name = text_of(callee, text);
        let is_path = name.split('.').all(|part| !part.is_empty() && part.chars().all(|one| one.is_alphanumeric() || "_$".contains(one)));
        let given = call.child_by_field_name("arguments").map(children).unwrap_or_default();
        let is_own = |node: &Node<'_>| {
            let written = text_of(*node, text);
            !written.is_empty() && (written == own || HANDLES.contains(&written))
        };
        if !is_path || !given.iter().any(is_own) || walk.scope.import(name).is_none() {
            return false;
        }
        let arguments = given.iter().map(|node| walk.scope.value_of(*node)).collect();
        self.change(walk, call, false, SchemaChange::Call(ProcedureCall { name: name.to_owned(), arguments }));
        true
    }

    fn next(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    /// The line, from 1, that a node starts on.
    pub(in crate::extract::typescript) fn line(&self, node: Node<'_>) -> u32 {
        self.cx.line(node.start_byte())
    }

    /// A change that a call makes. `lenient`: the call itself says IF [NOT] EXISTS.
    pub(in crate::extract::typescript) fn change(&mut self, walk: &Walk<'_, '_>, call: Node<'_>, lenient: bool, change: SchemaChange) {
        if walk.is_dry() {
            return self.unknown_loop(call);
        }
        let step = self.next();
        let statement = SchemaStatement { change, lenient: lenient || walk.is_guarded(), step };
        self.sink.fact(self.line(call), Fact::SchemaStatement(Box::new(statement)));
    }

    /// SQL that a call runs; what is not known of it is told.
    pub(in crate::extract::typescript) fn sql<'t>(&mut self, walk: &Walk<'_, 't>, call: Node<'t>, text: Node<'t>) {
        if let Some(file) = self.file_of(walk, text) {
            return self.include(walk, call, file);
        }
        match embedding::of(&walk.scope, text) {
            Some(sql) => self.statements(walk, call, &sql),
            None => {
                let message = "what this call runs is known only when it runs; it may change the schema";
                self.gap(GapCode::DynamicStatement, call, message);
            }
        }
    }

    /// The file whose text an expression is, `.toString()` behind it or not.
    fn file_of<'t>(&self, walk: &Walk<'_, 't>, text: Node<'t>) -> Option<String> {
        let node = match walk.scope.resolve(text, walk.scope.len())? {
            Bound::Node(node, _) => unwrapped(node),
            Bound::Value(value) => return file_read(&value),
        };
        let (root, links) = chain::of(node, self.cx.text);
        let read = links.iter().find(|link| !matches!(link.name, "toString" | "trim"));
        file_read(&walk.scope.value_of(read.map_or(if links.is_empty() { node } else { root }, |link| link.call)))
    }

    /// Statements that a call runs.
    pub(in crate::extract::typescript) fn statements(&mut self, walk: &Walk<'_, '_>, call: Node<'_>, sql: &EmbeddedSql) {
        if walk.is_dry() {
            if changes_something(sql.text()) {
                self.unknown_loop(call);
            }
            return;
        }
        let run = Run { dialect: self.dialect, step: self.next(), guarded: walk.is_guarded() };
        embedded::read(self.cx, self.sink, sql, run);
    }

    /// Another file whose statements run here.
    fn include(&mut self, walk: &Walk<'_, '_>, call: Node<'_>, target: String) {
        let inclusion = Inclusion { target, from: self.cx.file.path.parent(), is_folder: false };
        self.change(walk, call, false, SchemaChange::Include(inclusion));
    }

    /// The entries of an object that an argument is, each with its line; `None` when it is no object.
    pub(in crate::extract::typescript) fn entries<'t>(&self, walk: &Walk<'_, 't>, node: Node<'t>) -> Option<Vec<(String, Value, u32)>> {
        let Value::Map(entries) = walk.scope.value_of(node) else { return None };
        let object = match walk.scope.resolve(node, walk.scope.len()) {
            Some(Bound::Node(node, _)) => unwrapped(node),
            _ => node,
        };
        let own = |entry: &Node<'t>| entry.child_by_field_name("key").unwrap_or(*entry);
        let keys: Vec<(&str, u32)> =
            children(object).iter().map(|entry| (text_of(own(entry), self.cx.text).trim_matches(['\'', '"']), self.line(*entry))).collect();
        let line = |name: &str| keys.iter().find(|(key, _)| *key == name).map_or(0, |(_, line)| *line);
        Some(entries.into_iter().map(|(name, value)| (name.clone(), value, line(&name))).collect())
    }

    /// What a call does is not understood.
    pub(in crate::extract::typescript) fn not_understood(&mut self, call: Node<'_>, name: &str) {
        let message = format!("what {name} is given is known only when it runs; what follows it was read");
        self.gap(GapCode::DynamicStatement, call, &message);
    }

    fn gap(&mut self, code: GapCode, call: Node<'_>, message: &str) {
        let line = self.line(call);
        self.sink.gap(code, Some(line), message);
    }

    /// A loop is told once, with the first line in it that changes something.
    pub(in crate::extract::typescript) fn unknown_loop(&mut self, call: Node<'_>) {
        let mut at = call;
        while let Some(parent) = at.parent().filter(|_| !is_loop(at)) {
            at = parent;
        }
        let line = self.line(at);
        if self.loops.insert(line) {
            let message = "a loop over what is known only when it runs changes the schema; its changes are not in it";
            self.sink.gap(GapCode::DynamicStatement, Some(line), message);
        }
    }
}

/// The file that a value is the text of: `readFileSync(path.join(__dirname, 'up.sql'), 'utf8')`.
fn file_read(value: &Value) -> Option<String> {
    let Value::Call(name, arguments) = value else { return None };
    let is_read = ["readFileSync", "readFile", "readTextFile"].iter().any(|verb| name.ends_with(verb));
    if is_read { path_text(arguments.first()?) } else { None }
}

/// A path as text, from the folder of the file that names it.
fn path_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Name(name) if name == "__dirname" || name == "import.meta.dirname" => Some(".".to_owned()),
        Value::Concat(parts) => parts.iter().map(path_text).collect::<Option<String>>(),
        Value::Call(name, parts) if name.ends_with("join") || name.ends_with("resolve") => {
            Some(parts.iter().map(path_text).collect::<Option<Vec<String>>>()?.join("/"))
        }
        _ => None,
    }
}

fn is_loop(node: Node<'_>) -> bool {
    matches!(node.kind(), "for_in_statement" | "for_statement" | "while_statement" | "do_statement" | "call_expression")
        && (node.kind() != "call_expression" || node.parent().is_some_and(|parent| parent.kind() != "member_expression"))
}

fn changes_something(sql: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    ["create ", "alter ", "drop ", "comment on"].iter().any(|verb| lower.contains(verb))
}

/// The texts of a file that look like SQL, for telling its dialect.
fn sql_of(cx: &FileCx<'_>) -> String {
    let Some(tree) = cx.tree() else { return String::new() };
    let mut cursor = tree.walk();
    let mut out = String::new();
    loop {
        let node = cursor.node();
        if matches!(node.kind(), "string" | "template_string") {
            let text = written(node, cx.text);
            if text.contains(' ') {
                out.push_str(&text.replace("\\`", "`").replace("\\\"", "\""));
                out.push('\n');
            }
        } else if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return out;
            }
        }
    }
}

/// What stands between the quotes, without what a template puts in.
fn written(node: Node<'_>, text: &str) -> String {
    let mut out = String::new();
    let mut from = node.start_byte() + 1;
    for inner in children(node).into_iter().filter(|child| child.kind() == "template_substitution") {
        out.push_str(text.get(from..inner.start_byte()).unwrap_or_default());
        from = inner.end_byte();
    }
    out + text.get(from..node.end_byte().saturating_sub(1)).unwrap_or_default()
}
