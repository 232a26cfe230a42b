//! The values that a condition names, as a person would say what switches a resource on.

use crate::syntax::gotemplate::parser::{Operand, Pipeline};

/// The values that a condition names, for a person: `ingress.enabled`.
pub(super) fn condition(pipeline: &Pipeline) -> String {
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
