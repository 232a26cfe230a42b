//! AsyncAPI 2 and 3 in YAML and JSON: the channels that a system promises and the brokers that it names.
//! Source: the specifications of AsyncAPI 2.6 and 3.0. Says nothing about who sends and who receives.

use super::node::Node;
use super::openapi::states_version;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, MessageContract};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "contract.asyncapi",
    about: "AsyncAPI contracts: channels and brokers",
    kinds: &[FileKind::Yaml, FileKind::Json],
    markers: &["asyncapi:", "\"asyncapi\""],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !states_version(cx.text, &["asyncapi"]) {
        return;
    }
    if cx.file.kind == FileKind::Json {
        if let Some(json) = cx.json(sink) {
            read(Node::Json(json), sink);
        }
    } else if let Some(root) = cx.yaml().first() {
        read(Node::Yaml(root), sink);
    }
}

fn read(root: Node<'_>, sink: &mut Sink<'_>) {
    let Some(version) = root.text_of("asyncapi") else { return };
    let short: Vec<&str> = version.split('.').take(2).collect();
    let servers = root.get("servers").map(Node::entries).unwrap_or_default();
    let hosts = servers.into_iter().filter_map(|(_, server)| server.text_of("host").or_else(|| server.text_of("url")));
    let channels = root.get("channels").map(Node::entries).unwrap_or_default();
    let contract = MessageContract {
        standard: format!("AsyncAPI {}", short.join(".")),
        hosts: hosts.map(host).filter(|host| !host.contains('{')).map(str::to_owned).collect(),
        // Version 2 names a channel by its address, version 3 by a key of its own.
        channels: channels.into_iter().map(|(key, one)| (one.text_of("address").unwrap_or(key).to_owned(), one.line())).collect(),
    };
    if !contract.channels.is_empty() {
        sink.fact(root.line(), Fact::MessageContract(contract));
    }
}

/// `kafka` of `kafka://kafka:9092/x`.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split([':', '/']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use crate::finding::{Fact, MessageContract};
    use crate::trial::extraction;

    fn contract(text: &str) -> MessageContract {
        let found = extraction(&[("events.yaml", text)]).findings.into_iter().find_map(|finding| match finding.fact {
            Fact::MessageContract(contract) => Some(contract),
            _ => None,
        });
        found.unwrap_or_default()
    }

    #[test]
    fn both_versions_name_channels_by_their_address() {
        let second = contract("asyncapi: 2.6.0\nservers: {prod: {url: 'amqp://rabbit:5672'}}\nchannels:\n  order/placed: {publish: {}}\n");
        assert_eq!((second.standard.as_str(), second.channels[0].0.as_str()), ("AsyncAPI 2.6", "order/placed"));
        assert!(second.hosts.contains("rabbit"));
        let third = contract("asyncapi: 3.0.0\nservers: {dev: {host: 'kafka:9092'}}\nchannels:\n  placed: {address: order.placed}\n");
        assert_eq!((third.channels[0].0.as_str(), third.channels[0].1), ("order.placed", 4));
        assert!(third.hosts.contains("kafka"));
    }
}
