//! Third-party services that a file uses: the packages it imports and the hosts it calls, when the catalogue knows them.
//! Comments prove nothing; a package that serves many services is not in the catalogue.

use std::collections::BTreeSet;

use memchr::memmem;

use crate::classify::{FileKind, ServiceCatalogue};
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Proof, ServiceUse};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.services",
    about: "third-party services by imported package and called host",
    kinds: &[
        FileKind::TypeScript,
        FileKind::Tsx,
        FileKind::JavaScript,
        FileKind::CSharp,
        FileKind::Go,
        FileKind::AppSettings,
        FileKind::Json,
        FileKind::Yaml,
        FileKind::Compose,
        FileKind::DotEnv,
    ],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut seen = BTreeSet::new();
    if matches!(cx.file.kind, FileKind::TypeScript | FileKind::Tsx | FileKind::JavaScript) {
        for (package, at) in imported_packages(cx.text) {
            let service = ServiceCatalogue::get().by_package("npm", &package);
            if let Some(service) = service.filter(|_| seen.insert(package.clone())) {
                sink.fact(cx.line(at), Fact::ServiceUse(ServiceUse { service, proof: Proof::Package, evidence: package }));
            }
        }
    }
    if is_sample(cx) || is_pipeline(cx) {
        return;
    }
    for (host, at) in hosts(cx.text) {
        if let Some(service) = ServiceCatalogue::get().by_host(&host).filter(|_| seen.insert(host.clone())) {
            sink.fact(cx.line(at), Fact::ServiceUse(ServiceUse { service, proof: Proof::Host, evidence: host }));
        }
    }
}

/// Whether a file of data is shipped as something that users may take: what it names is their choice.
fn is_sample(cx: &FileCx<'_>) -> bool {
    const FOLDERS: &[&str] = &["marketplace", "marketplaces", "sample", "samples", "templates", "fixtures", "examples", "seeds"];
    cx.file.kind == FileKind::Json && cx.file.path.parent().parts().any(|part| FOLDERS.contains(&part))
}

/// Whether a file says what a pipeline does: what it calls is no part of the system.
fn is_pipeline(cx: &FileCx<'_>) -> bool {
    const FOLDERS: &[&str] =
        &[".github", ".gitlab", ".circleci", ".buildkite", ".woodpecker", ".azure-pipelines", ".azuredevops", ".tekton"];
    const STARTS: &[&str] =
        &[".gitlab-ci", ".drone.", ".travis.", ".woodpecker.", "azure-pipelines", "bitbucket-pipelines", "appveyor", "cloudbuild"];
    let path = &cx.file.path;
    let folder = path.parent().parts().any(|part| FOLDERS.contains(&part));
    cx.file.kind == FileKind::Yaml && (folder || STARTS.iter().any(|start| path.name().starts_with(start)))
}

/// Packages that a file imports, with the offset of their name.
fn imported_packages(text: &str) -> Vec<(String, usize)> {
    imported(text).into_iter().map(|(specifier, at)| (package_of(specifier).to_owned(), at)).collect()
}

/// What stands behind `from`, `require(` and `import(` and is no file, with its offset.
pub(super) fn imported(text: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    for before in ["from '", "from \"", "require('", "require(\"", "import('", "import(\"", "import '", "import \""] {
        for at in memmem::find_iter(text.as_bytes(), before) {
            let start = at + before.len();
            let Some(length) = text[start..].find(['\'', '"', '\n']) else { continue };
            let specifier = &text[start..start + length];
            if !specifier.starts_with('.') && !is_commented(text, at) && !is_for_types(text, at) && !is_asset(specifier) {
                found.push((specifier, start));
            }
        }
    }
    found.sort_by_key(|(_, at)| *at);
    found
}

/// Whether an import brings in types alone, of which nothing is left at run time: `import type { Event } from 'stripe'`.
fn is_for_types(text: &str, at: usize) -> bool {
    let start = ["import ", "export "].iter().filter_map(|word| text[..at].rfind(word)).max();
    let statement = start.map(|start| &text[start + "import ".len()..at]).filter(|statement| !statement.contains(';'));
    let behind = statement.and_then(|statement| statement.trim_start().strip_prefix("type "));
    behind.is_some_and(|rest| !rest.trim_start().starts_with([',', '=']) && !rest.trim().is_empty())
}

/// Whether a file of a package is brought in for its looks: styles, pictures, fonts.
fn is_asset(specifier: &str) -> bool {
    const ENDINGS: &[&str] = &[".css", ".scss", ".sass", ".less", ".svg", ".png", ".jpg", ".gif", ".webp", ".woff", ".woff2"];
    ENDINGS.iter().any(|end| specifier.ends_with(end))
}

/// Whether a URL only shows somebody what to write: `placeholder="https://example.supabase.co"`.
fn is_hint(text: &str, at: usize) -> bool {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = text[start..at].trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end_matches(['"', '\'', '`', '{', ' ', '(']);
    let before = before.trim_end_matches(['=', ':', ' ']).to_ascii_lowercase();
    ["placeholder", "example", "hint", "helpertext"].iter().any(|word| before.ends_with(word))
}

/// `@scope/name` of `@scope/name/deep`, `name` of `name/deep`.
fn package_of(specifier: &str) -> &str {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    specifier.match_indices('/').nth(parts - 1).map_or(specifier, |(at, _)| &specifier[..at])
}

/// Hosts of URLs outside of comments, in lower case, with the offset of the URL.
fn hosts(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), "://") {
        let start = at + 3;
        let authority: &str =
            text[start..].split(|one: char| !(one.is_ascii_alphanumeric() || "-._:@%".contains(one))).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
        if host.contains('.') && !is_commented(text, at) && !is_hint(text, at) {
            found.push((host.to_ascii_lowercase(), at));
        }
    }
    found
}

/// Whether the line up to an offset starts or opens a comment.
fn is_commented(text: &str, at: usize) -> bool {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = text[start..at].trim_start();
    ["//", "*", "/*", "#", "<!--"].iter().any(|mark| before.starts_with(mark))
        || before.contains(" //")
        || before.contains(" # ")
        || before.contains("/* ")
}

#[cfg(test)]
mod tests {
    use super::{hosts, imported_packages};

    #[test]
    fn packages_are_read_from_every_form_of_import() {
        let text = "import a from 'stripe';\n// import b from 'twilio';\nimport {\n  c,\n} from \"@aws-sdk/client-s3/x\";\nconst d = require('openai/core');\n\
                    import './local';\nimport type F from 'mailgun.js';\nimport type {\n  G,\n} from '@sendgrid/mail';\nimport '@mux/player/style.css';\nconst e = await import('resend');\nimport 'dd-trace/init';\n";
        let found: Vec<String> = imported_packages(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, ["stripe", "@aws-sdk/client-s3", "openai", "resend", "dd-trace"]);
    }

    #[test]
    fn hosts_are_read_outside_of_comments() {
        let text = "const a = 'https://user:pw@API.Stripe.com:443/v1?key=x';\n * see https://api.x.com\nb: http://localhost:1\nc = `https://${host}/`;\nd(`https://api.z.io/${x}`)\n<input placeholder=\"https://x.supabase.co\" />\n";
        let found: Vec<String> = hosts(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, ["api.stripe.com", "api.z.io"]);
    }
}
