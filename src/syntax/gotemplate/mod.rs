//! Templates of Helm charts: Go's template language with the functions of Sprig and Helm, run offline within limits.
//! What only a cluster or a missing chart would tell is a hole, and the rest is still rendered. Nothing outside is read or run.

mod evaluate;
mod functions;
mod lexer;
mod library;
mod parser;
mod shared;
mod value;
mod yaml_value;

use std::collections::BTreeMap;
use std::rc::Rc;

pub(crate) use evaluate::{OPTIONAL_BEGIN, OPTIONAL_END, Renderer};
pub(crate) use library::KUBERNETES;
use parser::{Definitions, Node, ParseFault};
pub(crate) use value::{Object, Value, lay_over};
pub(crate) use yaml_value::from_yaml;

/// The templates of a chart and its subcharts, parsed.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    definitions: Definitions,
    files: BTreeMap<String, Rc<Vec<Node>>>,
}

impl Templates {
    /// Adds a file; what it defines replaces what an earlier file defines under the same name, as in Helm.
    pub(crate) fn add(&mut self, name: &str, text: &str) -> Result<(), ParseFault> {
        let nodes = parser::parse(text, &mut self.definitions)?;
        self.files.insert(name.to_owned(), Rc::new(nodes));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
