//! Services of Protocol Buffers: their methods, what each takes and gives, and the HTTP routes that `google.api.http` states.
//! Source: the language specification of Protocol Buffers, and `google/api/http.proto`. Says nothing about who answers.

use super::tokens::{Token, tokens};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, RpcMethod};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "contract.proto",
    about: "services of Protocol Buffers and the HTTP routes stated for them",
    kinds: &[FileKind::Proto],
    markers: &["service "],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Methods of HTTP that a rule may name; `custom` states its own.
const VERBS: &[&str] = &["get", "put", "post", "delete", "patch"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (at, method) in methods(cx.text) {
        sink.fact(cx.line(at), Fact::RpcMethod(method));
    }
}

/// Goes through the words of a file.
struct Reader<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
}

/// The methods of a file, each with the place where it starts.
fn methods(text: &str) -> Vec<(usize, RpcMethod)> {
    let mut reader = Reader { tokens: tokens(text), at: 0 };
    let mut package = String::new();
    let mut found = Vec::new();
    while let Some(token) = reader.next() {
        match token.text {
            "package" if !token.quoted => package = reader.word(),
            "service" if !token.quoted => {
                let service = reader.word();
                if reader.accept("{") {
                    reader.service(&package, &service, &mut found);
                }
            }
            "{" if !token.quoted => reader.skip_block(),
            _ => {}
        }
    }
    found
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<Token<'t>> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn word(&mut self) -> String {
        self.next().map(|token| token.text.to_owned()).unwrap_or_default()
    }

    fn accept(&mut self, sign: &str) -> bool {
        let is_it = self.tokens.get(self.at).is_some_and(|token| !token.quoted && token.text == sign);
        self.at += usize::from(is_it);
        is_it
    }

    /// Leaves a block whose opening bracket was read.
    fn skip_block(&mut self) {
        let mut depth = 1_usize;
        while let Some(token) = self.next() {
            match token.text {
                "{" if !token.quoted => depth += 1,
                "}" if !token.quoted => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn service(&mut self, package: &str, service: &str, into: &mut Vec<(usize, RpcMethod)>) {
        while let Some(token) = self.next() {
            match token.text {
                "rpc" if !token.quoted => {
                    let mut method = RpcMethod { package: package.to_owned(), service: service.to_owned(), ..RpcMethod::default() };
                    method.doc.clone_from(&token.doc);
                    self.rpc(&mut method);
                    into.push((token.at, method));
                }
                "{" if !token.quoted => self.skip_block(),
                "}" if !token.quoted => return,
                _ => {}
            }
        }
    }

    /// `Name (stream A) returns (stream B) { option ... }`.
    fn rpc(&mut self, method: &mut RpcMethod) {
        method.name = self.word();
        (method.request, method.takes_stream) = self.message();
        if self.accept("returns") {
            (method.response, method.gives_stream) = self.message();
        }
        if self.accept("{") {
            self.options(&mut method.http);
        }
    }

    /// A message in brackets, and whether it comes as a stream.
    fn message(&mut self) -> (String, bool) {
        if !self.accept("(") {
            return (String::new(), false);
        }
        // A message may itself be called `stream`.
        let first = self.word();
        let second = if self.accept(")") { None } else { Some(self.word()) };
        let message = match second {
            Some(second) if first == "stream" => {
                self.accept(")");
                (second, true)
            }
            _ => (first, false),
        };
        (message.0.trim_start_matches('.').to_owned(), message.1)
    }

    /// The block of a method: the rules of its HTTP option, further bindings included.
    fn options(&mut self, http: &mut Vec<(String, String)>) {
        let mut depth = 1_usize;
        let mut is_http = false;
        let mut custom: Option<String> = None;
        while let Some(token) = self.next() {
            match token.text {
                "{" if !token.quoted => depth += 1,
                "}" if !token.quoted => depth -= 1,
                ";" if !token.quoted && depth == 1 => is_http = false,
                "google.api.http" if !token.quoted => is_http = true,
                key if is_http && !token.quoted => self.rule(key, &mut custom, http),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// `get: "/v1/x"`, `custom: { kind: "HEAD" path: "/v1/x" }`; also written `.get = "/v1/x"`.
    fn rule(&mut self, key: &str, custom: &mut Option<String>, http: &mut Vec<(String, String)>) {
        let key = key.trim_start_matches('.');
        let verb = VERBS.contains(&key);
        if !verb && !matches!(key, "kind" | "path") {
            return;
        }
        self.at += usize::from(self.tokens.get(self.at).is_some_and(|sign| matches!(sign.text, ":" | "=") && !sign.quoted));
        let Some(text) = self.tokens.get(self.at).filter(|text| text.quoted).map(|text| text.text.to_owned()) else { return };
        self.at += 1;
        match key {
            "kind" => *custom = Some(text.to_uppercase()),
            "path" => http.extend(custom.take().map(|kind| (kind, text))),
            _ => http.push((key.to_uppercase(), text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::methods;

    #[test]
    fn methods_with_messages_streams_and_rules() {
        let text = r#"
            syntax = "proto3"; // service Fake { rpc No (A) returns (B); }
            package shop.orders.v1;
            import "google/api/annotations.proto";
            message service { string rpc = 1; message Inner { int32 a = 1; } }
            option java_package = "service X { rpc Y";

            service Orders {
              option (google.api.default_host) = "a.example";
              // Places an order.
              // And tells the kitchen.
              rpc Place (PlaceRequest) returns (shop.Order) {
                option (google.api.http) = {
                  post: "/v1/{parent=shops/*}/orders"
                  body: "*"
                  additional_bindings { put: "/v1/orders" }
                  additional_bindings { custom: { kind: "head" path: "/v1/orders" } }
                };
                option deprecated = true;
              }

              rpc Watch(stream A) returns(stream .B){}
              rpc Plain(stream) returns (B);
              rpc Dotted (A) returns (B) { option (google.api.http).get = "/v1/dotted"; option (other) = { get: "/no" }; }
            }
            service Empty {}
        "#;
        let shown: Vec<String> = methods(text)
            .into_iter()
            .map(|(_, one)| {
                let stream = |is: bool| if is { "*" } else { "" };
                format!(
                    "{}.{}/{} {}{} -> {}{} {:?} {}",
                    one.package,
                    one.service,
                    one.name,
                    stream(one.takes_stream),
                    one.request,
                    stream(one.gives_stream),
                    one.response,
                    one.http,
                    one.doc.unwrap_or_default()
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "shop.orders.v1.Orders/Place PlaceRequest -> shop.Order [(\"POST\", \"/v1/{parent=shops/*}/orders\"), (\"PUT\", \"/v1/orders\"), (\"HEAD\", \"/v1/orders\")] Places an order. And tells the kitchen.",
                "shop.orders.v1.Orders/Watch *A -> *B [] ",
                "shop.orders.v1.Orders/Plain stream -> B [] ",
                "shop.orders.v1.Orders/Dotted A -> B [(\"GET\", \"/v1/dotted\")] ",
            ]
        );
    }

    #[test]
    fn broken_files_end() {
        for text in [
            "service A { rpc B (",
            "service A { rpc B (C) returns (D) { option (google.api.http) = {",
            "service",
            "package",
            "\"",
            "/*",
            "service A { rpc",
        ] {
            let _ = methods(text);
        }
        assert!(methods("message A { string service = 1; }").is_empty());
    }
}
