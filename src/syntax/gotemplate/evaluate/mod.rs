//! Runs templates within limits: steps, depth of includes, size of output.
//! Where a branch decides whether a resource exists and does not hold, the resource is rendered too and marked as optional.

mod condition;
mod operands;

use std::collections::BTreeSet;

use super::Templates;
use super::library;
use super::parser::{Branch, Definitions, Kind, Node, Pipeline, parse};
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
        self.out.push_str(&format!("\n---\n{OPTIONAL_BEGIN}{}\n", condition::condition(&branch.condition)));
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
