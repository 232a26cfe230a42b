//! Clients of HTTP that code gives an address to: axios, got, ky, ofetch, `HttpService` of NestJS, `fetch`.
//! Only what begins with a whole address, a constant or an environment variable counts; a path alone leads to no server.

use tree_sitter::Node;

use super::imports::Origins;
use super::values::{self, callee, children, dotted, text_of, unwrapped};
use super::{called, classes, scope};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{ClientKind, Fact, OutgoingClient, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/http_clients", text: include_str!("../../../queries/typescript/http_clients.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.http_clients",
    about: "servers that code calls by HTTP: axios, got, ky, ofetch, HttpService and fetch, with the address that they are given",
    kinds: &[FileKind::TypeScript, FileKind::JavaScript],
    markers: &[
        "'axios'",
        "\"axios\"",
        "@nestjs/axios",
        "'got'",
        "\"got\"",
        "'ky'",
        "\"ky\"",
        "'ofetch'",
        "\"ofetch\"",
        "fetch(process.env",
        "fetch(`${process.env",
        "fetch('http",
        "fetch(\"http",
        "fetch(`http",
    ],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// The libraries by their modules, and the option that holds the address of a client that is made.
const LIBRARIES: &[(&str, &str)] = &[("axios", "baseURL"), ("got", "prefixUrl"), ("ky", "prefixUrl"), ("ofetch", "baseURL")];

/// The methods that make a client or send a request.
const METHODS: &[&str] = &["create", "extend", "get", "post", "put", "patch", "delete", "head", "request"];

/// The functions that send a request.
const FUNCTIONS: &[&str] = &["fetch", "axios", "got", "ky", "ofetch", "request"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    for found in cx.matches(&QUERY) {
        let Some((call, name)) = found.node("call").and_then(|call| Some((call, asks(call, cx.text)?))) else { continue };
        let Some((client, address)) = client(cx, &origins, call, name) else { continue };
        // Functions of one file are one client, called like the file.
        let (class, _) = classes::place(call, cx.text);
        let class = if class.is_empty() && client.is_none() { cx.file.path.stem().to_owned() } else { class };
        let fact = OutgoingClient { kind: ClientKind::Http, class, client, address };
        sink.fact(cx.line(call.start_byte()), Fact::OutgoingClient(fact));
    }
}

/// The method or function of a call that makes a client or sends a request, by its name.
fn asks<'t>(call: Node<'_>, text: &'t str) -> Option<&'t str> {
    match called::method(call, text) {
        Some(method) => METHODS.contains(&method).then_some(method),
        None => called::function(call, text).filter(|function| FUNCTIONS.contains(function)),
    }
}

/// The name of a client that is made, where one is, and the address.
fn client(cx: &FileCx<'_>, origins: &Origins, call: Node<'_>, method: &str) -> Option<(Option<String>, Value)> {
    let function = unwrapped(call.child_by_field_name("function")?);
    let name = callee(function, cx.text);
    let given = values::arguments(call, cx.text);
    let first = given.first()?;
    let library = LIBRARIES.iter().find(|(module, _)| origins.module(&name) == Some(module));
    let address = match (library, method) {
        (Some((_, option)), "create" | "extend") => {
            let address = known(cx, call, first.get(option)?)?;
            return Some((Some(holder(call, cx.text).unwrap_or_else(|| cx.file.path.stem().to_owned())), address));
        }
        (Some((_, option)), _) => match first {
            Value::Map(_) => first.get(option).or_else(|| first.get("url"))?,
            other => other,
        },
        (None, "fetch") if name == "fetch" => first,
        (None, _) if is_http_service(function, origins, cx.text) => first,
        _ => return None,
    };
    known(cx, call, address).map(|address| (None, address))
}

/// The name that takes the client: a constant or a field.
pub(super) fn holder(call: Node<'_>, text: &str) -> Option<String> {
    let mut at = call.parent()?;
    loop {
        match at.kind() {
            "variable_declarator" => return at.child_by_field_name("name").map(|name| text_of(name, text).to_owned()),
            "public_field_definition" => return Some(classes::member_name(at, text)),
            "assignment_expression" => {
                let left = dotted(at.child_by_field_name("left")?, text)?;
                return left.rsplit('.').next().map(str::to_owned);
            }
            "await_expression" | "parenthesized_expression" | "as_expression" | "satisfies_expression" => at = at.parent()?,
            _ => return None,
        }
    }
}

/// Whether a call is made on a field that is an `HttpService`.
fn is_http_service(function: Node<'_>, origins: &Origins, text: &str) -> bool {
    if !origins.any_from(&["@nestjs/axios"]) {
        return false;
    }
    let object = function.child_by_field_name("object").and_then(|object| dotted(object, text)).unwrap_or_default();
    let Some(field) = object.strip_prefix("this.").map(|field| field.trim_end_matches(".axiosRef")) else { return false };
    classes::around(function).is_some_and(|class| {
        classes::members(class, text).iter().any(|(name, kind)| name == field && origins.original(kind) == "HttpService")
    })
}

/// The start of an address, as far as it says which server is meant.
fn known(cx: &FileCx<'_>, call: Node<'_>, value: &Value) -> Option<Value> {
    let value = scope::resolved(value.clone(), call, cx.text);
    let start = match &value {
        Value::Concat(parts) => parts.first()?,
        other => other,
    };
    match start {
        Value::Text(text) => {
            let (_, rest) = text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
            (!rest.is_empty() || matches!(&value, Value::Concat(parts) if parts.len() > 1)).then(|| value.clone())
        }
        Value::Environment(..) | Value::Either(_) => Some(start.clone()),
        Value::Name(name) => match name.strip_prefix("this.") {
            Some(field) => of_field(cx, call, field),
            None => Some(start.clone()),
        },
        _ => None,
    }
}

/// What a field of the class starts as, or is set to in the constructor.
pub(super) fn of_field(cx: &FileCx<'_>, call: Node<'_>, field: &str) -> Option<Value> {
    let body = classes::around(call)?.child_by_field_name("body")?;
    for member in children(body) {
        let own = classes::member_name(member, cx.text);
        if member.kind() == "public_field_definition"
            && own == field
            && let Some(value) = member.child_by_field_name("value")
        {
            return Some(values::read(value, cx.text));
        }
        if member.kind() == "method_definition" && own == "constructor" {
            let statements = member.child_by_field_name("body").map(children).unwrap_or_default();
            let set = statements.into_iter().filter_map(|one| children(one).first().copied()).find(|one| {
                let left = one.child_by_field_name("left").and_then(|left| dotted(left, cx.text));
                one.kind() == "assignment_expression" && left.is_some_and(|left| left.strip_prefix("this.") == Some(field))
            });
            if let Some(value) = set.and_then(|set| set.child_by_field_name("right")) {
                return Some(values::read(value, cx.text));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    #[test]
    fn an_address_is_told_where_the_code_says_which_server_is_meant() {
        let text = "import axios from 'axios';
import { HttpService } from '@nestjs/axios';
const stock = axios.create({ baseURL: process.env.STOCK_URL });
export const load = () => axios.get('/local');
export async function rates() { return fetch(`https://rates.example.com/v1/${day}`); }
class PriceService {
    private readonly base = process.env.PRICE_URL ?? 'http://prices:3000';
    constructor(private readonly http: HttpService) {}
    find(id: string) { return this.http.get(`${this.base}/prices/${id}`); }
}
map.get('https://nothing.example.com');
";
        let found = facts("typescript.http_clients", "a.ts", text);
        let lines: Vec<&str> = found.lines().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(lines, ["3", "5", "9"], "{found}");
        assert!(found.contains("STOCK_URL") && found.contains("\"stock\"") && found.contains("rates.example.com"), "{found}");
        assert!(found.contains("PriceService") && found.contains("PRICE_URL"), "{found}");
    }
}
