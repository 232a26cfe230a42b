//! Where Flyway puts names without a schema: its settings in compose files and in `flyway.conf`, `flyway.toml`.
//! Takes the names of schemas and nothing else from them; addresses and passwords stand beside.

use std::collections::BTreeSet;

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::Fact;
use crate::finding::schema::DefaultSchema;
use crate::location::RepoPath;
use crate::syntax::yaml::YamlNode;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "sql.flyway",
    about: "the default schema that Flyway is set up with",
    kinds: &[FileKind::Compose, FileKind::Other, FileKind::ServerConfig, FileKind::ToolConfig],
    markers: &["FLYWAY_DEFAULT_SCHEMA", "FLYWAY_SCHEMAS", "flyway.defaultSchema", "flyway.schemas"],
    when: When::Marked,
    queries: &[],
    extract,
};

const VARIABLES: &[&str] = &["FLYWAY_DEFAULT_SCHEMA", "FLYWAY_SCHEMAS"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if cx.file.kind == FileKind::Compose {
        for (_, service) in cx.yaml().first().and_then(|file| file.get("services")).map(YamlNode::entries).unwrap_or_default() {
            read_service(cx, service, sink);
        }
    } else {
        read_settings(cx, sink);
    }
}

fn read_service(cx: &FileCx<'_>, service: YamlNode<'_>, sink: &mut Sink<'_>) {
    let folder = cx.file.path.parent();
    let Some(environment) = service.get("environment") else { return };
    let pairs = environment.items().into_iter().filter_map(YamlNode::text).filter_map(|item| item.split_once('='));
    let pairs: Vec<(&str, &str)> =
        environment.entries().into_iter().filter_map(|(key, value)| Some((key, value.text()?))).chain(pairs).collect();
    let found = VARIABLES.iter().find_map(|wanted| pairs.iter().find(|(key, _)| key == wanted)).and_then(|(_, value)| schema(value));
    let Some(name) = found else { return };
    let mut locations: BTreeSet<RepoPath> = BTreeSet::new();
    for volume in service.get("volumes").map(YamlNode::items).unwrap_or_default() {
        let host = volume.text().and_then(|text| text.split(':').next()).or_else(|| volume.text_at(&["source"]));
        locations.extend(host.filter(|host| host.starts_with('.')).map(|host| folder.join(host)));
    }
    if let Some(build) = service.get("build") {
        let context = build.text().or_else(|| build.text_at(&["context"]));
        locations.extend(context.map(|context| folder.join(context)).filter(|path| !path.is_root()));
    }
    sink.fact(service.line(), Fact::DefaultSchema(DefaultSchema { name, locations }));
}

/// `flyway.defaultSchema=crm`, `defaultSchema = "crm"`: for the scripts below the folder of the file.
fn read_settings(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (place, line) in cx.text.lines().enumerate() {
        let Some((key, value)) = line.split_once('=') else { continue };
        if matches!(key.trim(), "flyway.defaultSchema" | "flyway.schemas")
            && let Some(name) = schema(value)
        {
            let locations = BTreeSet::from([cx.file.path.parent()]);
            sink.fact(place as u32 + 1, Fact::DefaultSchema(DefaultSchema { name, locations }));
            return;
        }
    }
}

/// The first schema of a list, when it is a plain name.
fn schema(value: &str) -> Option<String> {
    let first = value.split(',').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    let plain = !first.is_empty() && first.chars().all(|char| char.is_alphanumeric() || char == '_');
    plain.then(|| first.to_owned())
}
