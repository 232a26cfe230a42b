//! Clients that tools generate from a contract: settings of NSwag, lock files of Kiota.
//! Source: the documentation of NSwag and of Kiota. Tells the class and the contract; what answers there is for the linker to find out.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, OutgoingClient};
use crate::location::RepoPath;
use crate::syntax::json::Json;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "contract.generated_clients",
    about: "clients that NSwag and Kiota generate from a contract",
    kinds: &[FileKind::Json],
    markers: &["\"openApiToCSharpClient\"", "\"descriptionLocation\""],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(json) = cx.json(sink) else { return };
    let folder = cx.file.path.parent();
    let found = match json.get("descriptionLocation") {
        Some(location) => kiota(json, location, &folder),
        None => nswag(json, &folder),
    };
    if let Some((line, client)) = found {
        sink.fact(line, Fact::OutgoingClient(client));
    }
}

/// `{"descriptionLocation": "../catalog.yaml", "clientClassName": "CatalogClient"}`
fn kiota(json: &Json, location: &Json, folder: &RepoPath) -> Option<(u32, OutgoingClient)> {
    let class = json.text_of("clientClassName")?;
    Some((location.line, OutgoingClient::generated(class, json.text_of("descriptionLocation")?, folder)))
}

/// The contract stands below `documentGenerator`, the class below `codeGenerators`.
fn nswag(json: &Json, folder: &RepoPath) -> Option<(u32, OutgoingClient)> {
    let made = json.get("codeGenerators")?.get("openApiToCSharpClient")?;
    // One class for each controller has no name of its own: the file is called after all of them.
    let stem = || made.text_of("output").map(|output| RepoPath::new(output).stem().to_owned());
    let class = made.text_of("className").filter(|name| !name.contains('{')).map(str::to_owned).or_else(stem)?;
    let from = json.get("documentGenerator")?;
    let of_document = from.get("fromDocument").and_then(|one| one.text_of("url")).filter(|url| !url.is_empty());
    let of_project = || from.get("aspNetCoreToOpenApi").and_then(|one| one.text_of("project")).filter(|project| !project.is_empty());
    Some((made.line, OutgoingClient::generated(&class, of_document.or_else(of_project)?, folder)))
}
