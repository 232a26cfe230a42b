//! Runs templates within limits: steps, depth of includes, size of output.
//! Where a branch decides whether a resource exists and does not hold, the resource is rendered too and marked as optional.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Templates;
use super::functions;
use super::library;
use super::parser::{Branch, Definitions, Kind, Node, Operand, Pipeline, parse};
use super::value::{Object, Value};

/// Steps of all files of one chart. The largest public charts take about a tenth.
const STEP_LIMIT: usize = 3_000_000;
/// Steps of one file, so that one that never ends leaves some for the others.
const FILE_STEP_LIMIT: usize = 1_000_000;
/// Includes that are open at once.
const DEPTH_LIMIT: usize = 48;
/// Branches and brackets that are open at once, those of all open includes together.
const NESTING_LIMIT: usize = 400;
/// Items that a list may have.
const LIST_LIMIT: usize = 20_000;
/// Bytes that one file, or one text in it, may have.
pub(super) const SIZE_LIMIT: usize = 4 * 1024 * 1024;

/// Stands before a resource that the values switch off; the condition follows on the line.
pub(crate) const OPTIONAL_BEGIN: &str = "# optional-begin: ";
/// Stands behind such a resource.
pub(crate) const OPTIONAL_END: &str = "# optional-end";

/// Why a part was not rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The line of the template, from 1.
    pub(crate) line: u32,
    /// What happened, without any value.
    pub(crate) why: String,
}

pub(super) enum Stop {
    Break,
    Continue,
    Fault(Fault),
}

pub(super) type Run<T> = Result<T, Stop>;

/// Runs the files of a chart one after the other; values that templates set are seen by later ones.
pub(crate) struct Renderer<'t> {
    templates: &'t Templates,
    /// Templates that texts given to `tpl` define.
    extra: Definitions,
    variables: Vec<(String, Value)>,
    out: String,
    steps: usize,
    /// Those at which the file that is rendered is given up.
    last_step: usize,
    depth: usize,
    nesting: usize,
    line: u32,
    /// Whether resources that are switched off are rendered too.
    optional: bool,
    /// What could not be found or refused to go on, each once.
    notes: BTreeSet<Fault>,
}

impl PartialOrd for Fault {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fault {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.line, &self.why).cmp(&(other.line, &other.why))
    }
}

impl<'t> Renderer<'t> {
    /// A renderer of a chart's templates. With `optional`, resources that are switched off are rendered between marks.
    pub(crate) fn new(templates: &'t Templates, optional: bool) -> Self {
        Self {
            templates,
            extra: Definitions::new(),
            variables: Vec::new(),
            out: String::new(),
            steps: 0,
            last_step: FILE_STEP_LIMIT,
            depth: 0,
            nesting: 0,
            line: 1,
            optional,
            notes: BTreeSet::new(),
        }
    }

    /// Renders a file. What could not be found on the way is in the second part.
    pub(crate) fn render(&mut self, file: &str, context: &Value) -> (Result<String, Fault>, Vec<Fault>) {
        let Some(nodes) = self.templates.files.get(file).cloned() else { return (Ok(String::new()), Vec::new()) };
        self.out.clear();
        (self.depth, self.nesting) = (0, 0);
        self.last_step = (self.steps + FILE_STEP_LIMIT).min(STEP_LIMIT);
        self.variables = vec![("".to_owned(), context.clone())];
        let result = match self.list(&nodes, context) {
            Ok(()) | Err(Stop::Break | Stop::Continue) => Ok(std::mem::take(&mut self.out)),
            Err(Stop::Fault(fault)) => Err(fault),
        };
        (result, std::mem::take(&mut self.notes).into_iter().collect())
    }

    /// A fault at the current line.
    pub(super) fn fault<T>(&self, why: impl Into<String>) -> Run<T> {
        Err(Stop::Fault(Fault { line: self.line, why: why.into() }))
    }

    /// Something that is missing, while rendering goes on.
    pub(super) fn note(&mut self, why: String) {
        self.notes.insert(Fault { line: self.line, why });
    }

    /// Counts work that is more than a step.
    pub(super) fn spend(&mut self, steps: usize) -> Run<()> {
        self.steps += steps;
        self.step()
    }

    /// Takes a value that a function is to go through, where it is of a size that can be gone through.
    pub(super) fn weigh(&mut self, value: &Value) -> Run<()> {
        if !matches!(value, Value::Map(_) | Value::List(_)) {
            return Ok(());
        }
        match value.weight() {
            Some(weight) => self.spend(weight / 8),
            None => self.fault("a value grows too large or holds itself"),
        }
    }

