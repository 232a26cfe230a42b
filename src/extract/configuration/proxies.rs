//! Caddyfiles and the configuration of HAProxy: where requests go on to.
//! Whose proxy it is, the file does not say; the linker tells it from who mounts or copies the file.

use crate::classify::FileKind;
use crate::extract::hosts::upstreams;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Purpose};
use crate::gap::GapCode;
use crate::syntax::passed::Passed;
use crate::syntax::{caddy, haproxy};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.proxies",
    about: "Caddy and HAProxy: the paths that a proxy passes on, and to which hosts",
    kinds: &[FileKind::ServerConfig],
    markers: &["reverse_proxy", "php_fastcgi", "backend ", "listen "],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let name = cx.file.path.name().to_ascii_lowercase();
    let (product, all): (&str, Vec<Passed>) = if name.contains("caddyfile") {
        ("Caddy", caddy::passed(cx.text))
    } else if name.contains("haproxy") || name.ends_with(".cfg") {
        ("HAProxy", haproxy::passed(cx.text))
    } else {
        return;
    };
    let (found, open) = upstreams(product, Purpose::Requests, &all);
    if let (Some(found), Some(first)) = (found, all.first()) {
        sink.fact(first.line, Fact::Upstreams(found));
    }
    for line in open {
        sink.gap(GapCode::UnresolvedReference, Some(line), "requests are passed on to an address that only the run tells");
    }
}
