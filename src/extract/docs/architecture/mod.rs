//! Architecture documents: C4 diagrams of Mermaid and PlantUML, flowcharts of Mermaid, models of Structurizr and LikeC4.
//! Reads what is drawn; plans, decisions and guides draw nothing that is there.

mod c4;
mod flowchart;
mod likec4;
mod structurizr;
mod text;

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{ArchitectureDiagram, DrawnKind, Fact};
use crate::syntax::passages::{PassageKind, is_description, passages};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "docs.architecture",
    about: "architecture diagrams and models: Mermaid, PlantUML, Structurizr, LikeC4",
    kinds: &[FileKind::Markdown, FileKind::Diagram],
    markers: &[
        "C4Context",
        "C4Container",
        "C4Component",
        "flowchart ",
        "graph ",
        "Container(",
        "System(",
        "softwareSystem",
        "softwaresystem",
        "model {",
    ],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !is_description(cx.file.path.as_str()) {
        return;
    }
    if cx.file.kind == FileKind::Diagram {
        let found = match cx.file.path.extension() {
            "dsl" | "structurizr" => structurizr::read(cx.text),
            "c4" | "likec4" => likec4::read(cx.text),
            "mmd" | "mermaid" => mermaid(cx.text, &|at| cx.line(at)),
            _ => c4::read(cx.text, "PlantUML C4 diagram", &|at| cx.line(at)),
        };
        return emit(found, sink);
    }
    for passage in passages(cx.text).iter().filter(|one| one.is_of_today()) {
        let PassageKind::Fence(language) = passage.kind else { continue };
        let body = &cx.text[passage.start..passage.end];
        let line = |at: usize| cx.line(passage.start + at);
        let found = match language.to_ascii_lowercase().as_str() {
            "mermaid" => mermaid(body, &line),
            "plantuml" | "puml" => c4::read(body, "PlantUML C4 diagram", &line),
            _ => continue,
        };
        emit(found, sink);
    }
}

/// A diagram of Mermaid, by the word that it opens with.
fn mermaid(body: &str, line: &dyn Fn(usize) -> u32) -> ArchitectureDiagram {
    match text::opening(body) {
        Some("flowchart" | "graph") => flowchart::read(body, line),
        Some(word) if word.starts_with("C4") => c4::read(body, "Mermaid C4 diagram", line),
        _ => ArchitectureDiagram { notation: "Mermaid diagram", elements: Vec::new(), lines: Vec::new() },
    }
}

/// A diagram that shows nothing which runs and nobody who uses it is about something else.
fn emit(diagram: ArchitectureDiagram, sink: &mut Sink<'_>) {
    let tells = |kind: DrawnKind| kind != DrawnKind::System;
    if let Some(first) = diagram.elements.iter().find(|one| tells(one.kind)) {
        sink.fact(first.line, Fact::ArchitectureDiagram(Box::new(diagram)));
    }
}
