//! OpenAPI 3 and Swagger 2 in YAML and JSON: the operations that a service promises, also where the paths stand in files beside it.
//! Source: the specifications of OpenAPI 2.0, 3.0 and 3.1. Says nothing about who answers.

use super::node::Node;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, HttpContract, HttpOperation, ServerAddress};
use crate::gap::GapCode;
use crate::location::RepoPath;
use crate::syntax::json::Json;
use crate::syntax::yaml::Yaml;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "contract.openapi",
    about: "OpenAPI and Swagger contracts: operations, what they take and give, the addresses that they name",
    kinds: &[FileKind::Yaml, FileKind::Json],
    markers: &["openapi:", "\"openapi\"", "swagger:", "\"swagger\""],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Methods of HTTP that a path may have, as the specification lists them.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !states_version(cx.text, &["openapi", "swagger"]) {
        return;
    }
    if cx.file.kind == FileKind::Json {
        if let Some(json) = cx.json(sink) {
            read(cx, Node::Json(json), sink);
        }
    } else if let Some(root) = cx.yaml().first() {
        read(cx, Node::Yaml(root), sink);
    }
}

/// Whether a line says at the top of the file which version of one of the standards it follows.
pub(super) fn states_version(text: &str, standards: &[&str]) -> bool {
    let states = |line: &str| {
        let key = line.trim_start_matches(['{', ' ', '\t']).trim_start_matches(['"', '\'']);
        let rest = standards.iter().find_map(|one| key.strip_prefix(one));
        rest.and_then(|rest| rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':'))
            .is_some_and(|value| value.trim_start().trim_start_matches(['"', '\'']).starts_with(|first: char| first.is_ascii_digit()))
    };
    // Minified JSON has the whole document in one line.
    text.lines().any(|line| states(line.get(..200).unwrap_or(line)))
}

fn read(cx: &FileCx<'_>, root: Node<'_>, sink: &mut Sink<'_>) {
    let Some((name, version)) = ["openapi", "swagger"].iter().find_map(|key| Some((*key, root.text_of(key)?))) else { return };
    let standard = if name == "openapi" { "OpenAPI" } else { "Swagger" };
    let short: Vec<&str> = version.split('.').take(2).collect();
    let info = |key: &str| root.path(&["info", key]).and_then(Node::text).map(str::to_owned);
    let mut contract = HttpContract {
        standard: format!("{standard} {}", short.join(".")),
        title: info("title"),
        description: info("summary").or_else(|| info("description")),
        servers: servers(root),
        operations: Vec::new(),
    };
    for (path, item) in root.get("paths").map(Node::entries).unwrap_or_default() {
        if !path.starts_with('/') {
            continue;
        }
        match item.text_of("$ref").filter(|target| !target.starts_with('#')) {
            Some(target) => read_beside(cx, (path, target, item.line()), &mut contract.operations, sink),
            None => operations(path, item, None, &mut contract.operations),
        }
    }
    if !contract.operations.is_empty() {
        sink.fact(root.line(), Fact::HttpContract(contract));
    }
}

/// The operations of a path that stands in a file of its own.
fn read_beside(cx: &FileCx<'_>, (path, target, line): (&str, &str, u32), into: &mut Vec<HttpOperation>, sink: &mut Sink<'_>) {
    let (file, pointer) = target.split_once('#').unwrap_or((target, ""));
    let place = cx.file.path.parent().join(file);
    let text = Some(place.clone()).filter(|_| !file.contains("://")).and_then(|place| cx.companion(&place));
    let Some(text) = text else {
        sink.gap(GapCode::UnresolvedReference, Some(line), format!("the path {path} refers to {target}, which cannot be read"));
        return;
    };
    let keys: Vec<String> = pointer.split('/').filter(|key| !key.is_empty()).map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    if place.extension() == "json" {
        let json = Json::parse(&text).ok();
        let item = json.as_ref().and_then(|json| Node::Json(json).path(&keys));
        item.into_iter().for_each(|item| operations(path, item, Some(&place), into));
    } else {
        let yaml = Yaml::parse(&text);
        let item = yaml.first().and_then(|root| Node::Yaml(root).path(&keys));
        item.into_iter().for_each(|item| operations(path, item, Some(&place), into));
    }
}

fn operations(path: &str, item: Node<'_>, file: Option<&RepoPath>, into: &mut Vec<HttpOperation>) {
    for (method, operation) in item.entries().into_iter().filter(|(key, _)| METHODS.contains(key)) {
        let text = |key: &str| operation.text_of(key).map(str::to_owned);
        into.push(HttpOperation {
            file: file.cloned(),
            line: operation.line(),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            request: request(operation),
            response: response(operation),
            summary: text("summary").or_else(|| text("description")),
        });
    }
}

/// The addresses of `servers`, or of `host` and `basePath`; variables stand for their defaults.
fn servers(root: Node<'_>) -> Vec<ServerAddress> {
    let stated = root.get("servers").map(Node::items).unwrap_or_default();
    let mut found: Vec<ServerAddress> = stated
        .into_iter()
        .filter_map(|server| {
            let mut url = server.text_of("url")?.to_owned();
            for (name, variable) in server.get("variables").map(Node::entries).unwrap_or_default() {
                url = url.replace(&format!("{{{name}}}"), variable.text_of("default").unwrap_or_default());
            }
            address(&url)
        })
        .collect();
    if root.get("swagger").is_some() {
        let url = format!("//{}{}", root.text_of("host").unwrap_or_default(), root.text_of("basePath").unwrap_or_default());
        found.extend(address(&url));
    }
    found
}

