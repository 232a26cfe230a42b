//! Remix, and React Router as a framework: modules below `app/routes`. One that shows nothing is a resource route: its loader answers
//! GET, its action the methods that it looks at, and POST where it looks at none. Source: the documentation of Remix ("Resource Routes").

use super::exports;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, FileFramework, FileRoute};
use crate::gap::GapCode;
use crate::syntax::grammar::{self, Grammar};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.remix",
    about: "resource routes and pages of Remix and React Router, by their files",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["export ", "Routes"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let path = &cx.file.path;
    let route = FileRoute { framework: FileFramework::Remix, ..FileRoute::default() };
    if path.stem() == "routes" && path.parent().name() == "app" && cx.text.contains("RouteConfig") {
        // Anything but the convention of files makes paths that the places of files do not tell.
        if !(cx.text.contains("flatRoutes(") && cx.text.contains("/fs-routes")) {
            sink.fact(1, Fact::FileRoute(FileRoute { base: Some("?".to_owned()), ..route }));
            sink.gap(GapCode::UnresolvedReference, None, "the paths of these routes are set by code; they are left out");
        }
        return;
    }
    let parts: Vec<&str> = path.parts().collect();
    if !parts.windows(2).any(|two| two == ["app", "routes"]) || path.stem().ends_with(".server") {
        return;
    }
    let kind = if cx.file.kind == FileKind::TypeScript { Grammar::TypeScript } else { Grammar::Tsx };
    let Some(tree) = grammar::parse(kind, cx.text) else { return };
    let root = tree.root_node();
    if exports::default_of(root, cx.text).is_some() {
        sink.fact(1, Fact::FileRoute(FileRoute { page: true, ..route }));
        return;
    }
    let names = exports::all(root, cx.text);
    let has = |name: &str| names.iter().any(|one| one == name);
    let mut verbs: Vec<String> = Vec::new();
    if has("action") {
        verbs = exports::compared(root, cx.text).into_iter().filter(|verb| !matches!(verb.as_str(), "GET" | "HEAD")).collect();
        if verbs.is_empty() {
            verbs.push("POST".to_owned());
        }
    }
    if has("loader") {
        verbs.insert(0, "GET".to_owned());
    }
    if !verbs.is_empty() {
        sink.fact(1, Fact::FileRoute(FileRoute { verbs, ..route }));
    }
}