    /// Takes what a function made, where it is of a size that can be gone on with.
    pub(super) fn take(&mut self, value: Value) -> Run<Value> {
        let size = match &value {
            Value::Text(text) if text.len() > SIZE_LIMIT => return self.fault("a text grows too large"),
            Value::List(items) if items.len() > LIST_LIMIT => return self.fault("a list grows too large"),
            Value::Text(text) => text.len() / 64,
            Value::List(items) => items.len() / 64,
            _ => 0,
        };
        self.spend(size)?;
        Ok(value)
    }

    fn step(&mut self) -> Run<()> {
        self.steps += 1;
        if self.steps > self.last_step || self.out.len() > SIZE_LIMIT {
            return self.fault("the template takes too many steps or prints too much");
        }
        Ok(())
    }

    fn list(&mut self, nodes: &[Node], dot: &Value) -> Run<()> {
        let mark = self.variables.len();
        if self.nesting >= NESTING_LIMIT {
            return self.fault("branches and named templates nest too deep");
        }
        self.nesting += 1;
        let result = nodes.iter().try_for_each(|node| self.node(node, dot));
        self.nesting -= 1;
        self.variables.truncate(mark);
        result
    }

    fn node(&mut self, node: &Node, dot: &Value) -> Run<()> {
        self.step()?;
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    self.weigh(&value)?;
                    let text = value.print();
                    self.out.push_str(&text);
                }
            }
            Node::Branch(branch) => match branch.kind {
                Kind::If | Kind::With => self.choose(branch, dot)?,
                Kind::Range => self.range(branch, dot)?,
            },
            Node::Template(name, argument) => {
                let value = argument.as_ref().map_or(Ok(Value::Nil), |argument| self.pipeline(argument, dot))?;
                let text = self.include(name, &value)?;
                self.out.push_str(&text.print());
            }
            Node::Break => return Err(Stop::Break),
            Node::Continue => return Err(Stop::Continue),
        }
        Ok(())
    }

    fn choose(&mut self, branch: &Branch, dot: &Value) -> Run<()> {
        let mark = self.variables.len();
        let value = self.pipeline(&branch.condition, dot)?;
        let inner = if branch.kind == Kind::With { value.clone() } else { dot.clone() };
        let result = if value.is_true() {
            self.list(&branch.then, &inner)
        } else {
            if self.optional && branch.guards {
                let inner = if branch.kind == Kind::With { Value::Hole } else { dot.clone() };
                self.optionally(branch, &inner);
            }
            self.list(&branch.otherwise, dot)
        };
        self.variables.truncate(mark);
        result
    }

    /// Renders what is switched off, between marks; a fault in it only leaves it out.
    fn optionally(&mut self, branch: &Branch, dot: &Value) {
        let start = self.out.len();
        self.out.push_str(&format!("\n---\n{OPTIONAL_BEGIN}{}\n", condition(&branch.condition)));
        let (depth, notes) = (self.depth, self.notes.clone());
        match self.list(&branch.then, dot) {
            Err(Stop::Fault(_)) => self.out.truncate(start),
            _ => self.out.push_str(&format!("\n{OPTIONAL_END}\n---\n")),
        }
        // What is missing in something that is switched off is no gap.
        (self.depth, self.notes) = (depth, notes);
    }

    fn range(&mut self, branch: &Branch, dot: &Value) -> Run<()> {
        let variables = branch.condition.variables.clone();
        let bare = Pipeline { variables: Vec::new(), declares: false, commands: Vec::new(), line: branch.condition.line };
        let value = self.commands(&branch.condition, &bare, dot)?;
        let items: Vec<(Value, Value)> = match &value {
            Value::List(items) => items.iter().enumerate().map(|(at, item)| (Value::Int(at as i64), item.clone())).collect(),
            Value::Map(map) => map.borrow().iter().map(|(key, value)| (Value::text(key.as_str()), value.clone())).collect(),
            Value::Object(Object::Files(files)) => {
                files.iter().map(|(path, text)| (Value::text(path.as_str()), Value::text(text.as_str()))).collect()
            }
            Value::Int(count) => (0..(*count).clamp(0, 10_000)).map(|at| (Value::Int(at), Value::Int(at))).collect(),
            Value::Hole => vec![(Value::Hole, Value::Hole)],
            _ => Vec::new(),
        };
        if items.is_empty() {
            if self.optional && branch.guards {
                let mark = self.variables.len();
                self.variables.extend(variables.iter().map(|name| (name.clone(), Value::Hole)));
                self.optionally(branch, &Value::Hole);
                self.variables.truncate(mark);
            }
            return self.list(&branch.otherwise, dot);
        }
        for (key, item) in items {
            let mark = self.variables.len();
            match variables.as_slice() {
                [one] => self.variables.push((one.clone(), item.clone())),
                [first, second, ..] => self.variables.extend([(first.clone(), key), (second.clone(), item.clone())]),
                [] => {}
            }
            let result = self.list(&branch.then, &item);
            self.variables.truncate(mark);
            match result {
                Ok(()) | Err(Stop::Continue) => {}
                Err(Stop::Break) => break,
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// The value of a pipeline, its variables set.
    pub(super) fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Run<Value> {
        let value = self.commands(pipeline, pipeline, dot)?;
        for name in &pipeline.variables {
            if pipeline.declares {
                self.variables.push((name.clone(), value.clone()));
            } else if let Some((_, known)) = self.variables.iter_mut().rev().find(|(known, _)| known == name) {
                *known = value.clone();
            }
        }
        Ok(value)
    }

    fn commands(&mut self, pipeline: &Pipeline, at: &Pipeline, dot: &Value) -> Run<Value> {
        self.line = at.line;
        let mut last = None;
        for command in &pipeline.commands {
            self.step()?;
            last = Some(self.command(command, last.take(), dot)?);
        }
        Ok(last.unwrap_or_default())
    }

    fn command(&mut self, command: &[Operand], last: Option<Value>, dot: &Value) -> Run<Value> {
        let Some((first, rest)) = command.split_first() else { return Ok(Value::Nil) };
        match first {
            Operand::Function(name) if matches!(name.as_str(), "and" | "or") => self.short(name == "and", rest, last, dot),
            Operand::Function(name) => {
                let arguments = self.arguments(rest, last, dot)?;
                functions::call(self, name, arguments)
            }
            Operand::Field(fields) => self.chain(dot.clone(), fields, (rest, last), dot),
            Operand::Variable(name, fields) => {
                let value = self.variable(name);
                self.chain(value, fields, (rest, last), dot)
            }
            Operand::Group(pipeline, fields) => {
                let value = self.scoped(pipeline, dot)?;
                self.chain(value, fields, (rest, last), dot)
            }
            constant => self.operand(constant, dot),
        }
    }

    /// `and` and `or` stop at the first operand that decides.
    fn short(&mut self, and: bool, rest: &[Operand], last: Option<Value>, dot: &Value) -> Run<Value> {
        let mut value = Value::Nil;
        for operand in rest {
            value = self.operand(operand, dot)?;
            if value.is_true() != and {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    fn arguments(&mut self, rest: &[Operand], last: Option<Value>, dot: &Value) -> Run<Vec<Value>> {
        let mut all = Vec::with_capacity(rest.len() + 1);
        for operand in rest {
            all.push(self.operand(operand, dot)?);
        }
        all.extend(last);
        Ok(all)
    }

    fn operand(&mut self, operand: &Operand, dot: &Value) -> Run<Value> {
        self.step()?;
        Ok(match operand {
            Operand::Text(text) => Value::Text(Rc::clone(text)),
            Operand::Int(number) => Value::Int(*number),
            Operand::Float(number) => Value::Float(*number),
            Operand::Bool(value) => Value::Bool(*value),
            Operand::Nil => Value::Nil,
            Operand::Function(name) => return functions::call(self, name, Vec::new()),
            Operand::Field(fields) => return self.chain(dot.clone(), fields, (&[], None), dot),
            Operand::Variable(name, fields) => {
                let value = self.variable(name);
                return self.chain(value, fields, (&[], None), dot);
            }
            Operand::Group(pipeline, fields) => {
                let value = self.scoped(pipeline, dot)?;
                return self.chain(value, fields, (&[], None), dot);
            }
        })
    }

    fn scoped(&mut self, pipeline: &Pipeline, dot: &Value) -> Run<Value> {
        let line = self.line;
        if self.nesting >= NESTING_LIMIT {
            return self.fault("brackets and named templates nest too deep");
        }
        self.nesting += 1;
        let value = self.pipeline(pipeline, dot);
        self.nesting -= 1;
        self.line = line;
        value
    }

    fn variable(&self, name: &str) -> Value {
        self.variables.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The fields of a value one after the other; the last one of an object is a method.
    fn chain(&mut self, mut value: Value, fields: &[String], (rest, last): (&[Operand], Option<Value>), dot: &Value) -> Run<Value> {
        for field in fields {
            value = match &value {
                Value::Object(object) => {
                    let object = object.clone();
                    let arguments = self.arguments(rest, last, dot)?;
                    return Ok(method(&object, field, &arguments));
                }
                other => other.get(field),
            };
        }
        Ok(value)
    }

    /// Runs a named template into a text.
    pub(super) fn include(&mut self, name: &str, argument: &Value) -> Run<Value> {
        let nodes =
            self.extra.get(name).or_else(|| self.templates.definitions.get(name)).or_else(|| self.templates.files.get(name)).cloned();
        let Some(nodes) = nodes else {
            return match library::call(self, name, argument)? {
                Some(value) => Ok(value),
                None => {
                    self.note(format!("the named template {name} is not in the repository"));
                    Ok(Value::Hole)
                }
            };
        };
        self.nested(&nodes, argument)
    }

    /// Runs a text as a template.
    pub(super) fn run_text(&mut self, text: &str, argument: &Value) -> Run<Value> {
        if !text.contains("{{") {
            return Ok(Value::text(text));
        }
        self.spend(text.len() / 64)?;
        let mut definitions = std::mem::take(&mut self.extra);
        let parsed = parse(text, &mut definitions);
        self.extra = definitions;
        match parsed {
            Ok(nodes) => self.nested(&nodes, argument),
            Err((_, why)) => self.fault(format!("a text given to tpl is no template: {why}")),
        }
    }

    fn nested(&mut self, nodes: &[Node], argument: &Value) -> Run<Value> {
        if self.depth >= DEPTH_LIMIT {
            return self.fault("named templates include each other too deep");
        }
        self.depth += 1;
        let (out, line) = (std::mem::take(&mut self.out), self.line);
        let variables = std::mem::replace(&mut self.variables, vec![("".to_owned(), argument.clone())]);
        let result = self.list(nodes, argument);
        self.variables = variables;
        let text = std::mem::replace(&mut self.out, out);
        self.line = line;
        self.depth -= 1;
        match result {
            Ok(()) | Err(Stop::Break | Stop::Continue) => Ok(Value::text(text)),
            Err(fault) => Err(fault),
        }
    }
}

/// A method of an object.
fn method(object: &Object, name: &str, arguments: &[Value]) -> Value {
    let first = arguments.first().map(Value::print).unwrap_or_default();
    match (object, name) {
        (Object::ApiVersions, "Has") => Value::Bool(library::has_api(&first)),
        (Object::Files(files), "Get") => Value::text(files.get(&first).cloned().unwrap_or_default()),
        (Object::Files(files), "Lines") => {
            Value::list(files.get(&first).map(|text| text.lines().map(Value::text).collect()).unwrap_or_default())
        }
        (Object::Files(files), "Glob") => {
            let chosen = files.iter().filter(|(path, _)| library::matches_glob(&first, path));
            Value::Object(Object::Files(Rc::new(chosen.map(|(path, text)| (path.clone(), text.clone())).collect())))
        }
        (Object::Files(files), "AsConfig" | "AsSecrets") => {
            let entries = files.keys().map(|path| (path.rsplit('/').next().unwrap_or(path).to_owned(), Value::Hole));
            let names: Vec<String> = entries.map(|(name, _)| format!("{name}: \"\"")).collect();
            Value::text(names.join("\n"))
        }
        _ => Value::Hole,
    }
}

/// The values that a condition names, for a person: `ingress.enabled`.
fn condition(pipeline: &Pipeline) -> String {
    let mut names = Vec::new();
    let mut others = Vec::new();
    gather(pipeline, &mut names, &mut others);
    let chosen = if names.is_empty() { others } else { names };
    if chosen.is_empty() { "a condition of the template".to_owned() } else { chosen.join(" and ") }
}

fn gather(pipeline: &Pipeline, names: &mut Vec<String>, others: &mut Vec<String>) {
    for operand in pipeline.commands.iter().flatten() {
        match operand {
            Operand::Field(fields) | Operand::Variable(_, fields) => {
                let values = fields.split_first().filter(|(first, _)| *first == "Values").map(|(_, rest)| rest.join("."));
                if let Some(name) = values.filter(|name| !name.is_empty() && !names.contains(name)) {
                    names.push(name);
                } else if let Operand::Variable(name, _) = operand
                    && !name.is_empty()
                {
                    others.push([std::slice::from_ref(name), fields.as_slice()].concat().join("."));
                }
            }
            Operand::Text(text) if text.contains('.') => others.push(text.to_string()),
            // The parser bounds the depth of groups.
            Operand::Group(inner, _) => gather(inner, names, others),
            _ => {}
        }
    }
}
