//! `ci`: what each pipeline is started by and what its jobs do.

use crate::finding::{Fact, Pipeline};
use crate::link::Input;
use crate::link::sentence::{counted, joined};
use crate::model::Model;

/// Beyond this many only the number of jobs is told.
const NAMED_JOBS: usize = 12;

pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    for finding in input.findings {
        if let Fact::Pipeline(pipeline) = &finding.fact {
            let path = finding.at.path.as_str();
            model.prove(&finding.at, "pipeline", &["configuration", "ci", path]);
            model.configuration.ci.insert(path.to_owned(), describe(pipeline));
        }
    }
}

fn describe(pipeline: &Pipeline) -> String {
    let name = pipeline.name.as_deref().map(|name| format!(" \"{name}\"")).unwrap_or_default();
    let triggers: Vec<&String> = pipeline.triggers.iter().collect();
    let on = if triggers.is_empty() { String::new() } else { format!(" on {}", joined(&triggers)) };
    let jobs: Vec<String> = pipeline
        .jobs
        .iter()
        .map(|job| {
            let purposes: Vec<&str> = job.purposes.iter().copied().filter(|purpose| !job.name.to_lowercase().contains(purpose)).collect();
            if purposes.is_empty() { format!("`{}`", job.name) } else { format!("`{}` ({})", job.name, purposes.join(", ")) }
        })
        .collect();
    let work = match jobs.len() {
        0 => String::new(),
        count if count > NAMED_JOBS => format!(": {}", counted(count, "job")),
        _ => format!(": {}", joined(&jobs)),
    };
    format!("{}{name}{on}{work}.", pipeline.tool)
}
