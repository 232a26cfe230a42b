//! Events whose payload a file of its own states: folders of JSON Schemas, entries of EventCatalog; of CloudEvents the type.
//! Sources: JSON Schema 2020-12, CloudEvents 1.0, the documentation of EventCatalog. Who sends and receives, code tells.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, MessageSchema};
use crate::location::RepoPath;
use crate::syntax::json::Json;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "contract.event_schemas",
    about: "event catalogs: JSON Schemas of messages, types of CloudEvents, entries of EventCatalog",
    kinds: &[FileKind::Json, FileKind::Markdown],
    markers: &["json-schema.org/", "\nversion:"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Folders that hold messages and nothing else.
const FOLDERS: &[&str] =
    &["events", "event", "event-schemas", "event_schemas", "messages", "domain-events", "integration-events", "commands", "queries"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let path = &cx.file.path;
    let Some(folder) = holding(path) else { return };
    if cx.file.kind == FileKind::Markdown {
        entry(cx, folder, sink);
        return;
    }
    let Some(root) = cx.json(sink) else { return };
    let is_schema = root.text_of("$schema").is_some_and(|standard| standard.contains("json-schema.org/"));
    if !is_schema || root.get("properties").is_none() {
        return;
    }
    // A CloudEvent says its type as a constant of the envelope.
    let kind = property(root, "type").or_else(|| property(root, "eventType"));
    let title = root.text_of("title");
    let stem = path.name().trim_end_matches(".json").trim_end_matches(".schema");
    let names = [kind, title, Some(stem)].into_iter().flatten().map(str::to_owned).collect();
    sink.fact(root.line, Fact::MessageSchema(MessageSchema { standard: "JSON Schema", folder, names }));
}

/// The folder of messages that a file lies in.
fn holding(path: &RepoPath) -> Option<RepoPath> {
    let own = path.parent();
    let named: Vec<&str> = own.parts().collect();
    let at = named.iter().position(|part| FOLDERS.contains(&part.to_ascii_lowercase().as_str()))?;
    Some(RepoPath::new(&named[..=at].join("/")))
}

/// The only value that a property may have.
fn property<'j>(root: &'j Json, name: &str) -> Option<&'j str> {
    let stated = root.get("properties")?.get(name)?;
    stated.text_of("const").or_else(|| match stated.get("enum").map(Json::items) {
        Some([only]) => only.text(),
        _ => None,
    })
}

/// `events/OrderPlaced/index.mdx` of EventCatalog: what stands between the lines at its top.
fn entry(cx: &FileCx<'_>, folder: RepoPath, sink: &mut Sink<'_>) {
    if !matches!(cx.file.path.stem(), "index") {
        return;
    }
    let Some((head, _)) = cx.text.strip_prefix("---").and_then(|rest| rest.split_once("\n---")) else { return };
    let value = |key: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        line.map(|value| value.trim().trim_matches(['"', '\'']).to_owned()).filter(|value| !value.is_empty())
    };
    let (Some(id), Some(_)) = (value("id"), value("version")) else { return };
    let names = std::iter::once(id).chain(value("name")).collect();
    sink.fact(1, Fact::MessageSchema(MessageSchema { standard: "EventCatalog", folder, names }));
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    #[test]
    fn schemas_and_entries_name_messages() {
        let schema = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Order placed", "type": "object",
            "properties": {"type": {"const": "shop.order.placed"}, "data": {"type": "object"}}}"#;
        let entry = "---\nid: StockTaken\nname: Stock taken\nversion: 0.0.1\n---\n\n# Overview\n";
        let files = [
            ("contracts/events/order/placed.schema.json", schema),
            ("contracts/forms/order.schema.json", schema),
            ("catalog/events/StockTaken/index.mdx", entry),
            ("docs/events/index.md", "# Events\n\nversion: 1\n"),
        ];
        let shown: Vec<String> = extraction(&files)
            .findings
            .iter()
            .filter_map(|finding| match &finding.fact {
                Fact::MessageSchema(one) => Some(format!("{} {} {}", one.standard, one.folder, one.names.join("|"))),
                _ => None,
            })
            .collect();
        assert_eq!(
            shown,
            ["EventCatalog catalog/events StockTaken|Stock taken", "JSON Schema contracts/events shop.order.placed|Order placed|placed"]
        );
    }
}
