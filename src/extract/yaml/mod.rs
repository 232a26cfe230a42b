//! YAML: compose files, Kubernetes manifests, Helm charts, pipelines; and what their readers share.

mod access;
mod catalog;
mod chart;
mod ci;
mod compose;
mod dot_env;
mod envoy;
mod helm;
mod kubernetes;
mod prometheus;
mod resource;
mod workload;

use std::collections::BTreeSet;

use super::hosts::hosts_of;
use super::{Extractor, FileCx, Sink};
use crate::gap::GapCode;
use crate::syntax::yaml::{FaultKind, Yaml, YamlNode};

/// The extractors of this format.
pub(crate) const EXTRACTORS: &[&Extractor] = &[
    &catalog::EXTRACTOR,
    &chart::EXTRACTOR,
    &ci::EXTRACTOR,
    &compose::EXTRACTOR,
    &envoy::EXTRACTOR,
    &kubernetes::EXTRACTOR,
    &prometheus::EXTRACTOR,
];

/// Writes a gap for what is broken in the file; called by the one extractor that knows the file to be its own.
fn report_faults(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    report_faults_of(cx.yaml(), sink);
}

fn report_faults_of(yaml: &Yaml, sink: &mut Sink<'_>) {
    let mut duplicates = 0;
    for fault in &yaml.faults {
        let line = Some(fault.line);
        match &fault.kind {
            FaultKind::Syntax(why) => {
                sink.gap(GapCode::SyntaxError, line, format!("a YAML document breaks off here ({why}); the others were read"));
            }
            FaultKind::Limit => sink.gap(GapCode::LimitReached, line, "a YAML document nests too deep or is too large and was not read"),
            FaultKind::DuplicateKey(key) => {
                duplicates += 1;
                if duplicates <= 3 {
                    sink.gap(GapCode::SyntaxError, line, format!("the key `{key}` stands twice in one mapping; the last one counts"));
                }
            }
        }
    }
}

/// The texts of a sequence, of one scalar, or of the keys of a mapping.
fn names_of(node: Option<YamlNode<'_>>) -> BTreeSet<String> {
    let Some(node) = node else { return BTreeSet::new() };
    if node.is_mapping() {
        return node.entries().into_iter().map(|(key, _)| key.to_owned()).collect();
    }
    node.one_or_many().into_iter().filter_map(YamlNode::text).map(str::to_owned).collect()
}

/// A whole number that is written plain.
fn number_of(node: Option<YamlNode<'_>>) -> Option<i64> {
    node.filter(|node| node.is_plain())?.text()?.parse().ok()
}
