//! `GOPRIVATE` and `GOPROXY` where images, pipelines and makefiles set them: modules of Go that come from elsewhere than the public proxy.

use std::collections::BTreeSet;

use memchr::memmem;

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, PackageRegistry};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.go_private",
    about: "GOPRIVATE and GOPROXY: modules of Go from private hosts and proxies",
    kinds: &[FileKind::Dockerfile, FileKind::ToolConfig, FileKind::Yaml, FileKind::Compose, FileKind::Script, FileKind::DotEnv],
    markers: &["GOPRIVATE", "GOPROXY"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut told = BTreeSet::new();
    for (variable, at, value) in settings(cx.text) {
        for one in value.split([',', '|']).map(|one| one.trim().trim_matches(['"', '\''])) {
            let host = host(one);
            let known = matches!(host, "proxy.golang.org" | "goproxy.io" | "goproxy.cn" | "direct" | "off" | "none");
            let plain = host.contains('.') && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-*".contains(&byte));
            if known || !plain || !told.insert((variable, one.to_owned())) {
                continue;
            }
            let scope = (variable == "GOPRIVATE").then(|| one.to_owned());
            let registry = PackageRegistry { scope, host: host.trim_start_matches("*.").to_owned(), ..PackageRegistry::default() };
            sink.fact(cx.line(at), Fact::PackageRegistry(registry));
        }
    }
}

/// `GOPRIVATE=a,b`, `GOPRIVATE: a`, `ENV GOPRIVATE a`, outside of comments.
fn settings(text: &str) -> Vec<(&'static str, usize, &str)> {
    let mut found = Vec::new();
    for variable in ["GOPRIVATE", "GOPROXY"] {
        for at in memmem::find_iter(text.as_bytes(), variable) {
            let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let behind = text[at + variable.len()..].lines().next().unwrap_or_default();
            let Some(value) = behind.strip_prefix([':', '=', ' ']).map(|value| value.trim_start_matches(['=', ' '])) else { continue };
            if !text[line..at].trim_start().starts_with('#') {
                found.push((variable, at, value.split([' ', ';', '&', '\\']).next().unwrap_or_default()));
            }
        }
    }
    found
}

/// The host of `https://user@proxy.acme.dev/x` and of `github.com/acme/*`.
fn host(value: &str) -> &str {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    #[test]
    fn private_modules_and_proxies_are_read() {
        let text = "FROM golang:1.22\n# GOPRIVATE=old.dev/x\nENV GOPRIVATE=github.com/acme/*,git.acme.dev GOPROXY=https://ci:pw@goproxy.acme.dev,https://proxy.golang.org,direct\nARG GOPROXY\n";
        let found = extraction(&[("Dockerfile", text)]).findings;
        let shown: Vec<String> = found
            .iter()
            .filter_map(|finding| match &finding.fact {
                Fact::PackageRegistry(one) => Some(format!("{} {} {}", finding.at.line, one.scope.as_deref().unwrap_or("-"), one.host)),
                _ => None,
            })
            .collect();
        assert_eq!(shown, ["3 github.com/acme/* github.com", "3 git.acme.dev git.acme.dev", "3 - goproxy.acme.dev"]);
    }
}
