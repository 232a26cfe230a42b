//! The statements of each script as they run: names of other files put in, functions of other files in the place of their call.
//! Orders nothing among scripts and applies nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::history::Script;
use crate::finding::schema::{ProcedureCall, SchemaChange, SchemaProcedure, SchemaReferences, SchemaScript, SchemaStatement};
use crate::finding::{Fact, Value};
use crate::gap::{Gap, GapCode};
use crate::link::Input;
use crate::link::names::Names;
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// Functions that call each other nest no deeper than this.
const DEPTH: usize = 8;

/// What one file states.
#[derive(Default)]
struct File<'a> {
    script: Option<&'a SchemaScript>,
    /// In their turn.
    statements: Vec<(&'a Location, &'a SchemaStatement)>,
    procedures: BTreeMap<&'a str, &'a SchemaProcedure>,
    references: Option<&'a SchemaReferences>,
}

/// The scripts that facts speak of, by path.
pub(super) fn scripts<'a>(input: &Input<'a>, model: &mut Model) -> Vec<Script<'a>> {
    let files = files(input);
    let mut run = Run { files: &files, names: &input.names, gaps: Vec::new() };
    let mut scripts = Vec::new();
    for (path, file) in &files {
        let Some(script) = file.script else { continue };
        let mut statements = Vec::new();
        run.file(path, file, &mut statements);
        scripts.push(Script { path: (*path).clone(), script, statements, files: 1, has_down: script.has_down });
    }
    model.gaps.append(&mut run.gaps);
    scripts
}

fn files<'a>(input: &Input<'a>) -> BTreeMap<&'a RepoPath, File<'a>> {
    let mut files: BTreeMap<&RepoPath, File<'_>> = BTreeMap::new();
    for finding in input.findings {
        let path = &finding.at.path;
        match &finding.fact {
            Fact::SchemaScript(script) => files.entry(path).or_default().script = Some(script),
            Fact::SchemaStatement(statement) => files.entry(path).or_default().statements.push((&finding.at, statement)),
            Fact::SchemaProcedure(one) => _ = files.entry(path).or_default().procedures.insert(&one.name, one),
            Fact::SchemaReferences(references) => files.entry(path).or_default().references = Some(references),
            _ => {}
        }
    }
    files.values_mut().for_each(|file| file.statements.sort_by_key(|(_, statement)| statement.step));
    files
}

/// The way through the files.
struct Run<'r, 'a> {
    files: &'r BTreeMap<&'a RepoPath, File<'a>>,
    names: &'r Names<'a>,
    gaps: Vec<Gap>,
}

/// The statements of a script.
type Statements<'a> = Vec<(&'a Location, Cow<'a, SchemaStatement>)>;

/// From where statements run, and under which circumstances.
#[derive(Clone, Copy)]
struct Turn<'v> {
    path: &'v RepoPath,
    /// What the marks of the file stand for.
    values: Option<&'v SchemaReferences>,
    /// Whether a condition stands around the call of the function.
    guarded: bool,
    depth: usize,
}

impl<'a> Run<'_, 'a> {
    fn file(&mut self, path: &RepoPath, file: &File<'a>, into: &mut Statements<'a>) {
        let values = file.references.map(|one| self.values(path, one, &[]));
        let turn = Turn { path, values: values.as_ref(), guarded: false, depth: DEPTH };
        file.statements.iter().for_each(|(at, statement)| self.put(turn, (at, statement), into));
    }

    /// What marks stand for: arguments for the names of parameters, else what the names mean in the file.
    fn values(&self, path: &RepoPath, marks: &SchemaReferences, given: &[(&str, Value)]) -> SchemaReferences {
        let value = |mark: &Value| match mark {
            Value::Name(name) if given.iter().any(|(parameter, _)| parameter == name) => {
                given.iter().find(|(parameter, _)| parameter == name).map_or_else(|| mark.clone(), |(_, value)| value.clone())
            }
            Value::Call(_, arguments) => listed(arguments.first().map(|whole| self.names.resolve(path, whole))),
            other => self.names.resolve(path, other),
        };
        SchemaReferences(marks.0.iter().map(value).collect())
    }

    fn put(&mut self, turn: Turn<'_>, (at, statement): (&'a Location, &'a SchemaStatement), into: &mut Statements<'a>) {
        if let SchemaChange::Call(call) = &statement.change {
            return self.call(Turn { guarded: turn.guarded || statement.lenient, ..turn }, call, into);
        }
        if turn.values.is_none() && !turn.guarded {
            return into.push((at, Cow::Borrowed(statement)));
        }
        let mut own = statement.clone();
        own.lenient |= turn.guarded;
        match turn.values.map_or(Ok(()), |values| values.settle(&mut own.change)) {
            Ok(()) => into.push((at, Cow::Owned(own))),
            Err(_) => self.tell(at, "a name or text in it is known only when it runs; it may change the schema"),
        }
    }

    /// The statements of a function in the place of its call. A function of a package, or one that changes no catalog, adds nothing.
    fn call(&mut self, turn: Turn<'_>, call: &'a ProcedureCall, into: &mut Statements<'a>) {
        let definition = self.names.member_definition(turn.path, &call.name);
        let found = definition.file.as_ref().and_then(|path| {
            let (path, file) = self.files.get_key_value(path)?;
            Some((*path, file, *file.procedures.get(definition.name.as_str())?))
        });
        let Some((path, file, procedure)) = found.filter(|_| turn.depth > 0) else { return };
        let argument =
            |value: &Value| turn.values.and_then(|values| values.filled(value)).unwrap_or_else(|| self.names.resolve(turn.path, value));
        let given: Vec<(&str, Value)> = procedure.parameters.iter().map(String::as_str).zip(call.arguments.iter().map(argument)).collect();
        let values = file.references.map(|one| self.values(path, one, &given));
        let inner = Turn { path, values: values.as_ref(), guarded: turn.guarded, depth: turn.depth - 1 };
        let (first, end) = procedure.steps;
        let own = file.statements.iter().filter(|(_, one)| (first..end).contains(&one.step));
        for (line, statement) in own {
            match &statement.change {
                SchemaChange::Unread(why) => self.tell(line, why),
                _ => self.put(inner, (line, statement), into),
            }
        }
    }

    fn tell(&mut self, at: &Location, why: &str) {
        self.gaps.push(Gap::line(GapCode::DynamicStatement, &at.path, at.line, why.to_owned()));
    }
}

/// The values of an object, as `Object.values` gives them.
fn listed(whole: Option<Value>) -> Value {
    match whole {
        Some(Value::Map(entries)) => Value::List(entries.into_iter().map(|(_, value)| value).collect()),
        Some(other) => other,
        None => Value::Opaque(String::new()),
    }
}
