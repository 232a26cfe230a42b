//! Collections of Postman: requests with method and path, as people keep them to try a service out.
//! Source: Postman Collection Format 2.0 and 2.1. Bodies, headers, tokens and scripts are never read.

use std::collections::BTreeMap;

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{CollectedRequest, Fact, RequestCollection};
use crate::syntax::json::Json;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "contract.postman",
    about: "collections of Postman: the requests that a service is tried out with",
    kinds: &[FileKind::Json],
    markers: &["schema.getpostman.com/json/collection/v2", "schema.postman.com/json/collection/v2"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Names that Postman gives requests itself.
const UNNAMED: &[&str] = &["new request", "untitled request", "request"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(root) = cx.json(sink) else { return };
    // An export over the interface of Postman wraps the collection.
    let root = root.get("collection").unwrap_or(root);
    let title = root.get("info").and_then(|info| info.text_of("name")).map(str::to_owned);
    let addresses = addresses(root);
    let mut requests = Vec::new();
    // Folders hold folders: a list of open ones instead of recursion.
    let mut open: Vec<&Json> = root.get("item").map(Json::items).unwrap_or_default().iter().rev().collect();
    while let Some(item) = open.pop() {
        open.extend(item.get("item").map(Json::items).unwrap_or_default().iter().rev());
        requests.extend(item.get("request").and_then(|request| read(item, request, &addresses)));
    }
    if !requests.is_empty() {
        sink.fact(1, Fact::RequestCollection(RequestCollection { title, requests }));
    }
}

/// The variables of a collection that hold an address, without user, query and fragment; of the others nothing is kept.
fn addresses(root: &Json) -> BTreeMap<&str, String> {
    let variables = root.get("variable").map(Json::items).unwrap_or_default();
    let address = |one: &'_ Json| one.text_of("value").filter(|value| value.contains("://")).map(|value| plain(value).to_owned());
    variables.iter().filter_map(|one| Some((one.text_of("key").or_else(|| one.text_of("id"))?, address(one)?))).collect()
}

fn read(item: &Json, request: &Json, addresses: &BTreeMap<&str, String>) -> Option<CollectedRequest> {
    let url = request.get("url")?;
    let raw = url.text().or_else(|| url.text_of("raw"))?;
    let (host, path) = place(raw, addresses)?;
    let method = request.text_of("method").unwrap_or("GET").to_ascii_uppercase();
    let name = item.text_of("name").filter(|name| !name.contains('/') && !UNNAMED.contains(&name.to_lowercase().as_str()));
    let described = request.get("description").and_then(|text| text.text().or_else(|| text.text_of("content")));
    let summary = described.filter(|text| !text.trim().is_empty()).or(name).map(str::to_owned);
    Some(CollectedRequest { line: request.line, method, host, path, summary })
}

/// The host and the path of an address: `{{baseUrl}}/orders/:id?full=1`.
fn place(raw: &str, addresses: &BTreeMap<&str, String>) -> Option<(String, String)> {
    let raw = plain(raw);
    let known =
        raw.strip_prefix("{{").and_then(|rest| rest.split_once("}}")).and_then(|(name, rest)| Some((addresses.get(name.trim())?, rest)));
    let whole = known.map(|(address, rest)| format!("{}{rest}", address.trim_end_matches('/')));
    let whole = whole.as_deref().unwrap_or(raw);
    let rest = whole.split_once("://").map_or(whole, |(_, rest)| rest);
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host = authority.rsplit('@').next().unwrap_or(authority).split(':').next().unwrap_or_default();
    let host = if host.contains("{{") { "" } else { host };
    let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(segment).collect();
    let is_plain = parts.iter().all(|part| part.chars().all(|one| !one.is_whitespace()));
    is_plain.then(|| (host.to_ascii_lowercase(), format!("/{}", parts.join("/"))))
}

/// An address without its query and fragment.
fn plain(address: &str) -> &str {
    address.trim().split(['?', '#']).next().unwrap_or_default()
}

/// `{id}` of `:id` and `{{id}}`.
fn segment(part: &str) -> String {
    if let Some(name) = part.strip_prefix(':') {
        return format!("{{{name}}}");
    }
    match part.split_once("{{").and_then(|(_, rest)| rest.split_once("}}")) {
        Some((name, _)) => format!("{{{}}}", name.trim()),
        None => part.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::place;
    use crate::finding::Fact;
    use crate::trial::extraction;

    #[test]
    fn requests_are_read_from_folders_with_their_paths() {
        let text = r#"{"info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
            "variable": [{"key": "baseUrl", "value": "http://localhost:3000/api/"}, {"key": "token", "value": "secret"}],
            "item": [{"name": "Orders", "item": [
              {"name": "One order", "request": {"method": "GET", "url": {"raw": "{{baseUrl}}/orders/:id?full=1", "path": ["orders", ":id"]}}},
              {"name": "New Request", "request": {"method": "post", "url": "{{baseUrl}}/orders", "description": "Places an order."}}]},
              {"name": "GET /x", "request": {"url": "http://{{host}}:{{port}}/x/{{ id }}"}}, {"name": "empty"}]}"#;
        let found = extraction(&[("shop.postman_collection.json", text)]).findings;
        let shown: Vec<String> = found
            .iter()
            .filter_map(|finding| match &finding.fact {
                Fact::RequestCollection(one) => Some(&one.requests),
                _ => None,
            })
            .flatten()
            .map(|one| format!("{} {} {} {}", one.method, one.host, one.path, one.summary.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(shown, ["GET localhost /api/orders/{id} One order", "POST localhost /api/orders Places an order.", "GET  /x/{id} -"]);
    }

    #[test]
    fn an_address_without_a_scheme_is_read() {
        let none = std::collections::BTreeMap::new();
        assert_eq!(place("localhost:8080/a/b#c", &none), Some(("localhost".to_owned(), "/a/b".to_owned())));
        assert_eq!(place("{{url}}", &none), Some((String::new(), "/".to_owned())));
    }
}
