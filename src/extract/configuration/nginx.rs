//! Configuration of nginx, as it stands or as a template whose variables are put in before the start: where requests go on to.
//! Whose proxy it is, the file does not say; the linker tells it from who mounts or copies the file.

use crate::classify::FileKind;
use crate::extract::hosts::upstreams;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Purpose};
use crate::gap::GapCode;
use crate::syntax::nginx;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.nginx",
    about: "nginx: the paths that a proxy passes on, and to which hosts",
    kinds: &[FileKind::ServerConfig],
    markers: &["proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(all) = nginx::passed(cx.text) else {
        sink.gap(GapCode::LimitReached, None, "the configuration nests too deep or is too large and was not read");
        return;
    };
    let (found, open) = upstreams("nginx", Purpose::Requests, &all);
    if let (Some(found), Some(first)) = (found, all.first()) {
        sink.fact(first.line, Fact::Upstreams(found));
    }
    for line in open {
        sink.gap(GapCode::UnresolvedReference, Some(line), "requests are passed on to an address that only the run tells");
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    #[test]
    fn users_in_addresses_stay_in_the_file_and_open_addresses_are_told() {
        let text = "server { auth_basic_user_file /etc/MARKER; location /a { proxy_pass http://u:MARKER@api:80/MARKER; } location /b { proxy_pass http://$picked; } location /c { proxy_pass http://${API_HOST}:81; } }";
        let found = extraction(&[("proxy/nginx.conf.template", text)]);
        assert!(!format!("{found:?}").contains("MARKER"));
        assert_eq!(found.gaps.len(), 1);
        let Fact::Upstreams(one) = &found.findings[0].fact else { panic!("{found:?}") };
        let shown: Vec<_> = one.hosts.keys().map(|host| (host.host.as_str(), host.variable.as_str(), host.port.as_deref())).collect();
        assert_eq!(shown, [("api", "", Some("80")), ("", "API_HOST", Some("81"))]);
    }
}