fn address(url: &str) -> Option<ServerAddress> {
    let (host, path) = match url.split_once("//") {
        Some((_, rest)) => rest.find('/').map_or((rest, ""), |at| rest.split_at(at)),
        None => ("", url),
    };
    let host = host.rsplit('@').next().unwrap_or(host).split(':').next().unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let path = if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    (!path.contains('{')).then(|| ServerAddress { host: host.to_owned(), path })
}

fn request(operation: Node<'_>) -> Option<String> {
    let body = operation.get("requestBody").and_then(content_type);
    let parameters = || operation.get("parameters").map(Node::items).unwrap_or_default();
    body.or_else(|| parameters().into_iter().find(|one| one.text_of("in") == Some("body")).and_then(|one| type_name(one.get("schema")?)))
}

/// The type of the first good answer that has one.
fn response(operation: Node<'_>) -> Option<String> {
    let answers = operation.get("responses").map(Node::entries).unwrap_or_default();
    let mut good = answers.into_iter().filter(|(status, _)| status.starts_with('2'));
    good.find_map(|(_, answer)| content_type(answer).or_else(|| type_name(answer.get("schema")?)))
}

/// The type of the first content of a body.
fn content_type(body: Node<'_>) -> Option<String> {
    let contents = body.get("content").map(Node::entries).unwrap_or_default();
    contents.into_iter().find_map(|(_, content)| type_name(content.get("schema")?))
}

/// The name of a schema: the end of its reference, or that of its items with brackets.
fn type_name(schema: Node<'_>) -> Option<String> {
    if let Some(reference) = schema.text_of("$ref") {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        return Some(name.split('.').next().unwrap_or(name).to_owned()).filter(|name| !name.is_empty());
    }
    let items = schema.get("items")?;
    let reference = items.text_of("$ref")?;
    Some(format!("{}[]", reference.rsplit('/').next().unwrap_or(reference)))
}

#[cfg(test)]
mod tests {
    use crate::finding::{Fact, HttpContract};
    use crate::trial::extraction;

    fn contract(files: &[(&str, &str)]) -> Option<HttpContract> {
        extraction(files).findings.into_iter().find_map(|finding| match finding.fact {
            Fact::HttpContract(contract) => Some(contract),
            _ => None,
        })
    }

    fn shown(contract: &HttpContract) -> Vec<String> {
        let line = |one: &crate::finding::HttpOperation| {
            format!("{} {} {} -> {}", one.method, one.path, one.request.as_deref().unwrap_or("-"), one.response.as_deref().unwrap_or("-"))
        };
        contract.operations.iter().map(line).collect()
    }

    #[test]
    fn operations_are_read_with_their_types() {
        let text = concat!(
            "openapi: 3.0.3\ninfo: {title: Orders, description: Takes orders.}\nservers:\n",
            "  - url: https://{region}.acme.test:8443/api/{v}/\n    variables: {region: {default: eu}, v: {default: v2}}\npaths:\n",
            "  /orders/{id}:\n    parameters: []\n    get:\n      responses:\n        '404': {description: no}\n        '200':\n",
            "          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}}\n",
            "    put:\n      requestBody: {content: {application/json: {schema: {$ref: 'schemas/order.yaml'}}}}\n",
            "  x-hidden: {get: {}}\n",
        );
        let found = contract(&[("api/orders.yaml", text)]).unwrap_or_default();
        assert_eq!((found.standard.as_str(), found.title.as_deref()), ("OpenAPI 3.0", Some("Orders")));
        assert_eq!((found.servers[0].host.as_str(), found.servers[0].path.as_str()), ("eu.acme.test", "/api/v2"));
        assert_eq!(shown(&found), ["GET /orders/{id} - -> Order[]", "PUT /orders/{id} order -> -"]);
    }

    #[test]
    fn swagger_names_host_and_base_path_apart() {
        let text = r##"{"swagger": "2.0", "host": "api.acme.test", "basePath": "/v1", "paths": {"/users": {"post": {
            "parameters": [{"in": "body", "schema": {"$ref": "#/definitions/NewUser"}}], "responses": {"201": {"schema": {"$ref": "#/definitions/User"}}}}}}}"##;
        let found = contract(&[("swagger.json", text)]).unwrap_or_default();
        assert_eq!((found.servers[0].host.as_str(), found.servers[0].path.as_str()), ("api.acme.test", "/v1"));
        assert_eq!(shown(&found), ["POST /users NewUser -> User"]);
    }

    #[test]
    fn paths_may_stand_in_files_beside() {
        let root = "openapi: 3.1.0\npaths:\n  /a: {$ref: paths/a.yaml}\n  /b: {$ref: 'paths/all.yaml#/b'}\n  /c: {$ref: paths/none.yaml}\n";
        let files =
            [("openapi.yaml", root), ("paths/a.yaml", "get: {responses: {}}\n"), ("paths/all.yaml", "b:\n  delete: {responses: {}}\n")];
        let found = contract(&files).unwrap_or_default();
        assert_eq!(shown(&found), ["GET /a - -> -", "DELETE /b - -> -"]);
        assert_eq!(found.operations[1].file.as_ref().map(|file| file.as_str()), Some("paths/all.yaml"));
        assert!(extraction(&files).gaps.iter().any(|gap| gap.message.contains("paths/none.yaml")));
    }

    #[test]
    fn what_only_speaks_of_a_contract_is_none() {
        assert_eq!(contract(&[("config.yaml", "openapi: enabled\npaths: {/a: {get: {}}}\n")]), None);
        assert_eq!(contract(&[("ci.yaml", "jobs:\n  openapi:\n    run: 1\n")]), None);
    }
}
