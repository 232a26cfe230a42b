//! Nuxt: files below `server/api` and `server/routes`, answered by the Nitro server in it; the name of a file may state its method.
//! Source: the documentation of Nuxt ("Server", `app.baseURL`) and of Nitro ("Routing"). What path a file has is the linker's work.

use super::exports;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, FileFramework, FileRoute};
use crate::syntax::grammar::{self, Grammar};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.nuxt",
    about: "server routes of Nuxt, by their files",
    kinds: &[FileKind::TypeScript, FileKind::JavaScript],
    markers: &["export default", "baseURL"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let path = cx.file.path.as_str();
    let is_config = cx.file.path.name().starts_with("nuxt.config.");
    let answers = ["server/api/", "server/routes/"].iter().any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")));
    if !(is_config || answers) {
        return;
    }
    let Some(tree) = grammar::parse(Grammar::TypeScript, cx.text) else { return };
    let route = FileRoute { framework: FileFramework::Nuxt, ..FileRoute::default() };
    if is_config {
        if let Some((node, base)) =
            exports::setting(tree.root_node(), &["app", "baseURL"], cx.text).filter(|(_, base)| base.starts_with('/'))
        {
            sink.fact(cx.line(node.start_byte()), Fact::FileRoute(FileRoute { base: Some(base), ..route }));
        }
    } else if let Some(export) = exports::default_of(tree.root_node(), cx.text) {
        let name = cx.file.path.stem().rsplit_once('.').map_or("", |(_, verb)| verb);
        let verbs = exports::VERBS.iter().filter(|verb| verb.to_ascii_lowercase() == name).map(|verb| (*verb).to_owned()).collect();
        sink.fact(cx.line(export.start_byte()), Fact::FileRoute(FileRoute { verbs, ..route }));
    }
}
