//! Pipelines, commands and operands of a template: what an expression is worth where it stands.
//! Output and limits are the evaluator's own.

use std::rc::Rc;

use super::{NESTING_LIMIT, Renderer, Run};
use crate::syntax::gotemplate::functions;
use crate::syntax::gotemplate::library;
use crate::syntax::gotemplate::parser::{Operand, Pipeline};
use crate::syntax::gotemplate::value::{Object, Value};

impl Renderer<'_> {
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

    pub(super) fn commands(&mut self, pipeline: &Pipeline, at: &Pipeline, dot: &Value) -> Run<Value> {
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
